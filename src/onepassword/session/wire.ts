import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What went wrong with a request: an `answer` of status 400 or more, or `broken` if none came, or not a whole one. */
export type Trouble =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'broken'; readonly reason: string };

/**
 * Watches the requests that go to one host, as they are made.
 *
 * The SDK makes its requests from WebAssembly through the global `fetch` and reports only a sentence about those that
 * fail: neither the status nor `Retry-After`, and no count. Node publishes every request of its `fetch` on diagnostics
 * channels (nodejs.org/api/diagnostics_channel.html, undici's docs/api/DiagnosticsChannel.md), so nothing global has to
 * be replaced: we only listen. Noted is how many there were and what went wrong with one, never a path or a body.
 */
export class Wire implements Disposable {
  readonly #origin: string;
  #made = 0;
  #trouble: Trouble | null = null;

  /** @param origin scheme, host and port, e.g. `https://my.1password.com` */
  constructor(origin: string) {
    this.#origin = origin;
    subscribe('undici:request:create', this.#onCreate);
    subscribe('undici:request:headers', this.#onHeaders);
    subscribe('undici:request:error', this.#onError);
  }

  [Symbol.dispose](): void {
    unsubscribe('undici:request:create', this.#onCreate);
    unsubscribe('undici:request:headers', this.#onHeaders);
    unsubscribe('undici:request:error', this.#onError);
  }

  /** Requests made so far, repeated ones included. */
  get made(): number {
    return this.#made;
  }

  /** The latest trouble since {@link forget}; null if there was none. */
  get trouble(): Trouble | null {
    return this.#trouble;
  }

  forget(): void {
    this.#trouble = null;
  }

  readonly #onCreate = (message: unknown): void => {
    if (this.#isOurs(message)) this.#made += 1;
  };

  readonly #onHeaders = (message: unknown): void => {
    if (!this.#isOurs(message) || message.response === undefined) return;
    const { statusCode, headers } = message.response;
    if (statusCode < 400) return;
    this.#trouble = { kind: 'answer', status: statusCode, retryAfter: headerOf(headers, 'retry-after') };
  };

  readonly #onError = (message: unknown): void => {
    if (!this.#isOurs(message) || message.error === undefined) return;
    this.#trouble = { kind: 'broken', reason: message.error.code ?? message.error.message };
  };

  #isOurs(message: unknown): message is RequestMessage {
    return hasRequest(message) && String(message.request.origin) === this.#origin;
  }
}

/** What is published: always the request, and what became of it. */
interface RequestMessage {
  readonly request: { readonly origin: string | URL };
  /** `headers`: names and values in turn, as bytes. */
  readonly response?: { readonly statusCode: number; readonly headers: readonly Buffer[] };
  readonly error?: Error & { readonly code?: string };
}

function hasRequest(message: unknown): message is RequestMessage {
  return typeof message === 'object' && message !== null && 'request' in message;
}

function headerOf(headers: readonly Buffer[], name: string): string | null {
  const at = headers.findIndex((text, index) => index % 2 === 0 && text.toString().toLowerCase() === name);
  return at < 0 ? null : (headers[at + 1]?.toString() ?? null);
}
