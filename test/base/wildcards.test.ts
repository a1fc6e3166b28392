import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesWildcards } from '../../src/base/text/wildcards.ts';

const words = (letters: string, longest: number): string[] => {
  const found = [''];
  for (let from = 0; found[from] !== undefined && (found[from]?.length ?? 0) < longest; from++)
    found.push(...letters.split('').map((letter) => (found[from] ?? '') + letter));
  return found;
};

test('each pattern of up to five characters matches what the regular expression of it does', () => {
  const texts = words('ab', 5);
  let compared = 0;
  for (const pattern of words('a*?', 5))
    for (const one of ['?', null] as const) {
      const wild = new RegExp(
        `^${pattern.replaceAll('?', one === null ? String.raw`\?` : '.').replaceAll('*', '.*')}$`,
      );
      for (const text of texts) {
        assert.equal(matchesWildcards(pattern, text, one), wild.test(text), `${pattern} and ${text}`);
        compared++;
      }
    }
  assert.equal(compared, 364 * 2 * 63);
});

test('many wildcards that fit nearly everywhere are answered at once', () => {
  assert.equal(matchesWildcards('*a'.repeat(100), `${'a'.repeat(5_000)}b`), false);
});
