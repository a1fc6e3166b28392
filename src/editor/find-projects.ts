/** Which folders of a workspace are Kamal projects, and which of them a file belongs to. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

/** Folders without projects of the user. */
const SKIPPED = /^(?:\.git|\.github|node_modules|vendor|tmp|log|public|dist)$/;
const DEEPEST = 3;
const MOST_FOLDERS = 2000;

/** Whether Kamal could run in a folder. */
export function isProject(folder: string): boolean {
  return existsSync(join(folder, '.kamal')) || namesIn(join(folder, 'config')).some(isDeployFile);
}

/** The folders around a file that are projects, the nearest first, up to the root of its repository. */
export function projectsAround(file: string): string[] {
  const folder = dirname(file);
  const found: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    // A file that is not saved yet may be the first of its project.
    if (isProject(at) || (at === dirname(folder) && isFirstOf(file))) found.push(at);
    if (existsSync(join(at, '.git')) || at === dirname(at)) return found;
  }
}

function isFirstOf(file: string): boolean {
  const folder = basename(dirname(file));
  return folder === '.kamal' || (folder === 'config' && isDeployFile(basename(file)));
}

/** The projects of the repository that a workflow is in; none for a file that is no workflow. */
export function projectsOfWorkflow(file: string): string[] {
  const marker = `${sep}${join('.github', 'workflows')}${sep}`;
  const at = file.lastIndexOf(marker);
  if (at < 0 || !/\.ya?ml$/.test(file)) return [];
  const root = file.slice(0, at) || sep;
  const found: string[] = [];
  let folders = [root];
  let looked = 0;
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const below: string[] = [];
    for (const folder of folders) {
      if ((looked += 1) > MOST_FOLDERS) return found;
      if (isProject(folder)) found.push(folder);
      if (depth < DEEPEST) below.push(...foldersIn(folder));
    }
    folders = below;
  }
  return found;
}

function isDeployFile(name: string): boolean {
  return /^deploy(?:\..+)?\.ya?ml$/.test(name);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && !SKIPPED.test(entry.name) && !entry.name.startsWith('.')
        ? [join(folder, entry.name)]
        : [],
    );
  } catch {
    return [];
  }
}
