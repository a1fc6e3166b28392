/** Steps that look like boilerplate and are needed by something else in the job. */
import { programAt } from '../../files/workflow/kamal-command.ts';
import { readShell } from '../../files/workflow/shell.ts';
import type { WorkflowJob } from '../../parity/model.ts';
import { TOKEN } from './carried-secrets.ts';
import type { Purpose, StepView } from './step-purpose.ts';

/** What is known of the project around the workflow. */
export interface MigrationContext {
  /** Server of the registry that Kamal logs in to on its own; null for Docker Hub, undefined if not known. */
  readonly registry: string | null | undefined;
  /** Whether something that runs beside Kamal needs Ruby or the bundle: hooks, a Kamal that comes from git. */
  readonly needsBundle: boolean;
  /** The deploy files that name files of SSH keys (`ssh.keys`, `ssh.keys_only`). */
  readonly keyFiles: readonly string[];
  /** The release of Kamal that Gemfile.lock names; null if it names none. */
  readonly locked: string | null;
}

/** What the action does itself, so that its steps may go. */
export const TAKEN_OVER: ReadonlySet<Purpose> = new Set([
  'op-install',
  'load-secrets',
  'ssh',
  'ruby',
  'kamal-install',
  'docker-login',
  'docker-buildx',
  'kamal-lock',
  'noise',
]);

/**
 * The steps that stay, each with the reason.
 * @param replaced the steps that the action replaces
 * @param isRead whether something still reads an environment variable
 */
export function keptSteps(
  job: WorkflowJob,
  views: readonly StepView[],
  replaced: ReadonlySet<StepView>,
  {
    registry,
    needsBundle,
    isRead,
  }: Pick<MigrationContext, 'registry' | 'needsBundle'> & Pick<Kept, 'isRead'>,
): Map<StepView, string> {
  const others = views.filter(
    (view) => !TAKEN_OVER.has(view.purpose) && !replaced.has(view) && view.purpose !== 'ours',
  );
  const text = others.map(textOf).join('\n');
  const stay: Kept = { others, text, registry, isRead, ruby: rubyReason(job, others, needsBundle) };
  const outputs = views.map((view) => ({ view, text: textOf(view) }));
  const goes = (view: StepView): boolean => TAKEN_OVER.has(view.purpose) || replaced.has(view);
  const isUsed = ({ step }: StepView): boolean =>
    step.id !== null &&
    outputs.some(({ view, text: each }) => !goes(view) && each.includes(`steps.${step.id}.`));
  return new Map(
    views.flatMap((view) => {
      if (!TAKEN_OVER.has(view.purpose)) return [];
      const why = isUsed(view) ? 'a later step uses what it gives' : whyKept(view, stay);
      return why === null ? [] : [[view, why] as const];
    }),
  );
}

/** What stays in the job, which may need a step that the action replaces. */
interface Kept {
  readonly others: readonly StepView[];
  /** All that they say. */
  readonly text: string;
  readonly registry: MigrationContext['registry'];
  readonly isRead: (name: string) => boolean;
  /** Why Ruby is needed; null if it is not. */
  readonly ruby: string | null;
}

function whyKept(view: StepView, stay: Kept): string | null {
  return forBuilding(view, stay) ?? forSecrets(view, stay) ?? forDeploying(view, stay);
}

/** What sets up Ruby and Docker. */
function forBuilding(view: StepView, { others, text, registry, ruby }: Kept): string | null {
  switch (view.purpose) {
    case 'ruby':
      return ruby;
    case 'docker-buildx':
      if (Object.keys(view.inputs).length > 0) return 'it has settings of its own';
      if (/docker\/(?:build-push|bake)-action|\bdocker (?:build|buildx|compose|image|push)\b/.test(text))
        return 'another step builds with Docker';
      return others.some(buildsWithKamal) ? 'a script that stays builds with Kamal' : null;
    case 'docker-login':
      if (!isKamalsRegistry(view, registry)) return "it logs in to a registry other than Kamal's";
      return /\bdocker[/ ]|\bpodman |\bskopeo |\bcrane /.test(text) ? 'another step uses Docker' : null;
    default:
      return null;
  }
}

function buildsWithKamal({ step }: StepView): boolean {
  return step.kamal.some(({ command }) => /^(?:build |deploy$|redeploy$|setup$)/.test(command ?? ''));
}

/** What reads secrets. */
function forSecrets(view: StepView, { others, text, isRead }: Kept): string | null {
  if (view.purpose === 'load-secrets' && loadsWhatIsRead(view, text, isRead))
    return 'something else reads what it loads';
  const runsWithoutToken = ({ step, env }: StepView): boolean =>
    step.kamal.length > 0 && env[TOKEN] === undefined;
  if (handsTokenOn(view) && others.some(runsWithoutToken)) return 'later steps have their token from it';
  const runsOp = /\bop (?:read|run|inject|item|document|whoami|plugin)\b/;
  return view.purpose === 'op-install' && runsOp.test(text) ? 'another step runs op' : null;
}

/** What logs in, and what prepares Kamal itself. */
function forDeploying(view: StepView, { others }: Kept): string | null {
  switch (view.purpose) {
    case 'ssh':
      return others.some(logsIn) ? 'another step might log in with its key' : null;
    case 'kamal-lock':
      if (others.some(takesLock))
        return 'a step that runs Kamal on its own stays, and may find the lock of an earlier run';
      return isUsualCondition(view.step.condition)
        ? null
        : 'it releases the lock under a condition of your own';
    case 'kamal-install':
      return pinOf(view) === 'unknown'
        ? 'the version of Kamal that it installs is known only when it runs'
        : null;
    default:
      return null;
  }
}

function textOf({ step, env, inputs }: StepView): string {
  return [
    step.run ?? '',
    step.uses ?? '',
    step.condition ?? '',
    step.called,
    ...Object.values(env),
    ...Object.values(inputs),
  ].join('\n');
}

/** Whether later steps get the service account's token from a step. */
function handsTokenOn({ step, inputs }: StepView): boolean {
  return (
    inputs['service-account-token'] !== undefined ||
    (/GITHUB_ENV/.test(step.run ?? '') && (step.run ?? '').includes(TOKEN))
  );
}

/** Programs that need no Ruby. */
const WITHOUT_RUBY =
  /^(?:kamal|op|echo|printf|curl|wget|jq|yq|git|gh|exit|sleep|test|\[|\[\[|true|false|:|docker|cat|ls|mkdir|rm|cp|mv|ln|sed|awk|grep|date|export|cd|set|unset|read|tar|gzip|unzip|ssh|scp|rsync|tee|head|tail|wc|sort|tr|cut|env|chmod|touch|node|npm|npx|yarn|pnpm|python3?|pip3?|aws|gcloud|az|nc|dig|ping|doppler|base64|seq|trap|wait|break|continue|shift|return|local|if|fi|\.)$/;

function rubyReason(
  { runsOn, hasContainer }: WorkflowJob,
  others: readonly StepView[],
  needsBundle: boolean,
): string | null {
  const needs = others.some(({ step }) => {
    if (step.uses !== null) return step.uses.startsWith('./') || /ruby|rails|bundler/i.test(step.uses);
    const { commands, isUnderstood } = readShell(step.run ?? '');
    return (
      !isUnderstood ||
      commands.some(({ words }) => {
        const at = programAt(words);
        // A binstub of Kamal, or Bundler, wants the bundle.
        if (at !== null)
          return (
            words[at]?.literal !== 'kamal' || words.slice(0, at).some(({ literal }) => literal === 'bundle')
          );
        const [first] = words;
        return first !== undefined && !WITHOUT_RUBY.test(first.literal ?? '');
      })
    );
  });
  if (needs) return 'another step may need Ruby';
  if (needsBundle) return 'the hooks, the deploy file or the Gemfile need it';
  // GitHub's Ubuntu images bring a Ruby that Kamal runs on; of others nothing is known.
  return runsOn.length === 1 && runsOn[0]?.startsWith('ubuntu-') === true && !hasContainer
    ? null
    : 'the action needs a Ruby, and this runner may have none';
}

/** What logs in on its own, with the key that an agent has. */
const LOGS_IN =
  /(?:^|[\s;&|(`"'=])(?:ssh|scp|sftp|rsync|autossh|sshfs)[ \t]+\S|\bssh:\/\/|\bgit@|\bansible(?:-playbook)?\b|\bgit (?:push|clone|fetch|pull|submodule)\b/m;

/** Whether a step that stays logs in somewhere, in what runs there or in the environment that says how. */
function logsIn(view: StepView): boolean {
  const script = [view.step.run ?? '', view.step.called].join('\n').replaceAll(/^[ \t]*(?:#|\/\/).*$/gm, '');
  return LOGS_IN.test(script) || Object.values(view.env).some((value) => LOGS_IN.test(value));
}

/** Whether a step that stays runs what takes Kamal's lock (Kamal 2.12.0, lib/kamal/cli: `with_lock`). */
function takesLock({ step }: StepView): boolean {
  return step.kamal.some(
    ({ command }) => command === null || !/^(?:lock |version$|help$|docs$|config$|init$)/.test(command),
  );
}

/** `always()`, `failure()` and the like: the action sees to its own lock then. */
function isUsualCondition(condition: string | null): boolean {
  const bare = (condition ?? '').replaceAll(/^\$\{\{|\}\}$/g, '').trim();
  return (
    bare === '' ||
    /^(?:always|failure|cancelled)\(\)(?:\s*\|\|\s*(?:always|failure|cancelled)\(\))*$/.test(bare)
  );
}

function isKamalsRegistry(view: StepView, registry: string | null | undefined): boolean {
  const server = loginServer(view);
  if (server === undefined || registry === undefined) return server === registry;
  return normal(server) === normal(registry);
}

/** Where a step logs in: an action's input, or the first word of `docker login` that is no option. */
function loginServer({ step, inputs, parts }: StepView): string | null | undefined {
  if (step.uses !== null) return inputs['registry'] ?? null;
  for (const { purpose, commands } of parts) {
    if (purpose !== 'docker-login') continue;
    const words = commands.find((each) => each.words[1]?.literal === 'login')?.words ?? [];
    for (let index = 2; index < words.length; index++) {
      const word = words[index]?.literal ?? words[index]?.text ?? '';
      if (/^(?:-u|-p|--username|--password)$/.test(word)) index++;
      else if (!word.startsWith('-')) return word;
    }
    return null;
  }
  return undefined;
}

function normal(server: string | null): string {
  const host = (server ?? '').replace(/^https?:\/\//, '').replace(/\/[^]*/, '');
  return ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host) ? 'docker.io' : host;
}

function loadsWhatIsRead({ env }: StepView, text: string, isRead: (name: string) => boolean): boolean {
  return Object.entries(env).some(
    ([name, value]) =>
      value.startsWith('op://') && (isRead(name) || new RegExp(`(?:\\$\\{?|env\\.)${name}\\b`).test(text)),
  );
}

/** The version that a step installs: null for the newest, `unknown` where only a run knows it. */
export function pinOf({ parts }: StepView): string | null {
  for (const { purpose, commands } of parts) {
    if (purpose !== 'kamal-install') continue;
    for (const { words } of commands) {
      for (const [index, { literal, text }] of words.entries()) {
        const attached = /^(?:--version=|-v=?|kamal:)(.+)$/.exec(literal ?? text)?.[1];
        const value = /^(?:-v|--version)$/.test(text) ? words[index + 1] : undefined;
        if (value !== undefined) return value.literal ?? value.text;
        if (attached !== undefined) return attached;
      }
    }
  }
  return null;
}
