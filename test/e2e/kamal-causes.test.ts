/** Failures that take more than a broken deploy file: a full disk, an app without its key, a Kamal that does not load. */
import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { diagnose, type Diagnosis } from '../../src/kamal/diagnosis/diagnose.ts';
import type { RunOptions } from '../../src/kamal/run/run.ts';
import { Ground } from '../harness/e2e/kamal-ground.ts';
import type { App, AppOptions } from '../harness/target/app.ts';
import { exhaustInodes, fillHome } from '../harness/target/faults.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { target, withoutTarget } from '../harness/target/target.ts';

const VALUES = { TOKEN: 'x1-tok' };

void describe('causes that only real tools can show', { skip: withoutTarget() }, () => {
  let ground: Ground;
  let a: string;

  before(async () => {
    await resetTarget();
    ground = await Ground.lay();
    a = target().hosts[0].address;
  });
  after(async () => {
    await ground?.[Symbol.asyncDispose]();
    await resetTarget();
  });

  async function failing(
    app: App,
    words: readonly string[] = ['deploy'],
    more: Partial<RunOptions> = {},
  ): Promise<Diagnosis> {
    const { exitCode, lines } = await ground.kamal(app, words, more);
    const found = diagnose(lines, { exitCode });
    // RECORD=FILE keeps what was printed, for test/kamal/diagnosis/recordings.
    const record = process.env['RECORD'];
    if (record !== undefined) appendFileSync(record, `=== ${found.cause}\n${lines.join('\n')}\n`);
    assert.notEqual(found.cause, 'unknown', lines.join('\n'));
    assert.equal(found.confidence, 'certain', lines.join('\n'));
    return found;
  }
  const app = (options: AppOptions = {}): Promise<App> => ground.app(VALUES, options);
  const ending = (command: string): AppOptions => ({
    deploy: { deploy_timeout: 3 },
    files: {
      Dockerfile: `FROM ${target().baseImage}\nEXPOSE 80\nSTOPSIGNAL SIGKILL\nCMD ${command}\n`,
    },
  });

  for (const [name, command, cause, secret] of [
    ['an app without its key', '["sh", "-c", ": ${STRIPE_KEY:?}"]', 'app-secret-missing', 'STRIPE_KEY'],
    [
      'a Rails-like app without its key',
      `["sh", "-c", "echo 'bin/rails aborted!'; echo 'ActiveSupport::EncryptedFile::MissingKeyError: Missing encryption key to decrypt file with.'; exit 1"]`,
      'app-secret-missing',
      'RAILS_MASTER_KEY',
    ],
    [
      'an app whose database refuses it',
      `["sh", "-c", "echo 'FATAL:  password authentication failed for user \\"shop\\"'; exit 1"]`,
      'app-secret-wrong',
      null,
    ],
    ['an app that says nothing', '["sh", "-c", "exit 1"]', 'unhealthy', null],
  ] as const) {
    void test(name, async () => {
      const found = await failing(await app(ending(command)));
      assert.deepEqual([found.cause, found.secret, found.host], [cause, secret, a]);
    });
  }

  void test('a command that is not in the image', async () => {
    const found = await failing(await app(ending('["/nope"]')));
    assert.deepEqual([found.cause, found.host], ['container-not-started', a]);
  });

  void test('a disk that is full where the secrets go', async () => {
    const shop = await app({ service: 'full' });
    await using full = await fillHome(target().hosts[0], '.kamal/apps/full');
    const found = await failing(shop);
    assert.ok(full);
    assert.deepEqual([found.cause, found.host], ['disk-full', a]);
  });

  void test('a lock whose folder cannot be made: Kamal says that it is there already', async () => {
    const shop = await app({ service: 'locked' });
    await using full = await exhaustInodes(target().hosts[0], '.kamal');
    assert.ok(full);
    const words = ['lock', 'acquire', '-m', 'mine'];
    const { exitCode, lines } = await ground.kamal(shop, words);
    assert.match(lines.join('\n'), /Deploy lock already in place!/);
    const found = diagnose(lines, { exitCode });
    assert.deepEqual([found.cause, found.failure], ['unknown', true], lines.join('\n'));
    assert.match(found.seen, /there is no lock/);
    // With `-v` mkdir's own words are in the log.
    assert.equal((await failing(shop, [...words, '-v'])).cause, 'disk-full');
  });

  void test('a command in a new container before the first deploy', async () => {
    const built = await app({ service: 'fresh' });
    const found = await failing(built, ['app', 'exec', '--version', built.version, 'ls']);
    assert.deepEqual([found.cause, found.host], ['env-file-unusable', a]);
    assert.match(found.next.agent.join(' '), /Deploy once first/);
  });

  void test('an accessory that was never booted', async () => {
    const accessories = { db: { image: target().baseImage, host: a } };
    const found = await failing(await app({ deploy: { accessories } }), ['accessory', 'start', 'db']);
    assert.deepEqual([found.cause, found.host], ['accessory-missing', a]);
  });

  void test('a file that is not committed: Kamal builds a clone of HEAD', async () => {
    const late = await app({ files: { Dockerfile: `FROM ${target().baseImage}\nCOPY late.txt /\n` } });
    writeFileSync(join(late.dir, 'late.txt'), 'late\n');
    const found = await failing(late);
    assert.equal(found.cause, 'build-failed');
    assert.match(found.means, /late\.txt.*not committed/);
  });

  void test('a hook that is not executable, and one that calls a Kamal that fails', async () => {
    const plain = await app({ hooks: { 'pre-build': 'true' } });
    chmodSync(join(plain.dir, '.kamal/hooks/pre-build'), 0o644);
    const refused = await failing(plain);
    assert.equal(refused.cause, 'hook-failed');
    assert.match(refused.means, /is not executable/);
    const nested = await failing(await app({ hooks: { 'pre-build': 'kamal lock status -d nowhere' } }));
    assert.equal(nested.cause, 'hook-failed');
    assert.equal(nested.within?.cause, 'config-invalid');
  });

  void test('a key that is none', async () => {
    const ssh = { key_data: ['nonsense'], keys_only: true };
    const environment = { ...ground.environment, SSH_AUTH_SOCK: '' };
    const found = await failing(await app({ deploy: { ssh } }), ['app', 'version'], { environment });
    assert.equal(found.cause, 'ssh-key-unusable');
  });

  void test('a deploy file of Kamal 1', async () => {
    const found = await failing(await app({ deploy: { traefik: { args: { debug: true } } } }));
    assert.equal(found.cause, 'config-invalid');
    assert.match(found.means, /written for Kamal 1/);
  });

  /** A PATH with these programs and no others. */
  function pathWith(...programs: readonly string[]): string {
    const bin = join(ground.directory, `bin-${programs.length}`);
    mkdirSync(bin, { recursive: true });
    for (const name of programs)
      symlinkSync(
        execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(),
        join(bin, name),
      );
    return bin;
  }

  void test('a machine without Docker', async () => {
    const PATH = pathWith('kamal', 'ruby', 'git', 'sh', 'env');
    const found = await failing(await app(), ['deploy'], { environment: { ...ground.environment, PATH } });
    // Kamal takes a shell's "docker: not found" for a missing plugin.
    assert.deepEqual([found.cause, found.host], ['builder-unavailable', null]);
    assert.match(found.means, /`docker` itself is not on PATH/);
  });

  void test('a Ruby that has no Kamal', async () => {
    const environment = {
      ...ground.environment,
      GEM_HOME: '/nonexistent-gems',
      GEM_PATH: '/nonexistent-gems',
    };
    const found = await failing(await app(), ['deploy'], { environment });
    assert.equal(found.cause, 'kamal-not-loaded');
  });
});
