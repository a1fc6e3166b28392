/** Runs something again whenever a file that matters is saved. */
import { existsSync, type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/** An editor writes a file in several steps: they count as one. In milliseconds. */
const QUIET = 15;

/** Folders that matter even before there is a file of interest in them. */
const FOLDERS = ['.', 'config', '.kamal', '.kamal/hooks', '.github/workflows'];

/**
 * Calls `again` after each change in the folders of `files` and of Kamal's own, until `signal` is aborted.
 * @param files relative to the root; asked again after each run, as it may read others
 */
export async function watchFolders(
  root: string,
  files: () => Iterable<string>,
  again: () => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const watchers = new Map<string, FSWatcher>();
  let end = (): void => {};
  let fail = (_error: unknown): void => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  let timer: NodeJS.Timeout | undefined;
  const follow = (): void => {
    for (const folder of new Set([...FOLDERS, ...[...files()].map((file) => dirname(file))])) {
      const path = join(root, folder);
      if (watchers.has(path) || !existsSync(path)) continue;
      watchers.set(
        path,
        watch(path, changed).on('error', () => watchers.delete(path)),
      );
    }
  };
  const changed = (_event: unknown, name: string | null): void => {
    if (name !== null && /(?:~|\.sw[a-z]|^\.#.*|^4913)$/.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      void Promise.resolve(again()).then(follow, fail);
    }, QUIET);
  };
  signal.addEventListener('abort', end, { once: true });
  follow();
  try {
    await ended;
  } finally {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  }
}
