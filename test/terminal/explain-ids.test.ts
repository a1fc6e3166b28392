/** Every id that a run can print is explained: they are collected from the source, where each is made. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FAILURE_MEANINGS } from '../../src/base/failure-meanings.ts';
import { CAUSES } from '../../src/kamal/diagnosis/causes.ts';
import { RULE_IDS } from '../../src/parity/rule-ids.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { runCli } from '../harness/terminal/command-line.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Ids whose beginning comes from elsewhere: what is looked for in 1Password. */
const PURPOSES = ['ssh-key', 'known-hosts'];

function idsOfSource(): Set<string> {
  const ids = new Set<string>(['kamal-failed']);
  for (const file of globSync('src/**/*.ts', { cwd: ROOT })) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, id = ''] of text.matchAll(/new Failure\(\s*'([\w-]+)'/g)) ids.add(id);
    for (const [, id = ''] of text.matchAll(/\bcode: '([a-z]+-[\w-]+)',\n\s+sentence/g)) ids.add(id);
    for (const [, id = ''] of text.matchAll(/\bdocument\('([\w-]+)'/g)) ids.add(id);
    for (const [, end = ''] of text.matchAll(/`\$\{code\}-([\w-]+)`/g))
      for (const each of PURPOSES) ids.add(`${each}-${end}`);
    if (file.endsWith('/key-failure.ts') || file.endsWith('/not-a-private-key.ts'))
      for (const [, kind = ''] of text.matchAll(/readonly kind: '([\w-]+)'/g)) ids.add(`ssh-key-${kind}`);
  }
  return ids;
}

test('each id that a run prints is explained, and no other', async () => {
  const ids = idsOfSource();
  assert.ok(ids.size > 100, String(ids.size));
  const elsewhere = new Set<string>([...RULE_IDS, ...CAUSES]);
  const explained = new Set(Object.keys(FAILURE_MEANINGS));
  assert.deepEqual([...ids].filter((id) => !explained.has(id) && !elsewhere.has(id)).sort(), []);
  assert.deepEqual([...explained].filter((id) => !ids.has(id)).sort(), []);
});

test('ids in the table of the guide are explained', async () => {
  using project = new TemporaryProject();
  const guide = readFileSync(join(ROOT, 'docs/guide.md'), 'utf8');
  const ids = [...guide.matchAll(/^\| \[?`([a-z]+(?:-[a-z]+)+)`/gm)].map(([, id = '']) => id);
  assert.ok(ids.includes('token-missing'));
  for (const id of ids) {
    const { status, out } = await runCli(['explain', id], project.root);
    assert.equal(status, 0, id);
    assert.ok(out.startsWith(id), out);
  }
  const { out } = await runCli(['explain', 'token-missing', '--json'], project.root);
  const { rule, cause } = JSON.parse(out) as {
    rule: unknown;
    cause: { id: string; human: string[]; agent: string[] };
  };
  assert.equal(rule, null);
  assert.equal(cause.id, 'token-missing');
  assert.ok(cause.human.length > 0 && cause.agent.length > 0);
});
