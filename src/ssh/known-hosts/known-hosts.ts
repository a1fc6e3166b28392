import { randomBytes } from 'node:crypto';
import {
  appendFile,
  chmod,
  chown,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../base/failure.ts';
import { pinnedLines, type HostAddress, type KnownHost } from './lines.ts';

/*
 * Why the user's own known_hosts, and not a file of the run's own: Kamal passes no `user_known_hosts_file` on (2.12.0,
 * lib/kamal/configuration/ssh.rb), so Net::SSH reads `~/.ssh/known_hosts`; another place can only be named in an
 * ssh_config, which is either the user's (`~/.ssh/config`, `ssh.config` of deploy.yml) or in the project
 * (`./.ssh/config`, SSHKit 1.25), where Kamal would warn of uncommitted files. Changing HOME would take Docker's and
 * Bundler's settings away. And the `ssh` that runs for `ssh.proxy`, for a remote builder and in hooks reads the same
 * file. So lines are added between two marked comments, and taken out again when the job ends.
 */

/** What `unpinHosts` needs; JSON, for the state between main and post. Nothing in it is secret. */
export interface Pinned {
  readonly id: string;
  readonly files: readonly PinnedFile[];
}

interface PinnedFile {
  readonly path: string;
  /** The file, or its directory, was not there before. */
  readonly created: boolean;
  readonly directoryCreated: boolean;
  /** The file's last line had no end, and got one. */
  readonly separated: boolean;
}

export interface PinOptions {
  readonly known: readonly KnownHost[];
  /** The hosts of the deployment, so that Kamal too finds their keys (see `pinnedLines`). */
  readonly hosts: readonly HostAddress[];
  /** Default: HOME, which Kamal reads, and the account's own directory, which OpenSSH reads: in a container job they differ. */
  readonly homes?: readonly string[];
}

/** The longest that a job may take on a self-hosted runner (GitHub, usage limits); older lines are of a job that was killed. */
const LONGEST_JOB = 5 * 24 * 3600_000;
const LOCK_PATIENCE = 5000;
const BLOCK =
  /# kamal-1password (\w+) (\S+): removed when the job ends\n[\s\S]*?# kamal-1password \1 ends\n/g;

/**
 * Adds the lines to known_hosts, leaving every other line, the file's mode and its owner as they are.
 *
 * @throws Failure `ssh-known-hosts-unwritable`
 */
export async function pinHosts(options: PinOptions): Promise<Pinned> {
  const id = randomBytes(6).toString('hex');
  const lines = pinnedLines(options.known, options.hosts);
  const files: PinnedFile[] = [];
  if (lines.length === 0) return { id, files };
  const date = new Date().toISOString();
  const block = [
    `# kamal-1password ${id} ${date}: removed when the job ends`,
    ...lines,
    `# kamal-1password ${id} ends`,
    '',
  ];
  for (const [index, home] of (options.homes ?? ownHomes()).entries()) {
    try {
      files.push(await pinIn(join(home, '.ssh'), block.join('\n')));
    } catch (error) {
      // Kamal reads the first; the second only serves the `ssh` that Kamal may start.
      if (index > 0) continue;
      await unpinHosts({ id, files });
      throw unwritable(join(home, '.ssh', 'known_hosts'), error);
    }
  }
  return { id, files };
}

/** Takes the lines out again, and the file and directory too where they came with them and nothing else is in them. Never throws. */
export async function unpinHosts(pinned: Pinned): Promise<void> {
  for (const file of pinned.files) {
    await unpinIn(file, pinned.id).catch(() => undefined);
  }
}

/** HOME first; then the account's directory, if it is another one. */
function ownHomes(): string[] {
  try {
    return [...new Set([homedir(), userInfo().homedir])];
  } catch {
    return [homedir()];
  }
}

async function pinIn(directory: string, block: string): Promise<PinnedFile> {
  const directoryCreated = (await mkdir(directory, { recursive: true, mode: 0o700 })) !== undefined;
  const named = join(directory, 'known_hosts');
  return alone(named, async () => {
    const path = await realpath(named).catch(() => named);
    const before = await readOrNull(path);
    const kept = before?.replaceAll(BLOCK, (whole, _id, date: string) =>
      Date.now() - Date.parse(date) > LONGEST_JOB ? '' : whole,
    );
    if (before !== null && kept !== undefined && kept !== before) await replace(path, before, kept);
    const separated = kept !== undefined && kept !== '' && !kept.endsWith('\n');
    await appendFile(path, `${separated ? '\n' : ''}${block}`, { mode: 0o600 });
    return { path, created: before === null, directoryCreated, separated };
  });
}

async function unpinIn(file: PinnedFile, id: string): Promise<void> {
  if ((await readOrNull(file.path)) === null) return;
  await alone(file.path, async () => {
    // Again where Kamal of another job added a line in the meantime.
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const before = (await readOrNull(file.path)) ?? '';
      const after = without(before, id, file.separated);
      if (after === before || (await replace(file.path, before, after))) break;
    }
    if (file.created && (await readOrNull(file.path)) === '') await rm(file.path, { force: true });
  });
  if (file.created && file.directoryCreated) await rmdir(dirname(file.path)).catch(() => undefined);
}

function without(text: string, id: string, separated: boolean): string {
  const kept = text.replaceAll(BLOCK, (whole, found: string) => (found === id ? '' : whole));
  const last = text.endsWith(`# kamal-1password ${id} ends\n`);
  return separated && last ? kept.replace(/\n$/, '') : kept;
}

/** Replaces the file with `after` in one step, unless it no longer holds `before`; returns whether it did. */
async function replace(path: string, before: string, after: string): Promise<boolean> {
  const { mode, uid, gid } = await stat(path);
  const next = `${path}.kamal-1password-${process.pid}`;
  try {
    await writeFile(next, after, { mode: 0o600, encoding: 'latin1' });
    await chmod(next, mode & 0o7777);
    if (process.getuid?.() === 0) await chown(next, uid, gid);
    if ((await readOrNull(path)) !== before) return false;
    await rename(next, path);
    return true;
  } finally {
    await rm(next, { force: true });
  }
}

/** One of our runs at a time: two jobs of one account share the file. A killed run's lock is taken over. */
async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.kamal-1password-lock`;
  for (let waited = 0; ; waited += 20) {
    try {
      await mkdir(lock);
      break;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
      if (waited >= LOCK_PATIENCE) await rmdir(lock).catch(() => undefined);
      else await sleep(20);
    }
  }
  try {
    return await work();
  } finally {
    await rmdir(lock).catch(() => undefined);
  }
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    // Byte by byte, so that lines of the user's in any encoding come back as they were.
    return await readFile(path, 'latin1');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function unwritable(path: string, cause: unknown): Failure {
  return new Failure(
    'ssh-known-hosts-unwritable',
    `The host keys could not be added to ${path}, where Kamal looks for them: ${cause instanceof Error ? cause.message : String(cause)}.`,
    { human: [`Let the runner's account write to ${path} and its directory.`] },
    cause,
  );
}
