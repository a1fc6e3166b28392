/** Where else a project mentions a secret: places that no edit of ours touches, but a person has to check. */
import { join, resolve } from 'node:path';
import { BoundedFiles, repositoryAround } from '../base/bounded-file.ts';

/** Searched in addition to the files that Kamal reads. */
const FOLDERS = ['.github/workflows', '.kamal/hooks', 'config'];
const FILES = ['Dockerfile', 'Procfile', 'docker-compose.yml', 'compose.yml', 'README.md', '.env.example'];
const LARGEST = 1024 * 1024;

/**
 * One line per place: “Dockerfile:12 mentions NAME”. Changed files are skipped if the name is gone from them.
 * @param readIn the secrets file that still reads a variable of that name from the environment; null if none does
 */
export function mentionsOf(
  root: string,
  name: string,
  changed: ReadonlyMap<string, string>,
  readIn: string | null = null,
): string[] {
  const word = new RegExp(`(?<![\\w.-])${name}(?![\\w.-])`);
  const read = new BoundedFiles(repositoryAround(resolve(root)));
  const files = [...FILES, ...FOLDERS.flatMap((folder) => filesIn(read, root, folder))];
  return files.flatMap((file) => {
    const text = changed.get(file) ?? read.text(join(root, file), LARGEST);
    if (text === null || !text.includes(name)) return [];
    const lines = text.split(/\r?\n/).flatMap((line, index) => {
      // A comment of the file that has no effect is ignored.
      return word.test(line) && !(file.startsWith('config/') && /^\s*#/.test(line)) ? [index + 1] : [];
    });
    const [first, ...more] = lines;
    if (first === undefined) return [];
    if (readIn !== null && file.startsWith('.github/workflows/'))
      return [
        `${file}:${first} passes ${name}, which ${readIn} still reads from the environment, so it stays as it is.`,
      ];
    return [
      `${file}:${first} mentions ${name}${more.length === 0 ? '' : ` (and ${more.length} more lines)`}: check whether it needs the same change.`,
    ];
  });
}

function filesIn(read: BoundedFiles, root: string, folder: string): string[] {
  return read
    .names(join(root, folder))
    .filter((name) => !name.endsWith('.sample') && !name.startsWith('.'))
    .slice(0, 200)
    .map((name) => `${folder}/${name}`);
}
