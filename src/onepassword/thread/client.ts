import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { Log } from '../../base/log.ts';
import { errorOf, refusalOf, type LogLine, type FailureMessage } from './messages.ts';
import type { Questions, Session } from '../session/session.ts';
import type { SdkCredential } from '../session/credential.ts';

/** What the thread receives: the secret's text goes from memory to memory. */
export interface Order {
  readonly credential:
    | { readonly kind: 'service-account'; readonly token: string }
    | { readonly kind: 'workload'; readonly id: string; readonly key: string };
  readonly version: string;
  /** Whether the list of vaults is asked for before anybody asks. */
  readonly vaultsAhead: boolean;
}

/** What the thread says on its own: lines for the log, that its first request is on its way, that it wants GitHub's word. */
export type ThreadMessage =
  | LogLine
  | { readonly kind: 'asking' }
  | { readonly kind: 'id-token'; readonly audience: string; readonly back: MessagePort };

/** The word itself, or why there is none. */
export type IdTokenAnswer = FailureMessage | { readonly kind: 'well'; readonly token: string };

/** What the thread is asked. */
export interface ThreadQuestion {
  /** Null asks whether the sign-in succeeded. */
  readonly question: keyof Questions | null;
  readonly args: readonly unknown[];
  /** Where the answer goes. */
  readonly back: MessagePort;
}

/** What the thread answers; `made`: requests so far, those of the sign-in among them. */
export type ThreadAnswer = (FailureMessage | { readonly kind: 'well'; readonly value: unknown }) & {
  readonly made: number;
};

/** A sign-in that has begun; it may be waited for, or never. */
export interface SigningIn extends Disposable {
  /** Resolves when the SDK has loaded and the first request is on its way, or when it came to nothing. */
  readonly asking: Promise<void>;
  /**
   * The session, once it exists; it ends with this.
   * @param signal ends the wait and every question after it, with its reason
   * @throws Failure as `signIn`
   */
  session(signal: AbortSignal): Promise<Session>;
}

export interface Options {
  /** Sent to 1Password as the integration's version. */
  readonly version: string;
  readonly log: Log;
  /** GitHub's word for the job, which a workload signs in by. @throws Failure */
  readonly idToken?: (audience: string) => Promise<string>;
  /** Whether vaults are certain to be read: then their list is requested immediately. */
  readonly vaultsAhead: boolean;
  /** The thread's code; default: the bundled `session-thread.ts`, beside this code's own bundle. */
  readonly thread?: URL;
}

/**
 * Begins to sign in on its own thread: the SDK computes for half a second and more, which everything else that is done
 * in the meantime would wait for.
 */
export function beginSignIn(
  credential: SdkCredential,
  { version, log, thread, idToken, vaultsAhead }: Options,
): SigningIn {
  const text = credential.secret.reveal();
  const order: Order = {
    credential:
      credential.kind === 'workload'
        ? { kind: 'workload', id: credential.id, key: text }
        : { kind: 'service-account', token: text },
    version,
    vaultsAhead,
  };
  const questions = new ThreadQuestions(
    new Worker(thread ?? new URL('./session-thread.js', import.meta.url), { workerData: order }),
  );
  const asking = questions.begun((word) => {
    if (word.kind === 'id-token') void giveIdToken(word, idToken);
    else log[word.kind](word.line);
  });
  return {
    asking,
    async session(signal) {
      await questions.ask(signal, { question: null, args: [] });
      return sessionOf(questions, credential.signInAddress, signal);
    },
    [Symbol.dispose]: () => questions.end(),
  };
}

/** The questions of a session, put to its thread. */
class ThreadQuestions {
  requestsMade = 0;
  readonly #worker: Worker;
  #broken: unknown = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.once('error', (error) => (this.#broken = error));
  }

  /** Resolves when the first request is on its way, or the thread is over; `hear` gets what else it says. */
  begun(hear: (word: Exclude<ThreadMessage, { kind: 'asking' }>) => void): Promise<void> {
    const asking = Promise.withResolvers<void>();
    this.#worker.on('message', (word: ThreadMessage) => {
      if (word.kind !== 'asking') return hear(word);
      asking.resolve();
      // From now on the thread alone does not keep the process alive: a pending answer does.
      this.#worker.unref();
    });
    this.#worker.once('exit', () => asking.resolve());
    return asking.promise;
  }

  async ask(signal: AbortSignal, asked: Omit<ThreadQuestion, 'back'>): Promise<unknown> {
    signal.throwIfAborted();
    const { port1: here, port2: back } = new MessageChannel();
    let stop = (): void => undefined;
    try {
      const answer = await new Promise<ThreadAnswer>((resolve, reject) => {
        stop = () => reject(signal.reason);
        signal.addEventListener('abort', stop, { once: true });
        here.once('message', resolve);
        here.once('close', () =>
          reject(new Error('the thread that asks 1Password has ended', { cause: this.#broken })),
        );
        this.#worker.postMessage({ ...asked, back } satisfies ThreadQuestion, [back]);
      });
      this.requestsMade = answer.made;
      if (answer.kind === 'failed') throw errorOf(answer);
      return answer.value;
    } finally {
      signal.removeEventListener('abort', stop);
      here.close();
    }
  }

  end(): void {
    void this.#worker.terminate();
  }
}

function sessionOf(questions: ThreadQuestions, signInAddress: string, signal: AbortSignal): Session {
  const answerTo =
    (question: keyof Questions) =>
    // oxlint-disable-next-line typescript/no-explicit-any -- plain data as `Questions` says, cloned on the way
    (...args: readonly unknown[]): Promise<any> =>
      questions.ask(signal, { question, args });
  return {
    signInAddress,
    get requestsMade() {
      return questions.requestsMade;
    },
    vaults: answerTo('vaults'),
    items: answerTo('items'),
    itemsWithFields: answerTo('itemsWithFields'),
    variables: answerTo('variables'),
    resolve: answerTo('resolve'),
    [Symbol.dispose]: () => questions.end(),
  };
}

/** Hands GitHub's word over, from memory to memory, or why there is none. */
async function giveIdToken(
  { audience, back }: Extract<ThreadMessage, { kind: 'id-token' }>,
  idToken: Options['idToken'],
): Promise<void> {
  const answer: IdTokenAnswer = await (
    idToken?.(audience) ?? Promise.reject(new Error('no one provides an ID token'))
  ).then(
    (token): IdTokenAnswer => ({ kind: 'well', token }),
    (error: unknown) => refusalOf(error),
  );
  back.postMessage(answer);
  back.close();
}
