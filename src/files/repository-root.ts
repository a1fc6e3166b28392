import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** A project's place in its repository. */
export interface RepositoryPlace {
  /** The root of the checkout, absolute. */
  readonly root: string;
  /** The project's folder from there, with `/`; empty for the root itself. */
  readonly project: string;
}

/**
 * Finds the root of the checkout that a project is in: the nearest folder with a `.git`, no further up than the
 * workspace; if there is none (an archive, a copy), the workspace, else the project itself.
 */
export function repositoryPlace(project: string, workspace: string | undefined): RepositoryPlace {
  const from = resolve(project);
  const top = workspace === undefined ? null : resolve(workspace);
  const within = top !== null && (from === top || from.startsWith(top + sep));
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return place(folder, from);
    if (folder === dirname(folder) || (within && folder === top)) break;
  }
  return place(within ? top : from, from);
}

function place(root: string, project: string): RepositoryPlace {
  return { root, project: relative(root, project).split(sep).join('/') };
}
