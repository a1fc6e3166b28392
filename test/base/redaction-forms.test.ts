import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Redaction } from '../../src/base/redaction.ts';
import { fc } from '../harness/properties.ts';

const FORMS = fileURLToPath(new URL('../harness/faults/forms.rb', import.meta.url));

/** How Ruby, Kamal and a shell write each value. */
function formsOf(values: readonly string[]): [string, string][][] {
  const ended = spawnSync('ruby', [FORMS], { input: JSON.stringify(values), encoding: 'utf8' });
  assert.equal(ended.status, 0, ended.stderr);
  return JSON.parse(ended.stdout) as [string, string][][];
}

const SPECIAL = fc.constantFrom(
  ...Array.from('\'"\\$`#{}()<>&+/=%!@:; é€ß漢\n\t~*?[]|^-_.,'),
  '😀',
  '#{',
  '#$',
  '$(',
  '${A}',
);
const VALUE = fc
  .array(fc.oneof(SPECIAL, fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme-ascii' })), {
    minLength: 4,
    maxLength: 30,
  })
  .map((parts) => parts.join(''))
  .filter((value) => value.trim().length >= 8 && value.trim() === value);

test('the forms that Ruby, Kamal and a shell really write are hidden', (t) => {
  const values = fc.sample(VALUE, { numRuns: 150, seed: 3 });
  let count = 0;
  for (const [index, forms] of formsOf(values).entries()) {
    const redaction = new Redaction();
    redaction.add(values[index] ?? '');
    for (const [name, form] of forms) {
      count += 1;
      const shown = redaction.apply(form);
      const whole = name.startsWith('basic')
        ? shown.replace(/^.{4,8}?\*\*\*/s, '***').replace(/\*\*\*.{0,4}$/s, '***')
        : shown;
      assert.equal(
        whole.replaceAll(/[\n'"]/g, ''),
        '***',
        `${name} of ${JSON.stringify(values[index])}: ${form}`,
      );
    }
  }
  t.diagnostic(`${count} forms of ${values.length} values`);
});

test('values that overlap are hidden together', () => {
  const redaction = new Redaction();
  redaction.add('abcdefgh');
  redaction.add('fghijklm');
  redaction.add('cdef');
  assert.equal(redaction.apply('<abcdefghijklm> <cdefgh> <ijklm>'), '<***> <***gh> <ijklm>');
});
