/** A command that waits says so on a terminal, after a moment, and leaves nothing of it behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from '../../src/terminal/ui/command.ts';
import { withProgress } from '../../src/terminal/ui/progress.ts';

interface Shown {
  readonly written: string[];
  readonly terminal: Terminal;
}

function terminalOf(environment: Terminal['environment'], errorColumns: number | undefined = 40): Shown {
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  return {
    written,
    terminal: {
      out: write,
      err: write,
      cwd: '.',
      environment,
      isTerminal: true,
      columns: 40,
      errorColumns,
      ask: () => Promise.resolve('yes'),
    },
  };
}

const slow = async (): Promise<string> => {
  await wait(250);
  return 'done';
};

test('nothing for quick work, in a pipe, in a job, or on a terminal that cannot', async () => {
  const quick = terminalOf({});
  assert.equal(await withProgress('Reading', quick.terminal, () => Promise.resolve('done'), 20), 'done');
  const piped = terminalOf({}, undefined);
  const pipe: Shown = { ...piped, terminal: { ...piped.terminal, errorColumns: undefined } };
  const others = [pipe, terminalOf({ CI: 'true' }), terminalOf({ TERM: 'dumb' })];
  for (const { terminal } of others) await withProgress('Reading', terminal, slow, 20);
  assert.deepEqual(
    [quick, ...others].flatMap(({ written }) => written),
    [],
  );
});

test('a line for slow work, cleared at the end and before anything else is written or asked', async () => {
  const { written, terminal } = terminalOf({});
  await withProgress(
    'Reading 1Password and the servers of a project with a long name',
    terminal,
    async (shown) => {
      await slow();
      shown.err('a note\n');
      await wait(150);
      assert.equal(await shown.ask?.('sure?'), 'yes');
      const asked = written.length;
      await wait(150);
      assert.equal(written.length, asked, 'nothing is drawn over a question');
    },
    20,
  );
  assert.ok(written.some((text) => text.includes('⠋ Reading 1Password and the servers')));
  assert.ok(written.every((text) => stripVTControlCharacters(text).trim().length < 40));
  assert.equal(written[written.indexOf('a note\n') - 1], '\r\u001B[K');
  assert.equal(written.at(-1), '\r\u001B[K');
  assert.ok(!written.join('').includes('\u001B]9'));
});

test('OSC 9;4 begins and ends on a terminal that is known to show it, also where the work fails', async () => {
  const { written, terminal } = terminalOf({ TERM_PROGRAM: 'ghostty' });
  const failing = withProgress(
    'Reading',
    terminal,
    () => slow().then(() => Promise.reject(new Error('no'))),
    20,
  );
  await assert.rejects(failing, /^Error: no$/);
  assert.equal(written[0], '\u001B]9;4;3\u0007');
  assert.equal(written.at(-1), '\u001B]9;4;0\u0007');
  assert.equal(process.listenerCount('SIGINT'), 0);
});
