/** `add`, `rename`, `remove` and `fix` where the secrets reach Kamal through a workflow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { runCli } from '../harness/terminal/command-line.ts';

const GIT = { '.git/HEAD': 'ref: refs/heads/main\n' };
const NAMES = ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'];

/** A workflow whose deploy has its secrets from one of three places. */
function workflow(place: 'workflow' | 'job' | 'step', before: readonly string[] = []): string {
  const env = (indent: string): string[] => [
    `${indent}env:`,
    ...NAMES.map((name) => `${indent}  ${name}: \${{ secrets.${name} }}`),
  ];
  return `${[
    'name: Deploy',
    'on: { push: { branches: [main] } }',
    'concurrency: deploy',
    ...(place === 'workflow' ? env('') : []),
    'jobs:',
    '  deploy:',
    '    runs-on: ubuntu-latest',
    ...(place === 'job' ? env('    ') : []),
    '    steps:',
    '      - uses: actions/checkout@v4',
    ...before.map((line) => `      ${line}`),
    '      - run: kamal deploy',
    ...(place === 'step' ? env('        ') : []),
  ].join('\n')}\n`;
}

const project = (extra: Readonly<Record<string, string>> = {}): TemporaryProject =>
  new TemporaryProject({
    ...GIT,
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    '.kamal/secrets': NAMES.map((name) => `${name}=$${name}\n`).join(''),
    '.github/workflows/deploy.yml': workflow('step'),
    ...extra,
  });

const LINE = 'NEW_KEY: ${{ secrets.NEW_KEY }}';

for (const place of ['workflow', 'job', 'step'] as const)
  for (const [what, before] of [
    ['plain', []],
    ['after an action that may set anything', ['- uses: tailscale/github-action@v4']],
  ] as const)
    test(`add passes a secret on beside its neighbours, in the env of the ${place}, ${what}`, async () => {
      using files = project({ '.github/workflows/deploy.yml': workflow(place, before) });
      const { status: code, out } = await runCli(['add', 'NEW_KEY'], files.root);
      assert.equal(code, 0, out);
      assert.match(files.read('.kamal/secrets'), /^NEW_KEY=\$NEW_KEY$/m);
      const text = files.read('.github/workflows/deploy.yml');
      assert.equal(text.split(LINE).length, 2, text);
      assert.ok(
        text.includes(
          `  DATABASE_URL: \${{ secrets.DATABASE_URL }}\n${/^ */m.exec(lineOf(text, LINE))?.[0]}${LINE}`,
        ),
        text,
      );
      assert.match(out, /make sure that the secret `NEW_KEY` exists/);
      assert.equal((await runCli(['check'], files.root)).status, 0);
    });

function lineOf(text: string, part: string): string {
  return text.split('\n').find((line) => line.includes(part)) ?? '';
}

const JOB_ENV = `    env:\n${NAMES.map((name) => `      ${name}: \${{ secrets.${name} }}\n`).join('')}`;

for (const [what, steps, env] of [
  ['a command that an input chooses', '- run: bin/kamal ${{ inputs.command }}', JOB_ENV],
  ['a variable of the shell', '- run: for d in $ALL; do kamal "$COMMAND" -d "$d"; done', JOB_ENV],
  ['an action of others', '- uses: acme/ops/kamal-deploy@v1', JOB_ENV],
  ['an action of the repository', '- uses: ./ship', JOB_ENV],
] as const)
  test(`add passes a secret on beside its neighbours where Kamal runs by ${what}`, async () => {
    using files = project({
      'ship/action.yml': 'runs:\n  using: composite\n  steps:\n    - run: kamal deploy\n      shell: bash\n',
      '.github/workflows/deploy.yml': `on: push\nconcurrency: x\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n${env}    steps:\n      ${steps}\n  other:\n    runs-on: ubuntu-latest\n${env}    steps:\n      - run: echo hello\n`,
    });
    const { status, out } = await runCli(['add', 'NEW_KEY'], files.root);
    assert.equal(status, 0, out);
    const text = files.read('.github/workflows/deploy.yml');
    assert.equal(text.split(LINE).length, 2, text);
    assert.ok(text.indexOf(LINE) < text.indexOf('  other:'), text);
    assert.match(out, /make sure that the secret `NEW_KEY` exists/);
  });

test('add says where an action gets the secrets by inputs, and writes nothing', async () => {
  using files = project({
    'ship/action.yml':
      'inputs:\n  database-url: { required: true }\nruns:\n  using: composite\n  steps:\n    - run: kamal deploy\n      shell: bash\n      env: { DATABASE_URL: "${{ inputs.database-url }}" }\n',
    '.github/workflows/deploy.yml':
      'on: push\nconcurrency: x\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./ship\n        with:\n          database-url: ${{ secrets.DATABASE_URL }}\n',
  });
  const { status, out } = await runCli(['add', 'NEW_KEY'], files.root);
  assert.equal(status, 1, out);
  assert.match(
    out,
    /deploy\.yml:7: Kamal runs in \.\/ship, which gets the other secrets through its inputs: pass it NEW_KEY too/,
  );
  assert.doesNotMatch(files.read('.kamal/secrets'), /NEW_KEY/);
});

test('add says where Kamal runs behind a program that passes on only what it names, and writes nothing', async () => {
  using files = project({
    '.github/workflows/deploy.yml': `on: push\nconcurrency: x\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n${JOB_ENV}    steps:\n      - run: docker run --env DATABASE_URL --env KAMAL_REGISTRY_PASSWORD acme/kamal kamal deploy\n`,
  });
  const { status, out } = await runCli(['add', 'NEW_KEY'], files.root);
  assert.equal(status, 1, out);
  assert.match(
    out,
    /deploy\.yml:10: Kamal runs through `docker run`, which passes on only the variables named there/,
  );
  assert.doesNotMatch(files.read('.kamal/secrets'), /NEW_KEY/);
});

test('add leaves a step alone that deploys another project, in a way that is not seen', async () => {
  const other = 'docker run --env DATABASE_URL acme/kamal kamal deploy -c config/admin.yml';
  const admin = `on: push\nconcurrency: x\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n${JOB_ENV}    steps:\n      - run: ${other}\n`;
  using files = project({ '.github/workflows/admin.yml': admin });
  const { status, out } = await runCli(['add', 'NEW_KEY'], files.root);
  assert.equal(status, 0, out);
  assert.equal(files.read('.github/workflows/admin.yml'), admin);
});

test('add gives a job that only a run knows the destination of no secret of another one', async () => {
  const job = (id: string, name: string): string =>
    `  ${id}:\n    runs-on: ubuntu-latest\n    env:\n      ${name}: \${{ secrets.${name} }}\n    steps:\n      - run: bin/kamal "\${{ inputs.command }}"\n`;
  using files = project({
    '.kamal/secrets-common': 'KAMAL_REGISTRY_PASSWORD=x\n',
    '.kamal/secrets': 'DATABASE_URL=$DATABASE_URL\n',
    '.kamal/secrets.staging': 'DATABASE_URL=$STAGING_DATABASE_URL\n',
    'config/deploy.staging.yml': 'servers: [192.0.2.8]\n',
    '.github/workflows/deploy.yml': `on: push\nconcurrency: x\njobs:\n${job('one', 'DATABASE_URL')}${job('two', 'STAGING_DATABASE_URL')}`,
  });
  const { status, out } = await runCli(['add', 'NEW_KEY'], files.root);
  assert.equal(status, 0, out);
  const [, one = '', two = ''] = files.read('.github/workflows/deploy.yml').split(/^ {2}(?:one|two):$/m);
  assert.match(one, /^ {6}NEW_KEY: /m);
  assert.doesNotMatch(one, /STAGING_NEW_KEY/);
  assert.match(two, /^ {6}STAGING_NEW_KEY: /m);
  assert.doesNotMatch(two, /^ {6}NEW_KEY: /m);
});

test('add hands a secret over to a called workflow', async () => {
  const called = workflow('job').replace(
    'on: { push: { branches: [main] } }',
    `on:\n  workflow_call:\n    secrets:\n${NAMES.map((name) => `      ${name}:\n        required: true`).join('\n')}`,
  );
  using files = project({
    '.github/workflows/deploy.yml': called,
    '.github/workflows/main.yml': `on: push\njobs:\n  call:\n    uses: ./.github/workflows/deploy.yml\n    secrets:\n${NAMES.map((name) => `      ${name}: \${{ secrets.${name} }}`).join('\n')}\n`,
  });
  const { status: code, out } = await runCli(['add', 'NEW_KEY'], files.root);
  assert.equal(code, 0, out);
  assert.match(files.read('.github/workflows/main.yml'), /^ {6}NEW_KEY: \$\{\{ secrets\.NEW_KEY \}\}$/m);
  assert.match(files.read('.github/workflows/deploy.yml'), /^ {6}NEW_KEY:\n {8}required: true$/m);
  assert.match(files.read('.github/workflows/deploy.yml'), /^ {6}NEW_KEY: \$\{\{ secrets\.NEW_KEY \}\}$/m);
});

test('add leaves all to the person where a called workflow has to declare the secret and no line shows the way', async () => {
  const called = workflow('job')
    .replace(
      'on: { push: { branches: [main] } }',
      'on:\n  workflow_call:\n    secrets:\n      OTHER: { required: true }',
    )
    .replaceAll(/\$\{\{ secrets\.\w+ \}\}/g, '${{ needs.prepare.outputs.all }}');
  using files = project({ '.github/workflows/deploy.yml': called });
  const { status, out } = await runCli(['add', 'NEW_KEY'], files.root);
  assert.equal(status, 1);
  assert.match(out, /more than edits can do, so nothing was written/);
  assert.doesNotMatch(files.read('.kamal/secrets'), /NEW_KEY/);
  assert.match(out, /In \.github\/workflows\/deploy\.yml: Declare NEW_KEY under on\.workflow_call\.secrets/);
});

test('add goes to the file that has the others, where the file of a destination holds comments alone', async () => {
  using files = project({
    'config/deploy.staging.yml': 'servers:\n  - 192.0.2.20\n',
    '.kamal/secrets': '',
    '.kamal/secrets-common': NAMES.map((name) => `${name}=$${name}\n`).join(''),
    '.kamal/secrets.staging': '# nothing yet\n',
    '.github/workflows/deploy.yml': workflow('job').replace('kamal deploy', 'kamal deploy -d staging'),
  });
  const { status: code, out } = await runCli(['add', 'NEW_KEY', '-d', 'staging'], files.root);
  assert.equal(code, 0, out);
  assert.match(files.read('.kamal/secrets-common'), /^NEW_KEY=\$NEW_KEY$/m);
  assert.equal(files.read('.kamal/secrets.staging'), '# nothing yet\n');
  assert.ok(files.read('.github/workflows/deploy.yml').includes(LINE));
});

test('add follows the way in which the others are called in the environment', async () => {
  using files = project({
    '.kamal/secrets':
      'KAMAL_REGISTRY_PASSWORD=$PROD_KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$PROD_DATABASE_URL\n',
    '.github/workflows/deploy.yml': workflow('job').replaceAll(/(KAMAL_REG|DATABASE)/g, 'PROD_$1'),
  });
  const { status: code, out } = await runCli(['add', 'NEW_KEY'], files.root);
  assert.equal(code, 0, out);
  assert.match(files.read('.kamal/secrets'), /^NEW_KEY=\$PROD_NEW_KEY$/m);
  assert.match(files.read('.github/workflows/deploy.yml'), /PROD_NEW_KEY: \$\{\{ secrets\.PROD_NEW_KEY \}\}/);
  assert.match(out, /the secret `PROD_NEW_KEY` exists/);
});

for (const [what, extra, said] of [
  [
    'no way is seen',
    { '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=$A\nDATABASE_URL=$B\n' },
    /Assign NEW_KEY in \.kamal\/secrets/,
  ],
  [
    'a job copies another file over the secrets file',
    {
      '.kamal/secrets-ci': NAMES.map((name) => `${name}=$${name}\n`).join(''),
      '.github/workflows/deploy.yml': workflow('job', ['- run: cp .kamal/secrets-ci .kamal/secrets']),
    },
    /deploy\.yml:12: a job writes \.kamal\/secrets there from \.kamal\/secrets-ci/,
  ],
] as const)
  test(`add writes nothing and says so where ${what}`, async () => {
    using files = project(extra);
    const paths = ['config/deploy.yml', '.kamal/secrets', '.github/workflows/deploy.yml'];
    const before = paths.map((path) => files.read(path));
    const { status: code, out } = await runCli(['add', 'NEW_KEY'], files.root);
    assert.equal(code, 1, out);
    assert.match(out, /nothing was written/);
    assert.match(out, said);
    assert.deepEqual(
      paths.map((path) => files.read(path)),
      before,
    );
  });

test('rename says that the workflow stays where the secrets file goes on reading the variable', async () => {
  using files = project();
  const { status: code, out } = await runCli(['rename', 'DATABASE_URL', 'DB_URL'], files.root);
  assert.equal(code, 0, out);
  assert.match(files.read('.kamal/secrets'), /^DB_URL=\$DATABASE_URL$/m);
  assert.match(out, /deploy\.yml:12 passes DATABASE_URL, which \.kamal\/secrets still reads .* it stays/);
  assert.equal((await runCli(['check'], files.root)).status, 0);
});

test('remove names the line of the workflow that nothing reads any more', async () => {
  using files = project();
  const { status: code, out } = await runCli(['remove', 'DATABASE_URL'], files.root);
  assert.equal(code, 0, out);
  assert.match(out, /deploy\.yml:12 mentions DATABASE_URL/);
  assert.doesNotMatch(files.read('.kamal/secrets'), /DATABASE_URL/);
});

test('fix passes on what a workflow does not, and adds what keeps two deploys apart', async () => {
  const text = workflow('step')
    .replace('concurrency: deploy\n', '')
    .replace(/ +DATABASE_URL: .*\n/, '');
  using files = project({ '.github/workflows/deploy.yml': text });
  const { out } = await runCli(['fix'], files.root);
  const now = files.read('.github/workflows/deploy.yml');
  assert.match(now, /^ {10}DATABASE_URL: \$\{\{ secrets\.DATABASE_URL \}\}$/m, out);
  assert.match(now, /concurrency:/);
  assert.equal((await runCli(['check'], files.root)).status, 0);
});

const SPELLINGS = ['DATABSE_URL', 'Database_Url', 'database_url'];
const FETCH =
  'SECRETS=$(kamal secrets fetch --adapter 1password --account my --from Shop/Production KAMAL_REGISTRY_PASSWORD DATABASE_URL)\nKAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD ${SECRETS})\n';

for (const spelling of SPELLINGS)
  for (const [what, file, text, right] of [
    [
      'extracts the right name',
      'secrets',
      `${FETCH}NAME=$(kamal secrets extract DATABASE_URL \${SECRETS})\n`,
      null,
    ],
    ['extracts the same slip', 'secrets', `${FETCH}NAME=$(kamal secrets extract NAME \${SECRETS})\n`, null],
    ['passes the right variable on', 'secrets', 'KAMAL_REGISTRY_PASSWORD=$A\nNAME=$DATABASE_URL\n', null],
    ['reads with op', 'secrets', 'KAMAL_REGISTRY_PASSWORD=$A\nNAME=$(op read op://S/P/DATABASE_URL)\n', null],
    [
      'stands in the file of all destinations',
      'secrets-common',
      'KAMAL_REGISTRY_PASSWORD=$A\nNAME=$DATABASE_URL\n',
      'staging',
    ],
    [
      'stands in the file of a destination',
      'secrets.staging',
      'KAMAL_REGISTRY_PASSWORD=$A\nNAME=$DATABASE_URL\n',
      'staging',
    ],
  ] as const)
    test(`fix mends ${spelling} where the line ${what}`, async () => {
      using files = new TemporaryProject({
        ...GIT,
        'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
        [`.kamal/${file}`]: text.replaceAll('NAME', spelling),
        ...(right === null ? {} : { 'config/deploy.staging.yml': 'servers:\n  - 192.0.2.20\n' }),
      });
      const { out } = await runCli(['fix', ...(right === null ? [] : ['-d', right])], files.root);
      assert.equal(files.read(`.kamal/${file}`), text.replaceAll('NAME', 'DATABASE_URL'), out);
    });

for (const [what, fetch, said] of [
  ['1Password', '--adapter 1password --account my --from Shop/Production', /delete the field `DATABASE_URL`/],
  ['Bitwarden', '--adapter bitwarden-sm all', /Delete `DATABASE_URL` from the vault/],
  ['a project of Bitwarden', '--adapter bitwarden-sm 0f0f0f0f/all', /Delete `DATABASE_URL` from the vault/],
] as const)
  test(`what a fetch of everything brings is renamed and removed by its extract: ${what}`, async () => {
    const text = `SECRETS=$(kamal secrets fetch ${fetch})\nDATABASE_URL=$(kamal secrets extract DATABASE_URL \${SECRETS})\n`;
    const files = {
      ...GIT,
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')).replace(
        / {2}password:\n.*\n/,
        '  password: x\n',
      ),
      '.kamal/secrets': text,
    };
    using renamed = new TemporaryProject(files);
    assert.equal((await runCli(['rename', 'DATABASE_URL', 'DB_URL'], renamed.root)).status, 0);
    assert.equal(renamed.read('.kamal/secrets'), text.replaceAll('DATABASE_URL', 'DB_URL'));
    using removed = new TemporaryProject(files);
    const { status, out } = await runCli(['remove', 'DATABASE_URL'], removed.root);
    assert.equal(status, 0, out);
    // Nothing reads the fetch any more.
    assert.equal(removed.read('.kamal/secrets').trim(), '');
    assert.match(out, said);
  });
