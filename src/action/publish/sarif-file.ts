import { resolve } from 'node:path';
import { writeInCheckout } from '../../base/write-in-checkout.ts';
import type { Report } from '../../parity/report/report.ts';
import { rules } from '../../parity/rules.ts';
import { renderSarif } from '../../report/formats/sarif.ts';
import { VERSION } from '../../base/version.ts';
import type { Run } from '../run.ts';

/**
 * Writes the findings for code scanning where the workflow asks for it.
 * @param report with paths from the root of the repository, as code scanning wants them
 */
export async function writeSarif(run: Pick<Run, 'inputs' | 'log'>, report: Report): Promise<void> {
  const { sarifFile } = run.inputs;
  if (sarifFile === null) return;
  const workspace = process.env['GITHUB_WORKSPACE'] ?? process.cwd();
  const path = resolve(workspace, sarifFile);
  try {
    await writeInCheckout(workspace, path, renderSarif(report, rules, VERSION));
    run.log.info(`SARIF: ${path}`);
  } catch (error) {
    run.log.warning(
      `The SARIF report cannot be written to ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
