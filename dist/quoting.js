import { t as Failure } from "./failure.js";
import { i as isRecord, r as boundedFetch } from "./bounded-body.js";
import { t as innermostReason } from "./innermost-reason.js";
import { EOL } from "os";
import { constants, promises } from "fs";
import { setTimeout } from "node:timers/promises";
// node_modules/@actions/core/lib/summary.js
var __awaiter = function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
const { access, appendFile, writeFile } = promises;
const SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
var Summary = class {
	constructor() {
		this._buffer = "";
	}
	/**
	* Finds the summary file path from the environment, rejects if env var is not found or file does not exist
	* Also checks r/w permissions.
	*
	* @returns step summary file path
	*/
	filePath() {
		return __awaiter(this, void 0, void 0, function* () {
			if (this._filePath) return this._filePath;
			const pathFromEnv = process.env[SUMMARY_ENV_VAR];
			if (!pathFromEnv) throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
			try {
				yield access(pathFromEnv, constants.R_OK | constants.W_OK);
			} catch (_a) {
				throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
			}
			this._filePath = pathFromEnv;
			return this._filePath;
		});
	}
	/**
	* Wraps content in an HTML tag, adding any HTML attributes
	*
	* @param {string} tag HTML tag to wrap
	* @param {string | null} content content within the tag
	* @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
	*
	* @returns {string} content wrapped in HTML element
	*/
	wrap(tag, content, attrs = {}) {
		const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
		if (!content) return `<${tag}${htmlAttrs}>`;
		return `<${tag}${htmlAttrs}>${content}</${tag}>`;
	}
	/**
	* Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
	*
	* @param {SummaryWriteOptions} [options] (optional) options for write operation
	*
	* @returns {Promise<Summary>} summary instance
	*/
	write(options) {
		return __awaiter(this, void 0, void 0, function* () {
			const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
			const filePath = yield this.filePath();
			yield (overwrite ? writeFile : appendFile)(filePath, this._buffer, { encoding: "utf8" });
			return this.emptyBuffer();
		});
	}
	/**
	* Clears the summary buffer and wipes the summary file
	*
	* @returns {Summary} summary instance
	*/
	clear() {
		return __awaiter(this, void 0, void 0, function* () {
			return this.emptyBuffer().write({ overwrite: true });
		});
	}
	/**
	* Returns the current summary buffer as a string
	*
	* @returns {string} string of summary buffer
	*/
	stringify() {
		return this._buffer;
	}
	/**
	* If the summary buffer is empty
	*
	* @returns {boolen} true if the buffer is empty
	*/
	isEmptyBuffer() {
		return this._buffer.length === 0;
	}
	/**
	* Resets the summary buffer without writing to summary file
	*
	* @returns {Summary} summary instance
	*/
	emptyBuffer() {
		this._buffer = "";
		return this;
	}
	/**
	* Adds raw text to the summary buffer
	*
	* @param {string} text content to add
	* @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
	*
	* @returns {Summary} summary instance
	*/
	addRaw(text, addEOL = false) {
		this._buffer += text;
		return addEOL ? this.addEOL() : this;
	}
	/**
	* Adds the operating system-specific end-of-line marker to the buffer
	*
	* @returns {Summary} summary instance
	*/
	addEOL() {
		return this.addRaw(EOL);
	}
	/**
	* Adds an HTML codeblock to the summary buffer
	*
	* @param {string} code content to render within fenced code block
	* @param {string} lang (optional) language to syntax highlight code
	*
	* @returns {Summary} summary instance
	*/
	addCodeBlock(code, lang) {
		const attrs = Object.assign({}, lang && { lang });
		const element = this.wrap("pre", this.wrap("code", code), attrs);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML list to the summary buffer
	*
	* @param {string[]} items list of items to render
	* @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
	*
	* @returns {Summary} summary instance
	*/
	addList(items, ordered = false) {
		const tag = ordered ? "ol" : "ul";
		const listItems = items.map((item) => this.wrap("li", item)).join("");
		const element = this.wrap(tag, listItems);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML table to the summary buffer
	*
	* @param {SummaryTableCell[]} rows table rows
	*
	* @returns {Summary} summary instance
	*/
	addTable(rows) {
		const tableBody = rows.map((row) => {
			const cells = row.map((cell) => {
				if (typeof cell === "string") return this.wrap("td", cell);
				const { header, data, colspan, rowspan } = cell;
				const tag = header ? "th" : "td";
				const attrs = Object.assign(Object.assign({}, colspan && { colspan }), rowspan && { rowspan });
				return this.wrap(tag, data, attrs);
			}).join("");
			return this.wrap("tr", cells);
		}).join("");
		const element = this.wrap("table", tableBody);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds a collapsable HTML details element to the summary buffer
	*
	* @param {string} label text for the closed state
	* @param {string} content collapsable content
	*
	* @returns {Summary} summary instance
	*/
	addDetails(label, content) {
		const element = this.wrap("details", this.wrap("summary", label) + content);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML image tag to the summary buffer
	*
	* @param {string} src path to the image you to embed
	* @param {string} alt text description of the image
	* @param {SummaryImageOptions} options (optional) addition image attributes
	*
	* @returns {Summary} summary instance
	*/
	addImage(src, alt, options) {
		const { width, height } = options || {};
		const attrs = Object.assign(Object.assign({}, width && { width }), height && { height });
		const element = this.wrap("img", null, Object.assign({
			src,
			alt
		}, attrs));
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML section heading element
	*
	* @param {string} text heading text
	* @param {number | string} [level=1] (optional) the heading level, default: 1
	*
	* @returns {Summary} summary instance
	*/
	addHeading(text, level) {
		const tag = `h${level}`;
		const allowedTag = [
			"h1",
			"h2",
			"h3",
			"h4",
			"h5",
			"h6"
		].includes(tag) ? tag : "h1";
		const element = this.wrap(allowedTag, text);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML thematic break (<hr>) to the summary buffer
	*
	* @returns {Summary} summary instance
	*/
	addSeparator() {
		const element = this.wrap("hr", null);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML line break (<br>) to the summary buffer
	*
	* @returns {Summary} summary instance
	*/
	addBreak() {
		const element = this.wrap("br", null);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML blockquote to the summary buffer
	*
	* @param {string} text quote text
	* @param {string} cite (optional) citation url
	*
	* @returns {Summary} summary instance
	*/
	addQuote(text, cite) {
		const attrs = Object.assign({}, cite && { cite });
		const element = this.wrap("blockquote", text, attrs);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML anchor tag to the summary buffer
	*
	* @param {string} text link text/content
	* @param {string} href hyperlink
	*
	* @returns {Summary} summary instance
	*/
	addLink(text, href) {
		const element = this.wrap("a", text, { href });
		return this.addRaw(element).addEOL();
	}
};
const summary = new Summary();
// src/github/runner/sendable.ts
/** Whether a text can be sent as a token: Node.js quotes a header that it refuses, and with it the token. */
function isSendable(token) {
	return /^[!-~]+$/.test(token);
}
// src/github/runner/service-request.ts
/**
* One request to a service of the runner, within limits; it leads nowhere else.
* @throws Error if there is no answer, or one that says that it failed
*/
async function serviceRequest(address, { token, headers = {}, ...request }, { largest, patience }) {
	if (token !== void 0 && !isSendable(token)) throw new Error("the token for it has characters that no token has");
	const inTime = AbortSignal.timeout(patience);
	const response = await boundedFetch(globalThis.fetch, largest)(address, {
		...request,
		headers: token === void 0 ? headers : {
			...headers,
			authorization: `Bearer ${token}`
		},
		redirect: "error",
		signal: inTime
	}).catch((error) => {
		if (inTime.aborted) throw new Error(`it did not answer within ${patience / 1e3} s`);
		throw error;
	});
	if (!response.ok) throw new Error(`HTTP ${response.status}`);
	return response;
}
// src/github/runner/id-token.ts
/** The variables by which GitHub gives a job its ID token: those with `id-token: write`, and no pull request of a fork. */
const ID_TOKEN_VARIABLES = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
/** The failure `id-token-permission-missing` where GitHub gives this job none; else null. */
function lacksIdToken(env) {
	if (ID_TOKEN_VARIABLES.every((name) => (env[name] ?? "") !== "")) return null;
	return new Failure("id-token-permission-missing", "GitHub gives this job no OIDC token, which it needs to sign in as a workload: `id-token: write` is missing. Pull requests from forks never get one.", { agent: ["Add `id-token: write` under `permissions:` of the job (and `contents: read`, because permissions that are not listed are removed)."] });
}
const PATIENCE = {
	pause: 500,
	perTry: 5e3,
	inAll: 9e3
};
const ATTEMPTS = 4;
/**
* GitHub's word for this job, masked.
* @param audience its recipient: 1Password's host
* @throws Failure `id-token-refused`
*/
async function fetchIdToken(audience, mask, { pause, perTry, inAll } = PATIENCE) {
	const began = performance.now();
	for (let attempt = 1;; attempt += 1) try {
		const token = await askOnce(audience, perTry);
		mask(token);
		return token;
	} catch (error) {
		if (attempt === ATTEMPTS || performance.now() - began > inAll) throw refused(error);
		await setTimeout(pause * attempt);
	}
}
/** Three parts in base64url (RFC 7519): anything else is not shown to 1Password, and not masked. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** A token has some two thousand bytes. */
const LARGEST = 262144;
/** As `getIDToken` of `@actions/core` 3.0.1 asks (lib/oidc-utils.js), which waits and reads without a limit. */
async function askOnce(audience, perTry) {
	const [url = "", token = ""] = ID_TOKEN_VARIABLES.map((name) => process.env[name]);
	const answer = await (await serviceRequest(`${url}&audience=${encodeURIComponent(audience)}`, {
		token,
		headers: { accept: "application/json" }
	}, {
		largest: LARGEST,
		patience: perTry
	})).json();
	if (!isRecord(answer) || typeof answer["value"] !== "string" || !JWT.test(answer["value"])) throw new Error("there is no token in the answer");
	return answer["value"];
}
function refused(error) {
	return new Failure("id-token-refused", `GitHub did not give this job its OIDC token: ${innermostReason(error).replace(/\.$/, "").replaceAll(/\s+/g, " ")}.`, {
		human: ["See https://www.githubstatus.com, and run the job again when the service has recovered."],
		agent: ["Make sure the job has `id-token: write` under `permissions:`."]
	}, error);
}
// src/github/runner/summary.ts
/**
* Adds to the job summary. GitHub drops an upload above 1 MiB whole (docs.github.com, "Adding a job summary"), so a
* longer text is cut, with a note. A summary that cannot be written is a warning: it decides nothing.
*/
async function addSummary(markdown, log) {
	try {
		await summary.addRaw(cut(log.masked(markdown()))).write();
	} catch (error) {
		log.warning(`The job summary cannot be written: ${reasonOf(error)}.`);
	} finally {
		summary.emptyBuffer();
	}
}
/** What went wrong with one of the runner's files, without the full stop at its end. */
function reasonOf(error) {
	return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
const LIMIT = 1047552;
function cut(text) {
	if (Buffer.byteLength(text) <= LIMIT) return text;
	return `${Buffer.from(text).subarray(0, LIMIT).toString("utf8").split("\n").slice(0, -1).join("\n")}\n\n*The rest is omitted, as GitHub limits the size of a summary. The report file has all of it.*\n`;
}
/** The value itself, its lines, and every form of them; none is shorter than {@link SHORTEST}. */
function formsOf(value) {
	const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
	const forms = [.../* @__PURE__ */ new Set([
		value,
		value.trim(),
		...lines
	])].filter((text) => text.length >= 4).flatMap((text) => [
		text,
		...ESCAPES.map((escape) => escape(text)),
		...base64Forms(text)
	]);
	return [...new Set(forms)].filter((form) => form.length >= 4);
}
const json = (text) => JSON.stringify(text).slice(1, -1);
/** Each writes a text as one program or another does, without the quotes around it. */
const ESCAPES = [
	json,
	(text) => escaped(json(text), /[^\0-\x7F]/g, (code) => `\\u${hex(code, 4)}`),
	(text) => escaped(json(text), /[^\0-\x7F]/g, (code) => `\\u${hex(code, 4).toUpperCase()}`),
	(text) => escaped(json(text), /[<>&\u2028\u2029]/g, (code) => `\\u${hex(code, 4)}`),
	(text) => json(text).replaceAll("/", "\\/"),
	rubyInspect,
	(text) => rubyDump(text),
	kamalShellValue,
	kamalEnvFileValue,
	(text) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n"),
	(text) => text.replaceAll(/[^\w\-.,:+/@\n]/gu, "\\$&").replaceAll("\n", "'\n'"),
	(text) => text.replaceAll("'", String.raw`'\''`),
	(text) => text.replaceAll("'", `'"'"'`),
	(text) => text.replaceAll(/["\\$`]/g, "\\$&"),
	(text) => text.replaceAll(/["\\$`!]/g, "\\$&"),
	(text) => text.replaceAll(/[ !"$&'()*,;<>?[\\\]^`{|}]|^#|(?<=^|[:=])~/g, "\\$&"),
	(text) => text.replaceAll(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("	", "\\t"),
	...[
		(text) => encodeURIComponent(text.toWellFormed()),
		(text) => encodeURI(text.toWellFormed()),
		(text) => cgi(text),
		(text) => cgi(text).replaceAll("+", "%20"),
		(text) => cgi(text).replaceAll("~", "%7E").replaceAll("%2A", "*")
	].flatMap((encode) => [encode, (text) => encode(text).replaceAll(/%[0-9A-F]{2}/g, (each) => each.toLowerCase())]),
	(text) => html(text, "&#39;"),
	(text) => html(text, "&#x27;"),
	(text) => Buffer.from(text).toString("hex"),
	(text) => Buffer.from(text).toString("hex").toUpperCase()
];
function cgi(text) {
	return encodeURIComponent(text.toWellFormed()).replaceAll(/[!'()*]/g, (each) => `%${hex(each.charCodeAt(0), 2).toUpperCase()}`).replaceAll("%20", "+");
}
function html(text, apostrophe) {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;").replaceAll("'", apostrophe);
}
function hex(code, digits) {
	return code.toString(16).padStart(digits, "0");
}
/** Each match by the code of its UTF-16 unit. */
function escaped(text, pattern, write) {
	return text.replaceAll(pattern, (each) => write(each.charCodeAt(0)));
}
const RUBY = {
	"\n": "\\n",
	"\r": "\\r",
	"	": "\\t",
	"\f": "\\f",
	"\v": "\\v",
	"\b": "\\b",
	"\x07": "\\a",
	"\x1B": "\\e",
	"\"": "\\\"",
	"\\": "\\\\"
};
/** `String#inspect` (Ruby 3, string.c `rb_str_inspect`). */
function rubyInspect(text) {
	return ruby(text).replaceAll(/[\0-\x1F\x7F]/g, (each) => `\\x${hex(each.charCodeAt(0), 2).toUpperCase()}`);
}
/** `String#dump` (Ruby 3, string.c `rb_str_dump`): ASCII only. */
function rubyDump(text) {
	return rubyInspect(text).replaceAll(/[^\0-\x7F]/gu, (each) => {
		const code = each.codePointAt(0) ?? 0;
		return code > 65535 ? `\\u{${code.toString(16).toUpperCase()}}` : `\\u${hex(code, 4).toUpperCase()}`;
	});
}
function ruby(text) {
	return text.replaceAll(/["\\\n\r\t\f\v\x07\x08\x1B]/g, (each) => RUBY[each] ?? each).replaceAll(/#(?=[{$@])/g, "\\#");
}
/** How Kamal writes values into commands (Kamal 2.12.0, lib/kamal/utils.rb `escape_shell_value`), without the outer quotes. */
function kamalShellValue(text) {
	return text.split(/([^\0-\x7F]+)/).map((part, index) => index % 2 === 1 || part === "" ? part : `"${rubyDump(part).replaceAll("`", "\\`").replaceAll(/\$(?!\{[^{}]*\})/g, "\\$")}"`).join("").replace(/^"/, "").replace(/"$/, "");
}
/** How Kamal writes values into env files (Kamal 2.12.0, lib/kamal/env_file.rb `escape_docker_env_file_value`). */
function kamalEnvFileValue(text) {
	return text.split(/([^\0-\x7F]+)/).map((part, index) => index % 2 === 1 ? part : rubyDump(part).replaceAll("\\\"", "\"").replaceAll("\\#", "#")).join("");
}
/** Columns of base64 in lines: Ruby's `pack("m")`, PEM, MIME. */
const COLUMNS = [
	60,
	64,
	76
];
/** Base64 of a text, in lines, and the stretches that occur if it is part of a longer encoding. */
function base64Forms(text) {
	const bytes = Buffer.from(text);
	const forms = [bytes, Buffer.concat([bytes, Buffer.from("\n")])].flatMap((each) => {
		const whole = each.toString("base64");
		return [
			whole,
			each.toString("base64url"),
			...COLUMNS.flatMap((columns) => inLines(whole, columns))
		];
	});
	if (bytes.length < 8) return forms;
	for (const offset of [
		0,
		1,
		2
	]) {
		const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
		const kept = shifted.subarray(0, shifted.length - shifted.length % 3).toString("base64");
		const inner = offset === 0 ? kept : kept.slice(4);
		if (inner.length < 8) continue;
		forms.push(inner, inner.replaceAll("+", "-").replaceAll("/", "_"));
	}
	return forms;
}
/** The lines of an encoding; the last one only where it says enough. */
function inLines(encoded, columns) {
	if (encoded.length <= columns) return [];
	return (encoded.match(new RegExp(`.{1,${columns}}`, "g")) ?? []).filter((line) => line.length >= 8);
}
// src/base/redaction.ts
/**
* Hides secret values in text that is about to be written: the value, each of its lines, and its usual encodings.
* The runner masks its own log only; summaries, outputs, annotations and comments are ours to keep clean.
*/
var Redaction = class {
	/** The forms by the first two characters of each. */
	#forms = /* @__PURE__ */ new Map();
	/** The length of the longest form. */
	#longest = 0;
	/** Forms that are hidden only outside of words of ours: a file of the project has them, not a vault. */
	#concealed = /* @__PURE__ */ new Set();
	#own = /* @__PURE__ */ new Set();
	/** Where words of ours have a concealed form, by the form. */
	#within = /* @__PURE__ */ new Map();
	/**
	* Registers `value`. Returns every form of it that is hidden from now on, so that the runner can mask them too. What
	* is shorter than {@link SHORTEST} is not hidden: that would blot out half of every log and protect nothing.
	*/
	add(value) {
		const forms = formsOf(value);
		for (const form of forms) {
			this.#concealed.delete(form);
			this.#register(form);
		}
		return forms;
	}
	/** Registers texts as they are and as JSON writes them: for what a stranger has written into a file. */
	hide(texts) {
		for (const text of texts) if (text.length >= 4) {
			for (const form of /* @__PURE__ */ new Set([text, JSON.stringify(text).slice(1, -1)])) if (this.#register(form)) this.#concealed.add(form);
		}
	}
	/**
	* Words of ours: a text of {@link hide} stays visible as a part of one of them that is a word, as `secret-` in
	* `error[secret-missing]`: there it reveals nothing. A value of {@link add} is hidden there too.
	*/
	keep(words) {
		for (const word of words) this.#own.add(word);
		this.#within.clear();
	}
	/** Whether it is new. */
	#register(form) {
		this.#longest = Math.max(this.#longest, form.length);
		const start = startOf(form, 0);
		let alike = this.#forms.get(start);
		if (alike === void 0) this.#forms.set(start, alike = new Forms());
		return alike.add(form);
	}
	#isInOwnWord(form, text, at) {
		if (!this.#concealed.has(form)) return false;
		let within = this.#within.get(form);
		if (within === void 0) {
			within = [...this.#own].flatMap((word) => placesIn(word, form).map((offset) => ({
				word,
				offset
			})));
			this.#within.set(form, within);
		}
		return within.some(({ word, offset }) => standsAlone(text, at - offset, word));
	}
	/** `text` with every registered form replaced by `***`; forms that overlap become one. */
	apply(text) {
		if (this.#forms.size === 0) return text;
		let shown = "";
		let from = 0;
		let hiddenTo = -1;
		for (let at = 0; at + 4 <= text.length; at += 1) {
			const form = this.#forms.get(startOf(text, at))?.longestAt(text, at, (each) => !this.#isInOwnWord(each, text, at));
			if (form === void 0) continue;
			if (at >= hiddenTo) {
				shown += `${text.slice(from, at)}***`;
				hiddenTo = at + form.length;
			} else hiddenTo = Math.max(hiddenTo, at + form.length);
			from = hiddenTo;
		}
		return shown + text.slice(from);
	}
	/** `text`, which was cut off somewhere, without the beginning of a form that its end may be. */
	withoutTornEnd(text) {
		for (let at = Math.max(0, text.length - this.#longest); at + 2 <= text.length; at += 1) {
			const rest = text.length - at;
			if (this.#forms.get(startOf(text, at))?.all.some((form) => form.length > rest && text.endsWith(form.slice(0, rest))) === true) return text.slice(0, at);
		}
		const last = text.charCodeAt(text.length - 1);
		return [...this.#forms.keys()].some((start) => Math.floor(start / 65536) === last) ? text.slice(0, -1) : text;
	}
	/**
	* Plain data with {@link apply} done to every text in it. What is to be rendered goes through here first: once a
	* Markdown or HTML writer has escaped the characters of a value, no one recognises it any more.
	* @param own texts that stay as they are where they are all of a text: words of ours, such as the ids of rules
	*/
	applyToAll(data, own = NONE) {
		return mapTexts(data, (text) => own.has(text) ? text : this.apply(text));
	}
};
/** Forms that begin alike. A project's files can have thousands, long ones, that differ in their ends alone. */
var Forms = class {
	all = [];
	#known = /* @__PURE__ */ new Set();
	#longest = 0;
	/** For each form, the index of the longest other one that it begins with; -1 if there is none. */
	#beginsWith = null;
	/** Whether it is new. */
	add(form) {
		if (this.#known.has(form)) return false;
		this.#known.add(form);
		this.all.push(form);
		this.#longest = Math.max(this.#longest, form.length);
		this.#beginsWith = null;
		return true;
	}
	/** The longest form that is at a place of a text and that is wanted. */
	longestAt(text, at, isWanted) {
		const beginsWith = this.#beginsWith ??= this.#sorted();
		const rest = text.slice(at, at + this.#longest);
		let [low, high] = [0, this.all.length];
		while (low < high) {
			const middle = low + high >>> 1;
			if ((this.all[middle] ?? "") <= rest) low = middle + 1;
			else high = middle;
		}
		for (let index = low - 1; index >= 0; index = beginsWith[index] ?? -1) {
			const form = this.all[index] ?? "";
			if (rest.startsWith(form) && isWanted(form)) return form;
		}
	}
	#sorted() {
		this.all.sort();
		const open = [];
		return this.all.map((form, index) => {
			while (open.length > 0 && !form.startsWith(this.all[open.at(-1) ?? 0] ?? "")) open.pop();
			const begins = open.at(-1) ?? -1;
			open.push(index);
			return begins;
		});
	}
};
function placesIn(word, form) {
	const places = [];
	for (let at = word.indexOf(form); at >= 0; at = word.indexOf(form, at + 1)) places.push(at);
	return places;
}
/** Whether `word` is at a place of `text` with nothing of a longer word around it; colours of a terminal are nothing. */
function standsAlone(text, at, word) {
	if (at < 0 || !text.startsWith(word, at)) return false;
	const before = text.slice(Math.max(0, at - 16), at);
	const after = text[at + word.length] ?? "";
	return (!/[\w-]$/.test(before) || COLOUR.test(before)) && !/[\w-]/.test(after);
}
const COLOUR = /\u001b\[[\d;]*m$/;
const NONE = /* @__PURE__ */ new Set();
function mapTexts(data, change) {
	if (typeof data === "string") return change(data);
	if (Array.isArray(data)) return data.map((each) => mapTexts(each, change));
	if (typeof data !== "object" || data === null) return data;
	return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mapTexts(value, change)]));
}
/** The first two UTF-16 code units as one number. */
function startOf(text, at) {
	return text.charCodeAt(at) * 65536 + text.charCodeAt(at + 1);
}
// src/report/parts/visible.ts
/** Text from files that others wrote, made safe to show: nothing in it can move the cursor, turn the writing round or ring. */
/** ASCII and the punctuation of our sentences: no further check, and no need to load Unicode's tables. */
const HARMLESS = /^[\x20-\x7e\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2022]*$/;
/** Joins the parts of one emoji; harmless in a row of them. */
const JOINERS = /* @__PURE__ */ new Set(["‍", "️"]);
/** The text with every character that acts rather than shows written as `‹U+202E›`; a tab becomes a space. */
function visible(text) {
	if (HARMLESS.test(text)) return text;
	return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
		if (character === "	") return " ";
		if (JOINERS.has(character)) return character;
		return `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}›`;
	});
}
/** Made at the first text that needs it: loading its tables takes longer than a whole check. */
let graphemes = null;
const PLAIN$1 = /^[\x20-\x7e]*$/;
/** The clusters that a terminal shows as one, with their widths: 2 for CJK and emoji, 0 for what only combines. */
function clusters(text) {
	if (PLAIN$1.test(text)) return Array.from(text, (character, index) => ({
		text: character,
		index,
		width: 1
	}));
	graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
	return Array.from(graphemes.segment(text), ({ segment, index }) => ({
		text: segment,
		index,
		width: clusterWidth(segment)
	}));
}
/** The cells that a text takes on a terminal. */
function width(text) {
	return PLAIN$1.test(text) ? text.length : clusters(text).reduce((sum, cluster) => sum + cluster.width, 0);
}
function clusterWidth(segment) {
	if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(segment)) return 0;
	return /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Bopomofo}|\p{Script=Yi}|[\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6])/u.test(segment) || /\p{Emoji_Presentation}|\uFE0F/u.test(segment) ? 2 : 1;
}
// src/report/parts/markdown-text.ts
/**
* Text of others in GitHub's Markdown: names, messages and output go in so that nothing of them is executed, no one is
* mentioned, and nothing breaks out of its table cell.
*/
/** Words between backticks in which nothing means anything, neither to Markdown nor to HTML. */
const PLAIN_CODE = /`([\w./:,-]+(?: [\w./:,-]+)*)`/g;
const PLAIN = new RegExp(`^${PLAIN_CODE.source.replaceAll("`", "")}$`);
/** A name as code. Plain names stay readable in the source; any other is written in character references. */
function code(text) {
	if (PLAIN.test(text)) return `\`${text}\``;
	return `<code>${(visible(text) || " ").replaceAll(/[^\p{L}\p{N} ]/gu, reference)}</code>`;
}
/** A sentence of ours in which names are in backticks; everything in it is kept from being Markdown. */
function prose(sentence) {
	return sentence.split("`").map((part, index) => index % 2 === 1 ? code(part) : plain(part)).join("");
}
/** Text that is to be read as it is. A zero-width space keeps `@name`, `#12` and `GH-12` from becoming links. */
function plain(text) {
	return visible(text).replaceAll(/(?<link>[@#](?=[\w-])|\bGH(?=-\d)|\b(?:https?|www)(?=[:.]))|[\\`*_{}[\]()<>&|~$!]|^[-+#]|^\d+(?=[.)](?:\s|$))/gi, (found, link) => link === void 0 ? reference(found) : `${found}\u200B`);
}
/** Lines of output, without their colours, as a block that they cannot end. */
function block(lines, language = "") {
	const text = lines.map((line) => visible(line.replaceAll(/\p{Cc}\[[0-9;]*m/gu, "")));
	const longest = Math.max(2, ...text.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
	const fence = "`".repeat(longest + 1);
	return [
		`${fence}${language}`,
		...text,
		fence
	].join("\n");
}
function reference(text) {
	return Array.from(text, (character) => `&#${character.codePointAt(0) ?? 0};`).join("");
}
// src/base/text/quoting.ts
/** One word for a POSIX shell. */
function shellQuoted(word) {
	return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
/** A path as the value of an option of ssh_config, where `%` begins a token. */
function sshConfigQuoted(path) {
	return `"${path.replaceAll("%", "%%")}"`;
}
export { serviceRequest as _, code as a, clusters as c, Redaction as d, addSummary as f, lacksIdToken as g, fetchIdToken as h, block as i, visible as l, ID_TOKEN_VARIABLES as m, sshConfigQuoted as n, plain as o, reasonOf as p, PLAIN_CODE as r, prose as s, shellQuoted as t, width as u, isSendable as v };
