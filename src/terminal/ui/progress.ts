/** A line on standard error while a command waits for 1Password or a server, and the terminal's own sign of progress. */
import type { Terminal } from './command.ts';

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
/** In milliseconds: what is faster shows nothing. */
const DELAY = 1000;
const PACE = 100;
const CLEAR = '\r\u001B[K';

/**
 * Does `work`, with a line such as `⠋ Reading 1Password` while it takes longer than a second. Only on a terminal, and
 * never in a job. The terminal that `work` gets clears the line before it writes or asks.
 */
export async function withProgress<Result>(
  label: string,
  terminal: Terminal,
  work: (terminal: Terminal) => Promise<Result>,
  delay = DELAY,
): Promise<Result> {
  if (!showsProgress(terminal)) return work(terminal);
  const line = new ProgressLine(label, terminal, delay);
  try {
    return await work(line.around(terminal));
  } finally {
    line.end();
  }
}

function showsProgress({ environment, errorColumns }: Terminal): boolean {
  return errorColumns !== undefined && (environment['CI'] ?? '') === '' && environment['TERM'] !== 'dumb';
}

class ProgressLine {
  readonly #label: string;
  readonly #write: Terminal['err'];
  readonly #hasSign: boolean;
  #timer: NodeJS.Timeout;
  #shown = 0;

  constructor(label: string, { err, environment, errorColumns = 80 }: Terminal, delay: number) {
    this.#label = label.slice(0, Math.max(0, errorColumns - 4));
    this.#write = err;
    this.#hasSign = knowsProgress(environment);
    this.#timer = setTimeout(this.#begin, delay).unref();
    // Ahead of what else handles it, so that it can be seen whether anything does.
    process.prependOnceListener('SIGINT', this.#interrupt);
  }

  /** The terminal, without the line where something else is written. */
  around(terminal: Terminal): Terminal {
    const { ask } = terminal;
    return {
      ...terminal,
      out: (text) => this.#without(() => terminal.out(text)),
      err: (text) => this.#without(() => terminal.err(text)),
      ...(ask === undefined
        ? {}
        : {
            ask: async (question: string) => {
              this.end();
              return ask(question);
            },
          }),
    };
  }

  end(): void {
    clearTimeout(this.#timer);
    process.off('SIGINT', this.#interrupt);
    this.#clear();
    if (this.#hasSign && this.#shown > 0) this.#write('\u001B]9;4;0\u0007');
    this.#shown = 0;
  }

  #begin = (): void => {
    if (this.#hasSign) this.#write('\u001B]9;4;3\u0007');
    this.#draw();
    this.#timer = setInterval(this.#draw, PACE).unref();
  };

  #draw = (): void => {
    this.#write(`${CLEAR}${FRAMES[this.#shown++ % FRAMES.length]} ${this.#label}`);
  };

  #clear(): void {
    if (this.#shown > 0) this.#write(CLEAR);
  }

  #without(write: () => void): void {
    this.#clear();
    write();
  }

  /** Leaves the terminal as it was; if nothing else handles the signal, it ends the process as it would have. */
  #interrupt = (): void => {
    this.end();
    if (process.listenerCount('SIGINT') === 0) process.kill(process.pid, 'SIGINT');
  };
}

/**
 * Terminals that show progress by OSC 9;4, as Cargo tells them apart (rust-lang/cargo, src/cargo/core/shell.rs); others
 * may show its text as a notification.
 */
function knowsProgress(environment: Terminal['environment']): boolean {
  const { WT_SESSION, ConEmuANSI, TERM_PROGRAM = '' } = environment;
  return (WT_SESSION ?? '') !== '' || ConEmuANSI === 'ON' || ['WezTerm', 'ghostty'].includes(TERM_PROGRAM);
}
