import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { appDirectory, MARKER_FILE, NAMES_FILE } from '../../src/previews/marker.ts';
import { readRemoval, removalScript, type RemovalRequest } from '../../src/previews/removal-script.ts';
import { plant } from '../harness/e2e/planted.ts';
import { blow } from '../harness/e2e/storm/blow.ts';
import { planStorm } from '../harness/e2e/storm/plan.ts';
import { playedCrew } from '../harness/e2e/storm/played.ts';
import { GithubService } from '../harness/github/service.ts';
import { ConnectService } from '../harness/onepassword/connect.ts';
import { runs, seed } from '../harness/properties.ts';
import { holdLock, lockState } from '../harness/target/lock.ts';
import { commitFiles } from '../harness/target/app.ts';
import { attempt, run } from '../harness/target/run.ts';
import { containerEnv, docker, proxyTarget, runningContainers } from '../harness/target/containers.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { withoutTarget } from '../harness/target/target.ts';
import {
  containerIds,
  DATABASE_BASE,
  PreviewStage,
  REPOSITORY,
  tracesOf,
} from '../harness/e2e/preview-stage.ts';
import { Stage } from '../harness/e2e/stage.ts';

describe('previews', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage[Symbol.asyncDispose]());
  beforeEach(() => resetTarget());

  test('two previews beside production, and nothing is left of the one that is closed', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    const sha = await shop.deployProduction();
    const production = await containerIds(host, 'shop');
    shop.pull(1);
    shop.pull(12);
    const [one, twelve] = [await shop.preview(1, 'labeled'), await shop.preview(12, 'labeled')];
    assert.equal(one.main.exitCode, 0, one.main.log);
    assert.equal(twelve.main.exitCode, 0, twelve.main.log);

    assert.deepEqual(await runningContainers(host), [
      `shop-pr-1-web-preview-pr-1-${sha}`,
      `shop-pr-12-web-preview-pr-12-${sha}`,
      `shop-web-${sha}`,
    ]);
    for (const number of [1, 12]) {
      const name = `shop-pr-${number}-web-preview-pr-${number}-${sha}`;
      assert.equal(await proxyTarget(host, `shop-pr-${number}-web-preview`), name);
      const env = await containerEnv(host, name);
      assert.equal(env.get('DATABASE_URL'), `${DATABASE_BASE}/shop_pr_${number}`);
      assert.equal(env.get('PREVIEW'), String(number));
    }
    const label = '{{index .Config.Labels "service"}}';
    const image = `${stage.target.registry.server}/shop/app:${sha}`;
    assert.equal((await docker(host, 'inspect', '--format', label, image)).trim(), 'shop');
    assert.deepEqual((await attempt('git', ['-C', shop.app.dir, 'status', '--porcelain'])).stdout, '');
    assert.equal(one.outputs['url'], 'http://pr-1.preview.example.com');
    assert.equal(one.outputs['preview'], 'shop-pr-1');
    assert.equal(one.outputs['state'], 'ready');
    assert.match(shop.comment(1) ?? '', /Ready/);

    const other = await containerIds(host, 'shop-pr-12');
    shop.pull(1, { state: 'closed', merged: true });
    const closed = await shop.preview(1, 'closed');
    assert.equal(closed.main.exitCode, 0, closed.main.log);
    assert.equal(closed.outputs['removed'], '1');
    assert.deepEqual(await tracesOf(host, 'shop-pr-1'), []);
    assert.deepEqual(await containerIds(host, 'shop-pr-12'), other);
    assert.deepEqual(await containerIds(host, 'shop'), production);
    assert.match(shop.comment(1) ?? '', /Removed[^]*merged/);

    shop.pull(12, { labels: [] });
    const dry = await shop.sweep({ 'dry-run': 'true' });
    assert.match(dry.main.log, /shop-pr-12.*would be removed/);
    assert.equal(dry.outputs['removed'], '');
    assert.deepEqual(await containerIds(host, 'shop-pr-12'), other);
    const swept = await shop.sweep();
    assert.equal(swept.main.exitCode, 0, swept.main.log);
    assert.equal(swept.outputs['removed'], '12');
    assert.deepEqual(await tracesOf(host, 'shop-pr-12'), []);
    assert.deepEqual(await containerIds(host, 'shop'), production);
    assert.deepEqual(shop.github.flaws, []);
  });

  test('a fork reaches neither 1Password nor a server, whoever says that it is one', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    await plant(host, { number: 30 });
    const seen = (): unknown => [
      stage.service.requests.length,
      readFileSync(host.sshdLog, 'utf8'),
      shop.github.comments.length + shop.github.deployments.length,
    ];
    const earlier = seen();
    const fork = 'mallory/app';
    /** What the event says, what GitHub says. */
    const cases = [
      [fork, fork],
      [fork, REPOSITORY],
      [REPOSITORY, fork],
      // Its repository is gone.
      [null, null],
      // A dispatch has no pull request: only GitHub is asked.
      [undefined, fork],
    ] as const;
    for (const [index, [inEvent, atGithub]] of cases.entries())
      for (const state of index === 0 ? (['open', 'closed'] as const) : (['open'] as const)) {
        shop.pull(30, { headRepository: atGithub, state });
        using file =
          inEvent === undefined ? null : shop.event(30, state === 'open' ? 'labeled' : 'closed', inEvent);
        const started = shop.job({
          ...(file === null ? {} : { event: 'pull_request', payload: file.path }),
          inputs: { command: 'preview', 'pull-request': '30' },
        });
        const { main, outputs } = await shop.toEnd(started);
        assert.equal(main.exitCode, 0, main.log);
        assert.equal(outputs['state'], 'not-wanted', main.log);
        assert.match(main.log, /is from a fork/);
        assert.deepEqual(seen(), earlier, `${String(inEvent)}, ${String(atGithub)}, ${state}`);
      }
    // And what someone deployed by hand of one, or of a branch before it moved, goes with the sweep.
    assert.equal((await shop.sweep()).outputs['removed'], '30');
  });

  test('another commit than that of the pull request reaches neither 1Password nor a server', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    const head = shop.app.version;
    const git = async (...words: string[]): Promise<string> =>
      (
        await run('git', ['-C', shop.app.dir, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...words])
      ).trim();
    shop.pull(32, { headSha: head });
    const earlier = [stage.service.requests.length, readFileSync(host.sshdLog, 'utf8')];
    /** A commit upon the head is not what the pull request holds, nor is one of another branch, or a merge of others. */
    await commitFiles(shop.app.dir, { x: 'upon it' });
    const upon = await git('rev-parse', 'HEAD');
    const tree = await git('rev-parse', 'HEAD^{tree}');
    const other = await git('commit-tree', tree, '-m', 'of a fork');
    const merge = await git('commit-tree', tree, '-p', upon, '-p', other, '-m', 'merge of others');
    const refused = async (): Promise<void> => {
      const { main } = await shop.preview(32, 'synchronize');
      assert.equal(main.exitCode, 1, main.log);
      assert.match(main.log, new RegExp(`neither the head of pull request 32 \\(\`${head.slice(0, 7)}\`\\)`));
      assert.deepEqual([stage.service.requests.length, readFileSync(host.sshdLog, 'utf8')], earlier);
    };
    for (const commit of [upon, other, merge]) {
      await git('checkout', '--quiet', '--detach', commit);
      await refused();
    }
    // GitHub's merge of the head with its base.
    await git(
      'checkout',
      '--quiet',
      '--detach',
      await git('commit-tree', tree, '-p', other, '-p', head, '-m', 'm'),
    );
    const { main, outputs } = await shop.preview(32, 'synchronize');
    assert.equal(main.exitCode, 0, main.log);
    assert.equal(outputs['state'], 'ready');
  });

  test('a removal runs nothing of the branch, and what it cannot reach without that is left to the sweep', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    await plant(host, { number: 31 });
    const proof = join(shop.app.dir, '..', 'run-by-the-branch');
    const touch = `touch ${proof}`;
    const secrets = readFileSync(join(shop.app.dir, '.kamal/secrets.preview'), 'utf8');
    const branch = (ssh: string): Record<string, string> => ({
      'config/deploy.preview.yml': `service: shop-pr-<%= ENV.fetch("KAMAL_PREVIEW_NUMBER") %>
servers: [${host.address}]
${ssh}<% File.write(${JSON.stringify(proof)}, "x"); system(${JSON.stringify(touch)}) %>
`,
      '.kamal/secrets.preview': `${secrets}X=$(${touch})\n`,
      ...Object.fromEntries(
        ['docker-setup', 'pre-connect', 'pre-deploy', 'pre-app-boot'].map((name) => [
          `.kamal/hooks/${name}`,
          `#!/bin/sh\n${touch}\n`,
        ]),
      ),
    });
    shop.pull(31, { state: 'closed' });

    // With the way to the server left as it is, the branch's own run removes it.
    await shop.push(31, branch(''));
    const closed = await shop.preview(31, 'closed');
    assert.equal(closed.main.exitCode, 0, closed.main.log);
    assert.equal(closed.outputs['removed'], '31');
    assert.deepEqual(await tracesOf(host, 'shop-pr-31'), []);
    assert.equal(existsSync(proof), false);

    // It would get there this way, and run the branch's command on the runner.
    await plant(host, { number: 31 });
    const logins = readFileSync(host.sshdLog, 'utf8');
    await shop.push(31, branch(`ssh:\n  proxy_command: sh -c '${touch}; exec nc %h %p'\n`));
    const left = await shop.preview(31, 'closed');
    assert.equal(left.main.exitCode, 0, left.main.log);
    assert.match(left.main.log, /`ssh\.proxy_command`, which would run here.* is removed by the sweep/);
    assert.equal(left.outputs['state'], 'not-wanted');
    assert.equal(readFileSync(host.sshdLog, 'utf8'), logins);
    assert.equal(existsSync(proof), false);
    await shop.plainFile();
    assert.equal((await shop.sweep()).outputs['removed'], '31');
    assert.equal(existsSync(proof), false);
  });

  test('the SSH key of an Environment, or of a Connect server, opens the servers too', async () => {
    const [host] = stage.target.hosts;
    await using connect = await ConnectService.start(stage.service.vaults);
    const key = readFileSync(stage.target.deployKey.privateKeyFile, 'utf8');
    const environment = stage.service.addEnvironment({ title: 'preview', variables: { SSH_KEY: key } });
    await using fetching = await PreviewStage.set(stage);
    await using taking = await PreviewStage.set(stage, {
      files: { '.kamal/secrets.preview': 'KAMAL_REGISTRY_PASSWORD=$P\nDATABASE_URL=$DATABASE_URL\n' },
    });
    const through = { 'connect-host': connect.url, 'connect-token': connect.token };
    for (const [shop, inputs, env] of [
      [taking, { 'op-environment': `preview: ${environment.id}` }, {}],
      [fetching, through, { OP_SERVICE_ACCOUNT_TOKEN: '' }],
    ] as const) {
      await plant(host, { number: 40 });
      shop.pull(40, { state: 'closed' });
      const swept = await shop.sweep(inputs, { env });
      assert.equal(swept.main.exitCode, 0, swept.main.log);
      assert.equal(swept.outputs['removed'], '40');
    }
  });

  test('a small storm: at the end what is wanted runs, and nothing else is left', async () => {
    await using github = await GithubService.start();
    const earlier = process.env['GITHUB_API_URL'];
    process.env['GITHUB_API_URL'] = github.url;
    try {
      const hosts = stage.target.hosts.slice(0, 1);
      const limit = 4;
      await blow({
        plan: planStorm(seed, runs(14), hosts.length),
        crew: playedCrew(github, hosts, limit),
        hosts,
        github,
        limit,
      });
    } finally {
      if (earlier === undefined) delete process.env['GITHUB_API_URL'];
      else process.env['GITHUB_API_URL'] = earlier;
    }
  });

  test('an account that is not root removes what a container of root has left, links are not followed', async () => {
    const [host] = stage.target.hosts;
    const marker = await plant(host, { number: 70 });
    const app = join(host.home, appDirectory('shop-pr-70', 'preview'));
    writeFileSync(
      join(app, NAMES_FILE),
      'role web\naccessory shop-pr-70-db\naccessory shop-db\naccessory shop-pr-70-\n',
    );
    mkdirSync(join(host.home, 'shop-pr-70-db/data'), { recursive: true });
    writeFileSync(join(host.home, 'shop-pr-70-db/data/rows'), 'of root');
    mkdirSync(join(host.home, 'shop-db'));
    symlinkSync('../shop-db', join(host.home, 'shop-pr-70-db/link'));
    writeFileSync(join(host.home, 'shop-db/rows'), 'of production');
    const raw = readFileSync(join(app, MARKER_FILE), 'utf8').trim();
    const script = removalScript({
      marker,
      raw,
      lock: null,
      performer: 'mona',
      at: marker.at,
      teardown: null,
    });
    // The home is the account's, what is in the directories of accessories is root's.
    const nobody = '65534';
    await run('sh', [
      '-c',
      `chown -R ${nobody} "$0/.kamal" && chown ${nobody} "$0" "$0/shop-pr-70-db" && chmod 666 "$1"`,
      host.home,
      host.dockerHost.replace('unix://', ''),
    ]);
    const words = [
      '--target',
      String(host.namespacePid),
      '--mount',
      'setpriv',
      '--reuid',
      nobody,
      '--clear-groups',
      'sh',
      '-c',
      'cd /root && sh',
    ];
    const output = await runWithInput('nsenter', words, script, {
      DOCKER_HOST: host.dockerHost,
      PATH: process.env['PATH'] ?? '',
    });
    assert.deepEqual(readRemoval(output), { kind: 'removed', kept: [], notes: [] }, output);
    assert.deepEqual(await tracesOf(host, 'shop-pr-70'), []);
    assert.equal(readFileSync(join(host.home, 'shop-db/rows'), 'utf8'), 'of production');
  });

  test('whatever is not as it was seen is left as it is', async () => {
    const [host] = stage.target.hosts;
    const marker = await plant(host, { number: 71 });
    const app = join(host.home, appDirectory('shop-pr-71', 'preview'));
    const raw = readFileSync(join(app, MARKER_FILE), 'utf8').trim();
    const remove = async (change: Partial<RemovalRequest> = {}): Promise<unknown> => {
      const request = {
        marker,
        raw,
        lock: null,
        performer: 'mona',
        at: marker.at,
        teardown: null,
        ...change,
      };
      const words = ['--target', String(host.namespacePid), '--mount', 'sh', '-c', 'cd /root && sh'];
      const environment = { DOCKER_HOST: host.dockerHost, PATH: process.env['PATH'] ?? '' };
      return readRemoval(await runWithInput('nsenter', words, removalScript(request), environment)).kind;
    };
    const ids = await containerIds(host, 'shop-pr-71');
    assert.equal(await remove({ raw: raw.replace('4000.1', '4001.1') }), 'changed');
    holdLock(host, { by: 'Ada', message: 'I am looking' }, 'shop-pr-71', 'preview');
    assert.equal(await remove(), 'locked');
    assert.equal(await remove({ lock: 'another' }), 'locked');
    assert.equal(lockState(host, 'shop-pr-71', 'preview').held, true);
    rmSync(join(host.home, '.kamal/lock-shop-pr-71-preview'), { recursive: true });
    const words = [
      '--detach',
      '--label',
      'service=shop-pr-71',
      '--label',
      'destination=staging',
      '--label',
      'role=web',
    ];
    const foreign = await docker(host, 'run', ...words, stage.target.proxy.image, 'sleep', '1000');
    assert.equal(await remove(), 'shared');
    await docker(host, 'rm', '--force', foreign.trim());
    await docker(host, 'stop', '--time', '0', 'kamal-proxy');
    assert.equal(await remove(), 'failed');
    await docker(host, 'start', 'kamal-proxy');
    assert.deepEqual(await containerIds(host, 'shop-pr-71'), ids);
    assert.equal(lockState(host, 'shop-pr-71', 'preview').held, false);
    assert.equal(await remove(), 'removed');
    assert.equal(await remove(), 'gone');
  });
});

function runWithInput(
  command: string,
  words: readonly string[],
  input: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(command, words, { env }, (error, stdout, stderr) => {
    if (error === null) resolve(stdout);
    else reject(new Error(`${error.message}\n${stdout}${stderr}`));
  });
  child.stdin?.end(input);
  return promise;
}
