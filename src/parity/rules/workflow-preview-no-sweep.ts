import { previewProject, previewWorkflows } from '../examples/preview-example.ts';
import { ownAction } from '../workflow.ts';
import type { ProjectRule } from '../rule.ts';

export const workflowPreviewNoSweep: ProjectRule = {
  id: 'workflow-preview-no-sweep',
  scope: 'project',
  severity: 'warning',
  title: 'Nothing removes the previews that no event ends',
  why: `GitHub starts no workflow on the close of a pull request that has conflicts, and a runner may die. \`command: preview-sweep\` on a
schedule makes the servers match GitHub again; without it a preview may run for ever.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: {
    destination: 'preview',
    failing: previewProject({ files: previewWorkflows({ sweep: false }) }),
    fixed: previewProject({ files: previewWorkflows() }),
  },
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
          'This deploys previews, and no workflow sweeps on a schedule: what no event removes stays for ever.',
        fixes: [
          { actor: 'agent', title: 'Add a workflow with command: preview-sweep on: schedule', edits: [] },
        ],
      };
      return;
    }
  },
};
