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
