import { c as info, f as setSecret, m as warning, n as debug, p as startGroup, r as endGroup, s as getState, u as saveState, y as summary } from "./core.js";
import { t as Failure } from "./failure.js";
import { n as unpinHosts, v as stopAgent } from "./known-hosts.js";
import { rm } from "node:fs/promises";
// src/github/log.ts
/** The log of a job. Everything passes `redaction` before it is written; the runner is told of every value too. */
var JobLog = class {
	#redaction;
	constructor(redaction) {
		this.#redaction = redaction;
	}
	debug(line) {
		debug(this.#redaction.apply(line));
	}
	info(line) {
		info(disarm(this.#redaction.apply(line)));
	}
	/** Writes workflow commands, one a line; only text of our own making comes here. */
	commands(lines) {
		if (lines !== "") info(this.#redaction.apply(lines.trimEnd()));
	}
	warning(line) {
		warning(this.#redaction.apply(line));
	}
	/** `text` as the log would show it. */
	masked(text) {
		return this.#redaction.apply(text);
	}
	mask(value) {
		for (const form of this.#redaction.add(value)) setSecret(form);
	}
	/** Starts a fold of the log; `endGroup` ends it. */
	startGroup(name) {
		startGroup(this.#redaction.apply(name));
	}
	endGroup() {
		endGroup();
	}
};
/**
* Keeps the output of others from being taken for workflow commands: a zero-width space parts `::` at the start of a
* line and `##[` anywhere (actions/runner, src/Runner.Common/ActionCommand.cs: `TryParseV2` and `TryParse`).
*/
function disarm(text) {
	return text.replaceAll(/^(\s*):(?=:)/gm, "$1:​").replaceAll("##[", "##​[");
}
// src/github/state.ts
/** Keeps the state of this run and hands every change to the runner. */
var StateKeeper = class {
	#state = {};
	get current() {
		return this.#state;
	}
	set(change) {
		this.#state = {
			...this.#state,
			...change
		};
		saveState(KEY, JSON.stringify(this.#state));
	}
	/** Forgets one entry, because it is undone. */
	clear(key) {
		const { [key]: _, ...rest } = this.#state;
		this.#state = rest;
		saveState(KEY, JSON.stringify(this.#state));
	}
};
/** The state that `main` left; empty where it left none. */
function readState() {
	const saved = getState(KEY);
	if (saved === "") return {};
	const state = JSON.parse(saved);
	return typeof state === "object" && state !== null ? state : {};
}
const KEY = "run";
// src/github/summary.ts
/**
* Adds to the job summary. GitHub drops an upload above 1 MiB whole (docs.github.com, "Adding a job summary"), so what
* is longer is cut, and says so.
*/
async function addSummary(markdown, redaction) {
	const text = redaction.apply(markdown);
	await summary.addRaw(cut(text)).write();
}
const LIMIT = 1047552;
function cut(text) {
	if (Buffer.byteLength(text) <= LIMIT) return text;
	return `${Buffer.from(text).subarray(0, LIMIT).toString("utf8").split("\n").slice(0, -1).join("\n")}\n\n*The rest is left out: GitHub takes no longer summary. The report file has it all.*\n`;
}
// src/redaction.ts
/**
* Hides secret values in text that is about to be written: the value, each of its lines, and its usual encodings.
* The runner masks its own log only; summaries, outputs, annotations and comments are ours to keep clean.
*/
var Redaction = class {
	#needles = /* @__PURE__ */ new Set();
	#pattern = null;
	/**
	* Registers `value`. Returns every form of it that is hidden from now on, so that the runner can be told too.
	* What is shorter than {@link SHORTEST} is not hidden: that would blot out half of every log and protect nothing.
	*/
	add(value) {
		const forms = formsOf(value);
		for (const form of forms) this.#needles.add(form);
		this.#pattern = null;
		return forms;
	}
	/** `text` with every registered form replaced by `***`. */
	apply(text) {
		if (this.#needles.size === 0) return text;
		this.#pattern ??= new RegExp([...this.#needles].toSorted((a, b) => b.length - a.length).map(escapeForRegExp).join("|"), "g");
		return text.replace(this.#pattern, "***");
	}
};
/** The value itself, its lines, its escaped forms (JSON, Ruby's `inspect`, a shell) and its base64 forms. */
function formsOf(value) {
	const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
	const plain = [
		value,
		value.trim(),
		...lines
	].filter((text) => text.length >= 4);
	const encoded = plain.flatMap((text) => [
		JSON.stringify(text).slice(1, -1),
		text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n"),
		encodeURIComponent(text.toWellFormed()),
		...base64Forms(text)
	]);
	return [.../* @__PURE__ */ new Set([...plain, ...encoded])];
}
/** Base64 of a text, and the two stretches that occur when it stands at another offset within a longer encoding. */
function base64Forms(text) {
	const bytes = Buffer.from(text);
	const forms = [bytes.toString("base64"), bytes.toString("base64url")];
	if (bytes.length < 8) return forms;
	for (const offset of [1, 2]) {
		const shifted = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
		forms.push(shifted.slice(4, shifted.length - 4));
	}
	forms.push(bytes.subarray(0, bytes.length - bytes.length % 3).toString("base64"));
	return forms;
}
function escapeForRegExp(text) {
	return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
// src/action/cancellation.ts
/**
* Turns what ends a run from outside into one abort: SIGINT and SIGTERM (the runner sends them 7.5 s apart and kills
* 2.5 s later; actions/runner, src/Runner.Sdk/ProcessInvoker.cs), SIGHUP, and a log that nobody reads any more.
* Later signals are swallowed: the work of stopping is under way. Call it before anything is started.
*/
function listenForCancellation() {
	const controller = new AbortController();
	const cancel = (why) => {
		if (!controller.signal.aborted) controller.abort(new Failure("cancelled", `The run was cancelled (${why}).`));
	};
	for (const signal of [
		"SIGINT",
		"SIGTERM",
		"SIGHUP"
	]) process.on(signal, () => cancel(signal));
	for (const stream of [process.stdout, process.stderr]) stream.on("error", () => cancel("its log was closed"));
	return controller.signal;
}
// src/action/undo.ts
/**
* Takes back what a run left on this machine: the agent, the pinned host keys, its directory. Each part is tried
* whatever becomes of the others; called again, it finds nothing to do.
* @returns what could not be undone, one sentence each
*/
async function undo(state) {
	const { agent, knownHosts, directory } = state;
	const done = await Promise.allSettled([agent === void 0 ? null : stopAgent(agent), knownHosts === void 0 ? null : unpinHosts(knownHosts)]);
	if (directory !== void 0) done.push(...await Promise.allSettled([rm(directory, {
		recursive: true,
		force: true
	})]));
	return done.flatMap((each) => each.status === "rejected" ? [String(each.reason)] : []);
}
export { StateKeeper as a, addSummary as i, listenForCancellation as n, readState as o, Redaction as r, JobLog as s, undo as t };
