import "./rolldown-runtime.js";
import { a as maskValues, i as namedVerdictLine, n as publishParity, o as readProject, r as VERSION, t as tokenOf } from "./token.js";
// src/action/check.ts
/**
* `command: check`: the parity check, which runs nothing of the repository. It needs no token; where there is one (not for
* pull requests from forks) it looks into 1Password too, for names.
*/
async function checkOnly(run, story) {
	const { configFile, destination } = run.inputs;
	const project = readProject({
		root: run.root,
		config: configFile,
		destinations: destination === null ? "all" : [destination]
	});
	const { report, told } = await publishParity(run, await withVault(run, project), story);
	await told;
	return namedVerdictLine(report);
}
/** @throws Failure as `signIn`: a token that is there and does not work is a flaw of its own */
async function withVault(run, project) {
	if ((run.inputs.serviceAccountToken ?? "").trim() === "") return project;
	const token = tokenOf(run);
	const [{ signIn }, { readLive }] = await Promise.all([import("./session2.js"), import("./read-vault2.js")]);
	using session = await signIn(token, {
		version: VERSION,
		log: run.log,
		signal: run.signal
	});
	const live = await readLive(session, project);
	maskValues(live, run.log);
	run.log.debug(`requests to 1Password: ${session.requestsMade}`);
	return live.project;
}
export { checkOnly };
