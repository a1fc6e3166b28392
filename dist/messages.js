import { r as __toESM } from "./rolldown-runtime.js";
import { t as Failure } from "./failure.js";
import { i as isRecord } from "./bounded-body.js";
import { t as Secret } from "./secret.js";
import "node:module";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
// src/onepassword/session/patience.ts
/**
* Runs `attempt` until it succeeds, until its error is not worth another try, or until `patience` is at its end; then
* the last error is thrown. Pauses grow exponentially and are drawn at random below their bound ("full jitter": many
* jobs that failed together do not come back together).
* @param judge what an error means; called once for each failed try, also for the last one
* @param signal ends the pauses too; its reason is thrown
*/
async function withPatience(patience, attempt, judge, signal) {
	const started = performance.now();
	for (let number = 1;; number += 1) {
		signal?.throwIfAborted();
		try {
			return await attempt(number);
		} catch (error) {
			signal?.throwIfAborted();
			const { again, notBefore = 0 } = judge(error, number);
			const pause = Math.max(notBefore, Math.random() * patience.firstPause * 2 ** (number - 1));
			const late = performance.now() - started + pause > patience.inAll;
			if (!again || number >= patience.tries || late) throw error;
			await setTimeout$1(pause, void 0, signal === void 0 ? {} : { signal });
		}
	}
}
// src/onepassword/session/certificate-fault.ts
const KINDS = /* @__PURE__ */ new Map([
	["ERR_TLS_CERT_ALTNAME_INVALID", "wrong-name"],
	["HOSTNAME_MISMATCH", "wrong-name"],
	["CERT_HAS_EXPIRED", "expired"],
	["CERT_NOT_YET_VALID", "not-yet"],
	["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed"],
	["SELF_SIGNED_CERT_IN_CHAIN", "not-trusted"],
	["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "not-trusted"],
	["UNABLE_TO_GET_ISSUER_CERT", "not-trusted"],
	["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "not-trusted"],
	["CERT_UNTRUSTED", "not-trusted"],
	["CERT_CHAIN_TOO_LONG", "not-trusted"],
	["CERT_REVOKED", "not-valid"],
	["CERT_REJECTED", "not-valid"],
	["CERT_SIGNATURE_FAILURE", "not-valid"],
	["UNABLE_TO_DECRYPT_CERT_SIGNATURE", "not-valid"],
	["UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY", "not-valid"],
	["ERROR_IN_CERT_NOT_BEFORE_FIELD", "not-valid"],
	["ERROR_IN_CERT_NOT_AFTER_FIELD", "not-valid"],
	["INVALID_CA", "not-valid"],
	["INVALID_PURPOSE", "not-valid"],
	["PATH_LENGTH_EXCEEDED", "not-valid"]
]);
/** Whether it will be the same at the next try. */
function isCertificateFault(code) {
	return KINDS.has(code);
}
/** Whether the clock of the runner may be what is wrong. */
function isFaultOfTime(code) {
	const kind = KINDS.get(code);
	return kind === "expired" || kind === "not-yet";
}
/**
* @param server what it is, such as `the Connect server`
* @param host the name, and the port, by which it was asked
* @param error for the names in its certificate, which Node.js gives with a wrong one
* @returns null if the fault is another one
*/
function certificateFault(code, { server, host, error = null }) {
	const renew = `Renew the certificate of ${server} at ${host}, and restart the server or proxy that uses it.`;
	switch (KINDS.get(code)) {
		case void 0: return null;
		case "wrong-name": return wrongName(server, host, error);
		case "expired": return fault("its certificate has expired", [renew, "If it has not, set the runner's clock."]);
		case "not-yet": return fault("its certificate is not valid yet", [`Compare the clocks of the runner and of ${server}, and set the one that is wrong.`]);
		case "self-signed": return notTrusted("its certificate is self-signed", server);
		case "not-trusted": return notTrusted("its certificate is not trusted: no authority that the runner knows has signed it", server);
		case "not-valid": return fault(`its certificate is not valid (${code})`, [renew]);
	}
}
function fault(why, human, agent = []) {
	return {
		why,
		next: {
			human,
			agent
		}
	};
}
function wrongName(server, host, error) {
	const names = namesIn(error);
	const list = names.map((name) => `\`${name}\``).join(", ");
	const bare = host.replace(/:\d+$/, "");
	return fault(`its certificate is for another name${list === "" ? "" : ` (${list})`}, so it may be another server`, [`If ${bare} is the right name, give ${server} a certificate for it; a proxy that intercepts TLS may also be in the way.`], names.length === 0 ? [] : [`If ${list} is ${server}, use that name as its address.`]);
}
function notTrusted(why, server) {
	return fault(why, [`Give ${server} a certificate from a public certificate authority, or check whether a proxy that intercepts TLS is in the way.`], ["If an authority of your own has signed it, put its certificate (PEM) into a file on the runner, and set `NODE_EXTRA_CA_CERTS` to that file under `env:` of the job."]);
}
/** At most three, without what no name has: the certificate is a stranger's. */
function namesIn(error) {
	const cert = error instanceof Error ? Reflect.get(error, "cert") : null;
	const names = typeof cert === "object" && cert !== null ? Reflect.get(cert, "subjectaltname") : null;
	if (typeof names !== "string") return [];
	return [...names.slice(0, 4e3).matchAll(/(?:DNS|IP Address):([\w.*:-]{1,100})(?=,|$)/g)].map(([, name = ""]) => name).slice(0, 3);
}
// src/onepassword/session/connection-faults.ts
/**
* What a connection failed with, by Node's error code, in words (nodejs.org/api/errors.html, “Common system errors”;
* Node.js 24). Certificates: certificate-fault.ts.
*/
const CONNECTION_FAULTS = {
	ENOTFOUND: "the name does not resolve",
	EAI_AGAIN: "the name server does not answer",
	ECONNREFUSED: "the connection was refused",
	ECONNRESET: "the connection was reset",
	EHOSTUNREACH: "there is no route to it",
	ENETUNREACH: "there is no network",
	ETIMEDOUT: "the connection timed out"
};
// src/onepassword/session/token.ts
/**
* Checks the shape of a token without asking anybody: `ops_` and base64url JSON with the sign-in address and the
* credentials (`@1password/sdk` 0.5.0). What it says never repeats any part of what was given.
* @throws Failure `token-missing` | `token-malformed`
*/
function parseToken(given) {
	const text = (given ?? "").trim();
	if (text === "") throw missing();
	const flaw = flawOf$1(text);
	if (flaw !== null) throw malformed(flaw);
	const signInAddress = originOf(partsOf$1(text));
	if (signInAddress === null) throw malformed(DAMAGED);
	return {
		kind: "service-account",
		secret: new Secret(text),
		signInAddress
	};
}
/**
* The Connect variables that are set in `env`. If they are, `op` uses a Connect server and never reads
* `OP_SERVICE_ACCOUNT_TOKEN` (developer.1password.com/docs/service-accounts/use-with-1password-cli).
*/
function connectVariables(env) {
	return ["OP_CONNECT_HOST", "OP_CONNECT_TOKEN"].filter((name) => (env[name] ?? "") !== "");
}
/** The failure `connect-shadows-token` where Connect variables are set beside the token; else null. */
function connectShadow(env) {
	const names = connectVariables(env);
	if (names.length === 0) return null;
	const listed = names.map((name) => `\`${name}\``).join(" and ");
	const [are, they] = names.length === 1 ? ["is", "it"] : ["are", "they"];
	return new Failure("connect-shadows-token", `${listed} ${are} set in the environment. Where ${they} ${are}, \`op\` asks a 1Password Connect server and ignores the service account token.`, {
		agent: [`Remove ${listed} from \`env:\` of the workflow, the job or the step that deploys.`],
		human: [`On a self-hosted runner, remove ${listed} from the runner's own environment (its \`.env\` file or service).`]
	});
}
const DAMAGED = { what: "begins like a token but is damaged or cut off" };
/** What is not a token, by how it begins. Ordered: the first match is reported. */
const LOOKALIKES = [
	[/^(["'`]).*\1$/s, {
		what: "is in quotes",
		human: "Store the token without the quotes around it."
	}],
	[/^\$\{\{|^\$\{?\w+\}?$|^%\w+%$/, { what: "is the name of a variable or an expression that was not replaced by its value" }],
	[/^op:\/\//, { what: "is a secret reference (`op://…`), not the token it may refer to" }],
	[/^(gh[pousr]_|github_pat_)/, { what: "is a GitHub token" }],
	[/^eyJ[\w-]*\.[\w-]+\.[\w-]*$/, { what: "is a 1Password Connect token, not that of a service account" }],
	[/^A3-[A-Z0-9]{6}-/, { what: "is a person's Secret Key, not a service account token" }],
	[/^-----BEGIN /, { what: "is a key or a certificate" }],
	[/^\*+$/, { what: "is a row of asterisks: it was copied from a log where it was masked" }],
	[/^(export\s+)?\w+\s*[=:]\s*["']?ops_/, { what: "has the name of a variable in front of it" }],
	[/^(bearer|token)\s+ops_/i, { what: "has a word in front of it" }],
	[/^.+\bops_/s, { what: "has other characters in front of `ops_`" }],
	[/^ops_\s*$/, { what: "is only the first four characters of a token" }],
	[/^ops_.*\s/s, { what: "contains a space or a line break" }],
	[/^(?!ops_)/, { what: "does not begin with `ops_`, as every service account token does" }],
	[/^ops_[\w-]*[^\w=-]/, { what: "has characters that no token has" }]
];
function flawOf$1(text) {
	const known = LOOKALIKES.find(([pattern]) => pattern.test(text));
	if (known !== void 0) return known[1];
	const parts = partsOf$1(text);
	if (parts["typ"] === "workload_identity_provider_key") return {
		what: "is the key of a workload identity integration, which begins in the same way",
		human: "Give it as `integration-key`, together with `workload-id`."
	};
	return CREDENTIALS.every((name) => parts[name] !== void 0 && parts[name] !== "") ? null : DAMAGED;
}
/** What the SDK needs of a token to sign in. */
const CREDENTIALS = [
	"signInAddress",
	"email",
	"srpX",
	"muk",
	"secretKey"
];
function partsOf$1(text) {
	try {
		const parts = JSON.parse(Buffer.from(text.slice(4), "base64url").toString("utf8"));
		return isRecord(parts) ? parts : {};
	} catch {
		return {};
	}
}
function originOf(parts) {
	const address = parts["signInAddress"];
	if (typeof address !== "string") return null;
	const url = /^https?:\/\//.test(address) ? address : `https://${address}`;
	return URL.canParse(url) ? new URL(url).origin : null;
}
function missing() {
	return new Failure("token-missing", "There is no 1Password service account token: neither the input `service-account-token` nor the environment variable `OP_SERVICE_ACCOUNT_TOKEN` is set. GitHub gives no secrets to pull requests from forks or to Dependabot; a secret of an environment needs `environment:` on the job.", {
		agent: ["Set `service-account-token: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}` under `with:`, and run the job only where secrets are given."],
		human: ["Add the token as the repository or environment secret `OP_SERVICE_ACCOUNT_TOKEN` (Settings → Secrets and variables → Actions)."]
	});
}
/** For a token of the right shape whose contents the SDK cannot use; `cause` is what it says. */
function damagedToken(cause) {
	return malformed(DAMAGED, cause);
}
function malformed(flaw, cause) {
	return new Failure("token-malformed", `The 1Password service account token cannot be used: the value ${flaw.what}. A token is one line that begins with \`ops_\`.`, {
		human: [flaw.human ?? "Copy the full token from where it was saved when the service account was created, and set the secret `OP_SERVICE_ACCOUNT_TOKEN` again. If it is lost, rotate it on 1Password.com (Developer → Service accounts)."],
		agent: ["Make sure the workflow passes exactly `${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}`."]
	}, cause);
}
// src/onepassword/session/workload.ts
/** Workload identity: a job signs in as what it is (repository, workflow, branch), by GitHub's word and a key. */
/** What `typ` of an integration's key says (`@1password/sdk` 0.5.0, seen by running it). */
const KEY_TYPE = "workload_identity_provider_key";
/**
* Checks the shape of both without asking anybody. What it says never repeats any part of the key.
* @throws Failure `workload-incomplete` | `workload-id-malformed` | `integration-key-malformed`
*/
function parseWorkload(id, integrationKey) {
	const given = (integrationKey ?? "").trim();
	if (id === null || given === "") throw incomplete(id === null);
	if (!/^[A-Za-z0-9-]{8,64}$/.test(id.trim())) throw malformedId();
	const text = given.replace(/(?<!=)=+$/, "");
	const key = keyParts(text);
	if (key === null) throw malformedKey(flawOf(text));
	return {
		kind: "workload",
		id: id.trim(),
		secret: new Secret(text),
		signInAddress: `https://${key.host}`
	};
}
function keyParts(text) {
	const { typ, key, path } = partsOf(text);
	const host = /^\/\/([^/]+)\/accounts\/./.exec(typeof path === "string" ? path : "")?.[1] ?? "";
	if (typ !== KEY_TYPE || typeof key !== "string" || key === "") return null;
	return URL.canParse(`https://${host}`) && new URL(`https://${host}`).host === host ? { host } : null;
}
function partsOf(text) {
	if (!/^ops_[\w-]+$/.test(text)) return {};
	try {
		const parts = JSON.parse(Buffer.from(text.slice(4), "base64url").toString("utf8"));
		return typeof parts === "object" && parts !== null ? { ...parts } : {};
	} catch {
		return {};
	}
}
function flawOf(text) {
	const parts = partsOf(text);
	if (typeof parts["signInAddress"] === "string") return "is a service account token, which begins in the same way";
	if (!text.startsWith("ops_")) return "does not begin with `ops_`, as every integration key does";
	return parts["typ"] === void 0 ? "is damaged or cut off" : "is a key of another kind";
}
function incomplete(lacksId) {
	const [there, missing] = lacksId ? ["`integration-key`", "`workload-id` (or the variable `OP_WORKLOAD_ID`)"] : ["`workload-id`", "`integration-key` (or the variable `OP_INTEGRATION_KEY`)"];
	return new Failure("workload-incomplete", `Workload identity needs both \`workload-id\` and \`integration-key\`: ${there} is set, ${missing} is not. GitHub gives no secrets to pull requests from forks or to Dependabot.`, {
		agent: [lacksId ? "Set `workload-id: ${{ vars.OP_WORKLOAD_ID }}` under `with:`." : "Set `integration-key: ${{ secrets.OP_INTEGRATION_KEY }}` under `with:`."],
		human: [lacksId ? "Add the id of the workload as the repository variable `OP_WORKLOAD_ID` (Settings → Secrets and variables → Actions → Variables)." : "Add the key of the integration as the repository secret `OP_INTEGRATION_KEY` (Settings → Secrets and variables → Actions)."]
	});
}
function malformedId() {
	return new Failure("workload-id-malformed", "The value of `workload-id` is not the id of a workload: an id has only letters and digits, as 1Password shows it beside the workload.", { agent: ["Make sure the workflow passes exactly `${{ vars.OP_WORKLOAD_ID }}`."] });
}
/** @param cause what the SDK says of a key whose shape is right */
function malformedKey(flaw, cause) {
	return new Failure("integration-key-malformed", `The integration key cannot be used: the value ${flaw}.`, {
		human: ["On 1Password.com, copy the complete key of the workload identity integration and set the secret `OP_INTEGRATION_KEY` again; if it is lost, create a new one. A service account token goes to `service-account-token`."],
		agent: ["Make sure the workflow passes exactly `${{ secrets.OP_INTEGRATION_KEY }}`."]
	}, cause);
}
/** A name that someone chose: in a sentence, without what would end its line or its quotes, and not longer than a line. */
function shown(name) {
	const plain = name.replaceAll(/[\p{C}\p{Zl}\p{Zp}`]/gu, "?");
	return plain.length > 120 ? `${plain.slice(0, 120)}…` : plain;
}
/** Reads the claims of an ID token; none if it is not one. They are no secret. */
function claimsOf(idToken) {
	try {
		const [, payload = ""] = idToken.split(".");
		const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
		if (typeof claims !== "object" || claims === null) return {};
		const told = [
			"repository",
			"workflow",
			"ref",
			"environment"
		].flatMap((name) => {
			const value = Reflect.get(claims, name);
			return typeof value === "string" ? [[name, shown(value)]] : [];
		});
		return Object.fromEntries(told);
	} catch {
		return {};
	}
}
// src/onepassword/session/workload-refusal.ts
/** The sentences for a person if 1Password does not let a workload in, by the words of `@1password/sdk` 0.5.0. */
/** Null if the words are those of any sign-in. */
function workloadRefusal(words, { host, id, claims }, cause) {
	const status = /authn token service returned status (\d+)/.exec(words)?.[1] ?? null;
	if (status === "401" || status === "403") return refused$1(host, id, claims, cause);
	if (status !== null && /^4(?!29)/.test(status)) return notTaken(host, id, status, cause);
	if (/you are not authenticated/.test(words)) return refused$1(host, id, claims, cause);
	if (/right permissions/.test(words)) return notPermitted(host, id, cause);
	if (/invalid customer managed secret/.test(words)) return malformedKey("has the right shape, but the SDK cannot use it", cause);
	if (/invocation not supported for 1Password API client/.test(words)) return readsNoVaults(null, cause);
	return null;
}
function refused$1(host, id, claims, cause) {
	return new Failure("workload-refused", `1Password (${host}) rejects this job as the workload \`${id}\`: it is not what the workload names. GitHub says about the job: ${said(claims)}. 1Password does not say which of these does not match.`, {
		human: ["On 1Password.com, open the workload identity integration and compare what the workload names with the repository, the name of the workflow, the branch and the environment above; check that the workload is active and that its key is the one in `OP_INTEGRATION_KEY`."],
		agent: ["The workload names the workflow by its `name:`, not by its file: a renamed workflow no longer matches."]
	}, cause);
}
function notTaken(host, id, status, cause) {
	return new Failure("workload-refused", `1Password (${host}) answered the sign-in of the workload \`${id}\` with status ${status}, and nothing more: there may be no workload with this id in the account that the integration key names.`, { human: ["On 1Password.com, open the workload identity integration and compare the id of the workload with `workload-id`; check that the key in `OP_INTEGRATION_KEY` belongs to the same integration."] }, cause);
}
function said({ repository, workflow, ref, environment }) {
	if (repository === void 0 && workflow === void 0 && ref === void 0) return "nothing that can be read";
	return [
		`repository \`${repository ?? "not given"}\``,
		`workflow “${workflow ?? "not given"}”`,
		`ref \`${ref ?? "not given"}\``,
		environment === void 0 ? "no environment" : `environment \`${environment}\``
	].join(", ");
}
function notPermitted(host, id, cause) {
	return new Failure("workload-not-permitted", `1Password (${host}) knows the workload \`${id}\` but does not let it read this.`, { human: ["On 1Password.com, open the workload identity integration and give the workload access to the Environment."] }, cause);
}
/** @param place `file:line` that asks for something of a vault; null if it is not known */
function readsNoVaults(place, cause) {
	return new Failure("keyless-reads-no-vaults", `${place === null ? "Something" : `\`${place}\``} reads a vault, but a workload can read Environments only (@1password/sdk 0.5.0). Nothing was asked.`, {
		human: ["Put the values into variables of the 1Password Environment, or sign in with a service account (`service-account-token`)."],
		agent: ["In the secrets file, take each from the Environment: `NAME=$NAME`."]
	}, cause);
}
// src/onepassword/session/waiting-time.ts
/**
* Reads a `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date.
* @returns milliseconds from `now`, at least 0; null if the header says nothing that can be understood
*/
function waitingTime(retryAfter, now = Date.now()) {
	if (retryAfter === null) return null;
	const text = retryAfter.trim();
	if (/^\d+$/.test(text)) return Number(text) * 1e3;
	const date = Date.parse(text);
	return Number.isNaN(date) ? null : Math.max(0, date - now);
}
/** `1 h 5 min`, `45 s`: as long as it reads, never shorter than it is. */
function spoken(milliseconds) {
	const seconds = Math.ceil(milliseconds / 1e3);
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.ceil(seconds / 60);
	if (minutes < 60) return `${minutes} min`;
	const rest = minutes % 60;
	return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}
// src/onepassword/session/refusal.ts
/** Thrown by us where the SDK waited longer than we do. */
var NoAnswer = class extends Error {
	milliseconds;
	constructor(milliseconds) {
		super(`no answer within ${milliseconds} ms`);
		this.milliseconds = milliseconds;
	}
};
/** Whether another try may help: the connection broke, nothing came in time, or the service had its own error. */
function isPassing(error, trouble) {
	if (trouble?.kind === "broken" && isCertificateFault(trouble.reason)) return false;
	const cause = causeOf(error, trouble);
	return cause === "unreachable" || cause === "unavailable";
}
/** The sentences for a person if 1Password refuses or fails. The SDK's own error becomes the cause. */
function failureOf(error, trouble, about) {
	if (error instanceof Failure) return error;
	const { credential } = about;
	const host = new URL(about.address).host;
	if (credential.kind === "workload") {
		const { claims } = about;
		const told = workloadRefusal(messageOf(error), {
			host,
			id: credential.id,
			claims
		}, error);
		if (told !== null) return told;
	}
	const cause = causeOf(error, trouble);
	if (cause === "refused") return refused(host, error);
	if (cause === "forbidden") return forbidden(host, error);
	if (cause === "rate-limited") return rateLimited(waitingTime(trouble?.kind === "answer" ? trouble.retryAfter : null), error);
	if (cause === "unreachable") return unreachable(host, error, trouble, about.tries);
	if (cause === "unavailable") return unavailable(host, trouble, about.tries, error);
	if (cause === "damaged") return damagedToken(error);
	return cause === "garbled" ? garbled(host, error) : other(host, error, credential.secret);
}
/**
* By the words of `@1password/sdk` 0.5.0 (it has an error class only for the rate limit, and not always), else by the
* wire.
*/
function causeOf(error, trouble) {
	if (error instanceof NoAnswer) return "unreachable";
	const words = messageOf(error);
	if (/rate limit exceeded|authn token service returned status 429/.test(words)) return "rate-limited";
	if (/you are not authenticated|bad credentials|failed to authenticate/.test(words)) return "refused";
	if (/right permissions/.test(words)) return "forbidden";
	if (/error sending request|retrieving response contents/.test(words)) return "unreachable";
	if (/internal server error|status code in response: 5\d\d|returned status 5\d\d/.test(words)) return "unavailable";
	if (trouble?.kind === "answer" && trouble.status >= 500) return "unavailable";
	if (/service account token/.test(words)) return "damaged";
	if (/deserializing (?:HTTP )?response|when decrypting|authn token client:/.test(words)) return "garbled";
	return "other";
}
function refused(host, cause) {
	return new Failure("token-refused", `1Password (${host}) refused the service account token: it was revoked, has expired, was rotated, or belongs to an account that no longer has it.`, { human: ["On 1Password.com, Developer → Service accounts, check whether this service account is active and when its token expires; rotate the token and set the secret `OP_SERVICE_ACCOUNT_TOKEN` again."] }, cause);
}
function forbidden(host, cause) {
	return new Failure("token-not-permitted", `1Password (${host}) knows the service account but does not let it read this. Its vaults and permissions were set when it was created and cannot be changed.`, { human: ["On 1Password.com, Developer → Service accounts, check which vaults the service account can read; create a new one with “Read items” on the vault and set the secret `OP_SERVICE_ACCOUNT_TOKEN` again.", "If the account limits sign-ins by address or country (Security → Firewall), allow the runner."] }, cause);
}
const HOUR = 36e5;
/** The limits: developer.1password.com/docs/service-accounts/rate-limits. */
function rateLimited(wait, cause) {
	const hourly = "reads per hour of this token (1,000; Business 10,000)";
	const daily = "requests per day of the whole account, all tokens together (1,000; Teams 5,000; Business 50,000)";
	const which = wait !== null && wait > HOUR ? `It is the limit of ${daily}.` : `It is either the limit of ${hourly} or that of ${daily}; 1Password does not say which.`;
	const resets = wait === null ? "1Password does not say when it resets." : `It resets in ${spoken(wait)}, at ${clock(Date.now() + wait)}.`;
	return new Failure("rate-limited", `1Password's rate limit is reached. ${which} ${resets} Nothing was tried again: that would only count against it.`, {
		human: [
			"Run `op service-account ratelimit` with this token: it shows both limits, what is used and when they reset, and costs nothing.",
			"If that shows room, rotate the token or create another service account: one token was refused with 429 although its counters showed room, and a new token worked.",
			"Give other workflows their own service account, or run them less often."
		],
		agent: ["Leave the input `op` at `auto`: a deploy that fetches from one item then makes 8 requests in all. With `op: always`, or outside the action, fetch with one `kamal secrets fetch` line for each item, and name items and vaults by id: `op` then makes one read instead of three."]
	}, cause);
}
function unreachable(host, error, trouble, tries) {
	const certificate = trouble?.kind === "broken" ? certificateFault(trouble.reason, {
		server: "1Password",
		host
	}) : null;
	if (certificate !== null && trouble?.kind === "broken") return new Failure("onepassword-unreachable", `What answers at ${host} is not trusted to be 1Password: ${certificate.why}.`, {
		human: ["A proxy that intercepts TLS, or a sign-in page of the network, may be in the way: let the connections to 1Password pass untouched.", ...isFaultOfTime(trouble.reason) ? ["Or the runner's clock is wrong: set it."] : []],
		agent: certificate.next.agent
	}, error);
	const why = error instanceof NoAnswer ? `it did not answer within ${spoken(error.milliseconds)}` : reasonOf(trouble) ?? "the connection broke off in the middle of an answer";
	return new Failure("onepassword-unreachable", `1Password cannot be reached at ${host}: ${why} (tried ${times(tries)}).`, { human: [`Let the runner reach ${host} on port 443; behind a proxy, set \`HTTPS_PROXY\` for the runner.`, "See https://status.1password.com."] }, error);
}
function reasonOf(trouble) {
	if (trouble?.kind !== "broken") return null;
	return {
		...CONNECTION_FAULTS,
		UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
		UND_ERR_SOCKET: "it closed the connection before its answer was complete"
	}[trouble.reason] ?? `the connection failed (${trouble.reason})`;
}
function unavailable(host, trouble, tries, cause) {
	const status = trouble?.kind === "answer" ? ` with status ${trouble.status}` : "";
	return new Failure("onepassword-unavailable", `1Password (${host}) answered${status}: the error is on its side (tried ${times(tries)}).`, { human: ["See https://status.1password.com, and run the job again when the service has recovered."] }, cause);
}
function garbled(host, cause) {
	return new Failure("onepassword-garbled", `The response from ${host} is not from 1Password: something between the runner and 1Password (a proxy, a filter, a sign-in page of the network) altered or replaced it.`, { human: [`Let the runner's connections to ${host} pass untouched.`] }, cause);
}
function other(host, error, token) {
	const said = messageOf(error).replaceAll(token.reveal(), "[secret]");
	return new Failure("onepassword-failed", `1Password (${host}) did not carry out the request. Its SDK says: ${said || "nothing"}.`, { human: ["See https://status.1password.com; if it shows no incident, report this with the sentence above."] }, error);
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
// src/onepassword/session/sdk.ts
/** @throws Failure `sdk-not-installed` */
async function loadSdk() {
	try {
		return await import("./sdk.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	} catch (error) {
		throw new Failure("sdk-not-installed", "The package `@1password/sdk`, which reads 1Password, is not installed.", { agent: ["Run `npx -p kamal-1password -p @1password/sdk kamal-1password …`, or install it: `npm install --save-dev @1password/sdk` if your project depends on kamal-1password, else `npm install --global @1password/sdk`."] }, error);
	}
}
// src/onepassword/session/wire.ts
/**
* Watches the requests that go to one host, as they are made.
*
* The SDK makes its requests from WebAssembly through the global `fetch` and reports only a sentence about those that
* fail: neither the status nor `Retry-After`, and no count. Node publishes every request of its `fetch` on diagnostics
* channels (nodejs.org/api/diagnostics_channel.html, undici's docs/api/DiagnosticsChannel.md), so nothing global has to
* be replaced: we only listen. Noted is how many there were and what went wrong with one, never a path or a body.
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
	/** The latest trouble since {@link forget}; null if there was none. */
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
* Signs in: four requests with a service account token, one as a workload (`@1password/sdk` 0.5.0).
* The SDK and its 14 MB of WebAssembly are loaded here and nowhere else.
* @throws Failure `token-refused` | `rate-limited` | `onepassword-unreachable` | `onepassword-unavailable` |
*   `onepassword-garbled` | `onepassword-failed` | `token-not-permitted` | `token-malformed` | `workload-…` |
*   `integration-key-malformed` | `sdk-not-installed`; the signal's reason where that ended it
*/
async function signIn(credential, options) {
	const { createClient } = await loadSdk();
	const { signInAddress } = credential;
	const wire = new Wire(signInAddress);
	const word = new IdTokens(options.idToken);
	const attempt = patiently(wire, credential, word, options);
	const integration = {
		integrationName: "kamal-1password",
		integrationVersion: options.version
	};
	try {
		const client = await attempt(() => credential.kind === "workload" ? createClient({
			...integration,
			oidcFetcher: (audience) => word.fetch(audience),
			workloadDetails: {
				customerManagedSecret: credential.secret.reveal(),
				workloadUuid: credential.id
			}
		}) : createClient({
			...integration,
			auth: credential.secret.reveal()
		}));
		return {
			signInAddress,
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
/** Fetches GitHub's word for the job. The SDK swallows why that failed: it is kept here. */
var IdTokens = class {
	#fetch;
	/** What the latest one says of the job. */
	claims = {};
	failure = null;
	constructor(fetch) {
		this.#fetch = fetch ?? (() => Promise.reject(/* @__PURE__ */ new Error("no one provides an ID token")));
	}
	async fetch(audience) {
		try {
			const token = await this.#fetch(audience);
			this.claims = claimsOf(token);
			return token;
		} catch (error) {
			this.failure = error;
			throw error;
		}
	}
};
/**
* Retries as a whole: an SDK call that failed half-way begins again. Beneath it, in the transport, a single request
* could be repeated, but only by replacing the global `fetch`; a few more requests on a bad day are the lesser evil.
*/
function patiently(wire, credential, word, options) {
	const { log, signal, patience = PATIENCE } = options;
	return async (operation) => {
		let tries = 0;
		try {
			return await withPatience(patience, (number) => {
				tries = number;
				wire.forget();
				return answeredWithin(patience.perTry, operation, signal);
			}, (error) => {
				const again = word.failure === null && isPassing(error, wire.trouble);
				if (again) log?.debug(`1Password did not answer as it should (try ${tries}); trying again.`);
				return { again };
			}, signal);
		} catch (error) {
			if (signal?.aborted === true) throw error;
			const { signInAddress: address } = credential;
			const { claims } = word;
			throw failureOf(word.failure ?? error, wire.trouble, {
				address,
				tries,
				credential,
				claims
			});
		}
	};
}
/** The SDK sets no time limit, and cannot be interrupted: a late answer is ignored. */
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
// src/onepassword/thread/messages.ts
/** What one of our threads sends another: its log, and how a task of it ended. Only plain data goes across. */
/** A log whose lines go to another thread. */
function saidLog(say) {
	return {
		debug: (line) => say({
			kind: "debug",
			line
		}),
		info: (line) => say({
			kind: "info",
			line
		}),
		warning: (line) => say({
			kind: "warning",
			line
		}),
		mask: () => void 0
	};
}
function refusalOf(error) {
	const told = error instanceof Failure ? {
		code: error.code,
		sentence: error.message,
		next: error.next
	} : {
		code: null,
		sentence: String(error),
		next: {
			human: [],
			agent: []
		}
	};
	const cause = error instanceof Failure && error.cause instanceof Error ? error.cause : void 0;
	return {
		kind: "failed",
		...told,
		cause
	};
}
/** The error that {@link refusalOf} was given. */
function errorOf({ code, sentence, next, cause }) {
	return code === null ? new Error(sentence, { cause }) : new Failure(code, sentence, next, cause);
}
export { signIn as a, readsNoVaults as c, parseToken as d, CONNECTION_FAULTS as f, PATIENCE as i, parseWorkload as l, withPatience as m, refusalOf as n, spoken as o, certificateFault as p, saidLog as r, waitingTime as s, errorOf as t, connectShadow as u };
