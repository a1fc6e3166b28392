import { exportToJob } from '../../github/runner/job-environment.ts';
import { missingLocale } from '../../kamal/run/locale.ts';
import { prepare } from '../prepare/prepare.ts';
import { projectOf } from '../prepare/project.ts';
import type { Run } from '../run.ts';
import type { Story } from '../run-summary.ts';

/** `command: setup`: leaves op, Kamal and the SSH key to the steps that follow; the token stays theirs to pass. */
export async function setup(run: Run, story: Story): Promise<string> {
  const { destination } = run.inputs;
  const project = await projectOf(run, [destination]);
  const { kamal, opDirectory, op, agentSocket, variables } = await prepare(run, project, story, {
    withFindings: false,
    withLogins: true,
    withKamal: false,
    withBuild: false,
  });
  exportToJob({
    path: [opDirectory, ...(kamal.binDirectory === null ? [] : [kamal.binDirectory])],
    environment: { ...missingLocale(run.environment), SSH_AUTH_SOCK: agentSocket },
  });
  if (Object.keys(variables).length > 0)
    run.log.info(
      'Later steps do not get the variables of the Environment: run Kamal through `op run --environment` there.',
    );
  run.outputs.set('op-version', op.version ?? '');
  run.outputs.set('kamal-version', kamal.version);
  return `${op.version === null ? '' : `op ${op.version}, `}Kamal ${kamal.version} and the SSH key are ready for later steps.`;
}
