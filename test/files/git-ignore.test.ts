import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { GitIgnore } from '../../src/files/git-ignore.ts';
import { fc } from '../harness/properties.ts';

const root = mkdtempSync(join(tmpdir(), 'git-ignore-'));
after(() => rmSync(root, { recursive: true, force: true }));
execFileSync('git', ['init', '-q', root]);

const PATHS = [
  '.kamal/secrets',
  '.kamal/secrets.x',
  '.kamal/a/secrets',
  'a',
  'a/b',
  'ab/b.c',
  'config/deploy.yml',
];
const PART = fc.constantFrom(
  '*',
  '**',
  '?',
  '/',
  '/',
  'a',
  'b',
  '.',
  'secrets',
  '.kamal',
  '[ab]',
  '[!a]',
  '[a-c]',
  '\\a',
  '**/',
  '/**',
  '*s',
  'config',
);
const LINE = fc
  .tuple(
    fc.constantFrom('', '', '', '!', '/', '#'),
    fc.array(PART, { minLength: 1, maxLength: 5 }),
    fc.constantFrom('', '', '/', ' '),
  )
  .map(([start, parts, end]) => start + parts.join('') + end);

test('the same files are ignored as git ignores', (t) => {
  let count = 0;
  for (const lines of fc.sample(fc.array(LINE, { minLength: 1, maxLength: 4 }), 150)) {
    const text = lines.join('\n');
    writeFileSync(join(root, '.gitignore'), text);
    const { stdout } = spawnSync('git', ['-C', root, 'check-ignore', '--no-index', '--stdin'], {
      input: PATHS.join('\n'),
      encoding: 'utf8',
    });
    const ignored = new Set(stdout.split('\n'));
    const own = new GitIgnore((name) => (name === '.gitignore' ? text : null));
    for (const path of PATHS) {
      count += 1;
      assert.equal(own.ignores(path), ignored.has(path), `${path} by ${JSON.stringify(text)}`);
    }
  }
  t.diagnostic(`${count} answers`);
});

test('no pattern takes for ever', () => {
  const before = process.cpuUsage().user;
  const text = `${'*a'.repeat(40)}b\n${'**/a/'.repeat(40)}b\n`.repeat(200);
  new GitIgnore((name) => (name === '.gitignore' ? text : null)).ignores(
    `${'a/'.repeat(100)}${'a'.repeat(200)}`,
  );
  assert.ok(process.cpuUsage().user - before < 5_000_000);
});
