import "./rolldown-runtime.js";
import { t as Failure } from "./failure.js";
import { A as vaultReads, D as namedVerdictLine, O as standingOf, k as maskValues, l as publishParity, t as projectOf } from "./project.js";
import { l as onePasswordOf } from "./parity-table.js";
// src/action/commands/check.ts
/**
* `command: check`: the parity check, which runs nothing of the repository. It needs no token; with one (not for pull
* requests from forks) it reads names from 1Password too.
*/
async function checkOnly(run, story) {
	const { destination } = run.inputs;
	const project = await projectOf(run, destination === null ? "all" : [destination]);
	const report = await publishParity(run, await withVault(run, project), story);
	const verdict = namedVerdictLine(report);
	const standing = standingOf(report);
	if (standing === "warning") return `Secrets check passed with ${verdict}`;
	return standing === "error" ? `Secrets check found ${verdict}` : verdict;
}
/** Without a credential, as for a pull request from a fork, only the files are checked. */
const NOT_GIVEN = /* @__PURE__ */ new Set([
	"token-missing",
	"workload-incomplete",
	"connect-incomplete",
	"id-token-permission-missing"
]);
/** @throws Failure as `signIn`: a token that does not work is its own flaw */
async function withVault(run, project) {
	if (run.onePassword instanceof Failure && NOT_GIVEN.has(run.onePassword.code)) {
		if (run.onePassword.code !== "token-missing") run.log.info(run.onePassword.message);
		return project;
	}
	const { credential, signingIn } = onePasswordOf(run);
	const { opEnvironment } = run.inputs;
	if (credential.kind === "workload" && project.destinations.some(({ secrets }) => vaultReads(secrets).length > 0)) return project;
	const { readLive } = await import("./read-vault2.js");
	using session = await signingIn.session(run.signal);
	const live = await readLive(session, project, opEnvironment === null ? {} : { environments: opEnvironment });
	maskValues(live, run.log);
	run.log.debug(`requests to 1Password: ${session.requestsMade}`);
	return live.project;
}
export { checkOnly };
