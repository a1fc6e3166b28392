/** What runs Kamal in a repository, before anything is changed: what can be migrated, and what stays. */
import { withoutComments } from '../../base/text/without-comments.ts';
import { lockedGem } from '../../base/kamal-facts/lockfile.ts';
import type { RepositoryPlace } from '../../files/repository-root.ts';
import { tagsIn } from '../../files/erb/tags.ts';
import { namesIn } from '../../files/workflow/expression.ts';
import { findWorkflows, repositoryFiles, type WorkflowFound } from '../../files/workflow/find-workflows.ts';
import { parseYaml } from '../../files/yaml/parser.ts';
import type { SourceFile, WorkflowReading } from '../../parity/model.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { ownAction, valueOf } from '../../parity/workflow.ts';
import { type CarriedSecrets, referencesOf } from './carried-secrets.ts';
import { foreignDeploys } from './foreign-deploys.ts';
import { isOfProject } from './job-project.ts';
import { scriptsWithKamal } from './kamal-places.ts';
import type { MigrationContext } from './kept-steps.ts';
import type { MigrationOptions } from './migrate-job.ts';
import { migrate, type Migration } from './migrate.ts';
import { type Handover, handOver } from '../../change/reusable.ts';
import { textsOf } from './step-purpose.ts';

/** What runs Kamal in a repository, before anything is changed. */
export interface RepositorySurvey {
  readonly place: RepositoryPlace;
  readonly workflows: readonly WorkflowFound[];
  readonly readings: readonly WorkflowReading[];
  /** Places that run Kamal, or may, and that stay as they are: one sentence each. None: everything is understood. */
  readonly left: readonly string[];
  readonly carried: CarriedSecrets;
  /** Whether a workflow uses the action already: then the usual place may hold a key that is another one's. */
  readonly usesTheAction: boolean;
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
  const unread = workflows.filter(
    // GitHub runs nothing of a file that holds only comments.
    ({ reading, source }) =>
      reading === null && (source === null || !holdsNothing(source) || speaksOfKamal(source)),
  );
  const usesTheAction = readings.some(({ jobs }) =>
    jobs.some(({ steps }) =>
      steps.some((step) => ownAction(step) !== null && valueOf(step.with, 'command') !== 'check'),
    ),
  );
  const foreign = found.length > 0 || usesTheAction ? [] : foreignDeploys(readings);
  const mentions = readings.filter(
    (each) =>
      isOnlyMentioned(each) && !foreign.some((sentence) => sentence.startsWith(`${each.source.path}:`)),
  );
  return {
    place,
    workflows,
    readings,
    left: [
      ...unread.map(unreadNote),
      ...found.flatMap(({ left }) => left),
      ...foreign,
      ...mentions.map(mentionNote),
      ...scripts.map(scriptNote),
    ],
    carried: {
      references: referencesOf(found.flatMap(({ carried }) => [...carried.references])),
      fromGitHub: new Set(found.flatMap(({ carried }) => [...carried.fromGitHub])),
      keySecrets: new Set(found.flatMap(({ carried }) => [...carried.keySecrets])),
      sshKey: found.map(({ carried }) => carried.sshKey).find((key) => key !== null) ?? null,
    },
    usesTheAction,
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
  if (!speaksOfKamal(source)) return false;
  if (jobs.some(({ calls }) => calls !== null && /kamal/i.test(calls.workflow))) return !isOwnCall(workflow);
  return !jobs.some(({ steps }) => steps.some(({ kamal, uses }) => kamal.length > 0 || isOurs(uses)));
}

/** Whether the workflows that it calls by the name of Kamal are of this repository: they speak for themselves. */
function isOwnCall({ jobs }: WorkflowReading): boolean {
  return jobs.every(
    ({ calls }) => calls === null || calls.workflow.startsWith('./') || !/kamal/i.test(calls.workflow),
  );
}

export function isOurs(uses: string | null): boolean {
  return /^[\w.-]+\/kamal-1password@/i.test(uses ?? '');
}

function lineOf(text: string, pattern: RegExp): number {
  return text.slice(0, Math.max(0, text.search(pattern))).split('\n').length;
}

/** A migration, with what the workflow reads from now on handed over by its callers; it stays where they cannot. */
export function migratedWithCallers(
  workflow: WorkflowReading,
  options: MigrationOptions,
  all: readonly WorkflowReading[],
): { readonly migration: Migration; readonly handed: Handover } | null {
  const migration = migrate(workflow, options, (job) => isOfProject(workflow, job), all);
  if (migration === null) return null;
  const before = namesIn(workflow.source.text, 'secrets');
  // What the action is passed too, if it was read without being declared: it was blank then.
  const tokens = new Set(
    [
      ...migration.text.matchAll(/(?:service-account-token|known-hosts|ssh-key): \$\{\{ *secrets\.(\w+)/g),
    ].map(([, name]) => name ?? ''),
  );
  const fresh = [...namesIn(migration.text, 'secrets')].filter(
    (name) => name !== 'GITHUB_TOKEN' && (!before.has(name) || tokens.has(name)),
  );
  // What was read without being declared was blank, and may be again.
  const optional = new Set(fresh.filter((name) => before.has(name) && !/TOKEN/i.test(name)));
  const handed = handOver(workflow, fresh, all, optional);
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

/** The facts of the project around the workflows. `lockfile`: the text of `Gemfile.lock`, or null if there is none. */
export function surroundingsOf(project: ProjectReadings, lockfile: string | null): MigrationContext {
  const deployment = project.destinations[0]?.deploy.deployment ?? null;
  const files = project.destinations.flatMap(({ deploy }) => deploy.files);
  const hooks = project.hooks.some(({ text }) => /\b(?:ruby|bundle|rails|rake)\b/.test(text));
  const bundled = lockedGem(lockfile ?? '', 'kamal')?.origin;
  const secrets = project.destinations
    .flatMap(({ secrets: { assignments } }) => assignments.flatMap(({ commands }) => commands))
    .some((command) => command.kind === 'shell' && /\b(?:bundle|rails|rake|ruby)\b/.test(command.text));
  const templates = files.some(({ text }) =>
    tagsIn(text).some(({ text: erb }) => /\b(?:require|Rails|Bundler|Gem)\b/.test(erb)),
  );
  return {
    registry: deployment === null ? undefined : deployment.registry,
    needsBundle: hooks || secrets || templates || bundled === 'git' || bundled === 'path',
    locked: lockedGem(lockfile ?? '', 'kamal')?.version ?? null,
    keyFiles: files.filter(({ text }) => namesKeyFiles(text)).map((each) => each.path),
  };
}

/** Whether `ssh:` of a deploy file has `keys` or `keys_only`: then Kamal does not only ask the agent. */
function namesKeyFiles(text: string): boolean {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^ssh:\s*$/.test(line));
  if (start < 0) return false;
  const below = lines.slice(start + 1);
  const end = below.findIndex((line) => /^[^\s#]/.test(line));
  return below.slice(0, end < 0 ? undefined : end).some((line) => /^[ \t]+keys(?:_only)?:/.test(line));
}

function holdsNothing({ text }: SourceFile): boolean {
  return withoutComments(text).trim() === '';
}

function speaksOfKamal({ text }: SourceFile): boolean {
  return /\bkamal\b/i.test(text.replaceAll(/kamal-1password|\.kamal\b/g, ''));
}

function unreadNote({ path: file, source }: WorkflowFound): string {
  return source !== null && holdsNothing(source)
    ? `${file}: this file holds only comments, a deploy with Kamal among them, so it stays as it is, and nothing of it runs. What you can do: nothing, if it is meant to be disabled.`
    : `${file}: this file cannot be read as a workflow, so it stays as it is, and what it runs is not known. What you can do: fix it (GitHub shows what is wrong), then run init again.`;
}

function mentionNote({ source }: WorkflowReading): string {
  return `${source.path}:${lineOf(source.text, /kamal/i)}: Kamal is mentioned here, but no step that runs it was found (it may be disabled). What you can do: nothing, if it is meant to be disabled.`;
}

function scriptNote({ path: file, line, deploys }: ReturnType<typeof scriptsWithKamal>[number]): string {
  return `${file}:${line}: this script runs ${deploys ? 'Kamal, so someone deploys with it' : 'commands of Kamal'}. What you can do: nothing, if it is meant to stay${deploys ? ' the way to deploy' : ''}.`;
}
