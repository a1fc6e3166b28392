/** What no one has to hide is shown: GitHub's own words, references, versions, paths, what is public. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProject } from '../../src/files/read-project.ts';
import { concealedIn, drawnWords } from '../../src/parity/secrecy/concealed.ts';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { fc } from '../harness/properties.ts';
import { workflowProject } from '../harness/terminal/workflow-projects.ts';

/** Lines of public workflows and deploy files, each shown whole. */
const SHOWN: Readonly<Record<string, string>> = {
  'declared secrets': `on:
  workflow_call:
    inputs:
      destination: { required: true, type: string }
    secrets:
      SSH_PRIVATE_KEY:
        description: Private key of the user who deploys
        required: true
      REGISTRY_TOKEN: { required: false }
jobs:
  call:
    uses: ./.github/workflows/other.yml
    secrets: inherit
`,
  'versions and paths': `jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - uses: ruby/setup-ruby@v1
        with:
          ruby-version: .ruby-version
          cache-version: "tools-v1-\${{ runner.os }}"
          rubygems: ~> 3.5
          node-version-file: ./web/.nvmrc
          bundler: 2.5.23
      - uses: docker://alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      - run: curl -sSfLo op.zip https://cache.agilebits.com/dist/1P/op2/pkg/v2.30.3/op_linux_amd64_v2.30.3.zip
`,
  'permissions with a comment behind them': `jobs:
  deploy:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
      id-token: write # for OIDC
      packages: write   # pushes the image
`,
  'references and expressions': `jobs:
  deploy:
    env:
      USE_1PASSWORD: \${{ secrets.OP_SERVICE_ACCOUNT_TOKEN != '' }}
      REGISTRY_PASSWORD: op://conference-app/Server/REGISTRY_PASSWORD
    steps:
      - if: env.USE_1PASSWORD == 'true'
        uses: kamal-1password/kamal-1password@v1.0.0
        with:
          service-account-token: \${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}
          ssh-key: op://conference-app/Server/SSH_KEY
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: arn:aws:iam::123456789012:role/GhaDockerPushToEcr
          aws-region: eu-central-1
`,
};

for (const [what, text] of Object.entries(SHOWN))
  test(`shown: ${what}`, () => {
    using project = new TemporaryProject({
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')).replace(
        'secret:',
        'secret: # they come from .kamal/secrets',
      ),
      '.kamal/secrets': '# Written to .kamal/secrets by the job\nRAILS_MASTER_KEY=$RAILS_MASTER_KEY\n',
      '.github/workflows/deploy.yml': `# kamal\n${text}`,
      '.git/HEAD': 'ref: refs/heads/main\n',
    });
    const readings = readProject({ root: project.root });
    assert.equal(readings.workflows.length, 1);
    assert.deepEqual(hiddenTexts(readings), []);
    assert.deepEqual(drawnWords(text), []);
  });

test('the name of a destination is shown, also where a called workflow gets it as a secret', () => {
  using project = new TemporaryProject({
    'config/deploy.yml': deployFile(envSecret('APP_ENV')),
    'config/deploy.staging.yml': 'env:\n  clear:\n    A: b\n',
    '.kamal/secrets-common': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nAPP_ENV=$APP_ENV\n',
    '.github/workflows/deploy.yml':
      'on: push\njobs:\n  ship:\n    uses: ./.github/workflows/kamal.yml\n    secrets:\n      APP_ENV: staging\n      APP_KEY: hunter22-of-mine\n',
    '.git/HEAD': 'ref: refs/heads/main\n',
  });
  const { words } = concealedIn(readProject({ root: project.root, destinations: ['staging'] }));
  assert.equal(words.includes('staging'), false);
  assert.equal(words.includes('hunter22-of-mine'), true);
});

test('nothing of a generated workflow, which holds no credential, is hidden', () => {
  fc.assert(
    fc.property(workflowProject, (files) => {
      using project = new TemporaryProject({ ...files, '.git/HEAD': 'ref: refs/heads/main\n' });
      assert.deepEqual(hiddenTexts(readProject({ root: project.root, destinations: 'all' })), []);
    }),
    { numRuns: 60 },
  );
});

function hiddenTexts(readings: ReturnType<typeof readProject>): string[] {
  const sources = new Map(
    [
      ...readings.workflows.map(({ source }) => source),
      ...readings.deployFiles,
      ...readings.hooks,
      ...readings.destinations.flatMap(({ secrets }) => secrets.files.flatMap(({ source }) => source ?? [])),
    ].map(({ path, text }) => [path, text]),
  );
  const { spans, words } = concealedIn(readings);
  return [
    ...spans.map(({ file, start, end }) => `${file}: ${sources.get(file)?.slice(start, end) ?? '?'}`),
    ...words.map((word) => `everywhere: ${word}`),
  ];
}
