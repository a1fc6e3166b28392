import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const SRC = join(import.meta.dirname, '../src');

/** `private` is only the compiler's word; only constructors need it. */
test('what is private is #private', () => {
  const spelled = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      readFileSync(join(SRC, file), 'utf8')
        .split('\n')
        .filter((line) => /^\s*(?:private|protected|public)\s(?!constructor\()/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  assert.deepEqual(spelled, []);
});

/** The command line runs on Node.js 20.0; its types allow more, for the action. */
test('the command line calls nothing that Node.js 20 does not have', () => {
  const dist = join(SRC, '../dist/cli');
  const newer = readdirSync(dist)
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) =>
      (
        readFileSync(join(dist, file), 'utf8').match(
          /\b(?:(?:Map|Object)\.groupBy|Promise\.(?:withResolvers|try)|Array\.fromAsync|RegExp\.escape)\(|\bimport\.meta\.(?:dirname|filename)\b/g,
        ) ?? []
      ).map((found) => `${file}: ${found}`),
    );
  assert.deepEqual(newer, []);
});

test('what the quick tests leave out is there, and each of it once', () => {
  const root = join(SRC, '..');
  const left = readFileSync(join(root, 'test/harness/slow-tests.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  assert.deepEqual(left, left.toSorted());
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${file}`);
  const covers = (each: string, file: string): boolean => file === each || file.startsWith(`${each}/`);
  assert.deepEqual(
    left.filter((each) => !tests.some((file) => covers(each, file))),
    [],
    'no test is there',
  );
  assert.deepEqual(
    left.filter((each) => left.some((other) => other !== each && covers(other, each))),
    [],
    'twice',
  );
});
