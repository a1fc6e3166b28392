/** Where Kamal is answered in place of `op`, it gets what `op` would have given it. The long run is bench/op-answers.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, vaults, World } from '../../harness/onepassword/op-questions.ts';
import { fc, runs } from '../../harness/properties.ts';

void test('answered means: op succeeds, and Kamal makes the same of its output', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(vaults, fc.array(call, { minLength: 40, maxLength: 40 }), async (input, calls) => {
      await using world = await World.of(input);
      for (const one of calls) {
        const words = world.wordsOf(one);
        const both = await world.compare(words);
        if (both === null) continue;
        answered += 1;
        assert.deepEqual(both.ours, both.theirs, words.join(' '));
      }
    }),
    { numRuns: runs(5) },
  );
  assert.ok(answered >= 20, `only ${answered} calls were answered`);
});
