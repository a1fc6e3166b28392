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

/** From the root of the repository, empty for the root; null if only a run knows it. */
function folderOf(workflow: WorkflowReading, job: WorkflowJob, step: WorkflowStep): string | null {
  if (isOurs(step.uses)) return plainFolder(textsOf(step.with)['working-directory'] ?? '.');
  if (step.uses !== null) return folderOfAction(step, workflow.project);
  const given = plainFolder(
    step.workingDirectory ?? job.workingDirectory ?? workflow.workingDirectory ?? '.',
  );
  if (given === null) return null;
  const script = step.run ?? '';
  const elsewhere = step.kamal.find(({ file, through }) => file !== null || through.some(isContainer));
  if (elsewhere !== undefined) return folderElsewhere(elsewhere.file, script, given, workflow.project);
  const moves = /(?:^|[\s;&|(])(?:cd|pushd)\s/.test(script) ? movesOf(script) : '.';
  return moves === null ? null : plainFolder(posix.join(given, moves));
}

/** An action that runs Kamal: in the folder that an input names by its own name, else in one that is not known. */
function folderOfAction({ with: inputs }: WorkflowStep, project: string): string | null {
  const entries = inputs?.entries ?? [];
  if (project !== '' && entries.some(({ value }) => namesFolder(value, project))) return project;
  const named = entries.find(({ name }) =>
    /^(?:working[-_]?dir(?:ectory)?|workdir|directory|dir)$/i.test(name),
  );
  return named === undefined ? null : plainFolder(named.value);
}

/** Whether a text names a folder or something in it: `apps/web`, `./apps/web/config/deploy.yml`. */
function namesFolder(text: string, folder: string): boolean {
  return text.split(/[\s"'=:,]+/).some((word) => isWithin(word.replace(/^\.\//, ''), folder));
}

function isWithin(file: string, folder: string): boolean {
  return file.replace(/\/$/, '') === folder || file.startsWith(`${folder}/`);
}

function isContainer(through: string): boolean {
  return /^(?:docker|podman|ssh)\b/.test(through);
}

/** Null if an expression, a variable or a path from the machine's root is in it. */
function plainFolder(text: string): string | null {
  if (/[$~]/.test(text) || text.startsWith('/')) return null;
  const folder = posix.normalize(text).replace(/\/$/, '');
  return folder === '.' ? '' : folder;
}

/** The folder that a script goes into by one plain `cd`. */
function movesOf(script: string): string | null {
  const moves = readShell(script).commands.filter(({ words }) =>
    /^(?:cd|pushd)$/.test(words[0]?.literal ?? ''),
  );
  const [move] = moves;
  const to = move?.words[1]?.literal ?? null;
  return moves.length === 1 && to !== null && !to.includes('${{') && !to.startsWith('/') ? to : null;
}

/**
 * Whether a step deploys a project from a folder above it: `kamal deploy -c apps/shop/config/deploy.yml` in the root.
 * Kamal reads `.kamal` there then, not the project's own.
 */
export function reachesInto({ kamal, uses, with: inputs }: WorkflowStep, project: string): boolean {
  if (project === '') return false;
  const named = isOurs(uses) ? [textsOf(inputs)['config-file']] : kamal.map(configOf);
  return named.some((each) => isWithin((each ?? '').replace(/^\.\//, ''), project));
}

function isOurs(uses: string | null): boolean {
  return /^[\w.-]+\/kamal-1password@/i.test(uses ?? '');
}

/** A file of the repository, or a container, may go into any folder; one that works in a folder stays below it. */
function folderElsewhere(file: string | null, script: string, given: string, project: string): string | null {
  const inContainer = folderInContainer(script);
  if (inContainer !== null) return plainFolder(posix.join(given, inContainer)) || null;
  if (file !== null && isWithin(file, project) && project !== '') return project;
  return given === '' ? null : given;
}

/** Where a container of Kamal works (its image: `/workdir`), by what is mounted there; null if that is not seen. */
function folderInContainer(script: string): string | null {
  const [, named] = /(?:^|\s)(?:-w|--workdir)[ =]["']?(\/[\w./-]*)/.exec(script) ?? [];
  const works = posix.resolve(named ?? '/workdir');
  const mounts = [...script.matchAll(MOUNT)].map(([, from = '', to = '']) => ({
    from: from === '' ? '.' : from,
    to: posix.resolve(to),
  }));
  const mount = mounts.find(({ to }) => works === to || works.startsWith(`${to}/`));
  return mount === undefined ? null : posix.join(mount.from, works.slice(mount.to.length));
}

/** `-v "$PWD/apps/web:/workdir"`, `--mount type=bind,source=$PWD,target=/workdir`: what of the checkout, and where to. */
const MOUNT =
  /(?:(?:\$PWD|\$\{PWD\}|\$\(pwd\)|\$\{?GITHUB_WORKSPACE\}?|\$\{\{ *github\.workspace *\}\})|(?<=[ =]["']?)\.(?=[/:]))(?:\/([\w./-]*))?["']?(?::|,(?:target|destination|dst)=)["']?(\/[\w./-]*)/gi;
