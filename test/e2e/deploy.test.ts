import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, beforeEach, describe, test } from 'node:test';
import { GithubService } from '../harness/github/service.ts';
import { containerEnv, runningContainers } from '../harness/target/containers.ts';
import { lockState } from '../harness/target/lock.ts';
import { processesMatching } from '../harness/target/processes.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { fetchedSecrets } from '../harness/target/secrets-file.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { SECRETS, Stage, VAULT } from '../harness/e2e/stage.ts';

describe('deploy', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage[Symbol.asyncDispose]());
  beforeEach(() => resetTarget());

  test('the containers hold what 1Password holds, and nothing is left but what was asked for', async () => {
    const [host] = stage.target.hosts;
    const from = { account: 'acme', vault: VAULT, item: 'Production' };
    // The runner gives its cache's token only to actions: a build that caches with type=gha needs it from us.
    const app = await stage.app({
      secrets: [...Object.keys(SECRETS), 'WELCOME'],
      secretsFile: `${fetchedSecrets(Object.keys(SECRETS), from)}WELCOME=$(printf 'grüße')\n`,
      hooks: { 'pre-build': 'test "$ACTIONS_RUNTIME_TOKEN" = the-runners' },
    });
    await using github = await GithubService.start();
    await using job = stage.job(app, {
      env: {
        ACTIONS_RUNTIME_TOKEN: 'the-runners',
        GITHUB_API_URL: github.url,
        GITHUB_SHA: app.version,
        LANG: '', // as in many containers
      },
      inputs: { 'github-token': 'ghs_test' },
    });
    const main = await job.run('main');
    assert.equal(main.exitCode, 0, main.log);
    const post = await job.run('post');
    assert.equal(post.exitCode, 0, post.log);

    assert.deepEqual(
      github.deployments.map(({ ref, environment, statuses }) => [
        ref,
        environment,
        statuses.map((s) => s.state),
      ]),
      [[app.version, 'production', ['in_progress', 'success']]],
    );
    assert.deepEqual(github.flaws, []);

    const [name = '', ...more] = (await runningContainers(host)).filter((container) =>
      container.startsWith('e2e-web'),
    );
    assert.deepEqual(more, []);
    const env = await containerEnv(host, name);
    for (const [secret, value] of Object.entries(SECRETS)) assert.equal(env.get(secret), value, secret);
    assert.equal(env.get('WELCOME'), 'grüße');

    assert.equal(lockState(host).held, false);
    assert.deepEqual(processesMatching(/ssh-agent|\bkamal .*deploy/), []);
    assert.deepEqual(readdirSync(job.temp), ['kamal-1password-report.json']);
    assert.deepEqual(readdirSync(job.home), []);

    assert.equal(job.outputs['version'], app.version);
    assert.equal(job.outputs['hosts'], host.address);
    assert.equal(job.outputs['errors'], '0');
    assert.match(job.outputs['duration'] ?? '', /^\d+$/);
    assert.equal(job.outputs['op-version'], '2.35.0');
    assert.match(job.outputs['kamal-version'] ?? '', /^\d+\.\d+\.\d+$/);
    for (const secret of Object.keys(SECRETS))
      assert.match(job.summary, new RegExp(`\\| \`${secret}\` \\| ✅ \\| ✅ \\| ✅ \\| ✅ \\| ✅ \\|`));
    assert.ok(job.summary.includes(app.version));

    const files = ['output', 'state', 'env', 'path', 'summary'].map((file): [string, string] => [
      file,
      readFileSync(job.file(file), 'utf8'),
    ]);
    const written = Object.fromEntries([['main', main.written], ['post', post.written], ...files]);
    assert.deepEqual(findLeaks(stage.secrets, written, [job.root, app.dir, tmpdir()]), []);
  });
});
