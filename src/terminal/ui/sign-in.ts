/** Signing in from a terminal: the token comes from the environment, never from the command line. */
import { Failure } from '../../base/failure.ts';
import type { Log } from '../../base/log.ts';
import type { Session } from '../../onepassword/session/session.ts';
import { connectShadow, parseToken, type ServiceAccountToken } from '../../onepassword/session/token.ts';
import { followProxy } from '../../onepassword/session/proxy.ts';
import { VERSION } from '../../base/version.ts';
import type { Terminal } from './command.ts';

/** Whether there is a token to look into 1Password with. */
export function hasToken({ environment }: Pick<Terminal, 'environment'>): boolean {
  return (environment['OP_SERVICE_ACCOUNT_TOKEN'] ?? '').trim() !== '';
}

/** What a person does to give a command the token. */
export const GIVE_TOKEN =
  'Give the token to this command alone: put `OP_SERVICE_ACCOUNT_TOKEN=$(op read op://VAULT/ITEM/credential)` before it, with the place where the token of your service account is kept.';

/** @throws Failure `token-missing`, `token-malformed` */
export function tokenOf(terminal: Pick<Terminal, 'environment'>): ServiceAccountToken {
  if (hasToken(terminal)) return parseToken(terminal.environment['OP_SERVICE_ACCOUNT_TOKEN']);
  throw new Failure(
    'token-missing',
    'There is no 1Password service account token: the environment variable `OP_SERVICE_ACCOUNT_TOKEN` is not set.',
    { human: [GIVE_TOKEN] },
  );
}

/** The failure `connect-shadows-token` where `op`, and so Kamal, would ask a Connect server instead. */
export function shadowOf({ environment }: Pick<Terminal, 'environment'>): Failure | null {
  return connectShadow(environment);
}

/**
 * Signs in; the SDK is loaded here and not before.
 * @throws Failure as `signIn`
 */
export async function openSession(
  token: ServiceAccountToken,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<Session> {
  const { signIn } = await import('../../onepassword/session/session.ts');
  if ((await followProxy(terminal.environment)) === 'not-followed')
    terminal.err(
      'A proxy is set (HTTPS_PROXY), but this Node.js follows it only with NODE_USE_ENV_PROXY=1.\n',
    );
  return signIn(token, { version: VERSION, log: SILENT, ...(signal === undefined ? {} : { signal }) });
}

/** Nothing that is read is ever written, so there is nothing to mask either. */
export const SILENT: Log = { debug: () => {}, info: () => {}, warning: () => {}, mask: () => {} };
