/** What git itself wrote, read without git. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { trackedFiles } from '../../src/files/git-index.ts';
import { readProject } from '../../src/files/read-project.ts';
import { check } from '../../src/parity/check.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';

const NAMES = [
  '.gitignore',
  '.kamal/secrets',
  'a',
  'a b/c',
  'config/deploy.yml',
  'größe/ß',
  ...Array.from({ length: 300 }, (_, index) => `long/${'x/'.repeat(index % 150)}${index}`),
];

function repository(names: readonly string[], ...format: readonly string[]): Disposable & { root: string } {
  const root = mkdtempSync(join(tmpdir(), 'index-'));
  const git = (...words: readonly string[]): void => {
    execFileSync('git', ['-C', root, ...words], { stdio: 'ignore' });
  };
  git('init', '-q', ...format);
  for (const name of names) {
    mkdirSync(join(root, dirname(name)), { recursive: true });
    writeFileSync(join(root, name), name);
  }
  git('add', '-A', '-f');
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

for (const version of [2, 3, 4]) {
  test(`an index of version ${version}`, () => {
    using made = repository(NAMES);
    const git = (...words: readonly string[]): string =>
      execFileSync('git', ['-C', made.root, ...words], { encoding: 'utf8' });
    // Git writes version 3 where an entry has an extended flag.
    if (version === 3) git('update-index', '--skip-worktree', 'a b/c', 'config/deploy.yml');
    else git('update-index', '--index-version', String(version));
    assert.equal(readFileSync(join(made.root, '.git/index')).readUInt32BE(4), version);
    const listed = git('ls-files', '-z').split('\0').slice(0, -1);
    assert.deepEqual([...(trackedFiles(made.root) ?? [])], listed);
    assert.equal(listed.length, NAMES.length);
  });
}

test('nothing is known of another format, a damaged index, or none', () => {
  using sha256 = repository(NAMES, '--object-format=sha256');
  assert.equal(trackedFiles(sha256.root), null);
  using none = repository([]);
  rmSync(join(none.root, '.git/index'), { force: true });
  assert.equal(trackedFiles(none.root), null);
  using damaged = repository(NAMES);
  const file = join(damaged.root, '.git/index');
  const bytes = readFileSync(file);
  for (const length of [0, 3, 11, 12, 70, 90, 1000]) {
    writeFileSync(file, bytes.subarray(0, length));
    assert.equal(trackedFiles(damaged.root), null, `${length} bytes`);
  }
});

test('a secrets file that git tracks is committed, whatever .gitignore says of it', () => {
  const files = {
    '.gitignore': '.kamal/secrets\n',
    '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=kVd83nfPq20x\n',
    'config/deploy.yml':
      'service: a\nimage: b/a\nservers: [192.0.2.1]\nregistry:\n  username: b\n  password: [KAMAL_REGISTRY_PASSWORD]\nbuilder:\n  arch: amd64\n',
  };
  using made = repository([]);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(made.root, dirname(name)), { recursive: true });
    writeFileSync(join(made.root, name), text);
  }
  const rules = (): string[] =>
    distinctFindings(check(readProject({ root: made.root }))).map(({ finding }) => finding.rule);
  execFileSync('git', ['-C', made.root, 'add', '-A']);
  assert.ok(!rules().includes('secret-in-plain-text'), 'ignored, and not tracked');
  execFileSync('git', ['-C', made.root, 'add', '-f', '.kamal/secrets']);
  assert.ok(rules().includes('secret-in-plain-text'), 'ignored, and tracked');
});
