import { fieldOf, listOf, OddAnswer, optionalTextOf, textOf } from './answer.ts';
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
  /** `owner/name` of the repository that it is in, as it is called now; null or missing if not said. */
  readonly baseRepository?: string | null;
  readonly headSha: string;
}

/** Asks what a pull request is now (docs.github.com, “Get a pull request”). */
export function getPullRequest(api: GithubApi, number: number): Promise<ApiAnswer<PullRequestNow>> {
  const ask: Ask = { what: `the state of pull request ${number}`, permission: 'pull-requests: read' };
  return api.call(ask, async (octokit, at) => {
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    const head: unknown = fieldOf(data, 'head');
    const repository = fieldOf(head, 'repo');
    const state = textOf(data, 'state');
    // What is not certain is no reason to remove something: a page in between may answer for another, or in part.
    if (state !== 'open' && state !== 'closed') throw new OddAnswer('state that is known');
    if (fieldOf(data, 'number') !== number) throw new OddAnswer(`number ${number}`);
    if (repository === undefined) throw new OddAnswer('repository of its head');
    const base = fieldOf(data, 'base') ?? {};
    return {
      data: {
        number,
        state,
        merged: (fieldOf(data, 'merged_at') ?? null) !== null,
        draft: fieldOf(data, 'draft') === true,
        labels: listOf(fieldOf(data, 'labels')).map((label) => textOf(label, 'name')),
        headRepository: repository === null ? null : textOf(repository, 'full_name'),
        baseRepository: optionalTextOf(fieldOf(base, 'repo') ?? {}, 'full_name'),
        headSha: textOf(head, 'sha'),
      },
    };
  });
}
