import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gemInstall } from './gem-install.ts';
import { RELIES_ON, writeLauncher } from './launcher.ts';
import type { GemsRequest } from './gems-request.ts';

export interface InstalledGems {
  /** The directory of the one command `kamal`, to be put on PATH. */
  readonly binDirectory: string;
  readonly source: 'tool-cache' | 'runner-cache' | 'gem-install';
}

/**
 * Makes a directory with Kamal and all that it depends on but what came with Ruby, apart from every other gem of the
 * machine: `<toolCache>/kamal/<version>/<ruby>/{bin,gems}`. It appears whole or not at all.
 * @throws Failure `kamal-version-missing`, `kamal-download-failed`, `kamal-install-failed`
 */
export async function installGems(request: GemsRequest): Promise<InstalledGems> {
  const versionDirectory = join(request.toolCache, 'kamal', request.version);
  const home = join(versionDirectory, request.ruby.key);
  const installed = (source: InstalledGems['source']): InstalledGems => ({
    binDirectory: join(home, 'bin'),
    source,
  });
  if (await isComplete(home)) return installed('tool-cache');

  const cacheKey = `kamal-1password-gems-${request.version}-${request.ruby.key}`;
  if (request.cache !== undefined && (await request.cache.restore(home, cacheKey))) {
    if (await isComplete(home)) return installed('runner-cache');
    await rm(home, { recursive: true, force: true });
  }

  await mkdir(versionDirectory, { recursive: true });
  const building = join(versionDirectory, `.${randomUUID()}`);
  try {
    await gemInstall(request, building);
    await writeLauncher(request, building);
    // One that is not complete any more stands in the way.
    if (!(await isComplete(home))) await rm(home, { recursive: true, force: true });
    await rename(building, home).catch(async (error: unknown) => {
      // Another job was faster.
      if (!(await isComplete(home))) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  await request.cache?.save(home, cacheKey);
  return installed('gem-install');
}

/** True where the launcher, written last, is there, and so are the gems that came with Ruby and that it relies on. */
async function isComplete(home: string): Promise<boolean> {
  try {
    await access(join(home, 'bin', 'kamal'));
    const outside = (await readFile(join(home, RELIES_ON), 'utf8')).split('\n').filter((path) => path !== '');
    await Promise.all(outside.map((path) => access(path)));
    return true;
  } catch {
    return false;
  }
}
