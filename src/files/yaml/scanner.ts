/**
 * YAML's tokens as libyaml 0.2.5 finds them (src/scanner.c), which is what Ruby's Psych, and so Kamal, reads with.
 * The structure follows the original closely: what is accepted and refused must be the same, to the character.
 */
import { CODE, Cursor, isBlank, isBlankOrBreakOrEnd, isBreak, isBreakOrEnd, isWord } from './cursor.ts';
import type { Mark } from './mark.ts';
import { scanBlockScalar, scanFlowScalar, scanPlainScalar } from './scalars.ts';
import { scanDirective, scanTag } from './tags.ts';
import type { YamlToken } from './token.ts';

type PlainTokenType = Exclude<YamlToken['type'], 'tag-directive' | 'alias' | 'anchor' | 'tag' | 'scalar'>;

interface SimpleKey {
  possible: boolean;
  required: boolean;
  tokenNumber: number;
  mark: Mark;
}

/** Deeper nesting is refused, as libyaml does since its 1000-level limit; it keeps every walk within the stack. */
export const MAX_DEPTH = 1000;

/** A simple key must end within so many characters (YAML 1.1, 5.1; libyaml scanner.c). */
const MAX_SIMPLE_KEY = 1024;

export class Scanner {
  readonly cursor: Cursor;
  /** The column of the current block; -1 at the top. */
  indent = -1;
  flowLevel = 0;
  simpleKeyAllowed = true;
  readonly #indents: number[] = [];
  readonly #simpleKeys: SimpleKey[] = [];
  #queue: YamlToken[] = [];
  #head = 0;
  #taken = 0;
  #started = false;

  /** @throws YamlError for characters that libyaml does not read */
  constructor(text: string) {
    this.cursor = new Cursor(text);
  }

  /** The next token, left where it is. @throws YamlError */
  peek(): YamlToken {
    this.#fetchMore();
    const token = this.#queue[this.#head];
    if (token === undefined) throw new RangeError('nothing follows the end of the stream');
    return token;
  }

  /** Takes the token that `peek` showed. */
  take(): YamlToken {
    const token = this.peek();
    this.#head += 1;
    this.#taken += 1;
    if (this.#head > 64 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return token;
  }

  #fetchMore(): void {
    for (;;) {
      let needed = this.#head === this.#queue.length;
      if (!needed) {
        this.#dropStaleKeys();
        needed = this.#simpleKeys.some((key) => key.possible && key.tokenNumber === this.#taken);
      }
      if (!needed) return;
      this.#fetchNext();
    }
  }

  #push(token: YamlToken): void {
    this.#queue.push(token);
  }

  #pushPlain(type: PlainTokenType, length: number): void {
    const start = this.cursor.mark();
    for (let i = 0; i < length; i++) this.cursor.skip();
    this.#push({ type, start, end: this.cursor.mark() });
  }

  #fetchNext(): void {
    const cursor = this.cursor;
    if (!this.#started) {
      this.#started = true;
      this.#simpleKeys.push({ possible: false, required: false, tokenNumber: 0, mark: cursor.mark() });
      this.#pushPlain('stream-start', 0);
      return;
    }
    this.#skipToNextToken();
    this.#dropStaleKeys();
    this.#unrollIndent(cursor.column);
    if (cursor.atEnd()) {
      this.#fetchStreamEnd();
      return;
    }
    const code = cursor.peek();
    if (cursor.column === 0 && code === CODE.percent) {
      this.#unrollIndent(-1);
      this.#removeSimpleKey();
      this.simpleKeyAllowed = false;
      this.#push(scanDirective(cursor));
      return;
    }
    if (cursor.atDocumentIndicator(CODE.dash) || cursor.atDocumentIndicator(CODE.dot)) {
      this.#unrollIndent(-1);
      this.#removeSimpleKey();
      this.simpleKeyAllowed = false;
      this.#pushPlain(code === CODE.dash ? 'document-start' : 'document-end', 3);
      return;
    }
    const blankNext = isBlankOrBreakOrEnd(cursor.peek(1));
    switch (code) {
      case CODE.openBracket:
      case CODE.openBrace:
        this.#saveSimpleKey();
        this.#simpleKeys.push({ possible: false, required: false, tokenNumber: 0, mark: cursor.mark() });
        this.flowLevel += 1;
        if (this.flowLevel > MAX_DEPTH) cursor.fail('exceeded the nesting limit', null, cursor.mark());
        this.simpleKeyAllowed = true;
        this.#pushPlain(code === CODE.openBracket ? 'flow-sequence-start' : 'flow-mapping-start', 1);
        return;
      case CODE.closeBracket:
      case CODE.closeBrace:
        this.#removeSimpleKey();
        if (this.flowLevel > 0) {
          this.flowLevel -= 1;
          this.#simpleKeys.pop();
        }
        this.simpleKeyAllowed = false;
        this.#pushPlain(code === CODE.closeBracket ? 'flow-sequence-end' : 'flow-mapping-end', 1);
        return;
      case CODE.comma:
        this.#removeSimpleKey();
        this.simpleKeyAllowed = true;
        this.#pushPlain('flow-entry', 1);
        return;
      case CODE.dash:
        if (blankNext) {
          this.#fetchBlockEntry();
          return;
        }
        break;
      case CODE.question:
        if (this.flowLevel > 0 || blankNext) {
          this.#fetchKey();
          return;
        }
        break;
      case CODE.colon:
        if (this.flowLevel > 0 || blankNext) {
          this.#fetchValue();
          return;
        }
        break;
      case CODE.star:
      case CODE.ampersand:
        this.#saveSimpleKey();
        this.simpleKeyAllowed = false;
        this.#push(this.#scanAnchor(code === CODE.star ? 'alias' : 'anchor'));
        return;
      case CODE.bang:
        this.#saveSimpleKey();
        this.simpleKeyAllowed = false;
        this.#push(scanTag(cursor, this.flowLevel > 0));
        return;
      case CODE.pipe:
      case CODE.greater:
        if (this.flowLevel === 0) {
          this.#removeSimpleKey();
          this.simpleKeyAllowed = true;
          this.#push(scanBlockScalar(cursor, this.indent, code === CODE.pipe ? 'literal' : 'folded'));
          return;
        }
        break;
      case CODE.quote:
      case CODE.doubleQuote:
        this.#saveSimpleKey();
        this.simpleKeyAllowed = false;
        this.#push(scanFlowScalar(cursor, code === CODE.quote ? 'single' : 'double'));
        return;
      default:
        break;
    }
    if (!this.#startsPlainScalar(code)) {
      cursor.fail(
        'found character that cannot start any token',
        'while scanning for the next token',
        cursor.mark(),
      );
    }
    this.#saveSimpleKey();
    this.simpleKeyAllowed = false;
    const scanned = scanPlainScalar(cursor, this.indent, this.flowLevel > 0);
    if (scanned.endsLine) this.simpleKeyAllowed = true;
    this.#push(scanned.token);
  }

  #startsPlainScalar(code: number): boolean {
    switch (code) {
      case CODE.dash:
        return !isBlank(this.cursor.peek(1));
      case CODE.question:
      case CODE.colon:
        return this.flowLevel === 0 && !isBlankOrBreakOrEnd(this.cursor.peek(1));
      case CODE.comma:
      case CODE.openBracket:
      case CODE.closeBracket:
      case CODE.openBrace:
      case CODE.closeBrace:
      case CODE.hash:
      case CODE.ampersand:
      case CODE.star:
      case CODE.bang:
      case CODE.pipe:
      case CODE.greater:
      case CODE.quote:
      case CODE.doubleQuote:
      case CODE.percent:
      case CODE.at:
      case CODE.backtick:
        return false;
      default:
        return !isBlankOrBreakOrEnd(code);
    }
  }

  #skipToNextToken(): void {
    const cursor = this.cursor;
    for (;;) {
      if (cursor.column === 0 && cursor.peek() === CODE.byteOrderMark) cursor.skip();
      for (;;) {
        const code = cursor.peek();
        const passes =
          code === CODE.space || (code === CODE.tab && (this.flowLevel > 0 || !this.simpleKeyAllowed));
        if (!passes) break;
        cursor.skip();
      }
      if (cursor.peek() === CODE.hash) cursor.skipToBreak();
      if (!isBreak(cursor.peek())) return;
      cursor.skipBreak();
      if (this.flowLevel === 0) this.simpleKeyAllowed = true;
    }
  }

  #dropStaleKeys(): void {
    const { line, offset } = this.cursor;
    for (const key of this.#simpleKeys) {
      if (
        key.possible &&
        (key.mark.line < line || this.#charactersSince(key.mark, offset) > MAX_SIMPLE_KEY)
      ) {
        if (key.required) this.#failSimpleKey(key);
        key.possible = false;
      }
    }
  }

  #charactersSince(mark: Mark, offset: number): number {
    const units = offset - mark.offset;
    // Characters beyond the basic plane are two code units; only then is the column the better measure.
    return units > MAX_SIMPLE_KEY && mark.line === this.cursor.line
      ? this.cursor.column - mark.column
      : units;
  }

  #saveSimpleKey(): void {
    if (!this.simpleKeyAllowed) return;
    const required = this.flowLevel === 0 && this.indent === this.cursor.column;
    this.#removeSimpleKey();
    this.#simpleKeys[this.#simpleKeys.length - 1] = {
      possible: true,
      required,
      tokenNumber: this.#taken + (this.#queue.length - this.#head),
      mark: this.cursor.mark(),
    };
  }

  #removeSimpleKey(): void {
    const key = this.#simpleKeys.at(-1);
    if (key === undefined) return;
    if (key.possible && key.required) this.#failSimpleKey(key);
    key.possible = false;
  }

  #failSimpleKey(key: SimpleKey): never {
    this.cursor.fail("could not find expected ':'", 'while scanning a simple key', key.mark);
  }

  /** Opens a block at `column` if that is deeper than the current one; `at` is the number of the token it goes before. */
  #rollIndent(
    column: number,
    at: number | null,
    type: 'block-sequence-start' | 'block-mapping-start',
    mark: Mark,
  ): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.#indents.push(this.indent);
    if (this.#indents.length > MAX_DEPTH) this.cursor.fail('exceeded the nesting limit', null, mark);
    this.indent = column;
    const token: YamlToken = { type, start: mark, end: mark };
    if (at === null) this.#push(token);
    else this.#insert(at, token);
  }

  #insert(tokenNumber: number, token: YamlToken): void {
    this.#queue.splice(this.#head + tokenNumber - this.#taken, 0, token);
  }

  #unrollIndent(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.#pushPlain('block-end', 0);
      this.indent = this.#indents.pop() ?? -1;
    }
  }

  #fetchStreamEnd(): void {
    const cursor = this.cursor;
    if (cursor.column !== 0) {
      cursor.column = 0;
      cursor.line += 1;
    }
    this.#unrollIndent(-1);
    this.#removeSimpleKey();
    this.simpleKeyAllowed = false;
    this.#pushPlain('stream-end', 0);
  }

  #fetchBlockEntry(): void {
    if (this.flowLevel === 0) {
      const mark = this.cursor.mark();
      if (!this.simpleKeyAllowed) {
        this.cursor.fail('block sequence entries are not allowed in this context', null, mark);
      }
      this.#rollIndent(this.cursor.column, null, 'block-sequence-start', mark);
    }
    this.#removeSimpleKey();
    this.simpleKeyAllowed = true;
    this.#pushPlain('block-entry', 1);
  }

  #fetchKey(): void {
    if (this.flowLevel === 0) {
      const mark = this.cursor.mark();
      if (!this.simpleKeyAllowed)
        this.cursor.fail('mapping keys are not allowed in this context', null, mark);
      this.#rollIndent(this.cursor.column, null, 'block-mapping-start', mark);
    }
    this.#removeSimpleKey();
    this.simpleKeyAllowed = this.flowLevel === 0;
    this.#pushPlain('key', 1);
  }

  #fetchValue(): void {
    const key = this.#simpleKeys.at(-1);
    if (key?.possible) {
      this.#insert(key.tokenNumber, { type: 'key', start: key.mark, end: key.mark });
      this.#rollIndent(key.mark.column, key.tokenNumber, 'block-mapping-start', key.mark);
      key.possible = false;
      this.simpleKeyAllowed = false;
    } else {
      if (this.flowLevel === 0) {
        const mark = this.cursor.mark();
        if (!this.simpleKeyAllowed)
          this.cursor.fail('mapping values are not allowed in this context', null, mark);
        this.#rollIndent(this.cursor.column, null, 'block-mapping-start', mark);
      }
      this.simpleKeyAllowed = this.flowLevel === 0;
    }
    this.#pushPlain('value', 1);
  }

  #scanAnchor(type: 'anchor' | 'alias'): YamlToken {
    const cursor = this.cursor;
    const start = cursor.mark();
    cursor.skip();
    const from = cursor.offset;
    while (isWord(cursor.peek())) cursor.skip();
    const name = cursor.text.slice(from, cursor.offset);
    const after = cursor.peek();
    const ends = isBlank(after) || isBreakOrEnd(after) || '?:,]}%@`'.includes(String.fromCharCode(after));
    if (name === '' || !ends) {
      const context = type === 'anchor' ? 'while scanning an anchor' : 'while scanning an alias';
      cursor.fail('did not find expected alphabetic or numeric character', context, start);
    }
    return { type, name, start, end: cursor.mark() };
  }
}
