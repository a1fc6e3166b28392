/** Ruby's literals: numbers, strings in all their quotes, symbols, word lists, regular expressions, here-documents. */
import { NotUnderstood, type Node } from './syntax.ts';

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  s: ' ',
  '0': '\0',
  e: '\x1b',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

type Parts = (string | Node)[];
interface Found {
  readonly node: Node;
  readonly end: number;
}

/** The quotes of a literal: where its text begins, and what opens and closes it. */
interface Quotes {
  readonly from: number;
  readonly open: string;
  readonly close: string;
}

export class Literals {
  readonly #source: string;
  readonly #parseUntilBrace: (from: number) => Found;
  readonly #resume: Map<number, number>;

  constructor(source: string, parseUntilBrace: (from: number) => Found, resume: Map<number, number>) {
    this.#source = source;
    this.#parseUntilBrace = parseUntilBrace;
    this.#resume = resume;
  }

  /**
   * The literal at `start`, or null. `allowed` is false if an operator has to follow; `opening` is true if only a value
   * can.
   */
  read(start: number, allowed: boolean, opening: boolean): Found | null {
    const char = this.#source.charAt(start);
    if (char >= '0' && char <= '9') return this.#number(start);
    switch (char) {
      case '"':
      case "'":
        return this.#labelOrString(start, char);
      case '`':
        return this.#quoted(start, { from: start + 1, open: '`', close: '`' }, true, 'shell');
      case ':':
        return this.#colon(start, allowed);
      case '%':
        return allowed ? this.#percent(start) : null;
      case '/':
        return allowed ? this.#regexp(start, { from: start + 1, open: '/', close: '/' }) : null;
      case '?':
        return opening ? this.#character(start) : null;
      case '<':
        return allowed ? this.#hereDocument(start) : null;
      default:
        return null;
    }
  }

  #colon(start: number, allowed: boolean): Found | null {
    const next = this.#source.charAt(start + 1);
    if (next === '"') return this.#quoted(start, { from: start + 2, open: '"', close: '"' }, true, 'symbol');
    return next === ':' ? null : this.#symbol(start, allowed || !/\s/u.test(next));
  }

  #character(start: number): Found | null {
    const found = /^\?([^\s])(?![\p{Alphabetic}\p{N}_])/u.exec(this.#source.slice(start, start + 4));
    if (found === null) return null;
    const next = this.#source.charAt(start + 1);
    return { node: { kind: 'string', parts: [next], start, end: start + 2 }, end: start + 2 };
  }

  #number(start: number): Found {
    const pattern = /0x[\da-f_]+|0b[01_]+|0o?[0-7_]+(?![.\d])|\d[\d_]*(?:\.\d[\d_]*)?(?:e[-+]?\d+)?/iuy;
    pattern.lastIndex = start;
    const text = pattern.exec(this.#source)?.[0] ?? '';
    const end = start + text.length;
    const digits = text.replaceAll('_', '');
    const octal = /^0o?[0-7]+$/u.test(digits) && digits.length > 1;
    const value = octal ? Number.parseInt(digits.replace(/^0o?/u, ''), 8) : Number(digits);
    const float = !octal && /^\d[\d_]*\.\d|^\d.*e/iu.test(text) && !/^0x/iu.test(text) && /[.e]/iu.test(text);
    return { node: { kind: float ? 'float' : 'integer', value, start, end }, end };
  }

  #labelOrString(start: number, quote: string): Found {
    return this.#quoted(start, { from: start + 1, open: quote, close: quote }, quote === '"', 'string');
  }

  #symbol(start: number, allowed: boolean): Found | null {
    if (!allowed) return null;
    const pattern = /:(?:[\p{Alphabetic}_@$][\p{Alphabetic}\p{N}_]*[?!]?|\[\]=?|[-+*/<>=!~%&|^]+)/uy;
    pattern.lastIndex = start;
    const text = pattern.exec(this.#source)?.[0];
    if (text === undefined) return null;
    const end = start + text.length;
    return { node: { kind: 'symbol', parts: [text.slice(1)], start, end }, end };
  }

  #percent(start: number): Found | null {
    const match = /^%([wWiIqQxrs]?)([^\p{Alphabetic}\p{N}\s])/u.exec(this.#source.slice(start, start + 3));
    if (!match) return null;
    const [all, type = '', open = ''] = match;
    const quotes: Quotes = { from: start + all.length, open, close: CLOSING[open] ?? open };
    switch (type) {
      case 'w':
      case 'W':
      case 'i':
      case 'I':
        return this.#words(start, quotes, type.toLowerCase() === 'w' ? 'string' : 'symbol');
      case 'r':
        return this.#regexp(start, quotes);
      case 'x':
        return this.#quoted(start, quotes, true, 'shell');
      case 's':
        return this.#quoted(start, quotes, false, 'symbol');
      default:
        return this.#quoted(start, quotes, type !== 'q', 'string');
    }
  }

  #words(start: number, quotes: Quotes, kind: 'string' | 'symbol'): Found {
    const found = this.#quoted(start, quotes, false, 'string');
    const text =
      'parts' in found.node ? found.node.parts.filter((part) => typeof part === 'string').join('') : '';
    const words = text.split(/\s+/u).filter((word) => word !== '');
    if (words.some((word) => word.includes('#{')))
      throw new NotUnderstood('interpolation in a list of words', start);
    const items = words.map((word): Node => ({ kind, parts: [word], start, end: found.end }));
    return { node: { kind: 'array', items, start, end: found.end }, end: found.end };
  }

  #quoted(start: number, quotes: Quotes, interpolated: boolean, kind: 'string' | 'shell' | 'symbol'): Found {
    const { parts, end } = this.#body(quotes, interpolated ? 'double' : 'single');
    return { node: { kind, parts, start, end }, end };
  }

  #regexp(start: number, quotes: Quotes): Found {
    const { parts, end } = this.#body(quotes, 'regexp');
    const flags = /^[imxounse]*/u.exec(this.#source.slice(end, end + 8))?.[0] ?? '';
    return {
      node: { kind: 'regexp', parts, flags, start, end: end + flags.length },
      end: end + flags.length,
    };
  }

  /** The text up to the closing quote, with what is interpolated in it. */
  #body(quotes: Quotes, style: 'single' | 'double' | 'regexp'): { parts: Parts; end: number } {
    const { from, open, close } = quotes;
    const parts: Parts = [];
    let text = '';
    let depth = 0;
    let at = from;
    for (;;) {
      const char = this.#source.charAt(at);
      if (char === '') throw new NotUnderstood('a literal without its end', from);
      if (char === '\\') {
        const escape = this.#escape(at, style, quotes);
        text += escape.text;
        at = escape.end;
      } else if (char === close && depth === 0) {
        if (text !== '' || parts.length === 0) parts.push(text);
        return { parts, end: at + 1 };
      } else if (style !== 'single' && char === '#' && this.#source.charAt(at + 1) === '{') {
        const inner = this.#parseUntilBrace(at + 2);
        parts.push(text, inner.node);
        text = '';
        at = inner.end;
      } else {
        if (open !== close && char === open) depth += 1;
        if (open !== close && char === close) depth -= 1;
        text += char;
        at += 1;
      }
    }
  }

  #escape(
    at: number,
    style: 'single' | 'double' | 'regexp',
    { open, close }: Quotes,
  ): { text: string; end: number } {
    const letter = this.#source.charAt(at + 1);
    if (style === 'regexp') return { text: letter === close ? letter : `\\${letter}`, end: at + 2 };
    if (style === 'single') {
      const unescapes = letter === '\\' || letter === open || letter === close;
      return { text: unescapes ? letter : `\\${letter}`, end: at + 2 };
    }
    const code = /^\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{1,2}))/iu.exec(
      this.#source.slice(at, at + 12),
    );
    if (code) {
      const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
      return { text: String.fromCodePoint(Math.min(point, 0x10ffff)), end: at + code[0].length };
    }
    if (letter === '\n') return { text: '', end: at + 2 };
    return { text: ESCAPES[letter] ?? letter, end: at + 2 };
  }

  #hereDocument(start: number): Found | null {
    const match = /^<<([~-]?)(["'`]?)([\p{Alphabetic}_][\p{Alphabetic}\p{N}_]*)\2/u.exec(
      this.#source.slice(start, start + 80),
    );
    if (!match) return null;
    const [all, indent, quote, name = ''] = match;
    if (indent === '' && !/^[A-Z]/u.test(name)) return null;
    const lineBreak = this.#source.indexOf('\n', start);
    if (lineBreak < 0) throw new NotUnderstood('a here-document without its text', start);
    const isEnd = (line: string): boolean => (indent === '' ? line : line.trim()) === name;
    const lines = this.#linesBelow(lineBreak, isEnd, start);
    const margins = lines
      .filter((line) => line.trim() !== '')
      .map((line) => (/^[ \t]*/u.exec(line)?.[0] ?? '').length);
    const margin = indent === '~' ? Math.min(...margins, Number.MAX_SAFE_INTEGER) : 0;
    const text = lines.map((line) => `${line.slice(Math.min(margin, line.length))}\n`).join('');
    if (quote !== "'" && /#\{|\\/u.test(text))
      throw new NotUnderstood('a here-document with interpolation', start);
    const end = start + all.length;
    return { node: { kind: quote === '`' ? 'shell' : 'string', parts: [text], start, end }, end };
  }

  /** The lines from the next one on, up to the one that ends them; reading continues after that. */
  #linesBelow(lineBreak: number, isEnd: (line: string) => boolean, start: number): string[] {
    const lines: string[] = [];
    let at = this.#resume.get(lineBreak) ?? lineBreak + 1;
    for (;;) {
      if (at >= this.#source.length) throw new NotUnderstood('a here-document without its end', start);
      const end = this.#source.indexOf('\n', at);
      const line = this.#source.slice(at, end < 0 ? this.#source.length : end);
      at = end < 0 ? this.#source.length : end + 1;
      if (isEnd(line)) break;
      lines.push(line);
    }
    this.#resume.set(lineBreak, at);
    return lines;
  }
}
