import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { allInOrder, allOrFirstFailure } from '../../src/action/tasks.ts';

test('gives every result in its place', async () => {
  const [one, two] = await allOrFirstFailure(
    new AbortController().signal,
    async () => 1,
    async () => 'two',
  );
  assert.deepEqual([one, two], [1, 'two']);
});

test('the first failure stops the others, is waited out, and is the one that is thrown', async () => {
  const ended: string[] = [];
  const slow = async (signal: AbortSignal): Promise<void> => {
    await sleep(60_000, undefined, { signal }).catch(() => {});
    ended.push('slow');
    throw new Error('stopped');
  };
  const failing = async (): Promise<never> => {
    throw new Error('refused');
  };
  await assert.rejects(allOrFirstFailure(new AbortController().signal, slow, failing), /refused/);
  assert.deepEqual(ended, ['slow']);
});

test('a cancelled run ends all tasks and throws its reason', async () => {
  const outer = new AbortController();
  const waiting = allOrFirstFailure(outer.signal, (signal) => sleep(60_000, undefined, { signal }));
  outer.abort(new Error('cancelled'));
  await assert.rejects(waiting, /cancelled/);
  await assert.rejects(
    allOrFirstFailure(outer.signal, async () => assert.fail('was started')),
    /cancelled/,
  );
});

test('in order: of two failures the first that is named is thrown, though the other came first', async () => {
  const late = sleep(20).then(() => Promise.reject(new Error('the findings')));
  const early = Promise.reject(new Error('the key'));
  await assert.rejects(allInOrder(late, early), /the findings/);
  assert.deepEqual(await allInOrder(Promise.resolve(1), 'two'), [1, 'two']);
});
