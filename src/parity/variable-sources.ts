/** Where the variables come from that a secrets file takes as `$NAME`, as far as workflows show it. */
import { environmentIdFor, parseEnvironmentIds } from '../base/environment-ids.ts';
import type { Assignment, SecretsReading, Span, VariableSource } from './model.ts';
import type { DestinationReadings, ProjectReadings } from './rule.ts';
import { ownAction, reaches, valueOf, type DeployStep } from './workflow.ts';

/** A `$NAME` that is read from the environment in which Kamal runs. */
export interface TakenVariable {
  readonly name: string;
  readonly span: Span;
  readonly assignment: Assignment;
}

/**
 * Each `$NAME` of the secrets files that no earlier line of its file assigns. `$5` in a password reads as one too, but
 * no one can set a variable of that name.
 */
export function takenVariables({ assignments }: SecretsReading): TakenVariable[] {
  return assignments.flatMap((assignment) =>
    assignment.references
      .filter(({ to, name }) => to === null && /^[A-Za-z_]\w*$/.test(name))
      .map(({ name, span }) => ({ name, span, assignment })),
  );
}

/** The steps that run Kamal for a destination, of all that do. */
export function stepsFor(steps: readonly DeployStep[], destination: DestinationReadings): DeployStep[] {
  return steps.filter(({ destinations }) => destinations.includes(destination));
}

/** What each of them takes variables from; nothing for a step that shows no source. */
export function variableSources(steps: readonly DeployStep[], destination: string | null): VariableSource[] {
  return steps.flatMap((deploy) => sourceOf(deploy, destination) ?? []);
}

/** The one 1Password Environment that all sources of a destination name, or null if there is none or more than one. */
export function environmentIdOf(sources: readonly VariableSource[]): string | null {
  const ids = new Set(sources.flatMap(({ id }) => id ?? []));
  const [id = null] = ids;
  return ids.size === 1 ? id : null;
}

function sourceOf({ step, by, calls }: DeployStep, destination: string | null): VariableSource | null {
  if (by === 'action') {
    const input = step.with?.entries.findLast(({ name }) => name === 'op-environment');
    if (input === undefined) return null;
    const ids = parseEnvironmentIds(input.value);
    return {
      kind: 'op-environment',
      id: ids === null ? null : environmentIdFor(ids, destination),
      span: input.span,
    };
  }
  const tool = calls.flatMap(({ through }) => through).find((each) => BRINGS_VARIABLES.test(each));
  if (tool === undefined) return null;
  return {
    kind: 'tool',
    tool,
    id: tool === 'op run' ? environmentOfOpRun(step.run ?? '') : null,
    span: step.span,
  };
}

/** Programs that add variables to the environment of a command, each by its command for that. */
const BRINGS_VARIABLES =
  /^(?:op run|doppler run|fnox (?:exec|run)|varlock run|infisical run|chamber exec|dotenvx run|sops exec-env|teller run|phase run|envchain \S+)$/;

/** `op run --environment ID`; null if the script has none, or several. */
function environmentOfOpRun(script: string): string | null {
  const words = script.split(/\s+/);
  const ids = words.flatMap((word, index) => {
    if (word === '--environment') return words[index + 1] ?? [];
    return word.startsWith('--environment=') ? word.slice('--environment='.length) : [];
  });
  const [id = ''] = new Set(ids.map((each) => each.replaceAll(/^["']|["']$/g, '')));
  return ids.length === 1 && parseEnvironmentIds(id)?.kind === 'one' ? id : null;
}

/** Whether the workflows pass a variable to every step that deploys; `unknown` where they do not all, or it is not seen. */
export function passedBy(steps: readonly DeployStep[], name: string): boolean | 'unknown' {
  const answers = new Set(steps.map((step) => reaches(name, step)));
  const [answer = false] = answers;
  return answers.size > 1 ? 'unknown' : answer;
}

/** The variables of an Environment that are for the action itself: the SSH key and the host keys. */
export function accessVariables({ workflows }: Pick<ProjectReadings, 'workflows'>): ReadonlySet<string> {
  const own = workflows
    .flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps))
    .filter((step) => ownAction(step) !== null);
  return new Set([
    'SSH_KEY',
    'KNOWN_HOSTS',
    ...own.flatMap((step) => ['ssh-key', 'known-hosts'].flatMap((input) => valueOf(step.with, input) ?? [])),
  ]);
}

/** Variables that decide which programs run, and with what. */
const OF_THE_RUNNER =
  /^(?:PATH|HOME|SHELL|IFS|ENV|BASH_ENV|TMPDIR|RUBYOPT|RUBYLIB|GEM_HOME|GEM_PATH|BUNDLE_GEMFILE|BUNDLE_PATH|LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT|DYLD_\w+|NODE_OPTIONS|GIT_CONFIG\w*|GIT_SSH\w*|SSH_AUTH_SOCK|DOCKER_CONFIG|DOCKER_HOST|OP_SERVICE_ACCOUNT_TOKEN|OP_CONNECT_\w+|KAMAL_1PASSWORD_\w+)$/;

/** Whether a variable keeps the runner's value even if an Environment has it. */
export function isOfTheRunner(name: string): boolean {
  return OF_THE_RUNNER.test(name);
}
