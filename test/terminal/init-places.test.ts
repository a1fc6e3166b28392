/** Where deploys are not plainly seen: each way once, with the sentence that a person reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { type InitPlan, planInit } from '../../src/terminal/init/init-plan.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const DEPLOY = deployFile(envSecret('DATABASE_URL'));
const SECRETS = 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\n';
const KEY =
  '- uses: webfactory/ssh-agent@v0.9.1\n        with:\n          ssh-private-key: ${{ secrets.KEY }}';

function workflow(...steps: readonly string[]): string {
  return `on: push
concurrency: deploy
env:
  KAMAL_REGISTRY_PASSWORD: \${{ secrets.KAMAL_REGISTRY_PASSWORD }}
  DATABASE_URL: \${{ secrets.DATABASE_URL }}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
${steps.map((step) => `      ${step}\n`).join('')}`;
}

function planned(files: Readonly<Record<string, string>>): InitPlan {
  return withoutUsualFile({ 'config/deploy.yml': DEPLOY, ...files });
}

const pathsOf = ({ changes }: InitPlan): string[] => changes.map(({ path }) => path).sort();

test('a deploy of which only the name is seen is named, and none is added beside it', () => {
  for (const uses of ['acme/ops/deploy-app@v3', 'acme/infra/.github/actions/kamal@main']) {
    const plan = planned({ '.github/workflows/deploy.yml': workflow(`- uses: ${uses}`) });
    assert.deepEqual(pathsOf(plan), ['.github/workflows/check-secrets.yml', 'AGENTS.md']);
    assert.ok(
      plan.left.some((each) => each.includes(uses.replace(/@.*/, ''))),
      plan.left.join('\n'),
    );
  }
  const pages = planned({ '.github/workflows/pages.yml': workflow('- uses: actions/deploy-pages@v4') });
  assert.ok(pathsOf(pages).includes('.github/workflows/deploy.yml'));
});

test('without config/deploy.yml the deploy file that the workflows name is the one', () => {
  const files = {
    'infra/kamal/deploy.yml': DEPLOY,
    '.github/workflows/deploy.yml': workflow(KEY, '- run: kamal deploy -c infra/kamal/deploy.yml'),
  };
  const plan = withoutUsualFile(files);
  assert.match(
    plan.notes.join('\n'),
    /There is no config\/deploy\.yml: infra\/kamal\/deploy\.yml is the deploy file/,
  );
  const check = plan.changes.find(({ path }) => path.endsWith('check-secrets.yml'));
  assert.match(check?.after ?? '', /config-file: infra\/kamal\/deploy\.yml/);
  assert.match(
    plan.changes.find(({ path }) => path === 'AGENTS.md')?.after ?? '',
    /check --all-destinations -c infra\/kamal\/deploy\.yml/,
  );
  assert.throws(
    () =>
      withoutUsualFile({
        ...files,
        'config/deploy.web.yml': DEPLOY,
        '.github/workflows/web.yml': workflow(KEY, '- run: kamal deploy -c config/deploy.web.yml'),
      }),
    /the workflows deploy with several files: infra\/kamal\/deploy\.yml, config\/deploy\.web\.yml/,
  );
});

function withoutUsualFile(files: Readonly<Record<string, string>>): InitPlan {
  using project = new TemporaryProject({
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.kamal/secrets': SECRETS,
    ...files,
  });
  return planInit({
    project: { root: project.root },
    values: {},
    secrets: [],
    vault: null,
    item: null,
    account: null,
    branch: 'main',
    moveAll: false,
    newWorkflow: false,
    environment: null,
    without: [],
  });
}

test('a check of pull requests that would fail at once is not written, and said', () => {
  const plan = planned({
    '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n',
    '.github/workflows/deploy.yml': workflow('- run: bin/ship', KEY, '- run: make kamal-deploy'),
    Makefile: 'kamal-deploy:\n\tkamal deploy\n',
  });
  assert.ok(!pathsOf(plan).includes('.github/workflows/check-secrets.yml'), pathsOf(plan).join(' '));
  assert.match(
    plan.notes.join('\n'),
    /No workflow that checks pull requests was written: it would fail right away/,
  );
});

test('a template of a deploy file is no destination', () => {
  const plan = planned({
    'config/deploy.template.yml': deployFile(envSecret('OTHER')),
    '.github/workflows/deploy.yml': workflow(KEY, '- run: kamal deploy'),
  });
  assert.ok(pathsOf(plan).includes('.github/workflows/check-secrets.yml'));
  assert.deepEqual(
    plan.report.destinations.map(({ destination }) => destination),
    [null],
  );
});

test('a deploy file that a workflow names with `-c` is no destination, unless it names that too', () => {
  const cases: readonly (readonly [string, readonly (string | null)[]])[] = [
    ['kamal deploy -c config/deploy.staging.yml', [null]],
    ['kamal deploy --config-file=./config/deploy.staging.yml', [null]],
    ['kamal deploy -c config/deploy.staging.yml -d staging', [null, 'staging']],
    ['kamal deploy -c config/deploy.staging.yml.erb', [null, 'staging']],
    ['kamal deploy # -c config/deploy.yml', [null, 'staging']],
    ['F=config/deploy.staging.yml; kamal deploy -c $F', [null]],
    ['F=config/deploy.staging.yml; kamal deploy -c "${{ env.F }}"', [null]],
    ['F=config/deploy.staging.yml; kamal deploy -c $F -d ${{ inputs.to }}', [null, 'staging']],
    ['sed -i s/a/b/ config/deploy.staging.yml; kamal deploy -d ${{ inputs.to }}', [null, 'staging']],
  ];
  for (const [command, destinations] of cases) {
    const plan = planned({
      'config/deploy.staging.yml': deployFile(envSecret('DATABASE_URL')),
      '.github/workflows/deploy.yml': workflow(KEY, `- run: ${command}`, '- run: kamal deploy'),
    });
    const read = plan.report.destinations.map(({ destination }) => destination);
    assert.deepEqual(
      read.filter((each) => destinations.includes(each)),
      destinations,
      command,
    );
    if (destinations.length === 1) assert.deepEqual(read, destinations, command);
  }
});

test('the vault of a file of references is in use, and its token is there', () => {
  const plan = planned({
    '.env.production': 'DATABASE_URL=op://Deploy/Production/DATABASE_URL\n',
    '.github/workflows/deploy.yml': workflow(
      KEY,
      '- uses: 1password/install-cli-action@v2',
      '- run: op run --env-file=.env.production -- kamal deploy\n        env:\n          OP_SERVICE_ACCOUNT_TOKEN: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}',
    ),
  });
  assert.doesNotMatch(plan.notes.join('\n'), /No vault is used yet/);
  assert.equal(plan.human.hasToken, true);
  assert.deepEqual(plan.human.serviceAccount.vaults, ['Deploy']);
});

test('the Kamal of a container is the one that the action installs', () => {
  const text = workflow(KEY, '- run: kamal deploy').replace(
    'runs-on: ubuntu-latest',
    'runs-on: ubuntu-latest\n    container: ghcr.io/basecamp/kamal:v2.9.0',
  );
  const plan = planned({ '.github/workflows/deploy.yml': text });
  assert.match(
    plan.changes.find(({ path }) => path === '.github/workflows/deploy.yml')?.after ?? '',
    /kamal-version: '?2\.9\.0/,
  );
});

test('a script that runs other commands of Kamal is not said to deploy', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['dotenv kamal app exec "sqlite3 \'${DB}\' .backup"', false],
    ['kamal app logs -f -d $1', false],
    ['kamal deploy -d $1', true],
    ['kamal rollback $OLD -d qa', true],
    ['kamal $1 -d production', true],
    ['kamal accessory reboot db', true],
  ];
  for (const [command, deploys] of cases) {
    const notes = planned({
      'bin/task': `#!/bin/sh\n${command}\n`,
      '.github/workflows/deploy.yml': workflow(KEY, '- run: kamal deploy'),
    }).notes.join('\n');
    assert.match(
      notes,
      deploys
        ? /bin\/task:2: .* someone deploys with it/
        : /bin\/task:2: this script runs commands of Kamal\. /,
      command,
    );
  }
});
