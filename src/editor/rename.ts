/** Renames a secret in all its places and destinations, as `kamal-1password rename` does, in the editor's documents. */
import type { Range, TextEdit } from 'vscode-languageserver/node';
import { Failure } from '../base/failure.ts';
import { changeName, renaming } from '../change/change-name.ts';
import { notASecretName } from '../change/secret-name.ts';
import type { Edit } from '../parity/model.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import { Places } from './diagnostics.ts';
import type { Documents, OpenDocument } from './documents.ts';
import { editsByUri } from './edits.ts';
import { nameAt, namePlaces } from './names.ts';
import type { EditorProject } from './project.ts';

export interface Renamed {
  readonly byUri: ReadonlyMap<string, TextEdit[]>;
  /** What remains to do, for the editor of the files and for a person. */
  readonly left: readonly string[];
}

/** The name at an offset and its place, or null if there is none. */
export function renamable(
  project: EditorProject,
  document: OpenDocument,
  offset: number,
): { readonly range: Range; readonly placeholder: string } | null {
  const found = nameAt(namePlaces(project), project.knownAs(document.path), offset);
  if (found === null) return null;
  const { span, name } = found;
  // Of `VARIABLE:SECRET` the secret is meant, of `Section/FIELD` the field.
  const at = document.text.text.slice(span.start, span.end).lastIndexOf(name);
  const start = span.start + Math.max(0, at);
  return {
    range: document.text.range(start, at < 0 ? span.end : start + name.length),
    placeholder: name,
  };
}

/** @throws Failure where it cannot be done, with nothing changed */
export function renameEverywhere(
  project: EditorProject,
  documents: Documents,
  from: string,
  to: string,
): Renamed {
  const refused = notASecretName(to);
  if (refused !== null) throw new Failure('cannot-change', refused);
  const edits = new Map<string, Edit>();
  const left = new Set<string>();
  for (const { options, project: readings } of project.state().readings) {
    // Another deploy file may not have the name at all.
    if (!isNamed(from, readings)) continue;
    const plan = changeName(renaming(from, to), options);
    for (const edit of plan.edits) edits.set(JSON.stringify(edit), edit);
    for (const step of [...plan.manual, ...plan.human]) left.add(step);
  }
  return { byUri: editsByUri([...edits.values()], new Places(project, documents)), left: [...left] };
}

function isNamed(name: string, { destinations }: ProjectReadings): boolean {
  return destinations.some(
    ({ secrets, notLoaded, deploy }) =>
      [secrets, ...notLoaded].some(({ assignments }) => assignments.some((each) => each.name === name)) ||
      deploy.consumers.some(({ secret }) => secret === name),
  );
}
