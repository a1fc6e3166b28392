import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDeployFile } from '../../../src/files/deploy-file/read.ts';
import type { DeployReading } from '../../../src/parity/model.ts';
import { fc, runs, seed } from '../../harness/properties.ts';

console.log(`any text as a deploy file: seed ${seed}`);

function read(text: string, destination: string | null = null): DeployReading {
  return readDeployFile({
    config: { path: 'config/deploy.yml', text, bom: 0 },
    destination:
      destination === null
        ? null
        : { name: 'staging', source: { path: 'config/deploy.staging.yml', text: destination, bom: 0 } },
  });
}

function assertSpansWithin(reading: DeployReading): void {
  const lengths = new Map(reading.files.map(({ path, text }) => [path, text.length]));
  const spans = [
    ...reading.errors,
    ...reading.consumers,
    ...reading.clear,
    ...reading.literals,
    ...reading.unknowns,
    ...reading.maybe,
    ...reading.secretLists,
    ...reading.secretLists.flatMap(({ items }) => items),
  ].map(({ span }) => span);
  for (const { file, start, end } of spans) {
    assert.ok(
      start >= 0 && start <= end && end <= (lengths.get(file) ?? 0),
      JSON.stringify({ file, start, end }),
    );
  }
}

const piece = fc.oneof(
  fc.constantFrom(
    'service: a',
    'image: b',
    'servers:',
    'env:',
    'secret:',
    'clear:',
    'tags:',
    'accessories:',
    'registry:',
    'password:',
    'builder:',
    'arch: amd64',
    '\n',
    '\n  ',
    '\n    ',
    '\n  - ',
    '\n- ',
    '- A',
    '- A:B',
    ': ',
    '[',
    ']',
    '{',
    '}',
    ', ',
    '"',
    "'",
    '&x ',
    '*x',
    '<<: ',
    '|\n',
    '>-\n',
    '#',
    '<%',
    '<%= ',
    '<%- ',
    '%>',
    ' -%>',
    '<%%',
    '<%# ',
    'ENV["X"]',
    'ENV.fetch("X")',
    ' if x ',
    ' end ',
    ' do |a| ',
    '.each',
    '"#{',
    '}',
    '%w[a b]',
    '/x/',
    '<<~A\n',
    '\nA\n',
    '?',
    '!!str ',
    '---\n',
    '\r\n',
    '\t',
    '\u2028',
    '\0',
    '\uFEFF',
    '\uD800',
    '😀',
    '::',
    '->',
    '&.',
    '||=',
    'raise ',
    'def m',
    '(',
    ')',
    '@a',
    '$a',
    'begin',
    'rescue',
    'ensure',
    'case',
    'when',
    'yield',
    'x-y: 1',
    ':sym',
    '\\',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const soup = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

test('any text is read, and every place that it speaks of is within the file', () => {
  fc.assert(
    fc.property(soup, fc.option(soup), (base, destination) => {
      assertSpansWithin(read(base, destination));
    }),
    { numRuns: runs(5000) },
  );
});

const VALID =
  'service: a\nimage: b\nservers: [h]\nregistry: {username: u, password: [P]}\nbuilder: {arch: amd64}\n';

test('aliases of aliases of aliases stay small', () => {
  const levels = Array.from(
    { length: 40 },
    (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]`,
  );
  const bomb = `x-l: {l0: &l0 [a],\n ${levels.join(',\n ')}}\n`;
  assert.throws(() => read(bomb + VALID), /has more than 200000 values/);
  const nested = (count: number): string => {
    const maps = Array.from(
      { length: count },
      (_, i) => `x-m${i + 1}: &m${i + 1} {a: *m${i}, b: *m${i}, c: *m${i}}\n`,
    );
    return `x-m0: &m0 {z: 1}\n${maps.join('')}${VALID}`;
  };
  assert.throws(() => read(nested(40)), /has more than 200000 values/);
  assert.deepEqual(read(nested(9), nested(9)).errors, []);
  assert.equal(
    read(`${VALID}env: &e\n  clear: {A: *e}\n`).errors[0]?.message,
    'env/clear/A: should be a string',
  );
});

test('what nests too deeply is refused', () => {
  for (const text of [
    '['.repeat(200_000),
    '- '.repeat(200_000),
    '{a: '.repeat(100_000),
    '? '.repeat(100_000),
  ]) {
    assert.equal(read(text).loads, false);
  }
});

test('large files are read', () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `    - SECRET_${i}\n`).join('');
  const reading = read(`${VALID}env:\n  secret:\n${names}`);
  assert.equal(reading.consumers.length, 100_001);
  assert.deepEqual(read(VALID + '# comment\n'.repeat(1_000_000)).errors, []);
  assert.deepEqual(read(`${VALID}x-long: "${'y'.repeat(10_000_000)}"\n`).errors, []);
  assert.equal(read(`${VALID}env: {secret: [${'<%= "A" %>, '.repeat(20_000)}B]}\n`).consumers.length, 20_002);
  assert.equal(read(`${VALID}${'<%- 1 -%> '.repeat(50_000)}\n`).errors.length, 0);
  assert.ok(read(VALID + '<% '.repeat(100_000)).errors.length > 0);
});

test('templates that would never end are given up', () => {
  const endless = [
    '<% while true %><% end %>',
    '<% until false do x = 1 end %>',
    '<% def f(x) = f(x + 1) %><%= f(1) %>',
    '<% x = "a"; 100.times { x = x + x } %>',
    '<% 10000.times { 10000.times { } } %>',
    `<%= "${'a'.repeat(40)}!" =~ /^(a+)+$/ %>`,
    `<%= "${'a'.repeat(40)}!".match?(/(a|a)*$/) %>`,
    '<%= "x" * 9_000_000_000 %>',
    `<%= ${'('.repeat(20_000)}1${')'.repeat(20_000)} %>`,
    `<%= ${'!'.repeat(50_000)}true %>`,
    `<%= ${'[1].map { '.repeat(5000)} %>`,
    `<%= "${'#{"'.repeat(3000)} %>`,
    '<% a = [1]; loop { a << a } %><%= a.inspect %>',
    '<% a = []; a << a %><%= a %>',
    '<% h = {}; h[:h] = h %><%= h == h %>',
  ];
  for (const code of endless) {
    const reading = read(`${VALID}x-erb: 1 # ${code}\n`);
    assert.notEqual(reading.loads, false, code);
  }
});
