import { join, posix } from 'node:path';
import { BoundedFiles } from '../../base/bounded-file.ts';
import { Failure } from '../../base/failure.ts';
import type { SourceFile, WorkflowReading } from '../../parity/model.ts';
import type { RepositoryPlace } from '../repository-root.ts';
import type { RepositoryFiles } from './called-files.ts';
import { type ParseYaml, readWorkflow } from './read-workflow.ts';

const FOLDER = '.github/workflows';

/** A file of `.github/workflows`. */
export interface WorkflowFound {
  /** From the project, as all paths of a report are. */
  readonly path: string;
  /** Null if the file is too large, no UTF-8 or no file at all. */
  readonly source: SourceFile | null;
  /** Null if it is no workflow that can be read. */
  readonly reading: WorkflowReading | null;
}

/**
 * Reads the workflows of the repository that a project is in, those that have to do with Kamal. What cannot be read is
 * skipped: GitHub reports it.
 * @throws Failure `file-too-large`, `project-too-large`
 * @param overlay texts instead of those on disk, by path from the project
 */
export function readWorkflows(
  place: RepositoryPlace,
  parse: ParseYaml,
  overlay: ReadonlyMap<string, string> = new Map(),
): WorkflowReading[] {
  const found = findWorkflows(place, parse, {
    overlay,
    isWanted: (text) => mayRunKamal(text) || CALLS_OWN.test(text),
  }).flatMap(({ reading }) => reading ?? []);
  const wanted = new Set(found.filter(concernsKamal));
  // What calls one of them decides when it runs, and what it gets; also through another.
  for (let size = 0; size < wanted.size;) {
    size = wanted.size;
    const called = new Set([...wanted].map(({ source }) => `./${FOLDER}/${posix.basename(source.path)}`));
    for (const each of found)
      if (each.jobs.some(({ calls }) => calls !== null && called.has(calls.workflow))) wanted.add(each);
  }
  return found.filter((each) => wanted.has(each));
}

const CALLS_OWN = /\buses:\s*["']?\.\/\.github\/workflows\//;

export interface FindOptions {
  readonly overlay: ReadonlyMap<string, string>;
  /** Which files are read at all, by their text. */
  readonly isWanted: (text: string) => boolean;
}

/** Every workflow of a repository, by name; also those that cannot be read. */
export function findWorkflows(
  place: RepositoryPlace,
  parse: ParseYaml,
  { overlay, isWanted }: FindOptions,
): WorkflowFound[] {
  const bounded = new BoundedFiles(place.root);
  const files = repositoryFiles(place, overlay, bounded);
  const folder = posix.join(posix.relative(`/${place.project}`, '/'), FOLDER);
  const names = new Set(bounded.names(join(place.root, FOLDER)).filter((name) => /\.ya?ml$/.test(name)));
  for (const path of overlay.keys())
    if (posix.dirname(path) === folder && /\.ya?ml$/.test(path)) names.add(posix.basename(path));
  return [...names].toSorted().flatMap((name): WorkflowFound[] => {
    const path = posix.join(folder, name);
    const source = sourceOf(bounded, join(place.root, FOLDER, name), path, overlay.get(path));
    if (source === null) return [{ path, source, reading: null }];
    if (!isWanted(source.text)) return [];
    return [{ path, source, reading: readWorkflow(source, place.project, parse, files) }];
  });
}

/** A quick look: Kamal by name, or a script of the repository that may run it. */
function mayRunKamal(text: string): boolean {
  return (
    /kamal/i.test(text) ||
    /(?:^|[\s;&|(])(?:(?:\.\/)?(?:bin|scripts?|ci|\.github|ops|deploy)\/[\w./-]+|\.\/[\w./-]+|make|just|rake|npm|yarn|pnpm|mise|task)(?=\s|$)/m.test(
      text,
    )
  );
}

function concernsKamal({ source, jobs }: WorkflowReading): boolean {
  return /kamal/i.test(source.text) || jobs.some(({ steps }) => steps.some(({ kamal }) => kamal.length > 0));
}

/** The files of a repository, each read once; those of an overlay instead of those on disk. */
export function repositoryFiles(
  { root, project }: RepositoryPlace,
  overlay: ReadonlyMap<string, string> = new Map(),
  bounded: BoundedFiles = new BoundedFiles(root),
): RepositoryFiles {
  const known = new Map<string, string | null>();
  return {
    read: (path) => {
      const instead = overlay.get(posix.relative(project, path));
      if (instead !== undefined) return instead;
      let text = known.get(path);
      if (text === undefined) {
        text = textOf(bounded, join(root, path), path);
        known.set(path, text);
      }
      return text;
    },
  };
}

/** Null for anything that cannot be read: a script that could call Kamal is only searched. */
function textOf(files: BoundedFiles, file: string, path: string): string | null {
  try {
    const bytes = files.bytes(file, path);
    return bytes === null ? null : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function sourceOf(
  files: BoundedFiles,
  file: string,
  path: string,
  instead: string | undefined,
): SourceFile | null {
  if (instead !== undefined) return { path, text: instead, bom: 0 };
  try {
    const bytes = files.bytes(file, path);
    if (bytes === null) return null;
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const bom = text.startsWith('\uFEFF') ? 1 : 0;
    return { path, text: text.slice(bom), bom };
  } catch (error) {
    if (error instanceof Failure && error.code.endsWith('-too-large')) throw error;
    return null;
  }
}
