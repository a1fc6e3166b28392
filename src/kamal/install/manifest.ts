import { hash, timingSafeEqual } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isPlainDirectory, readPlainFile } from '../../base/plain-file.ts';

/**
 * What makes a manifest ours: a key that only jobs with the same service account token can derive. In a place that other
 * jobs may write to, there is nothing that they could not replace, but they cannot make this.
 */
export interface Seal {
  /** Distinguishes the owners of sealed directories; not secret. */
  readonly owner: string;
  /** The keyed hash of a text, in hex. */
  of(text: string): string;
}

/** The file beside the gems that holds the seal and what it is of. */
const MANIFEST = 'manifest';
const LARGEST_MANIFEST = 16 * 1024 * 1024;
/** Kamal 2.12.0 and all that it needs: some 1,300 files and 15 MB. Beyond these it is something else. */
const MOST_FILES = 50_000;
const MOST_BYTES = 500 * 1024 * 1024;

/** Seals a directory as it is. @throws where something in it is neither a file, a directory nor a link within it */
export async function seal(directory: string, by: Seal): Promise<void> {
  const { lines } = await contentsOf(directory, []);
  const text = lines.join('\n');
  await writeFile(join(directory, MANIFEST), `${by.of(text)}\n${text}`, { flag: 'wx', mode: 0o644 });
}

/** A directory that is as it was sealed: the text of the wanted files, from the same read that was compared. */
export interface Unchanged {
  readonly kind: 'unchanged';
  readonly texts: ReadonlyMap<string, string>;
}

export type SealState =
  | Unchanged
  /** There is nothing. */
  | { readonly kind: 'missing' }
  /** It is not sealed by us, or not any more what was sealed; `what` is for a sentence. */
  | { readonly kind: 'changed'; readonly what: string };

/**
 * Compares every file of a directory with what was sealed: their bytes, whether they may be run, and that none is
 * missing or new.
 * @param wanted files whose text is returned
 */
export async function sealState(directory: string, by: Seal, wanted: readonly string[]): Promise<SealState> {
  const isThere = await isPlainDirectory(directory);
  if (isThere === null) return { kind: 'missing' };
  if (!isThere) return { kind: 'changed', what: 'it is not a directory' };
  const manifest = await readPlainFile(join(directory, MANIFEST), LARGEST_MANIFEST);
  if (manifest === 'missing') return { kind: 'changed', what: 'there is no manifest' };
  if (manifest === 'odd') return { kind: 'changed', what: 'its manifest is not a plain file' };
  const [mac = '', ...sealed] = manifest.toString('utf8').split('\n');
  if (!isEqual(mac, by.of(sealed.join('\n')))) return { kind: 'changed', what: 'its manifest is not ours' };
  try {
    const { lines: found, texts } = await contentsOf(directory, wanted);
    const [before, now] = [new Set(sealed), new Set(found)];
    const different = [...now].filter((line) => !before.has(line));
    const gone = [...before].filter((line) => !now.has(line));
    if (different.length === 0 && gone.length === 0) return { kind: 'unchanged', texts };
    const lines = [...different, ...gone];
    const files = lines.filter((line) => !line.startsWith('d '));
    const names = new Set((files.length > 0 ? files : lines).map((line) => line.replace(/^\S+ /, '')));
    const [first = '', ...others] = names;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return { kind: 'changed', what: `${JSON.stringify(first)}${more} changed` };
  } catch (error) {
    return { kind: 'changed', what: error instanceof Error ? error.message : String(error) };
  }
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** One line for each file and link, `<kind><hash> <path>`, in the order of their names. */
async function contentsOf(
  root: string,
  wanted: readonly string[],
): Promise<{ lines: string[]; texts: Map<string, string> }> {
  const lines: string[] = [];
  const texts = new Map<string, string>();
  let bytes = 0;
  for (const directories = ['']; directories.length > 0;) {
    const directory = directories.pop() ?? '';
    for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
      const path = posix.join(directory, entry.name);
      if (path === MANIFEST) continue;
      if (/[\n\r]/.test(path)) throw new Error(`${JSON.stringify(path)} is not the name of a gem's file`);
      if (entry.isDirectory()) {
        lines.push(`d ${path}`);
        directories.push(path);
      } else if (entry.isSymbolicLink()) lines.push(linkLine(root, path));
      else {
        const file = fileAt(join(root, path), MOST_BYTES - bytes);
        bytes += file.content.length;
        lines.push(`${file.mayRun ? 'x' : 'f'}${hash('sha256', file.content)} ${path}`);
        if (wanted.includes(path)) texts.set(path, file.content.toString('utf8'));
      }
      if (lines.length > MOST_FILES) throw new Error(`there are more than ${MOST_FILES} files`);
      // The sign-in and the rest of the preparation continue in parallel.
      if (lines.length % 200 === 0) await turn();
    }
  }
  return { lines: lines.toSorted(), texts };
}

/** A link that stays within leads to what is hashed itself. */
function linkLine(root: string, path: string): string {
  const target = readlinkSync(join(root, path));
  const leads = posix.normalize(posix.join(posix.dirname(path), target));
  if (posix.isAbsolute(target) || leads === '..' || leads.startsWith('../') || target.includes('\n'))
    throw new Error(`${JSON.stringify(path)} is a link that leads out of it`);
  return `l${hash('sha256', target)} ${path}`;
}

/** Read without following a link or waiting for a FIFO that takes its place in the meantime. */
function fileAt(path: string, most: number): { content: Buffer; mayRun: boolean } {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new Error(`${JSON.stringify(path)} is not a plain file`);
    if (status.size > most) throw new Error('it is larger than Kamal and its dependencies');
    const content = Buffer.allocUnsafe(status.size);
    let size = 0;
    while (size < content.length) {
      const read = readSync(descriptor, content, size, content.length - size, null);
      if (read === 0) break;
      size += read;
    }
    return { content: content.subarray(0, size), mayRun: (status.mode & 0o111) !== 0 };
  } finally {
    closeSync(descriptor);
  }
}
