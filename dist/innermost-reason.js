// src/base/innermost-reason.ts
/** What went wrong at the bottom of an error: `fetch` says only that it failed, and has the reason as its cause. */
function innermostReason(error) {
	let inner = error;
	while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
	return inner instanceof Error ? inner.message : String(inner);
}
export { innermostReason as t };
