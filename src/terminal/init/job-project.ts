/** Which project of a repository a job deploys. */
import { posix } from 'node:path';
import { readShell } from '../../files/workflow/shell.ts';
import type { WorkflowJob, WorkflowReading, WorkflowStep } from '../../parity/model.ts';
import { configOf } from '../../parity/workflow.ts';
import { textsOf } from './step-purpose.ts';

/** Whether a job is about the project of the reading, or may be: a folder that only a run knows may be any. */
export function isOfProject(workflow: WorkflowReading, job: WorkflowJob): boolean {
  const steps = job.steps.filter(({ kamal, uses }) => kamal.length > 0 || isOurs(uses));
  if (steps.length === 0) return true;
  return steps.some((step) => {
    const folder = folderOf(workflow, job, step);
    return folder === null || folder === workflow.project || reachesInto(step, workflow.project);
  });
}

/** From the root of the repository, empty for the root; null where only a run knows it. */
function folderOf(workflow: WorkflowReading, job: WorkflowJob, step: WorkflowStep): string | null {
  const given = isOurs(step.uses)
    ? (textsOf(step.with)['working-directory'] ?? '.')
    : (step.workingDirectory ?? job.workingDirectory ?? workflow.workingDirectory ?? '.');
  if (given.includes('${{') || given.includes('$')) return null;
  const moves = /(?:^|[\s;&|(])cd\s/.test(step.run ?? '') ? movesOf(step.run ?? '') : '.';
  if (moves === null) return null;
  const folder = posix.normalize(posix.join(given, moves)).replace(/\/$/, '');
  return folder === '.' ? '' : folder;
}

/** The folder that a script goes into by one plain `cd`. */
function movesOf(script: string): string | null {
  const moves = readShell(script).commands.filter(({ words }) => words[0]?.literal === 'cd');
  const [move] = moves;
  const to = move?.words[1]?.literal ?? null;
  return moves.length === 1 && to !== null && !to.includes('${{') && !to.startsWith('/') ? to : null;
}

/** `kamal deploy -c apps/shop/config/deploy.yml` from the root. */
function reachesInto({ kamal }: WorkflowStep, project: string): boolean {
  return (
    project !== '' &&
    kamal.some((call) => (configOf(call) ?? '').replace(/^\.\//, '').startsWith(`${project}/`))
  );
}

function isOurs(uses: string | null): boolean {
  return /^[\w.-]+\/kamal-1password@/i.test(uses ?? '');
}
