/** The files of the project, as templates ask for them. */
import path from 'node:path';
import type { Evaluator } from './evaluator.ts';
import { boolean, string, type Value } from './values.ts';

/** The placeholder for the project's folder in absolute paths. */
export const PROJECT_ROOT = '/kamal-project';

/** A path of the project as it is passed to the host: relative, or null if it leads elsewhere. */
export function projectPath(file: string): string | null {
  if (!file.startsWith('/')) return path.posix.normalize(file);
  const relative = path.posix.relative(PROJECT_ROOT, path.posix.normalize(file));
  return relative.startsWith('..') ? null : relative;
}

/** A file of the project; if it is not in the repository, it counts as existing, with unknown content. */
export function readProjectFile(interpreter: Evaluator, file: string, unknown: boolean): Value {
  const name = projectPath(file);
  const text = name === null || unknown ? null : interpreter.session.readFile(name);
  if (text === null || name === null) {
    return string(
      file.endsWith('.json') ? '{"name":"known-when-run","version":"1.0.0"}\n' : 'known-when-run\n',
      true,
    );
  }
  return { type: 'string', value: text, unknown: false, origin: { file: name } };
}

/** Whether a file exists; one that is not in the repository can still exist when Kamal runs. */
export function exists(interpreter: Evaluator, file: string): Value {
  const name = projectPath(file);
  const found = name !== null && interpreter.session.exists(name);
  return boolean(found, !found);
}
