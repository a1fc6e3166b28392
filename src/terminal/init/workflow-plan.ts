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
import { deployedDestinations } from './deployed.ts';
import { goneNotes } from './gone-secrets.ts';
import { isOfProject } from './job-project.ts';
import type { MigrationContext } from './kept-steps.ts';
import type { MigrationOptions } from './migrate-job.ts';
import { isOurs, migratedWithCallers, type RepositorySurvey } from './survey.ts';
import { checkWorkflow, deployWorkflow, type DeployOptions } from './new-workflows.ts';
import { textsOf } from './step-purpose.ts';

export interface WorkflowPlanOptions extends Omit<DeployOptions, 'destinations' | 'sshKey'> {
  /** The vault that a person will keep the private key in. */
  readonly vault: string;
  readonly surroundings: MigrationContext;
  readonly project: ProjectReadings;
  /** Environment variables whose values 1Password has from now on. */
  readonly moved: ReadonlySet<string>;
  /** The GitHub secrets that filled them. */
  readonly movedSecrets: ReadonlySet<string>;
  /** Whether a workflow that deploys is added if there is none. */
  readonly mayAdd: boolean;
}

export interface WorkflowPlan {
  /** Texts by path from the project. */
  readonly texts: ReadonlyMap<string, string>;
  /** The new workflow that checks pull requests; null if there is one, or none is missing. */
  readonly checkFile: string | null;
  readonly notes: readonly string[];
  /** The GitHub secret that the deploys take the token from. */
  readonly tokenSecret: string;
  /** Whether a workflow read that secret before. */
  readonly hadToken: boolean;
}

export function planWorkflows(found: RepositorySurvey, options: WorkflowPlanOptions): WorkflowPlan {
  const texts = new Map<string, string>();
  const notes: string[] = [];
  const isKnown = options.environment !== null || fetchesFromVault(options.project);
  const usualKey = isKnown ? null : `op://${options.vault}/Server/SSH_KEY`;
  const keys = severalKeys(found, options.vault);
  const migrationOptions: MigrationOptions = {
    reference: options.reference,
    ...options.surroundings,
    keyFor: (secret) => keys.get(secret ?? '') ?? usualKey,
    isRead: readIn(textsThatRead(options.project)),
    moved: options.moved,
  };
  migrateAll(found, migrationOptions, texts, notes);
  notes.push(
    ...goneNotes(found.readings, texts, {
      moved: options.movedSecrets,
      keys: new Map(
        [...found.carried.keySecrets].map((secret) => [secret, keys.get(secret) ?? usualKey ?? KEY_PLACE]),
      ),
    }),
  );
  const own = ownSteps(found, texts);
  const deploys =
    !options.mayAdd || own.some(({ steps }) => steps.some((inputs) => inputs['command'] !== 'check'));
  const checks = own.some(checksPullRequests);
  const fresh: DeployOptions = {
    ...options,
    sshKey: usualKey,
    destinations: destinationsOf(options.project),
  };
  const missing = [...(deploys ? [] : [deployWorkflow(fresh)]), ...(checks ? [] : [checkWorkflow(fresh)])];
  const paths = missing.map(({ path: file, text }) => {
    const free = freePath(file, found, options.directory);
    texts.set(free, text);
    return free;
  });
  return {
    texts,
    checkFile: checks ? null : (paths.at(-1) ?? null),
    notes,
    ...credentialOf(
      found.readings,
      own.flatMap(({ steps }) => steps),
    ),
  };
}

/**
 * Where each key goes where the deploys have several, or may have: a field called like the secret. The one key of a
 * repository that has no deploy by the action yet has the usual place.
 */
export function severalKeys(
  { carried, usesTheAction }: Pick<RepositorySurvey, 'carried' | 'usesTheAction'>,
  vault: string,
): Map<string, string> {
  const secrets = carried.keySecrets;
  return new Map(
    secrets.size < 2 && !usesTheAction
      ? []
      : [...secrets].map((secret) => [secret, `op://${vault}/Server/${secret}`]),
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

/** The name of a new file: one that is free, named after the folder if another app has the usual name. */
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

/** Whether the fetches of each deploy name the vault for the action to find the key in. */
function fetchesFromVault(project: ProjectReadings): boolean {
  return deployedDestinations(project).every(({ secrets }) => questionsOf(secrets).length > 0);
}

/** Secrets files (without the comments), deploy files and hooks: all that can read an environment variable. */
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

/** Puts what the workflows become into `texts`, and what a person should know into `notes`. */
function migrateAll(
  found: RepositorySurvey,
  options: MigrationOptions,
  texts: Map<string, string>,
  notes: string[],
): void {
  const edited = new Map<string, Edit[]>();
  for (const workflow of found.readings) {
    const both = migratedWithCallers(workflow, options, found.readings);
    if (both === null || !both.migration.isChanged) continue;
    const { migration: result, handed } = both;
    for (const edit of [...result.edits, ...handed.edits])
      edited.set(edit.file, [...(edited.get(edit.file) ?? []), edit]);
    if (result.replaced.length > 0)
      notes.push(`${workflow.source.path}: the action replaces ${result.replaced.join(', ')}.`);
    notes.push(...result.notes, ...handed.notes);
  }
  for (const { source } of found.readings) {
    const edits = edited.get(source.path);
    if (edits !== undefined) texts.set(source.path, applyEdits(source.text, edits));
  }
}

/** The steps of ours that there would be, by their workflows. */
function ownSteps(found: RepositorySurvey, texts: ReadonlyMap<string, string>) {
  return readingsAfter(found, texts).map((workflow) => ({
    workflow,
    steps: workflow.jobs.flatMap((job) => (isOfProject(workflow, job) ? stepsOfOurs(job) : [])),
  }));
}

function checksPullRequests({ workflow, steps }: ReturnType<typeof ownSteps>[number]): boolean {
  return (
    steps.some((inputs) => inputs['command'] === 'check') &&
    workflow.triggers.some(({ name }) => name.startsWith('pull_request'))
  );
}

const KEY_PLACE = 'the field SSH_KEY of the item “Server” in the vault of the other secrets';

function readIn(text: string): (name: string) => boolean {
  return (name) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(text);
}
