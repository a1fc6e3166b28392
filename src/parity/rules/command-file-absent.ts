import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import { kamalStep, CONCURRENCY, workflow } from '../examples/workflow-example.ts';
import type { Assignment, OtherCommand } from '../model.ts';
import { commandFile } from '../command-file.ts';
import type { ProjectReadings, ProjectRule } from '../rule.ts';
import { deploySteps, isHosted, secretsWriter, type DeployStep } from '../workflow.ts';

const NAMES = ['KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY'];

function example(line: string): Record<string, string> {
  return {
    '.gitignore': '/config/*.key\n',
    '.kamal/secrets': `${REGISTRY_LINE}${line}\n`,
    'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    '.github/workflows/deploy.yml': workflow({
      top: CONCURRENCY,
      steps: [
        '      - uses: ruby/setup-ruby@v1',
        '        with: { bundler-cache: true }',
        ...kamalStep(...NAMES.map((name) => `${name}: \${{ secrets.${name} }}`)),
      ],
    }),
  };
}

export const commandFileAbsent: ProjectRule = {
  id: 'command-file-absent',
  scope: 'project',
  severity: 'error',
  title: 'A secret is read from a file that no runner has',
  why: `\`RAILS_MASTER_KEY=$(cat config/master.key)\` works on a developer's machine. Git ignores
\`config/master.key\`, so a runner's checkout does not have it: the command prints nothing, Kamal ignores its exit
status, and the app is deployed with a blank secret. The same goes for a script that does not exist.`,
  seenIn: 'Kamal 2.12.0, Rails 8',
  who: ['agent', 'human'],
  examples: () => ({
    failing: example('RAILS_MASTER_KEY=$(cat config/master.key)'),
    fixed: example('RAILS_MASTER_KEY=$RAILS_MASTER_KEY'),
  }),
  *check(readings) {
    const told = new Set<string>();
    for (const deploy of deploySteps(readings)) {
      if (!isHosted(deploy.job)) continue;
      for (const each of deploy.destinations) {
        // What the job writes in its place is what Kamal reads.
        if (secretsWriter(readings, each) !== null) continue;
        const { secrets } = each;
        for (const assignment of secrets.assignments) {
          for (const command of assignment.commands) {
            if (command.kind !== 'shell') continue;
            const key = `${command.span.file}\0${command.span.start}`;
            const found = absentFile(command, deploy, readings);
            if (found === null || told.has(key)) continue;
            told.add(key);
            yield absent(assignment, command, found, deploy);
          }
        }
      }
    }
  },
};

interface AbsentFile {
  readonly file: string;
  readonly why: 'ignored' | 'missing';
  /** Whether no step before may make it. */
  readonly isCertain: boolean;
}

const MAY_MAKE_FILES =
  /(?:^|[\s;&|])(?:\.{0,2}\/|bin\/|script\/|(?:make|rake|rails|npm|npx|yarn|pnpm|just|task|git)\b)|^\.\/|artifact|cache@|\bcurl\b|\bwget\b|\bscp\b/m;

function absentFile(
  command: OtherCommand,
  { job, step }: DeployStep,
  readings: ProjectReadings,
): AbsentFile | null {
  const file = commandFile(command);
  const why = file === null ? undefined : readings.absent.get(file);
  if (file === null || why === undefined) return null;
  const name = file.slice(file.lastIndexOf('/') + 1);
  // A step that names the file makes it; scripts of the project, artifacts and caches may.
  const before = job.steps.slice(0, job.steps.indexOf(step) + 1);
  const mayBeMade = before.some(({ run, uses, with: inputs }) =>
    [run, uses, ...(inputs?.entries.map(({ value }) => value) ?? [])].some(
      (text) => text?.includes(name) === true,
    ),
  );
  if (mayBeMade) return null;
  const isCertain = before.slice(0, -1).every(({ run, uses }) => !MAY_MAKE_FILES.test(run ?? uses ?? ''));
  return { file, why, isCertain };
}

function absent(
  { name }: Assignment,
  command: OtherCommand,
  { file, why, isCertain }: AbsentFile,
  { step }: DeployStep,
) {
  const reason =
    why === 'ignored'
      ? `Git ignores ${file}, so a runner's checkout does not have it`
      : `${file} does not exist`;
  const isScript = command.words[0]?.value.includes('/') === true;
  return {
    secret: name,
    span: command.span,
    severity: isCertain ? ('error' as const) : ('warning' as const),
    message: `${reason}: this command prints nothing there, and ${name} is deployed blank${isCertain ? '' : ', unless an earlier step creates the file'}.`,
    related: [{ message: 'deployed from here', span: step.span }],
    fixes: [
      {
        actor: 'human' as const,
        title: `Put ${isScript ? 'what it prints' : `the content of ${file}`} into 1Password as \`${name}\`, next to the other secrets.`,
        edits: [],
      },
      {
        actor: 'agent' as const,
        title: `Remove this line, then fetch and extract ${name} in ${command.span.file} like the others (\`kamal-1password add ${name}\`); or pass it from the environment of the step: \`${name}=$${name}\`.`,
        edits: [],
      },
    ],
  };
}
