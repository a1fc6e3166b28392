import { i as __toESM } from "./rolldown-runtime.js";
import { t as boundedFetch } from "./bounded-body.js";
import { a as refusalOf, n as damagedToken, o as saidLog, r as parseToken } from "./token.js";
import { t as followProxy } from "./proxy.js";
import { t as Failure } from "./failure.js";
import { n as waitingTime, r as withPatience, t as spoken } from "./waiting-time.js";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { parentPort, workerData } from "node:worker_threads";
// src/onepassword/session/refusal.ts
/** Thrown by us where the SDK waited longer than we do. */
var NoAnswer = class extends Error {
	milliseconds;
	constructor(milliseconds) {
		super(`no answer within ${milliseconds} ms`);
		this.milliseconds = milliseconds;
	}
};
/** Whether another try may help: the connection broke, nothing came in time, or the service had an error of its own. */
function isPassing(error, trouble) {
	const cause = causeOf(error, trouble);
	return cause === "unreachable" || cause === "unavailable";
}
/** What a person is told where 1Password did not do what was asked. The SDK's own error becomes the cause. */
function failureOf(error, trouble, about) {
	if (error instanceof Failure) return error;
	const host = new URL(about.address).host;
	const cause = causeOf(error, trouble);
	if (cause === "refused") return refused(host, error);
	if (cause === "forbidden") return forbidden(host, error);
	if (cause === "rate-limited") return rateLimited(waitingTime(trouble?.kind === "answer" ? trouble.retryAfter : null), error);
	if (cause === "unreachable") return unreachable(host, error, trouble, about.tries);
	if (cause === "unavailable") return unavailable(host, trouble, about.tries, error);
	if (cause === "damaged") return damagedToken(error);
	return cause === "garbled" ? garbled(host, error) : other(host, error, about.token);
}
/** By the words of `@1password/sdk` 0.5.0 (it has an error class for the rate limit alone, and not always), else by the wire. */
function causeOf(error, trouble) {
	if (error instanceof NoAnswer) return "unreachable";
	const words = messageOf(error);
	if (/rate limit exceeded/.test(words)) return "rate-limited";
	if (/you are not authenticated|bad credentials|failed to authenticate/.test(words)) return "refused";
	if (/right permissions/.test(words)) return "forbidden";
	if (/error sending request|retrieving response contents/.test(words)) return "unreachable";
	if (/internal server error|status code in response: 5\d\d/.test(words)) return "unavailable";
	if (trouble?.kind === "answer" && trouble.status >= 500) return "unavailable";
	if (/service account token/.test(words)) return "damaged";
	if (/deserializing HTTP responses|when decrypting/.test(words)) return "garbled";
	return "other";
}
function refused(host, cause) {
	return new Failure("token-refused", `1Password (${host}) refused the service account token: it was revoked, has expired, was rotated, or belongs to an account that no longer has it.`, { human: ["On 1Password.com, Developer → Service accounts, see whether this service account is active and when its token expires; rotate the token and set the secret `OP_SERVICE_ACCOUNT_TOKEN` anew."] }, cause);
}
function forbidden(host, cause) {
	return new Failure("token-not-permitted", `1Password (${host}) knows the service account but does not let it read this. Its vaults and permissions were set when it was made and cannot be changed since.`, { human: ["On 1Password.com, Developer → Service accounts, look which vaults the service account may read; make a new one with “Read items” on the vault and set the secret `OP_SERVICE_ACCOUNT_TOKEN` anew.", "Where the account limits sign-ins by address or country (Security → Firewall), let the runner in."] }, cause);
}
const HOUR = 36e5;
/** The limits: developer.1password.com/docs/service-accounts/rate-limits. */
function rateLimited(wait, cause) {
	const hourly = "reads per hour of this token (1,000; Business 10,000)";
	const daily = "requests per day of the whole account, all tokens together (1,000; Teams 5,000; Business 50,000)";
	const which = wait !== null && wait > HOUR ? `It is the limit of ${daily}.` : `It is either the limit of ${hourly} or that of ${daily}; 1Password does not say which.`;
	const resets = wait === null ? "1Password does not say when it resets." : `It resets in ${spoken(wait)}, at ${clock(Date.now() + wait)}.`;
	return new Failure("rate-limited", `1Password's rate limit is reached. ${which} ${resets} Nothing was tried again: that would only count against it.`, {
		human: ["Run `op service-account ratelimit` with this token: it shows both limits, what is used and when they reset, and costs nothing.", "Give other workflows their own service account, or run them less often."],
		agent: ["Fetch with one `kamal secrets fetch` line for each item, and name items and vaults by id: `op` then makes one read instead of three."]
	}, cause);
}
function unreachable(host, error, trouble, tries) {
	const why = error instanceof NoAnswer ? `it did not answer within ${spoken(error.milliseconds)}` : reasonOf(trouble) ?? "the connection broke off in the middle of an answer";
	return new Failure("onepassword-unreachable", `1Password cannot be reached at ${host}: ${why} (tried ${times(tries)}).`, { human: [`Let the runner reach ${host} on port 443; behind a proxy, set \`HTTPS_PROXY\` for the runner.`, "See https://status.1password.com."] }, error);
}
function reasonOf(trouble) {
	if (trouble?.kind !== "broken") return null;
	return {
		ENOTFOUND: "the name does not resolve",
		EAI_AGAIN: "the name server does not answer",
		ECONNREFUSED: "the connection was refused",
		ECONNRESET: "the connection was reset",
		EHOSTUNREACH: "there is no route to it",
		ENETUNREACH: "there is no network",
		ETIMEDOUT: "the connection timed out",
		UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
		UND_ERR_SOCKET: "it closed the connection before its answer was complete",
		CERT_HAS_EXPIRED: "its certificate has expired",
		DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted (a proxy that opens TLS?)",
		SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted (a proxy that opens TLS?)",
		UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted (a proxy that opens TLS?)",
		UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not trusted (a proxy that opens TLS?)"
	}[trouble.reason] ?? `the connection failed (${trouble.reason})`;
}
function unavailable(host, trouble, tries, cause) {
	const status = trouble?.kind === "answer" ? ` with status ${trouble.status}` : "";
	return new Failure("onepassword-unavailable", `1Password (${host}) answered${status}: it has an error of its own (tried ${times(tries)}).`, { human: ["See https://status.1password.com, and run the job again when the service is well."] }, cause);
}
function garbled(host, cause) {
	return new Failure("onepassword-garbled", `What came back from ${host} is not an answer of 1Password's: something between the runner and 1Password (a proxy, a filter, a sign-in page of the network) altered or replaced it.`, { human: [`Let the runner's connections to ${host} pass untouched.`] }, cause);
}
function other(host, error, token) {
	const said = messageOf(error).replaceAll(token.reveal(), "[secret]");
	return new Failure("onepassword-failed", `1Password (${host}) did not do what was asked. Its SDK says: ${said || "nothing"}.`, { human: ["See https://status.1password.com; if all is well there, report this with the sentence above."] }, error);
}
function messageOf(error) {
	return error instanceof Error ? error.message : String(error);
}
function times(tries) {
	return tries === 1 ? "once" : `${tries} times`;
}
function clock(time) {
	return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
// src/onepassword/session/wire.ts
/**
* Watches the requests that go to one host, as they are made.
*
* The SDK makes its requests from WebAssembly through the global `fetch` and tells no more than a sentence about those
* that fail: neither the status nor `Retry-After`, and no count. Node publishes every request of its `fetch` on
* diagnostics channels (nodejs.org/api/diagnostics_channel.html, undici's docs/api/DiagnosticsChannel.md), so nothing
* global has to be replaced: we only listen. Noted is how many there were and what went wrong with one, never a path
* or a body.
*/
var Wire = class {
	#origin;
	#made = 0;
	#trouble = null;
	/** @param origin scheme, host and port, e.g. `https://my.1password.com` */
	constructor(origin) {
		this.#origin = origin;
		subscribe("undici:request:create", this.#onCreate);
		subscribe("undici:request:headers", this.#onHeaders);
		subscribe("undici:request:error", this.#onError);
	}
	[Symbol.dispose]() {
		unsubscribe("undici:request:create", this.#onCreate);
		unsubscribe("undici:request:headers", this.#onHeaders);
		unsubscribe("undici:request:error", this.#onError);
	}
	/** Requests made so far, repeated ones included. */
	get made() {
		return this.#made;
	}
	/** The latest trouble since {@link forget}; null where there was none. */
	get trouble() {
		return this.#trouble;
	}
	forget() {
		this.#trouble = null;
	}
	#onCreate = (message) => {
		if (this.#isOurs(message)) this.#made += 1;
	};
	#onHeaders = (message) => {
		if (!this.#isOurs(message) || message.response === void 0) return;
		const { statusCode, headers } = message.response;
		if (statusCode < 400) return;
		this.#trouble = {
			kind: "answer",
			status: statusCode,
			retryAfter: headerOf(headers, "retry-after")
		};
	};
	#onError = (message) => {
		if (!this.#isOurs(message) || message.error === void 0) return;
		this.#trouble = {
			kind: "broken",
			reason: message.error.code ?? message.error.message
		};
	};
	#isOurs(message) {
		return hasRequest(message) && String(message.request.origin) === this.#origin;
	}
};
function hasRequest(message) {
	return typeof message === "object" && message !== null && "request" in message;
}
function headerOf(headers, name) {
	const at = headers.findIndex((text, index) => index % 2 === 0 && text.toString().toLowerCase() === name);
	return at < 0 ? null : headers[at + 1]?.toString() ?? null;
}
// src/onepassword/session/session.ts
const EVERY_STATE = {
	type: "ByState",
	content: {
		active: true,
		archived: true
	}
};
/** A sign-in takes about a second; four tries within a minute outlast a restart of the service, not an outage. */
const PATIENCE = {
	tries: 4,
	firstPause: 1e3,
	perTry: 2e4,
	inAll: 6e4
};
/**
* Signs in with a service account token: four requests (`@1password/sdk` 0.5.0).
* The SDK and its 14 MB of WebAssembly are loaded here and nowhere else.
* @throws Failure `token-refused` | `rate-limited` | `onepassword-unreachable` | `onepassword-unavailable` |
*   `onepassword-garbled` | `onepassword-failed` | `token-not-permitted` | `token-malformed` | `sdk-not-installed`;
*   the signal's reason where that ended it
*/
async function signIn(token, options) {
	const { createClient } = await loadSdk();
	const wire = new Wire(token.signInAddress);
	const attempt = patiently(wire, token, options);
	try {
		const client = await attempt(() => createClient({
			auth: token.secret.reveal(),
			integrationName: "kamal-1password",
			integrationVersion: options.version
		}));
		return {
			signInAddress: token.signInAddress,
			get requestsMade() {
				return wire.made;
			},
			vaults: () => attempt(() => client.vaults.list()),
			items: (vault) => attempt(() => client.items.list(vault, EVERY_STATE)),
			itemsWithFields: (vault, ids) => attempt(() => client.items.getAll(vault, ids)),
			variables: (environment) => attempt(() => client.environments.getVariables(environment)),
			resolve: (reference) => attempt(() => client.secrets.resolve(reference)),
			[Symbol.dispose]: () => wire[Symbol.dispose]()
		};
	} catch (error) {
		wire[Symbol.dispose]();
		throw error;
	}
}
/** The action carries the SDK with it; the command line has it as an optional peer, for its size. */
async function loadSdk() {
	try {
		return await import("./sdk.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	} catch (error) {
		throw new Failure("sdk-not-installed", "The package `@1password/sdk`, which reads the vaults, is not installed beside this command.", { agent: ["Run `npx -p kamal-1password -p @1password/sdk kamal-1password …`, or install it beside the command: `npm install --global @1password/sdk`, or `npm install --save-dev @1password/sdk` where the command is a dependency too."] }, error);
	}
}
/**
* Retries as a whole: an SDK call that failed half-way begins anew. Beneath it, in the transport, a single request
* could be repeated, but only by replacing the global `fetch`; a few more requests on a bad day are the lesser evil.
*/
function patiently(wire, token, options) {
	const { log, signal, patience = PATIENCE } = options;
	return async (operation) => {
		let tries = 0;
		try {
			return await withPatience(patience, (number) => {
				tries = number;
				wire.forget();
				return answeredWithin(patience.perTry, operation, signal);
			}, (error) => {
				const again = isPassing(error, wire.trouble);
				if (again) log?.debug(`1Password did not answer as it should (try ${tries}); trying again.`);
				return { again };
			}, signal);
		} catch (error) {
			if (signal?.aborted === true) throw error;
			throw failureOf(error, wire.trouble, {
				address: token.signInAddress,
				tries,
				token: token.secret
			});
		}
	};
}
/** The SDK sets no time limit of its own, and cannot be interrupted: what comes too late is left alone. */
async function answeredWithin(milliseconds, operation, signal) {
	let stop = () => void 0;
	const ended = new Promise((_, reject) => {
		const timer = setTimeout(() => reject(new NoAnswer(milliseconds)), milliseconds);
		const onAbort = () => reject(signal?.reason);
		signal?.addEventListener("abort", onAbort, { once: true });
		stop = () => {
			clearTimeout(timer);
			signal?.removeEventListener("abort", onAbort);
		};
	});
	try {
		return await Promise.race([operation(), ended]);
	} finally {
		stop();
	}
}
// src/onepassword/thread/worker.ts
/** The thread of `beginSignIn`: signs in, and asks 1Password what it is asked. */
globalThis.fetch = boundedFetch(globalThis.fetch);
const { token, version } = workerData;
const opening = followProxy(process.env).then(() => signIn(parseToken(token), {
	version,
	log: saidLog(say)
}));
opening.catch(() => say({ kind: "asking" }));
subscribe("undici:request:create", onRequest);
let vaults = opening.then((session) => session.vaults());
vaults.catch(() => void 0);
parentPort?.on("message", async (asked) => {
	asked.back.postMessage(await answerTo(asked));
	asked.back.close();
});
async function answerTo({ question, args }) {
	let session = null;
	try {
		session = await opening;
		const ahead = question === "vaults" ? vaults : null;
		if (ahead !== null) vaults = null;
		return {
			kind: "well",
			value: question === null ? null : await (ahead ?? Reflect.apply(session[question], session, args)),
			made: session.requestsMade
		};
	} catch (error) {
		return {
			...refusalOf(error),
			made: session?.requestsMade ?? 0
		};
	}
}
function onRequest() {
	unsubscribe("undici:request:create", onRequest);
	say({ kind: "asking" });
}
function say(word) {
	parentPort?.postMessage(word);
}
export {};
