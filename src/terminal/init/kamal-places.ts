/** Scripts of a repository that speak of Kamal beside its workflows: someone deploys with them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isShellScript, speaksOfKamal, type RepositoryFiles } from '../../files/workflow/called-files.ts';
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
  /** From the repository's root. */
  readonly path: string;
  readonly line: number;
  /** Whether it deploys, or may: other commands of Kamal change nothing that an owner needs to know of. */
  readonly deploys: boolean;
}

/** @param project the project's folder from the root; its scripts count, and those of the root */
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
      // Kamal's own binstub is Kamal.
      .filter((file) => !/(?:^|\/)bin\/kamal$/.test(file))
      .flatMap((file) => {
        const text = files.read(file);
        const at = text === null ? null : runsKamalAt(file, text);
        return text === null || at === null
          ? []
          : [{ path: file, line: lineNumber(text, at), deploys: mayDeploy(text) }];
      }),
  );
}

/** Whether a command of Kamal in a script deploys, or only a run knows which it is. */
function mayDeploy(text: string): boolean {
  return DEPLOYS.test(text.replaceAll(/^[ \t]*(?:#|\/\/).*$/gm, ''));
}

const DEPLOYS =
  /\bkamal["']?[,\s]+["']?(?:deploy|redeploy|setup|rollback|upgrade|(?:app|accessory)\W{1,4}(?:boot|reboot)|\$|#\{|\{\{|%)/;

/** Where a script runs Kamal; null if it only speaks of it, in what it prints or in its help. */
function runsKamalAt(file: string, text: string): number | null {
  if (!speaksOfKamal(text)) return null;
  const isShell = isShellScript(file, text);
  if (isShell && kamalIn(text).length === 0) return null;
  // What is printed keeps its length, so that places stay.
  const run = text
    .split('\n')
    .map((line) => (isPrinted(line) ? ' '.repeat(line.length) : line))
    .join('\n');
  if (!isShell && !speaksOfKamal(run)) return null;
  const at = run.search(/^(?![ \t]*(?:#|\/\/)).*\bkamal\b/m);
  return Math.max(0, at);
}

/** A line that only prints text about Kamal. */
function isPrinted(line: string): boolean {
  const at = line.length > 500 ? -1 : line.search(PRINTS);
  return at >= 0 && /\bkamal\b/.test(line.slice(at)) && !RUNS.test(line);
}

const PRINTS =
  /\b(?:echo|printf|puts|print|warn|say|desc|description|summary|help|abort|raise|log|logger|info)\b/;
const RUNS = /&&|;|\|\||system|sh ["']|`[^`]{0,200}kamal/;

function namesIn(root: string, folder: string): string[] {
  try {
    return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [entry.name] : [],
    );
  } catch {
    return [];
  }
}
