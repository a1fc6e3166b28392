/**
 * A 1Password Connect server at the wire, over the same vaults as the loopback service, from its published API
 * (developer.1password.com/docs/connect/api-reference, 1.8.1): vaults, the items of one, an item; a bearer token.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENT } from '../patient-server.ts';
import type { Details, Overview } from './items.ts';
import { categoryOf, fieldsOf } from './op/fields.ts';
import type { ReadItem } from './op/client.ts';
import type { ItemRecord, Vault } from './vault.ts';

/** What a test makes of the next answers. */
export type ConnectFault =
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown; readonly times?: number }
  /** `at`: only where the path is so. */
  | { readonly kind: 'text'; readonly text: string; readonly status?: number; readonly at?: RegExp }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'slow'; readonly milliseconds: number }
  | { readonly kind: 'dribble' }
  | { readonly kind: 'huge' };

export class ConnectService implements AsyncDisposable {
  readonly requests: { readonly path: string; readonly authorization: string }[] = [];
  /** Titles of the vaults that the token may read; null: all. */
  granted: readonly string[] | null = null;
  fault: ConnectFault | null = null;
  readonly token = `eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJjb20uMXBhc3N3b3JkIn0.c2lnbmF0dXJlLW9mLWNvbm5lY3Q`;
  readonly #server: Server;
  readonly #vaults: readonly Vault[];

  private constructor(server: Server, vaults: readonly Vault[]) {
    this.#server = server;
    this.#vaults = vaults;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  /** @param vaults read at each request: a change in them is a change here */
  static async start(vaults: readonly Vault[]): Promise<ConnectService> {
    const server = createServer(PATIENT);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return new ConnectService(server, vaults);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  forget(): void {
    this.requests.length = 0;
    this.fault = null;
    this.granted = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const authorization = request.headers.authorization ?? '';
    this.requests.push({ path, authorization });
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (this.fault !== null && (await this.#strike(this.fault, path, response))) return;
    if (authorization !== `Bearer ${this.token}`)
      return send(401, { status: 401, message: 'Invalid token signature' });
    const [, version, , vaultId, , itemId] = path.split('?')[0]?.split('/') ?? [];
    if (version !== 'v1') return send(404, { status: 404, message: 'Not found' });
    if (vaultId === undefined) return send(200, this.#visible().map(vaultJson));
    const vault = this.#vaults.find(({ id }) => id === vaultId);
    if (vault === undefined) return send(404, { status: 404, message: 'Invalid Vault UUID' });
    if (!this.#visible().includes(vault)) return send(403, { status: 403, message: 'vault is not in scope' });
    if (itemId === undefined)
      return send(
        200,
        vault.items.map((item) => summaryOf(vault, item)),
      );
    const record = vault.items.find(({ uuid }) => uuid === itemId);
    if (record === undefined) return send(404, { status: 404, message: 'item not found' });
    send(200, itemJson(vault, record));
  }

  #visible(): Vault[] {
    return this.#vaults.filter(
      ({ type, title }) => type === 'U' && (this.granted === null || this.granted.includes(title)),
    );
  }

  /** @returns whether it answered */
  async #strike(fault: ConnectFault, path: string, response: ServerResponse): Promise<boolean> {
    switch (fault.kind) {
      case 'status':
        if (fault.times !== undefined)
          this.fault = fault.times <= 1 ? null : { ...fault, times: fault.times - 1 };
        response.writeHead(fault.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(fault.body ?? { status: fault.status, message: 'no' }));
        return true;
      case 'text':
        if (fault.at?.test(path) === false) return false;
        response.writeHead(fault.status ?? 200, { 'content-type': 'text/html' }).end(fault.text);
        return true;
      case 'redirect':
        response.writeHead(302, { location: fault.to }).end();
        return true;
      case 'slow':
        await sleep(fault.milliseconds);
        return false;
      case 'dribble': {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 20);
        response.once('close', () => clearInterval(timer));
        return true;
      }
      case 'huge': {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
          while (!response.destroyed && response.write(' '.repeat(1_000_000)));
        };
        response.on('drain', more).on('error', () => undefined);
        more();
        return true;
      }
    }
  }
}

function vaultJson({ id, title }: Vault): object {
  return { id, name: title, type: 'USER_CREATED', items: 0, createdAt: '2024-01-01T00:00:00Z' };
}

function summaryOf(vault: Vault, record: ItemRecord): object {
  const overview = vault.key.open(record.encOverview) as Overview;
  return {
    id: record.uuid,
    title: overview.title,
    vault: { id: vault.id, name: vault.title },
    category: categoryOf({ record }),
    urls: (overview.URLs ?? []).map(({ l, u }) => ({ label: l, href: u })),
    ...(record.trashed === 'N' ? {} : { state: record.trashed === 'Y' ? 'ARCHIVED' : 'DELETED' }),
    version: record.itemVersion,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
}

function itemJson(vault: Vault, record: ItemRecord): object {
  const overview = vault.key.open(record.encOverview) as Overview;
  const details = vault.key.open(record.encDetails) as Details;
  const item: ReadItem = { record, overview, details };
  const read = { id: vault.id, name: vault.title, contentVersion: vault.contentVersion, key: vault.key };
  return {
    ...summaryOf(vault, record),
    sections: details.sections
      .filter(({ name }) => name !== '')
      .map(({ name, title }) => ({ id: name, label: title })),
    fields: fieldsOf(read, item).map(({ id, type, purpose, label, value, section }) => ({
      id,
      type,
      ...(purpose === undefined ? {} : { purpose }),
      label,
      ...(value === undefined ? {} : { value }),
      ...(section === undefined ? {} : { section: { id: section.id } }),
    })),
  };
}
