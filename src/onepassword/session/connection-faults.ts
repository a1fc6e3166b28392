/**
 * What a connection failed with, by Node's error code, in words (nodejs.org/api/errors.html, “Common system errors”;
 * Node.js 24). Certificates: certificate-fault.ts.
 */
export const CONNECTION_FAULTS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the connection timed out',
};
