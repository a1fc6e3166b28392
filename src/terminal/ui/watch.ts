/** Runs something at once, and again whenever a file that matters is saved. */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/** An editor writes a file in several steps: they count as one. In milliseconds. */
const QUIET = 15;

/** How coarse the times of files may be: Linux takes them from its tick, 4 to 10 ms. In milliseconds. */
const TICK = 20;

/** Folders that matter even before there is a file of interest in them. */
const FOLDERS = ['.', 'config', '.kamal', '.kamal/hooks', '.github/workflows'];

export interface Watched {
  readonly root: string;
  /** Relative to the root; asked again after each run, as it may read others. */
  readonly files: () => Iterable<string>;
  /** Never called while a call of it still runs. */
  readonly run: () => void | Promise<void>;
}

/**
 * Calls `run`, and again after each change in the folders of `files` and of Kamal's own, until `signal` is aborted. A save
 * counts whenever it comes: during a run, and in a folder that a run was the first to read.
 * @throws what `run` throws
 */
export async function watchFolders(watched: Watched, signal: AbortSignal): Promise<void> {
  const watching = new FolderWatch(watched);
  const end = (): void => watching.end();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  try {
    await watching.run();
  } finally {
    signal.removeEventListener('abort', end);
    watching.close();
  }
}

class FolderWatch {
  readonly #watched: Watched;
  readonly #watchers = new Map<string, { readonly inode: number; readonly watcher: FSWatcher }>();
  #isStale = true;
  #isOver = false;
  #wake = (): void => {};
  #timer: NodeJS.Timeout | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  async run(): Promise<void> {
    this.#follow(FOLDERS);
    while (!this.#isOver) {
      if (!this.#isStale) await new Promise<void>((resolve) => (this.#wake = resolve));
      if (this.#isOver) return;
      this.#isStale = false;
      const began = Date.now();
      await this.#watched.run();
      const files = [...this.#watched.files()];
      const late = this.#follow([...FOLDERS, ...files.map((file) => dirname(file))]);
      // Nothing watched these while the run read them.
      if (late.some((folder) => this.#changedSince(began, folder, files))) this.#isStale = true;
    }
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const { watcher } of this.#watchers.values()) watcher.close();
  }

  /** Watches each folder that is there; one that took another's place, too. Returns those that are new. */
  #follow(folders: readonly string[]): string[] {
    const begun: string[] = [];
    for (const folder of new Set(folders)) {
      const path = join(this.#watched.root, folder);
      const inode = statSync(path, { throwIfNoEntry: false })?.ino;
      const known = this.#watchers.get(path);
      if (known?.inode === inode) continue;
      known?.watcher.close();
      this.#watchers.delete(path);
      if (inode === undefined) continue;
      const watcher = watch(path, this.#changed).on('error', () => this.#watchers.delete(path));
      this.#watchers.set(path, { inode, watcher });
      begun.push(folder);
    }
    return begun;
  }

  #changedSince(time: number, folder: string, files: readonly string[]): boolean {
    const inIt = files.filter((file) => dirname(file) === folder);
    return [folder, ...inIt].some((path) => {
      const stat = statSync(join(this.#watched.root, path), { throwIfNoEntry: false });
      return stat !== undefined && stat.mtimeMs >= time - TICK;
    });
  }

  readonly #changed = (_event: unknown, name: string | null): void => {
    if (name !== null && /(?:~|\.sw[a-z]|^\.#.*|^4913)$/.test(name)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isStale = true;
      this.#wake();
    }, QUIET);
  };
}
