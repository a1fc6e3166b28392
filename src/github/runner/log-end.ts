import { setTimeout as sleep } from 'node:timers/promises';

/** How long a runner may take nothing of the log before it counts as gone, in milliseconds. */
const PATIENCE = 30_000;

/**
 * Waits until the runner has taken everything that was written to the log. Node.js writes to a pipe as fast as its reader
 * reads (64 KiB are in between), keeps the rest in memory, and drops that in `process.exit`: the findings would be cut
 * off, and the masks that the runner has not seen would not hold in later steps.
 */
export async function logTaken(patience = PATIENCE): Promise<void> {
  const left = (): number =>
    [process.stdout, process.stderr].reduce(
      (sum, stream) => sum + (stream.errored === null && !stream.destroyed ? stream.writableLength : 0),
      0,
    );
  let [least, since] = [left(), performance.now()];
  for (let now = least; now > 0 && performance.now() - since < patience; now = left()) {
    if (now < least) [least, since] = [now, performance.now()];
    await sleep(5);
  }
}
