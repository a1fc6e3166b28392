import { join, posix } from 'node:path';
import { BoundedFiles } from '../../base/bounded-file.ts';
import { Failure } from '../../base/failure.ts';
import type { SourceFile, WorkflowReading } from '../../parity/model.ts';
import type { RepositoryPlace } from '../repository-root.ts';
import { type ParseYaml, readWorkflow } from './read-workflow.ts';

const FOLDER = '.github/workflows';

/**
 * Reads the workflows of the repository that a project is in, those that have to do with Kamal. Their paths are from
 * the project, as all paths of a report are. What cannot be read is left out: GitHub itself tells of it.
 * @throws Failure `file-too-large`, `project-too-large`
 * @param overlay texts that stand in for those on disk, by path from the project
 */
export function readWorkflows(
  { root, project }: RepositoryPlace,
  parse: ParseYaml,
  overlay: ReadonlyMap<string, string> = new Map(),
): WorkflowReading[] {
  const files = new BoundedFiles(root);
  const names = files.names(join(root, FOLDER)).filter((name) => /\.ya?ml$/.test(name));
  return names.flatMap((name) => {
    const path = posix.join(posix.relative(`/${project}`, '/'), FOLDER, name);
    const source = sourceOf(files, join(root, FOLDER, name), path, overlay.get(path));
    return source === null || !/kamal/i.test(source.text) ? [] : (readWorkflow(source, project, parse) ?? []);
  });
}

function sourceOf(
  files: BoundedFiles,
  file: string,
  path: string,
  instead: string | undefined,
): SourceFile | null {
  try {
    const bytes = files.bytes(file, path);
    if (bytes === null) return null;
    const text = instead ?? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const bom = text.startsWith('\uFEFF') ? 1 : 0;
    return { path, text: text.slice(bom), bom };
  } catch (error) {
    if (error instanceof Failure && error.code.endsWith('-too-large')) throw error;
    return null;
  }
}
