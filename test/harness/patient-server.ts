import type { ServerOptions } from 'node:http';

/**
 * For each HTTP server of the tests: it never closes a connection that its client may be about to use.
 *
 * Node closes an idle connection after 5 s (`keepAliveTimeout`, nodejs.org/api/http.html). Where the machine is busy,
 * a client in this process may compute for longer than that between two requests (the SDK's sign-in does); the server
 * then resets the connection under the next one. Services that people use hold idle connections for a minute and more.
 */
export const PATIENT = {
  keepAliveTimeout: 0,
  headersTimeout: 0,
  requestTimeout: 0,
} as const satisfies ServerOptions;
