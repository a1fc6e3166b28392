import { Failure } from '../../base/failure.ts';
import { GithubApi } from '../../github/api/api.ts';
import {
  beginDeployment,
  endDeployment,
  environmentUrlOf,
  type DeploymentEnd,
  type DeploymentState,
} from '../../github/api/deployment.ts';
import { logSkipped } from './left-out.ts';
import { readEvent } from '../../github/checkout/event.ts';
import type { Log } from '../../base/log.ts';
import type { Deployment, WorkflowReading } from '../../parity/model.ts';
import type { Run } from '../run.ts';

export interface DeploymentFacts {
  readonly token: string | null;
  readonly destination: string | null;
  readonly deployment: Deployment | null;
  /** The version, if there is one: a commit's SHA is the one that the deployment is recorded for. */
  readonly version: string | null;
  /** The pull request whose preview it is; null for others. */
  readonly preview?: number | null;
  /** To see whether the job names an `environment`. */
  readonly workflows: readonly WorkflowReading[];
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What a run deploys. */
export interface Deploying {
  readonly deployment: Deployment | null;
  readonly version: string | null;
  readonly workflows: readonly WorkflowReading[];
  /** The pull request whose preview it is; null for others. */
  readonly preview?: number | null;
}

/**
 * Does `task` as a deployment that GitHub knows of. Its beginning is recorded beside the task, which waits for nothing;
 * its end as the task ends. A cancelled run has no time for that: `post` records it.
 */
export async function asDeployment(
  run: Pick<Run, 'inputs' | 'log' | 'signal' | 'state'>,
  deploying: Deploying,
  task: () => Promise<string>,
): Promise<string> {
  const { log, signal, state } = run;
  const token = run.inputs.githubToken;
  const running = task();
  const begun = announceDeployment({
    ...deploying,
    token,
    destination: run.inputs.destination,
    log,
    signal,
  }).then(
    (deployment) => {
      if (deployment !== null) state.note({ deployment });
      return deployment;
    },
    (error: unknown) => notRecorded(log, error),
  );
  const end = async (outcome: keyof typeof ENDS, sentence: string): Promise<void> => {
    const text = log.masked(sentence.replaceAll('`', ''));
    await closeDeployment(await begun, outcome, text, { token, log }).catch((error: unknown) =>
      notRecorded(log, error),
    );
    state.clear('deployment');
  };
  try {
    const sentence = await running;
    await end('succeeded', sentence);
    return sentence;
  } catch (error) {
    if (!signal.aborted) await end('failed', error instanceof Failure ? error.message : 'The deploy failed.');
    throw error;
  }
}

/** Not known to happen; if it does, it decides nothing. */
function notRecorded(log: Log, error: unknown): null {
  log.warning(`The deployment was not recorded on GitHub: ${String(error)}`);
  return null;
}

/**
 * Records on GitHub that a deployment has begun: its environment is the destination, its address the proxy's host.
 * @returns what `post` needs to end it in case this process cannot; null if there is nothing to end, for a reason
 *   that is in the log
 */
export async function announceDeployment(facts: DeploymentFacts): Promise<DeploymentState | null> {
  const { token, log, version } = facts;
  const event = readEvent();
  const ref = version !== null && /^[0-9a-f]{40}$/.test(version) ? version : event.headSha;
  if (token === null || event.repository === '' || ref === null) return null;
  if (namesEnvironment(facts.workflows)) {
    log.debug('The job names an environment, so GitHub records the deployment itself.');
    return null;
  }
  const environment = facts.destination ?? 'production';
  const answer = await beginDeployment(apiFor(token, event.repository, facts.signal), {
    ref,
    environment,
    description: `Kamal deploys ${facts.deployment?.service ?? 'the app'} to ${environment}`,
    environmentUrl: environmentUrlOf(facts.deployment),
    logUrl: event.runUrl,
    preview: facts.preview ?? null,
  });
  if ('done' in answer) return answer.done;
  logSkipped(log, answer);
  return null;
}

/** How a run's end is recorded: a cancelled one left the former version in its place. */
const ENDS = { succeeded: 'success', failed: 'failure', cancelled: 'inactive' } as const satisfies Record<
  string,
  DeploymentEnd
>;

/** Time for the final status, which a cancelled run reports too. In milliseconds. */
const LAST_WORD = 4000;

/** Records how it ended; also after a cancel, and from `post`. */
export async function closeDeployment(
  state: DeploymentState | null,
  outcome: keyof typeof ENDS,
  sentence: string,
  { token, log }: Pick<DeploymentFacts, 'token' | 'log'>,
): Promise<void> {
  const { repository } = readEvent();
  if (state === null || token === null || repository === '') return;
  const api = apiFor(token, repository, AbortSignal.timeout(LAST_WORD));
  const answer = await endDeployment(api, state, ENDS[outcome], sentence);
  if ('leftOut' in answer) logSkipped(log, answer);
}

function apiFor(token: string, repository: string, signal: AbortSignal): GithubApi {
  return new GithubApi({ token, repository, readOnly: false, signal });
}

/**
 * Whether the job that runs is in an `environment`. `GITHUB_WORKFLOW_REF` is `owner/name/path@ref`, `GITHUB_JOB` the
 * job's id (docs.github.com, “Variables reference”).
 */
function namesEnvironment(workflows: readonly WorkflowReading[]): boolean {
  const [path = ''] = (process.env['GITHUB_WORKFLOW_REF'] ?? '').split('@');
  const file = path.split('/').slice(2).join('/');
  const job = process.env['GITHUB_JOB'];
  return workflows
    .filter(({ source }) => file !== '' && source.path.replaceAll('../', '') === file)
    .some(({ jobs }) => jobs.some(({ id, hasEnvironment }) => id === job && hasEnvironment));
}
