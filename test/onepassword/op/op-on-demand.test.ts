/** The `op` that is installed when it is first called. */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, symlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { installOp } from '../../../src/onepassword/op/install.ts';
import { installDirectory, OpOnDemand } from '../../../src/onepassword/op/op-on-demand.ts';
import type { Ran } from '../../harness/onepassword/op/installed.ts';
import { Recorder } from '../../harness/onepassword/recorder.ts';
import { startReleases, type Releases } from '../../harness/onepassword/release.ts';
import { patient } from '../../harness/patient.ts';

const VERSION = '2.35.0';
let releases: Releases;
let own: string;
let op: OpOnDemand;
before(async () => (releases = await startReleases({ version: VERSION })));
after(() => releases[Symbol.asyncDispose]());
beforeEach(async () => {
  own = await mkdtemp(join(tmpdir(), "the run's own "));
  op = await OpOnDemand.place(own);
  releases.forget();
});
afterEach(async () => {
  await op.end();
  await releases.publish({ defect: 'none' });
  await rm(own, { recursive: true, force: true });
});

function watch(): string[] {
  const verbs: string[] = [];
  const { url: origin, fingerprint, publicKey } = releases;
  op.watch((verb, signal) => {
    verbs.push(verb);
    const options = { version: VERSION, cache: join(own, 'tools'), log: new Recorder(), signal };
    return installOp({ ...options, directory: installDirectory(own) }, { origin, fingerprint, publicKey });
  });
  return verbs;
}

/** As Kamal, a hook, or whatever they start calls it. */
function call(...words: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(join(op.directory, 'op'), words, { env: { PATH: '/usr/bin:/bin' } }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

test('nobody calls: nothing is downloaded', async () => {
  const verbs = watch();
  await delay(300);
  assert.equal(await op.end(), null);
  assert.deepEqual([verbs, releases.requests], [[], []]);
});

test('a call that comes before anybody watches is heard', async () => {
  const calling = call('--version');
  await delay(200);
  watch();
  assert.deepEqual(await calling, { code: 0, stdout: `${VERSION}\n`, stderr: '' });
});

test('three calls at once: each becomes the real one, after one download', async () => {
  const verbs = watch();
  const calls = await Promise.all([call('--version'), call('--version'), call('signin', 'x')]);
  for (const { code, stdout } of calls.slice(0, 2)) assert.deepEqual([code, stdout], [0, `${VERSION}\n`]);
  // Its own words, and its own exit status.
  assert.match(calls[2]?.stderr ?? '', /^No accounts configured/);
  assert.equal(calls[2]?.code, 1);
  assert.deepEqual(await call('--version'), { code: 0, stdout: `${VERSION}\n`, stderr: '' });
  const called = await op.end();
  assert.deepEqual([called?.installed?.version, called?.installed?.from], [VERSION, 'download']);
  assert.deepEqual([verbs.length, releases.requests.length], [1, 1]);
  assert.deepEqual(await readdir(op.directory), ['op']);
});

test('a signature that is not 1Password’s: each caller gets the sentence, and nothing of it ran', async () => {
  await releases.publish({ defect: 'tampered' });
  watch();
  for (const { code, stdout, stderr } of await Promise.all([call('read', 'op://V/I/A'), call('whoami')])) {
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^op could not be installed: .*signature/s);
  }
  assert.equal((await op.end())?.installed, null);
  assert.equal(existsSync(installDirectory(own)), false);
});

test('ended while it downloads: the caller is told, and nothing is left', async () => {
  releases.bytesPerSecond = 20_000;
  await releases.publish({ size: 1_000_000 });
  try {
    const verbs = watch();
    const calling = call('read', 'op://V/I/A');
    while (releases.requests.length === 0) await delay(20);
    const began = performance.now();
    const ended = await op.end();
    const { code, stderr } = await calling;
    assert.ok(performance.now() - began < patient(2000));
    assert.deepEqual([ended, verbs, code], [{ verb: 'read', installed: null }, ['read'], 1]);
    assert.match(stderr, /^op could not be installed: The command that called `op` has ended\./);
    assert.equal(existsSync(installDirectory(own)), false);
  } finally {
    releases.bytesPerSecond = Infinity;
  }
});

test('the run is over, killed or with its directory gone: a caller does not wait for it', async () => {
  const module = new URL('../../../src/onepassword/op/op-on-demand.ts', import.meta.url).href;
  const code = `const { OpOnDemand } = await import(${JSON.stringify(module)});
    await OpOnDemand.place(process.argv[1]); process.stdout.write('placed'); setInterval(() => {}, 1000);`;
  const other = await mkdtemp(join(own, 'run-'));
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, other]);
  await once(child.stdout, 'data');
  const calling = new Promise<Ran>((resolve) => {
    execFile(join(other, 'op/op'), ['read'], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
  await delay(200);
  child.kill('SIGKILL');
  const { code: status, stderr } = await calling;
  assert.deepEqual([status, stderr], [1, 'op was not installed: the run that would do it is over.\n']);

  const waiting = call('read');
  await delay(200);
  await rm(own, { recursive: true });
  assert.match((await waiting).stderr, /the run that would do it is over/);
});

test('a word that is none is not repeated', async () => {
  const verbs = watch();
  await call('\n::error::x');
  assert.deepEqual(verbs, ['']);
});

test(
  'whatever a program of the job puts in the place of a signal, the run ends',
  { timeout: patient(20_000) },
  async () => {
    for (const [name, plant] of [
      ['wanted', (path: string) => execFileSync('mkfifo', [path])],
      ['wanted', (path: string) => symlinkSync('/dev/zero', path)],
      ['ready', (path: string) => execFileSync('mkfifo', [path])],
      ['failed.part', (path: string) => execFileSync('mkfifo', [path])],
    ] as const) {
      const signals = join(own, 'op-signals');
      plant(join(signals, name));
      if (name === 'failed.part') await releases.publish({ defect: 'tampered' });
      watch();
      const called = call('read');
      await delay(patient(400));
      const end = await Promise.race([op.end(), delay(patient(4000), 'it hangs')]);
      assert.notEqual(end, 'it hangs', name);
      await rm(signals, { recursive: true });
      await called;
      await rm(own, { recursive: true, force: true });
      own = await mkdtemp(join(tmpdir(), "the run's own "));
      op = await OpOnDemand.place(own);
      await releases.publish({ defect: 'none' });
    }
  },
);

test('a caller without a PATH that leads anywhere waits without a processor', async () => {
  watch();
  const { code, stdout, stderr } = await new Promise<Ran>((resolve) => {
    execFile(join(op.directory, 'op'), ['--version'], { env: { PATH: '/nowhere' } }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, stdout: out, stderr: err }),
    );
  });
  assert.deepEqual([code, stdout.trim(), stderr], [0, VERSION, '']);
});
