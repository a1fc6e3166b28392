/** Workflows for the rules' examples: one that is right, and what to remove from it. */
import { deployFile, extractLines, fetchLine, REGISTRY_LINE } from './example.ts';
import type { ExampleFiles } from '../rule.ts';

const PATH = '.github/workflows/deploy.yml';
const TOKEN = '${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}';

/** The parts of a workflow that its examples differ in; each a list of whole lines at their own indentation. */
export interface WorkflowParts {
  readonly on?: string;
  readonly top?: readonly string[];
  readonly job?: readonly string[];
  readonly steps: readonly string[];
}

/** A workflow that deploys on a push to main, one deploy at a time. */
export function workflow({
  on = 'push: { branches: [main] }',
  top = [],
  job = [],
  steps,
}: WorkflowParts): string {
  return [
    'name: Deploy',
    'on:',
    `  ${on}`,
    ...top,
    'jobs:',
    '  deploy:',
    '    runs-on: ubuntu-latest',
    ...job,
    '    steps:',
    '      - uses: actions/checkout@v5',
    ...steps,
    '',
  ].join('\n');
}

export const CONCURRENCY = ['concurrency:', '  group: deploy', '  cancel-in-progress: false'];

/** Installing op, Ruby and Kamal as most workflows do. */
export const BOILERPLATE = [
  '      - uses: ruby/setup-ruby@v1',
  '        with: { bundler-cache: true }',
  '      - uses: 1password/install-cli-action@v2',
];

/** `kamal deploy` with variables in its environment. */
export function kamalStep(...env: readonly string[]): string[] {
  return [
    '      - run: bundle exec kamal deploy',
    ...(env.length === 0 ? [] : ['        env:', ...env.map((line) => `          ${line}`)]),
  ];
}

export const TOKEN_LINE = `OP_SERVICE_ACCOUNT_TOKEN: ${TOKEN}`;

/** A project whose secrets come from 1Password, with this workflow. */
export function withOnePassword(text: string): ExampleFiles {
  return {
    '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
    'config/deploy.yml': deployFile(),
    [PATH]: text,
  };
}

/** A project whose secrets come from the environment, with this workflow. */
export function withEnvironment(text: string, image?: string): ExampleFiles {
  const deploy =
    image === undefined
      ? deployFile()
      : deployFile().replace('registry:\n', `registry:\n  server: ${image}\n`);
  return { '.kamal/secrets': REGISTRY_LINE, 'config/deploy.yml': deploy, [PATH]: text };
}
