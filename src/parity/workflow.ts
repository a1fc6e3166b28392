/** What workflows do with Kamal, and what reaches the step that does it. */
import type {
  Deployment,
  Insertion,
  Edit,
  WorkflowJob,
  WorkflowMap,
  WorkflowReading,
  WorkflowStep,
} from './model.ts';
import type { DestinationReadings, ProjectReadings } from './rule.ts';

/** A step that deploys with Kamal. */
export interface DeployStep {
  readonly workflow: WorkflowReading;
  readonly job: WorkflowJob;
  readonly step: WorkflowStep;
  /** By our action, or by a script that calls Kamal. */
  readonly by: 'action' | 'script';
  /** The destinations that it may deploy to; none where it belongs to another project. */
  readonly destinations: readonly DestinationReadings[];
}

/** More steps that deploy are not judged: each is compared with all before it. */
const MOST_DEPLOYS = 100;

/** Every step of the project's workflows that changes what runs on the servers. */
export function deploySteps({
  workflows,
  destinations,
}: Pick<ProjectReadings, 'workflows' | 'destinations'>): DeployStep[] {
  const all = workflows.flatMap((workflow) =>
    workflow.jobs.flatMap((job) =>
      job.steps.flatMap((step): DeployStep[] => {
        const found = deployOf(step);
        if (found === null) return [];
        const own = isOfProject(step, job, workflow);
        return [
          {
            workflow,
            job,
            step,
            by: found.by,
            destinations: own ? meant(found.destination, destinations) : [],
          },
        ];
      }),
    ),
  );
  return all.slice(0, MOST_DEPLOYS);
}

/** Whether a step is our action; `command` is null where it hangs on an expression. */
export function ownAction({ uses, with: inputs }: WorkflowStep): { readonly command: string | null } | null {
  if (uses === null || !/^[\w.-]+\/kamal-1password(?:@|$)/.test(uses)) return null;
  const command = valueOf(inputs, 'command') ?? 'deploy';
  return { command: command.includes('${{') ? null : command };
}

/** `kamal deploy`, `bundle exec kamal setup`, `bin/kamal redeploy`, at the start of a line or of a command in it. */
const KAMAL =
  /(?:^|[;&|(]|\bthen|\bdo)[ \t]*(?:bundle exec )?(?:(?:\.\/)?bin\/)?kamal[ \t]+(?:deploy|redeploy|setup|rollback)\b([^\n;&|]*)/m;

function deployOf(step: WorkflowStep): { by: DeployStep['by']; destination: Destination } | null {
  const action = ownAction(step);
  if (action !== null) {
    if (action.command !== null && !['deploy', 'rollback'].includes(action.command)) return null;
    return { by: 'action', destination: literal(valueOf(step.with, 'destination')) };
  }
  const script = (step.run ?? '').replaceAll(/\\\n/g, ' ').replaceAll(/^[ \t]*#.*$/gm, '');
  const [, flags] = KAMAL.exec(script) ?? [];
  if (flags === undefined) return null;
  const [, word] = /(?:^|\s)(?:-d|--destination)(?:[ \t]+|=)(\S+)/.exec(flags) ?? [];
  return { by: 'script', destination: literal(word ?? null) };
}

/** A name, no destination at all, or one that only a run knows. */
type Destination = { readonly name: string | null } | 'unknown';

function literal(word: string | null): Destination {
  if (word === null || word === '') return { name: null };
  const bare = word.replaceAll(/^["']|["']$/g, '');
  return /^[\w.-]+$/.test(bare) ? { name: bare } : 'unknown';
}

function meant(
  destination: Destination,
  all: readonly DestinationReadings[],
): readonly DestinationReadings[] {
  if (destination === 'unknown') return all;
  return all.filter((each) => each.destination === destination.name);
}

/** A step that works in another folder deploys another project. */
function isOfProject(step: WorkflowStep, job: WorkflowJob, workflow: WorkflowReading): boolean {
  const action = ownAction(step) !== null;
  const folder = action
    ? valueOf(step.with, 'working-directory')
    : (step.workingDirectory ?? job.workingDirectory ?? workflow.workingDirectory);
  const plain = (folder ?? '.').replaceAll(/^\.\/|\/$/g, '').replace(/^\.$/, '');
  return plain === workflow.project && !/(?:^|[;&|\s])cd\s/.test(step.run ?? '');
}

/** The value of an entry; null where there is none. */
export function valueOf(map: WorkflowMap | null, name: string): string | null {
  return map?.entries.findLast((entry) => entry.name === name)?.value ?? null;
}

/** Whether the runner is GitHub's own, where nothing is set but what the workflow sets. */
export function isHosted({ runsOn, hasContainer }: WorkflowJob): boolean {
  return (
    !hasContainer &&
    runsOn.length > 0 &&
    runsOn.every((word) => /^(?:ubuntu|macos|windows)-[\w.-]+$/.test(word))
  );
}

/** Whether a variable reaches a step: `unknown` where an action or a script may have set it in a way that is not seen. */
export function reaches(name: string, { workflow, job, step }: DeployStep): boolean | 'unknown' {
  const given = [workflow.env, job.env, step.env]
    .map((map) => valueOf(map, name))
    .findLast((value) => value !== null);
  if (given !== undefined) return true;
  if (wordOf(name).test(step.run ?? '')) return true;
  let isUnknown = !isHosted(job) || isOpaque(step.run ?? '');
  for (const before of job.steps.slice(0, job.steps.indexOf(step))) {
    const exported = exportedBy(before, name);
    if (exported === true) return true;
    isUnknown ||= exported === 'unknown';
  }
  return isUnknown ? 'unknown' : false;
}

/** Whether a step gives a variable to those after it. */
function exportedBy(step: WorkflowStep, name: string): boolean | 'unknown' {
  if (step.run !== null) {
    if (wordOf(name).test(step.run)) return true;
    return /GITHUB_ENV/.test(step.run) || isOpaque(step.run) ? 'unknown' : false;
  }
  const uses = step.uses ?? '';
  if (/^1password\/load-secrets-action\/configure\b/i.test(uses)) {
    const [, input] = /^OP_(SERVICE_ACCOUNT_TOKEN|CONNECT_TOKEN|CONNECT_HOST)$/.exec(name) ?? [];
    if (input === undefined) return false;
    return valueOf(step.with, input.toLowerCase().replaceAll('_', '-')) !== null;
  }
  if (/^1password\/load-secrets-action\b/i.test(uses)) {
    // Secret references in its `env` become variables, unless `export-env` says no (the default changed over its versions).
    return (
      valueOf(step.with, 'export-env') !== 'false' && (valueOf(step.env, name) ?? '').startsWith('op://')
    );
  }
  return KEEP_TO_THEMSELVES.test(uses) ? false : 'unknown';
}

/** Actions that set no variables of the user's own. */
const KEEP_TO_THEMSELVES =
  /^(?:actions\/(?!github-script)|docker\/|ruby\/setup-ruby\b|webfactory\/ssh-agent\b|1password\/install-cli-action\b|shimataro\/ssh-key-action\b|crazy-max\/ghaction-github-runtime\b|[\w.-]+\/kamal-1password\b)/i;

/** Scripts that may bring variables or secrets files from elsewhere. */
function isOpaque(script: string): boolean {
  return (
    /(?:^|[;&|\s])(?:source|\.)\s+\S|\bset -a\b|\.kamal\/secrets|\bdirenv\b/m.test(script) ||
    /\b(?:op|doppler|infisical|chamber|dotenv|sops|vault)\b[^\n]*\bkamal\b/.test(script)
  );
}

function wordOf(name: string): RegExp {
  return new RegExp(String.raw`(?<!\w)${name}(?!\w)`);
}

/** Whether what these secrets files do needs 1Password's CLI. */
export function needsOp({ secrets }: DestinationReadings): boolean {
  return secrets.assignments
    .flatMap(({ commands }) => commands)
    .some((command) =>
      command.kind === 'fetch'
        ? command.adapter?.name === '1password'
        : command.kind !== 'extract' && command.words[0]?.value === 'op',
    );
}

/** The registry of the deploy file, as far as it is known. */
export function registryOf(destinations: readonly DestinationReadings[]): Deployment['registry'] {
  return destinations.find(({ deploy }) => deploy.deployment !== null)?.deploy.deployment?.registry ?? null;
}

/** Lines put in at a place that the reader of the workflow found. */
export function insertLines(
  file: string,
  { at, indent, lineEnd }: Insertion,
  lines: readonly string[],
): Edit {
  const text = lines
    .map((line) => (lineEnd === 'before' ? `\n${indent}${line}` : `${indent}${line}\n`))
    .join('');
  return { file, start: at, end: at, text };
}

/** Adds an entry to a map of a step, or the map with it where there is none yet. */
export function addEntry(
  file: string,
  map: WorkflowMap | null,
  { insert }: Pick<WorkflowStep, 'insert'>,
  key: string,
  entry: string,
): Edit[] {
  if (map !== null) return map.insert === null ? [] : [insertLines(file, map.insert, [entry])];
  return insert === null ? [] : [insertLines(file, insert, [`${key}:`, `  ${entry}`])];
}
