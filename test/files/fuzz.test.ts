import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawFrom, mutated, readAndRender, SEEDS } from '../harness/fuzz/inputs.ts';
import { seed } from '../harness/properties.ts';

test('a few hundred mutated projects: no crash, no hang, no credential (bench/fuzz.ts runs for longer)', () => {
  const draw = drawFrom(seed);
  const inputs = [...SEEDS];
  for (let count = 0; count < 400; count += 1) {
    const [input, other] = [inputs[draw(inputs.length)], inputs[draw(inputs.length)]];
    assert.ok(input !== undefined && other !== undefined);
    const next = mutated(input, other, draw);
    if (inputs.length < 60) inputs.push(next);
    const before = process.cpuUsage().user;
    assert.doesNotThrow(() => readAndRender(next), JSON.stringify(next));
    assert.ok(process.cpuUsage().user - before < 5_000_000, `slow: ${JSON.stringify(next)}`);
  }
});
