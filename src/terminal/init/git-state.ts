/** Whether git could bring back what is about to be changed. */
import { codeOf } from '../../base/plain-file.ts';
import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { absolutePath } from '../../base/absolute-path.ts';
import { LIST_FILTERS, QUIET, QUIET_ENVIRONMENT, withoutFilters } from '../../base/quiet-git.ts';

/** The files that exist and that git could not restore as they are: changed since the last commit, or not tracked. */
export function notUndoable(root: string, files: readonly string[]): string[] {
  const existing = files.filter((file) => existsSync(join(root, file)));
  if (existing.length === 0) return [];
  const status = git(root, [
    'status',
    '--porcelain=v1',
    '-z',
    '--ignored=matching',
    '--untracked-files=all',
    // A submodule has its own configuration.
    '--ignore-submodules=dirty',
    '--',
    ...existing,
  ]);
  // No repository, or no git: nothing of it could be brought back.
  if (status === null) return existing;
  const dirty = status.split('\0').flatMap((entry) => (entry === '' ? [] : [entry.slice(3)]));
  const prefix = git(root, ['rev-parse', '--show-prefix'])?.trim() ?? '';
  return existing.filter((file) =>
    dirty.some((each) => each === prefix + file || `${each}/`.startsWith(`${prefix}${file}/`)),
  );
}

/**
 * Keeps what git does not have: as objects of the repository, else in files beside them (`NAME~`).
 * @returns how to get each back, one sentence each
 */
export function keepBefore(root: string, files: readonly string[]): string[] {
  return files.map((file) => {
    const object = git(root, ['hash-object', '-w', '--no-filters', '--', file])?.trim() ?? '';
    if (/^[0-9a-f]{40,64}$/.test(object) && git(root, ['cat-file', '-e', object]) !== null)
      return `${file} was changed but not committed; git keeps that version: \`git cat-file blob ${object.slice(0, 12)} > ${file}\` restores it.`;
    const kept = join(root, `${file}~`);
    // An older copy goes; were it a link, the file that it leads to would be overwritten.
    rmSync(kept, { force: true });
    copyFileSync(join(root, file), kept, constants.COPYFILE_EXCL);
    return `${file} is not in a git repository: ${file}~ has its earlier content.`;
  });
}

/** The files that git omits, each with the file and line that says so; none that is tracked, and none outside of git. */
export function ignoredBy(
  root: string,
  files: readonly string[],
): { readonly file: string; readonly by: string }[] {
  if (files.length === 0) return [];
  const lines = git(root, ['check-ignore', '-v', '--', ...files])?.split('\n') ?? [];
  return lines.flatMap((line) => {
    // `.gitignore:3:*.pem`, a tab, and the file.
    const tab = line.lastIndexOf('\t');
    const file = line.slice(tab + 1);
    if (tab < 0 || !files.includes(file)) return [];
    const parts = line.slice(0, tab).split(':');
    const number = parts.findIndex((part, index) => index > 0 && /^\d+$/.test(part));
    // With -v it also lists what a line takes back from an earlier one: `!/.kamal/secrets`.
    const isTakenBack = parts[number + 1]?.startsWith('!') === true;
    return number < 0 || isTakenBack ? [] : [{ file, by: parts.slice(0, number + 1).join(':') }];
  });
}

/** The path of a folder from its repository's root, `/` between names; `.` for the root itself or outside of git. */
export function directoryInRepository(root: string): string {
  const prefix = git(root, ['rev-parse', '--show-prefix'])?.trim() ?? '';
  return prefix === '' ? '.' : prefix.replace(/\/$/, '');
}

/** The root of the repository that a folder is in; the folder itself outside of git. */
export function repositoryRoot(root: string): string {
  return git(root, ['rev-parse', '--show-toplevel'])?.trim() || root;
}

/** The branch that a push deploys: the remote's main branch, else the current one. */
export function mainBranch(root: string): string {
  const remote = git(root, ['symbolic-ref', '--short', 'refs/remotes/origin/HEAD'])
    ?.trim()
    .replace(/^origin\//, '');
  const here = git(root, ['symbolic-ref', '--short', 'HEAD'])?.trim();
  const known = ['main', 'master', 'production', 'trunk'];
  return remote || (here !== undefined && known.includes(here) ? here : 'main');
}

/** A checkout can have a FIFO instead of one of git's own files; in milliseconds. */
const PATIENCE = 10_000;
/** Where git did not answer in time: it is not asked there again. */
const silent = new Set<string>();

function git(root: string, words: readonly string[]): string | null {
  const environment = { ...process.env, ...QUIET_ENVIRONMENT, PATH: absolutePath(process.env['PATH'] ?? '') };
  const run = (more: Readonly<Record<string, string>>, args: readonly string[]): string | null => {
    try {
      return execFileSync('git', [...QUIET, '-C', root, ...args], {
        encoding: 'utf8',
        env: { ...environment, ...more },
        maxBuffer: 16 * 1024 * 1024,
        timeout: PATIENCE,
        killSignal: 'SIGKILL',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch (error) {
      if (codeOf(error) === 'ETIMEDOUT') silent.add(root);
      return null;
    }
  };
  if (silent.has(root)) return null;
  return run(words[0] === 'status' ? withoutFilters(run({}, LIST_FILTERS) ?? '') : {}, words);
}
