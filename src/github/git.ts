import { execFile } from 'node:child_process';

/**
 * Reads from the object store of a checkout. Nothing of the checkout runs: no hook, no filter, no fsmonitor, nothing
 * fetched. Whose files they are does not matter, as the answer is only ever compared.
 * @returns what git printed; null where it could not
 */
export function readGit(directory: string, words: readonly string[]): Promise<Buffer | null> {
  const safe = [
    '-c',
    'safe.directory=*',
    '-c',
    'core.fsmonitor=false',
    '-c',
    'core.hooksPath=/dev/null',
    '-C',
    directory,
  ];
  const { promise, resolve } = Promise.withResolvers<Buffer | null>();
  execFile(
    'git',
    [...safe, ...words],
    {
      encoding: 'buffer',
      maxBuffer: 16 * 1024 * 1024,
      timeout: 20_000,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        GIT_NO_LAZY_FETCH: '1',
        GIT_TERMINAL_PROMPT: '0',
        LC_ALL: 'C',
      },
    },
    (error, stdout) => resolve(error === null ? stdout : null),
  );
  return promise;
}

/** A commit of a checkout and those it comes from; null where there is none. */
export async function commitAt(
  root: string,
  name: string,
): Promise<{ readonly sha: string; readonly parents: readonly string[] } | null> {
  const [sha, commit] = await Promise.all([
    readGit(root, ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`]),
    readGit(root, ['cat-file', 'commit', name]),
  ]);
  if (sha === null || commit === null) return null;
  const [head = ''] = commit.toString('utf8').split('\n\n');
  const parents = [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent);
  return { sha: sha.toString('utf8').trim(), parents };
}
