import { t as Failure } from "./failure.js";
import { t as Secret } from "./secret.js";
// src/onepassword/thread/messages.ts
/** What one of our threads tells another: its log, and how a task of it ended. Nothing but plain data goes across. */
/** A log whose lines are said to another thread. */
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
// src/onepassword/session/token.ts
/**
* Checks the shape of a token without asking anybody: `ops_` and base64url JSON with the sign-in address and the
* credentials (`@1password/sdk` 0.5.0). What it says never repeats any part of what was given.
* @throws Failure `token-missing` | `token-malformed`
*/
function parseToken(given) {
	const text = (given ?? "").trim();
	if (text === "") throw missing();
	const flaw = flawOf(text);
	if (flaw !== null) throw malformed(flaw);
	const signInAddress = originOf(partsOf(text));
	if (signInAddress === null) throw malformed(DAMAGED);
	return {
		secret: new Secret(text),
		signInAddress
	};
}
/**
* The Connect variables that are set in `env`. Where they are, `op` talks to a Connect server and never looks at
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
/** What is not a token, by how it begins. Ordered: the first that matches is told. */
const LOOKALIKES = [
	[/^(["'`]).*\1$/s, {
		what: "stands in quotes",
		human: "Store the token without the quotes around it."
	}],
	[/^\$\{\{|^\$\{?\w+\}?$|^%\w+%$/, { what: "is the name of a variable or an expression that nobody replaced by its value" }],
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
	[/^ops_.*\s/s, { what: "has a blank or a line end within" }],
	[/^(?!ops_)/, { what: "does not begin with `ops_`, as every service account token does" }],
	[/^ops_[\w-]*[^\w=-]/, { what: "has characters that no token has" }]
];
function flawOf(text) {
	const known = LOOKALIKES.find(([pattern]) => pattern.test(text));
	if (known !== void 0) return known[1];
	const parts = partsOf(text);
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
function partsOf(text) {
	try {
		const parts = JSON.parse(Buffer.from(text.slice(4), "base64url").toString("utf8"));
		return isRecord(parts) ? parts : {};
	} catch {
		return {};
	}
}
function isRecord(value) {
	return typeof value === "object" && value !== null;
}
function originOf(parts) {
	const address = parts["signInAddress"];
	if (typeof address !== "string") return null;
	const url = /^https?:\/\//.test(address) ? address : `https://${address}`;
	return URL.canParse(url) ? new URL(url).origin : null;
}
function missing() {
	return new Failure("token-missing", "There is no 1Password service account token: neither the input `service-account-token` nor the environment variable `OP_SERVICE_ACCOUNT_TOKEN` is set. GitHub gives no secrets to pull requests from forks nor to Dependabot; a secret of an environment needs `environment:` on the job.", {
		agent: ["Set `service-account-token: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}` under `with:`, and run the job only where secrets are given."],
		human: ["Add the token as the repository or environment secret `OP_SERVICE_ACCOUNT_TOKEN` (Settings → Secrets and variables → Actions)."]
	});
}
/** For a token of the right shape whose contents the SDK cannot use; `cause` is what it says. */
function damagedToken(cause) {
	return malformed(DAMAGED, cause);
}
function malformed(flaw, cause) {
	return new Failure("token-malformed", `The 1Password service account token cannot be used: what was given ${flaw.what}. A token is one line that begins with \`ops_\`.`, {
		human: [flaw.human ?? "Copy the whole token from where it was kept when the service account was made and set the secret `OP_SERVICE_ACCOUNT_TOKEN` anew; if it is lost, rotate it on 1Password.com (Developer → Service accounts)."],
		agent: ["Look that the workflow passes `${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}` and nothing around it."]
	}, cause);
}
export { refusalOf as a, errorOf as i, damagedToken as n, saidLog as o, parseToken as r, connectShadow as t };
