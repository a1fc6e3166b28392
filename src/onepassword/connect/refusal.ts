/** The sentences for a person if a Connect server refuses or fails. */
import { certificateFault } from '../session/certificate-fault.ts';
import { CONNECTION_FAULTS } from '../session/connection-faults.ts';
import { Failure } from '../../base/failure.ts';
import { codeOf } from '../../base/plain-file.ts';

export interface ConnectAnswer {
  readonly status: number;
  readonly text: string;
  /** The header `Location`. */
  readonly location: string | null;
}

/** @param about what was asked for, e.g. `the vault “Shop”` */
export function refusal(host: string, { status, text, location }: ConnectAnswer, about: string): Failure {
  const said = messageIn(text);
  if (status >= 300 && status < 400) return redirects(host, location);
  if (said === null && status !== 401 && status !== 403) return notConnect(host);
  if (status === 401) return refused(host);
  if (status === 403) return notPermitted(host, about);
  if (status === 503 && /sync/i.test(said ?? '')) return syncing(host);
  if (status >= 500) return unavailable(host, status);
  return new Failure(
    'connect-failed',
    `The Connect server at ${host} did not give ${about}: it answered with status ${status}.`,
    { human: ['See the log of the Connect server (`connect-api`), which says more.'] },
  );
}

function refused(host: string): Failure {
  return new Failure(
    'connect-refused',
    `The Connect server at ${host} rejects this token: it belongs to another server, was revoked or has expired.`,
    {
      human: [
        'On 1Password.com, Developer → Connect servers, open this server and check whether the token is active; create a new one and set the secret `OP_CONNECT_TOKEN` again.',
      ],
    },
  );
}

function notPermitted(host: string, about: string): Failure {
  return new Failure(
    'connect-not-permitted',
    `The Connect server at ${host} accepts this token, but does not let it read ${about}.`,
    {
      human: [
        'On 1Password.com, Developer → Connect servers, give the server access to the vault, and create a token that can read it.',
      ],
    },
  );
}

function redirects(host: string, location: string | null): Failure {
  const to = location !== null && URL.canParse(location) ? new URL(location).host : null;
  return new Failure(
    'connect-redirects',
    `${host} redirects to ${to ?? 'another address'}, which a Connect server never does. The token was sent only to ${host}.`,
    { agent: ['Set `connect-host` to the Connect server itself.'] },
  );
}

/** For an answer that is not Connect's: HTML, or other JSON. */
export function notConnect(host: string): Failure {
  return new Failure(
    'connect-not-connect',
    `What answers at ${host} is not a Connect server: the response is not in 1Password's format.`,
    {
      agent: ['Set `connect-host` to the address of `connect-api` (port 8080 by default), without `/v1`.'],
      human: ['Check whether a proxy or a sign-in page of the network is in the way.'],
    },
  );
}

function syncing(host: string): Failure {
  return new Failure(
    'connect-syncing',
    `The Connect server at ${host} has just started and is still fetching its vaults.`,
    { human: ['Run the job again in a minute; see the log of `connect-sync` if this continues.'] },
  );
}

function unavailable(host: string, status: number): Failure {
  return new Failure(
    'connect-unavailable',
    `The Connect server at ${host} answered with status ${status}: the error is on the server.`,
    {
      human: [
        'See the logs of `connect-api` and `connect-sync`, and run the job again when the server works.',
      ],
    },
  );
}

export function unreachable(host: string, cause: unknown): Failure {
  const code = codeOf(cause);
  const certificate = certificateFault(code, { server: 'the Connect server', host, error: cause });
  if (certificate !== null)
    return new Failure(
      'connect-certificate',
      `What answers at ${host} is not trusted to be the Connect server: ${certificate.why}. The token was not sent.`,
      certificate.next,
      cause,
    );
  return new Failure(
    'connect-unreachable',
    `The Connect server at ${host} does not answer: ${reasonOf(code)}.`,
    {
      human: [
        'Check that it is running, and that the runner can reach it: a GitHub-hosted runner is not in your private network.',
      ],
      agent: ['Make sure `connect-host` has its address and port.'],
    },
    cause,
  );
}

/** For a connection that broke within an answer. */
export function broken(host: string, cause: unknown): Failure {
  return unreachable(host, cause);
}

export function tooLarge(host: string, most: number): Failure {
  return new Failure(
    'connect-too-large',
    `What answers at ${host} sends more than ${most / 1024 / 1024} MiB for one request, which a Connect server never does.`,
    { agent: ['Set `connect-host` to the Connect server itself.'] },
  );
}

function reasonOf(code: string): string {
  const known: Readonly<Record<string, string>> = {
    ...CONNECTION_FAULTS,
    EPROTO: 'it does not speak TLS there (http instead of https?)',
  };
  if (known[code] !== undefined) return known[code];
  return code === '' ? 'no answer came in time, or not a whole one' : `the connection failed (${code})`;
}

/** Connect's errors are JSON with `status` and `message`; null if it is not one. */
function messageIn(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    const message: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'message') : null;
    return typeof message === 'string' ? message : null;
  } catch {
    return null;
  }
}
