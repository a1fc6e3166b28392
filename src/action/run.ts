import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ID_TOKEN_VARIABLES } from '../github/runner/id-token.ts';
import type { TimeSpent } from '../github/api/api.ts';
import type { Inputs } from '../github/runner/inputs.ts';
import type { JobLog } from '../github/runner/log.ts';
import type { Outputs } from '../github/runner/outputs.ts';
import type { StateKeeper } from '../github/runner/state.ts';
import { reasonOf } from '../github/runner/summary.ts';
import { privateDockerConfig } from '../kamal/run/docker-config.ts';
import { makeDirectory } from '../base/make-directory.ts';
import { Failure } from '../base/failure.ts';
import { beginOnePassword, maskGiven, type OnePassword } from './prepare/one-password.ts';

/** What every command of the action works with. */
export interface Run {
  readonly inputs: Inputs;
  readonly log: JobLog;
  readonly outputs: Outputs;
  readonly state: StateKeeper;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  /** The Kamal project, absolute. */
  readonly root: string;
  /** A directory of only this run (mode 0700), removed by `post`. */
  readonly directory: string;
  /** What children get: the job's environment without the action's inputs and without anything to sign in with. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * What identifies the job to the runner's services: of the children, only Kamal gets them, because its build can need
   * them.
   */
  readonly runnerTokens: Readonly<Record<string, string>>;
  /** Where secrets come from, or what is wrong with the token. */
  readonly onePassword: OnePassword | Failure;
  /** The time limit for everything that is published on GitHub. */
  readonly spent: TimeSpent;
}

/** Begins to sign in to 1Password, makes the run's own directory, and notes it for `post`. */
export async function startRun(
  parts: Pick<Run, 'inputs' | 'log' | 'outputs' | 'state' | 'signal'>,
): Promise<Run> {
  const { inputs, log } = parts;
  const { environment, runnerTokens } = forChildren(process.env, inputs);
  const begin = (): OnePassword | Failure =>
    beginOnePassword({ given: inputs, environment: process.env, log });
  let begun: OnePassword | Failure | null = null;
  // Immediately, as nothing before Kamal takes longer; for a preview only if there is one to deploy or remove.
  if (inputs.command === 'preview') maskGiven(inputs, log);
  else begun = begin();
  const directory = await ownDirectory(parts.log);
  // A check has nothing to undo that it would not undo itself.
  if (parts.inputs.command === 'check') parts.state.note({ directory });
  else parts.state.set({ directory });
  return {
    ...parts,
    directory,
    root: resolve(process.env['GITHUB_WORKSPACE'] ?? process.cwd(), parts.inputs.workingDirectory),
    environment,
    runnerTokens,
    spent: { onGithub: 0 },
    get onePassword() {
      return (begun ??= begin());
    },
  };
}

/**
 * Below `RUNNER_TEMP`, which is made if it is missing; if that fails, below the system's temporary directory.
 * @throws Failure `no-temporary-directory`
 */
async function ownDirectory(log: JobLog): Promise<string> {
  const places = [...new Set([process.env['RUNNER_TEMP'] ?? '', tmpdir()])].filter((place) => place !== '');
  let problem: unknown = null;
  for (const place of places) {
    try {
      await makeDirectory(place);
      const made = await mkdtemp(join(place, 'kamal-1password-'));
      if (problem !== null) {
        log.warning(
          `The runner's temporary directory cannot be used (${reasonOf(problem)}): ${place} is used.`,
        );
      }
      return made;
    } catch (error) {
      problem = error;
    }
  }
  throw new Failure(
    'no-temporary-directory',
    `There is no directory for temporary files: ${reasonOf(problem)}.`,
    { human: [`Let the runner's user write to ${places.join(' or ')}, and check whether the disk is full.`] },
    problem,
  );
}

/** What signs in to 1Password, or helps to: of that, only Kamal gets the token of a service account. */
const SIGNS_IN = new Set([
  'OP_SERVICE_ACCOUNT_TOKEN',
  'OP_CONNECT_HOST',
  'OP_CONNECT_TOKEN',
  'OP_INTEGRATION_KEY',
  'OP_WORKLOAD_ID',
]);

/** What opens the runner's caches and artifacts of this job, and gets OIDC tokens for it. */
const RUNNER_TOKENS = new Set<string>(['ACTIONS_RUNTIME_TOKEN', ...ID_TOKEN_VARIABLES]);

/**
 * The runner hands inputs over as `INPUT_…`, the token among them: none of that is for children, nor is anything to sign in
 * with. A build that caches with `type=gha` needs the runner's own tokens, and a hook has of them what a `run:` step has;
 * where a workload signs in, GitHub's word for the job is a part of that.
 */
function forChildren(
  env: NodeJS.ProcessEnv,
  { workloadId, integrationKey }: Inputs,
): Record<'environment' | 'runnerTokens', Record<string, string>> {
  const isWorkload = workloadId !== null || integrationKey !== null;
  const withheld = new Set<string>([...SIGNS_IN, ...(isWorkload ? ID_TOKEN_VARIABLES : [])]);
  const environment: Record<string, string> = {};
  const runnerTokens: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || /^(?:INPUT|STATE)_/.test(name) || withheld.has(name)) continue;
    (RUNNER_TOKENS.has(name) ? runnerTokens : environment)[name] = value;
  }
  return { environment, runnerTokens };
}

/**
 * Where Kamal and its children put what is to go with the run: its clone of the repository, the registry's password.
 * @param environment Kamal's own, which the answer is added to
 */
export async function privatePlaces(
  { directory }: Pick<Run, 'directory'>,
  environment: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const temporary = join(directory, 'tmp');
  const [docker] = await Promise.all([
    privateDockerConfig(directory, environment),
    mkdir(temporary, { mode: 0o700 }),
  ]);
  return { ...docker, TMPDIR: temporary };
}
