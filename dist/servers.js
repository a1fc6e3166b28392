import { t as Failure } from "./failure.js";
import { v as matchesWildcards } from "./known-hosts.js";
// src/vault-to-servers/servers.ts
/**
* Null if the deploy file does not say for certain who runs where.
* @param way the agent's socket, null for the one in the environment, and what else ssh is run in
* @param args further flags for Kamal, which may name some hosts or roles only
*/
function serversOf(deployment, destination, way, args = []) {
	if (deployment === null || deployment.service === null || deployment.roles.length === 0) return null;
	if (deployment.hasUnknownHost) return null;
	const { service, accessories, primaryRole, ssh } = deployment;
	const roles = narrowed(deployment.roles.toSorted((a, b) => Number(b.name === primaryRole) - Number(a.name === primaryRole)), args);
	const { user, port, proxy, starts } = ssh;
	const proxyCommand = proxy === null ? ssh.proxyCommand : null;
	return {
		deployed: {
			service,
			destination,
			roles,
			accessories
		},
		access: {
			user,
			port,
			proxy,
			proxyCommand,
			starts,
			...way
		}
	};
}
/**
* The roles and hosts that `--hosts`, `--roles` and `--primary` leave (Kamal 2.12.0, lib/kamal/cli/base.rb; names are
* separated by commas and may hold wildcards, lib/kamal/utils.rb, `filter_specific_items`).
*/
function narrowed(roles, args) {
	const byRole = roles.filter(({ name }) => isAmong(name, listAfter(args, "--roles", "-r")));
	const wanted = (args.includes("--primary") || args.includes("-p") ? byRole[0]?.hosts.slice(0, 1) : void 0) ?? listAfter(args, "--hosts", "-h");
	return byRole.map((role) => ({
		...role,
		hosts: role.hosts.filter((host) => isAmong(host, wanted))
	})).filter((role) => role.hosts.length > 0);
}
/** Thor takes `--hosts a,b`, `--hosts=a,b`, `-h a,b` and `-ha,b`; null if the option is not there. */
function listAfter(args, long, short) {
	const index = args.findLastIndex((word) => word === long || word.startsWith(`${long}=`) || word.startsWith(short) && word[1] !== "-");
	const word = args[index];
	if (word === void 0) return null;
	return (word === long || word === short ? args[index + 1] ?? "" : word.slice(word.startsWith(long) ? long.length + 1 : short.length)).split(",");
}
function isAmong(name, wanted) {
	return wanted === null || wanted.some((pattern) => matchesWildcards(pattern, name));
}
/** What to say where the servers are needed and cannot be known without running the deploy file's ERB. */
function unknownServers(config) {
	return new Failure("servers-unknown", `\`${config}\` does not say for certain, without running it, which roles run on which hosts.`, { agent: [`Write the service and the hosts under \`servers:\` in \`${config}\` without ERB, or with ERB that reads only files of the project.`] });
}
export { unknownServers as n, serversOf as t };
