/** The programs that a deploy from this machine needs, and the state of the checkout. Nothing is changed. */
import { Failure } from '../../base/failure.ts';
import { LIST_FILTERS, QUIET, QUIET_ENVIRONMENT, withoutFilters } from '../../base/quiet-git.ts';
import { findLockedKamal } from '../../kamal/install/lockfile.ts';
import { probeRuby } from '../../kamal/install/ruby.ts';
import { buildxVersion, dockerState, type DockerState } from '../../kamal/build/docker.ts';
import { runToEnd, type Finished, type SubprocessOptions } from '../../kamal/run/subprocess.ts';
import { examined, type Examination } from './examination.ts';

export interface Machine {
  /** The Kamal project, absolute. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** In a job everything has to be there; at home only who deploys from home needs it. */
  readonly isJob: boolean;
  readonly signal: AbortSignal;
}

/** A program answers within this or counts as not working. Milliseconds. */
const PATIENCE = 10_000;

export async function examineMachine(machine: Machine): Promise<Examination[]> {
  const lines = await Promise.all([ruby(machine), op(machine), docker(machine), git(machine)]);
  return lines.flat();
}

async function ruby(machine: Machine): Promise<Examination[]> {
  const locked = await findLockedKamal(machine.root, machine.environment);
  try {
    const { version, kamals } = await probeRuby(machine.environment, machine.signal);
    const there = locked?.version ?? kamals[0]?.version;
    const from = locked === null ? '' : ', as Gemfile.lock says';
    return [
      examined(['machine', 'ruby'], 'good', `Ruby ${version}.`),
      there === undefined
        ? lacking(machine, 'kamal', 'Kamal is not installed in this Ruby.', 'Run `gem install kamal`.')
        : examined(['machine', 'kamal'], 'good', `Kamal ${there}${from}.`),
    ];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [examined(['machine', error.code], machine.isJob ? 'bad' : 'note', error.message, error.next)];
  }
}

/** op 2.18.0 is the first that knows service accounts (developer.1password.com/docs/service-accounts). */
const OLDEST_OP = [2, 18] as const;

async function op(machine: Machine): Promise<Examination[]> {
  const ran = await run(machine, ['op', '--version']);
  const version = ran?.exitCode === 0 ? ran.stdout.trim() : null;
  const desktop =
    'To use 1Password by hand here, install `op` (https://developer.1password.com/docs/cli/get-started), and in the desktop app turn on Settings → Developer → Integrate with 1Password CLI.';
  if (version === null) {
    return [
      examined(
        ['machine', 'op'],
        'note',
        '`op`, the 1Password command line, is not installed here; the action installs its own if anything calls it.',
        {
          human: [desktop],
        },
      ),
    ];
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST_OP[0] || (major === OLDEST_OP[0] && minor < OLDEST_OP[1]);
  return isOld
    ? [
        examined(
          ['machine', 'op'],
          machine.isJob ? 'warning' : 'note',
          `op ${version} does not support service accounts: they need ${OLDEST_OP.join('.')}.0 or later.`,
          {
            human: ['Update `op` (https://developer.1password.com/docs/cli/reference/update).'],
          },
        ),
      ]
    : [examined(['machine', 'op'], 'good', `op ${version}.`)];
}

async function docker(machine: Machine): Promise<Examination[]> {
  const [state, plugin] = await Promise.all([dockerState(asked(machine)), buildxVersion(asked(machine))]);
  const engine = engineLine(machine, state);
  if (state.kind === 'absent') return [engine];
  return [
    engine,
    plugin === null
      ? lacking(
          machine,
          'buildx',
          'Docker has no buildx plugin, which Kamal needs to build.',
          'Install the buildx plugin (`docker-buildx-plugin`).',
        )
      : examined(['machine', 'buildx'], 'good', `docker buildx${plugin === '' ? '' : ` ${plugin}`}.`),
  ];
}

function engineLine(machine: Machine, state: DockerState): Examination {
  switch (state.kind) {
    case 'ready':
      return examined(['machine', 'docker'], 'good', `Docker ${state.version}.`);
    case 'absent':
      return lacking(
        machine,
        'docker',
        'Docker is not installed here.',
        'Install Docker, or build on another machine (`builder.remote` in config/deploy.yml).',
      );
    case 'denied':
      return lacking(
        machine,
        'docker',
        'Docker is installed, but this user has no access to it.',
        'Add the user to the group `docker`, and log in again.',
      );
    case 'silent':
      return lacking(machine, 'docker', 'Docker is installed, but it is not running.', 'Start Docker.');
  }
}

function asked({ root, environment, signal }: Machine): SubprocessOptions {
  return { workingDirectory: root, environment, signal };
}

async function git(machine: Machine): Promise<Examination[]> {
  const filters = await run(machine, ['git', ...QUIET, ...LIST_FILTERS]);
  const environment = {
    ...machine.environment,
    ...QUIET_ENVIRONMENT,
    ...withoutFilters(filters?.stdout ?? ''),
  };
  const status = ['status', '--porcelain', '--ignore-submodules=dirty'];
  const ran = await run({ ...machine, environment }, ['git', ...QUIET, ...status]);
  if (ran === null) return [lacking(machine, 'git', 'git is not installed here.', 'Install git.')];
  if (/dubious ownership/.test(ran.stderr))
    return [
      examined(
        ['machine', 'git'],
        machine.isJob ? 'bad' : 'warning',
        'The checkout belongs to another user, so git refuses to read it and Kamal says “no git repository found”.',
        {
          agent: [`Run \`git config --global --add safe.directory ${machine.root}\` before the deploy.`],
        },
      ),
    ];
  if (ran.exitCode !== 0)
    return [
      examined(
        ['machine', 'git'],
        'warning',
        'This is not a git repository: Kamal takes the version and the build context from one.',
        {
          agent: ['Run `git init` and commit, or name a version with VERSION and a `builder.context`.'],
        },
      ),
    ];
  const changed = ran.stdout.split('\n').filter((line) => line !== '').length;
  return changed === 0
    ? [examined(['machine', 'git'], 'good', 'Everything is committed.')]
    : [
        examined(
          ['machine', 'git'],
          'warning',
          `${changed === 1 ? 'One changed file is' : `${changed} changed files are`} not committed: Kamal builds only what is committed.`,
          {
            agent: ['Commit everything the image needs.'],
          },
        ),
      ];
}

function lacking({ isJob }: Machine, id: string, sentence: string, step: string): Examination {
  return examined(
    ['machine', id],
    isJob ? 'bad' : 'note',
    isJob ? sentence : `${sentence} Only needed to deploy from this machine.`,
    {
      human: [step],
    },
  );
}

/** Null if there is no such program. */
async function run(
  { root, environment, signal }: Machine,
  argv: readonly string[],
): Promise<Finished | null> {
  try {
    return await runToEnd(argv, { workingDirectory: root, environment, signal, timeout: PATIENCE });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
