/** What the post step is told to remove passes through a file that other programs of the job can write to. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { undo } from '../../src/action/undo.ts';

test('only a directory of a run is removed, whatever the state names', async () => {
  const root = mkdtempSync(join(tmpdir(), 'undo-'));
  try {
    const own = mkdtempSync(join(root, 'kamal-1password-'));
    const others = ['home', 'kamal-1password-', 'kamal-1password-abc', 'kamal-1password-abcdef-other'];
    for (const name of others) mkdirSync(join(root, name));
    const named = [...others.map((name) => join(root, name)), `${own}/../home`, `${own}/..`, root, '.', ''];
    for (const directory of named) {
      const problems = await undo({ directory });
      assert.match(problems.join(), /is not a directory of this action: it is not removed/, directory);
    }
    for (const name of others) assert.ok(existsSync(join(root, name)), name);
    assert.deepEqual(await undo({ directory: own }), []);
    assert.equal(existsSync(own), false);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
