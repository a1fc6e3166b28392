/**
 * Takes the boilerplate out of a workflow that deploys with Kamal, and puts the action in its place. Every line that is
 * not about installing op and Kamal, loading the SSH key, logging in to the registry or deploying stays byte for byte.
 */
import { applyEdits } from '../../parity/edits/fix.ts';
import type { CarriedSecrets } from './carried-secrets.ts';
import { JobMigrator, type JobMigration, type MigrationOptions } from './migrate-job.ts';
import { purposeOf, type Purpose } from './recognise-step.ts';
import type { Job, WorkflowFile } from './workflow-file.ts';

export interface Migration {
  readonly text: string;
  /** References and GitHub secrets that the boilerplate handed to `.kamal/secrets` by environment variable. */
  readonly carried: CarriedSecrets;
  /** What was taken out, by step: “1password/install-cli-action”. */
  readonly replaced: readonly string[];
  /** What is worth a look, one sentence each. */
  readonly notes: readonly string[];
  /** The destinations that it deploys; null where Kamal gets none. */
  readonly destinations: readonly (string | null)[];
}

/** Null where the workflow does not deploy with Kamal, or does so with the action already. */
export function migrate(workflow: WorkflowFile, options: MigrationOptions): Migration | null {
  const migrated = workflow.jobs.flatMap((job) => {
    const found = migrateJob(workflow, job, options);
    return found === null ? [] : [found];
  });
  if (migrated.length === 0) return null;
  return {
    text: applyEdits(
      workflow.text,
      migrated.flatMap(({ edits }) => edits),
    ),
    carried: {
      references: new Map(migrated.flatMap(({ carried }) => [...carried.references])),
      fromGitHub: new Set(migrated.flatMap(({ carried }) => [...carried.fromGitHub])),
      sshKey: migrated.map(({ carried }) => carried.sshKey).find((key) => key !== null) ?? null,
    },
    replaced: [...new Set(migrated.flatMap(({ replaced }) => replaced))],
    notes: [
      ...new Set([
        ...migrated.flatMap(({ notes }) => notes),
        ...(workflow.hasConcurrency
          ? []
          : [
              `${workflow.path} has no \`concurrency:\`: two pushes could deploy at the same time; \`kamal-1password fix\` adds it.`,
            ]),
      ]),
    ],
    destinations: [...new Set(migrated.flatMap(({ destinations }) => destinations))],
  };
}

/** Whether a workflow runs the action already. */
export function usesTheAction(workflow: WorkflowFile): boolean {
  return workflow.jobs.some(({ steps }) => steps?.some((step) => purposeOf(step) === 'ours') ?? false);
}

function migrateJob(workflow: WorkflowFile, job: Job, options: MigrationOptions): JobMigration | null {
  if (job.steps === null) {
    const deploys = /\bkamal (?:deploy|redeploy)\b/.test(workflow.text) && workflow.jobs.length === 1;
    return deploys
      ? {
          edits: [],
          carried: { references: new Map(), fromGitHub: new Set(), sshKey: null },
          replaced: [],
          notes: [
            `${workflow.path}: the steps of job ${job.name} are not written one below the other, so they were left alone.`,
          ],
          destinations: [],
        }
      : null;
  }
  const purposes = new Map(job.steps.map((step) => [step, purposeOf(step)]));
  const has = (purpose: Purpose): boolean => [...purposes.values()].includes(purpose);
  if (has('ours') || !(has('deploy') || has('mixed'))) return null;
  return new JobMigrator(workflow, job, job.steps, purposes, options).migrate();
}
