import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { companionsOf } from './companions.ts';
import { installFailed, isNetworkError } from './failures.ts';
import type { GemsRequest } from './gems-request.ts';
import { INSTALL_PRELOAD } from './preload.ts';
import { runToEnd } from '../run/subprocess.ts';

/**
 * Runs `gem install kamal` into `building/gems`, again after network errors, and without the parallel preload if that
 * failed. Gems that came with Ruby are used as they are (`--minimal-deps`): of those that Kamal depends on, bigdecimal
 * takes longer to compile than all the others together.
 * @throws Failure `kamal-version-missing`, `kamal-download-failed`, `kamal-install-failed`
 */
export async function gemInstall(request: GemsRequest, building: string): Promise<void> {
  const gems = join(building, 'gems');
  const preload = join(building, 'preload.rb');
  await mkdir(building);
  await writeFile(preload, INSTALL_PRELOAD);
  const swift = ['ruby', '-r', preload, '-S', 'gem'];
  const flags = [
    'install',
    // In this order: an installed gem is not replaced by a newer one.
    ...companionsOf(request.version).map(({ name, version }) => `${name}:${version}`),
    `kamal:${request.version}`,
    '--minimal-deps',
    '--no-document',
    '--no-user-install',
    '--env-shebang',
    '--no-format-executable',
  ];
  const environment = {
    ...request.environment,
    GEM_HOME: gems,
    GEM_PATH: [gems, ...request.ruby.gemPath].join(':'),
    // RubyGems keeps its index in HOME otherwise, where a self-hosted runner would keep it forever.
    GEM_SPEC_CACHE: join(building, 'index'),
  };
  const { signal } = request;
  const delays = request.retryDelays ?? [1000, 4000];
  let gem = swift;
  for (let attempt = 0; ;) {
    const done = await runToEnd([...gem, ...flags], {
      environment,
      ...(signal === undefined ? {} : { signal }),
    });
    if (done.exitCode === 0) break;
    if (isNetworkError(done)) {
      const delay = delays[attempt++];
      if (delay === undefined) throw installFailed(request.version, done, attempt);
      request.log.info(
        `A network error interrupted the installation of Kamal ${request.version}; trying again in ${delay / 1000} s.`,
      );
      await sleep(delay, undefined, signal === undefined ? {} : { signal });
      continue;
    }
    const failure = installFailed(request.version, done, attempt + 1);
    if (gem !== swift || failure.code !== 'kamal-install-failed') throw failure;
    // It may be the haste, on a RubyGems that no one has tried it on.
    request.log.debug(`${failure.message} Trying again, one gem at a time.`);
    await rm(gems, { recursive: true, force: true });
    gem = ['gem'];
  }
  for (const waste of [join(gems, 'cache'), join(gems, 'doc'), environment.GEM_SPEC_CACHE, preload]) {
    await rm(waste, { recursive: true, force: true });
  }
}
