/**
 * Takes the boilerplate out of a workflow that deploys with Kamal, and puts the action in its place. Every line that is
 * not about installing op and Kamal, loading the SSH key, logging in to the registry or deploying stays byte for byte;
 * so does a whole job where one thing is not understood.
 */
import { parseYaml } from '../../files/yaml/parser.ts';
import { readWorkflow } from '../../files/workflow/read-workflow.ts';
import { applyEdits } from '../../parity/edits/fix.ts';
import type { Edit, WorkflowJob, WorkflowReading } from '../../parity/model.ts';
import { isSerial } from '../../parity/workflow.ts';
import { type CarriedSecrets, referencesOf } from './carried-secrets.ts';
import { migrateJob, placeOf, type JobMigration, type MigrationOptions } from './migrate-job.ts';
import type { Refusal } from './job-refusal.ts';

export interface Migration {
  readonly edits: readonly Edit[];
  readonly text: string;
  /** References and GitHub secrets that the boilerplate handed to `.kamal/secrets` by environment variable. */
  readonly carried: CarriedSecrets;
  /** What was taken out, by step: “1password/install-cli-action”. */
  readonly replaced: readonly string[];
  /** What is worth a look, one sentence each. */
  readonly notes: readonly string[];
  /** Jobs that run Kamal and stay as they are, one sentence each: place, reason, what a person would do. */
  readonly left: readonly string[];
  /** The destinations that it deploys; null if Kamal gets none. */
  readonly destinations: readonly (string | null)[];
  /** Whether a job was changed. */
  readonly isChanged: boolean;
  readonly keepsScriptWithoutToken: boolean;
}

/** Null if no job of the workflow runs Kamal without the action. */
export function migrate(
  workflow: WorkflowReading,
  options: MigrationOptions,
  isConcerned: (job: WorkflowJob) => boolean = () => true,
  all: readonly WorkflowReading[] = [],
): Migration | null {
  const migrated: JobMigration[] = [];
  const left: string[] = [];
  for (const job of workflow.jobs.filter(isConcerned)) {
    const found = migrateJob(workflow, job, options);
    if (found === null) continue;
    if ('why' in found) left.push(refusalText(workflow, job, found));
    else if (isHarmless(workflow, found)) migrated.push(found);
    else
      left.push(
        refusalText(workflow, job, {
          why: 'the edits would reach more than its own steps',
          todo: 'report this workflow to us, and migrate it by hand',
          view: null,
        }),
      );
  }
  if (migrated.length === 0 && left.length === 0) return null;
  const edits = migrated.flatMap((each) => each.edits);
  return {
    edits,
    text: applyEdits(workflow.source.text, edits),
    carried: {
      references: referencesOf(migrated.flatMap(({ carried }) => [...carried.references])),
      fromGitHub: new Set(migrated.flatMap(({ carried }) => [...carried.fromGitHub])),
      keySecrets: new Set(migrated.flatMap(({ carried }) => [...carried.keySecrets])),
      sshKey: migrated.map(({ carried }) => carried.sshKey).find((key) => key !== null) ?? null,
    },
    replaced: [...new Set(migrated.flatMap(({ replaced }) => replaced))],
    notes: [
      ...new Set([
        ...migrated.flatMap(({ notes }) => notes),
        ...(migrated.length === 0 || hasConcurrency(workflow, all)
          ? []
          : [
              `${workflow.source.path} has no \`concurrency:\`: two pushes could deploy at the same time; \`kamal-1password fix\` adds it.`,
            ]),
      ]),
    ],
    left,
    destinations: [...new Set(migrated.flatMap(({ destinations }) => destinations))],
    isChanged: migrated.length > 0,
    keepsScriptWithoutToken: migrated.some((each) => each.keepsScriptWithoutToken),
  };
}

function hasConcurrency(workflow: WorkflowReading, all: readonly WorkflowReading[]): boolean {
  const { jobs } = workflow;
  return jobs.some((job) => job.hasConcurrency) || jobs.every((job) => isSerial({ workflow, job }, all));
}

function refusalText(workflow: WorkflowReading, job: WorkflowJob, { why, todo, view }: Refusal): string {
  const [first] = job.steps;
  const step = view?.step ?? job.steps.find(({ kamal }) => kamal.length > 0) ?? first;
  const place = step === undefined ? `${workflow.source.path}: job ${job.id}` : placeOf(workflow, step);
  return `${place}: the job \`${job.id}\` stays as it is, since ${why}. What you can do: ${todo}.`;
}

/**
 * Reads the result again: outside of the action's own steps everything has to be what it was, every step that stays
 * among it. What this does not prove is not written.
 */
function isHarmless(workflow: WorkflowReading, { edits }: JobMigration): boolean {
  const { source } = workflow;
  // Two edits over the same lines: a comment may belong to the step before or after it.
  const ordered = [...edits].sort((one, other) => one.start - other.start || one.end - other.end);
  if (ordered.some(({ start }, at) => start < (ordered[at - 1]?.end ?? 0))) return false;
  const after = readWorkflow(
    { ...source, text: applyEdits(source.text, edits) },
    workflow.project,
    parseYaml,
    { read: () => null },
  );
  if (after === null || after.jobs.length !== workflow.jobs.length) return false;
  if (withoutSteps(workflow) !== withoutSteps(after)) return false;
  return after.jobs.every((job, index) => {
    const old = stepTexts(workflow, workflow.jobs[index]);
    return stepTexts(after, job)
      .filter((text) => !/uses: kamal-1password\/kamal-1password@/.test(text))
      .every((text) => old.includes(text));
  });
}

function stepTexts({ source: { text } }: WorkflowReading, job: WorkflowJob | undefined): string[] {
  return (job?.steps ?? []).map(({ lines }) => text.slice(lines.start, lines.end).trimEnd());
}

/** All that is no step, comments and blank lines omitted. */
function withoutSteps({ source: { text }, jobs }: WorkflowReading): string {
  const cuts = jobs.flatMap(({ steps, hasBlockSteps }) =>
    hasBlockSteps ? steps.map(({ lines }) => lines) : [],
  );
  let rest = '';
  let at = 0;
  for (const { start, end } of cuts) {
    rest += text.slice(at, start);
    at = Math.max(at, end);
  }
  return (rest + text.slice(at)).replaceAll(/^[ \t]*(?:#.*)?\r?\n/gm, '').trimEnd();
}
