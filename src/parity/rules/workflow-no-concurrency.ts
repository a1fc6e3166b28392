import type { ProjectRule } from '../rule.ts';
import { deploySteps, insertLines, isSerial } from '../workflow.ts';
import {
  BOILERPLATE,
  CONCURRENCY,
  kamalStep,
  TOKEN_LINE,
  withOnePassword,
  workflow,
} from '../examples/workflow-example.ts';

const STEPS = [...BOILERPLATE, ...kamalStep(TOKEN_LINE)];

export const workflowNoConcurrency: ProjectRule = {
  id: 'workflow-no-concurrency',
  scope: 'project',
  severity: 'warning',
  title: 'Two deploys can run at the same time',
  why: `Without \`concurrency\` GitHub starts a run for every push, even while another runs. The second deploy meets Kamal's lock
and fails, or an older commit is deployed after a newer one. \`cancel-in-progress: false\` lets the running deploy
finish.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: withOnePassword(workflow({ steps: STEPS })),
    fixed: withOnePassword(workflow({ top: CONCURRENCY, steps: STEPS })),
  }),
  *check(readings) {
    const told = new Set<unknown>();
    for (const { workflow: reading, job } of deploySteps(readings)) {
      if (told.has(job) || isSerial({ workflow: reading, job }, readings.workflows)) continue;
      told.add(job);
      const lines = ['concurrency:', '  group: deploy', '  cancel-in-progress: false'];
      yield {
        secret: null,
        span: job.span,
        message: `The job ${job.id} deploys, and two runs of it can overlap.`,
        fixes: [
          {
            actor: 'agent',
            title: `Make runs of the job ${job.id} wait for each other`,
            edits: job.insert === null ? [] : [insertLines(reading.source.path, job.insert, lines)],
          },
        ],
      };
    }
  },
};
