import type { Suggestion } from '../../report/parts/suggestions.ts';
import { optionalTextOf, textOf } from './answer.ts';
import type { ApiAnswer, Ask, GithubApi } from './api.ts';

const ASK: Ask = { what: 'the suggested changes', permission: 'pull-requests: write' };

/**
 * The diff of a pull request: its patch by file. Files without one (binary, too large) are not in it.
 * GitHub lists at most 3,000 files (docs.github.com, “List pull requests files”).
 */
export async function pullRequestPatches(
  api: GithubApi,
  pullRequest: number,
): Promise<ApiAnswer<ReadonlyMap<string, string>>> {
  const files = await api.list(
    { ...ASK, permission: 'pull-requests: read' },
    (octokit, at) => octokit.rest.pulls.listFiles({ ...at, pull_number: pullRequest }),
    (file) => [textOf(file, 'filename'), optionalTextOf(file, 'patch')] as const,
  );
  if ('leftOut' in files) return files;
  return {
    done: new Map(files.done.flatMap(([name, patch]) => (patch === null ? [] : [[name, patch] as const]))),
  };
}

/**
 * Suggests changes in one review, those omitted that an earlier one suggested already.
 * @returns how many are new
 */
export async function suggest(
  api: GithubApi,
  pullRequest: number,
  headSha: string,
  suggestions: readonly Suggestion[],
): Promise<ApiAnswer<number>> {
  if (suggestions.length === 0) return { done: 0 };
  const fresh = await notYetMade(api, pullRequest, suggestions);
  if ('leftOut' in fresh) return fresh;
  if (fresh.done.length === 0) return { done: 0 };
  const made = await api.call<unknown>(
    ASK,
    (octokit, at) =>
      octokit.rest.pulls.createReview({
        ...at,
        pull_number: pullRequest,
        commit_id: headSha,
        event: 'COMMENT',
        body: 'Fixes for the Kamal secrets, each applied with one click.',
        comments: fresh.done.map(({ path, line, startLine, body }) => ({
          path,
          body,
          line,
          side: 'RIGHT',
          ...(startLine === line ? {} : { start_line: startLine, start_side: 'RIGHT' }),
        })),
      }),
    async () => {
      const left = await notYetMade(api, pullRequest, fresh.done);
      return 'done' in left && left.done.length === 0 ? true : null;
    },
  );
  return 'done' in made ? { done: fresh.done.length } : made;
}

async function notYetMade(
  api: GithubApi,
  pullRequest: number,
  suggestions: readonly Suggestion[],
): Promise<ApiAnswer<readonly Suggestion[]>> {
  const comments = await api.list(
    ASK,
    (octokit, at) => octokit.rest.pulls.listReviewComments({ ...at, pull_number: pullRequest }),
    (comment) => textOf(comment, 'body'),
  );
  if ('leftOut' in comments) return comments;
  return {
    done: suggestions.filter(({ marker }) => !comments.done.some((body) => body.endsWith(marker))),
  };
}
