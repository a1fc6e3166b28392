import type { Duplex } from 'node:stream';
import { signalGroup, stopGroup } from './process-group.ts';

/** How long an interrupted Kamal may take to release its lock, and its group to end after SIGTERM; milliseconds. */
export interface InterruptionPatience {
  readonly release: number;
  readonly terminate: number;
}

/** Characters of a question, its command in hex. */
const LONGEST_LINE = 1_000_000;

/** Who knows what `op` would print for a command of Kamal's. */
export interface OpAnswering {
  /**
   * @param command as Kamal would give it to a shell
   * @returns what `op` would write to its standard output, ending well; null if `op` itself has to be called
   */
  answer(command: string): string | null;
  /** `op` was called for a command that was not answered, and ended after so many seconds. */
  ended(command: string, succeeded: boolean, seconds: number): void;
}

/** The line to the preload: it says when it listens and what it asks, and one line written to it stops Kamal. */
export class Lifeline {
  readonly #stream: Duplex;
  #listening = false;
  /** True once a waiting Kamal has continued; false if it ended before. */
  readonly going: Promise<boolean>;
  /** Null: `op` is called for everything. */
  answering: OpAnswering | null = null;
  readonly #unanswered = new Map<string, { readonly command: string; readonly at: number }>();

  constructor(stream: Duplex) {
    this.#stream = stream;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.going = promise;
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      this.#listening = true;
      const lines = (rest + chunk.toString('latin1')).split('\n');
      // No question is that long: other writers to it are ignored.
      rest = (lines.pop() ?? '').slice(-LONGEST_LINE);
      for (const line of lines) {
        if (line.endsWith('going')) resolve(true);
        else this.#hear(line);
      }
    });
    for (const event of ['end', 'error', 'close']) {
      stream.on(event, () => {
        this.#listening = false;
        resolve(false);
      });
    }
  }

  /** Asks Kamal to stop; false if nothing listens (not yet loaded, or not a Ruby program). */
  tell(reason: string): boolean {
    if (this.#listening) this.write(reason.replaceAll(/\s+/g, ' '));
    return this.#listening;
  }

  /** One line, for any listener. */
  write(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  close(): void {
    this.#stream.destroy();
  }

  /** A question, or how `op` ended where a question was not answered. */
  #hear(line: string): void {
    const [kind, number = '', told = ''] = line.split(' ');
    if (kind === 'op') this.write(this.#replyTo(number, Buffer.from(told, 'hex').toString()));
    const asked = kind === 'ended' ? this.#unanswered.get(number) : undefined;
    if (asked === undefined) return;
    this.#unanswered.delete(number);
    this.answering?.ended(asked.command, told === 'well', (performance.now() - asked.at) / 1000);
  }

  /** Kamal waits for this line, so it gets one even after an error here. */
  #replyTo(number: string, command: string): string {
    try {
      const answer = this.answering?.answer(command) ?? null;
      if (answer !== null) return `answer ${number} ${Buffer.from(answer).toString('hex')}`;
    } catch {
      // `op` knows.
    }
    this.#unanswered.set(number, { command, at: performance.now() });
    return `ask-op ${number}`;
  }
}

/** Asks Kamal to stop, waits while it releases its lock, then ends the whole group. */
export class Interruption {
  readonly #lifeline: Lifeline;
  readonly #group: number;
  readonly #patience: InterruptionPatience;
  #timer: NodeJS.Timeout | null = null;
  /** Why the run was interrupted; null as long as it was not. */
  reason: string | null = null;
  /** True once the patience ended before Kamal did. */
  killed = false;

  constructor(lifeline: Lifeline, group: number, patience: InterruptionPatience) {
    this.#lifeline = lifeline;
    this.#group = group;
    this.#patience = patience;
  }

  /** Only the first call counts: Kamal must not be disturbed while it releases its lock. */
  begin(reason: string): void {
    if (this.reason !== null) return;
    this.reason = reason;
    if (!this.#lifeline.tell(reason)) signalGroup(this.#group, 'SIGINT');
    this.#timer = setTimeout(() => {
      this.killed = true;
      void stopGroup(this.#group, this.#patience.terminate);
    }, this.#patience.release);
  }

  /** Stops the clock; to be called when Kamal has ended. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
