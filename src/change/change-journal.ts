/** Notes a change of several files while it is made: one at a time, and known to the next run if it was killed. */
import type * as crypto from 'node:crypto';
import { closeSync, fsyncSync, lstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { BoundedFiles, readPlainFile, repositoryAround } from '../base/bounded-file.ts';
import { Failure } from '../base/failure.ts';
import { list } from '../parity/wording.ts';

/** In the project's folder while a change is made, and after one that was killed. */
export const JOURNAL = '.kamal-1password-change.json';
/** How long another change is waited for, and how often it is asked about, in milliseconds. */
const PATIENCE = 5000;
const PAUSE = 20;
/** A longer change means that another process has the number now; in milliseconds. */
const LONGEST_CHANGE = 60_000;
const LONGEST_NOTING = 1000;
/** A note with more files, or of more bytes, is not ours. */
const MOST_FILES = 500;
const LARGEST = 1024 * 1024;
/** How many files a sentence names. */
const MOST_NAMED = 10;

/** A file of a change as it is noted. */
export interface NotedFile {
  readonly name: string;
  readonly path: string;
  readonly before: Buffer | null;
  readonly after: Buffer;
  /** What the names of the files beside it end in. */
  readonly suffix: string;
}

/** A file of a change that was killed. */
interface LeftFile {
  readonly name: string;
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
  readonly suffix: string;
}

export class ChangeJournal {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Notes a change; waits for another one that is being made.
   * @throws Failure `change-interrupted` if an earlier one left files that differ (reported once: the note is removed),
   * `change-in-progress`, `cannot-write`
   */
  static begin(root: string, files: readonly NotedFile[]): ChangeJournal {
    const path = join(root, JOURNAL);
    const text = JSON.stringify({ process: process.pid, files: files.map(noted) });
    for (const end = Date.now() + PATIENCE; ;) {
      if (create(path, text)) return new ChangeJournal(path);
      const left = readJournal(root);
      if (left !== null && !left.isLive) {
        const sentence = sentenceOf(left);
        clear(path, left);
        if (sentence !== null) throw interrupted(sentence);
      } else if (Date.now() > end) throw inProgress();
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }

  end(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // The next run finds that all files are old, or all new, and removes it.
    }
  }
}

/** What an earlier change left half-done, as a sentence; null if nothing is. Reads only. */
export function interruptedChange(root: string): string | null {
  const left = readJournal(root);
  return left === null || left.isLive ? null : sentenceOf(left);
}

function noted({ name, path, before, after, suffix }: NotedFile): LeftFile {
  return { name, path, before: before === null ? null : hash(before), after: hash(after), suffix };
}

/** True if it was made; false if there is one already. @throws Failure `cannot-write` */
function create(path: string, text: string): boolean {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(path, 'wx', 0o600);
    writeSync(descriptor, text);
    fsyncSync(descriptor);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    if (descriptor !== null) rmSync(path, { force: true });
    throw new Failure(
      'cannot-write',
      "The project's folder is not writable. No file was changed.",
      {
        human: ["Make the project's folder writable, and free disk space if the disk is full."],
      },
      error,
    );
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** The content of an existing note; empty for one that was not written to its end, when no file was written either. */
interface Journal {
  readonly files: readonly LeftFile[];
  /** Whether its writer can still be at work. */
  readonly isLive: boolean;
  /** The note can be a stranger's, as a file of the checkout: only files in the repository are read or removed. */
  readonly within: BoundedFiles;
}

function readJournal(root: string): Journal | null {
  const path = join(root, JOURNAL);
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return null;
  const age = Date.now() - status.mtimeMs;
  const within = new BoundedFiles(repositoryAround(resolve(root)));
  try {
    const data: unknown = JSON.parse(readPlainFile(path, JOURNAL, LARGEST).toString('utf8'));
    if (isJournal(data, within))
      return { files: data.files, isLive: age < LONGEST_CHANGE && isRunning(data.process), within };
  } catch {
    // It is being written, or was killed at that.
  }
  return { files: [], isLive: age < LONGEST_NOTING, within };
}

function isJournal(data: unknown, within: BoundedFiles): data is { process: number; files: LeftFile[] } {
  if (typeof data !== 'object' || data === null || !('process' in data) || !('files' in data)) return false;
  const { process: by, files } = data;
  if (typeof by !== 'number' || !Array.isArray(files) || files.length > MOST_FILES) return false;
  return files.every((file) => isLeftFile(file) && within.placeToWrite(file.path).kind === 'inside');
}

function isLeftFile(data: unknown): data is LeftFile {
  if (typeof data !== 'object' || data === null) return false;
  const text = (key: string): unknown => Reflect.get(data, key);
  return (
    ['name', 'path', 'after', 'suffix'].every((key) => typeof text(key) === 'string') &&
    (text('before') === null || typeof text('before') === 'string')
  );
}

/** Process 1 is the system, or, in a container, this very one. */
function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Null if all files are old, or all are new. */
function sentenceOf({ files, within }: Journal): string | null {
  const states = files.map((file) => ({ name: file.name, state: stateOf(file, within) }));
  const named = (state: string): string[] =>
    states.filter((each) => each.state === state).map(({ name }) => name);
  const [fresh, old, edited] = [named('new'), named('old'), named('edited')];
  if (fresh.length === 0 || fresh.length === files.length) return null;
  return [
    `An earlier change was interrupted: ${listed(fresh)} ${fresh.length === 1 ? 'has' : 'have'} the new text`,
    ...(old.length > 0 ? [`${listed(old)} ${old.length === 1 ? 'has' : 'have'} the old one`] : []),
    ...(edited.length > 0 ? [`${listed(edited)} ${edited.length === 1 ? 'was' : 'were'} edited since`] : []),
  ].join(', ');
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : list(names);
}

function stateOf({ path, before, after }: LeftFile, within: BoundedFiles): 'new' | 'old' | 'edited' {
  const now = hashNow(path, within);
  if (now === after) return 'new';
  return now === before ? 'old' : 'edited';
}

function hashNow(path: string, within: BoundedFiles): string | null {
  try {
    const bytes = within.bytes(path, path);
    return bytes === null ? null : hash(bytes);
  } catch {
    return null;
  }
}

/** Removes the files that were prepared, then the note. @throws Failure `cannot-write` if that is a folder */
function clear(path: string, { files }: Journal): void {
  for (const file of files)
    // Only what is called so is removed, and only files.
    if (/^\.kamal-1password-[0-9a-f]{12}$/.test(file.suffix))
      for (const end of ['', '-old']) removeFile(file.path + file.suffix + end);
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw new Failure(
      'cannot-write',
      `${JOURNAL} is in the way and is not a file that can be removed. No file was changed.`,
      {
        human: [
          `Check what ${JOURNAL} is, and remove it: a file of that name exists only while a change is made.`,
        ],
      },
      error,
    );
  }
}

function removeFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) rmSync(path, { force: true });
}

function hash(bytes: Buffer): string {
  // Loaded only here: every check asks for a note, hardly any finds one, and this module takes 4 ms.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `require` gives `any`
  const { createHash } = createRequire(import.meta.url)('node:crypto') as typeof crypto;
  return createHash('sha256').update(bytes).digest('hex');
}

function interrupted(sentence: string): Failure {
  return new Failure('change-interrupted', `${sentence}. Nothing was written this time.`, {
    agent: [
      'Review `git diff`: keep what is right, undo what is not (`git checkout -- FILE`).',
      'Run the command again: this message appears only once.',
    ],
  });
}

function inProgress(): Failure {
  return new Failure(
    'change-in-progress',
    'Another kamal-1password is changing this project: nothing was written.',
    {
      agent: ['Wait until it has finished, then run the command again.'],
    },
  );
}
