/**
 * Runs `init` on generated projects and counts what it loses:
 *
 *     node bench/workflows.ts [NUMBER] [SEED]
 *
 * Prints each violated invariant once, with the workflow that shows it, how many workflows were migrated and how many
 * were left with a sentence; exits 1 where one is violated.
 */
import { fc } from '../test/harness/properties.ts';
import { placedOutcomeOf } from '../test/harness/terminal/workflow-invariants.ts';
import { placedProject } from '../test/harness/terminal/workflow-places.ts';
import { workflowProject } from '../test/harness/terminal/workflow-projects.ts';

const number = Number(process.argv[2] ?? 2000);
const seed = Number(process.argv[3] ?? 1);
const kinds = { migrated: 0, left: 0 };
const shown = new Set<string>();
let violated = 0;
const plain = Math.ceil((number * 2) / 3);
const projects = [
  ...fc.sample(workflowProject, { numRuns: plain, seed }).map((files) => ({ files, project: '' })),
  ...fc.sample(placedProject, { numRuns: number - plain, seed }),
];
for (const placed of projects) {
  const { files } = placed;
  const { violations, kind } = await placedOutcomeOf(placed);
  kinds[kind]++;
  if (violations.length > 0) violated++;
  for (const each of violations) {
    const sort = each.replaceAll(/[`"'].*$/g, '').slice(0, 60);
    if (shown.has(sort)) continue;
    shown.add(sort);
    console.log(`${each}\n${files['.github/workflows/deploy.yml'] ?? ''}`);
  }
}
console.log(
  `${number} workflows: ${kinds.migrated} migrated, ${kinds.left} left with a sentence, ${violated} violated`,
);
process.exitCode = violated === 0 ? 0 : 1;
