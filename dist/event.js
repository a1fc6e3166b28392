import { r as boundedFetch, t as BodyRoom } from "./bounded-body.js";
import { setTimeout } from "node:timers/promises";
import { readFileSync } from "node:fs";
// src/base/names.ts
/** Of more names than this, the others are counted. */
const MOST = 5;
/** Names for a sentence, such as `a, b and c`; of very many the first few, and how many more there are. */
function namesInWords(names, most = MOST) {
	const shown = names.length > most + 1 ? names.slice(0, most) : names;
	const left = names.length - shown.length;
	return left === 0 ? shown.join(", ") : `${shown.join(", ")} and ${left} more`;
}
// src/github/api/answer.ts
/** GitHub's answers, read as their description says. Anything else is an {@link OddAnswer}. */
/** An answer that is not what the description of GitHub's API says: a proxy's page, another program's JSON, a change. */
var OddAnswer = class extends Error {
	constructor(lacks) {
		super(`it has no ${lacks}`);
	}
};
/** @throws OddAnswer if it is not a list */
function listOf(data) {
	if (Array.isArray(data)) return data;
	throw new OddAnswer("list");
}
/** A field of an object; undefined if it has none of that name. @throws OddAnswer if it is not an object */
function fieldOf(data, name) {
	if (typeof data !== "object" || data === null) throw new OddAnswer(`object with \`${name}\``);
	return Object.entries(data).find(([key]) => key === name)?.[1];
}
/** @throws OddAnswer where the field is not a text */
function textOf(data, name) {
	const text = optionalTextOf(data, name);
	if (text === null) throw new OddAnswer(`text \`${name}\``);
	return text;
}
/** Null if the field is null or missing. @throws OddAnswer if it is not a text */
function optionalTextOf(data, name) {
	const value = fieldOf(data, name) ?? null;
	if (value === null || typeof value === "string") return value;
	throw new OddAnswer(`text \`${name}\``);
}
/** @throws OddAnswer where the field is not a whole number */
function idOf(data) {
	const value = fieldOf(data, "id");
	if (typeof value === "number" && Number.isSafeInteger(value)) return value;
	throw new OddAnswer("number `id`");
}
// src/github/api/api-fault.ts
/**
* Reads an error that octokit threw: a `RequestError` with status and headers, or what `fetch` throws. A `RequestError`
* of status 500 without a response is octokit's way to say that there was no answer.
*/
function faultOf(error) {
	const message = error instanceof Error ? error.message : String(error);
	if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return {
		status: null,
		message,
		headers: {}
	};
	const response = "response" in error ? error.response : void 0;
	if (typeof response !== "object" || response === null) return {
		status: null,
		message,
		headers: {}
	};
	const headers = "headers" in response ? response.headers : void 0;
	return {
		status: error.status,
		message: saidBy(response) ?? message,
		headers: typeof headers === "object" && headers !== null ? Object.fromEntries(Object.entries(headers)) : {}
	};
}
/**
* Rate limits are worth a wait, server errors and silence another try; refusals are final.
* Source: docs.github.com, “Best practices for using the REST API”: `retry-after` first, then `x-ratelimit-reset` where
* nothing remains, else at least a minute.
* @param now milliseconds since 1970
*/
function retryOf(fault, now) {
	if (isRateLimit(fault)) return {
		again: true,
		notBefore: waitOf(fault, now)
	};
	return {
		again: fault.status === null || fault.status >= 500,
		notBefore: waitAsked(fault)
	};
}
/** Why it was omitted, in one sentence or two on one line. */
function reasonOf(fault, { what, permission }, readOnly, now) {
	return `Skipped: ${what}. ${because(fault, permission, readOnly, now)}`;
}
function because(fault, permission, readOnly, now) {
	const { status } = fault;
	if (isRateLimit(fault)) return `GitHub's rate limit is reached (${status}); it ends at about ${new Date(now + waitOf(fault, now)).toISOString().slice(11, 16)} UTC.`;
	if (status === null) return `GitHub did not answer (${oneLine(fault.message)}).`;
	if (status === 401) return "GitHub rejects the token (401): check the input `github-token`.";
	if (status === 403 && readOnly) return "The token of a pull request from a fork is read-only (403), whatever the workflow grants.";
	if (status === 403) return `The token lacks permission (403): add \`${missing(fault) ?? permission}\` under \`permissions:\` of the job.`;
	if (status === 404) return `GitHub found nothing there (404): the token lacks \`${missing(fault) ?? permission}\`, or this GitHub does not offer it.`;
	if (status >= 500) return `GitHub has a problem (${status}).`;
	return `GitHub rejected it (${status}: ${oneLine(fault.message)}).`;
}
/** A primary limit leaves nothing; a secondary one has a sentence or `retry-after`. Both come as 403 or 429. */
function isRateLimit({ status, headers, message }) {
	if (status === 429) return true;
	if (status !== 403) return false;
	return String(headers["x-ratelimit-remaining"]) === "0" || headers["retry-after"] !== void 0 || /rate limit|abuse detection/i.test(message);
}
function waitOf(fault, now) {
	const asked = waitAsked(fault);
	if (asked !== null) return asked;
	const { "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset } = fault.headers;
	if (String(remaining) === "0" && reset !== void 0) return Math.max(0, Number(reset) * 1e3 - now);
	return 6e4;
}
function waitAsked({ headers }) {
	const seconds = headers["retry-after"];
	return seconds !== void 0 && /^\d+$/.test(String(seconds)) ? Number(seconds) * 1e3 : null;
}
/** GitHub names what it wanted: `x-accepted-github-permissions: checks=write; …`. */
function missing({ headers }) {
	const accepted = /^(\w+)=(\w+)/.exec(String(headers["x-accepted-github-permissions"] ?? ""));
	return accepted === null ? null : `${(accepted[1] ?? "").replaceAll("_", "-")}: ${accepted[2] ?? ""}`;
}
/** GitHub's own words: `message`, and for 422 what is wrong with which field. */
function saidBy(response) {
	if (!("data" in response) || typeof response.data !== "object" || response.data === null) return null;
	const { data } = response;
	const message = "message" in data && typeof data.message === "string" ? data.message : null;
	const details = ("errors" in data && Array.isArray(data.errors) ? data.errors : []).flatMap((each) => {
		if (typeof each === "string") return [each];
		if (typeof each !== "object" || each === null) return [];
		return "message" in each && typeof each.message === "string" ? [each.message] : [JSON.stringify(each)];
	});
	return message === null ? null : [message, ...details].join("; ");
}
/** Words of others on one line, without control characters and what turns the direction of text. */
function oneLine(text) {
	const line = text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
	return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
// src/github/api/api.ts
const PATIENCE = {
	pauses: [
		1e3,
		3e3,
		9e3
	],
	inAll: 9e4,
	perTry: 15e3
};
/** After so many requests that did not end in time nothing more is asked: half a minute at most. */
const MOST_LATE = 2;
/** GitHub lists 3,000 files of a pull request in 30 pages; of comments someone has fewer. */
const MOST_PAGES = 50;
const OUT_OF_TIME = "Earlier requests to GitHub took too long.";
/**
* GitHub's REST API for one repository, on github.com or GitHub Enterprise Server (`GITHUB_API_URL`). The library is
* loaded with the first request. A run's verdict never hangs on it: every fault ends as a sentence.
*/
var GithubApi = class {
	owner;
	repo;
	#options;
	#patience;
	#spent;
	#octokit = null;
	/** True once every try of a request has failed on GitHub's side: the others get one each, until one succeeds. */
	#isDown = false;
	constructor(options) {
		const [owner = "", repo = ""] = options.repository.split("/");
		this.owner = owner;
		this.repo = repo;
		this.#options = options;
		this.#patience = options.patience ?? PATIENCE;
		this.#spent = options.spent ?? { onGithub: 0 };
	}
	/**
	* Sends a request and reads the answer, again if GitHub asks for patience or fails on its side.
	* @param ask what it is for: the sentence names it if it is skipped
	* @param send makes the request and takes what is wanted out of the answer, with the functions of answer.ts; `at`
	*   holds the repository and the time limit
	* @param unless asked before a request that creates something is sent again after a failure on GitHub's side, which
	*   may have come after the deed: what it finds counts as the result
	*/
	async call(ask, send, unless = () => Promise.resolve(null)) {
		const { signal, readOnly } = this.#options;
		for (let tries = 0;; tries += 1) {
			const left = this.#patience.inAll - this.#spent.onGithub;
			if (left <= 0 || this.#isStuck) return {
				leftOut: `Skipped: ${ask.what}. ${OUT_OF_TIME}`,
				status: null
			};
			const began = performance.now();
			try {
				const data = await this.#send(send, Math.min(this.#patience.perTry, Math.ceil(left)));
				this.#isDown = false;
				this.#spent.late = 0;
				return { done: data };
			} catch (error) {
				if (signal.aborted) return {
					leftOut: `Skipped: ${ask.what}. The run was cancelled.`,
					status: null
				};
				if (isOdd(error)) return oddAnswer(ask, error);
				const fault = faultOf(error);
				const pause = this.#pauseAfter(fault, tries, began);
				if (pause === null) return {
					leftOut: reasonOf(fault, ask, readOnly, Date.now()),
					status: fault.status
				};
				await setTimeout(pause, void 0, { signal }).catch(() => {});
			} finally {
				this.#spent.onGithub += performance.now() - began;
			}
			const already = signal.aborted ? null : await unless();
			if (already !== null) return { done: already };
		}
	}
	get #isStuck() {
		return (this.#spent.late ?? 0) >= MOST_LATE;
	}
	/** How long to wait before the next try, in milliseconds; null if there is none. */
	#pauseAfter(fault, tries, began) {
		const { pauses, inAll } = this.#patience;
		const { again, notBefore } = retryOf(fault, Date.now());
		const pause = Math.max(notBefore ?? 0, pauses[tries] ?? 0);
		const waited = this.#spent.onGithub + performance.now() - began;
		const isSpent = this.#isStuck || tries >= pauses.length || waited + pause > inAll;
		const isTheirs = fault.status === null || fault.status >= 500;
		if (again && !isSpent && !(isTheirs && this.#isDown)) return pause;
		this.#isDown ||= again && isTheirs;
		return null;
	}
	/**
	* All entries of a list that comes in pages, within one time limit and one size limit. The address of the next page is
	* not read from the answer: it could be a stranger's.
	* @param page asks for one of the pages, the first being 1, and as many entries a page as GitHub gives (100)
	*/
	async list(ask, page, read) {
		return this.call(ask, async (octokit, at) => {
			const entries = [];
			for (let number = 1; number <= MOST_PAGES; number += 1) {
				const { data, headers } = await page(octokit, {
					...at,
					page: number,
					per_page: 100
				});
				entries.push(...listOf(data).map(read));
				if (!/\brel="next"/.test(headers.link ?? "")) return { data: entries };
			}
			throw new Error(`its list has more than ${MOST_PAGES} pages`);
		});
	}
	async #send(send, milliseconds) {
		const octokit = await this.#connect();
		const inTime = AbortSignal.timeout(milliseconds);
		const signal = AbortSignal.any([this.#options.signal, inTime]);
		const { owner, repo } = this;
		const room = new BodyRoom();
		try {
			return (await send(octokit, {
				owner,
				repo,
				request: {
					signal,
					room
				}
			})).data;
		} catch (error) {
			if (inTime.aborted) this.#spent.late = (this.#spent.late ?? 0) + 1;
			if (isOdd(error) && room.left < 0) throw new Error("it is larger than 32 MiB", { cause: error });
			if (isOdd(error) && signal.aborted) throw new Error("it did not end in time", { cause: error });
			throw error;
		}
	}
	/**
	* Who writes with this token: `bot` for the token of a job or an app (docs.github.com, “GitHub's token formats”:
	* `ghs_`), else the login of the person whose token it is; null if that cannot be known.
	*/
	async author() {
		if (!/^(?:ghp|gho|ghu|github_pat)_/.test(this.#options.token)) return "bot";
		const answer = await this.call({
			what: "whose token it is",
			permission: "metadata: read"
		}, async (octokit, { request }) => ({ data: textOf((await octokit.rest.users.getAuthenticated({ request })).data, "login") }));
		return "done" in answer ? answer.done : null;
	}
	/**
	* The login of the app that a job's or an app's token is of, such as `github-actions[bot]`; null if that cannot be known.
	* Only GraphQL says so (marocchino/sticky-pull-request-comment, src/comment.ts, asks the same with a job's token).
	*/
	async botLogin() {
		const answer = await this.call({
			what: "which app the token belongs to",
			permission: "metadata: read"
		}, async (octokit, { request }) => ({ data: textOf(fieldOf(await octokit.graphql("{ viewer { login } }", { request }), "viewer"), "login") }));
		return "done" in answer ? answer.done : null;
	}
	async #connect() {
		this.#octokit ??= import("./github.js").then((github) => {
			const octokit = github.getOctokit(this.#options.token, {
				userAgent: "kamal-1password",
				baseUrl: process.env["GITHUB_API_URL"] ?? "https://api.github.com",
				log: SILENT
			});
			octokit.hook.wrap("request", (send, options) => {
				const own = options.request.fetch;
				const inner = typeof own === "function" ? own : fetch;
				const { room } = options.request;
				const bounded = boundedFetch(inner, room instanceof BodyRoom ? room : void 0);
				options.request = {
					...options.request,
					fetch: bounded
				};
				return send(options);
			});
			return octokit;
		});
		return this.#octokit;
	}
};
/** Octokit's own errors have a status, also where there was no answer; others come from reading what was answered. */
function isOdd(error) {
	return error instanceof OddAnswer || !(error instanceof Error && "status" in error);
}
function oddAnswer({ what }, error) {
	return {
		leftOut: `Skipped: ${what}. ${error instanceof OddAnswer ? `GitHub's answer does not match its API description: ${error.message}.` : `GitHub could not be asked, or its answer could not be read (${oneLine(String(error))}).`}`,
		status: null,
		odd: true
	};
}
const SILENT = {
	debug() {},
	info() {},
	warn() {},
	error() {}
};
// src/action/publish/left-out.ts
/** Says why something was omitted; an answer that is not as GitHub describes it is worth a warning. */
function logSkipped(log, { leftOut, odd }) {
	if (odd === true) log.warning(leftOut);
	else log.info(leftOut);
}
// src/github/checkout/event.ts
/**
* Reads the event from the runner's environment and the payload at `GITHUB_EVENT_PATH`. What is missing or broken there
* is null: nothing of the run depends on it.
* Payloads: docs.github.com, “Webhook events and payloads”.
*/
function readEvent(env = process.env) {
	const name = env["GITHUB_EVENT_NAME"] ?? "";
	const repository = env["GITHUB_REPOSITORY"] ?? "";
	const serverUrl = env["GITHUB_SERVER_URL"] ?? "https://github.com";
	const runId = env["GITHUB_RUN_ID"];
	const payload = readPayload(env["GITHUB_EVENT_PATH"]);
	return {
		name,
		action: payload.text("action"),
		repository,
		serverUrl,
		runUrl: runId === void 0 ? null : `${serverUrl}/${repository}/actions/runs/${runId}`,
		...about(name, payload, repository, env["GITHUB_SHA"] ?? null)
	};
}
function about(name, payload, repository, sha) {
	const none = {
		headSha: sha,
		baseSha: null,
		pullRequest: null,
		fork: false
	};
	if (name === "pull_request" || name === "pull_request_target") {
		const pull = payload.at("pull_request");
		return {
			headSha: pull.at("head").text("sha") ?? sha,
			baseSha: pull.at("base").text("sha"),
			pullRequest: pullRequest(pull),
			fork: name === "pull_request" && pull.at("head").at("repo").text("full_name") !== repository
		};
	}
	if (name === "workflow_run") {
		const run = payload.at("workflow_run");
		const pull = run.at("pull_requests").first();
		return {
			headSha: run.text("head_sha") ?? sha,
			baseSha: pull.at("base").text("sha"),
			pullRequest: pullRequest(pull),
			fork: false
		};
	}
	if (name === "push") return {
		...none,
		headSha: commit(payload.text("after")) ?? sha,
		baseSha: commit(payload.text("before"))
	};
	if (name === "merge_group") {
		const group = payload.at("merge_group");
		return {
			...none,
			headSha: group.text("head_sha") ?? sha,
			baseSha: group.text("base_sha")
		};
	}
	return none;
}
function pullRequest(pull) {
	const number = pull.number("number");
	return number === null ? null : {
		number,
		baseRef: pull.at("base").text("ref") ?? "the base branch"
	};
}
/** A push that makes a branch comes from no commit: GitHub writes zeros. */
function commit(sha) {
	return sha === null || /^0+$/.test(sha) ? null : sha;
}
/** JSON of unknown shape, asked for what it may have. */
var Payload = class Payload {
	#value;
	constructor(value) {
		this.#value = value;
	}
	at(key) {
		const value = this.#value;
		const has = typeof value === "object" && value !== null && Object.hasOwn(value, key);
		return new Payload(has ? Object.entries(value).find(([name]) => name === key)?.[1] : void 0);
	}
	first() {
		return new Payload(Array.isArray(this.#value) ? this.#value[0] : void 0);
	}
	text(key) {
		const value = this.at(key).#value;
		return typeof value === "string" && value !== "" ? value : null;
	}
	number(key) {
		const value = this.at(key).#value;
		return typeof value === "number" ? value : null;
	}
};
function readPayload(path) {
	try {
		return new Payload(path === void 0 ? void 0 : JSON.parse(readFileSync(path, "utf8")));
	} catch {
		return new Payload(void 0);
	}
}
export { fieldOf as a, optionalTextOf as c, OddAnswer as i, textOf as l, logSkipped as n, idOf as o, GithubApi as r, listOf as s, readEvent as t, namesInWords as u };
