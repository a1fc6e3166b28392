import { shellQuoted, sshConfigQuoted } from '../../base/text/quoting.ts';
import { isHostName } from '../../base/host-name.ts';
import type { LoginOptions } from '../../ssh/login/login.ts';
import { MOST_OUTPUT, runToEnd } from '../run/subprocess.ts';

/** How to reach the servers: what `ssh:` of deploy.yml says, and the agent that holds the key. */
export interface ServerAccess extends Pick<
  LoginOptions,
  'user' | 'port' | 'proxy' | 'proxyCommand' | 'starts' | 'config' | 'keys' | 'knownHosts'
> {
  /** The agent's socket; null for the one in the environment, or only key files. */
  readonly socket: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** A directory of sockets of connections that are open already (shared-connections.ts); a host without one is dialled. */
  readonly shared?: string;
  /** Milliseconds for one host, from connecting to the last byte; default 20,000. */
  readonly patience?: number;
  /** Milliseconds since the epoch: a host whose turn comes later is not asked any more. */
  readonly until?: number;
  readonly signal?: AbortSignal;
}

/** What a server answered; `reached` is false if ssh did not get there, with its last words. */
export type ShellAnswer =
  | { readonly reached: true; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly reached: false; readonly reason: string };

/**
 * Runs a script of POSIX shell on a server over one connection of OpenSSH. The script goes through standard input, so
 * that it needs no quoting for any login shell, and appears in no list of processes. Rejects only with the reason of
 * `access.signal`.
 */
export async function askServer(access: ServerAccess, host: string, script: string): Promise<ShellAnswer> {
  const refused = refusedWay(access, host);
  if (refused !== null) return { reached: false, reason: refused };
  const patience = access.patience ?? 20_000;
  const environment = {
    ...access.environment,
    ...(access.socket === null ? {} : { SSH_AUTH_SOCK: access.socket }),
  };
  const began = performance.now();
  const finished = await runToEnd([...sshCommand(access, host), 'sh -s'], {
    environment,
    input: script,
    timeout: patience,
    ...(access.signal === undefined ? {} : { signal: access.signal }),
  }).catch((error: unknown) => {
    access.signal?.throwIfAborted();
    const stderr = error instanceof Error ? error.message : String(error);
    return { exitCode: 255, stdout: '', stderr, wroteTooMuch: false };
  });
  if (finished.wroteTooMuch)
    return { reached: false, reason: `it wrote more than ${MOST_OUTPUT / 1024 / 1024} MiB` };
  // An ssh that is asked to end exits with 255 and gives no reason.
  if (finished.exitCode === null || (finished.exitCode === 255 && performance.now() - began >= patience))
    return { reached: false, reason: `no answer within ${Math.round(patience / 1000)} s` };
  if (finished.exitCode === 255) return { reached: false, reason: lastWords(finished.stderr) };
  return { reached: true, exitCode: finished.exitCode, stdout: finished.stdout, stderr: finished.stderr };
}

/** Why ssh is not started for a host: a name in a deploy file may be one for a shell. Null if it may be. */
export function refusedWay({ proxy }: Pick<ServerAccess, 'proxy'>, host: string): string | null {
  if (!isHostName(host)) return 'it is not a host name';
  return proxy && !proxy.split(',').every((jump) => isHostName(jump))
    ? '`ssh.proxy` is not a list of hosts'
    : null;
}

/** The words of ssh up to and with the host, for one that {@link refusedWay} does not refuse. */
export function sshCommand(access: ServerAccess, host: string): string[] {
  const seconds = Math.max(1, Math.ceil((access.patience ?? 20_000) / 2000));
  const settings = [
    'BatchMode=yes',
    `ConnectTimeout=${seconds}`,
    // Kamal has been there before and keeps to known_hosts likewise: new hosts are accepted, changed keys are not.
    'StrictHostKeyChecking=accept-new',
    'ControlMaster=no',
    `ControlPath=${access.shared === undefined ? 'none' : sshConfigQuoted(access.shared).replace(/"$/, '/%C"')}`,
    'ForwardAgent=no',
    'ClearAllForwardings=yes',
    'LogLevel=ERROR',
    ...(access.socket === null ? [] : [`IdentityAgent=${sshConfigQuoted(access.socket)}`]),
    ...(access.knownHosts === undefined
      ? []
      : [`UserKnownHostsFile=${access.knownHosts.map(sshConfigQuoted).join(' ')}`]),
  ];
  const words = [
    'ssh',
    '-T',
    ...(access.config === undefined ? [] : ['-F', access.config === false ? 'none' : access.config]),
    ...(access.keys ?? []).flatMap((key) => ['-i', key]),
    ...settings.flatMap((setting) => ['-o', setting]),
  ];
  return [...words, ...wayThrough(access, words), '-l', access.user, '-p', String(access.port), '--', host];
}

/** The jump host of `ssh.proxy` (root where it names no user; Kamal 2.12.0, lib/kamal/configuration/ssh.rb), or `ssh.proxy_command`. */
function wayThrough(access: ServerAccess, words: readonly string[]): string[] {
  if (access.proxyCommand) return ['-o', `ProxyCommand=${access.proxyCommand}`];
  if (!access.proxy) return [];
  const [first = '', ...further] = (access.proxy.includes('@') ? access.proxy : `root@${access.proxy}`).split(
    ',',
  );
  const [, destination = first, port] = /^(.*?)(?::(\d+))?$/.exec(first) ?? [];
  const jump = [
    ...words,
    ...(port === undefined ? [] : ['-p', port]),
    ...(further.length > 0 ? ['-J', further.join(',')] : []),
    '-W',
  ];
  // Within a ProxyCommand `%` is doubled, and a shell takes the words apart.
  const command = jump.map((word) => shellQuoted(word).replaceAll('%', '%%')).join(' ');
  return ['-o', `ProxyCommand=${command} %h:%p -- ${shellQuoted(destination)}`];
}

function lastWords(stderr: string): string {
  return stderr.trim().split(/\r?\n/).at(-1) || 'ssh ended without a message';
}
