import { existsSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { BoundedFiles, repositoryAround } from '../../base/bounded-file.ts';

/** What a project's lock file says of Kamal. */
export interface LockedKamal {
  readonly version: string;
  /** Where Bundler takes it from: a gem server, or a git repository or directory of which only Bundler knows. */
  readonly origin: 'gem' | 'git' | 'path';
  /** Absolute path of the lock file. */
  readonly lockfile: string;
}

/**
 * Reads Kamal's version from the lock file that `bundle exec` would use; no code of the project runs.
 * Looked for as Bundler does: `BUNDLE_GEMFILE`, else the first directory upwards that has a Gemfile or gems.rb
 * (Bundler 2, lib/bundler/shared_helpers.rb, `find_gemfile`). Null where there is none or it does not name Kamal.
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
  const locked = text === null ? null : lockedKamalIn(text);
  return locked === null ? null : { ...locked, lockfile };
}

/** The entry `    kamal (2.12.0)` under a section's `specs:`; requirements of other gems stand two columns deeper. */
export function lockedKamalIn(lockfile: string): Pick<LockedKamal, 'version' | 'origin'> | null {
  let section = '';
  for (const line of lockfile.split(/\r?\n/)) {
    if (/^\S/.test(line)) section = line.trim();
    const version = /^ {4}kamal \((\d[\w.-]*)\)$/.exec(line)?.[1];
    if (version === undefined) continue;
    if (section === 'GEM') return { version, origin: 'gem' };
    if (section === 'GIT') return { version, origin: 'git' };
    if (section === 'PATH') return { version, origin: 'path' };
  }
  return null;
}

/** A file of the repository stays in it; Bundler also takes one from further up, or from where it is told. */
function readOrNull(path: string): string | null {
  const repository = repositoryAround(dirname(path));
  const isInRepository = existsSync(join(repository, '.git'));
  return new BoundedFiles(isInRepository ? repository : parse(path).root).text(path);
}
