import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { SourceFile, WorkflowReading } from '../../parity/model.ts';
import type { RepositoryPlace } from '../repository-root.ts';
import { type ParseYaml, readWorkflow } from './read-workflow.ts';

const FOLDER = '.github/workflows';
const LARGEST = 512 * 1024;

/**
 * Reads the workflows of the repository that a project is in, those that have to do with Kamal. Their paths are from
 * the project, as all paths of a report are. What cannot be read is left out: GitHub itself tells of it.
 * @param overlay texts that stand in for those on disk, by path from the project
 */
export function readWorkflows(
  { root, project }: RepositoryPlace,
  parse: ParseYaml,
  overlay: ReadonlyMap<string, string> = new Map(),
): WorkflowReading[] {
  return namesIn(join(root, FOLDER)).flatMap((name) => {
    const path = posix.join(posix.relative(`/${project}`, '/'), FOLDER, name);
    const source = sourceOf(join(root, FOLDER, name), path, overlay.get(path));
    return source === null || !/kamal/i.test(source.text) ? [] : (readWorkflow(source, project, parse) ?? []);
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted();
  } catch {
    return [];
  }
}

function sourceOf(file: string, path: string, instead: string | undefined): SourceFile | null {
  try {
    const { size } = lstatSync(file);
    if (!lstatSync(file).isFile() || size > LARGEST) return null;
    const text =
      instead ?? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
    const bom = text.startsWith('\uFEFF') ? 1 : 0;
    return { path, text: text.slice(bom), bom };
  } catch {
    return null;
  }
}
