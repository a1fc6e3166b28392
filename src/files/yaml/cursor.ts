import { YamlError } from './error.ts';
import type { Mark } from './mark.ts';

/** Character codes that YAML gives a meaning to. */
export const CODE = {
  tab: 9,
  lineFeed: 10,
  return: 13,
  space: 32,
  bang: 33,
  doubleQuote: 34,
  hash: 35,
  percent: 37,
  ampersand: 38,
  quote: 39,
  star: 42,
  plus: 43,
  comma: 44,
  dash: 45,
  dot: 46,
  zero: 48,
  nine: 57,
  colon: 58,
  less: 60,
  greater: 62,
  question: 63,
  at: 64,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  backtick: 96,
  openBrace: 123,
  pipe: 124,
  closeBrace: 125,
  nextLine: 0x85,
  lineSeparator: 0x2028,
  paragraphSeparator: 0x2029,
  byteOrderMark: 0xfeff,
} as const;

/** What libyaml refuses to read (libyaml 0.2.5, src/reader.c): control characters and lone surrogates. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Walks a text character by character and keeps the marks that libyaml's errors and indentation need. */
export class Cursor {
  readonly text: string;
  offset = 0;
  line = 0;
  column = 0;

  /** @throws YamlError for characters that libyaml does not read */
  constructor(text: string) {
    const forbidden = FORBIDDEN.exec(text);
    if (forbidden) {
      throw new YamlError(
        'control characters are not allowed',
        null,
        { offset: 0, line: 0, column: 0 },
        forbidden.index,
      );
    }
    this.text = text;
  }

  mark(): Mark {
    return { offset: this.offset, line: this.line, column: this.column };
  }

  /** The code unit `ahead` places on; NaN past the end. */
  peek(ahead = 0): number {
    return this.text.charCodeAt(this.offset + ahead);
  }

  atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** Passes one character that is not a line break. */
  skip(): void {
    const code = this.text.charCodeAt(this.offset);
    this.offset += code >= 0xd800 && code <= 0xdbff ? 2 : 1;
    this.column += 1;
  }

  /** Passes one line break (CR LF is one) and returns what YAML makes of it. */
  skipBreak(): string {
    const code = this.peek();
    this.offset += code === CODE.return && this.peek(1) === CODE.lineFeed ? 2 : 1;
    this.line += 1;
    this.column = 0;
    return code === CODE.lineSeparator || code === CODE.paragraphSeparator ? String.fromCharCode(code) : '\n';
  }

  skipBlanks(): void {
    while (isBlank(this.peek())) this.skip();
  }

  skipToBreak(): void {
    while (!isBreakOrEnd(this.peek())) this.skip();
  }

  /** `---` or `...` at the start of a line, with a blank or the end after it. */
  atDocumentIndicator(code: number): boolean {
    return (
      this.column === 0 &&
      this.peek() === code &&
      this.peek(1) === code &&
      this.peek(2) === code &&
      isBlankOrBreakOrEnd(this.peek(3))
    );
  }

  /** @throws YamlError always, with the problem at the cursor */
  fail(problem: string, context: string | null, from: Mark): never {
    throw new YamlError(problem, context, from, this.offset);
  }
}

export function isBlank(code: number): boolean {
  return code === CODE.space || code === CODE.tab;
}

export function isBreak(code: number): boolean {
  return (
    code === CODE.lineFeed ||
    code === CODE.return ||
    code === CODE.nextLine ||
    code === CODE.lineSeparator ||
    code === CODE.paragraphSeparator
  );
}

export function isBreakOrEnd(code: number): boolean {
  return isBreak(code) || Number.isNaN(code);
}

export function isBlankOrBreakOrEnd(code: number): boolean {
  return isBlank(code) || isBreakOrEnd(code);
}

export function isDigit(code: number): boolean {
  return code >= CODE.zero && code <= CODE.nine;
}

/** What libyaml calls alphabetical: letters, digits, `_` and `-`. */
export function isWord(code: number): boolean {
  return (
    isDigit(code) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code === CODE.dash
  );
}
