/** Passes on, in the workflows, what a new line of the secrets file reads from the environment: as its neighbours are. */
import { readProject } from '../files/read-project.ts';
import { namesIn } from '../files/workflow/expression.ts';
import { check } from '../parity/check.ts';
import type { Edit, Finding, WorkflowMap } from '../parity/model.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import { isLookedUp } from '../parity/looked-up.ts';
import { type DeployStep, insertLines, reaches, secretSteps } from '../parity/workflow.ts';
import { opaqueSteps, passThrough, passToOpaque } from './opaque-steps.ts';
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
  const { findings, sources } = check(project, options);
  const passer = new Passer(project, findings);
  for (const deploy of secretSteps(project).filter((each) => looksUp(each, secret, project)))
    for (const [variable, others] of missing(project, deploy, secret))
      if (!passer.beside(variable, others, deploy)) passer.asFound(variable, deploy);
  for (const deploy of opaqueSteps(project))
    for (const [variable, others] of missingByFile(project, deploy, secret))
      passer.byHand(
        passer.beside(variable, others, deploy)
          ? passThrough(variable, deploy)
          : passToOpaque(variable, others, deploy),
      );
  const { edits, human, manual } = passer;
  return {
    texts: applied(sources, [...edits.values()]),
    human: [...human],
    manual: [...manual],
  };
}

/** The variables that a step does not get yet, each with the others that the secrets files read. */
function missing(
  project: ProjectReadings,
  deploy: DeployStep,
  secret: string,
  file: string | null = null,
): (readonly [string, ReadonlySet<string>])[] {
  const { own, others } = variablesOf(project, deploy, secret, file);
  return [...own]
    .filter((variable) => reaches(variable, deploy) !== true)
    .map((variable) => [variable, others] as const);
}

/** The same where it is not known which secrets files a step reads: the others are those of the same file. */
function missingByFile(
  project: ProjectReadings,
  deploy: DeployStep,
  secret: string,
): (readonly [string, ReadonlySet<string>])[] {
  const files = new Set(
    project.destinations.flatMap(({ secrets }) =>
      secrets.assignments.filter(({ name }) => name === secret).map(({ span }) => span.file),
    ),
  );
  return [...files].flatMap((file) => missing(project, deploy, secret, file));
}

class Passer {
  readonly edits = new Map<string, Edit>();
  readonly human = new Set<string>();
  readonly manual = new Set<string>();
  readonly #project: ProjectReadings;
  readonly #findings: readonly Finding[];

  constructor(project: ProjectReadings, findings: readonly Finding[]) {
    this.#project = project;
    this.#findings = findings;
  }

  /** As its neighbours are; false if no line shows how. */
  beside(variable: string, others: ReadonlySet<string>, deploy: DeployStep): boolean {
    const entry = entryBeside(variable, others, deploy);
    if (entry === null) return false;
    this.#add(entry.edit);
    const names = [...namesIn(entry.value, 'secrets')].filter((name) => name !== 'GITHUB_TOKEN');
    for (const name of names)
      this.human.add(
        `On GitHub, under Settings, Secrets and variables, Actions: make sure that the secret \`${name}\` exists.`,
      );
    const handed = handOver(deploy.workflow, names, this.#project.workflows);
    for (const each of handed.edits) this.#add(each);
    if (handed.refused !== null)
      this.manual.add(`Pass ${names.join(', ')} by hand, because ${handed.refused}.`);
    return true;
  }

  /** As the check fixes what it finds. */
  asFound(variable: string, { workflow, step }: DeployStep): void {
    const finding = this.#findings.find(
      (each) =>
        each.rule === 'workflow-secret-not-passed' &&
        each.secret === variable &&
        each.span.file === step.span.file &&
        each.span.start === step.span.start,
    );
    for (const fix of finding?.fixes ?? []) {
      if (fix.actor === 'human') this.human.add(fix.title);
      else if (fix.edits.length === 0) this.manual.add(`In ${workflow.source.path}: ${fix.title}.`);
      else for (const each of fix.edits) this.#add(each);
    }
  }

  byHand(step: string | null): void {
    if (step !== null) this.manual.add(step);
  }

  #add(edit: Edit): void {
    this.edits.set(`${edit.file}:${edit.start}:${edit.text}`, edit);
  }
}

/** False only where the deploy file asks for a secret, and this step does not look it up. */
function looksUp(deploy: DeployStep, secret: string, project: ProjectReadings): boolean {
  const asks = deploy.destinations.flatMap((each) =>
    each.deploy.consumers.filter((consumer) => consumer.secret === secret),
  );
  return asks.length === 0 || asks.some((consumer) => isLookedUp(consumer, deploy, project));
}

/** The variables of the environment that a deploy's secrets files read: for this secret, and for the others; of one file, or of all. */
function variablesOf(
  { destinations: all }: ProjectReadings,
  { destinations }: DeployStep,
  secret: string,
  file: string | null,
): { readonly own: ReadonlySet<string>; readonly others: ReadonlySet<string> } {
  const own = new Set<string>();
  const others = new Set<string>();
  for (const { secrets } of all.filter((each) => destinations.includes(each)))
    for (const { name, references, commands, span } of secrets.assignments) {
      if (file !== null && span.file !== file) continue;
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
