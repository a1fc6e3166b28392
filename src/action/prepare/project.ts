import { readProject, type ReadProjectOptions } from '../../files/read-project.ts';
import { previewNumberIn } from '../../previews/identity.ts';
import { concealedIn } from '../../parity/secrecy/concealed.ts';
import { VOCABULARY } from '../../parity/secrecy/vocabulary.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import type { Run } from '../run.ts';
import { settingsForRun } from './base-settings.ts';

/**
 * Reads the project of a run, by the project's rules that hold for it, and hides what its files may hold of credentials
 * in everything that the run prints from then on.
 * @throws Failure as `readProject`
 */
export async function projectOf(
  run: Pick<Run, 'inputs' | 'log' | 'root' | 'signal' | 'spent'>,
  destinations: ReadProjectOptions['destinations'] & {},
  previewNumber: number | null = previewNumberIn(process.env),
): Promise<ProjectReadings> {
  const { configFile, kamalVersion } = run.inputs;
  return readProject({
    root: run.root,
    config: configFile,
    destinations,
    kamalVersion,
    naming: { kind: 'inputs', workspace: process.env['GITHUB_WORKSPACE'] ?? process.cwd() },
    ...(previewNumber === null ? {} : { previewNumber }),
    ...(await settingsForRun(run)),
    onRead: (project) => run.log.conceal(concealedIn(project).words, VOCABULARY),
  });
}
