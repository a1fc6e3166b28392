import { deployFile, envSecret } from '../examples/example.ts';
import { CONCURRENCY, kamalStep, workflow } from '../examples/workflow-example.ts';
import type { ExampleFiles, ProjectRule } from '../rule.ts';
import { addEntry, deploySteps } from '../workflow.ts';

export const workflowDestinationMissing: ProjectRule = {
  id: 'workflow-destination-missing',
  scope: 'project',
  severity: 'error',
  title: 'A workflow deploys without a destination, and Kamal refuses that',
  why: `With \`require_destination: true\` Kamal refuses to do anything without \`-d\`, at the start of the step; and so where
\`config/deploy.yml\` alone lacks something that each destination brings, its servers for instance. The variable
\`KAMAL_DESTINATION\` is what Kamal hands to hooks: setting it does not choose one.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: {
    failing: project('bundle exec kamal deploy'),
    fixed: project('bundle exec kamal deploy -d staging'),
    destination: 'staging',
  },
  *check(readings) {
    const [file] = readings.destinations[0]?.deploy.files ?? [];
    if (file === undefined) return;
    const { incompleteBase } = readings;
    const isRequired = /^require_destination:[ \t]*true\b/m.test(file.text);
    // What ERB decides may make it load.
    if (!isRequired && !(incompleteBase?.certain ?? false)) return;
    const names = readings.destinations.flatMap(({ destination }) => destination ?? []);
    for (const { workflow: reading, step, by, namesNone } of deploySteps(readings)) {
      if (!namesNone) continue;
      const [only, ...more] = names;
      const isOne = only !== undefined && more.length === 0;
      const name = isOne ? only : 'DESTINATION';
      yield {
        secret: null,
        span: step.span,
        message: isRequired
          ? `This step names no destination, and ${file.path} requires one: Kamal refuses.`
          : `This step names no destination, and Kamal refuses ${file.path} alone: ${incompleteBase?.message ?? ''}.`,
        related:
          isRequired || incompleteBase === null ? [] : [{ span: incompleteBase.span, message: 'here' }],
        fixes: [
          {
            actor: 'agent',
            title:
              by === 'action'
                ? `Give the action \`destination: ${name}\``
                : `Name it: \`kamal deploy -d ${name}\`${isOne ? '' : ` (there are ${names.join(', ')})`}`,
            edits:
              by === 'action' && isOne
                ? addEntry(reading.source.path, step.with, step, 'with', `destination: ${only}`)
                : [],
          },
        ],
      };
    }
  },
};

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
