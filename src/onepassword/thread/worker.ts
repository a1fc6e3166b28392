/** The thread of `beginSignIn`: signs in, and asks 1Password what it is asked. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { parentPort, workerData } from 'node:worker_threads';
import { boundedFetch } from '../../base/bounded-body.ts';
import { refusalOf, saidLog } from './messages.ts';
import { followProxy } from '../session/proxy.ts';
import type { ThreadAnswer, ThreadQuestion, Order, ThreadMessage } from './client.ts';
import { signIn, type Session } from '../session/session.ts';
import { parseToken } from '../session/token.ts';

// The SDK asks through it, and this thread is the SDK's alone.
globalThis.fetch = boundedFetch(globalThis.fetch);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `beginSignIn` alone starts this thread
const { token, version } = workerData as Order;
const opening = followProxy(process.env).then(() =>
  signIn(parseToken(token), { version, log: saidLog(say) }),
);
// Whoever asks is told.
opening.catch(() => say({ kind: 'asking' }));
subscribe('undici:request:create', onRequest);
// Every reading begins with this question, so it is asked before anybody does; once, as the answer may change.
let vaults: Promise<unknown> | null = opening.then((session) => session.vaults());
vaults.catch(() => undefined);

parentPort?.on('message', async (asked: ThreadQuestion) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, not to a window
  asked.back.postMessage(await answerTo(asked));
  asked.back.close();
});

async function answerTo({ question, args }: ThreadQuestion): Promise<ThreadAnswer> {
  let session: Session | null = null;
  try {
    session = await opening;
    const ahead = question === 'vaults' ? vaults : null;
    if (ahead !== null) vaults = null;
    const value: unknown =
      question === null ? null : await (ahead ?? Reflect.apply(session[question], session, args));
    return { kind: 'well', value, made: session.requestsMade };
  } catch (error) {
    return { ...refusalOf(error), made: session?.requestsMade ?? 0 };
  }
}

function onRequest(): void {
  unsubscribe('undici:request:create', onRequest);
  say({ kind: 'asking' });
}

function say(word: ThreadMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, not to a window
  parentPort?.postMessage(word);
}
