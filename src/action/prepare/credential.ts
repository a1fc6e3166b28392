/** What the run signs in with: exactly one way, whatever the workflow and the job give. */
import { Failure } from '../../base/failure.ts';
import { lacksIdToken } from '../../github/runner/id-token.ts';
import type { Inputs, WayToSignIn } from '../../github/runner/inputs.ts';
import type { Credential } from '../../onepassword/session/credential.ts';
import { connectShadow, parseToken } from '../../onepassword/session/token.ts';
import { parseWorkload } from '../../onepassword/session/workload.ts';

export type GivenCredentials = Pick<
  Inputs,
  'serviceAccountToken' | 'workloadId' | 'integrationKey' | 'namedWays'
>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param environment the job's own
 * @throws Failure `two-ways-to-sign-in`, `token-missing`, `token-malformed`, `connect-shadows-token`, `workload-…`,
 *   `integration-key-malformed`, `id-token-permission-missing`
 */
export function credentialOf(given: GivenCredentials, environment: Environment): Credential {
  const ways = waysOf(given);
  const [way = 'service-account', ...others] = ways;
  if (others.length > 0) throw twoWays(ways);
  const shadow = connectShadow(environment);
  if (shadow !== null) throw shadow;
  if (way === 'service-account') return parseToken(given.serviceAccountToken);
  const workload = parseWorkload(given.workloadId, given.integrationKey);
  const lacking = lacksIdToken(environment);
  if (lacking !== null) throw lacking;
  return workload;
}

/** All secrets among what was given, whichever is used: what is to be masked first. */
export function secretsOf(given: GivenCredentials): string[] {
  return [given.serviceAccountToken, given.integrationKey].filter((each) => each !== null);
}

function waysOf({
  serviceAccountToken,
  workloadId,
  integrationKey,
  namedWays,
}: GivenCredentials): WayToSignIn[] {
  const ways: WayToSignIn[] = [];
  if ((serviceAccountToken ?? '').trim() !== '') ways.push('service-account');
  // Variables of 1password/load-secrets-action may be about another step: beside a token, only inputs count.
  const isGiven = workloadId !== null && integrationKey !== null && !namedWays.has('service-account');
  if (namedWays.has('workload') || isGiven) ways.push('workload');
  return ways;
}

const NAMES: Readonly<Record<WayToSignIn, string>> = {
  'service-account': 'a service account token (`service-account-token` or `OP_SERVICE_ACCOUNT_TOKEN`)',
  workload:
    'workload identity (`workload-id` and `integration-key`, or `OP_WORKLOAD_ID` and `OP_INTEGRATION_KEY`)',
};

function twoWays(ways: readonly WayToSignIn[]): Failure {
  return new Failure(
    'two-ways-to-sign-in',
    `There are ${ways.length} ways to sign in to 1Password: ${ways.map((way) => NAMES[way]).join(', and ')}. Which of them is meant is not for this action to guess.`,
    {
      agent: [
        'Keep one, and remove the others from `with:` and `env:` of the workflow, the job and the step.',
      ],
    },
  );
}
