/** Whatever workflow a project has, `init` loses nothing of it. The long run is bench/workflows.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../harness/properties.ts';
import { outcomeOf, placedOutcomeOf } from '../harness/terminal/workflow-invariants.ts';
import { placedProject } from '../harness/terminal/workflow-places.ts';
import { workflowProject } from '../harness/terminal/workflow-projects.ts';

test('generated workflows: nothing is lost, nothing is dropped unsaid, a second init changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(workflowProject, async (files) => {
      const { violations } = await outcomeOf(files);
      assert.deepEqual(violations, [], files['.github/workflows/deploy.yml']);
    }),
    { numRuns: 40 },
  );
});

test('deploys in folders, through actions and containers, with several keys: none is doubled, none shares a key', async () => {
  await fc.assert(
    fc.asyncProperty(placedProject, async (placed) => {
      const { violations } = await placedOutcomeOf(placed);
      assert.deepEqual(violations, [], JSON.stringify(placed.files, null, 2));
    }),
    { numRuns: 40 },
  );
});
