import { randomUUID } from 'node:crypto';
import { access, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../../base/make-directory.ts';
import { packed, unpacked } from './archive.ts';
import { gemInstall } from './gem-install.ts';
import { ACTIVATES, RELIES_ON, resolveGems, writeLauncher } from './launcher.ts';
import { seal, sealState, type Seal, type Unchanged } from './manifest.ts';
import type { GemsRequest } from './gems-request.ts';

export interface InstalledGems {
  /** The directory of the one command `kamal`, to be put on PATH: the run's own, and nothing else is in it. */
  readonly binDirectory: string;
  readonly source: 'tool-cache' | 'runner-cache' | 'gem-install';
}

/**
 * Makes a directory with Kamal and all that it depends on but what came with Ruby, apart from every other gem of the
 * machine: `<toolCache>/kamal/<version>/<ruby>-<owner>`. It appears whole or not at all, and is used again only if it
 * still matches its seal: other jobs can write there.
 * @throws Failure `kamal-version-missing`, `kamal-download-failed`, `kamal-install-failed`
 */
export async function installGems(request: GemsRequest): Promise<InstalledGems> {
  const { seal: by } = request;
  const name = by === null ? request.ruby.key : `${request.ruby.key}-${by.owner}`;
  const versionDirectory = join(request.toolCache, 'kamal', request.version);
  const home = join(versionDirectory, name);
  const found = by === null ? null : await usable(home, by, request, "the runner's tool cache");
  if (found !== null) return launched(request, home, found.texts, 'tool-cache');

  await makeDirectory(versionDirectory);
  const cacheKey = `kamal-1password-gems-${request.version}-${name}`;
  const restored = by === null ? null : await fromCache(request, home, by, cacheKey);
  if (restored !== null) return launched(request, home, restored.texts, 'runner-cache');

  const building = join(versionDirectory, `.${randomUUID()}`);
  let texts: ReadonlyMap<string, string>;
  try {
    await gemInstall(request, building);
    texts = await resolveGems(request, building);
    if (by !== null) await seal(building, by);
    await rename(building, home).catch(async () => {
      // Another job was faster; or the directory was unusable, and is gone now.
      if (by !== null && (await usable(home, by, request, "the runner's tool cache")) !== null) return;
      await rename(building, home);
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  if (by !== null) await saveToCache(request, home, by, cacheKey);
  return launched(request, home, texts, 'gem-install');
}

/** A file in the run's own directory: other jobs can write beside the tool cache's, between two looks of ours. */
function ownFile({ binDirectory }: GemsRequest): string {
  return join(dirname(binDirectory), `gems-${randomUUID()}`);
}

/** Puts in place what the runner's cache has, if it is as it was sealed; nothing of anything else is unpacked. */
async function fromCache(
  request: GemsRequest,
  home: string,
  by: Seal,
  key: string,
): Promise<Unchanged | null> {
  const archive = (await request.cache?.restore(key)) ?? null;
  if (archive === null) return null;
  const building = `${home}.${randomUUID()}`;
  try {
    if (!(await unpacked(archive, by, { directory: building, beside: ownFile(request) }, request))) {
      request.log.warning(
        `Kamal's gems in the runner's cache are not as they were saved: nothing of them is unpacked. Delete the cache entry ${key}.`,
      );
      return null;
    }
    const state = await usable(building, by, request, "the runner's cache");
    if (state !== null) await rename(building, home);
    return state;
  } catch (error) {
    request.signal?.throwIfAborted();
    request.log.debug(`Kamal's gems of the runner's cache cannot be used: ${String(error)}`);
    return null;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function saveToCache(request: GemsRequest, home: string, by: Seal, key: string): Promise<void> {
  if (request.cache === undefined) return;
  try {
    await request.cache.save(key, await packed(home, by, ownFile(request), request));
  } catch (error) {
    request.signal?.throwIfAborted();
    request.log.debug(`Kamal's gems cannot be saved in the runner's cache: ${String(error)}`);
  }
}

async function launched(
  request: GemsRequest,
  home: string,
  texts: ReadonlyMap<string, string>,
  source: InstalledGems['source'],
): Promise<InstalledGems> {
  await writeLauncher(request, join(home, 'gems'), texts.get(ACTIVATES) ?? '');
  return { binDirectory: request.binDirectory, source };
}

/**
 * The directory, if it matches its seal and the gems of Ruby that it relies on still exist; else null, and the place is
 * free.
 */
async function usable(
  home: string,
  by: Seal,
  { log }: GemsRequest,
  where: string,
): Promise<Unchanged | null> {
  const state = await sealState(home, by, [ACTIVATES, RELIES_ON]);
  if (state.kind === 'changed') {
    log.warning(
      `Kamal's gems in ${where} have changed since they were installed (${state.what}): ${home}. They are reinstalled.`,
    );
  }
  if (state.kind === 'unchanged' && (await areThere(state.texts.get(RELIES_ON) ?? ''))) return state;
  if (state.kind !== 'missing') await rm(home, { recursive: true, force: true });
  return null;
}

/** @param paths one a line */
async function areThere(paths: string): Promise<boolean> {
  try {
    const all = paths.split('\n').filter((path) => path !== '');
    await Promise.all(all.map((path) => access(path)));
    return true;
  } catch {
    return false;
  }
}
