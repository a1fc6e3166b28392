/** Signing in from a terminal: the token comes from the environment, never from the command line. */
import { Failure } from '../../base/failure.ts';
import type { Log } from '../../base/log.ts';
import type { Session } from '../../onepassword/session/session.ts';
import { parseConnect, type ConnectServer } from '../../onepassword/connect/server.ts';
import {
  connectShadow,
  connectVariables,
  parseToken,
  type ServiceAccountToken,
} from '../../onepassword/session/token.ts';
import { isSdkInstalled } from '../../onepassword/session/sdk.ts';
import { followProxy } from '../../onepassword/session/proxy.ts';
import { VERSION } from '../../base/version.ts';
import type { Terminal } from './command.ts';

/** Whether 1Password can be read: with a token, or else a Connect server. */
export function hasToken(terminal: Pick<Terminal, 'environment'>): boolean {
  return hasServiceAccount(terminal) || connectVariables(terminal.environment).length > 0;
}

function hasServiceAccount({ environment }: Pick<Terminal, 'environment'>): boolean {
  return (environment['OP_SERVICE_ACCOUNT_TOKEN'] ?? '').trim() !== '';
}

const TOKEN_FROM = 'OP_SERVICE_ACCOUNT_TOKEN=$(op read op://VAULT/ITEM/credential)';

/** What a person does to give a command the token, and the SDK where that is missing too. */
export function giveToken(): string {
  return isSdkInstalled()
    ? `Give the token to this one command: prefix it with \`${TOKEN_FROM}\`, pointing at the item that holds your service account token.`
    : `Give the token and the package to this one command: \`${TOKEN_FROM} npx -p kamal-1password -p @1password/sdk kamal-1password …\`, pointing at the item that holds your service account token.`;
}

/** Without a token: the failure `keyless-only-in-action` if there is what a workload signs in with; else null. */
export function keylessFailure(terminal: Pick<Terminal, 'environment'>): Failure | null {
  const given = ['OP_WORKLOAD_ID', 'OP_INTEGRATION_KEY'].filter(
    (name) => (terminal.environment[name] ?? '').trim() !== '',
  );
  if (given.length === 0) return null;
  return new Failure(
    'keyless-only-in-action',
    `Only the action signs in without a token (${given.map((name) => `\`${name}\``).join(', ')}): GitHub vouches for its job. The command line needs \`OP_SERVICE_ACCOUNT_TOKEN\`, which is not set.`,
    {
      human: [`${giveToken()} To read an Environment, the service account needs access to it.`],
    },
  );
}

/** @throws Failure `token-missing`, `token-malformed`, `keyless-only-in-action`, `connect-…` */
export function credentialOf(terminal: Pick<Terminal, 'environment'>): ServiceAccountToken | ConnectServer {
  const { environment } = terminal;
  try {
    if (hasServiceAccount(terminal)) return parseToken(environment['OP_SERVICE_ACCOUNT_TOKEN']);
    if (hasToken(terminal))
      return parseConnect(environment['OP_CONNECT_HOST'] ?? null, environment['OP_CONNECT_TOKEN'] ?? null);
  } catch (error) {
    throw forShell(error, environment);
  }
  const keyless = keylessFailure(terminal);
  if (keyless !== null) throw keyless;
  throw new Failure(
    'token-missing',
    `There is no 1Password service account token: the environment variable \`OP_SERVICE_ACCOUNT_TOKEN\` is not set${isSdkInstalled() ? '' : ', and the package `@1password/sdk`, which reads 1Password, is not installed'}.`,
    { human: [giveToken()] },
  );
}

/** What to do in a shell about a token that cannot be used, by the failure's code. */
const IN_A_SHELL: Readonly<Record<string, () => string>> = {
  'token-malformed': () =>
    `In your own shell: set \`OP_SERVICE_ACCOUNT_TOKEN\` again to the whole token, on one line. ${giveToken()}`,
  'connect-token-malformed': () =>
    'In your own shell: set `OP_CONNECT_TOKEN` again to the whole token, as it was saved when it was created.',
};

/** The same failure with what to do in a shell before what to do in a workflow; a job's own is left as it is. */
function forShell(error: unknown, environment: Terminal['environment']): unknown {
  if (!(error instanceof Failure) || environment['GITHUB_ACTIONS'] === 'true') return error;
  const here = IN_A_SHELL[error.code]?.();
  if (here === undefined) return error;
  const { human, agent } = error.next;
  const ofWorkflow = (step: string): string =>
    `For a workflow: ${step.charAt(0).toLowerCase()}${step.slice(1)}`;
  const next = { human: [here, ...human.map(ofWorkflow)], agent: agent.map(ofWorkflow) };
  return new Failure(error.code, error.message, next, error.cause);
}

/** The failure `connect-shadows-token` where `op`, and so Kamal, would ask a Connect server instead. */
export function shadowOf(terminal: Pick<Terminal, 'environment'>): Failure | null {
  return hasServiceAccount(terminal) ? connectShadow(terminal.environment) : null;
}

/**
 * Signs in; the SDK is loaded here and not before.
 * @throws Failure as `signIn`
 */
export async function openSession(
  credential: ServiceAccountToken | ConnectServer,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<Session> {
  if (credential.kind === 'connect') {
    const { connectSession } = await import('../../onepassword/connect/session.ts');
    return connectSession(credential, signal === undefined ? {} : { signal });
  }
  const { signIn } = await import('../../onepassword/session/session.ts');
  if ((await followProxy(terminal.environment)) === 'not-followed')
    terminal.err('HTTPS_PROXY is set, but this Node.js uses it only with NODE_USE_ENV_PROXY=1.\n');
  try {
    return await signIn(credential, {
      version: VERSION,
      log: SILENT,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw forShell(error, terminal.environment);
  }
}

/** Nothing that is read is ever written, so there is nothing to mask either. */
export const SILENT: Log = { debug: () => {}, info: () => {}, warning: () => {}, mask: () => {} };
