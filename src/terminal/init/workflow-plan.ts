/** The workflows of a repository: those that are there migrated, those that are missing written. */
import { lockedGem } from '../../base/kamal-facts/lockfile.ts';
import type { SourceFile } from '../../parity/model.ts';
import { questionsOf } from '../../vault-to-servers/questions.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import type { CarriedSecrets } from './carried-secrets.ts';
import type { Surroundings } from './kept-steps.ts';
import { migrate, usesTheAction } from './migrate.ts';
import { checkWorkflow, deployWorkflow, type DeployOptions } from './new-workflows.ts';
import { readWorkflow, type WorkflowFile } from './workflow-file.ts';

const FOLDER = '.github/workflows';

/**
 * The workflows of the repository, their paths relative to its root.
 * @param names the names in a folder
 * @param read a file; null where there is none
 * @throws Failure what `read` throws: a workflow that cannot be read cannot be migrated either
 */
export function workflowsIn(
  names: (folder: string) => readonly string[],
  read: (file: string) => SourceFile | null,
): WorkflowFile[] {
  const files = names(FOLDER).filter((name) => /\.ya?ml$/.test(name));
  return files.flatMap((name) => {
    const file = `${FOLDER}/${name}`;
    const source = read(file);
    return source === null ? [] : (readWorkflow(file, source.text) ?? []);
  });
}

/** What the boilerplate of all workflows together hands to the secrets files. */
export function carriedBy(
  workflows: readonly WorkflowFile[],
  reference: string,
  surroundings: Surroundings,
): CarriedSecrets {
  const found = workflows.flatMap(
    (each) =>
      migrate(each, { reference, ...surroundings, stillRead: () => true, usualKey: null })?.carried ?? [],
  );
  return {
    references: new Map(found.flatMap(({ references }) => [...references])),
    fromGitHub: new Set(found.flatMap(({ fromGitHub }) => [...fromGitHub])),
    sshKey: found.map(({ sshKey }) => sshKey).find((key) => key !== null) ?? null,
  };
}

export interface WorkflowPlanOptions extends Omit<DeployOptions, 'destinations' | 'sshKey'> {
  /** The vault that a person will keep the private key in. */
  readonly vault: string;
  readonly surroundings: Surroundings;
  readonly project: ProjectReadings;
}

export interface WorkflowPlan {
  /** Texts by path from the repository's root. */
  readonly texts: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

export function planWorkflows(
  workflows: readonly WorkflowFile[],
  options: WorkflowPlanOptions,
): WorkflowPlan {
  const texts = new Map<string, string>();
  const notes: string[] = [];
  const read = textsThatRead(options.project);
  const usualKey = fetchesFromVault(options.project) ? null : `op://${options.vault}/Server/SSH_KEY`;
  for (const workflow of workflows) {
    const found = migrate(workflow, {
      reference: options.reference,
      ...options.surroundings,
      usualKey,
      stillRead: (name) => new RegExp(`\\b${name}\\b`).test(read),
    });
    if (found === null) continue;
    texts.set(workflow.path, found.text);
    if (found.replaced.length > 0)
      notes.push(`${workflow.path}: the action takes the place of ${found.replaced.join(', ')}.`);
    notes.push(...found.notes);
  }
  const using = workflows.filter((workflow) => usesTheAction(workflow));
  const deploys = texts.size > 0 || using.some((workflow) => !/\bcommand: ['"]?check\b/.test(workflow.text));
  const checks = using.some((workflow) => workflow.events.some((event) => event.startsWith('pull_request')));
  const fresh: DeployOptions = {
    ...options,
    sshKey: usualKey,
    destinations: destinationsOf(options.project),
  };
  const missing = [...(deploys ? [] : [deployWorkflow(fresh)]), ...(checks ? [] : [checkWorkflow(fresh)])];
  for (const { path: file, text } of missing) {
    const taken = workflows.some((workflow) => workflow.path === file);
    texts.set(taken ? file.replace('.yml', '-kamal.yml') : file, text);
  }
  return { texts, notes };
}

/** Whether a fetch tells the action which vault to look for the key in. */
function fetchesFromVault(project: ProjectReadings): boolean {
  return project.destinations.some(({ secrets }) => questionsOf(secrets).length > 0);
}

/** What is known of the project around the workflows. `lockfile`: the text of `Gemfile.lock`, null where there is none. */
export function surroundingsOf(project: ProjectReadings, lockfile: string | null): Surroundings {
  const deployment = project.destinations[0]?.deploy.deployment ?? null;
  const hooks = project.hooks.some(({ text }) => /\b(?:ruby|bundle|rails|rake)\b/.test(text));
  const bundled = lockedGem(lockfile ?? '', 'kamal')?.origin;
  return {
    registry: deployment === null ? undefined : deployment.registry,
    needsBundle: hooks || bundled === 'git' || bundled === 'path',
  };
}

/** Secrets files (without the comments), deploy files and hooks: whoever may read an environment variable. */
function textsThatRead(project: ProjectReadings): string {
  const sources = project.destinations.flatMap(({ secrets, deploy }) => [
    ...secrets.assignments.flatMap(({ references }) =>
      references.filter(({ to }) => to === null).map(({ name }) => name),
    ),
    ...deploy.files.flatMap(({ text }) => templatesIn(text)),
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
