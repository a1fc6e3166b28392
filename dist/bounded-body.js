// src/base/is-record.ts
/** Whether a value is an object with keys: neither null nor a list. */
function isRecord(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// src/base/bounded-body.ts
/** Requests whose answers end at a limit, so that no server can fill the memory. */
/** The most that is read of one answer, in bytes: those that are asked for have a few thousand. */
const MAX_BODY_BYTES = 33554432;
/** How many bytes may still be read of several answers together. */
var BodyRoom = class {
	left;
	constructor(most = MAX_BODY_BYTES) {
		this.left = most;
	}
};
/**
* The same as `send`, but for answers whose body is larger than the room for it: reading one fails with an Error.
* @param room bytes once they are unpacked: of each answer, or what is left for all of them
*/
function boundedFetch(send, room = MAX_BODY_BYTES) {
	return async (input, init) => bounded(await send(input, init), typeof room === "number" ? new BodyRoom(room) : room);
}
function bounded(response, room) {
	const { body, status, statusText, headers, url } = response;
	if (body === null) return response;
	const most = room.left;
	const limit = new TransformStream({ transform(chunk, controller) {
		room.left -= chunk.byteLength;
		if (room.left < 0) controller.error(/* @__PURE__ */ new Error(`the answer is larger than ${most} bytes`));
		else controller.enqueue(chunk);
	} });
	const same = new Response(body.pipeThrough(limit), {
		status,
		statusText,
		headers
	});
	return Object.defineProperty(same, "url", { value: url });
}
export { isRecord as i, MAX_BODY_BYTES as n, boundedFetch as r, BodyRoom as t };
