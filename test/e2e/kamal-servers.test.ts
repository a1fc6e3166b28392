import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  readLock,
  releaseOurLock,
  lockDirectory,
  lockInOutput,
  signedAs,
  type OurLock,
} from '../../src/kamal/lock/lock.ts';
import { chooseVersion, rollbackRefused } from '../../src/kamal/servers/rollback-target.ts';
import { serverState } from '../../src/kamal/servers/state.ts';
import { inspectServers, type Deployed } from '../../src/kamal/servers/inspect.ts';
import type { ExpectedSecret } from '../../src/kamal/verify/secrets.ts';
import { verifyDeployment, type Verification } from '../../src/kamal/verify/verify.ts';
import { commitFiles, type App } from '../harness/target/app.ts';
import { docker } from '../harness/target/containers.ts';
import { startSshd, stopSshd } from '../harness/target/faults.ts';
import { holdLock, lockState } from '../harness/target/lock.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { secondHost, target, withoutTarget } from '../harness/target/target.ts';
import { Ground } from '../harness/e2e/kamal-ground.ts';

const SECRETS = {
  DATABASE_URL: 'postgres://shop:wAlrus-77@db.internal/shop',
  API_TOKEN: 'tok-3f2b9c',
  BLANK: '',
};

void describe('what the servers say after real deploys', { skip: withoutTarget() }, () => {
  let ground: Ground;
  let app: App;
  let deployed: Deployed;
  const versions: string[] = [];

  const secret = (where: string, container: string, value: string | null): ExpectedSecret => ({
    where,
    container,
    secret: container,
    value,
  });
  const expected = [
    secret('role:web', 'DATABASE_URL', SECRETS.DATABASE_URL),
    secret('role:web', 'API_TOKEN', SECRETS.API_TOKEN),
    secret('role:worker', 'API_TOKEN', null),
    secret('accessory:cache', 'API_TOKEN', SECRETS.API_TOKEN),
  ];
  const verify = (
    version: string | null,
    secrets: readonly ExpectedSecret[] = expected,
  ): Promise<Verification> =>
    verifyDeployment({ deployed, version, secrets, accessories: true, access: ground.access });
  const problems = (verification: Verification): string[] =>
    verification.problems.map(({ kind, host, where }) => `${kind} ${host === a ? 'a' : 'b'} ${where}`);
  let a: string;
  let b: string;

  before(async () => {
    await resetTarget();
    ground = await Ground.lay();
    a = target().hosts[0].address;
    b = secondHost().address;
    const hosts = [target().hosts[0], secondHost()];
    app = await ground.app(SECRETS, {
      hosts,
      roles: { web: {}, worker: { hosts: [target().hosts[0]], cmd: 'sleep 1000' } },
      deploy: {
        accessories: {
          cache: { image: target().baseImage, host: a, cmd: 'sleep 1000', env: { secret: ['API_TOKEN'] } },
        },
      },
    });
    deployed = {
      service: 'e2e',
      destination: null,
      roles: [
        { name: 'web', hosts: [a, b], proxy: true },
        { name: 'worker', hosts: [a], proxy: false },
      ],
      accessories: [{ name: 'cache', hosts: [a], service: null }],
    };
    versions.push(app.version);
    const setup = await ground.kamal(app, ['deploy']);
    assert.equal(setup.exitCode, 0, setup.lines.join('\n'));
    assert.deepEqual(
      setup.phases.map(({ phase }) => phase),
      ['start', 'build', 'pull', 'lock', 'proxy', 'stale', 'boot', 'switch', 'prune', 'release'],
    );
    const accessory = await ground.kamal(app, ['accessory', 'boot', 'all']);
    assert.equal(accessory.exitCode, 0, accessory.lines.join('\n'));
  });
  after(async () => {
    await ground?.[Symbol.asyncDispose]();
    await resetTarget();
  });

  void test('all is well: every role on every host, every secret, and not one value leaves', async () => {
    const verification = await verify(app.version);
    assert.deepEqual(verification.problems, []);
    assert.equal(verification.ok, true);
    assert.deepEqual(
      verification.secrets.map(
        ({ host, where, container, verdict }) => `${host === a ? 'a' : 'b'} ${where} ${container} ${verdict}`,
      ),
      [
        'a role:web DATABASE_URL same',
        'a role:web API_TOKEN same',
        'b role:web DATABASE_URL same',
        'b role:web API_TOKEN same',
        'a role:worker API_TOKEN present',
        'a accessory:cache API_TOKEN same',
      ],
    );
    const written = JSON.stringify(verification);
    for (const value of Object.values(SECRETS))
      if (value !== '') assert.equal(written.includes(value), false);
  });

  void test('a secret that changed in the vault, one that is empty, and one that never arrived', async () => {
    const changed = await verify(null, [
      secret('role:web', 'DATABASE_URL', 'changed-since'),
      secret('role:web', 'BLANK', 'something'),
      secret('role:worker', 'NEVER_LISTED', 'x'),
      { ...secret('role:web', 'API_TOKEN', 'other'), hosts: [b] },
    ]);
    assert.equal(changed.version, app.version);
    assert.deepEqual(problems(changed), [
      'container-secret-differs a role:web',
      'container-secret-empty a role:web',
      'container-secret-differs b role:web',
      'container-secret-empty b role:web',
      'container-secret-differs b role:web',
      'container-secret-missing a role:worker',
    ]);
    assert(changed.problems.every(({ next }) => next.human.length + next.agent.length > 0));
    const sentences = changed.problems.map(({ sentence }) => sentence).join('\n');
    for (const value of ['changed-since', SECRETS.DATABASE_URL, SECRETS.API_TOKEN])
      assert.equal(sentences.includes(value), false);
  });

  void test('another version than the one asked for is named, host by host', async () => {
    const found = await verify('0000000000000000000000000000000000000000');
    assert.deepEqual(problems(found), [
      'wrong-version a role:web',
      'wrong-version b role:web',
      'wrong-version a role:worker',
    ]);
    assert.match(found.problems[0]?.sentence ?? '', new RegExp(`runs version ${app.version}, not 0{40}`));
  });

  void test('traffic that goes elsewhere, a container that stopped, an accessory that is gone', async () => {
    await docker(secondHost(), 'exec', 'kamal-proxy', 'kamal-proxy', 'remove', 'e2e-web');
    await docker(target().hosts[0], 'stop', '--time', '0', `e2e-worker-${app.version}`);
    await docker(target().hosts[0], 'rm', '--force', 'e2e-cache');
    const found = await verify(app.version);
    assert.deepEqual(problems(found), [
      'not-serving b role:web',
      'container-missing a role:worker',
      'container-missing a accessory:cache',
    ]);
    assert.match(found.problems[1]?.sentence ?? '', /exited with status 137/);
    const state = await serverState(deployed, ground.access);
    assert.deepEqual(
      state.roles.map(({ host, role, serving, running }) => [host, role, serving, running.length]),
      [
        [a, 'web', app.version, 1],
        [a, 'worker', null, 0],
        [b, 'web', null, 1],
      ],
    );
  });

  void test('the next deploy mends it; then the way back is known, refused where it does not exist, and verified', async () => {
    versions.push(await commitFiles(app.dir, { 'www/index.html': 'second\n' }));
    const [first = '', second = ''] = versions;
    const again = await ground.kamal(app, ['deploy']);
    assert.equal(again.exitCode, 0, again.lines.join('\n'));
    assert.equal((await verify(second, expected.slice(0, 2))).version, second);

    const servers = await inspectServers(deployed, ground.access);
    assert.equal(chooseVersion(deployed, servers, null).version, first);
    assert.equal(chooseVersion(deployed, servers, first.slice(0, 8)).version, first);
    assert.throws(() => chooseVersion(deployed, servers, 'deadbeef'), {
      code: 'version-unknown',
      message: new RegExp(first),
    });

    const refused = await ground.kamal(app, ['rollback', 'deadbeef']);
    assert.equal(refused.exitCode, 0);
    assert.equal(rollbackRefused(refused.lines), true);

    const back = await ground.kamal(app, ['rollback', first]);
    assert.equal(back.exitCode, 0, back.lines.join('\n'));
    assert.equal(rollbackRefused(back.lines), false);
    const verified = await verifyDeployment({
      deployed,
      version: first,
      secrets: expected.slice(0, 3),
      accessories: false,
      access: ground.access,
    });
    assert.deepEqual(verified.problems, []);
    assert.equal(
      chooseVersion(deployed, await inspectServers(deployed, ground.access), null).version,
      second,
    );
  });

  void test('one host that cannot be reached does not hide what is known of the other', async () => {
    await stopSshd(secondHost());
    try {
      const found = await verify(versions[0] ?? '', expected.slice(0, 3));
      assert.deepEqual(
        problems(found).filter((problem) => problem.includes('role')),
        ['host-unreachable b role:web'],
      );
      assert.match(found.problems.find(({ kind }) => kind === 'host-unreachable')?.sentence ?? '', /refused/);
      const servers = await inspectServers(deployed, ground.access);
      assert.throws(() => chooseVersion(deployed, servers, null), { code: 'host-unreachable' });
    } finally {
      await startSshd(secondHost());
    }
  });

  void test('a lock is removed if and only if it is ours', async () => {
    const [host] = target().hosts;
    const directory = lockDirectory('e2e', null);
    const ours: OurLock = {
      performer: 'octocat (run 7)',
      version: versions[0] ?? '',
      message: 'Automatic deploy lock',
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 60_000),
    };
    assert.deepEqual(await readLock(ground.access, host.address, directory), { kind: 'free' });
    assert.deepEqual(await releaseOurLock(ground.access, host.address, directory, ours), { kind: 'free' });
    const { performer: by, version } = ours;
    const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    for (const other of [
      { by: 'Ada' },
      { version: 'other' },
      { message: 'Maintenance' },
      { at: '2020-01-01T00:00:00Z' },
    ]) {
      await ground.kamal(app, ['lock', 'release']);
      holdLock(host, { by, version, at, ...other });
      const left = await releaseOurLock(ground.access, host.address, directory, ours);
      assert.equal(left.kind, 'not-ours', JSON.stringify(other));
      assert.equal(lockState(host).held, true);
    }
    await ground.kamal(app, ['lock', 'release']);
    // The real thing: a lock that Kamal itself takes, signed by the run.
    const environment = { ...ground.environment, ...signedAs(ground.environment, by) };
    const taken = await ground.kamal(app, ['lock', 'acquire', '-m', ours.message, '--version', version], {
      environment,
    });
    assert.equal(taken.exitCode, 0, taken.lines.join('\n'));
    const held = await readLock(ground.access, host.address, directory);
    assert.equal(held.kind === 'held' && held.details.performer, by);
    assert.deepEqual(await releaseOurLock(ground.access, host.address, directory, ours), {
      kind: 'released',
    });
    assert.deepEqual(lockState(host), { held: false });
    assert.deepEqual(lockInOutput(taken.lines), { asked: false, refused: false, released: false });
  });
});
