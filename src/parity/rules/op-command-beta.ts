import { deployFile } from '../examples/example.ts';
import type { Assignment, OtherCommand, WorkflowStep } from '../model.ts';
import type { ProjectReadings, ProjectRule } from '../rule.ts';
import { deploySteps, ownAction, valueOf } from '../workflow.ts';
import { CONCURRENCY, TOKEN_LINE, workflow } from '../examples/workflow-example.ts';

/** What kamal-1password installs where `op-version` does not say otherwise. */
export const DEFAULT_OP = '2.35.0';

/** The newest release that is known not to have the command; betas have it from 2.33.0-beta.02 on. */
const NEWEST_WITHOUT = [2, 38, 1] as const;

const LINES =
  'SECRETS=$(op environment read bhd6i5wkhh3kdmlxqfsvzldbxu | jq -Rn \'[inputs / "=" | {(.[0]): .[1]}] | add | @json\')\nKAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD $SECRETS)\n';

function example(...inputs: readonly string[]): Record<string, string> {
  return {
    '.kamal/secrets': LINES,
    'config/deploy.yml': deployFile(),
    '.github/workflows/deploy.yml': workflow({
      top: CONCURRENCY,
      steps: [
        '      - uses: kamal-1password/kamal-1password@v1',
        '        with:',
        '          service-account-token: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}',
        ...inputs.map((line) => `          ${line}`),
        '        env:',
        `          ${TOKEN_LINE}`,
      ],
    }),
  };
}

export const opCommandBeta: ProjectRule = {
  id: 'op-command-beta',
  scope: 'project',
  severity: 'warning',
  title: 'The op that the workflow installs does not have this command',
  why: `Only beta builds of op have \`op environment read\`, from 2.33.0-beta.02 on. A released op answers “unknown
command” and prints nothing, Kamal ignores the exit status, and every secret of the line is blank.`,
  seenIn: 'op 2.38.1',
  who: ['agent'],
  examples: () => ({ failing: example(), fixed: example('op-version: 2.33.0-beta.02') }),
  *check(readings) {
    const lacking = opWithout(readings);
    if (lacking === null) return;
    const told = new Set<string>();
    for (const { secrets } of readings.destinations) {
      for (const assignment of secrets.assignments) {
        for (const command of environmentReads(assignment)) {
          const key = `${command.span.file}\0${command.span.start}`;
          if (told.has(key)) continue;
          told.add(key);
          yield {
            secret: assignment.name,
            span: command.span,
            message: `Only beta builds of op have \`op environment read\`: op ${lacking.version}, which the workflow installs, answers “unknown command”, and every secret of this line is blank.`,
            related: [
              { message: `op ${lacking.version} is installed for this step`, span: lacking.step.span },
            ],
            fixes: [
              {
                actor: 'agent',
                title:
                  'Use a beta build of op that has the command (`op-version: 2.33.0-beta.02` or later), or fetch the fields of an item instead.',
                edits: [],
              },
            ],
          };
        }
      }
    }
  },
};

function environmentReads({ commands }: Assignment): OtherCommand[] {
  return commands.filter(
    (command): command is OtherCommand =>
      command.kind === 'shell' &&
      command.words
        .slice(0, 3)
        .map(({ value }) => value)
        .join(' ') === 'op environment read',
  );
}

/** A step that deploys with an op which is known not to have the command. */
function opWithout(
  readings: ProjectReadings,
): { readonly version: string; readonly step: WorkflowStep } | null {
  for (const { by, job, step, destinations } of deploySteps(readings)) {
    if (destinations.length === 0) continue;
    const installing =
      by === 'action'
        ? step
        : job.steps
            .slice(0, job.steps.indexOf(step))
            .findLast(({ uses, ...each }) => ownAction({ uses, ...each }) !== null || isInstaller(uses));
    if (installing === undefined) continue;
    const version = versionOf(installing);
    if (version !== null && lacksCommand(version)) return { version, step: installing };
  }
  return null;
}

function isInstaller(uses: string | null): boolean {
  return /^1password\/install-cli-action@/i.test(uses ?? '');
}

/** The version that a step installs; null if only a run knows. */
function versionOf(step: WorkflowStep): string | null {
  if (ownAction(step) !== null) return valueOf(step.with, 'op-version') ?? DEFAULT_OP;
  return valueOf(step.with, 'version');
}

function lacksCommand(version: string): boolean {
  const parts = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(version)?.slice(1).map(Number);
  if (parts === undefined) return false;
  for (const [index, newest] of NEWEST_WITHOUT.entries()) {
    const part = parts[index] ?? 0;
    if (part !== newest) return part < newest;
  }
  return true;
}
