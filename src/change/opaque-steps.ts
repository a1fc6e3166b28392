/** Steps that run Kamal in a way that is not seen: which command it is, or what of the environment reaches it. */
import type { ProjectReadings } from '../parity/rule.ts';
import { type DeployStep, isOfProject, ownAction, readsSecrets, secretSteps } from '../parity/workflow.ts';

/** Those of the project, beside the ones that are seen to read the secrets. */
export function opaqueSteps(project: ProjectReadings): DeployStep[] {
  const seen = new Set(secretSteps(project).map(({ step }) => step));
  return project.workflows.flatMap((workflow) =>
    workflow.jobs.flatMap((job) =>
      job.steps
        .filter((step) => !seen.has(step) && ownAction(step) === null && isOfProject(step, job, workflow))
        .filter(({ kamal }) => kamal.some(({ command }) => command === null || readsSecrets(command)))
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

/**
 * What someone does where no line of `env:` shows how a variable gets to such a step; null if it gets none of the others.
 *
 * @param others the variables that the secrets files read besides this one
 */
export function passToOpaque(
  variable: string,
  others: ReadonlySet<string>,
  { workflow: { source }, step }: DeployStep,
): string | null {
  const given = (step.with?.entries ?? []).map(({ value }) => value).join('\n');
  if (![...others].some((name) => new RegExp(`\\bsecrets\\.${name}\\b`).test(given))) return null;
  const line = source.text.slice(0, step.span.start).split('\n').length;
  const action = step.uses?.split('@', 1)[0] ?? 'it';
  return `${source.path}:${line}: Kamal runs in ${action}, which gets the other secrets by its inputs: give it ${variable} too.`;
}
