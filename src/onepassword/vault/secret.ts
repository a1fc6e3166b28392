/**
 * A value that must not be written by accident. Whatever prints, joins, serialises or inspects it gets `[secret]`;
 * only {@link Secret.reveal} gives the value, so that every use of one can be found by that name.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Mask it (`log.mask`) before it goes anywhere. */
  reveal(): string {
    return this.#value;
  }

  /** True where there are no characters at all; blanks count as a value. */
  get isEmpty(): boolean {
    return this.#value === '';
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  /** What `util.inspect`, `console.log` and `assert` show. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}

const REDACTED = '[secret]';
