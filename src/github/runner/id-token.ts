import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord } from '../../base/is-record.ts';
import { Failure } from '../../base/failure.ts';
import { innermostReason } from '../../base/innermost-reason.ts';
import { type RequestLimits, serviceRequest } from './service-request.ts';

/** The variables by which GitHub gives a job its ID token: those with `id-token: write`, and no pull request of a fork. */
export const ID_TOKEN_VARIABLES = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const;

/** The failure `id-token-permission-missing` where GitHub gives this job none; else null. */
export function lacksIdToken(env: Readonly<Record<string, string | undefined>>): Failure | null {
  if (ID_TOKEN_VARIABLES.every((name) => (env[name] ?? '') !== '')) return null;
  return new Failure(
    'id-token-permission-missing',
    'GitHub gives this job no OIDC token, which it needs to sign in as a workload: `id-token: write` is missing. Pull requests from forks never get one.',
    {
      agent: [
        'Add `id-token: write` under `permissions:` of the job (and `contents: read`, because permissions that are not listed are removed).',
      ],
    },
  );
}

/**
 * GitHub's word for this job, masked.
 * @param audience its recipient: 1Password's host
 * @throws Failure `id-token-refused`
 */
export async function fetchIdToken(audience: string, mask: (value: string) => void): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const token = await askOnce(audience);
      mask(token);
      return token;
    } catch (error) {
      if (attempt === ATTEMPTS) throw refused(error);
      await sleep(500 * attempt);
    }
  }
}

const ATTEMPTS = 4;
/** A token has some two thousand bytes. */
const LIMITS: RequestLimits = { largest: 256 * 1024, patience: 10_000 };

/** As `getIDToken` of `@actions/core` 3.0.1 asks (lib/oidc-utils.js), which waits and reads without a limit. */
async function askOnce(audience: string): Promise<string> {
  const [url = '', token = ''] = ID_TOKEN_VARIABLES.map((name) => process.env[name]);
  const response = await serviceRequest(
    `${url}&audience=${encodeURIComponent(audience)}`,
    { headers: { authorization: `Bearer ${token}`, accept: 'application/json' } },
    LIMITS,
  );
  const answer: unknown = await response.json();
  if (!isRecord(answer) || typeof answer['value'] !== 'string' || answer['value'] === '')
    throw new Error('there is no token in the answer');
  return answer['value'];
}

function refused(error: unknown): Failure {
  return new Failure(
    'id-token-refused',
    `GitHub did not give this job its OIDC token: ${innermostReason(error).replace(/\.$/, '').replaceAll(/\s+/g, ' ')}.`,
    {
      human: ['See https://www.githubstatus.com, and run the job again when the service has recovered.'],
      agent: ['Make sure the job has `id-token: write` under `permissions:`.'],
    },
    error,
  );
}
