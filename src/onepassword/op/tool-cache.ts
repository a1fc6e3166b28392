import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../../base/make-directory.ts';
import { codeOf, isPlainDirectory, readPlainFile } from '../../base/plain-file.ts';
import { LARGEST_FILE, type ReleaseFiles } from './archive.ts';

/**
 * Where a version of `op` is in the runner's tool cache: `<cache>/op/<version>/<arch>`, with the marker
 * `<arch>.complete` beside it. That is the layout of `@actions/tool-cache` 4 (lib/tool-cache.js: `find`, `cacheDir`), so
 * that other actions find it. The library itself is not used: it copies into place file by file, so that another job can
 * meet a half-written binary, and it cannot be cancelled.
 */
export function placeOf(cache: string, version: string, arch: string): string {
  return join(cache, 'op', version, arch);
}

/** A signature takes some 600 bytes. */
const LARGEST_SIGNATURE = 64 * 1024;

/**
 * The bytes of the binary and of its signature at `place`, read once. Nothing of the cache is ever run, linked to or put
 * on PATH: other jobs may write there.
 * @returns `missing` where either is; `odd` where a link, a FIFO, a directory or something too large is in the way
 */
export async function readCached(place: string): Promise<ReleaseFiles | 'missing' | 'odd'> {
  const way = await Promise.all(directoriesTo(place).map((directory) => isPlainDirectory(directory)));
  if (way.includes(false)) return 'odd';
  const [op, signature] = await Promise.all([
    readPlainFile(join(place, 'op'), LARGEST_FILE),
    readPlainFile(join(place, 'op.sig'), LARGEST_SIGNATURE),
  ]);
  if (typeof op !== 'string' && typeof signature !== 'string') return { op: [op], signature };
  return op === 'odd' || signature === 'odd' ? 'odd' : 'missing';
}

/**
 * Puts verified files at `place` in one step: they are written beside it and renamed, so that jobs that share the cache
 * see all of it or nothing. What was there before is replaced.
 * @throws the system's error; an error if the path leads through a link
 */
export async function storeVerified(place: string, files: ReleaseFiles): Promise<void> {
  const beside = `${place}.${randomUUID()}`;
  const above = directoriesTo(place).slice(0, -1);
  for (const directory of above) {
    if ((await isPlainDirectory(directory)) === false) throw new Error(`${directory} is not a directory`);
  }
  try {
    await makeDirectory(beside);
    await writeFile(join(beside, 'op'), files.op, { mode: 0o755 });
    await writeFile(join(beside, 'op.sig'), files.signature, { mode: 0o644 });
    await swapIn(beside, place);
    await mark(`${place}.complete`);
  } finally {
    // What cannot be removed could not be written either.
    await rm(beside, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** `<cache>/op`, the version's directory, and the place itself. */
function directoriesTo(place: string): string[] {
  const version = dirname(place);
  return [dirname(version), version, place];
}

/** A new empty file: an existing entry, such as a link, is not written to. */
async function mark(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await writeFile(path, '', { flag: 'wx' }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error; // another job was faster
  });
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
