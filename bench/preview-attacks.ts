/**
 * What may go wrong around previews, with the action as the runner runs it: names, labels and markers that are odd, GitHub
 * and hosts that answer otherwise than they should, clocks, repositories and files that change under a preview.
 *
 *   test/harness/target/up.sh node --test --test-concurrency=1 bench/preview-attacks.ts      about 8 minutes
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { plant } from '../test/harness/e2e/planted.ts';
import { containerIds, PreviewStage, proxyRoutes, tracesOf } from '../test/harness/e2e/preview-stage.ts';
import { Stage } from '../test/harness/e2e/stage.ts';
import { docker } from '../test/harness/target/containers.ts';
import { holdLock } from '../test/harness/target/lock.ts';
import { resetTarget } from '../test/harness/target/reset.ts';
import { run } from '../test/harness/target/run.ts';
import { secondHost, withoutTarget, type TargetHost } from '../test/harness/target/target.ts';
import { appDirectory, MARKER_FILE, NAMES_FILE, type Marker } from '../src/previews/marker.ts';

const DAY = 24 * 3_600_000;

describe('what may go wrong around previews', { skip: withoutTarget() }, () => {
  let stage: Stage;
  let host: TargetHost;
  before(async () => {
    stage = await Stage.set();
    [host] = stage.target.hosts;
  });
  after(() => stage[Symbol.asyncDispose]());
  beforeEach(() => resetTarget());

  const markerOf = (number: number, service = `shop-pr-${number}`): string =>
    join(host.home, appDirectory(service, 'preview'), MARKER_FILE);

  test('a label of odd characters asks for a preview, in whatever letters, and is quoted where it is told', async () => {
    await using shop = await PreviewStage.set(stage);
    // Two writings of one label: an accent as one character, and as two.
    const label = 'pré`view | <b>"$(id)" 🚀';
    shop.pull(1, { labels: ['bug', label.normalize('NFD').toUpperCase()] });
    const ready = await shop.preview(1, 'labeled', { inputs: { 'preview-label': label } });
    assert.equal(ready.outputs['state'], 'ready', ready.main.log);
    assert.match(shop.comment(1) ?? '', /the label .* is removed/);
    assert.doesNotMatch(shop.comment(1) ?? '', /<b>|\$\(id\)/);
    const swept = await shop.sweep({ 'preview-label': label });
    assert.equal(swept.outputs['removed'], '', swept.main.log);
    shop.pull(1, { labels: ['préview'] });
    assert.equal((await shop.sweep({ 'preview-label': label })).outputs['removed'], '1');
    // It never had one: nothing was taken off.
    shop.pull(3, { labels: [] });
    const { main } = await shop.preview(3, 'opened');
    assert.match(
      main.log,
      /Pull request 3 does not request a preview \(it does not have the label `preview`\)/,
    );
  });

  test('a repository that was renamed keeps its previews; a new one of an old name has none of them', async () => {
    await using shop = await PreviewStage.set(stage);
    const env = { GITHUB_REPOSITORY_ID: '77' };
    // By the name of before, this repository; by this name, one that is gone; by neither id, from before there were ids.
    await plant(host, { number: 1, repository: 'acme/old-name', marker: { repositoryId: '77' } });
    await plant(host, { number: 2, marker: { repositoryId: '76' } });
    await plant(host, { number: 3 });
    for (const number of [1, 2, 3]) shop.pull(number, { state: 'closed' });
    const swept = await shop.sweep({}, { env });
    assert.equal(swept.outputs['removed'], '1,3', swept.main.log);
    shop.pull(2, { state: 'open' });
    const taken = await shop.preview(2, 'labeled', { env });
    assert.equal(taken.main.exitCode, 1);
    assert.match(taken.main.log, /marked as the preview of another repository, project or pull request/);
  });

  test('two projects of one repository, with one destination: each removes its own', async () => {
    await using shop = await PreviewStage.set(stage);
    await plant(host, { number: 1, service: 'admin-pr-1', marker: { project: 'apps/admin' } });
    await plant(host, { number: 1, marker: { project: '.' } });
    await plant(host, { number: 2, service: 'admin-pr-2', marker: { project: 'apps/admin' } });
    shop.pull(1, { state: 'closed' });
    shop.pull(2, { labels: ['admin'] });
    shop.pull(3);
    // They have places of their own, too.
    const full = await shop.preview(3, 'labeled', { inputs: { 'preview-limit': '1' } });
    assert.equal(full.outputs['state'], 'refused', full.main.log);
    assert.match(
      shop.comment(3) ?? '',
      /`preview-limit` .*1.* is reached by the previews of pull request 1: this one/,
    );
    const swept = await shop.sweep();
    assert.equal(swept.outputs['removed'], '1', swept.main.log);
    assert.match(swept.main.log, /admin-pr-2, of `apps\/admin`, another project of this repository/);
    assert.deepEqual(await services(host), ['admin-pr-1', 'admin-pr-2']);
    const free = await shop.preview(3, 'labeled', { inputs: { 'preview-limit': '1' } });
    assert.equal(free.outputs['state'], 'ready', free.main.log);
  });

  test('two destinations of one repository count and remove apart', async () => {
    await using shop = await PreviewStage.set(stage);
    await plant(host, { number: 1, service: 'docs-pr-1', marker: { destination: 'docs' } });
    // As Kamal keeps the files of that destination.
    await run('mv', [
      join(host.home, appDirectory('docs-pr-1', 'preview')),
      join(host.home, appDirectory('docs-pr-1', 'docs')),
    ]);
    shop.pull(2);
    const { main, outputs } = await shop.preview(2, 'labeled', { inputs: { 'preview-limit': '1' } });
    assert.equal(outputs['state'], 'ready', main.log);
  });

  test('services whose names begin alike: one goes, the others stay as they are', async () => {
    await using shop = await PreviewStage.set(stage);
    const names = ['shop-pr-1', 'shop-pr-1-api', 'shop-pr-11', 'my-shop-pr-1', 'shop-pr-1.web'];
    for (const service of names)
      await plant(host, {
        number: service === 'shop-pr-11' ? 11 : 1,
        service,
        volumes: [`${service}-data:/data`],
        ...(service === 'shop-pr-1' ? {} : { marker: { project: `apps/${service}` } }),
      });
    // An accessory of the first one is called as the second one: nothing of an app is an accessory.
    writeFileSync(
      join(host.home, appDirectory('shop-pr-1', 'preview'), NAMES_FILE),
      'role web\naccessory shop-pr-1-api\nvolume shop-pr-11-data\nvolume .*\nrole *\naccessory ../x\nhost -oProxyCommand=x\n',
    );
    const others = async (): Promise<unknown> =>
      Promise.all(names.slice(1).map((service) => containerIds(host, service)));
    const earlier = await others();
    shop.pull(1, { state: 'closed' });
    shop.pull(11, { state: 'closed' });
    const swept = await shop.sweep();
    assert.equal(swept.outputs['removed'], '1', swept.main.log);
    assert.deepEqual(await services(host), names.slice(1).sort());
    assert.deepEqual(await others(), earlier);
    const volumes = (await docker(host, 'volume', 'ls', '--format', '{{.Name}}')).split('\n').filter(Boolean);
    assert.deepEqual(
      volumes,
      names
        .slice(1)
        .map((name) => `${name}-data`)
        .sort(),
    );
  });

  test('a marker that is torn, empty, a directory, or of somebody else: nothing is removed or deployed', async () => {
    await using shop = await PreviewStage.set(stage);
    const texts = ['', '{"repository":"acme/app","pullRequ', 'null\n', '[]', '\0\0\0', '{"a":1}'];
    for (const [index] of texts.entries()) await plant(host, { number: index + 1 });
    await plant(host, { number: 90 });
    for (const [index, text] of texts.entries()) writeFileSync(markerOf(index + 1), text);
    rmSync(markerOf(90));
    mkdirSync(markerOf(90));
    for (const number of [1, 2, 3, 4, 5, 6, 90]) shop.pull(number, { state: 'closed' });
    const swept = await shop.sweep();
    assert.equal(swept.main.exitCode, 1);
    assert.equal(swept.outputs['removed'], '');
    assert.match(swept.main.log, /shop-pr-2-preview has a marker that cannot be read/);
    assert.equal((await services(host)).length, 7);
    shop.pull(2, { state: 'open' });
    const taken = await shop.preview(2, 'labeled');
    assert.equal(taken.main.exitCode, 1, taken.main.log);
    assert.match(taken.main.log, /kamal-1password\.json` does not say which pull request/);
    assert.match(taken.main.log, /delete it, then run this again/);
  });

  test('whatever GitHub answers but what it should: previews stay, and none is deployed', async () => {
    await using shop = await PreviewStage.set(stage);
    await plant(host, { number: 1 });
    shop.pull(1, { state: 'closed' });
    const operation = 'pulls/get';
    const pull = { number: 1, state: 'closed', labels: [], draft: false, merged_at: null };
    const head = { sha: 'abc', repo: { full_name: 'acme/app' } };
    // What else is no whole answer: test/github/api/pull-request.test.ts.
    const answers: readonly {
      status: number;
      headers?: Record<string, string>;
      message?: string;
      answer?: { body: unknown };
    }[] = [
      { status: 404, message: 'Not Found' },
      { status: 403, message: 'Resource not accessible by integration' },
      {
        status: 403,
        message: 'You have exceeded a secondary rate limit.',
        headers: { 'retry-after': '120' },
      },
      {
        status: 403,
        message: 'API rate limit exceeded',
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3000),
        },
      },
      { status: 429, headers: { 'retry-after': '120' } },
      { status: 500 },
      { status: 200, answer: { body: {} } },
      { status: 200, answer: { body: 'gateway' } },
      { status: 200, answer: { body: { ...pull, head, number: 2 } } },
      { status: 200, answer: { body: { ...pull, head, state: 'queued' } } },
      { status: 200, answer: { body: { ...pull, state: 'open', head: { sha: 'abc' } } } },
    ];
    for (const [index, answer] of answers.entries()) {
      shop.github.faults.length = 0;
      shop.github.fail({ operation, ...answer, times: 1000 });
      const swept = await shop.sweep();
      assert.equal(swept.main.exitCode, 1, `${index}: ${swept.main.log}`);
      assert.equal(swept.outputs['removed'], '');
      assert.match(swept.main.log, /The preview of pull request 1 stays: /);
      if (index % 5 > 0) continue;
      const asked = await shop.preview(1, 'closed');
      assert.equal(asked.main.exitCode, 1, asked.main.log);
      assert.match(asked.main.log, /The state of pull request 1 is not known/);
    }
    assert.deepEqual(await services(host), ['shop-pr-1']);
  });

  test('whether a run has ended is not known: an hour by the clock of the host, whatever the runner’s says', async () => {
    await using shop = await PreviewStage.set(stage);
    const at = (ago: number): Partial<Marker> => ({
      at: new Date(Date.now() - ago).toISOString(),
    });
    // Deployed a minute ago by a runner a year behind; two hours ago, by one that is a year ahead.
    await plant(host, { number: 1, age: 60_000, marker: at(365 * DAY) });
    await plant(host, { number: 2, age: 2 * 3_600_000, marker: at(-365 * DAY) });
    for (const number of [1, 2]) shop.pull(number, { state: 'closed' });
    shop.github.fail({ operation: 'actions/get-workflow-run', status: 403, times: 1000 });
    const swept = await shop.sweep();
    assert.equal(swept.outputs['removed'], '2', swept.main.log);
    assert.match(swept.main.log, /pull request 1 stays: whether run 4000 still deploys it/);
  });

  test('clocks apart: what was deployed a minute ago has not expired, what was deployed long ago has', async () => {
    await using shop = await PreviewStage.set(stage);
    const at = (ago: number): Partial<Marker> => ({
      at: new Date(Date.now() - ago).toISOString(),
    });
    await plant(host, { number: 1, age: 60_000, marker: at(30 * DAY) });
    await plant(host, { number: 2, age: 8 * DAY, marker: at(-30 * DAY) });
    await plant(host, { number: 3, age: -DAY });
    for (const number of [1, 2, 3]) shop.pull(number);
    const swept = await shop.sweep({ 'preview-expires': '7d' });
    assert.equal(swept.outputs['removed'], '2', swept.main.log);
  });

  test('locks: empty, of a person, of a removal that died, of a run of another repository', async () => {
    await using shop = await PreviewStage.set(stage);
    for (const number of [1, 2, 3, 4, 5]) {
      await plant(host, { number });
      shop.pull(number, { state: 'closed' });
    }
    const lockOf = (number: number): string => join(host.home, `.kamal/lock-shop-pr-${number}-preview`);
    const old = new Date(Date.now() - 2 * 3_600_000);
    mkdirSync(lockOf(1));
    await run('touch', ['-d', old.toISOString(), lockOf(1)]);
    mkdirSync(lockOf(2));
    holdLock(host, { by: 'Ada', message: 'I am debugging' }, 'shop-pr-3', 'preview');
    holdLock(
      host,
      { by: 'mona (run 4001.1 of acme/app, job sweep, x)', message: 'This preview is being removed' },
      'shop-pr-4',
      'preview',
    );
    holdLock(host, { by: 'mona (run 9.1 of acme/else, job x, y)' }, 'shop-pr-5', 'preview');
    shop.github.onRequest = (operation, path) => {
      if (operation === 'actions/get-workflow-run' && path['run_id'] === '9')
        shop.github.fail({ operation, status: 404, times: 1 });
    };
    const swept = await shop.sweep();
    shop.github.onRequest = null;
    assert.equal(swept.outputs['removed'], '1,4', swept.main.log);
    assert.deepEqual(await services(host), ['shop-pr-2', 'shop-pr-3', 'shop-pr-5']);
    assert.match(
      swept.main.log,
      /pull request 2 stays: the deploy lock on \S+ is held by someone without a name/,
    );
    assert.match(
      swept.main.log,
      /pull request 3 stays: its deploy lock on \S+ is held by Ada \(“I am debugging”\)/,
    );
  });

  test('a full disk: the preview goes, its volumes too', async () => {
    await using shop = await PreviewStage.set(stage);
    await plant(host, { number: 1, volumes: ['shop-pr-1-data:/data'] });
    shop.pull(1, { state: 'closed' });
    const inHost = (script: string): Promise<string> =>
      run('nsenter', [
        '--target',
        String(host.namespacePid),
        '--mount',
        '--net',
        '--root',
        '--wd=/',
        'sh',
        '-c',
        script,
      ]);
    await inHost(`cd /root && mv .kamal .k && mkdir .kamal && mount -t tmpfs -o size=64k none .kamal && cp -a .k/. .kamal/ && rm -rf .k
mkdir .kamal/x && { cat /dev/zero >.kamal/x/full 2>/dev/null || true; }`);
    try {
      const swept = await shop.sweep();
      assert.equal(swept.outputs['removed'], '1', swept.main.log);
      assert.deepEqual(await services(host), []);
      assert.equal((await docker(host, 'volume', 'ls', '--quiet')).trim(), '');
      shop.pull(2);
      await inHost('cat /dev/zero >/root/.kamal/x/full 2>/dev/null || true');
      const full = await shop.preview(2, 'labeled');
      assert.equal(full.main.exitCode, 1);
      assert.match(full.main.log, /The marker that identifies the preview could not be written on/);
    } finally {
      await inHost('umount /root/.kamal && rm -rf /root/.kamal');
    }
  });

  test('one server by two names', async () => {
    const alias = 'preview.internal';
    await run('sh', [
      '-c',
      `cat /etc/hosts >"$1/hosts" && echo "${host.address} ${alias}" >>"$1/hosts" && mount --bind "$1/hosts" /etc/hosts`,
      'sh',
      stage.root,
    ]);
    try {
      await using shop = await PreviewStage.set(stage, {
        more: `accessories:\n  db:\n    image: ${stage.target.baseImage}\n    cmd: sleep 100000\n    host: ${alias}\n`,
      });
      const twice = { ...host, address: alias };
      await plant(host, { number: 1 });
      writeFileSync(
        join(host.home, appDirectory('shop-pr-1', 'preview'), NAMES_FILE),
        `role web\nhost ${host.address}\nhost ${twice.address}\n`,
      );
      shop.pull(1, { state: 'closed' });
      const swept = await shop.sweep();
      assert.equal(swept.main.exitCode, 0, swept.main.log);
      assert.equal(swept.outputs['removed'], '1');
      assert.deepEqual(await tracesOf(host, 'shop-pr-1'), []);
    } finally {
      await run('umount', ['/etc/hosts']);
    }
  });

  test('a host whose key has changed is not asked, and what is there stays', async () => {
    const other = secondHost();
    await using shop = await PreviewStage.set(stage, { hosts: [host, other] });
    await plant(host, { number: 1, hosts: [host, other] });
    shop.pull(1, { state: 'closed' });
    const stranger = readFileSync(stage.target.strangerKey.publicKeyFile, 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
    const at = other.sshPort === 22 ? other.address : `[${other.address}]:${other.sshPort}`;
    const lines = [...host.hostKeyLines, `${at} ${stranger}`].join('\n');
    const swept = await shop.sweep({ 'known-hosts': lines });
    assert.equal(swept.main.exitCode, 1, swept.main.log);
    assert.equal(swept.outputs['removed'], '');
    assert.match(
      swept.main.log,
      new RegExp(`${other.address.replaceAll('.', '\\.')} could not be checked: .*[Hh]ost key`),
    );
    assert.ok((await services(other)).includes('shop-pr-1'));
  });

  test('a host that the deploy file does not name any more, while a preview is there', async () => {
    const other = secondHost();
    await using shop = await PreviewStage.set(stage, { hosts: [host] });
    // It was deployed to both, and main names the first alone.
    await plant(host, { number: 1, hosts: [host, other] });
    shop.pull(1, { state: 'closed' });
    const swept = await shop.sweep();
    assert.equal(swept.outputs['removed'], '1', swept.main.log);
    for (const each of [host, other]) assert.deepEqual(await tracesOf(each, 'shop-pr-1'), []);
  });

  test('an accessory with a name of production’s is left, its own goes with its data', async () => {
    const accessories = `accessories:\n  db:\n    image: ${stage.target.baseImage}\n    service: shop-db\n    cmd: sleep 100000\n    host: ${host.address}\n  cache:\n    image: ${stage.target.baseImage}\n    cmd: sleep 100000\n    host: ${host.address}\n    directories: [data:/data]\n`;
    await using shop = await PreviewStage.set(stage, { more: accessories });
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
    const database = await containerIds(host, 'shop-db');
    shop.pull(1);
    const ready = await shop.preview(1, 'labeled');
    assert.equal(ready.outputs['state'], 'ready', ready.main.log);
    assert.ok((await services(host)).includes('shop-pr-1-cache'));
    shop.pull(1, { state: 'closed' });
    assert.equal((await shop.preview(1, 'closed')).outputs['removed'], '1');
    assert.deepEqual(await containerIds(host, 'shop-db'), database);
    assert.deepEqual(await tracesOf(host, 'shop-pr-1'), []);
  });

  test('closed and reopened while it is deployed: it is ready', async () => {
    await using shop = await PreviewStage.set(stage);
    shop.pull(1);
    shop.github.onRequest = (operation) => {
      if (operation === 'repos/create-deployment') shop.pull(1, { state: 'closed' });
      if (operation === 'repos/create-deployment-status') shop.pull(1, { state: 'open' });
    };
    const { main, outputs } = await shop.preview(1, 'labeled');
    shop.github.onRequest = null;
    assert.equal(outputs['state'], 'ready', main.log);
    assert.deepEqual(await services(host), ['shop-pr-1']);
  });

  test('an old run that is run again deploys its own commit, and says so', async () => {
    await using shop = await PreviewStage.set(stage);
    const old = shop.app.version;
    shop.pull(1, { headSha: old });
    using file = shop.event(1, 'synchronize');
    shop.pull(1, { headSha: 'f'.repeat(40) });
    const again = shop.job({ event: 'pull_request', payload: file.path, inputs: { command: 'preview' } });
    const { outputs, main } = await shop.toEnd(again);
    assert.equal(outputs['state'], 'ready', main.log);
    assert.match(shop.comment(1) ?? '', new RegExp(old.slice(0, 7)));
    assert.doesNotMatch(shop.comment(1) ?? '', /fffffff/);
  });

  test('a pull request that gives its service another name: the former one goes', async () => {
    await using shop = await PreviewStage.set(stage);
    shop.pull(1);
    assert.equal((await shop.preview(1, 'labeled')).outputs['state'], 'ready');
    const text = readFileSync(join(shop.app.dir, 'config/deploy.preview.yml'), 'utf8');
    await shop.push(1, {
      'config/deploy.preview.yml': text.replace('service: shop-pr-', 'service: store-pr-'),
    });
    const { main, outputs } = await shop.preview(1);
    assert.equal(outputs['state'], 'ready', main.log);
    assert.deepEqual(await services(host), ['store-pr-1']);
    assert.deepEqual(await tracesOf(host, 'shop-pr-1'), []);
    shop.pull(1, { state: 'closed' });
    assert.equal((await shop.sweep()).outputs['removed'], '1');
    assert.deepEqual(await services(host), []);
  });

  test('paused, ended and restarting containers: the teardown runs or the preview stays', async () => {
    await using shop = await PreviewStage.set(stage);
    for (const number of [1, 2]) {
      await plant(host, { number, volumes: ['shop-log:/data'], env: { DB: `db_${number}` } });
      shop.pull(number, { state: 'closed' });
    }
    await docker(host, 'pause', 'shop-pr-1-web-preview-pr-1-abc');
    await docker(host, 'kill', 'shop-pr-2-web-preview-pr-2-abc');
    const swept = await shop.sweep({ 'preview-teardown': 'echo "$DB" >>/data/log' });
    assert.equal(swept.outputs['removed'], '1,2', swept.main.log);
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
    assert.deepEqual(log.trim().split('\n').sort(), ['db_1', 'db_2']);
  });

  test('kamal-proxy stopped, a volume or an image that somebody uses: it stays, and is said', async () => {
    await using shop = await PreviewStage.set(stage);
    await plant(host, { number: 1, volumes: ['shop-pr-1-data:/data'] });
    shop.pull(1, { state: 'closed' });
    await docker(host, 'stop', '--time', '0', 'kamal-proxy');
    const proxy = await shop.sweep();
    assert.equal(proxy.main.exitCode, 1);
    assert.match(proxy.main.log, /kamal-proxy does not answer there/);
    assert.deepEqual(await services(host), ['shop-pr-1']);
    await docker(host, 'start', 'kamal-proxy');
    await docker(
      host,
      'run',
      '--detach',
      '--name',
      'mine',
      '--volume',
      'shop-pr-1-data:/mine',
      stage.target.baseImage,
      'sleep',
      '100000',
    );
    const used = await shop.sweep();
    assert.equal(used.main.exitCode, 1);
    assert.match(used.main.log, /the volume shop-pr-1-data is still there/);
    assert.ok(existsSync(markerOf(1)));
    await docker(host, 'rm', '--force', 'mine');
    assert.equal((await shop.sweep()).outputs['removed'], '1');
    assert.deepEqual(await proxyRoutes(host), []);
  });

  test('a directory that another destination left: it is named, and nothing is removed or deployed', async () => {
    await using shop = await PreviewStage.set(stage);
    mkdirSync(join(host.home, '.kamal/apps/shop-pr-1'), { recursive: true });
    shop.pull(1);
    const { main } = await shop.preview(1, 'labeled');
    assert.equal(main.exitCode, 1);
    assert.match(main.log, /`~\/\.kamal\/apps\/shop-pr-1` exists/);
    rmSync(join(host.home, '.kamal/apps/shop-pr-1'), { recursive: true });
    assert.equal((await shop.preview(1, 'labeled')).outputs['state'], 'ready');
  });

  test('a comment that somebody deleted, or that GitHub does not take, decides nothing', async () => {
    await using shop = await PreviewStage.set(stage);
    shop.pull(1);
    shop.github.permissions = new Set(['deployments']);
    const silent = await shop.preview(1, 'labeled');
    assert.equal(silent.outputs['state'], 'ready', silent.main.log);
    shop.github.permissions.add('pull-requests');
    await shop.preview(1);
    shop.github.comments.length = 0;
    shop.pull(1, { state: 'closed' });
    const closed = await shop.preview(1, 'closed');
    assert.equal(closed.outputs['removed'], '1', closed.main.log);
    assert.equal(shop.comment(1), null);
  });

  test('a sweep beside a deploy leaves it to that run', async () => {
    await using shop = await PreviewStage.set(stage);
    shop.pull(1);
    const sweeps: ReturnType<PreviewStage['sweep']>[] = [];
    shop.github.onRequest = (operation) => {
      if (operation !== 'repos/create-deployment') return;
      shop.pull(1, { state: 'closed' });
      sweeps.push(shop.sweep());
    };
    const { main, outputs } = await shop.preview(1, 'labeled');
    shop.github.onRequest = null;
    const [swept] = await Promise.all(sweeps);
    assert.equal(main.exitCode, 0, main.log);
    assert.equal(outputs['removed'], '1', main.log);
    assert.ok(swept);
    assert.deepEqual(await tracesOf(host, 'shop-pr-1'), []);
  });

  test('two pull requests of one commit, and one that is pushed to before it is deployed', async () => {
    await using shop = await PreviewStage.set(stage);
    shop.pull(1);
    shop.pull(2);
    for (const number of [1, 2])
      assert.equal((await shop.preview(number, 'labeled')).outputs['state'], 'ready');
    shop.pull(1, { state: 'closed' });
    assert.equal((await shop.preview(1, 'closed')).outputs['removed'], '1');
    assert.deepEqual(await services(host), ['shop-pr-2']);
    const name = Object.keys(await containerIds(host, 'shop-pr-2'))[0] ?? '';
    assert.match(name, /^shop-pr-2-web-preview-pr-2-/);
  });
});

/** The services that run on a host, by their label. */
async function services(host: TargetHost): Promise<string[]> {
  const listed = await docker(host, 'ps', '--format', '{{.Label "service"}}');
  return [...new Set(listed.split('\n').filter(Boolean))].sort();
}
