import type { OpAnswering } from '../../kamal/run/interruption.ts';
import type { Called } from '../../onepassword/op/op-on-demand.ts';
import { answerOp } from '../../onepassword/op-answers/answer-op.ts';
import { opWords } from '../../onepassword/op-answers/op-words.ts';
import type { ReadSession } from '../../onepassword/op-answers/read-session.ts';

/** Answers what Kamal would ask `op` from what this run has read, and counts. */
export class OpCalls implements OpAnswering {
  readonly #debug: (line: string) => void;
  #session: ReadSession;
  #answered = 0;
  /** Calls of `op` by Kamal and its secrets files; those of hooks are not seen. */
  #called = 0;
  #seconds = 0;

  constructor(session: ReadSession, debug: (line: string) => void) {
    this.#session = session;
    this.#debug = debug;
  }

  answer(command: string): string | null {
    const words = opWords(command);
    const answer = words === null ? 'ask op' : answerOp(words, this.#session);
    const name = (words ?? []).slice(0, 2).join(' ');
    if (answer === 'ask op') {
      this.#called += 1;
      this.#debug(`op is asked: ${name}`);
      return null;
    }
    this.#answered += 1;
    this.#debug(`answered without op: ${name}`);
    return answer.answered;
  }

  /** An account that `op` itself took is the token's: a service account has no other. */
  ended(command: string, succeeded: boolean, seconds: number): void {
    this.#seconds += seconds;
    const [noun, verb, flag, account, ...more] = opWords(command) ?? [];
    const asked = noun === 'account' && verb === 'get' && flag === '--account' && more.length === 0;
    const { accounts } = this.#session;
    if (!asked || !succeeded || account === undefined || accounts === 'any') return;
    this.#session = { ...this.#session, accounts: [...accounts, account] };
  }

  /**
   * What became of Kamal's questions, in a sentence for the log.
   * @param installed what became of the `op` that is installed when it is called; null if no one called it
   * @returns null if no one asked and no one called
   */
  sentence(installed: Called | null): string | null {
    const asked = this.#answered + this.#called;
    const parts: string[] = [];
    if (this.#answered > 0)
      parts.push(
        `${this.#answered} of the ${counted(asked, 'question')} that Kamal asked op were answered from what this step had already read`,
      );
    if (this.#called > 0) parts.push(`op was called ${this.#spent()}`);
    else if (installed !== null)
      parts.push(
        `op was called by something else${installed.verb === '' ? '' : ` (\`op ${installed.verb}\`)`}`,
      );
    else if (this.#answered > 0) parts.push('op was not needed');
    if (parts.length === 0) return null;
    const from = installed?.installed ?? null;
    const how = from === null ? '' : `; op ${from.version} was installed for that (${from.from})`;
    return `${parts.join(', ')}${how}.`;
  }

  /** The same for the summary, by name. */
  get facts(): readonly (readonly [name: string, value: string])[] {
    return [
      ['Answered without op', String(this.#answered)],
      ['Calls of op by Kamal', this.#called === 0 ? '0' : `${this.#called}, ${this.#seconds.toFixed(1)} s`],
    ];
  }

  #spent(): string {
    return `${counted(this.#called, 'time')} (${this.#seconds.toFixed(1)} s)`;
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
