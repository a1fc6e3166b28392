import { createRequire } from 'node:module';
import type * as unbash from 'unbash';

type Parser = typeof unbash;

let loaded: Parser | null = null;

/**
 * The parser of Bash (unbash 6: plain JavaScript, with positions). Loaded when a script first needs it, and without a
 * promise, so that reading a project stays synchronous. `bin/build.ts` bundles it into its own file.
 */
export function shellParser(): Parser {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `require` gives `any`; the package has these types.
  loaded ??= createRequire(import.meta.url)('unbash') as Parser;
  return loaded;
}
