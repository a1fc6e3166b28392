import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../github/runner/summary.ts';
import { Failure, type NextSteps } from '../../base/failure.ts';
import { check } from '../../parity/check.ts';
import type { Changes } from '../../parity/report/changes.ts';
import { withoutReturn } from '../../parity/report/removal-fixes.ts';
import { atLeast, countFindings, type Report } from '../../parity/report/report.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { renderJson } from '../../report/formats/json.ts';
import { nextSteps } from '../../report/parts/next-steps.ts';
import { vaultVerdicts } from '../../report/parts/vault-verdicts.ts';
import { renderPretty } from '../../report/formats/pretty.ts';
import { namedVerdictLine, verdictLine } from '../../report/parts/verdict-line.ts';
import { VERSION } from '../../base/version.ts';
import { maskedReport } from '../publish/masked-report.ts';
import { publishToGitHub, type Publication, type PublishingRun } from '../publish/publish.ts';
import type { Run } from '../run.ts';
import type { Story } from '../run-summary.ts';

/**
 * Checks parity, with what the vault holds if it was asked, and reports it everywhere: log, report file, outputs,
 * summary, and what GitHub shows of it. Publishing to GitHub can still be under way when it returns: `story.telling`.
 * @throws Failure `out-of-parity` if `fail-on` says so, once all is reported
 */
export async function publishParity(
  run: PublishingRun & Pick<Run, 'outputs'>,
  project: ProjectReadings,
  story: Story,
): Promise<Report> {
  const report = check(project);
  story.report = report;
  story.vault = vaultVerdicts(project.destinations);
  const counts = countFindings(report);
  run.outputs.set('errors', counts.error);
  run.outputs.set('warnings', counts.warning);
  writeReport(run, report);
  if (counts.error + counts.warning > 0) run.log.info(renderPretty(report, { colour: true }));
  else run.log.info(verdictLine(report));
  const failing = fails(run, report);
  const telling = publishOnGitHub(run, { project, report, vault: story.vault, fails: failing }, story);
  story.telling = telling;
  if (!failing) return report;
  const changes = await telling;
  throw outOfParity(changes === null ? report : withoutReturn(report, changes));
}

/** No link is followed, and no pipe waited for, that an earlier step may have put there. */
const PLAINLY =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_TRUNC |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** For the steps that follow; without it nothing is decided otherwise. */
function writeReport(run: Pick<Run, 'directory' | 'log' | 'outputs'>, report: Report): void {
  const given = process.env['RUNNER_TEMP'] ?? '';
  const path = join(given === '' ? run.directory : given, 'kamal-1password-report.json');
  try {
    const file = openSync(path, PLAINLY);
    try {
      writeFileSync(
        file,
        renderJson(
          maskedReport(report, (text) => run.log.masked(text)),
          VERSION,
        ),
      );
    } finally {
      closeSync(file);
    }
    run.outputs.set('report', path);
  } catch (error) {
    run.log.warning(`The JSON report cannot be written: ${reasonOf(error)}.`);
  }
}

/** What the change under review makes of the secrets; null if that is not known. */
async function publishOnGitHub(
  run: PublishingRun,
  publication: Publication,
  story: Story,
): Promise<Changes | null> {
  const { link, changes } = await publishToGitHub(run, publication);
  story.link = link;
  return changes;
}

function fails({ inputs: { failOn } }: Pick<Run, 'inputs'>, report: Report): boolean {
  if (failOn === 'never') return false;
  const counts = countFindings(report);
  return (['error', 'warning'] as const).some(
    (severity) => counts[severity] > 0 && atLeast(severity, failOn),
  );
}

function outOfParity(report: Report): Failure {
  return new Failure('out-of-parity', `Secrets check failed: ${namedVerdictLine(report)}`, stepsOf(report));
}

function stepsOf(report: Report): NextSteps {
  const { human, agent } = nextSteps(report);
  return {
    human: human.map(({ title }) => title),
    agent: agent.map(({ file, line, title }) => `\`${file}:${line}\`: ${title}`),
  };
}
