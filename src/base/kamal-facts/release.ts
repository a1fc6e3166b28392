/** A release of Kamal, with the release of dotenv that it runs with, and what the two do. */
import { DOTENV_FACTS, type DotenvFacts, type FactRow, FACTS, type KamalFacts } from './facts.ts';
import { compareGemVersions, isGemVersion } from './gem-version.ts';

export interface KamalRelease {
  /** E.g. `2.12.0`. */
  readonly version: string;
  readonly dotenv: string;
  readonly facts: KamalFacts & DotenvFacts;
}

/** The newest release that the facts were read in; newer ones are treated as it. */
export const NEWEST_KAMAL = '2.12.0';
/** The oldest; older ones are treated as it. */
export const OLDEST_KAMAL = '2.0.0';

export const NEWEST_DOTENV = '3.2.0';
/**
 * Kamal 2.0 to 2.5 ask for `dotenv ~> 3.1`. Since 3.2.0 dotenv runs the commands of a line before it substitutes
 * variables (lib/dotenv/parser.rb), so that `kamal secrets extract` receives the word `$SECRETS`; Kamal substitutes them
 * itself from 2.6.0 on (lib/kamal/secrets/dotenv/inline_command_substitution.rb).
 */
const DOTENV_OF_OLD_KAMAL = '3.1.8';

const releases = new Map<string, KamalRelease>();

/**
 * @param version of Kamal; one that is not valid counts as the newest
 * @param dotenv the one that a lock file names; else the newest that works with this Kamal, which the action installs
 */
export function kamalRelease(version: string = NEWEST_KAMAL, dotenv?: string): KamalRelease {
  const own = isGemVersion(version) ? version : NEWEST_KAMAL;
  const beside = dotenv ?? dotenvFor(own);
  const key = `${own} ${beside}`;
  let release = releases.get(key);
  if (release === undefined) {
    release = {
      version: own,
      dotenv: beside,
      facts: { ...valuesAt(FACTS, own), ...valuesAt(DOTENV_FACTS, beside) },
    };
    releases.set(key, release);
  }
  return release;
}

/** The release of dotenv to install beside a Kamal. */
export function dotenvFor(kamal: string): string {
  const { putsVariablesIntoCommands } = valuesAt(
    { putsVariablesIntoCommands: FACTS.putsVariablesIntoCommands },
    kamal,
  );
  return putsVariablesIntoCommands ? NEWEST_DOTENV : DOTENV_OF_OLD_KAMAL;
}

/** Whether a version is `since` or later. */
export function isSince(version: string, since: string): boolean {
  // Of the newest, for which most checks are made, that need not be worked out.
  return version === NEWEST_KAMAL || version === NEWEST_DOTENV || compareGemVersions(version, since) >= 0;
}

/** What a release does of which the facts say nothing: it is newer than they are. */
export function isNewerThanKnown(version: string): boolean {
  return version !== NEWEST_KAMAL && compareGemVersions(version, NEWEST_KAMAL) > 0;
}

/** Kamal 1 has no secrets files; what is said of Kamal 2 does not hold for it. */
export function isKamal1(version: string): boolean {
  return /^[01]\./.test(version);
}

function valuesAt<T extends Readonly<Record<string, readonly [FactRow<unknown>, ...FactRow<unknown>[]]>>>(
  table: T,
  version: string,
): { readonly [Name in keyof T]: T[Name][0]['value'] } {
  const values = Object.entries(table).map(([name, all]) => {
    const row = all.findLast(({ since }) => isSince(version, since)) ?? all[0];
    return [name, row.value] as const;
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each name of the table has its own type of value
  return Object.fromEntries(values) as { [Name in keyof T]: T[Name][0]['value'] };
}
