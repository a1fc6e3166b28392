/** What the thread of `beginSignIn` does: signs in, and asks 1Password what it is asked. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { MessageChannel, parentPort } from 'node:worker_threads';
import { errorOf, refusalOf, saidLog } from './messages.ts';
import { followProxy } from '../session/proxy.ts';
import type { IdTokenAnswer, ThreadAnswer, ThreadQuestion, Order, ThreadMessage } from './client.ts';
import type { signIn, Session } from '../session/session.ts';
import { parseToken } from '../session/token.ts';
import { parseWorkload } from '../session/workload.ts';

/** Serves until the thread that began this one ends it. */
export function serve({ credential: given, version, vaultsAhead }: Order, open: typeof signIn): void {
  const credential = given.kind === 'workload' ? parseWorkload(given.id, given.key) : parseToken(given.token);
  const opening = followProxy(process.env).then(() =>
    open(credential, { version, log: saidLog(say), idToken }),
  );
  // The caller receives it.
  opening.catch(() => say({ kind: 'asking' }));
  subscribe('undici:request:create', onRequest);
  // Every reading of vaults begins with this question, so it is asked before anybody does; once, as the answer may change.
  let vaults: Promise<unknown> | null = vaultsAhead ? opening.then((session) => session.vaults()) : null;
  vaults?.catch(() => undefined);

  const answerTo = async ({ question, args }: ThreadQuestion): Promise<ThreadAnswer> => {
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
  };
  parentPort?.on('message', async (asked: ThreadQuestion) => {
    asked.back.postMessage(await answerTo(asked));
    asked.back.close();
  });
}

/** Asks the thread that began this one, which knows the runner. */
async function idToken(audience: string): Promise<string> {
  const { port1: here, port2: back } = new MessageChannel();
  const answered = once(here, 'message');
  parentPort?.postMessage({ kind: 'id-token', audience, back } satisfies ThreadMessage, [back]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `beginSignIn` answers so
  const [answer] = (await answered) as [IdTokenAnswer];
  here.close();
  if (answer.kind === 'failed') throw errorOf(answer);
  return answer.token;
}

function onRequest(): void {
  unsubscribe('undici:request:create', onRequest);
  say({ kind: 'asking' });
}

function say(word: ThreadMessage): void {
  parentPort?.postMessage(word);
}
