import "./rolldown-runtime.js";
import { u as namesInWords } from "./event.js";
import { a as secretsOf, d as itemOfSecret, i as prepareFor, o as inspect, r as hostsIn, s as refusal, u as accessorySecrets } from "./deploy.js";
import { n as unknownServers } from "./servers.js";
// src/vault-to-servers/rotations.ts
/** Values that differ for no reason but that the item changed after the container started. */
function rotationsIn(readings, answers, { secrets, servers }) {
	return secrets.flatMap(({ host, where, secret, verdict, alteration }) => {
		if (verdict !== "differs" || alteration !== null) return [];
		const item = itemOfSecret(readings, secret, answers);
		const server = servers.find((each) => each.host === host);
		const role = where.replace(/^role:/, "");
		const started = (server?.reached === true ? server.containers : []).filter((each) => each.status === "running" && (each.role === role || each.role === null)).map(({ createdAt }) => new Date(createdAt)).sort((one, other) => other.getTime() - one.getTime())[0];
		if (item === null || started === void 0 || item.updatedAt <= started) return [];
		return [{
			secret,
			vault: item.vault.title,
			item: item.title,
			changedAt: item.updatedAt,
			startedAt: started,
			host,
			where
		}];
	});
}
// src/action/commands/status.ts
/**
* `command: status`: which secrets changed in 1Password after the containers of a role started (output `rotated`).
* @throws Failure `verification-failed` where anything else is wrong: another deploy may not fix it, so a workflow
* that deploys where `rotated` is not empty stops here. That includes accessories: `kamal deploy` does not restart them.
*/
async function status(run, story) {
	const { project, prepared, servers } = await prepareFor(run, story);
	if (servers === null) throw unknownServers(run.inputs.configFile);
	const [readings] = project.destinations;
	const { answers, variables } = prepared;
	const secrets = [...secretsOf(project, prepared, null), ...readings === void 0 ? [] : accessorySecrets(readings, answers, project.kamal, { variables })];
	const found = await inspect(run, {
		servers,
		version: run.inputs.version,
		secrets
	}, story);
	const rotations = (readings === void 0 ? [] : rotationsIn(readings, answers, found)).filter(({ where }) => where.startsWith("role:"));
	const names = [...new Set(rotations.map(({ secret }) => secret))];
	story.tell("Version", found.version);
	if (found.version !== null) run.outputs.set("version", found.version);
	run.outputs.set("rotated", names.join(","));
	const problems = found.problems.filter(({ kind, host, where, secret }) => kind !== "container-secret-differs" || !rotations.some((each) => each.host === host && each.where === where && each.secret === secret));
	if (problems.length > 0) throw refusal(run, servers, {
		...found,
		problems
	}, story);
	if (names.length === 0) return `Version \`${found.version ?? "unknown"}\` serves on ${hostsIn(prepared)}, and no secret changed in 1Password since it started.`;
	story.leavesWork = true;
	return `Changed in 1Password since the containers started: ${namesInWords(names.map((name) => `\`${name}\``))}. Deploy again to pass ${names.length === 1 ? "it" : "them"} on.`;
}
export { status };
