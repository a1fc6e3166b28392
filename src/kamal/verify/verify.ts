import type { Alteration, SecretVerdict } from '../servers/container-environment.ts';
import type { ServerAccess } from '../servers/shell.ts';
import { accessoryContainer, inspectServers, type Deployed, type ServerReport } from '../servers/inspect.ts';
import { accessoryOn, roleOn, servingContainer } from '../servers/containers.ts';
import type { VerifyProblem } from '../servers/problem.ts';
import { secretProblem, type ExpectedSecret } from './secrets.ts';

export interface VerifyRequest {
  readonly deployed: Deployed;
  /** The version just deployed; null: whichever version the servers agree on. */
  readonly version: string | null;
  readonly secrets: readonly ExpectedSecret[];
  /** Whether accessories are checked too. */
  readonly accessories: boolean;
  readonly access: ServerAccess;
}

/** What became of one secret in one container. */
export interface SecretCheck {
  readonly host: string;
  readonly where: string;
  readonly container: string;
  readonly secret: string;
  readonly verdict: SecretVerdict;
  readonly alteration: Alteration | null;
}

export interface Verification {
  readonly ok: boolean;
  /** The version that was expected; if none was named, the one that was found. Null if nothing runs. */
  readonly version: string | null;
  readonly problems: readonly VerifyProblem[];
  readonly secrets: readonly SecretCheck[];
  readonly servers: readonly ServerReport[];
}

/** Reads every server, over one connection each, and compares what runs with what should. Rejects only when aborted. */
export async function verifyDeployment(request: VerifyRequest): Promise<Verification> {
  const deployed = request.accessories ? request.deployed : { ...request.deployed, accessories: [] };
  return judgeServers({ ...request, deployed }, await inspectServers(deployed, request.access));
}

/** The comparison of {@link verifyDeployment} on its own. */
export function judgeServers(
  { deployed, version: asked, secrets }: Pick<VerifyRequest, 'deployed' | 'version' | 'secrets'>,
  servers: readonly ServerReport[],
): Verification {
  const version = asked ?? commonVersion(deployed, servers);
  const problems: VerifyProblem[] = [];
  const checks: SecretCheck[] = [];
  const places = [
    ...deployed.roles.flatMap((role) =>
      role.hosts.map((host) => ({ host, where: `role:${role.name}`, role, accessory: null })),
    ),
    ...deployed.accessories.flatMap((accessory) =>
      accessory.hosts.map((host) => ({ host, where: `accessory:${accessory.name}`, role: null, accessory })),
    ),
  ];
  for (const { host, where, role, accessory } of places) {
    const server = servers.find((each) => each.host === host);
    if (server === undefined || !server.reached) {
      if (!problems.some((problem) => problem.host === host)) problems.push(unreachable(host, where, server));
      continue;
    }
    const found =
      role === null
        ? accessoryOn(server, accessoryContainer(deployed, accessory), where)
        : roleOn(server, deployed, role, version);
    problems.push(...found.problems);
    if (found.container === null) continue;
    for (const secret of secrets) {
      if (secret.where !== where || secret.hosts?.includes(host) === false) continue;
      const { verdict, alteration } = found.container.environment.compare(secret.container, secret.value);
      checks.push({ host, where, container: secret.container, secret: secret.secret, verdict, alteration });
      const problem = secretProblem({ host, where }, secret, verdict, alteration);
      if (problem !== null) problems.push(problem);
    }
  }
  return { ok: problems.length === 0, version, problems, secrets: checks, servers };
}

/** The version that the first role's first reachable host serves, else runs; the others are measured by it. */
function commonVersion(deployed: Deployed, servers: readonly ServerReport[]): string | null {
  for (const role of deployed.roles) {
    for (const host of role.hosts) {
      const server = servers.find((each) => each.host === host);
      if (server?.reached !== true) continue;
      const serving = role.proxy ? servingContainer(server, deployed, role.name) : null;
      const running = server.containers.find((each) => each.role === role.name && each.status === 'running');
      const version = (serving ?? running)?.version ?? null;
      if (version !== null) return version;
    }
  }
  return null;
}

function unreachable(host: string, where: string, server: ServerReport | undefined): VerifyProblem {
  const reason = server?.reached === false ? server.reason : 'it was not checked';
  const sentence = `Could not check ${host}: ${reason}.`;
  const next = {
    human: [`Check that ${host} is up and reachable over SSH, then try again.`],
    agent: [],
  };
  return { kind: 'host-unreachable', host, where, secret: null, sentence, next };
}
