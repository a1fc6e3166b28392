import { n as parseEnvironmentIds, t as environmentIdFor } from "./environment-ids.js";
// src/parity/workflow.ts
/** More steps that deploy are not judged: each is compared with all before it. */
const MOST_DEPLOYS = 100;
/** Every step of the project's workflows that changes what runs on the servers. */
function deploySteps(project) {
	return kamalSteps(project, DEPLOYS);
}
/** Every step that runs a command of Kamal which reads the secrets; those that deploy are among them. */
function secretSteps(project) {
	return kamalSteps(project, READS_SECRETS);
}
/** Commands that change what runs on the servers. */
const DEPLOYS = /^(?:deploy|redeploy|setup|rollback)$/;
/**
* What reads the secrets file (Kamal 2.12.0, lib/kamal/cli: what logs in to the registry, uploads an env file or hands
* the builder its secrets; and lib/kamal/cli/base.rb, which hands them to hooks).
*/
const READS_SECRETS = /^(?:deploy|redeploy|setup|rollback|upgrade|app (?:boot|exec)|accessory (?:boot|reboot|exec|upgrade)|build (?:deliver|push|pull|dev)|proxy (?:boot|reboot|upgrade)|registry (?:setup|login)|secrets print)$/;
function kamalSteps({ workflows, destinations }, commands) {
	return workflows.flatMap((workflow) => workflow.jobs.flatMap((job) => job.steps.flatMap((step) => {
		const found = deployOf(step, commands);
		if (found === null) return [];
		const own = isOwnStep({
			workflow,
			job,
			step
		}, found.calls, destinations);
		const meantBy = found.destinations.flatMap((each) => meant(each, destinations));
		return [{
			workflow,
			job,
			step,
			by: found.by,
			calls: found.calls,
			destinations: own ? destinations.filter((each) => meantBy.includes(each)) : [],
			namesNone: own && found.destinations.some((each) => each !== "unknown" && each.name === null)
		}];
	}))).slice(0, MOST_DEPLOYS);
}
/** How deep workflows call each other (GitHub allows ten levels). */
const MOST_CALLS = 10;
/**
* Whether runs of a job wait for each other: by a `concurrency` of its own, of its workflow, or of every job that calls it
* where nothing else starts it.
*/
function isSerial({ workflow, job }, workflows, depth = 0) {
	if (workflow.hasConcurrency || job.hasConcurrency) return true;
	if (depth > MOST_CALLS || !workflow.triggers.every(({ name }) => name === "workflow_call")) return false;
	const name = `./.github/workflows/${workflow.source.path.replace(/^.*\//, "")}`;
	const callers = workflows.flatMap((each) => each.jobs.filter(({ calls }) => calls?.workflow === name).map((caller) => ({
		workflow: each,
		job: caller
	})));
	return callers.length > 0 && callers.every((caller) => isSerial(caller, workflows, depth + 1));
}
/** Whether a step is our action; `command` is null if it hangs on an expression. */
function ownAction({ uses, with: inputs }) {
	if (uses === null || !/^[\w.-]+\/kamal-1password(?:@|$)/.test(uses)) return null;
	const command = valueOf(inputs, "command") ?? "deploy";
	return { command: command.includes("${{") ? null : command };
}
function deployOf(step, commands) {
	const action = ownAction(step);
	if (action !== null) {
		if (action.command !== null && !["deploy", "rollback"].includes(action.command)) return null;
		return {
			by: "action",
			calls: [],
			destinations: [literal(valueOf(step.with, "destination"))]
		};
	}
	const calls = step.kamal.filter((call) => call.command !== null && commands.test(call.command) && !call.words.includes("--reuse") && isOwn(call));
	return calls.length === 0 ? null : {
		by: "script",
		calls,
		destinations: calls.map(destinationOf)
	};
}
/** Where Kamal runs elsewhere, or in what an action of others does, nothing is known of what reaches it. */
function isOwn({ through, file }) {
	return !(file !== null && /(?:^|\/)action\.ya?ml$/.test(file)) && !through.some((each) => /^(?:docker|podman|ssh|a script$|an alias$)|^[\w.-]+\/.*@/.test(each));
}
function destinationOf({ words, file }) {
	const named = destinationNamed({ words });
	if (named !== null) return literal(named);
	return words.includes(null) || file !== null ? "unknown" : { name: null };
}
/** What only a run knows. */
const UNKNOWN = "$";
/** A step that writes a secrets file which a destination reads: then no one knows what it holds before it runs. */
function secretsWriter({ workflows }, { secrets }) {
	const names = secrets.files.map(({ path }) => path.replace(/^.*\//, ""));
	for (const { jobs } of workflows) for (const { steps } of jobs) for (const step of steps) {
		const file = step.writes.find((written) => {
			const name = written.replace(/^.*\//, "");
			return names.includes(name) || /[$*]/.test(name) && name.startsWith("secrets");
		});
		if (file !== void 0) return {
			step,
			file
		};
	}
	return null;
}
function literal(word) {
	if (word === null || word === "") return { name: null };
	const bare = word.replaceAll(/^["']|["']$/g, "");
	return /^[\w.-]+$/.test(bare) ? { name: bare } : "unknown";
}
function meant(destination, all) {
	if (destination === "unknown") return all;
	return all.filter((each) => each.destination === destination.name);
}
/** A step that works in another folder, or names another deploy file, is about another project. */
function isOwnStep({ workflow, job, step }, calls, destinations) {
	return isOfProject(step, job, workflow) && isOwnFile(valueOf(step.with, "config-file")?.trim() ?? null, destinations) && calls.every((call) => isOwnFile(configOf(call), destinations));
}
/** What names another deploy file than the project's deploys another project. */
function isOwnFile(named, destinations) {
	const own = destinations[0]?.deploy.files[0]?.path;
	if (named === null || own === void 0 || named === UNKNOWN || named.includes("${{")) return true;
	return named.replace(/^\.\//, "") === own;
}
/** The deploy file that a call names; null if it names none. */
function configOf({ words }) {
	return lastOption(words, /^(?:-c|--config[-_]file)$/, /^(?:--config[-_]file=|-c=?)(.+)$/);
}
/** The destination that a call names, `$` where only a run knows it; null if it names none. */
function destinationNamed({ words }) {
	return lastOption(words, /^(?:-d|--destination)$/, /^(?:--destination=|-d=?)(.+)$/);
}
/** If an option is given twice, Kamal uses the last (Thor 1.4, parser/options.rb). */
function lastOption(words, alone, attached) {
	let found = null;
	for (const [index, word] of words.entries()) if (alone.test(word ?? "")) found = words[index + 1] ?? UNKNOWN;
	else found = attached.exec(word ?? "")?.[1] ?? found;
	return found;
}
/** A step that works in another folder deploys another project. */
function isOfProject(step, job, workflow) {
	return ((ownAction(step) !== null ? valueOf(step.with, "working-directory") : step.workingDirectory ?? job.workingDirectory ?? workflow.workingDirectory) ?? ".").replaceAll(/^\.\/|\/$/g, "").replace(/^\.$/, "") === workflow.project && !/(?:^|[;&|\s])cd\s/.test(step.run ?? "");
}
/** The value of an entry, or null if there is none. */
function valueOf(map, name) {
	return map?.entries.findLast((entry) => entry.name === name)?.value ?? null;
}
/** Whether the runner is GitHub's own, which has only the variables that the workflow sets. */
function isHosted({ runsOn, hasContainer }) {
	return !hasContainer && runsOn.length > 0 && runsOn.every((word) => /^(?:ubuntu|macos|windows)-[\w.-]+$/.test(word));
}
/** Whether a variable reaches a step: `unknown` where an action or a script may have set it in a way that is not seen. */
function reaches(name, { workflow, job, step, calls }) {
	const given = [
		workflow.env,
		job.env,
		step.env
	];
	if (given.some((map) => valueOf(map, name) !== null)) return true;
	if (wordOf(name).test(step.run ?? "")) return true;
	let isUnknown = given.some(hasUnknownNames) || !isHosted(job) || isOpaque(step.run ?? "") || isOpaque(step.called) || wordOf(name).test(step.called) || calls.some((call) => mayBring(name, call));
	for (const before of job.steps.slice(0, job.steps.indexOf(step))) {
		const exported = exportedBy(before, name);
		if (exported === true) return true;
		isUnknown ||= exported === "unknown";
	}
	return isUnknown ? "unknown" : false;
}
/** `${{ insert }}: ${{ secrets }}`, or an expression instead of the map: the variables are known only in a run. */
function hasUnknownNames(map) {
	return map?.entries.some(({ name }) => name.includes("${{")) === true;
}
/** Whether a step gives a variable to those after it. */
function exportedBy(step, name) {
	if (step.run !== null) {
		if (wordOf(name).test(step.run)) return true;
		const text = `${step.run}\n${step.called}`;
		return /GITHUB_ENV/.test(text) || isOpaque(text) ? "unknown" : false;
	}
	const uses = step.uses ?? "";
	if (/^1password\/load-secrets-action\/configure\b/i.test(uses)) {
		const [, input] = /^OP_(SERVICE_ACCOUNT_TOKEN|CONNECT_TOKEN|CONNECT_HOST)$/.exec(name) ?? [];
		if (input === void 0) return false;
		return valueOf(step.with, input.toLowerCase().replaceAll("_", "-")) !== null;
	}
	if (/^1password\/load-secrets-action\b/i.test(uses)) return valueOf(step.with, "export-env") !== "false" && (valueOf(step.env, name) ?? "").startsWith("op://");
	return KEEP_TO_THEMSELVES.test(uses) ? false : "unknown";
}
/** Actions that set no variables of the user's own. */
const KEEP_TO_THEMSELVES = /^(?:actions\/(?!github-script)|docker\/|ruby\/setup-ruby\b|webfactory\/ssh-agent\b|1password\/install-cli-action\b|shimataro\/ssh-key-action\b|crazy-max\/ghaction-github-runtime\b|[\w.-]+\/kamal-1password\b)/i;
/** Scripts that may bring variables or secrets files from elsewhere. */
function isOpaque(script) {
	return /(?:^|[;&|\s])(?:source|\.)\s+\S|\bset -a\b|\.kamal\/secrets|\bdirenv\b/m.test(script);
}
/** Programs that pass on the environment unchanged. */
const HANDS_ON = /^(?:bundle exec|time|timeout|nice|nohup|env|exec|command|sudo|stdbuf|unbuffer|chronic|retry|mise|rbenv|asdf|nix|devbox|bash|sh|make|just|rake|npm|yarn|pnpm|bun|task|\S*kamal$|[\w./-]+$)/;
/** Whether what Kamal is called through may set a variable: `op run` and the like do, but their own token they need too. */
function mayBring(name, { through }) {
	return through.some((each) => /^op\b/.test(each) ? !name.startsWith("OP_") : BRINGS.test(each) || !HANDS_ON.test(each));
}
const BRINGS = /^(?:doppler|infisical|chamber|dotenvx?|sops|vault|fnox|varlock|direnv|teller|aws-vault|berglas|docker|podman|ssh)\b/;
function wordOf(name) {
	return new RegExp(String.raw`(?<!\w)${name}(?!\w)`);
}
/** Whether what these secrets files do needs 1Password's CLI. */
function needsOp({ secrets }) {
	return secrets.assignments.flatMap(({ commands }) => commands).some((command) => command.kind === "fetch" ? command.adapter?.name === "1password" : command.kind !== "extract" && command.words[0]?.value === "op");
}
/** The registry of the deploy file, as far as it is known. */
function registryOf(destinations) {
	return destinations.find(({ deploy }) => deploy.deployment !== null)?.deploy.deployment?.registry ?? null;
}
/**
* How a step gets a secret of GitHub. A called workflow that declares its secrets has no others: then an edit of the step
* alone would leave it blank, and each caller has to pass it too.
*/
function passSecret(workflow, name, edits) {
	const declared = workflow.callable?.secrets ?? null;
	const isKnown = declared === null || hasEntry(declared, name);
	return {
		actor: "agent",
		title: isKnown ? `Pass ${name} to this step` : `Declare ${name} under on.workflow_call.secrets, pass it from each workflow that calls this one, and pass it to this step`,
		edits: isKnown ? edits : []
	};
}
/** Whether a map has a secret of that name; GitHub's names of secrets are the same in capitals and small letters. */
function hasEntry(map, name) {
	return map?.entries.some((entry) => entry.name.toUpperCase() === name.toUpperCase()) === true;
}
/** Lines added at a place that the reader of the workflow found. */
function insertLines(file, { at, indent, lineEnd }, lines) {
	return {
		file,
		start: at,
		end: at,
		text: lines.map((line) => lineEnd === "before" ? `\n${indent}${line}` : `${indent}${line}\n`).join("")
	};
}
/** Adds an entry to a map of a step, or the map with it if there is none yet. */
function addEntry(file, step, key, entry) {
	const { insert, [key]: map } = step;
	if (map !== null) return map.insert === null ? [] : [insertLines(file, map.insert, [entry])];
	return insert === null ? [] : [insertLines(file, insert, [`${key}:`, `  ${entry}`])];
}
// src/base/kamal-facts/facts.ts
function rows(...all) {
	return all;
}
const FACTS = {
	/** Whether ERB's `<%-` and `-%>` eat blanks and line ends: without, `-%>` is a syntax error. */
	trimsTemplates: rows({
		since: "2.0.0",
		value: false,
		source: "configuration.rb, `ERB.new(IO.read(file)).result`"
	}, {
		since: "2.11.0",
		value: true,
		source: "configuration.rb, `trim_mode: \"-\"`"
	}),
	/** Whether templates find the destination in `KAMAL_DESTINATION`. */
	setsDestination: rows({
		since: "2.0.0",
		value: false,
		source: "configuration.rb, `create_from`"
	}, {
		since: "2.1.0",
		value: true,
		source: "configuration.rb, `ENV[\"KAMAL_DESTINATION\"] = destination`"
	}),
	/** What the merged configuration must have, in the order in which Kamal checks it; `image` may have a stand-in. */
	requiredKeys: rows({
		since: "2.0.0",
		value: [
			"service",
			"image",
			"registry",
			"servers"
		],
		source: "configuration.rb, `ensure_required_keys_present`"
	}, {
		since: "2.6.0",
		value: [
			"service",
			"image",
			"registry"
		],
		source: "configuration.rb, `No servers or accessories specified`"
	}, {
		since: "2.8.0",
		value: ["service", "registry"],
		source: "configuration.rb, `raise … for image\" if image.blank?`"
	}),
	/** Whether accessories are enough, without servers. */
	serversAreOptional: rows({
		since: "2.0.0",
		value: false,
		source: "configuration/validator/servers.rb, `Array, Hash`"
	}, {
		since: "2.6.0",
		value: true,
		source: "configuration/validator/servers.rb, `Array, Hash, NilClass`"
	}),
	/** Whether a registry on localhost needs no credentials, and its image no name. */
	knowsLocalRegistry: rows({
		since: "2.0.0",
		value: false,
		source: "configuration/validator/registry.rb"
	}, {
		since: "2.8.0",
		value: true,
		source: "configuration/registry.rb, `local?`"
	}),
	/** Whether such a registry refuses a remote builder that is not reached by SSH. */
	localRegistryNeedsSsh: rows({
		since: "2.0.0",
		value: false,
		source: "configuration.rb"
	}, {
		since: "2.8.2",
		value: true,
		source: "configuration.rb, `ensure_local_registry_remote_builder_has_ssh_url`"
	}),
	/** Whether the hosts of a role that is given as a list are checked. */
	validatesRoleLists: rows({
		since: "2.0.0",
		value: false,
		source: "configuration/role.rb, `validate! specializations`"
	}, {
		since: "2.5.0",
		value: true,
		source: "configuration/role.rb, `validate! role_config`"
	}),
	/** `restart` among the options of a role or an accessory. */
	restartOption: rows({
		since: "2.0.0",
		value: "any",
		source: "configuration/validator/role.rb"
	}, {
		since: "2.6.0",
		value: "refused",
		source: "configuration/validator.rb, `validate_docker_options!`"
	}, {
		since: "2.12.0",
		value: "checked",
		source: "configuration/validator.rb, `validate_restart_policy!`"
	}),
	/** Whether the labels `destination`, `role` and `service` are refused. */
	reservesLabels: rows({
		since: "2.0.0",
		value: false,
		source: "configuration/validator/role.rb"
	}, {
		since: "2.7.0",
		value: true,
		source: "configuration/validator.rb, `validate_labels!`"
	}),
	/** `proxy: false` at the root. */
	rootProxyFalse: rows({
		since: "2.0.0",
		value: "empty",
		source: "configuration.rb, `@raw_config.proxy || {}`"
	}, {
		since: "2.6.0",
		value: "refused",
		source: "configuration.rb, `Proxy.new`"
	}),
	/** Kamal's sentence about SSL for several servers: from the second row on, a custom certificate passes. */
	sslServers: rows({
		since: "2.0.0",
		value: "one",
		source: "configuration/role.rb, `ensure_one_host_for_ssl`"
	}, {
		since: "2.7.0",
		value: "one without a certificate",
		source: "configuration/role.rb, `unless you provide custom certificates`"
	}),
	/** Whether `proxy.host` is a list with commas. */
	splitsProxyHost: rows({
		since: "2.0.0",
		value: false,
		source: "configuration/proxy.rb, `host`"
	}, {
		since: "2.1.0",
		value: true,
		source: "configuration/proxy.rb, `hosts`"
	}),
	/** Settings of the proxy of several roles on one host: not checked, one only, or all alike. */
	proxyRuns: rows({
		since: "2.0.0",
		value: "any",
		source: "configuration.rb"
	}, {
		since: "2.10.0",
		value: "one",
		source: "configuration.rb, `ensure_no_conflicting_proxy_runs`; objects are compared by identity"
	}, {
		since: "2.12.0",
		value: "alike",
		source: "configuration/proxy/run.rb, `==`"
	}),
	/** The keys that say where an accessory runs, of which it has one. */
	placements: rows({
		since: "2.0.0",
		value: [
			"host",
			"hosts",
			"roles"
		],
		source: "configuration/validator/accessory.rb"
	}, {
		since: "2.6.0",
		value: [
			"host",
			"hosts",
			"role",
			"roles",
			"tag",
			"tags"
		],
		source: "configuration/validator/accessory.rb"
	}),
	/** An accessory on a role that does not exist. */
	unknownAccessoryRole: rows({
		since: "2.0.0",
		value: "raises",
		source: "configuration/accessory.rb, `config.role(role).hosts`"
	}, {
		since: "2.4.0",
		value: "refused with its hosts",
		source: "configuration/accessory.rb, `Unknown role in accessories config`"
	}, {
		since: "2.5.0",
		value: "refused",
		source: "configuration/accessory.rb, `ensure_valid_roles`"
	}),
	/** Whether a message names a type once that is asked for twice. */
	namesTypesOnce: rows({
		since: "2.0.0",
		value: false,
		source: "configuration/validator.rb, `type_error`"
	}, {
		since: "2.9.0",
		value: true,
		source: "configuration/validator.rb, `type_error`, `.uniq`"
	}),
	/** Whether `NAME:ALIAS` in a list of secrets is two names. */
	knowsAliases: rows({
		since: "2.0.0",
		value: false,
		source: "configuration/env.rb, `secrets_io`"
	}, {
		since: "2.6.0",
		value: true,
		source: "configuration/env.rb, `extract_alias`"
	}),
	/** A host with a tag that `env.tags` does not have. */
	unknownTag: rows({
		since: "2.0.0",
		value: "raises",
		source: "configuration/role.rb, `env_tags`"
	}, {
		since: "2.9.0",
		value: "ignored",
		source: "configuration/role.rb, `env_tags`, `.compact`"
	}),
	/** Whether `ssh.key_data` may name a secret. */
	looksUpKeyData: rows({
		since: "2.0.0",
		value: false,
		source: "configuration/ssh.rb, `key_data`"
	}, {
		since: "2.10.0",
		value: true,
		source: "configuration/ssh.rb, `secrets.key?`"
	}),
	/** Whether `secrets_path` says where the secrets files are. */
	knowsSecretsPath: rows({
		since: "2.0.0",
		value: false,
		source: "secrets.rb"
	}, {
		since: "2.9.0",
		value: true,
		source: "secrets.rb, `@secrets_path`"
	}),
	/** Whether a line of the secrets files counts where the environment has its name already. */
	overridesEnvironment: rows({
		since: "2.0.0",
		value: false,
		source: "secrets.rb, `::Dotenv.parse(secrets_file)`"
	}, {
		since: "2.4.0",
		value: true,
		source: "secrets.rb, `overwrite: true`"
	}),
	/** Whether Kamal puts variables into a command itself. */
	putsVariablesIntoCommands: rows({
		since: "2.0.0",
		value: false,
		source: "secrets/dotenv/inline_command_substitution.rb"
	}, {
		since: "2.6.0",
		value: true,
		source: "secrets/dotenv/inline_command_substitution.rb, `Variable.call(command, env)`"
	}),
	/** Whether a backslash hides a parenthesis within `$(…)`. */
	escapesParentheses: rows({
		since: "2.0.0",
		value: false,
		source: "dotenv's own INTERPOLATED_SHELL_COMMAND"
	}, {
		since: "2.10.0",
		value: true,
		source: "secrets/dotenv/inline_command_substitution.rb, `INTERPOLATED_SHELL_COMMAND`"
	}),
	/** Whether every fetch needs `--account`, even if its adapter needs none. */
	alwaysNeedsAccount: rows({
		since: "2.0.0",
		value: true,
		source: "cli/secrets.rb, `required: true`"
	}, {
		since: "2.4.0",
		value: false,
		source: "cli/secrets.rb, `requires_account?`"
	}),
	/** Whether a fetch from 1Password without names gives the whole item: before, it gives nothing. */
	fetchesWholeItems: rows({
		since: "2.0.0",
		value: false,
		source: "secrets/adapters/one_password.rb"
	}, {
		since: "2.7.0",
		value: true,
		source: "secrets/adapters/one_password.rb, `fetch_all_secrets`"
	}),
	/** Whether a fetch from Bitwarden without a field may give all custom fields of the item. */
	fetchesCustomFields: rows({
		since: "2.0.0",
		value: false,
		source: "secrets/adapters/bitwarden.rb"
	}, {
		since: "2.3.0",
		value: true,
		source: "secrets/adapters/bitwarden.rb, `pluck(\"name\")`"
	}),
	/** Whether there is `kamal secrets print`. */
	printsSecrets: rows({
		since: "2.0.0",
		value: false,
		source: "cli/secrets.rb"
	}, {
		since: "2.1.0",
		value: true,
		source: "cli/secrets.rb, `print`"
	}),
	/** Whether commands know `--lock-wait`. */
	waitsForLock: rows({
		since: "2.0.0",
		value: false,
		source: "cli/base.rb"
	}, {
		since: "2.12.0",
		value: true,
		source: "cli/base.rb, `class_option :lock_wait`"
	}),
	/** Whether `#{`, `#$` and `#@` reach the container as they are: before, a backslash comes before each. */
	keepsHashes: rows({
		since: "2.0.0",
		value: false,
		source: "env_file.rb, `escape_docker_env_file_ascii_value`"
	}, {
		since: "2.3.0",
		value: true,
		source: "env_file.rb, `.gsub(/\\\\#/, \"#\")`"
	})
};
/** The same of the gem dotenv, which Kamal parses the secrets files with (`~> 3.1`). */
const DOTENV_FACTS = { 
/** What is substituted first: the variables of a line, or the output of its commands (and then the variables in it). */
putsInFirst: rows({
	since: "3.1.0",
	value: "variables",
	source: "dotenv/parser.rb, `@substitutions`"
}, {
	since: "3.2.0",
	value: "commands",
	source: "dotenv/parser.rb, `@substitutions`"
}) };
// src/base/kamal-facts/gem-version.ts
/** RubyGems' versions, for `minimum_version` (rubygems, lib/rubygems/version.rb). */
const VERSION = /^(?:[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?$/u;
function isGemVersion(version) {
	return VERSION.test(version.trim());
}
/** Below 0, 0 or above 0 as `a` is before, the same as or after `b`. Letters come before numbers: `2.0.rc1` < `2.0`. */
function compareGemVersions(a, b) {
	const left = segments(a);
	const right = segments(b);
	for (let i = 0; i < Math.max(left.length, right.length); i++) {
		const x = left[i] ?? 0;
		const y = right[i] ?? 0;
		if (x === y) continue;
		if (typeof x === "string" && typeof y === "number") return -1;
		if (typeof x === "number" && typeof y === "string") return 1;
		return x < y ? -1 : 1;
	}
	return 0;
}
function segments(version) {
	return (version.trim().replaceAll("-", ".pre.").match(/[0-9]+|[a-z]+/giu) ?? ["0"]).map((word) => /^\d/u.test(word) ? Number(word) : word);
}
// src/base/kamal-facts/release.ts
/** A release of Kamal, with the release of dotenv that it runs with, and what the two do. */
/** The newest release that the facts were read in; newer ones are treated as it. */
const NEWEST_KAMAL = "2.12.0";
/** The oldest; older ones are treated as it. */
const OLDEST_KAMAL = "2.0.0";
const NEWEST_DOTENV = "3.2.0";
/**
* Kamal 2.0 to 2.5 ask for `dotenv ~> 3.1`. Since 3.2.0 dotenv runs the commands of a line before it substitutes
* variables (lib/dotenv/parser.rb), so that `kamal secrets extract` receives the word `$SECRETS`; Kamal substitutes them
* itself from 2.6.0 on (lib/kamal/secrets/dotenv/inline_command_substitution.rb).
*/
const DOTENV_OF_OLD_KAMAL = "3.1.8";
const releases = /* @__PURE__ */ new Map();
/**
* @param version of Kamal; one that is not valid counts as the newest
* @param dotenv the one that a lock file names; else the newest that works with this Kamal, which the action installs
*/
function kamalRelease(version = NEWEST_KAMAL, dotenv) {
	const own = isGemVersion(version) ? version : NEWEST_KAMAL;
	const beside = dotenv ?? dotenvFor(own);
	const key = `${own} ${beside}`;
	let release = releases.get(key);
	if (release === void 0) {
		release = {
			version: own,
			dotenv: beside,
			facts: {
				...valuesAt(FACTS, own),
				...valuesAt(DOTENV_FACTS, beside)
			}
		};
		releases.set(key, release);
	}
	return release;
}
/** The release of dotenv to install beside a Kamal. */
function dotenvFor(kamal) {
	const { putsVariablesIntoCommands } = valuesAt({ putsVariablesIntoCommands: FACTS.putsVariablesIntoCommands }, kamal);
	return putsVariablesIntoCommands ? NEWEST_DOTENV : DOTENV_OF_OLD_KAMAL;
}
/** Whether a version is `since` or later. */
function isSince(version, since) {
	return version === "2.12.0" || version === "3.2.0" || compareGemVersions(version, since) >= 0;
}
/** What a release does of which the facts say nothing: it is newer than they are. */
function isNewerThanKnown(version) {
	return version !== "2.12.0" && compareGemVersions(version, "2.12.0") > 0;
}
/** Kamal 1 has no secrets files; what is said of Kamal 2 does not hold for it. */
function isKamal1(version) {
	return /^[01]\./.test(version);
}
function valuesAt(table, version) {
	const values = Object.entries(table).map(([name, all]) => {
		return [name, (all.findLast(({ since }) => isSince(version, since)) ?? all[0]).value];
	});
	return Object.fromEntries(values);
}
// src/parity/variable-sources.ts
/** Where the variables come from that a secrets file takes as `$NAME`, as far as workflows show it. */
/**
* Each `$NAME` of the secrets files that no earlier line of its file assigns. `$5` in a password reads as one too, but
* no one can set a variable of that name.
*/
function takenVariables({ assignments }) {
	return assignments.flatMap((assignment) => assignment.references.filter(({ to, name }) => to === null && /^[A-Za-z_]\w*$/.test(name)).map(({ name, span }) => ({
		name,
		span,
		assignment
	})));
}
/** The steps that run Kamal for a destination, of all that do. */
function stepsFor(steps, destination) {
	return steps.filter(({ destinations }) => destinations.includes(destination));
}
/** What each of them takes variables from; nothing for a step that shows no source. */
function variableSources(steps, destination) {
	return steps.flatMap((deploy) => sourceOf(deploy, destination) ?? []);
}
/** The one 1Password Environment that all sources of a destination name, or null if there is none or more than one. */
function environmentIdOf(sources) {
	const ids = new Set(sources.flatMap(({ id }) => id ?? []));
	const [id = null] = ids;
	return ids.size === 1 ? id : null;
}
function sourceOf({ step, by, calls }, destination) {
	if (by === "action") {
		const input = step.with?.entries.findLast(({ name }) => name === "op-environment");
		if (input === void 0) return null;
		const ids = parseEnvironmentIds(input.value);
		return {
			kind: "op-environment",
			id: ids === null ? null : environmentIdFor(ids, destination),
			span: input.span
		};
	}
	const tool = calls.flatMap(({ through }) => through).find((each) => BRINGS_VARIABLES.test(each));
	if (tool === void 0) return null;
	return {
		kind: "tool",
		tool,
		id: tool === "op run" ? environmentOfOpRun(step.run ?? "") : null,
		span: step.span
	};
}
/** Programs that add variables to the environment of a command, each by its command for that. */
const BRINGS_VARIABLES = /^(?:op run|doppler run|fnox (?:exec|run)|varlock run|infisical run|chamber exec|dotenvx run|sops exec-env|teller run|phase run|envchain \S+)$/;
/** `op run --environment ID`; null if the script has none, or several. */
function environmentOfOpRun(script) {
	const words = script.split(/\s+/);
	const ids = words.flatMap((word, index) => {
		if (word === "--environment") return words[index + 1] ?? [];
		return word.startsWith("--environment=") ? word.slice(14) : [];
	});
	const [id = ""] = new Set(ids.map((each) => each.replaceAll(/^["']|["']$/g, "")));
	return ids.length === 1 && parseEnvironmentIds(id)?.kind === "one" ? id : null;
}
/** Whether the workflows pass a variable to every step that deploys; `unknown` where they do not all, or it is not seen. */
function passedBy(steps, name) {
	const answers = new Set(steps.map((step) => reaches(name, step)));
	const [answer = false] = answers;
	return answers.size > 1 ? "unknown" : answer;
}
/** The variables of an Environment that are for the action itself: the SSH key and the host keys. */
function accessVariables({ workflows }) {
	const own = workflows.flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps)).filter((step) => ownAction(step) !== null);
	return /* @__PURE__ */ new Set([
		"SSH_KEY",
		"KNOWN_HOSTS",
		...own.flatMap((step) => ["ssh-key", "known-hosts"].flatMap((input) => valueOf(step.with, input) ?? []))
	]);
}
/** Variables that decide which programs run, and with what. */
const OF_THE_RUNNER = /^(?:PATH|HOME|SHELL|IFS|ENV|BASH_ENV|TMPDIR|RUBYOPT|RUBYLIB|GEM_HOME|GEM_PATH|BUNDLE_GEMFILE|BUNDLE_PATH|LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT|DYLD_\w+|NODE_OPTIONS|GIT_CONFIG\w*|GIT_SSH\w*|SSH_AUTH_SOCK|DOCKER_CONFIG|DOCKER_HOST|OP_SERVICE_ACCOUNT_TOKEN|OP_CONNECT_\w+|KAMAL_1PASSWORD_\w+)$/;
/** Whether a variable keeps the runner's value even if an Environment has it. */
function isOfTheRunner(name) {
	return OF_THE_RUNNER.test(name);
}
// src/files/secrets-file/characters.ts
/** The character classes of Ruby's regular expressions and strings, on UTF-16 code units. */
/** Ruby's `\s`: tab, newline, vertical tab, form feed, carriage return and space; no other blank. */
function isSpace(code) {
	return code === 32 || code >= 9 && code <= 13;
}
/** Ruby's `\w`: ASCII letters, digits and underscore. */
function isWord(code) {
	return code >= 97 && code <= 122 || code >= 65 && code <= 90 || code >= 48 && code <= 57 || code === 95;
}
/** What Ruby's `String#strip` removes: `\s` and NUL. */
function isStripped(code) {
	return code === 0 || isSpace(code);
}
/** The first offset from `from` on that is no `\s`, at most the text's length. */
function skipSpace(text, from) {
	let at = from;
	while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
	return at;
}
/** Ruby's `String#chomp`: one line end less. */
function chomp(text) {
	return text.replace(/(?:\r\n|\n|\r)$/, "");
}
/** Rails' `blank?` for a string: only `\p{White_Space}`, without Unicode's tables, which take long to load. */
function isBlank(text) {
	return /^[\s\x85]*$/.test(text) && !text.includes("﻿");
}
/** Ruby's `String#split("/")`: empty parts at the end are dropped. */
function splitSlashes(text) {
	const parts = text.split("/");
	while (parts.length > 0 && parts.at(-1) === "") parts.pop();
	return parts;
}
/** Ruby's `String#inspect`, for messages that quote what was read. */
function inspect(text) {
	return JSON.stringify(text).replaceAll(/#(?=[{$@])/g, "\\#");
}
// src/files/secrets-file/mapped-text.ts
/** A text that knows of each character where in the file it comes from. */
var Traced = class Traced {
	pieces;
	length;
	#text = null;
	#offsets = null;
	constructor(pieces) {
		this.pieces = pieces;
		let length = 0;
		for (const piece of pieces) length += piece.text.length;
		this.length = length;
	}
	/** The text itself; the answer of a fetch is one `STAND_IN`. */
	get text() {
		return this.#text ??= this.pieces.map((piece) => piece.text).join("");
	}
	static of(pieces) {
		return new Traced(pieces);
	}
	/** A stretch of the file as it is. */
	static written(text, start) {
		return new Traced([{
			text,
			start,
			end: start + text.length,
			exact: true,
			from: "file",
			fetched: null
		}]);
	}
	/** Whether some of its text can only be known in a run. */
	get unknown() {
		return this.pieces.some((piece) => piece.from !== "file");
	}
	/** The part from `from` to `to`, offsets into `text`. */
	slice(from, to) {
		return from <= 0 && to >= this.length ? this : new Traced(this.piecesOf(from, to));
	}
	piecesOf(from, to) {
		const found = [];
		const offsets = this.#offsets ??= offsetsOf(this.pieces);
		for (let index = indexAt(offsets, from); index < this.pieces.length; index += 1) {
			const piece = this.pieces[index];
			const offset = offsets[index] ?? 0;
			if (piece === void 0 || offset >= to) break;
			const first = Math.max(0, from - offset);
			const last = Math.min(piece.text.length, to - offset);
			if (first < last) found.push(part(piece, first, last));
		}
		return found;
	}
	/** Where the part from `from` to `to` is in the file: from its first character to its last. */
	place(from = 0, to = this.length) {
		if (from < to) {
			const pieces = this.piecesOf(from, to);
			const start = pieces[0]?.start ?? 0;
			return {
				start,
				end: Math.max(start, pieces.at(-1)?.end ?? start)
			};
		}
		const at = (from > 0 ? this.piecesOf(from - 1, from).at(-1) : void 0)?.end ?? this.pieces[0]?.start ?? 0;
		return {
			start: at,
			end: at
		};
	}
};
function offsetsOf(pieces) {
	let offset = 0;
	return pieces.map((piece) => (offset += piece.text.length) - piece.text.length);
}
/** The index of the last piece that begins at or before `offset`. */
function indexAt(offsets, offset) {
	let low = 0;
	let high = offsets.length;
	while (low < high) {
		const middle = low + high >>> 1;
		if ((offsets[middle] ?? 0) <= offset) low = middle + 1;
		else high = middle;
	}
	return Math.max(0, low - 1);
}
function part(piece, first, last) {
	if (first === 0 && last === piece.text.length) return piece;
	const text = piece.text.slice(first, last);
	return piece.exact ? {
		...piece,
		text,
		start: piece.start + first,
		end: piece.start + last
	} : {
		...piece,
		text
	};
}
// src/files/secrets-file/substitution.ts
/**
* What INTERPOLATED_SHELL_COMMAND matches (Kamal 2.12.0, lib/kamal/secrets/dotenv/inline_command_substitution.rb),
* in one pass: parentheses nest and are balanced, `\x` hides one, `()` and a backslash before a newline spoil the group.
*/
function findCommands(text, { facts }) {
	const commands = [];
	if (!text.includes("$(")) return {
		commands,
		unclosed: null
	};
	const closes = closingParentheses(text, facts.escapesParentheses);
	let unclosed = null;
	let done = 0;
	let at = text.indexOf("$(");
	while (at >= 0) {
		const close = closes.get(at + 1);
		if (close === void 0) {
			unclosed ??= at;
			at = text.indexOf("$(", at + 2);
		} else {
			const escaped = at > done && text[at - 1] === "\\";
			commands.push({
				start: escaped ? at - 1 : at,
				end: close + 1,
				escaped,
				inner: {
					start: at + 2,
					end: close
				}
			});
			done = close + 1;
			at = text.indexOf("$(", done);
		}
	}
	return {
		commands,
		unclosed
	};
}
/** For each `(` after a `$` that closes, the offset of its `)`. */
function closingParentheses(text, escapes) {
	const closes = /* @__PURE__ */ new Map();
	let open = [];
	for (const { 0: found, index: at } of text.matchAll(escapes ? /\\[^\n]?|[()]/g : /[()]/g)) if (found === "\\") open = [];
	else if (found === "(") open.push(at);
	else if (found === ")") {
		const opened = open.pop();
		if (opened === void 0) continue;
		if (opened === at - 1) open = [];
		else if (text[opened - 1] === "$") closes.set(opened, at);
	}
	return closes;
}
/**
* A variable in a value: a backslash before it, and its name, each undefined if absent (dotenv 3.2.0,
* lib/dotenv/substitutions/variable.rb). Ruby's `/[A-Z]/i` matches ſ and K beside ASCII. Use it with `matchAll` and
* `replaceAll` only: it has the flag `g`.
*/
const VARIABLE = /(\\)?\$(?!\()\{?([A-Za-z0-9_\u017F\u212A]+)?\}?/g;
/** Puts what `look` answers instead of each `$NAME`; `\$` loses its backslash. */
function substituteVariables(value, look) {
	const { text } = value;
	if (!text.includes("$")) return value;
	const pieces = [];
	let done = 0;
	for (const match of text.matchAll(VARIABLE)) {
		const [whole, backslash, name] = match;
		if (backslash !== void 0) {
			pieces.push(...value.piecesOf(done, match.index));
			done = match.index + 1;
		} else if (name !== void 0) {
			const end = match.index + whole.length;
			pieces.push(...value.piecesOf(done, match.index), ...look({
				name,
				start: match.index,
				end
			}));
			done = end;
		}
	}
	pieces.push(...value.piecesOf(done, value.length));
	return Traced.of(pieces);
}
export { FACTS as A, needsOp as B, dotenvFor as C, kamalRelease as D, isSince as E, insertLines as F, secretSteps as G, passSecret as H, isHosted as I, secretsWriter as K, isOfProject as L, addEntry as M, deploySteps as N, compareGemVersions as O, destinationNamed as P, isOwnStep as R, OLDEST_KAMAL as S, isNewerThanKnown as T, reaches as U, ownAction as V, registryOf as W, stepsFor as _, chomp as a, NEWEST_DOTENV as b, isSpace as c, skipSpace as d, splitSlashes as f, passedBy as g, isOfTheRunner as h, Traced as i, DEPLOYS as j, isGemVersion as k, isStripped as l, environmentIdOf as m, findCommands as n, inspect as o, accessVariables as p, valueOf as q, substituteVariables as r, isBlank as s, VARIABLE as t, isWord as u, takenVariables as v, isKamal1 as w, NEWEST_KAMAL as x, variableSources as y, isSerial as z };
