/** Requests whose answers end at a limit, so that no server can fill the memory. */

/** The most that is read of one answer, in bytes: those that are asked for have a few thousand. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** How many bytes may still be read of several answers together. */
export class BodyRoom {
  left: number;

  constructor(most = MAX_BODY_BYTES) {
    this.left = most;
  }
}

/**
 * The same as `send`, but for answers whose body is larger than the room for it: reading one fails with an Error.
 * @param room bytes once they are unpacked: of each answer, or what is left for all of them
 */
export function boundedFetch(send: typeof fetch, room: number | BodyRoom = MAX_BODY_BYTES): typeof fetch {
  return async (input, init) =>
    bounded(await send(input, init), typeof room === 'number' ? new BodyRoom(room) : room);
}

function bounded(response: Response, room: BodyRoom): Response {
  const { body, status, statusText, headers, url } = response;
  if (body === null) return response;
  const most = room.left;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      room.left -= chunk.byteLength;
      if (room.left < 0) controller.error(new Error(`the answer is larger than ${most} bytes`));
      else controller.enqueue(chunk);
    },
  });
  const same = new Response(body.pipeThrough(limit), { status, statusText, headers });
  return Object.defineProperty(same, 'url', { value: url });
}
