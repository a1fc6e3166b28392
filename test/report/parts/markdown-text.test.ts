import assert from 'node:assert/strict';
import { test } from 'node:test';
import { block, code, plain, prose } from '../../../src/report/parts/markdown-text.ts';
import { fc } from '../../harness/properties.ts';

const HOSTILE =
  '`|<script>@octocat #1 **x** [a](https://e.example) ]]> ::add-mask::x \u202E\u001B[31mred\r\n| a |';

test('plain names stay readable', () => {
  assert.equal(code('DATABASE_URL'), '`DATABASE_URL`');
  assert.equal(code('config/deploy.yml:24'), '`config/deploy.yml:24`');
  assert.equal(code('192.0.2.10, 192.0.2.11'), '`192.0.2.10, 192.0.2.11`');
  assert.equal(code(' padded'), '<code> padded</code>');
  assert.equal(plain('192.0.2.10 serves'), '192.0.2.10 serves');
  assert.equal(plain('1. no list'), '&#49;. no list');
});

test('a hostile name cannot leave its cell, its code or its line', () => {
  for (const shown of [code(HOSTILE), plain(HOSTILE), prose(`a \`${HOSTILE}\` b`)]) {
    assert.doesNotMatch(shown, /[\r\n\u202E]|\u001B|<script|\|/);
    assert.doesNotMatch(shown, /@octocat|#1\b|\*\*x|\]\(/);
  }
});

test('prose keeps names between backticks as code', () => {
  assert.equal(
    prose('The item `Server` in `MyApp` is 100% *gone*.'),
    'The item `Server` in `MyApp` is 100% &#42;gone&#42;.',
  );
});

test('a block outlasts every fence within', () => {
  const lines = ['```', 'text', '`````'];
  const [open = '', ...rest] = block(lines).split('\n');
  assert.equal(rest.at(-1), open);
  assert.ok(!lines.includes(open));
});

test('nothing invisible passes, whatever is given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const shown of [code(text), plain(text), prose(text)])
        assert.doesNotMatch(shown, /[\p{Cc}\p{Bidi_Control}|]|<(?!\/?code>)/u);
    }),
  );
});
