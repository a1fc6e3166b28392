import { CODE, isBlank, isBlankOrBreakOrEnd, isBreak, isBreakOrEnd, isDigit, type Cursor } from './cursor.ts';
import type { Mark } from './mark.ts';
import type { ScalarStyle, YamlToken } from './token.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};
const CODE_ESCAPES: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** What a run of line breaks becomes: one `\n` folds to a space, more keep all but the first. */
function fold(leading: string, trailing: string): string {
  if (!leading.startsWith('\n')) return leading + trailing;
  return trailing === '' ? ' ' : trailing;
}

function scalar(value: string, style: ScalarStyle, start: Mark, end: Mark): YamlToken {
  return { type: 'scalar', value, style, start, end };
}

/** `'…'` or `"…"`, from the opening quote. @throws YamlError */
export function scanFlowScalar(cursor: Cursor, style: 'single' | 'double'): YamlToken {
  const start = cursor.mark();
  const context = 'while scanning a quoted scalar';
  const quote = style === 'single' ? CODE.quote : CODE.doubleQuote;
  let value = '';
  cursor.skip();
  for (;;) {
    if (cursor.atDocumentIndicator(CODE.dash) || cursor.atDocumentIndicator(CODE.dot)) {
      cursor.fail('found unexpected document indicator', context, start);
    }
    if (cursor.atEnd()) cursor.fail('found unexpected end of stream', context, start);
    let leadingBlanks = false;
    let from = cursor.offset;
    const flush = (): void => {
      value += cursor.text.slice(from, cursor.offset);
    };
    while (!isBlankOrBreakOrEnd(cursor.peek())) {
      const code = cursor.peek();
      if (style === 'single' && code === quote && cursor.peek(1) === quote) {
        cursor.skip();
        flush();
        cursor.skip();
        from = cursor.offset;
      } else if (code === quote) {
        break;
      } else if (style === 'double' && code === CODE.backslash && isBreak(cursor.peek(1))) {
        flush();
        cursor.skip();
        cursor.skipBreak();
        from = cursor.offset;
        leadingBlanks = true;
        break;
      } else if (style === 'double' && code === CODE.backslash) {
        flush();
        value += scanEscape(cursor, start);
        from = cursor.offset;
      } else {
        cursor.skip();
      }
    }
    flush();
    if (cursor.peek() === quote) break;
    const blanks = scanBlanks(cursor, leadingBlanks, null);
    value += blanks.text;
  }
  cursor.skip();
  return scalar(value, style, start, cursor.mark());
}

function scanEscape(cursor: Cursor, start: Mark): string {
  const context = 'while parsing a quoted scalar';
  const letter = cursor.text.charAt(cursor.offset + 1);
  const plain = ESCAPES[letter];
  const length = CODE_ESCAPES[letter];
  if (plain === undefined && length === undefined) {
    cursor.fail('found unknown escape character', context, start);
  }
  cursor.skip();
  cursor.skip();
  if (plain !== undefined) return plain;
  const digits = cursor.text.slice(cursor.offset, cursor.offset + (length ?? 0));
  if (digits.length !== length || !/^[\da-f]+$/iu.test(digits)) {
    cursor.fail('did not find expected hexdecimal number', context, start);
  }
  const value = Number.parseInt(digits, 16);
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    cursor.fail('found invalid Unicode character escape code', context, start);
  }
  for (let i = 0; i < digits.length; i++) cursor.skip();
  return String.fromCodePoint(value);
}

/** Blanks and breaks between two words: as they are on one line, folded over several. */
function scanBlanks(
  cursor: Cursor,
  afterBreak: boolean,
  plain: { readonly indent: number; readonly start: Mark } | null,
): { readonly text: string; readonly broke: boolean } {
  let broke = afterBreak;
  let whitespace = '';
  let leading = '';
  const trailing: string[] = [];
  for (;;) {
    const code = cursor.peek();
    if (isBlank(code)) {
      if (plain && broke && cursor.column < plain.indent && code === CODE.tab) {
        cursor.fail(
          'found a tab character that violates indentation',
          'while scanning a plain scalar',
          plain.start,
        );
      }
      if (!broke) whitespace += String.fromCharCode(code);
      cursor.skip();
    } else if (isBreak(code)) {
      if (broke) {
        trailing.push(cursor.skipBreak());
      } else {
        leading = cursor.skipBreak();
        broke = true;
      }
    } else {
      break;
    }
  }
  if (!broke) return { text: whitespace, broke };
  return { text: fold(leading, trailing.join('')), broke };
}

/** A scalar without quotes. `endsLine`: a line break followed it. @throws YamlError */
export function scanPlainScalar(
  cursor: Cursor,
  parentIndent: number,
  inFlow: boolean,
): { readonly token: YamlToken; readonly endsLine: boolean } {
  const start = cursor.mark();
  const indent = parentIndent + 1;
  const parts: string[] = [];
  let end = start;
  let pending = '';
  let endsLine = false;
  for (;;) {
    if (cursor.atDocumentIndicator(CODE.dash) || cursor.atDocumentIndicator(CODE.dot)) break;
    if (cursor.peek() === CODE.hash) break;
    const from = cursor.offset;
    while (!isBlankOrBreakOrEnd(cursor.peek())) {
      const code = cursor.peek();
      if (code === CODE.colon) {
        const next = cursor.peek(1);
        if (inFlow && ',?[]{}'.includes(String.fromCharCode(next)) && !Number.isNaN(next)) {
          cursor.fail("found unexpected ':'", 'while scanning a plain scalar', start);
        }
        if (isBlankOrBreakOrEnd(next)) break;
      } else if (inFlow && isFlowIndicator(code)) {
        break;
      }
      cursor.skip();
    }
    if (cursor.offset > from) {
      parts.push(pending, cursor.text.slice(from, cursor.offset));
      pending = '';
      endsLine = false;
      end = cursor.mark();
    }
    if (!isBlank(cursor.peek()) && !isBreak(cursor.peek())) break;
    const blanks = scanBlanks(cursor, endsLine, { indent, start });
    pending = blanks.text;
    endsLine = blanks.broke;
    if (!inFlow && cursor.column < indent) break;
  }
  return { token: scalar(parts.join(''), 'plain', start, end), endsLine };
}

function isFlowIndicator(code: number): boolean {
  return (
    code === CODE.comma ||
    code === CODE.openBracket ||
    code === CODE.closeBracket ||
    code === CODE.openBrace ||
    code === CODE.closeBrace
  );
}

/** `|` or `>` with its lines. @throws YamlError */
export function scanBlockScalar(
  cursor: Cursor,
  parentIndent: number,
  style: 'literal' | 'folded',
): YamlToken {
  const start = cursor.mark();
  const context = 'while scanning a block scalar';
  cursor.skip();
  let chomp: 'clip' | 'strip' | 'keep' = 'clip';
  let increment = 0;
  const readChomp = (): boolean => {
    const code = cursor.peek();
    if (code !== CODE.plus && code !== CODE.dash) return false;
    chomp = code === CODE.plus ? 'keep' : 'strip';
    cursor.skip();
    return true;
  };
  const readIncrement = (): boolean => {
    if (!isDigit(cursor.peek())) return false;
    if (cursor.peek() === CODE.zero) cursor.fail('found an indentation indicator equal to 0', context, start);
    increment = cursor.peek() - CODE.zero;
    cursor.skip();
    return true;
  };
  if (readChomp()) readIncrement();
  else if (readIncrement()) readChomp();
  cursor.skipBlanks();
  if (cursor.peek() === CODE.hash) cursor.skipToBreak();
  if (!isBreakOrEnd(cursor.peek()))
    cursor.fail('did not find expected comment or line break', context, start);
  if (isBreak(cursor.peek())) cursor.skipBreak();
  let end = cursor.mark();

  let indent = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  let trailing = '';
  const readBreaks = (): void => {
    let maxIndent = 0;
    const breaks: string[] = [];
    const indenting = (): boolean => indent === 0 || cursor.column < indent;
    for (;;) {
      while (indenting() && cursor.peek() === CODE.space) cursor.skip();
      if (cursor.column > maxIndent) maxIndent = cursor.column;
      if (indenting() && cursor.peek() === CODE.tab) {
        cursor.fail('found a tab character where an indentation space is expected', context, start);
      }
      if (!isBreak(cursor.peek())) break;
      breaks.push(cursor.skipBreak());
      end = cursor.mark();
    }
    if (indent === 0) indent = Math.max(maxIndent, parentIndent + 1, 1);
    trailing = breaks.join('');
  };
  readBreaks();
  const parts: string[] = [];
  let leading = '';
  let leadingBlank = false;
  while (cursor.column === indent && !cursor.atEnd()) {
    const trailingBlank = isBlank(cursor.peek());
    if (style === 'folded' && leading.startsWith('\n') && !leadingBlank && !trailingBlank) {
      if (trailing === '') parts.push(' ');
    } else {
      parts.push(leading);
    }
    parts.push(trailing);
    leadingBlank = isBlank(cursor.peek());
    const from = cursor.offset;
    cursor.skipToBreak();
    parts.push(cursor.text.slice(from, cursor.offset));
    end = cursor.mark();
    leading = cursor.atEnd() ? '' : cursor.skipBreak();
    readBreaks();
  }
  const kept = chomp as 'clip' | 'strip' | 'keep';
  if (kept !== 'strip') parts.push(leading);
  if (kept === 'keep') parts.push(trailing);
  return scalar(parts.join(''), style, start, end);
}
