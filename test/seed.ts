/**
 * The seed of generated tests: the same every time, so that nobody's change fails over what it did not touch.
 * `SEED=new` draws another to look further; `SEED=<number>` repeats one.
 */
export const seed = seedOf(process.env['SEED']);

function seedOf(wish: string | undefined): number {
  if (wish === 'new') return Date.now() % 2 ** 31;
  return wish === undefined ? 1 : Number(wish);
}
