import type { Value } from './values.ts';

/** An exception that the template's Ruby raises. */
export class Raised extends Error {
  override readonly name = 'Raised';
  readonly className: string;
  /** False where it is raised only under something that a run can tell. */
  readonly certain: boolean;

  constructor(className: string, message: string, certain: boolean) {
    super(message);
    this.className = className;
    this.certain = certain;
  }
}

/** `return`, `next` and `break` on their way. */
export class Jump extends Error {
  override readonly name = 'Jump';
  readonly how: 'return' | 'next' | 'break';
  readonly value: Value;

  constructor(how: 'return' | 'next' | 'break', value: Value) {
    super(how);
    this.how = how;
    this.value = value;
  }
}

/** The template does more than is looked at: its output cannot be known. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}
