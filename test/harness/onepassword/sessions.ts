/** Sign-in and sessions: the SRP handshake of a service account, and the MAC every later request carries. */

import type { IncomingMessage } from 'node:http';
import { newId, requestMac, SymmetricKey } from './crypto.ts';
import { HttpError } from './routes.ts';
import { answer, fromHex, proofs, toHex, type Handshake } from './srp.ts';
import type { ServiceAccount } from './account.ts';

export interface Session {
  readonly id: string;
  readonly account: ServiceAccount;
  handshake?: Handshake;
  /** Set once the client has proven that it knows the secret. */
  key?: SymmetricKey;
}

/** A session whose client is signed in. */
export type OpenSession = Session & { readonly key: SymmetricKey };

export class Sessions {
  readonly #sessions = new Map<string, Session>();

  get(id: string | string[] | undefined): Session | undefined {
    return typeof id === 'string' ? this.#sessions.get(id) : undefined;
  }

  /** Forgets every session: clients get 401 and sign in again. */
  expire(): void {
    this.#sessions.clear();
  }

  /** One of the three unsealed steps: start, exchange, proof. */
  signIn(
    path: string,
    body: Record<string, string>,
    session: Session | undefined,
    accounts: readonly ServiceAccount[],
  ): object {
    if (path === '/api/v3/auth/start') return this.#start(body, accounts);
    if (!session || session.account.revoked) throw new HttpError(401);
    if (path === '/api/v2/auth') {
      session.handshake = answer(fromHex(body['userA'] ?? ''), session.account.verifier);
      return { userB: toHex(session.handshake.B) };
    }
    if (!session.handshake) throw new HttpError(401);
    const { client, server } = proofs(session.handshake, session.account);
    if (client !== body['clientVerifyHash']) throw new HttpError(401);
    session.key = new SymmetricKey(session.id, session.handshake.key);
    return { serverVerifyHash: server };
  }

  #start(body: Record<string, string>, accounts: readonly ServiceAccount[]): object {
    const account = accounts.find((one) => one.email === body['email'] && one.secretKeyId === body['skid']);
    if (!account || account.revoked) throw new HttpError(401);
    const id = newId().toUpperCase();
    this.#sessions.set(id, { id, account });
    const accountKey = { accountKeyFormat: 'A3', accountKeyUuid: account.secretKeyId };
    return { status: 'ok', sessionID: id, ...accountKey, userAuth: account.userAuth() };
  }
}

/** Whether a path is one of the unsealed steps of signing in. */
export const isSignIn = (path: string): boolean =>
  /^\/api\/(v3\/auth\/start|v2\/auth|v2\/auth\/confirm-key)$/.test(path);

/** Lets only signed-in clients through whose request carries the right MAC. */
export function admit(session: Session | undefined, request: IncomingMessage, url: URL): OpenSession {
  if (!session?.key || session.account.revoked) throw new HttpError(401);
  const sent = String(request.headers['x-agilebits-mac'] ?? '');
  const expected = requestMac(session.key.key, {
    sessionId: session.id,
    method: request.method ?? '',
    hostname: url.hostname,
    pathname: url.pathname,
    query: url.search.slice(1),
    requestId: sent.split('|')[1] ?? '',
  });
  if (sent !== expected) throw new HttpError(401, { reason: 'bad MAC' });
  return session as OpenSession;
}
