import { createRequire } from 'node:module';

let loaded: typeof import('unbash') | null = null;

/**
 * The parser of Bash (unbash 6: plain JavaScript, with positions). Loaded when a script first needs it, and without a
 * promise, so that reading a project stays synchronous. `bin/build.ts` bundles it into a file of its own.
 */
export function shellParser(): typeof import('unbash') {
  loaded ??= createRequire(import.meta.url)('unbash') as typeof import('unbash');
  return loaded;
}
