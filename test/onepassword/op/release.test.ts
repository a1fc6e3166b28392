import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { createMessage, readKey, readSignature, verify } from 'openpgp';
import { startReleases, type Releases } from '../../harness/onepassword/release.ts';

const download = async (releases: Releases): Promise<Uint8Array> => {
  const response = await fetch(releases.archiveUrl());
  assert.equal(response.status, 200);
  return new Uint8Array(await response.arrayBuffer());
};

/** Whether the signature in the archive is the pinned signer's over its `op`. */
async function isGenuine(releases: Releases, files: Record<string, Uint8Array>): Promise<boolean> {
  const { signatures } = await verify({
    message: await createMessage({ binary: files['op'] ?? new Uint8Array() }),
    signature: await readSignature({ binarySignature: files['op.sig'] ?? new Uint8Array() }),
    verificationKeys: await readKey({ armoredKey: releases.publicKey }),
  });
  const outcomes = await Promise.all(signatures.map(({ verified }) => verified.catch(() => false)));
  return outcomes.length > 0 && outcomes.every(Boolean);
}

describe('the loopback release server', () => {
  let releases: Releases;

  before(async () => {
    releases = await startReleases({ version: '2.35.0' });
  });
  after(() => releases[Symbol.asyncDispose]());
  beforeEach(async () => {
    releases.forget();
    await releases.publish({ version: '2.35.0' });
  });

  it('serves op and its detached signature by the pinned key, at the real path', async () => {
    const path = new URL(releases.archiveUrl()).pathname;
    assert.match(path, /^\/dist\/1P\/op2\/pkg\/v2\.35\.0\/op_(linux|darwin)_(amd64|arm64)_v2\.35\.0\.zip$/);
    const files = unzipSync(await download(releases));
    assert.deepEqual(Object.keys(files).sort(), ['op', 'op.sig']);
    assert.ok(await isGenuine(releases, files));
    const key = await readKey({ armoredKey: releases.publicKey });
    assert.equal(key.getFingerprint().toUpperCase(), releases.fingerprint);
  });

  it('holds an op that runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'release-'));
    const { op } = unzipSync(await download(releases));
    writeFileSync(join(folder, 'op'), op ?? '', { mode: 0o755 });
    const { stdout } = await promisify(execFile)(join(folder, 'op'), ['--version'], { env: {} });
    rmSync(folder, { recursive: true });
    assert.equal(stdout, '2.35.0\n');
  });

  it('pads the archive to a size, still genuine and still running', async () => {
    const size = await releases.publish({ size: 300_000 });
    assert.ok(size >= 300_000 && size < 302_000, String(size));
    const files = unzipSync(await download(releases));
    assert.ok(await isGenuine(releases, files));
  });

  it('tampers with op, or signs by somebody else: the signature does not hold', async () => {
    for (const defect of ['tampered', 'wrong-signer'] as const) {
      await releases.publish({ defect });
      assert.equal(await isGenuine(releases, unzipSync(await download(releases))), false, defect);
    }
  });

  it('leaves files out, garbles the signature, cuts the archive', async () => {
    await releases.publish({ defect: 'unsigned' });
    assert.deepEqual(Object.keys(unzipSync(await download(releases))), ['op']);
    await releases.publish({ defect: 'without-op' });
    assert.deepEqual(Object.keys(unzipSync(await download(releases))), ['op.sig']);
    await releases.publish({ defect: 'garbled-signature' });
    await assert.rejects(isGenuine(releases, unzipSync(await download(releases))));
    await releases.publish({ defect: 'truncated' });
    const cut = await download(releases);
    assert.throws(() => unzipSync(cut), /invalid zip data/);
  });

  it('fails N times, then works; counts requests and bytes', async () => {
    releases.fail({ kind: 'status', status: 500, times: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await fetch(releases.archiveUrl())).status);
    assert.deepEqual(statuses, [500, 500, 200]);
    assert.deepEqual(
      releases.requests.map(({ status }) => status),
      statuses,
    );
    assert.equal((await fetch(releases.archiveUrl('9.9.9'))).status, 404);
  });

  it('drops mid-way', async () => {
    releases.fail({ kind: 'truncate', bytes: 100, times: 1 });
    await assert.rejects(download(releases));
    releases.fail({ kind: 'drop', times: 1 });
    await assert.rejects(download(releases));
    const size = (await download(releases)).length;
    assert.ok(releases.bytes >= size + 100, `${releases.bytes} bytes sent for ${size}`);
  });

  it('takes as long as its latency and bandwidth say', async () => {
    const size = await releases.publish({ size: 50_000 });
    releases.latencyMs = 30;
    releases.bytesPerSecond = 500_000;
    const start = performance.now();
    await download(releases);
    const least = 30 + (size / 500_000) * 1000 - 20; // the first slice goes at once
    assert.ok(performance.now() - start >= least - 5);
    releases.latencyMs = 0;
    releases.bytesPerSecond = Infinity;
  });
});
