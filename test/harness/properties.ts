/**
 * fast-check for every generated test, with the same seed each time, so that nobody's change fails over what it did not
 * touch. `SEED=new` draws another to look further; `SEED=<number>` repeats one.
 */
import fc from 'fast-check';

/** For what a test says of itself; fast-check has it already. */
export const seed = seedOf(process.env['SEED']);
fc.configureGlobal({ seed });

export { fc };

function seedOf(wish: string | undefined): number {
  if (wish === 'new') return Date.now() % 2 ** 31;
  return wish === undefined ? 1 : Number(wish);
}
