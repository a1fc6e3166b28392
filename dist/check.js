import "./rolldown-runtime.js";
import { g as maskValues, h as namedVerdictLine, n as publishParity, t as projectOf } from "./project.js";
import { c as onePasswordOf } from "./parity-table.js";
// src/action/commands/check.ts
/**
* `command: check`: the parity check, which runs nothing of the repository. It needs no token; where there is one (not for
* pull requests from forks) it looks into 1Password too, for names.
*/
async function checkOnly(run, story) {
	const { destination } = run.inputs;
	const project = await projectOf(run, destination === null ? "all" : [destination]);
	const report = await publishParity(run, await withVault(run, project), story);
	return namedVerdictLine(report);
}
/** @throws Failure as `signIn`: a token that is there and does not work is a flaw of its own */
async function withVault(run, project) {
	if ((run.inputs.serviceAccountToken ?? "").trim() === "") return project;
	const { signingIn } = onePasswordOf(run);
	const { readLive } = await import("./read-vault2.js");
	using session = await signingIn.session(run.signal);
	const live = await readLive(session, project);
	maskValues(live, run.log);
	run.log.debug(`requests to 1Password: ${session.requestsMade}`);
	return live.project;
}
export { checkOnly };
