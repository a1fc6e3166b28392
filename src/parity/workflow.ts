/** What workflows do with Kamal, and what reaches the step that does it. */
import type {
  Deployment,
  Insertion,
  Edit,
  Fix,
  KamalCall,
  WorkflowJob,
  WorkflowMap,
  WorkflowReading,
  WorkflowStep,
} from './model.ts';
import type { DestinationReadings, ProjectReadings } from './rule.ts';

/** A step that runs Kamal, and the destinations that it is for. */
export interface DeployStep {
  readonly workflow: WorkflowReading;
  readonly job: WorkflowJob;
  readonly step: WorkflowStep;
  /** By our action, or by a script that calls Kamal. */
  readonly by: 'action' | 'script';
  /** What it calls Kamal for; empty for our action. */
  readonly calls: readonly KamalCall[];
  /** The destinations that it may be for; none where it belongs to another project. */
  readonly destinations: readonly DestinationReadings[];
  /** Whether it is of this project and a call of it names no destination. */
  readonly namesNone: boolean;
}

/** More steps that deploy are not judged: each is compared with all before it. */
const MOST_DEPLOYS = 100;

type Project = Pick<ProjectReadings, 'workflows' | 'destinations'>;

/** Every step of the project's workflows that changes what runs on the servers. */
export function deploySteps(project: Project): DeployStep[] {
  return kamalSteps(project, DEPLOYS);
}

/** Every step that runs a command of Kamal which reads the secrets; those that deploy are among them. */
export function secretSteps(project: Project): DeployStep[] {
  return kamalSteps(project, READS_SECRETS);
}

/** Commands that change what runs on the servers. */
export const DEPLOYS = /^(?:deploy|redeploy|setup|rollback)$/;

/** Whether a command of Kamal reads the secrets file: `app exec`, `deploy`. */
export function readsSecrets(command: string): boolean {
  return READS_SECRETS.test(command);
}

/**
 * What reads the secrets file (Kamal 2.12.0, lib/kamal/cli: what logs in to the registry, uploads an env file or hands
 * the builder its secrets; and lib/kamal/cli/base.rb, which hands them to hooks).
 */
const READS_SECRETS =
  /^(?:deploy|redeploy|setup|rollback|upgrade|app (?:boot|exec)|accessory (?:boot|reboot|exec|upgrade)|build (?:deliver|push|pull|dev)|proxy (?:boot|reboot|upgrade)|registry (?:setup|login)|secrets print)$/;

function kamalSteps({ workflows, destinations }: Project, commands: RegExp): DeployStep[] {
  const all = workflows.flatMap((workflow) =>
    workflow.jobs.flatMap((job) =>
      job.steps.flatMap((step): DeployStep[] => {
        const found = deployOf(step, commands);
        if (found === null) return [];
        const own = isOwnStep({ workflow, job, step }, found.calls, destinations);
        const meantBy = found.destinations.flatMap((each) => meant(each, destinations));
        return [
          {
            workflow,
            job,
            step,
            by: found.by,
            calls: found.calls,
            destinations: own ? destinations.filter((each) => meantBy.includes(each)) : [],
            namesNone: own && found.destinations.some((each) => each !== 'unknown' && each.name === null),
          },
        ];
      }),
    ),
  );
  return all.slice(0, MOST_DEPLOYS);
}

/** How deep workflows call each other (GitHub allows ten levels). */
const MOST_CALLS = 10;

/**
 * Whether runs of a job wait for each other: by a `concurrency` of its own, of its workflow, or of every job that calls it
 * where nothing else starts it.
 */
export function isSerial(
  { workflow, job }: { readonly workflow: WorkflowReading; readonly job: WorkflowJob },
  workflows: readonly WorkflowReading[],
  depth = 0,
): boolean {
  if (workflow.hasConcurrency || job.hasConcurrency) return true;
  if (depth > MOST_CALLS || !workflow.triggers.every(({ name }) => name === 'workflow_call')) return false;
  const name = `./.github/workflows/${workflow.source.path.replace(/^.*\//, '')}`;
  const callers = workflows.flatMap((each) =>
    each.jobs
      .filter(({ calls }) => calls?.workflow === name)
      .map((caller) => ({ workflow: each, job: caller })),
  );
  return callers.length > 0 && callers.every((caller) => isSerial(caller, workflows, depth + 1));
}

/** Whether a step is our action; `command` is null if it hangs on an expression. */
export function ownAction({ uses, with: inputs }: WorkflowStep): { readonly command: string | null } | null {
  if (uses === null || !/^[\w.-]+\/kamal-1password(?:@|$)/.test(uses)) return null;
  const command = valueOf(inputs, 'command') ?? 'deploy';
  return { command: command.includes('${{') ? null : command };
}

interface Found {
  readonly by: DeployStep['by'];
  readonly calls: readonly KamalCall[];
  readonly destinations: readonly Destination[];
}

function deployOf(step: WorkflowStep, commands: RegExp): Found | null {
  const action = ownAction(step);
  if (action !== null) {
    if (action.command !== null && !['deploy', 'rollback'].includes(action.command)) return null;
    return { by: 'action', calls: [], destinations: [literal(valueOf(step.with, 'destination'))] };
  }
  const calls = step.kamal.filter(
    (call) =>
      call.command !== null && commands.test(call.command) && !call.words.includes('--reuse') && isOwn(call),
  );
  return calls.length === 0 ? null : { by: 'script', calls, destinations: calls.map(destinationOf) };
}

/** Where Kamal runs elsewhere, or in what an action of others does, nothing is known of what reaches it. */
function isOwn({ through, file }: KamalCall): boolean {
  const isAction = file !== null && /(?:^|\/)action\.ya?ml$/.test(file);
  return (
    !isAction &&
    !through.some((each) => /^(?:docker|podman|ssh|a script$|an alias$)|^[\w.-]+\/.*@/.test(each))
  );
}

function destinationOf({ words, file }: KamalCall): Destination {
  const named = destinationNamed({ words });
  if (named !== null) return literal(named);
  return words.includes(null) || file !== null ? 'unknown' : { name: null };
}

/** What only a run knows. */
const UNKNOWN = '$';

/** A step that writes a secrets file which a destination reads: then no one knows what it holds before it runs. */
export function secretsWriter(
  { workflows }: Pick<ProjectReadings, 'workflows'>,
  { secrets }: DestinationReadings,
): { readonly step: WorkflowStep; readonly file: string } | null {
  const names = secrets.files.map(({ path }) => path.replace(/^.*\//, ''));
  for (const { jobs } of workflows)
    for (const { steps } of jobs)
      for (const step of steps) {
        const file = step.writes.find((written) => {
          const name = written.replace(/^.*\//, '');
          return names.includes(name) || (/[$*]/.test(name) && name.startsWith('secrets'));
        });
        if (file !== undefined) return { step, file };
      }
  return null;
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

/** A step that works in another folder, or names another deploy file, is about another project. */
export function isOwnStep(
  { workflow, job, step }: Pick<DeployStep, 'workflow' | 'job' | 'step'>,
  calls: readonly KamalCall[],
  destinations: readonly DestinationReadings[],
): boolean {
  return (
    isOfProject(step, job, workflow) &&
    isOwnFile(valueOf(step.with, 'config-file')?.trim() ?? null, destinations) &&
    calls.every((call) => isOwnFile(configOf(call), destinations))
  );
}

/** What names another deploy file than the project's deploys another project. */
function isOwnFile(named: string | null, destinations: readonly DestinationReadings[]): boolean {
  const own = destinations[0]?.deploy.files[0]?.path;
  if (named === null || own === undefined || named === UNKNOWN || named.includes('${{')) return true;
  return named.replace(/^\.\//, '') === own;
}

/** The deploy file that a call names; null if it names none. */
export function configOf({ words }: Pick<KamalCall, 'words'>): string | null {
  return lastOption(words, /^(?:-c|--config[-_]file)$/, /^(?:--config[-_]file=|-c=?)(.+)$/);
}

/** The destination that a call names, `$` where only a run knows it; null if it names none. */
export function destinationNamed({ words }: Pick<KamalCall, 'words'>): string | null {
  return lastOption(words, /^(?:-d|--destination)$/, /^(?:--destination=|-d=?)(.+)$/);
}

/** If an option is given twice, Kamal uses the last (Thor 1.4, parser/options.rb). */
function lastOption(words: KamalCall['words'], alone: RegExp, attached: RegExp): string | null {
  let found: string | null = null;
  for (const [index, word] of words.entries()) {
    if (alone.test(word ?? '')) found = words[index + 1] ?? UNKNOWN;
    else found = attached.exec(word ?? '')?.[1] ?? found;
  }
  return found;
}

/** A step that works in another folder deploys another project. */
export function isOfProject(step: WorkflowStep, job: WorkflowJob, workflow: WorkflowReading): boolean {
  const action = ownAction(step) !== null;
  const folder = action
    ? valueOf(step.with, 'working-directory')
    : (step.workingDirectory ?? job.workingDirectory ?? workflow.workingDirectory);
  const plain = (folder ?? '.').replaceAll(/^\.\/|\/$/g, '').replace(/^\.$/, '');
  return plain === workflow.project && !/(?:^|[;&|\s])cd\s/.test(step.run ?? '');
}

/** The value of an entry, or null if there is none. */
export function valueOf(map: WorkflowMap | null, name: string): string | null {
  return map?.entries.findLast((entry) => entry.name === name)?.value ?? null;
}

/** Whether the runner is GitHub's own, which has only the variables that the workflow sets. */
export function isHosted({ runsOn, hasContainer }: WorkflowJob): boolean {
  return (
    !hasContainer &&
    runsOn.length > 0 &&
    runsOn.every((word) => /^(?:ubuntu|macos|windows)-[\w.-]+$/.test(word))
  );
}

/** Whether a variable reaches a step: `unknown` where an action or a script may have set it in a way that is not seen. */
export function reaches(name: string, { workflow, job, step, calls }: DeployStep): boolean | 'unknown' {
  const given = [workflow.env, job.env, step.env];
  if (given.some((map) => valueOf(map, name) !== null)) return true;
  if (wordOf(name).test(step.run ?? '')) return true;
  let isUnknown =
    given.some(hasUnknownNames) ||
    !isHosted(job) ||
    isOpaque(step.run ?? '') ||
    isOpaque(step.called) ||
    wordOf(name).test(step.called) ||
    calls.some((call) => mayBring(name, call));
  for (const before of job.steps.slice(0, job.steps.indexOf(step))) {
    const exported = exportedBy(before, name);
    if (exported === true) return true;
    isUnknown ||= exported === 'unknown';
  }
  return isUnknown ? 'unknown' : false;
}

/** `${{ insert }}: ${{ secrets }}`, or an expression instead of the map: the variables are known only in a run. */
function hasUnknownNames(map: WorkflowMap | null): boolean {
  return map?.entries.some(({ name }) => name.includes('${{')) === true;
}

/** Whether a step gives a variable to those after it. */
function exportedBy(step: WorkflowStep, name: string): boolean | 'unknown' {
  if (step.run !== null) {
    if (wordOf(name).test(step.run)) return true;
    const text = `${step.run}\n${step.called}`;
    return /GITHUB_ENV/.test(text) || isOpaque(text) ? 'unknown' : false;
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
  return /(?:^|[;&|\s])(?:source|\.)\s+\S|\bset -a\b|\.kamal\/secrets|\bdirenv\b/m.test(script);
}

/** Programs that pass on the environment unchanged. */
const HANDS_ON =
  /^(?:bundle exec|time|timeout|nice|nohup|env|exec|command|sudo|stdbuf|unbuffer|chronic|retry|mise|rbenv|asdf|nix|devbox|bash|sh|make|just|rake|npm|yarn|pnpm|bun|task|\S*kamal$|[\w./-]+$)/;

/** Whether what Kamal is called through may set a variable: `op run` and the like do, but their own token they need too. */
function mayBring(name: string, { through }: KamalCall): boolean {
  return through.some((each) =>
    /^op\b/.test(each) ? !name.startsWith('OP_') : BRINGS.test(each) || !HANDS_ON.test(each),
  );
}

const BRINGS =
  /^(?:doppler|infisical|chamber|dotenvx?|sops|vault|fnox|varlock|direnv|teller|aws-vault|berglas|docker|podman|ssh)\b/;

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

/**
 * How a step gets a secret of GitHub. A called workflow that declares its secrets has no others: then an edit of the step
 * alone would leave it blank, and each caller has to pass it too.
 */
export function passSecret(workflow: WorkflowReading, name: string, edits: readonly Edit[]): Fix {
  const declared = workflow.callable?.secrets ?? null;
  const isKnown = declared === null || hasEntry(declared, name);
  return {
    actor: 'agent',
    title: isKnown
      ? `Pass ${name} to this step`
      : `Declare ${name} under on.workflow_call.secrets, pass it from each workflow that calls this one, and pass it to this step`,
    edits: isKnown ? edits : [],
  };
}

/** Whether a map has a secret of that name; GitHub's names of secrets are the same in capitals and small letters. */
export function hasEntry(map: WorkflowMap | null, name: string): boolean {
  return map?.entries.some((entry) => entry.name.toUpperCase() === name.toUpperCase()) === true;
}

/** Lines added at a place that the reader of the workflow found. */
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

/** Adds an entry to a map of a step, or the map with it if there is none yet. */
export function addEntry(
  file: string,
  step: Pick<WorkflowStep, 'insert' | 'env' | 'with'>,
  key: 'env' | 'with',
  entry: string,
): Edit[] {
  const { insert, [key]: map } = step;
  if (map !== null) return map.insert === null ? [] : [insertLines(file, map.insert, [entry])];
  return insert === null ? [] : [insertLines(file, insert, [`${key}:`, `  ${entry}`])];
}
