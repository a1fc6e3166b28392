/**
 * Generated vaults and calls of `op`, 10,000 by default: where we answer in place of `op`, does `op` succeed, and does
 * Kamal make the same of its output?
 *
 *     node bench/op-answers.ts [CALLS]
 *
 * SEED=new draws others. A tenth of a second a call; the tests run a small sample
 * (test/onepassword/op-answers/agrees-with-op.test.ts).
 */
import assert from 'node:assert/strict';
import { call, vaults, World } from '../test/harness/onepassword/op-questions.ts';
import { fc, seed } from '../test/harness/properties.ts';

const calls = Number(process.argv[2] ?? 10_000);
const each = 50;
const counts = { asked: 0, answered: 0, itemGet: 0, read: 0 };

await fc.assert(
  fc.asyncProperty(vaults, fc.array(call, { minLength: each, maxLength: each }), async (input, asked) => {
    await using world = await World.of(input);
    for (const one of asked) {
      const words = world.wordsOf(one);
      const both = await world.compare(words);
      counts.asked += 1;
      if (both === null) continue;
      counts.answered += 1;
      if (words[0] === 'item') counts.itemGet += 1;
      if (words[0] === 'read') counts.read += 1;
      assert.deepEqual(both.ours, both.theirs, words.join(' '));
    }
  }),
  { numRuns: Math.ceil(calls / each) },
);
const { asked, answered, itemGet, read } = counts;
process.stdout.write(
  `seed ${seed}: ${asked} calls, ${answered} answered (${itemGet} item get, ${read} read), none otherwise than op\n`,
);
