/** From planned edits to changed texts, which are read again before anything is written. */
import { type ReadProjectOptions, readProject } from '../files/read-project.ts';
import type { CheckOptions } from '../parity/check.ts';
import { applyEdits } from '../parity/edits/fix.ts';
import type { Edit, SourceFile } from '../parity/model.ts';
import type { ProjectReadings } from '../parity/rule.ts';

/** Which project to check, and how severe each rule is. */
export interface CheckProjectOptions extends ReadProjectOptions, CheckOptions {}

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

/** Texts instead of those on disk, with some replaced. */
export function withTexts(
  { overlay = new Map<string, string>() }: Pick<CheckProjectOptions, 'overlay'>,
  changed: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([...overlay, ...changed]);
}
