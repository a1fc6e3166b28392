/** The workflows of a project that has none that deploys: deploy on main, check on pull requests. */
import { actionLines } from './action-step.ts';
import { signInInputs, type EnvironmentSource } from './environment-source.ts';

export interface NewWorkflow {
  readonly path: string;
  readonly text: string;
}

export interface DeployOptions {
  /** What `uses:` says. */
  readonly reference: string;
  /** The branch that is deployed. */
  readonly branch: string;
  /** Relative to the repository's root, `/` between names; `.` for the root. */
  readonly directory: string;
  /** The deploy file, if it is not `config/deploy.yml`. */
  readonly config: string | null;
  /** All that a person may choose; empty if Kamal gets none. The first one is what a push deploys. */
  readonly destinations: readonly string[];
  /** Reference of the private key, where the action could not find it on its own; else null. */
  readonly sshKey: string | null;
  /** The Environment that the secrets come from, if they do. */
  readonly environment: EnvironmentSource | null;
}

/** By GitHub's word for the job a workload signs in to 1Password. */
const KEYLESS = '\n  id-token: write';

const CHECKOUT = 'actions/checkout@v5';

/** `.github/workflows/deploy.yml`. */
export function deployWorkflow(options: DeployOptions): NewWorkflow {
  const { destinations, branch, reference } = options;
  const [usual] = destinations;
  const chosen = destinations.length > 1 ? `\${{ inputs.destination || '${usual ?? ''}' }}` : usual;
  const destination = chosen ?? null;
  const choice =
    destinations.length < 2
      ? ''
      : `
    inputs:
      destination:
        description: Where to deploy to
        type: choice
        options: [${destinations.join(', ')}]
        default: ${usual}`;
  const app = options.directory.replace(/^.*\//, '');
  const isOneOfMany = options.directory !== '.';
  const group = [
    'kamal-deploy',
    ...(isOneOfMany ? [app] : []),
    ...(destination === null ? [] : [destination]),
  ].join('-');
  // Another app of the repository does not concern this one.
  const paths = isOneOfMany ? `\n    paths: ['${options.directory}/**']` : '';
  return {
    path: '.github/workflows/deploy.yml',
    text: `name: Deploy${isOneOfMany ? ` ${app}` : ''}

on:
  push:
    branches: [${yamlWord(branch)}]${paths}
  workflow_dispatch:${choice}

# One deploy at a time; a running deploy is never cancelled.
concurrency:
  group: ${group}
  cancel-in-progress: false

permissions:
  contents: read${options.environment?.keyless === true ? KEYLESS : ''}

jobs:
  deploy:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: ${CHECKOUT}
${step(reference, {
  ...signInInputs(options.environment),
  ...(options.sshKey === null ? {} : { 'ssh-key': options.sshKey }),
  ...place(options),
  ...(destination === null ? {} : { destination }),
})}`,
  };
}

/** `.github/workflows/check-secrets.yml`: no secret and nothing of the pull request is run. */
export function checkWorkflow(options: DeployOptions): NewWorkflow {
  return {
    path: '.github/workflows/check-secrets.yml',
    text: `name: Check secrets${options.directory === '.' ? '' : ` of ${options.directory.replace(/^.*\//, '')}`}

on: pull_request

permissions:
  contents: read
  # Lets the check annotate lines and post one comment. Both are optional.
  checks: write
  pull-requests: write

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: ${CHECKOUT}
${step(options.reference, { command: 'check', ...place(options) })}`,
  };
}

function step(reference: string, inputs: Readonly<Record<string, string>>): string {
  return actionLines(reference, inputs)
    .map((line, index) => `${index === 0 ? '      - ' : '        '}${line}\n`)
    .join('');
}

function place({ directory, config }: DeployOptions): Record<string, string> {
  return {
    ...(directory === '.' ? {} : { 'working-directory': directory }),
    ...(config === null ? {} : { 'config-file': config }),
  };
}

/** A name as a word of YAML: what is more than a plain name, which a branch of git's may be, is quoted. */
function yamlWord(name: string): string {
  return /^[A-Za-z][\w./-]*$/.test(name) ? name : JSON.stringify(name);
}
