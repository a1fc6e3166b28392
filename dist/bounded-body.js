// src/base/bounded-body.ts
/** Requests whose answers end at a limit, so that whoever answers cannot fill the memory. */
/** The most that is read of one answer, in bytes: those that are asked for have a few thousand. */
const MAX_BODY_BYTES = 33554432;
/**
* The same as `send`, but for answers whose body is larger than `most` bytes: reading one fails with an Error.
* @param most bytes once they are unpacked
*/
function boundedFetch(send, most = MAX_BODY_BYTES) {
	return async (input, init) => bounded(await send(input, init), most);
}
function bounded(response, most) {
	const { body, status, statusText, headers, url } = response;
	if (body === null) return response;
	let size = 0;
	const limit = new TransformStream({ transform(chunk, controller) {
		size += chunk.byteLength;
		if (size > most) controller.error(/* @__PURE__ */ new Error(`the answer is larger than ${most} bytes`));
		else controller.enqueue(chunk);
	} });
	const same = new Response(body.pipeThrough(limit), {
		status,
		statusText,
		headers
	});
	return Object.defineProperty(same, "url", { value: url });
}
export { boundedFetch as t };
