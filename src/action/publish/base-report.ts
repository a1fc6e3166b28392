import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { readProject } from '../../files/read-project.ts';
import { check } from '../../parity/check.ts';
import { Failure } from '../../base/failure.ts';
import type { ApiAnswer, GithubApi } from '../../github/api/api.ts';
import { baseCommit } from '../../github/checkout/base-commit.ts';
import { readBaseFiles } from '../../github/checkout/base-files.ts';
import type { GithubEvent } from '../../github/checkout/event.ts';
import type { RepositoryPlace } from '../../files/repository-root.ts';
import { repositoryPath } from '../../parity/report/relocate.ts';
import type { Report } from '../../parity/report/report.ts';

export interface BaseProject {
  readonly event: GithubEvent;
  readonly place: RepositoryPlace;
  readonly api: GithubApi | null;
  /** Where the base's files are put; nothing there is ever run. */
  readonly directory: string;
  readonly configFile: string;
  readonly destinations: readonly (string | null)[];
  /** Where secrets files and hooks are, from the project: `.kamal/secrets`, `.kamal/hooks`. */
  readonly paths: readonly string[];
}

/**
 * The same static check of the project as it was at the base.
 * @returns null in `done` where the base had no such project
 */
export async function reportOfBase(project: BaseProject): Promise<ApiAnswer<Report | null>> {
  const { event, place, api, directory, configFile, paths } = project;
  const commit = await baseCommit(place.root, event, api);
  if ('leftOut' in commit) return commit;
  const within = (file: string): string => repositoryPath(place.project, file);
  const config = posix.dirname(within(configFile));
  const others = paths.map((path) => posix.dirname(within(path)));
  const folders = [...new Set([config, ...others])].filter((folder) => folder !== '.');
  const files = await readBaseFiles(
    {
      sha: commit.done,
      root: place.root,
      folders,
      wanted: (path) =>
        !path.startsWith(`${config}/`) ||
        isDeployFile(path, config) ||
        others.some((each) => path.startsWith(`${each}/`) && each !== config),
    },
    api,
  );
  if ('leftOut' in files) return files;
  for (const [path, text] of files.done) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return checked(join(directory, place.project), project);
}

/** The application's other configuration does not concern us. */
function isDeployFile(path: string, config: string): boolean {
  return posix.dirname(path) === config && /\.ya?ml$/.test(path);
}

/** The destinations that the base had already. */
function checked(root: string, { configFile, destinations }: BaseProject): ApiAnswer<Report | null> {
  for (const those of [destinations, 'all'] as const) {
    try {
      return { done: check(readProject({ root, config: configFile, destinations: those })) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === 'config-not-found') return { done: null };
      if (error.code !== 'destination-not-found') break;
    }
  }
  return {
    leftOut: 'Skipped: what the pull request changes, because its base cannot be read.',
    status: null,
  };
}
