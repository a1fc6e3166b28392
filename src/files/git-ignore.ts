/** Enough of `.gitignore` to decide whether a secrets file is committed (git-scm.com/docs/gitignore, pattern format). */
import { dirname } from 'node:path/posix';
import { globOf, matchesGlob, type Glob } from './git-glob.ts';

interface Pattern {
  readonly glob: Glob;
  readonly foldersOnly: boolean;
  readonly negated: boolean;
}

/** Larger files count as empty: real ones have a few hundred lines. In UTF-16 code units. */
const LARGEST = 256 * 1024;
/** No file system has longer paths of files that anybody commits. */
const LONGEST_PATH = 1024;

/** The `.gitignore` files from the project's root down to a file's folder; a later pattern wins over an earlier one. */
export class GitIgnore {
  readonly #read: (path: string) => string | null;
  readonly #folders = new Map<string, readonly Pattern[]>();

  /** @param read the text of a file by its path from the root, `/` between folders, or null if there is none */
  constructor(read: (path: string) => string | null) {
    this.#read = read;
  }

  ignores(path: string): boolean {
    if (path.length > LONGEST_PATH) return false;
    // In an ignored folder everything is ignored, even if a pattern re-includes a file.
    return parents(path).some((parent) => this.#matches(parent, true)) || this.#matches(path, false);
  }

  #matches(path: string, isFolder: boolean): boolean {
    let ignored = false;
    for (const where of ['.', ...parents(path)]) {
      const below = (where === '.' ? path : path.slice(where.length + 1)).split('/');
      for (const { glob, foldersOnly, negated } of this.#patterns(where))
        if ((isFolder || !foldersOnly) && ignored === negated && matchesGlob(glob, below)) ignored = !negated;
    }
    return ignored;
  }

  #patterns(folder: string): readonly Pattern[] {
    let patterns = this.#folders.get(folder);
    if (patterns === undefined) {
      const text = this.#read(folder === '.' ? '.gitignore' : `${folder}/.gitignore`) ?? '';
      patterns = text.length > LARGEST ? [] : text.split(/\r?\n/).flatMap(patternOf);
      this.#folders.set(folder, patterns);
    }
    return patterns;
  }
}

function parents(path: string): string[] {
  const found: string[] = [];
  for (let at = dirname(path); at !== '.' && at !== '/'; at = dirname(at)) found.unshift(at);
  return found;
}

function patternOf(line: string): Pattern[] {
  const text = withoutTrailingBlanks(line);
  if (text === '' || text.startsWith('#')) return [];
  const negated = text.startsWith('!');
  const written = negated ? text.slice(1) : text;
  const foldersOnly = written.endsWith('/');
  const glob = globOf(foldersOnly ? written.slice(0, -1) : written);
  return glob === null ? [] : [{ glob, foldersOnly, negated }];
}

/** Blanks at the end count only after a backslash. */
function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && /\s/.test(line[end - 1] ?? '') && line[end - 2] !== '\\') end -= 1;
  return line.slice(0, end);
}
