import { droppedSecrets } from '../../vault-to-servers/dropped-secrets.ts';
import { hostsIn, prepareFor, secretsOf } from './deploy.ts';
import type { Run } from '../run.ts';
import { unknownServers } from '../../vault-to-servers/servers.ts';
import type { Story } from '../run-summary.ts';
import { verifyServers } from '../kamal/verification.ts';

/** `command: verify`: compares what runs with the version asked for, and its secrets with what 1Password holds now. */
export async function verify(run: Run, story: Story): Promise<string> {
  const { project, prepared, servers } = await prepareFor(run, story);
  if (servers === null) throw unknownServers(run.inputs.configFile);
  // Another job deployed what runs: what its environment put into a value is not known here.
  const listed = secretsOf(project, prepared, null);
  const secrets = [...listed, ...droppedSecrets(project, listed)];
  const version = await verifyServers(run, { servers, version: run.inputs.version, secrets }, story);
  story.tell('Version', version);
  if (version !== null) run.outputs.set('version', version);
  return `Version \`${version ?? 'unknown'}\` serves on ${hostsIn(prepared)}, with the values stored in 1Password.`;
}
