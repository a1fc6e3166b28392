import { certificateFault, isCertificateFault, isFaultOfTime } from './certificate-fault.ts';
import { CONNECTION_FAULTS } from './connection-faults.ts';
import { Failure } from '../../base/failure.ts';
import { damagedToken } from './token.ts';
import type { Secret } from '../vault/secret.ts';
import type { SdkCredential } from './credential.ts';
import type { Claims } from './workload.ts';
import { workloadRefusal } from './workload-refusal.ts';
import { spoken, waitingTime } from './waiting-time.ts';
import type { Trouble } from './wire.ts';

/** Thrown by us where the SDK waited longer than we do. */
export class NoAnswer extends Error {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
    this.milliseconds = milliseconds;
  }
}

/** Whether another try may help: the connection broke, nothing came in time, or the service had its own error. */
export function isPassing(error: unknown, trouble: Trouble | null): boolean {
  if (trouble?.kind === 'broken' && isCertificateFault(trouble.reason)) return false;
  const cause = causeOf(error, trouble);
  return cause === 'unreachable' || cause === 'unavailable';
}

interface Circumstances {
  /** Origin of the account, e.g. `https://my.1password.com`. */
  readonly address: string;
  readonly tries: number;
  readonly credential: SdkCredential;
  /** What GitHub said of the job, where it signs in as a workload. */
  readonly claims: Claims;
}

/** The sentences for a person if 1Password refuses or fails. The SDK's own error becomes the cause. */
export function failureOf(error: unknown, trouble: Trouble | null, about: Circumstances): Failure {
  if (error instanceof Failure) return error;
  const { credential } = about;
  const host = new URL(about.address).host;
  if (credential.kind === 'workload') {
    const { claims } = about;
    const told = workloadRefusal(messageOf(error), { host, id: credential.id, claims }, error);
    if (told !== null) return told;
  }
  const cause = causeOf(error, trouble);
  if (cause === 'refused') return refused(host, error);
  if (cause === 'forbidden') return forbidden(host, error);
  if (cause === 'rate-limited') {
    return rateLimited(waitingTime(trouble?.kind === 'answer' ? trouble.retryAfter : null), error);
  }
  if (cause === 'unreachable') return unreachable(host, error, trouble, about.tries);
  if (cause === 'unavailable') return unavailable(host, trouble, about.tries, error);
  if (cause === 'damaged') return damagedToken(error);
  return cause === 'garbled' ? garbled(host, error) : other(host, error, credential.secret);
}

type Cause =
  | 'refused'
  | 'forbidden'
  | 'rate-limited'
  | 'unreachable'
  | 'unavailable'
  | 'garbled'
  | 'damaged'
  | 'other';

/**
 * By the words of `@1password/sdk` 0.5.0 (it has an error class only for the rate limit, and not always), else by the
 * wire.
 */
function causeOf(error: unknown, trouble: Trouble | null): Cause {
  if (error instanceof NoAnswer) return 'unreachable';
  const words = messageOf(error);
  if (/rate limit exceeded|authn token service returned status 429/.test(words)) return 'rate-limited';
  if (/you are not authenticated|bad credentials|failed to authenticate/.test(words)) return 'refused';
  if (/right permissions/.test(words)) return 'forbidden';
  if (/error sending request|retrieving response contents/.test(words)) return 'unreachable';
  if (/internal server error|status code in response: 5\d\d|returned status 5\d\d/.test(words))
    return 'unavailable';
  if (trouble?.kind === 'answer' && trouble.status >= 500) return 'unavailable';
  if (/service account token/.test(words)) return 'damaged';
  if (/deserializing (?:HTTP )?response|when decrypting|authn token client:/.test(words)) return 'garbled';
  return 'other';
}

function refused(host: string, cause: unknown): Failure {
  return new Failure(
    'token-refused',
    `1Password (${host}) refused the service account token: it was revoked, has expired, was rotated, or belongs to ` +
      'an account that no longer has it.',
    {
      human: [
        'On 1Password.com, Developer → Service accounts, check whether this service account is active and when its token expires; rotate the token and set the secret `OP_SERVICE_ACCOUNT_TOKEN` again.',
      ],
    },
    cause,
  );
}

function forbidden(host: string, cause: unknown): Failure {
  return new Failure(
    'token-not-permitted',
    `1Password (${host}) knows the service account but does not let it read this. Its vaults and permissions were ` +
      'set when it was created and cannot be changed.',
    {
      human: [
        'On 1Password.com, Developer → Service accounts, check which vaults the service account can read; create a new one with “Read items” on the vault and set the secret `OP_SERVICE_ACCOUNT_TOKEN` again.',
        'If the account limits sign-ins by address or country (Security → Firewall), allow the runner.',
      ],
    },
    cause,
  );
}

const HOUR = 3_600_000;

/** The limits: developer.1password.com/docs/service-accounts/rate-limits. */
function rateLimited(wait: number | null, cause: unknown): Failure {
  const hourly = 'reads per hour of this token (1,000; Business 10,000)';
  const daily =
    'requests per day of the whole account, all tokens together (1,000; Teams 5,000; Business 50,000)';
  // An hour's limit cannot take longer than an hour to reset.
  const which =
    wait !== null && wait > HOUR
      ? `It is the limit of ${daily}.`
      : `It is either the limit of ${hourly} or that of ${daily}; 1Password does not say which.`;
  const resets =
    wait === null
      ? '1Password does not say when it resets.'
      : `It resets in ${spoken(wait)}, at ${clock(Date.now() + wait)}.`;
  return new Failure(
    'rate-limited',
    `1Password's rate limit is reached. ${which} ${resets} Nothing was tried again: that would only count against it.`,
    {
      human: [
        'Run `op service-account ratelimit` with this token: it shows both limits, what is used and when they reset, and costs nothing.',
        'If that shows room, rotate the token or create another service account: one token was refused with 429 although its counters showed room, and a new token worked.',
        'Give other workflows their own service account, or run them less often.',
      ],
      agent: [
        'Leave the input `op` at `auto`: a deploy that fetches from one item then makes 8 requests in all. With `op: always`, or outside the action, fetch with one `kamal secrets fetch` line for each item, and name items and vaults by id: `op` then makes one read instead of three.',
      ],
    },
    cause,
  );
}

function unreachable(host: string, error: unknown, trouble: Trouble | null, tries: number): Failure {
  const certificate =
    trouble?.kind === 'broken' ? certificateFault(trouble.reason, { server: '1Password', host }) : null;
  if (certificate !== null && trouble?.kind === 'broken')
    return new Failure(
      'onepassword-unreachable',
      `What answers at ${host} is not trusted to be 1Password: ${certificate.why}.`,
      {
        human: [
          'A proxy that intercepts TLS, or a sign-in page of the network, may be in the way: let the connections to 1Password pass untouched.',
          ...(isFaultOfTime(trouble.reason) ? ["Or the runner's clock is wrong: set it."] : []),
        ],
        agent: certificate.next.agent,
      },
      error,
    );
  const why =
    error instanceof NoAnswer
      ? `it did not answer within ${spoken(error.milliseconds)}`
      : (reasonOf(trouble) ?? 'the connection broke off in the middle of an answer');
  return new Failure(
    'onepassword-unreachable',
    `1Password cannot be reached at ${host}: ${why} (tried ${times(tries)}).`,
    {
      human: [
        `Let the runner reach ${host} on port 443; behind a proxy, set \`HTTPS_PROXY\` for the runner.`,
        'See https://status.1password.com.',
      ],
    },
    error,
  );
}

function reasonOf(trouble: Trouble | null): string | null {
  if (trouble?.kind !== 'broken') return null;
  const known: Readonly<Record<string, string>> = {
    ...CONNECTION_FAULTS,
    UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
    UND_ERR_SOCKET: 'it closed the connection before its answer was complete',
  };
  return known[trouble.reason] ?? `the connection failed (${trouble.reason})`;
}

function unavailable(host: string, trouble: Trouble | null, tries: number, cause: unknown): Failure {
  const status = trouble?.kind === 'answer' ? ` with status ${trouble.status}` : '';
  return new Failure(
    'onepassword-unavailable',
    `1Password (${host}) answered${status}: the error is on its side (tried ${times(tries)}).`,
    { human: ['See https://status.1password.com, and run the job again when the service has recovered.'] },
    cause,
  );
}

function garbled(host: string, cause: unknown): Failure {
  return new Failure(
    'onepassword-garbled',
    `The response from ${host} is not from 1Password: something between the runner and 1Password ` +
      '(a proxy, a filter, a sign-in page of the network) altered or replaced it.',
    { human: [`Let the runner's connections to ${host} pass untouched.`] },
    cause,
  );
}

function other(host: string, error: unknown, token: Secret): Failure {
  const said = messageOf(error).replaceAll(token.reveal(), '[secret]');
  return new Failure(
    'onepassword-failed',
    `1Password (${host}) did not carry out the request. Its SDK says: ${said || 'nothing'}.`,
    {
      human: [
        'See https://status.1password.com; if it shows no incident, report this with the sentence above.',
      ],
    },
    error,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function times(tries: number): string {
  return tries === 1 ? 'once' : `${tries} times`;
}

function clock(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
