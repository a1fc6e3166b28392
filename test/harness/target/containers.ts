/** What runs on the servers of the disposable target, asked of their engines. */
import { attempt, run } from './run.ts';
import type { TargetHost } from './target.ts';

/** Runs `docker` against a server's engine. */
export function docker(host: TargetHost, ...args: string[]): Promise<string> {
  return run('docker', args, { env: { ...process.env, DOCKER_HOST: host.dockerHost } });
}

/** Names of the containers that run, kamal-proxy omitted, sorted. */
export async function runningContainers(host: TargetHost): Promise<readonly string[]> {
  const names = await docker(host, 'ps', '--format', '{{.Names}}');
  return names
    .split('\n')
    .filter((name) => name !== '' && name !== 'kamal-proxy')
    .sort();
}

/** The environment that a container was started with: `docker inspect`, `.Config.Env`. */
export async function containerEnv(host: TargetHost, name: string): Promise<ReadonlyMap<string, string>> {
  const lines = JSON.parse(
    await docker(host, 'inspect', '--format', '{{json .Config.Env}}', name),
  ) as string[];
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/**
 * The container that kamal-proxy sends traffic to.
 * @param service kamal-proxy's name for it: service, role and destination joined by `-`
 * @returns the container's name, or null if the proxy does not run or does not know the service
 */
export async function proxyTarget(host: TargetHost, service: string): Promise<string | null> {
  const listed = await attempt('docker', ['exec', 'kamal-proxy', 'kamal-proxy', 'list'], {
    env: { ...process.env, DOCKER_HOST: host.dockerHost },
  });
  if (listed.code !== 0) return null;
  const rows = listed.stdout.split('\n').map((row) => row.replaceAll(STYLE, '').split(/ +/));
  const address = rows.find(([name]) => name === service)?.find((cell) => /^[0-9a-f]{12}:\d+$/.test(cell));
  if (address === undefined) return null;
  return (await docker(host, 'inspect', '--format', '{{.Name}}', address.replace(/:.*/, ''))).trim().slice(1);
}

// eslint-disable-next-line no-control-regex
const STYLE = /\u001B\[[\d;]*m/g;
