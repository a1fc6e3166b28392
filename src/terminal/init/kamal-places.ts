/** Scripts of a repository that speak of Kamal beside its workflows: somebody deploys with them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { speaksOfKamal, type RepositoryFiles } from '../../files/workflow/called-files.ts';
import { lineNumber } from '../../files/workflow/lines.ts';

const FILES = [
  'Makefile',
  'makefile',
  'GNUmakefile',
  'Rakefile',
  'justfile',
  'Justfile',
  '.justfile',
  'package.json',
  'mise.toml',
  '.mise.toml',
  'devbox.json',
  'Taskfile.yml',
  'Taskfile.yaml',
  'Procfile',
  'Procfile.dev',
  'Jenkinsfile',
  '.gitlab-ci.yml',
  '.circleci/config.yml',
  'bitbucket-pipelines.yml',
];
const FOLDERS = ['bin', 'script', 'scripts', 'lib/tasks', 'mise-tasks', '.mise/tasks'];

/** A script that runs Kamal. */
export interface ScriptPlace {
  /** From the repository’s root. */
  readonly path: string;
  readonly line: number;
}

/** @param project the project’s folder from the root; its scripts count, and those of the root */
export function scriptsWithKamal(root: string, project: string, files: RepositoryFiles): ScriptPlace[] {
  const bases = [...new Set([project, ''])];
  return bases.flatMap((base) =>
    [
      ...FILES,
      ...FOLDERS.flatMap((folder) =>
        namesIn(root, path.posix.join(base, folder)).map((name) => `${folder}/${name}`),
      ),
    ]
      .map((file) => path.posix.join(base, file))
      // Kamal’s own binstub is Kamal.
      .filter((file) => !/(?:^|\/)bin\/kamal$/.test(file))
      .flatMap((file) => {
        const text = files.read(file);
        if (text === null || !speaksOfKamal(text)) return [];
        const at = text.search(/^(?![ \t]*(?:#|\/\/)).*\bkamal\b/m);
        return [{ path: file, line: lineNumber(text, Math.max(0, at)) }];
      }),
  );
}

function namesIn(root: string, folder: string): string[] {
  try {
    return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [entry.name] : [],
    );
  } catch {
    return [];
  }
}
