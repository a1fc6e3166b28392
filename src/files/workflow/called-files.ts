/** The files of the repository that a script runs: `bin/deploy`, a target of a Makefile, a script of package.json. */
import { isRecord } from '../../base/is-record.ts';
import { posix } from 'node:path';
import { readShell, type ShellScript, type ShellWord } from './shell.ts';

/** The files of a repository, by path from its root. */
export interface RepositoryFiles {
  /** Null if there is none, or if it is not text. */
  readonly read: (path: string) => string | null;
}

export interface CalledFile {
  readonly path: string;
  /** The script that runs; null if the file mentions Kamal in a language that is not read. */
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

/** More of one script is not read. */
const MOST_TEXTS = 30;

/** The texts of the files of the repository that a script runs or names, and of those that they run, in any language. */
export function textsCalled(script: string, directory: string, files: RepositoryFiles): string[] {
  const texts = new Map<string, string>();
  const open = [script];
  for (let next = open.pop(); next !== undefined && texts.size < MOST_TEXTS; next = open.pop()) {
    if (!mayCallFiles(next)) continue;
    const shell = readShell(next);
    const named = shell.commands.flatMap(({ words }) => words.flatMap(({ literal }) => literal ?? []));
    const found = [
      ...calledFiles(shell, directory, files).map(({ path, script: text }) => ({ path, text })),
      ...named.flatMap((word) => scriptAt(word, directory, files)),
    ];
    for (const { path, text } of found) {
      const whole = text ?? files.read(path);
      if (whole === null || texts.has(path)) continue;
      texts.set(path, whole);
      open.push(whole);
    }
  }
  return [...texts.values()];
}

/** A word that is the path of a script. */
function scriptAt(
  word: string,
  directory: string,
  files: RepositoryFiles,
): { readonly path: string; readonly text: string }[] {
  const named = fileNamed(word, directory, files);
  return named !== null &&
    (named.text.startsWith('#!') || /\.(?:sh|bash|rb|py|[cm]?[jt]s|pl|rake)$/.test(named.path))
    ? [named]
    : [];
}

/** The file of the repository that a word names; null if there is none, or if it is Kamal's own. */
function fileNamed(
  word: string,
  directory: string,
  files: RepositoryFiles,
): { readonly path: string; readonly text: string } | null {
  if (!/^[\w./-]+$/.test(word) || !/[/.]/.test(word) || /(?:^|\/)kamal$/.test(word)) return null;
  const path = posix.normalize(posix.join(directory, word));
  const text = path.startsWith('..') ? null : files.read(path);
  return text === null ? null : { path, text };
}

/** Whether a file is a script of a shell, by its first line, or else its name. */
export function isShellScript(path: string, text: string): boolean {
  return /^#!.*\b(?:ba|da|z|k)?sh\b/.test(text) || (/\.(?:ba)?sh$/.test(path) && !text.startsWith('#!'));
}

/** A quick look before a script is parsed. */
export function mayCallFiles(script: string): boolean {
  return /(?:^|[\s;&|("'])(?:\.{0,2}\/?[\w.-]+\/[\w./-]+|[\w-]+\.(?:sh|rb|py|js|ts)|make|gmake|just|rake|npm|yarn|pnpm|bun|mise|task|devbox|overmind|foreman|source|\.)(?=["']?(?:\s|$|;))/m.test(
    script,
  );
}

/** A quick look before a script is parsed: whether a file that it may run has a text in it. */
export function mayCallFileWith(
  text: string,
  script: string,
  directory: string,
  files: RepositoryFiles,
): boolean {
  if (!mayCallFiles(script)) return false;
  const words = new Set(script.match(/[\w./-]+/g));
  const named = [...words].flatMap((word) => {
    if (Object.hasOwn(TASK_FILES, word)) return TASK_FILES[word] ?? [];
    return /\/|\.(?:sh|bash)$/.test(word) ? word : [];
  });
  return named.some((name) => files.read(posix.join(directory, name))?.includes(text) === true);
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
  const named = fileNamed(program, directory, files);
  if (named === null) return null;
  const { path, text } = named;
  if (isShellScript(path, text)) return { path, script: text, through: program };
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
    const isMake = ['make', 'gmake', 'just'].includes(program);
    if (isMake || name === 'package.json') {
      const script = isMake ? recipe(text, target) || null : scriptOf(text, target);
      return script === null ? null : { path, script, through };
    }
    if (/deploy|kamal|release|ship|prod|stag/i.test(target) && speaksOfKamal(text))
      return { path, script: null, through };
  }
  return null;
}

interface Target {
  readonly needs: readonly string[];
  readonly lines: readonly string[];
}

/** The lines of a target after those of all that it needs; without a target, of the first one. */
function recipe(text: string, target: string): string {
  const targets = targetsOf(text);
  const wanted = target === '' ? (/^([\w.-]+)[ \t]*:(?!=)/m.exec(text)?.[1] ?? '') : target;
  const script: string[] = [];
  const seen = new Set<string>();
  // Depth first, without recursion: a file may hold a chain of any length.
  const open: { readonly name: string; readonly isDone: boolean }[] = [{ name: wanted, isDone: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const found = targets.get(next.name);
    if (next.isDone) script.push(...(found?.lines ?? []));
    else if (found !== undefined && !seen.has(next.name)) {
      open.push({ name: next.name, isDone: true });
      for (const name of found.needs.toReversed()) open.push({ name, isDone: false });
    }
    seen.add(next.name);
  }
  // Make's own variables are not the shell's.
  return script.join('\n').replaceAll('$$', '$').trim();
}

/** The targets of a Makefile or justfile, each as it is first written. */
function targetsOf(text: string): Map<string, Target> {
  const targets = new Map<string, Target>();
  let lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const head = /^@?([^\s:=]+)(?:\s[^:=]*)?:(?!=)/.exec(line);
    if (/^[ \t]/.test(line)) lines.push(line.trim().replace(/^[-@+]+/, ''));
    else if (head !== null || (line.trim() !== '' && !line.startsWith('#'))) lines = [];
    const name = head?.[1];
    if (name === undefined || targets.has(name)) continue;
    const [needs = ''] = line.slice(head?.[0].length).replace(/^:+/, '').split('#', 1);
    targets.set(name, { needs: needs.split(/[\s|]+/).filter((each) => each !== ''), lines });
  }
  return targets;
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

/** A command of Kamal in any language: `sh "kamal deploy"`, `system("kamal", "deploy")`. */
export function speaksOfKamal(text: string): boolean {
  return /(?:^|[\s"'`/;&|(])kamal["']?,?\s+["']?(?:deploy|redeploy|setup|rollback|app|accessory|build|env|registry|\$|#\{)/m.test(
    text.replaceAll(/^[ \t]*(?:#|\/\/).*$/gm, ''),
  );
}
