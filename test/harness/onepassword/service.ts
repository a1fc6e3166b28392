/**
 * The part of the 1Password service that `@1password/sdk` 0.5.0 uses with a service-account token, on loopback. The real
 * SDK does its real SRP handshake, request MACs, RSA-OAEP and AES-GCM against it.
 *
 *     await using service = await startOnePassword({
 *       vaults: [{ title: 'CI', items: [
 *         { title: 'Deploy', fields: { DATABASE_URL: 'postgres://…', password: 'hunter2' } },
 *         { title: 'Server', category: 'SshKey', privateKey: pkcs8Pem, fields: [{ label: 'KNOWN_HOSTS', value: '…', type: 'Text' }] },
 *       ] }],
 *       environments: [{ title: 'production', variables: { API_TOKEN: '…' } }],
 *     });
 *     const client = await createClient({ auth: service.token, … });
 *
 * - `service.url`, `service.token` (sees everything); `service.addAccount({ vaults: ['CI'] }).token` sees that
 *   vault alone, `vaults: []` none; `account.tokenWith({ srpX: … })` for wrong tokens, `account.revoked = true`.
 * - `service.vault(titleOrId)` is a {@link Vault}: `addItem`, `removeItem`, `archive`, `setField(item, { label,
 *   value, section? })`, `removeField(item, label, section?)`, `find(item).uuid`; `service.addVault`,
 *   `service.addEnvironment`; `service.vault('production').id` is what `environments.getVariables` takes.
 * - `service.requests` logs every request with its decrypted body, `service.calls()` as "GET /api/v1/vaults"
 *   lines (ids as `*`), `service.forget()` empties the log and all faults.
 * - `service.fail({ kind: 'status', status: 429, on: /batch/, times: 1 })`: see faults.ts for every kind.
 * - `service.expireSessions()`: the SDK gets 401 and signs in again on its own.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENT } from '../patient-server.ts';
import { ServiceAccount, type AccountInput } from './account.ts';
import type { Envelope } from './crypto.ts';
import { deliver, Faults, type Fault } from './faults.ts';
import { answerTo, HttpError } from './routes.ts';
import { admit, isSignIn, Sessions } from './sessions.ts';
import { Vault, type EnvironmentInput, type VaultInput } from './vault.ts';

/** What the service holds at its start. */
export interface ServiceInput {
  readonly vaults?: readonly VaultInput[];
  readonly environments?: readonly EnvironmentInput[];
  /** TCP port on 127.0.0.1; default: any free one. */
  readonly port?: number;
}

/** One request as it was seen. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Decrypted JSON, or the bytes of an upload. */
  body: unknown;
  /** 0 if no answer was given. */
  status: number;
}

/** Starts the service on loopback; dispose it to stop. */
export async function startOnePassword(input: ServiceInput = {}): Promise<OnePasswordService> {
  const server = createServer(PATIENT);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(input.port ?? 0, '127.0.0.1', resolve);
  });
  return new OnePasswordService(server, input);
}

export class OnePasswordService implements AsyncDisposable {
  readonly url: string;
  readonly requests: SeenRequest[] = [];
  readonly vaults: Vault[] = [];
  readonly files = new Map<string, Buffer>();
  /** The account of {@link token}. */
  readonly account: ServiceAccount;
  readonly #accounts: ServiceAccount[] = [];
  readonly #sessions = new Sessions();
  readonly #faults = new Faults();
  readonly #server: Server;

  constructor(server: Server, { vaults = [], environments = [] }: ServiceInput) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const vault of vaults) this.addVault(vault);
    for (const environment of environments) this.addEnvironment(environment);
    this.account = this.addAccount();
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A token that sees every vault. */
  get token(): string {
    return this.account.token;
  }

  /** A further service account with its own token. */
  addAccount(input: AccountInput = {}): ServiceAccount {
    const account = new ServiceAccount(this.url, input);
    this.#accounts.push(account);
    return account;
  }

  addVault(input: VaultInput): Vault {
    const vault = new Vault(input);
    this.vaults.push(vault);
    return vault;
  }

  addEnvironment(input: EnvironmentInput): Vault {
    const vault = Vault.ofEnvironment(input);
    this.vaults.push(vault);
    return vault;
  }

  /** The vault or Environment of that title or id; throws if there is none. */
  vault(titleOrId: string): Vault {
    const found = this.vaults.find(({ id, title }) => id === titleOrId || title === titleOrId);
    if (!found) throw new Error(`no vault "${titleOrId}"`);
    return found;
  }

  /** Makes requests fail from now on. */
  fail(fault: Fault): void {
    this.#faults.add(fault);
  }

  expireSessions(): void {
    this.#sessions.expire();
  }

  /** "METHOD /path" of every request so far, with ids as `*`. */
  calls(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path.replaceAll(/[a-z2-7]{26}/g, '*')}`);
  }

  /** Empties the log and drops all faults. */
  forget(): void {
    this.requests.length = 0;
    this.#faults.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const method = request.method ?? 'GET';
    const seen: SeenRequest = { method, path: url.pathname, query: url.search, body: undefined, status: 0 };
    this.requests.push(seen);
    const fault = this.#faults.strike(method, url.pathname);
    const raw = await buffer(request).catch(() => Buffer.alloc(0));
    if (fault?.kind === 'delay') await sleep(fault.ms);
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'drop') {
      request.socket.destroy();
      return;
    }
    const answer = this.#answer(request, url, raw, seen, fault);
    seen.status = answer.status;
    const binary = Buffer.isBuffer(answer.body);
    const type = binary ? 'application/octet-stream' : 'application/json';
    const body = binary ? (answer.body as Buffer) : Buffer.from(JSON.stringify(answer.body));
    await deliver(
      response,
      { status: answer.status, headers: { 'content-type': type, ...answer.headers }, body },
      fault,
    );
  }

  /** Status and body; the body is sealed where the protocol wants it so. */
  #answer(
    request: IncomingMessage,
    url: URL,
    raw: Buffer,
    seen: SeenRequest,
    fault: Fault | undefined,
  ): { status: number; body: unknown; headers?: Record<string, string> } {
    if (fault?.kind === 'status') {
      return { status: fault.status, body: fault.body ?? {}, headers: fault.headers ?? {} };
    }
    if (fault?.kind === 'garbage') return { status: 200, body: Buffer.from(fault.text ?? '<html>') };
    try {
      const session = this.#sessions.get(request.headers['x-agilebits-session-id']);
      const json = raw.length > 0 && request.headers['content-type'] !== 'application/octet-stream';
      seen.body = json ? JSON.parse(raw.toString('utf8')) : raw;
      if (isSignIn(url.pathname)) {
        const fields = seen.body as Record<string, string>;
        return { status: 200, body: this.#sessions.signIn(url.pathname, fields, session, this.#accounts) };
      }
      // From here on requests carry a MAC, and both bodies are sealed with the session key.
      const { key, account } = admit(session, request, url);
      if (json) seen.body = key.open(seen.body as Envelope);
      const reply = answerTo({ method: seen.method, path: seen.path, body: seen.body }, account, this);
      if (fault?.kind === 'reorder' && 'items' in reply) (reply.items as unknown[]).reverse();
      return { status: 200, body: Buffer.isBuffer(reply) ? reply : key.seal(reply) };
    } catch (error) {
      if (error instanceof HttpError) return { status: error.status, body: error.body };
      return { status: 500, body: { error: String(error) } };
    }
  }
}
