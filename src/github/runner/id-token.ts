import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord } from '../../base/is-record.ts';
import { Failure } from '../../base/failure.ts';
import { innermostReason } from '../../base/innermost-reason.ts';
import { serviceRequest } from './service-request.ts';

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

/** Times in milliseconds. */
export interface IdTokenPatience {
  /** The pause before the second try; it grows with each. */
  readonly pause: number;
  readonly perTry: number;
  /** No further try begins after it: what waits for the sign-in has a limit of its own. */
  readonly inAll: number;
}

const PATIENCE: IdTokenPatience = { pause: 500, perTry: 5000, inAll: 9000 };
const ATTEMPTS = 4;

/**
 * GitHub's word for this job, masked.
 * @param audience its recipient: 1Password's host
 * @throws Failure `id-token-refused`
 */
export async function fetchIdToken(
  audience: string,
  mask: (value: string) => void,
  { pause, perTry, inAll }: IdTokenPatience = PATIENCE,
): Promise<string> {
  const began = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const token = await askOnce(audience, perTry);
      mask(token);
      return token;
    } catch (error) {
      if (attempt === ATTEMPTS || performance.now() - began > inAll) throw refused(error);
      await sleep(pause * attempt);
    }
  }
}

/** Three parts in base64url (RFC 7519): anything else is not shown to 1Password, and not masked. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** A token has some two thousand bytes. */
const LARGEST = 256 * 1024;

/** As `getIDToken` of `@actions/core` 3.0.1 asks (lib/oidc-utils.js), which waits and reads without a limit. */
async function askOnce(audience: string, perTry: number): Promise<string> {
  const [url = '', token = ''] = ID_TOKEN_VARIABLES.map((name) => process.env[name]);
  const response = await serviceRequest(
    `${url}&audience=${encodeURIComponent(audience)}`,
    { token, headers: { accept: 'application/json' } },
    { largest: LARGEST, patience: perTry },
  );
  const answer: unknown = await response.json();
  if (!isRecord(answer) || typeof answer['value'] !== 'string' || !JWT.test(answer['value']))
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
