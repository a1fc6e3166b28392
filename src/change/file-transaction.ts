/**
 * Writes several files as one change: all of them are prepared next to the old ones, compared with what was read, and
 * then renamed. In every case each file is the old or the new one as a whole; if a rename fails, those before it are
 * undone; if the process is killed in between, the next run names the files that differ.
 */
import { codeOf } from '../base/plain-file.ts';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { readPlainFile } from '../base/bounded-file.ts';
import { Failure } from '../base/failure.ts';
import { list } from '../parity/wording.ts';
import { ChangeJournal } from './change-journal.ts';

/** One file of a change. */
export interface FileEdit {
  /** What sentences call it. */
  readonly name: string;
  /** Where it is: absolute, with no link in it. */
  readonly path: string;
  /** The bytes that were read; null if there was no file. */
  readonly before: Buffer | null;
  readonly after: Buffer;
}

/** A file of a change with the new one beside it, and the old one's second name to take it back by. */
interface Prepared {
  readonly edit: FileEdit;
  readonly fresh: string;
  readonly kept: string | null;
}

/**
 * @param root the project's folder, where the change is noted while it is made
 * @throws Failure `file-changed` where a file is no longer what was read, `cannot-write` where one cannot be written (no
 * file is changed then, or the sentence says which), `change-interrupted` after a change that was killed half-way
 */
export function writeFiles(root: string, edits: readonly FileEdit[]): void {
  if (edits.length === 0) return;
  const suffix = `.kamal-1password-${randomBytes(6).toString('hex')}`;
  const journal = ChangeJournal.begin(
    root,
    edits.map(({ name, path, before, after }) => ({ name, path, before, after, suffix })),
  );
  const folders: string[] = [];
  const prepared: Prepared[] = [];
  try {
    refuseChanged(edits);
    for (const edit of edits) prepared.push(prepare(edit, suffix, folders));
    refuseChanged(edits);
    renameAll(prepared);
    folders.length = 0;
  } finally {
    for (const { fresh, kept } of prepared) for (const each of [fresh, kept]) if (each !== null) remove(each);
    for (const folder of folders.toReversed()) removeFolder(folder);
    journal.end();
  }
}

/** The bytes of a file as it is now, or null if there is none. */
function bytesNow(path: string, name: string): Buffer | null {
  return isThere(path) ? readPlainFile(path, name) : null;
}

/** Also false if there is a file instead of a folder above it: preparing says that. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}

function refuseChanged(edits: readonly FileEdit[]): void {
  const changed = edits.filter(({ name, path, before }) => {
    const now = bytesNow(path, name);
    return now === null || before === null ? now !== before : !now.equals(before);
  });
  if (changed.length === 0) return;
  const names = list(changed.map(({ name }) => name));
  throw new Failure('file-changed', `${names} changed in the meantime, so nothing was written.`, {
    agent: ['Run the command again to start from the current files.'],
  });
}

function prepare(edit: FileEdit, suffix: string, folders: string[]): Prepared {
  const { name, path, before, after } = edit;
  const fresh = path + suffix;
  const kept = before === null ? null : `${path}${suffix}-old`;
  try {
    makeFolder(dirname(path), folders);
    // Only the folder decides whether a file can be replaced; but a file that its owner has locked stays as it is.
    if (before !== null) accessSync(path, constants.W_OK);
    writeFresh(fresh, after);
    if (kept !== null) {
      const { mode, uid, gid } = statSync(path);
      keepOwner(fresh, uid, gid);
      chmodSync(fresh, mode & 0o7777);
      keep(path, kept);
    }
  } catch (error) {
    remove(fresh);
    if (kept !== null) remove(kept);
    throw cannotWrite(name, error, 'No file was changed.');
  }
  return { edit, fresh, kept };
}

function renameAll(prepared: readonly Prepared[]): void {
  for (const [index, { edit, fresh }] of prepared.entries()) {
    try {
      renameSync(fresh, edit.path);
    } catch (error) {
      const left = takeBack(prepared.slice(0, index));
      const names = list(left.map(({ name }) => name));
      throw cannotWrite(
        edit.name,
        error,
        left.length === 0 ? 'No file was changed.' : `${names} could not be restored and has the new text.`,
      );
    }
  }
  for (const folder of new Set(prepared.map(({ edit }) => dirname(edit.path)))) syncFolder(folder);
}

/** The old files instead of the new ones again; returns those where that fails. */
function takeBack(done: readonly Prepared[]): FileEdit[] {
  return done.toReversed().flatMap(({ edit, kept }) => {
    try {
      if (kept === null) rmSync(edit.path);
      else renameSync(kept, edit.path);
      return [];
    } catch {
      return [edit];
    }
  });
}

function writeFresh(path: string, bytes: Buffer): void {
  const descriptor = openSync(path, 'wx');
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A second name for the old file, which needs no room on a disk that is full; a copy if there are no such names. */
function keep(path: string, kept: string): void {
  try {
    linkSync(path, kept);
  } catch {
    copyFileSync(path, kept, constants.COPYFILE_EXCL);
  }
}

function keepOwner(path: string, uid: number, gid: number): void {
  const own = statSync(path);
  if (own.uid === uid && own.gid === gid) return;
  try {
    chownSync(path, uid, gid);
  } catch {
    // Only the administrator can give files away; the writer of the folder then owns the file.
  }
}

/** Makes a folder with those above it; adds those that were not there to `made`. */
function makeFolder(folder: string, made: string[]): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  const own: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    own.unshift(at);
    if (at === first) break;
  }
  made.push(...own);
}

/** A name is on the disk once its folder is; not every system can say so. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The names exist anyway, and are written a little later.
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A file beside the old one that cannot be removed is in no one's way.
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Someone has put something into it in the meantime.
  }
}

function cannotWrite(name: string, error: unknown, state: string): Failure {
  const reason = error instanceof Error && 'code' in error ? `: ${String(error.code)}` : '';
  return new Failure(
    'cannot-write',
    `${name} cannot be written${reason}. ${state}`,
    { human: [`Make ${name} and its folder writable.`] },
    error,
  );
}
