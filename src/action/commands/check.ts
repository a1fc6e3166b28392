import { Failure } from '../../base/failure.ts';
import { vaultReads } from '../../parity/vault/reads.ts';
import { maskValues } from '../../vault-to-servers/masking.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { namedVerdictLine, standingOf } from '../../report/parts/verdict-line.ts';
import { onePasswordOf } from '../prepare/one-password.ts';
import { publishParity } from '../prepare/parity.ts';
import { projectOf } from '../prepare/project.ts';
import type { Run } from '../run.ts';
import type { Story } from '../run-summary.ts';

/**
 * `command: check`: the parity check, which runs nothing of the repository. It needs no token; with one (not for pull
 * requests from forks) it reads names from 1Password too.
 */
export async function checkOnly(run: Run, story: Story): Promise<string> {
  const { destination } = run.inputs;
  const project = await projectOf(run, destination === null ? 'all' : [destination]);
  const report = await publishParity(run, await withVault(run, project), story);
  const verdict = namedVerdictLine(report);
  const standing = standingOf(report);
  // It succeeds with warnings, and with errors where `fail-on` says so.
  if (standing === 'warning') return `Secrets check passed with ${verdict}`;
  return standing === 'error' ? `Secrets check found ${verdict}` : verdict;
}

/** Without a credential, as for a pull request from a fork, only the files are checked. */
const NOT_GIVEN: ReadonlySet<string> = new Set([
  'token-missing',
  'workload-incomplete',
  'connect-incomplete',
  'id-token-permission-missing',
]);

/** @throws Failure as `signIn`: a token that does not work is its own flaw */
async function withVault(
  run: Pick<Run, 'inputs' | 'log' | 'onePassword' | 'signal'>,
  project: ProjectReadings,
): Promise<ProjectReadings> {
  if (run.onePassword instanceof Failure && NOT_GIVEN.has(run.onePassword.code)) {
    if (run.onePassword.code !== 'token-missing') run.log.info(run.onePassword.message);
    return project;
  }
  const { credential, signingIn } = onePasswordOf(run);
  const { opEnvironment } = run.inputs;
  const cannotRead =
    credential.kind === 'workload' &&
    project.destinations.some(({ secrets }) => vaultReads(secrets).length > 0);
  // The rule `keyless-reads-no-vaults` reports that.
  if (cannotRead) return project;
  const { readLive } = await import('../../vault-to-servers/read-vault.ts');
  using session = await signingIn.session(run.signal);
  const live = await readLive(
    session,
    project,
    opEnvironment === null ? {} : { environments: opEnvironment },
  );
  maskValues(live, run.log);
  run.log.debug(`requests to 1Password: ${session.requestsMade}`);
  return live.project;
}
