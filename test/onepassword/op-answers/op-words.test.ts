import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { opWords } from '../../../src/onepassword/op-answers/op-words.ts';
import { commandOf } from '../../harness/onepassword/op-questions.ts';
import { fc, runs } from '../../harness/properties.ts';

void test('words of the calls that Kamal makes', () => {
  for (const [command, words] of [
    ['op --version 2> /dev/null', ['--version']],
    [
      'op account get --account my.1password.com 2> /dev/null',
      ['account', 'get', '--account', 'my.1password.com'],
    ],
    [
      String.raw`op item get My\ App --vault "V 1" --format "json" --fields "label=A,label=B C"`,
      ['item', 'get', 'My App', '--vault', 'V 1', '--format', 'json', '--fields', 'label=A,label=B C'],
    ],
    [' op read "op://V/My App/A" ', ['read', 'op://V/My App/A']],
    ["op read 'op://V/I/A'", ['read', 'op://V/I/A']],
  ] as const)
    assert.deepEqual(opWords(command), words, command);
});

void test('what a shell could read in another way is nobody’s guess', () => {
  for (const command of [
    'op read op://V/I/A | base64 -d',
    'op read op://V/I/A 2>/dev/null',
    'op read op://V/I/A || echo none',
    'op read op://V/I/A; true',
    'op read op://V/I/A &',
    'op read op://V/I/$ITEM',
    'op read "op://V/I/$(id)"',
    'op read "op://V/`id`/A"',
    'op read op://V/I/*',
    'op read op://V/{I,J}/A',
    'op read ~/x',
    'op read op://V/I/A #x',
    'op read "op://V/I/A',
    'op read "op://V/\\"I/A"',
    'op read op://V/I/A\nid',
    'op read op://V/I/ü',
    'op read op://V/I/A > out',
    'op read\top://V/I/A',
    'OP_ACCOUNT=x op read op://V/I/A',
    'OP_DEBUG= op --version',
    'sudo op --version',
    './op --version',
    'opx --version',
    'op',
    '',
  ])
    assert.ok((opWords(command) ?? []).length === 0, command);
});

void test('whatever has words has those that a shell gives', () => {
  const piece = fc.constantFrom(
    'op',
    'read',
    ' ',
    ' ',
    '"',
    "'",
    '\\',
    '$',
    'A',
    'b',
    '-',
    '=',
    '~',
    '#',
    '*',
    ':',
    '/',
    '{',
    '!',
    '2> /dev/null',
    ',',
    '\n',
    '(',
    ';',
    'é',
  );
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => `op ${pieces.join('')}`);
  const called = fc
    .array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 4 })
    .map((words) => commandOf(words));
  const known: { command: string; words: readonly string[] }[] = [];
  fc.assert(
    fc.property(fc.oneof(text, called), (command) => {
      const words = opWords(command);
      if (words !== null) known.push({ command, words });
    }),
    { numRuns: runs(3000) },
  );
  // One shell for all: a NUL behind each word, a line end behind each command.
  const script = known.map(({ command }) => `${command.replace(/ 2> \/dev\/null$/, '')}\n`).join('');
  const op = `op() { for word; do printf '%s\\0' "$word"; done; echo; }\n`;
  const said = execFileSync('sh', ['-c', op + script], { encoding: 'utf8' }).split('\n');
  assert.ok(known.length > 100, `${known.length}`);
  for (const [at, { command, words }] of known.entries())
    assert.equal(said[at], words.map((word) => `${word}\0`).join(''), command);
});
