/** A sealed archive of gems, and what others may put in its place. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { packed, unpacked } from '../../../src/kamal/install/archive.ts';
import type { Seal } from '../../../src/kamal/install/manifest.ts';
import { fc, runs } from '../../harness/properties.ts';

const root = mkdtempSync(join(tmpdir(), 'kamal-1password-archive-'));
after(() => rmSync(root, { recursive: true }));
const context = { environment: { PATH: process.env['PATH'] ?? '' } };
const sealOf = (token: string): Seal => ({
  owner: token,
  of: (text) => createHmac('sha256', token).update(text).digest('hex'),
});
const ours = sealOf('ours');

const gems = join(root, 'gems');
mkdirSync(join(gems, 'lib'), { recursive: true });
writeFileSync(join(gems, 'lib/kamal.rb'), 'puts 1\n');
writeFileSync(join(gems, 'run'), '#!/bin/sh\n', { mode: 0o755 });
symlinkSync('run', join(gems, 'link'));
let made = 0;
const fresh = (): string => join(root, `fresh-${(made += 1)}`);

test('what was packed is unpacked as it was, and no archive stays beside it', async () => {
  const archive = await packed(gems, ours, fresh(), context);
  const into = fresh();
  assert.equal(await unpacked(archive, ours, { directory: into, beside: fresh() }, context), true);
  const names = readdirSync(gems, { recursive: true, encoding: 'utf8' }).toSorted();
  assert.deepEqual(readdirSync(into, { recursive: true, encoding: 'utf8' }).toSorted(), names);
  for (const name of ['lib/kamal.rb', 'run', 'link'])
    assert.equal(readFileSync(join(into, name), 'utf8'), readFileSync(join(gems, name), 'utf8'));
  assert.equal(statSync(join(into, 'run')).mode & 0o111, 0o111);
  assert.deepEqual(
    readdirSync(root).filter((name) => name !== 'gems'),
    [into.slice(root.length + 1)],
  );
  rmSync(into, { recursive: true });
});

test('of an entry that somebody else made, nothing is unpacked', async () => {
  const victim = join(root, 'victim');
  const forged = join(root, 'forged.tgz');
  writeFileSync(victim, 'stolen');
  execFileSync('tar', ['-czPf', forged, victim]);
  rmSync(victim);
  const archive = readFileSync(forged);
  const sealed = await packed(gems, ours, fresh(), context);
  for (const entry of [
    archive,
    Buffer.alloc(0),
    Buffer.concat([Buffer.from('0'.repeat(64)), archive]),
    // The seal of another archive, and that of somebody with another token.
    Buffer.concat([sealed.subarray(0, 64), archive]),
    await packed(gems, sealOf('another'), fresh(), context),
  ]) {
    const into = fresh();
    assert.equal(await unpacked(entry, ours, { directory: into, beside: fresh() }, context), false);
    assert.equal(existsSync(into), false);
  }
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(await unpacked(changed, ours, { directory: fresh(), beside: fresh() }, context), false);
    }),
    { numRuns: runs(200) },
  );
  assert.equal(existsSync(victim), false);

  // Even one that is sealed leaves its directory by no name.
  const mac = Buffer.from(ours.of(`archive ${createHash('sha256').update(archive).digest('hex')}`));
  const into = fresh();
  assert.equal(
    await unpacked(Buffer.concat([mac, archive]), ours, { directory: into, beside: fresh() }, context),
    true,
  );
  assert.deepEqual([existsSync(victim), readFileSync(join(into, victim), 'utf8')], [false, 'stolen']);
});
