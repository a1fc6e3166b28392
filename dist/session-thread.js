import "./rolldown-runtime.js";
import { r as boundedFetch } from "./bounded-body.js";
import { a as signIn, d as parseToken, l as parseWorkload, n as refusalOf, r as saidLog, t as errorOf } from "./messages.js";
import { t as followProxy } from "./proxy.js";
import { once } from "node:events";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { MessageChannel, parentPort, workerData } from "node:worker_threads";
// src/onepassword/thread/serve.ts
/** What the thread of `beginSignIn` does: signs in, and asks 1Password what it is asked. */
/** Serves until the thread that began this one ends it. */
function serve({ credential: given, version, vaultsAhead }, open) {
	const credential = given.kind === "workload" ? parseWorkload(given.id, given.key) : parseToken(given.token);
	const opening = followProxy(process.env).then(() => open(credential, {
		version,
		log: saidLog(say),
		idToken
	}));
	opening.catch(() => say({ kind: "asking" }));
	subscribe("undici:request:create", onRequest);
	let vaults = vaultsAhead ? opening.then((session) => session.vaults()) : null;
	vaults?.catch(() => void 0);
	const answerTo = async ({ question, args }) => {
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
	};
	parentPort?.on("message", async (asked) => {
		asked.back.postMessage(await answerTo(asked));
		asked.back.close();
	});
}
/** Asks the thread that began this one, which knows the runner. */
async function idToken(audience) {
	const { port1: here, port2: back } = new MessageChannel();
	const answered = once(here, "message");
	parentPort?.postMessage({
		kind: "id-token",
		audience,
		back
	}, [back]);
	const [answer] = await answered;
	here.close();
	if (answer.kind === "failed") throw errorOf(answer);
	return answer.token;
}
function onRequest() {
	unsubscribe("undici:request:create", onRequest);
	say({ kind: "asking" });
}
function say(word) {
	parentPort?.postMessage(word);
}
// src/onepassword/thread/worker.ts
/** The thread of `beginSignIn`. */
globalThis.fetch = boundedFetch(globalThis.fetch);
serve(workerData, signIn);
export {};
