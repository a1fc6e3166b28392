import type { Value } from './values.ts';

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
