/** Where `$NAME` comes from, as workflows and the scripts that they run show it, and what is said of it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { deployFile, REGISTRY_LINE } from '../../src/parity/examples/example.ts';
import { CONCURRENCY, TOKEN_LINE, workflow } from '../../src/parity/examples/workflow-example.ts';
import { distinctFindings, type Report } from '../../src/parity/report/report.ts';
import { startOnePassword, type OnePasswordService } from '../harness/onepassword/service.ts';
import { checkFiles } from '../harness/parity/agreement.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { captured } from '../harness/terminal/captured.ts';

const ID = 'bhd6i5wkhh3kdmlxqfsvzldbxu';
type Files = Readonly<Record<string, string>>;

const project = (...steps: readonly string[]): Files => ({
  '.kamal/secrets': REGISTRY_LINE,
  'config/deploy.yml': deployFile(),
  '.github/workflows/deploy.yml': workflow({ top: CONCURRENCY, steps }),
});
const script = (run: string): Files =>
  project(`      - run: ${run}`, '        env:', `          ${TOKEN_LINE}`);
const action = (...inputs: readonly string[]): Files =>
  project(
    '      - uses: kamal-1password/kamal-1password@v1',
    '        with:',
    ...inputs.map((line) => `          ${line}`),
  );

function said(report: Report): string[] {
  return distinctFindings(report)
    .map(({ finding }) => finding)
    .filter(({ secret }) => secret === 'KAMAL_REGISTRY_PASSWORD')
    .map(({ severity, message }) => `${severity}: ${message}`);
}

describe('without a look into 1Password', () => {
  const cannotSee = (tool: string): string =>
    `info: KAMAL_REGISTRY_PASSWORD comes from what \`${tool}\` passes to Kamal: this check cannot tell whether it is there.`;

  for (const [tool, command] of [
    ['op run', 'op run --env-file=.env.production -- kamal deploy'],
    ['doppler run', 'doppler run --config prd -- bundle exec kamal deploy'],
    ['fnox exec', 'fnox exec -- kamal deploy'],
    ['varlock run', 'varlock run -- bin/kamal deploy'],
    ['infisical run', 'infisical run --env=prod -- kamal deploy'],
  ] as const)
    test(`\`${tool}\` is named as the source, and nothing else is said`, () => {
      assert.deepEqual(said(checkFiles(script(command))), [cannotSee(tool)]);
    });

  test('a tool within a script that a step runs', () => {
    const files = { ...script('bin/ship'), 'bin/ship': '#!/bin/sh\nset -e\ndoppler run -- kamal deploy\n' };
    assert.deepEqual(said(checkFiles(files)), [cannotSee('doppler run')]);
  });

  test('an Environment by its id, and one that only a run knows', () => {
    const canSee = '`check --live` shows whether it is there.';
    assert.deepEqual(
      said(checkFiles(action(`op-environment: ${ID}`, 'service-account-token: ${{ secrets.T }}'))),
      [
        `info: KAMAL_REGISTRY_PASSWORD comes from the 1Password Environment “${ID}” that the workflow names: ${canSee}`,
      ],
    );
    assert.deepEqual(
      said(checkFiles(action('op-environment: ${{ vars.E }}', 'service-account-token: ${{ secrets.T }}'))),
      [
        `info: KAMAL_REGISTRY_PASSWORD comes from the 1Password Environment that the workflow names: ${canSee}`,
      ],
    );
    assert.deepEqual(said(checkFiles(script(`op run --environment ${ID} -- kamal deploy`))), [
      `info: KAMAL_REGISTRY_PASSWORD comes from the 1Password Environment “${ID}”, through \`op run\`: ${canSee}`,
    ]);
  });

  test('a step without a source: the variable is not passed, as before', () => {
    const [finding] = said(checkFiles(script('kamal deploy'))).filter((each) => !each.startsWith('info'));
    assert.match(finding ?? '', /^warning: The secrets file reads \$KAMAL_REGISTRY_PASSWORD/);
  });

  test('two sources: none is named', () => {
    const files = project(
      '      - run: doppler run -- kamal deploy',
      '      - run: fnox exec -- kamal deploy',
    );
    assert.match(said(checkFiles(files))[0] ?? '', /comes from the environment of the deploy/);
  });
});

describe('check --live reads the Environment', () => {
  let service: OnePasswordService;
  before(async () => {
    service = await startOnePassword({
      environments: [{ id: ID, title: 'production', variables: { REGISTRY_PASSWORD: 'of-the-registry' } }],
    });
  });
  after(() => service?.[Symbol.asyncDispose]());

  const live = async (files: Files, ...words: readonly string[]): Promise<string> => {
    using one = new TemporaryProject(files);
    const { out } = await captured(one.root, ['check', '--live', ...words], {
      OP_SERVICE_ACCOUNT_TOKEN: service.token,
    });
    return out;
  };

  test('that the action, `op run --environment` or the option names', async () => {
    const lacking =
      /There is no variable KAMAL_REGISTRY_PASSWORD in the Environment “bhd6i5wkhh3kdmlxqfsvzldbxu”/;
    assert.match(
      await live(action(`op-environment: ${ID}`, 'service-account-token: ${{ secrets.T }}')),
      lacking,
    );
    assert.match(await live(script(`op run --environment=${ID} -- kamal deploy`)), lacking);
    assert.match(await live(script('doppler run -- kamal deploy'), '--op-environment', ID), lacking);
  });

  test('of its own destination only', async () => {
    const files = {
      ...action(
        'destination: staging',
        'op-environment: |',
        `  production: ${ID}`,
        'service-account-token: ${{ secrets.T }}',
      ),
      'config/deploy.staging.yml': 'servers: [192.0.2.9]\n',
      '.kamal/secrets.staging': REGISTRY_LINE,
    };
    assert.doesNotMatch(await live(files, '-d', 'staging'), /There is no variable/);
  });
});
