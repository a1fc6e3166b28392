import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import type { Known, SecretsReading } from '../../parity/model.ts';
import { evaluateSecrets } from './evaluate.ts';

export interface ReadingOptions {
  /** Which environment variables are set, and not blank, where Kamal runs; all by default. */
  readonly isSet?: (name: string) => boolean;
  /** Which Kamal reads them; the newest that is known by default. */
  readonly kamal?: KamalRelease;
}

/**
 * The files that Kamal loads, in its order, the later ones winning (Kamal 2.12.0, lib/kamal/secrets.rb). `secretsPath`
 * is `secrets_path` of the deploy file, `.kamal/secrets` if it has none.
 */
export function secretsFilePaths(secretsPath: string, destination: string | null): readonly [string, string] {
  return [`${secretsPath}-common`, destination === null ? secretsPath : `${secretsPath}.${destination}`];
}

/**
 * Reads the secrets files as a Kamal with its dotenv does, without running anything. Environment variables count as set,
 * commands as printing something, keys that only a vault knows as found: a reading that depends on one of these is
 * marked (`certain`, `unknown`). Never throws, in time and memory linear in the files.
 */
export function readSecrets(files: SecretsReading['files'], options: ReadingOptions = {}): SecretsReading {
  return evaluateSecrets(files, options.isSet ?? (() => true), options.kamal).reading;
}

/** The names that Kamal would have, in its order, and whether each is blank for certain. Meaningless beside an error. */
export function secretNames(reading: SecretsReading): ReadonlyMap<string, Known> {
  return new Map(reading.assignments.map(({ name, value }) => [name, value]));
}
