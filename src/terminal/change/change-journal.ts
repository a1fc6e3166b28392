/** Notes a change of several files while it is made: one at a time, and known to the next run where it was killed. */
import type * as crypto from 'node:crypto';
import { closeSync, fsyncSync, lstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readPlainFile } from '../../base/bounded-file.ts';
import { Failure } from '../../base/failure.ts';
import { list } from '../../parity/wording.ts';

/** In the project's folder while a change is made, and after one that was killed. */
export const JOURNAL = '.kamal-1password-change.json';
/** How long another change is waited for, and how often it is asked about, in milliseconds. */
const PATIENCE = 5000;
const PAUSE = 20;
/** Whoever is at a change for longer is another process of the same number; in milliseconds. */
const LONGEST_CHANGE = 60_000;
const LONGEST_NOTING = 1000;

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
   * @throws Failure `change-interrupted` where an earlier one left files that differ (told once: the note is removed),
   * `change-in-progress`, `cannot-write`
   */
  static begin(root: string, files: readonly NotedFile[]): ChangeJournal {
    const path = join(root, JOURNAL);
    const text = JSON.stringify({ process: process.pid, files: files.map(noted) });
    for (const end = Date.now() + PATIENCE; ;) {
      if (create(path, text)) return new ChangeJournal(path);
      const left = readJournal(path);
      if (left !== null && !left.isLive) {
        const sentence = sentenceOf(left.files);
        clear(path, left.files);
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

/** What an earlier change left half-done, as a sentence; null where nothing is. Reads only. */
export function interruptedChange(root: string): string | null {
  const left = readJournal(join(root, JOURNAL));
  return left === null || left.isLive ? null : sentenceOf(left.files);
}

function noted({ name, path, before, after, suffix }: NotedFile): LeftFile {
  return { name, path, before: before === null ? null : hash(before), after: hash(after), suffix };
}

/** True where it was made; false where there is one already. @throws Failure `cannot-write` */
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
      "The project's folder cannot be written. No file was changed.",
      {
        human: ["Give yourself the right to write the project's folder, and free space where there is none."],
      },
      error,
    );
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** What stands in a note that is there; nothing in one that was not written to its end, before any file was. */
interface Journal {
  readonly files: readonly LeftFile[];
  /** Whether whoever wrote it may still be at it. */
  readonly isLive: boolean;
}

function readJournal(path: string): Journal | null {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return null;
  const age = Date.now() - status.mtimeMs;
  try {
    const data: unknown = JSON.parse(readPlainFile(path, JOURNAL).toString('utf8'));
    if (isJournal(data))
      return { files: data.files, isLive: age < LONGEST_CHANGE && isRunning(data.process) };
  } catch {
    // It is being written, or was killed at that.
  }
  return { files: [], isLive: age < LONGEST_NOTING };
}

function isJournal(data: unknown): data is { process: number; files: LeftFile[] } {
  if (typeof data !== 'object' || data === null || !('process' in data) || !('files' in data)) return false;
  return typeof data.process === 'number' && Array.isArray(data.files) && data.files.every(isLeftFile);
}

function isLeftFile(data: unknown): data is LeftFile {
  if (typeof data !== 'object' || data === null) return false;
  const text = (key: string): unknown => Reflect.get(data, key);
  return (
    ['name', 'path', 'after', 'suffix'].every((key) => typeof text(key) === 'string') &&
    (text('before') === null || typeof text('before') === 'string')
  );
}

function isRunning(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Null where all files are old, or all are new. */
function sentenceOf(files: readonly LeftFile[]): string | null {
  const states = files.map((file) => ({ name: file.name, state: stateOf(file) }));
  const named = (state: string): string[] =>
    states.filter((each) => each.state === state).map(({ name }) => name);
  const [fresh, old, edited] = [named('new'), named('old'), named('edited')];
  if (fresh.length === 0 || fresh.length === files.length) return null;
  return [
    `An earlier change was interrupted: ${list(fresh)} ${fresh.length === 1 ? 'has' : 'have'} the new text`,
    ...(old.length > 0 ? [`${list(old)} ${old.length === 1 ? 'has' : 'have'} the old one`] : []),
    ...(edited.length > 0 ? [`${list(edited)} ${edited.length === 1 ? 'was' : 'were'} edited since`] : []),
  ].join(', ');
}

function stateOf({ path, before, after }: LeftFile): 'new' | 'old' | 'edited' {
  const now = hashNow(path);
  if (now === after) return 'new';
  return now === before ? 'old' : 'edited';
}

function hashNow(path: string): string | null {
  try {
    return hash(readPlainFile(path, path));
  } catch {
    return null;
  }
}

/** Removes the files that were prepared, then the note. */
function clear(path: string, files: readonly LeftFile[]): void {
  for (const file of files)
    // The note is a file of the checkout, which a stranger may have written: only what is called so is removed.
    if (/^\.kamal-1password-[0-9a-f]{12}$/.test(file.suffix))
      for (const end of ['', '-old']) rmSync(file.path + file.suffix + end, { force: true });
  rmSync(path, { force: true });
}

function hash(bytes: Buffer): string {
  // Loaded here alone: every check asks for a note, hardly any finds one, and this module takes 4 ms.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `require` gives `any`
  const { createHash } = createRequire(import.meta.url)('node:crypto') as typeof crypto;
  return createHash('sha256').update(bytes).digest('hex');
}

function interrupted(sentence: string): Failure {
  return new Failure('change-interrupted', `${sentence}. Nothing was written now.`, {
    agent: [
      'Look at `git diff`: keep what is right, take back what is not (`git checkout -- FILE`).',
      'Run the command again: this is not said a second time.',
    ],
  });
}

function inProgress(): Failure {
  return new Failure(
    'change-in-progress',
    'Another kamal-1password is changing this project: nothing was written.',
    {
      agent: ['Wait until it is done, then run the command again.'],
    },
  );
}
