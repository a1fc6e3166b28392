import { existsSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { BoundedFiles, repositoryAround } from '../../base/bounded-file.ts';
import { lockedGem, type LockedGem } from '../../base/kamal-facts/lockfile.ts';

/** What a project's lock file says of Kamal. */
export interface LockedKamal extends LockedGem {
  /** Absolute path of the lock file. */
  readonly lockfile: string;
}

/**
 * Reads Kamal's version from the lock file that `bundle exec` would use; no code of the project runs. Searched for as
 * Bundler does: `BUNDLE_GEMFILE`, else the first directory upwards that has a Gemfile or gems.rb (Bundler 2,
 * lib/bundler/shared_helpers.rb, `find_gemfile`). Or null if there is none or it does not name Kamal.
 */
export async function findLockedKamal(
  project: string,
  environment: Readonly<Record<string, string>>,
): Promise<LockedKamal | null> {
  const named = environment['BUNDLE_GEMFILE'];
  if (named !== undefined && named !== '') return readLockfile(lockfileOf(resolve(project, named)));
  for (let directory = resolve(project); ; directory = dirname(directory)) {
    for (const gemfile of ['Gemfile', 'gems.rb']) {
      if (readOrNull(join(directory, gemfile)) !== null)
        return readLockfile(lockfileOf(join(directory, gemfile)));
    }
    if (directory === dirname(directory)) return null;
  }
}

function lockfileOf(gemfile: string): string {
  return gemfile.endsWith('gems.rb') ? gemfile.replace(/gems\.rb$/, 'gems.locked') : `${gemfile}.lock`;
}

async function readLockfile(lockfile: string): Promise<LockedKamal | null> {
  const text = readOrNull(lockfile);
  const locked = text === null ? null : lockedGem(text, 'kamal');
  return locked === null ? null : { ...locked, lockfile };
}

/** A file of the repository stays in it; Bundler also uses one further up, or a configured one. */
function readOrNull(path: string): string | null {
  const repository = repositoryAround(dirname(path));
  const isInRepository = existsSync(join(repository, '.git'));
  return new BoundedFiles(isInRepository ? repository : parse(path).root).text(path);
}
