/** What the boilerplate carried by environment variable: to the SSH agent, and to `.kamal/secrets`. */
import { expressionsIn, replaceExpressions } from '../../files/workflow/expression.ts';
import type { WorkflowJob, WorkflowReading } from '../../parity/model.ts';
import { type StepView, textsOf } from './step-purpose.ts';

export interface CarriedSecrets {
  /** Secret references by the environment variable that had the value. */
  readonly references: ReadonlyMap<string, string>;
  /** Environment variables that hold a GitHub secret. */
  readonly fromGitHub: ReadonlySet<string>;
  /** The reference of the private key; null if it came from a GitHub secret or is not known. */
  readonly sshKey: string | null;
  /** The GitHub secrets that private keys came from. */
  readonly keySecrets: ReadonlySet<string>;
}

export interface JobSecrets extends CarriedSecrets {
  /** The GitHub secret that the private key came from, or null if there is none. */
  readonly keySecret: string | null;
  /** Lines of `known_hosts` as the workflow had them. */
  readonly knownHosts: string | null;
  /** What a step gives as `service-account-token`; null if the environment has it anyway. */
  readonly credentialOf: (view: StepView) => string | null;
  /** Whether an expression is what `load-secrets-action` gave. */
  readonly isFromLoadedSecrets: (expression: string) => boolean;
}

export const TOKEN = 'OP_SERVICE_ACCOUNT_TOKEN';
const ONE_SECRET = /^\$\{\{ *(?:secrets|vars)\.\w+ *\}\}$/;

export function carriedSecrets(
  workflow: WorkflowReading,
  job: WorkflowJob,
  views: readonly StepView[],
): JobSecrets {
  const loads = views.filter(({ purpose }) => purpose === 'load-secrets');
  const loaded = new Map(
    loads.flatMap(({ env }) => Object.entries(env).filter(([, value]) => value.startsWith('op://'))),
  );
  const ids = loads.flatMap(({ step }) => step.id ?? []);
  const lookUp = (expression: string): string | null => {
    const output = /^\$\{\{ *(?:steps\.([\w-]+)\.outputs|env)\.(\w+) *\}\}$/.exec(expression.trim());
    const isOurs = output !== null && (output[1] === undefined || ids.includes(output[1]));
    return isOurs ? (loaded.get(output[2] ?? '') ?? null) : null;
  };
  const ssh = sshSteps(views);
  const references = [...loaded];
  const fromGitHub = new Set<string>();
  const environments = [
    textsOf(workflow.env),
    textsOf(job.env),
    ...views.filter(({ purpose }) => purpose === 'deploy' || purpose === 'kamal').map(({ env }) => env),
  ];
  for (const [name, value] of environments.flatMap((env) => Object.entries(env))) {
    const reference = value.startsWith('op://') ? value : lookUp(value);
    if (reference !== null) references.push([name, reference]);
    else if (/^\$\{\{ *secrets\.\w+ *\}\}$/.test(value.trim()) && name !== TOKEN) fromGitHub.add(name);
  }
  const sshKey = keyReference(ssh, loaded, lookUp);
  const keySecrets = keySources(workflow, job, views).flatMap((source) =>
    source.kind === 'secret' ? [source.name] : [],
  );
  return {
    references: referencesOf(references.filter(([, reference]) => reference !== sshKey)),
    fromGitHub,
    keySecrets: new Set(keySecrets),
    keySecret: keySecrets[0] ?? null,
    sshKey,
    knownHosts: knownHostsOf(ssh),
    credentialOf: tokens(workflow, job, views),
    isFromLoadedSecrets: (expression) => lookUp(expression) !== null,
  };
}

/** References by variable; a variable that has several, by step or job, is not among them: then it is left as it is. */
export function referencesOf(all: readonly (readonly [string, string])[]): Map<string, string> {
  const found = new Map(all);
  for (const [name, reference] of all) if (found.get(name) !== reference) found.delete(name);
  return found;
}

/** The steps that load a key or pin a host, those that deploy in the same script too. */
export function sshSteps(views: readonly StepView[]): StepView[] {
  return views.filter(
    ({ purpose, parts }) =>
      purpose === 'ssh' || (purpose === 'deploy' && parts.some((part) => part.purpose === 'ssh')),
  );
}

/** A step's own token; else that of the job; else the one that any other step of the job has. */
function tokens(
  { env }: WorkflowReading,
  job: WorkflowJob,
  views: readonly StepView[],
): JobSecrets['credentialOf'] {
  const around = textsOf(job.env)[TOKEN] ?? textsOf(env)[TOKEN];
  const own = (view: StepView): string | undefined => view.env[TOKEN] ?? view.inputs['service-account-token'];
  const any = views.map(own).find((value) => value !== undefined);
  return (view) => {
    const value = own(view);
    if (value !== undefined) return value === around ? null : value;
    return around === undefined ? (any ?? `\${{ secrets.${TOKEN} }}`) : null;
  };
}

/** The reference whose value went to the agent, through any variable. */
function keyReference(
  ssh: readonly StepView[],
  loaded: ReadonlyMap<string, string>,
  lookUp: (expression: string) => string | null,
): string | null {
  for (const { inputs, env, step } of ssh) {
    const values = [...Object.values(inputs), ...Object.values(env)].flatMap((value) => value.split('\n'));
    for (const value of values) {
      const found = value.startsWith('op://') ? value : lookUp(value);
      if (found !== null) return found;
    }
    const run = step.run ?? '';
    for (const [name, reference] of loaded) if (new RegExp(`\\$\\{?${name}\\b`).test(run)) return reference;
    const read = /\bop read (?:-n |--no-newline )?["']?(op:\/\/[^"'\n>|)]+)/.exec(run)?.[1];
    if (read !== undefined) return read.trim();
    const inline = /\$\{\{ *(?:steps\.[\w-]+\.outputs|env)\.\w+ *\}\}/.exec(run)?.[0];
    const found = inline === undefined ? null : lookUp(inline);
    if (found !== null) return found;
  }
  return null;
}

function knownHostsOf(ssh: readonly StepView[]): string | null {
  for (const { inputs, env, step } of ssh) {
    const given = inputs['known_hosts'] ?? inputs['known-hosts'];
    if (given !== undefined && ONE_SECRET.test(given)) return given;
    const run = step.run ?? '';
    const written = /(?:echo|printf)[^\n]*(\$\{\{ *(?:secrets|vars)\.\w+ *\}\})[^\n]*known_hosts/.exec(
      run,
    )?.[1];
    if (written !== undefined) return written;
    const line = run
      .split('\n')
      .find((each) => /\b(?:echo|printf)\b/.test(each) && each.includes('known_hosts'));
    const [variable] = [...(line ?? '').matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
    const value = variable === undefined ? undefined : env[variable];
    if (value !== undefined && ONE_SECRET.test(value)) return value;
  }
  return null;
}

/** Where a private key comes from: a secret of GitHub, a reference, or unknown. */
export type KeySource =
  | { readonly kind: 'secret'; readonly name: string }
  | { readonly kind: 'reference' }
  | { readonly kind: 'unknown' };

/** The private keys that a job loads, each once. */
export function keySources(
  workflow: WorkflowReading,
  job: WorkflowJob,
  views: readonly StepView[],
): KeySource[] {
  const loaded = new Set(
    views
      .filter(({ purpose }) => purpose === 'load-secrets')
      .flatMap(({ env }) => Object.entries(env).filter(([, value]) => value.startsWith('op://')))
      .map(([name]) => name),
  );
  const around = { ...textsOf(workflow.env), ...textsOf(job.env) };
  const found = sshSteps(views).flatMap((view) =>
    keyTexts(view).flatMap((text) => sourcesIn(text, { ...around, ...view.env }, loaded)),
  );
  return [...new Map(found.map((source) => [JSON.stringify(source), source])).values()];
}

/** What a step hands to the agent, or writes into a key's file. */
function keyTexts({ inputs, step, parts }: StepView): string[] {
  const given = inputs['ssh-private-key'] ?? inputs['key'] ?? inputs['ssh_private_key'];
  if (given !== undefined) return given.split('\n').filter((line) => line.trim() !== '');
  if (step.uses !== null) return [];
  return parts
    .filter(({ purpose, unit }) => purpose === 'ssh' && !NO_KEY.test(unit.text))
    .map(({ unit }) => unit.text);
}

const NO_KEY =
  /known_hosts|ssh-keyscan|\.ssh\/config|^(?:mkdir|chmod|rm|touch|install|eval|ssh-agent)\b|SSH_(?:AUTH_SOCK|AGENT_PID)=/;

function sourcesIn(
  text: string,
  env: Readonly<Record<string, string>>,
  loaded: ReadonlySet<string>,
): KeySource[] {
  const expressions = expressionsIn(text).map((each) => each.text);
  const bare = replaceExpressions(text, () => '');
  const variables = [...bare.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name ?? '');
  return [
    ...(bare.includes('op://') ? [{ kind: 'reference' } as const] : []),
    ...expressions.map((each) => sourceOf(each, loaded)),
    ...variables
      .filter((name) => !/^(?:HOME|USER|PWD|RUNNER_\w+|SSH_AUTH_SOCK)$/.test(name))
      .map((name): KeySource => {
        if (loaded.has(name)) return { kind: 'reference' };
        const value = env[name];
        return value === undefined ? { kind: 'unknown' } : sourceOf(value, loaded);
      }),
  ];
}

function sourceOf(value: string, loaded: ReadonlySet<string>): KeySource {
  const name = /^\$\{\{ *secrets\.(\w+) *\}\}$/.exec(value.trim())?.[1];
  if (name !== undefined) return { kind: 'secret', name };
  const output = /^\$\{\{ *(?:steps\.[\w-]+\.outputs|env)\.(\w+) *\}\}$/.exec(value.trim())?.[1];
  return value.startsWith('op://') || (output !== undefined && loaded.has(output))
    ? { kind: 'reference' }
    : { kind: 'unknown' };
}
