import { accessQuestions, wantedForAccess } from '../../vault-to-servers/questions.ts';
import { maskValues } from '../../vault-to-servers/masking.ts';
import { readLive } from '../../vault-to-servers/read-vault.ts';
import { serversOf, unknownServers, type Servers } from '../../vault-to-servers/servers.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { onePasswordOf } from '../prepare/one-password.ts';
import { nowhereToLook } from '../prepare/prepare.ts';
import { openAgent, pinHostKeys, readAccess } from '../prepare/ssh-access.ts';
import type { Run } from '../run.ts';
import { inOrder } from '../tasks.ts';

/**
 * The way to the servers and nothing else: the SSH key from 1Password in an agent of the run's own, and the host keys.
 * No secret of the app is read, and neither op nor Kamal is installed.
 * @throws Failure where the deploy file does not say where the previews are, or the key is not to be had
 */
export async function openServers(run: Run, project: ProjectReadings): Promise<Servers> {
  const [first] = project.destinations;
  const deployment = first?.deploy.deployment ?? null;
  const { onePassword } = run;
  const { signingIn } = onePasswordOf({ onePassword });
  const access = accessQuestions(
    run.inputs,
    project.destinations.map(({ secrets }) => secrets),
  );
  if (access === null) throw nowhereToLook(run);
  using session = await signingIn.session(run.signal);
  const live = await readLive(
    session,
    { ...project, destinations: [] },
    {
      extras: wantedForAccess(access),
      environments: run.inputs.opEnvironment,
    },
  );
  maskValues(live, run.log);
  const [{ key, known }, agent] = await inOrder(readAccess(run, session, live, access), openAgent(run));
  await inOrder(agent.addKey(key), pinHostKeys(run, known, deployment));
  const servers = serversOf(deployment, first?.destination ?? null, {
    socket: agent.socket,
    environment: run.environment,
  });
  if (servers === null) throw unknownServers(first?.deploy.files.at(-1)?.path ?? run.inputs.configFile);
  return servers;
}
