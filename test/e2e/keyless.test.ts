/** A deploy without a service account token: a workload signs in, and nothing to sign in with reaches anybody else. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { Stage } from '../harness/e2e/stage.ts';
import { idToken, IdTokenService, WorkloadService } from '../harness/onepassword/workload.ts';
import type { Job } from '../harness/runner/job.ts';
import { fetchedSecrets } from '../harness/target/secrets-file.ts';
import type { App } from '../harness/target/app.ts';
import { containerEnv, runningContainers } from '../harness/target/containers.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { withoutTarget } from '../harness/target/target.ts';

const ID = 'wl4d6i5wkhh3kdmlxqfsvzldbx';
const ENVIRONMENT = 'bhd6i5wkhh3kdmlxqfsvzldbxu';
const VALUE = 'postgres://app:p%40$HOME-4f9a1c@db.internal/app';
const SEAM = new URL('../harness/onepassword/seam-thread.ts', import.meta.url).href;

describe('keyless', { skip: withoutTarget() }, () => {
  let stage: Stage;
  let account: WorkloadService;
  let github: IdTokenService;
  let dist: string;
  const word = idToken({ repository: 'acme/app', workflow: 'Deploy', ref: 'refs/heads/main' });
  before(async () => {
    stage = await Stage.set();
    account = await WorkloadService.start();
    github = await IdTokenService.start(word);
    // The shipped bundle, but for the thread: it gets the values that the attested channel would bring.
    dist = join(stage.root, 'dist-with-values');
    cpSync(stage.dist, dist, { recursive: true });
    writeFileSync(join(dist, 'session-thread.js'), `await import(${JSON.stringify(SEAM)});\n`);
  });
  after(async () => {
    await github?.[Symbol.asyncDispose]();
    await account?.[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    account.requests.length = 0;
    github.audiences.length = 0;
    await resetTarget();
  });

  interface Given {
    readonly withValues?: boolean;
    readonly inputs?: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
  }

  function job(app: App, { withValues = false, inputs = {}, env = {} }: Given = {}): Job {
    const variables = {
      KAMAL_REGISTRY_PASSWORD: stage.target.registry.password,
      DATABASE_URL: VALUE,
      SSH_KEY: readFileSync(stage.target.deployKey.privateKeyFile, 'utf8'),
    };
    const file = join(stage.root, 'variables.json');
    const list = Object.entries(variables).map(([name, value]) => ({ name, value, masked: true }));
    writeFileSync(file, JSON.stringify({ variables: list }));
    return stage.job(app, {
      ...(withValues ? { dist } : {}),
      inputs: {
        'workload-id': ID,
        'integration-key': account.key(),
        'op-environment': ENVIRONMENT,
        ...inputs,
      },
      env: {
        OP_SERVICE_ACCOUNT_TOKEN: '',
        NODE_EXTRA_CA_CERTS: account.authorityFile,
        SEAM_VARIABLES: file,
        ...github.environment,
        ...env,
      },
    });
  }

  const taking = (...more: readonly string[]): Promise<App> =>
    stage.app({
      secrets: ['DATABASE_URL', 'PEEKED'],
      secretsFile: [
        'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD',
        'DATABASE_URL=$DATABASE_URL',
        'PEEKED=$(env -0 > "$RUNNER_TEMP/command-env"; echo peeked)',
        ...more,
        '',
      ].join('\n'),
      hooks: {
        'pre-deploy': 'env -0 > "$RUNNER_TEMP/hook-env"; op --version 2> "$RUNNER_TEMP/op-said"; true',
      },
    });

  test('the container has its value, and no token, key or word of GitHub is in a child, or in any byte written', async () => {
    const app = await taking();
    await using one = job(app, { withValues: true });
    const main = await one.run('main');
    assert.equal(main.exitCode, 0, main.log);
    assert.equal((await one.run('post')).exitCode, 0);
    const [host] = stage.target.hosts;
    const [name = ''] = (await runningContainers(host)).filter((each) => each.startsWith('e2e-web'));
    assert.equal((await containerEnv(host, name)).get('DATABASE_URL'), VALUE);

    assert.deepEqual(github.audiences, [account.host]);
    assert.equal(account.requests.length, 1);
    for (const file of ['hook-env', 'command-env']) {
      const names = readFileSync(join(one.temp, file), 'utf8')
        .split('\0')
        .map((line) => line.split('=')[0] ?? '');
      assert.ok(names.includes('DATABASE_URL'), file);
      const withheld = /^(?:OP_|ACTIONS_ID_TOKEN|INPUT_)/;
      assert.deepEqual(
        names.filter((each) => withheld.test(each)),
        [],
        file,
      );
    }
    assert.match(
      readFileSync(join(one.temp, 'op-said'), 'utf8'),
      /signed in with workload identity, which op does not support/,
    );
    // No byte of op was fetched.
    assert.deepEqual(stage.releases.requests, []);
    const files = ['output', 'state', 'env', 'path', 'summary'].map((file): [string, string] => [
      file,
      readFileSync(one.file(file), 'utf8'),
    ]);
    const standing = [account.key(), word, github.requestToken, 'access-token-of-the-workload-7f3a'];
    assert.deepEqual(
      findLeaks([...standing, VALUE], Object.fromEntries([['main', main.written], ...files]), [
        app.dir,
        one.home,
      ]),
      [],
    );
    assert.deepEqual(findLeaks(standing, {}, [one.temp]), []);
  });

  test('a file that fetches from a vault is refused at its line, and nobody is asked', async () => {
    const app = await stage.app({ secretsFile: fetchedSecrets(['DATABASE_URL', 'API_TOKEN']) });
    for (const command of ['deploy', 'verify']) {
      await using one = job(app, { inputs: { command } });
      const main = await one.run('main');
      assert.equal(main.exitCode, 1, main.log);
      assert.equal(one.outputs['cause'], 'keyless-reads-no-vaults');
      assert.match(main.log, /`\.kamal\/secrets:1` reads a vault/);
    }
    assert.deepEqual([account.requests.length, github.audiences.length], [0, 0]);
  });

  test('what is not given, or given twice, is said before anybody is asked', async () => {
    const app = await taking();
    const cases: readonly (readonly [Given, string])[] = [
      [{ env: { ACTIONS_ID_TOKEN_REQUEST_URL: '' } }, 'id-token-permission-missing'],
      [{ env: { OP_SERVICE_ACCOUNT_TOKEN: stage.service.token } }, 'two-ways-to-sign-in'],
      [{ inputs: { 'integration-key': stage.service.token } }, 'integration-key-malformed'],
      [{ inputs: { 'integration-key': '' } }, 'workload-incomplete'],
      [{ inputs: { 'op-environment': '' } }, 'environment-not-named'],
    ];
    for (const [given, cause] of cases) {
      await using one = job(app, given);
      assert.equal((await one.run('main')).exitCode, 1);
      assert.equal(one.outputs['cause'], cause);
    }
    assert.deepEqual([account.requests.length, github.audiences.length], [0, 0]);
  });

  test('an Environment that the workload is not given: the finding, and no deploy', async () => {
    const app = await taking();
    account.configurations = { status: 200, body: { configurations: [] } };
    await using one = job(app);
    const main = await one.run('main');
    assert.equal(main.exitCode, 1);
    assert.match(main.log, /environment-missing/);
    assert.match(main.log, /Kamal was not started/);
  });
});
