import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read } from '../../harness/files/secrets-reading.ts';

const MEGABYTES = 2;

/** `text` as often as it takes to fill a large file. */
function much(text: string, size = MEGABYTES * 1_000_000): string {
  return text.repeat(Math.floor(size / text.length));
}

// Anything but linear time would take minutes and more for each of these.
const LARGE: Readonly<Record<string, string>> = {
  'blank lines': `${much('\n')}!`,
  'blanks in a value': `A=${much(' ')}x`,
  'unclosed commands': `A=${much('$(x')}`,
  'parentheses without end': `A=$(${much('(')}`,
  'nested parentheses': `A=$(${'('.repeat(1_000_000)}x${')'.repeat(1_000_000)})`,
  'empty parentheses': `A=$(${much('()')})`,
  'escaped quotes without end': `A='${much("\\'")}`,
  'escaped quotes with something after each': `A="${much('\\" ')}"x`,
  'one quote a line': much("A='\\'x\n"),
  dollars: `A=${much('$')}`,
  backslashes: `A=${much('\\')}`,
  exports: much('export '),
  'names without values': much('A\n=\n', 1_000_000),
  'many words': `A=$(kamal secrets fetch ${much('x ')})`,
  'many switches': `A=$(kamal secrets fetch ${much('-avq ')})`,
  'a long switch': `A=$(kamal secrets fetch --${much('a-')})`,
  'a long switch with a value': `A=$(kamal secrets fetch --${much('a-')}=x)`,
  'nested JSON': `S='${much('[')}'\nA=$(kamal secrets extract x $S)`,
  slashes: `S=$(kamal secrets fetch -a test --account a ${much('/', 1_000_000)}A)\nB=$(kamal secrets extract A $S)`,
  'a value that doubles with each line': `A=xyz$E\n${much('B=$A$A\nA=$B$B\n', 1_000)}`,
  'a value that grows with each line': Array.from({ length: 50_000 }, (_, n) => `A${n}=$A${n - 1}x`).join(
    '\n',
  ),
  CRLF: much('A=1\r\n', 1_000_000),
};

for (const [what, text] of Object.entries(LARGE)) {
  test(`${what}: read to the end`, () => {
    const reading = read(text);
    assert.ok(reading.assignments.every(({ span }) => span.end <= text.length));
  });
}

test('10,000 secrets of one fetch are each found', () => {
  const names = Array.from({ length: 10_000 }, (_, n) => `NAME_${n}`);
  const fetch = `S=$(kamal secrets fetch --adapter 1password --account a --from V/I ${names.join(' ')})`;
  const reading = read(
    [fetch, ...names.map((name) => `${name}=$(kamal secrets extract ${name} $S)`)].join('\n'),
  );
  assert.equal(reading.error, null);
  const keys = reading.assignments.flatMap(({ commands }) =>
    commands.flatMap((command) => (command.kind === 'extract' ? [command.key] : [])),
  );
  assert.deepEqual(
    keys,
    names.map((name) => `V/I/${name}`),
  );
});
