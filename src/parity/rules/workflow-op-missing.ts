import type { WorkflowStep } from '../model.ts';
import type { ProjectRule } from '../rule.ts';
import { secretSteps, isHosted, needsOp, ownAction } from '../workflow.ts';
import {
  BOILERPLATE,
  CONCURRENCY,
  kamalStep,
  TOKEN_LINE,
  withOnePassword,
  workflow,
} from '../examples/workflow-example.ts';

export const workflowOpMissing: ProjectRule = {
  id: 'workflow-op-missing',
  scope: 'project',
  severity: 'warning',
  title: 'A workflow deploys without installing op',
  why: `Kamal's 1password adapter calls the command \`op\`, which GitHub's runners do not have. Kamal stops with
\`1Password CLI is not installed\`.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: withOnePassword(workflow({ top: CONCURRENCY, steps: kamalStep(TOKEN_LINE) })),
    fixed: withOnePassword(workflow({ top: CONCURRENCY, steps: [...BOILERPLATE, ...kamalStep(TOKEN_LINE)] })),
  }),
  *check(readings) {
    for (const { by, job, step, destinations } of secretSteps(readings)) {
      if (by === 'action' || destinations.length === 0 || !destinations.every(needsOp) || !isHosted(job))
        continue;
      const before = job.steps.slice(0, job.steps.indexOf(step) + 1);
      if (before.some(mayInstallOp)) continue;
      yield {
        secret: null,
        span: step.span,
        message:
          "The secrets file fetches from 1Password, but no step before this one installs op, which GitHub's runners do not have.",
        fixes: [
          {
            actor: 'agent',
            title:
              'Add `- uses: 1password/install-cli-action@v2` before this step, or deploy with kamal-1password, which installs op itself.',
            edits: [],
          },
        ],
      };
    }
  },
};

function mayInstallOp(step: WorkflowStep): boolean {
  if (ownAction(step)?.command === 'setup') return true;
  // An action of the repository itself may do anything.
  if (/1password|\bop\b|^\.\//i.test(step.uses ?? '')) return true;
  return /1password|agilebits|\bop\b/i.test(step.run ?? '');
}
