import { shellQuoted } from '../../base/text/quoting.ts';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { readPlainFile } from '../../base/plain-file.ts';
import type { InstalledOp } from './install.ts';

/** How often it looks whether someone calls `op`, in milliseconds. */
const INTERVAL = 100;
/** Of the first word of a call, in bytes. */
const LARGEST_CALL = 64 * 1024;
const NEW = { flag: 'wx' } as const;

/** What became of an `op` that is installed when it is first called. */
export interface Called {
  /** The first word of the first call, such as `read`; empty if that is not a plain word. */
  readonly verb: string;
  /** Null if it could not be installed, or the run ended before. */
  readonly installed: InstalledOp | null;
}

/**
 * An `op` for PATH that waits, when it is called, until the real one is installed, and becomes it. Callers at the same
 * time wait for the same installation. If that fails, each of them gets the sentence and exit status 1; so does a caller
 * whose run is over.
 *
 * It is a shell script: a program that every runner has, and starts in a millisecond. It waits for files, so that any
 * process can call it, in any directory and environment.
 */
export class OpOnDemand {
  /** To be put on PATH: there is only `op` in it. */
  readonly directory: string;
  readonly #signals: string;
  #stop = new AbortController();
  #called: Promise<Called> | null = null;
  #looking: NodeJS.Timeout | undefined;

  private constructor(directory: string, signals: string) {
    this.directory = directory;
    this.#signals = signals;
  }

  /** @param parent a directory of this run, where no one else may write; see {@link installDirectory} */
  static async place(parent: string): Promise<OpOnDemand> {
    const made = new OpOnDemand(join(parent, 'op'), join(parent, 'op-signals'));
    for (const directory of [made.directory, made.#signals]) await mkdir(directory, { mode: 0o700 });
    const real = join(installDirectory(parent), 'op');
    await writeFile(join(made.directory, 'op'), script(made.#signals, real), { mode: 0o755, flag: 'wx' });
    return made;
  }

  /**
   * Installs `op` when it is first called.
   * @param install makes it in {@link installDirectory}, until its signal ends that
   */
  watch(install: (verb: string, signal: AbortSignal) => Promise<InstalledOp>): void {
    // A run may call Kamal more than once.
    this.#stop = new AbortController();
    const wanted = join(this.#signals, 'wanted');
    clearInterval(this.#looking);
    // Not `watchFile`: it reports changes, and misses a call that came before its first look.
    this.#looking = setInterval(() => {
      if (this.#called !== null || !existsSync(wanted)) return;
      clearInterval(this.#looking);
      this.#called = this.#install(wanted, install);
    }, INTERVAL).unref();
  }

  /** Ends the watch, and an installation that no one waits for any more. @returns null if no one called */
  async end(): Promise<Called | null> {
    clearInterval(this.#looking);
    this.#stop.abort(new Failure('cancelled', 'The command that called `op` has ended.'));
    const called = await this.#called;
    await called?.installed?.kept;
    return called;
  }

  async #install(
    wanted: string,
    install: (verb: string, signal: AbortSignal) => Promise<InstalledOp>,
  ): Promise<Called> {
    const called = await readPlainFile(wanted, LARGEST_CALL);
    const [word = ''] = (typeof called === 'string' ? '' : called.toString('utf8')).split('\n');
    const verb = /^[a-z][a-z-]{0,20}$/.test(word) ? word : '';
    try {
      const installed = await install(verb, this.#stop.signal);
      // Only if nothing is there: any program of the job may have put something there, such as a FIFO.
      await writeFile(join(this.#signals, 'ready'), '', NEW);
      return { verb, installed };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      await this.#fail(`op could not be installed: ${why}`);
      return { verb, installed: null };
    }
  }

  /** Whole or not at all, as callers read it once it exists; if it cannot be written, they end with the run. */
  async #fail(sentence: string): Promise<void> {
    const path = join(this.#signals, 'failed');
    try {
      await writeFile(`${path}.part`, `${sentence}\n`, NEW);
      await rename(`${path}.part`, path);
    } catch {
      // The run's directory is gone, or the disk is full.
    }
  }
}

/** Where the real `op` belongs: beside the one that waits for it. */
export function installDirectory(parent: string): string {
  return join(parent, 'op-installed');
}

function script(signals: string, real: string): string {
  return `#!/bin/sh
# op is installed when it is first called: this waits for that, and becomes it.
signals=${shellQuoted(signals)}
[ -e "$signals/wanted" ] || printf '%s\\n' "\${1-}" 2>/dev/null >"$signals/wanted"
until [ -e "$signals/ready" ]; do
  if [ -e "$signals/failed" ]; then PATH=/usr/bin:/bin:$PATH cat "$signals/failed" >&2; exit 1; fi
  if ! [ -d "$signals" ] || ! kill -0 ${process.pid} 2>/dev/null; then
    echo 'op was not installed: the run that would do it is over.' >&2
    exit 1
  fi
  PATH=/usr/bin:/bin:$PATH sleep 0.05
done
exec ${shellQuoted(real)} "$@"
`;
}
