import { posix } from 'node:path';
import type { BaseSettings } from '../../files/read-project.ts';
import { SETTINGS_FILE } from '../../files/project-settings.ts';
import { repositoryPlace } from '../../files/repository-root.ts';
import { baseCommit } from '../../github/checkout/base-commit.ts';
import { readBaseFiles } from '../../github/checkout/base-files.ts';
import { readEvent } from '../../github/checkout/event.ts';
import { repositoryPath } from '../../parity/report/relocate.ts';
import { connect } from '../publish/publish.ts';
import type { Run } from '../run.ts';

/** The same as an option of `readProject`. */
export async function settingsForRun(
  run: Pick<Run, 'inputs' | 'root' | 'signal' | 'spent'>,
): Promise<{ readonly baseSettings?: BaseSettings }> {
  const settings = await baseSettings(run);
  return settings === undefined ? {} : { baseSettings: settings };
}

/**
 * On a pull request, the project's rules as its base has them: no one turns off the errors of their own change. If the
 * base cannot be read there are none.
 * @returns undefined for other events: the rules are those of the checkout
 */
async function baseSettings(
  run: Pick<Run, 'inputs' | 'root' | 'signal' | 'spent'>,
): Promise<BaseSettings | undefined> {
  const event = readEvent();
  if (event.pullRequest === null) return undefined;
  const { root, project } = repositoryPlace(run.root, process.env['GITHUB_WORKSPACE']);
  const path = repositoryPath(project, SETTINGS_FILE);
  const api = connect(run, event);
  const commit = await baseCommit(root, event, api);
  if ('leftOut' in commit) return { text: null, isKnown: false };
  const request = {
    sha: commit.done,
    root,
    folders: [posix.dirname(path)],
    wanted: (each: string) => each === path,
  };
  const files = await readBaseFiles(request, api);
  if ('leftOut' in files) return { text: null, isKnown: false };
  return { text: files.done.get(path) ?? null, isKnown: true };
}
