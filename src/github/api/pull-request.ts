import { fieldOf, listOf, optionalTextOf, textOf } from './answer.ts';
import type { ApiAnswer, Ask, GithubApi } from './api.ts';

/** A pull request as it is now. */
export interface PullRequestNow {
  readonly number: number;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly draft: boolean;
  readonly labels: readonly string[];
  /** `owner/name` of the head's repository; null if that is gone. */
  readonly headRepository: string | null;
  readonly headSha: string;
}

/** Asks what a pull request is now (docs.github.com, “Get a pull request”). */
export function getPullRequest(api: GithubApi, number: number): Promise<ApiAnswer<PullRequestNow>> {
  const ask: Ask = { what: `the state of pull request ${number}`, permission: 'pull-requests: read' };
  return api.call(ask, async (octokit, at) => {
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    const head: unknown = fieldOf(data, 'head');
    const repository: unknown = fieldOf(head, 'repo') ?? null;
    return {
      data: {
        number,
        state: textOf(data, 'state') === 'open' ? 'open' : 'closed',
        merged: (fieldOf(data, 'merged_at') ?? null) !== null,
        draft: fieldOf(data, 'draft') === true,
        labels: listOf(fieldOf(data, 'labels')).map((label) => textOf(label, 'name')),
        headRepository: repository === null ? null : optionalTextOf(repository, 'full_name'),
        headSha: textOf(head, 'sha'),
      },
    };
  });
}
