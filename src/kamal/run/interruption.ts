import type { Duplex } from 'node:stream';
import { signalGroup, stopGroup } from './process-group.ts';

/** How long an interrupted Kamal may take to release its lock, and its group to end after SIGTERM; milliseconds. */
export interface InterruptionPatience {
  readonly release: number;
  readonly terminate: number;
}

/** The line to the preload: it says when it listens, and one line written to it stops Kamal. */
export class Lifeline {
  readonly #stream: Duplex;
  #listening = false;
  /** True once a Kamal that waited went on; false where it has ended before. */
  readonly going: Promise<boolean>;

  constructor(stream: Duplex) {
    this.#stream = stream;
    this.going = new Promise((resolve) => {
      let said = '';
      stream.on('data', (chunk: Buffer) => {
        this.#listening = true;
        said += chunk.toString();
        if (said.includes('going\n')) resolve(true);
        // A hook that writes to it says nothing to us.
        said = said.slice(-'going\n'.length);
      });
      for (const event of ['end', 'error', 'close']) {
        stream.on(event, () => {
          this.#listening = false;
          resolve(false);
        });
      }
    });
  }

  /** Tells Kamal to stop; false where nobody listens (not yet loaded, or not a Ruby program). */
  tell(reason: string): boolean {
    if (this.#listening) this.write(reason.replaceAll(/\s+/g, ' '));
    return this.#listening;
  }

  /** One line, whoever listens. */
  write(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  close(): void {
    this.#stream.destroy();
  }
}

/** Tells Kamal to stop, waits while it releases its lock, then ends the whole group. */
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
