import { Failure } from '../../base/failure.ts';
import { beginSignIn, type SigningIn } from '../../onepassword/thread/client.ts';
import { connectShadow, parseToken, type ServiceAccountToken } from '../../onepassword/session/token.ts';
import { VERSION } from '../../base/version.ts';
import type { Log } from '../../base/log.ts';

/** The token, and a sign-in with it that has begun. */
export interface OnePassword {
  readonly token: ServiceAccountToken;
  readonly signingIn: SigningIn;
}

/** What signing in needs. */
export interface SignInRequest {
  /** The token as the workflow gives it; null if it gives none. */
  readonly serviceAccountToken: string | null;
  /** The job's environment, in which a Connect server may be named. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
}

/**
 * Masks the token before anything else is done, and begins to sign in with it: nothing that comes before Kamal takes
 * longer.
 * @returns what is wrong with the token, for whoever needs one: `token-missing`, `token-malformed`,
 *   `connect-shadows-token`
 */
export function beginOnePassword({
  serviceAccountToken: given,
  environment,
  log,
}: SignInRequest): OnePassword | Failure {
  try {
    if (given !== null) log.mask(given);
    const shadow = connectShadow(environment);
    if (shadow !== null) return shadow;
    const token = parseToken(given);
    return { token, signingIn: beginSignIn(token, { version: VERSION, log }) };
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** @throws Failure as {@link beginOnePassword} returns it */
export function onePasswordOf({ onePassword }: { readonly onePassword: OnePassword | Failure }): OnePassword {
  if (onePassword instanceof Failure) throw onePassword;
  return onePassword;
}
