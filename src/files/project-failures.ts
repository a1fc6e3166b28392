/** If there is no project: reports that in the caller's words, and names the projects nearby. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { repositoryAround } from '../base/bounded-file.ts';
import { Failure } from '../base/failure.ts';
import { type NamedDeployFile, namedDeployFiles } from './named-deploy-files.ts';

/** How a project is named: by options on a terminal, by what a tool of the agents' server takes, or by the inputs of a step, from the workspace. */
export type ProjectNaming =
  | { readonly kind: 'options' }
  | { readonly kind: 'tool' }
  | { readonly kind: 'inputs'; readonly workspace: string };

/** A deploy file: in `config/deploy.yml` of a folder, or by another name. Paths are relative, with `/`. */
type DeployFilePlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string };

const DEPLOY_FILE = 'config/deploy.yml';
const SET_UP = 'To set up a new project, run `kamal init`, then `kamal-1password init`.';

/** `project-not-found`: the folder does not exist. */
export function folderNotFound(directory: string, naming: ProjectNaming): Failure {
  const { name, shown } = inWordsOf(naming, directory);
  return new Failure('project-not-found', `The folder ${shown} does not exist.`, {
    agent: [`Name the folder that holds ${DEPLOY_FILE} with ${name.folder}.`],
  });
}

/** `config-not-found`: the folder has nothing of Kamal. */
export function deployFileNotFound(directory: string, configPath: string, naming: ProjectNaming): Failure {
  const { name, shown, relative } = inWordsOf(naming, directory);
  const above = projectAbove(directory);
  const around = above === null ? deployFilesBelow(directory) : [above];
  const inWorkflows = configPath === DEPLOY_FILE ? namedDeployFiles(directory) : [];
  const named = [
    ...around.map(
      (each): string =>
        `${each.kind === 'folder' ? `${DEPLOY_FILE} is in ${relative(each.path)}` : `There is ${relative(each.path)}`}: ${name.use(each.kind, relative(each.path))}.`,
    ),
    ...inWorkflows
      .filter(({ folder, config }) => !around.some((each) => each.path === path.posix.join(folder, config)))
      .slice(0, MOST_PLACES)
      .map(
        (each) =>
          `${each.workflow} deploys with ${relative(path.posix.join(each.folder, each.config))}: ${name.useBoth(each)}.`,
      ),
  ];
  const none = [
    name.setUp,
    `If it lives elsewhere, name its folder with ${name.folder}, or the file with ${name.file}.`,
  ];
  return new Failure(
    'config-not-found',
    `There is no ${configPath} in ${shown}, and Kamal needs one to deploy.`,
    { agent: named.length > 0 ? named : none },
  );
}

/** `config-not-found`: the workflows deploy with several files, and none of them is Kamal's usual one. */
export function severalDeployFiles(
  directory: string,
  files: readonly NamedDeployFile[],
  naming: ProjectNaming,
): Failure {
  const { name, shown } = inWordsOf(naming, directory);
  return new Failure(
    'config-not-found',
    `There is no ${DEPLOY_FILE} in ${shown}, and the workflows deploy with several files: ${files.map(({ config }) => config).join(', ')}.`,
    { agent: [`Choose one: ${files.map((each) => name.useBoth(each)).join(', or ')}.`] },
  );
}

function inWordsOf(naming: ProjectNaming, directory: string) {
  if (naming.kind === 'options')
    return {
      shown: directory,
      relative: (place: string): string => place,
      name: {
        folder: '`-C DIR`',
        file: '`-c FILE`',
        use: (kind: DeployFilePlace['kind'], place: string): string =>
          `add \`${kind === 'folder' ? '-C' : '-c'} ${place}\``,
        useBoth: ({ folder, config }: NamedDeployFile): string =>
          `add \`${folder === '' ? '' : `-C ${folder} `}-c ${config}\``,
        setUp: SET_UP,
      },
    };
  if (naming.kind === 'tool')
    return {
      shown: directory,
      relative: (place: string): string => place,
      name: {
        folder: '`directory`',
        file: '`configFile`',
        use: (kind: DeployFilePlace['kind'], place: string): string =>
          `set \`${kind === 'folder' ? 'directory' : 'configFile'}\` to \`${place}\``,
        useBoth: ({ folder, config }: NamedDeployFile): string =>
          `set ${folder === '' ? '' : `\`directory\` to \`${folder}\` and `}\`configFile\` to \`${config}\``,
        setUp: SET_UP,
      },
    };
  const fromWorkspace = (place: string): string =>
    path.relative(naming.workspace, path.resolve(directory, place)).split(path.sep).join('/') || '.';
  const here = fromWorkspace('.');
  return {
    shown: here === '.' ? 'the workspace' : here,
    relative: fromWorkspace,
    name: {
      folder: '`working-directory`',
      file: '`config-file`',
      use: (kind: DeployFilePlace['kind'], place: string): string =>
        kind === 'folder'
          ? `set \`working-directory: ${place}\``
          : `set \`config-file: ${path.posix.relative(here, place)}\``,
      useBoth: ({ folder, config }: NamedDeployFile): string =>
        `set ${folder === '' ? '' : `\`working-directory: ${fromWorkspace(folder)}\` and `}\`config-file: ${config}\``,
      setUp: existsSync(path.join(naming.workspace, '.git'))
        ? 'To set up a new project, run `kamal init`, then `npx kamal-1password init`, and commit what they write.'
        : 'Check the repository out before this step (`actions/checkout`).',
    },
  };
}

/** The nearest folder above, no further up than the repository, that has a deploy file. */
function projectAbove(directory: string): DeployFilePlace | null {
  const top = repositoryAround(directory);
  for (let folder = directory; folder !== top && folder !== path.dirname(folder);) {
    folder = path.dirname(folder);
    if (existsSync(path.join(folder, DEPLOY_FILE)))
      return { kind: 'folder', path: path.relative(directory, folder).split(path.sep).join('/') };
  }
  return null;
}

const MOST_PLACES = 5;
const MOST_LEVELS = 3;
const IGNORED = /^(?:\.git|\.github|node_modules|vendor|tmp|log|public)$/;

/** The deploy files in the folders below one; those of a few levels only. */
function deployFilesBelow(directory: string): DeployFilePlace[] {
  const found: DeployFilePlace[] = [];
  const look = (folder: string, depth: number): void => {
    for (const entry of entriesOf(path.join(directory, folder))) {
      if (found.length >= MOST_PLACES || !entry.isDirectory() || IGNORED.test(entry.name)) continue;
      const below = path.posix.join(folder, entry.name);
      for (const file of entriesOf(path.join(directory, below))) {
        if (!file.isFile() || file.name !== 'deploy.yml') continue;
        found.push(
          entry.name === 'config'
            ? { kind: 'folder', path: folder }
            : { kind: 'file', path: path.posix.join(below, file.name) },
        );
      }
      if (depth < MOST_LEVELS) look(below, depth + 1);
    }
  };
  look('.', 1);
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
