/** What CONTRIBUTING.md begins with: `bin/new-rule.ts` writes a rule that compiles, registered in its place. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../harness/docs/pages.ts';

const copy = mkdtempSync(join(tmpdir(), 'new-rule-'));
after(() => rmSync(copy, { recursive: true }));
for (const name of ['src', 'docs', 'bin/new-rule.ts', 'tsconfig.json', 'package.json'])
  cpSync(join(ROOT, name), join(copy, name), { recursive: true });
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));

const newRule = (id: string): { status: number | null; stderr: string } =>
  spawnSync(process.execPath, ['bin/new-rule.ts', id], { cwd: copy, encoding: 'utf8' });

test('a new rule compiles, and its id is registered in order', () => {
  const { status, stderr } = newRule('secret-name-odd');
  assert.equal(status, 0, stderr);
  const ids = [...readFileSync(join(copy, 'src/parity/rule-ids.ts'), 'utf8').matchAll(/^ {2}'(.*)',$/gm)].map(
    ([, id]) => id,
  );
  assert.deepEqual(
    ids,
    [...ids].sort((a = '', b = '') => (a < b ? -1 : 1)),
  );
  assert.ok(ids.includes('secret-name-odd'));
  assert.ok(existsSync(join(copy, 'test/parity/fixtures/secret-name-odd/config/deploy.yml')));
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit', '-p', '.'], { cwd: copy, encoding: 'utf8' });
});

test('a second time, or for a name that is none, nothing is written', () => {
  assert.match(newRule('secret-missing').stderr, /already/);
  assert.equal(newRule('Secret').status, 2);
});
