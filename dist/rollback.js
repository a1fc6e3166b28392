import "./rolldown-runtime.js";
import { t as Failure } from "./failure.js";
import { c as inspectServers, w as plainLine } from "./deployment.js";
import { s as servingContainer, t as asDeployment } from "./github-deployment.js";
import { a as secretsOf, c as verifyServers, i as prepareFor, l as runKamalCommand, r as hostsIn } from "./deploy.js";
import { n as unknownServers } from "./servers.js";
// src/kamal/servers/rollback-target.ts
/**
* The versions that every host has a container of, for every one of its roles, newest first. `kamal rollback` starts a
* version again but asks for its container (Kamal 2.12.0, lib/kamal/cli/main.rb, `container_available?`); containers
* that were renamed (`…_replaced_…`) do not count.
*/
function availableVersions(deployed, servers) {
	const found = deployed.roles.flatMap((role) => role.hosts.map((host) => ({
		role,
		host
	}))).map(({ role, host }) => {
		const server = servers.find((each) => each.host === host);
		if (server?.reached !== true) return {
			containers: [],
			current: null
		};
		const containers = server.containers.filter((each) => each.role === role.name && each.version !== null && !/_replaced_[0-9a-f]+$/.test(each.version));
		const running = containers.find((each) => each.status === "running");
		return {
			containers,
			current: (role.proxy ? servingContainer(server, deployed, role.name) : running)?.version ?? null
		};
	});
	const [first, ...others] = found;
	return (first?.containers ?? []).filter(({ version }) => others.every(({ containers }) => containers.some((each) => each.version === version))).flatMap(({ version }) => {
		if (version === null) return [];
		return [{
			version,
			createdAt: found.flatMap(({ containers }) => containers.filter((each) => each.version === version).map((each) => each.createdAt)).toSorted().at(-1) ?? "",
			current: found.every(({ current }) => current === version)
		}];
	}).toSorted((a, b) => a.createdAt < b.createdAt ? 1 : -1);
}
/**
* The version to roll back to: the one asked for, else the newest that every host has and that is not the one in use.
* @throws Failure `host-unreachable`, `version-unknown`, `rollback-impossible`
*/
function chooseVersion(deployed, servers, asked) {
	const dead = servers.find((each) => !each.reached);
	if (dead?.reached === false) throw new Failure("host-unreachable", `It is not known which versions ${dead.host} could roll back to: ${dead.reason}.`, { human: [`Check that ${dead.host} is up and reachable over SSH.`] });
	const versions = availableVersions(deployed, servers);
	const others = versions.filter((each) => !each.current);
	if (asked === null) {
		const [previous] = others;
		if (previous !== void 0) return previous;
		throw new Failure("rollback-impossible", "There is no earlier version that every host still has a container of.", { human: ["Deploy the version you want with `version` and `skip-push: true`, if its image is still in the registry."] });
	}
	const found = versions.find((each) => each.version === asked) ?? onlyBeginning(versions, asked);
	if (found !== void 0) return found;
	const list = others.map((each) => each.version);
	throw new Failure("version-unknown", `Not every host has a container of version ${asked}. ${list.length === 0 ? "No other version is available." : `Available: ${list.join(", ")}.`}`, { agent: list.length === 0 ? [] : ["Set `version` to one of these, or omit it for the previous one."] });
}
/** A shortened commit hash, where it can mean one version only. */
function onlyBeginning(versions, asked) {
	if (!/^[0-9a-f]{7,39}$/.test(asked)) return void 0;
	const matching = versions.filter(({ version }) => version.startsWith(asked));
	return matching.length === 1 ? matching[0] : void 0;
}
/**
* Whether Kamal refused to roll back: it prints that and exits 0 (Kamal 2.12.0, lib/kamal/cli/main.rb, `rollback`).
* @param lines Kamal's output
*/
function rollbackRefused(lines) {
	return lines.some((line) => /^The app version '.*' is not available as a container\b/.test(plainLine(line)));
}
// src/action/commands/rollback.ts
/** `command: rollback`: to the version asked for, else to the newest earlier one that every host still has. */
async function rollback(run, story) {
	const { project, prepared, servers } = await prepareFor(run, story);
	if (servers === null) throw unknownServers(run.inputs.configFile);
	const reports = await inspectServers(servers.deployed, {
		...servers.access,
		signal: run.signal
	});
	const { version, createdAt } = chooseVersion(servers.deployed, reports, run.inputs.version);
	run.log.info(`Rolling back to version ${version}, first started ${createdAt}, on ${hostsIn(prepared)}.`);
	story.tell("Version", version);
	const { deployment } = prepared;
	return asDeployment(run, {
		deployment,
		version,
		workflows: project.workflows
	}, async () => {
		if (rollbackRefused((await runKamalCommand(run, prepared, {
			words: ["rollback", version],
			version,
			servers
		}, story)).lines)) throw new Failure("version-unknown", `Kamal found no container of version \`${version}\`; nothing was changed.`, { human: ["Deploy that version again with the inputs `version` and `skip-push: true`."] });
		run.outputs.set("version", version);
		await verifyServers(run, {
			servers,
			version,
			secrets: secretsOf(project, prepared, null)
		}, story);
		return `Rolled back to \`${version}\` on ${hostsIn(prepared)}.`;
	});
}
export { rollback };
