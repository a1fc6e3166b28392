import { withOnePassword, workflow } from '../examples/workflow-example.ts';
import type { WorkflowStep } from '../model.ts';
import type { ProjectRule } from '../rule.ts';
import { isOfProject, ownAction } from '../workflow.ts';

const STEP = [
  '      - uses: kamal-1password/kamal-1password@v1',
  '        with:',
  '          command: setup',
  '          service-account-token: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}',
];
const KAMAL_SETUP = [
  '      - run: kamal setup',
  '        env:',
  '          OP_SERVICE_ACCOUNT_TOKEN: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}',
];
const ON_REQUEST = {
  on: 'workflow_dispatch:',
  top: ['concurrency:', '  group: deploy', '  cancel-in-progress: false'],
};

export const workflowSetupOnly: ProjectRule = {
  id: 'workflow-setup-only',
  scope: 'project',
  severity: 'warning',
  title: '`command: setup` deploys nothing',
  why: `\`command: setup\` installs \`op\` and Kamal and loads the SSH key for later steps of the job. It is not
\`kamal setup\`: without a later step, the job succeeds and no server changes.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: withOnePassword(workflow({ ...ON_REQUEST, steps: STEP })),
    fixed: withOnePassword(workflow({ ...ON_REQUEST, steps: [...STEP, ...KAMAL_SETUP] })),
  }),
  *check({ workflows }) {
    for (const reading of workflows)
      for (const job of reading.jobs)
        for (const [index, step] of job.steps.entries()) {
          if (ownAction(step)?.command !== 'setup' || !isOfProject(step, job, reading)) continue;
          if (job.steps.slice(index + 1).some(mayUseSetup)) continue;
          const command = step.with?.entries.find(({ name }) => name === 'command');
          yield {
            secret: null,
            span: command?.span ?? step.span,
            message: `No later step of the job ${job.id} uses what \`command: setup\` prepares, so the job deploys nothing.`,
            fixes: [
              {
                actor: 'agent',
                title: 'To deploy, remove `command: setup`: `deploy` is the default',
                edits: [],
              },
              {
                actor: 'agent',
                title:
                  'To set up new servers, add a step with `run: kamal setup` after it, with the token in its `env`',
                edits: [],
              },
            ],
          };
        }
  },
};

/** Any script or other action can; of our commands, those that deploy are not a mistake. */
function mayUseSetup(step: WorkflowStep): boolean {
  const own = ownAction(step);
  return (
    own === null || own.command === null || !['check', 'verify', 'status', 'setup'].includes(own.command)
  );
}
