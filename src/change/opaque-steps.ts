/** Steps that run Kamal in a way that is not seen: which command it is, or what of the environment reaches it. */
import { namesIn } from '../files/workflow/expression.ts';
import { lineNumber } from '../files/workflow/lines.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import { type DeployStep, isOwnStep, ownAction, readsSecrets, secretSteps } from '../parity/workflow.ts';

/** Those of the project, beside the ones that are seen to read the secrets. */
export function opaqueSteps(project: ProjectReadings): DeployStep[] {
  const seen = new Set(secretSteps(project).map(({ step }) => step));
  return project.workflows.flatMap((workflow) =>
    workflow.jobs.flatMap((job) =>
      job.steps
        .filter((step) => !seen.has(step) && ownAction(step) === null)
        .filter(({ kamal }) => kamal.some(({ command }) => command === null || readsSecrets(command)))
        .filter((step) => isOwnStep({ workflow, job, step }, step.kamal, project.destinations))
        .map((step) => ({
          workflow,
          job,
          step,
          by: 'script' as const,
          calls: step.kamal,
          destinations: project.destinations,
          namesNone: false,
        })),
    ),
  );
}

/** What someone does where Kamal runs behind a program that passes on only the variables named there; null where it does not. */
export function passThrough(variable: string, { workflow, step }: DeployStep): string | null {
  const program = step.kamal
    .flatMap(({ through }) => through)
    .find((each) => /^(?:docker|podman|ssh)\b/.test(each));
  return program === undefined
    ? null
    : `${placeOf(workflow, step)}: Kamal runs through \`${program}\`, which passes on only the variables named there: let it pass ${variable} on too.`;
}

/**
 * What someone does where no line of `env:` shows how a variable gets to such a step; null if it gets none of the others.
 *
 * @param others the variables that the secrets files read besides this one
 */
export function passToOpaque(
  variable: string,
  others: ReadonlySet<string>,
  { workflow, step }: DeployStep,
): string | null {
  const given = (step.with?.entries ?? []).flatMap(({ value }) => [...namesIn(value, 'secrets')]);
  if (step.uses === null || !given.some((name) => others.has(name))) return null;
  const [action] = step.uses.split('@', 1);
  return `${placeOf(workflow, step)}: Kamal runs in ${action}, which gets the other secrets through its inputs: pass it ${variable} too.`;
}

function placeOf({ source }: DeployStep['workflow'], { span }: DeployStep['step']): string {
  return `${source.path}:${lineNumber(source.text, span.start)}`;
}
