import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../base/failure.ts';
import { codeOf } from '../../base/plain-file.ts';
import type { Pieces } from './archive.ts';

/** How long `op --version` may take, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Writes verified bytes as `op` into a new directory of this run, which is added to PATH: nothing else is ever in it.
 * @param directory its parent is a directory that no one else can write to; a former copy is replaced
 * @returns the path of the binary
 * @throws Failure `op-no-space` | `op-not-writable`
 */
export async function writePrivateCopy(directory: string, op: Pieces): Promise<string> {
  const path = join(directory, 'op');
  try {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { mode: 0o700 });
    await writeFile(path, op, { mode: 0o755, flag: 'wx' });
    return path;
  } catch (error) {
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
    throw notWritten(error, directory);
  }
}

/** Whether these are the very bytes that are pinned; null if none are. */
export function isPinned(op: Pieces, sha256: string | undefined): boolean | null {
  if (sha256 === undefined) return null;
  const hash = createHash('sha256');
  for (const piece of op) hash.update(piece);
  return hash.digest('hex') === sha256;
}

/**
 * The version that the binary reports: the signature only says that it is 1Password's. It gets no token, no agent and
 * nothing else of the job's environment; its home is the directory above its own, so that it leaves nothing beside
 * itself.
 * @throws Failure `op-not-runnable`; the signal's reason if that ended it
 */
export async function versionOf(path: string, directory: string, signal?: AbortSignal): Promise<string> {
  try {
    const home = dirname(directory);
    const { stdout } = await promisify(execFile)(path, ['--version'], {
      cwd: home,
      env: { PATH: process.env['PATH'] ?? '', HOME: home },
      timeout: PATIENCE,
      ...(signal === undefined ? {} : { signal }),
    });
    return stdout.trim();
  } catch (error) {
    signal?.throwIfAborted();
    throw notRunnable(error, path);
  }
}

function notWritten(error: unknown, where: string): unknown {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Failure(
      'op-no-space',
      `There is no space left for the 1Password CLI (about 35 MB) in ${where}.`,
      { human: ["Free space on the runner's disk."] },
      error,
    );
  }
  if (code === '') return error;
  return new Failure(
    'op-not-writable',
    `The 1Password CLI cannot be written into ${where} (${code}).`,
    { human: ["Give the runner's user write access to its temporary directory (`RUNNER_TEMP`)."] },
    error,
  );
}

function notRunnable(error: unknown, path: string): Failure {
  const code = codeOf(error);
  return new Failure(
    'op-not-runnable',
    `The 1Password CLI was verified, but \`${path} --version\` does not run (${code === '' ? 'it was ended' : code}).`,
    {
      human: [
        "Check whether programs may run from the runner's temporary directory (`RUNNER_TEMP`): a file system that is mounted with `noexec` forbids it.",
      ],
    },
    error,
  );
}
