import { readVaults } from '../../onepassword/vault/vault.ts';
import { EnvironmentReader, environmentOf, readSources } from '../../vault-to-servers/environments.ts';
import { accessQuestions, wantedForAccess } from '../../vault-to-servers/questions.ts';
import { maskValues } from '../../vault-to-servers/masking.ts';
import { serversOf, unknownServers, type Servers } from '../../vault-to-servers/servers.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { onePasswordOf } from '../prepare/one-password.ts';
import { nowhereToLook } from '../prepare/prepare.ts';
import { openAgent, pinHostKeys, readAccess } from '../prepare/ssh-access.ts';
import { wayOf } from '../prepare/ways/way-of.ts';
import type { Run } from '../run.ts';
import { allInOrder } from '../tasks.ts';

/**
 * The way to the servers and nothing else: the SSH key from 1Password in an agent of the run's own, and the host keys.
 * No secret of the app is read, and neither op nor Kamal is installed.
 * @throws Failure if the deploy file does not say where the previews are, or the key cannot be read
 */
export async function openServers(run: Run, project: ProjectReadings): Promise<Servers> {
  const [first] = project.destinations;
  const deployment = first?.deploy.deployment ?? null;
  const { onePassword, inputs } = run;
  const { credential, signingIn } = onePasswordOf({ onePassword });
  // What the app fetches is not read here.
  wayOf(credential).refuse(inputs, { ...project, destinations: [] });
  const access = accessQuestions(
    inputs,
    project.destinations.map(({ secrets }) => secrets),
    environmentOf(project, inputs.destination, inputs.opEnvironment),
  );
  if (access === null) throw nowhereToLook(run);
  using session = await signingIn.session(run.signal);
  const [{ answers: extras, items }, sources] = await Promise.all([
    readVaults(session, wantedForAccess(access), { values: true }),
    readSources(new EnvironmentReader(session), project, inputs.opEnvironment),
  ]);
  maskValues({ items, answers: [], environments: [], sources }, run.log);
  const [{ key, known }, agent] = await allInOrder(
    readAccess(run, session, { extras, sources }, access),
    openAgent(run),
  );
  await allInOrder(agent.addKey(key), pinHostKeys(run, known, deployment));
  const servers = serversOf(deployment, first?.destination ?? null, {
    socket: agent.socket,
    environment: run.environment,
  });
  if (servers === null) throw unknownServers(first?.deploy.files.at(-1)?.path ?? inputs.configFile);
  return servers;
}
