/** Many hosts for one machine: a real SSH server that listens on every loopback address, some of which never answer a command. */
import { readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../../src/base/failure.ts';
import { startAgent, type Agent } from '../../../src/ssh/agent.ts';
import { readKey, type SshKey } from '../../../src/ssh/keys/key.ts';
import type { LoginOptions } from '../../../src/ssh/login/login.ts';
import { keptLog } from './kept-log.ts';
import { makeKey } from './keys.ts';
import { temporaryDirectory } from './programs.ts';
import { startSshd, type Sshd } from './sshd.ts';

export class Fleet implements AsyncDisposable {
  readonly key: SshKey;
  readonly port: number;
  readonly #directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  readonly #agent: Agent;
  readonly #sshd: Sshd;

  private constructor(
    directory: Awaited<ReturnType<typeof temporaryDirectory>>,
    key: SshKey,
    agent: Agent,
    sshd: Sshd,
  ) {
    this.#directory = directory;
    this.key = key;
    this.#agent = agent;
    this.#sshd = sshd;
    this.port = sshd.port;
  }

  static async start(): Promise<Fleet> {
    const directory = await temporaryDirectory();
    const key = readKey(makeKey(directory.path, 'ed25519 OpenSSH').text);
    if (key instanceof Failure) throw key;
    const agent = await startAgent({ log: keptLog(), parent: directory.path });
    await agent.addKey(key);
    // Without the account's own start files, which may take longer than all the rest.
    const config = [
      'MaxStartups 500',
      `SetEnv HOME=${directory.path}`,
      'Match LocalAddress 127.0.9.*',
      'ForceCommand sleep 3600',
    ];
    const authorized = [key.publicLine];
    const sshd = await startSshd({ directory: directory.path, host: '0.0.0.0', authorized, config });
    return new Fleet(directory, key, agent, sshd);
  }

  /** So many hosts; the first `hanging` of them let us in, and then never answer. */
  hosts(count: number, hanging = 0): string[] {
    return Array.from({ length: count }, (_, at) =>
      at < hanging ? `127.0.9.${at + 1}` : `127.0.${10 + Math.floor(at / 250)}.${(at % 250) + 1}`,
    );
  }

  /** How to log in there, as it was prepared for. */
  get access(): Pick<LoginOptions, 'socket' | 'user' | 'port' | 'config' | 'knownHosts' | 'parent'> {
    const { path } = this.#directory;
    return {
      socket: this.#agent.socket,
      user: userInfo().username,
      port: this.port,
      config: false,
      knownHosts: [join(path, 'known_hosts')],
      parent: path,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sshd[Symbol.asyncDispose]();
    await this.#agent.stop();
    await this.#directory[Symbol.asyncDispose]();
  }
}

/** Counts the children of this process that are called `ssh`, as long as it is not disposed of. */
export class ConnectionCount implements Disposable {
  most = 0;
  readonly #timer = setInterval(() => {
    this.most = Math.max(this.most, sshChildren());
  }, 20);

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** proc(5), stat: the name in parentheses, the state, and the parent. */
function sshChildren(): number {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const stat = readFileSync(join('/proc', pid, 'stat'), 'utf8');
      return new RegExp(`\\(ssh\\) \\S ${process.pid} `).test(stat);
    } catch {
      return false;
    }
  }).length;
}
