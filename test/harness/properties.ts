/**
 * fast-check for every generated test, with the same seed each time, so that a change cannot fail over what it did not
 * touch.
 *
 * - `SEED=new` draws another seed to look further; `SEED=<number>` repeats one.
 * - `RUNS=<number>` sets how many cases each property gets; `QUICK=true` gives each a twentieth of the usual.
 */
import fc from 'fast-check';

/** For what a test prints; fast-check has it already. */
export const seed = seedOf(process.env['SEED']);
fc.configureGlobal({ seed });

export { fc };

/** How many cases a property gets, `usual` being what `bin/test` runs. */
export function runs(usual: number): number {
  const { RUNS: asked, QUICK: quick } = process.env;
  if (asked !== undefined) return Number(asked);
  return quick === 'true' ? Math.max(5, Math.round(usual / 20)) : usual;
}

function seedOf(asked: string | undefined): number {
  if (asked === 'new') return Date.now() % 2 ** 31;
  return asked === undefined ? 1 : Number(asked);
}
