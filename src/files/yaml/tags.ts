import {
  CODE,
  isBlank,
  isBlankOrBreakOrEnd,
  isBreak,
  isBreakOrEnd,
  isDigit,
  isWord,
  type Cursor,
} from './cursor.ts';
import type { Mark } from './mark.ts';
import type { YamlToken } from './token.ts';

const MAX_VERSION_DIGITS = 9;

/** `%YAML 1.1` or `%TAG ! prefix`, with the rest of its line. @throws YamlError */
export function scanDirective(cursor: Cursor): YamlToken {
  const start = cursor.mark();
  const context = 'while scanning a directive';
  cursor.skip();
  const from = cursor.offset;
  while (isWord(cursor.peek())) cursor.skip();
  const name = cursor.text.slice(from, cursor.offset);
  if (name === '') cursor.fail('could not find expected directive name', context, start);
  if (!isBlankOrBreakOrEnd(cursor.peek())) {
    cursor.fail('found unexpected non-alphabetical character', context, start);
  }
  let token: YamlToken;
  if (name === 'YAML') {
    const version = scanVersion(cursor, start);
    if (version !== '1.1' && version !== '1.2') cursor.fail('found incompatible YAML document', null, start);
    token = { type: 'version-directive', start, end: cursor.mark() };
  } else if (name === 'TAG') {
    cursor.skipBlanks();
    const handle = scanHandle(cursor, true, start);
    if (!isBlank(cursor.peek())) {
      cursor.fail('did not find expected whitespace', 'while scanning a %TAG directive', start);
    }
    cursor.skipBlanks();
    const prefix = scanUri(cursor, '', { uriCharacters: true, directive: true, start });
    if (!isBlankOrBreakOrEnd(cursor.peek())) {
      cursor.fail('did not find expected whitespace or line break', 'while scanning a %TAG directive', start);
    }
    token = { type: 'tag-directive', handle, prefix, start, end: cursor.mark() };
  } else {
    cursor.fail('found unknown directive name', context, start);
  }
  cursor.skipBlanks();
  if (cursor.peek() === CODE.hash) cursor.skipToBreak();
  if (!isBreakOrEnd(cursor.peek()))
    cursor.fail('did not find expected comment or line break', context, start);
  if (isBreak(cursor.peek())) cursor.skipBreak();
  return token;
}

function scanVersion(cursor: Cursor, start: Mark): string {
  const context = 'while scanning a %YAML directive';
  const number = (): string => {
    const from = cursor.offset;
    while (isDigit(cursor.peek())) cursor.skip();
    const digits = cursor.text.slice(from, cursor.offset);
    if (digits.length > MAX_VERSION_DIGITS)
      cursor.fail('found extremely long version number', context, start);
    if (digits === '') cursor.fail('did not find expected version number', context, start);
    return String(Number(digits));
  };
  cursor.skipBlanks();
  const major = number();
  if (cursor.peek() !== CODE.dot) cursor.fail("did not find expected digit or '.' character", context, start);
  cursor.skip();
  return `${major}.${number()}`;
}

/** `!name`, `!!name`, `!handle!name` or `!<uri>`. @throws YamlError */
export function scanTag(cursor: Cursor, inFlow: boolean): YamlToken {
  const start = cursor.mark();
  const context = 'while scanning a tag';
  let handle: string;
  let suffix: string;
  if (cursor.peek(1) === CODE.less) {
    handle = '';
    cursor.skip();
    cursor.skip();
    suffix = scanUri(cursor, '', { uriCharacters: true, directive: false, start });
    if (cursor.peek() !== CODE.greater) cursor.fail("did not find the expected '>'", context, start);
    cursor.skip();
  } else {
    handle = scanHandle(cursor, false, start);
    if (handle.length > 1 && handle.endsWith('!')) {
      suffix = scanUri(cursor, '', { uriCharacters: false, directive: false, start });
    } else {
      suffix = scanUri(cursor, handle, { uriCharacters: false, directive: false, start });
      handle = '!';
      if (suffix === '') [handle, suffix] = [suffix, handle];
    }
  }
  if (!isBlankOrBreakOrEnd(cursor.peek()) && !(inFlow && cursor.peek() === CODE.comma)) {
    cursor.fail('did not find expected whitespace or line break', context, start);
  }
  return { type: 'tag', handle, suffix, start, end: cursor.mark() };
}

function scanHandle(cursor: Cursor, directive: boolean, start: Mark): string {
  const context = directive ? 'while scanning a tag directive' : 'while scanning a tag';
  if (cursor.peek() !== CODE.bang) cursor.fail("did not find expected '!'", context, start);
  const from = cursor.offset;
  cursor.skip();
  while (isWord(cursor.peek())) cursor.skip();
  if (cursor.peek() === CODE.bang) {
    cursor.skip();
  } else if (directive && cursor.offset - from > 1) {
    cursor.fail("did not find expected '!'", 'while parsing a tag directive', start);
  }
  return cursor.text.slice(from, cursor.offset);
}

interface UriOptions {
  readonly uriCharacters: boolean;
  readonly directive: boolean;
  readonly start: Mark;
}

function scanUri(cursor: Cursor, head: string, { uriCharacters, directive, start }: UriOptions): string {
  const context = directive ? 'while parsing a %TAG directive' : 'while parsing a tag';
  const allowed = uriCharacters ? ";/?:@&=+$.%!~*'(),[]" : ";/?:@&=+$.%!~*'()";
  let length = head.length;
  let uri = head.slice(1);
  while (!cursor.atEnd() && (isWord(cursor.peek()) || allowed.includes(String.fromCharCode(cursor.peek())))) {
    if (cursor.peek() === CODE.percent) {
      uri += scanUriEscapes(cursor, context, start);
    } else {
      uri += String.fromCharCode(cursor.peek());
      cursor.skip();
    }
    length += 1;
  }
  if (length === 0) cursor.fail('did not find expected tag URI', context, start);
  return uri;
}

/** How many octets the character takes whose first this is, in UTF-8; 0 if it is no first one. */
function widthOf(octet: number): number {
  if (octet < 0x80) return 1;
  if (octet >> 5 === 6) return 2;
  if (octet >> 4 === 14) return 3;
  return octet >> 3 === 30 ? 4 : 0;
}

function scanUriEscapes(cursor: Cursor, context: string, start: Mark): string {
  const octets: number[] = [];
  let width = 0;
  do {
    const escape = /^%([\da-f]{2})/iu.exec(cursor.text.slice(cursor.offset, cursor.offset + 3));
    if (!escape) cursor.fail('did not find URI escaped octet', context, start);
    const octet = Number.parseInt(escape[1] ?? '', 16);
    if (octets.length === 0) {
      width = widthOf(octet);
      if (width === 0) cursor.fail('found an incorrect leading UTF-8 octet', context, start);
    } else if ((octet & 0xc0) !== 0x80) {
      cursor.fail('found an incorrect trailing UTF-8 octet', context, start);
    }
    octets.push(octet);
    for (let i = 0; i < 3; i++) cursor.skip();
  } while (octets.length < width);
  return new TextDecoder().decode(Uint8Array.from(octets));
}
