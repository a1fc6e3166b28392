import { isSendable } from './sendable.ts';
import { boundedFetch } from '../../base/bounded-body.ts';

export interface RequestLimits {
  /** Bytes of the answer. */
  readonly largest: number;
  /** Milliseconds until its end. */
  readonly patience: number;
}

/** What is asked of a service: `token` goes into its header. */
export interface ServiceCall extends RequestInit {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * One request to a service of the runner, within limits; it leads nowhere else.
 * @throws Error if there is no answer, or one that says that it failed
 */
export async function serviceRequest(
  address: string,
  { token, headers = {}, ...request }: ServiceCall,
  { largest, patience }: RequestLimits,
): Promise<Response> {
  if (token !== undefined && !isSendable(token))
    throw new Error('the token for it has characters that no token has');
  const inTime = AbortSignal.timeout(patience);
  const response = await boundedFetch(globalThis.fetch, largest)(address, {
    ...request,
    headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
    redirect: 'error',
    signal: inTime,
  }).catch((error: unknown) => {
    if (inTime.aborted) throw new Error(`it did not answer within ${patience / 1000} s`);
    throw error;
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response;
}
