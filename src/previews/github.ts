/** What GitHub says of pull requests and runs, in the planner's terms: what is not certain is `unknown`. */
import type { ApiAnswer, GithubApi } from '../github/api/api.ts';
import { getPullRequest } from '../github/api/pull-request.ts';
import { hasRunEnded } from '../github/api/workflow-run.ts';
import type { RunState, RunStates } from './holder.ts';
import type { PullRequestState } from './wanted.ts';

/** Requests at the same time. */
const AT_ONCE = 4;

export async function askPullRequest(api: GithubApi | null, number: number): Promise<PullRequestState> {
  if (api === null) return { kind: 'unknown', why: 'there is no GitHub token to ask with' };
  const answer = await getPullRequest(api, number);
  return 'done' in answer ? { kind: 'known', pull: answer.done } : { kind: 'unknown', why: whyOf(answer) };
}

export async function askPullRequests(
  api: GithubApi | null,
  numbers: readonly number[],
): Promise<Map<number, PullRequestState>> {
  const answers = await eachOf([...new Set(numbers)], (number) => askPullRequest(api, number));
  return new Map(answers);
}

/** GitHub is asked one after the other whether these runs have ended. */
export async function askRuns(api: GithubApi | null, runs: readonly string[]): Promise<RunStates> {
  const answers = await eachOf([...new Set(runs)], async (run): Promise<RunState> => {
    if (api === null) return 'unknown';
    const answer = await hasRunEnded(api, run);
    if ('done' in answer) return answer.done ? 'ended' : 'in-progress';
    return 'unknown';
  });
  return new Map(answers);
}

/** The reason without what was omitted, which the caller's sentence says. */
function whyOf(answer: Extract<ApiAnswer<unknown>, { leftOut: string }>): string {
  return answer.leftOut.replace(/^Skipped: .*?(?<=\d)\. /, '').replace(/\.$/, '');
}

async function eachOf<K, V>(keys: readonly K[], ask: (key: K) => Promise<V>): Promise<[K, V][]> {
  const answers: [K, V][] = [];
  const waiting = [...keys];
  const worker = async (): Promise<void> => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift())
      answers.push([key, await ask(key)]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}
