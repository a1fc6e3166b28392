import { setTimeout } from "node:timers/promises";
// src/onepassword/session/patience.ts
/**
* Runs `attempt` until it succeeds, until its error is not worth another try, or until `patience` is at its end; then
* the last error is thrown. Pauses grow exponentially and are drawn at random below their bound ("full jitter": many
* jobs that failed together do not come back together).
* @param judge what an error means; called once for each failed try, also for the last one
* @param signal ends the pauses too; its reason is thrown
*/
async function withPatience(patience, attempt, judge, signal) {
	const started = performance.now();
	for (let number = 1;; number += 1) {
		signal?.throwIfAborted();
		try {
			return await attempt(number);
		} catch (error) {
			signal?.throwIfAborted();
			const { again, notBefore = 0 } = judge(error, number);
			const pause = Math.max(notBefore, Math.random() * patience.firstPause * 2 ** (number - 1));
			const late = performance.now() - started + pause > patience.inAll;
			if (!again || number >= patience.tries || late) throw error;
			await setTimeout(pause, void 0, signal === void 0 ? {} : { signal });
		}
	}
}
// src/onepassword/session/waiting-time.ts
/**
* Reads a `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date.
* @returns milliseconds from `now`, at least 0; null where the header says nothing that can be understood
*/
function waitingTime(retryAfter, now = Date.now()) {
	if (retryAfter === null) return null;
	const text = retryAfter.trim();
	if (/^\d+$/.test(text)) return Number(text) * 1e3;
	const date = Date.parse(text);
	return Number.isNaN(date) ? null : Math.max(0, date - now);
}
/** `1 h 5 min`, `45 s`: as long as it reads, never shorter than it is. */
function spoken(milliseconds) {
	const seconds = Math.ceil(milliseconds / 1e3);
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.ceil(seconds / 60);
	if (minutes < 60) return `${minutes} min`;
	const rest = minutes % 60;
	return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}
export { waitingTime as n, withPatience as r, spoken as t };
