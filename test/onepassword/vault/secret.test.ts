import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/onepassword/vault/secret.ts';
import { assertNoLeak } from '../../harness/onepassword/leak.ts';

const VALUE = 'hunter2-hunter2-hunter2';

test('a secret shows itself to reveal() alone', () => {
  const secret = new Secret(VALUE);
  assert.equal(secret.reveal(), VALUE);
  assertNoLeak(secret, [VALUE]);
  assertNoLeak({ nested: [{ secret }], map: new Map([['a', secret]]) }, [VALUE]);
  assertNoLeak(new Error(`value: ${String(secret)}`, { cause: secret }), [VALUE]);
  for (const text of [String(secret), [secret].join(), JSON.stringify({ secret })]) {
    assert.match(text, /\[secret\]/);
  }
});

test('empty means no characters at all, and equality is that of the values', () => {
  assert.equal(new Secret('').isEmpty, true);
  assert.equal(new Secret(' ').isEmpty, false);
  assert.ok(new Secret(VALUE).equals(new Secret(VALUE)));
  assert.ok(!new Secret(VALUE).equals(new Secret('')));
});
