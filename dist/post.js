import "./rolldown-runtime.js";
import { i as maskJobTokens, o as readGithubToken, r as JobLog, t as listenForCancellation } from "./cancellation.js";
import { s as getState } from "./core.js";
import { i as isRecord } from "./bounded-body.js";
import { d as Redaction, f as addSummary, s as prose } from "./quoting.js";
import { d as releaseHeldLock, f as accessFrom } from "./deployment.js";
import { a as endsBy, i as endProcessesOf } from "./limited.js";
import { i as serverState, n as closeDeployment } from "./github-deployment.js";
import { r as claimRun } from "./agent.js";
import { n as undo, t as isOwn } from "./undo2.js";
import { setTimeout } from "node:timers/promises";
// src/github/runner/saved-state.ts
/**
* Reads what `main` left for `post`. It comes back through a file that every program of the job can write to, so each part is
* checked, and one that is not as `main` writes it is skipped: the others are still undone.
*/
/** The state that `main` left; empty if it left none. */
function readState() {
	const saved = getState("run");
	if (saved === "") return {
		state: {},
		unreadable: []
	};
	const found = parsed(saved);
	if (!isRecord(found)) return {
		state: {},
		unreadable: ["run"]
	};
	const parts = Object.entries(SHAPES).filter(([name]) => Object.hasOwn(found, name));
	const isRight = ([name, shape]) => shape(found[name]);
	return {
		state: Object.fromEntries(parts.filter(isRight).map(([name]) => [name, found[name]])),
		unreadable: parts.filter((part) => !isRight(part)).map(([name]) => name)
	};
}
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
const text = (value) => typeof value === "string";
const flag = (value) => typeof value === "boolean";
const whole = (value) => Number.isSafeInteger(value);
/** 0 and below are groups of processes, and 1 is not ours. */
const pid = (value) => whole(value) && value > 1;
const port = (value) => whole(value) && value > 0 && value < 65536;
function nullable(shape) {
	return (value) => value === null || shape(value);
}
function optional(shape) {
	return (value) => value === void 0 || shape(value);
}
function list(shape) {
	return (value) => Array.isArray(value) && value.every((each) => shape(each));
}
function record(fields) {
	const all = Object.entries(fields);
	return (value) => isRecord(value) && all.every(([name, shape]) => shape(Object.hasOwn(value, name) ? value[name] : void 0));
}
const access = {
	user: text,
	port,
	proxy: nullable(text),
	proxyCommand: nullable(text),
	socket: text
};
const place = {
	name: text,
	hosts: list(text)
};
const SHAPES = {
	directory: text,
	deployment: record({
		id: whole,
		environmentUrl: nullable(text),
		logUrl: nullable(text),
		isPreview: optional(flag)
	}),
	agent: record({
		socket: text,
		pid,
		keeper: optional(pid)
	}),
	knownHosts: record({
		id: text,
		files: list(record({
			path: text,
			created: flag,
			directoryCreated: flag,
			separated: flag
		}))
	}),
	lock: record({
		...access,
		host: text,
		directory: text,
		performer: text,
		version: nullable(text),
		since: whole
	}),
	left: record({
		...access,
		deployed: record({
			service: text,
			destination: nullable(text),
			roles: list(record({
				...place,
				proxy: flag
			})),
			accessories: list(record({
				...place,
				service: nullable(text)
			}))
		})
	})
};
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
	maskJobTokens(log);
	const { state, unreadable } = readState();
	if (unreadable.length > 0) log.warning(`The notes of the main step cannot be read (${unreadable.join(", ")}), so cleanup may be incomplete.`);
	const directory = state.directory !== void 0 && isOwn(state.directory) ? state.directory : null;
	if (directory !== null) await claimRun(directory);
	try {
		if (directory !== null) await endKamal(directory, state, log, signal);
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
async function endKamal(directory, { left }, log, signal) {
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
