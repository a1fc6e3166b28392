import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installFailed, isNetworkError } from './install-failures.ts';
import type { GemsRequest } from './install-gems.ts';
import { INSTALL_PRELOAD } from './install-preload.ts';
import { runToEnd } from './subprocess.ts';

/**
 * Runs `gem install kamal` into `building/gems`, again after network errors. Gems that came with Ruby are taken as they
 * are (`--minimal-deps`): of those that Kamal depends on, bigdecimal alone takes longer to compile than all the others.
 * @throws Failure `kamal-version-missing`, `kamal-download-failed`, `kamal-install-failed`
 */
export async function gemInstall(request: GemsRequest, building: string): Promise<void> {
  const gems = join(building, 'gems');
  const preload = join(building, 'preload.rb');
  await mkdir(building);
  await writeFile(preload, INSTALL_PRELOAD);
  const argv = ['ruby', '-r', preload, '-S', 'gem', 'install', 'kamal', '--version', request.version];
  const flags = [
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
    // RubyGems keeps its index in HOME otherwise, where a self-hosted runner would keep it for ever.
    GEM_SPEC_CACHE: join(building, 'index'),
  };
  const { signal } = request;
  const delays = request.retryDelays ?? [1000, 4000];
  for (let attempt = 0; ; attempt++) {
    const done = await runToEnd([...argv, ...flags], {
      environment,
      ...(signal === undefined ? {} : { signal }),
    });
    if (done.exitCode === 0) break;
    const delay = delays[attempt];
    if (!isNetworkError(done) || delay === undefined) throw installFailed(request.version, done, attempt + 1);
    request.log.info(
      `Installing Kamal ${request.version} met a network error; trying again in ${delay / 1000} s.`,
    );
    await sleep(delay, undefined, signal === undefined ? {} : { signal });
  }
  for (const waste of [join(gems, 'cache'), join(gems, 'doc'), environment.GEM_SPEC_CACHE, preload]) {
    await rm(waste, { recursive: true, force: true });
  }
}
