import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { YamlError } from '../../../src/files/yaml/error.ts';
import { loadYaml, PsychError } from '../../../src/files/yaml/psych.ts';
import type { RubyValue } from '../../../src/files/yaml/values.ts';
import { RubyProcess } from '../../harness/kamal/ruby-process.ts';
import { fc, runs, seed } from '../../harness/properties.ts';

const psych = new RubyProcess(new URL('../../harness/files/psych.rb', import.meta.url));
after(() => psych[Symbol.asyncDispose]());

console.log(`seed ${seed}`);

type Shape = readonly [string, ...unknown[]];
type Answer = { readonly value: Shape } | { readonly error: string };

function shape(value: RubyValue, depth = 0): Shape {
  if (depth > 30) return ['deep'];
  switch (value.type) {
    case 'nil':
      return ['nil'];
    case 'integer':
    case 'float':
      return [value.type, rubyFloat(value.value)];
    case 'boolean':
    case 'string':
    case 'symbol':
      return [value.type, value.value];
    case 'array':
      return ['array', value.items.map((item) => shape(item, depth + 1))];
    case 'hash':
      return [
        'hash',
        [...value.entries.values()].map((entry) => [
          shape(entry.key, depth + 1),
          shape(entry.value, depth + 1),
        ]),
      ];
    case 'object':
      return ['object', value.className];
  }
}

function rubyFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  return String(value);
}

function ours(text: string): Answer {
  try {
    const value = loadYaml(text, null);
    return { value: value === null ? ['boolean', false] : shape(value) };
  } catch (error) {
    if (error instanceof YamlError || error instanceof PsychError) return { error: error.message };
    throw error;
  }
}

/** Ruby and JavaScript write large and small numbers differently. */
function normalise(answer: Answer): Answer {
  const walk = (value: unknown): unknown => {
    if (!Array.isArray(value)) return value;
    const [type, held] = value as [unknown, unknown];
    if (
      (type === 'integer' || type === 'float') &&
      typeof held === 'string' &&
      Number.isFinite(Number(held))
    ) {
      return [type, String(Number(held))];
    }
    return value.map(walk);
  };
  if ('value' in answer) return { value: walk(answer.value) as Shape };
  // What libyaml says is ours word for word; of Ruby's other errors it is enough that there is one.
  return { error: answer.error.startsWith('(<unknown>)') ? answer.error : 'raised' };
}

async function agrees(text: string): Promise<void> {
  const theirs = await psych.ask<Answer>({ text });
  assert.deepEqual(normalise(ours(text)), normalise(theirs), JSON.stringify(text));
}

const scalar = fc.oneof(
  fc.constantFrom(
    'a',
    'B_C',
    'yes',
    'No',
    'on',
    'OFF',
    'true',
    'y',
    'n',
    '~',
    'null',
    'NULL',
    '1',
    '-5',
    '+7',
    '012',
    '08',
    '0x1F',
    '0b101',
    '1_000',
    '1,000',
    '1.5',
    '.5',
    '1.',
    '1e3',
    '1.5e+3',
    '.inf',
    '-.INF',
    '.NaN',
    '12:30',
    '1:2:3',
    '190:20:30.15',
    '2024-01-31',
    '2024-02-31',
    '2024-01-31 10:00:00',
    ':sym',
    ':"q s"',
    'a:b',
    'x y',
    'é',
    '😀',
    '<<',
    '10.0.0.1',
    'sha256:ab',
    '-x',
    '?x',
    '.',
    '-',
    '...x',
    '%x',
    '1.2.3',
    '12e03',
    '0o14',
    '+.5',
    '_1',
  ),
  fc.stringMatching(/^[-+.:_,0-9eExXbo~tT ZnNyY]{1,9}$/),
);

const piece = fc.oneof(
  { weight: 6, arbitrary: scalar },
  {
    weight: 14,
    arbitrary: fc.constantFrom(
      '\n',
      '\n',
      '\n',
      '\n  ',
      '\n    ',
      '\n- ',
      '\n  - ',
      ': ',
      ': ',
      ':',
      '- ',
      '? ',
      ' ',
      '  ',
      '\t',
      '"',
      "'",
      '"a b"',
      "'it''s'",
      '"\\n\\x41"',
      '[',
      ']',
      '{',
      '}',
      ',',
      ', ',
      '&x ',
      '*x',
      ' *x',
      '!!str ',
      '!!int ',
      '! ',
      '!t ',
      '!!float ',
      '|',
      '|-\n  t',
      '>\n  t\n  u\n',
      '>+\n\n  t\n\n',
      '|2\n',
      '#c',
      ' # c\n',
      '---',
      '--- ',
      '\n---\n',
      '\n...\n',
      '%YAML 1.1\n',
      '@',
      '`',
      '<<: ',
      '<<: *x\n',
      'a: ',
      'b: ',
      'a:\n',
      '\r\n',
      '\r',
      '\u0085',
      '\u2028',
      '\uFEFF',
      '\\',
      '!',
      '&',
      '*',
      '%TAG ! tag:x,2000:\n',
      '!<tag:yaml.org,2002:str> ',
      '=',
      '~',
      'k: |\n  l\n m\n',
      '"\n a\\\n b"',
      "'\n\n x'",
    ),
  },
);
const soup = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));

test('a lone scalar is to us what it is to Psych', async () => {
  await fc.assert(fc.asyncProperty(scalar, agrees), { numRuns: runs(2000) });
});

test('any heap of YAML is read, or refused in the same words, as Psych does', async () => {
  await fc.assert(fc.asyncProperty(soup, agrees), { numRuns: runs(6000) });
});
