/** What happens in a storm over previews, from a seed: the same each time, for both crews. */

export const PULLS = 12;

export type End = 'goes on' | 'is cancelled' | 'is killed';

/** How a run ends, and where it is cut if it does not finish: while it builds, or when it has its lock. */
export interface RunPlan {
  readonly end: End;
  readonly at: 'build' | 'lock';
}

export type StormEvent =
  | {
      readonly kind: 'pull';
      readonly number: number;
      readonly what:
        | 'opened'
        | 'opened without the label'
        | 'pushed to'
        | 'labelled'
        | 'unlabelled'
        | 'closed'
        | 'reopened';
      /** Null if GitHub starts no run: a close with conflicts. */
      readonly run: RunPlan | null;
    }
  | { readonly kind: 'host'; readonly host: number; readonly up: boolean }
  | { readonly kind: 'github'; readonly up: boolean }
  | { readonly kind: 'sweep' };

/** Small and seeded (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** @param hosts how many there are; an outage of one of them, or of GitHub, lasts for a few events */
export function planStorm(seed: number, events: number, hosts: number): StormEvent[] {
  const roll = dice(seed);
  const pulls = new Map<number, { open: boolean; label: boolean }>();
  const plan: StormEvent[] = [];
  let outage: { readonly end: StormEvent; left: number } | null = null;
  while (plan.length < events) {
    if (outage !== null && (outage.left -= 1) < 0) {
      plan.push(outage.end);
      outage = null;
      continue;
    }
    const number = 1 + roll(PULLS);
    const what = roll(24);
    if (what < 2) {
      plan.push({ kind: 'sweep' });
    } else if (what < 5) {
      if (outage !== null) continue;
      const which = what < 4 ? ({ kind: 'host', host: roll(hosts) } as const) : ({ kind: 'github' } as const);
      plan.push({ ...which, up: false });
      outage = { end: { ...which, up: true }, left: 1 + roll(4) };
    } else {
      plan.push({ kind: 'pull', number, what: changed(pulls, number, what, roll), run: runOf(roll) });
    }
  }
  return plan;
}

function changed(
  pulls: Map<number, { open: boolean; label: boolean }>,
  number: number,
  what: number,
  roll: (sides: number) => number,
): Extract<StormEvent, { kind: 'pull' }>['what'] {
  const pull = pulls.get(number);
  if (pull === undefined) {
    const label = roll(4) > 0;
    pulls.set(number, { open: true, label });
    return label ? 'opened' : 'opened without the label';
  }
  if (what < 13) return 'pushed to';
  if (what < 18) {
    pull.label = !pull.label;
    return pull.label ? 'labelled' : 'unlabelled';
  }
  pull.open = !pull.open;
  return pull.open ? 'reopened' : 'closed';
}

function runOf(roll: (sides: number) => number): RunPlan | null {
  if (roll(8) === 0) return null;
  const end = (['goes on', 'goes on', 'goes on', 'is cancelled', 'is killed'] as const)[roll(5)] ?? 'goes on';
  return { end, at: roll(2) === 0 ? 'build' : 'lock' };
}

/** One line, for a failure's message. */
export function told(event: StormEvent): string {
  switch (event.kind) {
    case 'pull': {
      const { run } = event;
      const ends =
        run === null ? 'no run starts' : `the run ${run.end}${run.end === 'goes on' ? '' : ` (${run.at})`}`;
      return `#${event.number} is ${event.what}, and ${ends}`;
    }
    case 'host':
      return `host ${event.host} is ${event.up ? 'up' : 'down'}`;
    case 'github':
      return `GitHub is ${event.up ? 'up' : 'down'}`;
    case 'sweep':
      return 'a sweep';
  }
}
