import { previewProject, previewWorkflows } from '../examples/preview-example.ts';
import { ownAction } from '../workflow.ts';
import type { ProjectRule } from '../rule.ts';

export const workflowPreviewConcurrency: ProjectRule = {
  id: 'workflow-preview-concurrency',
  scope: 'project',
  severity: 'warning',
  title: 'Two runs can work on one preview at the same time',
  why: `Each push and each label starts a run. Without a concurrency group per pull request, runs meet at Kamal's lock
and one fails; with one group for all, closing one pull request cancels the deploy of another.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({ files: previewWorkflows({ concurrency: false }) }),
    fixed: previewProject({ files: previewWorkflows() }),
  }),
  *check({ workflows }) {
    for (const { source, jobs, hasConcurrency } of workflows) {
      for (const job of jobs) {
        const step = job.steps.find((each) => ownAction(each)?.command === 'preview');
        if (step === undefined) continue;
        if ((hasConcurrency || job.hasConcurrency) && NAMES_ONE.test(source.text)) continue;
        yield {
          secret: null,
          span: step.span,
          message: `Nothing in ${source.path} keeps two runs from working on one preview: it has no concurrency group with the number of the pull request.`,
          fixes: [
            {
              actor: 'agent',
              title:
                'Add concurrency: { group: "preview-${{ github.event.number }}", cancel-in-progress: true }',
              edits: [],
            },
          ],
        };
      }
    }
  },
};

/** A group that distinguishes pull requests: by number, branch or ref. */
const NAMES_ONE =
  /group:[^\n]*(?:event\.(?:number|pull_request\.number|issue\.number)|github\.(?:ref|head_ref)|inputs\.[\w-]*(?:pull|number))/;
