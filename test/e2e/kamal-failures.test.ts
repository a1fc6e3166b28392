import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { diagnose, type Diagnosis, type KnownFacts } from '../../src/kamal/diagnosis/diagnose.ts';
import type { RunOptions } from '../../src/kamal/run/run.ts';
import { agentWith } from '../harness/target/agent.ts';
import type { App, AppOptions } from '../harness/target/app.ts';
import { docker } from '../harness/target/containers.ts';
import {
  startEngine,
  startRegistry,
  startSshd,
  stopEngine,
  stopRegistry,
  stopSshd,
} from '../harness/target/faults.ts';
import { holdLock } from '../harness/target/lock.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { plainSecrets } from '../harness/target/secrets-file.ts';
import { secondHost, target, withoutTarget } from '../harness/target/target.ts';
import { Ground } from '../harness/e2e/kamal-ground.ts';

const DEPLOY = ['deploy'];
const QUICK = { deploy_timeout: 3 };

void describe(
  'real failures of a real Kamal, diagnosed from what it prints',
  { skip: withoutTarget() },
  () => {
    let ground: Ground;
    let a: string;
    let b: string;
    let good: App;

    before(async () => {
      await resetTarget();
      ground = await Ground.lay();
      a = target().hosts[0].address;
      b = secondHost().address;
      good = await ground.app({ TOKEN: 'x1-tok' });
      const deployed = await ground.kamal(good, DEPLOY);
      assert.equal(deployed.exitCode, 0, deployed.lines.join('\n'));
      assert.equal(diagnose(deployed.lines, { exitCode: 0 }).cause, 'none');
    });
    after(async () => {
      await ground?.[Symbol.asyncDispose]();
      await resetTarget();
    });

    async function failing(
      app: App,
      words: readonly string[] = DEPLOY,
      more: Partial<RunOptions> = {},
      facts: KnownFacts = {},
    ): Promise<Diagnosis> {
      const { exitCode, lines } = await ground.kamal(app, words, more);
      const diagnosis = diagnose(lines, { exitCode, ...facts });
      assert.notEqual(diagnosis.cause, 'none', lines.join('\n'));
      assert.notEqual(diagnosis.cause, 'unknown', lines.join('\n'));
      assert(diagnosis.seen.endsWith('.') && diagnosis.means !== '');
      assert(diagnosis.next.human.length + diagnosis.next.agent.length > 0);
      // The same log as a runner saves it, without colours, says the same.
      const saved = lines.map((line) => `2026-02-03T04:05:06.1234567Z ${line}\r`).join('\n');
      const again = diagnose(saved, { exitCode, ...facts });
      assert.deepEqual(
        [again.cause, again.host, again.secret, again.evidence],
        [diagnosis.cause, diagnosis.host, diagnosis.secret, diagnosis.evidence],
      );
      return diagnosis;
    }
    const app = (
      options: AppOptions = {},
      values: Readonly<Record<string, string>> = { TOKEN: 'x1-tok' },
    ): Promise<App> => ground.app(values, options);
    const secrets = (more: string): AppOptions => ({
      secretsFile: `${plainSecrets({ KAMAL_REGISTRY_PASSWORD: target().registry.password })}${more}`,
    });

    void test('a secret that no line sets, seen only when the container is to start', async () => {
      const found = await failing(await app({ ...secrets('OTHER=1\n'), secrets: ['OTHER', 'MAILER_KEY'] }));
      assert.deepEqual([found.cause, found.secret, found.host], ['secret-not-found', 'MAILER_KEY', a]);
    });

    void test('a destination without its secrets file', async () => {
      const found = await failing(await app({ destinations: { qa: { deploy: {} } } }), [
        'deploy',
        '-d',
        'qa',
      ]);
      assert.equal(found.cause, 'secrets-file-missing');
      assert.match(found.means, /`\.kamal\/secrets\.qa`/);
    });

    for (const [name, line, cause, secret] of [
      [
        'an extract of what is no JSON',
        'TOKEN=$(kamal secrets extract TOKEN oops)\n',
        'secrets-unparsable',
        null,
      ],
      [
        'a fetch without account',
        'TOKEN=$(kamal secrets fetch --adapter 1password --from V/I TOKEN)\n',
        'fetch-account-missing',
        null,
      ],
      [
        'an adapter that is none',
        'TOKEN=$(kamal secrets fetch --adapter onepass --account x --from V/I TOKEN)\n',
        'fetch-adapter-unknown',
        null,
      ],
      [
        'no op on PATH',
        'TOKEN=$(kamal secrets fetch --adapter 1password --account x --from V/I TOKEN)\n',
        'op-not-installed',
        null,
      ],
      [
        'a name that was not fetched',
        `S='\\{\\"V/I/A\\":\\"1\\"\\}'\nTOKEN=$(kamal secrets extract B $S)\n`,
        'secret-not-fetched',
        'B',
      ],
    ] as const) {
      void test(name, async () => {
        const found = await failing(await app({ ...secrets(line), secrets: ['TOKEN'] }));
        assert.deepEqual([found.cause, found.secret, found.host], [cause, secret, null]);
      });
    }

    for (const [words, cause, secret] of [
      [
        '"Prod" isn\'t an item in the "V" vault. Specify the item with its UUID, name, or domain.',
        'vault-item-missing',
        null,
      ],
      ['"TOKEN" isn\'t a field in the "I" item', 'vault-field-missing', 'TOKEN'],
      [
        '"V" isn\'t a vault in this account. Specify the vault with its ID or name.',
        'vault-unreadable',
        null,
      ],
      [
        'error initializing client: authorization prompt dismissed: 401 Unauthorized',
        'op-not-signed-in',
        null,
      ],
      ['Too many requests. You have reached the rate limit.', 'op-unavailable', null],
    ] as const) {
      void test(`op says: ${words.slice(0, 40)}`, async () => {
        const bin = join(ground.directory, 'op-bin');
        mkdirSync(bin, { recursive: true });
        // Only the words are op's: what is tested is Kamal's own way of failing around them.
        writeFileSync(
          join(bin, 'op'),
          `#!/bin/sh\n[ "$1" = item ] || exit 0\necho '[ERROR] 2026/02/03 04:05:06 ${words.replaceAll("'", String.raw`'\''`)}' >&2\nexit 1\n`,
        );
        chmodSync(join(bin, 'op'), 0o755);
        const line =
          'S=$(kamal secrets fetch --adapter 1password --account x --from V/I TOKEN)\nTOKEN=$(kamal secrets extract TOKEN $S)\n';
        const environment = { ...ground.environment, PATH: `${bin}:${ground.environment['PATH']}` };
        const found = await failing(await app({ ...secrets(line), secrets: ['TOKEN'] }), DEPLOY, {
          environment,
        });
        assert.deepEqual([found.cause, found.secret], [cause, secret]);
      });
    }

    void test('a key that the servers do not know, and what the login check knew', async () => {
      await using stranger = await agentWith(target().strangerKey.privateKeyFile);
      const environment = { ...ground.environment, SSH_AUTH_SOCK: stranger.socket };
      const facts = { logins: [{ host: a, accepted: false, words: 'permission denied' }] };
      const found = await failing(good, ['app', 'version'], { environment }, facts);
      assert.deepEqual([found.cause, found.host], ['ssh-auth', a]);
      assert.match(found.means, /permission denied/);
    });

    void test('a host key that is not the one in known_hosts', async () => {
      const home = join(ground.directory, 'other-home');
      mkdirSync(join(home, '.ssh'), { recursive: true });
      const [line = ''] = secondHost().hostKeyLines;
      writeFileSync(join(home, '.ssh/known_hosts'), `${line.replace(b, a)}\n`);
      const found = await failing(good, ['app', 'version'], {
        environment: { ...ground.environment, HOME: home },
      });
      assert.deepEqual([found.cause, found.host], ['ssh-host-key-changed', a]);
    });

    void test('nobody listens; a name that does not resolve', async () => {
      await stopSshd(target().hosts[0]);
      try {
        const found = await failing(good, ['app', 'version']);
        assert.deepEqual([found.cause, found.host], ['ssh-unreachable', a]);
      } finally {
        await startSshd(target().hosts[0]);
      }
      const lost = await app({
        deploy: { servers: { web: { hosts: ['no-such-host.invalid'] } }, sshkit: { dns_retries: 0 } },
      });
      const found = await failing(lost, ['app', 'version']);
      assert.deepEqual([found.cause, found.host], ['ssh-unreachable', 'no-such-host.invalid']);
    });

    void test('the connection breaks off in the middle', async () => {
      const cut: Promise<void>[] = [];
      try {
        const found = await failing(await app(), DEPLOY, {
          onLine: ({ phase }) => {
            if (phase === 'switch' && cut.length === 0) cut.push(stopSshd(target().hosts[0]));
          },
        });
        assert.deepEqual([found.cause, found.host], ['ssh-dropped', a]);
      } finally {
        await Promise.all(cut);
        await startSshd(target().hosts[0]);
        rmSync(join(target().hosts[0].home, '.kamal/lock-e2e'), { recursive: true, force: true });
      }
    });

    void test('another holds the lock', async () => {
      holdLock(target().hosts[0], { by: 'Grace', version: 'abc' });
      const found = await failing(good, ['app', 'boot']);
      assert.equal(found.cause, 'lock-held');
      assert.match(found.means, /Grace, since .*, version abc/);
      rmSync(join(target().hosts[0].home, '.kamal/lock-e2e'), { recursive: true });
    });

    void test('a registry that refuses, one that is down', async () => {
      const refused = await failing(
        await app({ secretsFile: plainSecrets({ KAMAL_REGISTRY_PASSWORD: 'wrong', TOKEN: '1' }) }),
      );
      assert.deepEqual([refused.cause, refused.exitStatus], ['registry-auth', { code: 1, signal: null }]);
      await stopRegistry();
      try {
        assert.equal((await failing(good)).cause, 'registry-unreachable');
      } finally {
        await startRegistry();
      }
    });

    void test('a build that fails, a builder that cannot start, an engine that does not answer', async () => {
      const broken = await failing(
        await app({ files: { Dockerfile: `FROM ${target().baseImage}\nRUN cat /not/there\n` } }),
      );
      assert.equal(broken.cause, 'build-failed');
      assert.match(broken.evidence?.text ?? '', /can't open '\/not\/there'/);
      assert.equal(
        (await failing(await app({ deploy: { builder: { driver: 'docker-container' } } }))).cause,
        'builder-unavailable',
      );
      const environment = { ...ground.environment, DOCKER_HOST: `unix://${ground.directory}/nobody.sock` };
      assert.equal((await failing(good, DEPLOY, { environment })).cause, 'docker-unavailable');
    });

    void test('two hosts, the engine of one is down: the report is right for each', async () => {
      const both = await app({ hosts: [target().hosts[0], secondHost()], service: 'pair' });
      await stopEngine(secondHost());
      try {
        const found = await failing(both);
        assert.deepEqual([found.cause, found.host], ['docker-unavailable', b]);
        assert.deepEqual(
          found.hosts.map(({ host }) => host),
          [b],
        );
      } finally {
        await startEngine(secondHost());
      }
      await Promise.all([stopSshd(target().hosts[0]), stopEngine(secondHost())]);
      try {
        const found = await failing(both, ['app', 'details']);
        assert.deepEqual(
          found.hosts.map(({ host, cause }) => [host, cause]),
          [
            [a, 'ssh-unreachable'],
            [b, 'docker-unavailable'],
          ],
        );
      } finally {
        await Promise.all([startSshd(target().hosts[0]), startEngine(secondHost())]);
      }
    });

    void test('an image that was never pushed, a version that was never there', async () => {
      const pulled = await failing(good, ['deploy', '--skip-push', '--version', 'never-pushed']);
      assert.deepEqual([pulled.cause, pulled.host], ['image-not-found', a]);
      const back = await failing(good, ['rollback', 'never-there']);
      assert.equal(back.cause, 'version-unknown');
    });

    void test('containers that do not get healthy: behind the proxy, and a role without it', async () => {
      const ended = await failing(await app({ unhealthy: 'exits', deploy: QUICK }));
      assert.deepEqual([ended.cause, ended.host, ended.secret], ['unhealthy', a, 'DATABASE_URL']);
      assert.deepEqual(ended.containerLog, ['cannot start: DATABASE_URL is unusable']);
      const ill = { options: { 'health-cmd': 'false', 'health-interval': '1s', 'health-retries': 1 } };
      const worker = await failing(
        await app({
          service: 'jobs',
          roles: { web: {}, worker: {} },
          deploy: { ...QUICK, servers: { worker: ill } },
        }),
      );
      assert.deepEqual([worker.cause, worker.host, worker.role], ['unhealthy', a, 'worker']);
    });

    void test('a hook that fails, with its own exit status and words', async () => {
      const found = await failing(await app({ hooks: { 'pre-build': 'echo tests are red; exit 4' } }));
      assert.deepEqual(
        [found.cause, found.exitStatus, found.evidence?.text],
        ['hook-failed', { code: 4, signal: null }, '.kamal/hooks/pre-build stdout: tests are red'],
      );
    });

    void test('a port that is taken', async () => {
      await docker(
        target().hosts[0],
        'run',
        '--detach',
        '--name',
        'holder',
        '--publish',
        `${a}:19321:80`,
        target().baseImage,
        'sleep',
        '1000',
      );
      const published = { servers: { web: { options: { publish: `${a}:19321:80` } } } };
      const found = await failing(
        await app({ service: 'ported', proxy: false, deploy: { ...published, ...QUICK } }),
      );
      assert.deepEqual([found.cause, found.host], ['port-taken', a]);
      await docker(target().hosts[0], 'rm', '--force', 'holder');
    });

    void test('configurations that Kamal refuses, each in its own way', async () => {
      for (const text of [
        'service: [\n',
        'service: x\nimage: x\nservers: [h]\nnonsense: 1\n',
        'service: <%= ENV.fetch("NOT_SET") %>\n',
        'service: <%= oops %>\n',
      ]) {
        const found = await failing(await app({ files: { 'config/deploy.yml': text } }));
        assert.equal(found.cause, 'config-invalid', text);
      }
      assert.equal((await failing(good, ['deploy', '-c', 'config/none.yml'])).cause, 'config-invalid');
    });

    void test('no git repository', async () => {
      const bare = await app();
      rmSync(join(bare.dir, '.git'), { recursive: true });
      assert.equal((await failing(bare)).cause, 'not-a-git-repository');
    });

    void test('commands and flags that Kamal does not know', async () => {
      for (const words of [['deplyo'], ['deploy', '--skip-psuh'], ['rollback']]) {
        assert.equal((await failing(good, words)).cause, 'command-unknown', words.join(' '));
      }
    });

    void test("a command of the app's own that fails, in a running container and in a new one", async () => {
      // A deploy that was cut off before may have stopped it, on a machine that was slow enough.
      assert.equal((await ground.kamal(good, DEPLOY)).exitCode, 0);
      for (const words of [
        ['app', 'exec', '--reuse', 'ls /not/there'],
        ['app', 'exec', 'ls /not/there'],
      ]) {
        const found = await failing(good, [...words, '--version', good.version]);
        assert.deepEqual(
          [found.cause, found.host, found.exitStatus?.code],
          ['app-command-failed', a, 1],
          words.join(' '),
        );
      }
    });
  },
);
