/** Frees a preview from the deploy lock of a run that is over: a runner that dies gives nothing back. */
import { shellQuoted } from '../base/text/quoting.ts';
import { AUTOMATIC_MESSAGE, lockDirectory } from '../kamal/lock/lock.ts';
import { askServer, type ServerAccess } from '../kamal/servers/shell.ts';
import { runOf, type RunStates } from './holder.ts';
import type { Place } from './inventory.ts';
import { REMOVAL_MESSAGE } from './removal-script.ts';

/** A lock that a run took, and left. */
export interface DeadLock {
  readonly place: Place;
  readonly run: string;
}

/** The locks that name a run, each with the run's number; without a person's lock, or one that names no one. */
export function locksOfRuns(places: readonly Place[]): DeadLock[] {
  return places.flatMap((place) => {
    const { lock } = place;
    if (lock === null || ![AUTOMATIC_MESSAGE, REMOVAL_MESSAGE].includes(lock.message)) return [];
    const run = runOf(lock);
    return run === null ? [] : [{ place, run }];
  });
}

/** Those whose run has ended, according to GitHub. Uncertain cases are left to people. */
export function deadLocks(locks: readonly DeadLock[], runs: RunStates): DeadLock[] {
  return locks.filter(({ run }) => runs.get(run) === 'ended');
}

/**
 * Removes one, where it still is what was seen.
 * @returns whether it is gone
 */
export async function releaseDeadLock(access: ServerAccess, { place }: DeadLock): Promise<boolean> {
  const { host, marker, lock } = place;
  if (lock === null) return true;
  const path = shellQuoted(lockDirectory(marker.service, marker.destination));
  const script = `[ "$(tr -d '\\n\\r\\t' <${path}/details)" = ${shellQuoted(lock.raw)} ] || exit 3
rm ${path}/details && rmdir ${path}
`;
  const answer = await askServer(access, host, script);
  return answer.reached && answer.exitCode === 0;
}
