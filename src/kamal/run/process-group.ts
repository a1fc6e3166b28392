import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Ends every process of a group: SIGTERM, and SIGKILL for what is left after `patience` milliseconds. Returns once none
 * is left, immediately if there is none.
 */
export async function stopGroup(group: number, patience: number): Promise<void> {
  if (!signalGroup(group, 'SIGTERM')) return;
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    await sleep(20);
    if (!signalGroup(group, 0)) return;
  }
  signalGroup(group, 'SIGKILL');
}

/** Signals a group; false if it has no process left. A zombie counts until its parent has reaped it. */
export function signalGroup(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false;
  }
}
