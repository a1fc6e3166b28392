import { boundedFetch } from '../../base/bounded-body.ts';

export interface RequestLimits {
  /** Bytes of the answer. */
  readonly largest: number;
  /** Milliseconds until its end. */
  readonly patience: number;
}

/**
 * One request to a service of the runner, within limits; it leads nowhere else.
 * @throws Error if there is no answer, or one that says that it failed
 */
export async function serviceRequest(
  address: string,
  request: RequestInit,
  { largest, patience }: RequestLimits,
): Promise<Response> {
  const response = await boundedFetch(globalThis.fetch, largest)(address, {
    ...request,
    redirect: 'error',
    signal: AbortSignal.timeout(patience),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response;
}
