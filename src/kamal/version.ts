import { randomBytes } from 'node:crypto';
import { runToEnd } from './subprocess.ts';

/**
 * The version that Kamal would give to what is checked out: the commit, and, where it builds from changes that are not
 * committed, a random suffix as its own. Null where Kamal would refuse (no git repository) and say why itself.
 * Source: Kamal 2.12.0, lib/kamal/configuration.rb, `git_version`.
 * @param clones whether Kamal builds from a clone, and so without what is not committed; null where that is not known
 */
export async function gitVersion(
  project: string,
  environment: Readonly<Record<string, string>>,
  clones: boolean | null,
): Promise<string | null> {
  const git = (...words: string[]) => runToEnd(['git', ...words], { workingDirectory: project, environment });
  try {
    const [head, status] = await Promise.all([git('rev-parse', 'HEAD'), git('status', '--porcelain')]);
    if (head.exitCode !== 0 || status.exitCode !== 0) return null;
    const commit = head.stdout.trim();
    if (clones === true || status.stdout.trim() === '') return commit;
    return clones === null ? null : `${commit}_uncommitted_${randomBytes(8).toString('hex')}`;
  } catch {
    // No git: Kamal says so itself.
    return null;
  }
}
