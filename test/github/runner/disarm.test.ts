import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disarm } from '../../../src/github/runner/log.ts';

/** What .NET treats as white space (Char.IsWhiteSpace), all of it. */
const BLANKS = [
  0x09,
  0x0a,
  0x0b,
  0x0c,
  0x0d,
  0x20,
  0x85,
  0xa0,
  0x1680,
  0x2028,
  0x2029,
  0x202f,
  0x205f,
  0x3000,
  ...Array.from({ length: 11 }, (_, index) => 0x2000 + index),
].map((code) => String.fromCodePoint(code));

/** As the runner reads a line (actions/runner, ActionCommand.cs, TryParseV2): white space goes from its start, as .NET has it. */
function isCommand(line: string): boolean {
  let rest = line;
  while (BLANKS.includes(rest[0] ?? '')) rest = rest.slice(1);
  return rest.startsWith('::') || line.includes('##[');
}

test('no line of others is a workflow command, whatever white space it begins with', () => {
  let count = 0;
  for (const one of ['', ...BLANKS])
    for (const other of ['', ...BLANKS])
      for (const before of ['', 'x\n', 'x\r', 'x\r\n'])
        for (const command of ['::stop-commands::x', '##[error]x', '::add-mask::x\n::set-output name=a::b']) {
          count += 1;
          const text = disarm(before + one + other + command);
          for (const line of text.split(/\r\n|\r|\n/)) assert.ok(!isCommand(line), JSON.stringify(text));
        }
  assert.ok(count > 7000);
});

test('a text of blanks alone takes no more time than its length', () => {
  for (const blank of [...BLANKS, '\u0085\n', ':', '\n:']) {
    const before = process.cpuUsage().user;
    disarm(blank.repeat(1_000_000));
    assert.ok(process.cpuUsage().user - before < 5_000_000, JSON.stringify(blank));
  }
});
