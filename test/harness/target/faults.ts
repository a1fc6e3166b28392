/** Makes parts of the disposable target fail, and puts them right again. `resetTarget` puts all of them right. */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, lives } from './processes.ts';
import { run } from './run.ts';
import { target, type TargetHost } from './target.ts';

const HERE = import.meta.dirname;

/** Stops a server's sshd: new connections are refused, existing ones are cut. */
export async function stopSshd(host: TargetHost): Promise<void> {
  const pid = pidIn(host.sshdPidFile);
  if (pid === null) return;
  const sessions = childrenOf(pid);
  process.kill(pid, 'SIGKILL');
  for (const session of sessions) kill(session);
  rmSync(host.sshdPidFile, { force: true });
  await gone(pid);
}

/** Starts a server's sshd if it does not run. */
export async function startSshd(host: TargetHost): Promise<void> {
  if (pidIn(host.sshdPidFile) === null) await onHost(host, 'sshd');
}

/** Stops a server's docker engine, and with it its containers. Host a's is the runner's engine too. */
export async function stopEngine(host: TargetHost): Promise<void> {
  const pid = pidIn(host.dockerdPidFile);
  if (pid === null) return;
  process.kill(pid, 'SIGTERM');
  await gone(pid);
}

/** Starts a server's docker engine if it does not run; returns when it answers. */
export async function startEngine(host: TargetHost): Promise<void> {
  if (pidIn(host.dockerdPidFile) === null) await onHost(host, 'engine');
}

/**
 * Lays a full file system over a directory below the home of a server's account, until it is disposed of.
 * @param path as Kamal names it, e.g. `.kamal/apps`
 */
export async function fillHome(host: TargetHost, path: string): Promise<AsyncDisposable> {
  const enter = ['--target', String(host.namespacePid), '--mount', '--net', '--root', '--wd=/'];
  const inHost = (script: string): Promise<string> => run('nsenter', [...enter, 'sh', '-c', script]);
  const at = `"$HOME/${path}"`;
  await inHost(
    `HOME=/root; mkdir -p ${at} && mount -t tmpfs -o size=16k none ${at} && mkdir -p ${at}/env/roles && { cat /dev/zero >${at}/full 2>/dev/null || true; }`,
  );
  return { [Symbol.asyncDispose]: async () => void (await inHost(`HOME=/root; umount ${at}`)) };
}

/** The same with a file system in which no file can be made, as where all inodes are used up. */
export async function exhaustInodes(host: TargetHost, path: string): Promise<AsyncDisposable> {
  const enter = ['--target', String(host.namespacePid), '--mount', '--net', '--root', '--wd=/'];
  const inHost = (script: string): Promise<string> => run('nsenter', [...enter, 'sh', '-c', script]);
  const at = `"$HOME/${path}"`;
  await inHost(`HOME=/root; mkdir -p ${at} && mount -t tmpfs -o nr_inodes=1 none ${at}`);
  return { [Symbol.asyncDispose]: async () => void (await inHost(`HOME=/root; umount ${at}`)) };
}

/** Stops the registry: connections are refused. */
export async function stopRegistry(): Promise<void> {
  await run('bash', [join(HERE, 'registry.sh'), 'stop']);
}

/** Starts the registry if it does not run; returns when it listens. */
export async function startRegistry(): Promise<void> {
  if (pidIn(target().registry.pidFile) === null) await run('bash', [join(HERE, 'registry.sh'), 'start']);
  await run('bash', [join(HERE, 'registry.sh'), 'wait']);
}

/** Drops every packet that the runner sends to an address: connections hang, existing ones go silent. */
export async function blackHole(address: string): Promise<void> {
  await run('iptables', ['-I', 'OUTPUT', '-d', address, '-j', 'DROP']);
}

/** Ends all black holes. */
export async function openAddresses(): Promise<void> {
  await run('iptables', ['-F', 'OUTPUT']);
}

/** On a server, replaces a command that comes over SSH by a shell script; its own argv is the command's. */
export function replaceCommand(host: TargetHost, name: string, script: string): void {
  const path = join(host.bin, name);
  writeFileSync(path, `#!/bin/bash\n${script}\n`);
  chmodSync(path, 0o755);
}

/** Ends all replacements on a server. */
export function restoreCommands(host: TargetHost): void {
  for (const name of readdirSync(host.bin)) rmSync(join(host.bin, name));
}

async function onHost(host: TargetHost, part: 'sshd' | 'engine'): Promise<void> {
  const enter = ['--target', String(host.namespacePid), '--mount', '--net', '--root', '--wd=/'];
  await run('nsenter', [...enter, 'bash', join(target().dir, 'host.sh'), host.name, part]);
}

/** The process that a pid file names, where it lives. */
function pidIn(file: string): number | null {
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8'));
  return lives(pid) ? pid : null;
}

async function gone(pid: number): Promise<void> {
  while (lives(pid)) await delay(10);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended in the meantime
  }
}
