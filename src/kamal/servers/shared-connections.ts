import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusedWay, sshCommand, type ServerAccess } from './shell.ts';

/** Connections that stay open while something is asked of the same servers again and again. */
export interface SharedConnections {
  /** The way to the servers through them; a host that did not answer in time is dialled again. */
  readonly access: ServerAccess;
  close(): Promise<void>;
}

/**
 * Opens one connection to each host for all that follows (ssh_config(5), `ControlMaster`). A failing host does not
 * reject: a request to it reports the failure.
 * @param patience milliseconds for all of them together
 */
export async function shareConnections(
  access: ServerAccess,
  hosts: readonly string[],
  patience = 10_000,
): Promise<SharedConnections> {
  // A socket's path has 104 bytes at most; a runner's temporary directory may need most of them.
  const shared = await mkdtemp(join(tmpdir().length > 40 ? '/tmp' : tmpdir(), 'k1p-'));
  const through = { ...access, shared };
  const masters = hosts
    .filter((host) => refusedWay(access, host) === null)
    .map((host) => begin(through, host));
  const deadline = performance.now() + patience;
  const sockets = async (): Promise<number> =>
    (await readdir(shared)).filter((name) => !name.includes('.')).length;
  while (performance.now() < deadline && !access.signal?.aborted) {
    const open = masters.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    ).length;
    if ((await sockets()) >= open) break;
    await sleep(20);
  }
  return {
    access: through,
    async close() {
      for (const master of masters) master.kill('SIGTERM');
      await rm(shared, { recursive: true, force: true });
    },
  };
}

function begin(access: ServerAccess, host: string): ChildProcess {
  const [program = 'ssh', ...words] = sshCommand(access, host);
  const at = words.indexOf('--');
  const master = [
    '-M',
    '-N',
    ...words.slice(0, at).map((word) => (word === 'ControlMaster=no' ? 'ControlMaster=yes' : word)),
  ];
  const environment = {
    ...access.environment,
    ...(access.socket === null ? {} : { SSH_AUTH_SOCK: access.socket }),
  };
  const child = spawn(program, [...master, ...words.slice(at)], { env: environment, stdio: 'ignore' });
  // A missing ssh is reported by the request to a server.
  child.on('error', () => undefined);
  child.unref();
  return child;
}
