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
  const renew = `Renew the certificate of ${server} at ${host}, and restart what serves it.`;
  if (WRONG_NAME.has(code)) return wrongName(server, host, error);
  if (code === 'CERT_HAS_EXPIRED')
    return fault('its certificate has expired', [renew, "If it has not, set the runner's clock."]);
  if (code === 'CERT_NOT_YET_VALID')
    return fault('its certificate is not valid yet', [
      `Compare the clocks of the runner and of ${server}, and set the one that is wrong.`,
    ]);
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') return notTrusted('its certificate is self-signed', server);
  if (NOT_TRUSTED.has(code))
    return notTrusted(
      'its certificate is not trusted: no authority that the runner knows has signed it',
      server,
    );
  if (INVALID.has(code)) return fault(`its certificate is not valid (${code})`, [renew]);
  return null;
}

/** Whether it will be the same at the next try. */
export function isCertificateFault(code: string): boolean {
  return certificateFault(code, { server: '', host: '' }) !== null;
}

const WRONG_NAME = new Set(['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH']);

const NOT_TRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_CHAIN_TOO_LONG',
]);

const INVALID = new Set([
  'CERT_REVOKED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
]);

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
      `If ${bare} is the right name, give ${server} a certificate for it; a proxy that opens TLS may be in the way, too.`,
    ],
    names.length === 0 ? [] : [`If ${list} is ${server}, use that name as its address.`],
  );
}

function notTrusted(why: string, server: string): CertificateFault {
  return fault(
    why,
    [
      `Give ${server} a certificate of a public authority, or check whether a proxy that opens TLS is in the way.`,
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
