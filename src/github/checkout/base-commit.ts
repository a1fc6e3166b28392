import { fieldOf, textOf } from '../api/answer.ts';
import type { ApiAnswer, GithubApi } from '../api/api.ts';
import type { GithubEvent } from './event.ts';
import { commitAt, readGit } from './git.ts';

const SHA = /^[0-9a-f]{40,64}$/;

/**
 * The commit to compare the checkout with, so that only what the change itself does is seen as changed: the first parent
 * of the merge commit that GitHub makes for a pull request; for a branch that is checked out as it is, the commit where
 * it left its base.
 * @param api null if there is no token: then only git is asked
 */
export async function baseCommit(
  root: string,
  event: GithubEvent,
  api: GithubApi | null,
): Promise<ApiAnswer<string>> {
  const { baseSha, headSha, pullRequest } = event;
  if (baseSha === null || !SHA.test(baseSha)) return unknown('the event names no commit to compare with');
  if (pullRequest === null) return { done: baseSha };
  const [first, second] = (await commitAt(root, 'HEAD'))?.parents ?? [];
  if (first !== undefined && second !== undefined && second === headSha) return { done: first };
  if (headSha === null || !SHA.test(headSha)) return unknown('the event names no head');
  const local = (await readGit(root, ['merge-base', baseSha, headSha]))?.toString('utf8').trim() ?? '';
  if (SHA.test(local)) return { done: local };
  if (api === null)
    return unknown('the checkout does not reach back to it, and there is no token to ask GitHub with');
  return api.call(
    { what: 'what the pull request changes', permission: 'contents: read' },
    async (octokit, at) => {
      const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
        ...at,
        basehead: `${baseSha}...${headSha}`,
        per_page: 1,
      });
      return { data: textOf(fieldOf(data, 'merge_base_commit'), 'sha') };
    },
  );
}

function unknown(reason: string): ApiAnswer<string> {
  return { leftOut: `Skipped: what the pull request changes, because ${reason}.`, status: null };
}
