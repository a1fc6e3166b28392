import type { NextSteps } from '../../base/failure.ts';
import { containerPrefix, type Container, type Deployed, type ServerReport } from './inspect.ts';
import type { ProblemKind, VerifyProblem } from './problem.ts';

type Reached = Extract<ServerReport, { reached: true }>;

/** What was found of a role or an accessory on one host. */
interface Found {
  /** The container to check for secrets; null if it does not run. */
  readonly container: Container | null;
  readonly problems: readonly VerifyProblem[];
}

/** Finds the container of a role, the version it runs, and whether traffic goes there. */
export function roleOn(
  server: Reached,
  deployed: Deployed,
  role: Deployed['roles'][number],
  version: string | null,
): Found {
  const { host } = server;
  const problem = problemOf(host, role);
  const running = server.containers.filter((each) => each.role === role.name && each.status === 'running');
  const expected = running.find((each) => each.version === version);
  if (expected === undefined) {
    const other = running.map((each) => each.version ?? each.name);
    if (other.length > 0 && version !== null) {
      const sentence = `On ${host}, role ${role.name} runs version ${other.join(', ')}, not ${version}.`;
      return { container: null, problems: [problem('wrong-version', sentence, LOOK_AND_DEPLOY)] };
    }
    return {
      container: null,
      problems: [problem('container-missing', notRunning(server, role.name, version), LOOK_AND_DEPLOY)],
    };
  }
  const problems: VerifyProblem[] = [];
  const left = running.filter((each) => each !== expected);
  if (left.length > 0) {
    const names = left.map((each) => each.version ?? each.name).join(', ');
    const sentence = `On ${host}, role ${role.name} still runs version ${names} beside ${version}.`;
    problems.push(
      problem('wrong-version', sentence, { human: ['Stop it with `kamal app stale_containers --stop`.'] }),
    );
  }
  if (role.proxy) {
    const traffic = trafficOf(server, containerPrefix(deployed, role.name));
    if (traffic.to !== expected.id) {
      const sentence = `On ${host}, ${traffic.words}, not to version ${version} of role ${role.name}, although it is running.`;
      problems.push(
        problem('not-serving', sentence, {
          human: ['Check `kamal proxy details` and `kamal proxy logs`, then deploy again.'],
        }),
      );
    } else if (traffic.state !== 'running' && traffic.state !== '') {
      const sentence = `On ${host}, kamal-proxy holds role ${role.name} as ${traffic.state}: requests do not reach the app.`;
      problems.push(
        problem('not-serving', sentence, { human: ['Let traffic through again with `kamal app live`.'] }),
      );
    }
  }
  return { container: expected, problems };
}

/** Makes problems of a role on a host. */
function problemOf(host: string, role: Deployed['roles'][number]) {
  return (kind: ProblemKind, sentence: string, next: Partial<NextSteps>): VerifyProblem => ({
    kind,
    host,
    where: `role:${role.name}`,
    secret: null,
    sentence,
    next: { human: next.human ?? [], agent: next.agent ?? [] },
  });
}

const LOOK_AND_DEPLOY: Partial<NextSteps> = {
  human: ['Check `kamal app details` and `kamal app logs`, then deploy again.'],
};

/** Where kamal-proxy sends a service's traffic: the id of our container, or null, and words for a sentence. */
function trafficOf(
  server: Reached,
  name: string,
): { readonly to: string | null; readonly state: string; readonly words: string } {
  if (server.proxy === null)
    return { to: null, state: '', words: 'kamal-proxy is not running: no traffic reaches the app' };
  const service = server.proxy.find((each) => each.name === name);
  if (service === undefined)
    return { to: null, state: '', words: `kamal-proxy does not know ${name}: its traffic reaches nothing` };
  const targets = service.targets.map((target) => target.replace(/:\d+$/, ''));
  const container = server.containers.find((each) => targets.some((target) => isNamedBy(each, target)));
  const version = container?.version ?? null;
  const words = `kamal-proxy sends traffic to ${version === null ? `an unknown container (${service.targets.join(', ')})` : `version ${version}`}`;
  return { to: container?.id ?? null, state: service.state, words };
}

function isNamedBy(container: Container, target: string): boolean {
  return target === container.name || (/^[0-9a-f]{12,}$/.test(target) && container.id.startsWith(target));
}

/** The container that kamal-proxy sends a role's traffic to; null if it sends none or to one that is not ours. */
export function servingContainer(server: Reached, deployed: Deployed, role: string): Container | null {
  const { to } = trafficOf(server, containerPrefix(deployed, role));
  return server.containers.find((each) => each.id === to) ?? null;
}

/** Finds the container of an accessory. */
export function accessoryOn(server: Reached, name: string, where: string): Found {
  const container = server.containers.find((each) => each.name === name);
  if (container?.status === 'running') return { container, problems: [] };
  const state = container === undefined ? 'there is no such container' : `it is ${container.status}`;
  const sentence = `On ${server.host}, the accessory's container ${name} does not run: ${state}.`;
  const next = { human: ['Start it with `kamal accessory boot` or `kamal accessory reboot`.'], agent: [] };
  return {
    container: null,
    problems: [{ kind: 'container-missing', host: server.host, where, secret: null, sentence, next }],
  };
}

function notRunning(server: Reached, role: string, version: string | null): string {
  const ours = server.containers.filter((each) => each.role === role);
  const dead = ours.find((each) => each.version === version);
  const what = version === null ? 'no container' : `no container of version ${version}`;
  if (dead === undefined) return `On ${server.host}, role ${role} runs ${what}.`;
  const ended = dead.status === 'exited' ? `exited with status ${dead.exitCode}` : `is ${dead.status}`;
  return `On ${server.host}, role ${role} runs ${what}: it ${ended}.`;
}
