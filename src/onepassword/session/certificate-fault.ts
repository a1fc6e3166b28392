/**
 * What is wrong with the certificate of a server, by Node's error code (nodejs.org/api/tls.html, “X509 certificate error
 * codes”, and ERR_TLS_CERT_ALTNAME_INVALID in /api/errors.html; Node.js 24).
 */
import type { NextSteps } from '../../base/failure.ts';

export interface CertificateFault {
  /** Continues “…: ”, such as `its certificate has expired`. */
  readonly why: string;
  readonly next: NextSteps;
}

type Kind = 'wrong-name' | 'expired' | 'not-yet' | 'self-signed' | 'not-trusted' | 'not-valid';

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong-name'],
  ['HOSTNAME_MISMATCH', 'wrong-name'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'not-trusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'not-trusted'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'not-trusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'not-trusted'],
  ['CERT_UNTRUSTED', 'not-trusted'],
  ['CERT_CHAIN_TOO_LONG', 'not-trusted'],
  ['CERT_REVOKED', 'not-valid'],
  ['CERT_REJECTED', 'not-valid'],
  ['CERT_SIGNATURE_FAILURE', 'not-valid'],
  ['UNABLE_TO_DECRYPT_CERT_SIGNATURE', 'not-valid'],
  ['UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', 'not-valid'],
  ['ERROR_IN_CERT_NOT_BEFORE_FIELD', 'not-valid'],
  ['ERROR_IN_CERT_NOT_AFTER_FIELD', 'not-valid'],
  ['INVALID_CA', 'not-valid'],
  ['INVALID_PURPOSE', 'not-valid'],
  ['PATH_LENGTH_EXCEEDED', 'not-valid'],
]);

/** Whether it will be the same at the next try. */
export function isCertificateFault(code: string): boolean {
  return KINDS.has(code);
}

/** Whether the clock of the runner may be what is wrong. */
export function isFaultOfTime(code: string): boolean {
  const kind = KINDS.get(code);
  return kind === 'expired' || kind === 'not-yet';
}

/**
 * @param server what it is, such as `the Connect server`
 * @param host the name, and the port, by which it was asked
 * @param error for the names in its certificate, which Node.js gives with a wrong one
 * @returns null if the fault is another one
 */
export function certificateFault(
  code: string,
  {
    server,
    host,
    error = null,
  }: { readonly server: string; readonly host: string; readonly error?: unknown },
): CertificateFault | null {
  const renew = `Renew the certificate of ${server} at ${host}, and restart the server or proxy that uses it.`;
  switch (KINDS.get(code)) {
    case undefined:
      return null;
    case 'wrong-name':
      return wrongName(server, host, error);
    case 'expired':
      return fault('its certificate has expired', [renew, "If it has not, set the runner's clock."]);
    case 'not-yet':
      return fault('its certificate is not valid yet', [
        `Compare the clocks of the runner and of ${server}, and set the one that is wrong.`,
      ]);
    case 'self-signed':
      return notTrusted('its certificate is self-signed', server);
    case 'not-trusted':
      return notTrusted(
        'its certificate is not trusted: no authority that the runner knows has signed it',
        server,
      );
    case 'not-valid':
      return fault(`its certificate is not valid (${code})`, [renew]);
  }
}

function fault(why: string, human: readonly string[], agent: readonly string[] = []): CertificateFault {
  return { why, next: { human, agent } };
}

function wrongName(server: string, host: string, error: unknown): CertificateFault {
  const names = namesIn(error);
  const list = names.map((name) => `\`${name}\``).join(', ');
  const bare = host.replace(/:\d+$/, '');
  return fault(
    `its certificate is for another name${list === '' ? '' : ` (${list})`}, so it may be another server`,
    [
      `If ${bare} is the right name, give ${server} a certificate for it; a proxy that intercepts TLS may also be in the way.`,
    ],
    names.length === 0 ? [] : [`If ${list} is ${server}, use that name as its address.`],
  );
}

function notTrusted(why: string, server: string): CertificateFault {
  return fault(
    why,
    [
      `Give ${server} a certificate from a public certificate authority, or check whether a proxy that intercepts TLS is in the way.`,
    ],
    [
      'If an authority of your own has signed it, put its certificate (PEM) into a file on the runner, and set `NODE_EXTRA_CA_CERTS` to that file under `env:` of the job.',
    ],
  );
}

/** At most three, without what no name has: the certificate is a stranger's. */
function namesIn(error: unknown): readonly string[] {
  const cert: unknown = error instanceof Error ? Reflect.get(error, 'cert') : null;
  const names: unknown =
    typeof cert === 'object' && cert !== null ? Reflect.get(cert, 'subjectaltname') : null;
  if (typeof names !== 'string') return [];
  return [...names.slice(0, 4000).matchAll(/(?:DNS|IP Address):([\w.*:-]{1,100})(?=,|$)/g)]
    .map(([, name = '']) => name)
    .slice(0, 3);
}
