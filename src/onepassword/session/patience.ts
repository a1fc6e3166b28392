import { setTimeout as sleep } from 'node:timers/promises';

/** How often and how long something that may pass is tried again. Times in milliseconds. */
export interface RetryPatience {
  /** Tries in all, the first included. */
  readonly tries: number;
  /** Upper bound of the first pause; it doubles with each further one. */
  readonly firstPause: number;
  /** How long one try may go without a sign of life before it counts as failed. */
  readonly perTry: number;
  /** How long everything may take, pauses included: no further try begins after it. */
  readonly inAll: number;
}

/** What one failed try means: whether another may help, and how long the service asked to wait, if it did. */
export interface Setback {
  readonly again: boolean;
  /** Milliseconds; the pause is at least this long. */
  readonly notBefore?: number;
}

/**
 * Runs `attempt` until it succeeds, until its error is not worth another try, or until `patience` is at its end; then
 * the last error is thrown. Pauses grow exponentially and are drawn at random below their bound ("full jitter": many
 * jobs that failed together do not come back together).
 * @param judge what an error means; called once for each failed try, also for the last one
 * @param signal ends the pauses too; its reason is thrown
 */
export async function withPatience<T>(
  patience: RetryPatience,
  attempt: (number: number) => Promise<T>,
  judge: (error: unknown, number: number) => Setback,
  signal?: AbortSignal,
): Promise<T> {
  const started = performance.now();
  for (let number = 1; ; number += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt(number);
    } catch (error) {
      signal?.throwIfAborted();
      const { again, notBefore = 0 } = judge(error, number);
      const pause = Math.max(notBefore, Math.random() * patience.firstPause * 2 ** (number - 1));
      const late = performance.now() - started + pause > patience.inAll;
      if (!again || number >= patience.tries || late) throw error;
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
    }
  }
}
