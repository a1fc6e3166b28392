/** From planned edits to changed texts, which are read again before anything is written. */
import type { CheckProjectOptions } from '../ui/shared-options.ts';
import { readProject } from '../../files/read-project.ts';
import { applyEdits } from '../../parity/edits/fix.ts';
import type { Edit, SourceFile } from '../../parity/model.ts';
import type { ProjectReadings } from '../../parity/rule.ts';

/** The deploy files and secrets files of all destinations, by path. */
export function sourcesOf(project: ProjectReadings): Map<string, SourceFile> {
  const sources = new Map<string, SourceFile>();
  for (const { secrets, notLoaded, deploy } of project.destinations) {
    const readings = [secrets, ...notLoaded].flatMap(({ files }) =>
      files.flatMap(({ source }) => source ?? []),
    );
    for (const source of [...deploy.files, ...readings]) sources.set(source.path, source);
  }
  return sources;
}

/** The texts of the files that some edits change. */
export function applied(
  sources: ReadonlyMap<string, SourceFile>,
  edits: readonly Edit[],
): Map<string, string> {
  const changed = new Map<string, string>();
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const own = edits.filter((edit) => edit.file === file);
    const text = sources.get(file)?.text;
    if (text !== undefined) changed.set(file, applyEdits(text, own));
  }
  return changed;
}

/** Every destination of a project: a name is renamed or removed in all of them. */
export function everyDestination(options: CheckProjectOptions): {
  readonly options: CheckProjectOptions;
  readonly project: ProjectReadings;
} {
  const all: CheckProjectOptions = { ...options, destinations: 'all' };
  return { options: all, project: readProject(all) };
}
