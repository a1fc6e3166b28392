import { i as error, n as debug, o as getInput } from "./core.js";
import { t as Failure } from "./failure.js";
import { a as StateKeeper, i as addSummary, n as listenForCancellation, r as Redaction, s as JobLog, t as undo } from "./undo.js";
import { E as set, c as SIGNS, f as sentence, o as counted, r as toldFindings, s as fitting, t as parityRows, u as details } from "./parity-table.js";
import { i as prose, n as code, r as plain, t as block } from "./markdown-text.js";
import { n as startRun } from "./run.js";
import * as http$1 from "node:http";
// src/github/failure.ts
/**
* Ends the step as failed, with one annotation: what happened, then what to do, a person's part and an agent's apart.
* What is not a {@link Failure} is our own mistake and says so; its stack is shown in debug output only.
*/
function reportFailure(error$1, redaction) {
	const failure = error$1 instanceof Failure ? error$1 : unexpected(error$1);
	error(redaction.apply([failure.message, ...stepLines(failure.next)].join("\n")), { title: failure.code });
	for (let cause = failure; cause instanceof Error; cause = cause.cause) debug(redaction.apply(cause.stack ?? cause.message));
	process.exitCode = 1;
	return failure;
}
/** The steps as lines under two headings; a heading without steps is left out. */
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
	return new Failure("unexpected", `Something went wrong that kamal-1password did not expect: ${message}`, { human: ["Run the job again with debug logging, and report it with the log at the action's repository."] }, error);
}
// node_modules/shlex/shlex.js
var Shlexer = class {
	constructor(string) {
		this.i = 0;
		this.string = string;
		/**
		* Characters that will be considered whitespace and skipped. Whitespace
		* bounds tokens. By default, includes space, tab, linefeed and carriage
		* return.
		*/
		this.whitespace = " 	\r\n";
		/**
		* Characters that will be considered string quotes. The token accumulates
		* until the same quote is encountered again (thus, different quote types
		* protect each other as in the shell.) By default, includes ASCII single
		* and double quotes.
		*/
		this.quotes = `'"`;
		/**
		* Characters that will be considered as escape. Just `\` by default.
		*/
		this.escapes = "\\";
		/**
		* The subset of quote types that allow escaped characters. Just `"` by default.
		*/
		this.escapedQuotes = "\"";
		/**
		* Whether to support ANSI C-style $'' quotes
		* https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html
		*/
		this.ansiCQuotes = true;
		/**
		* Whether to support localized $"" quotes
		* https://www.gnu.org/software/bash/manual/html_node/Locale-Translation.html
		*
		* The behavior is as if the current locale is set to C or POSIX, i.e., the
		* contents are not translated.
		*/
		this.localeQuotes = true;
		this.debug = false;
	}
	readChar() {
		return this.string.charAt(this.i++);
	}
	processEscapes(string, quote, isAnsiCQuote) {
		if (!isAnsiCQuote && !this.escapedQuotes.includes(quote)) return string;
		const anyEscape = "[" + this.escapes.replace(/(.)/g, "\\$1") + "]";
		if (!isAnsiCQuote && this.escapedQuotes.includes(quote)) {
			const re = new RegExp(anyEscape + "(" + anyEscape + "|\\" + quote + ")", "g");
			return string.replace(re, "$1");
		}
		if (isAnsiCQuote) {
			const patterns = {
				"([\\\\'\"?])": (x) => x,
				"a": () => "\x07",
				"b": () => "\b",
				"e|E": () => "\x1B",
				"f": () => "\f",
				"n": () => "\n",
				"r": () => "\r",
				"t": () => "	",
				"v": () => "\v",
				"([0-7]{1,3})": (x) => String.fromCharCode(parseInt(x, 8)),
				"x([0-9a-fA-F]{1,2})": (x) => String.fromCharCode(parseInt(x, 16)),
				"u([0-9a-fA-F]{1,4})": (x) => String.fromCharCode(parseInt(x, 16)),
				"U([0-9a-fA-F]{1,8})": (x) => String.fromCharCode(parseInt(x, 16)),
				"c(.)": (x) => {
					if (x === "?") return "";
					else if (x === "@") return "\0";
					else return String.fromCharCode(x.charCodeAt(0) & 31);
				}
			};
			const re = new RegExp(anyEscape + "(" + Object.keys(patterns).join("|") + ")", "g");
			return string.replace(re, function(m, p1) {
				for (const matched in patterns) {
					const mm = new RegExp("^" + matched + "$").exec(p1);
					if (mm === null) continue;
					return patterns[matched].apply(null, mm.slice(1));
				}
			});
		}
	}
	*[Symbol.iterator]() {
		let inQuote = false;
		let inDollarQuote = false;
		let escaped = false;
		let lastDollar = -2;
		let token;
		if (this.debug) console.log("full input:", ">" + this.string + "<");
		while (true) {
			const pos = this.i;
			const char = this.readChar();
			if (this.debug) console.log("position:", pos, "input:", ">" + char + "<", "accumulated:", token, "inQuote:", inQuote, "inDollarQuote:", inDollarQuote, "lastDollar:", lastDollar, "escaped:", escaped);
			if (char === "") {
				if (inQuote) throw new Error("Got EOF while in a quoted string");
				if (escaped) throw new Error("Got EOF while in an escape sequence");
				if (token !== void 0) yield token;
				return;
			}
			if (escaped) {
				if (char === "\n") {} else if (inQuote) token = (token || "") + escaped + char;
				else token = (token || "") + char;
				escaped = false;
				continue;
			}
			if (this.escapes.includes(char)) {
				if (!inQuote || inDollarQuote !== false || this.escapedQuotes.includes(inQuote)) {
					escaped = char;
					continue;
				}
			}
			if (inQuote !== false) {
				if (char === inQuote) {
					token = this.processEscapes(token, inQuote, inDollarQuote === "'");
					inQuote = false;
					inDollarQuote = false;
					continue;
				}
				token = (token || "") + char;
				continue;
			}
			if (this.quotes.includes(char)) {
				inQuote = char;
				if (lastDollar === pos - 1) {
					if (char === "'" && !this.ansiCQuotes) {} else if (char === "\"" && !this.localeQuotes) {} else inDollarQuote = char;
				}
				token = token || "";
				if (inDollarQuote !== false) token = token.slice(0, -1);
				continue;
			}
			if (inQuote === false && char === "$") lastDollar = pos;
			if (this.whitespace.includes(char)) {
				if (token !== void 0) yield token;
				token = void 0;
				continue;
			}
			token = (token || "") + char;
		}
	}
};
/**
* Splits a given string using shell-like syntax. This function is the inverse
* of shlex.join().
*
* @param {String} s String to split.
* @returns {String[]}
*/
function split(s) {
	return Array.from(new Shlexer(s));
}
// src/github/inputs.ts
/** The commands of the action; `deploy` is the default. */
const COMMANDS$1 = [
	"deploy",
	"check",
	"setup",
	"rollback",
	"verify"
];
/** From which severity on findings fail the step. */
const FAIL_ON = [
	"error",
	"warning",
	"never"
];
/** When a pull request gets a comment: while there is something to mend, also when all is well, or not at all. */
const COMMENT = [
	"auto",
	"always",
	"never"
];
/**
* Reads the inputs that the runner hands over as `INPUT_*`.
* @throws Failure `input-invalid`, naming the input, what it got and what is allowed
*/
function readInputs() {
	return Object.freeze({
		command: oneOf("command", COMMANDS$1),
		serviceAccountToken: text("service-account-token") ?? process.env["OP_SERVICE_ACCOUNT_TOKEN"] ?? null,
		workingDirectory: text("working-directory") ?? ".",
		destination: matching("destination", /^[\w.-]+$/, "the name of a Kamal destination, such as `production`"),
		configFile: text("config-file") ?? "config/deploy.yml",
		sshKey: reference("ssh-key"),
		knownHosts: knownHosts(),
		opVersion: matching("op-version", VERSION, "a version such as `2.35.0`") ?? missing("op-version"),
		kamalVersion: matching("kamal-version", VERSION, "a version such as `2.12.0`"),
		version: matching("version", /^[\w.-]+$/, "an image tag, such as a commit SHA"),
		skipPush: flag("skip-push"),
		args: words("args"),
		failOn: oneOf("fail-on", FAIL_ON),
		comment: oneOf("comment", COMMENT),
		sarifFile: text("sarif-file"),
		githubToken: text("github-token")
	});
}
const VERSION = /^\d+\.\d+\.\d+(?:[.-][\w.]+)?$/;
function text(name) {
	return getInput(name) || null;
}
function oneOf(name, allowed) {
	const got = text(name) ?? allowed[0];
	const found = allowed.find((value) => value === got);
	if (found !== void 0) return found;
	throw invalid(name, got ?? "", `one of ${allowed.map((value) => `\`${value}\``).join(", ")}`);
}
function flag(name) {
	const got = (text(name) ?? "false").toLowerCase();
	if (got === "true" || got === "false") return got === "true";
	throw invalid(name, got, "`true` or `false`");
}
function matching(name, pattern, allowed) {
	const got = text(name);
	if (got === null || pattern.test(got)) return got;
	throw invalid(name, got, allowed);
}
function reference(name) {
	const got = text(name);
	if (got === null || isReference(got)) return got;
	throw invalid(name, null, "a secret reference such as `op://MyApp/Server/SSH_KEY`, never the key itself");
}
function knownHosts() {
	const got = text("known-hosts");
	if (got === null) return null;
	return {
		kind: isReference(got) ? "reference" : "lines",
		text: got
	};
}
function isReference(got) {
	return /^op:\/\/[^/\n]+\/[^/\n]+\/[^\n]+$/.test(got);
}
function words(name) {
	const got = text(name);
	if (got === null) return [];
	try {
		return Object.freeze(split(got));
	} catch {
		throw invalid(name, null, "words as in a shell, every quote closed");
	}
}
function missing(name) {
	throw invalid(name, "", "a value; leave the input out for the default");
}
function invalid(name, got, allowed) {
	const what = got === null ? "has a value that cannot be used" : `is \`${got}\``;
	return new Failure("input-invalid", `The input \`${name}\` ${what}; allowed is ${allowed}.`, { agent: [`Correct \`${name}\` under \`with:\` in the workflow file.`] });
}
// src/onepassword/proxy.ts
/**
* Makes `fetch` follow `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (in either case), for the whole process: the SDK's
* requests and our own download alike. Node ignores them unless `NODE_USE_ENV_PROXY=1` was set before it started, which
* an action has no hand in, or it is told to (from 24.14 on: nodejs.org/api/http.html, "Built-in proxy support").
* `op`, Kamal and ssh look after themselves. Call it before the first request.
*/
function followProxy(env) {
	if ([
		"https_proxy",
		"HTTPS_PROXY",
		"http_proxy",
		"HTTP_PROXY"
	].every((name) => (env[name] ?? "") === "")) return "none";
	if (env["NODE_USE_ENV_PROXY"] === "1") return "followed";
	if (!("setGlobalProxyFromEnv" in http$1)) return "not-followed";
	http$1.setGlobalProxyFromEnv({ ...env });
	return "followed";
}
// src/report/summary.ts
const TITLES = {
	succeeded: "✅ Kamal and 1Password",
	failed: "❌ Kamal and 1Password",
	cancelled: "🚫 Kamal and 1Password"
};
const MARKS = {
	yes: "✅",
	no: "❌ missing",
	empty: "⚠️ empty",
	differs: "❌ differs",
	unknown: "❔",
	unneeded: "–"
};
/**
* Characters that each part may take: all together stay below the 1 MiB that GitHub takes of a summary
* (docs.github.com, “Adding a job summary”), whatever the run has to tell.
*/
const ROOM = 1e5;
/** Rows of the parity table that are shown whatever they say. */
const MOST_ROWS = 15;
/** The job summary, in GitHub's Markdown. */
function renderSummary(summary) {
	return [
		`## ${TITLES[summary.outcome]}`,
		summary.sentence.split("\n").map(prose).join("\n\n"),
		summary.state.map((each) => `- ${prose(each)}`).join("\n"),
		facts(summary),
		steps(summary.next),
		summary.evidence.length === 0 ? "" : block(summary.evidence),
		parity(summary.rows),
		findings(summary.findings),
		phases(summary.phases)
	].filter((part) => part !== "").join("\n\n").concat("\n");
}
function facts({ facts: told }) {
	return told.map(({ name, value }) => `**${plain(name)}** ${code(value)}`).join(" · ");
}
/** The table; rows in which all is well are folded away where they would push the rest out of sight. */
function parity(rows) {
	if (rows.length === 0) return "";
	const columns = PLACES.filter(({ mark }) => rows.some((row) => !["unknown", "unneeded"].includes(row[mark])));
	const head = ["Secret", ...columns.map(({ title }) => title)];
	const line = (row) => [code(row.secret), ...columns.map(({ mark }) => MARKS[row[mark]])];
	const isFlawed = (row) => columns.some(({ mark }) => [
		"no",
		"empty",
		"differs"
	].includes(row[mark]));
	const shown = rows.length > MOST_ROWS ? rows.filter(isFlawed) : rows;
	const folded = rows.filter((row) => !shown.includes(row));
	return [
		"### Secrets",
		...shown.length === 0 ? [] : [table(head, shown.map(line))],
		...folded.length === 0 ? [] : [details(counted(folded.length, shown.length === 0 ? "secret" : "more secret"), table(head, folded.map(line)))]
	].join("\n\n");
}
const PLACES = [
	{
		mark: "vault",
		title: "1Password"
	},
	{
		mark: "fetch",
		title: "fetch"
	},
	{
		mark: "extract",
		title: "extract"
	},
	{
		mark: "deployFile",
		title: "deploy file"
	},
	{
		mark: "container",
		title: "container"
	}
];
/** One below the other rather than in a table: sentences want the whole width of a phone. */
function findings(found) {
	if (found.length === 0) return "";
	const lines = found.map(({ severity, place, address, message, rule }) => {
		const where = address === void 0 ? code(place) : `[${code(place)}](${address})`;
		return `${SIGNS[severity]} **${where}** ${sentence(message)} ${code(rule)}`;
	});
	const more = (left) => `**… and ${counted(left, "more finding")}**: the report file has them all.`;
	return ["### Findings", ...fitting(lines, ROOM, more)].join("\n\n");
}
function phases(timed) {
	if (timed.length === 0) return "";
	return `<details><summary>Durations</summary>\n\n${table(["Phase", "Took"], timed.map(({ name, seconds }) => [plain(name), `${seconds.toFixed(1)} s`]))}\n\n</details>`;
}
/** What to do, by who can do it. */
function steps({ human, agent }) {
	const list = (title, lines) => lines.length === 0 ? "" : `**${title}**\n\n${fitting(lines.map((line) => `- [ ] ${prose(line)}`), ROOM, (left) => `- … and ${counted(left, "more step")}: the report file has them all.`).join("\n")}`;
	return [list("For you", human), list("For you or your coding agent", agent)].filter(Boolean).join("\n\n");
}
/** A table within its room, with a true count of what is left out. */
function table(head, rows) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	const ruler = head.map((_, index) => index > 0 ? ":-:" : "---");
	const more = (left) => `\n… and ${left} more: the report file has them all.`;
	return [
		line(head),
		line(ruler),
		...fitting(rows.map(line), ROOM, more)
	].join("\n");
}
// src/action/story.ts
/** What a run has to tell at its end, gathered as it goes, so that a failed or cancelled run tells all it knew. */
var Story = class {
	#facts = /* @__PURE__ */ new Map();
	phases = [];
	report = null;
	/** Where lines of the project's files are on GitHub. */
	link = () => null;
	vault = /* @__PURE__ */ new Map();
	containers = /* @__PURE__ */ new Map();
	/** What the servers do, one sentence each, where the run did not get to its end. */
	state = [];
	/** The last lines of a log that tell why it failed, masked. */
	evidence = [];
	/** A fact by its name; told in the order in which it was first given. */
	tell(name, value) {
		if (value !== null && value !== "") this.#facts.set(name, value);
	}
	/** The summary of a run that went well. */
	succeeded(sentence, next = {
		human: [],
		agent: []
	}) {
		return this.#summary("succeeded", sentence, next);
	}
	/** The summary of a run that ended with `failure`. */
	failed(failure) {
		return this.#summary(failure.code === "cancelled" ? "cancelled" : "failed", failure.message, failure.next);
	}
	#summary(outcome, sentence, next) {
		return {
			outcome,
			sentence,
			next,
			facts: [...this.#facts].map(([name, value]) => ({
				name,
				value
			})),
			rows: this.report === null ? [] : parityRows(this.report, this.vault, this.containers),
			findings: this.report === null ? [] : toldFindings(this.report, this.link),
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
	verify: async () => (await import("./verify.js")).verify
};
const PROXY_NOT_FOLLOWED = "A proxy is set (HTTPS_PROXY), but this version of Node.js does not follow it by itself: set NODE_USE_ENV_PROXY=1 for the runner.";
/** The main step: reads the inputs, runs the command, and tells how it went, whatever happens. */
async function main() {
	const signal = listenForCancellation();
	const started = performance.now();
	const redaction = new Redaction();
	const log = new JobLog(redaction);
	const state = new StateKeeper();
	const story = new Story();
	try {
		const inputs = readInputs();
		if (followProxy(process.env) === "not-followed") log.warning(PROXY_NOT_FOLLOWED);
		const run = await startRun({
			inputs,
			log,
			state,
			signal
		});
		const sentence = await (await COMMANDS[inputs.command]())(run, story);
		log.info(sentence);
		await addSummary(renderSummary(story.succeeded(sentence)), redaction);
		if (inputs.command !== "setup") await undo(state.current);
	} catch (error) {
		const failure = reportFailure(error, redaction);
		await addSummary(renderSummary(story.failed(failure)), redaction);
	} finally {
		set("duration", Math.round((performance.now() - started) / 1e3));
	}
}
// src/main.ts
await main();
process.exit();
export {};
