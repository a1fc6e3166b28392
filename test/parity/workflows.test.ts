/** Workflows that deploy with Kamal: what the rules say of them, and what they leave alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_OP_VERSION } from '../../src/onepassword/op/release.ts';
import { DEFAULT_OP } from '../../src/parity/rules/op-command-beta.ts';
import { applyEdits } from '../../src/parity/edits/fix.ts';
import type { Finding } from '../../src/parity/model.ts';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { distinctFindings, type Report } from '../../src/parity/report/report.ts';
import { previewProject, previewWorkflows } from '../../src/parity/examples/preview-example.ts';
import { rules } from '../../src/parity/rules.ts';
import {
  BOILERPLATE,
  CONCURRENCY,
  kamalStep,
  TOKEN_LINE,
  withEnvironment,
  withOnePassword,
  workflow,
} from '../../src/parity/examples/workflow-example.ts';
import { readProject } from '../../src/files/read-project.ts';
import { check } from '../../src/parity/check.ts';
import { checkFiles } from '../harness/parity/agreement.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

type Files = Readonly<Record<string, string>>;

/** Without what is only slow: none of these projects caches its build. */
function findings(report: Report): Finding[] {
  return distinctFindings(report)
    .map(({ finding }) => finding)
    .filter(({ rule }) => rule.startsWith('workflow-') && rule !== 'workflow-no-build-cache');
}

function found(files: Files, destination: string | null = null): string[] {
  return findings(checkFiles(files, destination)).map(({ rule }) => rule);
}

const ACTION = '      - uses: kamal-1password/kamal-1password@v1';

for (const [id, rule] of Object.entries(rules).filter(([name]) => name.startsWith('workflow-'))) {
  test(`${id}: its edits mend it`, () => {
    const report = checkFiles(rule.examples().failing);
    const [finding] = findings(report);
    const edits = finding?.fixes.find(({ actor }) => actor === 'agent')?.edits ?? [];
    const [edit] = edits;
    if (edit === undefined) return;
    const text = applyEdits(report.sources.get(edit.file)?.text ?? '', edits);
    assert.deepEqual(found({ ...rule.examples().failing, [edit.file]: text }), []);
  });
}

test('our action: the token by input or by environment, of the step, the job or the workflow', () => {
  const token = 'OP_SERVICE_ACCOUNT_TOKEN: ${{ secrets.T }}';
  const cases: [string, string[]][] = [
    [workflow({ top: CONCURRENCY, steps: [ACTION] }), ['workflow-token-missing']],
    [workflow({ top: CONCURRENCY, steps: [ACTION, '        with: { service-account-token: x }'] }), []],
    [workflow({ top: CONCURRENCY, steps: [ACTION, '        env:', `          ${token}`] }), []],
    [workflow({ top: CONCURRENCY, job: ['    env:', `      ${token}`], steps: [ACTION] }), []],
    [workflow({ top: [...CONCURRENCY, 'env:', `  ${token}`], steps: [ACTION] }), []],
    [workflow({ top: CONCURRENCY, steps: [ACTION, '        with: { command: check }'] }), []],
    [
      workflow({ top: CONCURRENCY, steps: [ACTION, '        with: { command: "${{ inputs.command }}" }'] }),
      ['workflow-token-missing'],
    ],
  ];
  for (const [text, expected] of cases) assert.deepEqual(found(withOnePassword(text)), expected, text);
});

test('the token in the environment of another step is not there; exported, it is', () => {
  const load = (...lines: string[]): string =>
    workflow({
      top: CONCURRENCY,
      steps: [...BOILERPLATE, ...lines.map((line) => `      ${line}`), ...kamalStep()],
    });
  const other = load(
    '- uses: 1password/load-secrets-action@v3',
    '  with: { export-env: false }',
    '  env:',
    `    ${TOKEN_LINE}`,
  );
  assert.deepEqual(found(withOnePassword(other)), ['workflow-token-missing']);
  const configured = load(
    '- uses: 1password/load-secrets-action/configure@v3',
    '  with: { service-account-token: "${{ secrets.T }}" }',
  );
  assert.deepEqual(found(withOnePassword(configured)), []);
  const exported = load('- run: echo "OP_SERVICE_ACCOUNT_TOKEN=${{ secrets.T }}" >> "$GITHUB_ENV"');
  assert.deepEqual(found(withOnePassword(exported)), []);
  const unseen = load('- uses: acme/company-secrets@v1');
  assert.deepEqual(found(withOnePassword(unseen)), []);
});

test('what a runner of one’s own has set is not known', () => {
  const text = workflow({ top: CONCURRENCY, steps: kamalStep() });
  for (const runner of ['self-hosted', '[self-hosted, linux]', '${{ matrix.runner }}']) {
    assert.deepEqual(found(withOnePassword(text.replace('ubuntu-latest', runner))), [], runner);
  }
});

test('Kamal is recognised as people write it, and nothing else is', () => {
  const run = (script: string): string[] =>
    found(
      withOnePassword(
        workflow({
          top: CONCURRENCY,
          steps: [...BOILERPLATE, ...script.split('\n').map((line) => `      ${line}`)],
        }),
      ),
    );
  const missing = ['workflow-token-missing'];
  for (const command of [
    'kamal deploy',
    'bin/kamal deploy',
    './bin/kamal setup',
    'bundle exec kamal redeploy --skip-push',
    'cd . && kamal deploy'.slice(8),
  ]) {
    assert.deepEqual(run(`- run: ${command}`), missing, command);
  }
  assert.deepEqual(run('- run: |\n    set -e\n    if true; then kamal deploy; fi'), missing);
  for (const command of [
    'op run --env-file=.env -- kamal deploy',
    'timeout 900 bundle exec kamal deploy',
    'time kamal deploy',
    'FOO=1 kamal deploy',
    'mise exec -- kamal deploy',
    'nix develop -c kamal deploy',
    "bash -c 'kamal deploy'",
    'for d in a b; do bin/kamal deploy; done',
    'kamal app boot',
    'kamal accessory boot all',
    'kamal app exec "bin/rails db:migrate"',
    'kamal build push',
    'kamal registry login',
    'kamal secrets print',
    'kamal deploy | tee log',
    'x=$(kamal secrets print)',
  ])
    assert.deepEqual(run(`- run: |\n    ${command}`), missing, command);
  assert.deepEqual(run('- run: |\n    OP_SERVICE_ACCOUNT_TOKEN=$X kamal deploy'), []);
  for (const command of [
    'kamal version',
    'kamal lock release',
    'echo kamal deploy',
    '# kamal deploy',
    'kamal app exec --reuse ls',
    'kamal app details',
    'doppler run -- kamal deploy',
    'gem install kamal',
    'docker run -v .:/w ghcr.io/basecamp/kamal deploy',
  ]) {
    assert.deepEqual(run(`- run: "${command}"`), [], command);
  }
});

test('each destination has its own secrets', () => {
  const files = (text: string): Files => ({
    ...withEnvironment(text),
    'config/deploy.staging.yml': 'env:\n  clear:\n    A: b\n',
    '.kamal/secrets.staging': 'KAMAL_REGISTRY_PASSWORD=$STAGING_PASSWORD\n',
  });
  const text = workflow({
    top: CONCURRENCY,
    steps: ['      - run: kamal deploy -d staging', '        env: { KAMAL_REGISTRY_PASSWORD: x }'],
  });
  const all = findings(checkAll(files(text)));
  assert.deepEqual(
    all.map(({ rule, secret }) => [rule, secret]),
    [['workflow-secret-not-passed', 'STAGING_PASSWORD']],
  );
});

function checkAll(files: Files): Report {
  using project = new TemporaryProject(files);
  return check(readProject({ root: project.root, destinations: 'all' }));
}

test('a secret that comes on a way that is not seen is not called missing', () => {
  const step = (...lines: string[]): string =>
    workflow({ top: CONCURRENCY, steps: [...lines.map((line) => `      ${line}`), ...kamalStep()] });
  assert.deepEqual(
    found(withEnvironment(step('- run: echo "KAMAL_REGISTRY_PASSWORD=x" >> $GITHUB_ENV'))),
    [],
  );
  assert.deepEqual(found(withEnvironment(step('- run: cat "$FILE" >> $GITHUB_ENV'))), []);
  assert.deepEqual(found(withEnvironment(step('- run: echo "$ALL" > .kamal/secrets'))), []);
  const load = step(
    '- uses: 1password/load-secrets-action@v2',
    '  env:',
    '    KAMAL_REGISTRY_PASSWORD: op://Shop/Registry/password',
  );
  assert.deepEqual(found(withEnvironment(load)), []);
});

test('a command is asked only for what it looks up', () => {
  const accessories = [
    'accessories:',
    '  redis: { image: redis, host: 192.0.2.1 }',
    '  db: { image: postgres, host: 192.0.2.1, env: { secret: [DB_PASSWORD] } }',
    '',
  ].join('\n');
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['kamal accessory reboot redis', ['KAMAL_REGISTRY_PASSWORD']],
    ['kamal accessory reboot -d "" redis', ['DB_PASSWORD', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal accessory boot db', ['DB_PASSWORD', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal accessory boot all', ['DB_PASSWORD', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal accessory boot "$NAME"', ['DB_PASSWORD', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal registry login', ['KAMAL_REGISTRY_PASSWORD']],
    ['kamal proxy reboot -y', ['KAMAL_REGISTRY_PASSWORD']],
    ['kamal app exec "bin/rails db:migrate"', ['KAMAL_REGISTRY_PASSWORD']],
    ['kamal build push', ['BUNDLE_TOKEN', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal build push && kamal accessory boot redis', ['BUNDLE_TOKEN', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal build pull', ['KAMAL_REGISTRY_PASSWORD']],
    ['kamal app boot', ['API_KEY']],
    ['kamal rollback 1f2e3d', ['API_KEY']],
    ['kamal deploy', ['API_KEY', 'BUNDLE_TOKEN', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal deploy --skip-push', ['API_KEY', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal redeploy -P', ['API_KEY', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal redeploy $FLAGS', ['API_KEY', 'BUNDLE_TOKEN', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal setup --skip-push', ['API_KEY', 'DB_PASSWORD', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal setup', ['API_KEY', 'BUNDLE_TOKEN', 'DB_PASSWORD', 'KAMAL_REGISTRY_PASSWORD']],
  ];
  const names = ['KAMAL_REGISTRY_PASSWORD', 'API_KEY', 'DB_PASSWORD', 'BUNDLE_TOKEN'];
  const inputs: readonly (readonly [string, readonly string[]])[] = [
    ['{}', ['API_KEY', 'BUNDLE_TOKEN', 'KAMAL_REGISTRY_PASSWORD']],
    ["{ skip-push: 'true' }", ['API_KEY', 'KAMAL_REGISTRY_PASSWORD']],
    ['{ skip-push: true }', ['API_KEY', 'KAMAL_REGISTRY_PASSWORD']],
    ["{ skip-push: '${{ inputs.built }}' }", ['API_KEY', 'BUNDLE_TOKEN', 'KAMAL_REGISTRY_PASSWORD']],
    ['{ command: rollback }', ['API_KEY']],
    // It can be `preview`, which boots accessories.
    ["{ command: '${{ inputs.command }}' }", names.toSorted()],
  ];
  const project = (command: string): Files => ({
    '.kamal/secrets': names.map((name) => `${name}=$${name}\n`).join(''),
    'config/deploy.yml': `${deployFile(envSecret('API_KEY'))}${accessories}`.replace(
      /^builder:$/m,
      'builder:\n  secrets: [BUNDLE_TOKEN]',
    ),
    '.github/workflows/deploy.yml': workflow({
      top: CONCURRENCY,
      steps: command.startsWith('{') ? [ACTION, `        with: ${command}`] : [`      - run: ${command}`],
    }),
  });
  const missed = (files: Files): string[] =>
    findings(checkFiles(files))
      .flatMap(({ rule, secret }) => (rule === 'workflow-secret-not-passed' ? [secret ?? ''] : []))
      .toSorted();
  for (const [command, expected] of [...commands, ...inputs])
    assert.deepEqual(missed(project(command)), expected, command);
  for (const [command, hook, expected] of [
    ['kamal registry login', 'pre-connect', names.toSorted()],
    ['kamal registry login', 'post-deploy', ['KAMAL_REGISTRY_PASSWORD']],
    ['kamal deploy', 'post-deploy', names.toSorted()],
    ['{}', 'pre-deploy', names.toSorted()],
    ['{ command: rollback }', 'post-deploy', names.toSorted()],
    ['{}', 'pre-build', ['API_KEY', 'BUNDLE_TOKEN', 'KAMAL_REGISTRY_PASSWORD']],
    ['kamal deploy', 'pre-build', ['API_KEY', 'BUNDLE_TOKEN', 'KAMAL_REGISTRY_PASSWORD']],
  ] as const)
    assert.deepEqual(
      missed({ ...project(command), [`.kamal/hooks/${hook}`]: '#!/bin/sh\n' }),
      expected,
      `${command} with ${hook}`,
    );
});

test('variables that an expression passes are not known, and not called missing', () => {
  const step = kamalStep().filter((line) => !/^ +env:|KAMAL_REGISTRY_PASSWORD/.test(line));
  for (const env of [
    ['        env:', '          ${{ insert }}: ${{ secrets }}'],
    ['        env: ${{ fromJSON(toJSON(secrets)) }}'],
  ])
    assert.deepEqual(found(withEnvironment(workflow({ top: CONCURRENCY, steps: [...step, ...env] }))), []);
  const job = ['    env:', '      ${{ insert }}: ${{ secrets }}'];
  assert.deepEqual(found(withEnvironment(workflow({ top: CONCURRENCY, job, steps: step }))), []);
  assert.deepEqual(found(withEnvironment(workflow({ top: CONCURRENCY, steps: step }))), [
    'workflow-secret-not-passed',
  ]);
});

test('a called workflow waits as those wait that call it', () => {
  const called = workflow({ steps: [...BOILERPLATE, ...kamalStep(TOKEN_LINE)] });
  const on = (triggers: string): string => called.replace(/^on:.*\n(?: .*\n)*/m, `on: ${triggers}\n`);
  const calls = (name: string, ...more: string[]): string =>
    [
      'on: push',
      ...more,
      'jobs:',
      '  ship:',
      `    uses: ./.github/workflows/${name}.yml`,
      '    secrets: inherit',
      '',
    ].join('\n');
  const waits = (files: Files): boolean =>
    !found({ ...withOnePassword(on('workflow_call')), ...files }).includes('workflow-no-concurrency');
  const caller = '.github/workflows/release.yml';
  assert.equal(waits({}), false);
  assert.equal(waits({ [caller]: calls('deploy', ...CONCURRENCY) }), true);
  assert.equal(waits({ [caller]: `${calls('deploy')}    concurrency: ship\n` }), true);
  assert.equal(waits({ [caller]: calls('deploy') }), false);
  const other = '.github/workflows/staging.yml';
  assert.equal(waits({ [caller]: calls('deploy', ...CONCURRENCY), [other]: calls('deploy') }), false);
  // Through one that only calls.
  const between = calls('deploy').replace('on: push', 'on: workflow_call');
  assert.equal(
    waits({ [caller]: calls('between', ...CONCURRENCY), '.github/workflows/between.yml': between }),
    true,
  );
  assert.equal(waits({ [caller]: calls('between'), '.github/workflows/between.yml': between }), false);
  // It also starts on its own.
  const both = withOnePassword(on('[workflow_call, push]'));
  assert.ok(
    found({ ...both, [caller]: calls('deploy', ...CONCURRENCY) }).includes('workflow-no-concurrency'),
  );
});

test('a secret of the build shadows no clear variable', () => {
  const shadowed = (from: string | RegExp, to: string): string[] =>
    distinctFindings(
      checkFiles({
        '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nHOST=$HOST\n',
        'config/deploy.yml': deployFile('env:\n  clear:\n    HOST: a.example\n').replace(from, to),
      }),
    ).flatMap(({ finding: { rule } }) => (rule === 'clear-shadows-secret' ? [rule] : []));
  assert.deepEqual(shadowed(/^builder:$/m, 'builder:\n  secrets: [HOST]'), []);
  assert.deepEqual(shadowed('  clear:', '  secret: [HOST]\n  clear:'), ['clear-shadows-secret']);
});

test('a destination without a deploy file stops the deploy, unless the job makes it', () => {
  const files = (steps: string[], more: Files = {}): Files => ({
    ...withEnvironment(workflow({ top: CONCURRENCY, steps })),
    'config/deploy.production.yml': 'env:\n  clear:\n    A: b\n',
    '.kamal/secrets.production': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n',
    ...more,
  });
  const env = ['        env:', '          KAMAL_REGISTRY_PASSWORD: ${{ secrets.KAMAL_REGISTRY_PASSWORD }}'];
  const said = (...steps: string[]): string[] =>
    findings(checkFiles(files([...steps, ...env]), 'production'))
      .filter(({ rule }) => rule === 'workflow-destination-missing')
      .map(({ message }) => message);
  const message =
    'This step deploys to prod, and there is no config/deploy.prod.yml: Kamal stops with “Configuration file not found”. Did you mean production?';
  assert.deepEqual(said('      - run: kamal deploy -d prod'), [message]);
  assert.deepEqual(said('      - run: bin/kamal setup --destination=prod --skip-push'), [message]);
  for (const steps of [
    ['      - run: kamal deploy -d production'],
    ['      - run: kamal deploy -d ${{ inputs.to }}'],
    ['      - run: kamal deploy -d $NAME'],
    ['      - run: cp infra/deploy.prod.yml config/', '      - run: kamal deploy -d prod'],
    ['      - run: cp "ci/$APP.yml" "config/deploy.$TO.yml"', '      - run: kamal deploy -d prod'],
    ['      - run: kamal deploy -d prod', '        working-directory: other'],
    ['      - run: kamal deploy -d prod -c other/deploy.yml'],
    [
      '      - uses: actions/checkout@v5',
      '        with: { repository: acme/deploys, path: config }',
      '      - run: kamal deploy -d prod',
    ],
  ])
    assert.deepEqual(said(...steps), [], steps.join('\n'));
  const action = workflow({
    top: CONCURRENCY,
    steps: [ACTION, '        with: { destination: prod }', ...env],
  });
  assert.ok(
    findings(checkFiles({ ...files([]), '.github/workflows/deploy.yml': action }, 'production')).some(
      (each) => each.message === message,
    ),
  );
});

test('a step with another deploy file is not judged by this one’s destinations and secrets', () => {
  for (const [file, isOther] of [
    ['config/deploy.proxy.yml', true],
    ['./config/deploy.yml', false],
    ['${{ inputs.file }}', false],
  ] as const) {
    const files = {
      '.kamal/secrets.production': 'KAMAL_REGISTRY_PASSWORD=x\n',
      'config/deploy.yml': `${deployFile('')}require_destination: true\n`,
      'config/deploy.production.yml': 'servers: [192.0.2.9]\n',
      'config/deploy.proxy.yml': deployFile(''),
    };
    const token = '          service-account-token: ${{ secrets.T }}';
    const steps = [
      [ACTION, '        with:', token, `          config-file: ${file}`],
      [`      - run: kamal deploy -c ${file}`],
    ];
    for (const each of steps) {
      const text = workflow({ top: CONCURRENCY, steps: each });
      const named = found({ ...files, '.github/workflows/deploy.yml': text }, 'production');
      assert.equal(named.includes('workflow-destination-missing'), !isOther, text);
    }
  }
});

test('a secret that a called workflow does not declare is not passed by the step alone', () => {
  for (const [secrets, isEdited] of [
    ['', true],
    ['\n    secrets: { OTHER: { required: true } }', false],
    ['\n    secrets: { DATABASE_URL: { required: true } }', true],
  ] as const) {
    const text = workflow({ top: CONCURRENCY, steps: ['      - run: kamal deploy'] }).replace(
      /^on:.*(?:\n +.*)*/m,
      `on:\n  workflow_call:${secrets}`,
    );
    const report = checkFiles({
      '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=x\nDATABASE_URL=$DATABASE_URL\n',
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
      '.github/workflows/deploy.yml': text,
    });
    const [finding] = findings(report).filter(({ rule }) => rule === 'workflow-secret-not-passed');
    const fix = finding?.fixes.find(({ actor }) => actor === 'agent');
    assert.equal((fix?.edits.length ?? 0) > 0, isEdited, text);
    if (!isEdited) assert.match(fix?.title ?? '', /^Declare DATABASE_URL under on\.workflow_call\.secrets/);
  }
});

test('a script of the repository may export a variable; one that only prints does not', () => {
  const scripts: readonly (readonly [string, string, boolean])[] = [
    ['run: ci/fetch.sh', 'echo "DATABASE_URL=$(cat /run/x)" >> "$GITHUB_ENV"', true],
    ['run: bash ci/fetch.sh', 'while read -r line; do echo "$line" >> $GITHUB_ENV; done', true],
    ['uses: ./ci', 'cat secrets.env >> "$GITHUB_ENV"', true],
    ['run: ci/fetch.sh', 'echo hello', false],
  ];
  for (const [step, script, mayExport] of scripts) {
    const files = {
      '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=x\nDATABASE_URL=$DATABASE_URL\n',
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
      'ci/fetch.sh': `#!/usr/bin/env bash\n${script}\n`,
      'ci/action.yml':
        'name: x\nruns:\n  using: composite\n  steps:\n    - run: ci/fetch.sh\n      shell: bash\n',
      '.github/workflows/deploy.yml': workflow({
        top: CONCURRENCY,
        steps: [`      - ${step}`, '      - run: kamal deploy'],
      }),
    };
    const expected = mayExport ? [] : ['workflow-secret-not-passed'];
    assert.deepEqual(found(files), expected, `${step}: ${script}`);
  }
});

test('a workflow in a repository above the project is found and named from the project', () => {
  const text = workflow({
    steps: [...BOILERPLATE, '      - run: kamal deploy', '        working-directory: apps/shop'],
  });
  const files = withOnePassword(text);
  const { '.github/workflows/deploy.yml': file, ...project } = files;
  using folder = new TemporaryProject({
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.github/workflows/deploy.yml': file ?? '',
    ...Object.fromEntries(Object.entries(project).map(([path, content]) => [`apps/shop/${path}`, content])),
  });
  const report = check(readProject({ root: `${folder.root}/apps/shop` }));
  assert.deepEqual(
    findings(report).map(({ rule, span }) => [rule, span.file]),
    [
      ['workflow-token-missing', '../../.github/workflows/deploy.yml'],
      ['workflow-no-concurrency', '../../.github/workflows/deploy.yml'],
    ],
  );
});

test('a step that deploys another project is not judged by this one’s secrets', () => {
  const text = workflow({
    top: CONCURRENCY,
    steps: ['      - run: kamal deploy', '        working-directory: other'],
  });
  assert.deepEqual(found(withOnePassword(text)), []);
  assert.deepEqual(
    found(withOnePassword(workflow({ top: CONCURRENCY, steps: ['      - run: cd other && kamal deploy'] }))),
    [],
  );
});

test('code of a pull request beside the token', () => {
  const target = (...steps: string[]): string =>
    workflow({
      on: 'pull_request_target: {}',
      steps: ['        with:', '          ref: ${{ github.head_ref }}', ...steps],
    });
  const step = [ACTION, '        with: { command: check, service-account-token: "${{ secrets.T }}" }'];
  assert.deepEqual(found(withOnePassword(target(...step))), [], 'our check runs nothing of the checkout');
  assert.deepEqual(found(withOnePassword(target('      - run: bundle install', ...step))), [
    'workflow-unsafe-trigger',
  ]);
  const noToken = target('      - run: bundle install # not for kamal');
  assert.deepEqual(found(withOnePassword(noToken)), []);
  const base = workflow({ on: 'pull_request_target: {}', steps: ['      - run: bundle install', ...step] });
  assert.deepEqual(found(withOnePassword(base)), [], 'the base’s own code is no stranger’s');
});

test('permissions: too many, too few', () => {
  const given = (permissions: string[], image?: string): string[] =>
    found(
      withEnvironment(
        workflow({
          top: [...CONCURRENCY, ...permissions],
          steps: kamalStep('KAMAL_REGISTRY_PASSWORD: ${{ github.token }}'),
        }),
        image,
      ),
    );
  assert.deepEqual(given(['permissions: write-all']), ['workflow-permissions']);
  assert.deepEqual(given(['permissions: read-all']), []);
  assert.deepEqual(given(['permissions:', '  packages: write'], 'ghcr.io'), ['workflow-permissions']);
  assert.deepEqual(given(['permissions:', '  contents: read', '  packages: read'], 'ghcr.io'), [
    'workflow-permissions',
  ]);
  assert.deepEqual(given(['permissions:', '  contents: read'], 'registry.example.com'), []);
  assert.deepEqual(given([], 'ghcr.io'), []);
});

test('a comment hides a finding; a file that is no workflow is GitHub’s to complain about', () => {
  const text = workflow({ steps: [...BOILERPLATE, ...kamalStep(TOKEN_LINE)] });
  const hidden = text.replace(
    '  deploy:\n',
    '  # kamal-1password: ignore workflow-no-concurrency — one person deploys\n  deploy:\n',
  );
  assert.deepEqual(found(withOnePassword(hidden)), []);
  for (const broken of [
    'kamal: [',
    '- kamal deploy',
    'kamal',
    'jobs: { a: [kamal deploy] }',
    'jobs:\n  a:\n    steps:\n      - &x\n        run: kamal deploy\n      - *x\n      - *y\n',
  ]) {
    checkFiles(withOnePassword(broken));
  }
});

test('steps that an alias repeats are read once each, maps in one line are not edited', () => {
  const text = workflow({ top: CONCURRENCY, steps: [...BOILERPLATE, '      - { run: kamal deploy }'] });
  const [finding] = findings(checkFiles(withOnePassword(text)));
  assert.equal(finding?.rule, 'workflow-token-missing');
  assert.deepEqual(
    finding.fixes.flatMap(({ edits }) => edits),
    [],
  );
});

test('the op that a workflow gets by default is the one that is installed', () => {
  assert.equal(DEFAULT_OP, DEFAULT_OP_VERSION);
});

test('steps about the same previews: what they have to agree on, and what they need not', () => {
  const cases: readonly (readonly [preview: string, sweep: string, says: RegExp | null])[] = [
    ['', '', null],
    ['preview-label: review', 'preview-label: " Review "', null],
    ['preview-label: ""', "preview-label: ''", null],
    ['preview-label: preview', '', null],
    ['preview-label: ${{ vars.LABEL }}', '', null],
    ['preview-limit: 3', 'preview-expires: 2d', null],
    ['preview-label: review', 'destination: review', null],
    ['preview-label: review', 'working-directory: apps/admin', null],
    ['preview-label: review', 'config-file: config/other.yml', null],
    ['preview-teardown: ${{ vars.DROP }}', '', null],
    [
      'preview-label: review',
      '',
      /uses the label `preview`, the .* the label `review`: it removes each preview/,
    ],
    ['', 'preview-label: review', /removes each preview whose pull request does not have the label `review`/],
    ['preview-label: ""', '', /uses the label `preview`, the .* no label/],
    ['', 'preview-label: ""', /it keeps a preview whose label was removed/],
    ['preview-teardown: bin/rails db:drop', '', /have different `preview-teardown`/],
    ['preview-teardown: a', 'preview-teardown: b', /have different `preview-teardown`/],
  ];
  for (const [previewInputs, sweepInputs, says] of cases) {
    const files = previewProject({ files: previewWorkflows({ previewInputs, sweepInputs }) });
    const said = findings(checkFiles(files, 'preview'))
      .filter(({ rule }) => rule === 'workflow-preview-settings-differ')
      .map(({ message }) => message);
    const shown = `${previewInputs} | ${sweepInputs}: ${said.join('\n')}`;
    assert.equal(said.length, says === null ? 0 : 1, shown);
    if (says !== null) assert.match(said[0] ?? '', says, shown);
  }
});
