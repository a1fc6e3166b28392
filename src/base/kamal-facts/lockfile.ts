/** What a Gemfile.lock (or gems.locked) says of a gem. Pure text; nothing of Bundler runs. */

export interface LockedGem {
  readonly version: string;
  /** Where Bundler takes it from: a gem server, or a git repository or directory of which only Bundler knows. */
  readonly origin: 'gem' | 'git' | 'path';
}

const ORIGINS: ReadonlyMap<string, LockedGem['origin']> = new Map([
  ['GEM', 'gem'],
  ['GIT', 'git'],
  ['PATH', 'path'],
]);

/** The entry `    NAME (2.12.0)` under a section's `specs:`; requirements of other gems are two columns further right. */
export function lockedGem(lockfile: string, name: string): LockedGem | null {
  let section = '';
  for (const line of lockfile.split(/\r?\n/)) {
    if (/^\S/.test(line)) section = line.trim();
    const [, gem, version] = /^ {4}([\w.-]+) \((\d[\w.-]*)\)$/.exec(line) ?? [];
    const origin = ORIGINS.get(section);
    if (gem === name && version !== undefined && origin !== undefined) return { version, origin };
  }
  return null;
}
