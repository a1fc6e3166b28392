import { previewProject, previewWorkflows } from '../examples/preview-example.ts';
import { ownAction } from '../workflow.ts';
import type { ProjectRule } from '../rule.ts';

export const workflowPreviewNoSweep: ProjectRule = {
  id: 'workflow-preview-no-sweep',
  scope: 'project',
  severity: 'warning',
  title: 'Nothing removes previews that outlive their pull request',
  why: `GitHub starts no workflow when a pull request with conflicts is closed, and a runner may die.
\`command: preview-sweep\` on a schedule makes the servers match GitHub again; without it a preview may run forever.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({ files: previewWorkflows({ sweep: false }) }),
    fixed: previewProject({ files: previewWorkflows() }),
  }),
  *check({ workflows }) {
    const steps = workflows.flatMap((workflow) =>
      workflow.jobs.flatMap((job) =>
        job.steps.map((step) => ({ workflow, step, command: ownAction(step)?.command })),
      ),
    );
    const isSwept = steps.some(
      ({ workflow, command }) =>
        command === 'preview-sweep' && workflow.triggers.some(({ name }) => name === 'schedule'),
    );
    // What hangs on an expression may be the sweep.
    if (isSwept || steps.some(({ command }) => command === null)) return;
    for (const { step, command } of steps) {
      if (command !== 'preview') continue;
      yield {
        secret: null,
        span: step.span,
        message:
          'This deploys previews, but no workflow sweeps on a schedule: a preview that no event removes stays forever.',
        fixes: [
          { actor: 'agent', title: 'Add a workflow with command: preview-sweep on: schedule', edits: [] },
        ],
      };
      return;
    }
  },
};
