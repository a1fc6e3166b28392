/** Every change of a sealed directory is detected: each change of a kind, at each place of a tree like that of gems. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { seal, sealState, type Seal } from '../../../src/kamal/install/manifest.ts';
import { patient } from '../../harness/patient.ts';

const root = mkdtempSync(join(tmpdir(), 'sealed-'));
after(() => rmSync(root, { recursive: true }));

const ours: Seal = {
  owner: 'ours',
  of: (text) => createHmac('sha256', 'a token').update(text).digest('hex'),
};

const FILES = {
  activates: 'kamal 2.12.0\n',
  'relies-on': '',
  'gems/specifications/kamal-2.12.0.gemspec': 'Gem::Specification.new\n',
  'gems/gems/kamal-2.12.0/lib/kamal.rb': 'module Kamal; end\n',
  'gems/gems/kamal-2.12.0/bin/kamal': '#!/usr/bin/env ruby\n',
  'gems/extensions/x86_64-linux/3.4.0/ed25519-1.4.0/ed25519_ref10.so': '\0binary\0',
} as const;

/** Its own sealed tree. */
async function sealed(): Promise<string> {
  const directory = mkdtempSync(join(root, 'home-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  mkdirSync(join(directory, 'gems/plugins'));
  symlinkSync('kamal.rb', join(directory, 'gems/gems/kamal-2.12.0/lib/alias.rb'));
  await seal(directory, ours);
  return directory;
}

const state = async (directory: string): Promise<string> => (await sealState(directory, ours, [])).kind;

/** What may be done to one path. */
const CHANGES: Readonly<Record<string, (path: string) => unknown>> = {
  'a byte more': (path) => appendFileSync(path, '\n'),
  'a byte less': (path) => truncateSync(path, 3),
  'another text of the same length': (path) => writeFileSync(path, 'x'.repeat(18)),
  'made larger than all gems, without a byte on the disk': (path) => truncateSync(path, 600 * 1024 * 1024),
  removed: (path) => rmSync(path),
  renamed: (path) => renameSync(path, `${path}.rb`),
  'may be run': (path) => chmodSync(path, 0o755),
  'a link to a file of somebody else': (path) => replaced(path, () => symlinkSync('/etc/hostname', path)),
  'a link out of it': (path) => replaced(path, () => symlinkSync('../../../../../../elsewhere', path)),
  'a link that leads nowhere': (path) => replaced(path, () => symlinkSync('nowhere', path)),
  'a FIFO': (path) => replaced(path, () => execFileSync('mkfifo', [path])),
  'a device': (path) => replaced(path, () => symlinkSync('/dev/zero', path)),
  'a directory': (path) => replaced(path, () => mkdirSync(path)),
};

function replaced(path: string, by: () => unknown): void {
  rmSync(path);
  by();
}

test('as it was sealed it is unchanged, also in another place, and the wanted texts are given', async () => {
  const directory = await sealed();
  const elsewhere = join(root, 'elsewhere-with-it');
  cpSync(directory, elsewhere, { recursive: true, verbatimSymlinks: true });
  const found = await sealState(elsewhere, ours, ['activates', 'relies-on', 'none']);
  assert.ok(found.kind === 'unchanged');
  assert.deepEqual(Object.fromEntries(found.texts), { activates: FILES.activates, 'relies-on': '' });
  assert.equal(await state(join(root, 'nothing')), 'missing');
});

for (const path of [...Object.keys(FILES), 'manifest']) {
  test(`${path}: ${Object.keys(CHANGES).length} changes`, { timeout: patient(20_000) }, async () => {
    for (const [what, change] of Object.entries(CHANGES)) {
      // No one reads the right to run of the manifest; its text is what counts.
      if (path === 'manifest' && what === 'may be run') continue;
      const directory = await sealed();
      if (what === 'a byte less' && FILES[path as keyof typeof FILES] === '') continue;
      change(join(directory, path));
      assert.equal(await state(directory), 'changed', what);
    }
  });
}

test('something new anywhere is seen: a file, a directory, a link, and names that look like the manifest', async () => {
  for (const inside of ['', 'gems', 'gems/plugins', 'gems/specifications', 'gems/gems/kamal-2.12.0/lib']) {
    for (const name of ['set.rb', '.hidden', 'manifest.rb', 'a\nb', 'ünïcode']) {
      const directory = await sealed();
      writeFileSync(join(directory, inside, name), '');
      assert.equal(await state(directory), 'changed', join(inside, name));
    }
    for (const make of [mkdirSync, (path: string) => symlinkSync('kamal.rb', path)]) {
      const directory = await sealed();
      make(join(directory, inside, 'new'));
      assert.equal(await state(directory), 'changed', inside);
    }
  }
  const directory = await sealed();
  mkdirSync(join(directory, 'gems/gems/manifest'));
  writeFileSync(join(directory, 'gems/gems/manifest/x.rb'), '');
  assert.equal(await state(directory), 'changed');
});

test('a whole tree of somebody else, or a link to one, is not ours', async () => {
  const theirs: Seal = {
    owner: 'ours',
    of: (text) => createHmac('sha256', 'guess').update(text).digest('hex'),
  };
  const directory = await sealed();
  rmSync(join(directory, 'manifest'));
  await seal(directory, theirs);
  assert.deepEqual(await sealState(directory, ours, []), {
    kind: 'changed',
    what: 'its manifest is not ours',
  });
  const link = join(root, 'link');
  symlinkSync(await sealed(), link);
  assert.deepEqual(await sealState(link, ours, []), { kind: 'changed', what: 'it is not a directory' });
});

test('what cannot be sealed is not', async () => {
  const directory = await sealed();
  rmSync(join(directory, 'manifest'));
  symlinkSync('/etc/passwd', join(directory, 'gems/plugins/out.rb'));
  await assert.rejects(seal(directory, ours), /"gems\/plugins\/out\.rb" is a link that leads out of it/);
  assert.ok(!readdirSync(directory).includes('manifest'));
});
