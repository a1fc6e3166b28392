import type { OpAnswering } from '../../kamal/run/interruption.ts';
import { answerOp } from '../../onepassword/op-answers/answer-op.ts';
import { opWords } from '../../onepassword/op-answers/op-words.ts';
import type { ReadSession } from '../../onepassword/op-answers/read-session.ts';

/** Answers what Kamal would ask `op` from what this run has read, and counts. */
export class OpCalls implements OpAnswering {
  /** Questions that were answered in place of `op`. */
  answered = 0;
  /** Calls of `op` by Kamal and its secrets files; those of hooks are not seen. */
  called = 0;
  readonly #debug: (line: string) => void;
  #session: ReadSession;

  constructor(session: ReadSession, debug: (line: string) => void) {
    this.#session = session;
    this.#debug = debug;
  }

  answer(command: string): string | null {
    const words = opWords(command);
    const answer = words === null ? 'ask op' : answerOp(words, this.#session);
    const name = (words ?? []).slice(0, 2).join(' ');
    this.#debug(answer === 'ask op' ? `op is asked: ${name}` : `answered in place of op: ${name}`);
    if (answer === 'ask op') {
      this.called += 1;
      return null;
    }
    this.answered += 1;
    return answer.answered;
  }

  /** An account that `op` itself took is the token's: a service account has no other. */
  ended(command: string, succeeded: boolean): void {
    const [noun, verb, flag, account, ...more] = opWords(command) ?? [];
    const asked = noun === 'account' && verb === 'get' && flag === '--account' && more.length === 0;
    if (!asked || !succeeded || account === undefined) return;
    this.#session = { ...this.#session, accounts: [...this.#session.accounts, account] };
  }
}
