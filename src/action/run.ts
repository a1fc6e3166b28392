import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Inputs } from '../github/runner/inputs.ts';
import type { JobLog } from '../github/runner/log.ts';
import type { StateKeeper } from '../github/runner/state.ts';
import { privateDockerConfig } from '../kamal/run/docker-config.ts';
import type { Failure } from '../base/failure.ts';
import { beginOnePassword, type OnePassword } from './prepare/one-password.ts';

/** What every command of the action works with. */
export interface Run {
  readonly inputs: Inputs;
  readonly log: JobLog;
  readonly state: StateKeeper;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  /** The Kamal project, absolute. */
  readonly root: string;
  /** A directory of this run alone (mode 0700), removed by `post`. */
  readonly directory: string;
  /** What children get: the job's environment without the action's inputs and without the token. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where secrets come from, or what is wrong with the token. */
  readonly onePassword: OnePassword | Failure;
}

/** Begins to sign in to 1Password, makes the run's own directory, and tells `post` of it. */
export async function startRun(parts: Pick<Run, 'inputs' | 'log' | 'state' | 'signal'>): Promise<Run> {
  const environment = childEnvironment(process.env);
  const onePassword = beginOnePassword({
    serviceAccountToken: parts.inputs.serviceAccountToken,
    environment,
    log: parts.log,
  });
  const directory = await mkdtemp(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'kamal-1password-'));
  parts.state.set({ directory });
  return {
    ...parts,
    directory,
    root: resolve(process.env['GITHUB_WORKSPACE'] ?? process.cwd(), parts.inputs.workingDirectory),
    environment,
    onePassword,
  };
}

/** The runner hands inputs over as `INPUT_…`, the token among them: none of that is for children, nor is the token. */
function childEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name]) =>
      !name.startsWith('INPUT_') && !name.startsWith('STATE_') && name !== 'OP_SERVICE_ACCOUNT_TOKEN',
  );
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Where Kamal and its children put what is to go with the run: its clone of the repository, the registry's password. */
export async function privatePlaces({ directory, environment }: Run): Promise<Record<string, string>> {
  const temporary = join(directory, 'tmp');
  const [docker] = await Promise.all([
    privateDockerConfig(directory, environment),
    mkdir(temporary, { mode: 0o700 }),
  ]);
  return { ...docker, TMPDIR: temporary };
}
