import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until one processor has been idle for a moment, for three seconds at most: others may work on this machine too. */
export async function quiet(): Promise<void> {
  const until = performance.now() + 3000;
  const enough = Math.max(0.55, 1 - 1 / availableParallelism());
  while (performance.now() < until) {
    const before = ticks();
    await sleep(80);
    const after = ticks();
    if ((after.idle - before.idle) / (after.all - before.all) >= enough) return;
  }
}

/** Of all processors together (proc(5), /proc/stat). */
function ticks(): { readonly idle: number; readonly all: number } {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, ...rest] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const waiting = idle + ioWait;
  return { idle: waiting, all: user + nice + system + waiting + rest.reduce((sum, each) => sum + each, 0) };
}
