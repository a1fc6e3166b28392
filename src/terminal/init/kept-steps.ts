/** Steps that look like boilerplate and are needed by something else in the job. */
import { recognisedIn, type Purpose } from './recognise-step.ts';
import type { Job, Step } from './workflow-file.ts';

/** What is known of the project around the workflow. */
export interface Surroundings {
  /** Server of the registry that Kamal logs in to by itself; null for Docker Hub, undefined where not known. */
  readonly registry: string | null | undefined;
  /** Whether something that runs beside Kamal needs Ruby or the bundle: hooks, a Kamal that comes from git. */
  readonly needsBundle: boolean;
}

/** The steps that stay, each with the reason. */
export function keptSteps(
  job: Job,
  steps: readonly Step[],
  purposes: ReadonlyMap<Step, Purpose>,
  { registry, needsBundle }: Surroundings,
): Map<Step, string> {
  const kept = new Map<Step, string>();
  const others = steps.filter((step) =>
    ['other', 'mixed', 'kamal-other'].includes(purposes.get(step) ?? 'other'),
  );
  const othersText = others.map(({ text }) => text).join('\n');
  const ruby = rubyReason(job, othersText, needsBundle);
  for (const step of steps) {
    const purpose = purposes.get(step);
    if (step.id !== null && othersText.includes(`steps.${step.id}.`))
      kept.set(step, 'a later step uses what it gives');
    else if (purpose === 'ruby' && ruby !== null) kept.set(step, ruby);
    else if (
      purpose === 'docker-buildx' &&
      /docker\/(?:build-push|bake)-action|docker (?:build|buildx build|compose build)/.test(othersText)
    )
      kept.set(step, 'another step builds with Docker');
    else if (purpose === 'docker-login' && !isKamalsRegistry(step, registry))
      kept.set(step, 'it logs in to another registry than Kamal does');
    else if (purpose === 'load-secrets' && exportsWhatOthersRead(step, othersText))
      kept.set(step, 'a later step reads what it loads');
    else if (purpose === 'op-install' && /\bop (?:read|run|inject|item)\b/.test(othersText))
      kept.set(step, 'a later step runs op');
  }
  return kept;
}

function rubyReason({ runsOn, inContainer }: Job, othersText: string, needsBundle: boolean): string | null {
  if (/\b(?:bundle|rake|rails|rubocop|rspec|ruby -|ruby \w|bin\/\w)/.test(othersText))
    return 'another step runs Ruby';
  if (needsBundle) return 'the hooks or the Gemfile need it';
  // GitHub's Ubuntu images bring a Ruby that Kamal runs on; of others nothing is known.
  return !runsOn.startsWith('"ubuntu-') || inContainer
    ? 'the action needs a Ruby, and this runner may have none'
    : null;
}

function isKamalsRegistry(step: Step, registry: string | null | undefined): boolean {
  const server = loginServer(step);
  if (server === undefined || registry === undefined) return server === registry;
  return normal(server) === normal(registry);
}

/** Where a step logs in: an action's input, or the first word of `docker login` that is no option. */
function loginServer(step: Step): string | null | undefined {
  if (step.uses !== null) return step.with['registry'] ?? null;
  for (const { command, purpose } of recognisedIn(step) ?? []) {
    if (purpose !== 'docker-login') continue;
    const { words } = command;
    const at = words.indexOf('login') + 1;
    for (let index = at; index < words.length; index++) {
      const word = words[index] ?? '';
      if (/^(?:-u|-p|--username|--password)$/.test(word)) index++;
      else if (!word.startsWith('-')) return word;
    }
    return null;
  }
  return undefined;
}

function normal(server: string | null): string {
  const host = (server ?? '').replace(/^https?:\/\//, '').replace(/\/[^]*$/, '');
  return ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host) ? 'docker.io' : host;
}

function exportsWhatOthersRead(step: Step, othersText: string): boolean {
  return Object.entries(step.env).some(
    ([name, value]) =>
      value.startsWith('op://') && new RegExp(`(?:\\$\\{?|env\\.)${name}\\b`).test(othersText),
  );
}
