import { deployFile, envSecret } from '../examples/example.ts';
import { CONCURRENCY, kamalStep, workflow } from '../examples/workflow-example.ts';
import type { Fix, WorkflowStep } from '../model.ts';
import type { Draft, ExampleFiles, ProjectReadings, ProjectRule } from '../rule.ts';
import { addEntry, deploySteps, destinationNamed, isOwnStep, valueOf, type DeployStep } from '../workflow.ts';

export const workflowDestinationMissing: ProjectRule = {
  id: 'workflow-destination-missing',
  scope: 'project',
  severity: 'error',
  title: 'A workflow deploys without a destination, or to one without a deploy file: Kamal refuses',
  why: `With \`require_destination: true\` Kamal refuses to do anything without \`-d\`, at the start of the step. The
same goes if \`config/deploy.yml\` alone lacks something that each destination adds, such as its servers. Kamal passes
the variable \`KAMAL_DESTINATION\` to hooks: setting it does not choose a destination. For \`-d NAME\` it reads
\`config/deploy.NAME.yml\` too, and stops without it.`,
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
    yield* withoutFile(readings, file.path);
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

/** `-d prod`, and no `config/deploy.prod.yml` (Kamal 2.12.0, configuration.rb `load_config_file` raises). */
function* withoutFile(readings: ProjectReadings, config: string): Iterable<Draft> {
  const stem = config.replace(/\.[^./]*$/, '');
  const files = new Set(
    [...readings.deployFiles, ...readings.destinations.flatMap(({ deploy }) => deploy.files)].map(
      ({ path }) => path,
    ),
  );
  const known = [...files].flatMap((path) =>
    path.startsWith(`${stem}.`) && path !== config ? path.slice(stem.length + 1, -'.yml'.length) : [],
  );
  for (const deploy of deploySteps(readings)) {
    for (const name of namedBy(deploy, readings.destinations)) {
      const path = `${stem}.${name}.yml`;
      if (files.has(path) || mayBeMade(deploy, path)) continue;
      const near = known.filter((each) => each.startsWith(name) || name.startsWith(each));
      const meant = near.length === 1 ? (near[0] ?? null) : null;
      yield {
        secret: null,
        span: deploy.step.span,
        message: `This step deploys to ${name}, and there is no ${path}: Kamal stops with “Configuration file not found”.${meant === null ? '' : ` Did you mean ${meant}?`}`,
        fixes: [
          {
            actor: 'agent',
            title: `Add ${path}, or name a destination that has a deploy file${known.length === 0 ? '' : `: ${known.join(', ')}`}`,
            edits: [],
          },
        ],
      };
    }
  }
}

/** The destinations that a step of this project names, as far as the file says them. */
function namedBy(deploy: DeployStep, destinations: ProjectReadings['destinations']): string[] {
  if (!isOwnStep(deploy, deploy.calls, destinations)) return [];
  const named =
    deploy.by === 'action'
      ? [valueOf(deploy.step.with, 'destination')]
      : deploy.calls.map((call) => destinationNamed(call));
  return [...new Set(named.flatMap((each) => (each !== null && /^[\w-]+$/.test(each) ? each : [])))];
}

/** Whether a step before it may make the file: one that names deploy files, or whose action is not the usual checkout. */
function mayBeMade({ job, step }: DeployStep, path: string): boolean {
  const name = path.replace(/^.*\//, '');
  return job.steps.slice(0, job.steps.indexOf(step) + 1).some(({ run, called, uses, with: inputs }) => {
    const text = `${run ?? ''}\n${called}\n${(inputs?.entries ?? []).map(({ value }) => value).join('\n')}`;
    return (
      text.includes(name) ||
      /(?:config\/)?deploy\.[^\s]*[$*{]/.test(text) ||
      (uses !== null &&
        /download-artifact|checkout/.test(uses) &&
        inputs?.entries.some((each) => /^(?:repository|path)$/.test(each.name)) === true)
    );
  });
}

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
