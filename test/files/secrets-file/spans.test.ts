import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, read, spansOf, wordsOf } from '../../harness/files/secrets-reading.ts';
import { secretsFile, soup } from '../../harness/files/secrets-files.ts';
import { fc, runs, seed } from '../../harness/properties.ts';

console.log(`spans in secrets files: seed ${seed} (SEED repeats it)`);

/** Without what quoting and escaping may put between the characters of a word. */
function bare(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/[\\'"]/g, '');
}

function spansHold(text: string): void {
  const reading = read(text);
  for (const [what, { start, end }] of spansOf(reading)) {
    const valid =
      Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= text.length;
    assert.ok(valid, `${what} ${start}–${end} of ${text.length}`);
  }
  for (const {
    name,
    nameSpan,
    references,
    comment,
    unclosed,
    valueSpan,
    span,
    commands,
  } of reading.assignments) {
    assert.equal(at(text, nameSpan), name);
    assert.ok(span.start <= nameSpan.start && valueSpan.end <= span.end);
    for (const reference of references) {
      assert.match(at(text, reference.span).replaceAll('\\', ''), /^\$\{?[\w\u017F\u212A]+\}?$/);
      assert.ok(bare(at(text, reference.span)).includes(reference.name));
    }
    if (comment !== null) assert.match(at(text, comment), /^#[^\r\n]*$/);
    if (unclosed !== null) assert.match(bare(at(text, unclosed)), /^\$\($/);
    for (const command of commands) {
      assert.match(at(text, command.span), /^\$.*\)$/s);
      for (const word of wordsOf(command)) {
        const written = at(text, word.span);
        // The `--inline` that Kamal adds can become a value, and is in no file. An empty value underlines the whole
        // word; of `-ab`, which is `-a` and `-b`, the file has only the letters.
        const plain = word.value !== '' && word.value !== '--inline' && !/^-.$/s.test(word.value);
        if (plain && !written.includes('$')) assert.equal(bare(written), bare(word.value));
      }
    }
  }
}

test('every span stands for the characters it says', () => {
  fc.assert(fc.property(fc.oneof(secretsFile, soup), spansHold), { numRuns: runs(4000) });
});

test('any text at all is read, and its spans are within it', () => {
  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.integer({ max: 0xffff, min: 0 }).map((code) => String.fromCharCode(code)) }),
  );
  const damaged = fc
    .tuple(secretsFile, fc.nat(), fc.nat({ max: 9 }), any)
    .map(([text, where, length, other]) => {
      const from = text.length === 0 ? 0 : where % text.length;
      return text.slice(0, from) + other + text.slice(from + length);
    });
  fc.assert(fc.property(fc.oneof(any, damaged), spansHold), { numRuns: runs(4000) });
});

test('names, words and references are underlined through quotes, escapes and CRLF', () => {
  const text =
    'S="$(kamal secrets fetch --adapter=1password \\\r\n  -- --account \\"$ACC\\" --from \'V/I\' A sec/\\"B C\\")"\r\nexport A = "x $(kamal secrets extract \\"A\\" ${S})" # why\r\n';
  const [fetched, extracted] = read(text.replace('-- ', '')).assignments;
  assert.ok(fetched !== undefined && extracted !== undefined);
  const source = text.replace('-- ', '');
  const fetch = fetched.commands[0];
  assert.ok(
    fetch?.kind === 'fetch' && fetch.account !== null && fetch.from !== null && fetch.adapter !== null,
  );
  assert.equal(at(source, fetch.adapter.span), '1password');
  assert.equal(at(source, fetch.account.span), '$ACC');
  assert.equal(at(source, fetch.from.span), 'V/I');
  assert.deepEqual(
    fetch.names.map(({ value, span }) => [value, at(source, span)]),
    [
      ['A', 'A'],
      ['sec/B C', 'sec/\\"B C'],
    ],
  );
  assert.equal(at(source, extracted.nameSpan), 'A');
  assert.equal(at(source, extracted.span), 'export A = "x $(kamal secrets extract \\"A\\" ${S})"');
  assert.equal(at(source, extracted.valueSpan), '"x $(kamal secrets extract \\"A\\" ${S})"');
  assert.deepEqual(
    extracted.references.map(({ name, to, span }) => [name, to, at(source, span)]),
    [['S', 0, '${S}']],
  );
  assert.equal(extracted.comment === null ? '' : at(source, extracted.comment), '# why');
  const extract = extracted.commands[0];
  assert.ok(extract?.kind === 'extract' && extract.name !== null);
  assert.equal(at(source, extract.name.span), 'A');
  assert.equal(extract.source, 0);
  assert.equal(extract.key, 'V/I/A');
});
