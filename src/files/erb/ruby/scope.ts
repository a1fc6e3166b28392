import type { Value } from './values.ts';

/** Local variables by name. */
export type Scope = Map<string, Value>;

/** The variables of a block: its own, and those around it. */
export class BlockScope extends Map<string, Value> {
  readonly #outer: Scope;

  constructor(outer: Scope) {
    super();
    this.#outer = outer;
  }

  override get(name: string): Value | undefined {
    return super.get(name) ?? this.#outer.get(name);
  }

  override has(name: string): boolean {
    return super.has(name) || this.#outer.has(name);
  }

  override set(name: string, value: Value): this {
    if (!super.has(name) && this.#outer.has(name)) {
      this.#outer.set(name, value);
      return this;
    }
    return super.set(name, value);
  }

  declare(name: string, value: Value): void {
    super.set(name, value);
  }
}
