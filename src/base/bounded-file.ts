/**
 * The one door to the files of a checkout, which a stranger may have written: it stays inside the repository, never
 * waits for a pipe, reads only plain files, up to a limit. It returns bytes and runs nothing.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Failure } from './failure.ts';

/** The largest secrets, deploy or workflow file that is read, in bytes: people's own have a few thousand. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** The most that is read of one checkout in all, in bytes. */
const MAX_BYTES_IN_ALL = 32 * 1024 * 1024;
/** More names in one folder are not read. */
const MAX_NAMES = 20_000;

/** The repository that a folder is in: the nearest one above it with a `.git`; the folder itself if there is none. */
export function repositoryAround(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return folder;
  }
}

/** Where a path leads to once its links are followed. */
export type Place =
  /** A file or folder inside the boundary; `path` is absolute and has no link in it. */
  | { readonly kind: 'inside'; readonly path: string }
  | { readonly kind: 'outside' }
  | { readonly kind: 'absent' };

/** The files below one boundary. */
export class BoundedFiles {
  readonly #boundary: string;
  #left = MAX_BYTES_IN_ALL;

  /** @param boundary the folder that nothing is read outside of: the root of the repository, absolute */
  constructor(boundary: string) {
    this.#boundary = realOr(boundary);
  }

  /** Follows the links of an absolute path. A link to nowhere is absent. */
  place(path: string): Place {
    if (path.includes('\0')) return { kind: 'absent' };
    let real: string;
    try {
      // Most of these files do not exist, and an exception costs more than a check.
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { kind: 'absent' };
      real = realpathSync.native(path);
    } catch {
      return { kind: 'absent' };
    }
    return this.#holds(real) ? { kind: 'inside', path: real } : { kind: 'outside' };
  }

  /**
   * Where a file is to be written: the file itself if it exists, links followed; else its place in the nearest folder
   * that exists.
   */
  placeToWrite(path: string): Place {
    const there = this.place(path);
    if (there.kind !== 'absent') return there;
    const missing: string[] = [];
    for (let folder = resolve(path); ; folder = dirname(folder)) {
      const found = this.place(folder);
      if (found.kind === 'outside') return found;
      if (found.kind === 'inside') return { kind: 'inside', path: join(found.path, ...missing) };
      if (isLink(folder) || dirname(folder) === folder) return { kind: 'absent' };
      missing.unshift(basename(folder));
    }
  }

  /**
   * The bytes of a plain file, `name` being what sentences call it, null if there is none.
   * @throws Failure `file-outside-project`, `file-not-regular`, `file-too-large`, `file-unreadable`, `project-too-large`
   */
  bytes(path: string, name: string, most = MAX_FILE_BYTES): Buffer | null {
    const place = this.place(path);
    if (place.kind === 'absent') return null;
    if (place.kind === 'outside') throw outside(name);
    if (this.#left < 0) throw projectTooLarge(name);
    const bytes = readPlainFile(place.path, name, most);
    this.#left -= bytes.length;
    if (this.#left < 0) throw projectTooLarge(name);
    return bytes;
  }

  /** The text of a file that is only searched: null for anything that cannot be read; it need not be UTF-8. */
  text(path: string, most = MAX_FILE_BYTES): string | null {
    try {
      const bytes = this.bytes(path, path, most);
      return bytes === null ? null : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return null;
    }
  }

  /** The names in a folder, in order; none if it is not a folder inside the boundary. */
  names(path: string): string[] {
    const place = this.place(path);
    if (place.kind !== 'inside' || !isDirectory(place.path)) return [];
    try {
      return firstNames(place.path).toSorted();
    } catch {
      return [];
    }
  }

  #holds(real: string): boolean {
    const within = this.#boundary.endsWith(sep) ? this.#boundary : this.#boundary + sep;
    return real === this.#boundary || real.startsWith(within);
  }
}

/**
 * The bytes of a plain file, wherever it is: for files that the machine's owner names, and for a path whose links are
 * followed already.
 * @throws Failure `file-not-regular`, `file-too-large`, `file-unreadable`
 */
export function readPlainFile(path: string, name: string, most = MAX_FILE_BYTES): Buffer {
  let descriptor: number;
  try {
    // Not to wait for a writer, should it be a pipe; and not to follow a link that has come since.
    descriptor = openSync(
      path,
      constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0),
    );
  } catch (error) {
    throw unreadable(name, error);
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw notRegular(name, status.isDirectory());
    if (status.size > most) throw tooLarge(name, most);
    return readAll(descriptor, status.size, name, most);
  } finally {
    closeSync(descriptor);
  }
}

function readAll(descriptor: number, size: number, name: string, most: number): Buffer {
  // One byte more than promised, so that a file that grows in the meantime is noticed.
  let buffer = Buffer.alloc(Math.max(size + 1, 4096));
  let length = 0;
  for (;;) {
    let count: number;
    try {
      count = readSync(descriptor, buffer, length, buffer.length - length, null);
    } catch (error) {
      throw unreadable(name, error);
    }
    length += count;
    // A read that ends where the file was said to end, though it asked for more, has seen its end.
    if (count === 0 || length === size) return buffer.subarray(0, length);
    if (length > most) throw tooLarge(name, most);
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
  }
}

/** A folder can hold millions: only as many as needed are read. */
function firstNames(folder: string): string[] {
  const names: string[] = [];
  const entries = opendirSync(folder);
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      if (names.push(entry.name) === MAX_NAMES) break;
    }
  } finally {
    entries.closeSync();
  }
  return names;
}

function realOr(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return resolve(path);
  }
}

/** Whether there is a folder of that name, or a link to one. */
export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    // A folder above it is not one.
    return false;
  }
}

function outside(name: string): Failure {
  return new Failure(
    'file-outside-project',
    `${name} leads to a file outside the repository, so it is not read.`,
    { agent: [`Replace the link ${name} with the file itself.`] },
  );
}

function unreadable(name: string, error: unknown): Failure {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new Failure(
    'file-unreadable',
    `${name} cannot be read: ${reason}.`,
    { human: [`Make ${name} readable.`] },
    error,
  );
}

function notRegular(name: string, isFolder: boolean): Failure {
  return new Failure('file-not-regular', `${name} is ${isFolder ? 'a folder' : 'not a regular file'}.`, {
    agent: [`Replace ${name} with a regular file.`],
  });
}

function tooLarge(name: string, most: number): Failure {
  const limit = most >= 1024 * 1024 ? `${most / 1024 / 1024} MiB` : `${Math.round(most / 1024)} KiB`;
  return new Failure('file-too-large', `${name} is larger than ${limit}, the limit for such a file.`, {
    agent: [`Check that ${name} is the right file, and remove what does not belong in it.`],
  });
}

function projectTooLarge(name: string): Failure {
  return new Failure(
    'project-too-large',
    `With ${name}, the files that Kamal uses add up to more than ${MAX_BYTES_IN_ALL / 1024 / 1024} MiB, the limit for all of them together.`,
    { agent: ['Remove what does not belong in the secrets files, deploy files, hooks and workflows.'] },
  );
}
