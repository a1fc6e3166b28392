/** Ruby's tokens. Where the same character can begin a value or continue one, the parser says which it expects. */
import { Literals } from './literals.ts';
import { NotUnderstood, type Node } from './syntax.ts';

export interface RubyToken {
  readonly type:
    | 'value'
    | 'name'
    | 'constant'
    | 'instance'
    | 'global'
    | 'label'
    | 'keyword'
    | 'operator'
    | 'write'
    | 'newline'
    | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly spaceBefore: boolean;
  readonly spaceAfter: boolean;
  /** The literal, for `value`. */
  readonly node: Node | null;
}

/** Marks that a script has for a stretch of text and for an expression tag, each followed by the number of the part. */
export const TEXT_MARK = '\uE000';
export const WRITE_MARK = '\uE001';

const KEYWORDS: ReadonlySet<string> = new Set(
  'alias and begin break case class def defined? do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield __FILE__ __LINE__ BEGIN END'.split(
    ' ',
  ),
);

const OPERATORS = [
  '**=',
  '<=>',
  '===',
  '...',
  '<<=',
  '>>=',
  '&&=',
  '||=',
  '**',
  '==',
  '!=',
  '>=',
  '<=',
  '&&',
  '||',
  '=~',
  '!~',
  '..',
  '::',
  '<<',
  '>>',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '|=',
  '&=',
  '^=',
  '=>',
  '->',
  '&.',
  '+',
  '-',
  '*',
  '/',
  '%',
  '=',
  '<',
  '>',
  '!',
  '&',
  '|',
  '^',
  '~',
  '?',
  ':',
  ',',
  '.',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
];

export class Lexer {
  readonly source: string;
  position: number;
  /** Where the bodies of here-documents of a line end, by the position of the line's break. */
  readonly #resume = new Map<number, number>();
  readonly #literals: Literals;

  constructor(
    source: string,
    position: number,
    parseUntilBrace: (from: number) => { node: Node; end: number },
  ) {
    this.source = source;
    this.position = position;
    this.#literals = new Literals(source, parseUntilBrace, this.#resume);
  }

  /** The next token; `expectsValue` decides whether `/`, `[`, `-`, `%`, `<<`, `?`, `:` … begin a value or are operators. */
  next(expectsValue: boolean, afterName: boolean): RubyToken {
    const before = this.position;
    this.#skipBlanks();
    const start = this.position;
    const spaceBefore = start > before;
    const make = (type: RubyToken['type'], end: number, node: Node | null = null): RubyToken => {
      this.position = end;
      const text = this.source.slice(start, end);
      return { type, text, start, end, spaceBefore, spaceAfter: this.#isSpace(end), node };
    };
    if (start >= this.source.length) return make('end', start);
    const char = this.source.charAt(start);
    if (char === '\n') return make('newline', this.#resume.get(start) ?? start + 1);
    if (char === ';') return make('newline', start + 1);
    if (char === TEXT_MARK || char === WRITE_MARK) return this.#mark(start, make);
    // After a name with a space before and none behind, these begin an argument: `puts -1`, `x [1]`, `raise %w(a)`.
    const argument =
      afterName && spaceBefore && !this.#isSpace(start + 1) && this.source.charAt(start + 1) !== '=';
    const literal = this.#literals.read(start, expectsValue || argument, expectsValue);
    if (literal) return make('value', literal.end, literal.node);
    const word = this.#word(start);
    if (word) return make(word.type, word.end);
    for (const operator of OPERATORS) {
      if (this.source.startsWith(operator, start)) return make('operator', start + operator.length);
    }
    throw new NotUnderstood(`the character ${char}`, start);
  }

  /** What the template writes here: see script.ts. */
  #mark(start: number, make: (type: RubyToken['type'], end: number, node?: Node) => RubyToken): RubyToken {
    const digits = /^\d+/u.exec(this.source.slice(start + 1, start + 12))?.[0];
    if (digits === undefined) throw new NotUnderstood('a mark of no part', start);
    const end = start + 1 + digits.length;
    if (this.source.charAt(start) === WRITE_MARK) return make('write', end);
    return make('value', end, { kind: 'text', part: Number(digits), start, end });
  }

  #isSpace(position: number): boolean {
    const char = this.source.charAt(position);
    return char === '' || /\s/u.test(char);
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.source.charAt(this.position);
      if (char === ' ' || char === '\t' || char === '\r' || char === '\f') {
        this.position += 1;
      } else if (char === '\\' && /^\\\r?\n/u.test(this.source.slice(this.position, this.position + 3))) {
        this.position += this.source.charAt(this.position + 1) === '\r' ? 3 : 2;
      } else if (char === '=' && this.#beginsComment()) {
        const end = /\n=end(?:[ \t][^\n]*)?(?=\n|$)/gu;
        end.lastIndex = this.position;
        this.position = end.exec(this.source) ? end.lastIndex : this.source.length;
      } else if (char === '#') {
        const end = this.source.indexOf('\n', this.position);
        this.position = end < 0 ? this.source.length : end;
      } else {
        return;
      }
    }
  }

  /** `=begin` at the start of a line: a comment up to a line `=end`. */
  #beginsComment(): boolean {
    const { source, position } = this;
    return (
      (position === 0 || source.charAt(position - 1) === '\n') &&
      /^=begin(?:\s|$)/u.test(source.slice(position, position + 8))
    );
  }

  #followsDot(start: number): boolean {
    return this.source.charAt(start - 1) === '.' && this.source.charAt(start - 2) !== '.';
  }

  /** Whether the `?` or `!` at `at` is part of the word before it. */
  #hasMark(at: number): boolean {
    const mark = this.source.charAt(at);
    const after = this.source.charAt(at + 1);
    if (mark !== '?' && mark !== '!') return false;
    if (after === '=') return '=~>'.includes(this.source.charAt(at + 2));
    return mark === '!' || after !== ':';
  }

  #word(start: number): { type: RubyToken['type']; end: number } | null {
    const pattern = /(?:@@?|\$)?[\p{Alphabetic}_][\p{Alphabetic}\p{N}_]*|\$[0-9~!@&`'+*$?:"<>,./\\;]/uy;
    pattern.lastIndex = start;
    const text = pattern.exec(this.source)?.[0];
    if (text === undefined) return null;
    let end = start + text.length;
    if (text.startsWith('@')) return { type: 'instance', end };
    if (text.startsWith('$')) return { type: 'global', end };
    if (this.#hasMark(end)) end += 1;
    const whole = this.source.slice(start, end);
    // Behind a dot every word is a method: `x.nil?`, `x.class`, `x.then { … }`.
    if (whole !== text && this.#followsDot(start)) return { type: 'name', end };
    if (this.source.charAt(end) === ':' && this.source.charAt(end + 1) !== ':')
      return { type: 'label', end: end + 1 };
    if (KEYWORDS.has(whole)) return { type: 'keyword', end };
    if (whole === text) return { type: /^\p{Lu}/u.test(text) ? 'constant' : 'name', end };
    return KEYWORDS.has(text) && text !== 'defined'
      ? { type: 'keyword', end: start + text.length }
      : { type: 'name', end };
  }
}
