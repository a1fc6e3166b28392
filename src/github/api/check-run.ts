import type { Annotation } from '../../report/parts/annotations.ts';
import { idOf } from './answer.ts';
import type { ApiAnswer, GithubApi } from './api.ts';

/** What a check run says. */
export interface CheckRunContent {
  /** Stable over pushes, e.g. `Kamal secrets (production)`: GitHub lists runs by it. */
  readonly name: string;
  readonly headSha: string;
  readonly conclusion: 'success' | 'neutral' | 'failure';
  readonly title: string;
  /** Markdown; at most 65,535 characters. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  /** Where “Details” leads; null for GitHub's own page. */
  readonly detailsUrl: string | null;
}

/** The API takes 50 annotations a request and adds those of further requests (docs.github.com, “Update a check run”). */
const BATCH = 50;

/** How many annotations GitHub took, and why not all, where it did not. */
export interface Annotated {
  readonly annotations: number;
  readonly leftOut: string | null;
}

/**
 * Makes a check run with all annotations. It is complete from its first request on: so none is left behind that seems to
 * run forever.
 */
export async function publishCheckRun(
  api: GithubApi,
  content: CheckRunContent,
): Promise<ApiAnswer<Annotated>> {
  const { name, headSha, conclusion, title, summary, annotations, detailsUrl } = content;
  const ask = { what: 'the check run with the annotations', permission: 'checks: write' };
  const output = { title, summary };
  const created = await api.call(ask, async (octokit, at) => {
    const { data } = await octokit.rest.checks.create({
      ...at,
      name,
      head_sha: headSha,
      status: 'completed',
      conclusion,
      ...(detailsUrl === null ? {} : { details_url: detailsUrl }),
      output: { ...output, annotations: annotations.slice(0, BATCH) },
    });
    return { data: idOf(data) };
  });
  if ('leftOut' in created) return created;
  for (let sent = BATCH; sent < annotations.length; sent += BATCH) {
    const batch = annotations.slice(sent, sent + BATCH);
    const added = await api.call<unknown>(
      { ...ask, what: `${annotations.length - sent} of ${annotations.length} annotations` },
      (octokit, at) =>
        octokit.rest.checks.update({
          ...at,
          check_run_id: created.done,
          output: { ...output, annotations: batch },
        }),
    );
    if ('leftOut' in added) return { done: { annotations: sent, leftOut: added.leftOut } };
  }
  return { done: { annotations: annotations.length, leftOut: null } };
}
