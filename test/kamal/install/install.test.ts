import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHmac } from 'node:crypto';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import type { GemCache } from '../../../src/kamal/install/gems-request.ts';
import { lockedGem } from '../../../src/base/kamal-facts/lockfile.ts';
import { seal, type Seal } from '../../../src/kamal/install/manifest.ts';
import {
  installKamal,
  type AvailableKamal,
  type InstallRequest,
} from '../../../src/kamal/install/install.ts';
import { GemServer, pathOf } from '../../harness/kamal/gem-server.ts';
import { Project } from '../../harness/kamal/project.ts';

const quiet = { debug() {}, info() {}, warning() {}, mask() {} };
const here = execFileSync('kamal', ['version'], { encoding: 'utf8' }).trim();

function request(project: Project, more: Partial<InstallRequest> = {}): InstallRequest {
  return {
    project: project.directory,
    version: null,
    toolCache: join(project.root, 'tools'),
    binDirectory: join(mkdtempSync(join(project.root, 'temporary', 'run-')), 'bin'),
    seal: sealOf('one token'),
    environment: project.environment(),
    log: quiet,
    retryDelays: [10, 10],
    ...more,
  };
}

/** As a job with a token makes it. */
function sealOf(token: string): Seal {
  const of = (text: string): string => createHmac('sha256', token).update(text).digest('hex');
  return { owner: of('owner').slice(0, 16), of };
}

/** The one directory that a version was installed into. */
function homeOf(project: Project, version: string): string {
  const versionDirectory = join(project.root, 'tools/kamal', version);
  return join(versionDirectory, readdirSync(versionDirectory)[0] ?? '');
}

/** What the Kamal that was made available says when it is run as a caller would. */
function run(project: Project, kamal: AvailableKamal, ...args: string[]): string {
  const [program = '', ...words] = [...kamal.argv, ...args];
  const env = { ...project.environment(), ...kamal.environment };
  return execFileSync(program, words, { cwd: project.directory, env, encoding: 'utf8' }).trim();
}

async function failure(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  );
  assert(error instanceof Failure, String(error));
  assert([...error.next.agent, ...error.next.human].length > 0, 'a failure says what to do next');
  return error;
}

void test('a lock file is read without Bundler, and only its own entry of kamal counts', () => {
  const entry = (section: string, more = ''): string =>
    `${section}\n  remote: https://rubygems.org/\n${more}  specs:\n`;
  const gem = `${entry('GEM')}    kamal-skiff (0.1.0)\n      kamal (>= 2.0)\n    kamal (2.9.1)\n      thor (~> 1.3)\n\nDEPENDENCIES\n  kamal (= 2.9.1)\n`;
  assert.deepEqual(lockedKamal(gem), { version: '2.9.1', origin: 'gem' });
  assert.deepEqual(lockedKamal(gem.replaceAll('\n', '\r\n')), { version: '2.9.1', origin: 'gem' });
  assert.deepEqual(lockedKamal(`${entry('GIT', '  revision: 1f\n')}    kamal (3.0.0.alpha)\n`), {
    version: '3.0.0.alpha',
    origin: 'git',
  });
  assert.deepEqual(lockedKamal(`${entry('PATH')}    kamal (2.0.0)\n`), {
    version: '2.0.0',
    origin: 'path',
  });
  assert.equal(
    lockedKamal(`${entry('GEM')}    other (1.0)\n      kamal (>= 2)\n\nDEPENDENCIES\n  kamal\n`),
    null,
  );
});

void test('the bundle is used where it is installed, whatever directory above holds the Gemfile', async () => {
  using project = new Project({
    'apps/shop/config/deploy.yml': 'service: x\n',
    Gemfile: `source "https://rubygems.org"\ngem "kamal", "${here}"\n`,
  });
  execFileSync('bundle', ['lock', '--local'], { cwd: project.directory, env: project.environment() });
  for (const directory of [project.directory, join(project.directory, 'apps/shop')]) {
    const kamal = await installKamal(request(project, { project: directory }));
    assert.deepEqual(
      [kamal.argv, kamal.source, kamal.version],
      [['bundle', 'exec', 'kamal'], 'bundle', here],
    );
    assert.equal(run(project, kamal, 'version'), here);
  }
});

void test('a bundle that is not installed gives the version, and a version asked for wins over it', async () => {
  await using server = await GemServer.start('0.0.7');
  using project = new Project({
    Gemfile: 'source "https://rubygems.org"\ngem "kamal"\n',
    'Gemfile.lock':
      'GEM\n  remote: https://rubygems.org/\n  specs:\n    kamal (0.0.7)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  kamal\n',
  });
  writeFileSync(join(project.root, '.gemrc'), server.gemrc);
  const kamal = await installKamal(request(project));
  assert.deepEqual([kamal.version, kamal.source], ['0.0.7', 'gem-install']);
  const asked = await installKamal(request(project, { version: here }));
  assert.deepEqual([asked.version, asked.source], [here, 'installed']);
  assert.equal(run(project, asked, 'version'), here);
});

void test('a bundle from git that is not installed is a failure that names the step', async () => {
  using project = new Project({
    Gemfile: 'gem "kamal", git: "https://example.com/kamal.git"\n',
    'Gemfile.lock':
      'GIT\n  remote: https://example.com/kamal.git\n  revision: 0000000000000000000000000000000000000000\n  specs:\n    kamal (2.99.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  kamal!\n',
  });
  const error = await failure(installKamal(request(project)));
  assert.equal(error.code, 'kamal-not-in-bundle');
  assert.match(error.message, /Gemfile\.lock/);
});

void test('without a bundle: the default version, installed by itself, apart from all other gems, once', async () => {
  await using server = await GemServer.start('0.0.8');
  using project = new Project({ '.gemrc': '' });
  writeFileSync(join(project.root, '.gemrc'), server.gemrc);
  server.faults = 1;
  const first = await installKamal(request(project, { version: '0.0.8' }));
  assert.equal(first.source, 'gem-install');
  assert.equal(run(project, first, 'app', 'exec'), 'kamal app exec 0.0.8');
  assert.equal(first.environment['GEM_HOME'], undefined);
  assert.equal(first.environment['PATH']?.split(':')[0], first.binDirectory);
  // Nothing of the installation stays outside of its directory: the home has what it had, the tool cache one entry.
  assert.deepEqual(readdirSync(project.root).toSorted(), ['.gemrc', 'app', 'temporary', 'tools']);
  assert.equal(readdirSync(join(project.root, 'tools/kamal/0.0.8')).length, 1);

  const asked = server.requests.length;
  const second = await installKamal(request(project, { version: '0.0.8' }));
  assert.equal(second.source, 'tool-cache');
  assert.notDeepEqual(second.argv, first.argv, 'what goes on PATH is of the run');
  assert.deepEqual(readdirSync(second.binDirectory ?? ''), ['kamal']);
  assert.equal(run(project, second, 'app', 'exec'), 'kamal app exec 0.0.8');
  assert.equal(server.requests.length, asked);

  // A gem of the machine that it was installed beside is gone: what is in the cache would not run any more.
  const home = homeOf(project, '0.0.8');
  writeFileSync(join(home, 'relies-on'), '/no/such.gemspec\n');
  rmSync(join(home, 'manifest'));
  await seal(home, sealOf('one token'));
  assert.equal((await installKamal(request(project, { version: '0.0.8' }))).source, 'gem-install');
});

void test('a look at the Kamal that is there waits for its turn, an installation begins at once', async () => {
  using project = new Project();
  const turn = Promise.withResolvers<void>();
  let found = false;
  const there = installKamal(request(project, { turn: turn.promise })).finally(() => (found = true));
  await using server = await GemServer.start('0.0.9');
  writeFileSync(join(project.root, '.gemrc'), server.gemrc);
  // Only Ruby, wherever it is: its folder can have a Kamal too.
  const path = join(project.root, 'bin');
  mkdirSync(path);
  const beside = execFileSync('ruby', ['-e', 'print RbConfig::CONFIG["bindir"]'], { encoding: 'utf8' });
  for (const program of ['ruby', 'gem']) symlinkSync(join(beside, program), join(path, program));
  const environment = project.environment({ PATH: path });
  const missing = await installKamal(request(project, { version: '0.0.9', environment, turn: turn.promise }));
  assert.deepEqual([missing.source, found], ['gem-install', false]);
  turn.resolve();
  assert.equal((await there).source, 'installed');
});

void test('Kamal before 2.6 gets the dotenv that it works with, later ones the newest', async () => {
  const dotenv = { requirement: '~> 3.1', versions: ['3.1.8', '3.2.0'] };
  for (const [version, expected] of [
    ['2.0.0', 'dotenv-3.1.8'],
    ['2.5.3', 'dotenv-3.1.8'],
    ['2.6.0', 'dotenv-3.2.0'],
    ['2.50.0', 'dotenv-3.2.0'],
  ] as const) {
    await using server = await GemServer.start(version, { dotenv });
    using project = new Project();
    writeFileSync(join(project.root, '.gemrc'), server.gemrc);
    const kamal = await installKamal(request(project, { version }));
    assert.deepEqual(readdirSync(join(homeOf(project, version), 'gems/gems')), [
      expected,
      `kamal-${version}`,
    ]);
    assert.equal(run(project, kamal), `kamal ${version}`);
    assert.match(
      readFileSync(join(kamal.binDirectory ?? '', 'kamal'), 'utf8'),
      new RegExp(`"= ${expected.slice(7)}"`),
    );
  }
});

const lockedKamal = (text: string): ReturnType<typeof lockedGem> => lockedGem(text, 'kamal');

describe('the real gems, from a server of their own', () => {
  const gems = join(process.env['GEM_HOME'] ?? '', 'cache');
  const alone = (project: Project, more: Readonly<Record<string, string>> = {}) => {
    const none = join(project.root, 'none');
    return project.environment({ GEM_HOME: none, GEM_PATH: none, ...more });
  };

  test('Kamal runs, and the extensions are compiled', async () => {
    await using server = await GemServer.of(gems);
    using project = new Project();
    writeFileSync(join(project.root, '.gemrc'), server.gemrc);
    const environment = alone(project);
    const kamal = await installKamal(request(project, { version: here, environment }));
    assert.equal(kamal.source, 'gem-install');
    const env = { ...environment, ...kamal.environment };
    assert.equal(execFileSync('kamal', ['version'], { env, encoding: 'utf8' }).trim(), here);
    const installed = join(homeOf(project, here), 'gems');
    const sign =
      'require "ed25519"; key = Ed25519::SigningKey.generate; puts key.verify_key.verify(key.sign("x"), "x")';
    const signed = execFileSync('ruby', ['-e', sign], {
      env: { ...environment, GEM_HOME: installed, GEM_PATH: installed },
      encoding: 'utf8',
    });
    assert.equal(signed.trim(), 'true');
  });

  test('where the haste fails, they are installed without it', async () => {
    await using server = await GemServer.of(gems);
    using project = new Project();
    writeFileSync(join(project.root, '.gemrc'), server.gemrc);
    const other = join(project.root, 'other.rb');
    // A RubyGems that does not bear what is done to it.
    writeFileSync(other, 'at_exit { exit!(1) if $LOADED_FEATURES.any? { _1.end_with?("/preload.rb") } }\n');
    const environment = alone(project, { RUBYOPT: `-r${other}` });
    const kamal = await installKamal(request(project, { version: here, environment }));
    const env = { ...environment, ...kamal.environment };
    assert.equal(execFileSync('kamal', ['version'], { env, encoding: 'utf8' }).trim(), here);
  });

  test('a gem that does not compile is a failure that names it, and leaves nothing', async () => {
    await using server = await GemServer.of(gems);
    using project = new Project();
    writeFileSync(join(project.root, '.gemrc'), server.gemrc);
    const environment = alone(project, { MAKE: 'false', make: 'false' });
    const error = await failure(installKamal(request(project, { version: here, environment })));
    assert.equal(error.code, 'kamal-install-failed');
    assert.match(error.message, /(ed25519|bcrypt_pbkdf)-.*Failed to build/);
    assert.deepEqual(readdirSync(join(project.root, 'tools/kamal', here)), []);
  });
});

void test("the runner's cache is filled once and used when the tool cache is empty", async () => {
  await using server = await GemServer.start('0.0.9');
  using project = new Project();
  writeFileSync(join(project.root, '.gemrc'), server.gemrc);
  const store = new Map<string, Buffer>();
  const cache: GemCache = {
    restore: async (key) => store.get(key) ?? null,
    save: async (key, archive) => void store.set(key, archive),
  };
  assert.equal((await installKamal(request(project, { version: '0.0.9', cache }))).source, 'gem-install');
  rmSync(join(project.root, 'tools'), { recursive: true });
  const restored = await installKamal(request(project, { version: '0.0.9', cache }));
  assert.equal(restored.source, 'runner-cache');
  assert.equal(run(project, restored), 'kamal 0.0.9');
  const [key = ''] = store.keys();
  assert.match(key, /^kamal-1password-gems-0\.0\.9-ruby-/);

  // What another job has put there instead is named, and Kamal installed.
  rmSync(join(project.root, 'tools'), { recursive: true });
  store.set(key, Buffer.from(`${'0'.repeat(64)}not ours`));
  const warned: string[] = [];
  const log = { ...quiet, warning: (line: string) => void warned.push(line) };
  const again = await installKamal(request(project, { version: '0.0.9', cache, log }));
  assert.equal(again.source, 'gem-install');
  assert.match(
    warned.join(),
    /in the runner's cache are not as they were saved: nothing of them is unpacked/,
  );
});

void test('a version that does not exist, a server that is down, and one that fails each time have a sentence each', async () => {
  await using server = await GemServer.start('0.1.0');
  using project = new Project();
  writeFileSync(join(project.root, '.gemrc'), server.gemrc);
  const wrong = await failure(installKamal(request(project, { version: '0.1.1' })));
  assert.equal(wrong.code, 'kamal-version-missing');
  assert.match(wrong.message, /0\.1\.1/);

  server.faults = 100;
  const failing = await failure(installKamal(request(project, { version: '0.1.0' })));
  assert.equal(failing.code, 'kamal-download-failed');
  assert.match(failing.message, /3 attempts/);

  writeFileSync(join(project.root, '.gemrc'), ':sources:\n- http://127.0.0.1:9/\n');
  const down = await failure(installKamal(request(project, { version: '0.1.2' })));
  assert.equal(down.code, 'kamal-download-failed');
  assert.deepEqual(
    readdirSync(join(project.root, 'tools/kamal')).flatMap((name) =>
      readdirSync(join(project.root, 'tools/kamal', name)),
    ),
    [],
  );
});

void test('an abort ends the installation and leaves nothing', async () => {
  await using server = await GemServer.start('0.2.0');
  using project = new Project();
  writeFileSync(join(project.root, '.gemrc'), server.gemrc);
  const abort = new AbortController();
  server.faults = 1000;
  const log = { ...quiet, info: () => abort.abort(new Error('enough')) };
  await assert.rejects(
    installKamal(request(project, { version: '0.2.0', log, signal: abort.signal, retryDelays: [60_000] })),
    /enough|aborted/,
  );
  assert.deepEqual(readdirSync(join(project.root, 'tools/kamal/0.2.0')), []);
});

void test('no Ruby: the step to add', async () => {
  using project = new Project();
  const environment = { ...project.environment(), PATH: pathOf(join(project.root, 'bin'), ['git']) };
  const error = await failure(installKamal(request(project, { environment })));
  assert.equal(error.code, 'ruby-missing');
  assert.match(error.next.agent.join(' '), /ruby\/setup-ruby/);
});

void test('a Ruby that is too old is named with its version', async () => {
  using project = new Project();
  const bin = pathOf(join(project.root, 'bin'), ['git']);
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, 'ruby'),
    '#!/bin/sh\necho \'{"version":"2.7.8","engine":"ruby","abi":"2.7.0","platform":"x86_64-linux","build":"","kamals":[]}\'\n',
    { mode: 0o755 },
  );
  const error = await failure(
    installKamal(request(project, { environment: { ...project.environment(), PATH: bin } })),
  );
  assert.equal(error.code, 'ruby-too-old');
  assert.match(error.message, /2\.7\.8/);
});

void test('gems that somebody else changed, or installed, are not used', async () => {
  await using server = await GemServer.start('0.3.0');
  using project = new Project();
  writeFileSync(join(project.root, '.gemrc'), server.gemrc);
  const warned: string[] = [];
  const log = { ...quiet, warning: (line: string) => void warned.push(line) };
  const install = (more: Partial<InstallRequest> = {}): Promise<AvailableKamal> =>
    installKamal(request(project, { version: '0.3.0', log, ...more }));
  await install();
  const home = homeOf(project, '0.3.0');
  const planted = join(home, 'gems/gems/kamal-0.3.0/lib/set.rb');
  mkdirSync(dirname(planted), { recursive: true });
  writeFileSync(planted, 'system "stolen"\n');
  const again = await install();
  assert.equal(again.source, 'gem-install');
  assert.equal(existsSync(planted), false);
  assert.equal(warned.length, 1);
  assert.match(
    warned[0] ?? '',
    /have changed since they were installed \("gems\/gems\/kamal-0\.3\.0\/lib\/set\.rb" changed\)/,
  );
  assert.equal((await install()).source, 'tool-cache');

  // Another repository's job, with another token: it can neither use ours nor make what we would use.
  assert.equal((await install({ seal: sealOf('another token') })).source, 'gem-install');
  rmSync(join(home, 'manifest'));
  writeFileSync(join(home, 'gems/gems/kamal-0.3.0/stolen.rb'), '');
  await seal(home, { ...sealOf('another token'), owner: sealOf('one token').owner });
  assert.equal((await install()).source, 'gem-install');
  assert.match(warned.at(-1) ?? '', /its manifest is not ours/);
});

void test('isolated: installed anew for each run, of the version that is locked, and nothing of it is kept', async () => {
  await using server = await GemServer.start(here);
  using project = new Project({
    Gemfile: `source "https://rubygems.org"\ngem "kamal", "${here}"\n`,
    'Gemfile.lock': `GEM\n  remote: https://rubygems.org/\n  specs:\n    kamal (${here})\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  kamal\n`,
  });
  writeFileSync(join(project.root, '.gemrc'), server.gemrc);
  const cache: GemCache = {
    restore: () => assert.fail('nothing is restored'),
    save: () => assert.fail('nothing is saved'),
  };
  for (const name of ['one', 'two']) {
    const toolCache = join(project.root, name);
    const kamal = await installKamal(request(project, { isolated: true, toolCache, cache }));
    assert.deepEqual([kamal.source, kamal.version], ['gem-install', here]);
    assert.ok(kamal.argv[0]?.startsWith(project.root));
    assert.deepEqual(readdirSync(toolCache), ['kamal']);
  }
  assert.equal(existsSync(join(project.root, 'tools')), false);
});
