import { execFile } from 'node:child_process';
import { absolutePath } from '../../base/absolute-path.ts';
import { QUIET, QUIET_ENVIRONMENT } from '../../base/quiet-git.ts';

/**
 * Reads from the object store of a checkout. Nothing of the checkout runs: no hook, no filter, no fsmonitor, nothing
 * fetched. Whose files they are does not matter, as the answer is only ever compared.
 * @param input for its standard input
 * @returns what git printed; null if it could not
 */
export function readGit(directory: string, words: readonly string[], input = ''): Promise<Buffer | null> {
  const safe = ['-c', 'safe.directory=*', ...QUIET, '-C', directory];
  // The command line runs on Node 20 too, which has no `Promise.withResolvers`.
  return new Promise((resolve) => {
    const git = execFile(
      'git',
      [...safe, ...words],
      {
        encoding: 'buffer',
        maxBuffer: 16 * 1024 * 1024,
        timeout: 20_000,
        env: {
          PATH: absolutePath(process.env['PATH'] ?? ''),
          HOME: process.env['HOME'],
          ...QUIET_ENVIRONMENT,
        },
      },
      (error, stdout) => resolve(error === null ? stdout : null),
    );
    // A missing git is reported by the call's end.
    git.stdin?.on('error', () => undefined).end(input);
  });
}

/** A commit of a checkout and those it comes from, or null if there is none. */
export async function commitAt(
  root: string,
  name: string,
): Promise<{ readonly sha: string; readonly parents: readonly string[] } | null> {
  // The object as it is: in a shallow clone, other commands of git hide the parents.
  const said = await readGit(root, ['cat-file', '--batch'], `${name}^{commit}\n`);
  const [, sha, commit] = /^([0-9a-f]+) commit \d+\n(.*)/s.exec(said?.toString('utf8') ?? '') ?? [];
  if (sha === undefined || commit === undefined) return null;
  const [head = ''] = commit.split('\n\n');
  const parents = [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent);
  return { sha, parents };
}
