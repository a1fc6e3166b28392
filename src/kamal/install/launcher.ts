import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { companionsOf } from './companions.ts';
import type { GemsRequest } from './gems-request.ts';
import { runToEnd } from '../run/subprocess.ts';

/** The file that lists the gem specifications outside of the directory that Kamal was installed beside, one a line. */
export const RELIES_ON = 'relies-on';

/** Resolves Kamal and its companions among the installed gems: a line `name version path` each, those that others need first. */
const RESOLVE = String.raw`
wanted, home, *outside = ARGV
Gem.use_paths(home, [home, *outside])
set = Gem::RequestSet.new(*wanted.split.each_slice(2).map { |name, version| Gem::Dependency.new(name, "= #{version}") })
set.resolve_current
set.sorted_requests.each { |request| puts [request.full_spec.name, request.full_spec.version, request.full_spec.loaded_from].join(" ") }
`;

/**
 * Writes the command `bin/kamal` of the directory. It finds its gems by itself, so that no GEM_HOME in the environment
 * hides the job's gems from Kamal's hooks; and it names the version of each, so that no other gem of the machine is
 * taken for one of them.
 * @throws Failure `kamal-install-failed`
 */
export async function writeLauncher(request: GemsRequest, building: string): Promise<void> {
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
      `Kamal ${version} was installed, but not all that it depends on.`,
      {},
      cause,
    );
  }
  const outside = specs.filter(({ path }) => !path.startsWith(`${gems}/`));
  await writeFile(join(building, RELIES_ON), outside.map(({ path }) => `${path}\n`).join(''));
  await mkdir(join(building, 'bin'));
  const launcher = `#!/usr/bin/env ruby
# frozen_string_literal: true
require "rubygems"
home = File.expand_path("../gems", __dir__)
Gem.use_paths(home, [home, *${JSON.stringify(ruby.gemPath)}])
${specs.map(({ name, of }) => `gem ${JSON.stringify(name)}, ${JSON.stringify(`= ${of}`)}`).join('\n')}
load Gem.bin_path("kamal", "kamal", "= ${version}")
`;
  await writeFile(join(building, 'bin', 'kamal'), launcher);
  await chmod(join(building, 'bin', 'kamal'), 0o755);
}
