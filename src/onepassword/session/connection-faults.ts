/**
 * What a connection failed with, by Node's error code, in words (nodejs.org/api/errors.html, “Common system errors”, and
 * /api/tls.html, “X509 certificate error codes”; Node.js 24).
 * @param notTrusted the words for a certificate that no one known has signed
 */
export function connectionFaults(notTrusted: string): Readonly<Record<string, string>> {
  return {
    ENOTFOUND: 'the name does not resolve',
    EAI_AGAIN: 'the name server does not answer',
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection was reset',
    EHOSTUNREACH: 'there is no route to it',
    ENETUNREACH: 'there is no network',
    ETIMEDOUT: 'the connection timed out',
    CERT_HAS_EXPIRED: 'its certificate has expired',
    DEPTH_ZERO_SELF_SIGNED_CERT: notTrusted,
    SELF_SIGNED_CERT_IN_CHAIN: notTrusted,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: notTrusted,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: notTrusted,
  };
}
