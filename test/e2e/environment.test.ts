/** A deploy whose secrets and SSH key come from a 1Password Environment. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { Stage } from '../harness/e2e/stage.ts';
import { containerEnv, runningContainers } from '../harness/target/containers.ts';
import { lockState } from '../harness/target/lock.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { withoutTarget } from '../harness/target/target.ts';

/** Everything that dotenv, a shell or Kamal could interpret; the container has these unchanged. */
const WHOLE: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://app:p%40$HOME-${PATH}-4f9a1c@db.internal/app?a=b&c=d',
  COMMANDS: '$(touch /tmp/executed-by-environment-test) `id` $$ $5x-19fe',
  QUOTED: `it's "quoted" # no comment = é grüße-7be1`,
};
/** Kamal's own env file writes these otherwise for a container; Kamal itself and hooks have them whole. */
const ESCAPED: Readonly<Record<string, string>> = {
  PEM: '-----BEGIN INVENTED-----\nline-one-8d8d\n\tline-two-9e9e\n-----END INVENTED-----\n',
  BACKSLASHES: String.raw`C:\new\table \$HOME-31f0aa`,
};
const UNTAKEN = { UNTAKEN: 'taken-by-nobody-c0ffee42' };
const TAKEN = { ...WHOLE, ...ESCAPED };

describe('a 1Password Environment', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage[Symbol.asyncDispose]());
  beforeEach(() => resetTarget());

  test('the containers hold its variables byte for byte, hooks only those that are taken, and nothing is written', async () => {
    const { hosts, deployKey, registry } = stage.target;
    const [host] = hosts;
    const variables = {
      ...TAKEN,
      ...UNTAKEN,
      KAMAL_REGISTRY_PASSWORD: registry.password,
      SSH_KEY: readFileSync(deployKey.privateKeyFile, 'utf8'),
      KNOWN_HOSTS: hosts.flatMap(({ hostKeyLines }) => hostKeyLines).join('\n'),
    };
    const production = stage.service.addEnvironment({ title: 'production', variables });
    const staging = stage.service.addEnvironment({
      title: 'staging',
      variables: { ...variables, DATABASE_URL: 'of-staging-and-nothing-else' },
    });
    const names = Object.keys(TAKEN);
    const app = await stage.app({
      secrets: names,
      secretsFile: null,
      files: {
        '.kamal/secrets-common': ['KAMAL_REGISTRY_PASSWORD', ...names]
          .map((name) => `${name}=$${name}\n`)
          .join(''),
      },
      destinations: { production: { deploy: {} }, staging: { deploy: {} } },
      hooks: {
        'pre-deploy': `env -0 > "$RUNNER_TEMP/hook-env"`,
      },
    });
    stage.service.forget();
    await using job = stage.job(app, {
      inputs: {
        destination: 'production',
        'op-environment': `staging: ${staging.id}\nproduction: ${production.id}\n`,
      },
      env: { GITHUB_SHA: app.version },
    });
    const main = await job.run('main');
    assert.equal(main.exitCode, 0, main.log);
    assert.equal((await job.run('post')).exitCode, 0);

    const [name = ''] = (await runningContainers(host)).filter((each) => each.startsWith('e2e-web'));
    const env = await containerEnv(host, name);
    for (const [secret, value] of Object.entries(WHOLE)) assert.equal(env.get(secret), value, secret);
    assert.equal(env.has('UNTAKEN'), false);
    assert.equal(lockState(host).held, false);
    assert.match(main.log, /with 5 secrets in its containers/);
    for (const secret of names)
      assert.match(job.summary, new RegExp(`\\| \`${secret}\` \\| ✅ \\| ✅ \\| ✅ \\|`));

    const hook = new Map(
      readFileSync(join(job.temp, 'hook-env'), 'utf8')
        .split('\0')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    for (const [secret, value] of Object.entries(TAKEN)) assert.equal(hook.get(secret), value, secret);
    assert.deepEqual(
      [...hook.keys()].filter((each) => ['UNTAKEN', 'SSH_KEY', 'KNOWN_HOSTS'].includes(each)),
      [],
    );
    assert.equal(readdirSync(tmpdir()).includes('executed-by-environment-test'), false);

    // Four to sign in, and those of the one Environment; none of vaults, none of staging's.
    const asked = stage.service.requests.filter(({ path }) => path.includes(staging.id));
    assert.deepEqual(asked, []);
    assert.equal(stage.service.requests.length, 8);

    // Another job: what the Environment holds by now is what the containers are compared with.
    const verify = { destination: 'production', 'op-environment': production.id, command: 'verify' };
    await using same = stage.job(app, { inputs: verify });
    const proven = await same.run('main');
    assert.equal(proven.exitCode, 0, proven.log);
    production.setField('production', { label: 'DATABASE_URL', value: 'changed-since-77aa' });
    await using later = stage.job(app, { inputs: verify });
    const differs = await later.run('main');
    assert.equal(differs.exitCode, 1);
    assert.match(differs.log, /has a different value for DATABASE_URL/);
    assert.doesNotMatch(differs.log, /a different value for (?:COMMANDS|QUOTED|PEM|BACKSLASHES)/);

    const files = ['output', 'state', 'env', 'path', 'summary'].map((file): [string, string] => [
      file,
      readFileSync(job.file(file), 'utf8'),
    ]);
    const secrets = [...stage.secrets, ...Object.values(TAKEN), ...Object.values(UNTAKEN)];
    assert.deepEqual(
      findLeaks(secrets, Object.fromEntries([['main', main.written], ...files]), [app.dir]),
      [],
    );
  });

  test('a variable that is missing stops the deploy at its line, before anything is built', async () => {
    const environment = stage.service.addEnvironment({
      title: 'incomplete',
      variables: {
        KAMAL_REGISTRY_PASSWORD: stage.target.registry.password,
        DATABASEURL: 'postgres://under-another-name',
        SSH_KEY: readFileSync(stage.target.deployKey.privateKeyFile, 'utf8'),
      },
    });
    const app = await stage.app({
      secrets: ['DATABASE_URL'],
      secretsFile: 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\n',
    });
    await using job = stage.job(app, { inputs: { 'op-environment': environment.id } });
    const main = await job.run('main');
    assert.equal(main.exitCode, 1);
    assert.match(main.log, /environment-variable-missing/);
    assert.match(main.log, /did you mean `DATABASEURL`\?/);
    assert.doesNotMatch(main.log, /docker buildx|Building/);
  });
});
