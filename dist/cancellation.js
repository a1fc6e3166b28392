import { c as info, d as setSecret, f as startGroup, l as saveState, n as debug, o as getInput, p as warning, r as endGroup } from "./core.js";
import { m as ID_TOKEN_VARIABLES, p as reasonOf, v as isSendable } from "./quoting.js";
import { t as Failure } from "./failure.js";
import { n as parseEnvironmentIds } from "./environment-ids.js";
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
// src/base/text/duration.ts
const DAY = 864e5;
const UNITS = {
	m: 6e4,
	h: DAY / 24,
	d: DAY,
	w: 7 * DAY
};
/** Reads `7d`, `36h`, `30m`, `2w` or `never`. @returns undefined for anything else */
function readDuration(text) {
	if (text === "never") return null;
	const [, count = "", unit = ""] = /^([1-9]\d{0,4})([mhdw])$/.exec(text) ?? [];
	const length = UNITS[unit];
	return length === void 0 ? void 0 : Number(count) * length;
}
// src/github/runner/inputs.ts
/** The commands of the action; `deploy` is the default. */
const COMMANDS = [
	"deploy",
	"check",
	"setup",
	"rollback",
	"status",
	"verify",
	"preview",
	"preview-sweep"
];
/** From which severity on findings fail the step. */
const FAIL_ON = [
	"error",
	"warning",
	"never"
];
/** Whether Kamal may come from the bundle, the machine or a cache, or is installed again for the run. */
const KAMAL = ["shared", "isolated"];
/** Whether the run's own session answers Kamal where that is certain, or `op` answers everything. */
const OP = ["auto", "always"];
/** When a pull request gets a comment: while there is something to fix, also when there is nothing to fix, or not at all. */
const COMMENT = [
	"auto",
	"always",
	"never"
];
/** What a preview does where as many are there as may be. */
const WHEN_FULL = ["refuse", "replace-oldest"];
/**
* Reads the inputs that the runner hands over as `INPUT_*`.
* @throws Failure `input-invalid`, naming the input, what it got and what is allowed
*/
function readInputs() {
	const workloadId = text("workload-id") ?? variable("OP_WORKLOAD_ID");
	const integrationKey = text("integration-key") ?? variable("OP_INTEGRATION_KEY");
	const namedWays = waysNamed();
	const opEnvironment = environmentIds(namedWays.has("workload") ? variable("OP_ENVIRONMENT_ID") : null);
	const command = oneOf("command", COMMANDS);
	return Object.freeze({
		workloadId,
		integrationKey,
		connectHost: text("connect-host") ?? variable("OP_CONNECT_HOST"),
		connectToken: text("connect-token") ?? variable("OP_CONNECT_TOKEN"),
		namedWays,
		opEnvironment,
		command,
		serviceAccountToken: text("service-account-token") ?? process.env["OP_SERVICE_ACCOUNT_TOKEN"] ?? null,
		workingDirectory: text("working-directory") ?? ".",
		destination: destinationFor(command),
		configFile: text("config-file") ?? "config/deploy.yml",
		sshKey: keyPlace("ssh-key", opEnvironment !== null),
		knownHosts: knownHosts(opEnvironment !== null),
		op: oneOf("op", OP),
		opVersion: matching("op-version", VERSION, "a version such as `2.35.0`") ?? missing("op-version"),
		kamal: oneOf("kamal", KAMAL),
		kamalVersion: matching("kamal-version", VERSION, "a version such as `2.12.0`"),
		version: matching("version", /^[\w.-]+$/, "an image tag, such as a commit SHA"),
		skipPush: flag("skip-push"),
		args: words("args"),
		failOn: oneOf("fail-on", FAIL_ON),
		comment: oneOf("comment", COMMENT),
		sarifFile: text("sarif-file"),
		githubToken: readGithubToken(),
		preview: previewInputs(command)
	});
}
/** Previews are their own destination: `preview` by default. */
function destinationFor(command) {
	const given = matching("destination", /^[\w.-]+$/, "the name of a Kamal destination, such as `production`");
	return command.startsWith("preview") ? given ?? "preview" : given;
}
function previewInputs(command) {
	const number = matching("pull-request", /^[1-9]\d{0,9}$/, "a pull request's number, such as `12`");
	const limit = matching("preview-limit", /^(?:[1-9]\d{0,3}|none)$/, "a number such as `5`, or `none`") ?? "5";
	const expires = text("preview-expires") ?? "7d";
	const expiresAfter = readDuration(expires);
	if (expiresAfter === void 0) throw invalid("preview-expires", expires, "a duration such as `7d`, `36h` or `2w`, or `never`");
	return Object.freeze({
		pullRequest: number === null || command !== "preview" ? null : Number(number),
		label: previewLabel(),
		limit: limit === "none" ? null : Number(limit),
		whenFull: oneOf("preview-when-full", WHEN_FULL),
		expiresAfter,
		setup: text("preview-setup"),
		teardown: text("preview-teardown"),
		dryRun: flag("dry-run")
	});
}
/** The runner fills in the default where the workflow says nothing; an empty label is what someone wrote. */
function previewLabel() {
	return process.env["INPUT_PREVIEW-LABEL"] === void 0 ? "preview" : text("preview-label");
}
/**
* Only `github-token`: `post` gets it from the runner again, since no token is kept in a file of state. Null if there is
* none, or one that no request can carry.
*/
function readGithubToken() {
	const token = text("github-token");
	return token === null || !isSendable(token) ? null : token;
}
/** What is wrong with the `github-token`; null if it is usable, or not given. */
function flawOfGithubToken() {
	const token = text("github-token");
	return token === null || isSendable(token) ? null : "The input `github-token` contains a space, a line break or a character that no token has, so GitHub is not asked: nothing is reported there. Set the secret that it comes from again.";
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
function variable(name) {
	return process.env[name] || null;
}
const WAYS = [
	["service-account", ["service-account-token"]],
	["workload", ["workload-id", "integration-key"]],
	["connect", ["connect-host", "connect-token"]]
];
function waysNamed() {
	return new Set(WAYS.flatMap(([way, inputs]) => inputs.some((name) => text(name) !== null) ? [way] : []));
}
function environmentIds(otherwise) {
	const got = text("op-environment") ?? otherwise;
	if (got === null) return null;
	const ids = parseEnvironmentIds(got);
	if (ids !== null) return ids;
	throw invalid("op-environment", null, "the id of a 1Password Environment (26 letters and digits: Manage environment → Copy environment ID), or one line `destination: id` for each destination");
}
function keyPlace(name, withVariables) {
	const got = text(name);
	if (got === null || isReference(got) || withVariables && isVariable(got)) return got;
	throw invalid(name, null, `a secret reference such as \`op://MyApp/Server/SSH_KEY\`${withVariables ? ", the name of a variable of the Environment" : ""}, never the key itself`);
}
function knownHosts(withVariables) {
	const got = text("known-hosts");
	if (got === null) return null;
	if (withVariables && isVariable(got)) return {
		kind: "variable",
		text: got
	};
	return {
		kind: isReference(got) ? "reference" : "lines",
		text: got
	};
}
function isVariable(got) {
	return /^[A-Za-z_]\w*$/.test(got);
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
		throw invalid(name, null, "words as in a shell, with every quote closed");
	}
}
function missing(name) {
	throw invalid(name, "", "a value; omit the input to use the default");
}
function invalid(name, got, allowed) {
	const what = got === null ? "cannot be used" : `is \`${got}\``;
	return new Failure("input-invalid", `The input \`${name}\` ${what}; it must be ${allowed}.`, { agent: [`Correct \`${name}\` under \`with:\` in the workflow file.`] });
}
// src/github/runner/job-tokens.ts
/**
* Masks the tokens that the runner and GitHub give to this process: an error of a request can quote them. The runner masks
* most of them in its own log; sentences in a comment, an output or a summary are ours to keep clean.
*/
function maskJobTokens(log) {
	const [, idTokenRequest] = ID_TOKEN_VARIABLES;
	for (const token of [
		getInput("github-token"),
		process.env["ACTIONS_RUNTIME_TOKEN"],
		process.env[idTokenRequest]
	]) if (token !== void 0 && token !== "") log.mask(token);
}
// src/github/runner/log.ts
/** The log of a job. Everything passes `redaction` before it is written; the runner masks every value too. */
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
	/** Writes workflow commands, one per line; only our own text comes here. */
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
	/** Plain data with the same done to every text in it: before it is written as Markdown, which escapes a value's characters. */
	maskedAll(data) {
		return this.#redaction.applyToAll(data);
	}
	/** `text`, which was cut off somewhere, without what its end may have of a secret. */
	withoutTornEnd(text) {
		return this.#redaction.withoutTornEnd(text);
	}
	mask(value) {
		for (const form of this.#redaction.add(value)) setSecret(form);
	}
	/**
	* Hides texts of the checkout from now on; the runner is not asked to, because that would write them into the log.
	* @param own words of ours, in which they stay in sight
	*/
	conceal(texts, own) {
		this.#redaction.keep(own);
		this.#redaction.hide(texts);
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
* Keeps the output of others from being read as workflow commands: a zero-width space parts `::` at the start of a line
* and `##[` anywhere (actions/runner, src/Runner.Common/ActionCommand.cs: `TryParseV2` and `TryParse`).
*/
function disarm(text) {
	return text.replaceAll(/^([^\S\n\r\u2028\u2029]|\u0085)*:(?=:)/gm, "$1:​").replaceAll("##[", "##​[");
}
// src/github/runner/state.ts
/** Keeps the state of this run and hands every change to the runner. */
var StateKeeper = class {
	#log;
	#state = {};
	#isTold = false;
	constructor(log) {
		this.#log = log;
	}
	get current() {
		return this.#state;
	}
	/**
	* What `post` must know before the run continues.
	* @throws Failure `state-not-writable`; {@link current} still has the change
	*/
	set(change) {
		this.#state = {
			...this.#state,
			...change
		};
		try {
			this.#save();
		} catch (error) {
			this.#isTold = true;
			throw notWritable(error);
		}
	}
	/** What it is good for `post` to know; where it cannot be saved, that is one warning, once. */
	note(change) {
		this.#state = {
			...this.#state,
			...change
		};
		this.#trySave();
	}
	/** Forgets one entry, because it is undone. */
	clear(key) {
		const { [key]: gone, ...rest } = this.#state;
		this.#state = rest;
		if (gone !== void 0) this.#trySave();
	}
	#trySave() {
		try {
			this.#save();
		} catch (error) {
			if (!this.#isTold) this.#log.warning(notWritable(error).message);
			this.#isTold = true;
		}
	}
	#save() {
		saveState("run", JSON.stringify(this.#state));
	}
};
function notWritable(error) {
	return new Failure("state-not-writable", `The notes that let the post step clean up after a cancel or a crash could not be written: ${reasonOf(error)}.`, { human: ["Let the runner's user write to the file that `GITHUB_STATE` names, and check whether the disk is full. Kamal was not started."] }, error);
}
// src/action/cancellation.ts
/**
* Turns what ends a run from outside into one abort: SIGINT and SIGTERM (the runner sends them 7.5 s apart and kills 2.5
* s later; actions/runner, src/Runner.Sdk/ProcessInvoker.cs), and SIGHUP. Later signals are swallowed: the work of
* stopping is under way. A log that cannot be written, or that has no reader any more, ends nothing: work on the servers
* is finished, and undone here. Call it before anything is started.
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
	for (const stream of [process.stdout, process.stderr]) stream.on("error", () => void 0);
	return controller.signal;
}
export { flawOfGithubToken as a, maskJobTokens as i, StateKeeper as n, readGithubToken as o, JobLog as r, readInputs as s, listenForCancellation as t };
