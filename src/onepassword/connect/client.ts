/** Asks a Connect server: the token in one header, to that one server, and an answer of a size that is bounded. */
import { lookup } from 'node:dns';
import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest, type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Failure } from '../../base/failure.ts';
import { MAX_BODY_BYTES } from '../../base/bounded-body.ts';
import { withPatience, type RetryPatience } from '../session/patience.ts';
import { broken, notConnect, refusal, tooLarge, unreachable, type ConnectAnswer } from './refusal.ts';
import { isPrivate, notEncrypted, type ConnectServer } from './server.ts';

export interface ClientOptions {
  readonly signal?: AbortSignal;
  readonly patience: RetryPatience;
}

export class ConnectClient {
  readonly #server: ConnectServer;
  readonly #options: ClientOptions;
  readonly #agent: PlainAgent | undefined;
  #made = 0;

  constructor(server: ConnectServer, options: ClientOptions) {
    this.#server = server;
    this.#options = options;
    // Without encryption nothing may be between: not even the proxy that the environment may name.
    this.#agent = server.signInAddress.startsWith('http:') ? new PlainAgent({ keepAlive: true }) : undefined;
  }

  get made(): number {
    return this.#made;
  }

  close(): void {
    this.#agent?.destroy();
  }

  /**
   * The JSON that a path answers with.
   * @param about what is asked for, in the words of a sentence
   * @throws Failure `connect-refused` | `connect-not-permitted` | `connect-unreachable` | `connect-unavailable` |
   *   `connect-syncing` | `connect-not-connect` | `connect-redirects` | `connect-too-large` | `connect-not-encrypted` |
   *   `connect-failed` | `connect-certificate`; the signal's reason where that ended it
   */
  async get(path: string, about: string): Promise<unknown> {
    const { patience, signal } = this.#options;
    return withPatience(
      patience,
      () => this.#ask(path, about),
      (error) => ({
        again:
          error instanceof Failure && ['connect-unreachable', 'connect-unavailable'].includes(error.code),
      }),
      signal,
    );
  }

  async #ask(path: string, about: string): Promise<unknown> {
    this.#made += 1;
    const answer = await this.#send(path);
    const { host } = new URL(this.#server.signInAddress);
    if (answer.status !== 200) throw refusal(host, answer, about);
    try {
      return JSON.parse(answer.text);
    } catch {
      throw notConnect(host);
    }
  }

  #send(path: string): Promise<ConnectAnswer> {
    const { signInAddress, secret } = this.#server;
    const url = new URL(`${signInAddress}${path}`);
    const { host } = url;
    const isPlain = url.protocol === 'http:';
    const options: RequestOptions = {
      method: 'GET',
      headers: { authorization: `Bearer ${secret.reveal()}`, accept: 'application/json' },
      ...(isPlain ? { agent: this.#agent, lookup: onlyPrivate(host) } : {}),
      ...(this.#options.signal === undefined ? {} : { signal: this.#options.signal }),
    };
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        const { signal } = this.#options;
        if (signal?.aborted === true) reject(signal.reason);
        else reject(error instanceof Failure ? error : unreachable(host, error));
      };
      // Neither of the two follows a redirect.
      const sending = (isPlain ? plainRequest : secureRequest)(url, options, (response) => {
        read(response, host).then(resolve, fail);
      });
      // From the first byte to the last: one that dribbles is not waited for.
      const timer = setTimeout(
        () => sending.destroy(unreachable(host, new Error('no answer in time'))),
        this.#options.patience.perTry,
      );
      sending.once('error', fail).once('close', () => clearTimeout(timer));
      sending.end();
    });
  }
}

async function read(response: IncomingMessage, host: string): Promise<ConnectAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      if (!(chunk instanceof Buffer)) continue;
      size += chunk.length;
      if (size > MAX_BODY_BYTES) throw tooLarge(host, MAX_BODY_BYTES);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Failure ? error : broken(host, error);
  }
  const { statusCode: status = 0, headers } = response;
  return { status, text: Buffer.concat(chunks).toString('utf8'), location: headers.location ?? null };
}

/** Finds the address of a name as other programs do, and refuses one that is not private: before anything is sent. */
function onlyPrivate(host: string): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0);
      const found = addresses.find(({ address }) => isPrivate(address));
      if (found === undefined || addresses.some(({ address }) => !isPrivate(address)))
        return done(notEncrypted(host), '', 0);
      if (options.all === true) return done(null, addresses);
      return done(null, found.address, found.family);
    });
  };
}
