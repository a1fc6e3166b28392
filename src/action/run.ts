import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Inputs } from '../github/inputs.ts';
import type { JobLog } from '../github/log.ts';
import type { StateKeeper } from '../github/state.ts';

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
}

/** Makes the run's own directory, tells `post` of it, and takes the token out of the environment of children. */
export async function startRun(parts: Pick<Run, 'inputs' | 'log' | 'state' | 'signal'>): Promise<Run> {
  const directory = await mkdtemp(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'kamal-1password-'));
  parts.state.set({ directory });
  return {
    ...parts,
    directory,
    root: resolve(process.env['GITHUB_WORKSPACE'] ?? process.cwd(), parts.inputs.workingDirectory),
    environment: childEnvironment(process.env),
  };
}

/** The runner hands inputs over as `INPUT_…`, the token among them: none of that is for children. */
function childEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name]) =>
      !name.startsWith('INPUT_') && !name.startsWith('STATE_') && name !== 'OP_SERVICE_ACCOUNT_TOKEN',
  );
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** A directory for what Kamal and its children put into their temporary directory (its clone of the repository): it goes with the run. */
export async function privateTemporary({ directory }: Run): Promise<string> {
  const path = join(directory, 'tmp');
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}
