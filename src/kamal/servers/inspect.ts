import { shellQuoted } from '../../base/text/quoting.ts';
import { ContainerEnvironment } from './container-environment.ts';
import { readProxyList, type ProxiedService } from './proxy-list.ts';
import { connectionsAtOnce, eachOf } from '../../base/limited.ts';
import { askServer, type ServerAccess } from './shell.ts';

/** What is deployed where, as far as the check of the servers needs it. */
export interface Deployed {
  readonly service: string;
  readonly destination: string | null;
  readonly roles: readonly {
    readonly name: string;
    readonly hosts: readonly string[];
    readonly proxy: boolean;
  }[];
  /** `service` is the container's name: that of deploy.yml, else service and name joined by `-`. */
  readonly accessories: readonly {
    readonly name: string;
    readonly hosts: readonly string[];
    readonly service: string | null;
  }[];
}

/** A container of the deployment on one server. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** Null for an accessory. */
  readonly role: string | null;
  /** Kamal's version, from the container's name; null for an accessory. */
  readonly version: string | null;
  /** Docker's word: created, running, paused, restarting, removing, exited, dead. */
  readonly status: string;
  readonly exitCode: number;
  /** ISO 8601, of the server's clock. */
  readonly createdAt: string;
  readonly environment: ContainerEnvironment;
}

/** What one server says. `proxy` is null if kamal-proxy does not run there. */
export type ServerReport =
  | {
      readonly host: string;
      readonly reached: true;
      readonly containers: readonly Container[];
      readonly proxy: readonly ProxiedService[] | null;
      /** Names of kamal-proxy's services that are being switched at this moment. */
      readonly switching: readonly string[];
    }
  | { readonly host: string; readonly reached: false; readonly reason: string };

/** Hosts of the deployment, each once. */
export function hostsOf(deployed: Deployed): string[] {
  return [...new Set([...deployed.roles, ...deployed.accessories].flatMap(({ hosts }) => hosts))];
}

/** kamal-proxy's name of a role, and what the names of its containers begin with (Kamal 2.12.0, role.rb, `container_prefix`). */
export function containerPrefix(deployed: Deployed, role: string): string {
  return [deployed.service, role, deployed.destination].filter((part) => part !== null).join('-');
}

/** The name of an accessory's container (Kamal 2.12.0, lib/kamal/configuration/accessory.rb, `service_name`). */
export function accessoryContainer(deployed: Deployed, accessory: Deployed['accessories'][number]): string {
  return accessory.service ?? `${deployed.service}-${accessory.name}`;
}

/**
 * Asks every server over one connection each, as many at the same time as Kamal would, which containers of the deployment it has and where
 * kamal-proxy sends traffic. Changes nothing there, and runs nothing within the app's containers.
 */
export async function inspectServers(deployed: Deployed, access: ServerAccess): Promise<ServerReport[]> {
  const script = scriptFor(deployed);
  return eachOf(hostsOf(deployed), connectionsAtOnce(access), async (host): Promise<ServerReport> => {
    if (Date.now() > (access.until ?? Infinity))
      return { host, reached: false, reason: 'there was no time left to check' };
    const answer = await askServer(access, host, script);
    if (!answer.reached) return { host, reached: false, reason: answer.reason };
    const containers = section(answer.stdout, 'containers');
    if (containers === null || containers.exitCode !== 0) {
      return { host, reached: false, reason: `docker does not answer there: ${lastLine(answer.stderr)}` };
    }
    const proxy = section(answer.stdout, 'proxy');
    return {
      host,
      reached: true,
      containers: containers.lines.flatMap((line) => readContainer(line, deployed) ?? []),
      proxy: proxy?.exitCode === 0 ? readProxyList(proxy.lines.join('\n')) : null,
      switching: switchingIn(section(answer.stdout, 'processes')?.lines ?? []),
    };
  });
}

/** Parts the script's output into sections; a control character that no program prints on its own. */
const MARK = '\u001E';
const FORMAT =
  '{"id":{{json .Id}},"name":{{json .Name}},"labels":{{json .Config.Labels}},"env":{{json .Config.Env}},' +
  '"status":{{json .State.Status}},"exitCode":{{json .State.ExitCode}},"createdAt":{{json .Created}}}';

/**
 * A switch is asked for before where traffic goes: one that ends between the two answers is then reported as under way,
 * never as one that did not happen. The clients of `docker exec` count too: theirs is the moment before the command is
 * one of the container's processes.
 */
function scriptFor(deployed: Deployed): string {
  const accessories = deployed.accessories.map((accessory) => accessoryContainer(deployed, accessory));
  const filters = [`label=service=${deployed.service}`, ...accessories.map((name) => `name=^/?${name}$`)];
  const mark = String.raw`\036`;
  return `
list() { docker ps --all --quiet --no-trunc --filter "$1"; }
printf '${mark}%s\\n' containers
docker version --format '{{.Server.Version}}' >/dev/null; status=$?
if [ $status -eq 0 ]; then
  ids=$(${filters.map((filter) => `list ${shellQuoted(filter)}`).join('; ')})
  if [ -n "$ids" ]; then docker inspect --type container --format ${shellQuoted(FORMAT)} $(printf '%s\\n' $ids | sort -u) || true; fi
fi
printf '${mark}%s\\n' $status processes
docker top kamal-proxy -eo pid,args 2>/dev/null
ps -eo args 2>/dev/null | grep '^docker exec .*kamal-proxy deploy '
printf '${mark}%s\\n' 0 proxy
docker exec kamal-proxy kamal-proxy list 2>/dev/null
printf '${mark}%s\\n' $? end
`;
}

/** The lines between `mark name` and the next mark, which holds the exit code. */
function section(
  output: string,
  name: string,
): { readonly lines: readonly string[]; readonly exitCode: number } | null {
  const [, after] = output.split(`${MARK}${name}\n`);
  if (after === undefined) return null;
  const [body = '', status = ''] = after.split(MARK);
  return { lines: body.split('\n').filter((line) => line !== ''), exitCode: Number.parseInt(status, 10) };
}

function readContainer(line: string, deployed: Deployed): Container | null {
  const raw = parsed(line);
  if (raw === null) return null;
  const labels: unknown = raw['labels'];
  const label = (name: string): string | null => {
    const value: unknown = typeof labels === 'object' && labels !== null ? Reflect.get(labels, name) : null;
    return typeof value === 'string' ? value : null;
  };
  const name = text(raw['name']).replace(/^\//, '');
  const role = label('role');
  const prefix = role === null ? null : `${containerPrefix(deployed, role)}-`;
  const ours = prefix !== null && label('service') === deployed.service;
  if (ours && (label('destination') ?? '') !== (deployed.destination ?? '')) return null;
  const environment = Array.isArray(raw['env']) ? raw['env'].filter((each) => typeof each === 'string') : [];
  return {
    id: text(raw['id']),
    name,
    role: ours ? role : null,
    version: ours && name.startsWith(prefix) ? name.slice(prefix.length) : null,
    status: text(raw['status']),
    exitCode: typeof raw['exitCode'] === 'number' ? raw['exitCode'] : 0,
    createdAt: text(raw['createdAt']),
    environment: new ContainerEnvironment(environment),
  };
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `kamal-proxy deploy NAME …` among the processes of kamal-proxy's container: a switch that has not ended. */
function switchingIn(processes: readonly string[]): string[] {
  const names = processes
    .map((line) => /\bkamal-proxy deploy (\S+)/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)];
}

function lastLine(words: string): string {
  return words.trim().split('\n').at(-1) || 'no reason given';
}
