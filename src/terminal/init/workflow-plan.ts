/** The workflows of a repository: those that are there migrated, those that are missing written. */
import path from 'node:path';
import { lockedGem } from '../../base/kamal-facts/lockfile.ts';
import { questionsOf } from '../../vault-to-servers/questions.ts';
import type { RepositoryPlace } from '../../files/repository-root.ts';
import { namesIn } from '../../files/workflow/expression.ts';
import { findWorkflows, repositoryFiles, type WorkflowFound } from '../../files/workflow/find-workflows.ts';
import { readWorkflow } from '../../files/workflow/read-workflow.ts';
import { parseYaml } from '../../files/yaml/parser.ts';
import { applyEdits } from '../../parity/edits/fix.ts';
import type { Edit, WorkflowJob, WorkflowReading } from '../../parity/model.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import type { CarriedSecrets } from './carried-secrets.ts';
import { goneNotes } from './gone-secrets.ts';
import { isOfProject } from './job-project.ts';
import { scriptsWithKamal } from './kamal-places.ts';
import type { Surroundings } from './kept-steps.ts';
import { migrate, type Migration } from './migrate.ts';
import type { MigrationOptions } from './migrate-job.ts';
import { checkWorkflow, deployWorkflow, type DeployOptions } from './new-workflows.ts';
import { type Handover, handOver } from './reusable.ts';
import { textsOf } from './step-purpose.ts';

/** What runs Kamal in a repository, before anything is changed. */
export interface RepositorySurvey {
  readonly place: RepositoryPlace;
  readonly workflows: readonly WorkflowFound[];
  readonly readings: readonly WorkflowReading[];
  /** Places that run Kamal, or may, and that stay as they are: one sentence each. None: everything is understood. */
  readonly left: readonly string[];
  readonly carried: CarriedSecrets;
  /** Whether a script that runs Kamal stays in a job that is migrated, and has no token. */
  readonly keepsScriptWithoutToken: boolean;
}

/** Looks through the workflows and scripts of a repository. */
export function survey(
  place: RepositoryPlace,
  options: Omit<MigrationOptions, 'isRead' | 'moved'>,
): RepositorySurvey {
  const workflows = findWorkflows(place, parseYaml, { overlay: new Map(), isWanted: () => true });
  const readings = workflows.flatMap(({ reading }) => reading ?? []);
  const found = readings.flatMap(
    (each) =>
      migratedWithCallers(each, { ...options, isRead: () => true, moved: new Set() }, readings)?.migration ??
      [],
  );
  const scripts = scriptsWithKamal(place.root, place.project, repositoryFiles(place));
  const unread = workflows.filter(({ reading }) => reading === null);
  const mentions = readings.filter((each) => isOnlyMentioned(each));
  return {
    place,
    workflows,
    readings,
    left: [
      ...unread.map(
        ({ path: file }) =>
          `${file}: this file cannot be read as a workflow, so it stays as it is, and what it runs is not known. What you can do: mend it (GitHub shows where it breaks), then run init again.`,
      ),
      ...found.flatMap(({ left }) => left),
      ...mentions.map(
        ({ source }) =>
          `${source.path}:${lineOf(source.text, /kamal/i)}: Kamal is mentioned here, but no step that runs it is seen (it may be switched off). What you can do: nothing, if it is meant to be off.`,
      ),
      ...scripts.map(
        ({ path: file, line }) =>
          `${file}:${line}: this script runs Kamal, so somebody deploys with it. What you can do: nothing, if it is meant to stay the way to deploy.`,
      ),
    ],
    carried: {
      references: new Map(found.flatMap(({ carried }) => [...carried.references])),
      fromGitHub: new Set(found.flatMap(({ carried }) => [...carried.fromGitHub])),
      keySecrets: new Set(found.flatMap(({ carried }) => [...carried.keySecrets])),
      sshKey: found.map(({ carried }) => carried.sshKey).find((key) => key !== null) ?? null,
    },
    keepsScriptWithoutToken:
      found.some((each) => each.keepsScriptWithoutToken) ||
      readings.some((each) => hasScriptWithoutToken(each)),
  };
}

/** A script that runs Kamal after the action's `setup`, without the token in its environment. */
function hasScriptWithoutToken(workflow: WorkflowReading): boolean {
  return workflow.jobs.some(
    (job) =>
      isOfProject(workflow, job) &&
      job.steps.some(({ uses }) => isOurs(uses)) &&
      job.steps.some(
        ({ kamal, env }) =>
          kamal.length > 0 &&
          [workflow.env, job.env, env].every((map) => textsOf(map)['OP_SERVICE_ACCOUNT_TOKEN'] === undefined),
      ),
  );
}

/** A workflow that speaks of Kamal and does not run it: a deploy that is commented out, or in a language not read. */
function isOnlyMentioned(workflow: WorkflowReading): boolean {
  const { source, jobs } = workflow;
  if (!/\bkamal\b/i.test(source.text.replaceAll(/kamal-1password|\.kamal\b/g, ''))) return false;
  if (jobs.some(({ calls }) => calls !== null && /kamal/i.test(calls.workflow))) return !isOwnCall(workflow);
  return !jobs.some(({ steps }) => steps.some(({ kamal, uses }) => kamal.length > 0 || isOurs(uses)));
}

/** Whether the workflows that it calls by the name of Kamal are of this repository: they speak for themselves. */
function isOwnCall({ jobs }: WorkflowReading): boolean {
  return jobs.every(
    ({ calls }) => calls === null || calls.workflow.startsWith('./') || !/kamal/i.test(calls.workflow),
  );
}

function isOurs(uses: string | null): boolean {
  return /^[\w.-]+\/kamal-1password@/i.test(uses ?? '');
}

function lineOf(text: string, pattern: RegExp): number {
  return text.slice(0, Math.max(0, text.search(pattern))).split('\n').length;
}

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
  const usualKey = fetchesFromVault(options.project) ? null : `op://${options.vault}/Server/SSH_KEY`;
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
    ...tokenOf(
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

/** A migration, with what the workflow reads from now on handed over by its callers; it stays where they cannot. */
function migratedWithCallers(
  workflow: WorkflowReading,
  options: MigrationOptions,
  all: readonly WorkflowReading[],
): { readonly migration: Migration; readonly handed: Handover } | null {
  const migration = migrate(workflow, options, (job) => isOfProject(workflow, job));
  if (migration === null) return null;
  const before = namesIn(workflow.source.text, 'secrets');
  // The token too where it was read without being declared: it was blank then.
  const tokens = new Set(
    [...migration.text.matchAll(/service-account-token: \$\{\{ *secrets\.(\w+)/g)].map(
      ([, name]) => name ?? '',
    ),
  );
  const fresh = [...namesIn(migration.text, 'secrets')].filter(
    (name) => name !== 'GITHUB_TOKEN' && (!before.has(name) || tokens.has(name)),
  );
  const handed = handOver(workflow, fresh, all);
  if (handed.refused === null) return { migration, handed };
  const sentence = `${workflow.source.path}: this workflow stays as it is, since ${handed.refused}. What you can do: let its callers say \`secrets: inherit\`, then run init again.`;
  return {
    migration: {
      ...migration,
      edits: [],
      text: workflow.source.text,
      carried: { references: new Map(), fromGitHub: new Set(), keySecrets: new Set(), sshKey: null },
      replaced: [],
      notes: [],
      left: [...migration.left, sentence],
      isChanged: false,
      keepsScriptWithoutToken: false,
    },
    handed,
  };
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

function tokenOf(
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

/** What is known of the project around the workflows. `lockfile`: the text of `Gemfile.lock`, null where there is none. */
export function surroundingsOf(project: ProjectReadings, lockfile: string | null): Surroundings {
  const deployment = project.destinations[0]?.deploy.deployment ?? null;
  const files = project.destinations.flatMap(({ deploy }) => deploy.files);
  const hooks = project.hooks.some(({ text }) => /\b(?:ruby|bundle|rails|rake)\b/.test(text));
  const bundled = lockedGem(lockfile ?? '', 'kamal')?.origin;
  const secrets = project.destinations
    .flatMap(({ secrets: { assignments } }) => assignments.flatMap(({ commands }) => commands))
    .some((command) => command.kind === 'shell' && /\b(?:bundle|rails|rake|ruby)\b/.test(command.text));
  const templates = files.some(({ text }) =>
    templatesIn(text).some((erb) => /\b(?:require|Rails|Bundler|Gem)\b/.test(erb)),
  );
  return {
    registry: deployment === null ? undefined : deployment.registry,
    needsBundle: hooks || secrets || templates || bundled === 'git' || bundled === 'path',
    keyFiles: files.find(({ text }) => namesKeyFiles(text))?.path ?? null,
  };
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
    ...deploy.files.flatMap(({ text }) => templatesIn(text)),
  ]);
  return [...sources, ...project.hooks.map(({ text }) => text)].join('\n');
}

/** Whether `ssh:` of a deploy file has `keys` or `keys_only`: then Kamal does not ask the agent alone. */
function namesKeyFiles(text: string): boolean {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^ssh:\s*$/.test(line));
  if (start < 0) return false;
  const below = lines.slice(start + 1);
  const end = below.findIndex((line) => /^[^\s#]/.test(line));
  return below.slice(0, end < 0 ? undefined : end).some((line) => /^[ \t]+keys(?:_only)?:/.test(line));
}

/** `production` first: it is what a push deploys. */
function destinationsOf(project: ProjectReadings): string[] {
  const named = project.destinations.flatMap(({ destination }) => destination ?? []);
  const needsNone = project.destinations.some(({ destination }) => destination === null);
  if (needsNone && !named.includes('production')) return [];
  return named.sort((one, other) => Number(other === 'production') - Number(one === 'production'));
}

/** The `<%…%>` of a text. */
function templatesIn(text: string): string[] {
  const found: string[] = [];
  for (let start = text.indexOf('<%'); start >= 0;) {
    const end = text.indexOf('%>', start + 2);
    if (end < 0) break;
    found.push(text.slice(start, end + 2));
    start = text.indexOf('<%', end + 2);
  }
  return found;
}
