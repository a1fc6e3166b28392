/** The signed-in half of the protocol: what each path answers, before sealing. */

import { newId, SymmetricKey } from './crypto.ts';
import type { ServiceAccount } from './account.ts';
import type { ItemRecord, Vault } from './vault.ts';

/** Thrown to answer with an HTTP error. */
export class HttpError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown = {}) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** What routes read and change. */
export interface Store {
  readonly vaults: readonly Vault[];
  /** Attachments, sealed by the client; their keys are in the items' details. */
  readonly files: Map<string, Buffer>;
}

interface Call {
  readonly account: ServiceAccount;
  readonly store: Store;
  readonly body: unknown;
  /** What the path's groups matched. */
  readonly ids: readonly string[];
}

/** Buffers are sent as they are, everything else is sealed with the session's key. */
type Answer = object | Buffer;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Counts against the account's reads. */
  readonly read: boolean;
  readonly answer: (call: Call) => Answer;
}

const ROUTES: readonly Route[] = [
  route('POST', /^\/api\/v2\/auth\/complete$/, false, ({ account }) => {
    return { userUuid: account.id, accountUuid: account.id, mfa: null };
  }),
  route('GET', /^\/api\/v2\/account\/keysets$/, false, ({ account }) => {
    return { version: 1, keysets: [account.keyset()] };
  }),
  route('GET', /^\/api\/v1\/vaults$/, true, ({ account, store }) =>
    store.vaults
      .filter((vault) => vault.type !== 'D' && account.sees(vault))
      .map((v) => account.vaultRecord(v)),
  ),
  route('GET', /^\/api\/v3\/vault\/(\w+)$/, true, (call) => call.account.vaultRecord(vaultOf(call))),
  route('GET', /^\/api\/v1\/vault\/(\w+)\/items\/overviews$/, true, (call) => {
    const { contentVersion, items } = vaultOf(call);
    const active = items.filter((item) => item.trashed !== 'D');
    const listed = active.map((item) => ({ ...item, encDetails: undefined })); // JSON omits undefined
    return { contentVersion, batchComplete: true, deletedItemUuids: [], items: listed };
  }),
  route('GET', /^\/api\/v1\/vault\/(\w+)\/item\/(\w+)$/, true, (call) => {
    const vault = vaultOf(call);
    const item = vault.items.find((record) => record.uuid === call.ids[1]);
    if (!item) throw new HttpError(404);
    return { contentVersion: vault.contentVersion, item };
  }),
  route('POST', /^\/api\/v3\/vault\/(\w+)\/items\/batch$/, true, (call) => {
    const vault = vaultOf(call);
    // One answer per asked id, in that order, repeats included: the SDK trusts the order.
    const { itemUuids } = call.body as { itemUuids: readonly string[] };
    const items = itemUuids.flatMap((id) => vault.items.filter((record) => record.uuid === id));
    return { contentVersion: vault.contentVersion, items };
  }),
  route('PATCH', /^\/api\/v3\/vault\/(\w+)\/\d+\/items$/, false, (call) => {
    const vault = vaultOf(call);
    const stored = (call.body as ItemRecord[]).map((item) => vault.store(item));
    const updatedItems = Object.fromEntries(stored.map((item) => [item.uuid, item.itemVersion]));
    return { contentVersion: vault.contentVersion, updatedItems, failedItems: {} };
  }),
  route('POST', /^\/api\/v3\/file$/, false, ({ store, body }) => {
    const fileId = newId();
    store.files.set(fileId, body as Buffer);
    return { fileId, signingKey: new SymmetricKey().jwk() };
  }),
  route('GET', /^\/api\/v2\/file\/(\w+)\/(\w+)\/(\w+)$/, true, ({ store, ids }) => {
    const file = store.files.get(ids[2] ?? '');
    if (!file) throw new HttpError(404);
    return file;
  }),
  // Not a path of the real service: where `op service-account ratelimit` asks is not public.
  route('GET', /^\/standin\/ratelimit$/, false, ({ account }) => {
    return { limit: account.readsPerHour, used: account.readsUsed };
  }),
];

/** Answers one request of a signed-in account; throws {@link HttpError}. */
export function answerTo(
  { method, path, body }: { method: string; path: string; body: unknown },
  account: ServiceAccount,
  store: Store,
): Answer {
  for (const one of ROUTES) {
    const match = one.method === method ? one.path.exec(path) : null;
    if (!match) continue;
    if (one.read && account.readsUsed >= account.readsPerHour) throw new HttpError(429, tooMany);
    if (one.read) account.readsUsed += 1;
    return one.answer({ account, store, body, ids: match.slice(1) });
  }
  throw new HttpError(404);
}

const tooMany = { errorCode: 429, errorMessage: 'Too Many Requests' };

function route(method: string, path: RegExp, read: boolean, answer: Route['answer']): Route {
  return { method, path, read, answer };
}

function vaultOf({ account, store, ids }: Call): Vault {
  const vault = store.vaults.find((one) => one.id === ids[0]);
  if (!vault || !account.sees(vault)) throw new HttpError(404);
  return vault;
}
