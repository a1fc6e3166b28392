/** The tokens of a script as the parser walks over them. */
import { Lexer, type RubyToken } from './lexer.ts';
import { NotUnderstood, type Node } from './syntax.ts';

const MAX_DEPTH = 200;

export abstract class TokenStream {
  /** Inside the head of `while`/`until`/`for`, where `do` belongs to the statement. */
  noDo = false;
  /** Inside a list, where a comma ends an expression. */
  inList = false;
  readonly names: Set<string>;
  depth: number;
  readonly #lexer: Lexer;
  #token!: RubyToken;
  #previousEnd = 0;

  constructor(source: string, position: number, names: Set<string>, depth: number) {
    if (depth > MAX_DEPTH) throw new NotUnderstood('deep nesting', position);
    this.names = names;
    this.depth = depth;
    this.#lexer = new Lexer(source, position, (from) => this.interpolated(from));
    this.advance(true);
  }

  /** Parses what is between `#{` and `}`, from `from` on; `end` is behind the brace. */
  abstract interpolated(from: number): { readonly node: Node; readonly end: number };

  get token(): RubyToken {
    return this.#token;
  }

  get source(): string {
    return this.#lexer.source;
  }

  /** Where the token before the current one ends. */
  get previousEnd(): number {
    return this.#previousEnd;
  }

  fail(): never {
    throw new NotUnderstood(`Ruby at ${JSON.stringify(this.#token.text.slice(0, 20))}`, this.#token.start);
  }

  advance(expectsValue: boolean, afterName = false): void {
    this.#previousEnd = this.#token?.end ?? this.#lexer.position;
    this.#token = this.#lexer.next(expectsValue, afterName);
  }

  declare(name: string): void {
    this.names.add(name);
  }

  /** Whether a name is that of a variable assigned further up. */
  isLocal(name: string): boolean {
    return this.names.has(name);
  }

  is(type: RubyToken['type'], text: string): boolean {
    return this.#token.type === type && this.#token.text === text;
  }

  isOperator(text: string): boolean {
    return this.is('operator', text);
  }

  isKeyword(...words: string[]): boolean {
    return this.#token.type === 'keyword' && words.includes(this.#token.text);
  }

  /** Takes an operator that has to be here. */
  operator(text: string, expectsValue = true): void {
    if (!this.isOperator(text)) this.fail();
    this.advance(expectsValue);
  }

  keyword(word: string, expectsValue = true): void {
    if (!this.isKeyword(word)) this.fail();
    this.advance(expectsValue);
  }

  skipNewlines(): void {
    while (this.#token.type === 'newline') this.advance(true);
  }

  /** What is declared within is gone after it. */
  scoped<T>(parse: () => T): T {
    const outer = [...this.names];
    const parsed = parse();
    this.names.clear();
    for (const name of outer) this.names.add(name);
    return parsed;
  }

  deeper(): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new NotUnderstood('deep nesting', this.#token.start);
  }
}
