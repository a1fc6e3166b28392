/**
 * Runs tasks at the same time. The first that fails stops the others through their signal; when all have ended, that
 * first failure is thrown, so that nothing is still being written when the run cleans up.
 *
 * @param outer ends all tasks too; its reason is then what is thrown
 */
export async function allOrFirstFailure<T extends readonly Task[]>(
  outer: AbortSignal,
  ...tasks: T
): Promise<{ -readonly [K in keyof T]: Awaited<ReturnType<T[K]>> }> {
  outer.throwIfAborted();
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const settled = await Promise.allSettled(
    tasks.map(async (task) => {
      try {
        return await task(signal);
      } catch (error) {
        stop.abort(error);
        throw error;
      }
    }),
  );
  outer.throwIfAborted();
  stop.signal.throwIfAborted();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no task failed: each has a value of its own type
  return settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as {
    -readonly [K in keyof T]: Awaited<ReturnType<T[K]>>;
  };
}

/** Waits for all. Of several failures the first in this order is thrown, whichever came first in time. */
export async function allInOrder<T extends readonly unknown[]>(
  ...parts: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(parts);
  // All are settled: now it finds them in their order.
  return Promise.all(parts);
}

/** Marks a rejection as handled until someone awaits the promise. */
export function handledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

type Task = (signal: AbortSignal) => Promise<unknown>;
