import { dotenvFor, isSince, NEWEST_DOTENV, OLDEST_KAMAL } from '../../base/kamal-facts/release.ts';

/** A gem that Kamal depends on, and the version of it to install. */
export interface Companion {
  readonly name: string;
  readonly version: string;
}

/**
 * What has to be installed beside a version of Kamal in another version than the newest that it allows.
 * @param kamal a version, e.g. `2.5.3`
 */
export function companionsOf(kamal: string): readonly Companion[] {
  const version = dotenvFor(kamal);
  return version === NEWEST_DOTENV || !isSince(kamal, OLDEST_KAMAL) ? [] : [{ name: 'dotenv', version }];
}
