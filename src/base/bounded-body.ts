/** Requests whose answers end at a limit, so that whoever answers cannot fill the memory. */

/** The most that is read of one answer, in bytes: those that are asked for have a few thousand. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * The same as `send`, but for answers whose body is larger than `most` bytes: reading one fails with an Error.
 * @param most bytes once they are unpacked
 */
export function boundedFetch(send: typeof fetch, most = MAX_BODY_BYTES): typeof fetch {
  return async (input, init) => bounded(await send(input, init), most);
}

function bounded(response: Response, most: number): Response {
  const { body, status, statusText, headers, url } = response;
  if (body === null) return response;
  let size = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > most) controller.error(new Error(`the answer is larger than ${most} bytes`));
      else controller.enqueue(chunk);
    },
  });
  const same = new Response(body.pipeThrough(limit), { status, statusText, headers });
  return Object.defineProperty(same, 'url', { value: url });
}
