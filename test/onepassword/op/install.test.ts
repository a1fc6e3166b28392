import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { installOp } from '../../../src/onepassword/op/install.ts';
import type { InstalledOp, InstallOptions } from '../../../src/onepassword/op/install.ts';
import type { RetryPatience } from '../../../src/onepassword/session/patience.ts';
import { release } from '../../../src/onepassword/op/release.ts';
import type { TrustRoot } from '../../../src/onepassword/op/release.ts';
import { Recorder } from '../../harness/onepassword/recorder.ts';
import type { Defect } from '../../harness/onepassword/release-archive.ts';
import { startReleases } from '../../harness/onepassword/release.ts';
import type { Releases } from '../../harness/onepassword/release.ts';

const VERSION = '2.35.0';
const PATIENCE: RetryPatience = { tries: 3, firstPause: 5, perTry: 5000, inAll: 20_000 };

let releases: Releases;
let trust: TrustRoot;
let cache: string;
let log: Recorder;
before(async () => {
  releases = await startReleases({ version: VERSION });
  trust = { origin: releases.url, fingerprint: releases.fingerprint, publicKey: releases.publicKey };
});
after(() => releases[Symbol.asyncDispose]());
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'tool-cache-'));
  log = new Recorder();
  releases.forget();
});
afterEach(() => rm(cache, { recursive: true, force: true }));

function install(options: Partial<InstallOptions> = {}, root = trust): Promise<InstalledOp> {
  return installOp({ version: VERSION, cache, log, patience: PATIENCE, ...options }, root);
}

async function failureOf(options: Partial<InstallOptions> = {}, root = trust): Promise<Failure> {
  const error = await install(options, root).then(
    () => assert.fail('it was installed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  assert.deepEqual(await filesLeft(), [], 'a failure leaves nothing behind');
  return error;
}

/** Files under the cache, empty directories left aside. */
async function filesLeft(): Promise<string[]> {
  if (!existsSync(cache)) return [];
  const entries = await readdir(cache, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(cache.length + 1))
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
    assert.deepEqual(second, { ...first, from: 'cache' });
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
    const { directory } = await install();
    const { find } = await import('@actions/tool-cache');
    process.env['RUNNER_TOOL_CACHE'] = cache;
    assert.equal(find('op', VERSION), directory);
  });

  test('is installed by six jobs at once, each of which can run it', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => install()));
    for (const { path } of all) assert.equal(spawnSync(path, ['--version']).status, 0);
    assert.deepEqual(await filesLeft(), INSTALLED);
  });
});

describe('a cached binary is trusted no more than a downloaded one', () => {
  const tampered: Readonly<Record<string, (installed: InstalledOp) => Promise<void>>> = {
    'that was altered': ({ path }) => appendFile(path, '\n'),
    'whose signature was altered': ({ directory }) => writeFile(join(directory, 'op.sig'), 'x'),
    'that is another program': ({ path }) => writeFile(path, '#!/bin/sh\necho stolen\n'),
  };
  for (const [name, tamper] of Object.entries(tampered)) {
    test(`one ${name} is replaced, with a warning`, async () => {
      const installed = await install();
      await tamper(installed);
      assert.equal((await install()).from, 'download');
      assert.match(log.lines.join('\n'), /warning: .*is not as 1Password signed it/);
      assert.equal((await install()).from, 'cache');
      assert.equal(releases.requests.length, 2);
      assert.deepEqual(await filesLeft(), INSTALLED);
    });
  }

  test('one without a signature is replaced', async () => {
    const { directory } = await install();
    await rm(join(directory, 'op.sig'));
    assert.equal((await install()).from, 'download');
  });

  test('one that is not there at all, though marked complete, is downloaded', async () => {
    const { directory } = await install();
    await rm(directory, { recursive: true });
    assert.equal((await install()).from, 'download');
  });

  test('a planted one is neither run nor kept where the download fails', async () => {
    const { path } = await install();
    await writeFile(path, '#!/bin/sh\necho stolen\n');
    releases.fail({ kind: 'drop' });
    await assert.rejects(install(), { code: 'op-download-failed' });
  });

  test('a link in its place is replaced, not followed', async () => {
    const { directory } = await install();
    const elsewhere = join(cache, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'op'), 'theirs');
    await rm(directory, { recursive: true });
    await symlink(elsewhere, directory);
    assert.equal((await install()).from, 'download');
    assert.equal(await readFile(join(elsewhere, 'op'), 'utf8'), 'theirs');
    assert.ok((await stat(join(directory, 'op.sig'))).size > 0);
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
    const patience = { ...PATIENCE, tries: 1, perTry: 2000 };
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

  test('a tool cache that is a file', async () => {
    const file = join(cache, 'file');
    await writeFile(file, '');
    await assert.rejects(install({ cache: file }), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, 'op-cache-not-writable');
      assert.match(error.message, /the runner may not write there \(ENOTDIR\)/);
      return true;
    });
  });

  const mounts = {
    'a disk without space': ['size=8k', 'op-no-space', 'There is no space left for the 1Password CLI'],
    'a disk that is read-only': ['ro', 'op-cache-not-writable', 'the runner may not write there'],
  } as const;
  for (const [name, [mountOptions, code, says]] of Object.entries(mounts)) {
    test(name, { skip: canMount() ? false : 'needs root and mount namespaces' }, async () => {
      const script = `
        import { installOp } from ${JSON.stringify(join(import.meta.dirname, '../../../src/onepassword/op/install.ts'))};
        const log = { debug() {}, info() {}, warning() {}, mask() {} };
        const [options, trust] = JSON.parse(process.argv[1]);
        await installOp({ ...options, log }, trust).catch(({ code, message }) => console.log(JSON.stringify({ code, message })));
        const { readdirSync } = await import('node:fs');
        console.log(JSON.stringify(readdirSync(options.cache, { recursive: true }).filter((path) => /[/]op$|[.]sig$/.test(path))));
      `;
      const file = join(cache, 'install.mjs');
      const mountPoint = join(cache, 'small');
      await mkdir(mountPoint);
      await writeFile(file, script);
      const argument = JSON.stringify([{ version: VERSION, cache: mountPoint, patience: PATIENCE }, trust]);
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
      const [failure = '', left] = out.trim().split('\n');
      assert.ok(failure.includes(`"code":"${code}"`), out + problems);
      assert.ok(failure.includes(says), failure);
      assert.equal(left, '[]');
    });
  }
});

function canMount(): boolean {
  return existsSync('/proc/self/ns/mnt') && spawnSync('unshare', ['-m', 'true']).status === 0;
}
