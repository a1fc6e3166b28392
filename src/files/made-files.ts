/** Files that are not there now, and that something may make before Kamal runs. */
import path from 'node:path';
import type { WorkflowReading } from '../parity/model.ts';

interface Repository {
  readonly names: (folder: string) => readonly string[];
  /** Null if there is none, or if it is not text. */
  readonly text: (file: string) => string | null;
}

const SCRIPT_FOLDERS = ['bin', 'script', 'scripts', 'ci', 'lib/tasks', '.kamal/hooks'];
const TASK_FILES = [
  'Makefile',
  'Rakefile',
  'justfile',
  'Taskfile.yml',
  'package.json',
  'mise.toml',
  '.mise.toml',
  'devbox.json',
  '.gitmodules',
];
/** Scripts and task files are few; of more, the rest is not read. */
const MOST_SCRIPTS = 200;

/** Steps that bring files which no line names. */
const BRINGS_FILES =
  /\b(?:download-artifact|actions\/cache|unzip|tar|rsync|scp|aws s3|gsutil|git clone|git pull)\b/;

/**
 * Whether something that runs before Kamal speaks of a file or of the folder it is in, or brings files that it does not
 * name. The texts are read once, when it is first asked.
 */
export function makersOf(
  workflows: readonly WorkflowReading[],
  repository: Repository,
): (file: string) => boolean {
  let texts: readonly string[] | null = null;
  return (file) => {
    texts ??= textsOf(workflows, repository);
    const words = [path.posix.basename(file), ...path.posix.dirname(file).split('/')].filter(
      (each) => each !== '.' && each !== 'config',
    );
    return texts.some((text) => BRINGS_FILES.test(text) || words.some((word) => text.includes(word)));
  };
}

function textsOf(workflows: readonly WorkflowReading[], { names, text }: Repository): string[] {
  const scripts = SCRIPT_FOLDERS.flatMap((folder) => names(folder).map((name) => `${folder}/${name}`));
  return [
    ...workflows.map(({ source }) => source.text),
    ...[...scripts.slice(0, MOST_SCRIPTS), ...TASK_FILES].flatMap((file) => text(file) ?? []),
  ];
}
