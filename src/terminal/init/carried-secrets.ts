/** What the boilerplate carried by environment variable: to the SSH agent, and to `.kamal/secrets`. */
import { recognisedIn, type Purpose } from './recognise-step.ts';
import type { Job, Step, WorkflowFile } from './workflow-file.ts';

export interface CarriedSecrets {
  /** Secret references by the environment variable that had the value. */
  readonly references: ReadonlyMap<string, string>;
  /** Environment variables that hold a GitHub secret. */
  readonly fromGitHub: ReadonlySet<string>;
  /** The reference of the private key; null where it came from a GitHub secret or is not known. */
  readonly sshKey: string | null;
}

export interface JobSecrets extends CarriedSecrets {
  /** Lines of `known_hosts` as the workflow had them. */
  readonly knownHosts: string | null;
  /** What to give as `service-account-token`; null where the environment has it anyway. */
  readonly token: string | null;
  /** Whether an expression is what `load-secrets-action` gave. */
  readonly isFromLoadedSecrets: (expression: string) => boolean;
}

const TOKEN = 'OP_SERVICE_ACCOUNT_TOKEN';

export function carriedSecrets(
  workflow: WorkflowFile,
  job: Job,
  steps: readonly Step[],
  purposes: ReadonlyMap<Step, Purpose>,
): JobSecrets {
  const loads = steps.filter((step) => purposes.get(step) === 'load-secrets');
  const loaded = new Map(
    loads.flatMap((step) => Object.entries(step.env).filter(([, value]) => value.startsWith('op://'))),
  );
  const ids = loads.flatMap(({ id }) => id ?? []);
  const lookUp = (expression: string): string | null => {
    const output = /^\$\{\{ *(?:steps\.([\w-]+)\.outputs|env)\.(\w+) *\}\}$/.exec(expression.trim());
    const isOurs = output !== null && (output[1] === undefined || ids.includes(output[1]));
    return isOurs ? (loaded.get(output[2] ?? '') ?? null) : null;
  };
  const ssh = steps.filter(
    (step) =>
      purposes.get(step) === 'ssh' || recognisedIn(step)?.some(({ purpose }) => purpose === 'ssh') === true,
  );
  const references = new Map(loaded);
  const fromGitHub = new Set<string>();
  const environments = [
    workflow.env,
    job.env,
    ...steps.filter((step) => ['deploy', 'mixed'].includes(purposes.get(step) ?? '')).map(({ env }) => env),
  ];
  for (const [name, value] of environments.flatMap((env) => Object.entries(env))) {
    const reference = value.startsWith('op://') ? value : lookUp(value);
    if (reference !== null) references.set(name, reference);
    else if (/^\$\{\{ *secrets\.\w+ *\}\}$/.test(value.trim()) && name !== TOKEN) fromGitHub.add(name);
  }
  const given = steps
    .map((step) => step.env[TOKEN] ?? step.with['service-account-token'])
    .find((value) => value !== undefined);
  const around = job.env[TOKEN] ?? workflow.env[TOKEN];
  const sshKey = keyReference(ssh, loaded, lookUp);
  if (sshKey !== null)
    for (const [name, reference] of references) if (reference === sshKey) references.delete(name);
  return {
    references,
    fromGitHub,
    sshKey,
    knownHosts: knownHostsOf(ssh),
    token: around === undefined ? (given ?? `\${{ secrets.${TOKEN} }}`) : null,
    isFromLoadedSecrets: (expression) => lookUp(expression) !== null,
  };
}

/** The reference whose value went to the agent, through whatever variable. */
function keyReference(
  ssh: readonly Step[],
  loaded: ReadonlyMap<string, string>,
  lookUp: (expression: string) => string | null,
): string | null {
  for (const step of ssh) {
    const values = [...Object.values(step.with), ...Object.values(step.env)].flatMap((value) =>
      value.split('\n'),
    );
    for (const value of values) {
      const found = value.startsWith('op://') ? value : lookUp(value);
      if (found !== null) return found;
    }
    for (const [name, reference] of loaded)
      if (new RegExp(`\\$\\{?${name}\\b`).test(step.run ?? '')) return reference;
    const read = /\bop read (?:-n |--no-newline )?["']?(op:\/\/[^"'\n]+?)["'\s]*(?:$|[>|)])/m.exec(
      step.run ?? '',
    )?.[1];
    if (read !== undefined) return read.trim();
    const inline = /\$\{\{ *(?:steps\.[\w-]+\.outputs|env)\.\w+ *\}\}/.exec(step.run ?? '')?.[0];
    const found = inline === undefined ? null : lookUp(inline);
    if (found !== null) return found;
  }
  return null;
}

function knownHostsOf(ssh: readonly Step[]): string | null {
  for (const step of ssh) {
    const given = step.with['known_hosts'] ?? step.with['known-hosts'];
    if (given !== undefined && /^\$\{\{ *(?:secrets|vars)\.\w+ *\}\}$/.test(given)) return given;
    const written = /(?:echo|printf)[^\n]*(\$\{\{ *(?:secrets|vars)\.\w+ *\}\})[^\n]*known_hosts/.exec(
      step.run ?? '',
    )?.[1];
    if (written !== undefined) return written;
    const variable = /(?:echo|printf)[^\n]*\$\{?(\w+)\}?[^\n]*known_hosts/.exec(step.run ?? '')?.[1];
    const value = variable === undefined ? undefined : step.env[variable];
    if (value !== undefined && /^\$\{\{ *(?:secrets|vars)\.\w+ *\}\}$/.test(value)) return value;
  }
  return null;
}
