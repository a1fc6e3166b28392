import { n as sshConfigQuoted, t as shellQuoted } from "./quoting.js";
import { n as eachOf, o as MOST_OUTPUT, s as runToEnd, t as connectionsAtOnce, u as isHostName } from "./limited.js";
import { a as fieldOf, o as idOf, s as listOf } from "./event.js";
import { stripVTControlCharacters } from "node:util";
import { randomBytes } from "node:crypto";
// src/kamal/run/output-line.ts
const RUNNER_TIMESTAMP = /^\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ?/;
/** `gh run view --log` puts job and step before the time, parted by tabs. */
const RUNNER_COLUMNS = /^[^\t\n]*\t[^\t\n]*\t(?=\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)/;
const SSHKIT = /^ {0,2}(DEBUG|INFO|WARN|ERROR|FATAL) (?:\[([0-9a-f]{8})\] )?/;
/** `raw` without line end, colours, and the columns and the time that a runner's saved log puts before each line. */
function plainLine(raw) {
	const text = stripVTControlCharacters(raw.replace(/(?<!\r)\r+$/, "").replace(RUNNER_COLUMNS, "").replace(RUNNER_TIMESTAMP, ""));
	return text.includes("\r") ? text.slice(text.lastIndexOf("\r") + 1) : text;
}
/** True for a line as a runner saves it, with its time or with one of its commands. */
const isOfRunner = (raw) => RUNNER_TIMESTAMP.test(raw.replace(RUNNER_COLUMNS, "")) || /^(?:##\[|::(?:group|error)\b)/.test(raw);
/** Takes one line apart; never fails. */
function readOutputLine(raw) {
	const text = plainLine(raw);
	const match = SSHKIT.exec(text);
	if (match === null) return {
		text,
		level: null,
		command: null,
		message: text
	};
	return {
		text,
		level: match[1] ?? null,
		command: match[2] ?? null,
		message: text.slice(match[0].length)
	};
}
/** A user and a host, with room to spare; in UTF-16 code units. */
const LONGEST_HOST = 600;
/** `Running … on HOST` as SSHKit announces a command; null for any other line. */
function announcedCommand(line) {
	if (line.level === null || line.command === null) return null;
	if (!line.message.startsWith("Running ")) return null;
	const end = Math.max(line.message.length - LONGEST_HOST, 7);
	const match = / (?:on|as \S+@)\s?([^\s@]+)$/.exec(line.message.slice(end));
	if (match === null) return null;
	return {
		command: line.message.slice(8, end + match.index),
		host: match[1] ?? ""
	};
}
// src/kamal/servers/shell.ts
/**
* Runs a script of POSIX shell on a server over one connection of OpenSSH. The script goes through standard input, so
* that it needs no quoting for any login shell, and appears in no list of processes. Rejects only with the reason of
* `access.signal`.
*/
async function askServer(access, host, script) {
	const refused = refusedWay(access, host);
	if (refused !== null) return {
		reached: false,
		reason: refused
	};
	const patience = access.patience ?? 2e4;
	const environment = {
		...access.environment,
		...access.socket === null ? {} : { SSH_AUTH_SOCK: access.socket }
	};
	const began = performance.now();
	const finished = await runToEnd([...sshCommand(access, host), "sh -s"], {
		environment,
		input: script,
		timeout: patience,
		...access.signal === void 0 ? {} : { signal: access.signal }
	}).catch((error) => {
		access.signal?.throwIfAborted();
		return {
			exitCode: 255,
			stdout: "",
			stderr: error instanceof Error ? error.message : String(error),
			wroteTooMuch: false
		};
	});
	if (finished.wroteTooMuch) return {
		reached: false,
		reason: `it wrote more than ${MOST_OUTPUT / 1024 / 1024} MiB`
	};
	if (finished.exitCode === null || finished.exitCode === 255 && performance.now() - began >= patience) return {
		reached: false,
		reason: `no answer within ${Math.round(patience / 1e3)} s`
	};
	if (finished.exitCode === 255) return {
		reached: false,
		reason: lastWords(finished.stderr)
	};
	return {
		reached: true,
		exitCode: finished.exitCode,
		stdout: finished.stdout,
		stderr: finished.stderr
	};
}
/** Why ssh is not started for a host: a name in a deploy file may be one for a shell. Null if it may be. */
function refusedWay({ proxy }, host) {
	if (!isHostName(host)) return "it is not a host name";
	return proxy && !proxy.split(",").every((jump) => isHostName(jump)) ? "`ssh.proxy` is not a list of hosts" : null;
}
/** The words of ssh up to and with the host, for one that {@link refusedWay} does not refuse. */
function sshCommand(access, host) {
	const settings = [
		"BatchMode=yes",
		`ConnectTimeout=${Math.max(1, Math.ceil((access.patience ?? 2e4) / 2e3))}`,
		"StrictHostKeyChecking=accept-new",
		"ControlMaster=no",
		`ControlPath=${access.shared === void 0 ? "none" : sshConfigQuoted(access.shared).replace(/"$/, "/%C\"")}`,
		"ForwardAgent=no",
		"ClearAllForwardings=yes",
		"LogLevel=ERROR",
		...access.socket === null ? [] : [`IdentityAgent=${sshConfigQuoted(access.socket)}`],
		...access.knownHosts === void 0 ? [] : [`UserKnownHostsFile=${access.knownHosts.map(sshConfigQuoted).join(" ")}`]
	];
	const words = [
		"ssh",
		"-T",
		...access.config === void 0 ? [] : ["-F", access.config === false ? "none" : access.config],
		...(access.keys ?? []).flatMap((key) => ["-i", key]),
		...settings.flatMap((setting) => ["-o", setting])
	];
	return [
		...words,
		...wayThrough(access, words),
		"-l",
		access.user,
		"-p",
		String(access.port),
		"--",
		host
	];
}
/** The jump host of `ssh.proxy` (root where it names no user; Kamal 2.12.0, lib/kamal/configuration/ssh.rb), or `ssh.proxy_command`. */
function wayThrough(access, words) {
	if (access.proxyCommand) return ["-o", `ProxyCommand=${access.proxyCommand}`];
	if (!access.proxy) return [];
	const [first = "", ...further] = (access.proxy.includes("@") ? access.proxy : `root@${access.proxy}`).split(",");
	const [, destination = first, port] = /^(.*?)(?::(\d+))?$/.exec(first) ?? [];
	return ["-o", `ProxyCommand=${[
		...words,
		...port === void 0 ? [] : ["-p", port],
		...further.length > 0 ? ["-J", further.join(",")] : [],
		"-W"
	].map((word) => shellQuoted(word).replaceAll("%", "%%")).join(" ")} %h:%p -- ${shellQuoted(destination)}`];
}
function lastWords(stderr) {
	return stderr.trim().split(/\r?\n/).at(-1) || "ssh ended without a message";
}
// src/kamal/lock/lock.ts
/** Kamal's own message of a lock that a command takes (2.12.0, lib/kamal/cli/base.rb, `AUTOMATIC_DEPLOY_LOCK_MESSAGE`). */
const AUTOMATIC_MESSAGE = "Automatic deploy lock";
/** The lock's directory below the account's home (Kamal 2.12.0, lib/kamal/commands/lock.rb, `lock_dir`). */
function lockDirectory(service, destination) {
	return `.kamal/${[
		"lock",
		service,
		destination
	].filter((part) => part !== null).join("-")}`;
}
/**
* Reads the lock on the primary host. Rejects only when aborted.
* @param directory from {@link lockDirectory}
*/
async function readLock(access, host, directory) {
	const path = shellQuoted(directory);
	const answer = await askServer(access, host, `[ -d ${path} ] || exit 3\ncat ${path}/details 2>/dev/null || true\n`);
	if (!answer.reached) return {
		kind: "unknown",
		reason: `${host} could not be checked: ${answer.reason}`
	};
	if (answer.exitCode === 3) return { kind: "free" };
	return {
		kind: "held",
		details: lockDetails(answer.stdout)
	};
}
/** Reads the details as Kamal writes them: base64 of three lines (2.12.0, lib/kamal/commands/lock.rb, `lock_details`). */
function lockDetails(raw) {
	const text = Buffer.from(raw, "base64").toString("utf8");
	const [, performer = "", time = ""] = /^Locked by: (.*) at (\S+)$/m.exec(text) ?? [];
	const at = new Date(time);
	return {
		performer,
		at: Number.isNaN(at.getTime()) ? null : at,
		version: /^Version: (.*)$/m.exec(text)?.[1] ?? "",
		message: /^Message: ([^]*)$/m.exec(text)?.[1]?.trimEnd() ?? "",
		raw
	};
}
/** Whether a lock is the one that our Kamal took: performer, version, message and time. Kamal writes whole seconds. */
function isOurLock(details, ours) {
	const at = details.at?.getTime();
	if (at === void 0) return false;
	return details.performer === ours.performer && details.version === ours.version && details.message === ours.message && at >= Math.floor(ours.notBefore.getTime() / 1e3) * 1e3 && at <= ours.notAfter.getTime();
}
/**
* Removes the lock if, and only if, it is ours; what lies there is compared again in the command that removes it.
* Rejects only when aborted.
*/
async function releaseOurLock(access, host, directory, ours) {
	const state = await readLock(access, host, directory);
	if (state.kind !== "held") return state;
	if (!isOurLock(state.details, ours)) return {
		kind: "not-ours",
		details: state.details
	};
	const path = shellQuoted(directory);
	const answer = await askServer(access, host, `[ "$(cat ${path}/details)" = ${shellQuoted(state.details.raw.trimEnd())} ] || exit 3\nrm ${path}/details && rm -r ${path}\n`);
	if (answer.reached && answer.exitCode === 0) return { kind: "released" };
	if (answer.reached && answer.exitCode === 3) return {
		kind: "unknown",
		reason: "the lock changed hands in the meantime"
	};
	return {
		kind: "unknown",
		reason: `${host} did not remove the lock: ${answer.reached ? answer.stderr.trim() : answer.reason}`
	};
}
/**
* What Kamal's output says about its lock: whether it set out to take it, was refused, and gave it back. A lock can only
* be ours where `asked && !refused && !released`.
*/
function lockInOutput(lines) {
	const said = lines.map((line) => plainLine(line));
	const last = (pattern) => said.findLastIndex((line) => pattern.test(line));
	const asked = last(/^Acquiring the deploy lock\b/);
	const done = last(/^\s*Finished all in /);
	const release = last(/^Releasing the deploy lock\.\.\./);
	const failed = last(/^Error releasing the deploy lock:/);
	return {
		asked: asked >= 0,
		refused: last(/^Deploy lock already in place!/) > asked || last(/^Timed out after .* waiting for the deploy lock/) > asked,
		released: release > asked && done > release && failed < release
	};
}
/**
* Environment for Kamal that makes its lock name its holder: git's `user.name`, which Kamal signs the lock with, is
* empty on a fresh runner, and all runs would look alike.
* @param environment the one to add to; earlier `GIT_CONFIG_*` entries stay
* @param performer e.g. `octocat (run 123 of acme/shop)`
*/
function signedAs(environment, performer) {
	const count = Number.parseInt(environment["GIT_CONFIG_COUNT"] ?? "0", 10) || 0;
	return {
		GIT_CONFIG_COUNT: String(count + 1),
		[`GIT_CONFIG_KEY_${count}`]: "user.name",
		[`GIT_CONFIG_VALUE_${count}`]: performer
	};
}
// src/kamal/servers/saved-access.ts
/** Null if there is no agent that would still be there later. */
function savedAccess(access) {
	const { user, port, proxy = null, proxyCommand = null, socket } = access;
	return socket === null ? null : {
		user,
		port,
		proxy,
		proxyCommand,
		socket
	};
}
/** @param more what is not kept: patience, and the signal of the process that asks now */
function accessFrom({ user, port, proxy, proxyCommand, socket }, more) {
	return {
		user,
		port,
		proxy,
		proxyCommand,
		socket,
		environment: Object.fromEntries(["PATH", "HOME"].flatMap((name) => process.env[name] === void 0 ? [] : [[name, process.env[name]]])),
		...more
	};
}
// src/kamal/lock/own-lock.ts
/**
* Who the lock says holds it. What GitHub says of a job does not identify it: legs of a matrix and two calls of one
* reusable workflow have the same run, attempt and job id (docs.github.com, “Variables reference”, `GITHUB_JOB`). So
* there is a random word in it, which no other process knows or draws again.
*/
function lockPerformer(env) {
	const { GITHUB_ACTOR: actor = "kamal-1password", GITHUB_RUN_ID: id, GITHUB_RUN_ATTEMPT: attempt = "1" } = env;
	const where = env["GITHUB_REPOSITORY"] ?? "this machine";
	const word = randomBytes(8).toString("hex");
	return id === void 0 ? `${actor} (process ${process.pid}, ${word})` : `${actor} (run ${id}.${attempt} of ${where}, job ${env["GITHUB_JOB"] ?? "?"}, ${word})`;
}
/** The lock that a Kamal started now would take; null if it is not known on which host. */
function futureLock(deployed, access, performer, version) {
	const host = primaryHost(deployed);
	const saved = savedAccess(access);
	if (host === null || saved === null) return null;
	return {
		host,
		directory: lockDirectory(deployed.service, deployed.destination),
		performer,
		version,
		since: Date.now(),
		...saved
	};
}
/**
* Releases the lock that our Kamal left, only if it is ours; another's is never touched. Says what became of it. Rejects
* only when aborted.
* @returns false if that is not known, so that it is worth another try
*/
async function releaseHeldLock(held, log, options) {
	const { host, directory } = held;
	if (held.version === null) {
		log.warning(`It is not known whether the deploy lock on ${host} is free, because only Kamal knows which version it deploys. If the lock is held, release it with \`kamal lock release\`.`);
		return true;
	}
	const ours = {
		performer: held.performer,
		version: held.version,
		message: AUTOMATIC_MESSAGE,
		notBefore: new Date(held.since),
		notAfter: /* @__PURE__ */ new Date()
	};
	const release = await releaseOurLock(accessFrom(held, options), host, directory, ours);
	switch (release.kind) {
		case "released":
			log.info(`Released the deploy lock that this run left on ${host}.`);
			return true;
		case "not-ours":
			log.info(`The deploy lock on ${host} is held by ${release.details.performer || "someone without a name"}, not by this run, so it is left as it is.`);
			return true;
		case "unknown":
			log.warning(`It is not known whether the deploy lock on ${host} is free (${release.reason}). If the lock is held, release it with \`kamal lock release\`.`);
			return false;
		case "free": return true;
	}
}
/** The host that Kamal keeps its lock on: the first of the first role (Kamal 2.12.0, configuration.rb, `primary_host`). */
function primaryHost({ roles }) {
	return roles.find(({ hosts }) => hosts.length > 0)?.hosts[0] ?? null;
}
// src/kamal/servers/container-environment.ts
/**
* The environment that a container was started with. The values stay within: what leaves is a verdict.
*/
var ContainerEnvironment = class {
	#values;
	/** @param assignments `NAME=value`, as `docker inspect` lists them in `.Config.Env` */
	constructor(assignments) {
		this.#values = new Map(assignments.map((each) => [each.slice(0, each.indexOf("=")), each.slice(each.indexOf("=") + 1)]));
	}
	/**
	* Compares one variable with what it should be.
	* @param expected null if only presence can be checked
	*/
	compare(name, expected) {
		const found = this.#values.get(name);
		if (found === void 0) return {
			verdict: "missing",
			alteration: null
		};
		if (found === "") return {
			verdict: expected === "" ? "same" : "empty",
			alteration: null
		};
		if (expected === null) return {
			verdict: "present",
			alteration: null
		};
		if (found === expected) return {
			verdict: "same",
			alteration: null
		};
		return {
			verdict: "differs",
			alteration: alterationOf(found, expected)
		};
	}
};
/** What Kamal and dotenv do to values on their way (Kamal 2.12.0, lib/kamal/env_file.rb; dotenv 3). */
function alterationOf(found, expected) {
	if (found === expected.replace(/(?<![\r\n])[\r\n]+$/, "")) return "last-line-end";
	const withoutEnd = expected.replace(/\r?\n$/, "");
	if (found === withoutEnd.replaceAll("\r", String.raw`\r`).replaceAll("\n", String.raw`\n`).replaceAll("	", String.raw`\t`) || found === withoutEnd.replaceAll(/\r?\n/g, " ")) return "line-ends";
	if (found === expected.replaceAll("\\", "\\\\") || found.replaceAll("\\", "") === expected.replaceAll("\\", "")) return "backslashes";
	return null;
}
// src/kamal/servers/proxy-list.ts
/**
* Reads what `kamal-proxy list` prints (kamal-proxy v0.9, internal/cmd/list.go): a heading and one row per service,
* columns separated by blanks, with styles, some of them empty. So cells are recognised by their form.
*/
function readProxyList(text) {
	return stripVTControlCharacters(text).split(/\r?\n/).map((row) => row.split(/\s{2,}|\t/).map((cell) => cell.trim())).filter(([name = ""]) => name !== "" && name !== "Service").flatMap((cells) => {
		const [name = ""] = cells;
		const targets = cells.slice(1).find((cell) => /^[\w.-]+:\d+(?:, ?[\w.-]+:\d+)*$/.test(cell));
		if (targets === void 0) return [];
		const state = cells[cells.indexOf(targets) + 1] ?? "";
		return [{
			name,
			targets: targets.split(/, ?/),
			state
		}];
	});
}
// src/kamal/servers/inspect.ts
/** Hosts of the deployment, each once. */
function hostsOf(deployed) {
	return [...new Set([...deployed.roles, ...deployed.accessories].flatMap(({ hosts }) => hosts))];
}
/** kamal-proxy's name of a role, and what the names of its containers begin with (Kamal 2.12.0, role.rb, `container_prefix`). */
function containerPrefix(deployed, role) {
	return [
		deployed.service,
		role,
		deployed.destination
	].filter((part) => part !== null).join("-");
}
/** The name of an accessory's container (Kamal 2.12.0, lib/kamal/configuration/accessory.rb, `service_name`). */
function accessoryContainer(deployed, accessory) {
	return accessory.service ?? `${deployed.service}-${accessory.name}`;
}
/**
* Asks every server over one connection each, as many at the same time as Kamal would, which containers of the deployment it has and where
* kamal-proxy sends traffic. Changes nothing there, and runs nothing within the app's containers.
*/
async function inspectServers(deployed, access) {
	const script = scriptFor(deployed);
	return eachOf(hostsOf(deployed), connectionsAtOnce(access), async (host) => {
		if (Date.now() > (access.until ?? Infinity)) return {
			host,
			reached: false,
			reason: "there was no time left to check"
		};
		const answer = await askServer(access, host, script);
		if (!answer.reached) return {
			host,
			reached: false,
			reason: answer.reason
		};
		const containers = section(answer.stdout, "containers");
		if (containers === null || containers.exitCode !== 0) return {
			host,
			reached: false,
			reason: `docker does not answer there: ${lastLine(answer.stderr)}`
		};
		const proxy = section(answer.stdout, "proxy");
		return {
			host,
			reached: true,
			containers: containers.lines.flatMap((line) => readContainer(line, deployed) ?? []),
			proxy: proxy?.exitCode === 0 ? readProxyList(proxy.lines.join("\n")) : null,
			switching: switchingIn(section(answer.stdout, "processes")?.lines ?? [])
		};
	});
}
/** Parts the script's output into sections; a control character that no program prints on its own. */
const MARK = "";
const FORMAT = "{\"id\":{{json .Id}},\"name\":{{json .Name}},\"labels\":{{json .Config.Labels}},\"env\":{{json .Config.Env}},\"status\":{{json .State.Status}},\"exitCode\":{{json .State.ExitCode}},\"createdAt\":{{json .Created}}}";
/**
* A switch is asked for before where traffic goes: one that ends between the two answers is then reported as under way,
* never as one that did not happen. The clients of `docker exec` count too: theirs is the moment before the command is
* one of the container's processes.
*/
function scriptFor(deployed) {
	const accessories = deployed.accessories.map((accessory) => accessoryContainer(deployed, accessory));
	const filters = [`label=service=${deployed.service}`, ...accessories.map((name) => `name=^/?${name}$`)];
	const mark = String.raw`\036`;
	return `
list() { docker ps --all --quiet --no-trunc --filter "$1"; }
printf '${mark}%s\\n' containers
docker version --format '{{.Server.Version}}' >/dev/null; status=$?
if [ $status -eq 0 ]; then
  ids=$(${filters.map((filter) => `list ${shellQuoted(filter)}`).join("; ")})
  if [ -n "$ids" ]; then docker inspect --type container --format ${shellQuoted(FORMAT)} $(printf '%s\\n' $ids | sort -u) || true; fi
fi
printf '${mark}%s\\n' $status processes
docker top kamal-proxy -eo pid,args 2>/dev/null
ps -eo args 2>/dev/null | grep '^docker exec .*kamal-proxy deploy '
printf '${mark}%s\\n' 0 proxy
docker exec kamal-proxy kamal-proxy list 2>/dev/null
printf '${mark}%s\\n' $? end
`;
}
/** The lines between `mark name` and the next mark, which holds the exit code. */
function section(output, name) {
	const [, after] = output.split(`${MARK}${name}\n`);
	if (after === void 0) return null;
	const [body = "", status = ""] = after.split(MARK);
	return {
		lines: body.split("\n").filter((line) => line !== ""),
		exitCode: Number.parseInt(status, 10)
	};
}
function readContainer(line, deployed) {
	const raw = parsed(line);
	if (raw === null) return null;
	const labels = raw["labels"];
	const label = (name) => {
		const value = typeof labels === "object" && labels !== null ? Reflect.get(labels, name) : null;
		return typeof value === "string" ? value : null;
	};
	const name = text(raw["name"]).replace(/^\//, "");
	const role = label("role");
	const prefix = role === null ? null : `${containerPrefix(deployed, role)}-`;
	const ours = prefix !== null && label("service") === deployed.service;
	if (ours && (label("destination") ?? "") !== (deployed.destination ?? "")) return null;
	const environment = Array.isArray(raw["env"]) ? raw["env"].filter((each) => typeof each === "string") : [];
	return {
		id: text(raw["id"]),
		name,
		role: ours ? role : null,
		version: ours && name.startsWith(prefix) ? name.slice(prefix.length) : null,
		status: text(raw["status"]),
		exitCode: typeof raw["exitCode"] === "number" ? raw["exitCode"] : 0,
		createdAt: text(raw["createdAt"]),
		environment: new ContainerEnvironment(environment)
	};
}
function parsed(line) {
	try {
		const value = JSON.parse(line);
		return typeof value === "object" && value !== null ? { ...value } : null;
	} catch {
		return null;
	}
}
function text(value) {
	return typeof value === "string" ? value : "";
}
/** `kamal-proxy deploy NAME …` among the processes of kamal-proxy's container: a switch that has not ended. */
function switchingIn(processes) {
	const names = processes.map((line) => /\bkamal-proxy deploy (\S+)/.exec(line)?.[1]).filter((name) => name !== void 0);
	return [...new Set(names)];
}
function lastLine(words) {
	return words.trim().split("\n").at(-1) || "no reason given";
}
// src/github/api/deployment.ts
const ASK = {
	what: "the deployment on GitHub",
	permission: "deployments: write"
};
/**
* Records on GitHub that a deployment has begun. Nothing waits for checks or merges for it: the workflow has decided.
* (docs.github.com, “Create a deployment”: `required_contexts`, `auto_merge`)
*/
async function beginDeployment(api, content) {
	const { ref, environment, description, environmentUrl, logUrl, preview = null } = content;
	const created = await api.call(ASK, async (octokit, at) => {
		const { data } = await octokit.rest.repos.createDeployment({
			...at,
			ref,
			environment,
			description: cut(description),
			auto_merge: false,
			required_contexts: [],
			production_environment: /^prod/i.test(environment),
			...preview === null ? {} : {
				task: taskOf(preview),
				transient_environment: true
			}
		});
		return { data: fieldOf(data, "id") === void 0 && fieldOf(data, "message") !== void 0 ? null : idOf(data) };
	});
	if ("leftOut" in created) return created;
	if (created.done === null) return {
		leftOut: `Skipped: ${ASK.what}. GitHub merged instead of deploying.`,
		status: 202
	};
	const state = {
		id: created.done,
		environmentUrl,
		logUrl,
		...preview === null ? {} : { isPreview: true }
	};
	const begun = await status(api, state, "in_progress", description);
	return "leftOut" in begun ? begun : { done: state };
}
/** Records how it ended; that of an environment's former deployments is GitHub's to set. */
async function endDeployment(api, state, end, description) {
	return status(api, state, end, description);
}
/**
* Takes the deployments of a preview off GitHub: each is set inactive, as only those can be deleted, and deleted
* (docs.github.com, “Delete a deployment”). The environment stays: it is that of all previews.
*/
async function removeDeployments(api, environment, preview) {
	const found = await api.call(ASK, async (octokit, at) => {
		const asked = {
			...at,
			environment,
			task: taskOf(preview),
			per_page: 100
		};
		return { data: listOf((await octokit.rest.repos.listDeployments(asked)).data).map(idOf) };
	});
	if ("leftOut" in found) return found;
	for (const id of found.done) {
		const ended = await status(api, {
			id,
			environmentUrl: null,
			logUrl: null
		}, "inactive", "The preview is removed");
		if ("leftOut" in ended) return ended;
		const deleted = await api.call(ASK, (octokit, at) => octokit.rest.repos.deleteDeployment({
			...at,
			deployment_id: id
		}));
		if ("leftOut" in deleted) return deleted;
	}
	return { done: null };
}
/** By which the deployments of one preview are found among those of the environment. */
function taskOf(preview) {
	return `deploy:preview-${preview}`;
}
/** Where the app answers, as the deploy file has it. */
function environmentUrlOf(deployment) {
	const host = deployment?.proxyHosts.find((each) => /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(each));
	return host === void 0 ? null : `${deployment?.proxySsl === true ? "https" : "http"}://${host}`;
}
function status(api, { id, environmentUrl: address, logUrl, isPreview = false }, state, description) {
	return api.call(ASK, (octokit, at) => octokit.rest.repos.createDeploymentStatus({
		...at,
		deployment_id: id,
		state,
		description: cut(description),
		...isPreview ? { auto_inactive: false } : {},
		...address === null ? {} : { environment_url: address },
		...logUrl === null ? {} : { log_url: logUrl }
	}));
}
function cut(description) {
	return description.length > 140 ? `${description.slice(0, 139).toWellFormed()}…` : description;
}
export { isOfRunner as C, announcedCommand as S, readOutputLine as T, lockInOutput as _, accessoryContainer as a, refusedWay as b, inspectServers as c, releaseHeldLock as d, accessFrom as f, lockDirectory as g, lockDetails as h, removeDeployments as i, futureLock as l, AUTOMATIC_MESSAGE as m, endDeployment as n, containerPrefix as o, savedAccess as p, environmentUrlOf as r, hostsOf as s, beginDeployment as t, lockPerformer as u, signedAs as v, plainLine as w, sshCommand as x, askServer as y };
