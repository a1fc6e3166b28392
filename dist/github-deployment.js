import { t as Failure } from "./failure.js";
import { c as inspectServers, n as endDeployment, o as containerPrefix, r as environmentUrlOf, t as beginDeployment } from "./deployment.js";
import { n as logSkipped, r as GithubApi, t as readEvent, u as namesInWords } from "./event.js";
// src/kamal/servers/by-hosts.ts
/** Up to how many hosts get a text each; where more have the same, they share one. */
const EACH = 5;
/**
* What is said of each host, for people with hundreds of them: texts that differ in the host alone are one, with the first
* two hosts and the number of the others, where the first of them would be. Equal texts are one.
*/
function byHosts(said) {
	const alike = /* @__PURE__ */ new Map();
	for (const each of said) {
		const [before, after] = around(each);
		const key = after === null ? before : `${before}\0${after}`;
		alike.set(key, [...alike.get(key) ?? [], each]);
	}
	return [...alike.values()].flatMap((group) => {
		const hosts = [...new Set(group.map(({ host }) => host))];
		const [first] = group;
		if (first === void 0) return [];
		const [before, after] = around(first);
		if (after === null || hosts.length <= EACH) return [...new Set(group.map(({ text }) => text))];
		return [`${before}${namesInWords(hosts, 2)}${after}`];
	});
}
/** The text before and after the host's name; null if it does not name it. */
function around({ host, text }) {
	for (let at = text.indexOf(host); at >= 0; at = text.indexOf(host, at + 1)) {
		const end = at + host.length;
		if (!/[\w.-]/.test(text.charAt(at - 1)) && !/^[\w-]|^\.\w/.test(text.slice(end))) return [text.slice(0, at), text.slice(end)];
	}
	return [text, null];
}
// src/kamal/servers/containers.ts
/** Finds the container of a role, the version it runs, and whether traffic goes there. */
function roleOn(server, deployed, role, version) {
	const { host } = server;
	const problem = problemOf(host, role);
	const running = server.containers.filter((each) => each.role === role.name && each.status === "running");
	const expected = running.find((each) => each.version === version);
	if (expected === void 0) {
		const other = running.map((each) => each.version ?? each.name);
		if (other.length > 0 && version !== null) return {
			container: null,
			problems: [problem("wrong-version", `On ${host}, role ${role.name} runs version ${other.join(", ")}, not ${version}.`, LOOK_AND_DEPLOY)]
		};
		return {
			container: null,
			problems: [problem("container-missing", notRunning(server, role.name, version), LOOK_AND_DEPLOY)]
		};
	}
	const problems = [];
	const left = running.filter((each) => each !== expected);
	if (left.length > 0) {
		const names = left.map((each) => each.version ?? each.name).join(", ");
		const sentence = `On ${host}, role ${role.name} still runs version ${names} beside ${version}.`;
		problems.push(problem("wrong-version", sentence, { human: ["Stop it with `kamal app stale_containers --stop`."] }));
	}
	if (role.proxy) {
		const traffic = trafficOf(server, containerPrefix(deployed, role.name));
		if (traffic.to !== expected.id) {
			const sentence = `On ${host}, ${traffic.words}, not to version ${version} of role ${role.name}, although it is running.`;
			problems.push(problem("not-serving", sentence, { human: ["Check `kamal proxy details` and `kamal proxy logs`, then deploy again."] }));
		} else if (traffic.state !== "running" && traffic.state !== "") {
			const sentence = `On ${host}, kamal-proxy holds role ${role.name} as ${traffic.state}: requests do not reach the app.`;
			problems.push(problem("not-serving", sentence, { human: ["Let traffic through again with `kamal app live`."] }));
		}
	}
	return {
		container: expected,
		problems
	};
}
/** Makes problems of a role on a host. */
function problemOf(host, role) {
	return (kind, sentence, next) => ({
		kind,
		host,
		where: `role:${role.name}`,
		secret: null,
		sentence,
		next: {
			human: next.human ?? [],
			agent: next.agent ?? []
		}
	});
}
const LOOK_AND_DEPLOY = { human: ["Check `kamal app details` and `kamal app logs`, then deploy again."] };
/** Where kamal-proxy sends a service's traffic: the id of our container, or null, and words for a sentence. */
function trafficOf(server, name) {
	if (server.proxy === null) return {
		to: null,
		state: "",
		words: "kamal-proxy is not running: no traffic reaches the app"
	};
	const service = server.proxy.find((each) => each.name === name);
	if (service === void 0) return {
		to: null,
		state: "",
		words: `kamal-proxy does not know ${name}: its traffic reaches nothing`
	};
	const targets = service.targets.map((target) => target.replace(/:\d+$/, ""));
	const container = server.containers.find((each) => targets.some((target) => isNamedBy(each, target)));
	const version = container?.version ?? null;
	const words = `kamal-proxy sends traffic to ${version === null ? `an unknown container (${service.targets.join(", ")})` : `version ${version}`}`;
	return {
		to: container?.id ?? null,
		state: service.state,
		words
	};
}
function isNamedBy(container, target) {
	return target === container.name || /^[0-9a-f]{12,}$/.test(target) && container.id.startsWith(target);
}
/** The container that kamal-proxy sends a role's traffic to; null if it sends none or to one that is not ours. */
function servingContainer(server, deployed, role) {
	const { to } = trafficOf(server, containerPrefix(deployed, role));
	return server.containers.find((each) => each.id === to) ?? null;
}
/** Finds the container of an accessory. */
function accessoryOn(server, name, where) {
	const container = server.containers.find((each) => each.name === name);
	if (container?.status === "running") return {
		container,
		problems: []
	};
	const state = container === void 0 ? "there is no such container" : `it is ${container.status}`;
	const sentence = `On ${server.host}, the accessory's container ${name} does not run: ${state}.`;
	return {
		container: null,
		problems: [{
			kind: "container-missing",
			host: server.host,
			where,
			secret: null,
			sentence,
			next: {
				human: ["Start it with `kamal accessory boot` or `kamal accessory reboot`."],
				agent: []
			}
		}]
	};
}
function notRunning(server, role, version) {
	const dead = server.containers.filter((each) => each.role === role).find((each) => each.version === version);
	const what = version === null ? "no container" : `no container of version ${version}`;
	if (dead === void 0) return `On ${server.host}, role ${role} runs ${what}.`;
	const ended = dead.status === "exited" ? `exited with status ${dead.exitCode}` : `is ${dead.status}`;
	return `On ${server.host}, role ${role} runs ${what}: it ${ended}.`;
}
// src/kamal/servers/state.ts
/** Asks which version serves and which containers run. Rejects only when aborted. */
async function serverState(deployed, access) {
	const roles = {
		...deployed,
		accessories: []
	};
	return describeServers(roles, await inspectServers(roles, access));
}
/** The pure half of {@link serverState}. */
function describeServers(deployed, servers) {
	const roles = [];
	const unreachable = [];
	for (const server of servers) {
		if (!server.reached) {
			unreachable.push({
				host: server.host,
				reason: server.reason
			});
			continue;
		}
		for (const role of deployed.roles) {
			if (!role.hosts.includes(server.host)) continue;
			const running = server.containers.filter((each) => each.role === role.name && each.status === "running");
			roles.push({
				host: server.host,
				role: role.name,
				serving: role.proxy ? versionOf(servingContainer(server, deployed, role.name)) : null,
				running: running.map((each) => versionOf(each) ?? each.name),
				switching: server.switching.includes(containerPrefix(deployed, role.name))
			});
		}
	}
	const proxied = new Set(deployed.roles.filter((role) => role.proxy).map((role) => role.name));
	return {
		roles,
		unreachable,
		sentences: [...byHosts(roles.map((state) => ({
			host: state.host,
			text: `${state.host}, role ${state.role}: ${sentenceOf(state, proxied.has(state.role))}`
		}))), ...byHosts(unreachable.map(({ host, reason }) => ({
			host,
			text: `${host}: not checked, ${reason}.`
		})))]
	};
}
function versionOf(container) {
	return container?.version ?? null;
}
function sentenceOf({ serving, running, switching }, proxied) {
	const others = running.filter((version) => version !== serving);
	const runs = (versions) => versions.length === 0 ? "no container runs" : `version ${versions.join(" and ")} runs`;
	const now = switching ? ", and kamal-proxy is still switching" : "";
	if (!proxied) return `${runs(running)}${now}.`;
	if (serving === null) return `no traffic goes to the app; ${runs(running)}${now}.`;
	return `version ${serving} serves${others.length === 0 ? "" : `; ${runs(others)} beside it`}${now}.`;
}
// src/action/publish/github-deployment.ts
/**
* Does `task` as a deployment that GitHub knows of. Its beginning is recorded beside the task, which waits for nothing;
* its end as the task ends. A cancelled run has no time for that: `post` records it.
*/
async function asDeployment(run, deploying, task) {
	const { log, signal, state } = run;
	const token = run.inputs.githubToken;
	const running = task();
	const begun = announceDeployment({
		...deploying,
		token,
		destination: run.inputs.destination,
		log,
		signal
	}).then((deployment) => {
		if (deployment !== null) state.note({ deployment });
		return deployment;
	}, (error) => notRecorded(log, error));
	const end = async (outcome, sentence) => {
		const text = log.masked(sentence.replaceAll("`", ""));
		await closeDeployment(await begun, outcome, text, {
			token,
			log
		}).catch((error) => notRecorded(log, error));
		state.clear("deployment");
	};
	try {
		const sentence = await running;
		await end("succeeded", sentence);
		return sentence;
	} catch (error) {
		if (!signal.aborted) await end("failed", error instanceof Failure ? error.message : "The deploy failed.");
		throw error;
	}
}
/** Not known to happen; if it does, it decides nothing. */
function notRecorded(log, error) {
	log.warning(`The deployment was not recorded on GitHub: ${String(error)}`);
	return null;
}
/**
* Records on GitHub that a deployment has begun: its environment is the destination, its address the proxy's host.
* @returns what `post` needs to end it in case this process cannot; null if there is nothing to end, for a reason
*   that is in the log
*/
async function announceDeployment(facts) {
	const { token, log, version } = facts;
	const event = readEvent();
	const ref = version !== null && /^[0-9a-f]{40}$/.test(version) ? version : event.headSha;
	if (token === null || event.repository === "" || ref === null) return null;
	if (namesEnvironment(facts.workflows)) {
		log.debug("The job names an environment, so GitHub records the deployment itself.");
		return null;
	}
	const environment = facts.destination ?? "production";
	const answer = await beginDeployment(apiFor(token, event.repository, facts.signal), {
		ref,
		environment,
		description: `Kamal deploys ${facts.deployment?.service ?? "the app"} to ${environment}`,
		environmentUrl: environmentUrlOf(facts.deployment),
		logUrl: event.runUrl,
		preview: facts.preview ?? null
	});
	if ("done" in answer) return answer.done;
	logSkipped(log, answer);
	return null;
}
/** How a run's end is recorded: a cancelled one left the former version in its place. */
const ENDS = {
	succeeded: "success",
	failed: "failure",
	cancelled: "inactive"
};
/** Time for the final status, which a cancelled run reports too. In milliseconds. */
const LAST_WORD = 4e3;
/** Records how it ended; also after a cancel, and from `post`. */
async function closeDeployment(state, outcome, sentence, { token, log }) {
	const { repository } = readEvent();
	if (state === null || token === null || repository === "") return;
	const api = apiFor(token, repository, AbortSignal.timeout(LAST_WORD));
	const answer = await endDeployment(api, state, ENDS[outcome], sentence);
	if ("leftOut" in answer) logSkipped(log, answer);
}
function apiFor(token, repository, signal) {
	return new GithubApi({
		token,
		repository,
		readOnly: false,
		signal
	});
}
/**
* Whether the job that runs is in an `environment`. `GITHUB_WORKFLOW_REF` is `owner/name/path@ref`, `GITHUB_JOB` the
* job's id (docs.github.com, “Variables reference”).
*/
function namesEnvironment(workflows) {
	const [path = ""] = (process.env["GITHUB_WORKFLOW_REF"] ?? "").split("@");
	const file = path.split("/").slice(2).join("/");
	const job = process.env["GITHUB_JOB"];
	return workflows.filter(({ source }) => file !== "" && source.path.replaceAll("../", "") === file).some(({ jobs }) => jobs.some(({ id, hasEnvironment }) => id === job && hasEnvironment));
}
export { accessoryOn as a, byHosts as c, serverState as i, closeDeployment as n, roleOn as o, describeServers as r, servingContainer as s, asDeployment as t };
