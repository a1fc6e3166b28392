/** A deploy through a Connect server: Kamal is answered from what was read there, and the token goes nowhere else. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { SECRETS, Stage, VAULT } from '../harness/e2e/stage.ts';
import { ConnectService } from '../harness/onepassword/connect.ts';
import type { Job } from '../harness/runner/job.ts';
import type { App } from '../harness/target/app.ts';
import { containerEnv, runningContainers } from '../harness/target/containers.ts';
import { lockState } from '../harness/target/lock.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { fetchedSecrets } from '../harness/target/secrets-file.ts';
import { withoutTarget } from '../harness/target/target.ts';

describe('through Connect', { skip: withoutTarget() }, () => {
  let stage: Stage;
  let connect: ConnectService;
  before(async () => {
    stage = await Stage.set();
    connect = await ConnectService.start(stage.service.vaults);
  });
  after(async () => {
    await connect?.[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    connect.forget();
    stage.service.forget();
    stage.releases.forget();
    await resetTarget();
  });

  const names = Object.keys(SECRETS);
  const from = { account: 'acme', vault: VAULT, item: 'Production' };

  function job(
    app: App,
    inputs: Readonly<Record<string, string>> = {},
    env: Readonly<Record<string, string>> = {},
  ): Job {
    return stage.job(app, {
      inputs: { 'connect-host': connect.url, 'connect-token': connect.token, ...inputs },
      env: { OP_SERVICE_ACCOUNT_TOKEN: '', ...env },
    });
  }

  test('the containers hold what the vault holds; op is not fetched, 1Password itself not asked, no child has the token', async () => {
    const app = await stage.app({
      secrets: [...names, 'READ'],
      secretsFile: `${fetchedSecrets(names, from)}READ=$(op read op://${VAULT}/Production/STRIPE_KEY)\nPEEKED=$(env -0 > "$RUNNER_TEMP/command-env"; echo peeked)\n`,
      hooks: { 'pre-deploy': 'env -0 > "$RUNNER_TEMP/hook-env"; op whoami 2> "$RUNNER_TEMP/op-said"; true' },
    });
    await using one = job(app);
    const main = await one.run('main');
    assert.equal(main.exitCode, 0, main.log);
    assert.equal((await one.run('post')).exitCode, 0);

    const [host] = stage.target.hosts;
    const [name = ''] = (await runningContainers(host)).filter((each) => each.startsWith('e2e-web'));
    const env = await containerEnv(host, name);
    for (const [secret, value] of Object.entries(SECRETS)) assert.equal(env.get(secret), value, secret);
    assert.equal(env.get('READ'), SECRETS['STRIPE_KEY']);
    assert.match(main.log, /with 4 secrets in its containers/);
    assert.equal(lockState(host).held, false);

    // The list of vaults, that of one vault, and its two items.
    assert.equal(connect.requests.length, 4);
    assert.deepEqual([stage.service.requests, stage.releases.requests], [[], []]);
    for (const file of ['hook-env', 'command-env']) {
      const variables = readFileSync(join(one.temp, file), 'utf8')
        .split('\0')
        .map((line) => line.split('=')[0] ?? '');
      assert.deepEqual(
        variables.filter((each) => /^(?:OP_|INPUT_)/.test(each)),
        [],
        file,
      );
    }
    assert.match(
      readFileSync(join(one.temp, 'op-said'), 'utf8'),
      /through a Connect server, and op does not get its token/,
    );
    const files = ['output', 'state', 'env', 'path', 'summary'].map((file): [string, string] => [
      file,
      readFileSync(one.file(file), 'utf8'),
    ]);
    assert.deepEqual(
      findLeaks([...stage.secrets, connect.token], Object.fromEntries([['main', main.written], ...files]), [
        app.dir,
        one.home,
      ]),
      [],
    );
    assert.deepEqual(findLeaks([connect.token], {}, [one.temp]), []);
  });

  test('verify, and what is missing in the vault, are told as with a token', async () => {
    const app = await stage.app({
      secretsFile: fetchedSecrets([...names, 'NOT_THERE'], from),
      secrets: [...names, 'NOT_THERE'],
    });
    await using one = job(app, { command: 'check' });
    const main = await one.run('main');
    assert.equal(main.exitCode, 1);
    assert.match(main.log, /vault-field-missing/);
  });

  test('a token that the server does not take, and ways that cannot be: a sentence, before anything is built', async () => {
    const app = await stage.app({ secrets: names, secretsFile: fetchedSecrets(names, from) });
    const elsewhere = 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJvdGhlciJ9.c2ln';
    const cases: readonly (readonly [Job, string])[] = [
      [job(app, { 'connect-token': elsewhere }), 'connect-refused'],
      [job(app, { 'connect-host': 'http://203.0.113.7:8080' }), 'connect-not-encrypted'],
      [job(app, {}, { OP_SERVICE_ACCOUNT_TOKEN: stage.service.token }), 'two-ways-to-sign-in'],
      [job(app, { 'op-environment': 'bhd6i5wkhh3kdmlxqfsvzldbxu' }), 'connect-has-no-environments'],
      [job(app, { 'connect-token': '' }), 'connect-incomplete'],
    ];
    for (const [one, cause] of cases) {
      await using running = one;
      const main = await running.run('main');
      assert.equal(main.exitCode, 1, main.log);
      assert.equal(running.outputs['cause'], cause);
    }
    assert.deepEqual(stage.service.requests, []);
  });

  test('the variables of Connect do as well; beside a token they are refused as before', async () => {
    const app = await stage.app({ secrets: names, secretsFile: fetchedSecrets(names, from) });
    const variables = { OP_CONNECT_HOST: connect.url, OP_CONNECT_TOKEN: connect.token };
    const none = { 'connect-host': '', 'connect-token': '' };
    await using well = job(app, { ...none, command: 'check' }, variables);
    assert.equal((await well.run('main')).exitCode, 0);
    assert.ok(connect.requests.length > 0);
    await using both = job(app, none, { ...variables, OP_SERVICE_ACCOUNT_TOKEN: stage.service.token });
    assert.equal((await both.run('main')).exitCode, 1);
    assert.equal(both.outputs['cause'], 'connect-shadows-token');
  });
});
