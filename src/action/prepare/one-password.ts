import { Failure } from '../../base/failure.ts';
import type { Inputs } from '../../github/runner/inputs.ts';
import { fetchIdToken } from '../../github/runner/id-token.ts';
import type { ConnectServer } from '../../onepassword/connect/server.ts';
import { connectSession } from '../../onepassword/connect/session.ts';
import type { Credential } from '../../onepassword/session/credential.ts';
import { beginSignIn, type SigningIn } from '../../onepassword/thread/client.ts';
import { VERSION } from '../../base/version.ts';
import type { Log } from '../../base/log.ts';
import { credentialOf, secretsOf, type GivenCredentials } from './credential.ts';

/** What the run signs in with, and a sign-in that has begun. */
export interface OnePassword {
  readonly credential: Credential;
  readonly signingIn: SigningIn;
}

/** What signing in needs. */
export interface SignInRequest {
  readonly given: GivenCredentials & Pick<Inputs, 'opEnvironment'>;
  /** The job's own environment, in which a Connect server or GitHub's OIDC token may be named. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/**
 * Masks what may be a secret before anything else is done, and begins to sign in: nothing that comes before Kamal takes
 * longer. A workload signs in only on demand: first comes the check whether its files need what it cannot read.
 * @returns what is wrong with the credential, as `credentialOf` throws it
 */
export function beginOnePassword({ given, environment, log }: SignInRequest): OnePassword | Failure {
  try {
    maskGiven(given, log);
    const credential = credentialOf(given, environment);
    log.mask(credential.secret.reveal());
    const vaultsAhead = given.opEnvironment === null;
    return { credential, signingIn: signingInWith(credential, log, vaultsAhead) };
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Masks the inputs that sign in. */
export function maskGiven(given: GivenCredentials, log: Log): void {
  for (const secret of secretsOf(given)) log.mask(secret);
}

/** @param vaultsAhead false if an Environment may be all that is read */
function signingInWith(credential: Credential, log: Log, vaultsAhead: boolean): SigningIn {
  if (credential.kind === 'connect') return throughConnect(credential);
  const begin = (): SigningIn =>
    beginSignIn(credential, {
      version: VERSION,
      log,
      vaultsAhead: vaultsAhead && credential.kind === 'service-account',
      idToken: (audience) => fetchIdToken(audience, (token) => log.mask(token)),
    });
  return credential.kind === 'workload' ? whenAsked(begin) : begin();
}

/** There is nothing to sign in to: each question carries the token. It computes next to nothing, so it takes no thread. */
function throughConnect(server: ConnectServer): SigningIn {
  return {
    asking: Promise.resolve(),
    session: async (signal) => connectSession(server, { signal }),
    [Symbol.dispose]: () => undefined,
  };
}

/** A sign-in that begins with the first who wants it. */
function whenAsked(begin: () => SigningIn): SigningIn {
  const started = Promise.withResolvers<void>();
  let signingIn: SigningIn | null = null;
  return {
    asking: started.promise,
    async session(signal) {
      signingIn ??= begin();
      signingIn.asking.then(started.resolve, started.resolve);
      return signingIn.session(signal);
    },
    [Symbol.dispose]() {
      signingIn?.[Symbol.dispose]();
      started.resolve();
    },
  };
}

/** @throws Failure as {@link beginOnePassword} returns it */
export function onePasswordOf({ onePassword }: { readonly onePassword: OnePassword | Failure }): OnePassword {
  if (onePassword instanceof Failure) throw onePassword;
  return onePassword;
}
