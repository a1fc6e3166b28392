import { maskValues } from '../../vault-to-servers/masking.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { namedVerdictLine } from '../../report/parts/verdict-line.ts';
import { onePasswordOf } from '../prepare/one-password.ts';
import { publishParity } from '../prepare/parity.ts';
import { projectOf } from '../prepare/project.ts';
import type { Run } from '../run.ts';
import type { Story } from '../run-summary.ts';

/**
 * `command: check`: the parity check, which runs nothing of the repository. It needs no token; where there is one (not for
 * pull requests from forks) it looks into 1Password too, for names.
 */
export async function checkOnly(run: Run, story: Story): Promise<string> {
  const { destination } = run.inputs;
  const project = await projectOf(run, destination === null ? 'all' : [destination]);
  const report = await publishParity(run, await withVault(run, project), story);
  return namedVerdictLine(report);
}

/** @throws Failure as `signIn`: a token that is there and does not work is a flaw of its own */
async function withVault(run: Run, project: ProjectReadings): Promise<ProjectReadings> {
  if ((run.inputs.serviceAccountToken ?? '').trim() === '') return project;
  const { signingIn } = onePasswordOf(run);
  const { readLive } = await import('../../vault-to-servers/read-vault.ts');
  using session = await signingIn.session(run.signal);
  const { opEnvironment } = run.inputs;
  const live = await readLive(
    session,
    project,
    opEnvironment === null ? {} : { environments: opEnvironment },
  );
  maskValues(live, run.log);
  run.log.debug(`requests to 1Password: ${session.requestsMade}`);
  return live.project;
}
