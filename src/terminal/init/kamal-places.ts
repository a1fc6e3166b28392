/** Scripts of a repository that speak of Kamal beside its workflows: somebody deploys with them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { speaksOfKamal, type RepositoryFiles } from '../../files/workflow/called-files.ts';
import { kamalIn } from '../../files/workflow/kamal-command.ts';
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
        const at = text === null ? null : runsKamalAt(file, text);
        return text === null || at === null ? [] : [{ path: file, line: lineNumber(text, at) }];
      }),
  );
}

/** Where a script runs Kamal; null where it only speaks of it, in what it prints or in its help. */
function runsKamalAt(file: string, text: string): number | null {
  if (!speaksOfKamal(text)) return null;
  const isShell =
    /^#!.*\b(?:ba|da|z|k)?sh\b/.test(text) || (/\.(?:ba)?sh$/.test(file) && !text.startsWith('#!'));
  if (isShell && kamalIn(text).length === 0) return null;
  // What is printed keeps its length, so that places stay.
  const run = text.replaceAll(PRINTED, (line) => ' '.repeat(line.length));
  if (!isShell && !speaksOfKamal(run)) return null;
  const at = run.search(/^(?!\s*(?:#|\/\/)).*\bkamal\b/m);
  return Math.max(0, at);
}

/** Lines that print what is said of Kamal, and run nothing else. */
const PRINTED =
  /^(?![^\n]*(?:&&|;|\|\||system|sh ["']|`[^`\n]*kamal))[^\n]*\b(?:echo|printf|puts|print|warn|say|desc|description|summary|help|abort|raise|log|logger|info)\b[^\n]*\bkamal\b[^\n]*$/gm;

function namesIn(root: string, folder: string): string[] {
  try {
    return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [entry.name] : [],
    );
  } catch {
    return [];
  }
}
