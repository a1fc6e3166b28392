/** Passes on, in the workflows, what a new line of the secrets file reads from the environment: as its neighbours are. */
import { readProject } from '../files/read-project.ts';
import { namesIn } from '../files/workflow/expression.ts';
import { check } from '../parity/check.ts';
import type { Edit, WorkflowMap } from '../parity/model.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import { isLookedUp } from '../parity/looked-up.ts';
import { type DeployStep, insertLines, reaches, secretSteps } from '../parity/workflow.ts';
import { handOver } from './reusable.ts';
import { applied, type CheckProjectOptions } from './project-edits.ts';

export interface Passing {
  readonly texts: ReadonlyMap<string, string>;
  /** What a person does on GitHub or in 1Password. */
  readonly human: readonly string[];
  /** What no edit of ours does. */
  readonly manual: readonly string[];
}

/** @param changed the secrets files and deploy files as they would be */
export function passInWorkflows(
  options: CheckProjectOptions,
  changed: ReadonlyMap<string, string>,
  secret: string,
): Passing {
  const project = readProject({ ...options, overlay: changed });
  const edits = new Map<string, Edit>();
  const human = new Set<string>();
  const manual = new Set<string>();
  const add = (each: Edit): unknown => edits.set(`${each.file}:${each.start}:${each.text}`, each);
  const { findings, sources } = check(project, options);
  for (const deploy of secretSteps(project).filter((each) => looksUp(each, secret, project))) {
    const { own, others } = variablesOf(project, deploy, secret);
    for (const variable of own) {
      if (reaches(variable, deploy) === true) continue;
      const entry = entryBeside(variable, others, deploy);
      if (entry !== null) {
        add(entry.edit);
        const names = [...namesIn(entry.value, 'secrets')].filter((name) => name !== 'GITHUB_TOKEN');
        for (const name of names)
          human.add(
            `On GitHub, under Settings, Secrets and variables, Actions: make sure that the secret \`${name}\` exists.`,
          );
        const handed = handOver(deploy.workflow, names, project.workflows);
        for (const each of handed.edits) add(each);
        if (handed.refused !== null)
          manual.add(`Pass ${names.join(', ')} by hand, because ${handed.refused}.`);
        continue;
      }
      const finding = findings.find(
        (each) =>
          each.rule === 'workflow-secret-not-passed' &&
          each.secret === variable &&
          each.span.file === deploy.step.span.file &&
          each.span.start === deploy.step.span.start,
      );
      for (const fix of finding?.fixes ?? []) {
        if (fix.actor === 'human') human.add(fix.title);
        else if (fix.edits.length === 0) manual.add(`In ${deploy.workflow.source.path}: ${fix.title}.`);
        else for (const each of fix.edits) add(each);
      }
    }
  }
  return { texts: applied(sources, [...edits.values()]), human: [...human], manual: [...manual] };
}

/** False only where the deploy file asks for a secret, and this step does not look it up. */
function looksUp(deploy: DeployStep, secret: string, project: ProjectReadings): boolean {
  const asks = deploy.destinations.flatMap((each) =>
    each.deploy.consumers.filter((consumer) => consumer.secret === secret),
  );
  return asks.length === 0 || asks.some((consumer) => isLookedUp(consumer, deploy, project));
}

/** The variables of the environment that a deploy's secrets files read: for this secret, and for the others. */
function variablesOf(
  { destinations: all }: ProjectReadings,
  { destinations }: DeployStep,
  secret: string,
): { readonly own: ReadonlySet<string>; readonly others: ReadonlySet<string> } {
  const own = new Set<string>();
  const others = new Set<string>();
  for (const { secrets } of all.filter((each) => destinations.includes(each)))
    for (const { name, references, commands } of secrets.assignments) {
      const printed = commands.flatMap((command) =>
        command.kind === 'shell'
          ? (/^\$?\(?\s*printenv\s+(\w+)\s*\)?$/.exec(command.text.trim())?.[1] ?? [])
          : [],
      );
      for (const each of [
        ...references.filter(({ to }) => to === null).map((reference) => reference.name),
        ...printed,
      ])
        (name === secret ? own : others).add(each);
    }
  return { own, others };
}

/** The line that a variable gets beside another that is called by its own name there, or null if none is. */
function entryBeside(
  variable: string,
  others: ReadonlySet<string>,
  { workflow, job, step }: DeployStep,
): { readonly edit: Edit; readonly value: string } | null {
  for (const map of [step.env, job.env, workflow.env] satisfies (WorkflowMap | null)[]) {
    const beside = map?.entries.findLast(
      ({ name, value }) =>
        others.has(name) &&
        new RegExp(`^(?:\\$\\{\\{ *secrets\\.${name} *\\}\\}|op://[\\w./-]+/${name})$`).test(value.trim()),
    );
    const insert = map?.insert ?? null;
    if (beside === undefined || insert === null) continue;
    const value = beside.value.trim().replaceAll(beside.name, variable);
    return { edit: insertLines(workflow.source.path, insert, [`${variable}: ${value}`]), value };
  }
  return null;
}
