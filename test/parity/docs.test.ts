import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rulePages } from '../../bin/rules.ts';

const DOCS = new URL('../../docs/', import.meta.url);

test('docs/rules.md and docs/rules/ say what the rules say (else run: node bin/docs.ts)', async () => {
  const pages = await rulePages();
  for (const [name, text] of pages) assert.equal(readFileSync(new URL(name, DOCS), 'utf8'), text, name);
  const written = readdirSync(new URL('rules', DOCS)).map((name) => `rules/${name}`);
  assert.deepEqual(
    written.filter((name) => !pages.has(name)),
    [],
  );
});
