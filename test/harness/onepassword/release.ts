/**
 * The server of `op`'s release archives on loopback, at the paths of the real one
 * (`https://cache.agilebits.com/dist/1P/op2/pkg/v<version>/op_<os>_<arch>_v<version>.zip`).
 *
 *     await using releases = await startReleases({ version: '2.35.0', latencyMs: 50, bytesPerSecond: 20_000_000 });
 *     releases.url, releases.archiveUrl(), releases.publicKey, releases.fingerprint
 *     await releases.publish({ defect: 'tampered' });            // from now on a bad archive
 *     await releases.publish({ version: '2.36.0', size: 8_000_000 });
 *     releases.fail({ kind: 'status', status: 503, times: 2 });  // or drop, truncate (mid-way), silence, …
 *     releases.requests, releases.bytes
 *
 * The `op` inside is the stand-in of op/main.ts, which reads the loopback service.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENT } from '../patient-server.ts';
import { deliver, Faults, type Fault } from './faults.ts';
import { packOp } from './op/pack.ts';
import { makeArchive, newSigner, type Defect, type Signer } from './release-archive.ts';

/** One published version; operating systems and architectures share one archive, as the stand-in is a script. */
export interface Publication {
  /** Default: the version of the last publication. */
  readonly version?: string;
  readonly defect?: Defect;
  /** Least size of the archive in bytes. */
  readonly size?: number;
  /** What the archive has as `op`; default: the stand-in. */
  readonly program?: Buffer;
}

export interface ReleasesInput extends Publication {
  /** Time before an answer begins, in milliseconds. */
  readonly latencyMs?: number;
  /** Speed of a body; default: as fast as it goes. */
  readonly bytesPerSecond?: number;
}

/** One request as it was seen. */
export interface SeenDownload {
  readonly method: string;
  readonly path: string;
  /** 0 if no answer was given. */
  status: number;
}

const PATH = /^\/dist\/1P\/op2\/pkg\/v([^/]+)\/op_(linux|darwin)_(amd64|arm64|386|arm)_v([^/]+)\.zip$/;

/** Starts the server on loopback with one version published; dispose it to stop. */
export async function startReleases(input: ReleasesInput = {}): Promise<Releases> {
  const server = createServer(PATIENT);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const releases = new Releases(server, await newSigner(), input);
  await releases.publish(input);
  return releases;
}

export class Releases implements AsyncDisposable {
  readonly url: string;
  /** The armored public key of the signer. */
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly requests: SeenDownload[] = [];
  latencyMs: number;
  bytesPerSecond: number;
  #version = '2.35.0';
  readonly #archives = new Map<string, Buffer>();
  readonly #faults = new Faults();
  readonly #server: Server;
  readonly #signer: Signer;
  #sent = 0;
  #sentBefore = 0;

  constructor(server: Server, signer: Signer, { latencyMs = 0, bytesPerSecond = Infinity }: ReleasesInput) {
    this.#server = server;
    this.#signer = signer;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.publicKey = signer.publicKey;
    this.fingerprint = signer.fingerprint;
    this.latencyMs = latencyMs;
    this.bytesPerSecond = bytesPerSecond;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Publishes a version, or replaces it; returns the size of its archive. */
  async publish({
    version = this.#version,
    defect = 'none',
    size = 0,
    program,
  }: Publication): Promise<number> {
    this.#version = version;
    const archive = await makeArchive(program ?? (await packOp(version)), this.#signer, { defect, size });
    this.#archives.set(version, archive);
    return archive.length;
  }

  /** Address of the archive for this machine, by default of the last published version. */
  archiveUrl(version = this.#version): string {
    const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
    const os = process.platform === 'darwin' ? 'darwin' : 'linux';
    return `${this.url}/dist/1P/op2/pkg/v${version}/op_${os}_${arch}_v${version}.zip`;
  }

  /** Makes downloads fail from now on. */
  fail(fault: Fault): void {
    this.#faults.add(fault);
  }

  /** Bytes of answers handed to the network since the last {@link forget}. */
  get bytes(): number {
    return this.#sent - this.#sentBefore;
  }

  /** Empties the log and drops all faults. */
  forget(): void {
    this.requests.length = 0;
    this.#sentBefore = this.#sent;
    this.#faults.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const path = new URL(request.url ?? '/', this.url).pathname;
    const seen: SeenDownload = { method, path, status: 0 };
    this.requests.push(seen);
    const fault = this.#faults.strike(method, path);
    await sleep(this.latencyMs + (fault?.kind === 'delay' ? fault.ms : 0));
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'drop') {
      request.socket.destroy();
      return;
    }
    const answer =
      fault?.kind === 'status' ? { status: fault.status, body: Buffer.alloc(0) } : this.#find(path);
    seen.status = answer.status;
    const socket = response.socket;
    const before = socket?.bytesWritten ?? 0;
    response.once('close', () => (this.#sent += (socket?.bytesWritten ?? before) - before));
    const headers = { 'content-type': 'application/zip', ...(fault?.kind === 'status' ? fault.headers : {}) };
    await deliver(response, { ...answer, headers }, fault ?? this.#pace());
  }

  #find(path: string): { status: number; body: Buffer } {
    const [, version = '', , , again] = PATH.exec(path) ?? [];
    const body = version === again ? this.#archives.get(version) : undefined;
    return body ? { status: 200, body } : { status: 404, body: Buffer.from('Not Found') };
  }

  /** The bandwidth, as a slice every 20 ms. */
  #pace(): Fault | undefined {
    if (!Number.isFinite(this.bytesPerSecond)) return undefined;
    return { kind: 'trickle', bytes: Math.max(1, Math.round(this.bytesPerSecond / 50)), ms: 20 };
  }
}
