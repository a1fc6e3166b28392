/** What is to become of each preview: what GitHub says, what the servers have, and who is at work on it. Pure. */
import { holderOf, type RunStates } from './holder.ts';
import type { Preview } from './inventory.ts';
import { wishOf, type PreviewPolicy, type PullRequestState, type RemovalReason } from './wanted.ts';

export type Decision =
  | { readonly kind: 'keep' }
  | { readonly kind: 'remove'; readonly reason: RemovalReason }
  /** It goes, but not now: a run is at work on it, and looks on its own when it ends. */
  | { readonly kind: 'left-to-run'; readonly reason: RemovalReason; readonly run: string }
  /** Any doubt keeps. */
  | { readonly kind: 'doubt'; readonly why: string };

export interface Knowledge {
  readonly pulls: ReadonlyMap<number, PullRequestState>;
  readonly runs: RunStates;
  /** The run that asks; null outside of a workflow. */
  readonly own: string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** @param asked why it is removed regardless of its pull request; null to ask the pull request */
export function decide(
  preview: Preview,
  policy: PreviewPolicy,
  { pulls, runs, own, now }: Knowledge,
  asked: RemovalReason | null = null,
): Decision {
  const state = pulls.get(preview.number) ?? { kind: 'unknown' as const, why: 'GitHub was not asked' };
  const wish =
    asked === null
      ? wishOf(state, policy, preview.deployedAt, now)
      : { kind: 'not-wanted' as const, reason: asked };
  if (wish.kind === 'wanted') return { kind: 'keep' };
  if (wish.kind === 'unknown') return { kind: 'doubt', why: wish.why };
  const holder = holderOf(preview, runs, own, now);
  switch (holder.kind) {
    case 'nobody':
      return { kind: 'remove', reason: wish.reason };
    case 'run':
      return { kind: 'left-to-run', reason: wish.reason, run: holder.run };
    case 'person':
      return {
        kind: 'doubt',
        why: `its deploy lock on ${holder.host} is held by ${holder.performer || 'someone without a name'} (“${holder.message}”)`,
      };
    case 'unknown':
      return { kind: 'doubt', why: holder.why };
  }
}

/**
 * The previews that make room for a new one: the oldest by their last deploy, as many as are too many.
 * @param number the new one, which stays
 */
export function replacedBy(number: number, previews: readonly Preview[], limit: number): Preview[] {
  const others = previews.filter((each) => each.number !== number);
  return others
    .toSorted((one, other) => one.deployedAt - other.deployedAt)
    .slice(0, Math.max(0, others.length - (limit - 1)));
}
