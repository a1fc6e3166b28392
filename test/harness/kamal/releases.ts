/** Real releases of Kamal as programs, run beside the pinned one's gems. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dotenvFor } from '../../../src/base/kamal-facts/release.ts';

/** The last release of each minor. */
// prettier-ignore
export const LAST_OF_EACH_MINOR = [
  '2.0.0', '2.1.2', '2.2.2', '2.3.0', '2.4.0', '2.5.3', '2.6.1', '2.7.0', '2.8.2', '2.9.0', '2.10.1', '2.11.0', '2.12.0',
] as const;

/**
 * Installs releases of Kamal, and of dotenv, into `folder`, if they are missing: only their own gems.
 * @param gems name and version of each
 */
export function installGems(
  folder: string,
  gems: readonly (readonly [name: string, version: string])[],
): void {
  const wanted = gems
    .filter(([name, version]) => !existsSync(join(folder, 'gems', `${name}-${version}`)))
    .map(([name, version]) => `${name}:${version}`);
  if (wanted.length === 0) return;
  console.log(`installing ${wanted.join(' ')}`);
  const words = ['install', ...new Set(wanted), '--no-document', '--norc', '--ignore-dependencies'];
  execFileSync('gem', [...words, '--install-dir', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The gems of a release, with the dotenv that it works with. */
export function gemsOf(kamal: string, dotenv: string = dotenvFor(kamal)): [string, string][] {
  return [
    ['kamal', kamal],
    ['dotenv', dotenv],
  ];
}

const RUN = `kamal, dotenv = ARGV.shift(2)
gem "dotenv", dotenv
gem "kamal", kamal
load Gem.bin_path("kamal", "kamal", kamal)`;

export interface KamalEnded {
  readonly status: number | null;
  /** Both streams. */
  readonly out: string;
}

/** Runs `kamal WORDS` of a release, `gems` being where else it is installed. */
export function runKamal(
  kamal: string,
  gems: string,
  words: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): KamalEnded {
  const { status, stdout, stderr } = spawnSync('ruby', ['-e', RUN, kamal, dotenvFor(kamal), ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, GEM_PATH: `${process.env['GEM_PATH'] ?? ''}:${gems}`, ...env },
  });
  return { status, out: stdout + stderr };
}
