import { shellQuoted, sshConfigQuoted } from '../../base/text/quoting.ts';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { connectionsAtOnce, eachOf } from '../../base/limited.ts';
import { nameOf, readKnownHosts, type HostAddress, type KnownHost } from '../known-hosts/lines.ts';
import { isHostName } from '../../base/host-name.ts';
import { outcomeOf, type LoginOutcome } from './outcome.ts';
import { runProgram } from '../program.ts';
import { ASK_FOR_ROOM, NO_ROOM_KNOWN, readRoom, type Room } from './room.ts';

export interface LoginOptions {
  /** For IdentityAgent: the socket of the agent that holds the key. */
  readonly socket: string;
  /** The hosts of the deployment; each is tried once. */
  readonly hosts: readonly string[];
  readonly user: string;
  readonly port: number;
  /** `ssh.proxy` of deploy.yml: `[user@]host[:port]`, several with commas; the user is root if none is named. */
  readonly proxy?: string | null;
  /** `ssh.proxy_command` of deploy.yml, run by a shell as Kamal runs it. */
  readonly proxyCommand?: string | null;
  /** `sshkit.max_concurrent_starts` of deploy.yml; default: Kamal's. */
  readonly starts?: number;
  /** `ssh.config` of deploy.yml: a file, or false for none. Default: the account's own. */
  readonly config?: string | false;
  /** Private key files of deploy.yml's `ssh.keys`, tried after the agent's. */
  readonly keys?: readonly string[];
  /** Where lines of known hosts are read, in this order. Default: what Kamal reads, HOME/.ssh/known_hosts and known_hosts2. */
  readonly knownHosts?: readonly string[];
  /** Milliseconds for one host to answer (default 10,000), and for all together (default: what they take in turns, at least 30,000). */
  readonly patience?: number;
  readonly deadline?: number;
  /** Logins at the same time; default: {@link connectionsAtOnce}. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal | undefined;
  /** Where the temporary directory is made; else the system's. */
  readonly parent?: string | undefined;
  /** A script of POSIX shell to run on each host in the same login; it ends with 0. Default: none. */
  readonly script?: string | undefined;
}

export interface Login extends HostAddress {
  readonly user: string;
  /** The jump host of `ssh.proxy`, or a host of the deployment. */
  readonly role: 'host' | 'jump';
  readonly outcome: LoginOutcome;
  /** What the host has left of disk and memory, where it let us in. */
  readonly room: Room;
  /** What the host wrote to its standard output where it ran a script. */
  readonly printed: string;
  /** The key of a host of which no known_hosts file knows any: `line` is the line to pin. */
  readonly unknownHostKey: {
    readonly line: string;
    readonly type: string;
    readonly fingerprint: string;
  } | null;
  /** What known_hosts says of a host whose key changed. */
  readonly knownFingerprint: string | null;
}

interface Target extends HostAddress {
  readonly user: string;
  readonly role: 'host' | 'jump';
  /** ssh's options for this one: user, port, the way there. */
  readonly args: readonly string[];
}

/** Milliseconds for the key exchange and the command, once the connection exists. */
const AFTER_CONNECTING = 5000;

/**
 * Logs in once to each host, as Kamal will, with OpenSSH: same user, port, proxy, agent and known hosts. Nothing is
 * changed, here or there, and asked is only what room the host has; the host keys of unknown hosts go to a file that is thrown away. Never throws for a host's
 * sake, only after an abort, and always ends: every answer within `patience`, all of them within `deadline`.
 */
export async function tryLogins(options: LoginOptions): Promise<Login[]> {
  const directory = await mkdtemp(join(options.parent ?? tmpdir(), 'kamal-1password-login-'));
  const concurrency = options.concurrency ?? connectionsAtOnce(options);
  // However many do not answer, each of the others is asked.
  const turns = Math.ceil(new Set(options.hosts).size / concurrency);
  const inTurns = turns * ((options.patience ?? 10_000) + AFTER_CONNECTING);
  const until = Date.now() + (options.deadline ?? Math.max(30_000, inTurns));
  try {
    const jump = options.proxy ? jumpOf(options.proxy) : null;
    const first: Login[] = [];
    if (jump !== null) first.push(await attempt(jump, options, join(directory, 'jump'), until));
    else if (options.proxy) first.push(loginOf(noJump(options.proxy), { kind: 'other', words: NO_JUMP }));
    const blocked = first.find(({ outcome }) => outcome.kind !== 'accepted')?.outcome;
    const way = wayThrough(jump, options, join(directory, 'jump'));
    const targets = [...new Set(options.hosts)].map((host): Target => {
      const args = ['-l', options.user, '-p', String(options.port), ...way, ...unchecked(host, options.port)];
      return { host, port: options.port, user: options.user, role: 'host', args };
    });
    const others = await eachOf(targets, concurrency, (target, index) => {
      if (blocked === undefined) return attempt(target, options, join(directory, String(index)), until);
      const reason = blocked.kind === 'not-checked' ? blocked.reason : 'jump';
      return Promise.resolve(loginOf(target, { kind: 'not-checked', reason }));
    });
    options.signal?.throwIfAborted();
    return [...first, ...others];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function attempt(
  target: Target,
  options: LoginOptions,
  newHosts: string,
  until: number,
): Promise<Login> {
  if (!isHostName(target.host))
    return loginOf(target, { kind: 'other', words: 'the deploy file has no name of a host there' });
  const left = until - Date.now();
  if (left <= 0) return loginOf(target, { kind: 'not-checked', reason: 'time' });
  const patience = Math.min(options.patience ?? 10_000, left);
  const args = [...sshOptions(options, newHosts, patience), ...target.args];
  const jump = target.role === 'jump';
  const script = jump ? undefined : options.script;
  const command = script === undefined ? ASK_FOR_ROOM : `${ASK_FOR_ROOM}; sh -s`;
  // The connection, the key exchange and the command each may take a moment on a far or busy host.
  const run = await runProgram(
    'ssh',
    [...args, ...(jump ? ['-N', '--', target.host] : ['--', target.host, command])],
    {
      timeout: Math.min(patience + AFTER_CONNECTING, left),
      ...(script === undefined ? {} : { input: script }),
      signal: options.signal,
      ...(jump ? { until: /^Authenticated to /m } : {}),
    },
  );
  const outcome = outcomeOf(run);
  const fresh = (await known(newHosts))[0];
  const changed = outcome.kind === 'host-key-changed' ? outcome.known : null;
  return {
    ...loginOf(target, outcome),
    room: outcome.kind === 'accepted' && !jump ? readRoom(run.stdout) : NO_ROOM_KNOWN,
    printed: script === undefined ? '' : run.stdout,
    unknownHostKey:
      fresh === undefined
        ? null
        : {
            line: `${nameOf(target)} ${fresh.type} ${fresh.key}`,
            type: fresh.type,
            fingerprint: fresh.fingerprint,
          },
    knownFingerprint: changed === null ? null : await fingerprintAt(changed.file, changed.line),
  };
}

function sshOptions(options: LoginOptions, newHosts: string, patience: number): string[] {
  const files =
    options.knownHosts ?? ['known_hosts', 'known_hosts2'].map((name) => join(homedir(), '.ssh', name));
  const settings = [
    'BatchMode=yes',
    `ConnectTimeout=${Math.max(1, Math.ceil(patience / 1000))}`,
    'ConnectionAttempts=1',
    'PreferredAuthentications=publickey',
    `IdentityAgent=${sshConfigQuoted(options.socket)}`,
    // A host that no one knows is let pass, as Kamal does, and written to the first file; the others are only read.
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=${[newHosts, ...files].map((file) => sshConfigQuoted(file)).join(' ')}`,
    'HashKnownHosts=no',
    'UpdateHostKeys=no',
    'CheckHostIP=no',
    'ControlMaster=no',
    'ControlPath=none',
    'ForwardAgent=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RequestTTY=no',
  ];
  const config =
    options.config === undefined ? [] : ['-F', options.config === false ? 'none' : options.config];
  const keys = (options.keys ?? []).flatMap((key) => ['-i', key]);
  return ['-v', ...config, ...keys, ...settings.flatMap((setting) => ['-o', setting])];
}

/**
 * Net::SSH treats a port of this machine as a tunnel and checks no host key (7.3,
 * lib/net/ssh/verifiers/accept_new_or_local_tunnel.rb).
 */
function unchecked(host: string, port: number): string[] {
  const tunnel = port !== 22 && ['127.0.0.1', '::1', 'localhost'].includes(host);
  return tunnel ? ['-o', 'NoHostAuthenticationForLocalhost=yes'] : [];
}

const NO_JUMP = 'ssh.proxy of deploy.yml is not [user@]host[:port]';

/** The jump host of `ssh.proxy`; null for one that Net::SSH refuses. `root@` is Kamal's (2.12.0, lib/kamal/configuration/ssh.rb). */
function jumpOf(proxy: string): Target | null {
  const [first = '', ...further] = (proxy.includes('@') ? proxy : `root@${proxy}`).split(',');
  const parts = /^(?:([\w.+-]+)@)?(\w[\w.-]*|\[[0-9a-fA-F:.]+\])(?::(\d+))?$/.exec(first);
  if (parts === null || !further.every((jump) => /^\w[\w.+:@[\]-]*$/.test(jump))) return null;
  const [, user = userInfo().username, host = '', port] = parts;
  const args = [
    '-l',
    user,
    ...(port === undefined ? [] : ['-p', port]),
    ...(further.length > 0 ? ['-J', further.join(',')] : []),
  ];
  return { host, port: Number(port ?? 22), user, role: 'jump', args };
}

function noJump(proxy: string): Target {
  return { host: proxy, port: 22, user: '', role: 'jump', args: [] };
}

/** The option that leads through the jump host: the command that Net::SSH builds (7.3, lib/net/ssh/proxy/jump.rb), bounded. */
function wayThrough(jump: Target | null, options: LoginOptions, newHosts: string): string[] {
  if (jump === null) return options.proxyCommand ? ['-o', `ProxyCommand=${options.proxyCommand}`] : [];
  const words = [...sshOptions(options, newHosts, options.patience ?? 10_000).slice(1), ...jump.args];
  // Within a ProxyCommand `%` is doubled, and a shell takes the words apart.
  const command = words.map((word) => shellQuoted(word).replaceAll('%', '%%')).join(' ');
  return ['-o', `ProxyCommand=ssh ${command} -W %h:%p -- ${jump.host}`];
}

async function known(file: string): Promise<KnownHost[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return readKnownHosts(text, file);
}

async function fingerprintAt(file: string, line: number): Promise<string | null> {
  const lines = (await readFile(file, 'latin1').catch(() => '')).split('\n');
  try {
    return readKnownHosts(lines[line - 1] ?? '', file)[0]?.fingerprint ?? null;
  } catch {
    return null;
  }
}

function loginOf(target: Target, outcome: LoginOutcome): Login {
  const { host, port, user, role } = target;
  return {
    host,
    port,
    user,
    role,
    outcome,
    room: NO_ROOM_KNOWN,
    printed: '',
    unknownHostKey: null,
    knownFingerprint: null,
  };
}
