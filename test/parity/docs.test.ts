import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rulesDocument } from '../../bin/docs.ts';

test('docs/rules.md says what the rules say (else run: node bin/docs.ts)', async () => {
  const written = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
  assert.equal(written, await rulesDocument());
});
