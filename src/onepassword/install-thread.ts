/** The thread of `installOpApart`: installs `op`, and tells how that went. */
import { parentPort, workerData } from 'node:worker_threads';
import { Failure } from '../failure.ts';
import type { Log } from '../log.ts';
import type { Order, Word } from './install-apart.ts';
import { installOp } from './install.ts';
import { followProxy } from './proxy.ts';

const stopped = new AbortController();
parentPort?.once('message', () => stopped.abort());

const log: Log = {
  debug: (line) => say({ kind: 'debug', line }),
  info: (line) => say({ kind: 'info', line }),
  warning: (line) => say({ kind: 'warning', line }),
  // Nothing secret ever comes here.
  mask: () => undefined,
};

followProxy(process.env);
try {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `installOpApart` alone starts this thread
  const { version, cache } = workerData as Order;
  say({ kind: 'installed', op: await installOp({ version, cache, log, signal: stopped.signal }) });
} catch (error) {
  const told =
    error instanceof Failure
      ? { code: error.code, sentence: error.message, next: error.next }
      : { code: null, sentence: String(error), next: { human: [], agent: [] } };
  const cause = error instanceof Failure && error.cause instanceof Error ? error.cause : undefined;
  say({ kind: 'failed', ...told, cause });
} finally {
  parentPort?.close();
}

function say(word: Word): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, not to a window
  parentPort?.postMessage(word);
}
