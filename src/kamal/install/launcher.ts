import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { companionsOf } from './companions.ts';
import type { GemsRequest } from './gems-request.ts';
import { runToEnd } from '../run/subprocess.ts';
import { textBeside } from '../../base/text-beside.ts';

/** The file that lists the gems to activate, `name version` a line, those that others need first. */
export const ACTIVATES = 'activates';

/** The file that lists the gem specifications outside of the directory that Kamal was installed beside, one a line. */
export const RELIES_ON = 'relies-on';

/** Resolves Kamal and its companions among the installed gems: a line `name version path` each, those that others need first. */
const RESOLVE = textBeside(import.meta.url, './resolve.rb');

/**
 * Resolves what was installed, and notes it beside the gems: what to activate, and what it relies on elsewhere.
 * @returns the texts of {@link ACTIVATES} and {@link RELIES_ON}
 * @throws Failure `kamal-install-failed`
 */
export async function resolveGems(
  request: GemsRequest,
  building: string,
): Promise<ReadonlyMap<string, string>> {
  const { version, environment, ruby, signal } = request;
  const gems = join(building, 'gems');
  const wanted = [{ name: 'kamal', version }, ...companionsOf(version)];
  const words = wanted.map((gem) => `${gem.name} ${gem.version}`).join(' ');
  const resolved = await runToEnd(['ruby', '-e', RESOLVE, words, gems, ...ruby.gemPath], {
    environment,
    ...(signal === undefined ? {} : { signal }),
  });
  const specs = [...resolved.stdout.matchAll(/^(\S+) (\S+) (.+)$/gm)].map(
    ([, name = '', of = '', path = '']) => ({ name, of, path }),
  );
  if (resolved.exitCode !== 0 || !specs.some(({ name }) => name === 'kamal')) {
    const cause = new Error(resolved.stderr);
    throw new Failure(
      'kamal-install-failed',
      `Kamal ${version} was installed, but some of its dependencies were not.`,
      {},
      cause,
    );
  }
  const outside = specs.filter(({ path }) => !path.startsWith(`${gems}/`));
  const texts = new Map([
    [ACTIVATES, specs.map(({ name, of }) => `${name} ${of}\n`).join('')],
    [RELIES_ON, outside.map(({ path }) => `${path}\n`).join('')],
  ]);
  for (const [name, text] of texts) await writeFile(join(building, name), text);
  return texts;
}

/**
 * Writes the command `kamal` into a directory of the run. It finds its gems on its own, so that no GEM_HOME in the
 * environment hides the job's gems from Kamal's hooks; and it names the version of each, so that no other gem of the
 * machine replaces one of them.
 * @param gems the directory that they were installed into
 * @param activates the text of {@link ACTIVATES}
 */
export async function writeLauncher(
  { version, ruby, binDirectory }: GemsRequest,
  gems: string,
  activates: string,
): Promise<void> {
  const specs = [...activates.matchAll(/^(\S+) (\S+)$/gm)];
  const launcher = `#!/usr/bin/env ruby
# frozen_string_literal: true
require "rubygems"
home = ${quoted(gems)}
Gem.use_paths(home, [home, *[${ruby.gemPath.map((path) => quoted(path)).join(', ')}]])
${specs.map(([, name = '', of = '']) => `gem ${quoted(name)}, ${quoted(`= ${of}`)}`).join('\n')}
load Gem.bin_path("kamal", "kamal", ${quoted(`= ${version}`)})
`;
  await rm(binDirectory, { recursive: true, force: true });
  await mkdir(binDirectory, { mode: 0o700 });
  await writeFile(join(binDirectory, 'kamal'), launcher, { mode: 0o755, flag: 'wx' });
}

/** A string of Ruby's; in double quotes \`#{…}\` would be run. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('#', String.raw`\#`);
}
