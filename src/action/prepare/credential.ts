/** What the run signs in with: exactly one way, for any inputs and environment. */
import { Failure } from '../../base/failure.ts';
import { lacksIdToken } from '../../github/runner/id-token.ts';
import type { Inputs, WayToSignIn } from '../../github/runner/inputs.ts';
import type { Credential } from '../../onepassword/session/credential.ts';
import { parseConnect } from '../../onepassword/connect/server.ts';
import { connectShadow, parseToken } from '../../onepassword/session/token.ts';
import { parseWorkload } from '../../onepassword/session/workload.ts';

export type GivenCredentials = Pick<
  Inputs,
  'serviceAccountToken' | 'workloadId' | 'integrationKey' | 'connectHost' | 'connectToken' | 'namedWays'
>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param environment the job's own
 * @throws Failure `two-ways-to-sign-in`, `token-missing`, `token-malformed`, `connect-shadows-token`, `workload-…`,
 *   `integration-key-malformed`, `id-token-permission-missing`, `connect-…`
 */
export function credentialOf(given: GivenCredentials, environment: Environment): Credential {
  const ways = waysOf(given);
  const [way = 'service-account', ...others] = ways;
  // Connect's variables beside a token are what `op` would follow, and Kamal with it.
  const shadow = given.namedWays.has('connect') ? null : connectShadow(environment);
  if (shadow !== null && ways.includes('service-account')) throw shadow;
  if (others.length > 0) throw twoWays(ways);
  if (way === 'service-account') return parseToken(given.serviceAccountToken);
  if (way === 'connect') return parseConnect(given.connectHost, given.connectToken);
  const workload = parseWorkload(given.workloadId, given.integrationKey);
  const lacking = lacksIdToken(environment);
  if (lacking !== null) throw lacking;
  return workload;
}

/** All secrets among what was given, whichever is used: what is to be masked first. */
export function secretsOf(given: GivenCredentials): string[] {
  return [given.serviceAccountToken, given.integrationKey, given.connectToken].filter(
    (each) => each !== null,
  );
}

function waysOf(given: GivenCredentials): WayToSignIn[] {
  const { serviceAccountToken, workloadId, integrationKey, connectHost, connectToken, namedWays } = given;
  const ways: WayToSignIn[] = [];
  if ((serviceAccountToken ?? '').trim() !== '') ways.push('service-account');
  // Variables of 1password/load-secrets-action may be about another step: beside inputs of another way they do not count.
  const isGiven = workloadId !== null && integrationKey !== null && namedWays.size === 0;
  if (namedWays.has('workload') || isGiven) ways.push('workload');
  if (connectHost !== null || connectToken !== null) ways.push('connect');
  return ways;
}

const NAMES: Readonly<Record<WayToSignIn, string>> = {
  'service-account': 'a service account token (`service-account-token` or `OP_SERVICE_ACCOUNT_TOKEN`)',
  connect:
    'a Connect server (`connect-host` and `connect-token`, or `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN`)',
  workload:
    'workload identity (`workload-id` and `integration-key`, or `OP_WORKLOAD_ID` and `OP_INTEGRATION_KEY`)',
};

function twoWays(ways: readonly WayToSignIn[]): Failure {
  return new Failure(
    'two-ways-to-sign-in',
    `${ways.length} ways to sign in to 1Password are set: ${ways.map((way) => NAMES[way]).join(', and ')}. The action does not guess which one you mean.`,
    {
      agent: ['Keep one, and remove the others from `with:` and from every `env:` (workflow, job and step).'],
    },
  );
}
