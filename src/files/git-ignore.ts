/** Enough of `.gitignore` to tell whether a secrets file is committed (git-scm.com/docs/gitignore, pattern format). */
import { dirname } from 'node:path/posix';

interface Pattern {
  readonly matches: RegExp;
  readonly negated: boolean;
}

/** The `.gitignore` files from the project's root down to a file's folder; a later pattern wins over an earlier one. */
export class GitIgnore {
  private readonly read: (path: string) => string | null;
  private readonly folders = new Map<string, readonly Pattern[]>();

  constructor(read: (path: string) => string | null) {
    this.read = read;
  }

  ignores(path: string): boolean {
    let ignored = false;
    // A folder that is ignored takes all that is in it along, whatever is said of the files.
    for (const parent of parents(path)) if (this.matches(parent, true)) return true;
    ignored = this.matches(path, false);
    return ignored;
  }

  private matches(path: string, folder: boolean): boolean {
    let ignored = false;
    for (const where of ['.', ...parents(path)]) {
      const below = where === '.' ? path : path.slice(where.length + 1);
      for (const { matches, negated } of this.patterns(where))
        if (matches.test(folder ? `${below}/` : below)) ignored = !negated;
    }
    return ignored;
  }

  private patterns(folder: string): readonly Pattern[] {
    let patterns = this.folders.get(folder);
    if (patterns === undefined) {
      const text = this.read(folder === '.' ? '.gitignore' : `${folder}/.gitignore`) ?? '';
      patterns = text.split(/\r?\n/).flatMap(parse);
      this.folders.set(folder, patterns);
    }
    return patterns;
  }
}

function parents(path: string): string[] {
  const found: string[] = [];
  for (let at = dirname(path); at !== '.' && at !== '/'; at = dirname(at)) found.unshift(at);
  return found;
}

function parse(line: string): Pattern[] {
  const text = line.replace(/(?<!\\)\s+$/, '');
  if (text === '' || text.startsWith('#')) return [];
  const negated = text.startsWith('!');
  let glob = negated ? text.slice(1) : text;
  const foldersOnly = glob.endsWith('/');
  if (foldersOnly) glob = glob.slice(0, -1);
  const anchored = glob.includes('/');
  glob = glob.replace(/^\//, '');
  const body = glob.replaceAll(/\*\*\/|\/\*\*|\*\*|\*|\?|\[!?[^\]]*\]|\\.|[^*?[\\]+|\[/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '/**') return '/.*';
    if (part === '*' || part === '**') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.startsWith('[') && part.length > 1)
      return `[${part.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
    if (part.startsWith('\\')) return part.slice(1).replaceAll(/\W/g, '\\$&');
    return part.replaceAll(/[^\w/]/g, '\\$&');
  });
  try {
    return [
      { matches: new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}${foldersOnly ? '/' : '/?'}$`), negated },
    ];
  } catch {
    return [];
  }
}
