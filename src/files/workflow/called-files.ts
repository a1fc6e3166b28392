/** The files of the repository that a script runs: `bin/deploy`, a target of a Makefile, a script of package.json. */
import { posix } from 'node:path';
import type { ShellScript, ShellWord } from './shell.ts';

/** The files of a repository, by path from its root. */
export interface RepositoryFiles {
  /** Null where there is none, or none that is text. */
  readonly read: (path: string) => string | null;
}

export interface CalledFile {
  readonly path: string;
  /** The script that runs; null where the file speaks of Kamal in a language that is not read. */
  readonly script: string | null;
  /** How it is called: `make deploy`, `bin/deploy`. */
  readonly through: string;
}

/** @param directory the folder that the script runs in, from the root of the repository */
export function calledFiles(
  { commands }: ShellScript,
  directory: string,
  files: RepositoryFiles,
): CalledFile[] {
  return commands.flatMap(({ words }) => {
    for (const [index] of words.entries()) {
      const found = calledBy(words.slice(index), directory, files);
      if (found !== null) return [found];
      if (!isRunner(words[index])) return [];
    }
    return [];
  });
}

/** What runs the words behind it. */
function isRunner(word: ShellWord | undefined): boolean {
  const text = word?.literal ?? '';
  return (
    /^(?:sudo|env|time|timeout|nice|nohup|exec|command|bundle|run|--|-c|-lc|op|doppler|mise|nix|develop|fnox|varlock|dotenv|bash|sh|source|\.)$/.test(
      text,
    ) ||
    text.startsWith('-') ||
    /^\w+=/.test(text) ||
    /^\d+[smh]?$/.test(text)
  );
}

const TASK_FILES: Readonly<Record<string, readonly string[]>> = {
  make: ['Makefile', 'makefile', 'GNUmakefile'],
  gmake: ['Makefile', 'GNUmakefile'],
  just: ['justfile', 'Justfile', '.justfile'],
  rake: ['Rakefile', 'lib/tasks/deploy.rake', 'lib/tasks/kamal.rake'],
  npm: ['package.json'],
  yarn: ['package.json'],
  pnpm: ['package.json'],
  bun: ['package.json'],
  mise: ['mise.toml', '.mise.toml'],
  task: ['Taskfile.yml', 'Taskfile.yaml'],
  devbox: ['devbox.json'],
  foreman: ['Procfile'],
  overmind: ['Procfile'],
};

function calledBy(words: readonly ShellWord[], directory: string, files: RepositoryFiles): CalledFile | null {
  const [program = '', ...rest] = words.map(({ literal }) => literal ?? '');
  const names = TASK_FILES[program];
  if (names !== undefined) return taskOf(program, rest, { names, directory, files });
  if (!/^[\w./-]+$/.test(program) || !/[/.]/.test(program) || /(?:^|\/)kamal$/.test(program)) return null;
  const path = posix.normalize(posix.join(directory, program));
  const text = path.startsWith('..') ? null : files.read(path);
  if (text === null) return null;
  const isShell =
    /^#!.*\b(?:ba|da|z|k)?sh\b/.test(text) || (/\.(?:ba)?sh$/.test(path) && !text.startsWith('#!'));
  if (isShell) return { path, script: text, through: program };
  return speaksOfKamal(text) ? { path, script: null, through: program } : null;
}

interface Place {
  readonly names: readonly string[];
  readonly directory: string;
  readonly files: RepositoryFiles;
}

function taskOf(
  program: string,
  rest: readonly string[],
  { names, directory, files }: Place,
): CalledFile | null {
  const moved = program === 'make' && rest[0] === '-C' ? rest[1] : undefined;
  const own = moved === undefined ? rest : rest.slice(2);
  const target = own.find((word) => !/^-|^run$|^run-script$|^r$|=/.test(word)) ?? '';
  for (const name of names) {
    const path = posix.normalize(posix.join(directory, moved ?? '.', name));
    const text = files.read(path);
    if (text === null) continue;
    const through = `${program} ${target}`.trim();
    if (program === 'make' || program === 'gmake' || program === 'just') {
      const script = recipe(text, target, new Set());
      return script === '' ? null : { path, script, through };
    }
    if (name === 'package.json') {
      const script = scriptOf(text, target);
      return script === null ? null : { path, script, through };
    }
    if (/deploy|kamal|release|ship|prod|stag/i.test(target) && speaksOfKamal(text))
      return { path, script: null, through };
  }
  return null;
}

/** The lines of a target and of those that it needs; without a target, of the first one. */
function recipe(text: string, target: string, seen: Set<string>): string {
  const wanted = target === '' ? (/^([\w.-]+)\s*:(?!=)/m.exec(text)?.[1] ?? '') : target;
  if (seen.has(wanted)) return '';
  seen.add(wanted);
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => new RegExp(`^@?${escaped(wanted)}(?:\\s[^:=]*)?:(?!=)`).test(line));
  if (at < 0) return '';
  const own: string[] = [];
  for (const line of lines.slice(at + 1)) {
    if (/^[ \t]/.test(line)) own.push(line.trim().replace(/^[-@+]+/, ''));
    else if (line.trim() !== '' && !line.startsWith('#')) break;
  }
  const needs = (lines[at] ?? '').replace(/^[^:]*:+/, '').replace(/#.*$/, '');
  const before = needs
    .split(/[\s|]+/)
    .filter((name) => name !== '')
    .map((name) => recipe(text, name, seen));
  // Make's own variables are none of the shell's.
  return [...before, ...own].join('\n').replaceAll('$$', '$').trim();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function scriptOf(text: string, name: string): string | null {
  try {
    const whole: unknown = JSON.parse(text);
    const scripts: unknown = isRecord(whole) ? whole['scripts'] : null;
    const found = isRecord(scripts) ? scripts[name] : null;
    return typeof found === 'string' ? found : null;
  } catch {
    return null;
  }
}

/** A command of Kamal in whatever language: `sh "kamal deploy"`, `system("kamal", "deploy")`. */
export function speaksOfKamal(text: string): boolean {
  return /(?:^|[\s"'`/;&|(])kamal["']?,?\s+["']?(?:deploy|redeploy|setup|rollback|app|accessory|build|env|registry|\$|#\{)/m.test(
    text.replaceAll(/^\s*(?:#|\/\/).*$/gm, ''),
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
