import type { ServerAccess } from './shell.ts';
import {
  containerPrefix,
  inspectServers,
  type Container,
  type Deployed,
  type ServerReport,
} from './inspect.ts';
import { byHosts } from './by-hosts.ts';
import { servingContainer } from './containers.ts';

/** What one role does on one host, for the sentence after a failed or interrupted run. */
export interface RoleState {
  readonly host: string;
  readonly role: string;
  /** The version that traffic goes to; null for a role without proxy, or if there is none. */
  readonly serving: string | null;
  /** Versions whose containers run. */
  readonly running: readonly string[];
  /** True while kamal-proxy still switches this role: this state can be over in a moment. */
  readonly switching: boolean;
}

export interface ServerState {
  readonly roles: readonly RoleState[];
  readonly unreachable: readonly { readonly host: string; readonly reason: string }[];
  /** One sentence a host, for people. */
  readonly sentences: readonly string[];
}

/** Asks which version serves and which containers run. Rejects only when aborted. */
export async function serverState(deployed: Deployed, access: ServerAccess): Promise<ServerState> {
  const roles = { ...deployed, accessories: [] };
  return describeServers(roles, await inspectServers(roles, access));
}

/** The pure half of {@link serverState}. */
export function describeServers(deployed: Deployed, servers: readonly ServerReport[]): ServerState {
  const roles: RoleState[] = [];
  const unreachable: { host: string; reason: string }[] = [];
  for (const server of servers) {
    if (!server.reached) {
      unreachable.push({ host: server.host, reason: server.reason });
      continue;
    }
    for (const role of deployed.roles) {
      if (!role.hosts.includes(server.host)) continue;
      const running = server.containers.filter(
        (each) => each.role === role.name && each.status === 'running',
      );
      roles.push({
        host: server.host,
        role: role.name,
        serving: role.proxy ? versionOf(servingContainer(server, deployed, role.name)) : null,
        running: running.map((each) => versionOf(each) ?? each.name),
        switching: server.switching.includes(containerPrefix(deployed, role.name)),
      });
    }
  }
  const proxied = new Set(deployed.roles.filter((role) => role.proxy).map((role) => role.name));
  const sentences = [
    ...byHosts(
      roles.map((state) => ({
        host: state.host,
        text: `${state.host}, role ${state.role}: ${sentenceOf(state, proxied.has(state.role))}`,
      })),
    ),
    ...byHosts(unreachable.map(({ host, reason }) => ({ host, text: `${host}: not checked, ${reason}.` }))),
  ];
  return { roles, unreachable, sentences };
}

function versionOf(container: Container | null): string | null {
  return container?.version ?? null;
}

function sentenceOf({ serving, running, switching }: RoleState, proxied: boolean): string {
  const others = running.filter((version) => version !== serving);
  const runs = (versions: readonly string[]): string =>
    versions.length === 0 ? 'no container runs' : `version ${versions.join(' and ')} runs`;
  const now = switching ? ', and kamal-proxy is still switching' : '';
  if (!proxied) return `${runs(running)}${now}.`;
  if (serving === null) return `no traffic goes to the app; ${runs(running)}${now}.`;
  const beside = others.length === 0 ? '' : `; ${runs(others)} beside it`;
  return `version ${serving} serves${beside}${now}.`;
}
