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

test('a keyed hash of a text is the same for the same value and purpose alone, and shows nothing of the value', () => {
  const value = 'ops_a-token-of-a-service-account';
  const hash = new Secret(value).hashOf('a purpose', 'a text');
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(new Secret(value).hashOf('a purpose', 'a text'), hash);
  const others = [
    new Secret(`${value}x`).hashOf('a purpose', 'a text'),
    new Secret(value).hashOf('another purpose', 'a text'),
    new Secret(value).hashOf('a purpose', 'another text'),
  ];
  assert.equal(new Set([hash, ...others]).size, 4);
});
