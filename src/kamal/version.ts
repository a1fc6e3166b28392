import { randomBytes } from 'node:crypto';
import { QUIET, QUIET_ENVIRONMENT } from '../base/quiet-git.ts';
import { runToEnd } from './run/subprocess.ts';

/** A large repository takes a second, and one with a FIFO among git's own files forever; in milliseconds. */
const PATIENCE = 60_000;

/**
 * The version that Kamal would give to what is checked out: the commit, and, where it builds from changes that are not
 * committed, a random suffix as its own. Null if Kamal would refuse (no git repository) and say why itself. Source:
 * Kamal 2.12.0, lib/kamal/configuration.rb, `git_version`.
 * @param clones whether Kamal builds from a clone, and so without what is not committed; null if that is not known
 * @throws the reason of `signal` if that was aborted
 */
export async function gitVersion(
  project: string,
  environment: Readonly<Record<string, string>>,
  clones: boolean | null,
  signal?: AbortSignal,
): Promise<string | null> {
  try {
    const { exitCode, stdout } = await runToEnd(['git', ...QUIET, 'status', '--porcelain=v2', '--branch'], {
      workingDirectory: project,
      timeout: PATIENCE,
      environment: { ...environment, ...QUIET_ENVIRONMENT },
      ...(signal === undefined ? {} : { signal }),
    });
    const commit = /^# branch\.oid ([0-9a-f]+)$/m.exec(stdout)?.[1];
    if (exitCode !== 0 || commit === undefined) return null;
    const changes = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
    if (clones === true || changes.length === 0) return commit;
    return clones === null ? null : `${commit}_uncommitted_${randomBytes(8).toString('hex')}`;
  } catch {
    signal?.throwIfAborted();
    // No git: Kamal reports that itself.
    return null;
  }
}
