import "./rolldown-runtime.js";
import { C as check, E as secretName, T as containerName, w as destinationDropsSecrets } from "./project.js";
import { U as distinctFindings } from "./parity-table.js";
import { a as secretsOf, c as verifyServers, i as prepareFor, r as hostsIn } from "./deploy.js";
import { n as unknownServers } from "./servers.js";
// src/vault-to-servers/dropped-secrets.ts
/**
* Secrets that are assigned for the destination and that `config/deploy.yml` lists, but that the destination's own list
* replaced: the containers ought to have them, and no one lists them any more. None where the project says, by
* suppressing the rule `destination-drops-secrets`, that it is meant so.
*/
function droppedSecrets(project, expected) {
	return distinctFindings(check(project)).some(({ finding }) => finding.rule === destinationDropsSecrets.id) ? project.destinations.flatMap((readings) => droppedIn(readings, expected)) : [];
}
function droppedIn({ deploy, secrets }, expected) {
	const assigned = new Set(secrets.assignments.map(({ name }) => name));
	const replaced = deploy.secretLists.filter((list) => !list.effective && hasSuccessor(list, deploy.secretLists));
	return (deploy.deployment?.roles ?? []).flatMap((role) => {
		const where = `role:${role.name}`;
		const has = new Set(expected.filter((each) => each.where === where).map(({ container }) => container));
		return replaced.filter(({ via }) => via === "env.secret" || via === `servers.${role.name}.env.secret`).flatMap(({ items }) => items.map(({ text }) => ({
			container: containerName(text),
			secret: secretName(text)
		}))).filter(({ container, secret }) => !has.has(container) && assigned.has(secret)).map((names) => ({
			where,
			...names,
			value: null
		}));
	});
}
function hasSuccessor({ via, span }, lists) {
	return lists.some((other) => other.effective && other.via === via && other.span.file !== span.file);
}
// src/action/commands/verify.ts
/** `command: verify`: compares what runs with the version asked for, and its secrets with what 1Password holds now. */
async function verify(run, story) {
	const { project, prepared, servers } = await prepareFor(run, story);
	if (servers === null) throw unknownServers(run.inputs.configFile);
	const listed = secretsOf(project, prepared, null);
	const secrets = [...listed, ...droppedSecrets(project, listed)];
	const version = await verifyServers(run, {
		servers,
		version: run.inputs.version,
		secrets
	}, story);
	story.tell("Version", version);
	if (version !== null) run.outputs.set("version", version);
	return `Version \`${version ?? "unknown"}\` serves on ${hostsIn(prepared)}, with the values stored in 1Password.`;
}
export { verify };
