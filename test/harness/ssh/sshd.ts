import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { programPath, run } from './programs.ts';

/** A real SSH server on the loopback, in the foreground, gone when its scope ends. */
export interface Sshd extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `[host]:port`, type and key, as known_hosts has it. */
  readonly knownHostsLine: string;
  readonly fingerprint: string;
}

export interface SshdOptions {
  /** Where its files go. */
  readonly directory: string;
  readonly host: string;
  /** Lines of authorized_keys. */
  readonly authorized: readonly string[];
  /** Further lines of sshd_config. */
  readonly config?: readonly string[];
}

export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const { directory, host } = options;
  // Debian's sshd wants this directory where it runs as root; its package makes it when the service starts.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const port = await freePort(host);
  // A port may come twice, once the first server on it is gone.
  const own = mkdtempSync(join(directory, `sshd-${host}-${port}-`));
  const [hostKey, authorizedKeys, configFile] = ['host_key', 'authorized_keys', 'sshd_config'].map((name) =>
    join(own, name),
  );
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey ?? '']);
  writeFileSync(authorizedKeys ?? '', `${options.authorized.join('\n')}\n`);
  const lines = [
    `ListenAddress ${host}:${port}`,
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorizedKeys}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    ...(options.config ?? []),
  ];
  writeFileSync(configFile ?? '', `${lines.join('\n')}\n`);
  const child = spawn(programPath('sshd') ?? 'sshd', ['-D', '-e', '-f', configFile ?? ''], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await listening(child.stderr);
  child.stderr.resume();
  const publicLine = readFileSync(`${hostKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
  return {
    host,
    port,
    knownHostsLine: `[${host}]:${port} ${publicLine}`,
    fingerprint: run('ssh-keygen', ['-l', '-f', `${hostKey}.pub`]).split(' ')[1] ?? '',
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

/** A port of `host` that no one listens on (any more). */
export async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function listening(output: NodeJS.ReadableStream): Promise<void> {
  let said = '';
  for await (const [chunk] of eachChunk(output)) {
    said += String(chunk);
    if (said.includes('Server listening on')) return;
  }
  throw new Error(`sshd did not start: ${said}`);
}

async function* eachChunk(output: NodeJS.ReadableStream): AsyncGenerator<unknown[]> {
  const ended = once(output, 'end').then(() => null);
  for (;;) {
    const next = await Promise.race([once(output, 'data'), ended]);
    if (next === null) return;
    yield next;
  }
}
