import "./rolldown-runtime.js";
import { a as readGithubToken, i as JobLog, r as readState, t as listenForCancellation } from "./cancellation.js";
import { d as Redaction, f as addSummary, s as prose } from "./quoting.js";
import { d as releaseHeldLock, f as accessFrom } from "./deployment.js";
import { a as endProcessesOf, o as endsBy } from "./limited.js";
import { i as serverState, n as closeDeployment } from "./github-deployment.js";
import { r as claimRun } from "./agent.js";
import { t as undo } from "./undo2.js";
import { setTimeout } from "node:timers/promises";
// src/action/post.ts
/** Milliseconds: for a Kamal whose action was killed to stop on its own, for a server to answer, for a switch to end. */
const PATIENCE = {
	kamal: 6e3,
	terminate: 1e3,
	server: 8e3,
	switch: 6e4
};
/**
* The post step: undoes what the main step could not, after a cancel too. First Kamal's processes and the lock, while
* the agent still holds the key; then what the servers do, once they have settled; then the agent and the files, which
* are removed even where this step is cancelled itself. It never fails the job.
*/
async function post() {
	const signal = listenForCancellation();
	const redaction = new Redaction();
	const log = new JobLog(redaction);
	const saved = readState();
	if (saved === null) log.warning("The notes of the main step cannot be read, so cleanup may be incomplete.");
	const state = saved ?? {};
	if (state.directory !== void 0) await claimRun(state.directory);
	try {
		await endKamal(state, log, signal);
		if (state.lock !== void 0) await releaseHeldLock(state.lock, log, {
			patience: PATIENCE.server,
			signal
		});
		if (state.left !== void 0) {
			const { sentences } = await settled(state.left, log, signal);
			for (const sentence of sentences) log.info(sentence);
			const list = sentences.map((sentence) => `- ${prose(sentence)}`).join("\n");
			await addSummary(() => `### After the run had ended\n\n${list}\n`, log);
		}
		const token = readGithubToken();
		const { deployment = null } = state;
		await closeDeployment(deployment, "cancelled", "The run was cancelled.", {
			token,
			log
		});
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		log.warning(`Cleanup is incomplete: ${why}`);
	}
	for (const problem of await undo(state)) log.warning(`Cleaning up: ${problem}`);
}
/** Where the action was killed, Kamal notices and releases its lock on its own; then what is left of it is ended. */
async function endKamal({ directory, left }, log, signal) {
	if (directory === void 0) return;
	if (left !== void 0 && !await endsBy(directory, 0)) {
		log.info("Kamal is still running: it gets a few seconds to release its lock.");
		await Promise.race([endsBy(directory, PATIENCE.kamal), aborted(signal)]);
	}
	await endProcessesOf(directory, PATIENCE.terminate);
}
/** Polls the servers while one still switches traffic: that does not end with Kamal. */
async function settled(left, log, signal) {
	const access = accessFrom(left, {
		patience: PATIENCE.server,
		signal
	});
	const deadline = performance.now() + PATIENCE.switch;
	for (let said = -Infinity;;) {
		const state = await serverState(left.deployed, access);
		const switching = state.roles.filter((role) => role.switching);
		const now = performance.now();
		if (switching.length === 0 || now >= deadline) return state;
		if (now - said >= 5e3) {
			const places = switching.map(({ host, role }) => `${role} on ${host}`).join(", ");
			log.info(`kamal-proxy is still switching ${places}: waiting for it to finish.`);
			said = now;
		}
		await setTimeout(1e3, void 0, { signal });
	}
}
function aborted(signal) {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
// src/post.ts
await post();
export {};
