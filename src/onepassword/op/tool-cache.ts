import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import type { ReleaseFiles } from './archive.ts';

/**
 * Where a version of `op` stands in the runner's tool cache: `<cache>/op/<version>/<arch>`, with the marker
 * `<arch>.complete` beside it. That is the layout of `@actions/tool-cache` 4 (lib/tool-cache.js: `find`, `cacheDir`), so
 * that other actions find it. The library itself is not used: it copies into place file by file, so that another job may
 * meet a half-written binary, and it cannot be cancelled.
 */
export function placeOf(cache: string, version: string, arch: string): string {
  return join(cache, 'op', version, arch);
}

/** The binary and the signature at `place`; null where either is missing. */
export async function readCached(place: string): Promise<ReleaseFiles | null> {
  try {
    const [op, signature] = await Promise.all([readFile(join(place, 'op')), readFile(join(place, 'op.sig'))]);
    return { op: [op], signature };
  } catch {
    // Missing, or not readable for us: as good as not there, it is installed anew.
    return null;
  }
}

/**
 * Puts verified files at `place` in one step: they are written beside it and renamed, so that jobs that share the cache
 * see all of it or nothing. Whatever stood there before is replaced.
 * @throws Failure `op-no-space` | `op-cache-not-writable`
 */
export async function storeVerified(place: string, files: ReleaseFiles): Promise<void> {
  const beside = `${place}.${randomUUID()}`;
  try {
    await mkdir(beside, { recursive: true });
    await writeFile(join(beside, 'op'), files.op, { mode: 0o755 });
    await writeFile(join(beside, 'op.sig'), files.signature, { mode: 0o644 });
    await swapIn(beside, place);
    await writeFile(`${place}.complete`, '');
  } catch (error) {
    throw notWritten(error, dirname(place));
  } finally {
    // What cannot be removed could not be written either.
    await rm(beside, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** A directory that is not empty cannot be replaced by a rename: it is moved aside first. */
async function swapIn(from: string, place: string): Promise<void> {
  for (let left = 5; ; left -= 1) {
    try {
      await rename(from, place);
      return;
    } catch (error) {
      if (left === 0 || !['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error))) throw error;
    }
    const aside = `${place}.${randomUUID()}`;
    try {
      await rename(place, aside);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error; // another job was faster: try again
    }
    await rm(aside, { recursive: true, force: true });
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
  if (code !== '') {
    return new Failure(
      'op-cache-not-writable',
      `The 1Password CLI cannot be installed into ${where}: the runner may not write there (${code}).`,
      {
        human: [
          "Give the runner's user write access to its tool cache (`RUNNER_TOOL_CACHE`), or set `AGENT_TOOLSDIRECTORY` to a directory it may write to.",
        ],
      },
      error,
    );
  }
  return error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
