import type { WorkflowJob, WorkflowMap, WorkflowReading, WorkflowStep } from '../model.ts';
import type { ProjectRule } from '../rule.ts';
import { ownAction } from '../workflow.ts';
import { withOnePassword, workflow } from '../examples/workflow-example.ts';

const HEAD = ['        with:', '          ref: ${{ github.event.pull_request.head.sha }}'];
const RUN = [
  '      - run: bundle exec rake kamal:check',
  '        env:',
  '          OP_SERVICE_ACCOUNT_TOKEN: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}',
];

export const workflowUnsafeTrigger: ProjectRule = {
  id: 'workflow-unsafe-trigger',
  scope: 'project',
  severity: 'error',
  title: 'Code of a pull request runs with access to the secrets',
  why: `\`pull_request_target\` has the repository's secrets. If such a job checks out the head of the pull request
and then runs any of it, anyone who opens a pull request can read the service account token. \`command: check\` runs
nothing from the checkout and needs no secret: use it on \`pull_request\`.`,
  seenIn: 'GitHub Actions, 2026',
  who: ['agent'],
  examples: () => ({
    failing: withOnePassword(workflow({ on: 'pull_request_target:', steps: [...HEAD, ...RUN] })),
    fixed: withOnePassword(
      workflow({
        on: 'pull_request:',
        steps: ['      - uses: kamal-1password/kamal-1password@v1', '        with: { command: check }'],
      }),
    ),
  }),
  *check({ workflows }) {
    for (const reading of workflows) {
      const trigger = reading.triggers.find(({ name }) => name === 'pull_request_target');
      if (trigger === undefined) continue;
      for (const job of reading.jobs) {
        const checkout = job.steps.find(checksOutHead);
        const after = checkout === undefined ? [] : job.steps.slice(job.steps.indexOf(checkout) + 1);
        if (checkout === undefined || !after.some(runsCode) || !holdsToken(reading, job)) continue;
        yield {
          secret: null,
          span: trigger.span,
          message: `${trigger.name} gives the job ${job.id} the 1Password token, and the job checks out the head of the pull request and runs code from it: anyone who opens one can read the token.`,
          related: [{ message: 'the head is checked out here', span: checkout.span }],
          fixes: [
            {
              actor: 'agent',
              title:
                'Run on `pull_request` without the token (`command: check` needs none), or do not check out the head.',
              edits: [],
            },
          ],
        };
      }
    }
  },
};

function checksOutHead({ uses, with: inputs }: WorkflowStep): boolean {
  if (!/^actions\/checkout\b/.test(uses ?? '')) return false;
  return (inputs?.entries ?? []).some(
    ({ name, value }) => /^(?:ref|repository)$/.test(name) && /\bhead\b|head_|refs\/pull\//.test(value),
  );
}

/** Our own check reads and runs nothing. */
function runsCode(step: WorkflowStep): boolean {
  const own = ownAction(step);
  return own === null ? !/^actions\/checkout\b/.test(step.uses ?? '') : own.command !== 'check';
}

function holdsToken({ env }: WorkflowReading, job: WorkflowJob): boolean {
  const maps = [env, job.env, ...job.steps.flatMap((step) => [step.env, step.with])];
  return maps.some(isGivenToken);
}

function isGivenToken(map: WorkflowMap | null): boolean {
  return (map?.entries ?? []).some(
    ({ name, value }) =>
      /^(?:OP_\w*TOKEN|OP_INTEGRATION_KEY|service-account-token|integration-key|connect-token)$/.test(name) &&
      value.includes('secrets.'),
  );
}
