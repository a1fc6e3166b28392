/** A tiny client of the 1Password protocol, so that the stand-in starts fast: no wasm, no dependencies. */

import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { Agent, request } from 'node:http';
import { fromBase64url, openWithRsa, requestMac, SymmetricKey, type Envelope } from '../crypto.ts';
import { fromHex, open, proofs, toHex } from '../srp.ts';
import type { TokenParts } from '../account.ts';
import type { Details, Overview } from '../items.ts';
import type { ItemRecord } from '../vault.ts';
import { malformedToken, OpError, statusError, unknownTokenType } from './errors.ts';

export interface ReadVault {
  readonly id: string;
  readonly name: string;
  readonly contentVersion: number;
  readonly key: SymmetricKey;
}

export interface ListedItem {
  readonly record: Omit<ItemRecord, 'encDetails'>;
  readonly overview: Overview;
}

export interface ReadItem extends ListedItem {
  readonly details: Details;
}

interface VaultWire {
  readonly uuid: string;
  readonly contentVersion: number;
  readonly encAttrs: Envelope;
  readonly combinedAccess: { readonly encVaultKey: Envelope };
}

interface Keyset {
  readonly encSymKey: Envelope;
  readonly encPriKey: Envelope;
}

/** Reads a service-account token; throws what `op` says of a malformed one. */
export function parseToken(token: string): TokenParts {
  if (!token.startsWith('ops_')) throw unknownTokenType();
  const payload = token.slice(4);
  const bad = payload.search(/[^A-Za-z0-9_-]/);
  if (bad >= 0) throw malformedToken(bad);
  try {
    const parts = JSON.parse(fromBase64url(payload).toString('utf8')) as TokenParts;
    if (typeof parts.srpX === 'string' && typeof parts.signInAddress === 'string') return parts;
  } catch {
    throw malformedToken(payload.length - (payload.length % 4));
  }
  throw unknownTokenType();
}

/** A signed-in session. */
export class OpClient {
  readonly token: TokenParts;
  #session: { id: string; key?: SymmetricKey } | undefined;
  #requests = 0;
  #privateKey: ReturnType<typeof createPrivateKey> | undefined;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(token: TokenParts) {
    this.token = token;
  }

  /** Signs in (4 requests); throws an {@link OpError} where the service refuses. */
  static async signIn(token: string): Promise<OpClient> {
    const client = new OpClient(parseToken(token));
    await client.#signIn();
    return client;
  }

  close(): void {
    this.#agent.destroy();
  }

  async vaults(): Promise<ReadVault[]> {
    const records = (await this.#call('GET', '/api/v1/vaults?attrs=combined-access')) as VaultWire[];
    return Promise.all(records.map((record) => this.#openVault(record)));
  }

  /** A vault, or an Environment, by its id. */
  async vault(id: string): Promise<ReadVault> {
    return this.#openVault((await this.#call('GET', `/api/v3/vault/${id}`)) as VaultWire);
  }

  async list(vault: ReadVault): Promise<ListedItem[]> {
    const answer = (await this.#call('GET', `/api/v1/vault/${vault.id}/items/overviews`)) as {
      items: ItemRecord[];
    };
    return answer.items.map((record) => ({
      record,
      overview: vault.key.open(record.encOverview) as Overview,
    }));
  }

  async item(vault: ReadVault, id: string): Promise<ReadItem> {
    const { item } = (await this.#call('GET', `/api/v1/vault/${vault.id}/item/${id}`)) as {
      item: ItemRecord;
    };
    const overview = vault.key.open(item.encOverview) as Overview;
    return { record: item, overview, details: vault.key.open(item.encDetails) as Details };
  }

  /** The account's budget of reads, from the stand-in's own path. */
  async rateLimit(): Promise<{ limit: number; used: number }> {
    return (await this.#call('GET', '/standin/ratelimit')) as { limit: number; used: number };
  }

  async #signIn(): Promise<void> {
    const { email, secretKey, srpX, deviceUuid } = this.token;
    const secretKeyId = secretKey.split('-')[1] ?? '';
    const body = { email, skFormat: 'A3', skid: secretKeyId, deviceUuid, userUuid: '' };
    const started = (await this.#call('POST', '/api/v3/auth/start', body)) as {
      sessionID: string;
      userAuth: { salt: string };
    };
    this.#session = { id: started.sessionID };
    const exchange = open(Buffer.from(srpX, 'hex'));
    const { userB } = (await this.#call('POST', '/api/v2/auth', { userA: toHex(exchange.A) })) as {
      userB: string;
    };
    const handshake = exchange.finish(fromHex(userB));
    const salt = fromBase64url(started.userAuth.salt);
    const { client, server } = proofs(handshake, { email, secretKeyId, salt });
    const confirmed = (await this.#call('POST', '/api/v2/auth/confirm-key', {
      clientVerifyHash: client,
    })) as {
      serverVerifyHash: string;
    };
    if (confirmed.serverVerifyHash !== server) throw new OpError('the server could not prove its identity');
    this.#session.key = new SymmetricKey(started.sessionID, handshake.key);
    await this.#call('POST', '/api/v2/auth/complete', {
      device: { uuid: deviceUuid, clientName: '1Password CLI' },
    });
  }

  async #openVault(record: VaultWire): Promise<ReadVault> {
    this.#privateKey ??= await this.#readKeyset();
    const jwk = openWithRsa(this.#privateKey, record.combinedAccess.encVaultKey) as JsonWebKey;
    const key = SymmetricKey.fromJwk(jwk);
    const { name } = key.open(record.encAttrs) as { name: string };
    return { id: record.uuid, name, contentVersion: record.contentVersion, key };
  }

  async #readKeyset(): Promise<ReturnType<typeof createPrivateKey>> {
    const { keysets } = (await this.#call('GET', '/api/v2/account/keysets')) as { keysets: [Keyset] };
    const master = SymmetricKey.fromJwk(this.token.muk);
    const symmetric = SymmetricKey.fromJwk(master.open(keysets[0].encSymKey) as JsonWebKey);
    return createPrivateKey({ key: symmetric.open(keysets[0].encPriKey) as JsonWebKey, format: 'jwk' });
  }

  /** One request: sealed and signed once the session has its key. */
  async #call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const url = new URL(path, this.token.signInAddress);
    const key = this.#session?.key;
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (this.#session) headers['x-agilebits-session-id'] = this.#session.id;
    if (this.#session && key) {
      const { hostname, pathname, search } = url;
      const requestId = String((this.#requests += 1));
      const query = search.slice(1);
      const signed = { sessionId: this.#session.id, method, hostname, pathname, query, requestId };
      headers['x-agilebits-mac'] = requestMac(key.key, signed);
    }
    const sent = body === undefined ? '' : JSON.stringify(key ? key.seal(body) : body);
    const answer = await this.#send(url, method, headers, sent);
    try {
      const parsed: unknown = JSON.parse(answer);
      return key ? key.open(parsed as Envelope) : parsed;
    } catch {
      throw new OpError(`${verb(method)} "${url.href}": invalid character in the response`);
    }
  }

  #send(url: URL, method: 'GET' | 'POST', headers: Record<string, string>, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const lost = (error: Error): void =>
        reject(new OpError(`${verb(method)} "${url.href}": ${inGo(error, url)}`));
      const sending = request(url, { method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', lost);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const retryAfter = response.headers['retry-after'];
          if (status !== 200)
            reject(statusError(status, retryAfter === undefined ? undefined : Number(retryAfter)));
          else resolve(Buffer.concat(chunks).toString('utf8'));
        });
      });
      sending.on('error', lost);
      sending.end(body);
    });
  }
}

const verb = (method: 'GET' | 'POST'): string => (method === 'GET' ? 'Get' : 'Post');

/** A network error in the words of Go's net package. */
export function inGo(error: Error & { code?: string }, url: URL): string {
  if (error.code === 'ECONNREFUSED') return `dial tcp ${url.host}: connect: connection refused`;
  if (error.code === 'ENOTFOUND') return `dial tcp: lookup ${url.hostname}: no such host`;
  if (error.code === 'ECONNRESET') return error.message === 'aborted' ? 'unexpected EOF' : 'EOF';
  return error.message;
}
