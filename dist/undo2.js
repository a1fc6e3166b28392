import "./rolldown-runtime.js";
import { t as innermostReason } from "./innermost-reason.js";
import { a as stopAgent } from "./agent.js";
import { n as unpinHosts } from "./known-hosts.js";
import { basename, resolve } from "node:path";
import { rm } from "node:fs/promises";
// src/action/undo.ts
/** Whether a directory is as `startRun` makes it: another one is not written to, and not removed. */
function isOwn(directory) {
	return resolve(directory) === directory && /^kamal-1password-[A-Za-z0-9]{6}$/.test(basename(directory));
}
/**
* Takes back what a run left on this machine: the agent, the pinned host keys, its directory. Each part is tried even if
* another fails; called again, it finds nothing to do.
* @returns what could not be undone, one sentence each
*/
async function undo(state) {
	const { agent, knownHosts, directory } = state;
	const done = await Promise.allSettled([agent === void 0 ? null : stopAgent(agent), knownHosts === void 0 ? null : unpinHosts(knownHosts)]);
	if (directory !== void 0) {
		const removed = isOwn(directory) ? rm(directory, {
			recursive: true,
			force: true
		}) : Promise.reject(/* @__PURE__ */ new Error(`The notes for the post step name ${directory}, which is not a directory of this action: it is not removed.`));
		done.push(...await Promise.allSettled([removed]));
	}
	return done.flatMap((each) => each.status === "rejected" ? [innermostReason(each.reason)] : []);
}
export { undo as n, isOwn as t };
