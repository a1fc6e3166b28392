import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { installOp, type InstalledOp, type InstallOptions } from '../../../src/onepassword/op/install.ts';
import type { RetryPatience } from '../../../src/onepassword/session/patience.ts';
import { platformOf } from '../../../src/onepassword/op/platform.ts';
import { release, type TrustRoot } from '../../../src/onepassword/op/release.ts';
import { packOp } from '../../harness/onepassword/op/pack.ts';
import { Recorder } from '../../harness/onepassword/recorder.ts';
import type { Defect } from '../../harness/onepassword/release-archive.ts';
import { startReleases, type Releases } from '../../harness/onepassword/release.ts';
import { patient } from '../../harness/patient.ts';

const VERSION = '2.35.0';
const PATIENCE: RetryPatience = { tries: 3, firstPause: 5, perTry: patient(5000), inAll: patient(20_000) };

let releases: Releases;
let trust: TrustRoot;
let cache: string;
/** The run's own directory. */
let own: string;
let log: Recorder;
before(async () => {
  releases = await startReleases({ version: VERSION });
  trust = { origin: releases.url, fingerprint: releases.fingerprint, publicKey: releases.publicKey };
});
after(() => releases[Symbol.asyncDispose]());
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'tool-cache-'));
  own = await mkdtemp(join(tmpdir(), 'own-'));
  log = new Recorder();
  releases.forget();
});
afterEach(() =>
  Promise.all([cache, own].map((directory) => rm(directory, { recursive: true, force: true }))),
);

/** As one job does; it is over once the cache is filled too. */
async function install(options: Partial<InstallOptions> = {}, root = trust): Promise<InstalledOp> {
  const directory = await mkdtemp(join(own, 'run-'));
  const installed = await installOp(
    { version: VERSION, cache, directory: join(directory, 'op'), log, patience: PATIENCE, ...options },
    root,
  );
  await installed.kept;
  return installed;
}

/** Where other jobs find it. */
function place(): string {
  return join(cache, 'op', VERSION, process.arch);
}

async function failureOf(options: Partial<InstallOptions> = {}, root = trust): Promise<Failure> {
  const left = await filesUnder(own);
  const error = await install(options, root).then(
    () => assert.fail('it was installed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  assert.deepEqual(await filesLeft(), [], 'a failure leaves nothing behind');
  assert.deepEqual(await filesUnder(own), left, 'nor in the directory of the run');
  return error;
}

/** Files under the cache, empty directories left aside. */
function filesLeft(): Promise<string[]> {
  return filesUnder(cache);
}

async function filesUnder(directory: string): Promise<string[]> {
  if (!existsSync(directory)) return [];
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted();
}

const INSTALLED = ['op/2.35.0/x64.complete', 'op/2.35.0/x64/op', 'op/2.35.0/x64/op.sig'].map((path) =>
  path.replaceAll('x64', process.arch),
);

describe('a release that is in order', () => {
  test('is downloaded once, runs, and comes from the cache after that', async () => {
    const first = await install();
    assert.equal(first.from, 'download');
    assert.equal(first.version, VERSION);
    assert.equal(first.path, join(first.directory, 'op'));
    assert.deepEqual(await filesLeft(), INSTALLED);
    assert.equal((await stat(first.path)).mode & 0o777, 0o755);
    const run = spawnSync(first.path, ['--version'], { encoding: 'utf8' });
    assert.equal(run.stdout.trim(), VERSION);

    const second = await install();
    assert.deepEqual([second.from, second.version], ['cache', VERSION]);
    assert.deepEqual(
      releases.requests.map(({ method, status }) => [method, status]),
      [['GET', 200]],
    );
  });

  test('of a large size arrives whole', async () => {
    const size = await releases.publish({ version: '2.36.0', size: 8_000_000 });
    const { path } = await install({ version: '2.36.0' });
    assert.ok((await stat(path)).size > size * 0.9);
    await releases.publish({ version: VERSION });
  });

  test('is followed to where it has moved, but not for ever', async () => {
    const moved = createHttpServer(({ url }, response) => {
      const location = url?.startsWith('/round') === true ? url : `${releases.url}${url}`;
      response.writeHead(302, { location }).end();
    });
    await new Promise<void>((resolve) => void moved.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(moved.address() as AddressInfo).port}`;
    try {
      assert.equal((await install({}, { ...trust, origin })).from, 'download');
      await rm(cache, { recursive: true });
      const { code, message } = await failureOf({}, { ...trust, origin: `${origin}/round` });
      assert.equal(code, 'op-download-failed');
      assert.match(message, /redirected again and again/);
    } finally {
      moved.closeAllConnections();
      moved.close();
    }
  });

  test('stands where the tool cache of other actions looks for it', async () => {
    await install();
    const { find } = await import('@actions/tool-cache');
    process.env['RUNNER_TOOL_CACHE'] = cache;
    assert.equal(find('op', VERSION), place());
  });

  test('is installed by six jobs at once, each of which can run it', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => install()));
    for (const { path } of all) assert.equal(spawnSync(path, ['--version']).status, 0);
    assert.deepEqual(await filesLeft(), INSTALLED);
  });
});

/** Puts something else instead of a file or directory of the cache. */
type Spoil = (path: string) => unknown;

const SPOILS: Readonly<Record<string, Spoil>> = {
  'nothing at all': () => undefined,
  'a file with a byte more': (path) => appendFile(path, '\n'),
  'an empty file': (path) => writeFile(path, ''),
  'another program': (path) => writeFile(path, '#!/bin/sh\necho stolen\n', { mode: 0o755 }),
  'a file that is larger than any op': (path) => truncate(path, 300_000_000),
  'a FIFO': (path) => execFileSync('mkfifo', [path]),
  'a link to a program of somebody else': (path) => symlink(theirs('op'), path),
  'a link to a directory of somebody else': (path) => symlink(theirs(''), path),
  'a link to what never ends': (path) => symlink('/dev/zero', path),
  'a link that leads nowhere': (path) => symlink('nowhere', path),
  'a link to itself': (path) => symlink(path, path),
  'a directory': (path) => mkdir(path),
  'a socket': (path) => listening(path),
};
/** These change what is there; the others take its place. */
const KEEPS = /^(?:a file|nothing)/;
/** By their path from the place of this version. */
const PLACES = ['op', 'op.sig', '.', '..', '../..', `../${process.arch}.complete`] as const;

/** A genuine op and its signature in a directory of someone else's. */
function theirs(name: string): string {
  return join(cache, 'theirs', name);
}

function listening(path: string): Promise<void> {
  const server = createServer();
  server.unref();
  return new Promise((resolve) => void server.listen(path, () => resolve()));
}

/** What is used is right, whatever the cache held: the bytes, the version, and nothing beside them. */
async function assertGood(installed: InstalledOp, bytes: Buffer): Promise<void> {
  const { path, directory } = installed;
  assert.deepEqual(await readdir(directory), ['op']);
  assert.equal((await lstat(directory)).mode & 0o777, 0o700);
  const status = await lstat(path);
  assert.ok(status.isFile());
  assert.equal(status.mode & 0o777, 0o755);
  assert.equal(status.nlink, 1, 'no other name leads to it');
  assert.ok(path.startsWith(`${own}/`));
  assert.ok(bytes.equals(await readFile(path)));
}

describe('whatever other jobs left in the tool cache, what goes on PATH is op alone, verified, of the version asked for', () => {
  for (const where of PLACES) {
    for (const [what, spoil] of Object.entries(SPOILS)) {
      if (/^(?:\.|\.\.|\.\.\/\.\.)$/.test(where) && what.startsWith('a file')) continue;
      test(`${what} at ${where}`, { timeout: patient(20_000) }, async () => {
        const first = await install();
        const bytes = await readFile(first.path);
        await cp(place(), theirs(''), { recursive: true });
        const untouched = await filesUnder(theirs(''));
        const target = join(place(), where);
        if (!KEEPS.test(what)) await rm(target, { recursive: true });
        await spoil(target);

        const second = await install();
        await assertGood(second, bytes);
        assert.deepEqual(await filesUnder(theirs('')), untouched, 'nothing is written through a link');
        // Where the cache could be put right, the next job finds it so.
        const third = await install();
        await assertGood(third, bytes);
        if (second.from === 'download' && where !== '..' && where !== '../..')
          assert.equal(third.from, 'cache');
      });
    }
  }

  test('programs that were put beside a genuine op', async () => {
    const { path: genuine } = await install();
    for (const name of ['docker', 'git', 'ssh', 'ruby', '.profile']) {
      await writeFile(join(place(), name), '#!/bin/sh\necho stolen\n', { mode: 0o755 });
    }
    const installed = await install();
    assert.equal(installed.from, 'cache');
    await assertGood(installed, await readFile(genuine));
  });

  test('a genuine op that may not be run', async () => {
    const { path: genuine } = await install();
    await chmod(join(place(), 'op'), 0o644);
    const installed = await install();
    assert.equal(installed.from, 'cache');
    await assertGood(installed, await readFile(genuine));
    assert.equal(spawnSync(installed.path, ['--version'], { encoding: 'utf8' }).stdout.trim(), VERSION);
  });

  test('an older release, signed by 1Password, in the place of this one', async () => {
    const { path: genuine } = await install();
    const bytes = await readFile(genuine);
    await releases.publish({ version: '2.20.0' });
    await install({ version: '2.20.0' });
    await cp(join(cache, 'op/2.20.0'), join(cache, 'op', VERSION), { recursive: true, force: true });
    await releases.publish({ version: VERSION });
    const installed = await install();
    await assertGood(installed, bytes);
    assert.equal(installed.from, 'download');
    assert.match(log.lines.join('\n'), /warning: .*is not version 2\.35\.0, though 1Password signed it/);
  });

  test('what is done to the cache after the check changes nothing', async () => {
    const { path: genuine } = await install();
    const bytes = await readFile(genuine);
    const installed = await install();
    await writeFile(join(place(), 'op'), '#!/bin/sh\necho stolen\n');
    await assertGood(installed, bytes);
  });

  test('a planted one is neither run nor kept where the download fails', async () => {
    await install();
    await writeFile(join(place(), 'op'), '#!/bin/sh\necho stolen\n');
    releases.fail({ kind: 'drop' });
    await assert.rejects(install(), { code: 'op-download-failed' });
  });

  test('each replacement is one warning that names the place', async () => {
    await install();
    await appendFile(join(place(), 'op'), '\n');
    await install();
    assert.equal(log.lines.filter((line) => line.startsWith('warning:')).length, 1);
    assert.ok(log.lines.some((line) => line.includes(`is not as 1Password signed it: ${place()}`)));
  });
});

describe('the version that was asked for', () => {
  test('is what the archive has to hold: an older one on the wire is refused', async () => {
    const older = Buffer.from(await packOp('2.20.0'));
    await releases.publish({ version: '2.50.0', program: older });
    const { code, message } = await failureOf({ version: '2.50.0' });
    assert.equal(code, 'op-version-wrong');
    assert.match(message, /signed by 1Password, but it is not version 2\.50\.0: it says `2\.20\.0`/);
  });

  test('is asked of the private copy without the token, the agent or anything else of the job', async () => {
    const seen = join(own, 'seen');
    const program = Buffer.from(`#!/bin/sh\nenv > ${seen}\npwd >> ${seen}\necho 2.51.0\n`);
    await releases.publish({ version: '2.51.0', program });
    const secret = { OP_SERVICE_ACCOUNT_TOKEN: 'ops_x', SSH_AUTH_SOCK: '/x', AWS_SECRET_ACCESS_KEY: 'x' };
    Object.assign(process.env, secret);
    try {
      const { directory } = await install({ version: '2.51.0' });
      const names = (await readFile(seen, 'utf8')).split('\n').map((line) => line.replace(/=.*/s, ''));
      for (const name of Object.keys(secret)) assert.ok(!names.includes(name), name);
      assert.ok(names.includes(dirname(directory)), 'it runs in the directory of the run');
      assert.deepEqual(await readdir(directory), ['op']);
    } finally {
      for (const name of Object.keys(secret)) delete process.env[name];
    }
  });

  test('is known by its hash where one is pinned, and then nothing is run', async () => {
    const ran = join(own, 'ran');
    const program = Buffer.from(`#!/bin/sh\ntouch ${ran}\necho 2.52.0\n`);
    await releases.publish({ version: '2.52.0', program });
    const { os, arch } = platformOf(process.platform, process.arch);
    const pin = (sha256: string): TrustRoot => ({ ...trust, sha256: { [`2.52.0/${os}/${arch}`]: sha256 } });
    const { path } = await install(
      { version: '2.52.0' },
      pin(createHash('sha256').update(program).digest('hex')),
    );
    assert.ok(program.equals(await readFile(path)));
    assert.equal(existsSync(ran), false);
    await rm(cache, { recursive: true });
    const { code, message } = await failureOf({ version: '2.52.0' }, pin('0'.repeat(64)));
    assert.equal(code, 'op-version-wrong');
    assert.match(message, /its SHA-256 is not the known one/);
  });

  test('a binary that does not run is a failure that says where to look', async () => {
    await releases.publish({ version: '2.53.0', program: Buffer.from('no program of this machine') });
    const { code, message, next } = await failureOf({ version: '2.53.0' });
    assert.equal(code, 'op-not-runnable');
    assert.match(message, /op --version` does not run/);
    assert.match(next.human.join(), /noexec/);
  });
});

describe('an archive that is not as 1Password made it', () => {
  const defects: Readonly<Record<Exclude<Defect, 'none'>, readonly [code: string, says: RegExp]>> = {
    tampered: [
      'op-signature-invalid',
      /was altered after 1Password signed it: its signature does not match it/,
    ],
    unsigned: ['op-signature-missing', /has no signature \(`op\.sig`\) in it/],
    'wrong-signer': ['op-signer-unknown', /is signed by [0-9A-F]{16}, not by 1Password's key [0-9A-F]{40}/],
    'garbled-signature': ['op-signature-invalid', /its signature is not an OpenPGP signature/],
    'without-op': ['op-archive-damaged', /has no `op` in it/],
    truncated: ['op-archive-damaged', /is cut off or not a whole zip file \(\d+ bytes\)/],
  };
  for (const [defect, [code, says]] of Object.entries(defects)) {
    test(defect, async () => {
      await releases.publish({ version: '2.99.0', defect: defect as Defect });
      const failure = await failureOf({ version: '2.99.0' });
      assert.equal(failure.code, code);
      assert.match(failure.message, says);
      assert.ok(failure.message.includes(releases.archiveUrl('2.99.0')));
      assert.ok(failure.next.human.length > 0);
      assert.equal(releases.requests.length, 1, 'it is not tried again');
    });
  }

  test('signed by a key that is not 1Password’s', async () => {
    const failure = await failureOf({}, { ...release, origin: releases.url });
    assert.equal(failure.code, 'op-signer-unknown');
    assert.ok(failure.message.includes('3FEF9748469ADBE15DA7CA80AC2D62742012EA22'));
  });

  test('a key other than the pinned fingerprint is not believed either', async () => {
    const wrong = { ...trust, fingerprint: release.fingerprint };
    await assert.rejects(install({}, wrong), /the pinned key is not 3FEF9748/);
    assert.deepEqual(await filesLeft(), []);
  });
});

describe('a download that goes wrong', () => {
  test('an unknown version', async () => {
    const { code, message, next } = await failureOf({ version: '9.9.9' });
    assert.equal(code, 'op-version-unknown');
    assert.ok(message.includes(releases.archiveUrl('9.9.9')));
    assert.match(next.agent.join(), /`op-version`/);
    assert.equal(releases.requests.length, 1);
  });

  test('a server that forbids it', async () => {
    releases.fail({ kind: 'status', status: 403 });
    const { code, message } = await failureOf();
    assert.equal(code, 'op-download-refused');
    assert.match(message, /refused the download of the 1Password CLI with status 403/);
    assert.equal(releases.requests.length, 1);
  });

  const passing = {
    '503 twice': { kind: 'status', status: 503, times: 2 },
    '429 once': { kind: 'status', status: 429, times: 1 },
    'a connection that is closed': { kind: 'drop', times: 1 },
    'a body that breaks off': { kind: 'truncate', times: 1 },
  } as const;
  for (const [name, fault] of Object.entries(passing)) {
    test(`${name}, then all is well`, async () => {
      releases.fail(fault);
      assert.equal((await install()).from, 'download');
      assert.equal(releases.requests.length, fault.times + 1);
      assert.match(log.lines.join('\n'), /info: The download from http.* failed \(try 1\)/);
    });
  }

  const lasting = {
    'a server in error': [
      { kind: 'status', status: 500 },
      /the server answered with status 500 \(tried 3 times\)/,
    ],
    'a connection that is closed': [{ kind: 'drop' }, /127\.0\.0\.1:\d+: .+ \(tried 3 times\)/],
    'a body that breaks off': [{ kind: 'truncate' }, /127\.0\.0\.1:\d+: .+ \(tried 3 times\)/],
  } as const;
  for (const [name, [fault, says]] of Object.entries(lasting)) {
    test(`${name}, for good`, async () => {
      releases.fail(fault);
      const { code, message, next } = await failureOf();
      assert.equal(code, 'op-download-failed');
      assert.match(message, says);
      assert.match(next.human.join(), /HTTPS_PROXY/);
      assert.equal(releases.requests.length, 3);
    });
  }

  test('a server that stalls', async () => {
    releases.fail({ kind: 'silence' });
    const { code, message } = await failureOf({ patience: { ...PATIENCE, tries: 2, perTry: 100 } });
    assert.equal(code, 'op-download-failed');
    assert.match(message, /nothing came for 1 s \(tried 2 times\)/);
  });

  test('slow but steady is no reason to give up', async () => {
    releases.fail({ kind: 'trickle', bytes: 2000, ms: 30 });
    const patience = { ...PATIENCE, tries: 1, perTry: patient(2000) };
    assert.equal((await install({ patience })).from, 'download');
  });

  test('nobody there', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const { code, message } = await failureOf({}, { ...trust, origin: `http://127.0.0.1:${port}` });
    assert.equal(code, 'op-download-failed');
    assert.match(message, /ECONNREFUSED.*\(tried 3 times\)/);
  });
});

describe('cancelled', () => {
  test('in the middle of a download it stops at once and leaves nothing', async () => {
    await releases.publish({ version: '2.40.0', size: 4_000_000 });
    releases.fail({ kind: 'trickle', bytes: 20_000, ms: 50 });
    const cancel = new AbortController();
    const installing = install({ version: '2.40.0', signal: cancel.signal });
    const reason = new Error('cancelled');
    setTimeout(() => cancel.abort(reason), 200);
    await assert.rejects(installing, (error) => error === reason);
    assert.deepEqual(await filesLeft(), []);
    assert.equal(releases.requests.length, 1);
  });

  test('in a pause between two tries too', async () => {
    releases.fail({ kind: 'status', status: 503, headers: { 'retry-after': '20' } });
    const cancel = new AbortController();
    const installing = install({ patience: { ...PATIENCE, firstPause: 15_000 }, signal: cancel.signal });
    setTimeout(() => cancel.abort(new Error('cancelled')), 100);
    await assert.rejects(installing);
    assert.deepEqual(await filesLeft(), []);
  });

  test('before it began, it asks nobody', async () => {
    await assert.rejects(install({ signal: AbortSignal.abort(new Error('cancelled')) }), /cancelled/);
    assert.equal(releases.requests.length, 0);
  });
});

describe('a machine on which it cannot be', () => {
  for (const [platform, arch] of [
    ['win32', 'x64'],
    ['linux', 'riscv64'],
    ['darwin', 'ia32'],
  ] as const) {
    test(`${platform} ${arch}`, async () => {
      const { code, message } = await failureOf({ platform: { platform, arch } });
      assert.equal(code, 'platform-unsupported');
      assert.ok(message.includes(`${platform} ${arch}`));
      assert.equal(releases.requests.length, 0);
    });
  }

  test('a tool cache that is a file: op is used all the same, with a warning', async () => {
    const file = join(cache, 'file');
    await writeFile(file, '');
    const installed = await install({ cache: file });
    assert.equal(spawnSync(installed.path, ['--version'], { encoding: 'utf8' }).stdout.trim(), VERSION);
    assert.match(log.lines.join('\n'), /warning: .*could not be kept in the runner's tool cache/);
  });

  /** What is mounted, with which options, and what comes of it. */
  const mounts = {
    'a tool cache without space': ['cache', 'size=8k', /could not be kept.*ENOSPC/],
    'a tool cache that is read-only': ['cache', 'ro', /could not be kept.*EROFS/],
    'a temporary directory without space': ['own', 'size=8k', /^op-no-space: There is no space left/],
    'a temporary directory that is read-only': ['own', 'ro', /^op-not-writable: .*\(EROFS\)/],
    'a temporary directory where nothing may run': ['own', 'noexec', /^op-not-runnable: .*\(EACCES\)/],
  } as const;
  for (const [name, [which, mountOptions, says]] of Object.entries(mounts)) {
    test(name, { skip: canMount() ? false : 'needs root and mount namespaces' }, async () => {
      const script = `
        import { installOp } from ${JSON.stringify(join(import.meta.dirname, '../../../src/onepassword/op/install.ts'))};
        import { execFileSync } from 'node:child_process';
        import { readdirSync } from 'node:fs';
        const lines = [];
        const log = { debug() {}, info() {}, warning: (line) => lines.push(line), mask() {} };
        const [options, trust, roots] = JSON.parse(process.argv[1]);
        try {
          const { path, kept } = await installOp({ ...options, log }, trust);
          await kept;
          lines.push(execFileSync(path, ['--version'], { encoding: 'utf8' }).trim());
        } catch ({ code, message }) { lines.push(code + ': ' + message); }
        const left = roots.flatMap((root) => readdirSync(root, { recursive: true })).filter((path) => /[/]?op$|[.]sig$/.test(path));
        console.log(JSON.stringify({ lines, left }));
      `;
      const file = join(own, 'install.mjs');
      const mountPoint = join(own, 'small');
      await mkdir(mountPoint);
      await writeFile(file, script);
      const options = {
        version: VERSION,
        patience: PATIENCE,
        cache: which === 'cache' ? mountPoint : cache,
        directory: join(which === 'own' ? mountPoint : own, 'op'),
      };
      const argument = JSON.stringify([options, trust, [mountPoint]]);
      const { spawn } = await import('node:child_process');
      const child = spawn('unshare', [
        '-m',
        'sh',
        '-c',
        `mount -t tmpfs -o ${mountOptions} none "$1" && exec "$2" --input-type=module -e "$(cat "$3")" "$4"`,
        'sh',
        mountPoint,
        process.execPath,
        file,
        argument,
      ]);
      const { text } = await import('node:stream/consumers');
      const [out, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
      const { lines, left } = JSON.parse(out || problems) as { lines: string[]; left: string[] };
      assert.match(lines[0] ?? '', says);
      if (which === 'cache') {
        assert.equal(lines.at(-1), VERSION, 'it is used all the same');
        assert.deepEqual(
          left.filter((path) => path.startsWith('op/')),
          [],
        );
      } else assert.deepEqual(left, []);
    });
  }
});

function canMount(): boolean {
  return existsSync('/proc/self/ns/mnt') && spawnSync('unshare', ['-m', 'true']).status === 0;
}
