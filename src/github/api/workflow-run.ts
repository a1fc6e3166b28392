import { textOf } from './answer.ts';
import type { ApiAnswer, Ask, GithubApi } from './api.ts';

/** Whether a run of a workflow has ended, in any way (docs.github.com, “Get a workflow run”: `status`). */
export function hasRunEnded(api: GithubApi, run: string): Promise<ApiAnswer<boolean>> {
  const ask: Ask = { what: `whether run ${run} has ended`, permission: 'actions: read' };
  return api.call(ask, async (octokit, at) => {
    const { data } = await octokit.rest.actions.getWorkflowRun({ ...at, run_id: Number(run) });
    return { data: textOf(data, 'status') === 'completed' };
  });
}
