/** Whether a pull request wants a preview now: level, not edge. Pure. */
import type { PullRequestNow } from '../github/api/pull-request.ts';
import { isSameRepository, type PreviewOwner } from './marker.ts';

/** What GitHub says of a pull request; `unknown` is never a reason to remove something. */
export type PullRequestState =
  | { readonly kind: 'known'; readonly pull: PullRequestNow }
  | { readonly kind: 'unknown'; readonly why: string };

/** The rules of a repository for its previews. */
export interface PreviewPolicy extends PreviewOwner {
  /** The label that asks for a preview; null if every pull request of the repository gets one. */
  readonly label: string | null;
  /** Milliseconds since the last deploy after which a preview goes; null for never. */
  readonly expiresAfter: number | null;
}

/** Why a preview goes. */
export type RemovalReason =
  | 'merged'
  | 'closed'
  | 'label'
  | 'draft'
  | 'fork'
  | 'expired'
  | 'replaced'
  | 'asked';

export type WantedState =
  | { readonly kind: 'wanted' }
  | { readonly kind: 'not-wanted'; readonly reason: RemovalReason }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * @param deployedAt when the preview's last deploy began, in milliseconds since 1970; null if expiry is not asked for
 * @param now likewise
 */
export function wishOf(
  state: PullRequestState,
  policy: PreviewPolicy,
  deployedAt: number | null,
  now: number,
): WantedState {
  if (state.kind === 'unknown') return state;
  const { pull } = state;
  // Before all else: a fork never has one, even with the label.
  if (isFork(pull, policy)) return { kind: 'not-wanted', reason: 'fork' };
  if (pull.state === 'closed') return { kind: 'not-wanted', reason: pull.merged ? 'merged' : 'closed' };
  if (policy.label !== null && !pull.labels.some((each) => isSameLabel(each, policy.label ?? '')))
    return { kind: 'not-wanted', reason: 'label' };
  if (policy.label === null && pull.draft) return { kind: 'not-wanted', reason: 'draft' };
  if (policy.expiresAfter !== null && deployedAt !== null && now - deployedAt > policy.expiresAfter)
    return { kind: 'not-wanted', reason: 'expired' };
  return { kind: 'wanted' };
}

/** A repository that was renamed since a checkout was made has another name than is asked for: that of the base. */
function isFork(
  { headRepository, baseRepository = null }: PullRequestNow,
  { repository }: PreviewPolicy,
): boolean {
  const homes = baseRepository === null ? [repository] : [repository, baseRepository];
  return headRepository === null || !homes.some((home) => isSameRepository(home, headRepository));
}

/** GitHub's labels are the same in capitals and small letters; an accent may be one character or two. */
function isSameLabel(one: string, other: string): boolean {
  const [first, second] = [one, other].map((each) => each.normalize().trim().toLowerCase());
  return first === second;
}
