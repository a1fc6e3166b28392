/** The messages of docs/troubleshooting.md: those of other tools are in recordings of the cause that the row names, ours are in the source. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pageAt, ROOT } from '../harness/docs/pages.ts';

const rows = pageAt('docs/troubleshooting.md')
  .text.split('\n')
  .filter((line) => /^\| [^-]/.test(line) && !line.startsWith('| You see'))
  .map((line) => {
    const [, sees = ''] = line.split('|');
    return {
      sees,
      messages: [...sees.matchAll(/`([^`]+)`/g)].flatMap(([, message = '']) =>
        /^[A-Z_]+$/.test(message) ? [] : [message],
      ),
      causes: [...line.matchAll(/causes\.md#([\w-]+)/g)].map(([, cause = '']) => cause),
    };
  });

const source = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
  .join('\n');

/** The recordings that are diagnosed as a cause, without the near misses of the same file. */
function recordingsOf(cause: string): string {
  const text = readFileSync(join(ROOT, 'test/kamal/diagnosis/recordings', `${cause}.txt`), 'utf8');
  return text
    .split(/^(?==== )/m)
    .filter((part) => !part.startsWith('=== not:'))
    .join('');
}

/** `…` stands for anything, `X` for a name. */
function patternOf(message: string): RegExp {
  const parts = message
    .split(/…|\bX\b/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(parts.join('.+'), 'i');
}

/** A sentence of this action, not of a tool: without a cause, or one about 1Password. */
const isOurs = (message: string, causes: readonly string[]): boolean =>
  causes.length === 0 || message.includes('1Password');

for (const { sees, messages, causes } of rows) {
  if (messages.length === 0) continue;
  test(sees.trim(), () => {
    const recorded = causes.map(recordingsOf).join('\n');
    const unknown = messages.filter(
      (message) =>
        !patternOf(message).test(recorded) && !(isOurs(message, causes) && patternOf(message).test(source)),
    );
    assert.deepEqual(unknown, [], 'in no recording of this cause, nor a sentence of ours');
  });
}

test('the table has messages of ours, and of other tools', () => {
  assert.ok(rows.filter(({ causes }) => causes.length === 0).length > 3);
  assert.ok(rows.filter(({ causes }) => causes.length > 0).length > 15);
});
