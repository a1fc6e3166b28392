import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GithubEvent } from './event.ts';
import { commitAt } from './git.ts';

/** The event as far as it is about the files that were checked. */
export interface CheckedOut {
  readonly event: GithubEvent;
  /** What was omitted, in a line; null if the checkout is what the event is about. */
  readonly note: string | null;
}

/**
 * Compares the event with what is checked out. `pull_request_target` and `workflow_run` check out the default branch by
 * default: a verdict on that must not appear on the pull request as if it were about its head. Without git, or outside a
 * checkout, the event decides.
 */
export async function asCheckedOut(root: string, event: GithubEvent): Promise<CheckedOut> {
  const { headSha, pullRequest } = event;
  if (headSha === null || !existsSync(join(root, '.git'))) return { event, note: null };
  const commit = await commitAt(root, 'HEAD');
  // What is checked out for a pull request is the merge of its head with its base.
  if (commit === null || [commit.sha, ...commit.parents].includes(headSha)) return { event, note: null };
  const note =
    pullRequest === null
      ? null
      : `Skipped: the comment on the pull request. The checked out commit (${commit.sha.slice(0, 7)}) is not the head of the pull request (${headSha.slice(0, 7)}): check \`ref:\` of actions/checkout.`;
  return { event: { ...event, headSha: commit.sha, baseSha: null, pullRequest: null }, note };
}
