/** The deploy files that the workflows of a repository name, where Kamal's usual one is not there. */
import path from 'node:path';
import { BoundedFiles } from '../base/bounded-file.ts';
import { withoutComments } from '../base/text/without-comments.ts';
import { type RepositoryPlace, repositoryPlace } from './repository-root.ts';
import { repositoryFiles } from './workflow/find-workflows.ts';

/** A deploy file by its folder, from the project's (empty for that itself), and its path from there. */
export interface NamedDeployFile {
  readonly folder: string;
  readonly config: string;
  /** The workflow that names it, from the root of the repository. */
  readonly workflow: string;
}

const NAMED =
  /(?:(?:^|\s)-c[ =]|--config[-_]file[ =]|\b(?:kamal[-_])?config(?:[-_](?:file|path))?:[ \t])[ \t]*["']?([\w./-]+\.ya?ml)(?![\w./-])/gim;
/** Where a step works: in its own folder, or in one that its script goes to. */
const FOLDER = /(?:\bworking-directory:[ \t]*|(?:^|[;&|\s])cd[ \t]+)["']?([\w./-]+)(?=["'\s;&|]|$)/gm;

/**
 * Those in the project's folder come first.
 * @param directory the project's folder, absolute
 */
export function namedDeployFiles(directory: string): NamedDeployFile[] {
  const place = repositoryPlace(directory, undefined);
  const repository = repositoryFiles(place);
  const workflows = new BoundedFiles(place.root)
    .names(path.join(place.root, '.github/workflows'))
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => `.github/workflows/${name}`);
  const found = new Map<string, NamedDeployFile>();
  for (const workflow of workflows) {
    const text = withoutComments(repository.read(workflow) ?? '');
    const folders = new Set(['', ...[...text.matchAll(FOLDER)].map(([, folder = '']) => folder)]);
    for (const [, name = ''] of text.matchAll(NAMED))
      for (const folder of folders) {
        const file = path.posix.normalize(path.posix.join(folder, name));
        if (!isDeployFile(file.startsWith('..') ? null : repository.read(file)) || found.has(file)) continue;
        found.set(file, { ...placeOf(file, folder, place), workflow });
        break;
      }
  }
  const all = [...found.values()].filter(({ folder }) => !folder.startsWith('..'));
  return [...all.filter(({ folder }) => folder === ''), ...all.filter(({ folder }) => folder !== '')];
}

/** A file in the project's own folder is named from there, whichever folder a step works in. */
function placeOf(
  file: string,
  folder: string,
  { project }: RepositoryPlace,
): Pick<NamedDeployFile, 'folder' | 'config'> {
  const own = path.posix.relative(project, file);
  const below = path.posix.relative(project, path.posix.normalize(folder || '.'));
  return below === '' || below.startsWith('..') || folder === ''
    ? { folder: own.startsWith('..') ? '..' : '', config: own }
    : { folder: below, config: path.posix.relative(path.posix.normalize(folder), file) };
}

/** What only a deploy file of Kamal has at its top: a workflow names other YAML files too. */
function isDeployFile(text: string | null): boolean {
  return text !== null && /^(?:service|image|servers):/m.test(text);
}
