/** Whether someone is at work on a preview: a run of the workflow, or a person who holds its deploy lock. Pure. */
import { AUTOMATIC_MESSAGE, type LockDetails } from '../kamal/lock/lock.ts';
import { deployedAtOf, type Place, type Preview } from './inventory.ts';
import { REMOVAL_MESSAGE } from './removal-script.ts';

/** What GitHub says of a run of a workflow. */
export type RunState = 'in-progress' | 'ended' | 'unknown';

/** Runs by `RUN`, without the attempt. */
export type RunStates = ReadonlyMap<string, RunState>;

export type Holder =
  | { readonly kind: 'nobody' }
  /** A run that will see on its own what the pull request wants in the end. */
  | { readonly kind: 'run'; readonly run: string }
  | { readonly kind: 'person'; readonly performer: string; readonly message: string; readonly host: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Milliseconds after which a lock or a marker of a run that no one knows is no one's any more. */
const STALE = 60 * 60 * 1000;

/** The runs that GitHub is to be asked about before {@link holderOf} can say. */
export function runsToAsk({ places }: Preview): string[] {
  const runs = places.flatMap(({ marker, lock }) => [
    runNumber(marker.run),
    lock === null ? null : runOf(lock),
  ]);
  return [...new Set(runs.filter((run) => run !== null))];
}

/**
 * @param own the run that asks, without the attempt: its own work is no hindrance; null outside of a workflow
 * @param now milliseconds since 1970
 */
export function holderOf({ places }: Preview, runs: RunStates, own: string | null, now: number): Holder {
  for (const place of places) {
    const holder = lockHolder(place, runs, own, now);
    if (holder.kind !== 'nobody') return holder;
  }
  for (const place of places) {
    const { marker, host } = place;
    const run = runNumber(marker.run);
    if (run === null || run === own) continue;
    const state = runs.get(run) ?? 'unknown';
    if (state === 'in-progress') return { kind: 'run', run };
    // Its build can still run: Kamal takes its lock only afterwards.
    if (state === 'unknown' && now - deployedAtOf(place, now) < STALE)
      return { kind: 'unknown', why: `whether run ${run} still deploys it to ${host} is not known` };
  }
  return { kind: 'nobody' };
}

function lockHolder(place: Place, runs: RunStates, own: string | null, now: number): Holder {
  const { lock, host } = place;
  if (lock === null) return { kind: 'nobody' };
  const { message } = lock;
  // One that says nothing is of a command that ended between taking it and saying so.
  if (lock.raw !== '' && message !== AUTOMATIC_MESSAGE && message !== REMOVAL_MESSAGE)
    return { kind: 'person', performer: lock.performer, message, host };
  const run = runOf(lock);
  const state = run === null ? 'unknown' : (runs.get(run) ?? 'unknown');
  if (run !== null && (run === own || state === 'ended')) return { kind: 'nobody' };
  if (run !== null && state === 'in-progress') return { kind: 'run', run };
  return now - takenAt(place, now) > STALE ? { kind: 'nobody' } : whoKnows(lock, host);
}

/** By the clock of the host, else by that of the machine whose Kamal took it; now, if neither is known. */
function takenAt({ lock, lockAge = null }: Place, now: number): number {
  return lockAge === null ? (lock?.at?.getTime() ?? now) : now - lockAge;
}

function whoKnows({ performer }: LockDetails, host: string): Holder {
  const who = performer || 'someone without a name';
  return {
    kind: 'unknown',
    why: `the deploy lock on ${host} is held by ${who}, and whether that still runs is not known`,
  };
}

/** The run that a lock names: `octocat (run 123.1 of acme/shop, job preview, WORD)`, as `lockPerformer` signs it. */
export function runOf({ performer }: Pick<LockDetails, 'performer'>): string | null {
  return /\(run (\d{1,20})\.\d+ of /.exec(performer)?.[1] ?? null;
}

function runNumber(run: string | null): string | null {
  return run?.split('.')[0] ?? null;
}
