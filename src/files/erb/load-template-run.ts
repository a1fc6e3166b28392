import { createRequire } from 'node:module';
import type * as templateRunModule from './template-run.ts';

type TemplateRun = typeof templateRunModule;

let loaded: TemplateRun | null = null;

/**
 * What runs a template. Its Ruby is a quarter of the code that a check would load, and most projects have no tags but in
 * comments. Loaded without a promise, so that reading a project stays synchronous; `bin/build.ts` bundles it into its
 * own file.
 */
export function templateRun(): TemplateRun {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `require` gives `any`; the module has these types.
  loaded ??= createRequire(import.meta.url)('./template-run.ts') as TemplateRun;
  return loaded;
}
