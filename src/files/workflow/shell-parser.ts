import { createRequire } from 'node:module';
import type * as Unbash from 'unbash';

let loaded: typeof Unbash | null = null;

/**
 * The parser of Bash (unbash 6: plain JavaScript, with positions). Loaded when a script first needs it, and without a
 * promise, so that reading a project stays synchronous. `bin/build.ts` bundles it into a file of its own.
 */
export function shellParser(): typeof Unbash {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the package's types say of it
  loaded ??= createRequire(import.meta.url)('unbash') as typeof Unbash;
  return loaded;
}
