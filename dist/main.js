import "./rolldown-runtime.js";
import { i as error, n as debug, u as setOutput } from "./core.js";
import { t as Failure } from "./failure.js";
import { a as flawOfGithubToken, i as maskJobTokens, n as StateKeeper, r as JobLog, s as readInputs, t as listenForCancellation } from "./cancellation.js";
import { a as code, d as Redaction, f as addSummary, i as block, o as plain, p as reasonOf, s as prose } from "./quoting.js";
import { t as followProxy } from "./proxy.js";
import { E as sentence, V as countBeyond, _ as secretsTable, b as folding, i as summaryFindings, n as parityTable, t as containerTable, tt as ruleLink, v as counted, x as SIGNS } from "./parity-table.js";
import { n as startRun } from "./run.js";
import { setTimeout } from "node:timers/promises";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
// src/github/runner/failure.ts
/**
* Ends the step as failed, with one annotation: what happened, then what to do, a person's part and an agent's apart.
* What is not a {@link Failure} is our own mistake and is reported as one; its stack is shown in debug output only.
*/
function reportFailure(error$1, redaction) {
	const failure = error$1 instanceof Failure ? error$1 : unexpected(error$1);
	redaction.keep([failure.code]);
	error(redaction.apply([failure.message, ...stepLines(failure.next)].join("\n")), { title: failure.code });
	for (let cause = failure; cause instanceof Error; cause = cause.cause) debug(redaction.apply(cause.stack ?? cause.message));
	process.exitCode = 1;
	return failure;
}
/** The steps as lines under two headings; a heading without steps is skipped. */
function stepLines(next) {
	return [...next.human.length > 0 ? [
		"",
		"For you:",
		...next.human.map((step) => `- ${step}`)
	] : [], ...next.agent.length > 0 ? [
		"",
		"For you or your coding agent:",
		...next.agent.map((step) => `- ${step}`)
	] : []];
}
function unexpected(error) {
	const message = error instanceof Error ? error.message : String(error);
	return new Failure("unexpected", `Unexpected error in kamal-1password: ${message}`, { human: ["Run the job again with debug logging, and report it with the log in the action's repository."] }, error);
}
// src/github/runner/outputs.ts
/** The outputs of the step. They decide nothing: those that cannot be written are one warning, once. */
var Outputs = class {
	#log;
	#isTold = false;
	constructor(log) {
		this.#log = log;
	}
	set(name, value) {
		try {
			setOutput(name, value);
		} catch (error) {
			if (!this.#isTold) this.#log.warning(`The outputs of the step cannot be written: ${reasonOf(error)}.`);
			this.#isTold = true;
		}
	}
};
// src/github/runner/problem-matcher.ts
/**
* Registers with the runner how to read the lines of `kamal-1password check --format unix`, so that later steps get
* annotations from them. The action's own report is of another form: nothing of it is annotated twice. The matcher is
* next to `dist/`, from where this runs (actions/runner, docs/adrs/0276-problem-matchers.md).
*/
function registerProblemMatcher(log) {
	const path = resolve(import.meta.dirname, "../.github/problem-matcher.json");
	if (existsSync(path)) log.commands(`::add-matcher::${path}`);
}
// src/report/formats/summary.ts
const OUTCOMES = {
	succeeded: "✅",
	pending: "⚠️",
	failed: "❌",
	cancelled: "🚫"
};
/**
* How many characters each part can have: together they stay below the 1 MiB that GitHub accepts for a summary
* (docs.github.com, “Adding a job summary”), for any run.
*/
const ROOM = 1e5;
/** Rows of the parity table that are always shown. */
const MOST_ROWS = 15;
/** How many findings and steps are shown unfolded. */
const MOST_SHOWN = 10;
/** Longest heading, in characters; a longer sentence goes below it. */
const LONGEST_HEADING = 160;
/** The job summary, in GitHub's Markdown. */
function renderSummary(summary) {
	return [
		...opening(summary),
		summary.state.map((each) => `- ${prose(each)}`).join("\n"),
		facts(summary),
		steps(summary.next),
		summary.evidence.length === 0 ? "" : block(summary.evidence),
		parity(summary.table),
		findings(summary),
		phases(summary.phases)
	].filter((part) => part !== "").join("\n\n").concat("\n");
}
/** What matters most comes first, as far as it fits a heading; below it the rest, and all of a sentence that is cut. */
function opening({ outcome, heading, sentence: told, facts: known }) {
	const [first = "", ...others] = heading === void 0 ? told.split("\n") : [heading, ...told.split("\n")];
	const shown = beginning(first);
	const rest = first.startsWith(shown) ? first.slice(shown.length).trim() : first;
	return [`## ${OUTCOMES[outcome]} ${prose(withShortVersions(shown, known))}`, ...[rest, ...others].filter((line) => line !== "").map(prose)];
}
/** A whole commit is wider than a phone: in the heading its beginning is enough if a fact below has all of it. */
function withShortVersions(heading, known) {
	return heading.replaceAll(/\b[0-9a-f]{40}\b/g, (commit) => known.some(({ value }) => value === commit) ? commit.slice(0, 7) : commit);
}
/** The first sentences that fit a heading, else the words that do. */
function beginning(line) {
	if (line.length <= LONGEST_HEADING) return line;
	const cut = line.slice(0, LONGEST_HEADING).toWellFormed();
	const sentenceEnd = Math.max(cut.lastIndexOf(". "), cut.lastIndexOf(".” "));
	if (sentenceEnd > 20) return cut.slice(0, sentenceEnd + 1);
	const words = cut.slice(0, Math.max(cut.lastIndexOf(" "), 1));
	return `${(words.split("`").length % 2 === 0 ? words.slice(0, words.lastIndexOf("`")).trimEnd() : words).replace(/[,;:]$/, "")} …`;
}
/** What readers look for first; the other facts follow as they come. */
const FIRST_FACTS = [
	"App",
	"Version",
	"Changes",
	"Destination",
	"Hosts"
];
function facts({ facts: told }) {
	const rank = (name) => FIRST_FACTS.indexOf(name) + 1 || FIRST_FACTS.length + 1;
	return told.toSorted((one, other) => rank(one.name) - rank(other.name)).map(({ name, value, address }) => {
		const shown = code(value);
		return `**${plain(name)}** ${address === void 0 ? shown : `[${shown}](${address})`}`;
	}).join(" · ");
}
/** The table; rows without a problem are folded if they would push the rest out of sight. */
function parity(table) {
	const isShort = table.rows.length <= MOST_ROWS;
	const parts = secretsTable(table, {
		matters: () => isShort,
		room: ROOM
	});
	return parts.length === 0 ? "" : ["### Secrets", ...parts].join("\n\n");
}
/** One below the other rather than in a table: sentences want the whole width of a phone. */
function findings({ findings: found, beyond = 0 }) {
	if (found.length === 0) return "";
	const lines = found.map(({ severity, place, address, message, rule }) => {
		const where = address === void 0 ? code(place) : `[${code(place)}](${address})`;
		return `${SIGNS[severity]} **${where}** ${sentence(message)} ${ruleLink(rule)}`;
	});
	const whereElse = beyond === 0 ? "see the report file for all of them" : `see the report file for the ${found.length} most severe`;
	const more = (left) => `**… and ${counted(left + beyond, "more finding")}**: ${whereElse}.`;
	const shown = folding(lines, {
		room: ROOM,
		most: MOST_SHOWN,
		count: (from, to) => counted(to - from, "more finding"),
		between: "\n\n",
		more
	});
	return [
		"### Findings",
		shown,
		...beyond > 0 && !shown.includes(whereElse) ? [more(0)] : []
	].join("\n\n");
}
function phases(timed) {
	if (timed.length === 0) return "";
	const all = timed.reduce((sum, { seconds }) => sum + seconds, 0);
	return `<details><summary>Durations</summary>\n\n${timesTable(timed.map(({ name, seconds, note = "" }) => [
		plain(note === "" ? name : `${name} (${note})`),
		`${seconds.toFixed(1)} s`,
		all === 0 ? "" : `${Math.round(seconds / all * 100)} %`
	]))}\n\n</details>`;
}
/** What to do, by who can do it. */
function steps({ human, agent }) {
	return [list("For you", human), list("For you or your coding agent", agent)].filter(Boolean).join("\n\n");
}
function list(title, lines) {
	if (lines.length === 0) return "";
	const boxes = lines.map((line) => `- [ ] ${sentence(line)}`);
	const more = (left) => `- … and ${counted(left, "more step")}: see the report file for all of them.`;
	return `**${title}**\n\n${folding(boxes, {
		room: ROOM,
		most: MOST_SHOWN,
		count: (from, to) => counted(to - from, "more step"),
		between: "\n",
		more
	})}`;
}
function timesTable(rows) {
	return [
		"| Phase | Took | Share |",
		"| --- | --: | --: |",
		...rows.map((cells) => `| ${cells.join(" | ")} |`)
	].join("\n");
}
// src/action/failure-outputs.ts
/**
* What a failed step says of itself to the steps after it (`if: failure()`), for a message to a person: the id of the
* cause, the sentence, and the next steps, those of a person and those in the files apart. Secret values are hidden:
* the runner masks its log, not outputs.
*/
function failureOutputs({ code, message, next }, redaction) {
	const lists = stepLines(next).filter((line) => line !== "");
	return [
		["cause", code],
		["cause-sentence", redaction.apply(message)],
		["next", redaction.apply(lists.join("\n"))]
	];
}
// src/action/run-summary.ts
/** What a run reports at its end, collected as it goes, so that a failed or cancelled run reports all it knew. */
var Story = class {
	#facts = /* @__PURE__ */ new Map();
	phases = [];
	report = null;
	/** Ends when the findings are published on GitHub; it does not fail, and the run must not end before it. */
	telling = Promise.resolve();
	/** Where lines of the project's files are on GitHub. */
	link = () => null;
	vault = /* @__PURE__ */ new Map();
	containers = /* @__PURE__ */ new Map();
	/** What Docker answered on this machine before the run; undefined if it was not asked. */
	builtWith;
	/** What Kamal's failure means, and what was seen of it; null if Kamal did not fail, or no one knows why. */
	diagnosed = null;
	/** True if the run succeeds and something is left to do. */
	leavesWork = false;
	/** What the servers do, one sentence each, where the run did not get to its end. */
	state = [];
	/** The last lines of a log that show why it failed, masked. */
	evidence = [];
	/** A fact by its name, and the page that shows it; listed in the order in which they were first added. */
	tell(name, value, address = null) {
		if (value === null || value === "") return;
		this.#facts.set(name, {
			value,
			...address === null ? {} : { address }
		});
	}
	/** The summary of a run that succeeded. */
	succeeded(sentence, next = {
		human: [],
		agent: []
	}) {
		return this.#summary(this.leavesWork ? "pending" : "succeeded", sentence, next);
	}
	/** The summary of a run that ended with `failure`. */
	failed(failure) {
		const outcome = failure.code === "cancelled" ? "cancelled" : "failed";
		return this.diagnosed === null || outcome === "cancelled" ? this.#summary(outcome, failure.message, failure.next) : {
			...this.#summary(outcome, this.diagnosed.seen, failure.next),
			heading: this.diagnosed.means
		};
	}
	#summary(outcome, sentence, next) {
		return {
			outcome,
			sentence,
			next,
			facts: [...this.#facts].map(([name, fact]) => ({
				name,
				...fact
			})),
			table: this.report === null ? containerTable(this.containers) : parityTable(this.report, this.vault, this.containers),
			findings: this.report === null ? [] : summaryFindings(this.report, this.link),
			beyond: this.report === null ? 0 : countBeyond(this.report),
			phases: this.phases,
			state: this.state,
			evidence: this.evidence
		};
	}
};
// src/action/main.ts
/** Each command is loaded only when it is the one: a check needs neither the SDK nor an unzipper. */
const COMMANDS = {
	deploy: async () => (await import("./deploy2.js")).deploy,
	check: async () => (await import("./check.js")).checkOnly,
	setup: async () => (await import("./setup.js")).setup,
	rollback: async () => (await import("./rollback.js")).rollback,
	status: async () => (await import("./status.js")).status,
	verify: async () => (await import("./verify.js")).verify,
	preview: async () => (await import("./preview.js")).preview,
	"preview-sweep": async () => (await import("./preview-sweep.js")).previewSweep
};
const PROXY_NOT_FOLLOWED = "HTTPS_PROXY is set, but this version of Node.js ignores it by default: set NODE_USE_ENV_PROXY=1 for the runner.";
const CERTIFICATES_NOT_CHECKED = "NODE_TLS_REJECT_UNAUTHORIZED is 0 in this job: no certificate is checked, so someone in between can impersonate 1Password, a Connect server or GitHub. Remove it from the workflow or the runner; for a certificate of your own, set NODE_EXTRA_CA_CERTS to its file.";
/** The main step: reads the inputs, runs the command, and always reports how it went. */
async function main() {
	const signal = listenForCancellation();
	const started = performance.now();
	const redaction = new Redaction();
	const log = new JobLog(redaction);
	const state = new StateKeeper(log);
	const outputs = new Outputs(log);
	const story = new Story();
	try {
		maskJobTokens(log);
		const inputs = readInputs();
		const flaw = flawOfGithubToken();
		if (flaw !== null) log.warning(flaw);
		if (await followProxy(process.env) === "not-followed") log.warning(PROXY_NOT_FOLLOWED);
		if (process.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") log.warning(CERTIFICATES_NOT_CHECKED);
		const run = await startRun({
			inputs,
			log,
			outputs,
			state,
			signal
		});
		const sentence = await (await COMMANDS[inputs.command]())(run, story).finally(() => story.telling);
		log.info(sentence);
		await addSummary(() => renderSummary(redaction.applyToAll(story.succeeded(sentence))), log);
		if (inputs.command === "setup") await leaveForPost(state);
		else await undoHere(state, log);
	} catch (error) {
		const failure = reportFailure(error, redaction);
		for (const [name, value] of failureOutputs(failure, redaction)) outputs.set(name, value);
		await addSummary(() => renderSummary(redaction.applyToAll(story.failed(failure))), log);
		const { lock, left } = state.current;
		if (lock === void 0 && left === void 0) await undoHere(state, log);
		else await leaveForPost(state);
	} finally {
		registerProblemMatcher(log);
		outputs.set("duration", Math.round((performance.now() - started) / 1e3));
	}
}
async function undoHere(state, log) {
	const { undo } = await import("./undo.js");
	for (const problem of await undo(state.current)) log.warning(`Cleaning up: ${problem}`);
}
/** Until the post step, or for as long as the job lives. */
async function leaveForPost({ current: { directory } }) {
	const { claimRun } = await import("./agent2.js");
	if (directory !== void 0) await claimRun(directory);
}
// src/github/runner/log-end.ts
/** How long a runner may take nothing of the log before it counts as gone, in milliseconds. */
const PATIENCE = 3e4;
/**
* Waits until the runner has taken everything that was written to the log. Node.js writes to a pipe as fast as its reader
* reads (64 KiB are in between), keeps the rest in memory, and drops that in `process.exit`: the findings would be cut
* off, and the masks that the runner has not seen would not hold in later steps.
*/
async function logTaken(patience = PATIENCE) {
	const left = () => [process.stdout, process.stderr].reduce((sum, stream) => sum + (stream.errored === null && !stream.destroyed ? stream.writableLength : 0), 0);
	let [least, since] = [left(), performance.now()];
	for (let now = least; now > 0 && performance.now() - since < patience; now = left()) {
		if (now < least) [least, since] = [now, performance.now()];
		await setTimeout(5);
	}
}
// src/main.ts
await main();
await logTaken();
process.exit();
export {};
