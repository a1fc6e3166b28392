import { Worker } from 'node:worker_threads';
import { Failure, type NextSteps } from '../failure.ts';
import type { InstalledOp, InstallOptions } from './install.ts';

/** What the thread is given. */
export type Order = Pick<InstallOptions, 'version' | 'cache'>;

/** What the thread tells: a line for the log, and at the end one of the others. */
export type Word =
  | { readonly kind: 'debug' | 'info' | 'warning'; readonly line: string }
  | { readonly kind: 'installed'; readonly op: InstalledOp }
  | {
      readonly kind: 'failed';
      /** Null where it is not a `Failure`. */
      readonly code: string | null;
      readonly sentence: string;
      readonly next: NextSteps;
      readonly cause: unknown;
    };

/** The bundled `install-thread.ts`, beside this code's own bundle. */
const THREAD = './op-thread.js';

/**
 * `installOp` on a thread of its own. Unpacking and hashing `op` is work for a processor, as is the SDK's sign-in: on
 * one thread each would wait for the other.
 * @throws Failure as `installOp`; the signal's reason where that ended it, once the thread has cleaned up
 */
export async function installOpApart(options: InstallOptions): Promise<InstalledOp> {
  const { version, cache, log, signal } = options;
  signal?.throwIfAborted();
  const order: Order = { version, cache };
  const thread = new Worker(new URL(THREAD, import.meta.url), { workerData: order });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, not to a window
  const stop = (): void => thread.postMessage('stop');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<InstalledOp>((resolve, reject) => {
      thread.on('message', (word: Word) => {
        if (word.kind === 'installed') resolve(word.op);
        else if (word.kind === 'failed') reject(errorOf(word));
        else log[word.kind](word.line);
      });
      thread.once('error', reject);
      thread.once('exit', () => reject(new Error('the thread that installs op ended without a word')));
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function errorOf({ code, sentence, next, cause }: Extract<Word, { kind: 'failed' }>): Error {
  return code === null ? new Error(sentence, { cause }) : new Failure(code, sentence, next, cause);
}
