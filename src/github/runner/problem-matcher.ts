import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { JobLog } from './log.ts';

/**
 * Registers with the runner how to read the lines of `kamal-1password check --format unix`, so that later steps get
 * annotations from them. The action's own report is of another form: nothing of it is annotated twice. The matcher is
 * next to `dist/`, from where this runs (actions/runner, docs/adrs/0276-problem-matchers.md).
 */
export function registerProblemMatcher(log: JobLog): void {
  const path = resolve(import.meta.dirname, '../.github/problem-matcher.json');
  if (existsSync(path)) log.commands(`::add-matcher::${path}`);
}
