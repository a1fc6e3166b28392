import "./rolldown-runtime.js";
import { D as kamalRelease, G as secretSteps, _ as stepsFor, a as chomp, h as isOfTheRunner, m as environmentIdOf, p as accessVariables, t as VARIABLE, v as takenVariables, y as variableSources } from "./substitution.js";
import { t as Failure } from "./failure.js";
import { t as Secret } from "./secret.js";
import { t as environmentIdFor } from "./environment-ids.js";
// src/vault-to-servers/value-transport.ts
/**
* What becomes of a value on its way from 1Password into a container. Only the kind of loss is reported, never the
* value: nothing here logs or keeps a value.
*/
/** Bytes of a line from which on Docker refuses an env file (Go's bufio.MaxScanTokenSize; docker/cli, pkg/kvfile). */
const LONGEST_LINE = 65536;
/** Sends `value`, as 1Password holds it, through Kamal to a container's variable. */
function throughKamal(value, route, { name = "SECRET", look = () => void 0, facts = kamalRelease().facts } = {}) {
	if (value === "" && route === "fetched-and-extracted") return {
		outcome: "refused",
		held: null,
		arrives: null,
		reasons: ["empty"]
	};
	if (route === "fetched-and-extracted" && !canBeExtracted(value, facts)) return {
		outcome: "mangled",
		held: null,
		arrives: null,
		reasons: ["parenthesis"]
	};
	const reasons = /* @__PURE__ */ new Set();
	const printed = chomp(route === "fetched-and-extracted" ? value : `${value}\n`);
	if (printed !== value) reasons.add("trailing-newline");
	const held = facts.putsInFirst === "variables" ? printed : substitute(printed, look, reasons);
	if (held === null) return {
		outcome: "depends-on-environment",
		held: null,
		arrives: null,
		reasons: [...reasons]
	};
	const arrives = escapeForEnvFile(held, reasons, facts);
	if (arrives === value) reasons.clear();
	if (fitsOnLine(name, arrives)) return {
		outcome: "known",
		held,
		arrives,
		reasons: [...reasons]
	};
	return {
		outcome: "refused",
		held,
		arrives: null,
		reasons: [...reasons, "too-long"]
	};
}
/**
* Whether `kamal secrets extract … $FETCHED` finds its own end once the fetched text is inserted (dotenv 3.1,
* lib/dotenv/substitutions/command.rb: parentheses in pairs, a backslash hides none).
*/
function canBeExtracted(value, { putsInFirst, escapesParentheses }) {
	if (putsInFirst === "commands" || escapesParentheses) return true;
	let depth = 0;
	for (const [parenthesis] of value.matchAll(/[()]/g)) {
		depth += parenthesis === "(" ? 1 : -1;
		if (depth < 0) return false;
	}
	return depth === 0;
}
/** What a container's variable is for a value that Kamal holds; null if Docker refuses it. */
function inContainer(held, name, facts) {
	const arrives = escapeForEnvFile(held, /* @__PURE__ */ new Set(), facts);
	return fitsOnLine(name, arrives) ? arrives : null;
}
function fitsOnLine(name, value) {
	return Buffer.byteLength(`${name}=${value}`) < LONGEST_LINE;
}
/** Replaces the variables in `text`; since dotenv 3.2.0 this happens to the output of commands too. */
function substitute(text, look, reasons) {
	let known = true;
	const held = text.replaceAll(VARIABLE, (whole, backslash, name) => {
		if (backslash !== void 0) {
			reasons.add("dollar-escape");
			return whole.slice(1);
		}
		if (name === void 0) return whole;
		const value = look(name);
		if (value !== whole) reasons.add("dollar-expansion");
		known &&= value !== void 0;
		return value ?? "";
	});
	return known ? held : null;
}
const NAMED_ESCAPES = /* @__PURE__ */ new Map([
	["\n", ["\\n", "newline"]],
	["\r", ["\\r", "carriage-return"]],
	["	", ["\\t", "tab"]],
	["\f", ["\\f", "control-character"]],
	["\v", ["\\v", "control-character"]],
	["\b", ["\\b", "control-character"]],
	["\x07", ["\\a", "control-character"]],
	["\x1B", ["\\e", "control-character"]],
	["\\", ["\\\\", "backslash"]]
]);
/**
* Kamal 2.12.0, lib/kamal/env_file.rb: Ruby's `String#dump` on the ASCII parts, with `\"` and `\#` turned back.
* That also turns `\\#` back into `\#`: a backslash right before a `#` stays single, unless `{`, `$` or `@` follows.
* Before 2.3.0 `\#` is not turned back.
*/
function escapeForEnvFile(text, reasons, { keepsHashes }) {
	const special = keepsHashes ? /\\|\p{Cc}/gu : /\\|\p{Cc}|#(?=[{$@])/gu;
	return text.replaceAll(special, (character, offset) => {
		if (character === "#") {
			reasons.add("hash");
			return "\\#";
		}
		if (character >= "" || keepsHashes && character === "\\" && /^#(?![{$@])/.test(text.slice(offset + 1, offset + 3))) return character;
		const [escape, reason] = NAMED_ESCAPES.get(character) ?? [hexEscape(character), "control-character"];
		reasons.add(reason);
		return escape;
	});
}
function hexEscape(character) {
	return `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
/** A placeholder for a literal `$`, from a private-use plane, so that no value has it. */
const DOLLAR = "􏿽";
/** A value in which nothing reads as a variable any more: what Kamal holds already. */
function withoutDollars(value) {
	return value.replaceAll("$", DOLLAR);
}
// src/onepassword/vault/item.ts
/** The key under which Kamal's adapter hands a field on (2.12.0, one_password.rb, `fields_map`). */
function kamalKey(field) {
	return field.reference.replace(/^op:\/\//, "").replace(/\/password$/, "");
}
/** The item as `op item get` shows it: the notes are one more field, `notesPlain`, and an SSH key is four. */
function factsOf(item, vault, withValues) {
	const sections = item.sections.filter((section) => section.title !== "" || section.id !== "");
	const notes = {
		id: "notesPlain",
		title: "notesPlain",
		fieldType: "Text",
		value: item.notes
	};
	const fields = [...item.fields.flatMap(shownAs), notes].map((field) => {
		const section = sections.find(({ id }) => id === (field.sectionId ?? "")) ?? null;
		return {
			id: field.id,
			title: field.title,
			section: section === null ? null : {
				id: section.id,
				title: section.title
			},
			type: field.fieldType,
			isEmpty: field.value === "",
			isBuiltIn: field.isDerived === true || section === null && BUILT_IN.has(field.id),
			reference: referenceTo([
				vault,
				item,
				...section === null ? [] : [section],
				field
			]),
			value: withValues ? new Secret(field.value) : null
		};
	});
	return {
		id: item.id,
		title: item.title,
		vault,
		category: item.category,
		updatedAt: item.updatedAt,
		sections: sections.map(({ id, title }) => ({
			id,
			title
		})),
		fields
	};
}
/** `op` shows the public half of an SSH key beside it (op 2, SSH Key items). */
function shownAs(field) {
	const key = field.details?.type === "SshKey" ? field.details.content : void 0;
	if (!key) return [field];
	const derived = (id, title, value) => ({
		id,
		title,
		value,
		fieldType: "Text",
		isDerived: true,
		...field.sectionId ? { sectionId: field.sectionId } : {}
	});
	return [
		derived("public_key", "public key", key.publicKey),
		derived("fingerprint", "fingerprint", key.fingerprint),
		field,
		derived("key_type", "key type", key.keyType.toLowerCase())
	];
}
const BUILT_IN = /* @__PURE__ */ new Set([
	"username",
	"password",
	"notesPlain"
]);
/**
* Names with characters that a reference cannot hold are replaced by the id
* (developer.1password.com/docs/cli/secret-reference-syntax).
*/
function referenceTo(parts) {
	return `op://${parts.map(({ id, title }) => /^[\w.\- ]+$/.test(title) ? title : id).join("/")}`;
}
// src/onepassword/vault/field-request.ts
/**
* What `kamal secrets fetch --adapter 1password --from FROM NAMES…` asks for, in the order of the names; with no names
* the whole item that FROM names. Done as Kamal 2.12.0 does it (lib/kamal/secrets/adapters/base.rb, one_password.rb):
* FROM and the name are joined with `/`, one leading `op://` is dropped, then vault, item and the rest are split at `/`;
* with no rest the field is `password`. A part that is not there is an empty string, as it is for Kamal.
*/
function wantedByFetch(from, names) {
	if (names.length === 0) {
		const [vault = "", item = ""] = split(from ?? "");
		return [{
			vault,
			item,
			path: null,
			by: "fetch"
		}];
	}
	return names.map((name) => {
		const [vault = "", item = "", ...path] = split(from === null ? name : `${from}/${name}`);
		return {
			vault,
			item,
			path: path.length === 0 ? ["password"] : path,
			by: "fetch"
		};
	});
}
/**
* What a secret reference asks for: `op://vault/item/field` or `op://vault/item/section/field`, a `?attribute=…` behind
* it left aside. Null if it is not one (developer.1password.com/docs/cli/secret-reference-syntax).
*/
function wantedByReference(reference) {
	const parts = /^op:\/\/([^?]+)(?:\?.*)?$/s.exec(reference.trim())?.[1]?.split("/") ?? [];
	const [vault, item, ...path] = parts;
	if (vault === void 0 || item === void 0 || path.length < 1 || path.length > 2) return null;
	return parts.includes("") ? null : {
		vault,
		item,
		path,
		by: "reference"
	};
}
/** Ruby's `String#split("/")` after `delete_prefix("op://")`: empty parts at the end are dropped. */
function split(text) {
	return text.replace(/^op:\/\//, "").replace(/(?<!\/)\/+$/, "").split("/");
}
// src/vault-to-servers/questions.ts
/** What a project asks 1Password for, and where it asks. */
/**
* What a secrets file asks 1Password for, in its order: through `kamal secrets fetch` with the 1password adapter (others
* are not ours to ask) and through `op read op://…`. What depends on the environment or on other commands is skipped.
*/
function questionsOf({ assignments }) {
	return assignments.flatMap(({ commands }) => commands).flatMap((command) => {
		if (command.kind === "fetch") return askedByFetch(command);
		return command.kind === "shell" ? askedByRead(command) : [];
	});
}
/** The Environments that a secrets file reads with `op environment read ID`. */
function environmentsOf({ assignments }) {
	return assignments.flatMap(({ commands }) => commands).flatMap((command) => {
		if (command.kind !== "shell") return [];
		const words = operandsOfOp(command);
		if (words[0]?.value !== "environment" || words[1]?.value !== "read") return [];
		const id = words[2];
		return id === void 0 || id.unknown || id.value === "" ? [] : [{
			id: id.value,
			span: id.span
		}];
	});
}
function askedByFetch(fetch) {
	const adapter = fetch.adapter?.name.toLowerCase();
	if (adapter !== "1password" && adapter !== "one_password" || fetch.asksUnknown) return [];
	if (fetch.names.length === 0 && fetch.from === null) return [];
	return wantedByFetch(fetch.from?.value ?? null, fetch.names.map(({ value }) => value)).map((one, index) => ({
		wanted: one,
		span: fetch.names[index]?.span ?? fetch.span
	}));
}
function askedByRead(command) {
	const [verb, ...rest] = operandsOfOp(command);
	if (verb?.value !== "read") return [];
	return rest.flatMap(({ value, span, unknown }) => {
		const wanted = unknown ? null : wantedByReference(value);
		return wanted === null ? [] : [{
			wanted,
			span
		}];
	});
}
/** The words of the first `op` call of a command that are no options: up to a pipe or the like. */
function operandsOfOp({ words }) {
	const at = words.findIndex(({ value }) => value === "op" || value.endsWith("/op"));
	if (at < 0) return [];
	const rest = words.slice(at + 1);
	const end = rest.findIndex(({ value }) => /^(?:[|;&<>]|\d>)/.test(value));
	const own = end < 0 ? rest : rest.slice(0, end);
	return own.filter(({ value }, index) => !value.startsWith("-") && !VALUED.has(own[index - 1]?.value ?? ""));
}
/** Options of `op` that take the next word (op 2.35.0, `op read --help`). */
const VALUED = /* @__PURE__ */ new Set([
	"--account",
	"--session",
	"--config",
	"--encoding",
	"--format",
	"-o",
	"--out-file",
	"--file-mode"
]);
/** The item that holds the SSH key where nothing names another place: by convention, and never guessed further. */
const SERVER_ITEM = "Server";
const KEY_FIELD = "SSH_KEY";
const HOSTS_FIELD = "KNOWN_HOSTS";
/**
* @param environment the id of the destination's Environment; null if it has none
* @returns null if no input, Environment or secrets file says where it is
*/
function accessQuestions(given, secrets, environment = null) {
	const key = given.sshKey === null ? keyBesideSecrets(secrets) : wantedByReference(given.sshKey);
	const { kind, text = "" } = given.knownHosts ?? { kind: null };
	const hosts = kind === "reference" ? wantedByReference(text) : null;
	const variables = environment === null ? null : {
		environment,
		...variablesOf(given)
	};
	if (key === null && (variables?.key ?? null) === null) return null;
	return {
		key,
		knownHosts: hosts ?? (kind !== null || key === null ? null : hostsBeside(key)),
		knownHostsRequired: hosts !== null || kind === "variable",
		variables
	};
}
/** The key of the vault that the secrets come from. */
function keyBesideSecrets(secrets) {
	const vault = secrets.flatMap((reading) => questionsOf(reading))[0]?.wanted.vault;
	return vault === void 0 ? null : {
		vault,
		item: SERVER_ITEM,
		path: [KEY_FIELD],
		by: "reference"
	};
}
/** The variables of an Environment: those that inputs name, or our own names if no input names another place. */
function variablesOf({ sshKey, knownHosts }) {
	const named = (text, isVariable) => isVariable ? text : null;
	return {
		key: sshKey === null ? KEY_FIELD : named(sshKey, !sshKey.startsWith("op://")),
		knownHosts: knownHosts === null ? HOSTS_FIELD : named(knownHosts.text, knownHosts.kind === "variable")
	};
}
/** All that is asked of vaults for access, the key first. */
function wantedForAccess({ key, knownHosts }) {
	return [key, knownHosts].filter((each) => each !== null);
}
/** Where host keys are pinned, be it there or yet to be added. */
function hostKeysPlace({ key, knownHosts, variables }) {
	const place = knownHosts ?? (key === null ? null : hostsBeside(key));
	if (place !== null) return place;
	return {
		variable: variables?.knownHosts ?? HOSTS_FIELD,
		environment: variables?.environment ?? ""
	};
}
function hostsBeside(key) {
	return {
		...key,
		path: [HOSTS_FIELD]
	};
}
// src/onepassword/vault/environment.ts
/**
* Reads the variables of a 1Password Environment, as `op environment read ID` does.
* @param id the Environment's id, from its page on 1Password.com (Manage environment → Copy environment ID)
* @throws Failure `environment-missing`, or as `signIn`
*/
async function readEnvironment(session, id, options = {}) {
	try {
		const { variables } = await session.variables(id);
		return variables.map(({ name, value }) => ({
			name,
			isEmpty: value === "",
			value: options.values === true ? new Secret(value) : null
		}));
	} catch (error) {
		if (!isUnknown(error)) throw error;
		throw unreadable(id, error);
	}
}
/**
* The failure for an Environment that does not exist, or that the signed-in account cannot read: 1Password does not say
* which.
*/
function unreadable(id, cause) {
	return new Failure("environment-missing", `The 1Password Environment \`${id}\` does not exist, or this sign-in cannot read it.`, {
		human: ["On 1Password.com, Developer → Environments, open the Environment, copy its id, and make sure that the service account (access is given when it is created) or the workload has access to it."],
		agent: ["Correct the id after `op environment read`, or in `op-environment`."]
	}, cause);
}
/**
* `@1password/sdk` 0.5.0 says it only in words: "Environment was not found", "the provided ID is not in a valid format";
* to a workload "resource not found", "no credential broker configuration found for environment".
*/
function isUnknown(error) {
	const cause = error instanceof Failure ? error.cause : error;
	return cause instanceof Error && /Environment was not found|ID is not in a valid format|resource not found|no credential broker configuration found/.test(cause.message);
}
// src/vault-to-servers/environments.ts
/** The 1Password Environment of each destination: what is read of it, and what Kamal gets. */
/** Reads each Environment once, for all callers. */
var EnvironmentReader = class {
	#session;
	#reading = /* @__PURE__ */ new Map();
	constructor(session) {
		this.#session = session;
	}
	/** @throws Failure as `signIn`, but for an Environment that is not there or not readable: that is null */
	variables(id) {
		const reading = this.#reading.get(id) ?? this.#read(id);
		this.#reading.set(id, reading);
		return reading;
	}
	async #read(id) {
		try {
			return await readEnvironment(this.#session, id, { values: true });
		} catch (error) {
			if (error instanceof Failure && [
				"environment-missing",
				"token-not-permitted",
				"workload-not-permitted"
			].includes(error.code)) return null;
			throw error;
		}
	}
};
/**
* The Environment of each destination that has one.
* @param named what someone says; undefined: what the workflows say
*/
async function readSources(reader, project, named) {
	const found = project.destinations.flatMap(({ destination }) => {
		const id = environmentOf(project, destination, named);
		return id === null ? [] : [{
			destination,
			id
		}];
	});
	return new Map(await Promise.all(found.map(async ({ destination, id }) => [destination, {
		id,
		variables: await reader.variables(id)
	}])));
}
/** The id of a destination's Environment, or null if none is named. */
function environmentOf(project, destination, named) {
	if (named !== void 0) return named === null ? null : environmentIdFor(named, destination);
	const readings = project.destinations.find((each) => each.destination === destination);
	if (readings === void 0) return null;
	return environmentIdOf(variableSources(stepsFor(secretSteps(project), readings), destination));
}
/** What the check gets of a destination's Environment: names, and no value. */
function sourceOf(project, { destination }, sources, setByJob) {
	const source = sources.get(destination);
	if (source === void 0) return null;
	const { id, variables } = source;
	const taken = new Set(accessVariables(project));
	for (const each of project.destinations) if (sources.get(each.destination)?.id === id) for (const { name } of takenVariables(each.secrets)) taken.add(name);
	const unused = project.complete ? (variables ?? []).filter(({ name }) => !taken.has(name)) : [];
	return {
		id,
		variables,
		setByJob,
		unused: new Set(unused.map(({ name }) => name))
	};
}
/**
* What Kamal gets of an Environment: exactly the variables that the secrets files of the destination take, and none that
* decides what Kamal itself is run with.
*/
function variablesForKamal({ secrets }, source) {
	const taken = new Set(takenVariables(secrets).map(({ name }) => name));
	const given = (source?.variables ?? []).filter(({ name }) => taken.has(name) && !isOfTheRunner(name));
	return Object.fromEntries(given.flatMap(({ name, value }) => value === null ? [] : [[name, value.reveal()]]));
}
/**
* Whether Kamal can be started with them.
* @param id of the Environment that they are from
* @throws Failure `environment-variable-unusable`
*/
function requireUsable(variables, id) {
	const [name] = Object.entries(variables).find(([, value]) => value.includes("\0")) ?? [];
	if (name === void 0) return;
	throw new Failure("environment-variable-unusable", `The variable \`${name}\` of the 1Password Environment \`${id}\` contains a NUL character, which no environment variable can hold, so Kamal cannot get it and was not started.`, { human: [`On 1Password.com, Developer → Environments, remove that character from \`${name}\`.`] });
}
// src/onepassword/vault/field-match.ts
/** What a name picks from a list: all that match at the first of these levels: exact title, id, title but for case. */
function pick(among, name) {
	const exact = pickExactly(among, name);
	if (exact.length > 0) return exact;
	return among.filter(({ title }) => title.toLowerCase() === name.toLowerCase());
}
function pickExactly(among, name) {
	const byTitle = among.filter(({ title }) => title === name);
	return byTitle.length > 0 ? byTitle : among.filter(({ id }) => id === name);
}
/**
* The fields of an item that a path means. `op item get --fields label=A.B` takes `A.B` as the name of a field, or as
* section `A` with field `B`; a reference has the section as its own part.
*
* Case does not count in references (`@1password/sdk` 0.5.0). In labels it counts here: whether `op` is strict is not
* documented, but Kamal passes the field on under its own spelling, so an `extract` of the other one finds nothing.
*/
function fieldsAt(item, path, by) {
	const label = path.join(by === "fetch" ? "." : "/");
	const choose = by === "fetch" ? pickExactly : pick;
	if (by === "fetch" || path.length === 1) {
		const fields = choose(item.fields, label);
		if (fields.length > 0) return {
			kind: "fields",
			fields
		};
	}
	const ways = by === "fetch" ? splitsAtDots(label) : splitsAt(path);
	let nearest = null;
	for (const [sectionName, fieldName] of ways) {
		const ids = new Set(choose(item.sections, sectionName).map(({ id }) => id));
		const among = item.fields.filter(({ section }) => section !== null && ids.has(section.id));
		const fields = choose(among, fieldName);
		if (fields.length > 0) return {
			kind: "fields",
			fields
		};
		if (ids.size > 0) nearest ??= {
			kind: "no-field",
			among
		};
	}
	if (nearest !== null) return nearest;
	return path.length > 1 ? { kind: "no-section" } : {
		kind: "no-field",
		among: item.fields
	};
}
/** `a.b.c` → `a` + `b.c`, `a.b` + `c`. */
function splitsAtDots(label) {
	return [...label.matchAll(/\./g)].map(({ index }) => [label.slice(0, index), label.slice(index + 1)]);
}
function splitsAt(path) {
	const [section, field] = path;
	return section === void 0 || field === void 0 ? [] : [[section, field]];
}
// src/onepassword/vault/vault.ts
/**
* Reads everything wanted with the fewest requests: two for the list of vaults, then one for the list of a vault's
* items and one for each fifty of the items wanted (`@1password/sdk` 0.5.0). Nothing wanted, nothing asked.
* @param options.values also keep the values, each in a `Secret`; else only whether there is one
* @throws Failure as `signIn`, but for a single vault that may not be read: that is an answer
*/
async function readVaults(session, wanted, options = {}) {
	if (wanted.length === 0) return {
		visible: [],
		listed: [],
		items: [],
		answers: []
	};
	const visible = (await session.vaults()).map(named);
	const names = [...new Set(wanted.map(({ vault }) => vault))];
	const readable = new Map(names.map((name) => [name, pick(visible, name)]));
	const vaults = new Set([...readable.values()].flatMap((found) => found.length === 1 ? found : []));
	const shelves = /* @__PURE__ */ new Map();
	await Promise.all([...vaults].map(async (vault) => {
		const here = wanted.filter((one) => readable.get(one.vault)?.[0] === vault);
		shelves.set(vault.id, await readShelf(session, vault, here, options.values ?? false));
	}));
	const answers = wanted.map((one) => {
		const [vault, ...more] = readable.get(one.vault) ?? [];
		if (vault === void 0) return {
			wanted: one,
			kind: "vault-missing",
			vaults: visible.map(titleOf)
		};
		if (more.length > 0) return {
			wanted: one,
			kind: "vault-ambiguous",
			ids: [vault, ...more].map(idOf)
		};
		const shelf = shelves.get(vault.id) ?? null;
		if (shelf === null) return {
			wanted: one,
			kind: "vault-not-readable",
			vault
		};
		return answerFrom(shelf, one);
	});
	return {
		visible,
		listed: [...shelves.values()].flatMap((shelf) => shelf === null ? [] : [listedIn(shelf)]),
		items: [...shelves.values()].flatMap((shelf) => [...shelf?.items.values() ?? []]),
		answers
	};
}
/** `getAll` takes so many ids at a time. */
const BATCH = 50;
async function readShelf(session, vault, wanted, withValues) {
	try {
		const list = await session.items(vault.id);
		const isActive = ({ state }) => state === "active";
		const active = list.filter(isActive);
		const ids = new Set(wanted.flatMap(({ item }) => pick(active, item)).map(idOf));
		const items = /* @__PURE__ */ new Map();
		for (const batch of inBatches([...ids])) {
			const { individualResponses } = await session.itemsWithFields(vault.id, batch);
			for (const { content } of individualResponses) if (content && ids.has(content.id)) items.set(content.id, factsOf(content, vault, withValues));
		}
		return {
			vault,
			active,
			archived: list.filter((item) => !isActive(item)),
			items
		};
	} catch (error) {
		if (error instanceof Failure && ["token-not-permitted", "connect-not-permitted"].includes(error.code)) return null;
		throw error;
	}
}
function listedIn({ vault, active, archived }) {
	const facts = (isActive) => ({ id, title, websites }) => ({
		id,
		title,
		isActive,
		websites: websites.map(({ url }) => url)
	});
	return {
		vault,
		items: [...active.map(facts(true)), ...archived.map(facts(false))]
	};
}
function answerFrom({ vault, active, archived, items }, wanted) {
	const [overview, ...more] = pick(active, wanted.item);
	if (overview === void 0) {
		const isArchived = pick(archived, wanted.item).length > 0;
		return {
			wanted,
			kind: "item-missing",
			vault,
			items: active.map(titleOf),
			isArchived
		};
	}
	if (more.length > 0) return {
		wanted,
		kind: "item-ambiguous",
		vault,
		ids: [overview, ...more].map(idOf)
	};
	const item = items.get(overview.id);
	if (item === void 0) return {
		wanted,
		kind: "item-not-readable",
		vault,
		id: overview.id
	};
	if (wanted.path === null) return filledOrEmpty(wanted, item, item.fields);
	const match = fieldsAt(item, wanted.path, wanted.by);
	if (match.kind === "fields") return filledOrEmpty(wanted, item, match.fields);
	return match.kind === "no-section" ? {
		wanted,
		kind: "section-missing",
		item,
		sections: item.sections.map(titleOf)
	} : {
		wanted,
		kind: "field-missing",
		item,
		fields: match.among
	};
}
function filledOrEmpty(wanted, item, fields) {
	return {
		wanted,
		kind: fields.every(({ isEmpty }) => isEmpty) ? "empty" : "found",
		item,
		fields
	};
}
function* inBatches(ids) {
	for (let at = 0; at < ids.length; at += BATCH) yield ids.slice(at, at + BATCH);
}
function named({ id, title }) {
	return {
		id,
		title
	};
}
function idOf({ id }) {
	return id;
}
function titleOf({ title }) {
	return title;
}
// src/vault-to-servers/value-changes.ts
/** What becomes of a value between the vault and the container, in words that have none of the value in them. */
function changesOnTheWay(value, by, kamal) {
	if (by === "environment") {
		const later = changesOnTheWay(withoutDollars(value), "op read", kamal);
		return kamal.facts.putsInFirst === "variables" && value.includes("$(") ? [{
			kind: "command",
			at: "secrets"
		}, ...later] : later;
	}
	const { facts } = kamal;
	const { reasons } = throughKamal(value, by === "fetch" ? "fetched-and-extracted" : "printed-by-a-command", {
		look: () => "",
		facts
	});
	return reasons.flatMap((reason) => CHANGES[reason] ?? []);
}
/** Where each happens: dotenv reads the secrets file for all consumers; the env file is only for containers. */
const CHANGES = {
	"dollar-expansion": {
		kind: "variable",
		at: "secrets"
	},
	"dollar-escape": {
		kind: "backslash-lost",
		at: "secrets"
	},
	backslash: {
		kind: "backslash-doubled",
		at: "container"
	},
	hash: {
		kind: "hash-escaped",
		at: "container"
	},
	newline: {
		kind: "newline",
		at: "container"
	},
	"carriage-return": {
		kind: "newline",
		at: "container"
	},
	tab: {
		kind: "control",
		at: "container"
	},
	"control-character": {
		kind: "control",
		at: "container"
	},
	"trailing-newline": {
		kind: "trailing-newline",
		at: "secrets"
	},
	parenthesis: {
		kind: "parenthesis",
		at: "secrets"
	},
	"too-long": {
		kind: "too-long",
		at: "container"
	},
	empty: null
};
// src/vault-to-servers/vault-names.ts
/** From what 1Password answered to what the check may know of it: names, and never a value. */
/** Makes the names of one run; an item that several destinations read becomes one object. */
var VaultNames = class {
	#changesOf;
	#items = /* @__PURE__ */ new Map();
	#fields = {
		fetch: /* @__PURE__ */ new Map(),
		"op read": /* @__PURE__ */ new Map()
	};
	#environments = /* @__PURE__ */ new Map();
	constructor(changesOf) {
		this.#changesOf = changesOf;
	}
	/** @param unasked what {@link unasked} says of all destinations together */
	reading({ visible, answers, environments, source }, unasked) {
		return {
			environment: source === null ? null : this.#source(source),
			visible,
			answers: [...answers.map(({ question, answer }) => this.#answer(question.span, answer)), ...environments.map((each) => this.#environment(each))],
			unasked
		};
	}
	/**
	* Fields that nothing uses, of all items that were read: what 1Password adds on its own, empty fields, items that are
	* read as a whole and what is for SSH count as used.
	*/
	unasked(answers) {
		const asked = /* @__PURE__ */ new Set();
		const items = /* @__PURE__ */ new Set();
		for (const answer of answers) {
			if (answer.kind !== "found" && answer.kind !== "empty") continue;
			items.add(answer.item);
			for (const field of answer.fields) asked.add(field);
		}
		return [...items].flatMap((item) => item.fields.filter((field) => !asked.has(field) && !field.isBuiltIn && !field.isEmpty && !isForSsh(item, field)).map((field) => ({
			item: this.#item(item),
			field: this.#field(field)
		})));
	}
	#answer(span, answer) {
		const { vault, item, path, by } = answer.wanted;
		return {
			asked: {
				by: by === "fetch" ? "fetch" : "op read",
				vault,
				item,
				field: path?.join("/") ?? null
			},
			span,
			reply: this.#reply(answer)
		};
	}
	#reply(answer) {
		switch (answer.kind) {
			case "found":
			case "empty": return {
				kind: "found",
				item: this.#item(answer.item),
				fields: answer.fields.map((field) => this.#field(field, answer.wanted.by === "fetch" ? "fetch" : "op read"))
			};
			case "section-missing":
			case "field-missing": {
				const there = (answer.wanted.path ?? []).length > 1 ? "there" : null;
				const section = answer.kind === "section-missing" ? "missing" : there;
				return {
					kind: "field-missing",
					item: this.#item(answer.item),
					section
				};
			}
			case "vault-missing": return { kind: "vault-missing" };
			case "vault-ambiguous": return {
				kind: "vault-ambiguous",
				ids: answer.ids.toSorted()
			};
			case "vault-not-readable": return { kind: "vault-not-readable" };
			case "item-missing": return {
				kind: "item-missing",
				items: answer.items.toSorted(),
				isArchived: answer.isArchived
			};
			case "item-ambiguous": return {
				kind: "item-ambiguous",
				ids: answer.ids.toSorted()
			};
			case "item-not-readable": return { kind: "item-not-readable" };
		}
	}
	#item(facts) {
		let item = this.#items.get(facts);
		if (item === void 0) {
			item = {
				kind: "item",
				vault: facts.vault.title,
				title: facts.title,
				id: facts.id,
				updatedAt: facts.updatedAt.toISOString(),
				fields: facts.fields.map((field) => this.#field(field))
			};
			this.#items.set(facts, item);
		}
		return item;
	}
	#field(facts, by = "fetch") {
		let field = this.#fields[by].get(facts);
		if (field === void 0) {
			field = {
				name: facts.title,
				section: facts.section === null || facts.section.title === "" ? null : facts.section.title,
				key: kamalKey(facts),
				isEmpty: facts.isEmpty,
				isBuiltIn: facts.isBuiltIn,
				changes: facts.value === null || facts.isEmpty ? [] : this.#changesOf(facts.value.reveal(), by)
			};
			this.#fields[by].set(facts, field);
		}
		return field;
	}
	#source({ id, variables, setByJob, unused }) {
		const item = variables === null ? null : this.#environmentItem(id, variables);
		return {
			id,
			item,
			setByJob,
			unused: item?.fields.filter(({ name }) => unused.has(name)) ?? []
		};
	}
	#environmentItem(id, variables) {
		let item = this.#environments.get(id);
		if (item === void 0) {
			item = {
				kind: "environment",
				vault: "",
				title: id,
				id,
				updatedAt: null,
				fields: variables.map(({ name, isEmpty, value }) => ({
					name,
					section: null,
					key: name,
					isEmpty,
					isBuiltIn: false,
					changes: value === null || isEmpty ? [] : this.#changesOf(value.reveal(), "environment")
				}))
			};
			this.#environments.set(id, item);
		}
		return item;
	}
	#environment({ question: { id, span }, variables }) {
		const asked = {
			by: "op environment read",
			id
		};
		if (variables === null) return {
			asked,
			span,
			reply: { kind: "environment-missing" }
		};
		const item = this.#environmentItem(id, variables);
		return {
			asked,
			span,
			reply: {
				kind: "found",
				item,
				fields: item.fields
			}
		};
	}
};
/** The key and the host keys of the servers are for the action, not for the containers. */
function isForSsh(item, field) {
	return field.type === "SshKey" || item.title === "Server";
}
// src/vault-to-servers/read-vault.ts
/** Asks 1Password all that a project asks it, in one reading, and puts the names beside the files. */
/**
* Asks everything once, however many destinations ask it: two requests for the list of vaults, two for each vault, and
* those of each Environment.
* @throws Failure as `signIn`
*/
async function readLive(session, project, { extras = [], environments: named, setByJob = null } = {}) {
	const reader = new EnvironmentReader(session);
	const kamal = kamalRelease(project.kamal.version, project.kamal.dotenv);
	const asking = project.destinations.map(({ secrets }) => questionsOf(secrets));
	const questions = asking.flat();
	const [reading, environments, sources] = await Promise.all([
		readVaults(session, [...questions.map(({ wanted }) => wanted), ...extras], { values: true }),
		readEnvironments(reader, project.destinations.map(({ secrets }) => secrets)),
		readSources(reader, project, named)
	]);
	const answers = questions.flatMap((question, index) => {
		const answer = reading.answers[index];
		return answer === void 0 ? [] : [{
			question,
			answer
		}];
	});
	const names = new VaultNames((value, by) => changesOnTheWay(value, by, kamal));
	const unasked = project.complete ? names.unasked(reading.answers) : [];
	const visible = reading.visible.map(({ title }) => title).toSorted();
	const destinations = project.destinations.map((destination, index) => {
		const own = new Set(asking[index]);
		const files = new Set(destination.secrets.files.map(({ path }) => path));
		const answered = {
			visible,
			answers: answers.filter(({ question }) => own.has(question)),
			environments: environments.filter(({ question }) => files.has(question.span.file)),
			source: sourceOf(project, destination, sources, setByJob)
		};
		return {
			...destination,
			vault: names.reading(answered, unasked)
		};
	});
	return {
		project: {
			...project,
			destinations
		},
		answers,
		extras: reading.answers.slice(questions.length),
		items: reading.items,
		environments,
		sources,
		visible: reading.visible,
		listed: reading.listed
	};
}
/** The fields that the secrets files ask for; never one that was read besides, such as the SSH key. */
function askedByFiles({ answers, extras }) {
	const fieldsOf = (answer) => answer.kind === "found" ? answer.fields : [];
	const besides = new Set(extras.flatMap(fieldsOf));
	return new Set(answers.flatMap(({ answer }) => fieldsOf(answer)).filter((field) => !besides.has(field)));
}
async function readEnvironments(reader, secrets) {
	const questions = /* @__PURE__ */ new Map();
	for (const question of secrets.flatMap((reading) => environmentsOf(reading))) questions.set(JSON.stringify(question), question);
	return Promise.all([...questions.values()].map(async (question) => ({
		question,
		variables: await reader.variables(question.id)
	})));
}
export { environmentOf as a, variablesForKamal as c, hostKeysPlace as d, wantedForAccess as f, throughKamal as g, inContainer as h, EnvironmentReader as i, unreadable as l, canBeExtracted as m, readLive as n, readSources as o, kamalKey as p, readVaults as r, requireUsable as s, askedByFiles as t, accessQuestions as u };
