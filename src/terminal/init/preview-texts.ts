/** The texts of the files that `init --preview` writes. */
import type { Deployment } from '../../parity/model.ts';
import type { Concealed } from '../../parity/secrecy/concealed.ts';
import { actionLines, scalar } from './action-step.ts';

const NUMBER = '<%= ENV.fetch("KAMAL_PREVIEW_NUMBER") %>';

/** New files have nothing to hide: they hold only names and references. */
export const NO_SECRETS_CONCEALED: Concealed = { spans: [], words: [] };

/** `config/deploy.preview.yml`, which Kamal merges over the base file. */
export function deployFileText(
  deployment: Deployment,
  { host, domain }: { readonly host: string; readonly domain: string },
): string {
  const { service, roles, proxySsl } = deployment;
  const servers = roles
    .map(({ name }) => `  ${scalar(name)}:\n    hosts:\n      - ${scalar(host)}\n`)
    .join('');
  return `# Previews of pull requests. The number comes from the pull request; Kamal stops without it.
service: ${service ?? 'app'}-pr-${NUMBER}
retain_containers: 1

# Not the production server: a deployed branch can reach everything that runs next to it.
servers:
${servers}
proxy:
${proxySsl ? '  ssl: true\n' : ''}  host: pr-${NUMBER}.${domain}

env:
  clear:
    PREVIEW: "${NUMBER}"
`;
}

export interface SecretsFile {
  readonly service: string;
  readonly vault: string;
  readonly item: string;
  readonly account: string;
  readonly names: readonly string[];
}

/** `.kamal/secrets.preview`. `DATABASE_URL` is one field for all previews, and a database for each. */
export function secretsFileText({ service, vault, item, account, names }: SecretsFile): string {
  if (names.length === 0) return '# The previews use no secrets.\n';
  const fetched = names.map((name) => (name === 'DATABASE_URL' ? 'DATABASE_BASE' : name));
  const from = /^[\w.-]+$/.test(vault) ? `${vault}/${item}` : `"${vault}/${item}"`;
  const database = `${service.replaceAll(/\W+/g, '_')}_pr_\${KAMAL_PREVIEW_NUMBER}`;
  return [
    '# The secrets of previews, from a vault that holds nothing else: anyone who can push a branch can read them.',
    `SECRETS=$(kamal secrets fetch --adapter 1password --account ${account} --from ${from} ${fetched.join(' ')})`,
    ...fetched.map((name) => `${name}=$(kamal secrets extract ${name} \${SECRETS})`),
    ...(names.includes('DATABASE_URL') ? [`DATABASE_URL="\${DATABASE_BASE}/${database}"`] : []),
    '',
  ].join('\n');
}

export interface WorkflowOptions {
  readonly reference: string;
  /** The GitHub secret that holds the token. */
  readonly token: string;
  readonly directory: string;
  readonly config: string | null;
}

const PERMISSIONS = `permissions:
  contents: read
  # To see whether another run is still working on a preview.
  actions: read
  # For the comment on the pull request, and for GitHub's list of deployments.
  pull-requests: write
  deployments: write
`;

/** `.github/workflows/preview.yml`. */
export function previewWorkflow(options: WorkflowOptions): string {
  return `name: Preview

on:
  pull_request:
    types: [opened, reopened, synchronize, labeled, unlabeled, ready_for_review, closed]

# One run per pull request. A newer event cancels the older run, which releases its lock; the newer run continues.
concurrency:
  group: preview-\${{ github.event.number }}
  cancel-in-progress: true

${PERMISSIONS}
jobs:
  preview:
    # Forks never get a preview; the action checks this again.
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v5
        with:
          ref: \${{ github.event.pull_request.head.sha }}
      - uses: ruby/setup-ruby@v1
        with:
          ruby-version: '3.4'
${step(options, 'preview')}`;
}

/** `.github/workflows/preview-sweep.yml`: with the files of the default branch. */
export function sweepWorkflow(options: WorkflowOptions): string {
  return `name: Preview sweep

on:
  # Also runs if the pull request has conflicts. None of its code is checked out.
  pull_request_target:
    types: [closed]
  schedule:
    - cron: '17 */6 * * *'
  workflow_dispatch:

concurrency:
  group: preview-sweep
  cancel-in-progress: false

${PERMISSIONS}
jobs:
  sweep:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v5
${step(options, 'preview-sweep')}`;
}

function step({ reference, token, directory, config }: WorkflowOptions, command: string): string {
  const inputs = {
    command,
    'service-account-token': `\${{ secrets.${token} }}`,
    ...(directory === '.' ? {} : { 'working-directory': directory }),
    ...(config === null ? {} : { 'config-file': config }),
  };
  return actionLines(reference, inputs)
    .map((line, index) => `${index === 0 ? '      - ' : '        '}${line}\n`)
    .join('');
}
