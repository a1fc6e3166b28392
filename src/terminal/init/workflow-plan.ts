/** The workflows of a repository: those that are there migrated, those that are missing written. */
import path from 'node:path';
import { questionsOf } from '../../vault-to-servers/questions.ts';
import { tagsIn } from '../../files/erb/tags.ts';
import { namesIn } from '../../files/workflow/expression.ts';
import { repositoryFiles } from '../../files/workflow/find-workflows.ts';
import { readWorkflow } from '../../files/workflow/read-workflow.ts';
import { parseYaml } from '../../files/yaml/parser.ts';
import { applyEdits } from '../../parity/edits/fix.ts';
import type { Edit, WorkflowJob, WorkflowReading } from '../../parity/model.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { goneNotes } from './gone-secrets.ts';
import { isOfProject } from './job-project.ts';
import type { Surroundings } from './kept-steps.ts';
import type { MigrationOptions } from './migrate-job.ts';
import { isOurs, migratedWithCallers, type RepositorySurvey } from './survey.ts';
import { checkWorkflow, deployWorkflow, type DeployOptions } from './new-workflows.ts';
import { textsOf } from './step-purpose.ts';

export interface WorkflowPlanOptions extends Omit<DeployOptions, 'destinations' | 'sshKey'> {
  /** The vault that a person will keep the private key in. */
  readonly vault: string;
  readonly surroundings: Surroundings;
  readonly project: ProjectReadings;
  /** Environment variables whose values 1Password has from now on. */
  readonly moved: ReadonlySet<string>;
  /** The GitHub secrets that filled them. */
  readonly movedSecrets: ReadonlySet<string>;
  /** Whether a workflow that deploys is added where there is none. */
  readonly mayAdd: boolean;
}

export interface WorkflowPlan {
  /** Texts by path from the project. */
  readonly texts: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
  /** The GitHub secret that the deploys take the token from. */
  readonly tokenSecret: string;
  /** Whether a workflow read that secret before. */
  readonly hadToken: boolean;
}

export function planWorkflows(found: RepositorySurvey, options: WorkflowPlanOptions): WorkflowPlan {
  const texts = new Map<string, string>();
  const notes: string[] = [];
  const read = textsThatRead(options.project);
  const isKnown = options.environment !== null || fetchesFromVault(options.project);
  const usualKey = isKnown ? null : `op://${options.vault}/Server/SSH_KEY`;
  const keys = severalKeys(found.carried.keySecrets, options.vault);
  const migrationOptions: MigrationOptions = {
    reference: options.reference,
    ...options.surroundings,
    keyFor: (secret) => keys.get(secret ?? '') ?? usualKey,
    isRead: (name) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(read),
    moved: options.moved,
  };
  const edited = new Map<string, Edit[]>();
  for (const workflow of found.readings) {
    const both = migratedWithCallers(workflow, migrationOptions, found.readings);
    if (both === null || !both.migration.isChanged) continue;
    const { migration: result, handed } = both;
    for (const edit of [...result.edits, ...handed.edits])
      edited.set(edit.file, [...(edited.get(edit.file) ?? []), edit]);
    if (result.replaced.length > 0)
      notes.push(`${workflow.source.path}: the action takes the place of ${result.replaced.join(', ')}.`);
    notes.push(...result.notes, ...handed.notes);
  }
  for (const { source } of found.readings) {
    const edits = edited.get(source.path);
    if (edits !== undefined) texts.set(source.path, applyEdits(source.text, edits));
  }
  notes.push(
    ...goneNotes(found.readings, texts, {
      moved: options.movedSecrets,
      keys: new Map(
        [...found.carried.keySecrets].map((secret) => [
          secret,
          keys.get(secret) ??
            usualKey ??
            'the field SSH_KEY of the item “Server” in the vault of the other secrets',
        ]),
      ),
    }),
  );
  const own = readingsAfter(found, texts).map((workflow) => ({
    workflow,
    steps: workflow.jobs.flatMap((job) => (isOfProject(workflow, job) ? stepsOfOurs(job) : [])),
  }));
  const deploys =
    !options.mayAdd || own.some(({ steps }) => steps.some((inputs) => inputs['command'] !== 'check'));
  const checks = own.some(
    ({ workflow, steps }) =>
      steps.length > 0 && workflow.triggers.some(({ name }) => name.startsWith('pull_request')),
  );
  const fresh: DeployOptions = {
    ...options,
    sshKey: usualKey,
    destinations: destinationsOf(options.project),
  };
  const missing = [...(deploys ? [] : [deployWorkflow(fresh)]), ...(checks ? [] : [checkWorkflow(fresh)])];
  for (const { path: file, text } of missing) texts.set(freePath(file, found, options.directory), text);
  return {
    texts,
    notes,
    ...credentialOf(
      found.readings,
      own.flatMap(({ steps }) => steps),
    ),
  };
}

/** Where each key goes where the deploys have several: a field called like the secret. One key has the usual place. */
export function severalKeys(secrets: ReadonlySet<string>, vault: string): Map<string, string> {
  return new Map(
    secrets.size < 2 ? [] : [...secrets].map((secret) => [secret, `op://${vault}/Server/${secret}`]),
  );
}

function readingsAfter(found: RepositorySurvey, texts: ReadonlyMap<string, string>): WorkflowReading[] {
  const files = repositoryFiles(found.place);
  return found.readings.map((each) => {
    const text = texts.get(each.source.path);
    return text === undefined
      ? each
      : (readWorkflow({ ...each.source, text }, each.project, parseYaml, files) ?? each);
  });
}

function stepsOfOurs({ steps }: WorkflowJob): Record<string, string>[] {
  return steps.filter(({ uses }) => isOurs(uses)).map((step) => textsOf(step.with));
}

function credentialOf(
  readings: readonly WorkflowReading[],
  steps: readonly Readonly<Record<string, string>>[],
): { tokenSecret: string; hadToken: boolean } {
  const given = [
    ...steps.map((inputs) => inputs['service-account-token']),
    ...readings.flatMap(({ env, jobs }) =>
      [env, ...jobs.map((job) => job.env)].map((map) => textsOf(map)['OP_SERVICE_ACCOUNT_TOKEN']),
    ),
  ];
  const secret = given
    .map((value) => /secrets\.(\w+)/.exec(value ?? '')?.[1])
    .find((name) => name !== undefined);
  const tokenSecret = secret ?? 'OP_SERVICE_ACCOUNT_TOKEN';
  return {
    tokenSecret,
    hadToken: readings.some(({ source }) => namesIn(source.text, 'secrets').has(tokenSecret)),
  };
}

/** The name of a new file: one that is not taken, named after the folder where another app has the usual name. */
function freePath(file: string, { workflows, place }: RepositorySurvey, directory: string): string {
  const base = path.posix.relative(`/${place.project}`, '/');
  const taken = new Set(workflows.map((each) => each.path));
  const name = directory === '.' ? 'kamal' : path.posix.basename(directory);
  for (const suffix of [
    '',
    `-${name}`,
    `-${name}-kamal`,
    ...[2, 3, 4, 5].map((number) => `-${name}-${number}`),
  ]) {
    const own = path.posix.join(base, file.replace('.yml', `${suffix}.yml`));
    if (!taken.has(own) && !taken.has(own.replace(/\.yml$/, '.yaml'))) return own;
  }
  return path.posix.join(base, file.replace('.yml', `-${name}-${Date.now()}.yml`));
}

/** Whether a fetch tells the action which vault to look for the key in. */
function fetchesFromVault(project: ProjectReadings): boolean {
  return project.destinations.some(({ secrets }) => questionsOf(secrets).length > 0);
}

/** Secrets files (without the comments), deploy files and hooks: whoever may read an environment variable. */
export function textsThatRead(project: ProjectReadings): string {
  const sources = project.destinations.flatMap(({ secrets, deploy }) => [
    ...secrets.assignments.flatMap(({ references }) =>
      references.filter(({ to }) => to === null).map(({ name }) => name),
    ),
    ...secrets.assignments.flatMap(({ commands }) =>
      commands.flatMap((command) => (command.kind === 'shell' ? [command.text] : [])),
    ),
    ...deploy.files.flatMap(({ text }) => tagsIn(text).map((tag) => tag.text)),
  ]);
  return [...sources, ...project.hooks.map(({ text }) => text)].join('\n');
}

/** `production` first: it is what a push deploys. */
function destinationsOf(project: ProjectReadings): string[] {
  const named = project.destinations.flatMap(({ destination }) => destination ?? []);
  const needsNone = project.destinations.some(({ destination }) => destination === null);
  if (needsNone && !named.includes('production')) return [];
  return named.sort((one, other) => Number(other === 'production') - Number(one === 'production'));
}
