import "./rolldown-runtime.js";
import { t as readEvent, u as namesInWords } from "./event.js";
import { b as QUIET, f as KEY_CHANGES, t as projectOf, x as QUIET_ENVIRONMENT } from "./project.js";
import { i as endProcessesOf, r as RUN_VARIABLE, s as runToEnd } from "./limited.js";
import { c as allOrFirstFailure, d as installWhenCalled, f as KamalProcess, m as hostsOf, n as prepare, p as Interruption } from "./prepare.js";
import { D as kamalRelease } from "./substitution.js";
import { U as distinctFindings, r as placeKey } from "./parity-table.js";
import { g as throughKamal, h as inContainer, m as canBeExtracted, p as kamalKey } from "./read-vault.js";
import { C as isOfRunner, S as announcedCommand, T as readOutputLine, _ as lockInOutput, a as accessoryContainer, c as inspectServers, d as releaseHeldLock, l as futureLock, p as savedAccess, r as environmentUrlOf, s as hostsOf$1, u as lockPerformer, v as signedAs, w as plainLine } from "./deployment.js";
import { a as accessoryOn, c as byHosts, i as serverState, o as roleOn, r as describeServers, s as servingContainer, t as asDeployment } from "./github-deployment.js";
import { t as Failure } from "./failure.js";
import { i as isRecord } from "./bounded-body.js";
import { t as serversOf } from "./servers.js";
import { stripVTControlCharacters } from "node:util";
import { randomBytes } from "node:crypto";
import { statfs } from "node:fs/promises";
import { constants, freemem } from "node:os";
// src/kamal/version.ts
/** A large repository takes a second, and one with a FIFO among git's own files forever; in milliseconds. */
const PATIENCE$1 = 6e4;
/**
* The version that Kamal would give to what is checked out: the commit, and, where it builds from changes that are not
* committed, a random suffix as its own. Null if Kamal would refuse (no git repository) and say why itself. Source:
* Kamal 2.12.0, lib/kamal/configuration.rb, `git_version`.
* @param clones whether Kamal builds from a clone, and so without what is not committed; null if that is not known
* @throws the reason of `signal` if that was aborted
*/
async function gitVersion(project, environment, clones, signal) {
	try {
		const { exitCode, stdout } = await runToEnd([
			"git",
			...QUIET,
			"status",
			"--porcelain=v2",
			"--branch"
		], {
			workingDirectory: project,
			timeout: PATIENCE$1,
			environment: {
				...environment,
				...QUIET_ENVIRONMENT
			},
			...signal === void 0 ? {} : { signal }
		});
		const commit = /^# branch\.oid ([0-9a-f]+)$/m.exec(stdout)?.[1];
		if (exitCode !== 0 || commit === void 0) return null;
		const changes = stdout.split("\n").filter((line) => line !== "" && !line.startsWith("# "));
		if (clones === true || changes.length === 0) return commit;
		return clones === null ? null : `${commit}_uncommitted_${randomBytes(8).toString("hex")}`;
	} catch {
		signal?.throwIfAborted();
		return null;
	}
}
// src/vault-to-servers/secret-values.ts
/**
* The values of the secrets files with what 1Password holds now: literal text, `$NAME`, `kamal secrets extract` and `op
* read`, also one after the other in one value. Nothing is run, and the values stay in this process.
*/
var SecretValues = class {
	#secrets;
	#answers;
	#environment;
	#variables;
	#facts;
	#texts;
	#held = /* @__PURE__ */ new Map();
	/**
	* @param environment what Kamal is run in; null if that is not known here
	* @param variables those of a 1Password Environment, which it gets in any case
	*/
	constructor(secrets, answers, environment, { facts, variables }) {
		this.#variables = variables;
		this.#facts = facts;
		this.#secrets = secrets;
		this.#answers = new Map(answers.map((each) => [placeKey(each.question.span), each]));
		this.#environment = environment;
		this.#texts = new Map(secrets.files.flatMap(({ path, source }) => source === null ? [] : [[path, source.text]]));
	}
	/** What the container's variable would be. */
	inContainer(secret, container) {
		const held = this.#heldBy(this.#secrets.assignments.findLastIndex(({ name }) => name === secret));
		return held === null ? null : inContainer(held, container, this.#facts);
	}
	/** What Kamal holds for an assignment. */
	#heldBy(index) {
		const known = this.#held.get(index);
		if (known !== void 0) return known;
		const assignment = this.#secrets.assignments[index];
		const held = assignment === void 0 ? null : this.#evaluate(assignment);
		this.#held.set(index, held);
		return held;
	}
	#evaluate(assignment) {
		if (!this.#facts.overridesEnvironment) {
			if (this.#environment === null || SET_BY_US.test(assignment.name)) return null;
			const own = this.#environment[assignment.name];
			if (own !== void 0) return own;
		}
		const { valueSpan, quote, commands, references, unclosed } = assignment;
		if (unclosed !== null) return null;
		const border = quote === "none" ? 0 : 1;
		const inner = {
			...valueSpan,
			start: valueSpan.start + border,
			end: valueSpan.end - border
		};
		const text = this.#textAt(inner);
		if (text === null || text.includes("\\")) return null;
		if (quote === "single") return text;
		return this.#putTogether(inner, commands, references);
	}
	/** A value's text, with what its commands print and its variables hold. */
	#putTogether(inner, commands, references) {
		const within = (span) => commands.some((command) => span.start >= command.span.start && span.end <= command.span.end);
		const parts = [...commands, ...references.filter(({ span }) => !within(span))];
		let told = "";
		let at = inner.start;
		for (const part of parts.toSorted((a, b) => a.span.start - b.span.start)) {
			const value = "kind" in part ? this.#printedBy(part) : this.#referredTo(part);
			const before = this.#textAt({
				...inner,
				start: at,
				end: part.span.start
			});
			if (value === null || before === null || before.includes("$")) return null;
			told += before + value;
			at = part.span.end;
		}
		const rest = this.#textAt({
			...inner,
			start: at
		});
		return rest === null || rest.includes("$") ? null : told + rest;
	}
	#referredTo({ name, to }) {
		return to === null ? this.#variable(name) : this.#heldBy(to);
	}
	/** What a command prints, with the variables in it replaced, as dotenv does. */
	#printedBy(command) {
		const value = command.kind === "extract" ? this.#extracted(command) : this.#read(command);
		if (value === null) return null;
		const route = command.kind === "extract" ? "fetched-and-extracted" : "printed-by-a-command";
		const { outcome, held } = throughKamal(value, route, {
			look: (name) => this.#nearest(name, command.span),
			facts: this.#facts
		});
		return outcome === "known" ? held : null;
	}
	/** `$NAME` in a value: an earlier line of the same file, else the environment. */
	#nearest(name, { file, start }) {
		const index = this.#secrets.assignments.findLastIndex((each) => each.name === name && each.span.file === file && each.span.end <= start);
		return (index < 0 ? this.#variable(name) : this.#heldBy(index)) ?? void 0;
	}
	#variable(name) {
		if (Object.hasOwn(this.#variables, name)) {
			const value = this.#variables[name] ?? null;
			return this.#facts.putsInFirst === "variables" && value?.includes("$(") === true ? null : value;
		}
		if (/^\d/.test(name)) return this.#environment?.[name] ?? "";
		return this.#environment === null || SET_BY_US.test(name) ? null : this.#environment[name] ?? "";
	}
	#extracted({ name, source }) {
		if (name === null || source === null) return null;
		const [fetch, ...others] = (this.#secrets.assignments[source]?.commands ?? []).filter(({ kind }) => kind === "fetch");
		if (fetch?.kind !== "fetch" || others.length > 0) return null;
		const fields = (fetch.names.length === 0 ? [fetch.span] : fetch.names.map(({ span }) => span)).flatMap((span) => this.#fieldsAt(span));
		if (!fields.every(({ value }) => canBeExtracted(value?.reveal() ?? "", this.#facts))) return null;
		return (fields.findLast((field) => kamalKey(field) === name.value) ?? fields.find((field) => kamalKey(field).endsWith(`/${name.value}`)))?.value?.reveal() || null;
	}
	/** `op read op://…` and nothing else but its options. */
	#read(command) {
		if (command.kind !== "shell") return null;
		const [program, verb, ...words] = command.words.map(({ value }) => value);
		if (program !== "op" || verb !== "read") return null;
		if (words.some((word) => !word.startsWith("op://") && !/^(?:-n|--no-newline)$/.test(word))) return null;
		const [field, ...others] = command.words.map(({ span }) => span).filter((span) => this.#answers.has(placeKey(span))).flatMap((span) => this.#fieldsAt(span));
		if (field === void 0 || others.length > 0 || field.type === "SshKey") return null;
		return field.value?.reveal() ?? null;
	}
	#fieldsAt(span) {
		const answer = this.#answers.get(placeKey(span))?.answer;
		return answer?.kind === "found" ? answer.fields : [];
	}
	#textAt({ file, start, end }) {
		const text = this.#texts.get(file)?.slice(start, end);
		return text === void 0 || text.includes("\r") ? null : text;
	}
};
/** What Kamal's environment has from us, not from the job. */
const SET_BY_US = /^(?:PATH|TMPDIR|DOCKER_CONFIG|SSH_AUTH_SOCK|OP_SERVICE_ACCOUNT_TOKEN|RUBYOPT|RUBYLIB|GIT_CONFIG_.*|KAMAL_1PASSWORD_.*)$/;
// src/vault-to-servers/expected-secrets.ts
/**
* The secrets that each container should have, with what would arrive there of what 1Password holds now; of a value that
* comes from elsewhere too only the presence is known.
* @param kamal the one that runs
*/
function expectedSecrets(readings, answers, kamal, around = {}) {
	const values = valuesOf(readings, answers, kamal, around);
	const listed = listedFor(readings);
	return (readings.deploy.deployment?.roles ?? []).flatMap((role) => role.hosts.flatMap((host) => [...wonBy(listed, role, host)].map(([container, secret]) => ({
		where: `role:${role.name}`,
		hosts: [host],
		container,
		secret,
		value: values.inContainer(secret, container)
	}))));
}
/** The same for accessories, which no deploy restarts: they keep what they had when they were booted. */
function accessorySecrets(readings, answers, kamal, around = {}) {
	const values = valuesOf(readings, answers, kamal, around);
	return listedFor(readings).flatMap(({ where, container, secret }) => container !== null && where.startsWith("accessory:") ? [{
		where,
		container,
		secret,
		value: values.inContainer(secret, container)
	}] : []);
}
function valuesOf({ secrets }, answers, { version, dotenv }, { environment = null, variables = {} }) {
	const { facts } = kamalRelease(version, dotenv);
	return new SecretValues(secrets, answers, environment, {
		facts,
		variables
	});
}
function listedFor({ deploy }) {
	return deploy.consumers.filter(({ certain, container }) => certain && container !== null);
}
/**
* Container variable → secret on one host of a role: the app's list, the role's own, those of the host's tags; of one
* name the last wins (Kamal 2.12.0, lib/kamal/configuration/role.rb, `env`).
*/
function wonBy(listed, role, host) {
	const tags = Object.hasOwn(role.tags, host) ? role.tags[host] ?? [] : [];
	const lists = [
		"env.secret",
		`servers.${role.name}.env.secret`,
		...tags.map((tag) => `env.tags.${tag}.secret`)
	];
	return new Map(lists.flatMap((via) => listed.flatMap((each) => each.via === via && each.container !== null ? [[each.container, each.secret]] : [])));
}
/** The item that holds the value of a secret now, and when it was changed last; null if that is not known. */
function itemOfSecret({ secrets }, name, answers) {
	const asked = askedAt(secrets, name);
	const found = answers.find(({ question }) => placeKey(question.span) === asked)?.answer;
	return found?.kind === "found" || found?.kind === "empty" ? found.item : null;
}
/** Whether a command is all of an assignment's value. */
function isAlone({ span }, { valueSpan, quote }) {
	const quotes = quote === "none" ? 0 : 1;
	return span.start === valueSpan.start + quotes && span.end === valueSpan.end - quotes;
}
/** The place in a fetch line that a secret's value comes from, as {@link placeKey}; null if it is put together. */
function askedAt({ assignments }, name) {
	const assignment = assignments.findLast((each) => each.name === name);
	const [command, ...others] = assignment?.commands ?? [];
	if (assignment === void 0 || command?.kind !== "extract" || others.length > 0) return null;
	if (!isAlone(command, assignment) || command.source === null) return null;
	const words = (assignments[command.source]?.commands ?? []).flatMap((fetch) => {
		if (fetch.kind !== "fetch") return [];
		const index = fetch.keys.find(({ key }) => key === command.key)?.name ?? null;
		return index === null ? [] : fetch.names[index] ?? [];
	});
	return words[0] === void 0 ? null : placeKey(words[0].span);
}
// src/kamal/diagnosis/deploy-file-facts.ts
/** The containers that the root's `env` is for. */
const EVERY_ROLE = "every role";
/**
* The facts of one or more destinations; what they do not agree on is unknown, like what only ERB knows. Null if one of
* them cannot be read, or there is none.
*/
function deployFileFacts(readings) {
	const known = readings.map((reading) => factsOf(reading)).filter((facts) => facts !== null);
	if (known.length === 0 || known.length < readings.length) return null;
	return known.reduce((one, other) => agreed(one, other));
}
function factsOf(reading) {
	const { deployment, files } = reading;
	const [file] = files;
	if (deployment === null || file === void 0) return null;
	return {
		file: file.path,
		service: deployment.service,
		registry: {
			server: deployment.registryServer,
			username: deployment.registryUsername
		},
		image: deployment.image?.name ?? null,
		arches: deployment.builder.arches,
		deployTimeout: deployment.deployTimeout,
		roles: deployment.roles.map(({ name, hosts, asked }) => ({
			name,
			hosts,
			proxy: asked
		})),
		accessories: deployment.accessories.map(({ name, hosts }) => ({
			name,
			hosts
		})),
		variables: variablesOf(reading)
	};
}
function variablesOf({ loads, unknowns, maybe, consumers, clear }) {
	if (loads !== true || unknowns.length > 0 || maybe.length > 0) return null;
	const found = /* @__PURE__ */ new Map();
	const add = (name, variable) => {
		found.set(name, [...found.get(name) ?? [], variable]);
	};
	for (const { container, where, via, applied, certain } of consumers) {
		if (!certain) return null;
		if (container !== null && applied && where !== "builder") add(container, {
			where: via.startsWith("env.") ? EVERY_ROLE : where,
			via: "secret"
		});
	}
	for (const { name, where } of clear) add(name, {
		where: whoseClear(where),
		via: "clear"
	});
	return found;
}
/** `servers.web.env.clear` is `role:web`; that of the root is every role's. */
function whoseClear(where) {
	const [part = "", name = ""] = where.split(".");
	if (part === "servers") return `role:${name}`;
	return part === "accessories" ? `accessory:${name}` : EVERY_ROLE;
}
function agreed(one, other) {
	const same = (a, b) => a === b ? a : void 0;
	const union = (a, b, join) => {
		return [...a.map((each) => {
			const twin = b.find(({ name }) => name === each.name);
			return twin === void 0 ? each : {
				...join(each, twin),
				hosts: [.../* @__PURE__ */ new Set([...each.hosts, ...twin.hosts])]
			};
		}), ...b.filter(({ name }) => !a.some((each) => each.name === name))];
	};
	return {
		file: one.file,
		service: one.service === other.service ? one.service : null,
		registry: {
			server: same(one.registry.server, other.registry.server),
			username: same(one.registry.username, other.registry.username)
		},
		image: one.image === other.image ? one.image : null,
		arches: String(one.arches) === String(other.arches) ? one.arches : null,
		deployTimeout: same(one.deployTimeout, other.deployTimeout),
		roles: union(one.roles, other.roles, (a, b) => ({
			...a,
			proxy: a.proxy === null || b.proxy === null ? null : {
				appPort: same(a.proxy.appPort, b.proxy.appPort),
				healthcheckPath: same(a.proxy.healthcheckPath, b.proxy.healthcheckPath)
			}
		})),
		accessories: union(one.accessories, other.accessories, (a) => a),
		variables: null
	};
}
// src/kamal/run/phases.ts
/**
* The phases of a run of Kamal, as its own headings name them (Kamal 2.12.0, the `say` calls in lib/kamal/cli/main.rb,
* base.rb, app.rb and build.rb), and two that have no heading: pulling, and waiting until traffic is switched.
*/
const PHASES = {
	start: "Start Kamal and read the configuration",
	docker: "Ensure Docker is installed",
	build: "Build and push the image",
	pull: "Pull the image onto the servers",
	lock: "Acquire the deploy lock",
	proxy: "Ensure kamal-proxy is running",
	accessories: "Boot the accessories",
	stale: "Detect stale containers",
	boot: "Start the new containers",
	switch: "Wait until healthy and switch traffic",
	prune: "Prune old containers and images",
	release: "Release the deploy lock",
	"post-deploy": "Run the post-deploy hook"
};
const HEADINGS = [
	[/^Ensure Docker is installed\.\.\.$/, "docker"],
	[/^Build and push app image\.\.\.$/, "build"],
	[/^Pull app image\.\.\.$/, "pull"],
	[/^Pulling image on .*\.\.\.$/, "pull"],
	[/^Acquiring the deploy lock\b.*\.\.\.$/, "lock"],
	[/^Ensure kamal-proxy is running\.\.\.$/, "proxy"],
	[/^Detect stale containers\.\.\.$/, "stale"],
	[/^Get most recent version available as an image\.\.\.$/, "boot"],
	[/^Start container with version .*\.\.\.$/, "boot"],
	[/^Prune old containers and images\.\.\.$/, "prune"],
	[/^Releasing the deploy lock\.\.\.$/, "release"]
];
/**
* The phase that begins with this line, or null if the phase continues.
* @param raw a line as Kamal wrote it
* @param current the phase so far
*/
function phaseBegunBy(raw, current) {
	const begun = phaseOf(raw, current);
	return begun === current ? null : begun;
}
function phaseOf(raw, current) {
	const line = readOutputLine(raw);
	if (line.level === null) return HEADINGS.find(([heading]) => heading.test(line.text))?.[1] ?? current;
	const announced = announcedCommand(line);
	if (announced === null) return current;
	const remote = announced.host !== "localhost";
	if (current === "build" && remote && /^docker (?:login|pull|image rm) /.test(announced.command)) return "pull";
	if (current === "boot" && / kamal-proxy deploy /.test(announced.command)) return "switch";
	if (current === "proxy" && /^docker run .* --label service=/.test(announced.command)) return "accessories";
	if (!remote && announced.command.endsWith("/post-deploy")) return "post-deploy";
	return current;
}
/** Keeps the time of each phase; a phase that comes back later (the lock of two steps) is listed again. */
var PhaseClock = class {
	#now;
	#done = [];
	#phase = "start";
	#since;
	/** @param now milliseconds of a monotonic clock */
	constructor(now = () => performance.now()) {
		this.#now = now;
		this.#since = now();
	}
	get phase() {
		return this.#phase;
	}
	/** Seconds that the phase has lasted so far. */
	get seconds() {
		return (this.#now() - this.#since) / 1e3;
	}
	/** Takes note of a line of output. Returns the phase that it ends, or null if the phase continues. */
	hear(raw) {
		const next = phaseBegunBy(raw, this.#phase);
		if (next === null) return null;
		const ended = this.#close();
		this.#phase = next;
		return ended;
	}
	/** Ends the last phase and returns all of them in order. */
	stop() {
		this.#close();
		return this.#done;
	}
	#close() {
		const ended = {
			phase: this.#phase,
			name: PHASES[this.#phase],
			seconds: this.seconds
		};
		this.#done.push(ended);
		this.#since = this.#now();
		return ended;
	}
};
// src/kamal/diagnosis/app-lines.ts
/** `docker logs --timestamps`: nine digits of a second, where a runner has seven (moby 20 to 29, RFC3339NanoFixed). */
const DOCKER_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ?/;
/** The time as Docker Desktop puts it before each line. */
const DESKTOP_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:(?!\d)|(?=\d{4}[-/]\d\d[-/]\d\d))/;
/** `docker compose logs`: the container's name, filled up to the longest. */
const COMPOSE = /^[\w.-]+ +\| ?/;
/** A log line of kamal-proxy, Thruster or an app, as one object. */
const JSON_LINE = /^\{"\w+":.*\}$/;
/** How programs begin a line (of a job's log they may be those of another step), that Kamal, docker and ssh do not; each with what prints it so. */
const OF_PROGRAM = [
	/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /,
	/^\d\d:\d\d:\d\d\.\d{3} (?:\[\w+\]|\w+=)/,
	/^[DIWEF], \[\d{4}-\d\d-\d\dT(?!.* -- (?:net\.ssh|socket|tcpsocket)\b)/,
	/^\[\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: [+-]\d{4})?\] /,
	/^(?:=> (?:Booting|Rails|Run )|\[\d+\] (?:Puma|\*|- Worker)|Puma starting|\* (?:Listening|Puma version|Environment))/,
	/^(?:INFO|ERROR|WARNING|CRITICAL):? {2,}(?!Error (?:installing|loading)|While executing gem)/,
	/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{3}Z?)? (?:(?:pid=)?\d+ (?:tid=|TID-)\S+ )?(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRIT)\b/,
	/^(?:Traceback \(most recent call last\):|Node\.js v\d|node:internal\/|SQLSTATE\[|PHP (?:Fatal|Warning|Parse|Deprecated))/,
	/^\s*(?:Illuminate\\|Symfony\\|PDOException\b|In \w+\.php line )/,
	/^(?!Net::|SSHKit::|Kamal::|Errno::|OpenSSL::|Bundler::|Gem::|ERROR\b)[A-Z]\w*(?:::[A-Z]\w*)+(?:: | \()/,
	/^(?:[a-z_]\w*\.)+[A-Z]\w*(?:Error|Exception|Configured|Exit)\b/
];
/** The head under which Kamal shows what a server answered (2.0 to 2.12, lib/kamal/sshkit_with_ext.rb, `puts_by_host`). */
const HEAD$2 = /^(?:App|Proxy|Accessory) Host: \S+$|^Following logs on \S+?\.\.\.$/;
/** What fetches a log (2.0 to 2.12, lib/kamal/commands/app/logging.rb, proxy.rb, accessory.rb). */
const FETCHES = /\bdocker logs\b/;
/**
* The lines that containers wrote, in a log that has no error of Kamal's own: of `kamal app logs`, `kamal proxy logs`,
* `docker logs`, `docker compose logs`. What they say is an app's: its refused connection is no failed SSH, and its
* missing gem is not Kamal's. Empty if nothing marks them.
*/
function appLines(reading) {
	const marked = markedLines(reading);
	return marked.length > 0 && isBare(reading) ? everyLine(reading) : marked;
}
/** All lines of a log that is neither Kamal's nor a runner's: a program's, perhaps; without its mark no one knows. */
function unmarkedLines(reading) {
	return isBare(reading) ? everyLine(reading) : [];
}
function isBare({ commands, phases, lines, ofRunner }) {
	return !ofRunner && commands.length === 0 && phases.length === 1 && !lines.some(({ level, text }) => level !== null && text.startsWith(" ") || OF_KAMAL$1.test(text));
}
function everyLine({ lines, start }) {
	return lines.flatMap(({ text }, index) => index < start || text.trim() === "" ? [] : [{
		text: withoutMarks(text),
		index
	}]);
}
function markedLines(reading) {
	const { lines, start, commands } = reading;
	const logs = new Set(commands.filter(({ command }) => FETCHES.test(command)).map(({ id }) => id));
	const found = [];
	let within = false;
	for (const [index, line] of lines.entries()) {
		if (index < start) continue;
		const own = within && isPlain$1(line);
		if (line.level !== null && !own) {
			within = opensLog(line, logs);
			if (within && DOCKER_TIME.test(line.message)) found.push({
				text: withoutMarks(line.message),
				index
			});
			continue;
		}
		if (HEAD$2.test(line.text)) {
			within = logs.size > 0 || isFollowed(line.text, lines[index + 1]?.text);
			continue;
		}
		if (OF_KAMAL$1.test(line.text)) within = false;
		if (within || isOfContainer(line.text, reading.ofRunner)) found.push({
			text: withoutMarks(line.text),
			index
		});
	}
	return found;
}
/** Kamal continues, or ends. */
const OF_KAMAL$1 = /^(?:Releas(?:ing|ed) the deploy lock|Acquir(?:ing|ed) the deploy lock|\s*Finished all in [\d.]+ seconds|##\[|Error: Process completed)/;
const hasDockerTime = (text) => DOCKER_TIME.test(text);
const withoutTime = (text) => text.replace(DOCKER_TIME, "");
/** Without docker's time and the name that docker compose puts before it. */
function withoutMarks(text) {
	return withoutTime(text.replace(COMPOSE, "")).replace(DESKTOP_TIME, "").trimEnd();
}
/** The fields of a line of a log in JSON; null for any other line. */
function fieldsIn(text) {
	const at = text.indexOf("{\"");
	if (at < 0 || !text.trimEnd().endsWith("}")) return null;
	try {
		const given = JSON.parse(text.slice(at));
		return isRecord(given) ? new Map(Object.entries(given)) : null;
	} catch {
		return null;
	}
}
/** A line of a log in JSON as a person would write it: its message and its error; any other line as it is. */
function inWords$1(text) {
	const fields = fieldsIn(text);
	if (fields === null) return text;
	const words = [
		"msg",
		"message",
		"error",
		"err",
		"status"
	].map((name) => fields.get(name)).filter((value) => typeof value === "string" || typeof value === "number");
	return words.length === 0 ? text : [...new Set(words)].join(": ");
}
/** A program's warning is not its end, nor is what it notes. */
const isWarning = (text) => /\bwarn(?:ing)?\b/i.test(text) || /^\W*(?:INFO|DEBUG|TRACE|NOTICE)\b(?!:? {2,})|\blevel=(?:info|debug|trace)\b/.test(text);
/** Whether a line of SSHKit's begins the log of a container. */
function opensLog({ command, level, message }, logs) {
	if (HEAD$2.test(message)) return true;
	if (command !== null) return logs.has(command) && message.startsWith("Finished in ");
	return level === "ERROR" && DOCKER_TIME.test(message);
}
/** Whether a line on its own looks like one of a container. */
function isOfContainer(text, ofRunner) {
	if (DOCKER_TIME.test(text) || COMPOSE.test(text) || JSON_LINE.test(text)) return true;
	return !ofRunner && (DESKTOP_TIME.test(text) || OF_PROGRAM.some((pattern) => pattern.test(text)));
}
function isPlain$1({ command, text, message }) {
	return command === null && /^\S/.test(text) && !HEAD$2.test(message);
}
/** `App Host: …` heads other answers too: a log has its lines below it. */
function isFollowed(head, next = "") {
	return !head.startsWith("App Host") || DOCKER_TIME.test(next);
}
// src/kamal/diagnosis/from-sentence.ts
/** What a sentence says, and what it is about; a group that is not one of the particulars is the subject. */
function recognisedBy({ sentence, line, groups }) {
	const { secret, vault, item, ...others } = groups;
	const subject = Object.values(others).find((each) => each !== void 0 && each !== "") ?? null;
	return {
		cause: sentence.cause,
		proof: line,
		variant: sentence.variant ?? null,
		...sentence.certain === false ? { confidence: "likely" } : {},
		...secret === void 0 ? {} : { secret },
		...vault === void 0 ? {} : { vault },
		...item === void 0 ? {} : { item },
		subject
	};
}
/** The same with the registry that is meant as its subject: its host, if the matching line or another one says. */
function ofRegistry$1(given, output) {
	const found = ofDoubledName(given, output);
	if (!/^registry-(?:auth|unreachable|refused-upload)$/.test(found.cause) || found.subject != null) return found;
	const hosts = [found.proof ?? "", ...output.split("\n")].map((line) => /https?:\/\/(?:[^/\s"@]*@)?([\w.:[\]-]+)\/(?:v2|token)\b/.exec(line)?.[1]);
	return {
		...found,
		subject: hosts.find((host) => host !== void 0) ?? null
	};
}
/**
* The same of an image whose name has the registry twice, as Kamal puts `registry.server` before `image:` (2.12.0,
* lib/kamal/configuration.rb, `repository`): no registry has a repository of that name.
*/
function ofDoubledName(found, output) {
	const open = found.variant == null || found.variant === "repository" || found.variant === "policy";
	if (!/^(?:registry-(?:auth|refused-upload)|image-not-found)$/.test(found.cause) || !open) return found;
	const host = [found.proof ?? "", ...output.split("\n")].map((line) => /(?<![\w.-])([\w-]+(?:\.[\w-]+)+(?::\d+)?)\/(?:v2\/)?\1\//.exec(line)?.[1]).find((each) => each !== void 0);
	return host === void 0 ? found : {
		...found,
		variant: "twice",
		subject: host
	};
}
// src/kamal/diagnosis/error-report.ts
/** What leads a message: which hosts and roles it is about (Kamal 2.12.0, lib/kamal/sshkit_with_ext.rb). */
const LEADS = [
	{
		pattern: /^Exceptions on \d+ (?:hosts|roles):\s?/,
		read: () => ({})
	},
	{
		pattern: /^Exception while executing on host (\S+): ?/,
		read: (host) => ({ host })
	},
	{
		pattern: /^Exception while executing on host (\.{2,}|…|\*{2,}|<[^>]+>|\[[^\]]+\])(?::|(?= )) ?/,
		read: (host) => ({ host })
	},
	{
		pattern: /^Exception while executing as [^\s@]+@(\S+): ?/,
		read: (host) => ({ host })
	},
	{
		pattern: /^Failed to (?:clone repo|validate clone): (?=git exit status: )/,
		read: () => ({})
	},
	{
		pattern: /^Exception while executing on (\S+): ?/,
		read: (role) => ({ role })
	}
];
/**
* Takes the report apart.
* @param lines its lines, colours removed, the first beginning with `ERROR (`
* @param start index of the first one in the log
*/
function readErrorReport(lines, start) {
	const [first = "", ...rest] = lines;
	const head = /ERROR \(([\w:]+)\): ?(.*)$/.exec(first);
	if (head === null) return null;
	const parts = [];
	let role = null;
	for (const [index, line] of [head[2] ?? "", ...rest].entries()) {
		let text = line;
		let led = index === 0;
		let host = null;
		for (let found = leadOf(text); found !== null; found = leadOf(text)) {
			led = true;
			text = text.slice(found.length);
			if (found.about.role !== void 0) role = found.about.role;
			if (found.about.host !== void 0) host = found.about.host;
		}
		const last = parts.at(-1);
		if (last === void 0) parts.push({
			host,
			role,
			text: [text],
			line: start
		});
		else if (!led) last.text.push(text);
		else {
			if (last.host === null && last.text.every((each) => each === "")) parts.pop();
			parts.push({
				host,
				role,
				text: [text],
				line: start + index
			});
		}
	}
	const [one, ...others] = parts.map(({ host, role: of, text, line }) => {
		const message = text.join("\n").trim();
		return {
			host,
			role: of,
			message,
			command: readFailedCommand(message),
			line
		};
	});
	return one === void 0 ? null : {
		className: head[1] ?? "",
		occurrences: [one, ...others]
	};
}
function leadOf(line) {
	const text = line.trimStart();
	for (const { pattern, read } of LEADS) {
		const match = pattern.exec(text);
		if (match !== null) return {
			length: line.length - text.length + match[0].length,
			about: read(match[1] ?? "")
		};
	}
	return null;
}
/** False of what someone put in the place of a host. */
const isNamed = (host) => /^[\w[:][\w.:%\]-]*$/.test(host) && !/^\[(?![\da-f:])/i.test(host);
function readFailedCommand(message) {
	const match = /^(?:.*\n)?(\S[^\n]*) exit status: (\d+)$/m.exec(message);
	const [, program = "", status = ""] = match ?? [];
	if (match === null) return null;
	const after = message.slice(message.indexOf(`${program} exit status: `));
	const stdoutAt = after.indexOf(`\n${program} stdout: `);
	const stderrAt = after.lastIndexOf(`\n${program} stderr: `);
	const part = (from, to) => {
		const text = from < 0 ? "" : after.slice(from, to).replace(/^\n[^\n]*? std(?:out|err): /, "").trim();
		return text === "Nothing written" ? "" : text;
	};
	return {
		program,
		status: Number(status),
		stdout: part(stdoutAt, stderrAt < 0 ? after.length : stderrAt),
		stderr: part(stderrAt, after.length),
		whole: stderrAt >= 0
	};
}
// src/kamal/diagnosis/report-block.ts
/** Two blanks, perhaps what is left of a colour, and the class; SSHKit's own ` ERROR ` has no class. */
const REPORT = /^\s*(?:\[31m)?ERROR \([A-Z][\w:]*\): ?/;
/** What Kamal never prints within a message: its own backtrace (-v), a runner's commands, the next run. */
const AFTER = /^(?:\S+\.rb:\d+:in [`']|<internal:\S+>:\d+:in [`']|##\[|::(?:error|endgroup|group)\b|Error: Process completed with exit code|\[0m$)/;
/** The lines with which Kamal continues, or starts again (2.0 to 2.12, lib/kamal/cli/main.rb and base.rb). */
const GOES_ON = /^(?: {0,2}(?:INFO|DEBUG) \[[0-9a-f]{8}\] |(?:Acquiring the deploy lock\b.*|Build and push app image|Pull app image|Log into image registry|Ensure [\w-]+ is (?:running|installed)|Detect stale containers|Start container with version .*)\.\.\.$)/;
/** What ends even a hook's output. */
const RUNNER = /^(?:##\[(?:error|group|endgroup)|::(?:error|endgroup|group)\b)/;
const STATUS = /^(?:.*: )?(\S+) exit status: \d+$/;
/**
* A class that no Kamal raises: of a program that reports its error as Kamal does (kamal-backup 0.x, `exe/kamal-backup`),
* below the error of the command that ran it.
*/
const FOREIGN = /^\s*(?:\[31m)?ERROR \((?!(?:Kamal|Mrsk|SSHKit|Net|OpenSSL|Errno|IO|Socket|JSON|Psych|Dotenv|Thor|Gem|Bundler|Ed25519|Encoding|ActiveSupport|Module|ERB|Concurrent|Zeitwerk|Timeout|RbNaCl|BCryptPbkdf|X25519|URI|Regexp|Process|Zlib)::)[A-Z]\w*::[\w:]+\): /;
/**
* The last run of a log and the error that Kamal itself reports of it. What a hook printed is the hook's: an `ERROR (…)`
* of a Kamal that a hook had started is part of the hook's output.
* @param raw the lines with their colours: a reset of the colour ends a message
*/
function lastRun(raw, lines) {
	const found = [];
	for (const [start, line] of lines.entries()) if (REPORT.test(line.text) && start >= (found.at(-1)?.end ?? 0) && !follows(lines, found.at(-1), start) && !withinHook$1(lines, found.at(-1)?.end ?? 0, start)) found.push({
		start,
		end: endOf$1(raw, lines, start)
	});
	const last = found.at(-1);
	if (last === void 0) return {
		start: 0,
		block: null
	};
	const { start, end } = last;
	if (lines.some(({ text }, index) => index >= end && (/^\s*Finished all in [\d.]+ seconds/.test(text) || GOES_ON.test(text)))) return {
		start: end,
		block: null
	};
	const report = readErrorReport(lines.slice(start, end).map(({ text }, index) => (index === 0 ? text.replace(/^\s*\[31m/, "") : text).replace(/\[0m$/, "")), start);
	return {
		start: found.at(-2)?.end ?? 0,
		block: report === null ? null : {
			report,
			start,
			end
		}
	};
}
function endOf$1(raw, lines, start) {
	let program = null;
	let open = false;
	const nested = lines.slice(start, start + 4).some(({ text }) => NESTED.test(text));
	for (let index = start; index < lines.length; index++) {
		const text = lines[index]?.text ?? "";
		const begun = open ? null : programIn(text);
		if (begun !== null) {
			program = begun;
			open = true;
		}
		if (program !== null && text.startsWith(`${program} stderr: `)) open = false;
		const hook = open && program?.includes("hooks/") === true;
		if (index > start && isBehind(text, hook, nested)) return index;
		const closes = (raw[index] ?? "").trimEnd();
		if (!hook && endsMessage(closes, program !== null)) return index + 1;
	}
	return lines.length;
}
/** True if a line is only a reset of the colour, perhaps after a runner's time. */
function endsAlone(line) {
	return line.endsWith("\x1B[0m") && /^(?:\S*Z )?$/.test(line.slice(0, -4));
}
/** True if the error before is a hook's and breaks off: what comes next is what the hook printed. */
function follows(lines, before, start) {
	if (before === void 0 || before.end !== start) return false;
	return /ERROR \(Kamal::Cli::HookError\): Hook `[^`]*` failed:\s*$/.test(lines[start - 1]?.text ?? "");
}
/** By the lines of a log: each error in it asks, and a log can have a hundred thousand. */
const marksByLog = /* @__PURE__ */ new WeakMap();
function marksOf(lines) {
	const known = marksByLog.get(lines);
	if (known !== void 0) return known;
	const isMark = lines.map(({ text, level }) => level !== null || HOOK.test(text));
	let last = -1;
	const before = isMark.map((is, at) => {
		const nearest = last;
		if (is) last = at;
		return nearest;
	});
	last = -1;
	const after = before.map(() => -1);
	for (let at = lines.length - 1; at >= 0; at -= 1) {
		after[at] = last;
		if (isMark[at] === true) last = at;
	}
	const marks = {
		before,
		after
	};
	marksByLog.set(lines, marks);
	return marks;
}
/** True for an error that a hook printed, in a log that has lost the line in which Kamal says that the hook failed. */
function withinHook$1(lines, from, start) {
	const marks = marksOf(lines);
	const at = marks.before[start] ?? -1;
	const before = at >= from ? lines[at] : void 0;
	const after = lines[marks.after[start] ?? -1];
	const own = STATUS.test(lines[start + 1]?.text ?? "");
	return before !== void 0 && before.level === null || !own && after !== void 0 && after.level === null;
}
/** What SSHKit says of a hook that failed (1.25, lib/sshkit/command.rb). */
const HOOK = /^\S*hooks\/[\w-]+ (?:exit status|stdout|stderr): /;
/** What a command wrote that uses SSHKit itself: its lines are as Kamal's. */
const NESTED = /^\S+ std(?:out|err): +(?:INFO|DEBUG) \[[0-9a-f]{8}\] /;
/** Whether a line is of what comes after the report; a hook may write anything but the runner's own lines. */
function isBehind(text, hook, nested) {
	if (hook) return RUNNER.test(text);
	if (nested && /^ *(?:INFO|DEBUG) /.test(text)) return false;
	return !FOREIGN.test(text) && [
		AFTER,
		REPORT,
		GOES_ON
	].some((pattern) => pattern.test(text));
}
/** The colour ends with the message; that of a command ends with a line end, so the reset has its own line. */
function endsMessage(line, isOfCommand) {
	return isOfCommand ? endsAlone(line) : line.endsWith("\x1B[0m");
}
/** The program whose exit status a line gives. */
function programIn(text) {
	const status = STATUS.exec(text.replace(/^\s*(?:\[31m)?ERROR \([\w:]+\): ?/, ""));
	return status === null ? null : status[1] ?? "";
}
// src/kamal/diagnosis/log-reading.ts
const FINISHED$1 = /^Finished in [\d.]+ seconds with exit status (\d+) \(/;
/** Characters of a line that are read: no tool's sentence is longer, and what a program dumps is. */
const LONGEST = 4e3;
/** Reads a log, as bytes came or as a runner saved it. */
function readLog(log) {
	const raw = withoutMargin((typeof log === "string" ? log.split("\n") : log).map((line) => line.length > LONGEST ? line.slice(0, LONGEST) : line));
	const lines = raw.map((line) => readOutputLine(line));
	const { start, block } = lastRun(raw, lines);
	const commands = /* @__PURE__ */ new Map();
	const phases = ["start"];
	for (const [index, line] of lines.entries()) {
		if (index < start) continue;
		const begun = phaseBegunBy(line.text, phases.at(-1) ?? "start");
		if (begun !== null) phases.push(begun);
		followCommand(commands, line, index);
	}
	const lastLine = (pattern) => lines.findLastIndex((line, index) => index >= start && pattern.test(line.text));
	return {
		lines,
		start,
		report: block?.report ?? null,
		reportStart: block?.start ?? lines.length,
		reportEnd: block?.end ?? lines.length,
		ofRunner: raw.some((line) => isOfRunner(line)),
		commands: [...commands.values()],
		phases,
		phase: phases.findLast((phase) => phase !== "release") ?? "start",
		lastLine,
		lastMatch(pattern) {
			const line = lines[lastLine(pattern)];
			return line === void 0 ? null : pattern.exec(line.text);
		}
	};
}
/**
* Lines without what precedes every one of them: the blanks of a log that was quoted, the name that docker compose or a
* log viewer puts there (`kamal-1  | …`).
*/
function withoutMargin(raw) {
	const told = raw.filter((line) => line.trim() !== "");
	const [first = "", ...others] = told;
	let shared = first.length;
	for (const line of others) {
		while (!line.startsWith(first.slice(0, shared))) shared--;
		if (shared === 0) return raw;
	}
	const margin = (others.length < 2 ? /^\s*/ : /^(?:[^|│]*[|│] ?|(?:> ?)+)?\s*/).exec(first.slice(0, shared))?.[0].length ?? 0;
	if (margin === 0) return raw;
	const framed = first.startsWith("│") && told.every((line) => line.trimEnd().endsWith("│"));
	return raw.map((line) => framed ? line.slice(margin).replace(/(?<!\s)\s*│\s*$/, "") : line.slice(margin));
}
/** Notes the command that a line announces, or the end of one. */
function followCommand(commands, line, index) {
	if (line.command === null) return;
	const announced = announcedCommand(line);
	if (announced !== null) commands.set(line.command, {
		id: line.command,
		...announced,
		line: index,
		finished: false,
		failed: false
	});
	const ended = commands.get(line.command);
	const status = ended === void 0 ? void 0 : FINISHED$1.exec(line.message)?.[1];
	if (ended === void 0 || status === void 0) return;
	ended.finished = true;
	ended.failed ||= Number(status) !== 0;
}
/**
* The plain lines among the last ones before the error, or before another line.
* @param most how many lines are looked through
*/
function plainBefore({ lines, start, reportStart }, most, end = reportStart) {
	return lines.slice(Math.max(start, end - most), end).flatMap(({ level, text }) => level === null ? [text] : []);
}
/** What a command wrote, as Kamal shows it with `-v`, behind a tab (sshkit 1.25, formatters/pretty.rb); empty without. */
function messagesOf({ lines }, { id, line: from }) {
	return lines.slice(from).filter(({ command, level, message }) => command === id && level === "DEBUG" && /^(?:\t| {2,})/.test(message)).map(({ message }) => message.trim());
}
// src/kamal/diagnosis/sentences/onepassword.ts
/** What op 2.x writes to standard error, without `[ERROR] 2026/01/31 12:00:00 `. */
const OP = [
	{
		cause: "op-not-signed-in",
		says: /^Authentication error with environment variables: you must set either/,
		from: "1Password/load-secrets-action 1 to 4, src/utils.ts; 1Password/load-secrets-action#71"
	},
	{
		cause: "op-misconfigured",
		says: /permissions are too broad|can't safely access "(?<subject>[^"]*)"|(?:isn't|not) owned by the current user|can't (?:create|read|write|open) [^\n]*(?:config|\.config\/op)|mkdir [^\n]*: permission denied|XDG_(?:CONFIG|RUNTIME)/,
		from: "op 2.x; 1Password community, \"permissions are too broad\"",
		variant: "directory"
	},
	{
		cause: "op-misconfigured",
		says: /found multiple accounts(?: for filter "?(?<subject>[^"\s]+)"?)?|[Mm]ultiple accounts found/,
		from: "op 2.x; 1Password/terraform-provider-onepassword#217",
		variant: "accounts"
	},
	{
		cause: "op-misconfigured",
		says: /connecting to desktop app|[Cc]an't connect to the 1Password app|1Password app isn't (?:running|installed)|couldn't start daemon|error (?:starting|connecting to) daemon|daemon: |OP_CONNECT_(?:HOST|TOKEN)|[Cc]onnect (?:server|host|token)|unknown (?:shorthand )?(?:flag|command)|biometric/,
		from: "op 2.x, developer.1password.com/docs/cli; spf13/cobra",
		variant: "session"
	},
	{
		cause: "op-misconfigured",
		says: /\/v1\/vaults|unsupported protocol scheme/,
		from: "1Password Connect, whose address is empty or wrong; 1Password/load-secrets-action#24",
		variant: "session"
	},
	{
		cause: "op-unavailable",
		says: /rate[- ]?limit|[Tt]oo many requests|\b429\b/,
		from: "1password/terraform-provider-onepassword, 1password/install-cli-action issues; developer.1password.com, service-accounts/rate-limits",
		variant: "rate"
	},
	{
		cause: "op-unavailable",
		says: /\b50\d\b|[Ss]ervice [Uu]navailable|[Ii]nternal [Ss]erver [Ee]rror|[Bb]ad [Gg]ateway|dial tcp|no such host|i\/o timeout|TLS handshake|connection (?:refused|reset)|network is unreachable|context deadline exceeded|[Cc]lient\.Timeout|deadline exceeded|request (?:timed out|canceled)|timed? ?out|unexpected EOF|x509: |proxyconnect/,
		from: "Go, net and net/http, as op passes them on"
	},
	{
		cause: "op-not-signed-in",
		says: /no account found(?: for)?(?: filter)?(?: "?(?<subject>[^"\s]+)"?)?|found no accounts? for(?: filter)?(?: "?(?<filter>[^"\s]+)"?)?|account [^\n]*(?:not found|isn't (?:known|configured|signed in))/,
		from: "op 2.x, --account that names none of the accounts known here",
		variant: "account"
	},
	{
		cause: "op-not-signed-in",
		says: /DecodeSACredentials|failed to parseToken|(?:service account token|token)[^\n]*(?:format is invalid|invalid format|malformed)/,
		from: "1Password SDK and op 2.x; 1Password/load-secrets-action#74",
		variant: "format"
	},
	{
		cause: "op-not-signed-in",
		says: /SessionToken|\b401\b|[Uu]nauthori[sz]ed|not (?:currently )?signed in|[Nn]o accounts? (?:are )?configured|could not find session token|no active session|session token|[Ii]nvalid (?:service account )?token|[Ss]ervice account (?:token|.*(?:deleted|suspended|deactivated))|session expired|authentication required|authorization prompt dismissed|[Ss]ign ?in credentials|[Aa]uthentication (?:failed|error)|signin/,
		from: "op 2.x; 1password/load-secrets-action and install-cli-action issues"
	},
	{
		cause: "vault-item-ambiguous",
		says: /[Mm]ore than one (?:item|vault|field) matches "(?<item>[^"]*)"|matches more than one (?:item|vault)|[Mm]ore than one (?:item|vault|field)/,
		from: "op 2.x; 1Password community, \"More than one item matches\""
	},
	{
		cause: "vault-field-missing",
		says: /["'`](?<secret>[^"'`]*)["'`] isn't a field in\b|(?:no such field|field not found)[: ]+["'`]?(?<field>[\w./-]+)|does not have a field ["'`]?(?<lacking>[\w./-]+)/i,
		from: "op 2.x; Kamal 2.12.0 asks with --fields"
	},
	{
		cause: "vault-item-missing",
		says: /(?:item|Item) [^\n]*(?:is|was|has been) (?:in the [Aa]rchive|archived|deleted|in the trash)|in the Archive/,
		from: "op 2.x",
		variant: "archived"
	},
	{
		cause: "vault-unreadable",
		says: /isn't a vault|vault [^\n]*not found|no such vault|can't find vault|[Nn]o vaults? (?:found|matched)/,
		from: "op 2.x",
		variant: "vault"
	},
	{
		cause: "vault-item-missing",
		says: /isn't an item\b|no item found|item [^\n]*not found|no such item|[Nn]o item matched/,
		from: "op 2.x"
	},
	{
		cause: "vault-unreadable",
		says: /\b403\b|[Ff]orbidden|[Nn]ot authorized|don't have (?:permission|access)|[Ii]nsufficient permission|[Pp]ermission denied|does not have (?:permission|access)/,
		from: "op 2.x"
	}
];
// src/kamal/diagnosis/sentences/sentence.ts
/**
* All sentences of `table` that occur in `lines`, each once, in the order of the table.
* @param doing what the failed command was asked to do; null if not known
*/
function heard(lines, table, doing = null) {
	const found = [];
	for (const sentence of table) {
		if (sentence.during !== void 0 && (doing === null || !sentence.during.includes(doing))) continue;
		for (const line of lines) {
			const match = spokenIn(sentence, line);
			if (match === null) continue;
			found.push({
				sentence,
				line: line.trim(),
				groups: match.groups ?? {}
			});
			break;
		}
	}
	return found;
}
/** The sentence in a line; null if it is not there, or is only quoted: a test that prints it, a rule about it, a message. */
function spokenIn({ says }, line) {
	const match = says.exec(line);
	return match === null || isQuoted(line, match) ? null : match;
}
/** What a program quotes of its own error has a word for it before the quotation, or is a field of a log line. */
const INTRODUCES = /(?:[Ee]rr(?:or)?|ERROR|[Ee]xception)\b|\b(?:[Cc]ould not|[Cc]annot|[Uu]nable to|Get|Head|Post|Put|[Ff]atal|FATAL|[Pp]anic(?:ked)?|[Ff]ail(?:ed|ure)?|FAILED|[Aa]borted|msg|[Mm]essage|[Rr]eason|[Cc]aused?|desc)\b|^\s*\{/;
const MARK = /(?<!\\)["“”]/g;
/** Whether a match is part of a quotation within a line that nothing introduces as an error. */
function isQuoted(line, match) {
	if (match.index === 0 || match[0].search(MARK) >= 0) return false;
	const marks = [...line.slice(0, match.index).matchAll(MARK)];
	const before = line.slice(0, marks.at(-1)?.index ?? 0);
	return marks.length % 2 === 1 && before.trim() !== "" && !INTRODUCES.test(before);
}
// src/kamal/diagnosis/recognise-vault.ts
/**
* 1Password: what op itself wrote to standard error comes first, `[ERROR] 2026/01/31 12:00:00 "X" isn't an item …`;
* Kamal's adapter says after it only that it could not read (2.0 to 2.12, lib/kamal/secrets/adapters/one_password.rb).
*/
const recogniseVault = ({ occurrence: { message, command }, reading }) => command === null ? vaultCauses(message, reading) : [];
/** @param message of Kamal's adapter; empty if it is another one */
function vaultCauses(message, reading) {
	const read = /^Could not read (?:(.*) )?from (.*) in the (.*) 1Password vault$/m.exec(message);
	const login = message.startsWith("Failed to login to 1Password");
	if (read === null && !login) return [];
	const place = read === null ? {} : {
		item: read[2] ?? null,
		vault: read[3] ?? null
	};
	const last = lastOpLine(reading);
	const said = byOp(last);
	if (said.length > 0) return said.map((each) => ({
		...place,
		...each
	}));
	const unmarked = withoutMark(reading);
	if (unmarked.length > 0) return unmarked.map((each) => ({
		...place,
		...each
	}));
	const proof = last === void 0 ? {} : { proof: last };
	return [login ? {
		cause: "op-not-signed-in",
		confidence: "likely",
		...proof
	} : {
		cause: "vault-unreadable",
		confidence: "likely",
		...place,
		...proof
	}];
}
/** The same of a line right before the error that has lost its `[ERROR]` and its time, as people quote it. */
function withoutMark(reading) {
	return heard(plainBefore(reading, 3).map((text) => text.trim()).toReversed(), OP).map((each) => ({
		...recognisedBy(each),
		confidence: "likely"
	}));
}
/** What op's last words are evidence of. */
function byOp(last) {
	return last === void 0 ? [] : heard([last], OP).map((each) => recognisedBy(each));
}
/**
* The last that op, or 1Password's action, wrote as an error in the last run, without its time.
* @param end index of the line before which it has to be
*/
function lastOpLine({ lines, start }, end = lines.length) {
	for (let index = end - 1; index >= start; index--) {
		const text = lines[index]?.text ?? "";
		const said = /^\[ERROR\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (.*)$/.exec(text)?.[1] ?? OF_SDK.exec(text)?.[1];
		if (said !== void 0) return said;
	}
}
/**
* 1Password's own action in a step before (1password/load-secrets-action 2 and 3), whose errors come from op or the SDK:
* they contain a secret reference, or the SDK's client.
*/
const OF_SDK = /^(?:##\[error\]|::error::|Error: +(?! ))*(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?((?:Authentication error with environment variables|could not (?:read secret|resolve reference|get item)|error (?:initializing client|resolving secret reference)\b|(?=[^\n]*(?:could not|[Ee]rror|isn't))(?=[^\n]*\bop:\/\/))[^\n]*)$/;
// src/kamal/diagnosis/sentences/secrets.ts
/** Kamal's own words about secrets (2.0 to 2.12, lib/kamal/secrets.rb, cli/secrets.rb, secrets/adapters/*.rb). */
const SECRETS_WORDS = [
	{
		cause: "secrets-file-missing",
		says: /^Secret '(?<secret>[^']*)' not found, no secret files(?: \((?<subject>[^)]+)\))?/,
		from: "Kamal 2.0 to 2.12, lib/kamal/secrets.rb"
	},
	{
		cause: "secret-not-found",
		says: /^Secret '(?<secret>[^']*)' not found in \S/,
		from: "Kamal 2.0 to 2.12, lib/kamal/secrets.rb"
	},
	{
		cause: "secret-not-found",
		says: /^Secret '(?<secret>[^']*)' not found\b/,
		from: "the same, of a log that is cut: where Kamal looked is missing",
		certain: false
	},
	{
		cause: "fetch-account-missing",
		says: /^Missing required option '--account'/,
		from: "Kamal 2.4 to 2.12, lib/kamal/secrets/adapters/base.rb"
	},
	{
		cause: "fetch-adapter-unknown",
		says: /^Unknown secrets adapter: (?<subject>.*)$/,
		from: "Kamal 2.0 to 2.12, lib/kamal/secrets/adapters.rb"
	},
	{
		cause: "secret-not-fetched",
		says: /^Could not find secret (?<secret>\S+)$/,
		from: "Kamal 2.0 to 2.12, lib/kamal/cli/secrets.rb, extract"
	},
	{
		cause: "op-not-installed",
		says: /^1Password CLI is not installed|^No such file or directory - op$|(?:^|[: ])op: (?:command )?not found/,
		from: "Kamal 2.0 to 2.12, lib/kamal/secrets/adapters/one_password.rb; Ruby Errno::ENOENT; shells"
	},
	{
		cause: "secrets-adapter-failed",
		says: /^(?<subject>Bitwarden Secrets Manager|Bitwarden|LastPass|Doppler|AWS|gcloud|Passbolt|Enpass|Keeper) CLI is not installed/,
		from: "Kamal 2.0 to 2.12, lib/kamal/secrets/adapters/*.rb",
		variant: "missing"
	},
	{
		cause: "secrets-adapter-failed",
		says: /^(?:Failed to (?:login to and unlock|login to|sync) (?<subject>Bitwarden|LastPass|Doppler|Passbolt)|Could not (?:login|authenticate) to (?<to>Bitwarden Secrets Manager|gcloud|Passbolt)|could not login to (?<gcloud>gcloud))/,
		from: "Kamal 2.0 to 2.12, lib/kamal/secrets/adapters/*.rb",
		variant: "login"
	},
	{
		cause: "secrets-adapter-failed",
		says: /^Could not (?:read|find) .*\b(?:from|in) (?<subject>Bitwarden Secrets Manager|Bitwarden|LastPass|Doppler|AWS Secrets Manager|Google Secret Manager|Passbolt|Enpass)$|^Could not find the following (?:secrets|folders) in (?<passbolt>Passbolt)|^Could not find field .* in item .* in (?<field>Bitwarden)/,
		from: "Kamal 2.0 to 2.12, lib/kamal/secrets/adapters/*.rb"
	},
	{
		cause: "secrets-adapter-failed",
		says: /^You must specify what to retrieve from (?<subject>Bitwarden Secrets Manager)|^Item .* is not a login type item and no fields were specified|^Missing project or config from '--from=project\/config' option|^No secrets given to fetch$/,
		from: "Kamal 2.0 to 2.12, lib/kamal/secrets/adapters/*.rb",
		variant: "line"
	},
	{
		cause: "secrets-adapter-failed",
		says: /^(?:\S+: )?(?:Secrets Manager can't find the specified secret|You can't perform this operation on the secret|User: arn:aws:\S+ is not authorized)|\((?:AccessDenied|ResourceNotFound|UnrecognizedClient|ExpiredToken|InvalidSignature)(?:Exception)?\) when calling the \w*Secret\w* operation/,
		from: "Kamal 2.4 to 2.12, lib/kamal/secrets/adapters/aws_secrets_manager.rb; AWS CLI 2",
		variant: "aws"
	}
];
/** Another adapter's program that was not there when Ruby called it. */
const KAMAL_WORDS = [
	{
		cause: "docker-missing",
		says: /^Docker is not installed (?:on (?<host>[^,\s]+)|locally)/,
		from: "Kamal 2.0 to 2.12, lib/kamal/cli/server.rb and base.rb"
	},
	{
		cause: "builder-unavailable",
		says: /^Docker buildx plugin is not installed locally/,
		from: "Kamal 2.0 to 2.12, lib/kamal/cli/base.rb; 2.0 to 2.3 lib/kamal/cli/build.rb",
		variant: "buildx"
	},
	{
		cause: "lock-held",
		says: /^(?:Deploy lock found\.|Timed out waiting for deploy lock|Deploy lock held manually)/,
		from: "Kamal 2.0 to 2.12, lib/kamal/cli/base.rb"
	},
	{
		cause: "not-a-git-repository",
		says: /no git repository found in |not a git repository|detected dubious ownership/,
		from: "Kamal 2.0 to 2.12, lib/kamal/configuration.rb; git 2.35 and later"
	},
	{
		cause: "build-failed",
		says: /^Missing (?<subject>\S*Dockerfile\S*)$/,
		from: "Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb",
		variant: "not-committed"
	},
	{
		cause: "build-failed",
		says: /^Clone in \S+ is (?:dirty|not on the correct revision)/,
		from: "Kamal 2.0 to 2.12, lib/kamal/cli/build/clone.rb",
		variant: "clone"
	},
	{
		cause: "builder-unavailable",
		says: /^Couldn't create remote builder: /,
		from: "Kamal 2.0 to 2.12, lib/kamal/cli/build.rb, which says so for whatever `docker buildx create` wrote",
		variant: "remote",
		certain: false
	},
	{
		cause: "accessory-missing",
		says: /^(?:No accessory by the name of '(?<subject>[^']+)'|(?:Kamal|Mrsk)::\S+ delegated to accessory_config\.\w+, but accessory_config is nil)/,
		from: "Kamal 2.0 to 2.12, lib/kamal/cli/accessory.rb; Kamal 1, commands/accessory.rb; basecamp/kamal#424, #651",
		variant: "config"
	},
	{
		cause: "version-unknown",
		says: /^Container not found$/,
		from: "Kamal 2.0 to 2.12, lib/kamal/cli/main.rb, rollback"
	},
	{
		cause: "command-unknown",
		says: /^(?:Raw|Detach) is not compatible with |^No command provided\.|^Unknown boot_config subcommand /,
		from: "Kamal 2.4 to 2.12, lib/kamal/cli/app.rb, accessory.rb, server.rb, proxy.rb"
	},
	{
		cause: "image-label-missing",
		says: /^Image (?<subject>\S+) is missing the 'service' label/,
		from: "Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb"
	},
	{
		cause: "unhealthy",
		says: /^(?:container not ready(?: after)?|Halted at barrier|Failed to get endpoint for)/,
		from: "Kamal 1.9 to 2.12, lib/kamal/cli/healthcheck/*.rb, app/boot.rb"
	},
	{
		cause: "config-invalid",
		says: /^(?<subject>proxy|servers\/\S+?\/proxy|accessories\/\S+?\/proxy): Specify one of 'host' or 'hosts', not both/,
		from: "Kamal 2.0 to 2.12, lib/kamal/configuration/validator/proxy.rb; basecamp/kamal#1832: both files are merged",
		variant: "merged"
	},
	{
		cause: "config-invalid",
		says: /^proxy: should be a hash/,
		from: "Kamal 2.0 to 2.12, lib/kamal/configuration/validator.rb; basecamp/kamal#1556",
		variant: "proxy-off"
	},
	{
		cause: "config-invalid",
		says: /^(?:No --(?:hosts|roles) match for|You must specify a destination|Invalid builder configuration|Builder arch not set|Invalid cache type|Conflicting proxy run|Configuration file not found in|Missing file: |OTel endpoint is required|file path is required|Invalid publish IP|retain must be at least|Cannot use (?:login|logout) command with a local registry)/,
		from: "Kamal 2.0 to 2.12, lib/kamal/configuration*.rb, commander.rb, commands/accessory.rb"
	},
	{
		cause: "config-invalid",
		says: /^key not found: "(?<subject>[^"]+)"|^undefined local variable or method [`'](?<name>\w+)'/,
		from: "Ruby, of the ERB of config/deploy.yml, which is read before Kamal says a word",
		variant: "erb",
		certain: false
	},
	{
		cause: "config-invalid",
		says: /^undefined method [`']env' for nil/,
		from: "Kamal 2.0 to 2.8, lib/kamal/configuration/role.rb, env_tags; basecamp/kamal#1714",
		variant: "tags",
		certain: false
	},
	{
		cause: "config-invalid",
		says: /^Missing required configuration keys?: \["(?<subject>[^"]+)"/,
		from: "dotenv 2.7 to 3.2, lib/dotenv/missing_keys.rb, of `Dotenv.require_keys` in the ERB of config/deploy.yml",
		variant: "erb"
	},
	{
		cause: "secrets-file-missing",
		says: /^No such file or directory @ rb_sysopen - (?<envify>\.env\S*\.erb)$/,
		from: "Kamal 1.0 to 1.9, lib/kamal/cli/main.rb, envify; basecamp/kamal#574",
		variant: "envify"
	},
	{
		cause: "config-invalid",
		says: /^No such file or directory @ rb_sysopen - (?<subject>[^/\s]\S*)$/,
		from: "Ruby 3.1 to 4.0, File.read in the ERB of config/deploy.yml (Kamal 2.0 to 2.12, lib/kamal/configuration.rb); basecamp/kamal#1304",
		variant: "erb-file",
		certain: false
	}
];
/** What the program of another adapter writes to standard error before Kamal says that it failed. */
const ADAPTER_OUTPUT = [
	{
		cause: "secrets-adapter-failed",
		says: /^error: unrecognized subcommand|^error: (?:unexpected argument|Found argument)|^(?:Error: )?[Uu]nknown (?:command|flag|option)\b|^\S+: error: (?:argument \S+: )?[Ii]nvalid choice/,
		from: "clap 3 and 4, of bws 0.x to 2.x (basecamp/kamal#1440); cobra; commander; Python argparse",
		variant: "version"
	},
	{
		cause: "secrets-adapter-failed",
		says: /\bdial tcp\b|no such host|i\/o timeout|TLS handshake timeout|connection (?:refused|reset)|ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|Could not connect to the endpoint URL|Max retries exceeded|Failed to resolve|Temporary failure in name resolution|\b50[234] (?:Bad Gateway|Service Unavailable|Gateway Time-?out)/,
		from: "Go, net, of Doppler CLI 3; Node.js, of Bitwarden CLI; botocore, of AWS CLI 2; Python requests, of gcloud",
		variant: "network"
	},
	{
		cause: "secrets-adapter-failed",
		says: /[Nn]ot logged in|[Vv]ault is locked|[Ll]ogin required|Could not find decryption key|do not currently have an active account|Unable to locate credentials|(?:token|session|key) (?:is |has )?(?:invalid|expired)|[Ii]nvalid (?:access )?token|ExpiredToken|[Aa]uthentication failed|401 Unauthorized|could not retrieve vault password|mac failed\.|[Uu]nable to fetch auth code|Reauthentication (?:failed|required)/,
		from: "Bitwarden CLI 2022 to 2026; LastPass CLI 1.3 to 1.6; gcloud; AWS CLI 2; Doppler CLI 3; bws; enpass-cli 1.6",
		variant: "login"
	},
	{
		cause: "secrets-adapter-failed",
		says: /^ERROR: \(gcloud\.[\w.-]+\) (?:NOT_FOUND|PERMISSION_DENIED|INVALID_ARGUMENT|FAILED_PRECONDITION)\b|^Not found\.$|^More than one result was found|\((?:AccessDenied|ResourceNotFound)(?:Exception)?\) when calling/,
		from: "gcloud, googleapis errors; Bitwarden CLI 2022 to 2026; AWS CLI 2; Kamal 2.0 to 2.12 parses what gcloud did not print (lib/kamal/secrets/adapters/gcp_secret_manager.rb)"
	}
];
// src/kamal/diagnosis/beneath-secrets.ts
/**
* What failed beneath the secrets file: Kamal throws away how a `$(…)` ended (2.0 to 2.12,
* lib/kamal/secrets/dotenv/inline_command_substitution.rb), and several adapters parse what their program did not print.
*/
/** JSON's parser, of nothing (json 1.8 to 2.15); 2.10 and 2.11 say the same of JSON that ends too soon. */
const OF_NOTHING = /unexpected token at ''|unexpected end of input(?: at line 1 column 1)?$|^A JSON text must at least|unexpected eof/i;
/** `ERROR (CLASS): WORDS` that an inner Kamal printed, which became the value. */
const OF_INNER = /ERROR \([\w:]+\): (.*)$/;
/** They end with the reset of Kamal's colour, or with what the parser puts behind them. */
function innerWords(text) {
	return OF_INNER.exec(text)?.[1]?.split("[0m")[0]?.split("' at line")[0]?.replace(/'$/, "");
}
/**
* What JSON's parser could not read: what an inner Kamal printed instead, or nothing, because the program before failed;
* empty if it is neither.
*/
function beneathJson(reading, message, end) {
	const inner = innerWords(message);
	if (inner !== void 0) return ofInner(reading, inner);
	if (OF_NOTHING.test(message)) return ofNothing(reading, end);
	return ofNothing(reading, end).filter(({ variant }) => variant !== "nothing").map((each) => ({
		...each,
		confidence: "likely"
	}));
}
/** Thor's answer to an `extract` whose JSON is empty, or has the words of an inner Kamal's error instead. */
function beneathExtract(reading, line) {
	const [, list = ""] = /with arguments \[(.*)\]$/.exec(reading.lines[line]?.text ?? "") ?? [];
	const words = list.replaceAll(/^"|"$/g, "").split("\", \"");
	const inner = innerWords(words.slice(1).join(" ").replaceAll(String.raw`\e`, ""));
	if (inner !== void 0) return ofInner(reading, inner);
	return words.length === 1 ? ofNothing(reading, line) : [];
}
function ofInner(reading, words) {
	const ofVault = vaultCauses(words, reading);
	return ofVault.length > 0 ? ofVault : heard([words], SECRETS_WORDS).map((each) => recognisedBy(each));
}
function ofNothing(reading, end) {
	const texts = plainBefore(reading, 10, end).filter((text) => text.trim() !== "");
	const last = texts.at(-1)?.trim();
	const ofOp = lastOpLine(reading);
	const isLast = ofOp !== void 0 && last?.includes(ofOp) === true;
	const found = byOp(ofOp).map((each) => isLast ? each : {
		...each,
		confidence: "likely"
	});
	if (found.length > 0) return found;
	const [said] = heard(texts.toReversed(), ADAPTER_OUTPUT);
	if (said !== void 0) return [recognisedBy(said)];
	return [{
		cause: "secrets-unparsable",
		variant: "nothing",
		confidence: "likely",
		...last === void 0 ? {} : { proof: last }
	}];
}
/**
* A `NAME=$(op read …)` that fails leaves NAME empty, and Kamal goes on (2.0 to 2.12): of a failure over something empty,
* what op said before. It is no evidence of its own, for it may have been another secret.
*/
function emptiedBy(reading, { cause, variant }) {
	const said = cause === "registry-auth" && variant === "empty" || cause === "app-secret-missing" ? lastOpLine(reading, reading.reportStart) : void 0;
	return said === void 0 ? [] : [`Before that, reading 1Password failed (“${said.slice(0, 200)}”): a \`$(…)\` of the secrets file that fails leaves its value empty.`];
}
// src/kamal/diagnosis/explanation.ts
/** `the item X`, or `the item`. */
const the = (word, name) => name === null ? `the ${word}` : `the ${word} \`${name}\``;
/** `no item X`, or `no such item`. */
const no = (word, name) => name === null ? `no such ${word}` : `no ${word} \`${name}\``;
/** The host, or words for it. */
const on = ({ host }) => host ?? "the server";
/** The machine on which a program failed, which may be the one that runs Kamal; or words for it. */
const machine = ({ host, isLocal }) => host ?? (isLocal ? "the machine that runs Kamal" : "the machine where that ran");
/** With a capital letter at the beginning. */
function capital(text) {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
// src/kamal/diagnosis/explain-building.ts
const UNCHANGED = "Nothing changed on the servers.";
/** Building the image. */
const BUILDING = {
	"build-failed": {
		means: (about) => `${whyNot(about)} ${UNCHANGED}`,
		next: buildSteps$1
	},
	"build-cache-failed": {
		means: ({ subject, variant }) => {
			if (variant === "registry") return `The registry does not accept the build cache as an image; the build itself is fine. ${UNCHANGED}`;
			if (variant === "service") return `The build cache service rejected the cache or did not answer; the build itself is fine. ${UNCHANGED}`;
			return `The build cache${subject === null ? "" : ` (${subject})`} could not be read or written; the build itself may be fine. ${UNCHANGED}`;
		},
		next: ({ subject, variant }) => {
			if (variant === "registry") return { agent: ["For Harbor, Amazon ECR and others set `builder.cache.options: mode=max,image-manifest=true,oci-mediatypes=true` in config/deploy.yml: they reject the older form of a cache.", "Or remove `cache:` from `builder:`."] };
			const others = "Or use `cache: type: registry` in `builder:`, or none.";
			if (variant === "service") return {
				human: ["Run the job again; https://www.githubstatus.com shows whether the Actions cache has a problem."],
				agent: ["To keep the cache from failing a build, set `ignore-error=true` under `builder.cache.options` in config/deploy.yml (`mode=max,ignore-error=true`).", others]
			};
			return { agent: [...subject === "gha" || subject === null ? ["For `cache: type: gha`, run `crazy-max/ghaction-github-runtime` before the deploy, so that buildx gets the cache's token, and use buildx 0.21 or later."] : [], others] };
		}
	},
	"builder-lost": {
		means: ({ variant }) => {
			if (variant === "emulation") return `The build runs under emulation (QEMU) for another architecture, and the emulation crashed. ${UNCHANGED}`;
			if (variant === "memory") return `The builder ran out of memory, and the system killed it. ${UNCHANGED}`;
			return `The builder disappeared during the build: it was stopped, ran out of memory, or the connection broke. ${UNCHANGED}`;
		},
		next: ({ variant }) => variant === "emulation" ? { agent: ["Build natively: on a runner with the architecture of the servers (`ubuntu-24.04-arm` for arm64), or with `builder.remote`."] } : { human: ["Run the job again; if it happens again, check the memory and disk of the build machine (`docker logs` of the buildx container)."] }
	},
	"builder-unavailable": {
		means: ({ subject, variant }) => {
			if (variant === "buildx") return "Docker's buildx plugin, which Kamal builds with, is missing or too old. Kamal prints the same if `docker` itself is not on PATH.";
			if (variant === "context") return `The builder refers to ${the("docker context", subject)}, which does not exist on this machine.`;
			if (variant === "no-builder") return `Docker has no builder ${subject === null ? "of the name that Kamal uses" : `\`${subject}\``}: it was removed, or Kamal could not make it, for example because Docker is not running.`;
			if (variant === "home") return `Docker has no permission for ${the("file", subject)}, in which it keeps its builders: another account made it, as \`sudo docker\` does.`;
			if (variant === "tls") return "DOCKER_HOST and DOCKER_TLS_VERIFY name another Docker engine, and buildx creates no builder from these variables.";
			if (variant === "driver") return "The `docker` driver of buildx cannot do what `builder:` in config/deploy.yml needs (several platforms, a cache).";
			if (variant === "kept") return "The image was built, but its builder (driver `docker-container`) left it in the build cache, so there was nothing to push.";
			if (variant === "image") return "The builder could not be started: its image (`moby/buildkit`, from Docker Hub) could not be pulled, because the registry did not answer.";
			if (variant === "remote") return "The remote builder of config/deploy.yml could not be reached over SSH.";
			return "Docker cannot provide the builder that `builder:` in config/deploy.yml needs.";
		},
		next: ({ subject, variant }) => {
			if (variant === "context") return { human: [`Remove the builder that refers to it, and Kamal creates a new one: \`kamal build remove\`, or \`docker buildx rm ${subject ?? "<builder>"}\`.`] };
			if (variant === "no-builder") return { human: ["Make sure that Docker is running where Kamal runs (`docker info`), then create the builder: `kamal build create`. If a half-created one is in the way, `kamal build remove` first."] };
			if (variant === "home") return { human: ["Give the folder to the account that runs Kamal: `sudo chown -R \"$USER\": ~/.docker`, or set DOCKER_CONFIG to a folder that it can write to."] };
			if (variant === "kept") return {
				agent: ["Use Kamal 2, which pushes with the build; or, with Kamal 1, remove `builder.multiarch: false` from config/deploy.yml."],
				human: ["Or make the engine's own builder the default again: `docker buildx use default`."]
			};
			if (variant === "image") return {
				human: ["Run it again; check that this machine can reach Docker Hub (`docker pull moby/buildkit:buildx-stable-1`)."],
				agent: ["Or set `builder.driver: docker`, which needs no such image, if its limits (one architecture, no cache) are acceptable."]
			};
			if (variant === "tls") return { agent: ["Create a context for it, and a builder with that context, before Kamal runs: `docker context create engine --docker \"host=$DOCKER_HOST,ca=…,cert=…,key=…\"`, then unset both variables; or build elsewhere with `builder.remote`."] };
			if (variant === "driver") return { agent: ["Add a step with `docker/setup-buildx-action` before the deploy and remove `builder.driver`; or remove `cache:` (and a second architecture) from `builder:`."] };
			if (variant === "remote") return { human: ["Check that the remote builder is up and accepts the SSH key; ssh must know its host key."] };
			return {
				agent: ["Add a step with `docker/setup-buildx-action`, or set `builder.driver: docker` if its limits (one architecture, no cache) are acceptable."],
				human: ["For `builder.remote`, check that the remote builder is up and accepts the SSH key. If HOME is not set, Docker finds no plugin: set it."]
			};
		}
	},
	"architecture-mismatch": {
		means: (about) => about.variant === "emulation" ? `The build is for a different architecture from the build machine's, and emulation for it is not installed. ${UNCHANGED}` : `The image is not built for the architecture of ${about.host ?? "that server"}${about.subject === null ? "" : ` (${about.subject})`}.`,
		next: ({ variant }) => ({ agent: variant === "emulation" ? ["Add `docker/setup-qemu-action` before the deploy, or build natively: on a runner with that architecture, or with `builder.remote`."] : ["Set `builder.arch` in config/deploy.yml to the architecture of the servers: `amd64` (x86_64) or `arm64` (aarch64), or both."] })
	}
};
function whyNot({ subject, secret, variant }) {
	switch (variant) {
		case "not-committed": return `The build does not find ${the("file", subject ?? "Dockerfile")}: Kamal builds a clone of git's HEAD, so a file that is not committed is missing.`;
		case "file-missing": return `The Dockerfile copies ${the("file", subject)}, which is not in the build context: Kamal builds a clone of git's HEAD, so a file that is not committed, or that .dockerignore lists, is missing.`;
		case "secret": return `A step of the Dockerfile asks for ${the("build secret", secret)}, which the build did not get.`;
		case "rails-key": return "Rails needs its secret key base or master key while the image is built, and the build does not have the right one.";
		case "variable": return `A step of the Dockerfile needs ${the("variable", secret)}. The secrets of \`env:\` reach the container, not the build.`;
		case "memory": return "A step of the Dockerfile ran out of memory.";
		case "base-image": return `The registry has no image ${subject === null ? "of that name" : `\`${subject}\``} to build on.`;
		case "submodule": return `Kamal clones the repository with its submodules, and git could not fetch ${subject === null ? "one of them" : `\`${subject}\``} from this machine.`;
		case "clone": return "The clone that Kamal builds from, below the system's folder for temporary files, is not what git has: it has changes, or is at another commit.";
		case "state": return "The builder has lost a part of what it had built before: its store is damaged, or was pruned in the middle.";
		case "export": return "The steps of the Dockerfile ran; what came out could not be exported or pushed.";
		case "dockerfile": return "The Dockerfile has a line that BuildKit does not understand.";
		case "step": return "A step of the Dockerfile failed.";
		case "step-silent": return "A step of the Dockerfile failed. Its output is not in this part of the log, but further up.";
		case "step-ruby": return "The Ruby version or the platform of the Dockerfile does not match the Gemfile and its lock file. Kamal builds a clone of git's HEAD: uncommitted changes do not count.";
		case "step-program": return `A step of the Dockerfile calls ${subject === null ? "a program" : `\`${subject}\``}, which is not in that stage of the image.`;
		case "step-file": return `A step of the Dockerfile does not find ${subject === null ? "a file" : `\`${subject}\``}. Kamal builds a clone of git's HEAD: what git ignores or does not have (\`node_modules\`, empty folders, uncommitted files) is missing, even if it is in your working directory.`;
		default: return "The image could not be built.";
	}
}
function buildSteps$1({ subject, secret, variant }) {
	switch (variant) {
		case "not-committed":
		case "file-missing": return { agent: [`Commit ${the("file", subject)}, or correct its path (\`builder.dockerfile\`, \`builder.context\`, .dockerignore); \`builder.context: .\` builds the working directory instead of a clone.`] };
		case "secret": return { agent: [`Add ${secret === null ? "it" : `\`${secret}\``} to \`builder.secrets\` in config/deploy.yml and to the secrets file.`] };
		case "rails-key": return { agent: ["Precompile with `SECRET_KEY_BASE_DUMMY=1` (Rails 7.1 and later; an initializer may still read credentials), or add RAILS_MASTER_KEY to `builder.secrets` and mount it in that step: `RUN --mount=type=secret,id=RAILS_MASTER_KEY …`."] };
		case "variable": return { agent: [`Pass the build ${secret === null ? "the variable" : `\`${secret}\``}: \`builder.secrets\` and \`RUN --mount=type=secret\`, or \`builder.args\` for what is not a secret.`] };
		case "memory": return { agent: ["Give the step less to do at once, or build on a machine with more memory."] };
		case "submodule": return { agent: ["Give the job access to it (`actions/checkout` with `submodules` and a token or key that can read it, kept with `persist-credentials`), or build the working directory: `builder.context: .`."] };
		case "clone": return { agent: ["Remove the clone (`rm -rf \"$TMPDIR/kamal-clones\"` or /tmp/kamal-clones), and let only one build run at a time; `builder.context: .` builds the working directory instead."] };
		case "state":
		case "export": return { agent: ["Run the job again; if it happens again, remove the builder with its state (`kamal build remove`), and remove `cache:` from `builder:` for one run."] };
		case "step-silent": return { agent: ["Diagnose the whole log, or look for the lines of that step further up.", AS_KAMAL_BUILDS] };
		case "step-ruby": return { agent: ["Set RUBY_VERSION in the Dockerfile to the version in the Gemfile; for a platform run `bundle lock --add-platform x86_64-linux` (`aarch64-linux`); commit both."] };
		case "step-program": return { agent: [`Install ${subject === null ? "it" : `\`${subject}\``} in the stage of the Dockerfile that runs the step (for JavaScript: Node.js and the package manager of the lock file).`] };
		case "step-file": return { agent: ["Commit it (an empty folder: with a `.keep`), create it in the Dockerfile (`npm ci`, `mkdir -p`), or remove it from .dockerignore; `builder.context: .` builds the working directory instead of a clone.", AS_KAMAL_BUILDS] };
		default: return { agent: ["Fix the step of the Dockerfile that is shown.", AS_KAMAL_BUILDS] };
	}
}
/** Kamal 2.0 to 2.12, lib/kamal/cli/build/clone.rb: unless `builder.context` is set it builds a clone, so that `docker build .` may do better. */
const AS_KAMAL_BUILDS = "To reproduce it the way Kamal builds, from what is committed: `git clone . /tmp/as-kamal && docker build /tmp/as-kamal`.";
// src/kamal/diagnosis/explain-registry-auth.ts
/** Its addresses, that of its logins among them. */
const isDockerHub = (host) => /(?:^|\.)docker\.(?:io|com)$/.test(host ?? "");
const registry = (host) => {
	if (host === null) return "the image registry";
	return isDockerHub(host) ? `Docker Hub (${host})` : `the image registry ${host}`;
};
/** An image whose name has the registry in it twice, which several causes can come from. */
const TWICE = {
	means: (host) => `The name of the image has the registry twice (\`${host ?? "registry"}/${host ?? "registry"}/…\`): Kamal puts \`registry.server\` before \`image:\`.`,
	next: { agent: ["In config/deploy.yml, remove the registry from `image:`: `owner/name` is enough."] }
};
/** The cases of a registry that refuses, by variant. */
const CASES = {
	twice: {
		means: ({ subject }) => TWICE.means(subject),
		next: () => TWICE.next
	},
	policy: {
		means: ({ subject }) => `The registry accepted the login, but that account is not allowed to do this${subject === null ? "" : ` (\`${subject}\`)`}.`,
		next: ({ subject }) => ({ human: [`Allow the account${subject === null ? " this" : ` \`${subject}\``} on that repository: in ECR by its IAM policy (such as AmazonEC2ContainerRegistryPowerUser), in Artifact Registry by the role Artifact Registry Writer. Also make sure that the repository exists.`] })
	},
	namespace: {
		means: ({ subject }) => `Docker Hub has no image ${subject === null ? "of that name" : `\`${subject}\``} that this login can use: an image of your own has the account before its name (\`account/${subject ?? "name"}\`).`,
		next: ({ subject }) => ({ agent: [`Write \`image: <account>/${subject ?? "<name>"}\` in config/deploy.yml; if the image belongs to another registry, set \`registry.server\`. Of an accessory, check the name of its image.`] })
	},
	empty: {
		means: ({ subject }) => `The password or the user name for ${registry(subject)} is empty, so docker could not log in.`,
		next: () => ({
			human: ["Check that the field of the registry password in 1Password has a value."],
			agent: ["Check the line of `registry.password` in the secrets file, and that a command there (such as `aws ecr get-login-password`) runs on this machine; `NAME=$NAME` there reads the environment that Kamal runs in, and Kamal 2 does not load `.env` (`dotenv kamal deploy` does)."]
		})
	},
	packages: {
		means: () => "GitHub does not let the token that Kamal logs in with do this with the package: the token lacks the scope (`write:packages` of a personal access token, `packages: write` of GITHUB_TOKEN), or the package gives it no access.",
		next: ({ registryPassword }) => ({
			human: [`${registryPassword === "1password" ? "In this project the registry password comes from 1Password" : "If the registry password is a personal access token from 1Password"}: on GitHub, give that token the scope \`write:packages\`, or create a new classic token with it, and save it in 1Password.`, "If it is GITHUB_TOKEN: in the settings of the package on GitHub, under “Manage Actions access”, give this repository the role Write."],
			agent: ["If it is GITHUB_TOKEN: give the job `permissions: packages: write`."]
		})
	},
	public: {
		means: ({ host, subject }) => `Anyone can pull the image, but ${host ?? "that machine"} is logged in to ${registry(subject)} with a password that is no longer valid. It is not the password in config/deploy.yml.`,
		next: ({ host }) => ({ human: [`On ${host ?? "that machine"}: \`docker logout\`, as the account that Kamal logs in with; then run it again.`] })
	},
	"no-login": {
		means: (about) => `${capital(registry(about.subject))} was asked without a login: docker on ${machine(about)} has none for it.`,
		next: () => loggingIn("Make sure that `registry.server` in config/deploy.yml is the registry that the image is from: Kamal logs in only to that one.")
	},
	expired: {
		means: ({ subject }) => `The password for ${registry(subject)} has expired; an Amazon ECR password lasts 12 hours.`,
		next: () => loggingIn("Get a new password in each run: `KAMAL_REGISTRY_PASSWORD=$(aws ecr get-login-password)` in the secrets file.")
	}
};
function loggingIn(agent) {
	return {
		human: ["Run `kamal registry login`, which logs in the runner and every server; `kamal deploy` does so each time, `kamal app exec` does not."],
		agent: [agent]
	};
}
const REFUSED = {
	means: ({ subject }) => `${capital(registry(subject))} rejected the user name or password, or they give no access to this repository.`,
	next: ({ subject }) => ({
		human: ["Renew the registry password in 1Password; for GHCR give the token `write:packages` and the package access to the repository."],
		agent: [...isDockerHub(subject) ? ["If the image belongs to another registry, set it as `registry.server` in config/deploy.yml: without one, Kamal logs in to Docker Hub, whatever `image:` begins with."] : [], "Check `registry.server` and `registry.username` in config/deploy.yml; for GHCR with GITHUB_TOKEN give the job `packages: write`."]
	})
};
const caseOf = ({ variant }) => CASES[variant ?? ""] ?? REFUSED;
/** A registry that refuses. */
const REGISTRY_AUTH = {
	means: (about) => caseOf(about).means(about),
	next: (about) => caseOf(about).next(about)
};
// src/kamal/diagnosis/explain-configuration.ts
/** The deploy file. */
const CONFIGURATION = { "config-invalid": {
	means: (about) => {
		const { subject, variant } = about;
		const shape = ofShape$1(about);
		if (shape !== null) return shape;
		if (variant === "kamal-1") return `\`config/deploy.yml\` is written for Kamal 1${subject === null ? "" : ` (\`${subject}\`)`}; this is Kamal 2, which has kamal-proxy instead of Traefik.`;
		if (variant === "newer") {
			const [key, since] = newerKey$1(subject);
			return `Kamal knows ${key} in that form from ${since} on; the Kamal that ran is older. Nothing was changed.`;
		}
		if (variant === "erb") return `The ERB of config/deploy.yml needs ${subject === null ? "something that does not exist" : `\`${subject}\`, which does not exist`}; nothing was changed.`;
		if (variant === "erb-file") return `Kamal did not find ${the("file", subject)} while it read its configuration: the ERB of config/deploy.yml reads it (ERB runs in comments, too), or a setting names it. Nothing was changed.`;
		if (variant === "merged") return `Kamal merges the destination's file into config/deploy.yml, and ${subject === null ? "the result" : `\`${subject}\``} then has both \`host\` and \`hosts\`, perhaps one from each file. Nothing was changed.`;
		if (variant === "proxy-off") return "Kamal does not accept `proxy: false` (or another single value) at the top of config/deploy.yml: the proxy is turned off per role. Nothing was changed.";
		if (variant === "asset-path") return `\`asset_path\` in config/deploy.yml names ${subject === null ? "a folder" : `\`${subject.replace(/\/\.$/, "")}\``}, which is not in the image.`;
		if (variant === "proxy") return "`kamal-proxy` on the server rejects how `proxy:` in config/deploy.yml wants it to serve the app. The new container was started, and gets no traffic.";
		if (variant === "image-name") return badName(subject);
		return "Kamal rejects the configuration; nothing was changed.";
	},
	next: steps$1
} };
function steps$1(about) {
	const { subject, variant } = about;
	const shape = SHAPES[variant ?? ""];
	if (shape !== void 0) return { agent: [shape.next] };
	if (variant === "kamal-1") return { agent: ["Upgrade the file: https://kamal-deploy.org/docs/upgrading/ (`traefik` and `healthcheck` become `proxy`, `builder.arch` is required), then `kamal upgrade`; or stay with `gem \"kamal\", \"~> 1.9\"`."] };
	if (variant === "newer") return { agent: [`Run Kamal ${newerKey$1(subject)[1]} or later (\`bundle update kamal\`, \`kamal-version\` of the action), or remove the key from config/deploy.yml.`] };
	return inTheFile(about);
}
function inTheFile({ subject, variant }) {
	if (variant === "erb") return { agent: [`Pass ${subject === null ? "it" : `\`${subject}\``} to the step under \`env:\`, or give it a default in config/deploy.yml (\`ENV.fetch("NAME", "…")\`).`] };
	if (variant === "erb-file") return { agent: [`Commit ${the("file", subject)}, or remove the \`<%= … %>\` that reads it from config/deploy.yml, even if it is in a comment (\`<%# … %>\` does not run).`] };
	if (variant === "merged") return { agent: ["Use the same word in both files: `hosts` in config/deploy.yml and in config/deploy.<destination>.yml."] };
	if (variant === "proxy-off") return { agent: ["Move it to the role: `servers: <role>: { hosts: […], proxy: false }`."] };
	if (variant === "asset-path") return { agent: ["Correct `asset_path` in config/deploy.yml (`/rails/public/assets` in a Rails image), or remove it."] };
	if (variant === "proxy") return { agent: ["Correct `proxy:` of the app, the role or the accessory as the message says (`host` where `ssl` is set; Kamal 2.1.0 needs it without `ssl`, too: use a later one)."] };
	if (variant === "image-name" && twiceIn(subject) !== null) return TWICE.next;
	if (variant === "image-name") return { agent: ["Correct `image:` and `registry.server` in config/deploy.yml: lower case, no scheme."] };
	return { agent: ["Correct config/deploy.yml (or the destination's file) as the message says; `kamal config` shows whether it loads."] };
}
const code = (subject) => subject === null ? "" : ` (\`${subject}\`)`;
function ofShape$1({ host, subject, variant }) {
	return SHAPES[variant ?? ""]?.means(code(subject), host ?? "the server") ?? null;
}
/** Values that Kamal does not check before it works with them. */
const SHAPES = {
	document: {
		means: () => "The file config/deploy.yml (or the destination's) is empty, or is text or a list as a whole: Kamal needs settings, `key: value`. Nothing was changed.",
		next: "Write each setting as `key: value`, with a blank after the colon; `kamal config` shows whether the file loads."
	},
	"minimum-version": {
		means: (subject) => `\`minimum_version\` in config/deploy.yml is not a version of Kamal${subject}. Nothing was changed.`,
		next: "Set `minimum_version` to a version such as `2.12.0`, without `v` or `>=`, or remove it."
	},
	"proxy-tag": {
		means: (subject, host) => `The tag of the image that \`kamal-proxy\` runs from on ${host} is not a version${subject}; Kamal compares it with the oldest that it works with.`,
		next: "Set a tag that is a version, as of kamal-proxy itself (`proxy: run: version:`, or `kamal proxy boot_config set --image-version`), then `kamal proxy reboot`."
	},
	"boot-limit": {
		means: () => "`boot: limit:` in config/deploy.yml is 0 or less for that many servers, so that none would be started. The running containers stay.",
		next: "Set `boot: limit:` to 1 or more (a percentage must give at least one server), or remove it."
	},
	tags: {
		means: () => "A host under `servers:` has a tag that `env.tags` in config/deploy.yml does not have; Kamal before 2.9 fails on it.",
		next: "Add each tag of `servers:` under `env: tags:` (an empty mapping is enough), or use Kamal 2.9 or later."
	},
	value: {
		means: (subject) => `A setting in config/deploy.yml is most likely a number, true or false${subject} where Kamal expects text, such as \`proxy.host\` or \`registry.server\`. Nothing was changed.`,
		next: "Put quotes around that value in config/deploy.yml; `kamal config` shows whether the file loads."
	},
	"erb-syntax": {
		means: () => "The ERB of config/deploy.yml, between `<%` and `%>`, is not valid Ruby (it runs in comments, too). Nothing was changed.",
		next: "Correct the `<% … %>` at the line that the message names; `<%# … %>` does not run."
	}
};
/** The registry that an image name has twice. */
const twiceIn = (name) => /^([\w-]+(?:\.[\w-]+)*(?::\d+)?)\/\1\//.exec(name ?? "")?.[1] ?? null;
function badName(name) {
	const twice = twiceIn(name);
	if (twice !== null) return TWICE.means(twice);
	return "The image name is not one that Docker accepts: it has capital letters, is empty, or has an address in it.";
}
/** The key and the release of `ssl 2.7.0`. */
function newerKey$1(subject) {
	const [key, since] = (subject ?? "").split(" ");
	return [key ? `\`${key}\`` : "the key", since ?? "a later release"];
}
// src/kamal/diagnosis/explain-crashes.ts
const DOCKERFILE_STAGE = "the stage of the Dockerfile that runs";
/** By the variant of a row of `sentences/crash.ts`: a program that ended says why itself, so no port or path of the proxy is to blame. */
const CRASHES = {
	module: {
		means: (what) => `The app exited because ${what ?? "a module"} cannot be loaded: it is not in the image.`,
		agent: (what) => `Install ${what ?? "it"} in ${DOCKERFILE_STAGE} (not only for development or for the build), or correct the name, or the directory that the app is started in.`
	},
	"package-class": {
		means: (what) => `The app exited because PHP does not have ${what ?? "what it calls"}: an extension or a package is not in the image.`,
		agent: () => "Add the extension to the Dockerfile (`docker-php-ext-install`, `pecl install`), or the package to composer.json."
	},
	"file-missing": {
		means: (what) => `The container should run ${what ?? "a file"}, which is not in the image.`,
		agent: () => "Check CMD (or `cmd:` of the role), WORKDIR and what the Dockerfile copies; a build that writes the file has to run in the image, and Kamal builds only what is committed."
	},
	"script-missing": {
		means: (what) => `The container should run ${what === null ? "a script" : `the script ${what}`}, which package.json does not have.`,
		agent: () => "Add the script to package.json and commit it, or correct CMD (`cmd:` of the role)."
	},
	"not-built": {
		means: (what) => `The app starts without its build${what === null ? "" : ` (${what})`}: it is not in the image.`,
		agent: () => "Run the build in the Dockerfile (`next build`, `vite build`, `assets:precompile`, `collectstatic`) and copy what it writes into the last stage."
	},
	dependencies: {
		means: () => "The packages of composer.json are not in the image.",
		agent: () => "Run `composer install --no-dev` in the Dockerfile; a volume or a later COPY must not cover `vendor`."
	},
	"native-module": {
		means: (what) => `A compiled module${what === null ? "" : ` (${what})`} was built for a different system or version from the image's.`,
		agent: () => "Install the packages within the image, and list `node_modules` (`vendor/bundle`) in .dockerignore so that those of another machine are not copied over them."
	},
	library: {
		means: (what) => `The app needs ${what === null ? "a system library" : `the system library ${what}`}, which is not in the image.`,
		agent: (what) => `Install the package that has ${what ?? "it"} in ${DOCKERFILE_STAGE} (\`apt-get install\`, \`apk add\`): what only the build stage has is not there.`
	},
	libc: {
		means: (what) => `A compiled file needs a different C library from the image's${what === null ? "" : ` (${what})`}.`,
		agent: () => "Build and run on the same base image (both Debian of one release, or both Alpine), or use a newer base image."
	},
	engine: {
		means: () => "Prisma's engine does not match the system or the OpenSSL of the image.",
		agent: () => "Run `prisma generate` on the base image that runs, install `openssl` there, or list that system under `binaryTargets` in schema.prisma."
	},
	"ruby-gems": {
		means: (what) => `Bundler does not find ${what ?? "a gem"} in the image.`,
		agent: () => "Commit Gemfile.lock, install the gems in the Dockerfile, and use the same BUNDLE_PATH, BUNDLE_WITHOUT and BUNDLE_DEPLOYMENT in the last stage as in the build."
	},
	"ruby-version": {
		means: () => "The Ruby version or the platform of the image does not match the committed Gemfile and its lock file.",
		agent: () => "Set RUBY_VERSION in the Dockerfile to the version in the Gemfile; for a platform run `bundle lock --add-platform x86_64-linux` (`aarch64-linux`); commit both."
	},
	interpreter: {
		means: (what) => `${what ?? "The program"} could not be started, although the file exists: the program that its first line names, or the loader that it is linked with, is not in the image.`,
		agent: () => "Check the first line of the script (`bash` is not in Alpine) and its line endings (Unix); link a binary statically (`CGO_ENABLED=0`) for `scratch`, distroless or Alpine."
	},
	"line-ends": {
		means: () => "A script in the image has Windows line endings, so its first line names no program.",
		agent: () => "Store the script with Unix line endings: `* text=auto eol=lf` in .gitattributes, then `git add --renormalize .` and commit."
	},
	"not-executable": {
		means: (what) => `${what ?? "The program"} is not executable in the image.`,
		agent: (what) => `Commit its mode: \`git update-index --chmod=+x <file>\`${what === null ? "" : ` for ${what}`}, or \`COPY --chmod=755\` in the Dockerfile.`
	},
	"program-missing": {
		means: (what) => `The container should run ${what ?? "a program"}, which is not in the image or not on its PATH.`,
		agent: (what) => `Check CMD and ENTRYPOINT (or \`cmd:\` of the role), and that ${what ?? "the program"} is installed in ${DOCKERFILE_STAGE}; if it is a script, check its first line and its line endings (Unix).`
	},
	"may-not-bind": {
		means: (what) => `The container's user is not allowed to listen on port ${what ?? "that it asks for"}: if Docker on that host is old or rootless, ports below 1024 are reserved for root.`,
		agent: () => "Let the app listen on a port above 1023, and set `proxy.app_port` to it."
	},
	"may-not-write": {
		means: (what) => `The container's user is not allowed to write ${what ?? "where the app wants to"}.`,
		agent: (what) => `Give ${what ?? "the folder"} to that user in the Dockerfile (\`COPY --chown\`, \`RUN mkdir … && chown …\`); a volume keeps the owner that it has on the server, so \`chown\` it there.`
	},
	"pid-file": {
		means: (what) => `The server does not start because a file says that it is already running${what === null ? "" : ` (${what})`}: it came with the image, or a volume kept it.`,
		agent: () => "Remove the file before the start (`rm -f tmp/pids/server.pid` in the entrypoint), and list `tmp` in .dockerignore."
	},
	"out-of-memory": {
		means: () => "The app ran out of memory.",
		agent: () => "Make the app use less memory (fewer workers, `NODE_OPTIONS=--max-old-space-size`), or give the container or the server more."
	},
	"server-config": {
		means: (what) => `The web server in the container rejects its configuration${what === null ? "" : `: ${what}`}.`,
		agent: () => "Correct the configuration file that the line names; `nginx -t` in the image reproduces it."
	},
	"not-serving": {
		means: () => "Phoenix runs but does not serve: it was started without its web server.",
		agent: () => "Start it with `bin/server`, or set `PHX_SERVER: true` under `env.clear` in config/deploy.yml."
	},
	recurring: {
		means: () => "Solid Queue rejected its configuration (config/recurring.yml or config/queue.yml) and exited; if it runs inside Puma, Puma exits with it.",
		agent: () => "Correct config/recurring.yml: each task needs a `schedule` and a `class` or `command` that exists, below the name of the environment; the lines below name those that are wrong."
	},
	"data-directory": {
		means: (what) => `The database cannot use its data directory${what === null ? "" : ` (${what})`}: it holds other files, or belongs to another user.`,
		agent: () => "Give the accessory a directory of its own under `directories:` in config/deploy.yml, empty before the first boot (no `lost+found` of a disk: name a folder below it)."
	},
	"data-version": {
		means: (what) => `The data of the database was written by another version${what === null ? "" : ` (${what})`} than that of the image.`,
		agent: () => "Set `image:` of the accessory back to that version, or move the data over with a dump; PostgreSQL 18 has its data in /var/lib/postgresql."
	},
	settings: {
		means: (what) => `The app rejects its settings${what === null ? "" : ` (${what})`}: a variable that it needs is missing or has a value that is not valid.`,
		agent: () => "The lines below name the variable: add it to `env.clear` or `env.secret` in config/deploy.yml (a secret: also to the secrets file, `kamal-1password add NAME`)."
	},
	"runtime-version": {
		means: (what) => `The app is built for a different version of its runtime from the image's${what === null ? "" : ` (${what})`}.`,
		agent: () => "Use the same version in FROM of the build stage and of the last stage of the Dockerfile."
	},
	boot: {
		means: () => "The app did not start; this line does not say why, the lines before it do.",
		agent: () => "Fix what the container's log names; `kamal app logs -n 500` shows more of it."
	}
};
/** True for a variant that this file explains. */
function isCrash(variant) {
	return variant !== null && Object.hasOwn(CRASHES, variant);
}
// src/kamal/diagnosis/explain-unhealthy.ts
/** What becomes of the version before, where the log shows a deploy. */
const serves = ({ deploys }) => deploys ? " The previous version, if there is one, keeps serving." : "";
const NEW = (about) => about.deploys ? "The new container" : "The app";
/** The port that is asked, and those that are listened on, of `80 3000,9394`. */
function ports(subject) {
	const [asked = "80", heard = ""] = (subject ?? "80").split(" ");
	const all = heard.split(",").filter((port) => port !== "");
	return {
		asked,
		heard: all.length === 0 ? "another" : all.join(" and ")
	};
}
const QUEUE = /solid_(?<kind>queue|cache|cable)/;
/** A container that did not get healthy, by what its log or that of the proxy says of it. */
const UNHEALTHY = {
	means: (about) => `${meaning(about)}${serves(about)}`,
	next: steps
};
function meaning(about) {
	const { secret, subject, variant } = about;
	const what = subject === null ? null : `\`${subject}\``;
	if (isCrash(variant)) return CRASHES[variant].means(what);
	switch (variant) {
		case "read-only": return "The app is not allowed to write to its database or its disk.";
		case "backend": return `The app could not reach ${what ?? "its database, or something else that it needs"}.`;
		case "socket": return `The app looks for its database in its own container (socket ${what ?? "of the database"}): it was given no host name, or \`localhost\`.`;
		case "no-database": return `The database server has no database ${what ?? "of that name"}.`;
		case "not-let-in": return "The database server does not let the app in: it does not allow this address or this user, or it requires or forbids TLS.";
		case "migration": {
			const kind = QUEUE.exec(subject ?? "")?.groups?.["kind"];
			if (kind !== void 0) return `The database that the app uses for \`${kind}\` has no tables; most likely another one was migrated.`;
			return "The app's database is not migrated, or two migrations ran at the same time.";
		}
		case "port": return "The port that the app listens on is already in use in its container.";
		case "host": return "The app rejects the health check: it does not allow the host name of the request.";
		case "error": return about.deploys ? "The new container exited or stayed unhealthy; its log shows an error." : "This is the app's log, and it shows an error.";
		case "app-port": {
			const { asked, heard } = ports(subject);
			return `\`kamal-proxy\` asks port ${asked} of the container, but the log says that the app listens on ${heard}.`;
		}
		case "loopback": return `The app listens on port ${subject ?? "that the proxy asks"} of 127.0.0.1, which only the container itself can reach.`;
		case "path": return `The app has nothing at the path of the health check${what === null ? "" : ` (${what})`}: it answers 404.`;
		case "redirect": return "The app answers the health check, which comes as plain HTTP, with a redirect, most likely to https.";
		case "answer": return `The app answers the health check with an error${subject === null ? "" : ` (${subject})`}.`;
		case "preparing": return "The last thing that the app logged is that it prepares its database; it was not serving yet.";
		case "vanished": return "The container was no longer there a moment after it had been started: something removed it, such as another deploy, a clean-up, or `kamal app remove`.";
		case "dns": return `\`kamal-proxy\` asked the name server ${subject ?? "of the machine"} where the container is, not Docker's own (127.0.0.11), which alone knows it.`;
		case "gone": return "`kamal-proxy` no longer finds the container: it has exited.";
		case "refused": return `Nothing listened on port ${subject ?? "that the proxy asks"} of the container while kamal-proxy asked: the app is slow to start, has exited, or listens on another port.`;
		case "slow": return "The app received the health check and did not answer it in time.";
		case "behind": return `Thruster is up, but the server that it passes requests on to (port ${subject ?? "3000"}) did not listen at that time: it is slow to start, has exited, or listens on another port.`;
		default: return secret === null ? `${NEW(about)} did not answer its health check in time, or exited.` : `${NEW(about)} exited or stayed unhealthy; its log mentions \`${secret}\`.`;
	}
}
const READ_LOG = "Read the log of the container (`kamal app logs`)";
function steps({ secret, subject, variant }) {
	if (isCrash(variant)) return { agent: [CRASHES[variant].agent(subject === null ? null : `\`${subject}\``)] };
	switch (variant) {
		case "read-only": return { human: ["Give the volume to the user that runs in the container (`chown` on the server), or connect to the primary database."] };
		case "backend": return { agent: ["Check the host name of the database or service: an accessory is reached as `<service>-<accessory>`, not `localhost`; and check that it is booted (`kamal accessory details all`)."] };
		case "socket": return { agent: ["Give the app the host of its database: `DATABASE_URL` or `DB_HOST` under `env:` in config/deploy.yml (an accessory is reached as `<service>-<accessory>`), and read it in config/database.yml (`host: <%= ENV[\"DB_HOST\"] %>`)."] };
		case "no-database": return { agent: ["Create it (`bin/rails db:prepare` in the entrypoint, or on the server), or correct the name in DATABASE_URL or config/database.yml; POSTGRES_DB and MYSQL_DATABASE of an accessory count only at its first start with an empty directory."] };
		case "not-let-in": return { agent: ["Set `sslmode` in DATABASE_URL as the server requires; for a database of your own, allow the network of the containers (`pg_hba.conf`, or the host of the MySQL user)."] };
		case "migration": return { agent: QUEUE.test(subject ?? "") ? ["Give that entry of config/database.yml its own database: DATABASE_URL, or a `url:` of the entry, overrides its `database:`, so that `db:prepare` finds the primary one; or load its schema into the primary one."] : ["Migrate in one place before the containers boot: `bin/docker-entrypoint`, or a `pre-deploy` hook with `kamal app exec`; if that already runs, check that it and the app use the same database."] };
		case "port": return { agent: ["Start one server in the container, and let it listen on `proxy.app_port`."] };
		case "host": return { agent: ["Let the app allow the host of the health check: `config.host_authorization` excluding `/up` (Rails), ALLOWED_HOSTS (Django)."] };
		case "error": return { agent: ["Fix what the container's log names; `kamal app logs` shows all of it."] };
		case "app-port": {
			const { heard } = ports(subject);
			return { agent: [`Set \`proxy.app_port\` in config/deploy.yml to the port that serves${/^\d+$/.test(heard) ? `: \`app_port: ${heard}\`` : ""}, or make the app listen on the port that kamal-proxy asks (\`PORT\`).`] };
		}
		case "loopback": return { agent: ["Let the app listen on 0.0.0.0: `-b 0.0.0.0`, `--host 0.0.0.0`, `HOSTNAME=0.0.0.0`."] };
		case "path": return { agent: ["Set `proxy.healthcheck.path` in config/deploy.yml to a path that answers 200, or add the route (`/up`)."] };
		case "redirect": return { agent: ["Exclude the path of the health check from the redirect: `config.ssl_options = { redirect: { exclude: ->(request) { request.path == \"/up\" } } }` or `config.assume_ssl` (Rails), SECURE_REDIRECT_EXEMPT (Django)."] };
		case "preparing": return { agent: ["Deploy again: a first boot takes longest. If it happens again, raise `deploy_timeout` in config/deploy.yml (30 seconds if it is not set), or migrate before the deploy."] };
		case "vanished": return { human: ["Run it again while no other deploy runs; `docker events --since 1h --until 0s` on the server shows when it was removed."] };
		case "dns": return { human: ["See `docker exec kamal-proxy cat /etc/resolv.conf` on the server: Docker before 26 adds the IPv6 name servers of the machine there. Update Docker (or remove these from the machine), then `kamal proxy reboot`."] };
		case "gone": return { agent: [`${READ_LOG}: its last lines say why it exited.`] };
		case "answer": return { agent: [`${READ_LOG}: it shows what failed within that request.`] };
		case "refused":
		case "slow":
		case "behind": return { agent: [`${READ_LOG}: if it exited, its last lines say why; if it names another port, set \`proxy.app_port\`; if it was still starting, raise \`deploy_timeout\`.`] };
		default: return { agent: [secret === null ? `${READ_LOG}; check \`proxy.app_port\`, \`proxy.healthcheck.path\` and \`deploy_timeout\`; a role that serves no HTTP (a worker) needs \`proxy: false\`.` : `Check \`${secret}\` under \`env:\` in config/deploy.yml (as a secret: also in the secrets file).`] };
	}
}
// src/kamal/diagnosis/explain-app-secrets.ts
/** The variable that an application means, if it does not name it and there is only one. */
const VARIABLES = {
	"secret-key-base": "SECRET_KEY_BASE",
	"rails-master-key": "RAILS_MASTER_KEY",
	laravel: "APP_KEY",
	django: "SECRET_KEY",
	"auth-js": "AUTH_SECRET",
	postgres: "POSTGRES_PASSWORD",
	mysql: "MYSQL_ROOT_PASSWORD"
};
/** The variable that a sentence of this variant is about; null if the sentence names it, or if the app chooses it. */
const variableOf = (variant) => VARIABLES[variant ?? ""] ?? null;
function named$1(about) {
	const { secret: name } = about;
	if (name !== null) return `\`${name}\``;
	return about.variant === "key" ? "a key that it needs" : "a secret";
}
/** Where the missing variable has to be written. */
function addition(about) {
	const { secret: name } = about;
	switch (about.variant) {
		case "postgres":
		case "mysql": return `Add ${named$1(about)} to \`env.secret\` of the accessory in config/deploy.yml and a line for it to the secrets file.`;
		case "credential": return `Set ${named$1(about)} in the credentials of the app, or the variable that they read.`;
		case "setting": return `Find the variable that the app's configuration reads ${named$1(about)} from, and add it to \`env.secret\` in config/deploy.yml and to the secrets file (\`kamal-1password add NAME\` does both).`;
		case "secret-key-base": return "If the app keeps it in config/credentials.yml.enc, it is `RAILS_MASTER_KEY` that is missing: add that to `env.secret` in config/deploy.yml and to the secrets file (`kamal-1password add RAILS_MASTER_KEY` does both); otherwise add `SECRET_KEY_BASE`.";
		default:
			if (about.isListed === true) return `Check ${named$1(about)} with \`kamal-1password check --live\`: config/deploy.yml lists it, so what is missing is its value.`;
			return name === null ? "Find the variable that the app reads it from, and add it to `env.secret` in config/deploy.yml and to the secrets file (`kamal-1password add NAME` does both)." : `Add ${named$1(about)} to \`env.secret\` in config/deploy.yml and a line for it to the secrets file (\`kamal-1password add ${name}\` does both).`;
	}
}
/** Whether the sentence names the variable, so that 1Password can have a field of that name. */
const isVariable = ({ secret, variant }) => variant !== "setting" && variant !== "credential" && secret !== null;
function fieldWithValue(about) {
	if (about.variant === "secret-key-base") return "Check that the field in 1Password (`RAILS_MASTER_KEY` or `SECRET_KEY_BASE`) has a value.";
	return isVariable(about) ? `Check that 1Password has a field ${named$1(about)} with a value.` : "Check that its field in 1Password has a value.";
}
function wrongMeans(about) {
	const { secret, subject, variant } = about;
	switch (variant) {
		case "database": return `The database rejected the app's user name or password${subject === null ? "" : ` (user \`${subject}\`)`}.`;
		case "broker": return "The message broker rejected the app's user name or password.";
		case "rails-master-key": return "RAILS_MASTER_KEY does not match the app's credentials file: it is another key, or the file belongs to another environment.";
		case "url": return "The app cannot read the address of its database or service: it is empty, incomplete, or a password in it has characters that an address must escape.";
		case "url-host": return "The app cannot read the address of its database or service: the host name in it has an underscore, or is missing.";
		case "jdbc": return "The app cannot read the address of its database: Java wants it to begin with `jdbc:`, with the user name and password apart from it.";
		case "key": return "The app rejects a key that it was given: the key has the wrong form or length, or has lost its line breaks.";
		case "redis": return "Redis rejected the password that the app sent, or the app sent none.";
		default: return secret === null ? "A service rejected a key that the app sent." : `The app gets ${named$1(about)}, but does not accept its value.`;
	}
}
function wrongStep(about) {
	switch (about.variant) {
		case "database": return "Compare the password in 1Password with that of the database; a database keeps the password that it was first started with.";
		case "broker": return "Compare the password in 1Password with that of the broker; it keeps the password that it was first started with.";
		case "redis": return "Compare the password in 1Password (usually part of `REDIS_URL`) with that of Redis.";
		case "url": return "Correct the address in 1Password (usually `DATABASE_URL`): `scheme://user:password@host:port/name`, where `@`, `:`, `/`, `#` and `%` of the password are written as `%40`, `%3A`, `%2F`, `%23` and `%25`.";
		case "url-host": return "Correct the address in 1Password (usually `DATABASE_URL`). An accessory is reached as `<service>-<accessory>`: a `service` with an underscore gives a name that Ruby does not accept, so write it with hyphens.";
		case "jdbc": return "Correct the address in 1Password: `jdbc:postgresql://host:port/name`, and give user name and password as variables of their own.";
		case "key": return "Save the key in 1Password again, whole and in the form that the line below requires; a key of several lines needs its line breaks.";
		default: return about.secret === null ? "Renew the key, and save it in 1Password without a trailing space or line break." : `Correct the value of ${named$1(about)} in 1Password, without a trailing space or line break.`;
	}
}
// src/kamal/diagnosis/explain-containers.ts
/** What runs on the servers: the app, the proxy, accessories. */
const CONTAINERS = {
	unhealthy: UNHEALTHY,
	"app-secret-missing": {
		means: (about) => {
			const app = `The app${about.deploys ? " in the new container" : ""} exited because`;
			if (about.variant === "secret-key-base") return `${app} \`SECRET_KEY_BASE\` is not set, and it has no credentials that it can decrypt (\`RAILS_MASTER_KEY\`).${serves(about)}`;
			return `${app} ${named$1(about)} is not set.${serves(about)}`;
		},
		next: (about) => ({
			agent: [addition(about)],
			human: [fieldWithValue(about)]
		})
	},
	"app-secret-wrong": {
		means: (about) => `${wrongMeans(about)}${serves(about)}`,
		next: (about) => ({ human: [wrongStep(about)] })
	},
	"container-name-taken": {
		means: (about) => `${capital(on(about))} already has a container ${about.subject === null ? "with that name" : `\`${about.subject}\``}, which Kamal did not expect.`,
		next: (about) => ({
			human: [`Check it on ${on(about)} (\`docker ps -a --filter name=${about.subject ?? "<name>"}\`); if nothing needs it, \`docker rm -f ${about.subject ?? "<name>"}\`.`],
			agent: ["Two destinations on one host share the names of accessories: give each its own `service` in the accessory."]
		})
	},
	"container-not-started": {
		means: (about) => {
			if (about.variant === "privileged") return `Docker on ${on(about)} cannot publish port ${about.subject ?? "below 1024"}: it runs without root (rootless), and the system keeps ports below 1024 for root.`;
			if (about.variant === "mount") return `Docker could not mount ${about.subject === null ? "a file or folder of the server" : `\`${about.subject}\``} into the container: one is a file and the other a folder. Docker makes a folder where the file was missing on ${on(about)} at an earlier start.`;
			if (about.variant === "network") return `Docker could not start the container on ${on(about)}: the network that it was made in was removed. A container keeps the id of its network, so a new one of the same name does not help.`;
			if (about.variant === "proxy-option") return `Docker on ${on(about)} did not create the container of \`kamal-proxy\`: it does not accept an option that Kamal starts it with.`;
			return about.variant === "option" ? `Docker did not create the container: Docker on ${on(about)} does not accept an option that config/deploy.yml sets.` : "Docker created the container, but could not start its command: the program is not in the image, is not executable, or is for another architecture.";
		},
		next: (about) => {
			if (about.variant === "mount") return {
				human: [`On ${on(about)}, remove the folder that is where the file should be, then run it again (for an accessory \`kamal accessory reboot <name>\`, which uploads its \`files:\`).`],
				agent: ["Check the paths under `files:`, `directories:` and `volumes:` in config/deploy.yml."]
			};
			if (about.variant === "network") return { human: ["Create the container again: `kamal proxy reboot` for kamal-proxy, `kamal accessory reboot <name>` for an accessory (a short gap in service)."] };
			if (about.variant === "privileged") return {
				human: [`On ${on(about)}: \`sudo sysctl net.ipv4.ip_unprivileged_port_start=80\` (and in /etc/sysctl.d, so that it stays), or \`sudo setcap cap_net_bind_service=ep $(which rootlesskit)\` and restart Docker; or use Docker as root.`],
				agent: ["Or publish ports above 1023: `proxy.run.http_port` and `https_port` in config/deploy.yml (Kamal 2.10 and later)."]
			};
			if (about.variant === "proxy-option") return {
				agent: ["Set it under `proxy: run:` in config/deploy.yml (Kamal 2.10 and later; for a log driver that knows no size, `log_max_size: \"\"`)."],
				human: ["With an older Kamal: `kamal proxy boot_config set` with what Docker there accepts, such as `--log-max-size=\"\"` (`kamal proxy boot_config get` shows what is set)."]
			};
			return { agent: [about.variant === "option" ? "Correct `options:`, `volumes:`, `logging:` or `network:` of that role or accessory in config/deploy.yml." : "Check `cmd:` of the role, and ENTRYPOINT and CMD of the Dockerfile: the file must be in the image and executable, and its first line must name a program that exists (with Unix line endings)."] };
		}
	},
	"app-command-failed": {
		means: ({ subject, variant }) => {
			if (variant === "server") return "The command ran on the server and failed.";
			return variant === "program" ? `The container cannot run ${subject === null ? "that program" : `\`${subject}\``}: it is not in the image or on its PATH, or is not executable.` : "The command ran in the app's container and failed.";
		},
		next: ({ variant }) => ({ agent: [variant === "program" ? "Write the command as the image has it (`bin/rails`, or with its whole path); for shell syntax (`&&`, `|`), use `sh -c \"…\"`." : "Read what the command printed; Kamal and the server worked."] })
	},
	"proxy-down": {
		means: (about) => {
			if (about.variant === "bind") return `\`kamal-proxy\` on ${on(about)} is not allowed to listen on port ${about.subject ?? "80"}, or something else does, so it does not stay up.`;
			if (about.variant === "absent") return `${capital(on(about))} has no \`kamal-proxy\`: it was never booted there, or was removed.`;
			return `\`kamal-proxy\` does not run on ${on(about)}, or does not stay up.`;
		},
		next: (about) => {
			if (about.variant === "bind") return { human: [`Check what holds the port on ${on(about)} (\`ss -ltnp\`); if nothing does, Docker there is too old or rootless: allow it with \`sysctl net.ipv4.ip_unprivileged_port_start=0\`, or upgrade Docker.`] };
			if (about.variant === "absent") return { human: ["Run `kamal proxy boot`, then this command again. (`kamal setup` of 2.4.0 boots accessories before the proxy: use 2.4.1 or later.)"] };
			return { human: [`Read \`docker logs kamal-proxy\` on ${on(about)} (a port in use, no memory, a state file that it cannot read), then \`kamal proxy reboot\`: a short gap in service.`] };
		}
	},
	"proxy-host-taken": {
		means: (about) => `Another service in kamal-proxy on ${on(about)} already has the host name of this app.`,
		next: (about) => ({
			human: [`On ${on(about)}: \`docker exec kamal-proxy kamal-proxy ls\` shows which one; \`docker exec kamal-proxy kamal-proxy remove <service>\` removes it, if it is an old name of this app.`],
			agent: ["Or give this app another `proxy.host` in config/deploy.yml; without one it claims all hosts."]
		})
	},
	"proxy-outdated": {
		means: (about) => `\`kamal-proxy\` on ${on(about)}${about.subject === null || about.variant === "flag" ? "" : ` (${about.subject})`} is older than this Kamal needs.`,
		next: () => ({ human: ["Run `kamal proxy reboot` (a short gap in service) with the version of Kamal that deploys, then deploy again: an older Kamal boots its own, older proxy."] })
	},
	"proxy-service-missing": {
		means: (about) => `\`kamal-proxy\` on ${on(about)} has ${about.subject === null ? "no service of that name" : `no service \`${about.subject}\``}: nothing was deployed there under that name, or the proxy lost its state.`,
		next: (about) => ({
			human: [`\`docker exec kamal-proxy kamal-proxy ls\` on ${on(about)} lists its services; a deploy adds this one.`],
			agent: ["A service is named after `service`, the role and the destination: run the command with the same `-d`, and for roles that have been deployed."]
		})
	},
	"certificate-failed": {
		means: (about) => about.variant === "custom" ? `\`kamal-proxy\` cannot load the certificate that config/deploy.yml names.${serves(about)}` : `\`kamal-proxy\` got no certificate${about.subject === null ? "" : ` for ${about.subject}`} from Let's Encrypt. The deploy itself is fine.`,
		next: (about) => about.variant === "custom" ? { human: ["Check the two secrets under `proxy.ssl`: the certificate with its chain and the private key that belongs to it, both as PEM with all their lines."] } : {
			human: ["Check that the name points to that server and that ports 80 and 443 are open to everyone; behind Cloudflare, turn off its proxy or set its TLS mode to “Full”."],
			agent: ["Behind a proxy that ends TLS itself, set `proxy.ssl: false`."]
		}
	},
	"accessory-missing": {
		means: (about) => about.variant === "config" ? `No accessory ${about.subject === null ? "of that name" : `\`${about.subject}\``} is in config/deploy.yml.` : `${capital(on(about))} has no container of ${the("accessory", about.subject)}.`,
		next: (about) => {
			if (about.variant === "config") return { agent: ["Use a name that is listed under `accessories:` in config/deploy.yml (not that of its image), or add it there."] };
			return { human: [`Boot it first: \`kamal accessory boot ${about.subject === null ? "<name>" : `<name>\` (its container is \`${about.subject}\``}${about.subject === null ? "`" : ")"}.`] };
		}
	},
	"prune-failed": {
		means: (about) => `The deploy succeeded and the new version is serving; only the old containers and images on ${on(about)} could not be removed.`,
		next: (about) => ({ human: [`This is not urgent. \`kamal prune all\` tries again; if it fails again, check \`docker ps -a\` and \`docker images\` on ${on(about)}.`] })
	}
};
// src/kamal/diagnosis/explain-registries.ts
/** Accessories and kamal-proxy have images without a registry in their name, unlike the app. */
const FROM_DOCKER_HUB = "Images without a registry in their name come from Docker Hub: kamal-proxy, base images, many accessories. If it is the app's image, set its registry as `registry.server` in config/deploy.yml.";
/** The registry that Kamal runs itself (2.8 to 2.12, lib/kamal/commands/registry.rb). */
const OF_KAMAL = " If it is the one that Kamal runs: `docker ps -a --filter name=kamal-docker-registry` shows its container, and `kamal registry setup` starts it.";
const isLocal = (host) => /^(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/.test(host ?? "");
/** Registries and the images in them. */
const REGISTRIES = {
	"registry-auth": REGISTRY_AUTH,
	"registry-rate-limited": {
		means: () => "The image registry (Docker Hub if the image names none) limits how many images may be pulled in a few hours, more strictly without a login, and this address has reached the limit.",
		next: (about) => ({
			human: [`Run the job again later; to prevent it, log in to that registry on ${machine(about)}.`],
			agent: ["Or pull the image from another registry, such as `public.ecr.aws/docker/library/…` for Docker's official images."]
		})
	},
	"registry-refused-upload": {
		means: ({ subject, variant }) => {
			if (variant === "twice") return TWICE.means(subject);
			if (variant === "immutable") return `The registry has the tag${subject === null ? "" : ` \`${subject}\``} already and does not allow tags to be written again. Kamal writes \`latest\` with each build, and the version again where the same commit is built twice.`;
			return variant === "repository" ? "The registry has no repository for this image." : "The registry accepted the login but rejected the image: a layer is larger than the registry or a proxy in front of it allows, or its storage is full.";
		},
		next: ({ variant }) => {
			if (variant === "twice") return TWICE.next;
			if (variant === "immutable") return { human: ["Make the tags of the repository mutable; in ECR an exclusion filter for `latest` is enough if each commit is built once (`aws ecr put-image-tag-mutability`)."] };
			return variant === "repository" ? { human: ["Create the repository in the registry: ECR and Artifact Registry do not create it automatically."] } : {
				human: ["Raise the limit of the registry or of the proxy in front of it (`client_max_body_size` of nginx, 100 MB at Cloudflare), or free space there."],
				agent: ["Or make the layers smaller: a .dockerignore, fewer files in one COPY."]
			};
		}
	},
	"registry-tunnel": {
		means: (about) => about.variant === "local" ? "The tunnel to the server was up, but at its other end, `localhost` of the machine that runs Kamal, no registry listens. Either its container has stopped, or Kamal and Docker run on different machines, as in a dev container or with DOCKER_HOST." : `The registry is on the runner, and ${on(about)} reaches it through a tunnel of the SSH connection, which was not up.`,
		next: (about) => about.variant === "local" ? {
			human: ["See whether the registry is running: `docker ps -a --filter name=kamal-docker-registry`.", "Run Kamal on the machine that runs the Docker engine, not inside the dev container (or give the container the network of that machine: `--network=host`)."],
			agent: ["Or use a registry that both reach: `registry.server` in config/deploy.yml (`ghcr.io`)."]
		} : {
			human: [`Check that sshd on ${on(about)} allows it: \`AllowTcpForwarding yes\`.`],
			agent: ["Use Kamal 2.8.1 or later, which waits for the tunnel; `kamal app exec` without `--reuse` opens none: use `--reuse` there."]
		}
	},
	"credential-helper-missing": {
		means: ({ subject, variant }) => {
			if (variant === "pass") return "Docker keeps passwords with `pass` there, and its store is not set up for that account.";
			if (variant === "locked") return "Docker keeps passwords in the keychain or keyring of that machine, which is locked for a login over SSH or without a desktop.";
			return variant === "broken" ? "Docker stores passwords with a program that its configuration names (`credsStore`), and that program failed." : `Docker's configuration (\`credsStore\` or \`credHelpers\`) names ${subject === null ? "a program that stores passwords" : `\`docker-credential-${subject}\``}, which is not installed there.`;
		},
		next: (about) => {
			const { variant } = about;
			const without = `Remove \`credsStore\` and \`credHelpers\` from ~/.docker/config.json on ${machine(about)}`;
			if (variant === "pass") return { human: [`${without}, or set the store up there (\`pass init <GPG key>\`).`] };
			if (variant === "locked") return { human: [`${without}, or unlock it for that session (macOS: \`security unlock-keychain\`).`] };
			return { human: [`${without}, or install the program.`] };
		}
	},
	"registry-unreachable": {
		means: ({ subject, variant }) => {
			if (variant === "tls") return `${capital(registry(subject))} answers, but Docker does not trust its certificate or protocol.`;
			if (variant === "broken") return `${capital(registry(subject))} answered with an error, or broke the connection.`;
			return `${capital(registry(subject))} did not answer.`;
		},
		next: (about) => ({
			human: [about.variant === "broken" ? `Run the job again; if it happens again, check whether ${about.subject ?? "the registry"} has a problem.` : `Check that ${about.subject ?? "the registry"} is up and can be reached from ${machine(about)}.${isLocal(about.subject) ? OF_KAMAL : ""}`],
			agent: [isDockerHub(about.subject) ? FROM_DOCKER_HUB : "Check `registry.server` in config/deploy.yml."]
		})
	},
	"image-not-found": {
		means: ({ subject, variant }) => {
			if (variant === "twice") return TWICE.means(subject);
			return variant === "gone" ? "The image was pulled, but was gone a moment later. Most likely another deploy of the same version removed it: Kamal removes an image before it pulls it, without waiting for the deploy lock. A clean-up on the server can remove it, too." : "The registry has no image for that version.";
		},
		next: ({ variant }) => {
			if (variant === "twice") return TWICE.next;
			return variant === "gone" ? {
				human: ["Run the deploy again when no other deploy of this version is running."],
				agent: ["Give all jobs that deploy to these servers the same `concurrency` group."]
			} : { agent: ["Deploy without `skip-push` so that it is built, or set a `version` that was pushed."] };
		}
	},
	"image-label-missing": {
		means: () => "The image does not have the `service` label with the name of this service, by which Kamal recognises its own images: it was built outside Kamal, or for another service.",
		next: () => ({ agent: ["Add `LABEL service=\"<service of config/deploy.yml>\"` to the Dockerfile, or `--label service=…` to the step that builds it."] })
	}
};
// src/kamal/diagnosis/explain-run.ts
/** The run itself: its command, its configuration, its end. */
const RUN = {
	"lock-held": {
		means: ({ subject }) => `Another deploy holds the lock${subject === null ? "" : ` (${subject})`}, or one that was killed left it behind.`,
		next: () => ({
			human: ["Wait for the other deploy. If none runs, release the lock: `kamal lock release` (with `-d <destination>`)."],
			agent: ["Use `concurrency:` in the workflow so that deploys queue, or `--lock-wait` in `args`."]
		})
	},
	"hook-failed": {
		means: ({ subject, variant }) => {
			const done = subject === "post-deploy" ? " The deploy itself succeeded." : "";
			if (variant === "not-executable") return `${capital(the("hook", subject))} is not executable.${done}`;
			if (variant === "interpreter") return `${capital(the("hook", subject))} could not be started: the program that its first line names does not exist, or the line ends with a carriage return.${done}`;
			if (variant === "lock") return `${capital(the("hook", subject))} calls Kamal, which met the lock of this same deploy.${done}`;
			return `${capital(the("hook", subject))} of the project failed, so Kamal stopped.${done}`;
		},
		next: ({ subject, variant }) => {
			const file = `.kamal/hooks/${subject ?? "<hook>"}`;
			if (variant === "not-executable") return { agent: [`\`git update-index --chmod=+x ${file}\`, and commit.`] };
			if (variant === "lock") return { agent: [`In ${file} call only commands of Kamal that take no lock (\`kamal app exec\`), or use Kamal 2.6 or later, which passes its lock on to hooks.`] };
			return { agent: [`Read what ${file} printed and fix it; \`--skip-hooks\` skips hooks.`] };
		}
	},
	"not-a-git-repository": {
		means: ({ variant }) => variant === "silent" ? "Kamal takes the version from git but sees no repository. The log has no message from git, which usually says why: most likely git is not installed here, or no repository was checked out." : "Kamal takes the version from git but sees no repository: none was checked out, or it belongs to another user, as in container jobs.",
		next: ({ variant }) => ({ agent: [...variant === "silent" ? ["Make sure that `git --version` works where Kamal runs; slim images have no git (`apt-get install git`)."] : [], "Run `actions/checkout` first; in a container job add `git config --global --add safe.directory \"$GITHUB_WORKSPACE\"`; or set `version`."] })
	},
	"version-unknown": {
		means: (about) => about.variant === "container" ? `${capital(on(about))} has no container \`${about.subject ?? "of that version"}\`: that version does not run there.` : `At least one server no longer has a container of ${the("version", about.subject)}. Kamal still exits 0.`,
		next: () => ({
			agent: ["Omit `version` for the previous one, or name one that `kamal app containers` lists."],
			human: ["A version whose image is still in the registry can be deployed with `version` and `skip-push: true`."]
		})
	},
	"command-unknown": {
		means: () => "Kamal does not know the command or flag.",
		next: () => ({ agent: ["Correct `command` or `args`; `kamal help` lists them."] })
	},
	"kamal-not-loaded": {
		means: (about) => `${notLoaded(about)} Kamal could not continue.`,
		next: loading
	},
	interrupted: {
		means: ({ phase, variant }) => variant === "cut" ? `Something stopped Kamal from outside, or the rest of the log is missing${phase === null ? "" : ` (${phase})`}. Traffic may have switched after that, and a lock may be left behind.` : `The run was stopped from outside${phase === null ? "" : ` (${phase})`}; it did not fail on its own. Traffic may have switched after that, and a lock may be left behind.`,
		next: () => ({ human: ["Check which version is serving (`kamal app version`), release the lock if no deploy runs (`kamal lock release`), and run the job again."] })
	},
	unknown: {
		means: (about) => {
			const { subject, variant } = about;
			if (variant === "empty") return "There is nothing to read.";
			if (variant === "foreign") return "None of its lines comes from Kamal.";
			if (variant === "well") return "What failed came after it, or is in another log (a later step, a wrapper around Kamal).";
			if (variant === "kamal") return `The error is in Kamal itself${subject === null ? "" : ` (${subject.replace(" ", ", ")})`}: a mistake there, or something in the project that it does not expect.`;
			if (variant === "lock-place") return "Kamal says “already in place” whatever kept it from creating that folder: the disk is full or read-only, `.kamal` belongs to another account, or another deploy released the lock at that moment.";
			if (variant === "lock-gone") return "When Kamal released its lock, it was no longer there: someone released it (`kamal lock release`), so another deploy may have run at the same time. Everything before that succeeded; after a deploy, only the hook `post-deploy` did not run.";
			if (variant === "start") return `Kamal could not start ${the("container", subject)} on ${on(about)} and does not say why: it is not there, or Docker does not start it.`;
			if (variant === "windows") return "Kamal starts local programs with `/usr/bin/env`, which this machine does not have: most likely Kamal runs on Windows, which it does not support.";
			if (variant === "app") return "What the app logged does not say why a deploy failed.";
			return "We do not recognise this error.";
		},
		next: (about) => ({
			...about.variant === "kamal" ? { agent: ["Try the newest Kamal (`bundle update kamal`), and look for the message at https://github.com/basecamp/kamal/issues."] } : {},
			human: [whereToLook(about)]
		})
	},
	none: {
		means: () => "Nothing failed.",
		next: () => ({})
	}
};
function whereToLook(about) {
	switch (about.variant) {
		case "empty":
		case "foreign": return "Diagnose the whole log of the step that runs Kamal: `gh run view <run> --log-failed | kamal-1password diagnose`.";
		case "lock-place": return `Run it again. If it fails again, on ${on(about)}: \`mkdir .kamal/probe && rmdir .kamal/probe\` says why; \`df -h .kamal\` and \`ls -ld .kamal\` show more.`;
		case "lock-gone": return "Check which version is serving (`kamal app version`). Make sure that deploys do not run at the same time.";
		case "windows": return "Run Kamal in WSL, in a Linux container (`ghcr.io/basecamp/kamal`), or in a workflow.";
		case "start": return `On ${on(about)}: \`docker start ${about.subject ?? "<container>"}\` says why. \`kamal app containers\` lists the versions that are there.`;
		default: return "Read the log above that line; Kamal's `-v`, or a rerun of the job with debug logging, shows more.";
	}
}
function notLoaded({ subject, variant }) {
	const gem = subject === null ? "A gem" : `The gem or file \`${subject}\``;
	switch (variant) {
		case "ruby": return "The Ruby in use is not the version that the project, its Gemfile or the gem requires.";
		case "ruby-missing": return "Ruby is not installed on this machine, or not on PATH.";
		case "shim": return `The version manager (mise, asdf) finds no version of ${subject === null ? "the program" : `\`${subject}\``} to run: no Ruby is set for this folder, or Kamal was not installed for the one that is.`;
		case "untrusted": return "`mise` does not read the settings of this folder, and with them the Ruby version, until someone trusts them.";
		case "kamal": return "Kamal itself is not installed here, or not in the bundle.";
		case "bundle": return `Bundler does not find ${subject === null ? "the gems of the Gemfile" : `\`${subject}\``}: \`bundle install\` was not run here, or installed to another path.`;
		case "native": return `${gem} could not be compiled.`;
		case "raised": return "Kamal and the gems that it loads are not compatible.";
		default: return `${gem} that Kamal needs is missing, has another version, or is for another Ruby.`;
	}
}
function loading({ subject, variant }) {
	switch (variant) {
		case "ruby":
		case "ruby-missing": return { agent: ["Use the Ruby version of the Gemfile or .ruby-version: `ruby/setup-ruby` reads both; or correct `ruby` in the Gemfile."] };
		case "shim": return { agent: ["Set the Ruby version of this folder (`mise use ruby@…`, or .tool-versions), install it (`mise install`, `asdf install`), then `gem install kamal` or `bundle install`, and `mise reshim` or `asdf reshim ruby`."] };
		case "untrusted": return { agent: ["Run `mise trust` in the folder (in a job: set `MISE_TRUSTED_CONFIG_PATHS`)."] };
		case "native": return { agent: ["Install a compiler and the Ruby headers (`build-essential`, `ruby-dev`), then `bundle install`."] };
		case "raised": return { agent: ["Run `bundle update kamal` and what the message names, or install only Kamal: `gem install kamal`."] };
		case "gem": return { agent: [`Run \`bundle install\`, or \`gem install ${subject === null ? "kamal" : subject.replace("/", "-")}\` for the Ruby that runs Kamal; \`gem pristine --all\` after a Ruby upgrade.`] };
		default: return { agent: ["Run `bundle install` in the directory of the Gemfile (`bundler-cache: true` of `ruby/setup-ruby`) and add `gem \"kamal\"` to it, or run `gem install kamal`."] };
	}
}
// src/kamal/diagnosis/explain-secrets.ts
/** `.kamal/secrets-common, .kamal/secrets.staging` as Kamal lists them, each in backquotes. */
const files = (subject) => subject.split(", ").map((file) => `\`${file}\``);
/** The secrets files, and adapters other than 1Password's. */
const SECRETS = {
	"secret-not-found": {
		means: ({ secret }) => `\`config/deploy.yml\` uses ${the("secret", secret)}, and no line of the secrets file sets it. If the line exists, a command in that file does not exist where Kamal ran, which empties the whole file.`,
		next: ({ secret }) => ({
			agent: ["If the line exists: check that every command of the file is installed where Kamal runs (`kamal-1password check` lists them), and that no earlier line leaves a quote open. A variable that is not set would give an empty value instead: Kamal 2 does not load `.env`.", `Otherwise add \`${secret ?? "NAME"}=$(kamal secrets extract ${secret ?? "NAME"} $SECRETS)\` to the secrets file of this destination, and \`${secret ?? "NAME"}\` to its \`kamal secrets fetch\` line.`],
			human: [`Make sure that 1Password has a field \`${secret ?? "NAME"}\` in the item that is fetched.`]
		})
	},
	"secret-not-fetched": {
		means: ({ secret }) => `\`kamal secrets extract\` did not find ${the("name", secret)} in what was fetched: the fetch line does not name it, it is spelt differently, or the field in 1Password is empty.`,
		next: ({ secret }) => ({
			agent: [`Add \`${secret ?? "the name"}\` to the \`kamal secrets fetch\` line, or correct the name after \`extract\`.`],
			human: [`Check that ${the("field", secret)} in 1Password is not empty: Kamal treats an empty field as missing.`]
		})
	},
	"secrets-file-missing": {
		means: ({ subject, variant }) => variant === "envify" ? `\`kamal envify\` (Kamal 1) makes \`.env\` from the template \`${subject ?? ".env.erb"}\`, which does not exist.` : `Kamal found no secrets file. ${subject === null ? "With a destination it reads .kamal/secrets.<destination> instead of .kamal/secrets." : `It looked for ${files(subject).join(" and ")}, and for no other.`}`,
		next: ({ subject, variant }) => ({ agent: [variant === "envify" ? "Move to Kamal 2, which reads `.kamal/secrets`; or, with Kamal 1, write that template." : `Commit ${subject === null ? "`.kamal/secrets` (or `.kamal/secrets.<destination>`, or `.kamal/secrets-common`)" : files(subject).toReversed().join(" or ")}; it holds commands, not values. In a job, check out the repository first.`] })
	},
	"secrets-unparsable": {
		means: ({ subject, variant }) => {
			if (variant === "locale") return "A secret, or what a command of the secrets file prints, has non-ASCII characters, and Kamal ran without a locale that supports them.";
			if (variant === "word") return `\`kamal secrets extract\` got the word \`${subject ?? "$SECRETS"}\` instead of its value: Kamal before 2.6 does that together with dotenv 3.2, a later one only if a backslash comes before it.`;
			if (variant === "cut") return "What was fetched is cut off in the middle, after a backslash: Kamal before 2.10 ends a command of the secrets file at the first `)`, even one that is part of a value.";
			if (variant === "unreadable") return "The secrets file cannot be read by the account that runs Kamal.";
			if (variant === "nothing") return "A command of the secrets file printed nothing where its JSON was expected, or not all of it: it probably failed, and Kamal goes on with what it has.";
			return "A line of the secrets file cannot be evaluated: usually `extract` got something that is not the JSON of a fetch.";
		},
		next: ({ subject, variant }) => {
			if (variant === "locale") return { agent: ["Set `LANG: C.UTF-8` under `env:` of the job or the step."] };
			if (variant === "word") return { agent: ["Use Kamal 2.6 or later (`kamal-version` in the workflow, or the Gemfile); to stay with an older one, add `gem \"dotenv\", \"< 3.2\"` to the Gemfile.", `Or, with a later one, write \`${subject ?? "$SECRETS"}\` in the secrets file without a backslash before it.`] };
			if (variant === "cut") return {
				agent: ["Use Kamal 2.10 or later (`kamal-version` in the workflow, or the Gemfile)."],
				human: ["To stay with an older Kamal, choose a value without `(` and `)`."]
			};
			if (variant === "nothing") return { agent: ["Run the command inside `$(…)` of that line on its own: it says what failed."] };
			if (variant === "unreadable") return { agent: ["Check that .kamal/secrets is a file, and its mode and owner."] };
			return { agent: ["In the secrets file, write `NAME=$(kamal secrets extract NAME $SECRETS)` with `$SECRETS` unquoted, and close every quote."] };
		}
	},
	"secrets-adapter-failed": {
		means: ({ subject, variant }) => {
			const name = capital(subject ?? (variant === "aws" ? "AWS Secrets Manager" : "the secrets manager"));
			if (variant === "line") return "The `kamal secrets fetch` line does not say what to fetch, as this adapter needs it; nothing was asked.";
			if (variant === "missing") return `Kamal runs the ${subject ?? "secrets manager"} CLI, which is not on PATH.`;
			if (variant === "version") return `Kamal calls the ${subject ?? "secrets manager"} CLI in a way that the installed version does not understand: one of the two is too old for the other.`;
			if (variant === "network") return `${name} could not be reached, or did not answer.`;
			if (variant === "login") return `${name} did not accept the sign-in.`;
			return `${name} did not return the secret: its name or location is wrong, or this account is not allowed to read it.`;
		},
		next: ({ subject, variant }) => {
			if (variant === "missing") return { agent: [`Add a step that installs the ${subject ?? "secrets manager"} CLI before Kamal runs.`] };
			if (variant === "version") return { agent: [`Use the newest Kamal (\`bundle update kamal\`), or a version of the ${subject ?? "secrets manager"} CLI that came out with yours.`] };
			if (variant === "network") return { human: [`Run it again. If it fails again, check that this machine can reach ${subject ?? "the secrets manager"} (DNS, firewall, a proxy), and see its status page.`] };
			if (variant === "login") return { human: [`Renew the credentials of ${subject ?? "the secrets manager"} that the job has.`] };
			if (variant === "line") return { agent: ["Say in the `kamal secrets fetch` line what to fetch: names after the options; Bitwarden Secrets Manager wants `all`, `<project>/all` or ids, Doppler `--from project/config`, and an item of Bitwarden that is no login its fields."] };
			return {
				human: ["Check that the secret exists there and that this account can read it."],
				agent: ["Check the names and `--from` in the `kamal secrets fetch` line."]
			};
		}
	},
	"fetch-account-missing": {
		means: () => "The 1password adapter requires `--account`, but the fetch line has none or an empty one.",
		next: () => ({ agent: ["Add `--account <account>` to the `kamal secrets fetch` line; with a service account any value works."] })
	},
	"fetch-adapter-unknown": {
		means: ({ subject }) => `Kamal has ${no("secrets adapter", subject)}.`,
		next: () => ({ agent: ["Write `--adapter 1password` in the `kamal secrets fetch` line."] })
	}
};
// src/kamal/diagnosis/explain-docker.ts
const BY_HAND = "https://docs.docker.com/engine/install/";
/** Why Docker's script did not install it (`sentences/docker-install.ts`). */
const INSTALLATIONS = {
	unsupported: {
		why: (subject) => `its script does not know ${subject === null || subject === "" ? "the operating system there" : `\`${subject}\``}`,
		next: (where) => `Install Docker on ${where} with the packages of its system (Amazon Linux: \`dnf install docker\`), or deploy to a Linux that the script knows: ${BY_HAND}.`
	},
	busy: {
		why: () => "another installation is running there, as on a new server that updates itself",
		next: (where) => `Wait until ${where} has finished its updates, then run it again.`
	},
	root: {
		why: () => "the account is not root, and sudo or su asks for a password or is not there",
		next: (where) => `Install Docker on ${where} as root (${BY_HAND}), or allow the account sudo without a password.`
	},
	network: {
		why: () => "the server could not download it",
		next: (where) => `Make sure that ${where} can reach https://get.docker.com and https://download.docker.com (DNS, firewall, IPv4), then run it again.`
	},
	packages: {
		why: () => "its package manager found no package to install, or could not install it",
		next: (where) => `Install Docker on ${where} by hand, where the package manager says more: ${BY_HAND}.`
	},
	downloader: {
		why: () => "its script is downloaded with curl or wget, and curl or wget is missing there",
		next: (where) => `Install curl on ${where} (\`apt-get install curl\`), then run it again.`
	},
	failed: {
		why: () => "its script ended with an error",
		next: (where) => `Install Docker on ${where} by hand: ${BY_HAND}.`
	}
};
function isInstallation(variant) {
	return variant !== null && Object.hasOwn(INSTALLATIONS, variant);
}
/** What an engine that answers cannot do (`sentences/docker-engine.ts`). */
const ENGINE = {
	firewall: {
		means: (where) => `Docker on ${where} could not connect a container with its network: the firewall rules that Docker made are gone, or cannot be made.`,
		next: (where) => `Restart Docker on ${where} (\`sudo systemctl restart docker\`): it creates its rules again. That is needed after each reload of firewalld, ufw or iptables, and a reboot after an update of the kernel.`
	},
	pool: {
		means: (where) => `Docker on ${where} has no range of addresses left for another network.`,
		next: (where) => `On ${where}: \`docker network prune\` removes those that nothing uses; or stop the VPN whose routes cover Docker's ranges, or set \`default-address-pools\` in /etc/docker/daemon.json.`
	},
	podman: {
		means: (where) => `What answers as \`docker\` on ${where} is Podman, which does not support everything that Kamal needs from Docker.`,
		next: (where) => `Install Docker itself on ${where}: ${BY_HAND}.`
	},
	state: {
		means: (where) => `Docker on ${where} has lost track of a container: the engine and containerd do not agree about it.`,
		next: (where) => `Restart Docker on ${where} (\`sudo systemctl restart docker\`), then run it again; if the same container is named again, \`docker rm -f\` it.`
	}
};
/** Whether a variant of a cause is a row of {@link ENGINE}. */
function isEngine(variant) {
	return variant !== null && Object.hasOwn(ENGINE, variant);
}
// src/kamal/diagnosis/explain-jump.ts
/** The jump host, by name where its ssh says one. */
const jump = ({ subject }) => subject === null ? "the jump host" : `the jump host \`${subject}\``;
const name = ({ subject }) => subject ?? "<jump host>";
/** True if it is the jump host that failed, not the server behind it. */
const isJump = ({ variant }) => variant?.startsWith("jump") === true;
/** True if the log also says which jump host it is, or that it was reached. */
const isJumpKnown = (about) => isJump(about) && (about.subject !== null || about.variant === "jump-onward");
/** What a jump host is to blame for; Kamal itself only says that the connection to the server behind it closed. */
const JUMPS = {
	hostKey: {
		means: (about) => about.variant === "jump-changed" ? `${capital(jump(about))} on the way to ${on(about)} has a different host key from the one in known_hosts: it was reinstalled, or something is in between.` : `\`known_hosts\` has no host key of ${jump(about)} on the way to ${on(about)} (\`ssh.proxy\` or ProxyJump), so ssh did not connect.`,
		next: (about) => ({ human: [`Add the line of ${jump(about)} to \`KNOWN_HOSTS\` (1Password) or known_hosts: \`ssh-keyscan ${name(about)}\`; compare it with \`ssh-keygen -lf\` on that host.`] })
	},
	auth: {
		means: (about) => `${capital(jump(about))} on the way to ${on(about)} (\`ssh.proxy\` or ProxyJump) rejected the login.`,
		next: (about) => ({
			human: [`Put the public half of the deploy key into ~/.ssh/authorized_keys of the account on ${jump(about)}.`],
			agent: ["Check the account in `ssh.proxy` (`user@host`); ssh takes the key for the jump host from the agent or ~/.ssh, not from `ssh.keys`."]
		})
	},
	unreachable: {
		means: (about) => about.variant === "jump-onward" ? `The jump host (\`ssh.proxy\` or ProxyJump) was reached, but could not connect to ${on(about)}, or does not forward connections.` : `${capital(jump(about))} on the way to ${on(about)} (\`ssh.proxy\` or ProxyJump) could not be reached.`,
		next: (about) => ({
			human: [about.variant === "jump-onward" ? `Check that ${on(about)} is up, that the jump host can reach its SSH port, and that sshd on the jump host has \`AllowTcpForwarding yes\`.` : `Check that ${jump(about)} is up and that its SSH port is open to the runner's address.`],
			agent: ["Check `ssh.proxy` and the hosts in config/deploy.yml."]
		})
	}
};
// src/kamal/diagnosis/explain-servers.ts
/** Kamal 1 has its files of variables in another place (1.9.3, lib/kamal/configuration.rb, host_env_directory). */
const isOfKamal1 = (file) => /(?:^|\/)\.kamal\/env\//.test(file ?? "");
/** The way to the servers, and what has to be there. */
const SERVERS = {
	"ssh-auth": {
		means: (about) => {
			if (isJump(about)) return JUMPS.auth.means(about);
			if (about.variant === "other-user") return `${capital(on(about))} accepted the key of root but does not let root do anything: its image expects the account${about.subject === null ? " that it was made with" : ` \`${about.subject}\``}.`;
			if (about.variant === "expired") return `${capital(on(about))} accepted the login, and the password of that account has to be changed before anything else: so a new server begins.`;
			return about.variant === "prompt" ? `${capital(on(about))} accepted no key, so SSH asked for a password, which an unattended run cannot enter.` : `${capital(on(about))} rejected the login: the agent holds no key, or one that the account there does not accept. Kamal prints the same for both.`;
		},
		next: (about) => {
			if (isJump(about)) return JUMPS.auth.next(about);
			if (about.variant === "other-user") return {
				agent: [`Set \`ssh.user: ${about.subject ?? "<account>"}\` in config/deploy.yml; Kamal uses root if none is set.`],
				human: [`Let that account use Docker on ${on(about)}: \`sudo usermod -aG docker ${about.subject ?? "<account>"}\`.`]
			};
			if (about.variant === "expired") return { human: [`Log in to ${on(about)} once with a terminal (\`ssh -t\`) and change the password.`] };
			return {
				human: [`Put the public half of the deploy key into ~/.ssh/authorized_keys of the account on ${on(about)}, or the right private key into 1Password.`],
				agent: ["Check that `ssh.user` in config/deploy.yml is the account that accepts the key."]
			};
		}
	},
	"ssh-key-unusable": {
		means: ({ subject, variant }) => {
			if (variant === "gems") return "The key is of type ed25519, and the gems that Kamal reads it with are not installed. No server rejected it.";
			if (variant === "agent") return "The SSH agent has the key but did not sign with it: it asks for confirmation, or is locked. No server rejected it.";
			if (variant === "passphrase") return "The key has a passphrase, and none or a wrong one was given. No server rejected it.";
			if (variant === "net-ssh") return "The net-ssh that Kamal loads is too old for the OpenSSL 3 of this Ruby. The key is fine, and no server rejected it.";
			if (variant === "type") return "The SSH agent holds a key of a type that Kamal (net-ssh) cannot read, such as one of a security key (`ed25519-sk`). No server rejected it.";
			if (variant === "absent") return `There is no file \`${subject ?? "of the key"}\` on this machine, the key that \`ssh\` should use, and no other key was accepted.`;
			return "The SSH key could not be used on this machine: it is not a private key, is cut off, or has an unknown type. No server rejected it.";
		},
		next: ({ variant }) => {
			if (variant === "gems") return { agent: ["Add `gem \"ed25519\"` and `gem \"bcrypt_pbkdf\"` to the Gemfile, beside kamal."] };
			if (variant === "net-ssh") return { agent: ["Use net-ssh 7.0 or later (`bundle update net-ssh kamal`)."] };
			if (variant === "type") return { human: ["Use an ordinary ed25519 key for the deploy: `ssh-add -L` lists the keys of the agent, `ssh-add -d` removes one."] };
			if (variant === "absent") return {
				human: ["Put the private key where that path says, or load it into an SSH agent."],
				agent: ["Or correct the path: `ssh.keys` in config/deploy.yml, `IdentityFile` in ~/.ssh/config."]
			};
			if (variant === "agent") return { human: ["Unlock the agent and allow the key there; in a job use a key that needs no confirmation."] };
			return { human: ["Put the whole private key into 1Password, from `-----BEGIN` to `-----END`, without a passphrase (`ssh-keygen -p` removes it)."] };
		}
	},
	"ssh-host-key-changed": {
		means: (about) => {
			if (isJump(about)) return JUMPS.hostKey.means(about);
			return about.variant === "mismatch" ? `${capital(on(about))} has a different host key from the one that Kamal found in known_hosts: the server was reinstalled, something is in between, or the lines are hashed (\`|1|…\`), of which Kamal (SSHKit) reads only the first per host.` : `${capital(on(about))} has a different host key from the one in known_hosts: the server was reinstalled, or something is in between.`;
		},
		next: (about) => {
			if (isJump(about)) return JUMPS.hostKey.next(about);
			return {
				...about.variant === "mismatch" ? { agent: ["Write known_hosts without hashes: `ssh-keyscan` without `-H`. If `ssh` itself logs in without a complaint, that is the cause."] } : {},
				human: [`Compare with \`ssh-keygen -lf\` on ${on(about)} itself; if the new key is right, replace the line in \`KNOWN_HOSTS\` (1Password) or known_hosts.`]
			};
		}
	},
	"ssh-incompatible": {
		means: (about) => {
			if (about.variant === "openssl") return `Kamal (net-ssh) and the OpenSSL of this Ruby could not exchange keys with ${on(about)}; the login had not begun, and the SSH key is not the cause.`;
			if (about.variant === "known-hosts") return "The file known_hosts has a key of a type that Kamal (net-ssh) cannot read.";
			return `Kamal (net-ssh) and ${on(about)} have no algorithm in common${about.subject === null ? "" : ` for ${about.subject} (key exchange, host key, cipher …)`}: one of them is too old for the other, or sshd there allows too few.`;
		},
		next: (about) => {
			if (about.variant === "openssl") return { agent: ["Use a newer net-ssh and openssl gem (`bundle update net-ssh openssl`), or a Ruby that is built with another release of OpenSSL."] };
			if (about.variant === "known-hosts") return { human: ["Keep only the ssh-ed25519, ecdsa and ssh-rsa lines of that host in known_hosts."] };
			return {
				agent: ["Use a newer Kamal and net-ssh (`bundle update net-ssh`)."],
				human: [`Let sshd on ${on(about)} allow an algorithm that both have (\`KexAlgorithms\`, \`HostKeyAlgorithms\` in sshd_config).`]
			};
		}
	},
	"ssh-unreachable": {
		means: (about) => {
			if (about.variant === "closed") return `${capital(on(about))} was reached but closed the connection before the login: sshd limits how many log in at once (MaxStartups), something such as fail2ban blocks the runner, the account is not allowed there (AllowUsers), or no sshd listens on that port.`;
			if (isJumpKnown(about)) return JUMPS.unreachable.means(about);
			if (about.variant === "jump") return `The connection to ${on(about)} goes through another host (\`ssh.proxy\` or ProxyJump), which did not let it through.`;
			return `Could not connect to ${on(about)}: it is down, its name or port is wrong, or a firewall blocks the runner.`;
		},
		next: (about) => {
			if (isJumpKnown(about)) return JUMPS.unreachable.next(about);
			return {
				human: [about.variant === "closed" ? `Check sshd's log on ${on(about)}, fail2ban and the firewall there, then run the job again.` : `Check that ${on(about)} is up and that its SSH port is open to the runner's address.`],
				agent: [about.variant === "closed" ? "Check that `ssh.user` in config/deploy.yml is an account that can log in there (Kamal uses root if none is set, and reads `ssh.config`); lower `sshkit.max_concurrent_starts` if many containers start on one host." : "Check the host, `ssh.port` and `ssh.proxy` in config/deploy.yml."]
			};
		}
	},
	"ssh-dropped": {
		means: (about) => `The connection to ${on(about)} broke during the run; what was started there may have continued.`,
		next: (about) => ({
			human: [`Check ${on(about)} (memory, sshd's log), then run the job again.`],
			agent: ["For long silent steps set `ssh.keepalive: true` in config/deploy.yml."]
		})
	},
	"remote-shell": {
		means: (about) => `The login shell of the account on ${on(about)} does not understand what Kamal sends (it has to be a POSIX shell, such as sh or bash).`,
		next: (about) => ({ human: [`Give the account on ${on(about)} another shell: \`chsh -s /bin/bash\`.`] })
	},
	"env-file-unusable": {
		means: (about) => {
			const file = about.subject === null ? "A file below .kamal" : `\`${about.subject}\``;
			if (about.variant === "missing") return `${file}, which holds the secrets, is not on ${on(about)}: this app has not been deployed there, or under another name.`;
			if (about.variant === "format") return `The file with the variables has a line that Docker does not accept${about.secret === null ? "" : ` (\`${about.secret}\`)`}.`;
			if (about.variant === "snap") return `Docker on ${on(about)} cannot read ${file}: a docker that was installed as a snap reads no hidden folders, even as root; or another user created the file.`;
			return `The account that Kamal logs in with has no permission for ${file === "A file below .kamal" ? "a file below .kamal" : file} on ${on(about)}: another user created it, or the directory belongs to another user.`;
		},
		next: (about) => {
			if (about.variant === "missing" && isOfKamal1(about.subject)) return { agent: ["Run `kamal env push` (Kamal 1), which puts the file there; `kamal setup` does so, too."] };
			if (about.variant === "missing") return { agent: ["Deploy once first (`kamal deploy` with the same destination): that puts the file there."] };
			if (about.variant === "format") return { agent: ["Correct the name of that variable under `env:` in config/deploy.yml: no spaces, not empty."] };
			if (about.variant === "snap") return { human: [`On ${on(about)}, run \`which docker\`. If it shows /snap/bin, Docker is a snap: run \`sudo snap remove docker\` there, then \`kamal server bootstrap\` where you run Kamal. Otherwise run \`sudo chown -R <ssh user>: ~/.kamal\` there.`] };
			return {
				human: [`On ${on(about)}: \`sudo chown -R <ssh user>: ~/.kamal\`; do not mix deploys by root and by another user.`],
				agent: ["Check that `ssh.user` in config/deploy.yml is the account that deployed before."]
			};
		}
	},
	"docker-missing": {
		means: (about) => isInstallation(about.variant) ? `Kamal could not install Docker on ${machine(about)}: ${INSTALLATIONS[about.variant].why(about.subject)}.` : `Docker is not installed on ${machine(about)}, or not on the PATH of that account.`,
		next: (about) => {
			const { host, isLocal, variant } = about;
			if (isInstallation(variant)) return { human: [INSTALLATIONS[variant].next(machine(about))] };
			const here = "Install Docker on the machine that runs Kamal (a laptop: Docker Desktop, and start it; a job: a runner that has it, such as `ubuntu-latest`).";
			const there = `Install Docker on ${host ?? "the server"}: \`kamal server bootstrap\` does so if the account is root or can use sudo.`;
			if (host === null && !isLocal) return { human: [`If it was on a server: ${there}`, `Otherwise: ${here}`] };
			return { human: [host === null ? here : there] };
		}
	},
	"docker-unavailable": {
		means: (about) => {
			const { variant } = about;
			const where = `on ${machine(about)}`;
			if (isEngine(variant)) return ENGINE[variant].means(machine(about));
			if (variant === "group") return `The account is not allowed to use the Docker engine ${where}: it is not in the group \`docker\`.`;
			if (variant === "version") return `The versions of the docker client and the Docker engine ${where} are too far apart.`;
			return `The Docker engine ${where} does not answer, or the account is not allowed to use it.`;
		},
		next: (about) => {
			const { host, isLocal, variant } = about;
			if (isEngine(variant)) return { human: [ENGINE[variant].next(machine(about))] };
			if (variant === "version") return { human: [`Upgrade Docker on ${machine(about)}, the engine and the client.`] };
			if (variant === "group") return { human: [host === null && isLocal ? "Add the runner's account to the group `docker`, and restart the runner." : `On ${machine(about)}: \`sudo usermod -aG docker ${host === null ? "<account>" : "<ssh user>"}\`; it takes effect at the next login.`] };
			return { human: [host === null && isLocal ? "Start Docker on the runner, or add the runner's account to the group `docker`." : `Start Docker on ${machine(about)} (\`sudo systemctl enable --now docker\`), and add the ${host === null ? "" : "SSH "}account to its group \`docker\`.`] };
		}
	},
	"disk-full": {
		means: (about) => `The disk of ${about.isLocal ? "the runner (or of the remote builder, if there is one)" : machine(about)} is full.`,
		next: ({ host }) => ({
			human: [host === null ? "Free space there: `docker system prune`, and `docker buildx prune` or `docker volume ls` for what builders keep." : `Free space on ${host}: \`docker system df\` shows what Docker holds, \`docker system prune\` removes what is unused; check the logs as well.`],
			agent: ["Lower `retain_containers` in config/deploy.yml: each kept version keeps its image."]
		})
	},
	"port-taken": {
		means: (about) => `A port that a container should publish${about.subject === null ? "" : ` (${about.subject})`} is already in use on ${on(about)}.`,
		next: (about) => ({
			human: [`Check what holds it on ${on(about)}: \`docker ps --filter publish=${about.subject ?? "<port>"}\` or \`ss -ltnp\`; for 80 and 443 usually nginx, Caddy or an old proxy.`],
			agent: ["A role that publishes a port cannot run beside its old version: use kamal-proxy, or change the port."]
		})
	}
};
// src/kamal/diagnosis/explain-vault.ts
/** What someone does who runs Kamal by hand, without a service account. */
const ON_OWN_MACHINE = "On your own machine: run `eval $(op signin)`, or turn on “Integrate with 1Password CLI” in the desktop app (Settings → Developer), then run Kamal again in that shell.";
/** op and the vault. */
const VAULT = {
	"op-not-installed": {
		means: () => "Kamal runs the 1Password CLI, `op`, which is not on PATH, or does not run on this machine.",
		next: () => ({
			human: ["On your own machine: install the 1Password CLI (https://developer.1password.com/docs/cli/get-started)."],
			agent: ["In a workflow: use this action, which installs it, or add a step that installs `op` before Kamal runs."]
		})
	},
	"op-not-signed-in": {
		means: ({ subject, variant }) => {
			if (variant === "account") return `\`op\` knows no account${subject === null ? " of that name" : ` \`${subject}\``}: \`--account\` names another one, or the token was not passed to the step, or no one is signed in to that account on this machine.`;
			if (variant === "format") return "What was passed as the service account token is not one: it begins with `ops_` and is a single line. The token of a Connect server is something else.";
			return "1Password did not accept the sign-in: no one is signed in to `op` on this machine, or the service account token is missing, wrong, expired or revoked.";
		},
		next: ({ variant }) => {
			const agent = "In a workflow: pass `OP_SERVICE_ACCOUNT_TOKEN` to the step; unset `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN`, which win over it.";
			if (variant === "account") return {
				human: [ON_OWN_MACHINE],
				agent: ["Correct `--account` in the `kamal secrets fetch` line.", agent]
			};
			if (variant === "format") return {
				human: ["Store the whole service account token (`ops_…`) as the secret `OP_SERVICE_ACCOUNT_TOKEN` in the settings of the repository; if it is lost, create a new one in 1Password."],
				agent: [agent]
			};
			return {
				human: [ON_OWN_MACHINE, "In a workflow: create a new service account token in 1Password and store it as the secret `OP_SERVICE_ACCOUNT_TOKEN` in the settings of the repository."],
				agent: [agent]
			};
		}
	},
	"op-misconfigured": {
		means: ({ subject, variant }) => {
			if (variant === "accounts") return `\`op\` is signed in to several accounts${subject === null ? "" : ` at \`${subject}\``} and does not choose.`;
			return variant === "directory" ? `\`op\` does not use its configuration directory${subject === null ? "" : ` (${subject})`}: others can read it, it belongs to another user, or it cannot be written.` : "`op` cannot work the way it is set up on this machine: it looks for the desktop app, a Connect server or an option that does not exist.";
		},
		next: ({ subject, variant }) => {
			if (variant === "accounts") return { agent: ["Name the account by its ID, or by an address that only one has, in `--account` of the `kamal secrets fetch` line (`op account list` shows both), or sign in with a service account token."] };
			return variant === "directory" ? { agent: [`Add \`chmod 700 ${subject ?? "~/.config/op"}\` before Kamal runs, or set \`OP_CONFIG_DIR\` to a directory that the job owns.`] } : { agent: ["Pass `OP_SERVICE_ACCOUNT_TOKEN` to the step, unset `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN`, and use op 2."] };
		}
	},
	"op-unavailable": {
		means: ({ variant }) => variant === "rate" ? "1Password limits how many requests a service account may make, and the limit is reached. The token and its access are fine." : "1Password did not answer, or answered with an error. The token and its access are not the cause.",
		next: ({ variant }) => variant === "rate" ? {
			human: ["Wait, then run the job again; `op service-account ratelimit` shows when the limit is reset."],
			agent: ["Fetch all secrets of an item with one `kamal secrets fetch` line: each line asks 1Password again."]
		} : { human: ["Run the job again; https://status.1password.com shows whether 1Password has a problem."] }
	},
	"vault-unreadable": {
		means: ({ vault, item, variant }) => variant === "vault" ? `The account has ${no("vault", vault)}, or the service account does not see it.` : `1Password did not allow ${the("item", item)} of ${the("vault", vault)} to be read.`,
		next: ({ vault, variant }) => variant === "vault" ? {
			human: [`Create ${the("vault", vault)} in 1Password, or give the service account read access to it: access is set when the account is created, so a new one may be needed.`],
			agent: ["Or correct the name of the vault: `--from` in the `kamal secrets fetch` line, or the secret reference (`op://…`)."]
		} : { human: [`Give the service account read access to ${the("vault", vault)}; check https://status.1password.com and the account's rate limit (\`op service-account ratelimit\`).`] }
	},
	"vault-item-missing": {
		means: ({ vault, item, variant }) => variant === "archived" ? `${capital(the("item", item))} of ${the("vault", vault)} is in the archive, or deleted.` : `${capital(the("vault", vault))} has ${no("item", item)}, or the service account does not see it.`,
		next: ({ vault, item, variant }) => ({
			human: [variant === "archived" ? `Restore ${the("item", item)} from the archive.` : `Add ${the("item", item)} to ${the("vault", vault)}, or rename the one that is meant.`],
			agent: ["Or correct `--from` in the `kamal secrets fetch` line."]
		})
	},
	"vault-item-ambiguous": {
		means: ({ vault, item }) => `${capital(the("vault", vault))} has more than one item with the title ${item === null ? "that the fetch names" : `\`${item}\``}, and op does not choose one.`,
		next: () => ({
			human: ["Rename one of the items, or archive the one that is not used."],
			agent: ["Or use the ID of the item in `--from` of the `kamal secrets fetch` line; op lists the IDs."]
		})
	},
	"vault-field-missing": {
		means: ({ secret, item }) => `${capital(the("item", item))} has ${no("field", secret)}.`,
		next: ({ secret, item }) => ({
			human: [`Add ${the("field", secret)} to ${the("item", item)} in 1Password.`],
			agent: ["Or correct the name in the `kamal secrets fetch` line and in the `extract` that reads it."]
		})
	}
};
// src/kamal/diagnosis/causes.ts
/** What each cause means and what to do next. */
const EXPLANATIONS = {
	...SECRETS,
	...VAULT,
	...SERVERS,
	...CONTAINERS,
	...REGISTRIES,
	...BUILDING,
	...RUN,
	...CONFIGURATION
};
// src/kamal/diagnosis/container-log.ts
/**
* The last lines that the unhealthy container wrote: Kamal shows them as one message of level ERROR after it has
* closed the barrier (2.12.0, lib/kamal/cli/app/boot.rb, `close_barrier`). Without docker's times; a line that comes
* again and again, as of a container that restarts, once.
*/
function containerLog(reading, most = 20) {
	const closed = reading.lines.findLastIndex(({ message }, index) => index >= reading.start && (/ container is unhealthy on .*, not booting any other roles$/.test(message) || FAILED.test(message)));
	const found = [];
	let within = closed < 0 && reading.report !== null;
	const timed = within;
	for (const line of reading.lines.slice(Math.max(closed + 1, reading.start), reading.reportStart)) {
		if (line.level !== null) within = line.level === "ERROR" && line.command === null;
		else if (/^(?:Releasing the deploy lock|\s*Finished all in )/.test(line.text)) break;
		if (FAILED.test(line.message) || !(hasDockerTime(line.message) || within && !timed)) continue;
		const text = withoutMarks(line.message);
		if (text !== "" && !HEALTH.test(text)) found.push(text);
	}
	return [...new Set(found)].slice(-most);
}
const FAILED = /^Failed to boot \S+ on \S+$/;
/** The answer to what is asked next: the state of the container's own health check. */
const HEALTH = /^(?:null$|\{"Status":|Could not fetch logs for |docker (?:exit status|stdout|stderr): )/;
/** The name of the variable that a container's log complains of, as most languages and libraries say it; else null. */
function missingVariable(log) {
	for (const line of log.toReversed()) for (const pattern of COMPLAINTS) {
		const name = pattern.exec(line)?.[1];
		if (name !== void 0) return name;
	}
	return null;
}
const NAME$1 = String.raw`["'\`:$]*([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{4,})["'\`]*`;
const COMPLAINTS = [
	new RegExp(String.raw`(?:key not found|KeyError|missing (?:required )?(?:environment |env )?(?:variable|var|key)s?|Missing|environment variable|env(?:ironment)? var|required)[^A-Za-z]{1,4}(?:ENV\[)?${NAME$1}`),
	new RegExp(String.raw`\b${NAME$1}\]? (?:is |was |has |can't be |cannot be )?(?:not (?:set|defined|found|provided|present)|missing|required|undefined|empty|blank|unset|unusable|invalid|malformed|must be)`),
	new RegExp(String.raw`\b${NAME$1}: (?:parameter not set|unbound variable|Required|required|missing)`)
];
// src/kamal/diagnosis/ended-well.ts
/**
* How far the log shows that a command of Kamal ended well; null if it does not. Certain is a deploy that came to its
* end with every command finished, or a command that prints its answer; a log that merely ends is neither a success nor
* a failure.
*/
function successIn(reading) {
	const { lines, commands, start } = reading;
	const told = lines.slice(start).filter(({ text }) => text.trim() !== "" && !OF_RUNNER.test(text));
	const last = told.at(-1);
	if (last === void 0) return null;
	if (lines.slice(start).some((line) => saysFailure(line) || isOfFailure(line))) return null;
	if ([...new Map(commands.map((each) => [each.host, each])).values()].some((each) => !each.finished && !/^docker network create\b/.test(each.command))) return null;
	if (FINISHED.test(last.text)) return finished(reading);
	if (ANSWERS.test(last.text) || told.length === 3 && told.every(({ text }) => LOCK$1.test(text))) return "certain";
	if (commands.length > 0 && told.some(({ text }) => LAUNCHES.test(text))) return "likely";
	return told.every(({ text }) => /^[A-Z_][A-Z0-9_]*=/.test(text)) ? "certain" : null;
}
/** Whether a line says that something failed, though no error of Kamal's is reported. */
function saysFailure({ level, message, text }) {
	if (level === "ERROR" && message.startsWith("Failed to boot ")) return true;
	return /^##\[error\]|Process completed with exit code [1-9]/.test(text);
}
/**
* Whether Kamal shows what it shows only when something failed: the log or the health of a container that did not boot,
* without the line that says so. It continues after a clone or a tunnel that failed (2.0 to 2.12, lib/kamal/cli/app/boot.rb,
* build/clone.rb, build/port_forwarding.rb).
*/
function isOfFailure({ level, message, command }) {
	if (level !== "ERROR" || command !== null) return false;
	return !/^(?:Error preparing clone|Error setting up port forwarding|Missing compatible builder)/.test(message);
}
/** Whether a whole deploy came to its end after that line: whatever it says, Kamal was run after it, and succeeded. */
function deployedAfter(reading, line) {
	return reading.lastLine(/^(?:Build and push|Pull) app image\.\.\.$/) > line && successIn(reading) === "certain";
}
/** A command of Kamal that reports its own end. */
function finished(reading) {
	const { commands } = reading;
	const released = reading.lastLine(/^Releas(?:ing|ed) the deploy lock/);
	if (reading.lastLine(/^\[ERROR\] \d{4}\/\d\d\/\d\d /) > released && released >= 0) return null;
	const prune = reading.lastLine(/^Prune old containers and images\.\.\.$/);
	if (prune >= 0 && commands.some((each) => each.finished && each.line > prune)) return "certain";
	return commands.length > 0 || prune >= 0 ? "likely" : null;
}
const FINISHED = /^\s*Finished all in [\d.]+ seconds$/;
/** What a runner adds, and a backtrace that Kamal shows of what it got over (-v). */
const OF_RUNNER = /^(?:##\[(?:group|endgroup)|Post job cleanup|\S+\.rb:\d+:in [`'])/;
const ANSWERS = /^(?:Released the deploy lock|Acquired the deploy lock|There is no deploy lock|\d+\.\d+\.\d+$)/;
const LOCK$1 = /^(?:Locked by: .* at \S+|Version: .*|Message: .*)$/;
const LAUNCHES = /^(?:Get (?:current|most recent) version|Launching command )/;
// src/kamal/diagnosis/exit-status.ts
/**
* Decodes the number that SSHKit prints: for commands on the runner it is the raw wait status, where 256 is exit 1
* (sshkit 1.25, lib/sshkit/backends/local.rb); for commands on a server it is the exit code itself, and a shell
* reports a signal as 128 more than its number.
* @param local whether the command ran on the runner
*/
function decodeExitStatus(printed, local) {
	if (local) {
		const signal = printed & 127;
		return signal === 0 ? {
			code: printed >> 8,
			signal: null
		} : {
			code: null,
			signal: nameOf$2(signal)
		};
	}
	return {
		code: printed,
		signal: printed > 128 && printed < 160 ? nameOf$2(printed - 128) : null
	};
}
function nameOf$2(number) {
	return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}
/** e.g. `exit status 1`, `exit status 137 (SIGKILL)`, `SIGTERM`. */
function inWords({ code, signal }) {
	if (code === null) return signal ?? "no exit status";
	return signal === null ? `exit status ${code}` : `exit status ${code} (${signal})`;
}
// src/kamal/diagnosis/recognised.ts
/** What a command wrote, stderr first. */
function outputOf(command) {
	return [command.stderr, command.stdout].filter((text) => text !== "").join("\n");
}
/**
* The command that was under way on the occurrence's host when it failed: the last that was announced there, has not
* finished, and is a call of the program that failed. Null if Kamal was quiet (`-q`).
*/
function commandUnderWay({ occurrence, reading }) {
	const host = occurrence.host ?? "localhost";
	const program = occurrence.command?.program ?? null;
	const name = program === null ? null : program.slice(program.lastIndexOf("/") + 1);
	return reading.commands.findLast((each) => each.host === host && each.line < occurrence.line && !each.finished && !ALLOWED_TO_FAIL.test(each.command) && (name === null || new RegExp(`(?:^|[\\s/(])${escaped(name)}(?:\\s|$)`).test(each.command)))?.command ?? null;
}
/** Kamal continues if the network exists already (2.12.0, lib/kamal/cli/proxy.rb and accessory.rb). */
const ALLOWED_TO_FAIL = /^docker network create\b/;
const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
/** True if some command on the host had finished before: so there was a connection. */
function wasConnected({ occurrence, reading }) {
	if (reading.commands.some((each) => each.host === occurrence.host && each.finished)) return true;
	if (reading.lastLine(/\bRunning docker exec kamal-proxy kamal-proxy deploy /) >= reading.start) return true;
	return reading.phases.includes("lock") && reading.phase !== "lock";
}
// src/kamal/diagnosis/beneath.ts
/** Lines that a tool writes beside its errors: warnings, and how to get help. */
const NOISE = /^(?:WARNING\b|[Ww]arning: |Emulate Docker CLI|Usage:|See 'docker |Run 'docker |See https?:)|: warning: behavior of -n is non-portable/;
/** Whether a line of standard error says nothing about why a command failed. */
const isNoise = (line) => NOISE.test(line.trim());
/**
* @param found what the command's whole output is evidence of
* @param asked the command as Kamal announced it; null if the log does not show it
*/
function beneath(found, command, asked) {
	const [first] = found;
	if (first?.cause === "image-label-missing") return withoutEcho(found, command);
	if (first?.cause === "container-name-taken") return whyNotStarted(found, command, asked);
	return found;
}
/** An image without any label (docker/cli 20 to 29, templates and missingkey=error). */
const NO_LABELS = /^template parsing error: .*map has no entry for key "(?:Labels|service)"/;
/**
* `docker inspect … | grep -x … || (echo "Image … is missing the 'service' label" && exit 1)` (Kamal 2.0 to 2.12,
* lib/kamal/commands/builder/base.rb, validate_image): it is the label only where docker itself did not complain.
*/
function withoutEcho(found, { stderr }) {
	return stderr.split("\n").some((line) => line.trim() !== "" && !isNoise(line) && !NO_LABELS.test(line)) ? found.filter(({ cause }) => cause !== "image-label-missing") : found;
}
/**
* `docker start X || docker run --name X …` (Kamal 2.0 to 2.12, lib/kamal/commands/proxy.rb and registry.rb): the name is
* taken by the very container that did not start, for the reason that `docker start` gave.
*/
function whyNotStarted(found, command, asked) {
	const [first] = found;
	const name = first?.subject ?? "";
	const lines = outputOf(command).split("\n").map((line) => line.trim());
	if (!(lines.some((line) => /failed to start containers: (\S+)/.exec(line)?.[1] === name) || /^docker (?:container )?start (\S+) \|\|/.exec(asked ?? "")?.[1] === name)) return found;
	const said = lines.find((line) => OF_DAEMON.test(line) && !/No such container|Conflict\b/.test(line));
	if (said !== void 0) return [{
		cause: "unknown",
		proof: said
	}];
	return lines.some((line) => line.endsWith(`No such container: ${name}`)) ? found : found.map((each) => ({
		...each,
		confidence: "likely"
	}));
}
const OF_DAEMON = /^Error response from daemon: /;
// src/kamal/diagnosis/from-deploy-file.ts
/** Sentences with which the deploy file makes a cause more exact; none is evidence, so none of them names one. */
function fromDeployFile(cause, about, facts) {
	if (cause === "unhealthy") return [...ofProxy(about, facts), ...ofVariable(about, facts)];
	if (cause === "app-secret-missing") return ofVariable(about, facts);
	if (OF_REGISTRY$1.has(cause)) return ofRegistry(cause, about, facts);
	if (cause === "architecture-mismatch" || cause === "builder-lost" && about.variant === "emulation") return ofArchitecture(facts);
	if (cause === "accessory-missing") return ofAccessories(about, facts);
	return cause.startsWith("ssh-") ? ofHost(about, facts) : [];
}
/** Whether a container gets the variable, by the deploy file; null if that is not known. */
function isListed(secret, facts) {
	if (secret === null || facts === null || facts.variables === null) return null;
	return facts.variables.has(secret);
}
const OF_REGISTRY$1 = /* @__PURE__ */ new Set([
	"registry-auth",
	"registry-unreachable",
	"registry-rate-limited",
	"registry-refused-upload",
	"image-not-found"
]);
/** The role that is meant: by name, else the only one behind the proxy. */
function roleIn({ role }, { roles }) {
	if (role !== null) return roles.find(({ name }) => name === role) ?? null;
	const [only, ...others] = roles.filter(({ proxy }) => proxy !== null);
	return only === void 0 || others.length > 0 ? null : only;
}
const PORTS = /* @__PURE__ */ new Set([
	"app-port",
	"refused",
	"loopback"
]);
const TIMES = /* @__PURE__ */ new Set([
	"slow",
	"preparing",
	"refused"
]);
function ofProxy(about, facts) {
	const { variant, subject } = about;
	const proxy = roleIn(about, facts)?.proxy;
	if (proxy == null) return [];
	const said = [];
	if (variant === null || PORTS.has(variant)) said.push(...ofPort(proxy.appPort, subject, facts));
	if (variant === "path" || variant === "redirect") said.push(...ofSetting("proxy.healthcheck.path", proxy.healthcheckPath, "`/up`", facts));
	if (variant !== null && TIMES.has(variant)) said.push(...ofSetting("deploy_timeout", facts.deployTimeout, "30 seconds", facts));
	return said;
}
/** @param preset what Kamal takes if it is not set */
function ofSetting(name, value, preset, { file }) {
	if (value === void 0) return [];
	return value === null ? [`\`${name}\` is not set in ${file}: it is ${preset}.`] : [`${file} sets \`${name}: ${value}\`.`];
}
/** @param subject begins with the port that was asked, if the log shows it */
function ofPort(appPort, subject, facts) {
	const asked = /^\d+/.exec(subject ?? "")?.[0] ?? null;
	if (asked === null || asked === (appPort ?? "80")) return ofSetting("proxy.app_port", appPort, "80", facts);
	if (appPort == null) return [];
	return [`${facts.file} sets \`proxy.app_port: ${appPort}\`, yet the proxy asked port ${asked}: what was deployed is another version of that file, or Kamal is 2.6.0, which ignores it.`];
}
function ofRegistry(cause, about, { file, registry, image }) {
	const { server, username } = registry;
	if (server === void 0 || about.variant === "public") return [];
	const user = typeof username === "string" ? ` as \`${username}\`` : "";
	if (server !== null) return about.subject !== null && hostOf(about.subject) !== hostOf(server) && cause !== "registry-refused-upload" ? [`\`registry.server\` in ${file} is \`${server}\`: this is another registry, for which Kamal has no password.`] : [`Kamal logs in to \`${server}\`${user} (\`registry.server\` in ${file}).`];
	const named = /^([\w-]+(?:\.[\w-]+)+(?::\d+)?|localhost:\d+)\/(.+)$/.exec(image ?? "");
	const login = `\`registry.server\` is not set in ${file}, so Kamal logs in to Docker Hub${user}.`;
	return named === null || cause !== "registry-auth" ? [login] : [`${login} But \`image: ${image}\` names \`${named[1]}\`: write \`registry.server: ${named[1]}\` and \`image: ${named[2]}\`.`];
}
/** Without the names under which Docker Hub answers. */
const hostOf = (server) => {
	const [host = ""] = server.replace(/^https?:\/\//, "").split("/");
	return isDockerHub(host) ? "docker.io" : host;
};
function ofArchitecture({ file, arches }) {
	if (arches === null || arches.length === 0) return [];
	return [`${file} builds for ${arches.map((arch) => `\`${arch}\``).join(" and ")} (\`builder.arch\`).`];
}
function ofAccessories({ subject }, { file, accessories }) {
	const names = accessories.map(({ name }) => `\`${name}\``);
	if (subject === null || accessories.some(({ name }) => subject === name || subject.endsWith(`-${name}`))) return [];
	return names.length === 0 ? [`${file} has no accessories.`] : [`${file} has the accessories ${names.join(", ")}.`];
}
function ofHost({ host }, { file, roles, accessories }) {
	if (host === null) return [];
	const who = [...roles.filter(({ hosts }) => hosts.includes(host)).map(({ name }) => `role \`${name}\``), ...accessories.filter(({ hosts }) => hosts.includes(host)).map(({ name }) => `accessory \`${name}\``)];
	const all = new Set([...roles, ...accessories].flatMap(({ hosts }) => hosts));
	return who.length === 0 || all.size < 2 ? [] : [`In ${file} it is a host of: ${who.join(", ")}.`];
}
/** Whether the container that ended gets the variable at all. */
function ofVariable(about, { file, variables }) {
	const { secret, role } = about;
	if (secret === null || variables === null || !/^[A-Z][A-Z0-9_]*$/.test(secret)) return [];
	const given = variables.get(secret) ?? [];
	if (given.length === 0) return (about.variant === "secret-key-base" ? variables.get("RAILS_MASTER_KEY") ?? [] : []).length > 0 ? [`${file} lists \`RAILS_MASTER_KEY\`, so its value is empty, or it is the key of credentials other than those in the image.`] : [`No \`env\` in ${file} has \`${secret}\`.`];
	const own = given.filter(({ where }) => role === null || where === `role:${role}` || where === "every role");
	if (own.length === 0) return [`${file} gives \`${secret}\` only to ${given.map(({ where }) => named(where)).join(", ")}.`];
	return own.some(({ via }) => via === "secret") ? [`${file} lists \`${secret}\` under \`env.secret\`, so its value is most likely empty.`] : [`${file} sets \`${secret}\` under \`env.clear\`.`];
}
const named = (where) => where.replace(/^(\w+):(.*)$/, "$1 `$2`");
// src/kamal/diagnosis/evidence.ts
/** The line of the proof: within the message, else the last one before it; else where the message begins. */
function proofLine({ lines }, occurrence, proof) {
	if (proof === void 0) return occurrence.line;
	const has = (index) => lines[index]?.text.includes(proof) ?? false;
	for (let index = occurrence.line; index < lines.length; index++) if (has(index)) return index;
	for (let index = occurrence.line; index >= 0; index--) if (has(index)) return index;
	return occurrence.line;
}
/** One sentence of what the log shows: the error or how the command ended, the proof, where, and who else failed. */
function seenSentence({ about, status, occurrence, found, hosts, failed }) {
	const { host, role, phase } = about;
	const { command, message } = occurrence;
	const place = placeOf(host, role, phase);
	const said = found.seen ?? (command === null ? (message.split("\n")[0] ?? "").trim() : "");
	const unknown = found.cause === "unknown" ? failed : null;
	const ended = command === null ? "" : endOf(command.program, unknown, status);
	const words = found.proof ?? (command === null ? null : unknown?.said ?? null);
	const sentence = [
		said,
		ended,
		words === null || said.includes(words) ? "" : words
	].map((part) => readable(part)).filter((part) => part !== "").join(": ").replace(/[.:]$/, "");
	const others = hosts.filter((each) => each.host !== null && each.host !== host).map((each) => `${each.host} (${each.cause})`);
	const also = others.length === 0 ? "" : ` Failed as well: ${[...new Set(others)].join(", ")}.`;
	return `${sentence}${place}${place === "" && /[?!]$/.test(sentence) ? "" : "."}${also}`;
}
/**
* The command that failed, as Kamal announced it, and its last words; null if no command failed.
* @param found of an unknown cause, its proof is the line that says most
*/
function failedCommand(given, found) {
	const { occurrence } = given;
	const { command, host } = occurrence;
	if (command === null) return null;
	const announced = commandUnderWay(given);
	const proof = found.cause === "unknown" ? found.proof : void 0;
	const isEcho = (line) => announced !== null && line.trim() === announced;
	const last = (text) => {
		const lines = text.split("\n").filter((line) => line.trim() !== "" && !isEcho(line));
		return (lines.findLast((line) => !isNoise(line)) ?? lines.at(-1))?.trim() ?? null;
	};
	return {
		command: announced ?? command.program,
		host,
		said: proof ?? last(command.stderr) ?? last(command.stdout)
	};
}
/** Most characters of a line that a sentence repeats; the line itself is shown below it. */
const LONG = 300;
/** A line of a log as a sentence can repeat it: without docker's time, JSON as words, and neither addresses nor all of it at length. */
function readable(line) {
	const words = inWords$1(withoutTime(line)).replaceAll(/(https?:\/\/[^\s"'?]{0,60})[^\s"']*/g, (address, start) => address.length > 90 ? `${start}…` : address);
	return words.length > LONG ? `${words.slice(0, LONG)}…` : words;
}
/** The beginning of a long command: what it is, without all of its options. */
function shortened(command) {
	return command.length <= 100 ? command : `${command.slice(0, 100)}…`;
}
/** What is known besides the log, where it bears on the cause. */
function sharpened(cause, about, { findings = [], logins = [], here, builtWith, deployFile = null }) {
	const { secret, host } = about;
	const own = findings.filter((finding) => secret !== null && finding.secret === secret);
	const errors = OF_FILES.has(cause) ? findings.filter((finding) => finding.secret === null && finding.severity === "error") : [];
	const check = [...own, ...errors];
	const login = logins.find((each) => each.host === host);
	const said = check.slice(0, 1).map(({ message }) => `The check before the run said: ${message}`);
	if (deployFile !== null) said.push(...fromDeployFile(cause, about, deployFile));
	if (host === null && OF_BUILDER.has(cause) && builtWith !== void 0) said.push(builderBefore(builtWith));
	const room = host === null ? here : login?.room;
	if (OF_ROOM.has(cause) && room !== void 0) said.push(...littleRoom(host, room));
	return cause.startsWith("ssh-") && login !== void 0 ? [...said, loginBefore(login)] : said;
}
function loginBefore({ host, accepted, words }) {
	return accepted ? `The login to ${host} had worked before the run.` : `The login before the run failed too: ${words}.`;
}
function builderBefore({ docker, buildx }) {
	return `Before the run, ${docker === null ? "no Docker engine answered here" : `Docker ${docker} answered here`}, ${buildx === null ? "without buildx" : `with buildx${buildx === "" ? "" : ` ${buildx}`}`}.`;
}
/** Causes that Docker on this machine has to do with. */
const OF_BUILDER = /* @__PURE__ */ new Set([
	"builder-lost",
	"builder-unavailable",
	"build-cache-failed",
	"docker-missing",
	"docker-unavailable",
	"architecture-mismatch"
]);
/** Causes that are in the project's files, where the check may have seen them. */
const OF_FILES = /* @__PURE__ */ new Set([
	"config-invalid",
	"secret-not-found",
	"secret-not-fetched",
	"secrets-file-missing",
	"secrets-unparsable",
	"secrets-adapter-failed",
	"fetch-account-missing",
	"fetch-adapter-unknown"
]);
/** Causes behind which a lack of disk or memory can be. */
const OF_ROOM = /* @__PURE__ */ new Set([
	"disk-full",
	"builder-lost",
	"build-failed",
	"ssh-dropped",
	"unhealthy",
	"container-not-started",
	"docker-unavailable",
	"proxy-down",
	"unknown"
]);
/** How the command ended: the one that failed, where no one knows why; else the program. */
function endOf(program, unknown, status) {
	return `\`${unknown === null ? program : shortened(unknown.command ?? program)}\` ended with ${inWords(status ?? {
		code: null,
		signal: null
	})}`;
}
function littleRoom(host, { disk, memory }) {
	const where = `${capital(host ?? "the runner")} ${host === null ? "has" : "had, before the run,"}`;
	return [...disk !== null && disk < 2e9 ? [`${where} ${Math.round(disk / 1e6)} MB of free disk space.`] : [], ...memory !== null && memory < 512e6 ? [`${where} ${Math.round(memory / 1e6)} MB of memory to spare.`] : []];
}
function placeOf(host, role, phase) {
	const known = [
		host === null ? null : `on ${host}`,
		role === null ? null : `role ${role}`,
		phase
	].filter((part) => part !== null);
	return known.length === 0 ? "" : ` (${known.join(", ")})`;
}
// src/kamal/diagnosis/sentences/ssh.ts
/** net-ssh 7 and net-scp 4 as Kamal passes their messages on, OpenSSH 8 to 10 where `ssh` itself speaks. */
const SSH = [
	{
		cause: "ssh-key-unusable",
		says: /OpenSSH keys only supported if ED25519 is available|net-ssh requires the following gems for ed25519/,
		from: "net-ssh 5 to 7.3, lib/net/ssh/authentication/ed25519_loader.rb",
		variant: "gems"
	},
	{
		cause: "ssh-key-unusable",
		says: /(?:is incompatible with|pkeys are immutable on) OpenSSL 3/,
		from: "Ruby OpenSSL 3, ossl_pkey.c, of net-ssh before 7.0; net-ssh/net-ssh#903",
		variant: "net-ssh"
	},
	{
		cause: "ssh-key-unusable",
		says: /^expected (?:a )?32-byte String, got \d+/,
		from: "ed25519 1.x, lib/ed25519.rb, of a key of a security key (sk-ssh-ed25519) in the agent; basecamp/kamal#1131",
		variant: "type"
	},
	{
		cause: "ssh-key-unusable",
		says: /agent could not sign data with requested identity|sign_and_send_pubkey: signing failed|agent refused operation|the agent is no longer available/,
		from: "net-ssh 7.3, lib/net/ssh/authentication/agent.rb; OpenSSH 8 to 10, sshconnect2.c",
		variant: "agent"
	},
	{
		cause: "ssh-key-unusable",
		says: /Could not parse PKey|not a (?:private|public) key|not a supported key type|Neither PUB key nor PRIV key|private key could not be loaded|Private key len|Expected -----(?:BEGIN|END) OPENSSH PRIVATE KEY|in private key is not supported|unsupported key type `sk-|Load key "[^"]*": (?:error in libcrypto|invalid format|bad permissions|incorrect passphrase)|invalid format|is not a public key file|UNPROTECTED PRIVATE KEY FILE|Permissions \d+ for '[^']*' are too open/,
		from: "Ruby OpenSSL 3; net-ssh 7.3, lib/net/ssh/key_factory.rb, authentication/ed25519.rb; OpenSSH 8 to 10, authfile.c"
	},
	{
		cause: "ssh-key-unusable",
		says: /Passphrase required for encrypted private key|Decrypt failed on private key|BCyryptPbkdf failed|incorrect passphrase supplied/,
		from: "net-ssh 7.3, lib/net/ssh/authentication/ed25519.rb; OpenSSH 8 to 10",
		variant: "passphrase"
	},
	{
		cause: "ssh-incompatible",
		says: /could not settle on (?<subject>\w+) algorithm|Unable to negotiate with|no matching (?<kind>[\w ]+) found\. Their offer|incompatible SSH version|no SSH version received|unimplemented cipher|host key algorithm mismatch|unsupported key type `(?<type>[^']*)'/,
		from: "net-ssh 7.3, lib/net/ssh/transport/algorithms.rb, server_version.rb, buffer.rb; OpenSSH 8 to 10, kex.c"
	},
	{
		cause: "ssh-host-key-changed",
		says: /fingerprint \S+ does not match for/,
		from: "net-ssh 7.3, lib/net/ssh/verifiers/always.rb; basecamp/kamal#1814",
		variant: "mismatch",
		certain: false
	},
	{
		cause: "ssh-host-key-changed",
		says: /fingerprint \S+ is unknown for|^Host key verification failed\.|REMOTE HOST IDENTIFICATION HAS CHANGED|No \S+ host key is known for/,
		from: "net-ssh 7.3, lib/net/ssh/verifiers/always.rb; OpenSSH 8 to 10, sshconnect.c"
	},
	{
		cause: "ssh-auth",
		says: /Please log ?in as (?:the )?(?:user )?["']?(?<subject>[\w-]+)["']? (?:user,? )?(?:rather than|not as|instead of) (?:the )?(?:user )?["']?root/,
		from: "cloud-init 20 to 25, config/cc_users_groups (disable_root_opts); canonical/cloud-init#2534",
		variant: "other-user"
	},
	{
		cause: "ssh-auth",
		says: /Password change required but no TTY available|[Yy]our password has expired|You are required to change your password immediately|password expired/,
		from: "Linux-PAM 1.x, pam_unix; OpenSSH 8 to 10, session.c; new servers of Hetzner and DigitalOcean",
		variant: "expired"
	},
	{
		cause: "ssh-auth",
		says: /Authentication failed for user (?<subject>\S+)|Permission denied \((?:publickey|password|keyboard-interactive|gssapi|hostbased)|Too many authentication failures/,
		from: "net-ssh 7.3, lib/net/ssh.rb; OpenSSH 8 to 10, sshconnect2.c and auth.c"
	},
	{
		cause: "ssh-auth",
		says: /^E, \[[^\]]*\] ERROR -- net\.ssh\.authentication\.session\[\w+\]: all authorization methods failed/,
		from: "net-ssh 7.3, lib/net/ssh/authentication/session.rb, in its own log (`ssh.log_level: debug`); basecamp/kamal#468"
	},
	{
		cause: "ssh-auth",
		says: /Inappropriate ioctl for device|ENOTTY|^[^\s@]+@[^\s@]+(?<='s) password:/,
		from: "net-ssh 7.3, lib/net/ssh/prompt.rb (io/console, noecho); kontena/pharos-cluster#983",
		variant: "prompt"
	},
	{
		cause: "registry-tunnel",
		says: /Failed to establish port forward on (?<subject>\S+)|Timed out waiting for port forwarding to be established|Error setting up port forwarding to (?<host>\S+?):|remote forwarding request failed/,
		from: "Kamal 2.8 to 2.12, lib/kamal/cli/build/port_forwarding.rb; net-ssh 7.3, lib/net/ssh/service/forward.rb"
	},
	{
		cause: "env-file-unusable",
		says: /SCP did not finish successfully[^\n]*: (?:Permission denied|Is a directory|Read-only file system)(?<=\s(?<subject>\S+): [^:\n]+)|scp: (?<scp>(?=\S*\.kamal)\S+): (?:Permission denied|No such file or directory)|(?:mkdir|chmod|cp|touch|cat|mv|ln)\b[^\n]*: (?:Permission denied|Read-only file system|Operation not permitted)(?<=['‘’"\s](?<path>[^\s'‘’":]*\.kamal[^\s'‘’":]*)['‘’"]?: [^:\n]+)/,
		from: "net-scp 4, lib/net/scp.rb; OpenSSH scp; coreutils 8 and 9",
		variant: "permission"
	},
	{
		cause: "disk-full",
		says: /SCP did not finish successfully[^\n]*No space left on device|[Nn]o space left on device|Disk quota exceeded/,
		from: "OpenSSH scp; Linux, ENOSPC"
	},
	{
		cause: "ssh-unreachable",
		says: /- connect\(2\)|^getaddrinfo|ssh: (?:connect to host|Could not resolve hostname)|^Connection timed out|^No route to host|^Network is (?:unreachable|down)|^Host is down|Net::SSH::ConnectionTimeout|^timeout (?:during|waiting)|failed to connect: |Failed to open TCP connection|^Connection refused\b|Operation timed out - /,
		from: "Ruby Socket (Errno, Socket::ResolutionError); net-ssh 7.3, lib/net/ssh/transport; OpenSSH 8 to 10, sshconnect.c"
	},
	{
		cause: "ssh-unreachable",
		says: /^(?:command failed: |proxy command|Proxy[Cc]ommand|channel \d+: open failed: connect failed|stdio forwarding failed|kex_exchange_identification: )/,
		from: "net-ssh 7.3, lib/net/ssh/proxy/command.rb and jump.rb; OpenSSH 8 to 10",
		variant: "jump"
	},
	{
		cause: "ssh-dropped",
		says: /^(?:closed stream|stream closed|connection closed by remote host|Connection reset by peer|Broken pipe|end of file reached|Bad file descriptor|Blocking operation timed out|Software caused connection abort|disconnected: |Connection closed by |Net::SSH::Timeout|Timeout, server \S+ not responding|client_loop: send disconnect)/,
		from: "Ruby IOError and Errno; net-ssh 7.3, lib/net/ssh/transport/packet_stream.rb; OpenSSH 8 to 10; basecamp/kamal#857, #1373, #1619"
	}
];
// src/kamal/diagnosis/ssh-classes.ts
/** Classes that say on their own what happened. */
function ofSshClass(name) {
	if (name === "Net::SSH::AuthenticationFailed") return { cause: "ssh-auth" };
	if (name === "Net::SSH::HostKeyUnknown") return { cause: "ssh-host-key-changed" };
	if (name === "Net::SSH::HostKeyMismatch") return {
		cause: "ssh-host-key-changed",
		variant: "mismatch",
		confidence: "likely"
	};
	if (/^Net::SSH::Authentication::(?:AgentError|KeyManagerError)$/.test(name)) return { cause: "ssh-key-unusable" };
	if (name === "Net::SSH::ConnectionTimeout") return { cause: "ssh-unreachable" };
	if (name === "Net::SSH::Proxy::ConnectError") return {
		cause: "ssh-unreachable",
		variant: "jump"
	};
	return null;
}
// src/kamal/diagnosis/beneath-tunnel.ts
/**
* A tunnel that does not come up: its thread says why, and half a minute later Kamal says only that it waited (2.8 to
* 2.12, lib/kamal/cli/build/port_forwarding.rb).
*/
function beneathTunnel({ reading, occurrence }, found) {
	const isWaiting = occurrence.message.startsWith("Timed out waiting");
	const said = reading.lines.findLast(({ level, message }, index) => index >= reading.start && level === "ERROR" && message.startsWith("Error setting up port forwarding to "));
	if (said === void 0) return [isWaiting ? {
		...found,
		confidence: "likely"
	} : found];
	const tunnel = {
		...found,
		proof: said.message
	};
	const [, className = "", words = ""] = /^Error setting up port forwarding to \S+: ([\w:]+): (.*)$/.exec(said.message) ?? [];
	if (/ for "?(?:localhost|127\.0\.0\.1|::1)"? port \d+/.test(words)) return [{
		...tunnel,
		variant: "local"
	}];
	const [first] = heard([words], SSH).map((each) => recognisedBy(each));
	const beneath = first ?? ofSshClass(className);
	return beneath?.cause.startsWith("ssh-") === true ? [{
		...beneath,
		proof: said.message
	}, tunnel] : [tunnel];
}
// src/kamal/diagnosis/doing.ts
/** The commands of Kamal 2.0 to 2.12 (lib/kamal/commands/*.rb), the more particular first. */
const COMMANDS = [
	[/^(?:\/usr\/bin\/env )?sh -c .*get\.docker\.com|^docker -v$/, "install-docker"],
	[/^mkdir\b.*\bdocker (?:container create|run)\b.*-assets\b/, "run"],
	[/^docker login\b/, "login"],
	[/^docker (?:--version && docker )?buildx (?:build|bake)\b|^pack build\b/, "build"],
	[/^docker build\b/, "build"],
	[/^docker (?:--version && docker )?(?:buildx|context)\b/, "builder"],
	[/^docker (?:start|stop|rm|run) (?:.*--name )?kamal-docker-registry\b/, "registry"],
	[/^docker pull\b|^docker image (?:rm|pull)\b/, "pull"],
	[/^docker inspect\b.*\bgrep -x\b|is missing the 'service' label/, "label"],
	[/^docker exec(?: -\S+)* kamal-proxy kamal-proxy\b/, "proxy"],
	[/^docker (?:container start kamal-proxy|run --name kamal-proxy|container (?:stop|prune).*kamal-proxy)/, "proxy-boot"],
	[/^docker run .*\bkamal-proxy\b.*--publish/, "proxy-boot"],
	[/^docker exec\b|^docker run (?:-\S+ )*--rm\b/, "exec"],
	[/^docker container (?:start|stop) (?!kamal-proxy\b)[\w.-]+$/, "accessory"],
	[/^docker run (?:.* )?--label service="?[\w.-]+"? (?!.*--label role=)/, "accessory"],
	[/^docker image prune\b|\bdocker rmi \$tag\b|\bdocker rm \$container_id\b/, "prune"],
	[/^docker (?:container )?prune\b/, "prune"],
	[/^docker (?:start|run|create)\b/, "run"],
	[/^(?:\/usr\/bin\/env )?(?:mkdir|rm|stat|cat|echo)\b.*(?:\block\b|\.kamal\/lock)/, "lock"],
	[/^(?:\/usr\/bin\/env )?git\b/, "git"]
];
/** The command that failed, in Kamal's words. */
function doingOf(given) {
	const { reading, occurrence } = given;
	const words = commandUnderWay(given);
	const marked = byMarks(given, occurrence.command === null ? "" : outputOf(occurrence.command));
	if (marked !== null) return marked;
	if (isPruning(given, words)) return "prune";
	if (words === null) return byOutput(given);
	const bare = words.replaceAll(/"[^\s"]*\s[^"\n]*"/g, "\"\"");
	const doing = COMMANDS.find(([pattern]) => pattern.test(bare))?.[1] ?? "other";
	if (isLaunching(reading) && (doing === "run" || doing === "accessory") && occurrence.host !== null) return "exec";
	return doing;
}
const OF_PROXY$1 = /^Error: (?:target failed to become healthy|service not found$)|conflict with another service/m;
/** docker/docker-install, install.sh. */
const OF_INSTALLATION = /^# Executing docker install script, commit: /m;
/** True if the log has the line with which Kamal begins `app exec` or `accessory exec`. */
const isLaunching = (reading) => reading.lastLine(LAUNCHING) >= 0;
/** Kamal 2.12.0, lib/kamal/cli/app.rb and accessory.rb. */
const LAUNCHING = /^Launching (?:interactive )?command (?:with version .*|via SSH.*|from .*)\.\.\.$/;
/** What only one command leaves in what it writes, whichever command the log shows before it. */
function byMarks(given, output) {
	if (isOnServer(given)) return "server";
	if (/^#\d+ (?:\[|\d|DONE|ERROR)/m.test(output) && !/^docker: /m.test(output)) return "build";
	if (OF_PROXY$1.test(output)) return "proxy";
	return OF_INSTALLATION.test(output) ? "install-docker" : null;
}
/**
* After that line docker is only asked to remove something (Kamal 2.0 to 2.12, lib/kamal/cli/prune.rb), even if the log
* has lost what.
*/
function isPruning({ occurrence, reading }, words) {
	if (occurrence.host === null || occurrence.command?.program !== "docker" || reading.phase !== "prune") return false;
	const prune = reading.lastLine(/^Prune old containers and images\.\.\.$/);
	const last = reading.commands.findLast(({ command, host }) => command === words && host === occurrence.host);
	return prune >= 0 && prune < occurrence.line && (last === void 0 || last.line < prune);
}
/** Kamal 2.0 to 2.12, lib/kamal/cli/server.rb: the last that it says before it runs what the user asked for. */
function isOnServer({ occurrence, reading }) {
	if (occurrence.host === null || reading.phases.length !== 1) return false;
	return reading.lastLine(/^Running '.*' on [^']*\.\.\.$/) >= 0;
}
/** Where Kamal was quiet (`-q`), or the line is missing: marks that only one command leaves in what it writes. */
function byOutput({ occurrence, reading }) {
	const output = occurrence.command === null ? "" : outputOf(occurrence.command);
	if (occurrence.command?.program === "docker" && occurrence.host !== null && isLaunching(reading)) return "exec";
	if (/failed to solve|BuildKit|^ERROR: failed to build: /m.test(output)) return "build";
	if (/^ERROR: no builder "/m.test(output)) return "builder";
	if (/--password via the CLI|login attempt to/.test(output)) return "login";
	if (/docker run --help/.test(output)) return "run";
	if (/^\S+: Pulling from /m.test(output)) return "pull";
	return null;
}
// src/kamal/diagnosis/app-reports.ts
/**
* The lines of a container's log, each as it is, followed by its content if only the form differs: a line of JSON in
* words, and what a library says in several lines in one.
*/
function saidIn(log) {
	return log.flatMap((line, index) => [
		{
			text: line,
			line
		},
		...ofJson(line),
		...REPORTS.flatMap((report) => {
			const text = report(log, index);
			return text === null ? [] : [{
				text,
				line
			}];
		})
	]);
}
/** Levels of the loggers that write JSON, those of pino as numbers (pino 5 to 10; zap, zerolog, slog, winston, Monolog). */
const OF_ERROR = /^(?:error|err|fatal|panic|dpanic|critical|crit|alert|emerg(?:ency)?|[56]0)$/i;
/** Fields that hold the message or the error, and those that name a variable. */
const MESSAGES = [
	"msg",
	"message",
	"error",
	"err",
	"cause"
];
const NAMES = [
	"variable",
	"var",
	"env",
	"env_var",
	"envVar",
	"key",
	"name",
	"field",
	"missing"
];
function ofJson(line) {
	const fields = fieldsIn(line);
	if (fields === null) return [];
	const level = fields.get("level") ?? fields.get("severity") ?? fields.get("level_name");
	if (!OF_ERROR.test(String(level))) return [];
	const texts = (names) => names.map((name) => fields.get(name)).filter((value) => typeof value === "string");
	const named = texts(NAMES).filter((value) => /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value));
	return [{
		text: ["error", .../* @__PURE__ */ new Set([...texts(MESSAGES), ...named])].join(": "),
		line
	}];
}
const missing$1 = (name) => `${name.toUpperCase()} Field required [type=missing`;
const rejected = (name, why) => `${name} is not accepted: ${why}`;
const UNDEFINED = /^(?:Required|required|undefined|Invalid input: expected \w+, received undefined)\b/;
/** How many lines before this one are searched for a head. */
const FAR$1 = 40;
const headed = (log, index, head) => log.slice(Math.max(0, index - FAR$1), index).some((line) => head.test(line));
const REPORTS = [
	(log, index) => {
		const field = /^(\w+)$/.exec(log[index - 1] ?? "")?.[1];
		return field !== void 0 && /^\s+(?:Field required \[type=missing|field required \(type=value_error\.missing\))/.test(log[index] ?? "") && headed(log, index, /validation errors? for \w*(?:[Ss]ettings|[Cc]onfig|[Ee]nv)/) ? missing$1(field) : null;
	},
	(log, index) => {
		const [, name = null, why = ""] = /^\s+([A-Z][A-Z0-9_]+)(?:: (.*)|(?:, [A-Z0-9_]+)*)$/.exec(log[index] ?? "") ?? [];
		if (name === null) return null;
		if (headed(log, index, /Invalid environment variables:$/) && why !== "") return rejected(name, why);
		return headed(log, index, /Missing environment variables:$|variables were defined in \S.* but are not present in the environment:$/) ? missing$1(name) : null;
	},
	(log, index) => {
		const [, name = null] = /^\s*(?:"?path"?: \[ ?)?["']([A-Z][A-Z0-9_]+)["'](?: \],?)?$/.exec(log[index] ?? "") ?? [];
		if (name === null || !/\bpath"?: \[/.test(`${log[index - 1]}${log[index]}`)) return null;
		if (!log.slice(Math.max(0, index - 7), index + 5).map((line) => line.trim()).some((line) => /^"?code"?: ["'](?:invalid_|too_|custom)/.test(line))) return null;
		const why = log.slice(index, index + 5).map((line) => /^\s*"?message"?: ["'](.*?)["'],?$/.exec(line)?.[1]).find((said) => said !== void 0);
		if (why === void 0) return null;
		return UNDEFINED.test(why) ? missing$1(name) : rejected(name, why);
	},
	(log, index) => {
		const name = /^\s*→ at ([A-Z][A-Z0-9_]+)$/.exec(log[index] ?? "")?.[1];
		const why = /^\s*(?:\S+: )?✖ (.*)$/.exec(log[index - 1] ?? "")?.[1];
		if (name === void 0 || why === void 0) return null;
		return UNDEFINED.test(why) ? missing$1(name) : rejected(name, why);
	}
];
// src/kamal/diagnosis/listening.ts
/** Where a server says that it listens, as most of them word it; the address may be missing. */
const LISTENING = [
	/\b(?:[Ll]istening|[Rr]unning|[Ss]erving|[Ss]tarted|[Aa]vailable|[Ss]tarting|Local|Network|ready)\b[^\n]*?\b(?:https?|tcp):\/\/(?<host>\[[^\]]*\]|[\w.-]+):(?<port>\d{2,5})\b/,
	/\b(?:[Ll]istening|[Rr]unning|[Ss]erving|[Ss]tarted|started server)\b[^\n]*?\b(?:at|on) (?<host>\[[^\]]*\]|(?:\d{1,3}\.){3}\d{1,3}|localhost|::):(?<port>\d{2,5})\b/,
	/\b(?:[Ll]istening|[Rr]unning|[Ss]tarted|[Ss]erving|[Ll]istens?|[Ss]tarting)\b[^\n]*?\b(?:on|at)?\s*[Pp]ort(?:\(s\))?:? ?(?<port>\d{2,5})\b/,
	/\b(?:[Ll]istening|[Ss]erving)\b[^\n]*? (?:on|at) :(?<port>\d{2,5})\b/,
	/"msg":"Server started".*"http":":(?<port>\d{2,5})"/
];
/** What listens there is for developers or for figures, not for the health check. */
const ASIDE = /\b(?:ws|debugger|inspector|metrics|prometheus|control server|livereload|grpc)\b/i;
/** Every port that the log of a container says is listened on, in its order. */
function listeningIn(log) {
	const found = [];
	for (const line of log) {
		if (ASIDE.test(line)) continue;
		for (const pattern of LISTENING) {
			const groups = pattern.exec(line)?.groups;
			if (groups === void 0) continue;
			const host = groups["host"] ?? "";
			found.push({
				port: Number(groups["port"]),
				loopback: /^(?:127\.\d+\.\d+\.\d+|\[::1\])$/.test(host),
				line
			});
			break;
		}
	}
	return found;
}
/**
* The port that kamal-proxy asks, of its command (`--target="1f2e3d4c5b6a:3000"`; Kamal 2.0 to 2.12,
* lib/kamal/commands/app/proxy.rb), or null if none is named.
*/
function targetPort(command) {
	const port = /--target[= ]\\?"?[\w.-]+:(\d{2,5})\b/.exec(command)?.[1];
	return port === void 0 ? null : Number(port);
}
/** What does not fit between the port that the proxy asks and those that the app listens on; null if nothing does. */
function portMismatch(target, log) {
	const heard = listeningIn(log);
	const last = heard.at(-1);
	if (last === void 0) return null;
	const at = heard.filter(({ port }) => port === target);
	if (at.length > 0) {
		const [only] = at;
		if (only === void 0 || !at.every(({ loopback }) => loopback)) return null;
		return {
			variant: "loopback",
			subject: String(target),
			line: only.line
		};
	}
	return {
		variant: "app-port",
		subject: `${target} ${[...new Set(heard.map(({ port }) => String(port)))].join(",")}`,
		line: last.line
	};
}
// src/kamal/diagnosis/sentences/app-secrets.ts
/**
* The name of a variable, in quotes or not, wherever a row says `<NAME>`. It begins at the beginning of a word and has a
* limit, so that no line takes longer than in proportion to its length.
*/
const NAME = String.raw`["'\`]{0,3}(?<![A-Za-z0-9_])(?<secret>[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,12}|[A-Z]{5,40})(?![A-Za-z0-9_])["'\`]{0,3}`;
/** A line that says of itself that it is an error, and not what the program does instead; wherever a row says `<ERROR>`. */
const ERROR = String.raw`^(?=.*\b(?:[Ee]rror|ERROR|[Pp]anic(?:ked)?|FATAL|[Ff]atal|CRITICAL|[Cc]ritical|Exception|Uncaught|aborted)\b)<STAYS>.*`;
/** A program that goes on without the variable says what it does instead; wherever a row says `<STAYS>`. */
const STAYS = String.raw`(?!.*\b(?:disabled|disabling|skipp(?:ed|ing)|fall(?:ing|s)? ?back|default(?:ing|s)?|ignor(?:ed|ing)|optional|instead|continuing)\b)`;
function row(cause, says, from, more = {}) {
	const pattern = says.replace("<NAME>", NAME).replace("<ERROR>", ERROR).replace("<STAYS>", STAYS);
	return {
		cause,
		says: new RegExp(pattern),
		from,
		...more
	};
}
const missing = (says, from, variant) => row("app-secret-missing", says, from, variant === void 0 ? {} : { variant });
const wrong = (says, from, variant) => row("app-secret-wrong", says, from, { variant });
const perhaps = (cause, says, from, variant) => row(cause, says, from, {
	certain: false,
	...variant === void 0 ? {} : { variant }
});
/** Tools whose own sentence names the variable, or which one it is. */
const MISSING_BY_TOOL = [
	missing("key not found: <NAME>", "Ruby 3.1 to 4.0, ENV.fetch"),
	missing("KeyError: \"Config '(?<secret>\\w+)' is missing", "Starlette 0.13 to 0.4x, config.py"),
	missing("KeyError: <NAME>", "Python 3, os.environ"),
	missing("Missing `?secret_key_base`? for", "Rails 7.0 to 8.1, railties, application.rb", "secret-key-base"),
	missing("Missing encryption key to decrypt file with|EncryptedFile::MissingKeyError", "Rails 7.0 to 8.1, activesupport, encrypted_file.rb", "rails-master-key"),
	missing("Missing Active Record encryption credential: (?<secret>[\\w.]+)", "Rails 7.0 to 8.1, activerecord, encryption/config.rb", "credential"),
	missing("Missing required configuration keys?\\W+<NAME>", "Figaro 1; dotenv 2 and 3"),
	missing("Set the <NAME> environment variable", "django-environ 0.11"),
	missing("[Ee]nvironment variable (?:with name |named )?<NAME> (?:was )?not found", "Go, Java and Node apps that check their own variables; cloud-gov/cg-dashboard#1294"),
	missing("^<NAME>[^:]*: NotPresent", "Rust, std::env::VarError, of an expect() that names the variable"),
	missing("panicked at ['\"]<NAME>[^:]*: NotPresent", "Rust 1.0 to 1.72: the message is in the first line"),
	missing("Invalid environment variables:? ?\\{ ?<NAME>: \\[ ?['\"](?:Required|Invalid input: expected \\w+, received undefined)", "t3-oss/t3-env 0.x, of Zod 3 and 4"),
	missing("env-var: <NAME> is a required variable, but it was not set", "evanshortiss/env-var 5 to 7, lib/variable.js"),
	missing("Missing environment variable <NAME>", "AdonisJS 5 and 6, @adonisjs/env; apps of their own"),
	missing("failed assertions: (?:[^,]*, )*?<NAME> is (?:missing|empty)\\b", "vlucas/phpdotenv 2 to 5, Validator.php"),
	missing("SRCFG00014: [^\\n]*?property:? (?<secret>[\\w.\"-]+) is required but it could not be found", "SmallRye Config 2 and 3 (Quarkus, WildFly), ConfigMessages.java", "setting"),
	missing("SRCFG00011: Could not expand value (?<secret>[\\w.-]+) in property", "the same"),
	missing("ApplicationConfigurationException: Property (?<secret>[\\w.]+) not found\\.$", "Ktor 2 and 3, ApplicationConfigurationException", "setting"),
	missing("Could not resolve substitution to a value: \\$\\{\\??(?<secret>[\\w.]+)\\}", "Lightbend Config 1.x (HOCON)"),
	missing("Could not resolve placeholder (?:\\$\\{)?[\"'`]?(?<secret>[A-Z][A-Z0-9_]+)\\b", "Spring 5 to 7, PropertyPlaceholderHelper.java; Micronaut 3 and 4"),
	missing("Could not resolve placeholder (?:\\$\\{)?[\"'`]?(?<secret>[a-z][\\w.-]+)", "the same, of a property instead of a variable", "setting"),
	missing("Database is uninitialized and superuser password is not specified|You must specify POSTGRES_PASSWORD to a non-empty value", "docker-library/postgres 12 to 18, docker-entrypoint.sh", "postgres"),
	missing("Database is uninitialized and password option is not specified|You need to specify one of (?:the following as an environment variable|MYSQL_ROOT_PASSWORD)", "docker-library/mysql 8 and 9, docker-library/mariadb 10 and 11, docker-entrypoint.sh", "mysql"),
	missing("<NAME> not found\\. Declare it as envvar", "python-decouple 3"),
	missing("Environment variable <NAME> (?:is )?not set", "environs 9 to 14"),
	missing("The SECRET_KEY setting must not be empty", "Django 3 to 5, conf/__init__.py", "django"),
	perhaps("app-secret-missing", "The session is unavailable because no secret key was set", "Flask 0.10 to 3, sessions.py", "django"),
	missing("[Ee]nvironment variable not found: <NAME>", "Prisma 4 to 6 (P1012); Symfony 5 to 7"),
	missing("\\[auth\\]\\[error\\] MissingSecret|\\[next-auth\\]\\[error\\]\\[NO_SECRET\\]", "Auth.js 5; NextAuth 4", "auth-js"),
	missing("environment variable <NAME> is missing", "Phoenix 1.6 to 1.8, config/runtime.exs"),
	missing("could not fetch environment variable <NAME> because", "Elixir 1.11 to 1.18, System.fetch_env!"),
	missing("required environment variable <NAME> is not set", "Go, caarlos0/env"),
	missing("required key <NAME> missing value", "Go, kelseyhightower/envconfig"),
	missing("missing required value: <NAME>", "Go, sethvargo/go-envconfig"),
	missing("No application encryption key has been specified|MissingAppKeyException", "Laravel 6 to 12, EncryptionServiceProvider.php", "laravel"),
	missing("(?:^|[\\s:])(?<secret>[A-Z][A-Z0-9_]{2,}): (?:parameter (?:not set|null or not set)|unbound variable)", "dash, bash: set -u and ${NAME:?}"),
	missing("^\\S+: (?:line )?\\d+: (?<secret>[A-Z][A-Z0-9_]{2,}): (?!(?:command )?not found)(?=.*\\b(?:required|missing|set|empty)\\b)", "dash, bash: ${NAME:?a sentence of its own}"),
	missing("(?:The|or by setting the) <NAME> environment variable(?: is missing or empty|$)", "openai-node 4 to 6 and openai-python 1 and 2 (and others that Stainless generates), index.ts and _client.py"),
	missing("No region was provided\\.[^\\n]*ENV\\['(?<secret>AWS_REGION)'\\]", "aws-sdk-ruby 3, aws-sdk-core, errors.rb"),
	missing("It can be specified via the (?<secret>[A-Z][A-Z0-9_]+) environment variable", "Meilisearch 1.x, option.rs"),
	missing("The following config attributes for [`'](?<subject>\\w+)[`'][^\\n]* are missing or empty: (?<secret>\\w+)", "anyway_config 2, lib/anyway/config.rb", "setting")
];
/** Libraries that want a key and do not know which variable the app takes it from. */
const MISSING_KEY = [perhaps("app-secret-missing", "secretOrPrivateKey must have a value|JwtStrategy requires a secret or key|Neither apiKey nor config\\.authenticator provided|(?<subject>supabase(?:Url|Key)) is required|Missing API key\\. Pass it to the constructor|App keys are required\\. Please set app\\.keys|Missing (?<strapi>jwtSecret|apiToken\\.salt|admin\\.auth\\.secret)|Devise\\.secret_key was not set|secret option required for sessions|Aws::Errors::MissingCredentialsError|Aws::Sigv4::Errors::MissingCredentialsError|CredentialsProviderError: Could not load credentials|Unable to locate credentials|No API key provided\\. Set your API key", "jsonwebtoken 8 and 9; passport-jwt 4; stripe-node 12 to 18; supabase-js 2; resend-node; Strapi 4 and 5; Devise 4; express-session 1; aws-sdk-ruby 3; aws-sdk-js 3; botocore; stripe-ruby", "key")];
/** Apps that check their own variables: each words it in its own way, so only a line that says it is an error counts. */
const MISSING_BY_APP = [
	missing("^<STAYS>.*Missing required environment (?:variable|key)s?\\W+<NAME>", "Node and Ruby apps that check their own variables; Prisma 7, PrismaConfigEnvError"),
	missing("<ERROR>(?:[Mm]issing|[Rr]equired|[Uu]nset)(?: required)? (?:env(?:ironment)? )?(?:var(?:iable)?s?|secrets?):? <NAME>", "Node, Go, PHP and Python apps that check their own variables"),
	perhaps("app-secret-missing", "[Ee]ither (?:the )?(?:environment variable )?<NAME> or \\S+ (?:environment variable )?(?:must|has to|needs to|should)\\b", "Flask-SQLAlchemy 2 and 3, extension.py; apps of their own: one of two"),
	missing("<ERROR>(?<!\\bor [\"'`]{0,2})<NAME>[\"'`]* (?:environment variable )?(?:is |was |must be |has to be )?(?:not set|missing|required|undefined|not defined|not provided|unset|set)\\b(?! to\\b)", "Node, Go, PHP and Python apps that check their own variables"),
	missing("^<STAYS>\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d .*\\b<NAME> (?:env(?:ironment)? var(?:iable)? )?(?:is |was |must be )?(?:not set|missing|required|undefined|empty|unset|set)\\b(?! to\\b)", "Go, log.Fatal of an app that checks its own variables"),
	perhaps("app-secret-missing", "^(?:\\S+: |[❌✖×!] )?(?:[Tt]he )?(?:[Ee]nv(?:ironment)? var(?:iable)? )?<NAME> (?:env(?:ironment)? var(?:iable)? )?(?:is |was |must be |has to be )(?:not set|missing|required|undefined|not defined|not provided|unset|set|empty)[.!]*$", "an app or its entrypoint, as the whole line; Rust 1.73 to 1.9x, of a panic with a message of its own"),
	perhaps("app-secret-missing", "^(?<secret>[A-Z][A-Z0-9_]*) Field required \\[type=missing", "pydantic 1 and 2, pydantic-settings; Zod 3 and 4; envalid; dotenv-safe: what they say in several lines, as one (app-reports.ts)")
];
/** An application that ends for want of a variable, as its language or framework says it. */
const MISSING = [
	...MISSING_BY_TOOL,
	...MISSING_KEY,
	...MISSING_BY_APP
];
/** An application to which the value that it was given is of no use. */
const WRONG = [
	wrong("ActiveSupport::MessageEncryptor::InvalidMessage|EncryptedFile::InvalidKeyLengthError|Encryption key must be exactly 32|message_encryptor\\.rb:\\d+:in ['`].*: key must be 16 bytes|^ArgumentError: key must be 16 bytes", "Rails 7.0 to 8.1, activesupport, message_encryptor.rb and encrypted_file.rb; Ruby OpenSSL, of the key for aes-128-gcm", "rails-master-key"),
	wrong("password authentication failed for user \"(?<subject>[^\"]*)\"|FATAL: +role \"(?<role>[^\"]+)\" does not exist|issue connecting to your database with your username/password, username: (?<rails>\\S+?)\\.?(?: |$)|no password supplied|InvalidPasswordError|client password must be a string", "PostgreSQL 12 to 18, libpq/auth.c and miscinit.c; Rails 7.0 to 8.1, activerecord, errors.rb; asyncpg; node-postgres 8, crypto/sasl.js", "database"),
	wrong("Access denied for user (?:'(?<subject>[^']*)'@)?", "MySQL 5.7 to 9, MariaDB 10 and 11", "database"),
	wrong("Authentication failed against (?:the )?database server|MongoServerError: (?:bad auth|Authentication failed)|ORA-01017|Login failed for user '(?<subject>[^']*)'", "Prisma 4 to 6 (P1000); MongoDB 5 to 8; Oracle; SQL Server 2017 to 2022 (18456)", "database"),
	wrong("WRONGPASS|NOAUTH Authentication required|invalid username-password pair", "Redis 5 to 8, Valkey 7 and 8", "redis"),
	wrong("username or password not allowed|ACCESS_REFUSED - Login was refused|Authentication with RabbitMQ failed|Bunny::AuthenticationFailureError", "RabbitMQ 3 and 4; amqp091-go; bunny 2", "broker"),
	wrong("Unsupported cipher or incorrect key length|The MAC is invalid", "Laravel 6 to 12, Encryption/Encrypter.php", "laravel"),
	wrong("expects conn\\.secret_key_base to be at least", "Plug 1.x, session/cookie.ex", "secret-key-base"),
	wrong("the URL must start with the protocol|Could not parse SQLAlchemy URL from|\\(Ecto\\.InvalidURLError\\)|MongoParseError: Invalid scheme|MongoParseError: (?:Protocol and host list are required|Unescaped|Password contains unescaped)|URI::InvalidURIError: bad URI[^\\n]*(?:postgres|mysql|redis|mongodb)\\S*:|cannot parse `[^`]*`: failed to parse as (?:keyword/value|DSN|URL)|invalid connection string|Invalid URL: (?:postgres|mysql|redis|mongodb)", "Prisma 4 to 6 (P1012); SQLAlchemy 1.4 and 2; Ecto 3; mongodb 4 to 6; Ruby URI; pgx 4 and 5", "url"),
	wrong("URI::InvalidURIError: the scheme \\w+ does not accept registry part", "Ruby 3.1 to 4.0, uri/generic.rb (RFC 2396): the host name has an underscore, or is missing", "url-host"),
	wrong("Failed to get driver instance for jdbcUrl=(?!jdbc:)|No suitable driver found for (?!jdbc:)\\w+:|URL must start with ['\"]jdbc['\"]", "HikariCP 3 to 6, DriverDataSource.java; java.sql.DriverManager; Spring Boot 2 to 3, EmbeddedDatabaseConnection.java", "jdbc"),
	wrong("Fernet key must be 32 url-safe base64-encoded bytes|secretOrPrivateKey must be an asymmetric key|DECODER routines::unsupported|OpenSSL::PKey::\\w+Error: Neither PUB key nor PRIV key|RangeError: Invalid key length|Could not deserialize key data|failed to parse PEM block|BadDsn: ", "cryptography 3 to 45, fernet.py and serialization; jsonwebtoken 9; Node.js 18 to 24 and OpenSSL 3; Ruby OpenSSL; sentry-python", "key"),
	perhaps("app-secret-wrong", "Invalid API [Kk]ey provided|Incorrect API key provided|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId", "Stripe; OpenAI; AWS", "api"),
	wrong("Invalid environment variables:? ?\\{ ?<NAME>: \\[ ?['\"](?!Required|Invalid input: expected \\w+, received undefined)", "t3-oss/t3-env 0.x, of Zod 3 and 4", "rejected"),
	wrong("^(?<secret>[A-Z][A-Z0-9_]*) is not accepted: ", "Zod 3 and 4; envalid: what they say in several lines, as one (app-reports.ts)", "rejected")
];
// src/kamal/diagnosis/sentences/crash.ts
function crash(variant, says, from) {
	return {
		cause: "unhealthy",
		variant,
		says,
		from
	};
}
/**
* Lines with which a program in a container ends, or does not begin: each says on its own why. One row for each sentence
* of a tool; `subject` is what it names. What ends a program only sometimes, such as a refused connection, is in
* `container.ts`.
*/
const CRASH = [
	crash("line-ends", /(?:env: ['‘"]?[\w/.-]+\\r['’"]?: No such file|(?:\^M|\\r|\r)['’"]?: (?:bad interpreter|not found|No such file)|: \$?['"]?\\r['"]?: command not found)/, "coreutils env; bash and dash, of a script with Windows line endings"),
	crash("interpreter", /^exec (?<subject>\/\S+|[\w.-]+\/\S+|\S+\.sh): no such file or directory$|exec user process caused:? "?no such file or directory/, "runc 1.0 to 1.3, libcontainer/init_linux.go; chainguard-images/images#125: the file is there, what runs it is not"),
	crash("not-executable", /^exec (?<subject>\S+): permission denied$|^(?:\/bin\/)?(?:ba|da|a)?sh: (?:line \d+: |\d+: )?(?<file>\/\S+|\.\/\S+|\S*entrypoint\S*): Permission denied|exec user process caused:? "?permission denied|\[FATAL tini \(\d+\)\] exec (?<tini>\S+) failed: Permission denied/, "runc 1.x; bash, dash, busybox; tini 0.19"),
	crash("program-missing", /\[FATAL tini \(\d+\)\] exec (?<subject>\S+) failed: No such file|^(?:\S+: )?(?:line \d+: |\d+: )?exec: (?<shell>[\w./-]+): not found|^(?:\/bin\/)?(?:ba|da|a)?sh: (?:line \d+: |\d+: )?(?<program>[\w./-]+): (?:command )?not found$|^\S+: (?:line )?\d+: (?<called>[\w./-]+): (?:command )?not found$|^\S*entrypoint\S*: (?:line \d+: |\d+: )?(?<entry>[\w./-]+): (?:command )?not found$|^env: ['‘"]?(?<env>[\w.-]+)['’"]?: No such file or directory|^\/usr\/bin\/env: ['‘"]?(?<usr>[\w.-]+)['’"]?: No such file or directory|exec: "(?<oci>[^"]+)": (?:executable file not found|stat )/, "tini 0.19; dash, bash, busybox; coreutils env; runc 1.x"),
	crash("libc", /version [`'](?<subject>(?:GLIBC|GLIBCXX|CXXABI)_[\d.]+)' not found|Error relocating (?<musl>\S+): \S+: symbol not found/, "glibc 2.x, elf/dl-version.c; musl 1.2, ldso/dynlink.c; adoptoposs/mjml_nif#147"),
	crash("engine", /Prisma Client could not locate the Query Engine|(?:libquery_engine|query-engine|schema-engine)[^\n]*(?:cannot open shared object|could not be loaded|No such file|not found)|Unable to require\(`[^`]*query_engine|Please manually install OpenSSL/, "Prisma 4 to 6, getEngineVersion.ts and errors; prisma/prisma#21502"),
	crash("native-module", /invalid ELF header|ERR_DLOPEN_FAILED|was compiled against a different Node\.js version|Could not load the "(?<subject>\w+)" module using the \S+ runtime|incompatible library version|wrong ELF class/, "Node.js 18 to 24, process.dlopen; sharp 0.33; Ruby 3.1 to 4.0, dln.c"),
	crash("library", /(?:Error loading shared library |Could not open library ')(?<subject>[\w.+-]+\.so[\d.]*)|(?<![\w.+-])(?<so>[\w.+-]+\.so[\d.]*): cannot open shared object file|error while loading shared libraries: (?<ld>[\w.+-]+)/, "glibc 2.x, elf/dl-load.c; musl 1.2; ffi 1.17, dynamic_library.rb"),
	crash("file-missing", /\bCannot find module '(?<subject>(?:\/|\.{1,2}\/|file:)[^']*)'|[Mm]odule not found "(?<deno>file:[^"]*)"|Unable to access jarfile (?<jar>\S+)|can't open file '(?<python>[^']+)'|Could not open input file: (?<php>\S+)|The application to execute does not exist: '(?<dotnet>[^']+)'|Could not find or load main class (?<java>\S+)|Could not find the file (?<mix>\S+\.exs?)/, "Node.js 18 to 24, cjs/loader.js and esm/resolve.js; Deno 2; OpenJDK 17 to 25, launcher; CPython 3, main.c; PHP 8, cli; .NET 6 to 9"),
	crash("module", /\bCannot find (?:module|package) ['"](?<subject>[^'"]+)['"]|ModuleNotFoundError: No module named '(?<python>[^']+)'|^ImportError: (?:cannot import name|No module named) '?(?<name>[\w.]+)|Error loading ASGI app\. (?:Could not import module|Attribute "\w+" not found in module) "(?<asgi>[^"]+)"|Could not import module "(?<import>[^"]+)"/, "Node.js 18 to 24, cjs/loader.js and esm/resolve.js; Bun 1; CPython 3, importlib; uvicorn 0.2x and 0.3x, importer.py"),
	crash("script-missing", /[Mm]issing script: "?(?<subject>[\w:.-]+)"?|Command "(?<yarn>[^"]+)" not found\.$|Couldn't find a script named "(?<berry>[^"]+)"|error: Script not found "(?<bun>[^"]+)"/, "npm 7 to 11; pnpm 8 to 10; Yarn 1 to 4; Bun 1"),
	crash("not-built", /Could not find a production build in the '(?<subject>[^']+)' directory|Cannot start (?:service: )?[Nn]uxt[^\n]*\.output|Vite manifest not found at: (?<vite>\S+)|The asset ['"](?<asset>[^'"]+)['"] (?:is not|was not) (?:present|found) in the asset pipeline|Missing staticfiles manifest entry for '(?<static>[^']+)'/, "Next.js 12 to 15, next-server; Laravel 9 to 12, Vite.php; Sprockets and Propshaft; Django 4 and 5, staticfiles"),
	crash("out-of-memory", /heap out of memory|java\.lang\.OutOfMemoryError|was sent SIGKILL! Perhaps out of memory|^fatal error: runtime: out of memory|Allowed memory size of \d+ bytes exhausted|failed to allocate memory \(NoMemoryError\)|^MemoryError$/, "V8; OpenJDK; gunicorn 20 to 23, arbiter.py; Go runtime; PHP 8; Ruby; CPython"),
	crash("ruby-version", /Your Ruby version is (?<have>[^,]+), but your Gemfile specified|requires Ruby version (?<subject>[^.]+)|Your bundle only supports platforms/, "Bundler 2 and 4, definition.rb; GhennadiiMir/ollama_server_manager#1"),
	crash("ruby-gems", /bundler: command not found: (?<subject>\S+)|Could not find (?<gem>(?=[\w-]+-\d)[\w.-]+)(?![\w.-])[^\n]* in (?:locally installed gems|any of the|cached gems|rubygems)|\(?Bundler::(?:GemNotFound|GemfileNotFound|PathError|LockfileError)\)?|can't find gem (?<named>\S+)|Could not find '(?<activate>[\w-]+)' \([^)]*\)[^\n]* among \d+ total gem/, "Bundler 2 and 4, cli/exec.rb, spec_set.rb; RubyGems 3 and 4"),
	crash("module", /cannot load such file -- (?<subject>\S+)/, "Ruby 3.1 to 4.0, Kernel#require"),
	crash("pid-file", /A server is already running(?:[^\n]*?(?:file: |Check )(?<subject>[\w./-]+\.pid))?|Already running on PID:? \d+ \(or pid file '?(?<gunicorn>[^')]+)/, "Rack 2 and 3, Rackup::Server; gunicorn 20 to 23, pidfile.py"),
	crash("dependencies", /Failed opening required '(?<subject>[^']*vendor\/autoload\.php)'|vendor\/autoload\.php(?:\)|')?: [Ff]ailed to open stream/, "PHP 8, of an image in which `composer install` was not run"),
	crash("package-class", /(?:PHP )?Fatal error: +Uncaught Error: Class "(?<subject>[^"]+)" not found|could not find driver|Call to undefined function (?<name>\w+)\(\)/, "PHP 8, of an extension that is not in the image; PDO"),
	crash("recurring", /^(?<subject>Invalid (?:recurring )?(?:tasks|processes configured|configuration)):?$|^- \w+: (?<task>Schedule is not a supported recurring schedule[^\n]*|Class name doesn't correspond to an existing class[^\n]*)/, "solid_queue 1.x, lib/solid_queue/configuration.rb and cli.rb; rails/solid_queue#468"),
	crash("data-directory", /--initialize specified but the data directory has files in it|initdb: error: directory "(?<subject>[^"]+)" exists but is not empty|[Dd]ata directory "(?<owner>[^"]+)" has (?:wrong ownership|invalid permissions|group or world access)|chown: changing ownership of '(?<chown>\/var\/lib\/[^']+)': Operation not permitted/, "MySQL 5.7 to 9, sql/dd; PostgreSQL 12 to 18, initdb.c and miscinit.c; docker-library/postgres; labring/FastGPT#2339"),
	crash("data-version", /database files are incompatible with server|The data directory was initialized by PostgreSQL version (?<subject>\d+)|in 18\+, these Docker images are configured to store database data|Invalid MySQL server upgrade: Cannot upgrade from (?<mysql>\d+)|MySQL server downgrade|Unsupported redo log format|Can't handle RDB format version (?<rdb>\d+)|Data dictionary upgrade prohibited|InnoDB: Upgrade after a crash is not supported/, "PostgreSQL 12 to 18, postmaster; docker-library/postgres 18; MySQL 8 and 9; MariaDB 10 and 11; Redis 6 to 8, rdb.c"),
	crash("not-serving", /Configuration :server was not enabled for (?<subject>\S+?)[,.]/, "Phoenix 1.6 to 1.8, endpoint/supervisor.ex: PHX_SERVER is not set"),
	crash("may-not-bind", /(?:listen tcp \S*?:(?<subject>\d+): )?bind: permission denied|bind\(\) to \S+?:(?<nginx>\d+) failed \(13|listen EACCES: permission denied (?:\S*[^\d\s])?(?<node>\d+)$|Permission denied - bind\(2\) for "[^"]*" port (?<ruby>\d+)|could not bind to address \S+?:(?<apache>\d+)/, "Go, net; nginx; Node.js 18 to 24; Ruby; Apache 2.4"),
	crash("may-not-write", /EACCES: permission denied, (?:mkdir|open|unlink|rename|scandir|copyfile) '(?<subject>[^']+)'|PermissionError: \[Errno 13\] Permission denied: '(?<python>[^']+)'|Errno::EACCES[^\n]*Permission denied @ \w+ - (?<ruby>\S+?)\)?$|Permission denied @ \w+ - (?<rails>\S+)|(?:mkdir|touch|cp|chown|install|ln): (?:[^'‘’\n]+['‘’])+(?<=['‘](?<coreutils>[^'‘’\n]+)['’]): (?:Permission denied|Operation not permitted)|could not be opened in append mode: [Ff]ailed to open stream: Permission denied|open (?<go>\/\S+): permission denied/, "Node.js; CPython; Ruby; coreutils; Monolog 2 and 3; Go"),
	crash("server-config", /nginx: \[emerg\] (?!host not found|bind\()(?<subject>.{1,120}?)(?: in \/| \(|$)|^(?:Error: )?(?:adapting config|loading initial config)|AH00526: |AH00111: |(?:apache2|httpd): Syntax error |ERROR: FPM initialization failed|ERROR: failed to (?:post process|load) (?:the )?configuration/, "nginx 1.2x; Caddy 2; Apache 2.4; PHP-FPM 8"),
	crash("settings", /validation errors? for (?<subject>\w*(?:[Ss]ettings|[Cc]onfig|[Ee]nv\w*))\b|ImproperlyConfigured: |[Ii]nvalid environment variables\b|\bConfig validation error|Environment validation failed|Value cannot be null\. \(Parameter '(?<dotnet>connectionString)'\)|on an `Err` value: NotPresent\b|\bfield "(?<go>\w+)" is required but the value is not provided|missing value for field (?<envy>\w+)/, "pydantic 2, pydantic-settings; Django 3 to 5; t3-env, zod; Joi in NestJS; .NET 6 to 9, ADO.NET; Rust, std::env::VarError; ilyakaznacheev/cleanenv 1.x; softprops/envy 0.4"),
	crash("runtime-version", /You must install or update \.NET to run|UnsupportedClassVersionError|The engine "node" is incompatible|requires a (?:newer|different) (?:Node|PHP) version|Your Composer dependencies require a PHP version "(?<subject>[^"]+)"/, ".NET 6 to 9, hostfxr; OpenJDK; Yarn; Composer 2, platform_check.php")
];
/** A program that did not come up, and does not say why in this line. */
const CRASH_WITHOUT_REASON = [crash("boot", /Worker failed to boot|APPLICATION FAILED TO START|Runtime terminating during boot|Kernel pid terminated \(application_controller\)|Unable to load application: |Application startup failed\. Exiting|(?:Main|main) process exited, code=exited/, "gunicorn 20 to 23; Spring Boot 2 and 3; Erlang/OTP 25 to 28; Puma 5 to 7; uvicorn")];
// src/kamal/diagnosis/sentences/container.ts
/** What no program in the container can help. */
const MACHINE = [row("architecture-mismatch", "exec (?:user process caused[^\\n]*|\\S+|[^\\n]*): ?\"?exec format error", "Linux, ENOEXEC, runc 1.x"), row("disk-full", "[Nn]o space left on device|ENOSPC", "Linux, ENOSPC", { certain: false })];
/** Anything else that the container says of its end; `unhealthy` with advice that fits. */
const OTHER = [
	row("unhealthy", "^(?:.*\"msg\":\")?Unable to proxy request\"?.*dial tcp (?:127\\.0\\.0\\.1|localhost|\\[::1\\]):(?<subject>\\d+): connect: connection refused", "Thruster 0.1, internal/upstream handler: the server behind it", {
		variant: "behind",
		certain: false
	}),
	row("unhealthy", "attempt to write a readonly database|unable to open database file|ReadOnlySqlTransaction|cannot execute [A-Z]+ in a read-only transaction|EROFS|Read-only file system|SQLITE_(?:READONLY|CANTOPEN)", "SQLite 3; PostgreSQL 12 to 18; Linux, EROFS", { variant: "read-only" }),
	row("unhealthy", "We could not find your database: (?<subject>\\S+?)\\.?(?: |$)|FATAL: +database \"(?<pg>[^\"]+)\" does not exist|Unknown database '(?<mysql>[^']+)'|Database `(?<prisma>[^`]+)` does not exist on the database server|database \"(?<ecto>[^\"]+)\" does not exist", "Rails 7.0 to 8.1, activerecord, errors.rb; PostgreSQL 12 to 18 (3D000); MySQL 5.7 to 9 (1049); Prisma 4 to 6 (P1003)", { variant: "no-database" }),
	row("unhealthy", "no pg_hba\\.conf entry for host \"(?<subject>[^\"]+)\"|[Ss]erver does not support SSL|SSL connection is required|is not allowed to connect to this (?:MySQL|MariaDB) server", "PostgreSQL 12 to 18, libpq/hba.c and fe-connect.c; MySQL 5.7 to 9 (1130, 3159); MariaDB 10 and 11", { variant: "not-let-in" }),
	row("unhealthy", "connection to server on socket \"(?<subject>[^\"]+)\" failed: No such file|could not connect to server: No such file or directory|Can't connect to local (?:MySQL |MariaDB )?server through socket '(?<mysql>[^']+)'", "libpq, fe-connect.c; MySQL 5.7 to 9 and MariaDB 10 and 11 (2002); basecamp/kamal#1382", { variant: "socket" }),
	row("unhealthy", "could not translate host name \"(?<subject>[^\"]*)\"|getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<node>\\S+)|Unknown MySQL server host '(?<mysql>[^']*)'|ConnectionBad: .*(?:Connection refused|timeout expired|No such file or directory)|ConnectionNotEstablished|issue connecting with your hostname: (?<rails>\\S+?)\\.?(?: |$)|ECONNREFUSED (?<at>\\S+)|CannotConnectError|Can't reach database server(?: at `(?<prisma>[^`]+)`)?|host not found in upstream \"(?<nginx>[^\"]+)\"|tcp connect \\((?<ecto>[^)]+)\\): |failed to connect to `host=(?<pgx>[^` ]+)|[Tt]imed out connecting to (?<timed>\\w+)|dial tcp (?<go>\\S+): connect: connection refused|Connection refused", "libpq; Node.js; MySQL; Redis; Prisma (P1001); nginx; DBConnection 2; pgx 4 and 5; Go, net", { variant: "backend" }),
	row("unhealthy", "PendingMigrationError|ConcurrentMigrationError|Migrations are pending|relation \"(?<subject>[^\"]*)\" does not exist|no such table:? ?(?<table>[\\w.]+)?|Table '(?<mysql>[^']+)' doesn't exist|The table `(?<prisma>[^`]+)` does not exist", "Rails 7.0 to 8.1, activerecord; PostgreSQL; SQLite 3", { variant: "migration" }),
	row("unhealthy", "[Aa]ddress (?:already )?in use|EADDRINUSE|eaddrinuse", "Linux, EADDRINUSE", { variant: "port" }),
	row("unhealthy", "Blocked hosts?: |DisallowedHost|Invalid HTTP_HOST header|HostAuthorization", "Rails 6.0 to 8.1, ActionDispatch::HostAuthorization; Django 3 to 5", { variant: "host" }),
	row("unhealthy", "No route matches \\[(?:GET|HEAD)\\] \"(?<subject>/\\w*)\"|\"path\":\"(?<json>/up|/health\\w*)\"[^\\n]*\"status\":404\\b|\"GET (?<clf>/up|/health\\w*) HTTP/1\\.\\d\" 404\\b", "Rails 7.1 to 8.1, ActionController::RoutingError; lograge; the combined log of nginx and of most servers", {
		variant: "path",
		certain: false
	}),
	row("unhealthy", "\"path\":\"(?:/up|/health\\w*)\"[^\\n]*\"status\":30[1278]\\b|\"GET (?:/up|/health\\w*) HTTP/1\\.\\d\" 30[1278]\\b", "the same, of an app that sends the check to https (config.force_ssl, SECURE_SSL_REDIRECT)", {
		variant: "redirect",
		certain: false
	})
];
/** What an app says before it serves, where it says nothing else: a first boot may take longer than the proxy waits. */
const PREPARING = [row("unhealthy", "(?:CREATE|DROP|ALTER) TABLE |^-- (?:create_table|add_index|enable_extension)\\(|^== \\d{8,} \\S+: migrat|^Created database '|^ +Applying \\w+\\.\\d{4}_|Running migrations for version", "Rails 7.0 to 8.1, activerecord, migration.rb; Django 3 to 5, migrate; basecamp/kamal#1341", {
	variant: "preparing",
	certain: false
})];
/** The last lines of the container that did not get healthy, which Kamal shows (2.0 to 2.12, lib/kamal/cli/app/boot.rb). */
const CONTAINER_LOG = [
	...MISSING,
	...WRONG,
	...MACHINE,
	...CRASH,
	...OTHER,
	...CRASH_WITHOUT_REASON,
	...PREPARING
];
/** After one of these, earlier lines were not the end of the program. */
const SERVES = /\b[Ll]istening (?:on|at)\b|\bBooted in\b|ready to accept connections|Application startup complete|Server (?:is )?(?:running|started)|started server on/;
// src/kamal/diagnosis/sentences/proxy.ts
/** kamal-proxy 0.3 to 0.9, and docker where the proxy's container does not run. */
const PROXY = [
	{
		cause: "proxy-outdated",
		says: /^(?:Error: )?kamal-proxy version (?<subject>\S+) is too old/,
		from: "Kamal 2.0 to 2.12, lib/kamal/cli/proxy.rb, boot"
	},
	{
		cause: "proxy-outdated",
		says: /^Error: unknown (?:shorthand )?flag: ?(?<subject>\S+)|^Error: unknown command "(?<command>[^"]*)" for "kamal-proxy"/,
		during: ["proxy"],
		from: "spf13/cobra, of a kamal-proxy that is older than the Kamal that asks it",
		variant: "flag"
	},
	{
		cause: "proxy-host-taken",
		says: /host settings conflict with another service/,
		from: "kamal-proxy 0.3 to 0.9, internal/server/router.go, ErrorHostInUse; basecamp/kamal#1147"
	},
	{
		cause: "proxy-service-missing",
		says: /^Error: service not found/,
		during: ["proxy"],
		from: "kamal-proxy 0.1 to 0.9, internal/server/router.go, ErrorServiceNotFound"
	},
	{
		cause: "proxy-down",
		says: /No such container: kamal-proxy/,
		during: ["proxy"],
		from: "moby 20 to 29, daemon/container/view.go; basecamp/kamal#1307",
		variant: "absent"
	},
	{
		cause: "proxy-down",
		says: /[Cc]ontainer \S+ is (?:restarting, wait until the container is running|not running|paused)/,
		during: ["proxy"],
		from: "moby 20 to 29, daemon/errors.go, errContainerIsRestarting and errNotRunning"
	},
	{
		cause: "proxy-down",
		says: /dial unix \S*kamal-proxy\S*\.sock|^Error: connection is shut down/,
		from: "kamal-proxy 0.3 to 0.9, internal/cmd: net/rpc over its socket"
	},
	{
		cause: "proxy-down",
		says: /^(?:\S+Z )?Error: listen tcp \S*:(?<subject>\d+): bind: /,
		from: "kamal-proxy 0.3 to 0.9, internal/server/server.go, in `kamal proxy logs`; basecamp/kamal-proxy#91",
		variant: "bind"
	},
	{
		cause: "certificate-failed",
		says: /unable to load certificate|tls: (?:private key does not match|failed to find any PEM)/,
		during: ["proxy"],
		from: "kamal-proxy 0.8, internal/server/cert.go, ErrorUnableToLoadCertificate",
		variant: "custom"
	},
	{
		cause: "config-invalid",
		says: /service options invalid|tls-on-demand-url|automatic TLS does not support wildcards|host must be set when using TLS|TLS settings must be specified on the root path|max-(?:request|response)-body can only be set|unable to load error pages|invalid host pattern/,
		during: ["proxy"],
		from: "kamal-proxy 0.8 and 0.9, internal/server/service.go, internal/cmd/deploy.go; basecamp/kamal#1037",
		variant: "proxy"
	},
	{
		cause: "unhealthy",
		says: /(?:^|: |["'`])target failed to become healthy|^Error: target unhealthy/,
		from: "kamal-proxy 0.3 to 0.9, internal/server/router.go, ErrorTargetFailedToBecomeHealthy"
	}
];
/** What `kamal proxy logs` shows of a certificate that could not be had. */
const CERTIFICATE = [{
	cause: "certificate-failed",
	says: /acme\/autocert: unable to satisfy[^\n]* for domain \\?"(?<subject>[\w.*-]+)/,
	from: "golang.org/x/crypto, acme/autocert; basecamp/kamal-proxy#26, basecamp/kamal#1352"
}, {
	cause: "certificate-failed",
	says: /acme\/autocert: (?:missing certificate|unable to authorize|.*rateLimited)|urn:ietf:params:acme:error:(?:rateLimited|unauthorized|dns|caa|connection|rejectedIdentifier)/,
	from: "golang.org/x/crypto, acme/autocert; RFC 8555, 6.7"
}];
// src/kamal/diagnosis/sentences/proxy-log.ts
/**
* What kamal-proxy writes to its own log (`kamal proxy logs`, `docker logs kamal-proxy`), as JSON. Why the
* health check failed is in the error of its request (kamal-proxy 0.1 to 0.9, internal/server/health_check.go).
*/
const PROXY_LOG = [
	...CERTIFICATE,
	{
		cause: "proxy-down",
		says: /^Error: listen tcp \S*:(?<subject>\d+): bind: /,
		from: "kamal-proxy 0.3 to 0.9, internal/server/server.go; basecamp/kamal-proxy#91",
		variant: "bind"
	},
	{
		cause: "unhealthy",
		says: /"msg":"Healthcheck failed".*(?:Unexpected status \((?:301|302|307|308)\)|"status":30[1278]\b)/,
		from: "kamal-proxy 0.1 to 0.9, internal/server/health_check.go; basecamp/kamal#992",
		variant: "redirect",
		certain: false
	},
	{
		cause: "unhealthy",
		says: /"msg":"Healthcheck failed".*(?:Unexpected status \(404\)|"status":404\b)/,
		from: "the same",
		variant: "path",
		certain: false
	},
	{
		cause: "unhealthy",
		says: /"msg":"Healthcheck failed".*(?:Unexpected status \((?:400|401|403|421)\)|"status":4(?:0[013]|21)\b)/,
		from: "the same; Rails and Django answer so where they do not know the host",
		variant: "host",
		certain: false
	},
	{
		cause: "unhealthy",
		says: /"msg":"Healthcheck failed".*(?:Unexpected status \((?<subject>\d+)\)|"status":(?<status>\d+))/,
		from: "the same",
		variant: "answer",
		certain: false
	},
	{
		cause: "unhealthy",
		says: /"msg":"Healthcheck failed".*\blookup \S+ on (?!127\.0\.0\.11:)(?<subject>\[?[\da-fA-F:.]+\]?):53: /,
		from: "Go, net/dnsclient_unix.go; moby 20 to 25 give a container the IPv6 name servers of its machine, too: moby/moby#47512",
		variant: "dns",
		certain: false
	},
	{
		cause: "unhealthy",
		says: /"msg":"Healthcheck failed".*(?:no such host|server misbehaving)/,
		from: "Go, net; Docker gives no name to a container that has ended; basecamp/kamal-proxy#71",
		variant: "gone",
		certain: false
	},
	{
		cause: "unhealthy",
		says: /"msg":"Healthcheck failed".*(?:dial tcp [\d.:[\]a-f]+:(?<subject>\d+): connect: connection refused|connection reset|EOF)/,
		from: "Go, net; basecamp/kamal-proxy#71",
		variant: "refused",
		certain: false
	},
	{
		cause: "unhealthy",
		says: /"msg":"Healthcheck failed".*(?:Request timed out|context deadline exceeded|i\/o timeout|Client\.Timeout)/,
		from: "kamal-proxy 0.1 to 0.9, internal/server/health_check.go, ErrorHealthCheckRequestTimedOut",
		variant: "slow",
		certain: false
	},
	{
		cause: "unhealthy",
		says: /"msg":"Target failed to become healthy"/,
		from: "kamal-proxy 0.1 to 0.9, internal/server/load_balancer.go and service.go",
		certain: false
	}
];
/** Lines that are about the proxy's own requests, whose errors are not the app's. */
const OF_PROXY = /"msg":"(?:Healthcheck |Target |Error while proxying)/;
/** The same health check, once it has succeeded. */
const PROXY_RECOVERED = /"msg":"(?:Healthcheck succeeded|Deployed|Target is healthy)"|"state":"healthy"/;
// src/kamal/diagnosis/recognise-container.ts
/** A line in which a program names its error. */
const AN_ERROR$2 = /\b[A-Z]\w*(?:Error|Exception)\b|\b(?:aborted!|panic: |FATAL|[Ff]atal error|Traceback)|thread '[^']*' panicked|Unhandled exception/;
/** Follows an error and says nothing on its own. */
const AFTERMATH$1 = /^\s*(?:at |from |Traceback \(most|Caused by:?$|code: '|Tasks: TOP|\(See full trace)/;
/** What the log of the container that did not get healthy is evidence of, beside what the proxy says. */
function containerCauses(given) {
	const log = containerLog(given.reading, 200);
	const found = causesOf(log);
	if (found.length > 0) return found;
	const command = commandUnderWay(given) ?? "";
	const target = command.includes("--health-check-port") ? null : targetPort(command);
	const mismatch = target === null ? null : portMismatch(target, log);
	if (mismatch === null) return [];
	const { variant, subject, line } = mismatch;
	return [{
		cause: "unhealthy",
		variant,
		subject,
		proof: line
	}];
}
/**
* That a program ended for want of a secret, or because one was wrong, or why else. What precedes a line with which a
* server begins to serve was not its end.
*/
function causesOf(log) {
	const since = saidIn(log.slice(log.findLastIndex((line) => SERVES.test(line)) + 1)).filter(({ line }) => !isWarning(line));
	const last = since.toReversed();
	const everywhere = heard(log, LINE_ENDS).map((each) => recognisedBy(each));
	const known = heard(last.map(({ text }) => text), CONTAINER_LOG).map((each) => ({
		each,
		at: last.findIndex(({ text }) => text.trim() === each.line)
	}));
	const inWords = known.map(({ each, at }) => {
		const proof = last[at]?.line.trim() ?? each.line;
		const wentOn = MISSING_BY_APP.includes(each.sentence) && known.some((other) => other.at < at && isEnd(other.each.sentence));
		return {
			...recognisedBy(each),
			proof,
			...wentOn ? { confidence: "likely" } : {}
		};
	});
	const found = [...everywhere, ...inWords];
	const error = since.findLast(({ line }) => AN_ERROR$2.test(line) && !AFTERMATH$1.test(line))?.line;
	if (found.length > 0 || error === void 0) return found;
	return [{
		cause: "unhealthy",
		variant: "error",
		proof: error.trim()
	}];
}
/** Not for what follows any error, such as a worker that did not boot. */
const isEnd = (sentence) => !MISSING_BY_APP.includes(sentence) && !CRASH_WITHOUT_REASON.includes(sentence);
const LINE_ENDS = CRASH.filter(({ variant }) => variant === "line-ends");
/**
* A log that is a container's, not Kamal's: what it says is likely and no more, because the log does not show whether
* the program continued. Empty if no line of it is known.
*/
function recogniseAppLog(reading) {
	const lines = appLines(reading);
	const texts = lines.map(({ text }) => text);
	const recovered = texts.findLastIndex((text) => PROXY_RECOVERED.test(text));
	const ofProxy = heard(texts.slice(recovered + 1).toReversed(), PROXY_LOG).map((each) => recognisedBy(each));
	const ofApp = texts.filter((text) => !OF_PROXY.test(text));
	return (ofProxy.length > 0 ? ofProxy : causesOf(ofApp)).map((each) => ({
		...each,
		confidence: each.cause === "certificate-failed" ? each.confidence ?? "certain" : "likely",
		line: lineOf(lines, each.proof ?? "")
	}));
}
/** The same of a log without any mark of a container: only sentences that are known, for it may be anybody's. */
function recogniseUnmarked(reading) {
	const lines = unmarkedLines(reading);
	return causesOf(lines.map(({ text }) => text)).filter(({ variant }) => variant !== "error").map((each) => ({
		...each,
		confidence: "likely",
		line: lineOf(lines, each.proof ?? "")
	}));
}
function lineOf(lines, proof) {
	return (lines.findLast(({ text }) => text.includes(proof)) ?? lines.at(-1))?.index ?? 0;
}
// src/kamal/diagnosis/sentences/building.ts
/** buildx and its builder, before and around the build. */
const BUILDER = [
	{
		cause: "builder-lost",
		says: /closing transport due to|transport is closing|graceful_stop|error reading from server: (?:EOF|.*use of closed|.*reset)|error reading server preface|failed to receive status: rpc error: code = (?:Unavailable|Canceled|Unknown)|code = Unavailable desc = (?:error reading|closing|transport)|grpc: the client connection is closing|no active session(?: for|:)|connection error: desc = "(?:error reading|transport: (?:Error while dialing|failed to write))/,
		from: "google.golang.org/grpc 1.5x to 1.7x, internal/transport; BuildKit 0.11 to 0.25, client/solve.go and session"
	},
	{
		cause: "builder-lost",
		says: /ResourceExhausted: [^\n]*(?:cannot allocate memory|signal: killed)|process "[^\n]*" did not complete successfully: (?:cannot allocate memory|signal: killed)|\bsignal: killed\b/,
		during: ["build"],
		from: "BuildKit 0.11 to 0.25, executor and solver/llbsolver/ops/exec.go",
		variant: "memory"
	},
	{
		cause: "builder-unavailable",
		says: /could not create a builder instance with TLS data loaded from environment/,
		from: "buildx 0.8 to 0.29, builder/builder.go; docker/setup-buildx-action#16",
		variant: "tls"
	},
	{
		cause: "builder-unavailable",
		says: /\bno builder "(?<subject>[^"]*)" found/,
		during: ["build", "builder"],
		from: "buildx 0.8 to 0.29, store/store.go and builder/builder.go; basecamp/kamal#503",
		variant: "no-builder"
	},
	{
		cause: "builder-unavailable",
		says: /context "(?<subject>[^"]*)" does not exist|context "(?<context>[^"]*)"(?:: )?(?: context)? not found|context not found/,
		during: ["build", "builder"],
		from: "docker/cli 20 to 29, cli/context/store; buildx 0.8 to 0.29, store; basecamp/kamal#851",
		variant: "context"
	},
	{
		cause: "builder-unavailable",
		says: /(?:[Mm]ulti(?:ple platforms|-platform)|[Cc]ache export|auto-push|OCI exporter|Attestation|exporter "[^"]*")[^\n]* (?:is |are )?(?:currently )?(?:not supported|unsupported)[^\n]*(?:docker driver|driver)|(?:multiple platforms|cache export) feature is currently not supported|not supported for the docker driver/,
		during: ["build", "builder"],
		from: "buildx 0.8 to 0.29, driver/features.go and build/opt.go",
		variant: "driver"
	},
	{
		cause: "builder-unavailable",
		says: /^An image does not exist locally with the tag: (?<subject>\S+)|^tag does not exist: (?<tag>\S+)/,
		during: ["build", "builder"],
		from: "moby 20 to 29, daemon/images, push, of a build whose builder keeps the image in its cache; basecamp/kamal#771",
		variant: "kept"
	},
	{
		cause: "builder-unavailable",
		says: /is not a docker command|unknown command: docker buildx|unknown (?:shorthand )?flag: (?:--builder|--output|--cache-\w+|--platform|'t' in -t)|unknown flag: --builder/,
		during: ["build", "builder"],
		from: "docker/cli 20 to 29, cli-plugins/manager; spf13/pflag",
		variant: "buildx"
	},
	{
		cause: "build-cache-failed",
		says: /^(?!.*(?:\b40[13]\b|[Tt]oken|[Uu]nauthorized|without access)).*(?:failed to reserve cache|error writing layer blob|maximum timeout reached|services aren't available right now|failed to (?:reserve|commit|upload) (?:the )?cache|GitHub Actions Cache[^\n]*(?:5\d\d|timed? ?out))/,
		during: ["build", "builder"],
		from: "tonistiigi/go-actions-cache, cache.go; BuildKit 0.11 to 0.25, cache/remotecache/gha; flieber-inc/devcake#113",
		variant: "service"
	},
	{
		cause: "build-cache-failed",
		says: /error writing manifest blob: failed commit on ref [^\n]*unexpected status[^\n]*: 4(?!0[13]|29)\d\d/,
		during: ["build", "builder"],
		from: "BuildKit 0.11 to 0.25, cache/remotecache/export.go; goharbor/harbor#19150; docs.docker.com/build/cache/backends/registry",
		variant: "registry"
	},
	{
		cause: "build-cache-failed",
		says: /^ > exporting cache\b/,
		during: ["build"],
		from: "BuildKit 0.8 to 0.25, util/progress/progressui, which repeats the name of the step that failed; docker/build-push-action#422"
	},
	{
		cause: "build-cache-failed",
		says: /failed to configure (?<subject>\w+) cache (?:im|ex)porter|(?:un|in)known cache (?:im|ex)porter|ACTIONS_(?:RUNTIME_TOKEN|CACHE_URL|RESULTS_URL)|invalid token without access controls|error writing manifest[^\n]*cache|failed to solve: (?:error writing layer blob|maximum timeout reached|failed to (?:export|import) cache)|This legacy service is shutting down|services aren't available right now|importing cache manifest[^\n]*(?:failed|denied)|failed to (?:load|compute) cache key:? [^\n]*(?:gha|actions)/,
		during: ["build", "builder"],
		from: "BuildKit 0.11 to 0.25, cache/remotecache/gha and solver/llbsolver; tonistiigi/go-actions-cache; moby/buildkit#5896"
	},
	{
		cause: "builder-unavailable",
		says: /\b(?:open|mkdir|stat|rename|remove) (?<subject>\S*\.docker\/(?:buildx|contexts)\S*?)(?: \S+)?: (?:permission denied|operation not permitted)/,
		during: ["build", "builder"],
		from: "buildx 0.8 to 0.29, store/store.go; docker/cli 20 to 29, cli/context/store; docker/buildx#1426; docker/for-linux#1451",
		variant: "home"
	},
	{
		cause: "config-invalid",
		says: /invalid tag "(?<tag>[^"]*)"|invalid (?:tag|reference format)|repository name must be lowercase|invalid argument "(?<subject>[^"]*)" for "-t, --tag" flag/,
		during: [
			"build",
			"pull",
			"run",
			"label"
		],
		from: "distribution/reference; docker/cli 20 to 29",
		variant: "image-name"
	}
];
/** The same, where the reason can be next to it: what a registry answered. */
const BUILDER_VAGUE = [{
	cause: "builder-unavailable",
	says: /booting buildkit|failed to find driver|no valid drivers found|no drivers (?:found|available)|failed to list workers|listing workers|unable to (?:connect|dial)[^\n]*build|failed to initialize builder|existing instance for|failed to bootstrap|could not create a builder instance|no workers available in the builder|invalid endpoint|no compatible builder|error: ssh: /,
	during: ["build", "builder"],
	from: "buildx 0.8 to 0.29, driver/manager.go, builder/builder.go, build/build.go"
}];
/** What BuildKit itself says of a build that failed. */
const BUILD = [
	{
		cause: "build-failed",
		says: /failed to (?:read|load) [Dd]ockerfile: (?:open |failed to load [^\n:]*: )?(?<subject>[^\s:]+)(?![^\s:])[^\n]*(?:no such file|not found)|open (?<file>\S*[Dd]ockerfile\S*): no such file|unable to (?:evaluate symlinks in Dockerfile path|prepare context)/,
		during: ["build"],
		from: "BuildKit 0.11 to 0.25, frontend/dockerui; buildx 0.8 to 0.29, build/opt.go; basecamp/kamal#569",
		variant: "not-committed"
	},
	{
		cause: "build-failed",
		says: /failed to compute cache key: [^\n]*"(?<subject>[^"]+)":? not found|"(?<path>\/[^"]+)":? not found(?:: not found)?$|failed to calculate checksum of ref [^\n]*"(?<sum>[^"]+)": not found|lstat (?:\/\S*buildkit-mount\d+\/)?(?<lstat>\S+): no such file or directory/,
		during: ["build"],
		from: "BuildKit 0.11 to 0.25, cache/contenthash; docker/buildx#1771",
		variant: "file-missing"
	},
	{
		cause: "build-failed",
		says: /content digest sha256:[\da-f]+: not found|failed to get state for index \d+|\bblob (?:sha256:[\da-f]+ )?not found|(?:parent )?snapshot \S+ does not exist|missing descriptor handlers for lazy blobs|unlazy requires an applier/,
		during: ["build"],
		from: "BuildKit 0.8 to 0.25, solver/edge.go, cache/blobs.go and cache/refs.go; containerd 1.6 to 2.1, core/content and core/snapshots; docker/buildx#101, #1308",
		variant: "state"
	},
	{
		cause: "build-failed",
		says: /secret (?<secret>[\w.-]+): not found|secret (?<required>[\w.-]+) is required|failed to stat (?<subject>\S+): stat [^\n]*no such file/,
		during: ["build"],
		from: "BuildKit 0.11 to 0.25, session/secrets and solver/llbsolver/mounts",
		variant: "secret"
	},
	{
		cause: "build-failed",
		says: /dockerfile parse error|Dockerfile parse error|unknown instruction: (?<subject>\S+)|target stage "?(?<stage>[\w.-]+)"? could not be found|syntax error|circular dependency detected on stage/,
		during: ["build"],
		from: "BuildKit 0.11 to 0.25, frontend/dockerfile",
		variant: "dockerfile"
	},
	{
		cause: "build-failed",
		says: /failed to resolve source metadata for (?<subject>[^\s:]+(?::[\w.-]+)?): [^\n]*not found|failed to solve: (?<image>[\w./-]+:[\w.-]+): [^\n]*(?:manifest unknown|not found)/,
		during: ["build"],
		from: "BuildKit 0.11 to 0.25, source/containerimage",
		variant: "base-image"
	},
	{
		cause: "build-failed",
		says: /did not complete successfully: exit code: (?<code>\d+)|executor failed running \[[^\n]*exit code: (?<executor>\d+)/,
		during: ["build"],
		from: "BuildKit 0.8 to 0.25, executor/runcexecutor and solver/llbsolver/errdefs",
		variant: "step"
	},
	{
		cause: "build-failed",
		says: /^(?:#\d+ )?ERROR: (?:failed to solve: )?(?:failed to (?:push|copy|export|commit)|exporter|error (?:writing|pushing)|tar: )|failed to solve: failed to (?:push|copy|export)/,
		during: ["build"],
		from: "BuildKit 0.8 to 0.25, exporter/containerimage and util/push; docker/build-push-action#1117",
		variant: "export",
		certain: false
	},
	{
		cause: "build-failed",
		says: /^(?:#\d+ )?ERROR: |failed to (?:solve|build)/,
		during: ["build"],
		from: "BuildKit 0.8 to 0.25, util/progress/progressui; buildx"
	}
];
/** What the step of a Dockerfile wrote that failed: another cause than the step itself. */
const STEP = [
	{
		cause: "builder-lost",
		says: /qemu: uncaught target signal|qemu-\w+: (?:Could not open|.*[Ss]egmentation)|uncaught target signal \d+/,
		from: "QEMU 6 to 9, linux-user/signal.c; basecamp/kamal, rails/tailwindcss-rails",
		variant: "emulation"
	},
	{
		cause: "architecture-mismatch",
		says: /exec [^\n]*: exec format error|cannot execute binary file: Exec format error|exec format error$/,
		from: "Linux, ENOEXEC: the emulation of that architecture is not installed",
		variant: "emulation"
	},
	{
		cause: "disk-full",
		says: /[Nn]o space left on device|ENOSPC|You don't have enough free space/,
		from: "Linux, ENOSPC, as apt, npm, Ruby and tar print it"
	}
];
/** Why a step failed that its own sentence helps with. */
const STEP_ADVICE = [
	{
		cause: "build-failed",
		says: /Missing `?secret_key_base`? for|Missing encryption key to decrypt file with|ActiveSupport::EncryptedFile::MissingKeyError|`?secret_key_base`? (?:for|must be)|ActiveSupport::MessageEncryptor::InvalidMessage/,
		from: "Rails 7.0 to 8.1, railties/lib/rails/application.rb; activesupport, encrypted_file.rb",
		variant: "rails-key"
	},
	{
		cause: "build-failed",
		says: /KeyError: key not found: "(?<secret>[A-Z][A-Z0-9_]+)"|Environment variable not found: (?<prisma>[A-Z][A-Z0-9_]+)|Missing (?:required )?environment variables?:? (?<missing>[A-Z][A-Z0-9_]+)|environment variable (?<elixir>[A-Z][A-Z0-9_]+) is missing|KeyError: '(?<python>[A-Z][A-Z0-9_]+)'/,
		from: "Ruby ENV.fetch, Prisma, Elixir releases, Python os.environ",
		variant: "variable"
	},
	{
		cause: "build-failed",
		says: /^(?:\S+ )?(?:\d+ )?Killed\b|heap out of memory|Cannot allocate memory|\[Errno 12\]|JavaScript heap/,
		from: "bash; V8; Linux, ENOMEM",
		variant: "memory"
	},
	{
		cause: "build-failed",
		says: /Your Ruby version is (?<have>[^,]+), but your Gemfile specified|Your bundle only supports platforms/,
		from: "Bundler 2 and 4, definition.rb; basecamp/kamal#1081",
		variant: "step-ruby"
	},
	{
		cause: "build-failed",
		says: /ensure (?<subject>\w+) is installed|Command (?:install|build) failed, ensure (?<js>\w+)|(?:^|[:\s])(?:\/bin\/)?(?:ba)?sh: (?:line \d+: |\d+: )?(?<shell>[\w.-]+): (?:command )?not found|env: ['‘"]?(?<env>[\w.-]+)['’"]?: No such file|No such file or directory - (?<ruby>[\w.-]+)$/,
		from: "jsbundling-rails 1, tasks/jsbundling/build.rake (rails/jsbundling-rails#208); dash, bash; coreutils env; Ruby Errno::ENOENT",
		variant: "step-program"
	},
	{
		cause: "build-failed",
		says: /(?:chown|chmod|cp|mv|cat|ln|tar|ls|source|sh): (?:cannot (?:access|stat|open) )?['‘"]?(?<subject>[^'’":\s]+)['’"]?: (?:Cannot (?:open|stat): )?No such file or directory|Can't find stylesheet to import|Cannot find module '(?<node>(?:\.|\/)[^']*)'|Could not resolve "(?<esbuild>(?:\.|\/)[^"]*)"|can't open file '(?<python>[^']+)'|Could not open requirements file: [^\n]*'(?<pip>[^']+)'|No such file or directory @ \w+ - (?<erb>\S+)|ENOENT: no such file or directory, \w+ '(?<enoent>[^']+)'|Couldn't find (?:file|any) '(?<sprockets>[^']+)'|Could not locate Gemfile/,
		from: "coreutils; sass-embedded 1 (basecamp/kamal#1408); Node.js; esbuild; CPython; pip; Ruby; Sprockets; basecamp/kamal#907",
		variant: "step-file"
	}
];
// src/kamal/diagnosis/sentences/docker-engine.ts
/** What docker says before it does anything: it is not there, may not be used, has no room. */
const DOCKER_ENGINE = [
	{
		cause: "remote-shell",
		says: /^(?:\S+: |docker stderr: ){0,3}fish: /,
		from: "fish 3 and 4, src/parse_util.cpp; basecamp/kamal#1691"
	},
	{
		cause: "remote-shell",
		says: /^(?:docker stderr: )?(?:nu::|Error: nu::|-?t?csh: |(?:\S+: ){0,3}(?:Illegal variable name|Ambiguous output redirect|Missing name for redirect)\.)/,
		from: "tcsh 6, sh.err.c; nushell 0.9x, crates/nu-protocol"
	},
	{
		cause: "remote-shell",
		says: /This account is currently not available|^rbash: |: restricted: cannot (?:specify|redirect)/,
		from: "shadow, nologin; bash 5, rbash"
	},
	{
		cause: "docker-missing",
		says: /(?:^|[:'"‘ ])(?:\/usr\/bin\/)?docker['"’]?: (?:command )?not found(?=\W*$)|env: ['‘"]?docker['’"]?: No such file|^(?:fish: )?Unknown command:? ['"]?docker\b|command not found: docker\b/,
		from: "bash, dash, busybox, zsh, coreutils env; basecamp/kamal#1260"
	},
	{
		cause: "docker-missing",
		says: /^No such file or directory - docker$/,
		from: "Ruby Errno::ENOENT of Open3 (sshkit 1.25, lib/sshkit/backends/local.rb); basecamp/kamal#717"
	},
	{
		cause: "docker-missing",
		says: /^The command ['"]docker['"] could not be found in this WSL/,
		from: "Docker Desktop for WSL 2"
	},
	{
		cause: "builder-unavailable",
		says: /docker system dial-stdio|failed to initialize builder [^\n]*: error during connect|http:\/\/docker\.example\.com\//,
		during: ["build", "builder"],
		from: "docker/cli 20 to 29, cli/connhelper/connhelper.go; basecamp/kamal#204, #660",
		variant: "remote"
	},
	{
		cause: "builder-unavailable",
		says: /ssh: connect to host \S+ port \d+|Permission denied \(publickey|Host key verification failed/,
		during: ["build", "builder"],
		from: "OpenSSH 8 to 10, through which docker reaches a remote builder",
		variant: "remote",
		certain: false
	},
	{
		cause: "disk-full",
		says: /(?:^|[:\])(,] ?|["'`]|\bENOSPC\W+)[Nn]o space left on device|[Dd]isk quota exceeded|not enough free space|You don't have enough free space/,
		from: "Linux, ENOSPC and EDQUOT, as Go, coreutils and apt print them; basecamp/kamal#765"
	},
	{
		cause: "docker-unavailable",
		says: /permission denied while trying to connect to the [Dd]ocker|Got permission denied while trying to connect|docker\.sock: connect: permission denied/,
		from: "moby 20 to 28 (client/request.go: \"Docker daemon socket\"), 29 (\"docker API at\")",
		variant: "group"
	},
	{
		cause: "docker-unavailable",
		says: /client version \S+ is too (?:old|new)|Maximum supported API version is/,
		from: "moby 20 to 29, api/server/middleware/version.go",
		variant: "version"
	},
	{
		cause: "docker-unavailable",
		says: /Cannot connect to the Docker daemon|Is the docker daemon running|failed to connect to the docker API|docker\.sock: connect: (?:connection refused|no such file)|docker(?:%2F|\/)?\.sock[^\n]*: (?:EOF|connect: no such file)|error during connect: (?!.*(?:dial-stdio|docker\.example\.com))/i,
		from: "moby 20 to 29, client/errors.go and client/request.go"
	},
	{
		cause: "docker-unavailable",
		says: /at <\.RegistryConfig[^>]*>: nil pointer evaluating/,
		from: "docker/cli 20 to 29, cli/command/system/info.go; Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb, first_mirror",
		certain: false
	},
	{
		cause: "docker-unavailable",
		says: /at <\.RegistryConfig[^>]*>: can't evaluate field RegistryConfig in type \*define\.Info/,
		from: "containers/podman 4 and 5, cmd/podman/system/info.go; Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb, first_mirror",
		variant: "podman"
	},
	{
		cause: "docker-unavailable",
		says: /non-overlapping IPv4 address pool|predefined address pools have been fully subnetted|[Pp]ool overlaps with other one on this address space|no available (?:IPv4 )?addresses on (?:this network's|this pool)/,
		from: "moby 20 to 29, daemon/libnetwork/ipamapi and ipams/defaultipam; docker/for-linux#599",
		variant: "pool"
	},
	{
		cause: "docker-unavailable",
		says: /iptables failed: |Failed to [Ss]etup IP tables|Unable to enable (?:ACCEPT|DROP|DNAT|SKIP|NAT|ICC)|No chain\/target\/match by that name|Chain '[^']+' does not exist|COMMAND_FAILED: '?\S*ip6?tables|operation not supported \(veth\)|failed to add the host \([^)]*\) <=> sandbox/,
		from: "moby 20 to 29, daemon/libnetwork/drivers/bridge and iptables; moby/moby#16816",
		variant: "firewall"
	},
	{
		cause: "docker-unavailable",
		says: /container "[0-9a-f]{12,64}": already exists|task [0-9a-f]{12,64}: already exists|(?:OCI runtime \w+ failed|failed to create (?:shim )?task)[^\n]*(?:container with (?:given )?(?:id|ID)[^\n]* already exists|id already in use)|cannot start a stopped process|ttrpc: closed|containerd: container not started|layer does not exist|removal of container \S+ is already in progress|cannot (?:stop|kill) container: \S+: (?:tried to kill container, but did not receive an exit event|permission denied)|unable to remove filesystem|driver "\w+" failed to remove root filesystem/,
		from: "containerd 1.6 to 2.1, errdefs; moby 20 to 29, daemon/kill.go, delete.go and layer; moby/moby#36145",
		variant: "state"
	},
	{
		cause: "docker-unavailable",
		says: /msg="Error logging in to endpoint, trying next endpoint"/,
		from: "docker/cli 24 to 29, cli/command/registry/login.go, loginClientSide"
	},
	{
		cause: "credential-helper-missing",
		says: /(?:docker-credential-(?<subject>[\w-]+)(?![\w-])|error (?:getting|storing) credentials)[^\n]*(?:executable file not found|not installed or not available in PATH|no such file|exec format error)/,
		from: "docker-credential-helpers 0.6 to 0.9, client/client.go; docker/for-mac#7445"
	},
	{
		cause: "credential-helper-missing",
		says: /pass not initialized|pass(?:word)? store is (?:uninitialized|empty)|pass store is uninitialized/,
		from: "docker-credential-helpers 0.6 to 0.9, pass/pass.go; docker/docker-credential-helpers#140",
		variant: "pass"
	},
	{
		cause: "credential-helper-missing",
		says: /User interaction is not allowed|Cannot autolaunch D-Bus without X11|The name org\.freedesktop\.secrets was not provided|Failed to unlock the (?:keyring|collection)|keychain (?:is locked|cannot be accessed)|A specified logon session does not exist|secrets was not provided by any \.service files/,
		from: "docker-credential-helpers 0.6 to 0.9, osxkeychain, secretservice, wincred; orbstack/orbstack#860",
		variant: "locked"
	},
	{
		cause: "credential-helper-missing",
		says: /error (?:getting|storing|saving) credentials|Error saving credentials/,
		from: "docker/cli 20 to 29, cli/command/registry/login.go; docker-credential-helpers, client/client.go",
		variant: "broken"
	}
];
// src/kamal/diagnosis/sentences/registry.ts
/** Commands that speak with a registry. */
const AT_REGISTRY = [
	"login",
	"pull",
	"run",
	"exec",
	"accessory",
	"proxy-boot",
	"registry"
];
/** In a build only the lines in which BuildKit itself speaks of an image or of a token for one. */
const OF_IMAGE = String.raw`(?=(?:#\d+ )?ERROR: (?:denied|unauthorized|insufficient_scope)|(?:denied|unauthorized): |.*(?:failed to (?:push|fetch|authorize|resolve|do request|copy|pull|export)|pushing|pull access|load metadata|unexpected status|oauth token|anonymous token|source metadata|server message|/v2/))`;
/**
* Registries: Docker Hub, GHCR, ECR, Artifact Registry, GitLab, Harbor, as docker, containerd and BuildKit pass their
* words on. What is refused comes before what does not answer: a refusal is an answer.
*/
const CLEAR = [
	{
		cause: "registry-rate-limited",
		says: /toomanyrequests|TOOMANYREQUESTS|pull rate limit|\b429 Too Many Requests|unexpected status[^\n]*: 429|[Rr]ate exceeded/,
		from: "Docker Hub, docs.docker.com/docker-hub/usage; distribution spec, errors"
	},
	{
		cause: "registry-refused-upload",
		says: /413 (?:Request Entity|Payload) Too Large|\bHTTP 413\b|status[^\n]*: 413|Request Entity Too Large|blob upload (?:unknown|invalid)|DIGEST_INVALID|SIZE_INVALID|(?:storage )?quota[^\n]*exceed|exceed[^\n]*quota|reached the (?:limit|maximum)[^\n]*(?:repositor|storage)|will exceed the configured upper limit|insufficient[_ ]storage|507 Insufficient Storage/i,
		from: "nginx and Cloudflare before a registry (goharbor/harbor#3270, cloudflare/serverless-registry#67); Harbor 2, src/pkg/quota; distribution spec, errors; DigitalOcean"
	},
	{
		cause: "registry-auth",
		says: /permission_denied: (?:write_package|create_package|read_package|The token provided does not match expected scopes)|installation not allowed to (?:Create|Write) (?:\w+ )?package|The requested installation does not exist/,
		from: "GHCR; basecamp/kamal-site, github packages; docker/build-push-action#606; actions/runner#1039; grafana/k6#2111",
		variant: "packages"
	},
	{
		cause: "registry-auth",
		says: /is not authorized to perform: (?<subject>ecr(?:-public)?:\w+)|[Pp]ermission ["'](?<permission>artifactregistry\.[\w.]+)["'] denied on resource/,
		from: "Amazon ECR, IAM; Artifact Registry (google-github-actions/auth#50, flutter/flutter#188342)",
		variant: "policy"
	},
	{
		cause: "registry-auth",
		says: /(?:push|pull) access denied for (?<subject>[a-z0-9_-]+), repository does not exist|failed to push (?:docker\.io\/)?(?:library\/)?(?<pushed>[a-z0-9_-]+):\S+ (?:failed to authorize: [^\n]*|push access denied|denied: requested access)/,
		from: "moby 20 to 29; BuildKit 0.8 to 0.25; Docker Hub, where only its own images have a name of one part",
		variant: "namespace"
	},
	{
		cause: "registry-auth",
		says: /Your authorization token has expired|authorization token[^\n]*expired|ExpiredToken/i,
		from: "Amazon ECR: a token lasts 12 hours",
		variant: "expired"
	}
];
/** What a registry refuses of a push. */
const UPLOAD = [{
	cause: "registry-refused-upload",
	says: /[Tt]he image tag '(?<subject>[^']+)' already exists in the|ImageTagAlreadyExists|cannot be overwritten because the (?:repository|tag) is immutable|(?:tag|image) [^\n]*immutable|configured as immutable|is immutable and cannot be (?:updated|changed|overwritten)/,
	from: "Amazon ECR, API_PutImage errors; Harbor 2, src/controller/tag; Artifact Registry; moby/buildkit#3776",
	variant: "immutable"
}, {
	cause: "registry-refused-upload",
	says: /name unknown: The repository with name|repository with name '[^']*'(?: in registry with id '\d+')? does not exist|Repository "[^"]*" not found/,
	from: "Amazon ECR, API_PutImage errors; Artifact Registry",
	variant: "repository"
}];
/** Refusals that other programs word in the same way. */
const VAGUE = [{
	cause: "registry-auth",
	says: /no basic auth credentials/,
	from: "moby 20 to 29, registry; Amazon ECR, of a docker that has no login for that registry",
	variant: "no-login"
}, {
	cause: "registry-auth",
	says: /(?<![\w./:@-])(?:401|403)(?![\w/-]|\.\w)|(?<![\w./:@-])unauthori[sz]ed(?![\w/-]|[.:]\w)|incorrect username or password|authentication required|authorization failed|(?<![Pp]ermission )\bdenied: |(?:^|: )denied$|access (?:is )?denied(?! for user)|access forbidden|insufficient[_ ]scope|Unauthenticated request|HTTP Basic: Access denied/i,
	from: "distribution spec, UNAUTHORIZED and DENIED; docker/cli 20 to 29; ECR, Artifact Registry, GitLab"
}];
const SILENT = [
	{
		cause: "registry-unreachable",
		says: /x509: |tls: (?:failed to verify|bad |handshake|unrecognized|first record)|server gave HTTP response to HTTPS client/i,
		from: "Go, crypto/tls, crypto/x509 and net/http",
		variant: "tls"
	},
	{
		cause: "registry-unreachable",
		says: /dial tcp|no such host|i\/o timeout|connection refused|connection reset by peer|network is unreachable|no route to host|TLS handshake timeout|request canceled while waiting|Client\.Timeout exceeded|context deadline exceeded|Temporary failure in name resolution|server misbehaving/i,
		from: "Go, net; moby and BuildKit pass it on"
	},
	{
		cause: "registry-unreachable",
		says: /\b50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|\b52\d\b <none>|received unexpected HTTP status: 5\d\d|unexpected status[^\n]*: 5\d\d|: unexpected EOF$|: EOF$|request must be retried|read\/write on closed pipe|sent GOAWAY|use of closed network connection|: write: broken pipe|http2: (?:client connection|stream|server sent)|stream error: stream ID|server closed idle connection|failed to (?:commit|copy)[^\n]*: (?:short read|unexpected commit)/i,
		from: "Go, net/http and x/net/http2; containerd 1.6 to 2.1, core/remotes/docker/pusher.go; docker/build-push-action#626, #761",
		variant: "broken"
	}
];
/** Only where the image is at the runner's own registry, which a server reaches through the SSH connection. */
const TUNNEL = [{
	cause: "registry-tunnel",
	says: /https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):\d+\/v2\/[^\n]*(?:connection refused|EOF|connection reset|i\/o timeout|context deadline)/,
	during: [
		"pull",
		"run",
		"exec",
		"accessory",
		"proxy-boot"
	],
	from: "moby; basecamp/kamal#1674, #1703 (Kamal 2.8, lib/kamal/cli/build/port_forwarding.rb)"
}];
/** The same, of a line that is cut before it says why. */
const TUNNEL_CUT = [{
	cause: "registry-tunnel",
	says: /https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):\d+\/v2\//,
	during: [
		"pull",
		"run",
		"exec",
		"accessory"
	],
	from: "the same, of a line that is cut before it says why",
	certain: false
}];
/** A pull that found the registry and not the image, and an image that is gone after its pull. */
const NO_IMAGE = [
	{
		cause: "image-not-found",
		says: /\bNo such (?:object|image): (?<subject>\S+)/i,
		during: ["label"],
		from: "docker/cli 20 to 29, cli/command/system/inspect.go; Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb, validate_image, whose own sentence comes with it",
		variant: "gone"
	},
	{
		cause: "architecture-mismatch",
		says: /no matching manifest for (?<subject>\S+)|no match for platform|does not match the specified platform|image operating system "[^"]*" cannot be used|no such manifest[^\n]*platform|image with reference \S+ was found but (?:its platform|does not provide)|does not provide the specified platform/,
		from: "moby 20 to 29, daemon/internal/distribution/pull_v2.go, daemon/images/image.go; containerd, platforms"
	},
	{
		cause: "image-not-found",
		says: /manifest unknown|MANIFEST_UNKNOWN|manifest for \S+ not found|not found: manifest|repository (?:\S+ )?(?:does not exist|not found)|No such image|name unknown|NAME_UNKNOWN|failed to resolve reference "[^"]*": \S+: not found|Error response from daemon: .*: not found$/,
		during: [
			"pull",
			"run",
			"exec",
			"accessory",
			"proxy-boot"
		],
		from: "distribution spec, MANIFEST_UNKNOWN and NAME_UNKNOWN; moby 20 to 29; containerd 1.6 to 2.1"
	}
];
const within = (during, rows) => rows.map((row) => ({
	...row,
	during
}));
/** In a build: the same words, in a line of BuildKit that is about an image. */
const inBuild = (rows) => rows.map((row) => ({
	...row,
	during: ["build"],
	says: new RegExp(`^${OF_IMAGE}.*(?:${row.says.source})`, row.says.flags)
}));
const REGISTRY = [
	...[{
		cause: "registry-auth",
		says: /flag needs an argument: 'p' in -p|flag needs an argument: 'u' in -u|Password Required|[Cc]annot perform an interactive login from a non[- ]TTY|[Pp]assword is empty|username is empty/,
		during: ["login"],
		from: "docker/cli 20 to 29, cli/command/registry.go; spf13/pflag; basecamp/kamal#1258",
		variant: "empty"
	}],
	...TUNNEL,
	...within(AT_REGISTRY, CLEAR),
	...within(["build"], [...CLEAR, ...UPLOAD]),
	...within(AT_REGISTRY, VAGUE),
	...inBuild(VAGUE),
	...NO_IMAGE,
	...within(AT_REGISTRY, SILENT.filter(({ variant }) => variant === "tls")),
	...TUNNEL_CUT,
	...within(AT_REGISTRY, SILENT),
	...inBuild(SILENT)
];
// src/kamal/diagnosis/recognise-build.ts
/** The causes of a `docker buildx build` that failed, by what it wrote (BuildKit 0.8 to 0.25, `--progress=plain`). */
function recogniseBuild(output) {
	const { own, steps, quoted } = takenApart(output);
	const found = heard(own, [
		...DOCKER_ENGINE,
		...BUILDER,
		...REGISTRY,
		...BUILDER_VAGUE,
		...BUILD
	], "build");
	const [first] = found;
	if (first === void 0) return [];
	if (found.find(({ sentence }) => sentence.cause === "builder-unavailable") !== void 0 && first.sentence.cause === "registry-unreachable" && first.sentence.variant === void 0) return [{
		...recognisedBy(first),
		cause: "builder-unavailable",
		variant: "image",
		subject: null
	}, ...found.map((each) => ofRegistry$1(recognisedBy(each), output))];
	const others = found.slice(1).map((each) => recognisedBy(each));
	if (first.sentence.variant !== "step") {
		const vague = first.sentence === BUILD.at(-1);
		return [{
			...ofRegistry$1(recognisedBy(first), output),
			...vague ? { confidence: "likely" } : {}
		}, ...others];
	}
	const id = own.map((line) => /^#(\d+) ERROR: process /.exec(line)?.[1]).findLast((each) => each !== void 0);
	const wrote = (id === void 0 ? void 0 : steps.get(id)) ?? (quoted.length > 0 ? quoted : [...steps.values()].flat());
	const elsewhere = heard(wrote, STEP).map((each) => recognisedBy(each));
	const [advice] = heard(wrote.toReversed(), STEP_ADVICE);
	const last = lastError(wrote);
	const step = {
		...recognisedBy(first),
		variant: wrote.some((line) => line.trim() !== "") ? "step" : "step-silent",
		subject: null,
		...last === null ? {} : { proof: last },
		...advice === void 0 ? {} : {
			...recognisedBy(advice),
			...last === null ? {} : { proof: advice.line }
		}
	};
	return [...elsewhere, step];
}
/**
* What remains of a failed step if BuildKit's last line is missing: the block that it prints only for a failed step (` >
* [build 6/6] RUN …:`, `1.342 bin/rails aborted!`), or lines of a step that only one thing writes.
*/
function recogniseStep(lines) {
	const head = lines.findLastIndex((line) => /^\s*> \[[^\]\n]*\] \w+ .*:\s*$/.test(line) || /^\s*> \[[^\]\n]*(?<=\d\/\d{1,9})\] [A-Z]+ /.test(line));
	const wrote = lines.map((line, at) => ({
		at,
		text: /^\s*(?:#\d+ )?\d+\.\d+ (.*)$/.exec(line)?.[1] ?? null
	})).filter(({ at, text }) => text !== null && (head < 0 || at > head));
	const texts = wrote.map(({ text }) => text ?? "");
	const place = (proof) => wrote.findLast(({ text }) => text?.includes(proof ?? "") === true)?.at ?? head;
	const known = [...heard(texts.toReversed(), STEP), ...head < 0 ? [] : heard(texts.toReversed(), STEP_ADVICE)];
	if (known.length > 0) return known.map((each) => ({
		...recognisedBy(each),
		at: place(each.line)
	}));
	const last = head < 0 ? null : lastError(texts);
	return last === null ? [] : [{
		cause: "build-failed",
		variant: "step",
		proof: last,
		at: place(last)
	}];
}
function takenApart(output) {
	const own = [];
	const quoted = [];
	const steps = /* @__PURE__ */ new Map();
	const booting = /* @__PURE__ */ new Set();
	let excerpt = false;
	for (const line of output.split("\n").map((each) => each.trimEnd())) {
		if (/^-{20,}$/.test(line)) excerpt = !excerpt;
		if (excerpt || /^-{6,}$/.test(line)) continue;
		const [, id = "", wrote = null] = /^#(\d+) \d+\.\d+(?!\d) ?(.*)$/.exec(line) ?? [];
		if (failsToBoot(line, booting)) own.push("booting buildkit failed");
		const repeated = /^\s*\d+\.\d+ (.*)$/.exec(line)?.[1];
		if (wrote !== null) {
			const step = steps.get(id);
			if (step === void 0) steps.set(id, [wrote]);
			else step.push(wrote);
		} else if (repeated !== void 0) quoted.push(repeated);
		else if (!/^#\d+ (?!ERROR)/.test(line) && line.trim() !== "") own.push(line);
	}
	return {
		own,
		steps,
		quoted
	};
}
/** Lines of a backtrace, and what a tool says after its error. */
const AFTERMATH = /^\s*(?:from |at |in |\.{3}|\/\S+:\d+|\S+\.(?:rb|js|ts|py|ex|go):\d+|Tasks: TOP|\(See full trace|npm (?:ERR!|error)\s*(?:A complete log|$)|File "|\^+\s*$|error Command failed|info Visit|Node\.js v|#\s*$)/;
const AN_ERROR$1 = /\b(?:[A-Z]\w*(?:Error|Exception)\b|[Ee]rror|ERR!|[Ff]atal|[Ff]ailed|aborted|[Cc]annot|[Cc]ould not|[Cc]an't|not found|[Mm]issing|denied|Killed|No such file|[Uu]nable to|panic)/;
/** The last line in which a step names its error; else its last line. Null if it wrote nothing. */
function lastError(wrote) {
	const told = wrote.map((line) => line.trim()).filter((line) => line !== "" && !AFTERMATH.test(line));
	return (told.findLast((line) => AN_ERROR$1.test(line)) ?? told.at(-1) ?? null)?.trim() ?? null;
}
/** Whether the step that boots BuildKit fails here; `booting` keeps the numbers of such steps. */
function failsToBoot(line, booting) {
	const boots = /^#(\d+) \[internal\] booting buildkit/.exec(line)?.[1];
	if (boots !== void 0) booting.add(boots);
	const failed = /^#(\d+) ERROR/.exec(line)?.[1];
	return failed !== void 0 && booting.has(failed);
}
// src/kamal/diagnosis/sentences/docker-install.ts
/** Why Docker's own script, which Kamal runs where a server has no Docker, did not install it. */
const ROWS = [
	{
		says: /^ERROR: Unsupported (?:distribution|operating system) '(?<subject>[^']*)'|No such file or directory: \/etc\/os-release|is not supported by (?:the |this )?(?:Docker|installer|installation script)/,
		from: "docker/docker-install, install.sh, do_install; basecamp/kamal#432",
		variant: "unsupported"
	},
	{
		says: /(?:E: )?Could not get lock |(?:E: )?Unable to (?:lock directory|acquire the dpkg frontend lock)|Waiting for cache lock|Another app is currently holding the yum lock|Failed to obtain the transaction lock/,
		from: "apt 2, apt-pkg/deb/debsystem.cc; yum 4 and dnf 4",
		variant: "busy"
	},
	{
		says: /sudo: (?:a terminal is required|a password is required|no tty present)|is not in the sudoers file|this installer needs the ability to run commands as root|su: (?:Authentication failure|must be run from a terminal)|are you root\?/,
		from: "sudo 1.9; docker/docker-install, install.sh; util-linux, su",
		variant: "root"
	},
	{
		says: /curl: \((?:6|7|28|35|52|56|60)\) |wget: (?:unable to resolve|can't connect|bad address)|Temporary failure (?:in name resolution|resolving)|Could not (?:resolve|connect to) |Failed to fetch https?:|Failed to connect to download\.docker\.com|Connection timed out/,
		from: "curl 7 and 8; wget; busybox; apt 2",
		variant: "network"
	},
	{
		says: /Unable to locate package (?<subject>\S+)|Package '?(?<package>docker-ce\S*)'? has no installation candidate|The repository '(?<repository>[^']+)' does not have a Release file|does not have a Release file|No match for argument: (?<argument>\S+)|NO_PUBKEY|is not signed\b|unmet dependencies|Conflicts:|dpkg was interrupted|Sub-process \S+ returned an error code/,
		from: "apt 2, dpkg 1.2x; dnf 4 and 5",
		variant: "packages"
	}
];
/** A program is not there that Kamal downloads the script with. */
const NO_DOWNLOADER = {
	says: /(?:curl|wget): (?:command )?not found|Unknown command:? ['"]?(?:curl|wget)\b/,
	from: "dash, bash, busybox, fish; Kamal 2.0 to 2.12, lib/kamal/commands/docker.rb, get_docker",
	variant: "downloader"
};
/** The last line, if nothing above it is known: the installation still failed. */
const OTHERWISE = {
	says: /\S/,
	from: "Kamal 2.0 to 2.12, lib/kamal/commands/docker.rb, install: whatever fails there, Docker was not installed",
	variant: "failed",
	certain: false
};
const DOCKER_INSTALL = [
	...ROWS,
	NO_DOWNLOADER,
	OTHERWISE
].map((row) => ({
	...row,
	cause: "docker-missing",
	during: ["install-docker"]
}));
// src/kamal/diagnosis/sentences/run.ts
/** Commands that make a container. */
const CREATES = [
	"run",
	"exec",
	"accessory",
	"proxy-boot",
	"registry"
];
/** A container that was to be made or started. */
const CONTAINER_START = [
	{
		cause: "container-not-started",
		says: /cannot expose privileged port (?<subject>\d+)|userland proxy: [^\n]*:(?<listen>\d+): bind: permission denied|rootlessport cannot expose privileged port (?<podman>\d+)/,
		during: CREATES,
		from: "rootlesskit 1 and 2, pkg/port; moby 20 to 29, cmd/docker-proxy; basecamp/kamal#411",
		variant: "privileged"
	},
	{
		cause: "port-taken",
		says: /Bind for \S+?:(?<subject>\d+) failed: port is already allocated|failed to bind (?:host )?port (?:for )?\S*?:(?<port>\d+)|listen (?:tcp|udp)\d? \S*:(?<listen>\d+): bind: address already in use|port is already allocated|bind: address already in use/,
		from: "moby 20 to 29, daemon/libnetwork/portallocator and portmapper; basecamp/kamal#989, #1133"
	},
	{
		cause: "env-file-unusable",
		says: /open (?<subject>\S*\.env): no such file or directory|couldn't find env file: (?<missing>\S+)/,
		from: "docker/cli 20 to 29, opts/file.go and pkg/kvfile; basecamp/kamal#870",
		variant: "missing"
	},
	{
		cause: "env-file-unusable",
		says: /^docker: open (?<subject>\S*\.env): permission denied/,
		from: "docker/cli 20 to 29 as a snap, which reads no hidden folders; basecamp/kamal#504",
		variant: "snap",
		certain: false
	},
	{
		cause: "env-file-unusable",
		says: /open (?<subject>\S*\.env): permission denied/,
		from: "docker/cli 20 to 29, opts/file.go and pkg/kvfile",
		variant: "permission"
	},
	{
		cause: "env-file-unusable",
		says: /(?:invalid env file \(?(?<subject>[^):]*)\)?|poorly formatted environment): |variable '(?<secret>[^']*)' contains whitespaces|no variable name on line/,
		during: CREATES,
		from: "docker/cli 20 to 29, pkg/kvfile/kvfile.go",
		variant: "format"
	},
	{
		cause: "architecture-mismatch",
		says: /exec format error/,
		from: "Linux, ENOEXEC, as runc and moby pass it on"
	},
	{
		cause: "container-not-started",
		says: /error mounting "(?<subject>[^"]+)" to rootfs|Are you trying to mount a directory onto a file/,
		during: CREATES,
		from: "runc 1.0 to 1.3, libcontainer/rootfs_linux.go; moby 20 to 29, daemon/start.go",
		variant: "mount"
	},
	{
		cause: "container-not-started",
		says: /OCI runtime create failed|failed to create (?:task for container|shim task|runc)|unable to start container process|executable file not found in \$PATH|[Ee]xec: "[^"]*": (?:stat|permission denied)/,
		during: [
			"run",
			"accessory",
			"proxy-boot",
			"registry"
		],
		from: "runc 1.0 to 1.3, libcontainer; containerd; moby 20 to 29, daemon/start.go"
	},
	{
		cause: "container-not-started",
		says: /\bnetwork (?<subject>[\da-f]{12,64}) not found/,
		during: CREATES,
		from: "moby 20 to 29, daemon/libnetwork/error.go and daemon/container_operations.go: a container keeps the id of its network, not the name",
		variant: "network"
	},
	{
		cause: "unhealthy",
		says: /['"]docker inspect['"] requires at least 1 argument/,
		from: "docker/cli 20 to 29, cli/required.go; Kamal 2.0 to 2.12, lib/kamal/commands/app.rb, status: `docker container ls | xargs docker inspect` of a container that is gone",
		variant: "vanished",
		certain: false
	},
	{
		cause: "container-not-started",
		says: /^(?:docker: )?(?:Error response from daemon: )?(?:network (?<subject>\S+) not found|unknown log opt|could not select device driver|invalid mount config|invalid volume specification|create [^\n]*includes invalid characters for a local volume name|invalid reference format|conflicting options|invalid (?:IP|hostname|port|CapAdd|restart|memory|publish)|Mounts denied|bind source path does not exist|error while creating mount source path|failed to initialize logging driver|Range of CPUs|Minimum memory limit|(?:the )?swap|OCI runtime|unknown or invalid runtime|logger: )/i,
		during: [
			"run",
			"accessory",
			"proxy-boot",
			"registry"
		],
		from: "moby 20 to 29, daemon/create.go, daemon/network, daemon/volume/mounts, daemon/logger",
		variant: "option"
	},
	{
		cause: "container-not-started",
		says: /^(?:docker: )?(?:unknown (?:shorthand )?flag|flag needs an argument|invalid argument "[^"]*" for|invalid (?:publish|restart|memory|hostPort|containerPort|value))/,
		during: [
			"run",
			"accessory",
			"proxy-boot",
			"registry"
		],
		from: "docker/cli 20 to 29, cli/command/container/opts.go; spf13/pflag",
		variant: "option"
	},
	{
		cause: "config-invalid",
		says: /Could not find the file (?<subject>\S+) in container \S+-assets/,
		from: "moby 20 to 29, daemon/archive_unix.go; Kamal 2.0 to 2.12, lib/kamal/commands/app/assets.rb",
		variant: "asset-path"
	},
	{
		cause: "container-name-taken",
		says: /Conflict\. The container name "\/?(?<subject>[^"]+)" is already in use/,
		from: "moby 20 to 29, daemon/errors.go, nameConflictError; basecamp/kamal#1415"
	}
];
/** A command that is run in a container, whose program is not there; the same words of a container that starts mean its own. */
const NO_PROGRAM = [{
	cause: "app-command-failed",
	says: /(?:OCI runtime exec failed|unable to start container process)[^\n]*\bexec: "(?<subject>[^"]+)"/,
	during: ["exec"],
	from: "runc 1.0 to 1.3, libcontainer, of a command that is run in a container (moby 20 to 29, daemon/exec.go)",
	variant: "program"
}];
// src/kamal/diagnosis/recognise-command.ts
/** A command that Kamal ran and that failed: recognised by what it wrote and by what it was asked to do. */
const recogniseCommand = (given) => {
	const { command } = given.occurrence;
	if (command === null) return [];
	const doing = doingOf(given);
	const output = outputOf(command);
	if (doing === "prune") return pruning(output);
	if (doing === "build") return recogniseBuild(output);
	if (doing === "server") return onServer(output);
	if (doing === "exec") return recogniseExec(given, output);
	if (doing === "install-docker") return installing(output);
	const found = beneath(readBy(output, doing), command, commandUnderWay(given)).map((each) => ofProxyOption(ofPublicImage(each, doing, output), doing)).map((each) => (doing === null || doing === "other") && each.variant === "state" ? {
		...each,
		confidence: "likely"
	} : each);
	const [first] = found;
	if (first?.cause === "registry-tunnel") return [...beneathTunnel(given, first), ...found.slice(1)];
	if (first?.cause === "unhealthy") return [...containerCauses(given), ...found];
	if (first?.cause === "proxy-service-missing") return found.map((each) => ({
		...each,
		subject: serviceIn(commandUnderWay(given) ?? "")
	}));
	return found;
};
/** The options of kamal-proxy are Kamal's own, not a role's. */
function ofProxyOption(found, doing) {
	return found.cause === "container-not-started" && found.variant === "option" && doing === "proxy-boot" ? {
		...found,
		variant: "proxy-option"
	} : found;
}
const ACCESSORY = [{
	cause: "accessory-missing",
	says: /No such container: (?!kamal-proxy\b)(?<subject>\S+)|failed to (?:start|stop) containers: (?!kamal-proxy\b)(?<name>\S+)/,
	during: ["accessory"],
	from: "moby 20 to 29, daemon/container/view.go; docker/cli, cli/command/container/start.go"
}];
const GIT = [{
	cause: "not-a-git-repository",
	says: /not a git repository|detected dubious ownership/,
	from: "git 2.35 to 2.51, setup.c"
}, {
	cause: "build-failed",
	says: /clone of '(?<subject>[^']+)' into submodule path|could not read Username for '(?<asked>[^']+)'|repository '(?<repository>[^']+)' not found|Failed to clone '(?<path>[^']+)'|Could not read from remote repository|unable to access '(?<remote>[^']+)'/,
	during: ["git"],
	from: "git 2.35 to 2.51, builtin/submodule--helper.c and credential.c; Kamal 2.0 to 2.12, lib/kamal/commands/builder/clone.rb (--recurse-submodules)",
	variant: "submodule"
}];
/** What a server says of SSH's own matters in the output of a command. */
const SPOKEN_BY_SERVERS = /* @__PURE__ */ new Set([
	"env-file-unusable",
	"disk-full",
	"other-user",
	"expired"
]);
/** All tables that docker, git and the shell of a server may speak from. */
function readBy(output, doing) {
	const tables = [
		...DOCKER_ENGINE,
		...PROXY,
		...ACCESSORY,
		...CONTAINER_START,
		...BUILDER,
		...REGISTRY,
		...BUILDER_VAGUE,
		...GIT,
		...KAMAL_WORDS.filter(({ cause }) => cause === "image-label-missing"),
		...SSH.filter(({ cause, variant }) => SPOKEN_BY_SERVERS.has(cause) || SPOKEN_BY_SERVERS.has(variant ?? ""))
	];
	return heard(errorsFirst(output), tables, doing).map((each) => ofRegistry$1(recognisedBy(each), output));
}
/** Images that anyone can pull: kamal-proxy and Docker's own. */
const PUBLIC = /https?:\/\/registry-1\.docker\.io\/v2\/(?:basecamp\/kamal-proxy|library\/[\w.-]+)\/|Unable to find image '(?:(?:docker\.io\/)?basecamp\/kamal-proxy|(?:docker\.io\/library\/)?[\w.-]+):[\w.-]+' locally/;
/** Docker Hub refuses a public image only where a login that it does not know is sent along (basecamp/kamal#1090). */
function ofPublicImage(found, doing, output) {
	return found.cause === "registry-auth" && found.variant == null && doing !== "login" && PUBLIC.test(output) && /incorrect username or password|unauthorized/.test(output) ? {
		...found,
		variant: "public"
	} : found;
}
/** Lines that are marked as errors before those that are not. */
function errorsFirst(output) {
	const lines = output.split("\n").map((line) => line.trimEnd());
	return [...lines.filter((line) => MARKED.test(line)), ...lines.filter((line) => !MARKED.test(line))];
}
const MARKED = /^(?:docker: |sh: |bash: )?(?:Error\b|ERROR\b|error\b|fatal\b)/;
/**
* A command of the user's in a container. Docker's own errors end with 125 or say that they are the daemon's; all
* else is the exit code of the command (docker run, "Exit status").
*/
function recogniseExec({ occurrence, reading }, output) {
	const status = occurrence.command?.status ?? 0;
	const lines = errorsFirst(output);
	const gone = lines.map((line) => /^Error(?: response from daemon)?: (?:No such container: (\S+)$|[Cc]ontainer (\S+) is (?:not running|paused|restarting))/.exec(line)).find((match) => match !== null);
	if (gone !== void 0) {
		const subject = gone[1] ?? gone[2] ?? null;
		const isApp = isLaunching(reading);
		return [{
			cause: "version-unknown",
			proof: gone.input,
			variant: "container",
			subject,
			...isApp ? {} : { confidence: "likely" }
		}];
	}
	const notStarted = heard(lines, NO_PROGRAM, "exec");
	if (notStarted.length > 0 && status !== 125) return notStarted.map((each) => recognisedBy(each));
	const dockers = lines.filter((line) => status === 125 || /^(?:docker: )?(?:Error response from daemon: |Cannot connect to the Docker|permission denied while trying)/.test(line));
	const found = readBy(dockers.join("\n"), "exec").filter(({ cause }) => cause !== "container-not-started");
	if (found.length > 0) return found;
	if (status === 125) return readBy(dockers.join("\n"), "run");
	if (dockers.length > 0) return readBy(dockers.join("\n"), "run").map((each) => ({
		...each,
		confidence: "likely"
	}));
	const [first] = lines.filter((line) => line.trim() !== "");
	if (first === void 0) return [{ cause: "app-command-failed" }];
	const proof = first.trim();
	return [{
		cause: "app-command-failed",
		proof,
		...OF_DOCKER.some((words) => words.startsWith(proof)) ? { confidence: "likely" } : {}
	}];
}
/** A command of the user's on a server (`kamal server exec`): its words are its own, but docker's of its engine. */
function onServer(output) {
	const lines = errorsFirst(output).filter((line) => line.trim() !== "");
	const engine = heard(lines, DOCKER_ENGINE).map((each) => recognisedBy(each));
	const proof = lines[0]?.trim();
	const own = {
		cause: "app-command-failed",
		variant: "server",
		...proof === void 0 ? {} : { proof }
	};
	return engine.length > 0 ? engine : [own];
}
/** How docker's own errors begin, for a line that is cut before the part that distinguishes them from the command's. */
const OF_DOCKER = [
	"Error response from daemon: ",
	"Error: No such container: ",
	"docker: Error response from daemon: ",
	"permission denied while trying to connect to the docker API",
	"permission denied while trying to connect to the Docker daemon socket",
	"Cannot connect to the Docker daemon"
];
/** Docker's script is long; what it says last is why it ended. */
function installing(output) {
	const lines = output.split("\n").filter((line) => line.trim() !== "");
	return [...heard(lines, DOCKER_ENGINE).filter(({ sentence }) => sentence.cause === "disk-full"), ...heard(lines.toReversed(), DOCKER_INSTALL, "install-docker")].map((each) => recognisedBy(each));
}
/** The service that kamal-proxy was asked for (Kamal 2.0 to 2.12, lib/kamal/commands/app/proxy.rb). */
function serviceIn(command) {
	return /\bkamal-proxy (?:stop|resume|remove|rollout \w+|live|maintenance) "?([\w.-]+)/.exec(command)?.[1] ?? null;
}
/** Kamal prunes when the new containers serve (2.0 to 2.12, lib/kamal/cli/main.rb, deploy). */
function pruning(output) {
	const [proof] = errorsFirst(output).filter((line) => line.trim() !== "");
	const engine = heard(errorsFirst(output), DOCKER_ENGINE, "prune").map((each) => recognisedBy(each));
	return [{
		cause: "prune-failed",
		...proof === void 0 ? {} : { proof: proof.trim() }
	}, ...engine];
}
// src/kamal/diagnosis/recognise-hook.ts
/**
* A hook of the project that failed: what it printed is its own, even where that looks like an error of Kamal. The
* cause within it comes from a diagnosis of what it printed.
*/
const recogniseHook = ({ className, occurrence: { message, command }, reading }) => {
	const named = firstGroup(/^Hook `([^`]*)` failed/, message);
	const program = firstGroup(/(?:^|\/)hooks\/([\w-]+)$/, command?.program);
	if (className !== "Kamal::Cli::HookError" && named === null && program === null) return [];
	const announced = reading.commands.findLast(({ command: words }) => words.includes("/hooks/"));
	const subject = named ?? program ?? firstGroup(/\/hooks\/([\w-]+)/, announced?.command);
	const wrote = command === null ? "" : outputOf(command);
	const words = lastWords(wrote);
	return [{
		cause: "hook-failed",
		subject,
		variant: variantOf(wrote),
		...words === void 0 ? {} : { proof: words }
	}];
};
function variantOf(wrote) {
	if (/hooks\/\S+['’"]?: Permission denied/.test(wrote)) return "not-executable";
	if (/hooks\/\S+['’"]?: (?:No such file|bad interpreter)|env: ['‘"]?\S+\\r['’"]?: No such file/.test(wrote)) return "interpreter";
	if (/Deploy lock (?:found|already in place)/.test(wrote)) return "lock";
	return null;
}
function lastWords(wrote) {
	return wrote.split("\n").findLast((line) => line.trim() !== "")?.trim();
}
function firstGroup(pattern, text = "") {
	return pattern.exec(text)?.[1] ?? null;
}
/** The lock is a folder that `mkdir` makes: where it is there, another deploy has it. Kamal knows GNU's English alone. */
const LOCK = [{
	cause: "lock-held",
	says: new RegExp(`^mkdir: .*(?:${[
		"File exists",
		"Файл існуе",
		"Файлът съществува",
		"El fitxer ja existeix",
		"Soubor již existuje",
		"Filen eksisterer",
		"Die Datei existiert bereits",
		"Το αρχείο υπάρχει",
		"Dosiero jam ekzistas",
		"El fichero ya existe",
		"El archivo ya existe",
		"Tiedosto on olemassa",
		"Le fichier existe",
		"O ficheiro xa existe",
		"Datoteka postoji",
		"A fájl már létezik",
		"Berkas telah ada",
		"File già esistente",
		"ファイルが存在します",
		"파일이 있습니다",
		"Failas jau egzistuoja",
		"Bestand bestaat al",
		"Plik istnieje",
		"O ficheiro existe",
		"Arquivo existe",
		"Файл существует",
		"Súbor existuje",
		"Datoteka že obstaja",
		"Датотека постоји",
		"Filen existerar",
		"Dosya var",
		"Файл вже існує",
		"Tập tin đã sẵn có",
		"文件已存在",
		"檔案已存在"
	].join("|")})$`),
	during: ["lock"],
	from: "coreutils 8 and 9; busybox 1.3x, \"can't create directory\"; glibc 2.36, po; Kamal 2.0 to 2.12, lib/kamal/cli/base.rb"
}];
/**
* Why the folder could not be made, where Kamal shows it (`-v`): it says "already in place" for each of them. mkdir writes its
* name apart, so that SSHKit shows it as another line.
*/
const NO_LOCK = [{
	cause: "disk-full",
	says: /^(?:mkdir: ?)?cannot create directory .*: (?:No space left on device|Disk quota exceeded)$/,
	from: "Linux, ENOSPC and EDQUOT; coreutils 8 and 9"
}, {
	cause: "env-file-unusable",
	says: /^(?:mkdir: ?)?cannot create directory ['‘](?<subject>[^'’]+)['’]: Permission denied$/,
	from: "Linux, EACCES; coreutils 8 and 9",
	variant: "permission"
}];
// src/kamal/diagnosis/recognise-lock.ts
/**
* The lock. Kamal takes every `mkdir: cannot create directory` for a lock that is held, asks who holds it, and fails over
* that where no one does; every `No such file or directory` of its release, for one that is gone (2.0 to 2.12,
* lib/kamal/cli/base.rb).
*/
const recogniseLock = (given) => {
	const { className, occurrence, reading } = given;
	const { command, message } = occurrence;
	if (command !== null && command.program === "mkdir") return heard(outputOf(command).split("\n"), LOCK, isLocking(given) ? "lock" : null).map((each) => recognisedBy(each));
	if (command === null ? className === "Kamal::Cli::Base::LockMissingError" : /^(?:stat|rm|cat)$/.test(command.program) && /\/lock-[^:\n]*: No such file or directory/.test(outputOf(command))) return withoutLock(reading);
	if (command !== null) return [];
	return /^(?:Kamal|Mrsk)::Cli::(?:Base::)?LockError$/.test(className) || heard([message.split("\n")[0] ?? ""], KAMAL_WORDS).some(({ sentence }) => sentence.cause === "lock-held") ? held(reading) : [];
};
function isLocking({ occurrence, reading }) {
	return reading.phase === "lock" || /\/lock-/.test(occurrence.message);
}
function held(reading) {
	const wentOn = reading.phases.some((phase) => /^(?:proxy|stale|boot|switch|prune)$/.test(phase));
	const holder = holderIn(reading);
	const isOwn = holder.subject !== void 0 && !wentOn;
	return [{
		cause: "lock-held",
		...holder,
		...isOwn ? {} : { confidence: "likely" }
	}];
}
function withoutLock(reading) {
	if (reading.lastLine(/^Releasing the deploy lock/) > reading.lastLine(/^(?:Acquiring the deploy lock|Deploy lock already in place!)/)) return [{
		cause: "unknown",
		variant: "lock-gone",
		seen: "The lock is gone"
	}];
	const wrote = reading.lines.slice(reading.start).filter(({ level, message }) => level === "DEBUG" && message.includes("/lock-")).map(({ message }) => message.trim());
	const whole = /* @__PURE__ */ new Map();
	for (const { command, level, message } of reading.lines.slice(reading.start)) if (command !== null && level === "DEBUG" && /^(?:\t| {2,})/.test(message)) whole.set(command, `${whole.get(command) ?? ""}${message.trim()}`);
	const places = [...whole.values()].filter((text) => text.includes("/lock-"));
	const known = heard([...wrote, ...places], NO_LOCK).map((each) => recognisedBy(each));
	return known.length > 0 ? known : [{
		cause: "unknown",
		variant: "lock-place",
		seen: "Kamal could not create the folder of its lock, and there is no lock"
	}];
}
/** `Locked by: WHO at WHEN`, `Version: …` as Kamal shows the lock it met. */
function holderIn(reading) {
	const by = reading.lastMatch(/^Locked by: (.*) at (\S+)$/);
	if (by === null) return {};
	const version = reading.lastMatch(/^Version: (.*)$/)?.[1];
	return {
		subject: `${by[1] === "" ? "someone without a name" : by[1] ?? ""}, since ${by[2]}${version === void 0 ? "" : `, version ${version}`}`,
		proof: by[0]
	};
}
// src/kamal/diagnosis/sentences/jump.ts
/**
* What OpenSSH writes where it takes Kamal through a jump host (`ssh.proxy`, ProxyJump): net-ssh starts `ssh -W` and
* says only that its connection closed (net-ssh 7.3, lib/net/ssh/proxy/jump.rb and command.rb).
*/
const JUMP = [
	{
		cause: "ssh-host-key-changed",
		says: /^No \S+ host key is known for (?<subject>\S+) and you have requested strict checking/,
		from: "OpenSSH 8 to 10, sshconnect.c, check_host_key; net-ssh/net-ssh#617",
		variant: "jump"
	},
	{
		cause: "ssh-host-key-changed",
		says: /^(?:\S+ )?[Hh]ost key for (?<subject>\S+) has changed and you have requested strict checking/,
		from: "OpenSSH 8 to 10, sshconnect.c, check_host_key",
		variant: "jump-changed"
	},
	{
		cause: "ssh-host-key-changed",
		says: /^Host key verification failed\./,
		from: "OpenSSH 8 to 10, sshconnect.c, verify_host_key",
		variant: "jump"
	},
	{
		cause: "ssh-auth",
		says: /^(?:[^\s@]+@)?(?<subject>[\w.:-]+): Permission denied \(/,
		from: "OpenSSH 8 to 10, sshconnect2.c; net-ssh/net-ssh#653",
		variant: "jump"
	},
	{
		cause: "ssh-unreachable",
		says: /^ssh: (?:connect to host|Could not resolve hostname) (?<subject>[^\s:]+)/,
		from: "OpenSSH 8 to 10, sshconnect.c and ssh.c",
		variant: "jump"
	},
	{
		cause: "ssh-unreachable",
		says: /^(?:channel \d+: open failed: (?:connect failed|administratively prohibited)|stdio forwarding failed)/,
		from: "OpenSSH 8 to 10, channels.c and clientloop.c: the jump host was reached",
		variant: "jump-onward"
	}
];
// src/kamal/diagnosis/recognise-jump.ts
/** Lines before the error in which OpenSSH's own words are. */
const NEAR = 12;
/**
* Why a connection through a jump host failed, in the words of the OpenSSH that Kamal started for it; null if it wrote
* nothing. Only lines after the last one of SSHKit's count: before it, another program may have called ssh.
*/
function saidByJump({ reading }) {
	const { lines, start, reportStart } = reading;
	const own = lines.findLastIndex(({ level }, index) => index < reportStart && level !== null);
	const from = Math.max(start, own + 1, reportStart - NEAR);
	const [said] = heard(lines.slice(from, reportStart).map(({ text }) => text), JUMP);
	if (said === void 0) return null;
	const found = recognisedBy(said);
	return {
		...found,
		...own < start || found.subject === null ? { confidence: "likely" } : {}
	};
}
// src/kamal/diagnosis/recognise-ssh.ts
/**
* The way to the servers: by the message of the error, and by those classes that only one thing raises (net-ssh 7.3).
* Of further hosts only the message is known, not the class.
*/
const recogniseSsh = (given) => {
	const { className, occurrence, report } = given;
	if (occurrence.command !== null) return [];
	const name = report.occurrences[0] === occurrence ? className : "";
	const [first = ""] = occurrence.message.split("\n");
	const [said, ...others] = heard([first], SSH).map((each) => recognisedBy(each));
	const found = said ?? ofSshClass(name) ?? ofOpenSsl(given, name);
	if (found === null) return [];
	if (found.cause === "registry-tunnel") return [...beneathTunnel(given, found), ...others];
	const jump = isBroken(found) && !wasConnected(given) ? saidByJump(given) : null;
	const perhaps = found.variant === "jump" ? {
		...found,
		confidence: "likely"
	} : found;
	return [
		...jump === null ? [] : [jump],
		placed(given, perhaps),
		...others
	];
};
const isBroken = ({ cause }) => cause === "ssh-unreachable" || cause === "ssh-dropped";
/**
* OpenSSL raises the same classes where it reads the key and where net-ssh exchanges keys with the server: the message
* or the trace says which (net-ssh 7.3, transport/kex and authentication; basecamp/kamal#530 and #539).
*/
function ofOpenSsl({ occurrence, reading }, name) {
	if (!name.startsWith("OpenSSL::PKey")) return null;
	const trace = reading.lines.slice(reading.reportEnd, reading.reportEnd + 30).map(({ text }) => text);
	const within = (part) => trace.some((text) => text.includes(`/net/ssh/${part}`));
	if (/(?:::(?:Point|Group)::Error|::DHError)$/.test(name) || /EC_POINT|EC_KEY_generate|EVP_PKEY_(?:derive|keygen|paramgen)|dh key|DH_/i.test(occurrence.message) || within("transport/") && !within("authentication/")) return {
		cause: "ssh-incompatible",
		variant: "openssl",
		confidence: "likely"
	};
	return {
		cause: "ssh-key-unusable",
		...within("authentication/") || /sign|private key|passphrase|decrypt/i.test(occurrence.message) ? {} : { confidence: "likely" }
	};
}
/** A connection that was there breaks off; one that was not is not made. */
function placed(given, found) {
	const { occurrence, className } = given;
	if (!isBroken(found)) return found;
	const proxy = className.startsWith("Net::SSH::Proxy::");
	if (found.cause === "ssh-unreachable") {
		if (isRemoteBuilder(given)) return {
			...found,
			cause: "builder-unavailable",
			variant: "remote"
		};
		if (wasConnected(given)) return {
			...found,
			cause: "ssh-dropped",
			variant: null,
			confidence: "likely"
		};
		return proxy ? {
			...found,
			variant: "jump"
		} : found;
	}
	if (/^(?:closed stream|stream closed|Broken pipe|Bad file descriptor|Blocking operation)/.test(occurrence.message)) return found;
	if (wasConnected(given)) return {
		...found,
		confidence: "likely"
	};
	return {
		...found,
		cause: "ssh-unreachable",
		variant: "closed",
		confidence: "likely"
	};
}
/**
* A host that Kamal connects to after it has searched for a builder and before it builds (2.12.0,
* lib/kamal/cli/build.rb, `create`).
*/
function isRemoteBuilder({ reading }) {
	const asked = (words) => reading.commands.some(({ command }) => command.startsWith(words));
	return reading.phase === "build" && asked("docker buildx inspect") && !asked("docker buildx build");
}
// src/kamal/diagnosis/recognise-stopped.ts
/** A run that was stopped from outside, according to its own error. */
const recogniseStopped = ({ className, occurrence: { message, command } }) => {
	if (message.startsWith("stopped by ") || /^(?:Interrupt|SignalException)$/.test(className)) return [{
		cause: "interrupted",
		seen: `Kamal was ${message.split("\n")[0] || className}`
	}];
	if (command !== null && /\bcontext canceled\b/.test(outputOf(command)) && (command.status & 127) === 2) return [{ cause: "interrupted" }];
	return [];
};
// src/kamal/diagnosis/spoken.ts
/** How many of the last lines are searched for a cause: what ended a run is there. */
const FAR = 2e4;
/** The sentences of a table that the log has, each at its last place outside a command's output. */
function spoken({ lines, start }, table, from = start) {
	const near = Math.max(from, lines.length - FAR);
	return table.flatMap((sentence) => {
		const line = lines.findLastIndex(({ text, level }, index) => index >= near && level === null && spokenIn(sentence, text) !== null);
		const match = spokenIn(sentence, lines[line]?.text ?? "");
		if (match === null) return [];
		return [{
			...recognisedBy({
				sentence,
				line: match.input.trim(),
				groups: match.groups ?? {}
			}),
			line
		}];
	});
}
/** True if the log has a line that only Kamal writes. */
function ofKamal({ commands, phases, lines }) {
	return commands.length > 0 || phases.length > 1 || lines.some(({ text, level }) => level !== null || /\bkamal\b/i.test(text) || /^\s*Finished all in /.test(text));
}
// src/kamal/diagnosis/loose-words.ts
/** Sentences that only one tool says, wherever they are. */
const DISTINCT = [
	{
		cause: "hook-failed",
		says: /^\S*hooks\/(?<subject>[\w-]+) (?:exit status|stdout|stderr): /,
		from: "sshkit 1.25, lib/sshkit/command.rb, of a log without the line in which Kamal says so"
	},
	...SECRETS_WORDS,
	...KAMAL_WORDS.filter(({ cause }) => cause !== "config-invalid"),
	...PROXY,
	...DOCKER_ENGINE.filter(({ variant }) => variant !== "remote"),
	...CONTAINER_START
];
/** Words that programs of all kinds say: only in a line that begins as one of these tools begins it. */
const WORDS = [
	...SSH,
	...REGISTRY,
	...BUILDER,
	...BUILDER_VAGUE
];
/**
* How a line begins that a tool itself writes as its error: docker, BuildKit, ssh, op, kamal-proxy, Kamal. The words of
* the tables on their own ("connection refused", "denied") can be any program's.
*/
const OF_TOOL = /^(?:##\[error\]|::error::|Error: |ERROR: |time="[^"]*" level=\w+ msg="?|docker(?: stderr)?: |Exception while executing (?:on host|as) \S+ )*(?:Error response from daemon: |Error: |ERROR\b|#\d+ ERROR|docker: |permission denied while trying to connect|Got permission denied while|Cannot connect to the Docker|error during connect|failed to (?:solve|connect|push|pull|do request|authorize|resolve|fetch)|denied: |unauthorized: |toomanyrequests: |(?:Head|Get|Post|Put) "https?:\/\/|dial unix |ssh: |kex_exchange|Host key verification|Connection (?:closed|reset|timed out) (?:by|during)|[\w.-]+@[\w.-]+: Permission denied|[\w.-]+@[\w.-]+'s password:|E, \[[^\]]*\] ERROR -- net\.ssh|SCP did not|scp: |Load key |sign_and_send_pubkey|Unable to negotiate|Authentication failed for user|fingerprint \S+ |getaddrinfo|Connection refused - connect\(2\)|Connection timed out - connect|No route to host - |Network is unreachable - |closed stream|[Ss]ecret '|toomanyrequests|error (?:getting|storing) credentials)/;
/**
* Lines of docker, ssh or Kamal without context, after the last that a command printed. Docker's words say nothing on
* their own of what it was asked to do. In a log that is not Kamal's they count only near its end: earlier, the program
* that ran the command can have continued.
*/
function ofLooseWords(reading) {
	const { lines, start } = reading;
	const told = lines.flatMap(({ text }, index) => index >= start && text.trim() !== "" ? [index] : []);
	const known = ofKamal(reading);
	const after = lines.findLastIndex(({ level }) => level !== null) + 1;
	const from = Math.max(after, known ? start : Math.max(start, told.at(-12) ?? start));
	const alone = known || told.length <= 6;
	return [...spoken(reading, DISTINCT, from).filter(({ proof = "" }) => alone || OF_TOOL.test(proof)), ...spoken(reading, WORDS, from).filter((each) => OF_TOOL.test(each.proof ?? "") && isInItsPlace(each))].filter(({ proof = "" }) => !/^(?:#\d+ |\d+\.\d+ )/.test(proof)).map((each) => ({
		...besides(reading, each),
		confidence: "likely"
	}));
}
/** What a line near it says of the same failure. */
function besides({ lines }, found) {
	const near = lines.slice(Math.max(0, found.line - 4), found.line + 1).map(({ text }) => text);
	const first = (pattern) => near.map((text) => pattern.exec(text)?.[1]).findLast((each) => each !== void 0);
	const absent = first(/\bno such identity: (\S+): No such file or directory$/);
	if (found.cause === "ssh-auth" && absent !== void 0) return {
		...found,
		cause: "ssh-key-unusable",
		variant: "absent",
		subject: absent
	};
	const isPush = near.some((text) => /^The push refers to (?:a )?repository \[|\bfailed to push |Head "[^"]*\/blobs\//.test(text));
	if (found.cause === "registry-tunnel" && isPush) {
		const subject = /https?:\/\/([^/\s"]+)\/v2\//.exec(found.proof ?? "")?.[1] ?? null;
		return {
			...found,
			cause: "registry-unreachable",
			variant: null,
			subject
		};
	}
	return found;
}
/** A line in which a registry, or who asks one, can be meant: "401", "refused" and "timeout" are anyone's words. */
const OF_REGISTRY = /\/v2\/|registry|docker|Error response from daemon|^(?:\W*(?:Error|ERROR): )?(?:denied: requested access|unauthorized: authentication required|failed to (?:solve|push|pull|authorize|resolve|do request|fetch (?:oauth|anonymous)))|^#\d+ ERROR|^ERROR: failed to|manifest|pull access|basic auth|insufficient_scope/i;
/** Whether words that any program says are here those of the tool that the row is about. */
function isInItsPlace({ cause, proof = "" }) {
	if (/^registry-(?:auth|unreachable|rate-limited)$/.test(cause)) return OF_REGISTRY.test(proof);
	if (cause === "ssh-auth") return !/(?:^|\s)git@/.test(proof);
	if (cause === "ssh-unreachable" && /- connect\(2\)/.test(proof)) return /while executing|:22\b|port 22\b/.test(proof);
	return true;
}
// src/kamal/diagnosis/of-capistrano.ts
/** Capistrano 3, lib/capistrano/application.rb; rake 12 and 13, lib/rake/application.rb. */
const ENDS = /^(?:cap aborted!|The deploy has failed with an error: .*|\*\* DEPLOY FAILED)$/;
/** A log of Capistrano, whose lines are SSHKit's as Kamal's are: what they say is not read as Kamal's. Null for another. */
function ofCapistrano(reading) {
	const end = reading.lastLine(ENDS);
	if (end < 0) return null;
	const aborted = reading.lastLine(/^cap aborted!$/);
	const line = aborted < 0 ? end : Math.min(aborted + 1, reading.lines.length - 1);
	return {
		cause: "unknown",
		variant: "foreign",
		line,
		seen: `This is a log of Capistrano, not of Kamal; it says “${(reading.lines[line]?.text ?? "").trim().slice(0, 200)}”`
	};
}
// src/kamal/diagnosis/ruby-trace.ts
/** `FILE:LINE:in 'METHOD': MESSAGE (CLASS)` (Ruby 3.1 to 4.0, eval_error.c); a SyntaxError has no method. */
const HEAD$1 = /^(?:\S+: )?(<internal:[^>]+>|[^\s:(][^:]*|\(erb\)|\([^)]*\)):(\d+):(?:in [`'].*?['`]:)? ?(.*) \(([A-Z]\w*(?:::[A-Z]\w*)*)\)$/;
/** The last one in the last run of the log, or null if there is none. */
function lastTrace({ lines, start }) {
	for (let index = lines.length - 1; index >= start; index--) {
		const line = lines[index];
		if (line === void 0 || line.level !== null) continue;
		const [, file = null, , message = "", className = ""] = HEAD$1.exec(line.text) ?? [];
		if (file === null) continue;
		const below = lines.slice(index + 1, index + 60).map(({ text }) => text);
		const end = below.findIndex((text) => /^(?:##\[|Error: Process completed)/.test(text));
		return {
			line: index,
			file,
			className,
			message,
			below: end < 0 ? below : below.slice(0, end)
		};
	}
	return null;
}
// src/kamal/diagnosis/sentences/ruby.ts
/** Ruby, Bundler and RubyGems where they end Kamal before it can say anything itself. */
const NOT_LOADED = [
	{
		cause: "kamal-not-loaded",
		says: /^(?:Your (?<engine>\w+) (?:version|patchlevel) is (?<have>[^,]+), but your Gemfile specified (?<want>.+?)\.?|Your Ruby engine is)/,
		from: "Bundler 2 and 4, definition.rb, validate_ruby!",
		variant: "ruby"
	},
	{
		cause: "kamal-not-loaded",
		says: /(?:rbenv: version [`'](?<subject>[^'`]+)' is not installed|mise(?=[^\n]*not installed)[^\n]*ruby@(?<mise>\S+)|No (?:preset )?version (?:is set|installed) for (?:command|ruby)|asdf: No version|Required ruby-(?<rvm>\S+) is not installed|requires Ruby version (?<wants>[^.]+(?:\.\d+)*)|requires a Ruby version)/,
		from: "rbenv 1, mise, asdf, RVM; RubyGems 3 and 4, resolver/installer_set.rb",
		variant: "ruby"
	},
	{
		cause: "kamal-not-loaded",
		says: /^mise ERROR .*\b(?:are|is) not trusted\b/,
		from: "mise 2024 to 2026, src/config/config_file/mod.rs",
		variant: "untrusted"
	},
	{
		cause: "kamal-not-loaded",
		says: /^mise ERROR (?:No version is set for shim: (?<subject>\S+)|(?<invalid>\S+) is not a valid shim\b|"(?<program>kamal|bundle|ruby)" couldn't exec process)|^unknown command: (?<asdf>kamal|bundle|ruby)\. Perhaps you have to reshim\?/,
		from: "mise 2024 to 2026, src/shims.rs (jdx/mise#2327); asdf 0.8 to 0.18, command-exec and internal/shims",
		variant: "shim"
	},
	{
		cause: "kamal-not-loaded",
		says: /^chruby: unknown Ruby: (?<subject>\S+)/,
		from: "chruby 0.3, share/chruby/chruby.sh",
		variant: "ruby"
	},
	{
		cause: "kamal-not-loaded",
		says: /^(?:\S*(?:env|bash|sh)?: ?)?(?:line \d+: )?(?:\/usr\/bin\/env: )?(?:env: )?['‘"]?ruby\S*?['’"]?: (?:No such file or directory|(?:command )?not found)/,
		from: "coreutils env; shells",
		variant: "ruby-missing"
	},
	{
		cause: "kamal-not-loaded",
		says: /^bundler: command not found: (?:bin\/)?kamal|^(?:\S+: )*(?:line \d+: |\d+: )?(?:bin\/|\.\/bin\/)?kamal: (?:command )?not found|command not found: (?:bin\/)?kamal\b|rbenv: kamal: command not found|can't find gem kamal|bundler: failed to load command: kamal|(?:bash: |sh: |line \d+: )(?:\.\/)?bin\/kamal: No such file/,
		from: "Bundler 2 and 4, cli/exec.rb; RubyGems 3 and 4, rubygems.rb; shells",
		variant: "kamal"
	},
	{
		cause: "kamal-not-loaded",
		says: /(?<=^|: )Could not find (?:gem ')?(?<subject>[\w.-]+(?:, [\w.-]+)*)(?![\w.-])[^\n]* in (?:locally installed gems|any of the (?:gem )?sources|(?:rubygems|locally|source|cached gems|vendored))|^(?:Run|Install missing gems? (?:executables )?with) `bundle install`|The following gems are missing|^Bundler::\w+|Could not locate Gemfile|is not yet checked out\. Run `bundle install`|Some gems seem to be missing|^(?:Bundler could not|Could not) find compatible versions/,
		from: "Bundler 2 and 4, definition.rb, cli/check.rb, shared_helpers.rb, source/git.rb",
		variant: "bundle"
	},
	{
		cause: "kamal-not-loaded",
		says: /Could not find '(?<subject>[\w-]+)' \([^)]*\)[^\n]* among \d+ total gem|You have already activated (?<gem>\S+)|Unable to activate (?<activate>\S+),|Could not find (?:a valid gem )?'(?<valid>[\w-]+)'/,
		from: "RubyGems 3 and 4, specification.rb, errors.rb; Bundler 2 and 4, runtime.rb",
		variant: "gem"
	},
	{
		cause: "kamal-not-loaded",
		says: /cannot load such file -- (?<subject>\S+)|LoadError: (?<file>\S+)|libruby\S*: cannot open shared object|incompatible library version|linked to incompatible/,
		from: "Ruby 3.1 to 4.0, Kernel#require; glibc, ld.so",
		variant: "gem"
	},
	{
		cause: "kamal-not-loaded",
		says: /^(?:\s*ERROR:\s+)?(?:Failed to build gem native extension|Gem::Ext::BuildError)|^An error occurred while installing (?<subject>\S+) \(/,
		from: "RubyGems 3 and 4, ext/builder.rb; Bundler 2 and 4, installer/gem_installer.rb",
		variant: "native"
	}
];
/** What Thor, the shell and a runner say where Kamal itself says nothing (thor 1.5, lib/thor/error.rb and base.rb). */
const WITHOUT_REPORT = [
	{
		cause: "version-unknown",
		says: /^The app version '(?<subject>.*)' is not available as a container\b/,
		from: "Kamal 2.0 to 2.12, lib/kamal/cli/main.rb, rollback"
	},
	{
		cause: "fetch-account-missing",
		says: /^No value provided for required options '--account'/,
		from: "thor 1.5; Kamal 2.0 to 2.12, secrets fetch"
	},
	{
		cause: "fetch-adapter-unknown",
		says: /^No value provided for required options '--adapter'/,
		from: "thor 1.5; Kamal 2.0 to 2.12, secrets fetch"
	},
	{
		cause: "secrets-unparsable",
		says: /^ERROR: "kamal secrets (?:extract|fetch)" was called with/,
		from: "thor 1.5"
	},
	{
		cause: "command-unknown",
		says: /^(?:Could not find command "(?<subject>.*)"\.|ERROR: "kamal .*" was called with|Unknown switches |Expected .* value for |No value provided for required options '(?!--a[cd])[^']+'|No value provided for option |Ambiguous command |ERROR: unknown option)/,
		from: "thor 1.5, lib/thor/error.rb"
	}
];
/** A run that was stopped from outside, as Ruby, a runner or a shell says it. */
const STOPPED = [
	{
		cause: "interrupted",
		says: /(?:: | \()(?<subject>Interrupt|SIG(?:TERM|INT|HUP)|SignalException)(?: \(SignalException\)|\))?$/,
		from: "Ruby 3.1 to 4.0, if nothing rescues a signal"
	},
	{
		cause: "interrupted",
		says: /^(?:##\[error\]|::error::|Error: )?(?<subject>The operation was canceled\.|The runner has received a shutdown signal\b.*|The job running on runner .* has exceeded the maximum execution time.*|The action .* has timed out after.*)/,
		from: "actions/runner 2.3xx"
	},
	{
		cause: "interrupted",
		says: /^(?:##\[error\]|Error: )?(?<subject>Process completed with exit code (?:130|143)\.)/,
		from: "actions/runner 2.3xx: 128 and the number of SIGINT or SIGTERM"
	},
	{
		cause: "interrupted",
		says: /^(?<subject>ERROR: Job failed: (?:execution took longer than|canceled).*|context canceled|Canceled by user)$/,
		from: "gitlab-runner 16 to 18; BuildKit"
	}
];
// src/kamal/diagnosis/recognise-without-report.ts
/** What a log is evidence of that has no `ERROR (…)`, the most probable first. */
function recogniseWithoutReport(given) {
	const capistrano = ofCapistrano(given);
	if (capistrano !== null) return [capistrano];
	const ofApp = new Set(appLines(given).map(({ index }) => index));
	const reading = ofApp.size === 0 ? given : withoutLines(given, ofApp);
	const stopped = spoken(reading, STOPPED).map(({ cause, line, subject }) => ({
		cause,
		line,
		seen: `It was stopped: ${subject ?? "by a signal"}`
	}));
	const unmarked = recogniseUnmarked(reading);
	const ofTrace = ofRuby(reading).filter(({ cause }) => cause !== "unknown" || unmarked.length === 0);
	return [
		...spoken(reading, WITHOUT_REPORT).flatMap((each) => beneathThor(reading, each)),
		...stopped,
		...ofTrace,
		...ofOp(reading),
		...spoken(reading, CERTIFICATE),
		...ofApp.size === 0 ? [] : recogniseAppLog(given),
		...ofBuild(reading),
		...ofDebug(reading),
		...ofLooseWords(reading),
		...unmarked,
		...cutOff(reading)
	];
}
/** An `extract` that got no JSON: what failed before comes first. */
function beneathThor(reading, found) {
	if (found.cause !== "secrets-unparsable") return [found];
	const beneath = beneathExtract(reading, found.line).map((each) => ({
		...each,
		line: lineOfProof(reading, each, found.line)
	}));
	return [...beneath.filter(({ variant }) => variant !== "nothing"), beneath.length > 0 ? {
		...found,
		confidence: "likely"
	} : found];
}
function lineOfProof({ lines }, { proof }, line) {
	if (proof === void 0) return line;
	const at = lines.findLastIndex(({ text }, index) => index <= line && text.includes(proof));
	return at < 0 ? line : at;
}
/** What ended Kamal before its first output; only likely if no line names Kamal: an app has gems too. */
function ofRuby(reading) {
	const found = [...fromTrace(reading), ...spoken(reading, NOT_LOADED)];
	const named = ofKamal(reading);
	return found.map((each) => named || each.cause !== "kamal-not-loaded" ? each : {
		...each,
		confidence: "likely"
	});
}
/** The same log with those lines left empty, so that all others keep their places. */
function withoutLines(reading, gone) {
	const lines = reading.lines.map((line, index) => gone.has(index) ? {
		...line,
		text: "",
		message: "",
		level: null,
		command: null
	} : line);
	return {
		...reading,
		lines
	};
}
/**
* Kamal rescues only StandardError (2.0 to 2.12, bin/kamal): a LoadError, a NotImplementedError, what `require "kamal"`
* raises.
*/
function fromTrace(reading) {
	const trace = lastTrace(reading);
	if (trace === null) return [];
	const { className, line } = trace;
	const seen = `Ruby ended Kamal: ${trace.message} (${className})`;
	const words = [trace.message, ...trace.below];
	const ssh = SSH.find(({ says, cause }) => cause.startsWith("ssh-") && words.some((each) => says.test(each)));
	if (ssh !== void 0 && /^(?:NotImplementedError|Net::SSH::|OpenSSL::)/.test(className)) return [{
		...ofNetSsh(trace, ssh),
		line,
		seen
	}];
	const variant = ofErb(trace);
	if (variant !== null) return [{
		cause: "config-invalid",
		variant,
		line,
		seen
	}];
	const named = NOT_LOADED.find(({ says }) => says.test(trace.message));
	const match = named?.says.exec(trace.message);
	if (named !== void 0 && match != null) return [{
		...recognisedBy({
			sentence: named,
			line: trace.message,
			groups: match.groups ?? {}
		}),
		line,
		seen
	}];
	if (/^(?:LoadError|Gem::.*|Bundler::.*)$/.test(className)) return [{
		cause: "kamal-not-loaded",
		variant: "gem",
		line,
		seen
	}];
	if (reading.commands.length === 0 && reading.phases.length === 1 && trace.below.some((frame) => /\brequire\b/.test(frame)) && trace.below.some((frame) => /\bkamal\b/.test(frame))) return [{
		cause: "kamal-not-loaded",
		variant: "raised",
		line,
		seen
	}];
	return [{
		cause: "unknown",
		line,
		seen
	}];
}
/** A trace that ends in the ERB of the deploy file, and one of ERB that is not Ruby. */
function ofErb({ className, file, message }) {
	if (className === "SyntaxError" && /^\(erb\):\d+: /.test(message)) return "erb-syntax";
	return /^\(erb\)|deploy[\w.-]*\.ya?ml$/.test(file) ? "erb" : null;
}
/** A key type that net-ssh cannot read: of known_hosts, or of the agent. */
function ofNetSsh({ below }, sentence) {
	const ofKnownHosts = below.some((frame) => frame.includes("known_hosts"));
	if (sentence.cause === "ssh-incompatible" && ofKnownHosts) return {
		cause: "ssh-incompatible",
		variant: "known-hosts"
	};
	if (sentence.cause === "ssh-incompatible" && below.some((frame) => /agent\.rb|key_manager\.rb|key_factory\.rb/.test(frame))) return { cause: "ssh-key-unusable" };
	return {
		cause: sentence.cause,
		variant: sentence.variant ?? null
	};
}
/** Where only the end of a log is left: BuildKit's last word, if nothing came after it. */
function ofBuild(reading) {
	const { lines, start, commands } = reading;
	const building = commands.findLast(({ command, finished }) => /^docker buildx build\b/.test(command) && !finished);
	const wrote = lines.map((line, index) => ({
		...line,
		index
	})).filter(({ level, command, index }) => index >= start && (level === null || building !== void 0 && command === building.id)).map((line) => ({
		index: line.index,
		text: line.level === null ? line.text : line.message.replace(/^\t/, "")
	}));
	const said = wrote.findLast(({ text }) => /^\s*ERROR: (?:failed to (?:solve|build|push|receive)|process ")|^#\d+ ERROR: process "/.test(text));
	const wentOn = (from) => lines.some(({ level, text }, index) => index > from && (level === "INFO" || /^#\d+ DONE/.test(text)));
	if (said === void 0) return recogniseStep(wrote.map(({ text }) => text)).map(({ at, ...each }) => ({
		...each,
		confidence: "likely",
		line: wrote[at]?.index ?? 0
	})).filter(({ line }) => !wentOn(line));
	if (wentOn(said.index)) return [];
	return recogniseBuild(wrote.map(({ text }) => text).join("\n")).map((each) => ({
		...each,
		confidence: "likely",
		line: said.index
	}));
}
/** A log that ends before Kamal's error: with `-v` it has what the last command wrote. */
function ofDebug(reading) {
	const last = reading.commands.at(-1);
	const wrote = last === void 0 || last.finished ? [] : messagesOf(reading, last);
	if (last === void 0 || wrote.length === 0) return [];
	const [program = ""] = last.command.split(" ");
	const command = {
		program,
		status: 1,
		stdout: "",
		stderr: wrote.join("\n"),
		whole: false
	};
	const host = last.host === "localhost" ? null : last.host;
	const line = reading.lines.findLastIndex((each) => each.command === last.id);
	const occurrence = {
		host,
		role: null,
		message: "",
		command,
		line
	};
	const given = {
		className: "",
		occurrence,
		reading,
		report: {
			className: "",
			occurrences: [occurrence]
		}
	};
	if (WHATEVER.has(doingOf(given) ?? "other")) return [];
	return recogniseCommand(given).map((each) => ({
		...each,
		confidence: "likely",
		line
	}));
}
const WHATEVER = /* @__PURE__ */ new Set([
	"prune",
	"exec",
	"server",
	"install-docker"
]);
/** Only op, as when `kamal secrets fetch` was called by hand or the rest is cut off. */
function ofOp(reading) {
	const last = lastOpLine(reading);
	if (last === void 0) return [];
	const line = reading.lines.findLastIndex(({ text }) => text.endsWith(last));
	return byOp(last).map((each) => ({
		...each,
		confidence: "likely",
		line
	}));
}
/**
* A deploy takes its lock, boots, gives the lock back and says how long it took (Kamal 2.12.0, lib/kamal/cli/main.rb).
* One whose log ends before that was cut off: killed, or its output went nowhere.
*/
function cutOff(reading) {
	const line = cutOffAt(reading);
	if (line === null) return [];
	return [{
		cause: "interrupted",
		variant: "cut",
		confidence: "likely",
		line,
		seen: "The log ends before the deploy has ended, and names no error"
	}];
}
function cutOffAt(reading) {
	const began = reading.lastLine(/^(?:Build and push app image|Pull app image|Acquiring the deploy lock\b.*|Start container with version .*)\.\.\.$/);
	if (began < 0) return null;
	const end = reading.lines.findLastIndex((line) => line.text.trim() !== "");
	if (reading.lastLine(/\bProcess completed with exit code [1-9]/) > began) return null;
	const finished = reading.lastLine(/^\s*Finished all in [\d.]+ seconds$/);
	const deploy = reading.lastLine(/^(?:(?:Build and push|Pull) app image|Start container with version .*)\.\.\.$/);
	if (reading.lastLine(/^Acquiring the deploy lock\b/) > reading.lastLine(/^Releas(?:ing|ed) the deploy lock/)) return end;
	if (deploy < 0) return null;
	const booted = reading.lastLine(/^Start container with version /);
	return finished < deploy || booted < deploy ? end : null;
}
// src/kamal/diagnosis/beneath-words.ts
/** Sentences that Kamal raises whatever failed, with what the log has beneath them. */
/**
* What such a sentence is evidence of, the tool's own words first; `found` itself for every other sentence.
* @param first the first line of the error
* @param found what it says on its own
*/
function beneathWords(given, first, found) {
	const { reading } = given;
	if (first.startsWith("Couldn't create remote builder: ")) {
		const isRemote = ({ variant }) => variant === "remote";
		return [...found.filter((each) => !isRemote(each)), ...found.filter(isRemote)];
	}
	if (/^failed to (?:build|run) check image/.test(first)) return checkImage(given);
	if (first.startsWith("Failed to get endpoint")) return [...containerCauses(given), ...withoutEndpoint(given)];
	if (/^No such file or directory - \/usr\/bin\/env\b/.test(first)) return [{
		cause: "unknown",
		variant: "windows"
	}];
	const [own] = found;
	if (own?.variant === "buildx") return [...beneathVersions(reading), ...found];
	if (own?.cause === "not-a-git-repository") return noRepository(reading);
	if (own?.cause === "secrets-adapter-failed") return [saidByAdapter(reading, own), ...found];
	return found.some(({ cause }) => cause === "unhealthy") ? [...containerCauses(given), ...found] : found;
}
/** The same with what the adapter's own program wrote right before: Kamal says "could not login" for every failure there. */
function saidByAdapter(reading, found) {
	const [said] = heard(plainBefore(reading, 10).toReversed(), ADAPTER_OUTPUT);
	return said === void 0 || found.variant === "missing" ? found : {
		...found,
		variant: said.sentence.variant ?? null,
		proof: said.line
	};
}
/**
* `docker --version && docker buildx version`: Kamal says that buildx is missing whatever failed, unless the shell says
* "command not found"; dash says "not found" (2.0 to 2.12, lib/kamal/cli/base.rb and build.rb). With `-v` it is shown.
*/
function beneathVersions(reading) {
	const asked = reading.commands.findLast(({ command }) => command.startsWith("docker --version"));
	if (asked === void 0) return [];
	return heard(messagesOf(reading, asked), DOCKER_ENGINE).map((each) => recognisedBy(each));
}
/**
* Kamal asks for the container that it has just started, and throws away whether `docker start` did so (2.0 to 2.12,
* lib/kamal/cli/app.rb, start, and cli/app/boot.rb).
*/
function withoutEndpoint({ occurrence: { host }, reading }) {
	const started = reading.commands.findLast((each) => each.host === host && /^docker (?:start|run --detach) /.test(each.command));
	const name = /^docker start (\S+)$/.exec(started?.command ?? "")?.[1];
	if (name !== void 0 && started?.failed === true) return [{
		cause: "unknown",
		variant: "start",
		subject: name,
		seen: `\`docker start ${name}\` failed`
	}];
	return [{
		cause: "unhealthy",
		variant: name === void 0 ? "vanished" : null,
		confidence: "likely"
	}];
}
/** `kamal build dev` asks a build which files it sees (2.5 to 2.12, lib/kamal/docker.rb): docker's words are beside it. */
function checkImage({ occurrence, reading }) {
	const after = occurrence.message.split("\n").slice(1);
	const ofEngine = heard(after, DOCKER_ENGINE).map((each) => recognisedBy(each));
	return ofEngine.length > 0 ? ofEngine : recogniseBuild([...plainBefore(reading, 40), ...after].join("\n"));
}
function noRepository(reading) {
	const fatal = reading.lastMatch(/^fatal: .*(?:not a git repository|dubious ownership).*$/)?.[0];
	return fatal === void 0 ? [{
		cause: "not-a-git-repository",
		variant: "silent",
		confidence: "likely"
	}] : [{
		cause: "not-a-git-repository",
		proof: fatal
	}];
}
// src/kamal/diagnosis/recognise-shape.ts
/**
* A value of config/deploy.yml that Kamal accepts and then fails on: it checks most of them, not all (2.0 to 2.12, each
* key with a value of every kind). What Ruby then says is the same in all releases, apart from how it shows the value.
*/
function ofShape({ className, occurrence, reading }) {
	const { host, message } = occurrence;
	const [first = ""] = message.split("\n");
	if (className === "ArgumentError") return ofArgument(first, host);
	if (host !== null || reading.phases.length > 1 || reading.commands.length > 0) return [];
	if (className === "NoMethodError" && /^undefined method [`']symbolize_keys' for /.test(first)) return [{
		cause: "config-invalid",
		variant: "document"
	}];
	const value = VALUES[className]?.exec(first)?.[1]?.replace(/:\w+$/, "");
	if (value === void 0) return [];
	return [{
		cause: "config-invalid",
		variant: "value",
		subject: value,
		confidence: "likely"
	}];
}
function ofArgument(first, host) {
	const version = /^Malformed version number string (.*)$/.exec(first)?.[1];
	if (version !== void 0) return [{
		cause: "config-invalid",
		variant: host === null ? "minimum-version" : "proxy-tag",
		subject: version
	}];
	return first === "invalid slice size" ? [{
		cause: "config-invalid",
		variant: "boot-limit"
	}] : [];
}
/** Numbers, true and false, where YAML has them and Kamal means text (Ruby 3.1 to 4.0). */
const VALUES = {
	NoMethodError: /^(?:undefined|private) method [`'](?:match\?|split|start_with\?|end_with\?|include\?|gsub|strip|empty\?|delete_prefix)' for (?:an instance of )?(Integer|Float|true|false|-?[\d.]+:(?:Integer|Float))(?::\w+)?$/,
	TypeError: /^no implicit conversion of (Integer|Float|true|false) into String$/
};
// src/kamal/diagnosis/recognise-words.ts
/** What Kamal itself says: about secrets, its configuration, its lock, the tools that it needs, a container that is not ready. */
const recogniseWords = (given) => {
	const { occurrence, reading } = given;
	const { message, command, host } = occurrence;
	if (command !== null) return [];
	const [first = ""] = message.split("\n");
	const said = heard([first], [
		...SECRETS_WORDS,
		...PROXY,
		...KAMAL_WORDS,
		...DOCKER_ENGINE
	]).map((each) => recognisedBy(each));
	const atStart = host === null && reading.phases.length === 1 && reading.commands.length === 0;
	const beneath = beneathWords(given, first, said.filter(({ cause, variant }) => !(cause === "config-invalid" && (variant ?? "").startsWith("erb") && !atStart)));
	if (beneath.length > 0) return beneath;
	const known = [...byClass(given), ...ofShape(given)];
	return known.length > 0 ? known : withinKamal(given);
};
/** Classes that a mistake in a program raises, not what it was given to do. */
const MISTAKES = /^(?:NoMethodError|NameError|TypeError|FrozenError|(?:Module|ActiveSupport)::DelegationError)$/;
/** A mistake in Kamal's own code, where the trace below the error shows it. */
function withinKamal({ className, reading }) {
	if (!MISTAKES.test(className)) return [];
	const [frame] = reading.lines.slice(reading.reportEnd, reading.reportEnd + 10).map(({ text }) => text).filter((text) => /\.rb:\d+:in /.test(text)).map((text) => /\/kamal-(\d[\w.]*)\/(lib\/kamal\/\S+?\.rb):(\d+):in [`']([^'`]*)/.exec(text));
	if (frame == null) return [];
	const [, version = "", file = "", line = "", method = ""] = frame;
	if (method.includes("error_on_missing_accessory")) return [{
		cause: "accessory-missing",
		variant: "config"
	}];
	return [{
		cause: "unknown",
		variant: "kamal",
		subject: `${version} ${file}:${line}`
	}];
}
/** Classes that only one thing raises. Of the others, the class is not evidence. */
function byClass({ className, occurrence, reading }) {
	const { host, message } = occurrence;
	const [first = ""] = message.split("\n");
	if (className === "Kamal::ConfigurationError") return [configuration(first)];
	if (className.startsWith("Psych::")) return [{
		cause: "config-invalid",
		variant: "yaml"
	}];
	if (className === "Kamal::Cli::Healthcheck::Error") return [{ cause: "unhealthy" }];
	if (className === "Kamal::Cli::BootError") return [{
		cause: "unhealthy",
		confidence: "likely"
	}];
	return host === null ? ofSecretsFile(className, message, reading) : [];
}
/** Classes that reading the secrets file raises. */
function ofSecretsFile(className, message, reading) {
	const [first = ""] = message.split("\n");
	if (className === "Dotenv::MissingKeys") return [{
		cause: "config-invalid",
		variant: "erb",
		confidence: "likely"
	}];
	if (/^(?:JSON::\w+Error|Dotenv::\w+)$/.test(className)) {
		const beneath = beneathJson(reading, message, reading.reportStart);
		return beneath.length > 0 ? beneath : [unparsable(message)];
	}
	if (className === "ArgumentError" && /^Unmatched (?:quote|double quote|single quote)/.test(first)) return [{ cause: "secrets-unparsable" }];
	if (/^(?:ArgumentError|Encoding::\w+)$/.test(className) && /\bUS-ASCII\b/.test(first)) return [{
		cause: "secrets-unparsable",
		variant: "locale"
	}];
	if (/^Errno::E(?:ACCES|ISDIR|PERM)$/.test(className) && /\.kamal\/secrets/.test(first)) return [{
		cause: "secrets-unparsable",
		variant: "unreadable"
	}];
	if (className === "NoMethodError" && /undefined method [`']chomp' for nil/.test(first)) return [{ cause: "fetch-account-missing" }];
	return [];
}
/** Keys that Kamal 1 had and Kamal 2 refuses (2.0.0, lib/kamal/configuration/docs; 1.9.3, the same folder). */
const OF_KAMAL_1 = /\b(?:unknown keys?: .*\b(?:traefik|healthcheck|stop_wait_time|readiness_delay|run_directory|cord|env_file)\b|builder\/(?:multiarch|remote|local)|(?:multiarch)\b)/;
function configuration(first) {
	if (first.startsWith("Secret")) return {
		cause: "secret-not-found",
		confidence: "likely"
	};
	if (first.length < 8 || first.startsWith("Exception while")) return {
		cause: "config-invalid",
		confidence: "likely"
	};
	const newer = newerKey(first);
	if (newer !== null) return {
		cause: "config-invalid",
		variant: "newer",
		subject: newer
	};
	const key = /unknown keys?: (.*)$/.exec(first)?.[1] ?? null;
	if (OF_KAMAL_1.test(first)) return {
		cause: "config-invalid",
		variant: "kamal-1",
		subject: key
	};
	if (/^Current version is \S+, minimum required is/.test(first)) return {
		cause: "config-invalid",
		variant: "version"
	};
	return {
		cause: "config-invalid",
		variant: key === null ? "rejected" : "key",
		subject: key
	};
}
/** A key that later releases know, or know in another shape, with the release that brought it: `ssl 2.7.0`. */
function newerKey(message) {
	const [, context = "", refused = null] = /^(?:([\w/.-]+): )?(?:unknown keys?: (.*)|should be .*)$/.exec(message) ?? [];
	const places = context.split("/");
	const keys = refused === null ? [places.pop() ?? ""] : refused.split(", ");
	const part = partOf(places.filter((place) => place !== ""));
	const found = KEY_CHANGES.findLast((change) => change.part === part && keys.includes(change.key) && change.before === null === (refused !== null));
	return found === void 0 ? null : `${found.key} ${found.since}`;
}
function partOf(places) {
	const [first = "configuration", , third] = places;
	if (third !== void 0) return third;
	if (places.length === 2) return {
		servers: "role",
		accessories: "accessory"
	}[first] ?? first;
	return first;
}
/** What JSON's or dotenv's parser was passed and could not read. */
function unparsable(message) {
	const [, word = null] = /unexpected (?:token at|character:) '(\$\w+|\$\{\w+\})'/.exec(message) ?? [];
	if (word !== null) return {
		cause: "secrets-unparsable",
		subject: word,
		variant: "word"
	};
	if (/'\{"[^\n]*\\'?\s*$/.test(message)) return {
		cause: "secrets-unparsable",
		variant: "cut"
	};
	return { cause: "secrets-unparsable" };
}
// src/kamal/diagnosis/sections.ts
/** `gh run view --log` and `--log-failed`: job, step, time, parted by tabs. */
const COLUMNS = /^([^\t]*\t[^\t]*)\t(?=\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)/;
/**
* A log by job and step where `gh run view` put them before each line, so that what one job printed is not read as
* another's; else the whole log as one section.
*/
function sectionsOf(lines) {
	const sections = /* @__PURE__ */ new Map();
	for (const [index, line] of lines.entries()) {
		if (line.trim() === "") continue;
		const key = COLUMNS.exec(stripVTControlCharacters(line))?.[1];
		if (key === void 0) return [{
			lines,
			at: lines.map((_, at) => at)
		}];
		const section = sections.get(key) ?? {
			lines: [],
			at: []
		};
		section.lines.push(line);
		section.at.push(index);
		sections.set(key, section);
	}
	return sections.size === 0 ? [{
		lines,
		at: lines.map((_, at) => at)
	}] : [...sections.values()];
}
// src/kamal/diagnosis/diagnose.ts
/** In this order: what names itself first. */
const RECOGNISERS = [
	recogniseStopped,
	recogniseHook,
	recogniseVault,
	recogniseLock,
	recogniseWords,
	recogniseSsh,
	recogniseCommand
];
/**
* Names the cause of a run of Kamal from its output: its own, or a log that a runner saved. Each cause rests on a
* sentence of the tool that failed (see `sentences/`); if none is known the cause is `unknown`, with the command, the
* host and its last words. Never throws.
* @param log text or lines, with or without colours
*/
function diagnose(log, facts = {}) {
	const lines = typeof log === "string" ? log.split("\n") : log;
	const sections = sectionsOf(lines);
	if (sections.length === 1) return diagnoseRun(lines, facts);
	const best = sections.map((section) => ({
		section,
		diagnosis: diagnoseRun(section.lines, facts)
	})).reduce((one, other) => weight(other.diagnosis) >= weight(one.diagnosis) ? other : one);
	const { evidence } = best.diagnosis;
	if (evidence === null) return best.diagnosis;
	const line = best.section.at[evidence.line - 1] ?? evidence.line - 1;
	return {
		...best.diagnosis,
		evidence: {
			...evidence,
			line: line + 1
		}
	};
}
function weight({ cause, confidence, failed }) {
	if (cause === "unknown") return failed === null ? 0 : 2;
	if (cause === "none") return 1;
	return confidence === "certain" ? 4 : 3;
}
function diagnoseRun(lines, facts) {
	const reading = readLog(lines);
	const { report } = reading;
	if (report === null) return withoutReport(reading, facts);
	const recognised = report.occurrences.map((occurrence) => ({
		className: report.className,
		occurrence,
		report,
		reading
	})).map((given) => ({
		given,
		found: recognise(given)
	}));
	const [first] = recognised.filter(({ given }) => !given.occurrence.message.startsWith("Halted at barrier"));
	const { given, found } = first ?? recognised[0] ?? {
		given: null,
		found: []
	};
	if (given === null) return withoutReport(reading, facts);
	const stopped = facts.interrupted == null ? [] : [{
		cause: "interrupted",
		seen: `Kamal was stopped by ${facts.interrupted}`
	}];
	const hosts = recognised.map((each) => ({
		host: each.given.occurrence.host,
		role: roleOf(reading, each.given.occurrence),
		cause: each.found[0]?.cause ?? "unknown",
		exitStatus: statusOf(each.given.occurrence)
	}));
	return explained(reading, facts, [...stopped, ...found], {
		given,
		hosts
	});
}
function recognise(given) {
	for (const recogniser of RECOGNISERS) {
		const found = recogniser(given);
		if (found.length === 0) continue;
		return given.occurrence.command?.whole === false || hasStrayHook(given, found) ? found.map((each) => ({
			...each,
			confidence: "likely"
		})) : found;
	}
	return [];
}
function hasStrayHook({ reading }, [first]) {
	const { lines, start } = reading;
	return first?.cause !== "hook-failed" && lines.some(({ text }, index) => index >= start && HOOK.test(text));
}
function withoutReport(reading, facts) {
	const found = [...recogniseWithoutReport(reading)];
	const first = found[0] ?? byFacts(reading, facts);
	const [head] = found;
	const occurrence = {
		host: null,
		role: null,
		message: reading.lines[first.line]?.text.trim() ?? "",
		command: null,
		line: first.line
	};
	const given = {
		className: "",
		reading,
		report: {
			className: "",
			occurrences: [occurrence]
		},
		occurrence
	};
	const well = endedWell(reading, facts, head);
	if (well !== null) return explained(reading, facts, [{
		cause: "none",
		confidence: well
	}], { given });
	return explained(reading, facts, head === void 0 ? [first] : found, { given });
}
/** How certain a success is; null if something in the log speaks against it. */
function endedWell(reading, { exitCode, interrupted, signal }, head) {
	if (exitCode !== 0 && (exitCode !== void 0 || interrupted != null || signal != null)) return null;
	if (head?.variant === "cut" && exitCode !== 0) return null;
	if (!(head === void 0 || head.confidence === "likely" || deployedAfter(reading, head.line))) return null;
	return exitCode === 0 ? "certain" : successIn(reading);
}
/** The log says nothing: only how Kamal ended is evidence. */
function byFacts(reading, { exitCode, signal, interrupted }) {
	const { lines } = reading;
	const end = lines.findLastIndex((each) => each.text.trim() !== "");
	if (interrupted != null || signal != null || exitCode === null) return {
		cause: "interrupted",
		line: end
	};
	if (end < 0) return {
		cause: "unknown",
		variant: "empty",
		line: end,
		seen: "The log is empty"
	};
	const line = lines.findLastIndex(({ text, level }) => level === null && AN_ERROR.test(text) && !/^##\[error\]Process|^Error: Process completed/.test(text));
	const at = line < 0 ? end : line;
	const said = `${line < 0 ? "it ends with" : "it says"} “${(lines[at]?.text ?? "").trim().slice(0, 200)}”`;
	if (exitCode !== void 0 && exitCode !== 0 && successIn(reading) !== null) return {
		cause: "unknown",
		variant: "well",
		line: end,
		seen: `Kamal ended with exit status ${exitCode}, and the log shows a run that succeeded`
	};
	if (appLines(reading).length > 0) return {
		cause: "unknown",
		variant: "app",
		line: at,
		seen: `This is a container's log, and we recognise none of its lines; ${said}`
	};
	return ofKamal(reading) ? {
		cause: "unknown",
		line: at,
		seen: `The log names no cause that we know; ${said}`
	} : {
		cause: "unknown",
		variant: "foreign",
		line: at,
		seen: `This does not look like a log of Kamal; ${said}`
	};
}
const AN_ERROR = /\b(?:[Ee]rror|ERR!|ERROR|[Ff]atal|[Ff]ailed|aborted|[Cc]annot|[Cc]ould not|[Dd]enied|not found)\b/;
/** The role of the message, else that which Kamal said it could not boot on the host (2.12.0, lib/kamal/cli/app/boot.rb). */
function roleOf(reading, { host, role }) {
	if (role !== null || host === null) return role;
	const failed = reading.lines.findLast(({ level, message }) => level === "ERROR" && message.endsWith(` on ${host}`));
	return /^Failed to boot (\S+) on /.exec(failed?.message ?? "")?.[1] ?? null;
}
function statusOf({ command, host }) {
	if (command === null) return null;
	const isLocal = host === null && /(?:^|\/)(?:docker|git|pack|env|bash|sh|hooks\/\S+)$/.test(command.program);
	return decodeExitStatus(command.status, isLocal);
}
/** @param line its index; -1 for none */
function evidenceAt({ lines }, line) {
	if (line < 0) return null;
	return {
		line: line + 1,
		text: lines[line]?.text.trim().replace(/^\[31m/, "") ?? ""
	};
}
function particularsOf(reading, occurrence, found, { registryPassword = null, deployFile = null }) {
	return {
		host: occurrence.host === null || isNamed(occurrence.host) ? occurrence.host : null,
		isLocal: occurrence.host === null && reading.report !== null && !/::Lock(?:Missing)?Error$/.test(reading.report.className),
		role: roleOf(reading, occurrence),
		secret: found.secret ?? null,
		vault: found.vault ?? null,
		item: found.item ?? null,
		subject: found.subject ?? null,
		variant: found.variant ?? null,
		deploys: reading.report !== null,
		phase: phaseIn(reading),
		registryPassword,
		isListed: isListed(found.secret ?? null, deployFile)
	};
}
function explained(reading, facts, candidates, { given, hosts = [] }) {
	const { occurrence } = given;
	const found = candidates[0] ?? { cause: "unknown" };
	const words = isOfApp(found.cause) ? containerLog(reading) : [];
	const secret = found.secret ?? namedBy(found, words);
	const failed = failedCommand(given, found);
	const about = particularsOf(reading, occurrence, {
		...found,
		secret
	}, facts);
	const exitStatus = statusOf(occurrence);
	const none = found.cause === "none";
	const evidence = none ? null : evidenceAt(reading, proofLine(reading, occurrence, found.proof));
	const explanation = EXPLANATIONS[found.cause];
	const steps = explanation.next(about);
	const within = found.cause === "hook-failed" ? withinHook(occurrence) : null;
	const unknown = found.cause === "unknown";
	return {
		cause: found.cause,
		failure: isFailure(found.cause, reading, facts),
		confidence: confidenceIn(found),
		candidates: unknown || none ? [] : distinct(candidates, evidence?.text ?? ""),
		host: occurrence.host,
		role: about.role,
		secret,
		evidence,
		failed,
		within,
		seen: none ? "The log shows no failure." : seenSentence({
			about,
			status: exitStatus,
			occurrence,
			found,
			hosts,
			failed
		}),
		means: [
			explanation.means(about),
			...within === null ? [] : [`Within it: ${within.cause}. ${within.seen}`],
			...emptiedBy(reading, found),
			...sharpened(found.cause, about, facts)
		].join(" "),
		next: {
			human: steps.human ?? [],
			agent: steps.agent ?? []
		},
		exitStatus,
		containerLog: words,
		hosts
	};
}
/**
* The phase in words. The lock and the check of Docker have a heading, and what comes after them in a command other than
* `deploy` has none: a command of another kind shows that they are over.
*/
function phaseIn(reading) {
	const { phase, commands } = reading;
	if (phase === "start") return null;
	const marks = HEADED[phase];
	if (marks !== void 0) {
		const [heading, own] = marks;
		const begun = reading.lastLine(heading);
		if (commands.some(({ command, line }) => line > begun && !own.test(command))) return null;
	}
	return `at: ${PHASES[phase]}`;
}
const HEADED = {
	lock: [/^Acquiring the deploy lock\b/, /\block\b|\bmkdir\b|\.kamal/],
	docker: [/^Ensure Docker is installed/, /^docker -v\b|get\.docker\.com|\bid -|usermod|\$\{EUID|sudo/]
};
/** Whether something failed, known or not: Kamal reports an error, a runner does, or the one who ran it says so. */
function isFailure(cause, { report, lines }, { exitCode, signal }) {
	if (cause !== "unknown") return cause !== "none";
	if (report !== null || exitCode !== void 0 && exitCode !== 0 || signal != null) return true;
	return lines.some(saysFailure);
}
/** Each cause once, with what speaks for it. */
function distinct(candidates, text) {
	const seen = /* @__PURE__ */ new Map();
	for (const [index, { cause, confidence = "certain", proof }] of candidates.entries()) {
		const evidence = proof ?? (index === 0 && text !== "" ? text : null);
		if (!seen.has(cause) && cause !== "unknown") seen.set(cause, {
			cause,
			confidence,
			evidence
		});
	}
	return [...seen.values()];
}
/** What failed within a hook, where its own output shows it. */
function withinHook({ command }) {
	if (command === null) return null;
	const { cause, seen } = diagnose(outputOf(command));
	return cause === "none" || cause === "unknown" || cause === "interrupted" ? null : {
		cause,
		seen
	};
}
/** The secret that the app's words name where the sentence itself does not: of one that is known, only its own line counts. */
function namedBy({ cause, variant = null, proof = "" }, words) {
	if (cause.startsWith("app-secret-")) return variableOf(variant) ?? (cause === "app-secret-missing" ? missingVariable([proof]) : null);
	const isOpen = variant === null || /^(?:error|settings|boot)$/.test(variant);
	return cause === "unhealthy" && isOpen ? missingVariable(words.filter((line) => !isWarning(line))) : null;
}
/** Whether the words of the app's container belong to it. */
function isOfApp(cause) {
	return cause === "unhealthy" || cause.startsWith("app-secret-");
}
function confidenceIn({ cause, confidence = "certain" }) {
	return cause === "unknown" ? "none" : confidence;
}
// src/kamal/build/build-steps.ts
/**
* Reads them from the plain progress of BuildKit (buildx 0.2x): `#9 [web 4/6] RUN npm ci`, then `#9 CACHED` or `#9 DONE
* 12.3s`.
* @returns null if no such step is in the output
*/
function buildSteps(lines) {
	const steps = /* @__PURE__ */ new Set();
	const cached = /* @__PURE__ */ new Set();
	for (const line of lines) {
		const text = readOutputLine(line).message.trim();
		const [, step, instruction] = /^#(\d+) \[(?:[^\]]* )?\d+\/\d+\] ([A-Z]+) /.exec(text) ?? [];
		if (step !== void 0 && instruction !== "FROM") steps.add(step);
		const hit = /^#(\d+) CACHED$/.exec(text)?.[1];
		if (hit !== void 0) cached.add(hit);
	}
	if (steps.size === 0) return null;
	return {
		all: steps.size,
		cached: [...steps].filter((step) => cached.has(step)).length
	};
}
// src/kamal/servers/after-interruption.ts
/** Null if no one could ask the servers later. */
function leftServers(deployed, access) {
	const saved = savedAccess(access);
	return saved === null ? null : {
		deployed,
		...saved
	};
}
/** Whether what was seen will stay so: every server answered, and none is switching traffic. */
function isSettled({ roles, unreachable }) {
	return unreachable.length === 0 && !roles.some(({ switching }) => switching);
}
// src/kamal/run/bounded-log.ts
/** How many lines are kept of the beginning and of the end. */
const HEAD = 2e3;
const TAIL = 8e3;
/** How many characters are kept of each; the last line is kept at any length. */
const MOST = 4194304;
/** Keeps the beginning and the end of a log, so that one without end does not fill the memory. */
var BoundedLog = class {
	#head = [];
	#headSize = 0;
	#isHeadFull = false;
	#tail = [];
	#tailSize = 0;
	add(line) {
		this.#isHeadFull ||= this.#head.length >= HEAD || this.#headSize + line.length > MOST;
		if (!this.#isHeadFull) {
			this.#head.push(line);
			this.#headSize += line.length;
			return;
		}
		this.#tail.push(line);
		this.#tailSize += line.length;
		if (this.#tail.length > 2 * TAIL || this.#tailSize > 2 * MOST) this.#shorten();
	}
	lines() {
		this.#shorten();
		return [...this.#head, ...this.#tail];
	}
	#shorten() {
		let from = Math.max(0, this.#tail.length - TAIL);
		for (let at = 0; at < from; at += 1) this.#tailSize -= this.#tail[at]?.length ?? 0;
		while (this.#tailSize > MOST && from < this.#tail.length - 1) {
			this.#tailSize -= this.#tail[from]?.length ?? 0;
			from += 1;
		}
		this.#tail = this.#tail.slice(from);
	}
};
// src/kamal/run/silence.ts
/** Calls back when nothing was heard for `seconds`, and again each time as long have passed. */
var SilenceWatch = class {
	#timer;
	#lastHeard = performance.now();
	/** @param onSilence gets the seconds since the last sound */
	constructor(seconds, onSilence) {
		this.#timer = setInterval(() => onSilence((performance.now() - this.#lastHeard) / 1e3), seconds * 1e3);
	}
	heard() {
		this.#lastHeard = performance.now();
		this.#timer.refresh();
	}
	stop() {
		clearInterval(this.#timer);
	}
};
// src/kamal/run/run.ts
/**
* Runs Kamal to its end, whatever that is: see the result. No process of Kamal's group is left when it returns.
*
* `@actions/exec` is not used: it can neither start its own process group nor signal it, so that children (docker
* buildx, hooks, op) would outlive a cancelled job, and it offers no way to tell Kamal to release its lock.
* @throws Failure `kamal-not-started` if the program cannot be started; the rejection of `cleared`; the reason of
*   the signal if that came before Kamal. In each case Kamal has done nothing
*/
async function runKamal(options, { waiting = null, cleared = Promise.resolve() } = {}) {
	const goes = waiting !== null && await goOn(waiting, cleared, options);
	if (!goes) await cleared;
	const kamal = goes ? waiting : await KamalProcess.start(options, options.words);
	kamal.lifeline.answering = options.answering ?? null;
	let isCleared = !goes;
	cleared.then(() => isCleared = true, () => void 0);
	try {
		const result = await Promise.race([supervise(kamal, options), rejectionOf(cleared)]);
		if (!isCleared) options.signal?.throwIfAborted();
		return result;
	} finally {
		await kamal.close();
	}
}
/** @returns false if it does not, and has ended */
async function goOn(waiting, cleared, { words, environment, signal, answering = null }) {
	waiting.lifeline.answering = answering;
	cleared.then(() => waiting.clear(), () => void 0);
	if (await waiting.goOn(words, environment, signal)) return true;
	await waiting.close();
	signal?.throwIfAborted();
	return false;
}
function rejectionOf(promise) {
	return new Promise((_, reject) => {
		promise.catch(reject);
	});
}
async function supervise(kamal, options) {
	const { signal: abort } = options;
	const startedAt = performance.now();
	const seconds = () => (performance.now() - startedAt) / 1e3;
	const clock = new PhaseClock();
	const log = new BoundedLog();
	const silence = new SilenceWatch(options.silenceSeconds ?? 8, (silent) => options.onSilence?.(clock.phase, silent, clock.seconds));
	const hear = (text, stream) => {
		silence.heard();
		const ending = clock.hear(text);
		if (ending !== null) options.onPhase?.(clock.phase, ending);
		log.add(text);
		options.onLine({
			text,
			stream,
			phase: clock.phase,
			elapsed: seconds()
		});
	};
	kamal.listen(hear);
	const interruption = new Interruption(kamal.lifeline, kamal.group, options.patience ?? {
		release: 6e3,
		terminate: 1e3
	});
	let interruptedAt = null;
	const onAbort = () => {
		interruptedAt = clock.phase;
		interruption.begin(typeof abort?.reason === "string" ? abort.reason : "a cancellation");
	};
	if (abort?.aborted === true) onAbort();
	abort?.addEventListener("abort", onAbort, { once: true });
	try {
		const { code, signal } = await kamal.ended;
		return {
			exitCode: code,
			signal,
			lines: log.lines(),
			phase: interruptedAt ?? clock.phase,
			phases: clock.stop(),
			interrupted: interruption.reason,
			killed: interruption.killed,
			seconds: seconds()
		};
	} finally {
		abort?.removeEventListener("abort", onAbort);
		silence.stop();
		interruption.end();
	}
}
// src/action/kamal/kamal-command.ts
/**
* The words of one Kamal command with what the workflow asked for. `args` come last: what they repeat, they win.
* @param command Kamal's words, e.g. `['deploy']` or `['rollback', 'abc123']`
*/
function kamalWords(command, inputs) {
	return [
		...command,
		"--config-file",
		inputs.configFile,
		...inputs.destination === null ? [] : ["--destination", inputs.destination],
		...inputs.args
	];
}
/**
* Kamal's environment: the only child that gets the token of a service account, those of the runner, and what the
* secrets file takes of the Environment.
*/
function kamalEnvironment(ready, { environment: base, runnerTokens }, credential) {
	const environment = {
		...base,
		...runnerTokens,
		...ready.variables,
		...ready.kamal.environment
	};
	return {
		...environment,
		PATH: [ready.opDirectory, environment["PATH"]].filter(Boolean).join(":"),
		SSH_AUTH_SOCK: ready.agentSocket,
		...credential.kind === "service-account" ? { OP_SERVICE_ACCOUNT_TOKEN: credential.secret.reveal() } : {}
	};
}
// src/action/kamal/live-output.ts
/**
* Kamal's output in the job's log: each line when it happens, one fold a phase, and under each fold how long it took,
* so that the log reads as an outline once it is over.
*/
function liveOutput(log, nameOf) {
	let open = false;
	const close = (seconds) => {
		if (!open) return;
		log.endGroup();
		if (seconds !== null) log.info(`  ${seconds.toFixed(1)} s`);
		open = false;
	};
	const ensure = (phase) => {
		if (open) return;
		log.startGroup(nameOf(phase));
		open = true;
	};
	return {
		onPhase(_begun, ended) {
			close(ended.seconds);
		},
		onLine({ text, phase }) {
			ensure(phase);
			log.info(text);
		},
		onSilence(phase, _silent, lasted) {
			ensure(phase);
			log.info(`… still running: ${nameOf(phase).toLowerCase()}, ${Math.round(lasted)} s so far`);
		},
		end: close
	};
}
// src/onepassword/op-answers/certain.ts
/** Characters that are literal in a reference, with no blank at an end, and no dash that makes an option. */
const PLAIN_NAME = /^(?!-)[\w.-]+(?: [\w.-]+)*$/;
/** Without the dot, which parts section and field in `label=SECTION.FIELD`. */
const PLAIN_LABEL = /^(?!-)[\w-]+(?: [\w-]+)*$/;
/** Types whose value `op` prints as it is; a one-time password, a date, an address and the like are left to it. */
const AS_THEY_ARE = /* @__PURE__ */ new Set([
	"Concealed",
	"Text",
	"Url",
	"Email"
]);
/** The item that a vault and an item, each by name or id, certainly mean; null if they may mean anything else. */
function certainItem({ vaults, listed, items }, vaultName, itemName) {
	if (!PLAIN_NAME.test(vaultName) || !PLAIN_NAME.test(itemName)) return null;
	const vault = only(vaults, vaultName);
	const inside = listed.find((one) => one.vault.id === vault?.id);
	if (vault === null || inside === void 0) return null;
	const entry = only(inside.items, itemName);
	if (entry === null || !entry.isActive) return null;
	if (inside.items.some((other) => other !== entry && isOn(other, itemName))) return null;
	const [item, ...more] = items.filter(({ id, vault: { id: where } }) => id === entry.id && where === vault.id);
	return item !== void 0 && more.length === 0 && item.title === entry.title ? item : null;
}
/** The field that `--fields label=LABEL` certainly means. */
function certainLabel(item, label) {
	const [field, ...more] = item.fields.filter((field) => namesOf(field).some((name) => isSame(name, label)));
	if (field === void 0 || more.length > 0) return null;
	return (field.title === label || field.section !== null && `${field.section.title}.${field.title}` === label) && isPlain(item, field) ? field : null;
}
/**
* The field that a reference certainly means: as `op` itself writes it, or without the section if that has no title, as
* the apps make one for what a person adds.
*/
function certainPath(item, path) {
	const [field, ...more] = item.fields.filter(({ id, title }) => [id, title].some((name) => isSame(name, path.at(-1) ?? "")));
	if (field === void 0 || more.length > 0 || field.title !== path.at(-1)) return null;
	const { section } = field;
	return (path.length === 2 ? section !== null && nameOf$1(section) === path[0] : section === null || section.title === "") && isPlain(item, field) ? field : null;
}
/** The one of that name or id; null if another has a name or an id that is the same but for case. */
function only(among, name) {
	const [one, ...more] = among.filter(({ id, title }) => isSame(title, name) || isSame(id, name));
	if (one === void 0 || more.length > 0 || !PLAIN_NAME.test(one.title)) return null;
	if (one.title !== name && one.id !== name) return null;
	return among.some((other) => other !== one && isSame(other.title, one.title)) ? null : one;
}
/** Whether a name is a website of an item, or a part of one's host. */
function isOn({ websites }, name) {
	const asked = name.toLowerCase();
	return websites.some((url) => {
		const text = url.toLowerCase();
		const host = text.replace(/^[a-z][a-z0-9+.-]*:\/\//, "").split(/[/?#]/)[0] ?? "";
		return text === asked || `.${host.replace(/:\d+$/, "")}.`.includes(`.${asked}.`) || host === asked;
	});
}
/** A value that is printed as it is, under a reference that nothing else in the item could have. */
function isPlain(item, field) {
	const { title, type, section, isEmpty, value, isBuiltIn, id } = field;
	if (isEmpty || value === null || !AS_THEY_ARE.has(type)) return false;
	if (isBuiltIn && id !== "username" && id !== "password") return false;
	if (!PLAIN_LABEL.test(title)) return false;
	if (section === null) return true;
	const name = nameOf$1(section);
	const alike = item.sections.filter((one) => isSame(one.title, name) || isSame(one.id, name));
	return PLAIN_LABEL.test(name) && alike.length === 1;
}
/** Of a section, as references have it. */
function nameOf$1({ id, title }) {
	return title === "" ? id : title;
}
/** All that `label=` might find a field by. */
function namesOf({ id, title, section }) {
	if (section === null) return [id, title];
	return [
		id,
		title,
		...[section.title, section.id].flatMap((name) => [`${name}.${title}`, `${name}.${id}`])
	];
}
function isSame(one, other) {
	return one.toLowerCase() === other.toLowerCase();
}
// src/onepassword/op-answers/answer-op.ts
/**
* Answers a call of `op` from what a session has read, where it is beyond doubt what `op` would print and that it would
* succeed. Anything missing, empty, ambiguous, of another kind, requested in another way, or not requested by the
* project's files is left to `op`, whose errors stay its own. Kamal reads the exit status and, of a field's JSON, only
* `reference` and `value` (2.0.0 to 2.12.0, lib/kamal/secrets/adapters/one_password.rb).
* @param words those of the call, without `op` itself
*/
function answerOp(words, session) {
	const [noun, verb, ...rest] = words;
	if (noun === "--version" && verb === void 0) return { answered: `${session.opVersion}\n` };
	if (noun === "account" && verb === "get") return answerAccount(rest, session);
	if (noun === "item" && verb === "get") return answerItem(rest, session);
	if (noun === "read") return answerRead(words.slice(1), session);
	return "ask op";
}
/** `op account get --account A`, of which Kamal reads only whether it succeeds. */
function answerAccount(words, session) {
	const call = parsed(words, ["--account"]);
	const account = call?.flags.get("--account");
	if (call === null || account === void 0 || call.operands.length > 0) return "ask op";
	return isOwn(account, session) ? { answered: "" } : "ask op";
}
/** `op item get ITEM --vault V --format json --account A --fields label=X,label=Y`. */
function answerItem(words, session) {
	const call = parsed(words, [
		"--account",
		"--vault",
		"--format",
		"--fields"
	]);
	const [item, ...more] = call?.operands ?? [];
	if (call === null || item === void 0 || more.length > 0) return "ask op";
	const { flags } = call;
	if (flags.get("--format") !== "json" || !isOwn(flags.get("--account"), session)) return "ask op";
	const found = certainItem(session, flags.get("--vault") ?? "", item);
	const shown = found === null ? null : shownFields(found, flags.get("--fields") ?? "", session);
	if (shown === null) return "ask op";
	return { answered: `${JSON.stringify(shown.length === 1 ? shown[0] : shown, void 0, 2)}\n` };
}
/** The fields of `label=X,label=Y`, as `op` shows them; null if it is not certain which they are. */
function shownFields(item, names, { asked }) {
	const labels = names.split(",").map((label) => /^label=([^=]+)$/.exec(label)?.[1]);
	if (new Set(labels).size !== labels.length) return null;
	const fields = labels.map((label) => label === void 0 ? null : certainLabel(item, label));
	const certain = fields.filter((field) => field !== null).filter((field) => asked.has(field));
	return certain.length === fields.length ? certain.map(asJson) : null;
}
/** `op read op://vault/item/field`, with only `--account`. */
function answerRead(words, session) {
	const call = parsed(words, ["--account"]);
	const [reference, ...more] = call?.operands ?? [];
	if (call === null || reference === void 0 || more.length > 0) return "ask op";
	const account = call.flags.get("--account") ?? session.defaultAccount;
	if (account !== null && !isOwn(account, session)) return "ask op";
	const value = valueAt(reference, session);
	return value === null || value.endsWith("\n") ? "ask op" : { answered: `${value}\n` };
}
/** What `op://vault/item/field` refers to; null if that is not certain. */
function valueAt(reference, session) {
	const [vault = "", item = "", ...path] = /^op:\/\/(.+)$/.exec(reference)?.[1]?.split("/") ?? [];
	if (path.length < 1 || path.length > 2) return null;
	const found = certainItem(session, vault, item);
	const field = found === null ? null : certainPath(found, path);
	return field !== null && session.asked.has(field) ? field.value?.reveal() ?? null : null;
}
/** As `op item get --format json` shows a field (op 2.35.0). */
function asJson({ id, title, type, section, value, reference }) {
	const shown = section?.title === "" ? { id: section.id } : {
		id: section?.id,
		label: section?.title
	};
	return {
		id,
		...section === null ? {} : { section: shown },
		type: type === "Concealed" ? "CONCEALED" : "STRING",
		label: title,
		value: value?.reveal(),
		reference
	};
}
/** @returns null if a flag is not one of `known`, comes twice, has no value, or has it behind `=` */
function parsed(words, known) {
	const operands = [];
	const flags = /* @__PURE__ */ new Map();
	for (let at = 0; at < words.length; at += 1) {
		const word = words[at] ?? "";
		if (!word.startsWith("-")) {
			operands.push(word);
			continue;
		}
		const value = words[at += 1];
		if (!known.includes(word) || flags.has(word) || value === void 0 || value.startsWith("-")) return null;
		flags.set(word, value);
	}
	return {
		operands,
		flags
	};
}
function isOwn(account, { accounts }) {
	return account !== void 0 && (accounts === "any" || accounts.includes(account));
}
// src/onepassword/op-answers/op-words.ts
/** What Kamal appends to two of its calls (2.12.0, one_password.rb): where the words of an error go. */
const SILENCED = / 2> \/dev\/null$/;
/**
* One word as Kamal writes it: bare characters, a character behind a backslash (Ruby's `shellescape`), or double quotes
* (lib/kamal/utils.rb, `escape_shell_value`). Within quotes nothing that a shell or Ruby's `dump` would read otherwise.
*/
const WORD = /(?:[\w@%+:,./=-]|\\[ -~]|"[^"$`\\!\p{Cc}]*"|'[^'\p{Cc}]*')+/uy;
/**
* The words that a shell would give to `op`, where the command is one call of it and nothing else.
* @returns null if anything in it could mean something else to a shell
*/
function opWords(command) {
	const text = command.replace(SILENCED, "").trim();
	const words = [];
	for (let at = 0; at < text.length;) {
		WORD.lastIndex = at;
		const word = WORD.exec(text)?.[0];
		if (word === void 0) return null;
		words.push(unquoted(word));
		at += word.length;
		const blanks = /^ +/.exec(text.slice(at, at + 80))?.[0].length ?? 0;
		if (blanks === 0 && at < text.length) return null;
		at += blanks;
	}
	const [program, ...rest] = words;
	return program === "op" && !/^[^ ]*=/.test(text) ? rest : null;
}
function unquoted(word) {
	return word.replaceAll(/\\(.)|"([^"]*)"|'([^']*)'/g, (_, escaped, double, single) => escaped ?? double ?? single ?? "");
}
// src/action/kamal/op-calls.ts
/** Answers what Kamal would ask `op` from what this run has read, and counts. */
var OpCalls = class {
	#debug;
	#session;
	#answered = 0;
	/** Calls of `op` by Kamal and its secrets files; those of hooks are not seen. */
	#called = 0;
	#seconds = 0;
	constructor(session, debug) {
		this.#session = session;
		this.#debug = debug;
	}
	answer(command) {
		const words = opWords(command);
		const answer = words === null ? "ask op" : answerOp(words, this.#session);
		const name = (words ?? []).slice(0, 2).join(" ");
		if (answer === "ask op") {
			this.#called += 1;
			this.#debug(`op is asked: ${name}`);
			return null;
		}
		this.#answered += 1;
		this.#debug(`answered without op: ${name}`);
		return answer.answered;
	}
	/** An account that `op` itself took is the token's: a service account has no other. */
	ended(command, succeeded, seconds) {
		this.#seconds += seconds;
		const [noun, verb, flag, account, ...more] = opWords(command) ?? [];
		const asked = noun === "account" && verb === "get" && flag === "--account" && more.length === 0;
		const { accounts } = this.#session;
		if (!asked || !succeeded || account === void 0 || accounts === "any") return;
		this.#session = {
			...this.#session,
			accounts: [...accounts, account]
		};
	}
	/**
	* What became of Kamal's questions, in a sentence for the log.
	* @param installed what became of the `op` that is installed when it is called; null if no one called it
	* @returns null if no one asked and no one called
	*/
	sentence(installed) {
		const asked = this.#answered + this.#called;
		const parts = [];
		if (this.#answered > 0) parts.push(`${this.#answered} of the ${counted(asked, "question")} that Kamal asked op were answered from what this step had already read`);
		if (this.#called > 0) parts.push(`op was called ${this.#spent()}`);
		else if (installed !== null) parts.push(`op was called by something else${installed.verb === "" ? "" : ` (\`op ${installed.verb}\`)`}`);
		else if (this.#answered > 0) parts.push("op was not needed");
		if (parts.length === 0) return null;
		const from = installed?.installed ?? null;
		const how = from === null ? "" : `; op ${from.version} was installed for that (${from.from})`;
		return `${parts.join(", ")}${how}.`;
	}
	/** The same for the summary, by name. */
	get facts() {
		return [["Answered without op", String(this.#answered)], ["Calls of op by Kamal", this.#called === 0 ? "0" : `${this.#called}, ${this.#seconds.toFixed(1)} s`]];
	}
	#spent() {
		return `${counted(this.#called, "time")} (${this.#seconds.toFixed(1)} s)`;
	}
};
function counted(count, what) {
	return `${count} ${what}${count === 1 ? "" : "s"}`;
}
// src/action/kamal/server-state.ts
/**
* Says which version serves and which containers run, in the log and in the summary, whether the run was cancelled or
* not. What is not settled yet is left for `post` to say.
* @param patience milliseconds for a server to answer
*/
async function reportServers(run, { deployed, access }, story, patience) {
	const until = run.signal.aborted ? Date.now() + patience : Infinity;
	const state = await serverState(deployed, {
		...access,
		patience,
		until
	});
	story.state = state.sentences;
	for (const sentence of state.sentences) run.log.info(sentence);
	const left = isSettled(state) ? null : leftServers(deployed, access);
	if (left === null) run.state.clear("left");
	else run.state.note({ left });
}
/** @param why such as `Kamal was not started` */
function reportNothingChanged(run, story, why) {
	const sentence = `${why}: nothing changed on the servers.`;
	story.state = [sentence];
	run.log.info(sentence);
}
// src/action/kamal/kamal-run.ts
/**
* Milliseconds for an interrupted Kamal to release its lock, for its group to end after SIGTERM, and for a server to
* answer then. All of it has to fit between a runner's SIGINT and its SIGKILL, ten seconds later.
*/
const PATIENCE = {
	release: 5e3,
	terminate: 500,
	server: 2e3
};
/**
* Runs Kamal with its output live in the log. However it is interrupted, the lock is free afterwards, or `post` knows
* how to free it, and the log says what the servers do.
* @throws Failure named after the cause where Kamal failed; `cancelled` if the run was
*/
async function runKamalCommand(run, prepared, { words, version, servers }, story) {
	const performer = lockPerformer(process.env);
	const lock = servers === null ? null : futureLock(servers.deployed, servers.access, performer, version);
	await noteForPost(run, prepared, {
		lock,
		servers
	}, story);
	const output = liveOutput(run.log, (phase) => PHASES[phase]);
	let logins = null;
	const cleared = prepared.cleared.then((tried) => logins = tried);
	const { session, op } = prepared;
	const opCalls = session === null ? null : new OpCalls(session, (line) => run.log.debug(line));
	if (op.onDemand !== null) installWhenCalled(run, op.onDemand);
	const result = await runKamal({
		...kamalProgram(run, prepared, words, performer),
		asksBeforeOp: opCalls !== null,
		answering: opCalls,
		...output,
		onSilence(...silence) {
			if (logins === null) run.log.info("… Kamal is ready and waiting for all servers to answer");
			else output.onSilence(...silence);
		}
	}, {
		waiting: prepared.waiting,
		cleared
	}).catch(async (error) => {
		await op.onDemand?.end();
		if (logins !== null && !(error instanceof Failure)) throw error;
		output.end(null);
		forgetForPost(run);
		reportNothingChanged(run, story, "Kamal had not started its work");
		throw error;
	});
	output.end(result.phases.at(-1)?.seconds ?? null);
	await reportOp(run, story, prepared, opCalls);
	story.phases = phasesOf(result);
	if (result.interrupted !== null) {
		await afterInterruption(run, {
			result,
			lock,
			servers
		}, story);
		throw stopped(run, words, result);
	}
	await settleLock(run, lock, result);
	if (result.exitCode !== 0) {
		if (servers !== null) await reportServers(run, servers, story, 1e4);
		run.signal.throwIfAborted();
		throw await failed(run, prepared, {
			words,
			result,
			logins: logins ?? []
		}, story);
	}
	run.state.clear("left");
	return result;
}
/**
* Notes for `post` the lock that Kamal is going to take, and the servers.
* @throws what ends the run before Kamal has begun
*/
async function noteForPost(run, { waiting }, { lock, servers }, story) {
	if (run.signal.aborted) await waiting?.close();
	run.signal.throwIfAborted();
	const left = servers === null ? null : leftServers(servers.deployed, servers.access);
	try {
		run.state.set({
			...lock === null ? {} : { lock },
			...left === null ? {} : { left }
		});
	} catch (error) {
		await waiting?.close();
		forgetForPost(run);
		reportNothingChanged(run, story, "Kamal had not started its work");
		throw error;
	}
}
function forgetForPost({ state }) {
	state.clear("lock");
	state.clear("left");
}
/** Kamal as a program: its words, its environment, and how it ends. */
function kamalProgram({ inputs, root, directory, log, signal, ...given }, prepared, words, performer) {
	const environment = kamalEnvironment(prepared, given, prepared.credential);
	return {
		program: prepared.kamal.argv,
		words: kamalWords(words, inputs),
		workingDirectory: root,
		environment: {
			...environment,
			...signedAs(environment, performer),
			[RUN_VARIABLE]: directory
		},
		temporaryDirectory: directory,
		tidyCut: (text) => log.withoutTornEnd(text),
		signal,
		patience: PATIENCE
	};
}
function phasesOf(result) {
	return result.phases.map(({ phase, name, seconds }) => ({
		name,
		seconds,
		...phase === "build" ? cacheNote(result) : {}
	}));
}
/** What a build had from its cache, if its output shows that. */
function cacheNote({ lines }) {
	const steps = buildSteps(lines);
	return steps === null ? {} : { note: `${steps.cached} of ${steps.all} steps from the cache` };
}
/** What became of what Kamal would have asked `op`, and of an `op` that was installed only then. */
async function reportOp({ log }, story, { op, requestsMade }, calls) {
	const called = await op.onDemand?.end() ?? null;
	const sentence = calls?.sentence(called) ?? null;
	if (sentence !== null) log.info(sentence);
	story.tell("Requests to 1Password", String(requestsMade));
	for (const [name, value] of calls?.facts ?? []) story.tell(name, value);
	story.tell("op", called?.installed?.version ?? null);
}
/** The seconds between a cancellation and the runner's SIGKILL: everything in parallel, the most important first. */
async function afterInterruption(run, { result, lock, servers }, story) {
	await Promise.all([
		settleLock(run, lock, result),
		endProcessesOf(run.directory, PATIENCE.terminate),
		servers === null ? null : reportServers(run, servers, story, PATIENCE.server)
	]);
}
/** Sees to it that the lock is free where it can be ours; `post` tries again where that did not succeed. */
async function settleLock(run, lock, { lines }) {
	const said = lockInOutput(lines);
	if (lock !== null && said.asked && !said.refused && !said.released && !await releaseHeldLock(lock, run.log, { patience: PATIENCE.server })) return;
	run.state.clear("lock");
}
function stopped(run, words, { phase }) {
	const { reason } = run.signal;
	const what = reason instanceof Failure ? reason.message : "The run was cancelled.";
	return new Failure("cancelled", `${what} \`${nameOf(words)}\` was in the phase “${PHASES[phase]}”.`);
}
async function failed(run, { deploy }, { words, result, logins }, story) {
	const findings = story.report === null ? [] : distinctFindings(story.report);
	const found = diagnose(result.lines, {
		exitCode: result.exitCode,
		signal: result.signal,
		findings: findings.map(({ finding: { secret, message, severity } }) => ({
			secret,
			message,
			severity
		})),
		...story.builtWith === void 0 ? {} : { builtWith: story.builtWith },
		logins,
		deployFile: deploy === null ? null : deployFileFacts([deploy]),
		here: await roomHere(run.root)
	});
	story.evidence = evidenceOf(found, result).map((line) => run.log.masked(line));
	for (const line of found.containerLog) run.log.info(`  │ ${line}`);
	const isNamed = found.cause !== "unknown" && found.cause !== "none";
	const what = `\`${nameOf(words)}\` failed:`;
	const means = `${found.confidence === "likely" ? "Probably: " : ""}${found.means}`;
	if (isNamed) story.diagnosed = {
		means: `${what} ${means}`,
		seen: found.seen
	};
	return new Failure(isNamed ? found.cause : "kamal-failed", `${what} ${found.seen} ${isNamed ? means : ""}`.trimEnd(), found.next);
}
/** What this machine has left; what no one knows is null. */
async function roomHere(directory) {
	return {
		disk: await statfs(directory).then(({ bavail, bsize }) => bavail * bsize, () => null),
		memory: freemem()
	};
}
/** The last words of the container that did not get healthy; else the line that proves the cause, with its neighbours. */
function evidenceOf({ containerLog, evidence }, { lines }) {
	if (containerLog.length > 0) return [...containerLog];
	const at = evidence === null ? lines.length : evidence.line;
	return lines.slice(Math.max(0, at - 4), at + 8).map((line) => plainLine(line));
}
function nameOf(words) {
	return `kamal ${words[0] ?? ""}`;
}
// src/kamal/servers/problem.ts
/** The problems in sentences, and what to do about them: what many hosts have alike is said once. */
function problemsInWords(problems) {
	const steps = (of) => byHosts(problems.flatMap(({ host, next }) => next[of].map((text) => ({
		host,
		text
	}))));
	return {
		sentences: byHosts(problems.map(({ host, sentence }) => ({
			host,
			text: sentence
		}))),
		next: {
			human: steps("human"),
			agent: steps("agent")
		}
	};
}
// src/kamal/verify/secrets.ts
/** What to report of a secret; null if it is as it should be. */
function secretProblem({ host, where }, { container, secret }, verdict, alteration) {
	if (verdict === "same" || verdict === "present") return null;
	if (alteration === "last-line-end") return null;
	const place = where.replace(":", " ");
	const accessory = /^accessory:(.*)$/.exec(where)?.[1];
	const name = container === secret ? container : `${container} (the secret ${secret})`;
	const what = {
		missing: `has no ${name}`,
		empty: `has an empty ${name}`,
		differs: `has a different value for ${name} than 1Password`
	}[verdict];
	const why = alteration === null ? "" : ALTERED[alteration];
	const again = {
		missing: [`${accessory === void 0 ? "Deploy again" : `Run \`kamal accessory reboot ${accessory}\``}. If it is still missing, check that \`env.secret\` of ${place} lists it, in a destination's file too.`],
		empty: ["Check that the field in 1Password is not empty and that .kamal/secrets extracts it."],
		differs: []
	}[verdict];
	const human = verdict === "differs" && alteration === null ? [accessory === void 0 ? "Deploy again to give the container the current value from 1Password." : `Run \`kamal accessory reboot ${accessory}\` to give it the current value from 1Password. It is down for a moment.`] : [];
	const agent = alteration === null ? again : [`Store ${secret} on one line without backslashes, e.g. as base64.`];
	return {
		kind: `container-secret-${verdict}`,
		host,
		where,
		secret,
		sentence: `On ${host}, the container of ${place} ${what}${why}.`,
		next: {
			human,
			agent
		}
	};
}
const ALTERED = {
	"line-ends": ": Kamal changed its line breaks on the way",
	"last-line-end": ": its last line break was lost on the way",
	backslashes: ": its backslashes were changed on the way"
};
// src/kamal/verify/verify.ts
/** Reads every server, over one connection each, and compares what runs with what should. Rejects only when aborted. */
async function verifyDeployment(request) {
	const deployed = request.accessories ? request.deployed : {
		...request.deployed,
		accessories: []
	};
	return judgeServers({
		...request,
		deployed
	}, await inspectServers(deployed, request.access));
}
/** The comparison of {@link verifyDeployment} on its own. */
function judgeServers({ deployed, version: asked, secrets }, servers) {
	const version = asked ?? commonVersion(deployed, servers);
	const problems = [];
	const checks = [];
	const places = [...deployed.roles.flatMap((role) => role.hosts.map((host) => ({
		host,
		where: `role:${role.name}`,
		role,
		accessory: null
	}))), ...deployed.accessories.flatMap((accessory) => accessory.hosts.map((host) => ({
		host,
		where: `accessory:${accessory.name}`,
		role: null,
		accessory
	})))];
	for (const { host, where, role, accessory } of places) {
		const server = servers.find((each) => each.host === host);
		if (server === void 0 || !server.reached) {
			if (!problems.some((problem) => problem.host === host)) problems.push(unreachable(host, where, server));
			continue;
		}
		const found = role === null ? accessoryOn(server, accessoryContainer(deployed, accessory), where) : roleOn(server, deployed, role, version);
		problems.push(...found.problems);
		if (found.container === null) continue;
		for (const secret of secrets) {
			if (secret.where !== where || secret.hosts?.includes(host) === false) continue;
			const { verdict, alteration } = found.container.environment.compare(secret.container, secret.value);
			checks.push({
				host,
				where,
				container: secret.container,
				secret: secret.secret,
				verdict,
				alteration
			});
			const problem = secretProblem({
				host,
				where
			}, secret, verdict, alteration);
			if (problem !== null) problems.push(problem);
		}
	}
	return {
		ok: problems.length === 0,
		version,
		problems,
		secrets: checks,
		servers
	};
}
/** The version that the first role's first reachable host serves, else runs; the others are measured by it. */
function commonVersion(deployed, servers) {
	for (const role of deployed.roles) for (const host of role.hosts) {
		const server = servers.find((each) => each.host === host);
		if (server?.reached !== true) continue;
		const serving = role.proxy ? servingContainer(server, deployed, role.name) : null;
		const running = server.containers.find((each) => each.role === role.name && each.status === "running");
		const version = (serving ?? running)?.version ?? null;
		if (version !== null) return version;
	}
	return null;
}
function unreachable(host, where, server) {
	return {
		kind: "host-unreachable",
		host,
		where,
		secret: null,
		sentence: `Could not check ${host}: ${server?.reached === false ? server.reason : "it was not checked"}.`,
		next: {
			human: [`Check that ${host} is up and reachable over SSH, then try again.`],
			agent: []
		}
	};
}
// src/vault-to-servers/container-verdicts.ts
const MARKS = {
	same: "yes",
	present: "yes",
	missing: "no",
	empty: "empty",
	differs: "differs"
};
const GRAVEST = [
	"no",
	"empty",
	"differs",
	"yes"
];
/** The worst that any container says of a secret. */
function containerVerdicts(checks) {
	const verdicts = /* @__PURE__ */ new Map();
	for (const { container, verdict, alteration } of checks) {
		const mark = alteration === "last-line-end" ? "yes" : MARKS[verdict];
		const before = verdicts.get(container) ?? "yes";
		verdicts.set(container, GRAVEST.indexOf(mark) < GRAVEST.indexOf(before) ? mark : before);
	}
	return verdicts;
}
// src/action/kamal/verification.ts
/**
* Proves on every server that the version runs, serves, and has its secrets; only names and verdicts leave here.
* @returns the version that was verified
* @throws Failure `verification-failed`, with one sentence a problem
*/
async function verifyServers(run, request, story) {
	const { deployed } = request.servers;
	const found = await inspect(run, request, story);
	if (!found.ok) throw refusal(run, request.servers, found, story);
	run.log.info(`Verified: ${provenBy(found, hostsOf$1(deployed))}.`);
	return found.version;
}
/** The failure with `found.problems`; the log gets what is OK, and what does not fit. */
function refusal(run, { deployed }, found, story) {
	story.state = describeServers({
		...deployed,
		accessories: []
	}, found.servers).sentences;
	for (const sentence of story.state) run.log.info(sentence);
	const faulty = new Set(found.problems.map(({ host }) => host));
	const good = hostsOf$1(deployed).filter((host) => !faulty.has(host));
	if (good.length > 0) run.log.info(`Verified: ${provenBy(found, good)}; the others could not be verified.`);
	const { sentences, next } = problemsInWords(found.problems);
	for (const sentence of sentences.slice(MOST_PROBLEMS)) run.log.info(sentence);
	return new Failure("verification-failed", few(sentences, "problem").join("\n"), {
		human: few(next.human, "step"),
		agent: few(next.agent, "step")
	});
}
/** A failure is read by people; the log has the rest. */
const MOST_PROBLEMS = 20;
function few(lines, what) {
	const left = lines.length - MOST_PROBLEMS;
	if (left <= 0) return lines;
	return [...lines.slice(0, MOST_PROBLEMS), `… and ${left} more ${what}${left === 1 ? "" : "s"} like these.`];
}
/**
* What every server has, for the summary too. If this is cancelled, the state of the servers is still reported: Kamal
* has done its work by then.
*/
async function inspect(run, { servers, version, secrets }, story) {
	const access = {
		...servers.access,
		signal: run.signal
	};
	try {
		const found = await verifyDeployment({
			deployed: servers.deployed,
			version,
			secrets,
			accessories: secrets.some(({ where }) => where.startsWith("accessory:")),
			access
		});
		story.containers = containerVerdicts(found.secrets);
		return found;
	} catch (error) {
		if (run.signal.aborted) await reportServers(run, servers, story, 4e3);
		throw error;
	}
}
function provenBy({ version, secrets }, hosts) {
	const names = new Set(secrets.filter(({ host }) => hosts.includes(host)).map(({ secret }) => secret));
	const count = names.size === 1 ? "1 secret" : `${names.size} secrets`;
	return `version ${version ?? "unknown"} runs on ${namesInWords(hosts)} and receives the traffic, with ${count} in its containers`;
}
// src/action/commands/deploy.ts
/** `command: deploy`: everything ready, parity shown, `kamal deploy`, and proof that the containers got their secrets. */
async function deploy(run, story) {
	return deployPrepared(run, await prepareFor(run, story), story);
}
/** The app, the commit, and what changed since the push before, each with its page. */
function reportPages(version, { deployment }, story) {
	const { serverUrl, repository, baseSha, name } = readEvent();
	const page = `${serverUrl}/${repository}`;
	const isCommit = repository !== "" && /^[0-9a-f]{40}$/.test(version);
	const app = environmentUrlOf(deployment);
	story.tell("App", app, app);
	story.tell("Version", version, isCommit ? `${page}/commit/${version}` : null);
	if (isCommit && name === "push" && baseSha !== null && baseSha !== version) story.tell("Changes", `${baseSha.slice(0, 7)}...${version.slice(0, 7)}`, `${page}/compare/${baseSha}...${version}`);
}
/** `kamal deploy`, and the proof. */
async function deployPrepared(run, { project, prepared, servers, version: asked }, story) {
	const { inputs } = run;
	const words = [
		"deploy",
		...asked === null ? [] : ["--version", asked],
		...inputs.skipPush ? ["--skip-push"] : []
	];
	const { workflows } = project;
	const preview = inputs.preview.pullRequest;
	return asDeployment(run, {
		deployment: prepared.deployment,
		version: asked,
		workflows,
		preview
	}, async () => {
		const result = await runKamalCommand(run, prepared, {
			words,
			version: asked,
			servers
		}, story);
		const version = asked ?? versionIn(result);
		if (version !== null) {
			reportPages(version, prepared, story);
			run.outputs.set("version", version);
		}
		if (servers !== null) await verifyServers(run, {
			servers,
			version,
			secrets: secretsOf(project, prepared, run.environment)
		}, story);
		return deployedSentence(version, hostsIn(prepared));
	});
}
/** What deploy, rollback, status and verify begin with: the project, everything ready, and the facts for the summary. */
async function prepareFor(run, story, given = {}) {
	const { destination } = run.inputs;
	const project = given.project ?? await projectOf(run, [destination]);
	const { command, skipPush } = run.inputs;
	const looksOnly = command === "verify" || command === "status";
	const [prepared, version] = await allOrFirstFailure(run.signal, (signal) => prepare({
		...run,
		signal
	}, project, story, {
		withFindings: command === "deploy",
		withLogins: !looksOnly,
		withKamal: command === "deploy",
		withBuild: command === "deploy" && !skipPush,
		...given.atLogin === void 0 ? {} : { atLogin: given.atLogin }
	}), async (signal) => command === "deploy" ? versionOf({
		...run,
		signal
	}, project) : null).catch((error) => {
		if (!looksOnly) reportNothingChanged(run, story, "Kamal was not started");
		throw error;
	});
	const hosts = hostsOf(prepared.deployment);
	story.tell("Destination", destination);
	story.tell("Hosts", namesInWords(hosts));
	run.outputs.set("hosts", hosts.join(","));
	run.outputs.set("op-version", prepared.op.version ?? "");
	run.outputs.set("kamal-version", prepared.kamal.version);
	const { environment } = run;
	return {
		project,
		prepared,
		servers: serversOf(prepared.deployment, destination, {
			socket: prepared.agentSocket,
			environment
		}, run.inputs.args),
		version
	};
}
async function versionOf({ inputs, environment, root, signal }, { destinations }) {
	const clones = destinations[0]?.deploy.deployment?.builder.clones ?? null;
	return inputs.version ?? environment["VERSION"] ?? gitVersion(root, environment, clones, signal);
}
/**
* What the containers of the one destination should have.
* @param environment what Kamal ran in; null if that was another job
*/
function secretsOf(project, { answers, variables }, environment) {
	const [readings] = project.destinations;
	return readings === void 0 ? [] : expectedSecrets(readings, answers, project.kamal, {
		environment,
		variables
	});
}
/** Hosts that only a run of the deploy file knows are not named. */
function deployedSentence(version, hosts) {
	return `Deployed${version === null ? "" : ` \`${version}\``}${hosts === "" ? "" : ` to ${hosts}`}.`;
}
/** The hosts for a sentence; empty if none is known. */
function hostsIn({ deployment }) {
	return namesInWords(hostsOf(deployment).map((host) => `\`${host}\``));
}
/** The version that Kamal named when it started the containers (Kamal 2.12.0, lib/kamal/cli/app.rb). */
function versionIn({ lines }) {
	return lines.map((line) => /Start container with version (\S+)/.exec(line)?.[1]).findLast((version) => version !== void 0) ?? null;
}
export { secretsOf as a, verifyServers as c, itemOfSecret as d, prepareFor as i, runKamalCommand as l, deployPrepared as n, inspect as o, hostsIn as r, refusal as s, deploy as t, accessorySecrets as u };
