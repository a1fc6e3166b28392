import type { WorkflowReading, WorkflowStep } from '../model.ts';
import { previewProject, previewWorkflows } from '../examples/preview-example.ts';
import { isOwnStep, ownAction, valueOf } from '../workflow.ts';
import type { ProjectReadings, ProjectRule } from '../rule.ts';

export const workflowPreviewSettingsDiffer: ProjectRule = {
  id: 'workflow-preview-settings-differ',
  scope: 'project',
  severity: 'error',
  title: 'The `preview` and `preview-sweep` steps disagree on which previews to keep',
  why: `\`preview\` and \`preview-sweep\` each decide by their own inputs. With another \`preview-label\`, the sweep removes
previews that are wanted, or keeps those that are not. Without the \`preview-teardown\` of the other, it removes a preview
and leaves its database.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({ files: previewWorkflows({ previewInputs: 'preview-label: review' }) }),
    fixed: previewProject({
      files: previewWorkflows({
        previewInputs: 'preview-label: review',
        sweepInputs: 'preview-label: review',
      }),
    }),
  }),
  *check(project) {
    const steps = previewSteps(project);
    const firsts = new Map<string, PreviewStep>();
    // Those that deploy say what is wanted; the others are compared with them.
    for (const one of [...steps.filter(isDeploying), ...steps.filter((each) => !isDeploying(each))]) {
      const first = firsts.get(one.destination);
      if (first === undefined) firsts.set(one.destination, one);
      else yield* differences(first, one);
    }
  },
};

interface PreviewStep {
  readonly workflow: WorkflowReading;
  readonly step: WorkflowStep;
  readonly command: string;
  readonly destination: string;
}

const isDeploying = ({ command }: PreviewStep): boolean => command === 'preview';

/** The steps of this project that deploy or remove previews, as far as their inputs are known without running it. */
function previewSteps({ workflows, destinations }: ProjectReadings): PreviewStep[] {
  return workflows.flatMap((workflow) =>
    workflow.jobs.flatMap((job) =>
      job.steps.flatMap((step) => {
        const command = ownAction(step)?.command ?? '';
        if (!command.startsWith('preview') || !isOwnStep({ workflow, job, step }, [], destinations))
          return [];
        const destination = (valueOf(step.with, 'destination') ?? '').trim() || 'preview';
        return destination.includes('${{') ? [] : [{ workflow, step, command, destination }];
      }),
    ),
  );
}

type Drafts = ReturnType<ProjectRule['check']>;

function* differences(first: PreviewStep, other: PreviewStep): Drafts {
  const [label, otherLabel] = [labelOf(first), labelOf(other)];
  if (label !== undefined && otherLabel !== undefined && !isSame(label, otherLabel))
    yield {
      secret: null,
      span: spanOf(other, 'preview-label'),
      message: `This \`${other.command}\` uses ${named(otherLabel)}, the \`${first.command}\` in ${first.workflow.source.path} ${named(label)}: ${consequence(otherLabel)}.`,
      fixes: [
        {
          actor: 'agent',
          title: 'Give both steps the same preview-label',
          edits: [],
        },
      ],
    };
  const [teardown, otherTeardown] = [first, other].map(({ step }) =>
    (valueOf(step.with, 'preview-teardown') ?? '').trim(),
  );
  if (teardown === undefined || otherTeardown === undefined || teardown === otherTeardown) return;
  if (`${teardown}${otherTeardown}`.includes('${{')) return;
  yield {
    secret: null,
    span: spanOf(other, 'preview-teardown'),
    message: `This \`${other.command}\` and the \`${first.command}\` in ${first.workflow.source.path} have different \`preview-teardown\`: what a preview leaves behind depends on which of them removes it.`,
    fixes: [{ actor: 'agent', title: 'Give both steps the same preview-teardown', edits: [] }],
  };
}

/** Null where every pull request gets a preview; undefined if only a run knows. */
function labelOf({ step }: PreviewStep): string | null | undefined {
  const given = valueOf(step.with, 'preview-label');
  if (given === null) return 'preview';
  if (given.includes('${{')) return undefined;
  return given.trim() === '' ? null : given.trim();
}

/** As the action compares labels. */
function isSame(one: string | null, other: string | null): boolean {
  return one?.normalize().toLowerCase() === other?.normalize().toLowerCase();
}

function named(label: string | null): string {
  return label === null ? 'no label' : `the label \`${label}\``;
}

function consequence(label: string | null): string {
  return label === null
    ? 'it keeps a preview whose label was removed, and removes that of a draft'
    : `it removes each preview whose pull request does not have the label \`${label}\``;
}

function spanOf({ step }: PreviewStep, name: string): WorkflowStep['span'] {
  return step.with?.entries.findLast((entry) => entry.name === name)?.span ?? step.span;
}
