import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBlank } from '../../src/files/secrets-file/characters.ts';
import { scanScalar } from '../../src/files/yaml/scalar-types.ts';

const CHARACTERS = Array.from({ length: 0x2_00_00 }, (_, code) => String.fromCodePoint(code));

test('white space is what Unicode says', () => {
  const wrong = CHARACTERS.filter((each) => isBlank(each) !== /^\p{White_Space}$/u.test(each));
  assert.deepEqual(wrong, []);
});

test('a letter beyond ASCII makes a scalar a string, wherever a number, a date or `.inf` begins with it', () => {
  const letters = CHARACTERS.filter((each) => /[^\0-\x7F]/.test(each) && /\p{Alphabetic}/u.test(each));
  const places = ['', '1', '-', '+', '.', '0x', '1:', '+.'];
  const rest = ['', '1', '1:30', '1.5', '001-02-03', 'inf', 'nf', 'an'];
  for (const letter of letters)
    for (const [at, before] of places.entries()) {
      const text = before + letter + (rest[at] ?? '');
      assert.deepEqual(scanScalar(text), { type: 'string', value: text });
    }
});
