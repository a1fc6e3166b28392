/** What one of our threads sends another: its log, and how a task of it ended. Only plain data goes across. */
import { Failure, type NextSteps } from '../../base/failure.ts';
import type { Log } from '../../base/log.ts';

/** A line for the log; `mask` does not come across: the caller masks what has to be masked. */
export interface LogLine {
  readonly kind: 'debug' | 'info' | 'warning';
  readonly line: string;
}

/** How a task failed. */
export interface FailureMessage {
  readonly kind: 'failed';
  /** Null if it is not a `Failure`. */
  readonly code: string | null;
  readonly sentence: string;
  readonly next: NextSteps;
  readonly cause: unknown;
}

/** A log whose lines go to another thread. */
export function saidLog(say: (line: LogLine) => void): Log {
  return {
    debug: (line) => say({ kind: 'debug', line }),
    info: (line) => say({ kind: 'info', line }),
    warning: (line) => say({ kind: 'warning', line }),
    mask: () => undefined,
  };
}

export function refusalOf(error: unknown): FailureMessage {
  const told =
    error instanceof Failure
      ? { code: error.code, sentence: error.message, next: error.next }
      : { code: null, sentence: String(error), next: { human: [], agent: [] } };
  // Its own class would not arrive; an error's words and its own cause do.
  const cause = error instanceof Failure && error.cause instanceof Error ? error.cause : undefined;
  return { kind: 'failed', ...told, cause };
}

/** The error that {@link refusalOf} was given. */
export function errorOf({ code, sentence, next, cause }: FailureMessage): Error {
  return code === null ? new Error(sentence, { cause }) : new Failure(code, sentence, next, cause);
}
