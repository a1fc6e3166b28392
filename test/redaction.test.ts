import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Redaction, SHORTEST } from '../src/redaction.ts';

test('a value, its lines and its encodings are hidden', () => {
  const redaction = new Redaction();
  const value = 'first line of it\n  second "quoted" line\n';
  redaction.add(value);
  for (const text of [
    value,
    'second "quoted" line',
    JSON.stringify({ value }),
    Buffer.from(value).toString('base64'),
    Buffer.from(`user:${value}`).toString('base64'),
    encodeURIComponent(value),
  ]) {
    const shown = redaction.apply(`<${text}>`);
    assert.match(shown, /\*\*\*/, text);
    assert.doesNotMatch(shown, /second "quoted|first line/);
  }
});

test('what is too short to protect anything is left alone', () => {
  const redaction = new Redaction();
  assert.deepEqual(redaction.add('1'), []);
  assert.equal(redaction.apply('step 1 of 10'), 'step 1 of 10');
});

test('no registered value survives, whatever it holds and whatever else is registered', () => {
  const secret = fc.string({ minLength: SHORTEST }).filter((value) => /[^*]/.test(value.trim()));
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1 }), (values) => {
      const redaction = new Redaction();
      for (const value of values) redaction.add(value);
      for (const value of values) assert.ok(!redaction.apply(`<${value}>`).includes(value));
    }),
  );
});
