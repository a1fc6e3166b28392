import { Failure } from '../../base/failure.ts';
import { chooseVersion, rollbackRefused } from '../../kamal/servers/rollback-target.ts';
import { inspectServers } from '../../kamal/servers/inspect.ts';
import { hostsIn, prepareFor, secretsOf } from './deploy.ts';
import { asDeployment } from '../publish/github-deployment.ts';
import { runKamalCommand } from '../kamal/kamal-run.ts';
import type { Run } from '../run.ts';
import { unknownServers } from '../../vault-to-servers/servers.ts';
import type { Story } from '../run-summary.ts';
import { verifyServers } from '../kamal/verification.ts';

/** `command: rollback`: to the version asked for, else to the newest earlier one that every host still has. */
export async function rollback(run: Run, story: Story): Promise<string> {
  const { project, prepared, servers } = await prepareFor(run, story);
  if (servers === null) throw unknownServers(run.inputs.configFile);
  const reports = await inspectServers(servers.deployed, { ...servers.access, signal: run.signal });
  const { version, createdAt } = chooseVersion(servers.deployed, reports, run.inputs.version);
  run.log.info(`Rolling back to version ${version}, first started ${createdAt}, on ${hostsIn(prepared)}.`);
  story.tell('Version', version);
  const { deployment } = prepared;
  return asDeployment(run, { deployment, version, workflows: project.workflows }, async () => {
    const asked = { words: ['rollback', version], version, servers };
    const result = await runKamalCommand(run, prepared, asked, story);
    // Kamal 2.12.0 exits 0 when it has no container of the version.
    if (rollbackRefused(result.lines)) {
      throw new Failure(
        'version-unknown',
        `Kamal found no container of version \`${version}\`; nothing was changed.`,
        {
          human: ['Deploy that version again with the inputs `version` and `skip-push: true`.'],
        },
      );
    }
    run.outputs.set('version', version);
    await verifyServers(run, { servers, version, secrets: secretsOf(project, prepared, null) }, story);
    return `Rolled back to \`${version}\` on ${hostsIn(prepared)}.`;
  });
}
