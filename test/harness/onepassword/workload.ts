/**
 * The part of 1Password that lets a workload in, at the wire over https with its own authority: the exchange of GitHub's
 * word for an access token, and the question what the workload may read, as `@1password/sdk` 0.5.0 asks both. Here the
 * real thing ends: the values come through a channel that is attested by 1Password's own root.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { createServer as createPlainServer, type Server as PlainServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PATIENT } from '../patient-server.ts';

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class WorkloadService implements AsyncDisposable {
  /** Answers to the exchange, and to the question what may be read. */
  exchange: Reply = { status: 200, body: { access_token: 'access-token-of-the-workload-7f3a' } };
  configurations: Reply = { status: 404, body: {} };
  readonly requests: { readonly path: string; readonly body: string; readonly authorization: string }[] = [];
  /** The authority, as PEM, and the file that holds it. */
  readonly authority: string;
  readonly authorityFile: string;
  readonly #server: Server;
  readonly #directory: string;

  private constructor(server: Server, directory: string) {
    this.#server = server;
    this.#directory = directory;
    this.authorityFile = join(directory, 'cert.pem');
    this.authority = readFileSync(this.authorityFile, 'utf8');
    server.on('request', async (request, response) => {
      const path = request.url ?? '';
      const authorization = request.headers.authorization ?? '';
      this.requests.push({ path, body: await text(request), authorization });
      const { status, body, headers } = path.includes('ExchangeToken') ? this.exchange : this.configurations;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  }

  static async start(): Promise<WorkloadService> {
    const directory = mkdtempSync(join(tmpdir(), 'kamal-1password-authority-'));
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ['-keyout', key, '-out', cert, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
      ].flat(),
      { stdio: 'ignore' },
    );
    const server = createServer({ ...PATIENT, key: readFileSync(key), cert: readFileSync(cert) });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return new WorkloadService(server, directory);
  }

  get host(): string {
    return `localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The key of an integration of this account, some of its parts replaced. */
  key(parts: Readonly<Record<string, unknown>> = {}): string {
    return integrationKey(this.host, parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** The key of an integration of the account at a host. */
export function integrationKey(host: string, parts: Readonly<Record<string, unknown>> = {}): string {
  const all = {
    ver: 1,
    typ: 'workload_identity_provider_key',
    key: '5e'.repeat(32),
    path: `//${host}/accounts/ACCOUNT/integrations/GITHUB`,
    ...parts,
  };
  return `ops_${Buffer.from(JSON.stringify(all)).toString('base64url')}`;
}

/** GitHub's word for a job, as its service would give it; not signed by anybody. */
export function idToken(claims: Readonly<Record<string, string>>): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${Buffer.from('signature-of-github').toString('base64url')}`;
}

/** The service of a runner that gives a job its ID token. */
export class IdTokenService implements AsyncDisposable {
  readonly audiences: (string | null)[] = [];
  readonly token: string;
  /** What the job asks with. */
  readonly requestToken = 'request-token-of-the-runner-91bc';
  status = 200;
  readonly #server: PlainServer;

  private constructor(server: PlainServer, token: string) {
    this.#server = server;
    this.token = token;
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      this.audiences.push(url.searchParams.get('audience'));
      const isAllowed = request.headers.authorization === `Bearer ${this.requestToken}`;
      response.writeHead(isAllowed ? this.status : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isAllowed ? { value: token } : { message: 'no' }));
    });
  }

  static async start(token: string): Promise<IdTokenService> {
    const server = createPlainServer(PATIENT);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return new IdTokenService(server, token);
  }

  /** What the runner puts into the job's environment. */
  get environment(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: this.requestToken,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
