/** `init --op-environment` and `init --keyless`: what is written, what stays, and what is a person's to do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { lintWorkflow } from '../harness/terminal/actionlint.ts';
import { runCli } from '../harness/terminal/command-line.ts';

const ID = 'bhd6i5wkhh3kdmlxqfsvzldbxu';
const DEPLOY = deployFile(envSecret('RAILS_MASTER_KEY', 'DATABASE_URL'));
const WORKFLOW = '.github/workflows/deploy.yml';
const rails = {
  'config/deploy.yml': DEPLOY,
  '.kamal/secrets':
    'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n\nRAILS_MASTER_KEY=$(cat config/master.key)\n',
  '.gitignore': '/config/master.key\n',
};

test('a Rails project: what a runner would not have is taken from the Environment, whole', async () => {
  using project = new TemporaryProject(rails);
  const { status, out } = await runCli(['init', '--yes', '--op-environment', ID], project.root);
  assert.equal(status, 0, out);
  assert.equal(
    project.read('.kamal/secrets'),
    'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n\nRAILS_MASTER_KEY=$RAILS_MASTER_KEY\nDATABASE_URL=$DATABASE_URL\n',
  );
  const text = project.read(WORKFLOW);
  assert.match(text, new RegExp(`op-environment: ${ID}`));
  assert.match(text, /service-account-token: \$\{\{ secrets\.OP_SERVICE_ACCOUNT_TOKEN \}\}/);
  assert.doesNotMatch(text, /op:\/\/|id-token/);
  assert.deepEqual(await lintWorkflow(text), []);
  assert.match(out, /variable for each of `KAMAL_REGISTRY_PASSWORD`, `RAILS_MASTER_KEY`, `DATABASE_URL`/);
  assert.match(out, /All 3 secrets that Kamal asks for are assigned/);
  assert.doesNotMatch(out, /vault “|op service-account create/);
  const again = await runCli(['init', '--yes', '--op-environment', ID], project.root);
  assert.match(again.out, /^Everything is set up already/);
});

test('--keyless: no token anywhere, the permission for the word of GitHub, and the steps of a person', async () => {
  using project = new TemporaryProject({ 'config/deploy.yml': DEPLOY });
  const { status, out } = await runCli(['init', '--yes', '--keyless'], project.root);
  assert.equal(status, 0, out);
  const text = project.read(WORKFLOW);
  assert.match(text, /permissions:\n {2}contents: read\n {2}id-token: write\n/);
  for (const input of [
    'workload-id: ${{ vars.OP_WORKLOAD_ID }}',
    'integration-key: ${{ secrets.OP_INTEGRATION_KEY }}',
    'op-environment: ${{ vars.OP_ENVIRONMENT_ID }}',
  ])
    assert.ok(text.includes(input), input);
  assert.doesNotMatch(text, /SERVICE_ACCOUNT/);
  assert.deepEqual(await lintWorkflow(text), []);
  assert.match(project.read('.kamal/secrets'), /^DATABASE_URL=\$DATABASE_URL$/m);
  assert.match(out, /workload identity integration/);
  assert.match(out, /`OP_INTEGRATION_KEY`: on its own the key opens nothing/);
  assert.doesNotMatch(out, /a service account that|op service-account create/);
  const agents = project.read('AGENTS.md');
  assert.match(agents, /the workload and its integration, the GitHub secret `OP_INTEGRATION_KEY`/);
  assert.doesNotMatch(agents, /service account|OP_SERVICE_ACCOUNT_TOKEN/);
});

test('AGENTS.md names the Connect server where the workflow signs in through one', async () => {
  using project = new TemporaryProject(rails);
  await runCli(['init', '--yes', '--op-environment', ID], project.root);
  assert.match(
    project.read('AGENTS.md'),
    /the service account, the GitHub secret `OP_SERVICE_ACCOUNT_TOKEN`/,
  );
  const through = project
    .read(WORKFLOW)
    .replaceAll(/service-account-token: .*/g, 'connect-host: ${{ vars.H }}')
    .replaceAll(/op-environment: .*/g, 'connect-token: ${{ secrets.OP_CONNECT_TOKEN }}');
  project.write({ [WORKFLOW]: through });
  await runCli(['init', '--yes'], project.root);
  assert.match(
    project.read('AGENTS.md'),
    /the Connect server and its token, the GitHub secret `OP_CONNECT_TOKEN`/,
  );
});

test('--keyless beside a fetch from a vault writes nothing', async () => {
  const files = {
    'config/deploy.yml': deployFile(),
    '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
  };
  using project = new TemporaryProject(files);
  const { status, err } = await runCli(['init', '--yes', '--keyless'], project.root);
  assert.equal(status, 3);
  assert.match(err, /\.kamal\/secrets reads a vault/);
  assert.equal(project.read('.kamal/secrets'), files['.kamal/secrets']);
});

test('a workflow that deploys already stays as it is, byte for byte, and is named', async () => {
  const workflow =
    'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      - run: bundle exec kamal deploy\n';
  using project = new TemporaryProject({ ...rails, [WORKFLOW]: workflow });
  const { out } = await runCli(['init', '--yes', '--op-environment', ID], project.root);
  assert.equal(project.read(WORKFLOW), workflow);
  assert.match(out, /deploy\.yml already deploys, so it stays as it is/);
});

test('an id that is none, and an Environment beside a vault, are wrong usage', async () => {
  using project = new TemporaryProject(rails);
  for (const words of [
    ['--op-environment', 'my environment'],
    ['--op-environment', ID, '--vault', 'MyApp'],
  ])
    assert.equal((await runCli(['init', '--yes', ...words], project.root)).status, 2);
});
