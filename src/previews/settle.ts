/** Asks what is to become of previews, and does it: one after the looks of GitHub and the servers. */
import type { GithubApi } from '../github/api/api.ts';
import type { ServerAccess } from '../kamal/servers/shell.ts';
import { askPullRequest, askPullRequests, askRuns } from './github.ts';
import { runsToAsk } from './holder.ts';
import type { Preview } from './inventory.ts';
import { decide, type Decision } from './plan.ts';
import { removePreview, surveyPreviews, type RemovalOutcome, type Survey } from './servers.ts';
import type { PreviewPolicy, RemovalReason } from './wanted.ts';

/** What it takes to settle previews. */
export interface Settling {
  readonly access: ServerAccess;
  /** Null: what pull requests want is not known, and nothing is removed but what was asked for by number. */
  readonly api: GithubApi | null;
  readonly policy: PreviewPolicy;
  readonly destination: string;
  /** The run that asks, without its attempt; null outside of a workflow. */
  readonly own: string | null;
  readonly performer: string;
  readonly teardown: string | null;
}

/** What became of one preview; `outcome` is null if nothing was done. */
export interface Settled {
  readonly preview: Preview;
  readonly decision: Decision;
  readonly outcome: RemovalOutcome | null;
}

/**
 * Removes one preview if that is certain to be right at this moment: the pull request is asked again.
 * @param asked why it is removed regardless of its pull request; null to ask the pull request
 */
export async function settlePreview(
  preview: Preview,
  settling: Settling,
  unreached: Survey['unreached'],
  asked: RemovalReason | null = null,
): Promise<Settled> {
  const { api, access, performer, teardown, policy, own } = settling;
  const [state, runs] = await Promise.all([
    asked === null ? askPullRequest(api, preview.number) : null,
    askRuns(api, runsToAsk(preview)),
  ]);
  const pulls = new Map(state === null ? [] : [[preview.number, state] as const]);
  const decision = decide(preview, policy, { pulls, runs, own, now: Date.now() }, asked);
  if (decision.kind !== 'remove') return { preview, decision, outcome: null };
  const hosts = unreached.map(({ host }) => host);
  const outcome = await removePreview(access, preview, { performer, teardown, unreached: hosts });
  return { preview, decision, outcome };
}

/** What a sweep saw and did. */
export interface Sweep {
  readonly survey: Survey;
  readonly settled: readonly Settled[];
}

/** Previews that are removed at the same time. */
const AT_ONCE = 3;

/**
 * Makes the servers match GitHub: every preview of the repository that is certain not to be wanted goes. With `dryRun`
 * nothing does; the decisions are the same. Rejects only when aborted.
 */
export async function sweepPreviews(
  settling: Settling,
  hosts: readonly string[],
  dryRun: boolean,
): Promise<Sweep> {
  const { access, api, destination, policy, own } = settling;
  const survey = await surveyPreviews(access, hosts, { ...policy, destination });
  const { previews, unreached } = survey;
  const [pulls, runs] = await Promise.all([
    askPullRequests(
      api,
      previews.map(({ number }) => number),
    ),
    askRuns(api, previews.flatMap(runsToAsk)),
  ]);
  const settled: Settled[] = [];
  const now = Date.now();
  const leaving: Preview[] = [];
  for (const preview of previews) {
    const decision = decide(preview, policy, { pulls, runs, own, now });
    if (decision.kind === 'remove' && !dryRun) leaving.push(preview);
    else settled.push({ preview, decision, outcome: null });
  }
  const waiting = [...leaving];
  const worker = async (): Promise<void> => {
    for (let preview = waiting.shift(); preview !== undefined; preview = waiting.shift())
      settled.push(await settlePreview(preview, settling, unreached));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { survey, settled: settled.toSorted((one, other) => one.preview.number - other.preview.number) };
}

/** What is not as it should be after a sweep, one sentence each; a dry run has only doubts and hosts to report. */
export function problemsOf({ survey, settled }: Sweep): string[] {
  return [
    ...survey.unreached.map(({ host, reason }) => `${host} could not be checked: ${reason}.`),
    ...survey.unreadable.map(
      (place) =>
        `${place} has a marker that cannot be read, so it was left alone. If it is a preview of this repository, delete its \`kamal-1password.json\` and deploy it again.`,
    ),
    ...settled.flatMap(({ preview: { number }, decision, outcome }) => {
      if (decision.kind === 'doubt') return [`The preview of pull request ${number} stays: ${decision.why}.`];
      if (outcome?.kind !== 'failed') return [];
      return outcome.problems.map(
        (each) => `The preview of pull request ${number} was not removed. ${each}.`,
      );
    }),
  ];
}
