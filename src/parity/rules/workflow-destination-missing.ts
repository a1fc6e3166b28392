import { deployFile, envSecret } from '../examples/example.ts';
import { CONCURRENCY, kamalStep, workflow } from '../examples/workflow-example.ts';
import type { Fix, WorkflowStep } from '../model.ts';
import type { ExampleFiles, ProjectRule } from '../rule.ts';
import { addEntry, deploySteps } from '../workflow.ts';

export const workflowDestinationMissing: ProjectRule = {
  id: 'workflow-destination-missing',
  scope: 'project',
  severity: 'error',
  title: 'A workflow deploys without a destination, which Kamal refuses',
  why: `With \`require_destination: true\` Kamal refuses to do anything without \`-d\`, at the start of the step. The
same goes if \`config/deploy.yml\` alone lacks something that each destination adds, such as its servers. Kamal passes
the variable \`KAMAL_DESTINATION\` to hooks: setting it does not choose a destination.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: project('bundle exec kamal deploy'),
    fixed: project('bundle exec kamal deploy -d staging'),
    destination: 'staging',
  }),
  *check(readings) {
    const [file] = readings.destinations[0]?.deploy.files ?? [];
    if (file === undefined) return;
    const isRequired = /^require_destination:[ \t]*true\b/m.test(file.text);
    const incompleteBase = isRequired ? null : readings.incompleteBase;
    // What ERB decides may make it load.
    if (!isRequired && incompleteBase?.certain !== true) return;
    const names = readings.destinations.flatMap(({ destination }) => destination ?? []);
    const only = names.length === 1 ? (names[0] ?? null) : null;
    for (const { workflow: reading, step, by, namesNone } of deploySteps(readings)) {
      if (!namesNone) continue;
      yield {
        secret: null,
        span: step.span,
        message:
          incompleteBase === null
            ? `This step names no destination, and ${file.path} requires one: Kamal refuses.`
            : `This step names no destination, and Kamal refuses ${file.path} alone: ${incompleteBase.message}.`,
        related: incompleteBase === null ? [] : [{ span: incompleteBase.span, message: 'here' }],
        fixes: [
          by === 'action'
            ? giveAction(only, reading.source.path, step)
            : { actor: 'agent', title: `Name it: ${deployTo(only, names)}`, edits: [] },
        ],
      };
    }
  },
};

function giveAction(only: string | null, file: string, step: WorkflowStep): Fix {
  return {
    actor: 'agent',
    title: `Give the action \`destination: ${only ?? 'DESTINATION'}\``,
    edits: only === null ? [] : addEntry(file, step, 'with', `destination: ${only}`),
  };
}

function deployTo(only: string | null, names: readonly string[]): string {
  return only === null
    ? `\`kamal deploy -d DESTINATION\` (there are ${names.join(', ')})`
    : `\`kamal deploy -d ${only}\``;
}

function project(command: string): ExampleFiles {
  return {
    'config/deploy.yml': `require_destination: true\n${deployFile(envSecret('DATABASE_URL'))}`,
    'config/deploy.staging.yml': 'servers:\n  - 192.0.2.20\n',
    '.kamal/secrets.staging':
      'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\n',
    '.github/workflows/deploy.yml': workflow({
      top: CONCURRENCY,
      steps: kamalStep(
        'KAMAL_REGISTRY_PASSWORD: ${{ secrets.KAMAL_REGISTRY_PASSWORD }}',
        'DATABASE_URL: ${{ secrets.DATABASE_URL }}',
      ),
    }).replace('bundle exec kamal deploy', command),
  };
}
