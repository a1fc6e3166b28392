import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** The environment variable by which Kamal and all that it starts (buildx, op, hooks) are known for one run's. */
export const RUN_VARIABLE = 'KAMAL_1PASSWORD_RUN';

/**
 * Ends the processes of a run, those that left Kamal's process group included: SIGTERM, then SIGKILL for what is left
 * after `patience` milliseconds. Finds none if there is no /proc (macOS); there only the group is ended.
 * @param run the value of {@link RUN_VARIABLE}
 */
export async function endProcessesOf(run: string, patience: number): Promise<void> {
  if (!(await signalAll(run, 'SIGTERM'))) return;
  if (!(await endsBy(run, patience))) await signalAll(run, 'SIGKILL');
}

/** Waits until a run has no process any more; false if it still has one after `patience` milliseconds. */
export async function endsBy(run: string, patience: number): Promise<boolean> {
  const deadline = performance.now() + patience;
  while ((await processesOf(run)).length > 0) {
    if (performance.now() >= deadline) return false;
    await sleep(50);
  }
  return true;
}

async function signalAll(run: string, signal: NodeJS.Signals): Promise<boolean> {
  const found = await processesOf(run);
  for (const pid of found) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended in the meantime.
    }
  }
  return found.length > 0;
}

/** proc(5): `environ` is what a process was started with; of a zombie it is empty. Others' cannot be read. */
async function processesOf(run: string): Promise<number[]> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const assignment = `${RUN_VARIABLE}=${run}`;
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.split('\0').includes(assignment) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
