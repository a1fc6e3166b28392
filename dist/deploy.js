import "./rolldown-runtime.js";
import { c as readProject } from "./parity.js";
import { M as distinctFindings, P as set, r as placeKey } from "./parity-table.js";
import { i as runToEnd, n as endProcessesOf, t as RUN_VARIABLE } from "./leftover-processes.js";
import { a as Interruption, i as KamalProcess, n as together, o as hostsOf, t as prepare } from "./prepare.js";
import { a as kamalKey, o as throughKamal } from "./read-vault.js";
import { _ as signedAs, a as accessoryOn, b as readOutputLine, c as accessoryContainer, d as futureLock, f as lockPerformer, g as lockInOutput, h as savedAccess, i as serverState, l as hostsOf$1, o as roleOn, p as releaseHeldLock, r as describeServers, s as servingContainer, t as asDeployment, u as lookAtServers, v as announcedCommand, y as plainLine } from "./github-deployment.js";
import { t as Failure } from "./failure.js";
import { randomBytes } from "node:crypto";
import { constants } from "node:os";
// src/kamal/version.ts
/**
* The version that Kamal would give to what is checked out: the commit, and, where it builds from changes that are not
* committed, a random suffix as its own. Null where Kamal would refuse (no git repository) and say why itself.
* Source: Kamal 2.12.0, lib/kamal/configuration.rb, `git_version`.
* @param clones whether Kamal builds from a clone, and so without what is not committed; null where that is not known
*/
async function gitVersion(project, environment, clones) {
	try {
		const { exitCode, stdout } = await runToEnd([
			"git",
			"status",
			"--porcelain=v2",
			"--branch"
		], {
			workingDirectory: project,
			environment
		});
		const commit = /^# branch\.oid ([0-9a-f]+)$/m.exec(stdout)?.[1];
		if (exitCode !== 0 || commit === void 0) return null;
		const changes = stdout.split("\n").filter((line) => line !== "" && !line.startsWith("# "));
		if (clones === true || changes.length === 0) return commit;
		return clones === null ? null : `${commit}_uncommitted_${randomBytes(8).toString("hex")}`;
	} catch {
		return null;
	}
}
// src/vault-to-servers/secret-values.ts
/**
* What the secrets files come to with what 1Password holds now: literal text, `$NAME`, `kamal secrets extract` and
* `op read`, also one after the other in one value. Nothing is run, and the values stay in this process.
*/
var SecretValues = class {
	#secrets;
	#answers;
	#environment;
	#texts;
	#held = /* @__PURE__ */ new Map();
	constructor(secrets, answers, environment) {
		this.#secrets = secrets;
		this.#answers = new Map(answers.map((each) => [placeKey(each.question.span), each]));
		this.#environment = environment;
		this.#texts = new Map(secrets.files.flatMap(({ path, source }) => source === null ? [] : [[path, source.text]]));
	}
	/** What the container's variable would be. */
	inContainer(secret, container) {
		const held = this.#heldBy(this.#secrets.assignments.findLastIndex(({ name }) => name === secret));
		if (held === null) return null;
		const { outcome, arrives } = throughKamal(held.replaceAll("$", DOLLAR), "printed-by-a-command", container);
		return outcome === "known" && arrives !== null ? arrives.replaceAll(DOLLAR, "$") : null;
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
		const { outcome, held } = throughKamal(value, route, void 0, (name) => this.#nearest(name, command.span));
		return outcome === "known" ? held : null;
	}
	/** `$NAME` in a value: an earlier line of the same file, else the environment. */
	#nearest(name, { file, start }) {
		const index = this.#secrets.assignments.findLastIndex((each) => each.name === name && each.span.file === file && each.span.end <= start);
		return (index < 0 ? this.#variable(name) : this.#heldBy(index)) ?? void 0;
	}
	#variable(name) {
		if (/^\d/.test(name)) return this.#environment?.[name] ?? "";
		return this.#environment === null || SET_BY_US.test(name) ? null : this.#environment[name] ?? "";
	}
	#extracted({ name, source }) {
		if (name === null || source === null) return null;
		const [fetch, ...others] = (this.#secrets.assignments[source]?.commands ?? []).filter(({ kind }) => kind === "fetch");
		if (fetch?.kind !== "fetch" || others.length > 0) return null;
		const fields = (fetch.names.length === 0 ? [fetch.span] : fetch.names.map(({ span }) => span)).flatMap((span) => this.#fieldsAt(span));
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
/** Stands for a `$` that nobody is to touch; of a plane for private use, so that no value has it. */
const DOLLAR = "􏿽";
/** What Kamal's environment has from us, not from the job. */
const SET_BY_US = /^(?:PATH|TMPDIR|DOCKER_CONFIG|SSH_AUTH_SOCK|OP_SERVICE_ACCOUNT_TOKEN|RUBYOPT|RUBYLIB|GIT_CONFIG_.*|KAMAL_1PASSWORD_.*)$/;
// src/vault-to-servers/expected-secrets.ts
/**
* The secrets that each container should have, with what would arrive there of what 1Password holds now; of a value that
* comes from elsewhere too only the presence is known.
* @param environment what Kamal was or is run in; null where that is not known here
*/
function expectedSecrets({ secrets, deploy }, answers, environment = null) {
	const values = new SecretValues(secrets, answers, environment);
	const listed = deploy.consumers.filter(({ certain, container }) => certain && container !== null);
	return (deploy.deployment?.roles ?? []).flatMap((role) => role.hosts.flatMap((host) => [...wonBy(listed, role, host)].map(([container, secret]) => ({
		where: `role:${role.name}`,
		hosts: [host],
		container,
		secret,
		value: values.inContainer(secret, container)
	}))));
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
* The phase that begins with this line, or null where the phase goes on.
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
	/** Takes note of a line of output. Returns the phase that it ends, or null where the phase goes on. */
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
// src/kamal/diagnosis/explanation.ts
/** `the item X`, or `the item`. */
const the = (word, name) => name === null ? `the ${word}` : `the ${word} \`${name}\``;
/** `no item X`, or `no such item`. */
const no = (word, name) => name === null ? `no such ${word}` : `no ${word} \`${name}\``;
/** The host, or words for it. */
const on = ({ host }) => host ?? "the server";
/** With a capital letter at the beginning. */
function capital(text) {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
// src/kamal/diagnosis/explain-images.ts
/** What stands for a registry that gives no more images for now (Docker Hub's `toomanyrequests`). */
const PULL_LIMIT = "pull limit";
/** Its addresses, that of its logins among them. */
const isDockerHub = (host) => /(?:^|\.)docker\.(?:io|com)$/.test(host ?? "");
const registry = (host) => host === null ? "the image registry" : isDockerHub(host) ? `Docker Hub (${host})` : `the image registry ${host}`;
/** Accessories and kamal-proxy have images without a registry in their name, whatever the app has. */
const FROM_DOCKER_HUB = "Images without a registry in their name come from Docker Hub: kamal-proxy, base images, many accessories. Where it is the image of the app, name its registry as `registry.server` in config/deploy.yml.";
/** Images: building, the registry. */
const IMAGES = {
	"registry-auth": {
		means: ({ subject }) => subject === "pull limit" ? "The image registry (Docker Hub, where the image names none) gives only so many images in a few hours, fewer without a login, and this address has had its share." : `${capital(registry(subject))} refused the user name or password, or they may not use this repository.`,
		next: ({ subject }) => {
			if (subject === "pull limit") return {
				human: ["Run the job again later; so that it does not come back, log in to that registry where it failed (the runner, or the server named above)."],
				agent: ["Or take the image from another registry, such as `public.ecr.aws/docker/library/…` for those of Docker itself."]
			};
			return {
				human: ["Renew the registry password in 1Password; for GHCR give the token `write:packages` and the package access to the repository."],
				agent: ["Check `registry.server` and `registry.username` in config/deploy.yml; for GHCR with GITHUB_TOKEN give the job `packages: write`."]
			};
		}
	},
	"registry-unreachable": {
		means: ({ subject }) => `${capital(registry(subject))} did not answer.`,
		next: ({ subject }) => ({
			human: [`See that ${subject ?? "the registry"} is up and can be reached from where it failed (the runner, or the server named above).`],
			agent: [isDockerHub(subject) ? FROM_DOCKER_HUB : "Check `registry.server` in config/deploy.yml."]
		})
	},
	"build-failed": {
		means: () => "The image could not be built; nothing changed on the servers.",
		next: () => ({ agent: ["Correct the step of the Dockerfile that is shown; `docker build .` repeats it without deploying."] })
	},
	"builder-unavailable": {
		means: () => "Docker cannot provide the builder that `builder:` in config/deploy.yml asks for.",
		next: () => ({
			agent: ["Add a step with `docker/setup-buildx-action`, or set `builder.driver: docker` where its limits (one architecture, no cache) do."],
			human: ["For `builder.remote`, see that the remote builder is up and takes the SSH key. Where HOME is unset, Docker finds no plugin: set it."]
		})
	},
	"image-not-found": {
		means: () => "The registry has no image of that version.",
		next: () => ({ agent: ["Deploy without `skip-push` so that it is built, or name a `version` that was pushed."] })
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
		means: ({ subject }) => `${capital(the("hook", subject))} of the project ended with an error, and Kamal stops then.${subject === "post-deploy" ? " The deploy itself was done." : ""}`,
		next: ({ subject }) => ({ agent: [`Read what .kamal/hooks/${subject ?? "<hook>"} printed and correct it; \`--skip-hooks\` leaves hooks out.`] })
	},
	"config-invalid": {
		means: () => "Kamal does not take the configuration; nothing was done.",
		next: () => ({ agent: ["Correct config/deploy.yml (or the destination's file) as the message says; `kamal config` shows whether it loads."] })
	},
	"not-a-git-repository": {
		means: () => "Kamal takes the version from git and sees no repository: none was checked out, or it belongs to another user, as in container jobs.",
		next: () => ({ agent: ["Run `actions/checkout` first; in a container job add `git config --global --add safe.directory \"$GITHUB_WORKSPACE\"`; or set `version`."] })
	},
	"version-unknown": {
		means: ({ subject }) => `Not every server has a container of ${the("version", subject)} any more. Kamal exits 0 all the same.`,
		next: () => ({
			agent: ["Leave `version` out for the previous one, or name one that `kamal app containers` lists."],
			human: ["A version whose image is still in the registry can be deployed with `version` and `skip-push: true`."]
		})
	},
	"command-unknown": {
		means: () => "Kamal does not know the command or flag, or Kamal itself is not there.",
		next: () => ({ agent: ["Correct `command` or `args`; `kamal help` lists what there is."] })
	},
	interrupted: {
		means: ({ phase }) => `The run was stopped from outside${phase === null ? "" : ` (${phase})`}; it did not fail by itself. Traffic may have switched after that, and a lock may be left.`,
		next: () => ({ human: ["See which version serves (`kamal app version`), release the lock if no deploy runs (`kamal lock release`), and run the job again."] })
	},
	unknown: {
		means: () => "This error is not one that is known here.",
		next: () => ({ human: ["Read the lines above it; `RUNNER_DEBUG` or Kamal's `-v` shows more."] })
	},
	none: {
		means: () => "Nothing failed.",
		next: () => ({})
	}
};
// src/kamal/diagnosis/explain-secrets.ts
/** The secrets files, op and the vault. */
const SECRETS = {
	"secret-not-found": {
		means: ({ secret }) => `\`config/deploy.yml\` asks for ${the("secret", secret)}, and no line of the secrets file sets it. If the line is there, a command in that file does not exist on the runner: that empties the whole file.`,
		next: ({ secret }) => ({
			agent: [`Add \`${secret ?? "NAME"}=$(kamal secrets extract ${secret ?? "NAME"} $SECRETS)\` to the secrets file of this destination, and \`${secret ?? "NAME"}\` to its \`kamal secrets fetch\` line.`],
			human: [`Make sure that 1Password has a field \`${secret ?? "NAME"}\` in the item that is fetched.`]
		})
	},
	"secret-not-fetched": {
		means: ({ secret }) => `\`kamal secrets extract\` did not find ${the("name", secret)} in what was fetched: the fetch line does not name it, it is spelt differently, or the field in 1Password is empty.`,
		next: ({ secret }) => ({
			agent: [`Add \`${secret ?? "the name"}\` to the \`kamal secrets fetch\` line, or correct the name after \`extract\`.`],
			human: [`See that ${the("field", secret)} in 1Password is not empty: Kamal takes an empty field for a missing one.`]
		})
	},
	"secrets-file-missing": {
		means: () => "Kamal found no secrets file. With a destination it reads .kamal/secrets.<destination> in place of .kamal/secrets.",
		next: () => ({ agent: ["Commit `.kamal/secrets` (or `.kamal/secrets.<destination>`, or `.kamal/secrets-common`); it holds commands, not values."] })
	},
	"secrets-unparsable": {
		means: ({ subject }) => {
			if (subject === null) return "A line of the secrets file cannot be evaluated: mostly `extract` was given something that is not the JSON of a fetch.";
			if (subject === "US-ASCII") return "A secret, or what a command of the secrets file prints, has characters beyond ASCII, and Kamal ran without a locale that knows them.";
			return `\`kamal secrets extract\` was given the word \`${subject}\`, not the value that it stands for: Kamal before 2.6 does so together with dotenv 3.2, a later one only where a backslash stands before it.`;
		},
		next: ({ subject }) => {
			if (subject === null) return { agent: ["In the secrets file, write `NAME=$(kamal secrets extract NAME $SECRETS)` with `$SECRETS` unquoted, and close every quote."] };
			if (subject === "US-ASCII") return { agent: ["Set `LANG: C.UTF-8` under `env:` of the job or the step."] };
			return { agent: ["Use Kamal 2.6 or later (`kamal-version` in the workflow, or the Gemfile); to stay with an older one, add `gem \"dotenv\", \"< 3.2\"` to the Gemfile.", `Or, where it is later, write \`${subject}\` in the secrets file without a backslash before it.`] };
		}
	},
	"fetch-account-missing": {
		means: () => "The 1password adapter needs `--account`, and the fetch line has none or an empty one.",
		next: () => ({ agent: ["Add `--account <account>` to the `kamal secrets fetch` line; with a service account any name does."] })
	},
	"fetch-adapter-unknown": {
		means: ({ subject }) => `Kamal has ${no("secrets adapter", subject)}.`,
		next: () => ({ agent: ["Write `--adapter 1password` in the `kamal secrets fetch` line."] })
	},
	"op-not-installed": {
		means: () => "Kamal runs the 1Password CLI, `op`, and it is not on PATH.",
		next: () => ({ agent: ["Use this action, which installs it, or add a step that installs `op` before Kamal runs."] })
	},
	"op-not-signed-in": {
		means: () => "1Password did not accept the sign-in: the service account token is missing, wrong, expired or revoked.",
		next: () => ({
			human: ["Make a new service account token in 1Password and store it as the secret `OP_SERVICE_ACCOUNT_TOKEN` in the settings of the repository."],
			agent: ["Pass `OP_SERVICE_ACCOUNT_TOKEN` to the step; unset `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN`, which win over it."]
		})
	},
	"vault-unreadable": {
		means: ({ vault, item }) => `1Password did not let ${the("item", item)} of ${the("vault", vault)} be read.`,
		next: ({ vault }) => ({ human: [`Give the service account read access to ${the("vault", vault)}; look at https://status.1password.com and at the account's rate limit (\`op service-account ratelimit\`).`] })
	},
	"vault-item-missing": {
		means: ({ vault, item }) => `${capital(the("vault", vault))} has ${no("item", item)}, or the service account does not see it.`,
		next: ({ vault, item }) => ({
			human: [`Add ${the("item", item)} to ${the("vault", vault)}, or rename the one that is meant.`],
			agent: ["Or correct `--from` in the `kamal secrets fetch` line."]
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
// src/kamal/diagnosis/explain-servers.ts
/** The way to the servers, and what runs there. */
const SERVERS = {
	"ssh-auth": {
		means: (about) => `${capital(on(about))} refused the login: the agent holds no key, or one that the account there does not know. Kamal says the same for both.`,
		next: (about) => ({
			human: [`Put the public half of the deploy key into ~/.ssh/authorized_keys of the account on ${on(about)}, or the right private key into 1Password.`],
			agent: ["See that `ssh.user` in config/deploy.yml is the account that knows the key."]
		})
	},
	"ssh-host-key-changed": {
		means: (about) => `${capital(on(about))} shows another host key than known_hosts has: it was set up anew, or something stands between.`,
		next: (about) => ({ human: [`Compare with \`ssh-keygen -lf\` on ${on(about)} itself; if the new key is right, replace the line in \`KNOWN_HOSTS\` (1Password) or known_hosts.`] })
	},
	"ssh-unreachable": {
		means: (about) => `No connection to ${on(about)} could be made: it is down, its name or port is wrong, or a firewall drops the runner.`,
		next: (about) => ({
			human: [`See that ${on(about)} is up and that its SSH port is open to the runner's address.`],
			agent: ["Check the host, `ssh.port` and `ssh.proxy` in config/deploy.yml."]
		})
	},
	"ssh-dropped": {
		means: (about) => `The connection to ${on(about)} broke off in the middle of the run; what was started there may have gone on.`,
		next: (about) => ({
			human: [`Look at ${on(about)} (memory, sshd's log), then run the job again.`],
			agent: ["For long silent steps set `ssh.keepalive: true` in config/deploy.yml."]
		})
	},
	"docker-unavailable": {
		means: ({ host }) => `The Docker engine ${host === null ? "of the runner" : `on ${host}`} does not answer, or the account may not use it.`,
		next: ({ host }) => ({ human: [host === null ? "Start Docker on the runner, or let the runner's account into the group `docker`." : `Start Docker on ${host}, and let the SSH account into its group \`docker\`; \`kamal server bootstrap\` installs it.`] })
	},
	"port-taken": {
		means: (about) => `A port that a container should publish is in use on ${on(about)} already.`,
		next: (about) => ({
			human: [`See what holds it on ${on(about)}: \`docker ps --filter publish=<port>\` or \`ss -ltnp\`.`],
			agent: ["A role that publishes a port cannot run beside its old version: use kamal-proxy, or change the port."]
		})
	},
	unhealthy: {
		means: ({ secret }) => secret === null ? "The new container did not answer its health check in time, or ended. The version before goes on serving." : `The new container ended or stayed unhealthy; its log asks for \`${secret}\`. The version before goes on serving.`,
		next: ({ secret }) => ({ agent: [secret === null ? "Read the container log above; check `proxy.app_port`, `proxy.healthcheck.path` and `deploy_timeout`." : `Set \`${secret}\` under \`env:\` in config/deploy.yml (as a secret: also in the secrets file).`] })
	},
	"app-command-failed": {
		means: () => "The command ran in the app's container and ended with an error of its own.",
		next: () => ({ agent: ["Read what the command printed; Kamal and the server did their part."] })
	}
};
// src/kamal/diagnosis/causes.ts
/** What each cause means and what to do next. */
const EXPLANATIONS = {
	...SECRETS,
	...SERVERS,
	...IMAGES,
	...RUN
};
// src/kamal/diagnosis/container-log.ts
/**
* The last lines that the unhealthy container wrote: Kamal shows them as one message of level ERROR after it has
* closed the barrier (2.12.0, lib/kamal/cli/app/boot.rb, `close_barrier`). Without docker's times; a line that comes
* again and again, as of a container that restarts, once.
*/
function containerLog(reading, most = 20) {
	const closed = reading.lines.findLastIndex(({ message }) => / container is unhealthy on .*, not booting any other roles$/.test(message) || FAILED.test(message));
	if (closed < 0) return [];
	const found = [];
	let within = false;
	for (const line of reading.lines.slice(closed + 1)) {
		if (line.level !== null) within = line.level === "ERROR" && line.command === null;
		else if (/^(?:Releasing the deploy lock|\s*Finished all in |\s*(?:\[31m)?ERROR \()/.test(line.text)) break;
		if (!within || FAILED.test(line.message)) continue;
		const text = line.message.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, "").trimEnd();
		if (text === "" || text === "null" || text.startsWith("{\"Status\":") || text.startsWith("Could not fetch logs for ")) continue;
		found.push(text);
	}
	return [...new Set(found)].slice(-most);
}
const FAILED = /^Failed to boot \S+ on \S+$/;
/** The name of the variable that a container's log complains of, as most languages and libraries say it; else null. */
function missingVariable(log) {
	for (const line of log.toReversed()) for (const pattern of COMPLAINTS) {
		const name = pattern.exec(line)?.[1];
		if (name !== void 0) return name;
	}
	return null;
}
const NAME = String.raw`["'\`:$]*([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{4,})["'\`]*`;
const COMPLAINTS = [
	new RegExp(String.raw`(?:key not found|KeyError|missing (?:required )?(?:environment |env )?(?:variable|var|key)s?|Missing|environment variable|env(?:ironment)? var|required)[^A-Za-z]{1,4}(?:ENV\[)?${NAME}`),
	new RegExp(String.raw`\b${NAME}\]? (?:is |was |has |can't be |cannot be )?(?:not (?:set|defined|found|provided|present)|missing|required|undefined|empty|blank|unset|unusable|invalid|malformed|must be)`),
	new RegExp(String.raw`\b${NAME}: (?:parameter not set|unbound variable|Required|required|missing)`)
];
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
			signal: nameOf$1(signal)
		};
	}
	return {
		code: printed,
		signal: printed > 128 && printed < 160 ? nameOf$1(printed - 128) : null
	};
}
function nameOf$1(number) {
	return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}
/** e.g. `exit status 1`, `exit status 137 (SIGKILL)`, `SIGTERM`. */
function inWords({ code, signal }) {
	if (code === null) return signal ?? "no exit status";
	return signal === null ? `exit status ${code}` : `exit status ${code} (${signal})`;
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
		pattern: /^Exception while executing as [^\s@]+@(\S+): ?/,
		read: (host) => ({ host })
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
		const empty = last !== void 0 && last.host === null && last.text.every((each) => each === "");
		if (!led || last === void 0) {
			if (last === void 0) parts.push({
				host,
				role,
				text: [text],
				line: start
			});
			else last.text.push(text);
		} else {
			if (empty) parts.pop();
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
function leadOf(text) {
	for (const { pattern, read } of LEADS) {
		const match = pattern.exec(text);
		if (match !== null) return {
			length: match[0].length,
			about: read(match[1] ?? "")
		};
	}
	return null;
}
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
		stderr: part(stderrAt, after.length)
	};
}
// src/kamal/diagnosis/log-reading.ts
/** Reads a log, as bytes came or as a runner saved it. */
function readLog(log) {
	const raw = withoutMargin(typeof log === "string" ? log.split("\n") : log);
	const lines = raw.map((line) => readOutputLine(line));
	const commands = /* @__PURE__ */ new Map();
	const phases = ["start"];
	for (const [index, line] of lines.entries()) {
		const begun = phaseBegunBy(line.text, phases.at(-1) ?? "start");
		if (begun !== null) phases.push(begun);
		const announced = announcedCommand(line);
		if (announced !== null && line.command !== null) commands.set(line.command, {
			id: line.command,
			...announced,
			line: index,
			finished: false
		});
		const ended = line.command === null ? void 0 : commands.get(line.command);
		if (ended !== void 0 && /^Finished in [\d.]+ seconds with exit status \d+ \(/.test(line.message)) ended.finished = true;
	}
	const lastLine = (pattern) => lines.findLastIndex((line) => pattern.test(line.text));
	return {
		lines,
		report: reportOf(raw, lines),
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
* Lines without what stands before every one of them: the blanks of a log that was quoted, the name that docker compose
* or a log viewer puts there (`kamal-1  | …`).
*/
function withoutMargin(raw) {
	const [first = "", ...others] = raw.filter((line) => line.trim() !== "");
	let shared = first.length;
	for (const line of others) {
		while (!line.startsWith(first.slice(0, shared))) shared--;
		if (shared === 0) return raw;
	}
	const margin = (others.length < 2 ? /^\s*/ : /^(?:[^|]*\| ?)?\s*/).exec(first.slice(0, shared))?.[0].length ?? 0;
	return margin === 0 ? raw : raw.map((line) => line.slice(margin));
}
/** Two blanks, perhaps what is left of a colour, and the class; SSHKit's own ` ERROR ` has no class. */
const REPORT = /^\s*(?:\[31m)?ERROR \([A-Z][\w:]*\): ?/;
/** What Kamal never prints within a message: its own backtrace (-v), a runner's commands, the next run. */
const AFTER = /^(?:\S+\.rb:\d+:in [`']|##\[|::(?:error|endgroup|group)\b|Error: Process completed with exit code|\[0m$)/;
function reportOf(raw, lines) {
	const start = lines.findLastIndex((line) => REPORT.test(line.text));
	if (start < 0) return null;
	if (lines.some((line, index) => index > start && /^\s*Finished all in [\d.]+ seconds/.test(line.text))) return null;
	const block = [];
	for (let index = start; index < lines.length; index++) {
		const text = lines[index]?.text ?? "";
		if (index > start && AFTER.test(text)) break;
		block.push(index === start ? text.replace(/^\s*\[31m/, "").replace(/\[0m$/, "") : text.replace(/\[0m$/, ""));
		if ((raw[index] ?? "").trimEnd().endsWith("\x1B[0m")) break;
	}
	return readErrorReport(block, start);
}
// src/kamal/diagnosis/recognise-app.ts
/** The app's containers (Kamal 2.12.0, lib/kamal/cli/app/boot.rb, lib/kamal/cli/healthcheck/). */
const recogniseApp = ({ className, occurrence: { message } }) => {
	if (/^Kamal::Cli::(?:Healthcheck::Error|BootError)$/.test(className)) return { cause: "unhealthy" };
	if (/^(?:container not ready after|Halted at barrier|Failed to get endpoint for)/.test(message)) return { cause: "unhealthy" };
	return null;
};
// src/kamal/diagnosis/recognise-configuration.ts
/** Errors of Ruby that the ERB of config/deploy.yml raises, before Kamal has said a word. */
const FROM_ERB = /^(?:KeyError|NameError|NoMethodError|SyntaxError|TypeError|LoadError|Errno::ENOENT|ActiveSupport::.*)$/;
/** The deploy file: what Kamal refuses (2.12.0, lib/kamal/configuration*.rb), YAML, and what its ERB raises. */
const recogniseConfiguration = ({ className, occurrence: { message, host, command }, reading }) => {
	if (className === "Kamal::ConfigurationError") return { cause: "config-invalid" };
	if (className.startsWith("Psych::")) return { cause: "config-invalid" };
	if (/^(?:Configuration file not found in|Missing file: )/.test(message)) return { cause: "config-invalid" };
	if (host !== null || command !== null) return null;
	if (className === "ArgumentError") return { cause: "config-invalid" };
	if (FROM_ERB.test(className) && reading.phase === "start") return { cause: "config-invalid" };
	return null;
};
// src/kamal/diagnosis/recognised.ts
/** What a command wrote, stderr first. */
function outputOf(command) {
	return [command.stderr, command.stdout].filter((text) => text !== "").join("\n");
}
/** The first line of `text` that matches. */
function lineMatching(text, pattern) {
	return text.split("\n").find((line) => pattern.test(line))?.trim() ?? null;
}
/**
* The command that was under way on the occurrence's host when it failed: the last that was announced there and has
* not finished. Null where Kamal was quiet (`-q`).
*/
function commandUnderWay({ occurrence, reading }) {
	const host = occurrence.host ?? "localhost";
	return reading.commands.filter((each) => each.host === host && each.line < occurrence.line).findLast((each) => !each.finished)?.command ?? null;
}
/** True where some command on the host had finished before: so there was a connection. */
function wasConnected({ occurrence, reading }) {
	if (reading.commands.some((each) => each.host === occurrence.host && each.finished)) return true;
	return reading.phases.includes("lock") && reading.phase !== "lock";
}
// src/kamal/diagnosis/recognise-docker.ts
/** Docker's words for a registry that does not answer; Go's net package writes most of them. */
const NETWORK = /dial tcp|no such host|i\/o timeout|connection refused|connection reset|network is unreachable|no route to host|TLS handshake timeout|tls: |x509: |request canceled while waiting|Client\.Timeout exceeded|context deadline exceeded|server gave HTTP response to HTTPS client|Temporary failure in name resolution|\b50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|unexpected EOF|: EOF$/im;
/** …and for one that refuses. */
const REFUSED = /\b401\b|\b403\b|unauthori[sz]ed|incorrect username or password|authentication required|authorization failed|denied: |access denied|insufficient[_ ]scope|no basic auth credentials|toomanyrequests|pull rate limit/i;
const NO_IMAGE = /manifest unknown|manifest for \S+ not found|not found: manifest|repository (?:\S+ )?does not exist|No such image|name unknown|NAME_UNKNOWN|: not found$|failed to resolve reference/im;
/**
* The last two: newer clients, and `docker login`, which logs in by itself where the engine does not answer and then
* shows what else only the engine's log has (docker/cli, cli/command/registry/login.go, `loginClientSide`).
*/
const NO_DAEMON = /Cannot connect to the Docker daemon|Is the docker daemon running|permission denied while trying to connect to the Docker|docker\.sock: connect: |error during connect:|docker: (?:command )?not found|no space left on device|failed to connect to the docker API|msg="Error logging in to endpoint, trying next endpoint"/i;
const PORT = /port is already allocated|address already in use|failed to (?:set up container networking|bind (?:host )?port)|Bind for \S+ failed/i;
const NO_BUILDER = /booting buildkit|no builder "[^"]*" found|context (?:"[^"]*" )?(?:does not exist|not found)|(?:multiple platforms|multi-platform|cache export|auto-push)[^\n]* (?:is |are )?(?:currently )?not supported|failed to find driver|no valid drivers|is not a docker command|exec format error|failed to list workers|unable to (?:connect|dial)[^\n]*build|error: ssh: |failed to initialize builder|existing instance for/i;
const UNHEALTHY = /failed to become healthy|target (?:failed|unhealthy)|OCI runtime (?:create|exec) failed|executable file not found|unable to start container process|failed to create (?:task|shim)/i;
/** A docker command that failed, on the runner or on a server: told by the command first, then by what it wrote. */
const recogniseDocker = (given) => {
	const { command } = given.occurrence;
	if (command === null || !/(?:^|\/)(?:docker|env)$/.test(command.program)) return null;
	const output = outputOf(command);
	const kind = kindOf(given);
	if (kind === "exec") return recogniseExec(output, command.status);
	const found = ruleFor(kind, output);
	if (found !== void 0) return recognised(found, output);
	const cause = DEFAULTS[kind];
	return cause === null ? null : {
		cause,
		...proofOf(output, /^(?:.*\b)?(?:error|fatal)\b/i)
	};
};
function recognised({ cause, pattern }, output) {
	const proof = proofOf(output, pattern);
	if (cause !== "registry-auth" && cause !== "registry-unreachable") return {
		cause,
		...proof
	};
	return {
		cause,
		subject: registryIn([proof.proof ?? "", ...output.split("\n")], pattern),
		...proof
	};
}
/** Which registry it was: its host, or {@link PULL_LIMIT}; null where no line that fits tells. */
function registryIn(lines, pattern) {
	const fitting = lines.filter((line) => pattern.test(line));
	if (fitting.some((line) => /toomanyrequests|pull rate limit/i.test(line))) return PULL_LIMIT;
	return fitting.map((line) => /https?:\/\/(?:[^/\s"@]*@)?([\w.:[\]-]+)\/(?:v2|token)\b/.exec(line)?.[1]).find((host) => host !== void 0) ?? null;
}
/** Docker's own errors end with 125; all else is the exit code of the app's command (docker run, "Exit status"). */
function recogniseExec(output, status) {
	const gone = /^Error(?: response from daemon)?: No such container: (\S+)$/m.exec(output);
	if (gone !== null) return {
		cause: "version-unknown",
		proof: gone[0]
	};
	const found = status === 125 ? ruleFor("run", output) : void 0;
	if (found !== void 0) return recognised(found, output);
	return {
		cause: "app-command-failed",
		...proofOf(output, /./)
	};
}
function ruleFor(kind, output) {
	return RULES.find(({ kinds, pattern }) => (kinds === null || kinds.includes(kind)) && pattern.test(output));
}
/** The first rule that fits wins: what docker itself lacks, then what it met, by what it was asked to do. */
const RULES = [
	{
		kinds: ["build", "builder"],
		pattern: /docker system dial-stdio|ssh: connect to host/,
		cause: "builder-unavailable"
	},
	{
		kinds: null,
		pattern: NO_DAEMON,
		cause: "docker-unavailable"
	},
	{
		kinds: ["build", "builder"],
		pattern: NO_BUILDER,
		cause: "builder-unavailable"
	},
	{
		kinds: ["builder"],
		pattern: /./,
		cause: "builder-unavailable"
	},
	{
		kinds: ["run", "other"],
		pattern: PORT,
		cause: "port-taken"
	},
	{
		kinds: ["switch"],
		pattern: /settings conflict with another service|unable to load certificate|TLS/i,
		cause: "config-invalid"
	},
	{
		kinds: ["switch"],
		pattern: /./,
		cause: "unhealthy"
	},
	{
		kinds: [
			"login",
			"pull",
			"run",
			"other"
		],
		pattern: REFUSED,
		cause: "registry-auth"
	},
	{
		kinds: ["build"],
		pattern: atRegistry(REFUSED),
		cause: "registry-auth"
	},
	{
		kinds: ["pull", "run"],
		pattern: NO_IMAGE,
		cause: "image-not-found"
	},
	{
		kinds: [
			"login",
			"pull",
			"run",
			"other"
		],
		pattern: NETWORK,
		cause: "registry-unreachable"
	},
	{
		kinds: ["build"],
		pattern: atRegistry(NETWORK),
		cause: "registry-unreachable"
	},
	{
		kinds: ["pull", "other"],
		pattern: /missing the 'service' label/,
		cause: "build-failed"
	},
	{
		kinds: ["run", "other"],
		pattern: UNHEALTHY,
		cause: "unhealthy"
	}
];
/** What a docker command that failed for another reason comes down to. */
const DEFAULTS = {
	login: "registry-auth",
	build: "build-failed",
	builder: "builder-unavailable",
	pull: "image-not-found",
	switch: "unhealthy",
	run: null,
	exec: "app-command-failed",
	other: null
};
/** In a build, only what stands in the line in which BuildKit names the failure, and only where it speaks of an image. */
function atRegistry(pattern) {
	return new RegExp(String.raw`^(?:ERROR: |#\d+ ERROR: )(?=.*(?:failed to (?:push|fetch|authorize|resolve|do request|copy)|pushing|pull|load metadata|unexpected status))(?=.*(?:${pattern.source})).*$`, "im");
}
const MARKED = /^(?:#\d+ )?(?:docker: )?Error\b/i;
/** What docker was asked to do: from the command, else from the phase. */
function kindOf(given) {
	const { reading, occurrence } = given;
	if (reading.lastLine(/^Launching command (?:with version .*|from .*)\.\.\.$/) >= 0) return "exec";
	const words = commandUnderWay(given);
	if (words === null) return kindByPhase(given);
	if (/^docker login\b/.test(words)) return "login";
	if (/^docker buildx build\b/.test(words)) return "build";
	if (/^docker (?:buildx|context)\b/.test(words)) return "builder";
	if (/^docker pull\b/.test(words)) return "pull";
	if (/ kamal-proxy deploy /.test(words)) return "switch";
	if (/^docker (?:container start|start|run)\b/.test(words)) return "run";
	if (/^docker inspect\b.*\bgrep -x\b/.test(words) && occurrence.host !== null) return "pull";
	return "other";
}
/** Kamal was quiet (`-q`): the phase, and marks that only one command leaves. */
function kindByPhase({ occurrence, reading }) {
	const output = occurrence.command === null ? "" : outputOf(occurrence.command);
	if (/^#\d+ /m.test(output) || /failed to solve|BuildKit/.test(output)) return "build";
	if (/--password via the CLI|login attempt to/.test(output)) return "login";
	if (/failed to become healthy/.test(output)) return "switch";
	if (/docker run --help/.test(output)) return "run";
	if (occurrence.host === null) return reading.phase === "build" ? "build" : "other";
	if (/manifest|pull access/.test(output)) return "pull";
	return "other";
}
/** The line that proves it: one that is marked as an error where there is one, else the first that fits. */
function proofOf(output, pattern) {
	const fitting = output.split("\n").filter((line) => pattern.test(line));
	const line = (fitting.find((each) => MARKED.test(each)) ?? lineMatching(output, MARKED) ?? fitting[0])?.trim() ?? null;
	return line === null ? {} : { proof: line };
}
// src/kamal/diagnosis/recognise-run.ts
/** The run itself: interruption, lock, hooks, git, the local tools (Kamal 2.12.0, lib/kamal/cli/). */
const recogniseRun = (given) => {
	const { className, occurrence, reading } = given;
	const { message, command } = occurrence;
	if (message.startsWith("stopped by ") || /^(?:Interrupt|SignalException)$/.test(className)) return {
		cause: "interrupted",
		seen: `Kamal was ${message.split("\n")[0] || className}`
	};
	if (command !== null && /\bcontext canceled\b/.test(outputOf(command)) && (command.status & 127) === 2) return { cause: "interrupted" };
	if (className === "Kamal::Cli::LockError") return {
		cause: "lock-held",
		...holderIn(reading)
	};
	if (className === "Kamal::Cli::HookError") {
		const words = command === null ? void 0 : outputOf(command).split("\n").findLast((line) => line.trim() !== "");
		return {
			cause: "hook-failed",
			subject: /^Hook `([^`]*)` failed/.exec(message)?.[1] ?? null,
			...words === void 0 ? {} : { proof: words.trim() }
		};
	}
	if (className === "Kamal::Cli::DependencyError") return { cause: /buildx/i.test(message) ? "builder-unavailable" : "docker-unavailable" };
	if (message.startsWith("Docker is not installed on ")) return { cause: "docker-unavailable" };
	if (/no git repository found in /.test(message)) return noRepository(reading);
	const words = commandUnderWay(given) ?? "";
	if (command !== null && (/(?:^|\/)git$/.test(command.program) || /\bgit\b/.test(words))) {
		const fatal = lineMatching(outputOf(command), NO_REPOSITORY);
		if (fatal !== null) return {
			cause: "not-a-git-repository",
			proof: fatal
		};
	}
	if (/(?:Builder::Base::BuilderError|Build::BuildError)$/.test(className)) return { cause: NO_REPOSITORY.test(message) ? "not-a-git-repository" : "build-failed" };
	return null;
};
const NO_REPOSITORY = /not a git repository|dubious ownership/;
function noRepository(reading) {
	const fatal = reading.lastMatch(new RegExp(`^fatal: .*(?:${NO_REPOSITORY.source}).*$`))?.[0];
	return {
		cause: "not-a-git-repository",
		...fatal === void 0 ? {} : { proof: fatal }
	};
}
/** `Locked by: WHO at WHEN`, `Version: …` as Kamal shows the lock it met. */
function holderIn(reading) {
	const by = reading.lastMatch(/^Locked by: (.*) at (\S+)$/);
	if (by === null) return {};
	const version = reading.lastMatch(/^Version: (.*)$/)?.[1];
	return {
		subject: `${by[1] === "" ? "somebody without a name" : by[1] ?? ""}, since ${by[2]}${version === void 0 ? "" : `, version ${version}`}`,
		proof: by[0]
	};
}
// src/kamal/diagnosis/recognise-secrets.ts
/** The secrets files and what reads them (Kamal 2.12.0, lib/kamal/secrets.rb, lib/kamal/cli/secrets.rb, adapters). */
const recogniseSecrets = ({ className, occurrence: { message } }) => {
	if (className === "Kamal::ConfigurationError") return missingSecret(message);
	if (/^(?:JSON::\w+Error|Dotenv::\w+)$/.test(className)) {
		const [, word = null] = /unexpected (?:token at|character:) '(\$\w+|\$\{\w+\})'/.exec(message) ?? [];
		return {
			cause: "secrets-unparsable",
			subject: word
		};
	}
	if (className === "ArgumentError" && /^Unmatched (?:quote|double quote|single quote)/.test(message)) return { cause: "secrets-unparsable" };
	if (/^(?:ArgumentError|Encoding::\w+)$/.test(className) && /\bUS-ASCII\b/.test(message)) return {
		cause: "secrets-unparsable",
		subject: "US-ASCII"
	};
	if (/^(?:Errno::E(?:ACCES|ISDIR|PERM))$/.test(className) && /\bsecrets\b/.test(message)) return { cause: "secrets-unparsable" };
	if (className === "NoMethodError" && /undefined method [`']chomp' for nil/.test(message)) return { cause: "fetch-account-missing" };
	if (message.startsWith("Missing required option '--account'")) return { cause: "fetch-account-missing" };
	const adapter = /^Unknown secrets adapter: (.*)$/m.exec(message)?.[1];
	if (adapter !== void 0) return {
		cause: "fetch-adapter-unknown",
		subject: adapter
	};
	const name = /^Could not find secret (.*)$/m.exec(message)?.[1];
	if (name !== void 0) return {
		cause: "secret-not-fetched",
		secret: name
	};
	return null;
};
function missingSecret(message) {
	const [, secret = null, rest = ""] = /^Secret '([^']*)' not found(.*)$/m.exec(message) ?? [];
	if (secret === null) return null;
	return {
		cause: /^, no secret files\b/.test(rest) ? "secrets-file-missing" : "secret-not-found",
		secret
	};
}
// src/kamal/diagnosis/recognise-ssh.ts
/**
* The way to the servers, by the class of the error (net-ssh 7.3; Ruby's Errno, SocketError and Socket::ResolutionError).
* Of further hosts only the message is known, not the class: it is read the same way.
*/
const recogniseSsh = (given) => {
	const { className, occurrence, report } = given;
	const { message } = occurrence;
	const name = report.occurrences[0] === occurrence ? className : "";
	if (occurrence.command !== null) return null;
	if (/^Net::SSH::(?:AuthenticationFailed|Authentication::\w+)$/.test(name) || message.startsWith("Authentication failed for user ")) return { cause: "ssh-auth" };
	if (name.startsWith("OpenSSL::PKey::") || message.startsWith("Could not parse PKey")) return { cause: "ssh-auth" };
	if (/^Net::SSH::HostKey\w+$/.test(name) || /^fingerprint \S+ (?:does not match|is unknown) for /.test(message)) return { cause: "ssh-host-key-changed" };
	if (/ - connect\(2\)/.test(message) || UNREACHABLE.test(name) || UNREACHABLE_WORDS.test(message)) {
		if (isRemoteBuilder(given)) return { cause: "builder-unavailable" };
		return { cause: wasConnected(given) ? "ssh-dropped" : "ssh-unreachable" };
	}
	if (DROPPED.test(name) || DROPPED_WORDS.test(message)) return { cause: wasConnected(given) || ONLY_LATER.test(name) ? "ssh-dropped" : "ssh-unreachable" };
	return null;
};
/** A host that Kamal connects to after it has looked for a builder and before it builds (2.12.0, lib/kamal/cli/build.rb, `create`). */
function isRemoteBuilder({ reading }) {
	const asked = (words) => reading.commands.some(({ command }) => command.startsWith(words));
	return reading.phase === "build" && asked("docker buildx inspect") && !asked("docker buildx build");
}
const UNREACHABLE = /^(?:Errno::E(?:CONNREFUSED|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|ADDRNOTAVAIL)|SocketError|Socket::ResolutionError|Resolv::\w+|Net::SSH::ConnectionTimeout|Net::SSH::Proxy::\w+)$/;
const UNREACHABLE_WORDS = /^(?:Connection timed out|No route to host|Network is unreachable|getaddrinfo)/;
const DROPPED = /^(?:IOError|EOFError|Errno::E(?:CONNRESET|CONNABORTED|PIPE|TIMEDOUT|BADF)|Net::SSH::(?:Disconnect|Timeout|ChannelOpenFailed|Exception))$/;
const DROPPED_WORDS = /^(?:closed stream|connection closed by remote host|Connection reset by peer|Broken pipe|end of file reached|stream closed)/;
/** These only happen to a stream that was open. */
const ONLY_LATER = /^(?:IOError|Errno::E(?:PIPE|BADF)|Net::SSH::Timeout)$/;
// src/kamal/diagnosis/recognise-vault.ts
/**
* 1Password: what Kamal's adapter says (2.12.0, lib/kamal/secrets/adapters/one_password.rb) and, before it, what op
* itself wrote to standard error: `[ERROR] 2026/01/31 12:00:00 "X" isn't an item in the "V" vault. …`.
*/
const recogniseVault = ({ occurrence: { message }, reading }) => {
	if (message.startsWith("1Password CLI is not installed")) return { cause: "op-not-installed" };
	const op = opSaid(reading);
	if (message.startsWith("Failed to login to 1Password")) return {
		cause: "op-not-signed-in",
		...op === null ? {} : { proof: op }
	};
	const read = /^Could not read (?:(.*) )?from (.*) in the (.*) 1Password vault$/m.exec(message);
	if (read === null) return null;
	return {
		item: read[2] ?? null,
		vault: read[3] ?? null,
		...op === null ? { cause: "vault-unreadable" } : {
			...byOp(op),
			proof: op
		}
	};
};
/** op's last error in the log, without time. */
function opSaid(reading) {
	return reading.lastMatch(/^\[ERROR\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (.*)$/)?.[1] ?? null;
}
function byOp(said) {
	const field = /["'`]([^"'`]*)["'`] isn't a field in\b/.exec(said)?.[1] ?? /(?:no such field|field not found)[: ]+["'`]?([\w./-]+)/i.exec(said)?.[1];
	if (field !== void 0) return {
		cause: "vault-field-missing",
		secret: field
	};
	if (/isn't a vault|vault .*not found|no such vault|can't find vault/i.test(said)) return { cause: "vault-unreadable" };
	if (/isn't an item in\b|no item found|item .*not found|no such item/i.test(said)) return { cause: "vault-item-missing" };
	if (SIGN_IN.test(said)) return { cause: "op-not-signed-in" };
	return { cause: "vault-unreadable" };
}
const SIGN_IN = /\b401\b|unauthori[sz]ed|not (?:currently )?signed in|authentication|no accounts? configured|invalid (?:service account )?token|service account (?:token|.*deleted)|session expired/i;
// src/kamal/diagnosis/recognise-without-report.ts
/** What a log tells that has no `ERROR (…)`: Thor's complaints, a refused rollback, an end too soon. Null: nothing failed. */
function recogniseWithoutReport(reading) {
	const said = SAID.map((rule) => ({
		...rule,
		line: reading.lastLine(rule.pattern)
	})).find(({ line }) => line >= 0);
	if (said !== void 0) {
		const subject = said.pattern.exec(reading.lines[said.line]?.text ?? "")?.[1] ?? null;
		const seen = said.cause === "interrupted" ? { seen: `It was stopped: ${subject ?? "by a signal"}` } : {};
		return {
			cause: said.cause,
			subject,
			line: said.line,
			...seen
		};
	}
	const failed = failedBuildAt(reading);
	if (failed !== null) return {
		cause: "build-failed",
		line: failed
	};
	const line = cutOffAt(reading);
	if (line === null) return null;
	return {
		cause: "interrupted",
		line,
		seen: "The log ends before the deploy has ended, and names no error"
	};
}
const SAID = [
	{
		pattern: /^The app version '(.*)' is not available as a container\b/,
		cause: "version-unknown"
	},
	{
		pattern: /(?:: | \()(Interrupt|SIG(?:TERM|INT|HUP)|SignalException)(?: \(SignalException\)|\))?$/,
		cause: "interrupted"
	},
	{
		pattern: /^(?:##\[error\]|::error::|Error: )?(The operation was canceled\.|The runner has received a shutdown signal\b.*)/,
		cause: "interrupted"
	},
	{
		pattern: /^(?:##\[error\]|Error: )?Process completed with exit code (?:130|137|143)\./,
		cause: "interrupted"
	},
	{
		pattern: /^No value provided for required options '--account'/,
		cause: "fetch-account-missing"
	},
	{
		pattern: /^No value provided for required options '--adapter'/,
		cause: "fetch-adapter-unknown"
	},
	{
		pattern: /^ERROR: "kamal secrets (?:extract|fetch)" was called with/,
		cause: "secrets-unparsable"
	},
	{
		pattern: /^Could not find command "(.*)"\./,
		cause: "command-unknown"
	},
	{
		pattern: /^(?:ERROR: "kamal .*" was called with|Unknown switches |Expected .* value for |No value provided for )/,
		cause: "command-unknown"
	},
	{
		pattern: /^Ambiguous command /,
		cause: "command-unknown"
	},
	{
		pattern: /^bundler: command not found: kamal|^(?:\S+: )*(?:line \d+: |\d+: )?kamal: (?:command )?not found/,
		cause: "command-unknown"
	}
];
/** Where only the end of a log is left: buildx's last word, if nothing came after it. */
function failedBuildAt(reading) {
	const said = reading.lastLine(/^(?:\s*)ERROR: failed to (?:solve|build):/);
	const next = reading.lines.findIndex((line, index) => index > said && line.level !== null);
	return said < 0 || next >= 0 ? null : said;
}
/**
* A deploy takes its lock, boots, gives the lock back and says how long it took (Kamal 2.12.0, lib/kamal/cli/main.rb).
* One whose log ends before that was cut off: killed, or its output went nowhere. Null where the log is whole or is
* not that of a deploy.
*/
function cutOffAt(reading) {
	if (reading.lastLine(/^(?:Build and push app image|Pull app image|Acquiring the deploy lock\b.*)\.\.\.$/) < 0) return null;
	const end = reading.lines.findLastIndex((line) => line.text.trim() !== "");
	const finished = reading.lastLine(/^\s*Finished all in [\d.]+ seconds$/);
	const deploy = reading.lastLine(/^(?:Build and push|Pull) app image\.\.\.$/);
	if (reading.lastLine(/^Acquiring the deploy lock\b/) > reading.lastLine(/^Releas(?:ing|ed) the deploy lock/)) return end;
	if (deploy < 0) return null;
	const booted = reading.lastLine(/^Start container with version /);
	return finished < deploy || booted < deploy ? end : null;
}
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
function seenSentence({ host, role, phase }, status, { command, message }, found, hosts) {
	const place = [
		host === null ? null : `on ${host}`,
		role === null ? null : `role ${role}`,
		phase
	].filter((part) => part !== null);
	const said = found.seen ?? (command === null ? (message.split("\n")[0] ?? "").trim() : "");
	const words = [
		said,
		command === null ? "" : `\`${command.program}\` ended with ${inWords(status ?? {
			code: null,
			signal: null
		})}`,
		found.proof === void 0 || said.includes(found.proof) ? "" : found.proof
	].filter((part) => part !== "").join(": ").replace(/\.$/, "");
	const others = hosts.filter((each) => each.host !== null && each.host !== host).map((each) => `${each.host} (${each.cause})`);
	const also = others.length === 0 ? "" : ` Failed as well: ${[...new Set(others)].join(", ")}.`;
	return `${words}${place.length === 0 ? "" : ` (${place.join(", ")})`}.${also}`;
}
/** What is known from before the run, where it bears on the cause. */
function sharpened(cause, { secret, host }, { findings = [], logins = [] }) {
	const said = findings.filter((finding) => secret !== null && finding.secret === secret).slice(0, 1).map(({ message }) => `The check before the run said: ${message}`);
	if (!cause.startsWith("ssh-")) return said;
	const login = logins.find((each) => each.host === host);
	if (login === void 0) return said;
	return [...said, login.accepted ? `The login to ${login.host} had worked before the run.` : `The login before the run failed too: ${login.words}.`];
}
// src/kamal/diagnosis/diagnose.ts
/** In this order: what names itself first, what is read from circumstances last. */
const RECOGNISERS = [
	recogniseRun,
	recogniseSecrets,
	recogniseVault,
	recogniseSsh,
	recogniseApp,
	recogniseDocker,
	recogniseConfiguration
];
/**
* Names the cause of a run of Kamal from its output: its own, or a log that a runner saved. Reads the structure (the
* class of the error, the command, the phase, the host), never throws.
* @param log text or lines, with or without colours
*/
function diagnose(log, facts = {}) {
	const reading = readLog(log);
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
		found: UNKNOWN
	};
	if (given === null) return withoutReport(reading, facts);
	const main = (facts.interrupted == null ? null : {
		cause: "interrupted",
		seen: `Kamal was stopped by ${facts.interrupted}`
	}) ?? found;
	const hosts = recognised.map((each) => ({
		host: each.given.occurrence.host,
		role: roleOf(reading, each.given.occurrence),
		cause: each.found.cause,
		exitStatus: statusOf(each.given.occurrence)
	}));
	return explained(reading, facts, main, given.occurrence, hosts);
}
const UNKNOWN = { cause: "unknown" };
function recognise(given) {
	for (const recogniser of RECOGNISERS) {
		const found = recogniser(given);
		if (found !== null) return found;
	}
	return UNKNOWN;
}
function withoutReport(reading, facts) {
	const found = recogniseWithoutReport(reading) ?? byFacts(reading, facts);
	return explained(reading, facts, found, {
		host: null,
		role: null,
		message: reading.lines[found.line]?.text.trim() ?? "",
		command: null,
		line: found.line
	}, []);
}
/** The log itself is silent: only how Kamal ended tells. */
function byFacts(reading, { exitCode, signal, interrupted }) {
	const line = reading.lines.findLastIndex((each) => each.text.trim() !== "");
	if (interrupted != null || signal != null || exitCode === null) return {
		cause: "interrupted",
		line
	};
	return exitCode === void 0 || exitCode === 0 ? {
		cause: "none",
		line: -1
	} : {
		cause: "unknown",
		line
	};
}
/** The role of the message, else that which Kamal said it could not boot on the host (2.12.0, lib/kamal/cli/app/boot.rb). */
function roleOf(reading, { host, role }) {
	if (role !== null || host === null) return role;
	const failed = reading.lines.findLast(({ level, message }) => level === "ERROR" && message.endsWith(` on ${host}`));
	return /^Failed to boot (\S+) on /.exec(failed?.message ?? "")?.[1] ?? null;
}
function statusOf({ command, host }) {
	return command === null ? null : decodeExitStatus(command.status, host === null);
}
function explained(reading, facts, found, occurrence, hosts) {
	const words = found.cause === "unhealthy" ? containerLog(reading) : [];
	const secret = found.secret ?? missingVariable(words);
	const about = {
		host: occurrence.host,
		role: roleOf(reading, occurrence),
		secret,
		vault: found.vault ?? null,
		item: found.item ?? null,
		subject: found.subject ?? null,
		phase: reading.phase === "start" ? null : `at: ${PHASES[reading.phase]}`
	};
	const exitStatus = statusOf(occurrence);
	const line = found.cause === "none" ? -1 : proofLine(reading, occurrence, found.proof);
	const text = reading.lines[line]?.text.trim().replace(/^\[31m/, "") ?? "";
	const explanation = EXPLANATIONS[found.cause];
	const steps = explanation.next(about);
	return {
		cause: found.cause,
		host: occurrence.host,
		role: about.role,
		secret,
		evidence: line < 0 ? null : {
			line: line + 1,
			text
		},
		seen: found.cause === "none" ? "The log shows no failure." : seenSentence(about, exitStatus, occurrence, found, hosts),
		means: [explanation.means(about), ...sharpened(found.cause, about, facts)].join(" "),
		next: {
			human: steps.human ?? [],
			agent: steps.agent ?? []
		},
		exitStatus,
		containerLog: words,
		hosts
	};
}
// src/kamal/servers/after-interruption.ts
/** Null where nobody could ask the servers later. */
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
/** Keeps the beginning and the end of a log, so that one without end does not fill the memory. */
var BoundedLog = class {
	#head = [];
	#tail = [];
	add(line) {
		if (this.#head.length < HEAD) {
			this.#head.push(line);
			return;
		}
		this.#tail.push(line);
		if (this.#tail.length > 2 * TAIL) this.#tail = this.#tail.slice(-8e3);
	}
	lines() {
		return [...this.#head, ...this.#tail.slice(-8e3)];
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
* Runs Kamal to its end, whatever that is; the result tells. No process of Kamal's group is left when it returns.
*
* `@actions/exec` is not used: it can neither start a process group of its own nor signal it, so that children
* (docker buildx, hooks, op) would outlive a cancelled job, and it offers no way to tell Kamal to release its lock.
* @throws Failure `kamal-not-started` where the program cannot be started; what `cleared` is rejected with; the reason of
*   the signal where that came before Kamal. In each case Kamal has done nothing
*/
async function runKamal(options, { waiting = null, cleared = Promise.resolve() } = {}) {
	const goes = waiting !== null && await goOn(waiting, cleared, options);
	if (!goes) await cleared;
	const kamal = goes ? waiting : await KamalProcess.start(options, options.words);
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
/** @returns false where it does not, and has ended */
async function goOn(waiting, cleared, { words, environment, signal }) {
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
/** Kamal's environment: the only child that gets the token. */
function kamalEnvironment(ready, base, token) {
	const environment = {
		...base,
		...ready.kamal.environment
	};
	return {
		...environment,
		PATH: [ready.opDirectory, environment["PATH"]].filter(Boolean).join(":"),
		SSH_AUTH_SOCK: ready.agentSocket,
		OP_SERVICE_ACCOUNT_TOKEN: token
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
			log.info(`… still at it: ${nameOf(phase).toLowerCase()}, ${Math.round(lasted)} s so far`);
		},
		end: close
	};
}
// src/action/kamal/server-state.ts
/**
* Says which version serves and which containers run, in the log and in the summary, whether the run was cancelled or
* not. What is not settled yet is left for `post` to say.
* @param patience milliseconds for a server to answer
*/
async function tellServers(run, { deployed, access }, story, patience) {
	const state = await serverState(deployed, {
		...access,
		patience
	});
	story.state = state.sentences;
	for (const sentence of state.sentences) run.log.info(sentence);
	const left = isSettled(state) ? null : leftServers(deployed, access);
	if (left === null) run.state.clear("left");
	else run.state.set({ left });
}
/** @param why such as `Kamal was not started` */
function tellNothingChanged(run, story, why) {
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
* Runs Kamal with its output live in the log. Whatever interrupts it, the lock is free afterwards, or `post` knows how
* to free it, and the log says what the servers do.
* @throws Failure named after the cause where Kamal failed; `cancelled` where the run was
*/
async function runKamalCommand(run, prepared, { words, version, servers }, story) {
	const performer = lockPerformer(process.env);
	const lock = servers === null ? null : futureLock(servers.deployed, servers.access, performer, version);
	const left = servers === null ? null : leftServers(servers.deployed, servers.access);
	if (run.signal.aborted) await prepared.waiting?.close();
	run.signal.throwIfAborted();
	run.state.set({
		...lock === null ? {} : { lock },
		...left === null ? {} : { left }
	});
	const environment = kamalEnvironment(prepared, run.environment, prepared.token.secret.reveal());
	const output = liveOutput(run.log, (phase) => PHASES[phase]);
	let logins = null;
	const cleared = prepared.cleared.then((tried) => logins = tried);
	const result = await runKamal({
		program: prepared.kamal.argv,
		words: kamalWords(words, run.inputs),
		workingDirectory: run.root,
		environment: {
			...environment,
			...signedAs(environment, performer),
			[RUN_VARIABLE]: run.directory
		},
		temporaryDirectory: run.directory,
		signal: run.signal,
		patience: PATIENCE,
		...output,
		onSilence(...silence) {
			if (logins === null) run.log.info("… Kamal is ready, and waits until all servers have answered");
			else output.onSilence(...silence);
		}
	}, {
		waiting: prepared.waiting,
		cleared
	}).catch((error) => {
		if (logins !== null && !(error instanceof Failure)) throw error;
		output.end(null);
		run.state.clear("lock");
		run.state.clear("left");
		tellNothingChanged(run, story, "Kamal had not begun its work");
		throw error;
	});
	output.end(result.phases.at(-1)?.seconds ?? null);
	story.phases = result.phases.map(({ name, seconds }) => ({
		name,
		seconds
	}));
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
		if (servers !== null) await tellServers(run, servers, story, 1e4);
		run.signal.throwIfAborted();
		throw failed(run, {
			words,
			result,
			logins: logins ?? []
		}, story);
	}
	run.state.clear("left");
	return result;
}
/** The seconds between a cancellation and the runner's SIGKILL: everything at once, the most important first. */
async function afterInterruption(run, { result, lock, servers }, story) {
	await Promise.all([
		settleLock(run, lock, result),
		endProcessesOf(run.directory, PATIENCE.terminate),
		servers === null ? null : tellServers(run, servers, story, PATIENCE.server)
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
	return new Failure("cancelled", `${what} \`${nameOf(words)}\` was at “${PHASES[phase]}”.`);
}
function failed(run, { words, result, logins }, story) {
	const findings = story.report === null ? [] : distinctFindings(story.report);
	const found = diagnose(result.lines, {
		exitCode: result.exitCode,
		signal: result.signal,
		findings: findings.map(({ finding: { secret, message } }) => ({
			secret,
			message
		})),
		logins
	});
	story.evidence = evidenceOf(found, result).map((line) => run.log.masked(line));
	for (const line of found.containerLog) run.log.info(`  │ ${line}`);
	const isNamed = found.cause !== "unknown" && found.cause !== "none";
	return new Failure(isNamed ? found.cause : "kamal-failed", `\`${nameOf(words)}\` failed: ${found.seen} ${isNamed ? found.means : ""}`.trimEnd(), found.next);
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
// src/vault-to-servers/servers.ts
/**
* Null where the deploy file does not say for certain who runs where.
* @param socket the agent's; null for the one in the environment
* @param args further flags for Kamal, which may name some hosts or roles only
*/
function serversOf(deployment, destination, socket, environment, args = []) {
	if (deployment === null || deployment.service === null || deployment.roles.length === 0) return null;
	const { service, accessories, primaryRole, ssh } = deployment;
	const roles = narrowed(deployment.roles.toSorted((a, b) => Number(b.name === primaryRole) - Number(a.name === primaryRole)), args);
	const { user, port, proxy } = ssh;
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
			socket,
			environment
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
/** Thor takes `--hosts a,b`, `--hosts=a,b`, `-h a,b` and `-ha,b`; null where the option is not there. */
function listAfter(args, long, short) {
	const index = args.findLastIndex((word) => word === long || word.startsWith(`${long}=`) || word.startsWith(short) && word[1] !== "-");
	const word = args[index];
	if (word === void 0) return null;
	return (word === long || word === short ? args[index + 1] ?? "" : word.slice(word.startsWith(long) ? long.length + 1 : short.length)).split(",");
}
function isAmong(name, wanted) {
	return wanted === null || wanted.some((pattern) => wildcards(pattern).test(name));
}
function wildcards(pattern) {
	const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
	return new RegExp(`^${parts.join(".*")}$`);
}
/** What to say where the servers are needed and cannot be known without running the deploy file's ERB. */
function unknownServers(config) {
	return new Failure("servers-unknown", `\`${config}\` does not say for certain, without running it, which roles run on which hosts.`, { agent: [`Write the service and the hosts under \`servers:\` in \`${config}\` without ERB, or with ERB that only reads \`ENV\`.`] });
}
// src/kamal/verify/secrets.ts
/** What is to be said of a secret; null where it is as it should be. */
function secretProblem(host, where, { container, secret }, verdict, alteration) {
	if (verdict === "same" || verdict === "present") return null;
	if (alteration === "last-line-end") return null;
	const place = where.replace(":", " ");
	const name = container === secret ? container : `${container} (the secret ${secret})`;
	const what = {
		missing: `has no ${name}`,
		empty: `has an empty ${name}`,
		differs: `has another value of ${name} than 1Password`
	}[verdict];
	const why = alteration === null ? "" : ALTERED[alteration];
	const again = {
		missing: [`Deploy again; if it is still missing, see that \`env.secret\` of ${place} lists it, a destination's file included.`],
		empty: ["See that the field in 1Password is not empty and that .kamal/secrets extracts it."],
		differs: []
	}[verdict];
	const human = verdict === "differs" && alteration === null ? ["Deploy again, so that the container gets what 1Password holds now."] : [];
	const agent = alteration === null ? again : [`Keep ${secret} in a form of one line without backslashes, e.g. as base64.`];
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
	"line-ends": ": Kamal turned its line ends into other characters on the way",
	"last-line-end": ": the end of its last line was lost on the way",
	backslashes: ": its backslashes were changed on the way"
};
// src/kamal/verify/verify.ts
/** Looks at every server, over one connection each, and compares what runs with what should. Rejects only when aborted. */
async function verifyDeployment(request) {
	const deployed = request.accessories ? request.deployed : {
		...request.deployed,
		accessories: []
	};
	return judgeServers({
		...request,
		deployed
	}, await lookAtServers(deployed, request.access));
}
/** The comparison of {@link verifyDeployment} by itself. */
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
			const problem = secretProblem(host, where, secret, verdict, alteration);
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
		sentence: `Nothing is known of ${host}: ${server?.reached === false ? server.reason : "it was not asked"}.`,
		next: {
			human: [`See that ${host} is up and can be reached over SSH, then run \`verify\` again.`],
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
	const found = await lookAt(run, request, story);
	story.containers = containerVerdicts(found.secrets);
	if (found.ok) {
		run.log.info(`Verified: ${provenBy(found, hostsOf$1(deployed))}.`);
		return found.version;
	}
	story.state = describeServers({
		...deployed,
		accessories: []
	}, found.servers).sentences;
	for (const sentence of story.state) run.log.info(sentence);
	const faulty = new Set(found.problems.map(({ host }) => host));
	const good = hostsOf$1(deployed).filter((host) => !faulty.has(host));
	if (good.length > 0) run.log.info(`Verified: ${provenBy(found, good)}; the others not.`);
	const sentences = found.problems.map(({ sentence }) => sentence);
	throw new Failure("verification-failed", sentences.join("\n"), {
		human: [...new Set(found.problems.flatMap(({ next }) => next.human))],
		agent: [...new Set(found.problems.flatMap(({ next }) => next.agent))]
	});
}
/** Where this is cancelled, what the servers do is still told: Kamal has done its work by then. */
async function lookAt(run, { servers, version, secrets }, story) {
	const access = {
		...servers.access,
		signal: run.signal
	};
	try {
		return await verifyDeployment({
			deployed: servers.deployed,
			version,
			secrets,
			accessories: secrets.some(({ where }) => where.startsWith("accessory:")),
			access
		});
	} catch (error) {
		if (run.signal.aborted) await tellServers(run, servers, story, 4e3);
		throw error;
	}
}
function provenBy({ version, secrets }, hosts) {
	const names = new Set(secrets.filter(({ host }) => hosts.includes(host)).map(({ secret }) => secret));
	const count = names.size === 1 ? "1 secret" : `${names.size} secrets`;
	return `version ${version ?? "unknown"} runs on ${hosts.join(", ")} and is the one that traffic goes to, with ${count} in its containers`;
}
// src/action/commands/deploy.ts
/** `command: deploy`: everything ready, parity shown, `kamal deploy`, and proof that the containers got their secrets. */
async function deploy(run, story) {
	const { inputs } = run;
	const { project, prepared, servers, version: asked } = await prepareFor(run, story);
	const words = [
		"deploy",
		...asked === null ? [] : ["--version", asked],
		...inputs.skipPush ? ["--skip-push"] : []
	];
	const { workflows } = project;
	return asDeployment(run, {
		deployment: prepared.deployment,
		version: asked,
		workflows
	}, async () => {
		const result = await runKamalCommand(run, prepared, {
			words,
			version: asked,
			servers
		}, story);
		const version = asked ?? versionIn(result);
		if (version !== null) {
			story.tell("Version", version);
			set("version", version);
		}
		if (servers !== null) {
			const secrets = secretsOf(project, prepared, run.environment);
			await verifyServers(run, {
				servers,
				version,
				secrets
			}, story);
		}
		return `Deployed${version === null ? "" : ` \`${version}\``} to ${hostsIn(prepared)}.`;
	});
}
/** What deploy, rollback and verify begin with: the project, everything ready, and the facts for the summary. */
async function prepareFor(run, story) {
	const { configFile, destination } = run.inputs;
	const project = readProject({
		root: run.root,
		config: configFile,
		destinations: [destination]
	});
	const { command, skipPush } = run.inputs;
	const [prepared, version] = await together(run.signal, (signal) => prepare({
		...run,
		signal
	}, project, story, {
		withFindings: command === "deploy",
		withLogins: command !== "verify",
		withKamal: command === "deploy",
		withBuild: command === "deploy" && !skipPush
	}), async () => command === "deploy" ? versionOf(run, project) : null).catch((error) => {
		if (command !== "verify") tellNothingChanged(run, story, "Kamal was not started");
		throw error;
	});
	const hosts = hostsOf(prepared.deployment);
	story.tell("Destination", destination);
	story.tell("Hosts", hosts.join(", "));
	set("hosts", hosts.join(","));
	set("op-version", run.inputs.opVersion);
	set("kamal-version", prepared.kamal.version);
	const { environment } = run;
	return {
		project,
		prepared,
		servers: serversOf(prepared.deployment, destination, prepared.agentSocket, environment, run.inputs.args),
		version
	};
}
async function versionOf({ inputs, environment, root }, { destinations }) {
	const clones = destinations[0]?.deploy.deployment?.builder.clones ?? null;
	return inputs.version ?? environment["VERSION"] ?? gitVersion(root, environment, clones);
}
/**
* What the containers of the one destination should have.
* @param environment what Kamal ran in; null where that was another job
*/
function secretsOf(project, { answers }, environment) {
	const [readings] = project.destinations;
	return readings === void 0 ? [] : expectedSecrets(readings, answers, environment);
}
/** The hosts for a sentence. */
function hostsIn({ deployment }) {
	return hostsOf(deployment).map((host) => `\`${host}\``).join(", ");
}
/** The version that Kamal named when it started the containers (Kamal 2.12.0, lib/kamal/cli/app.rb). */
function versionIn({ lines }) {
	return lines.map((line) => /Start container with version (\S+)/.exec(line)?.[1]).findLast((version) => version !== void 0) ?? null;
}
export { verifyServers as a, secretsOf as i, hostsIn as n, unknownServers as o, prepareFor as r, runKamalCommand as s, deploy as t };
