/** Carets stand under the very characters, in cells of a terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineIndex } from '../../../src/base/text/position.ts';
import { frame } from '../../../src/report/parts/frame.ts';
import { clusters, visible, width } from '../../../src/report/parts/visible.ts';
import { fc } from '../../harness/properties.ts';

function framed(text: string, part: string, cells = 60, hidden: string[] = []): string[] {
  const start = text.indexOf(part);
  const span = { file: 'f', start, end: start + part.length };
  const hiddenSpans = hidden.map((each) => ({
    file: 'f',
    start: text.indexOf(each),
    end: text.indexOf(each) + each.length,
  }));
  return frame(new LineIndex(text), span, { mark: '^', width: cells, hidden: hiddenSpans }).flatMap(
    (line) => [line.text, line.underline],
  );
}

test('a span in plain text', () => {
  assert.deepEqual(framed('one two three', 'two'), ['one two three', '    ^^^']);
});

test('wide characters count two cells, combining ones none, one emoji of many parts two', () => {
  assert.deepEqual(framed('密钥 two', 'two'), ['密钥 two', '     ^^^']);
  assert.deepEqual(framed('密钥 two', '钥'), ['密钥 two', '  ^^']);
  assert.deepEqual(framed('e\u0301e\u0301 two', 'two'), ['e\u0301e\u0301 two', '   ^^^']);
  assert.deepEqual(framed('👩‍👩‍👧 two', 'two'), ['👩‍👩‍👧 two', '   ^^^']);
  assert.equal(width('日本語abc🔐'), 11);
});

test('what would act on a terminal is spelled out, and the carets keep their place', () => {
  const [text, underline] = framed('a\u202Eb two', 'two');
  assert.equal(text, 'a‹U+202E›b two');
  assert.equal(underline, `${' '.repeat(11)}^^^`);
  assert.equal(visible('\u001B[2Jx\u0007\r\u2028\u200B'), '‹U+001B›[2Jx‹U+0007›‹U+000D›‹U+2028›‹U+200B›');
});

test('a tab takes one cell', () => {
  assert.deepEqual(framed('\tx\ttwo', 'two'), [' x two', '   ^^^']);
});

test('a long line is cut around the span, which is always there', () => {
  const text = `${'a'.repeat(200)} two ${'b'.repeat(200)}`;
  const [line = '', underline = ''] = framed(text, 'two', 40);
  assert.ok(line.length <= 40 && line.startsWith('…') && line.endsWith('…'));
  assert.equal(line.slice(underline.indexOf('^'), underline.lastIndexOf('^') + 1), 'two');
});

test('a span of no characters points between two, also behind the last', () => {
  assert.deepEqual(
    frame(new LineIndex('A='), { file: 'f', start: 2, end: 2 }, { mark: '^', width: 40, hidden: [] }),
    [{ number: 1, text: 'A=', underline: '  ^' }],
  );
  assert.deepEqual(
    frame(new LineIndex(''), { file: 'f', start: 0, end: 0 }, { mark: '^', width: 40, hidden: [] }),
    [{ number: 1, text: '', underline: '^' }],
  );
});

test('a span over several lines shows the first three, without underlining their indentation', () => {
  const text = 'a: x\n  b\n  c\n  d\n';
  assert.deepEqual(framed(text, 'x\n  b\n  c\n  d'), ['a: x', '   ^', '  b', '  ^', '  c', '  ^']);
});

test('hidden characters are dots, as many as there are', () => {
  assert.deepEqual(framed('KEY=hunter2 # x', 'hunter2', 40, ['hunter2']), ['KEY=••••••• # x', '    ^^^^^^^']);
});

test('whatever the text: never wider than asked, nothing that acts, and the clusters are the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.nat(130),
      fc.nat(130),
      fc.integer({ min: 30, max: 90 }),
      (text, one, other, cells) => {
        const span = {
          file: 'f',
          start: Math.min(one, other, text.length),
          end: Math.min(Math.max(one, other), text.length),
        };
        for (const line of frame(new LineIndex(text), span, { mark: '^', width: cells, hidden: [] })) {
          assert.ok(width(line.text) <= cells + 1, `${width(line.text)} > ${cells}`);
          assert.doesNotMatch(line.text, /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u);
          assert.match(line.underline, /^ *\^*[ ^]*$/);
        }
        assert.equal(
          clusters(text)
            .map((cluster) => cluster.text)
            .join(''),
          text,
        );
      },
    ),
  );
});
