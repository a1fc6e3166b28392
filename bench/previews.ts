/**
 * The acceptance of previews on the disposable server, with real Kamal: the long part of test/e2e/previews.test.ts.
 *
 *   test/harness/target/up.sh node --test bench/previews.ts      about 8 minutes
 *   PAIRS=15 TARGET_HOSTS=3 test/harness/target/up.sh node --test --test-name-pattern='adds|removal takes|sweep of 50' bench/previews.ts
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { findLeaks } from '../test/harness/e2e/leaks.ts';
import { plant } from '../test/harness/e2e/planted.ts';
import {
  containerIds,
  DATABASE_BASE,
  PreviewStage,
  proxyRoutes,
  REPOSITORY,
  tracesOf,
} from '../test/harness/e2e/preview-stage.ts';
import { Stage } from '../test/harness/e2e/stage.ts';
import { blackHole } from '../test/harness/target/faults.ts';
import { containerEnv, docker, proxyTarget, runningContainers } from '../test/harness/target/containers.ts';
import { accessTo } from '../test/harness/e2e/storm/played.ts';
import { removePreview, surveyPreviews } from '../src/previews/servers.ts';
import { appDirectory, MARKER_FILE, NAMES_FILE } from '../src/previews/marker.ts';
import { holdLock, lockState } from '../test/harness/target/lock.ts';
import { runCli } from '../test/harness/terminal/command-line.ts';
import { commitFiles } from '../test/harness/target/app.ts';
import { resetTarget } from '../test/harness/target/reset.ts';
import { secondHost, withoutTarget } from '../test/harness/target/target.ts';

/** How many pairs of deploys are compared. */
const PAIRS = Number(process.env['PAIRS'] ?? 7);

interface Deployed {
  readonly seconds: number;
  readonly logins: number;
  readonly operations: readonly string[];
}

const NUMBER = '<%= ENV.fetch("KAMAL_PREVIEW_NUMBER") %>';

describe('previews, in full', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage[Symbol.asyncDispose]());
  beforeEach(() => resetTarget());

  test('3, 4: what Kamal cannot remove goes, and nothing that is shared', async () => {
    const [host] = stage.target.hosts;
    const accessory = `accessories:
  cache:
    image: ${stage.target.baseImage}
    cmd: sleep 100000
    host: ${host.address}
    directories: [data:/data]
  db:
    image: ${stage.target.baseImage}
    service: shop-db
    cmd: sleep 100000
    host: ${host.address}
`;
    const worker = `volumes: ["shop-pr-${NUMBER}-storage:/storage", "shop-storage:/shared"]\n${accessory}`;
    await using shop = await PreviewStage.set(stage, { more: worker, worker: true });
    await shop.deployProduction();
    await docker(
      host,
      'run',
      '--detach',
      '--name',
      'shop-db',
      '--label',
      'service=shop-db',
      stage.target.baseImage,
      'sleep',
      '100000',
    );
    mkdirSync(join(host.home, 'shop-db/data'), { recursive: true });
    writeFileSync(join(host.home, 'shop-db/data/rows'), 'ours');
    const untouched = [await containerIds(host, 'shop'), await containerIds(host, 'shop-db')];
    shop.pull(1);
    shop.pull(12);
    for (const number of [1, 12]) {
      const { main } = await shop.preview(number, 'labeled');
      assert.equal(main.exitCode, 0, main.log);
    }
    const running = await runningContainers(host);
    for (const name of ['shop-pr-1-cache', 'shop-pr-12-cache', 'shop-db'])
      assert.ok(running.includes(name), running.join(' '));
    assert.ok(
      running.some((name) => name.startsWith('shop-pr-1-worker-preview-')),
      running.join(' '),
    );
    const twelve = await containerIds(host, 'shop-pr-12');
    // Kamal logs out of the registry when it has deployed: this login is someone's own.
    mkdirSync(join(host.home, '.docker'), { recursive: true });
    writeFileSync(
      join(host.home, '.docker/config.json'),
      '{"auths":{"registry.example.com":{"auth":"eDp5"}}}',
    );

    // The runner was killed; the app has ended; main knows neither worker nor accessory, and no password of a registry.
    holdLock(
      host,
      { by: 'mona (run 4999.1 of acme/app, job preview, x)', version: 'pr-1-x' },
      'shop-pr-1',
      'preview',
    );
    const web = running.find((name) => name.startsWith('shop-pr-1-web-')) ?? '';
    await docker(host, 'stop', '--time', '0', web);
    shop.pull(1, { state: 'closed' });
    await shop.plainFile();
    stage.service.vault('MyApp').removeField('Preview', 'KAMAL_REGISTRY_PASSWORD');
    const swept = await shop.sweep();
    stage.service
      .vault('MyApp')
      .setField('Preview', { label: 'KAMAL_REGISTRY_PASSWORD', value: stage.target.registry.password });
    assert.equal(swept.main.exitCode, 0, swept.main.log);
    assert.equal(swept.outputs['removed'], '1');
    assert.match(swept.main.log, /Kept|removed \(closed\)/);
    assert.deepEqual(await tracesOf(host, 'shop-pr-1'), []);
    assert.deepEqual(await containerIds(host, 'shop-pr-12'), twelve);
    assert.deepEqual([await containerIds(host, 'shop'), await containerIds(host, 'shop-db')], untouched);
    assert.equal(readFileSync(join(host.home, 'shop-db/data/rows'), 'utf8'), 'ours');
    assert.match(readFileSync(join(host.home, '.docker/config.json'), 'utf8'), /registry\.example\.com/);
    assert.ok((await docker(host, 'volume', 'ls', '--quiet')).split('\n').includes('shop-storage'));
    assert.ok(existsSync(join(host.home, 'shop-pr-12-cache/data')));
  });

  test('5: production keeps the five versions that it can roll back to, and rolls back', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    const versions: string[] = [];
    for (let version = 0; version < 6; version += 1) {
      versions.push(await shop.push(99));
      await shop.deployProduction();
    }
    const production = await containerIds(host, 'shop');
    assert.equal(Object.keys(production).length, 6);
    for (const number of [1, 2, 3]) {
      shop.pull(number);
      for (let push = 0; push < 3; push += 1) {
        await shop.push(number);
        assert.equal((await shop.preview(number)).main.exitCode, 0);
      }
      shop.pull(number, { labels: [] });
      assert.equal((await shop.preview(number, 'unlabeled')).outputs['state'], 'removed');
    }
    assert.deepEqual(await containerIds(host, 'shop'), production);
    const tags = await docker(host, 'image', 'ls', '--format', '{{.Tag}}', '--filter', 'label=service=shop');
    for (const name of Object.keys(production)) assert.ok(tags.includes(name.replace('shop-web-', '')), tags);
    const [oldest = ''] = versions;
    await using back = stage.job(shop.app, { inputs: { command: 'rollback', version: oldest } });
    const { exitCode, log } = await back.run('main');
    assert.equal(exitCode, 0, log);
    assert.equal(await proxyTarget(host, 'shop-web'), `shop-web-${oldest}`);
  });

  for (const end of ['goes on', 'is cancelled', 'is killed'] as const)
    test(`6: closed while it is built, and the deploy ${end}`, async () => {
      const [host] = stage.target.hosts;
      await using shop = await PreviewStage.set(stage);
      await shop.push(5, { Dockerfile: slowDockerfile(stage.target.baseImage) });
      shop.pull(5);
      using file = shop.event(5, 'labeled');
      const started = shop.job({ event: 'pull_request', payload: file.path, inputs: { command: 'preview' } });
      const building = Promise.withResolvers<void>();
      shop.github.running.add(started.id);
      const deploying = started.job.run('main', (line) => {
        if (/docker buildx build/.test(line)) building.resolve();
      });
      await Promise.race([building.promise, deploying]);
      shop.pull(5, { state: 'closed' });
      if (end === 'is killed') started.job.signal('SIGKILL');
      if (end === 'is cancelled') await started.job.cancel();
      if (end !== 'goes on') {
        await deploying;
        await started.job.run('post');
        shop.github.running.delete(started.id);
      }
      const closed = await shop.preview(5, 'closed');
      assert.equal(closed.main.exitCode, 0, closed.main.log);
      assert.equal(closed.outputs['state'], end === 'goes on' ? 'left-to-run' : 'removed');
      if (end === 'goes on') {
        const deployed = await deploying;
        shop.github.running.delete(started.id);
        assert.equal(deployed.exitCode, 0, deployed.log);
      }
      await started.job[Symbol.asyncDispose]();
      assert.deepEqual(await tracesOf(host, 'shop-pr-5'), []);
      assert.match(shop.comment(5) ?? '', /Removed[^]*closed/);
      assert.deepEqual(shop.github.deployments, []);
    });

  test('7: a sweep removes what is certain, and nothing else', async () => {
    const [host] = stage.target.hosts;
    const other = secondHost();
    await using shop = await PreviewStage.set(stage, { hosts: [host, other] });
    const hosts = [host, other];
    const day = 24 * 3_600_000;
    const plantAll = async (): Promise<void> => {
      for (const number of [1, 2, 3, 5, 6]) await plant(host, { number, hosts });
      await plant(host, { number: 4, age: 8 * day, hosts });
      await plant(host, { number: 7, marked: false });
      await plant(host, { number: 8, service: 'else-pr-8', repository: 'acme/else' });
    };
    await plantAll();
    shop.pull(1);
    shop.pull(2, { state: 'closed' });
    shop.pull(3, { labels: [] });
    shop.pull(4);
    shop.pull(6, { headRepository: 'mallory/app' });
    const dry = await shop.sweep({ 'dry-run': 'true' });
    assert.equal(dry.outputs['removed'], '');
    const listed = dry.main.log.match(/shop-pr-\d+.*would be removed/g) ?? [];
    assert.deepEqual(
      listed.map((line) => /\d+/.exec(line)?.[0]),
      ['2', '3', '4', '6'],
    );
    assert.equal((await services(host)).length, 8);

    const swept = await shop.sweep();
    // Pull request 5 is not found, which is a doubt: it stays, and someone is told.
    assert.equal(swept.main.exitCode, 1, swept.main.log);
    assert.match(swept.main.log, /pull request 5 stays/);
    assert.equal(swept.outputs['removed'], '2,3,4,6');
    const left = ['else-pr-8', 'shop-pr-1', 'shop-pr-5', 'shop-pr-7'];
    assert.deepEqual(await services(host), left);
    assert.deepEqual(await services(other), ['shop-pr-1', 'shop-pr-5']);
    for (const number of [2, 3, 4, 6]) assert.deepEqual(await tracesOf(host, `shop-pr-${number}`), []);

    shop.pull(5);
    await plant(host, { number: 2, hosts });
    // Reopened between the list and the removal.
    let asked = 0;
    shop.github.onRequest = (operation, path) => {
      if (operation === 'pulls/get' && path['pull_number'] === '2' && (asked += 1) === 2)
        shop.pull(2, { state: 'open' });
    };
    const reopened = await shop.sweep();
    assert.equal(reopened.main.exitCode, 0, reopened.main.log);
    assert.equal(asked, 2);
    assert.ok((await services(host)).includes('shop-pr-2'));
    shop.github.onRequest = null;

    shop.pull(2, { state: 'closed' });
    shop.github.fail({ operation: 'pulls/get', status: 500, times: 1000 });
    const blind = await shop.sweep();
    assert.equal(blind.main.exitCode, 1);
    assert.equal(blind.outputs['removed'], '');
    assert.ok((await services(host)).includes('shop-pr-2'));
    shop.github.faults.length = 0;

    await blackHole(other.address);
    const half = await shop.sweep();
    assert.equal(half.main.exitCode, 1);
    assert.equal(half.outputs['removed'], '');
    assert.ok(!(await services(host)).includes('shop-pr-2'), half.main.log);
    assert.ok((await services(other)).includes('shop-pr-2'));
  });

  test('8, 9: no more than the limit, and never a fork', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    await plant(host, { number: 21, age: 2000 });
    await plant(host, { number: 22, age: 1000 });
    shop.pull(21);
    shop.pull(22);
    shop.pull(23);
    const inputs = { 'preview-limit': '2' };
    const refused = await shop.preview(23, 'labeled', { inputs });
    assert.equal(refused.main.exitCode, 1);
    assert.equal(refused.outputs['state'], 'refused');
    assert.doesNotMatch(refused.main.log, /docker buildx build/);
    assert.match(shop.comment(23) ?? '', /Refused[^]*21, 22/);
    assert.deepEqual(await tracesOf(host, 'shop-pr-23'), []);
    const update = await shop.preview(22, 'synchronize', { inputs });
    assert.equal(update.main.exitCode, 0, update.main.log);
    const replaced = await shop.preview(23, 'labeled', {
      inputs: { ...inputs, 'preview-when-full': 'replace-oldest' },
    });
    assert.equal(replaced.main.exitCode, 0, replaced.main.log);
    assert.equal(replaced.outputs['removed'], '21');
    assert.deepEqual(await services(host), ['shop-pr-22', 'shop-pr-23']);

    shop.pull(30, { headRepository: 'mallory/app' });
    const requests = stage.service.requests.length;
    const logins = readFileSync(host.sshdLog, 'utf8');
    for (const labels of [[], ['preview']]) {
      shop.pull(30, { labels });
      const fork = await shop.preview(30, 'labeled');
      assert.equal(fork.main.exitCode, 0, fork.main.log);
      assert.equal(fork.outputs['state'], 'not-wanted');
    }
    assert.equal(stage.service.requests.length, requests);
    assert.equal(readFileSync(host.sshdLog, 'utf8'), logins);
  });

  test('10, 11, 16: rapid events, an app that never gets healthy, and no value anywhere', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    shop.pull(40, { labels: [] });
    assert.equal((await shop.preview(40, 'opened')).outputs['state'], 'not-wanted');
    for (let push = 0; push < 3; push += 1) {
      await shop.push(40);
      assert.equal((await shop.preview(40)).outputs['state'], 'not-wanted');
    }
    shop.pull(40, { labels: ['preview'] });
    const ready = await shop.preview(40, 'labeled');
    assert.equal(ready.outputs['state'], 'ready', ready.main.log);
    const onHost = Object.fromEntries(
      [MARKER_FILE, NAMES_FILE].map((name) => [
        name,
        readFileSync(join(host.home, appDirectory('shop-pr-40', 'preview'), name), 'utf8'),
      ]),
    );
    assert.match(onHost[MARKER_FILE] ?? '', /"pullRequest":40,/);
    const healthy = readFileSync(join(shop.app.dir, 'www/up'), 'utf8');
    rmSync(join(shop.app.dir, 'www/up'));
    const version = await shop.push(40);
    const behind = await shop.preview(40);
    assert.equal(behind.main.exitCode, 1);
    assert.match(shop.comment(40) ?? '', /Behind/);
    assert.ok(!(shop.comment(40) ?? '').includes(`serving ${version}`));
    assert.equal((await services(host)).length, 1);
    shop.pull(41, { headSha: version });
    const failed = await shop.preview(41, 'labeled');
    assert.equal(failed.main.exitCode, 1);
    assert.match(shop.comment(41) ?? '', /❌ Failed/);
    assert.ok(!(await proxyRoutes(host)).includes('shop-pr-41-web-preview'));
    shop.pull(41, { state: 'closed' });
    assert.equal((await shop.sweep()).outputs['removed'], '41');
    assert.deepEqual(await tracesOf(host, 'shop-pr-41'), []);
    await shop.push(40, { 'www/up': healthy });
    assert.equal((await shop.preview(40)).outputs['state'], 'ready');
    shop.pull(40, { state: 'closed' });
    const closed = await shop.preview(40, 'closed');
    assert.equal(closed.outputs['removed'], '40', closed.main.log);
    assert.equal((await shop.preview(40, 'labeled')).main.exitCode, 0);
    assert.deepEqual(await tracesOf(host, 'shop-pr-40'), []);
    const runs = [ready, behind, failed, closed];
    const written = {
      ...Object.fromEntries(
        runs.flatMap((run, index) => [
          [`main ${index}`, run.main.written],
          [`summary ${index}`, run.summary],
          [`outputs ${index}`, JSON.stringify(run.outputs)],
        ]),
      ),
      comments: JSON.stringify(shop.github.comments),
      deployments: JSON.stringify(shop.github.deployments),
      ...onHost,
    };
    const secrets = [...stage.secrets, DATABASE_BASE, `${DATABASE_BASE}/shop_pr_40`];
    assert.deepEqual(findLeaks(secrets, written, [shop.app.dir, tmpdir()]), []);
    assert.deepEqual(shop.github.flaws, []);
  });

  test('12: what `init --preview` writes is deployed by real Kamal, and the check of it takes no time', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    const { dir } = shop.app;
    for (const file of ['config/deploy.preview.yml', '.kamal/secrets.preview']) rmSync(join(dir, file));
    await commitFiles(dir, {});
    const { address } = host;
    const words = [
      'init',
      '--preview',
      '--yes',
      '--host',
      address,
      '--preview-domain',
      'preview.example.com',
    ];
    const written = await runCli([...words, '--account', 'acme'], dir, { HOME: dir });
    assert.equal(written.status, 0, written.out + written.err);
    const files = ['config/deploy.preview.yml', '.kamal/secrets.preview'].map((file) =>
      readFileSync(join(dir, file), 'utf8'),
    );
    console.log(`# ${files.join('\n').replaceAll('\n', '\n# ')}`);
    const checked = await runCli(['check', '--all-destinations'], dir, { HOME: dir });
    assert.equal(checked.status, 0, checked.out);
    // What the person does, as its list says: the vault of the previews, and its item.
    const password = stage.target.registry.password;
    const key = readFileSync(stage.target.deployKey.privateKeyFile, 'utf8');
    stage.service.addVault({
      title: 'Shop Preview',
      items: [
        { title: 'App', fields: { KAMAL_REGISTRY_PASSWORD: password, DATABASE_BASE } },
        { title: 'Server', fields: { SSH_KEY: key, KNOWN_HOSTS: host.hostKeyLines.join('\n') } },
      ],
    });
    await shop.push(80);
    const ready = await shop.preview(80, 'labeled');
    assert.equal(ready.outputs['state'], 'ready', ready.main.log);
    assert.equal(ready.outputs['url'], 'http://pr-80.preview.example.com');
    const [name = ''] = Object.keys(await containerIds(host, 'shop-pr-80'));
    assert.equal((await containerEnv(host, name)).get('DATABASE_URL'), `${DATABASE_BASE}/shop_pr_80`);
    shop.pull(80, { state: 'closed' });
    assert.equal((await shop.sweep()).outputs['removed'], '80');
    assert.deepEqual(await tracesOf(host, 'shop-pr-80'), []);
  });

  test('13: the teardown command, once, in the own container; where it fails the preview stays', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    const marker = await plant(host, { number: 50, volumes: ['shop-log:/data'], env: { DB: 'shop_pr_50' } });
    shop.pull(50, { state: 'closed' });
    const failing = await shop.sweep({ 'preview-teardown': 'echo no database $DB; exit 1' });
    assert.equal(failing.main.exitCode, 1);
    assert.match(failing.main.log, /no database \*\*\*/);
    assert.deepEqual(await services(host), ['shop-pr-50']);
    await docker(host, 'stop', '--time', '0', `${marker.service}-web-preview-pr-50-abc`);
    const done = await shop.sweep({ 'preview-teardown': 'echo "dropped $DB" >>/data/log' });
    assert.equal(done.outputs['removed'], '50', done.main.log);
    const log = await docker(
      host,
      'run',
      '--rm',
      '--volume',
      'shop-log:/data',
      stage.target.baseImage,
      'cat',
      '/data/log',
    );
    assert.equal(log, 'dropped shop_pr_50\n');
  });

  test('preview-setup, once after the first deploy that is ready; where it fails the next one runs it again', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage, { more: `volumes: ["shop-pr-${NUMBER}-data:/data"]\n` });
    shop.pull(52);
    const seed = { 'preview-setup': 'echo "seeded $DATABASE_URL" >>/data/log' };
    const failing = await shop.preview(52, 'labeled', {
      inputs: { 'preview-setup': 'echo no such table; exit 3' },
    });
    assert.equal(failing.main.exitCode, 1);
    assert.match(failing.main.log, /no such table/);
    assert.match(shop.comment(52) ?? '', /it ended with 3/);
    assert.deepEqual(await services(host), ['shop-pr-52']);
    for (let push = 0; push < 3; push += 1) {
      await shop.push(52);
      const { main } = await shop.preview(52, 'synchronize', { inputs: seed });
      assert.equal(main.exitCode, 0, main.log);
      assert.equal(/preview-setup ran/.test(main.log), push === 0);
    }
    const words = ['--rm', '--volume', 'shop-pr-52-data:/data', stage.target.baseImage];
    assert.equal(
      await docker(host, 'run', ...words, 'cat', '/data/log'),
      `seeded ${DATABASE_BASE}/shop_pr_52\n`,
    );
    shop.pull(52, { state: 'closed' });
    await shop.preview(52, 'closed', { inputs: seed });
    assert.deepEqual(await tracesOf(host, 'shop-pr-52'), []);
    // Another life is another first deploy.
    shop.pull(52, { state: 'open' });
    const again = await shop.preview(52, 'reopened', { inputs: seed });
    assert.match(again.main.log, /preview-setup ran/);
  });

  test('14: a number is a number, and no title leaves its field', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    const earlier = [stage.service.requests.length, readFileSync(host.sshdLog, 'utf8')];
    for (const number of ['1; rm -rf /', '0', '01', '12345678901', '-1', '1\n2', '$(id)', '1.0'])
      for (const command of ['preview', 'preview-sweep']) {
        await using job = shop.job({ inputs: { command, 'pull-request': number } }).job;
        const { exitCode, log } = await job.run('main');
        assert.equal(exitCode, 1, log);
        assert.match(log, /The input `pull-request` is .*; it must be a pull request's number/s);
      }
    assert.deepEqual([stage.service.requests.length, readFileSync(host.sshdLog, 'utf8')], earlier);

    // The titles and branches of all of these pull requests are hostile (preview-stage.ts).
    shop.pull(53);
    const ready = await shop.preview(53, 'labeled');
    assert.equal(ready.outputs['state'], 'ready', ready.main.log);
    const written = [
      ready.main.written,
      ready.summary,
      JSON.stringify([ready.outputs, shop.github.comments]),
    ];
    for (const text of [...written, JSON.stringify(shop.github.deployments)])
      assert.doesNotMatch(text, /evil\.example|owned/);
  });

  test('what a preview adds to a deploy, by pairs: two GETs, no further login, at most half a second', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    const logins = (): number => readFileSync(host.sshdLog, 'utf8').split('Accepted publickey').length - 1;
    const sides = { plain: [] as Deployed[], preview: [] as Deployed[] };
    const deploy = async (side: keyof typeof sides): Promise<void> => {
      const [asked, known] = [shop.github.operations.length, logins()];
      const { main } =
        side === 'preview'
          ? await shop.preview(70)
          : await shop.toEnd(
              shop.job({
                inputs: { command: 'deploy', destination: 'preview' },
                env: { KAMAL_PREVIEW_NUMBER: '71' },
              }),
            );
      assert.equal(main.exitCode, 0, main.log);
      const operations = shop.github.operations.slice(asked);
      sides[side].push({ seconds: main.seconds, logins: logins() - known, operations });
    };
    shop.pull(70);
    for (let pair = 0; pair <= PAIRS; pair += 1) {
      await shop.push(70, { 'www/index.html': `${pair}\n` });
      for (const side of pair % 2 === 0 ? (['plain', 'preview'] as const) : (['preview', 'plain'] as const))
        await deploy(side);
    }
    // The first of each has everything to start.
    const [plain, preview] = [sides.plain.slice(1), sides.preview.slice(1)];
    const more = median(preview.map(({ seconds }, index) => seconds - (plain[index]?.seconds ?? 0)));
    const of = (runs: readonly Deployed[]): string => median(runs.map(({ seconds }) => seconds)).toFixed(2);
    console.log(
      `# plain ${of(plain)} s, preview ${of(preview)} s, ${more.toFixed(2)} s more (${PAIRS} pairs)`,
    );
    const counted = (runs: readonly Deployed[], kind: RegExp): number[] => [
      ...new Set(runs.map(({ operations }) => operations.filter((each) => kind.test(each)).length)),
    ];
    assert.deepEqual([counted(preview, /^pulls\/get$/), counted(plain, /^pulls\/get$/)], [[2], [0]]);
    assert.deepEqual(counted(preview, /^repos\//), counted(plain, /^repos\//));
    const most = (runs: readonly Deployed[]): number => Math.max(...runs.map((run) => run.logins));
    console.log(`# logins: plain ${most(plain)}, preview ${most(preview)}`);
    assert.ok(most(preview) <= most(plain));
    assert.ok(more <= 0.5, `${more} s`);
  });

  test('a removal takes at most 3 s a host', async () => {
    const hosts = stage.target.hosts.slice(0, 2);
    const [host] = stage.target.hosts;
    const times: number[] = [];
    for (let time = 0; time < 5; time += 1) {
      await plant(host, { number: 79, hosts, volumes: ['shop-pr-79-data:/data'] });
      for (const each of hosts) {
        const labels = ['service=shop-pr-79', 'role=worker', 'destination=preview'].flatMap((label) => [
          '--label',
          label,
        ]);
        const { image } = stage.target.proxy;
        await docker(
          each,
          'run',
          '--detach',
          '--name',
          'shop-pr-79-worker',
          ...labels,
          image,
          'sleep',
          '1000',
        );
      }
      const access = accessTo(hosts);
      const owner = { destination: 'preview', repository: REPOSITORY };
      const addresses = hosts.map(({ address }) => address);
      const { previews } = await surveyPreviews(access, addresses, owner);
      const [preview] = previews;
      assert.ok(preview);
      const began = performance.now();
      const { kind } = await removePreview(access, preview, {
        performer: 'mona',
        teardown: null,
        unreached: [],
      });
      times.push((performance.now() - began) / 1000);
      assert.equal(kind, 'removed');
    }
    console.log(`# a removal on 2 hosts at once: ${times.map((time) => time.toFixed(1)).join(', ')} s`);
    assert.ok(median(times) <= 3, `${median(times)} s`);
  });

  // With TARGET_HOSTS=3 on three hosts.
  test('a sweep of 50 previews: one connection a host', async () => {
    const { hosts } = stage.target;
    const [first] = hosts;
    await using shop = await PreviewStage.set(stage, { hosts });
    for (let number = 100; number < 150; number += 1) {
      // Some are on all hosts, the others on one of them.
      const on = number % 10 === 0 ? hosts : hosts.filter((_, index) => index === number % hosts.length);
      await plant(on[0] ?? first, { number, hosts: on });
      shop.pull(number, { state: 'closed' });
    }
    const logins = (): number[] =>
      hosts.map(({ sshdLog }) => readFileSync(sshdLog, 'utf8').split('Accepted publickey').length - 1);
    const earlier = logins();
    const swept = await shop.sweep();
    assert.equal(swept.main.exitCode, 0, swept.main.log);
    const made = logins().map((count, index) => count - (earlier[index] ?? 0));
    console.log(
      `# 50 previews on ${hosts.length} hosts: ${swept.main.seconds.toFixed(1)} s in all, ${made.join(' and ')} connections`,
    );
    assert.deepEqual(
      made,
      hosts.map(() => 1),
    );
    assert.equal(swept.outputs['removed']?.split(',').length, 50);
    for (const host of hosts) assert.deepEqual(await services(host), []);
  });

  test('15: two at once on a fresh host, and the same twice', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    shop.pull(61);
    shop.pull(62);
    const both = await Promise.all([shop.preview(61), shop.preview(62)]);
    for (const { main } of both) assert.equal(main.exitCode, 0, main.log);
    assert.deepEqual(await services(host), ['shop-pr-61', 'shop-pr-62']);
    const twice = await Promise.all([shop.preview(61), shop.preview(61)]);
    assert.ok(twice.some(({ main }) => main.exitCode === 0));
    for (const { main } of twice) if (main.exitCode !== 0) assert.match(main.log, /lock/i);
  });
});

describe('two runs at once', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage[Symbol.asyncDispose]());
  beforeEach(() => resetTarget());

  test('the last place is taken by one of them, on one host and on two, and the other leaves nothing', async () => {
    const [first] = stage.target.hosts;
    for (const hosts of [[first], [first, secondHost()]]) {
      await resetTarget();
      await using shop = await PreviewStage.set(stage, { hosts });
      await plant(first, { number: 20, hosts });
      for (const number of [20, 21, 22]) shop.pull(number);
      const inputs = { 'preview-limit': '2' };
      const both = await Promise.all([21, 22].map((number) => shop.preview(number, 'labeled', { inputs })));
      const states = both.map(({ outputs }) => outputs['state'] ?? '').toSorted();
      // On two hosts each may have been first on one of them: then neither is.
      if (hosts.length === 1)
        assert.deepEqual(states, ['ready', 'refused'], both.map(({ main }) => main.log).join('\n'));
      assert.ok(states.includes('refused'));
      for (const [index, number] of [21, 22].entries()) {
        if (both[index]?.outputs['state'] !== 'refused') continue;
        for (const host of hosts) assert.deepEqual(await tracesOf(host, `shop-pr-${number}`), []);
      }
    }
  });

  test('a runner that died gives nothing back: the next run of the pull request frees itself, and nobody else', async () => {
    const [host] = stage.target.hosts;
    await using shop = await PreviewStage.set(stage);
    const take = (by: string): void => holdLock(host, { by, version: 'pr-25-x' }, 'shop-pr-25', 'preview');
    await plant(host, { number: 25 });
    shop.pull(25);
    for (const by of ['Ada', 'mona (run 4998.1 of acme/app, job preview, x)']) {
      if (by !== 'Ada') shop.github.running.add(4998);
      take(by);
      const held = await shop.preview(25);
      assert.equal(held.main.exitCode, 1);
      assert.match(held.main.log, /lock/i);
      assert.equal(lockState(host, 'shop-pr-25', 'preview').held, true);
      if (by === 'Ada') rmSync(join(host.home, '.kamal/lock-shop-pr-25-preview'), { recursive: true });
    }
    shop.github.running.delete(4998);
    const freed = await shop.preview(25);
    assert.equal(freed.main.exitCode, 0, freed.main.log);
    assert.match(freed.main.log, /Run 4998 has ended and left its deploy lock/);
    assert.equal(lockState(host, 'shop-pr-25', 'preview').held, false);
  });
});

function slowDockerfile(base: string): string {
  return `FROM ${base}\nRUN sleep 10\nCOPY www /www\nSTOPSIGNAL SIGKILL\nCMD ["httpd", "-f", "-p", "80", "-h", "/www"]\n`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** The services that run on a host, by their label. */
async function services(host: Parameters<typeof docker>[0]): Promise<string[]> {
  const listed = await docker(host, 'ps', '--format', '{{.Label "service"}}');
  return [...new Set(listed.split('\n').filter(Boolean))].sort();
}
