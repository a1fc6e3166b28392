import type { IncomingMessage } from 'node:http';
import { Failure } from '../../base/failure.ts';
import { innermostReason } from '../../base/innermost-reason.ts';
import type { Log } from '../../base/log.ts';
import { VERSION } from '../../base/version.ts';
import { withPatience, type RetryPatience, type Setback } from '../session/patience.ts';
import { spoken, waitingTime } from '../session/waiting-time.ts';

export interface DownloadOptions {
  readonly patience: RetryPatience;
  readonly log?: Log;
  readonly signal?: AbortSignal;
  /** A body of more bytes is refused. */
  readonly largest: number;
  /** Called at the beginning of each try; its result receives the bytes as they come. */
  readonly follow?: () => (chunk: Uint8Array) => void;
}

/**
 * Downloads a file into memory. Connections that break or stall, 5xx, 408 and 429 are tried again with backoff; any
 * other status is final. `patience.perTry` bounds the time without a single byte, not that of the whole download.
 * @throws Failure `op-version-unknown` (404) | `op-download-refused` (another final status) | `op-download-failed`;
 *   the signal's reason where that ended it
 */
export async function download(url: string, options: DownloadOptions): Promise<Uint8Array> {
  const { patience, log, signal } = options;
  let tries = 0;
  try {
    return await withPatience(
      patience,
      (number) => {
        tries = number;
        return fetchOnce(url, options);
      },
      (error) => {
        const setback = judge(error);
        if (setback.again)
          log?.info(`The download from ${url} failed (try ${tries}): ${innermostReason(error)}.`);
        return setback;
      },
      signal,
    );
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw failureOf(error, url, tries);
  }
}

async function fetchOnce(
  url: string,
  { patience, signal, largest, follow }: DownloadOptions,
): Promise<Uint8Array> {
  const stalled = new AbortController();
  const ended = signal === undefined ? stalled.signal : AbortSignal.any([stalled.signal, signal]);
  const stall = (): void => stalled.abort(new Stalled(patience.perTry));
  let timer = setTimeout(stall, patience.perTry);
  try {
    const response = await answerFrom(new URL(url), ended);
    const chunks: Uint8Array[] = [];
    const see = follow?.();
    let size = 0;
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(stall, patience.perTry);
      size += chunk.length;
      if (size > largest) throw new TooLarge(largest);
      chunks.push(chunk);
      see?.(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    ended.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    stalled.abort();
  }
}

/**
 * `fetch` would be shorter, but takes twice the processor time for a body of this size, which the sign-in wants at the
 * same time; and to `import` `node:http` is to load `fetch` too, for the `WebSocket` that it exports.
 */
async function answerFrom(url: URL, signal: AbortSignal, redirects = 5): Promise<IncomingMessage> {
  const { get } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { signal, headers: { 'user-agent': `kamal-1password/${VERSION}` } }, resolve).on(
      'error',
      reject,
    );
  });
  const { statusCode: status = 0, headers } = response;
  if (status >= 200 && status < 300) return response;
  response.destroy();
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) {
    throw new BadStatus(status, headers['retry-after'] ?? null);
  }
  if (redirects === 0) throw new Error('it is redirected again and again');
  return answerFrom(new URL(headers.location, url), signal, redirects - 1);
}

class BadStatus extends Error {
  readonly status: number;
  readonly retryAfter: string | null;

  constructor(status: number, retryAfter: string | null) {
    super(`the server answered with status ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

class Stalled extends Error {
  constructor(milliseconds: number) {
    super(`nothing came for ${spoken(milliseconds)}`);
  }
}

class TooLarge extends Error {
  constructor(largest: number) {
    super(`it is larger than ${largest} bytes`);
  }
}

function judge(error: unknown): Setback {
  if (error instanceof TooLarge) return { again: false };
  if (!(error instanceof BadStatus)) return { again: true };
  const again = error.status >= 500 || error.status === 408 || error.status === 429;
  return { again, notBefore: waitingTime(error.retryAfter) ?? 0 };
}

function failureOf(error: unknown, url: string, tries: number): Failure {
  const host = new URL(url).host;
  const status = error instanceof BadStatus ? error.status : null;
  if (status === 404) {
    return new Failure(
      'op-version-unknown',
      `1Password has no such version of its CLI for this machine: ${url} is not there.`,
      {
        agent: [
          'Correct `op-version` in the workflow, or omit it for the default; versions are listed at https://app-updates.agilebits.com/product_history/CLI2.',
        ],
      },
      error,
    );
  }
  if (status !== null && status < 500 && tries === 1) {
    return new Failure(
      'op-download-refused',
      `${host} refused the download of the 1Password CLI with status ${status}: ${url}.`,
      { human: [`Let the runner fetch from https://${host}; a firewall or proxy may forbid it.`] },
      error,
    );
  }
  return new Failure(
    'op-download-failed',
    `The 1Password CLI could not be downloaded from ${host}: ${innermostReason(error)} (tried ${tries === 1 ? 'once' : `${tries} times`}).`,
    {
      human: [
        `Let the runner reach https://${host}; behind a proxy, set \`HTTPS_PROXY\` for the runner. Else run the job again later.`,
      ],
    },
    error,
  );
}
