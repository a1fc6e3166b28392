import { r as __toESM } from "./rolldown-runtime.js";
import { t as Failure } from "./failure.js";
import { a as environmentOf, c as variablesForKamal, d as hostKeysPlace, f as wantedForAccess, l as unreadable, n as readLive, s as requireUsable, t as askedByFiles, u as accessQuestions } from "./read-vault.js";
import { C as dotenvFor, E as isSince, v as takenVariables, x as NEWEST_KAMAL } from "./substitution.js";
import { c as signalGroup, l as stopGroup, n as eachOf, r as RUN_VARIABLE, s as runToEnd, t as connectionsAtOnce, u as isHostName } from "./limited.js";
import { d as VERSION$1, f as noEnvironments, g as readPlainFile, h as isPlainDirectory, l as onePasswordOf, m as codeOf, o as LineIndex, p as makeDirectory } from "./parity-table.js";
import { _ as serviceRequest, n as sshConfigQuoted, t as shellQuoted } from "./quoting.js";
import { t as innermostReason } from "./innermost-reason.js";
import { c as readsNoVaults, m as withPatience, o as spoken, s as waitingTime } from "./messages.js";
import { A as vaultReads, S as groupBy, d as lockedGem, k as maskValues, l as publishParity, m as repositoryAround, p as BoundedFiles } from "./project.js";
import { t as privatePlaces } from "./run.js";
import { t as Secret } from "./secret.js";
import { _ as repairText, a as readKnownHosts, c as jwkOf, d as unsigned$1, f as wireReader, g as decodedText, h as base64Bytes, i as notHeldByKamal, l as publicBlobOf, m as wireUint32, o as bitsOf, p as wireString, r as nameOf$1, s as fingerprintOf, t as pinHosts, u as typeOf } from "./known-hosts.js";
import { i as startAgent, n as LONGEST, o as runProgram } from "./agent.js";
import { u as namesInWords } from "./event.js";
import { i as isRecord } from "./bounded-body.js";
import { Duplex } from "node:stream";
import { promisify } from "node:util";
import { createInflateRaw } from "node:zlib";
import { createHash, createPrivateKey, createPublicKey, hash, randomUUID, sign, timingSafeEqual, verify } from "node:crypto";
import { setImmediate, setTimeout as setTimeout$1 } from "node:timers/promises";
import { closeSync, constants, existsSync, fstatSync, openSync, readSync, readdirSync, readlinkSync } from "node:fs";
import { delimiter, dirname, join, parse, posix, relative, resolve } from "node:path";
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { execFile, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
// src/onepassword/session/answer-failure.ts
/** The failure for an answer that is not one filled field, with what is there instead; null if it is one. */
function answerFailure(answer, purpose) {
	switch (answer.kind) {
		case "vault-missing":
		case "vault-ambiguous":
		case "vault-not-readable": return vaultFailure(answer, purpose);
		case "item-missing":
		case "item-ambiguous":
		case "item-not-readable": return itemFailure(answer, purpose);
		case "found":
		case "empty":
		case "section-missing":
		case "field-missing": return fieldFailure(answer, purpose);
	}
}
/** The step for an agent: the input names another place. */
function elsewhereStep({ wanted: { vault, item, path } }, { what, input }) {
	return `Set the input \`${input}\` to where ${what} is, such as \`op://${vault}/${item}/${(path ?? []).join("/")}\`.`;
}
/** The step for a human: the field is filled. */
function putStep({ wanted: { vault, item, path } }, { what }) {
	return `In 1Password, put ${what} into the field \`${(path ?? []).join("/")}\` of the item \`${item}\` in the vault \`${vault}\`.`;
}
function vaultFailure(answer, purpose) {
	const { vault } = answer.wanted;
	const { what, input, code } = purpose;
	switch (answer.kind) {
		case "vault-missing": return new Failure(`${code}-vault-missing`, `This sign-in sees no vault \`${vault}\`, where ${what} is looked for; it sees ${list$1(answer.vaults, "no vault at all")}.`, {
			human: [`In 1Password, create a service account that can read the vault \`${vault}\` and store its token as OP_SERVICE_ACCOUNT_TOKEN: access is given when the account is created and cannot be added later. Through Connect, give the server and its token access to the vault.`],
			agent: [elsewhereStep(answer, purpose)]
		});
		case "vault-ambiguous": return new Failure(`${code}-vault-ambiguous`, `There are ${answer.ids.length} vaults named \`${vault}\`, so ${what} cannot be found by name.`, { agent: [`Name the vault by its id (${list$1(answer.ids)}) in \`${input}\`.`] });
		case "vault-not-readable": return new Failure(`${code}-vault-not-readable`, `This sign-in sees the vault \`${vault}\` but cannot read its items, ${what} among them.`, { human: [`In 1Password, give the service account, or the Connect token, the permission to read items of \`${vault}\`.`] });
	}
}
function itemFailure(answer, purpose) {
	const { vault, item } = answer.wanted;
	const { what, input, code } = purpose;
	switch (answer.kind) {
		case "item-missing": return new Failure(`${code}-item-missing`, `The vault \`${vault}\` has no item \`${item}\`, where ${what} is looked for${answer.isArchived ? "; one of that name is in the archive" : `; it has ${list$1(answer.items, "no item at all")}`}.`, {
			human: [answer.isArchived ? `In 1Password, restore the item \`${item}\` from the archive.` : putStep(answer, purpose)],
			agent: [elsewhereStep(answer, purpose)]
		});
		case "item-ambiguous": return new Failure(`${code}-item-ambiguous`, `The vault \`${vault}\` has ${answer.ids.length} items named \`${item}\`, so ${what} cannot be found by name.`, {
			human: [`In 1Password, rename or archive all but one of the items named \`${item}\`.`],
			agent: [`Or name the item by its id (${list$1(answer.ids)}) in \`${input}\`.`]
		});
		case "item-not-readable": return new Failure(`${code}-item-not-readable`, `The item \`${item}\` of the vault \`${vault}\`, where ${what} is looked for, was listed but could not be read.`, { human: ["Run it again; if it still fails, open the item in 1Password and save it again."] });
	}
}
function fieldFailure(answer, purpose) {
	const { vault, item, path } = answer.wanted;
	const field = (path ?? []).join("/");
	const { what, code } = purpose;
	const put = putStep(answer, purpose);
	switch (answer.kind) {
		case "found": return null;
		case "empty": return new Failure(`${code}-empty`, `The field \`${field}\` of the item \`${item}\` in the vault \`${vault}\`, where ${what} is looked for, is empty.`, { human: [put] });
		case "section-missing": return new Failure(`${code}-field-missing`, `The item \`${item}\` in the vault \`${vault}\` has no section \`${path?.[0] ?? ""}\`, where ${what} is looked for; it has ${list$1(answer.sections, "no section")}.`, {
			human: [put],
			agent: [elsewhereStep(answer, purpose)]
		});
		case "field-missing": return fieldMissing(answer, purpose, put);
	}
}
/** The same for a variable of an Environment. */
function variableFailure({ wanted: { variable, environment }, value, names }, { what, input, code }) {
	if (value !== null && !value.isEmpty) return null;
	const put = `On 1Password.com, Developer → Environments, Environment “${environment}”: put ${what} into a variable named exactly \`${variable}\`.`;
	if (value !== null) return new Failure(`${code}-empty`, `The variable \`${variable}\` of the Environment “${environment}”, where ${what} is looked for, is empty.`, { human: [put] });
	return new Failure(`${code}-variable-missing`, `The Environment “${environment}” has no variable \`${variable}\`, where ${what} is looked for; it has ${list$1(names, "none")}.`, {
		human: [put],
		agent: [`Or set the input \`${input}\` to the variable that holds ${what}, or to a reference such as \`op://MyApp/Server/${variable}\`.`]
	});
}
function fieldMissing(answer, { what, input, code }, put) {
	const { vault, item, path } = answer.wanted;
	const field = (path ?? []).join("/");
	const likely = answer.fields.filter(({ title, type }) => type === "SshKey" || resembles(title, field));
	const there = answer.fields.filter(({ isBuiltIn }) => !isBuiltIn).map(({ title }) => title);
	const [near] = likely;
	return new Failure(`${code}-field-missing`, `The item \`${item}\` in the vault \`${vault}\` has no field \`${field}\`, where ${what} is looked for; it has ${list$1(near === void 0 ? there : likely.map(({ title }) => title), "no field of its own")}.`, {
		human: [near === void 0 ? put : `In 1Password, rename the field \`${near.title}\` to \`${field}\`.`],
		agent: [near === void 0 ? `Or set the input \`${input}\` to where ${what} is.` : `Or set the input \`${input}\` to \`${near.reference}\`.`]
	});
}
/** Whether two names share all words of the shorter one, case and separators aside: SSH_KEY and ssh-private-key. */
function resembles(one, other) {
	const [few = [], many = []] = [words(one), words(other)].toSorted((a, b) => a.length - b.length);
	return few.length > 0 && few.every((word) => many.includes(word));
}
function words(name) {
	return name.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
}
/** At most five names, quoted. */
function list$1(names, none = "none") {
	if (names.length === 0) return none;
	const shown = names.slice(0, 5).map((name) => `\`${name}\``).join(", ");
	return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
// src/onepassword/vault/openssh-form.ts
/**
* The private key of an SSH Key item in OpenSSH's own format. Otherwise such an item returns PKCS#8, which not every
* `ssh-add` accepts (developer.1password.com/docs/cli/secret-reference-syntax, `ssh-format`). Asks by ids, for one
* reference only: the SDK identifies the answers of several by their order only.
* @throws Failure as `signIn`
*/
async function opensshForm(session, item, field) {
	const reference = `op://${item.vault.id}/${item.id}/${field.id}?ssh-format=openssh`;
	return new Secret(await session.resolve(reference));
}
// src/onepassword/vault/variable.ts
/** Finds it among the variables that were read; null if the Environment does not exist. */
function variableAnswer(wanted, variables) {
	return {
		wanted,
		value: (variables ?? []).find(({ name }) => name === wanted.variable)?.value ?? null,
		names: (variables ?? []).map(({ name }) => name)
	};
}
// src/ssh/keys/armour.ts
const DASH = String.raw`[-\u2010-\u2015\u2212]{1,5}`;
const LINE = new RegExp(String.raw`${DASH} ?(BEGIN|END) ([A-Z0-9 ]+?) ?(?:${DASH}|(?=\n|$))`, "g");
const CUT_LINE = new RegExp(`${DASH}[A-Z ]*\\s*$`);
/** Every block in the order of the text, also those that lack one of their two lines. */
function blocksOf(text) {
	const lines = [...text.matchAll(LINE)].map(armourLine);
	const blocks = [];
	for (let at = 0; at < lines.length; at += 1) {
		const line = lines[at];
		if (line === void 0) break;
		const next = lines[at + 1] ?? null;
		if (!line.begins) blocks.push(blockBetween(text, blocks.at(-1)?.end ?? 0, null, line));
		else {
			const footer = next?.begins === false ? next : null;
			blocks.push(blockBetween(text, next?.start ?? text.length, line, footer));
			if (footer !== null) at += 1;
		}
	}
	return blocks;
}
function armourLine(match) {
	return {
		raw: match[0],
		begins: match[1] === "BEGIN",
		label: match[2] ?? "",
		start: match.index,
		end: match.index + match[0].length
	};
}
/** @param edge where the block begins or ends, where the line that would say so is missing */
function blockBetween(text, edge, header, footer) {
	const between = text.slice(header?.end ?? edge, footer?.start ?? edge);
	const body = footer === null ? between.replace(CUT_LINE, "") : between;
	const label = header?.label ?? null;
	return {
		label,
		body,
		wellFormed: header?.raw === `-----BEGIN ${label}-----` && footer?.raw === `-----END ${label}-----`,
		flat: !body.includes("\n"),
		start: header?.start ?? edge,
		end: footer?.end ?? edge
	};
}
/** Lines of `columns` characters between the two lines of `label`, each ended, the last one too. */
function armoured(label, bytes, columns) {
	const lines = bytes.toString("base64").match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
	return [
		`-----BEGIN ${label}-----`,
		...lines,
		`-----END ${label}-----`,
		""
	].join("\n");
}
// src/ssh/keys/key-pair.ts
/**
* Whether a signature of the private key is one of the public key: proves that both halves came through unchanged, which
* neither OpenSSL nor ssh-add checks when reading. Never throws.
*/
function belongTogether(privateKey, publicKey) {
	const algorithm = privateKey.asymmetricKeyType === "ed25519" ? null : "sha256";
	const message = Buffer.from("kamal-1password");
	try {
		return verify(algorithm, message, publicKey, sign(algorithm, message, privateKey));
	} catch {
		return false;
	}
}
// src/ssh/keys/der-format.ts
const [INTEGER, OCTETS, OID, SEQUENCE] = [
	2,
	4,
	6,
	48
];
/** 1.3.101.112, RFC 8410. */
const ED25519 = Buffer.from("2b6570", "hex");
const ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
function isDer(bytes) {
	return bytes[0] === SEQUENCE && bytes.length > 1;
}
function readDer(bytes) {
	const outer = element(bytes, 0);
	if (outer === "short") return { kind: "truncated" };
	if (outer === "wrong" || outer.end !== bytes.length) return { kind: "damaged" };
	const parts = elements(outer.content) ?? [];
	if (parts.length < 2) return { kind: "damaged" };
	if (parts.every(({ tag }) => tag === INTEGER)) {
		if (parts.length === 6) return {
			kind: "unsupported",
			type: "DSA"
		};
		return parts.length === 9 ? parsed(bytes, "pkcs1") : { kind: "damaged" };
	}
	const begins = (...tags) => tags.every((tag, at) => parts[at]?.tag === tag);
	if (begins(SEQUENCE, OCTETS)) return { kind: "encrypted" };
	if (begins(INTEGER, OCTETS)) return parsed(bytes, "sec1");
	if (begins(INTEGER, SEQUENCE, OCTETS)) return readPkcs8(bytes, parts);
	return { kind: "damaged" };
}
function readPkcs8(bytes, [, header, key]) {
	const algorithm = header === void 0 ? void 0 : elements(header.content)?.[0];
	if (key === void 0 || algorithm?.tag !== OID) return { kind: "damaged" };
	if (!algorithm.content.equals(ED25519)) return parsed(bytes, "pkcs8");
	const seed = element(key.content, 0);
	if (typeof seed === "string" || seed.content.length !== 32) return { kind: "damaged" };
	return parsed(Buffer.concat([ED25519_PREFIX, seed.content]), "pkcs8", seed.content);
}
function parsed(bytes, format, seed = null) {
	try {
		const key = createPrivateKey({
			key: bytes,
			format: "der",
			type: format
		});
		if ([
			"rsa",
			"ec",
			"ed25519"
		].includes(key.asymmetricKeyType ?? "") && !belongTogether(key, createPublicKey(key))) return { kind: "damaged" };
		return {
			kind: "plain",
			format,
			key,
			seed
		};
	} catch {
		return { kind: "damaged" };
	}
}
/** `short` if the bytes end before the element does, `wrong` if its length is not valid. */
function element(bytes, at) {
	const [tag, first] = [bytes[at], bytes[at + 1]];
	if (tag === void 0 || first === void 0) return "short";
	const more = first < 128 ? 0 : first - 128;
	if (first === 128 || more > 3) return "wrong";
	if (at + 2 + more > bytes.length) return "short";
	const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
	const start = at + 2 + more;
	const end = start + length;
	return end > bytes.length ? "short" : {
		tag,
		content: bytes.subarray(start, end),
		end
	};
}
function elements(bytes) {
	const found = [];
	for (let at = 0; at < bytes.length;) {
		const next = element(bytes, at);
		if (typeof next === "string") return null;
		found.push(next);
		at = next.end;
	}
	return found;
}
// src/ssh/keys/key-failure.ts
/** The codes of these failures are `ssh-key-` and the fault's kind. */
function keyFailure(fault, place) {
	const key = place === null ? "The SSH key" : `The SSH key in ${place}`;
	const field = place ?? "the field that `ssh-key` names";
	switch (fault.kind) {
		case "passphrase":
		case "truncated":
		case "damaged":
		case "several": return unusableKey(fault, key, field);
		default: return insteadOfKey$1(fault, key, field);
	}
}
function failureFor({ kind }) {
	return (sentence, next) => new Failure(`ssh-key-${kind}`, sentence, next);
}
function pasteWholeInto(field) {
	return `Copy the whole file of the private key, from its BEGIN line to its END line, into ${field}; an item of 1Password's type SSH Key keeps it as it is.`;
}
/** Something else is instead of the key. */
function insteadOfKey$1(fault, key, field) {
	const failure = failureFor(fault);
	const pasteWhole = pasteWholeInto(field);
	switch (fault.kind) {
		case "empty": return failure(`${key} is empty.`, { human: [pasteWhole] });
		case "public": return failure(`${key} is a public key${fault.fingerprint === null ? "" : ` (${fault.fingerprint})`}: the server knows it, but only the private key can log in.`, { human: [`Put the private key that belongs to it (the file of the same name without .pub) into ${field}.`] });
		case "certificate": return failure(`${key} is a certificate, not a private key.`, { human: [`Put the private key into ${field}; certificates are not used to log in here.`] });
		case "putty": return failure(`${key} is in PuTTY's format (.ppk)${fault.encrypted ? ", and protected by a passphrase" : ""}, which OpenSSH and Kamal do not read.`, { human: [`Convert it with \`puttygen key.ppk -O private-openssh${fault.encrypted ? " --new-passphrase /dev/null" : ""} -o key\` (or PuTTYgen: Conversions, Export OpenSSH key), then put the file \`key\` into ${field} and delete it.`] });
		case "unsupported": return failure(`${key} is ${fault.what}, which cannot log in from a job.`, { human: [`Create a key for deploying with \`ssh-keygen -t ed25519 -N ''\`, add its .pub line to the server's authorized_keys, and put the private key into ${field}.`] });
		default: return failure(`${key} is ${fault.what}: no private key was found in it.`, {
			human: [pasteWhole],
			agent: ["If the key is in another field, name it in the input `ssh-key`."]
		});
	}
}
/** It is a private key, but not one that can be used. */
function unusableKey(fault, key, field) {
	const failure = failureFor(fault);
	const pasteWhole = pasteWholeInto(field);
	switch (fault.kind) {
		case "passphrase": return failure(`${key}${fault.fingerprint === null ? "" : ` (${fault.fingerprint})`} is protected by a passphrase, which cannot be typed in a job.`, { human: [`Remove the passphrase from a copy with \`ssh-keygen -p -N '' -f COPY\`, put that copy into ${field} (1Password protects it there) and delete the file.`] });
		case "truncated": return failure(`${key} is cut short: it is shorter than its own header says.`, { human: [pasteWhole] });
		case "damaged": return failure(`${key} is damaged: it looks like a private key, but the text between its BEGIN and END lines is not a key.`, { human: [pasteWhole] });
		case "several": return failure(`${key} holds ${fault.count} private keys; which one is meant cannot be known.`, { human: [`Leave one private key in ${field}.`] });
	}
}
// src/ssh/keys/openssh-format.ts
/**
* OpenSSH's own private key format, `openssh-key-v1`
* (openssh-portable, PROTOCOL.key; the same bytes that `ssh-keygen` writes since 7.8).
*/
const MAGIC = Buffer.from("openssh-key-v1\0", "latin1");
function isOpenSsh(bytes) {
	return bytes.subarray(0, MAGIC.length).equals(MAGIC);
}
/** Walks through the whole structure and proves with a signature that private and public half belong together. */
function readOpenSsh(bytes) {
	const outer = wireReader(bytes.subarray(MAGIC.length));
	const cipher = outer.string();
	outer.string();
	outer.string();
	const count = outer.uint32();
	const publicBlob = outer.string();
	const section = outer.string();
	if (cipher === null || count === null || publicBlob === null) return { kind: "truncated" };
	if (count !== 1) return { kind: "damaged" };
	if (section === null) return { kind: "truncated" };
	if (cipher.toString() !== "none") return {
		kind: "encrypted",
		publicBlob
	};
	return outer.rest().length > 0 ? { kind: "damaged" } : readSection(section, publicBlob);
}
/** The section with the private half, which is not encrypted. */
function readSection(section, publicBlob) {
	const inner = wireReader(section);
	const checks = [inner.uint32(), inner.uint32()];
	const type = inner.string()?.toString("latin1");
	if (type === void 0 || checks[0] !== checks[1]) return { kind: "damaged" };
	if (/^(sk-|ssh-dss)/.test(type)) return {
		kind: "unsupported",
		type
	};
	const jwk = privateJwk(type, inner, publicBlob);
	const comment = inner.string();
	const padding = inner.rest();
	if (jwk === null || comment === null || padding.some((byte, at) => byte !== at + 1)) return { kind: "damaged" };
	return isPair(jwk, publicBlob) ? {
		kind: "plain",
		publicBlob,
		comment: comment.toString()
	} : { kind: "damaged" };
}
/** An unencrypted Ed25519 key of 32 bytes of seed, in OpenSSH's format. */
function writeOpenSshEd25519(seed, publicBlob) {
	const publicKey = publicBlob.subarray(-32);
	const check = createHash("sha256").update(publicBlob).digest().subarray(0, 4);
	const inner = Buffer.concat([
		check,
		check,
		wireString("ssh-ed25519"),
		wireString(publicKey),
		wireString(Buffer.concat([seed, publicKey])),
		wireString("")
	]);
	const padding = Buffer.from(Array.from({ length: (8 - inner.length % 8) % 8 }, (_, at) => at + 1));
	return Buffer.concat([
		MAGIC,
		wireString("none"),
		wireString("none"),
		wireString(""),
		wireUint32(1),
		wireString(publicBlob),
		wireString(Buffer.concat([inner, padding]))
	]);
}
/** Reads the fields of the private section between its type and its comment. */
function privateJwk(type, inner, publicBlob) {
	const publicJwk = jwkOf(publicBlob);
	if (publicJwk === null) return null;
	if (type === "ssh-ed25519") {
		inner.string();
		const both = inner.string();
		return both?.length === 64 ? {
			...publicJwk,
			d: both.subarray(0, 32).toString("base64url")
		} : null;
	}
	if (type === "ssh-rsa") {
		const [, , d, qi, p, q] = [
			inner.string(),
			inner.string(),
			inner.string(),
			inner.string(),
			inner.string(),
			inner.string()
		];
		if (!d || !qi || !p || !q) return null;
		const remainder = (prime) => {
			const hex = (integer(d) % (integer(prime) - 1n)).toString(16);
			return unsigned$1(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
		};
		if (integer(p) < 3n || integer(q) < 3n) return null;
		return {
			...publicJwk,
			d: unsigned$1(d),
			qi: unsigned$1(qi),
			p: unsigned$1(p),
			q: unsigned$1(q),
			dp: remainder(p),
			dq: remainder(q)
		};
	}
	inner.string();
	inner.string();
	const d = inner.string();
	const length = Buffer.from(publicJwk.x ?? "", "base64url").length;
	if (d === null || integer(d) === 0n) return null;
	const digits = integer(d).toString(16).padStart(2 * length, "0");
	return {
		...publicJwk,
		d: Buffer.from(digits, "hex").toString("base64url")
	};
}
function integer(bytes) {
	return BigInt(`0x${bytes.toString("hex") || "0"}`);
}
function isPair(jwk, publicBlob) {
	try {
		const publicKey = createPublicKey({
			key: jwkOf(publicBlob) ?? {},
			format: "jwk"
		});
		if (publicBlobOf(publicKey)?.equals(publicBlob) !== true) return false;
		return belongTogether(createPrivateKey({
			key: jwk,
			format: "jwk"
		}), publicKey);
	} catch {
		return false;
	}
}
// src/ssh/keys/not-a-private-key.ts
const PUBLIC_LINE = /(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[a-z0-9-]+(?:@openssh\.com)?)\s+([A-Za-z0-9+/]{20,}={0,2})(?=\s|$)/;
/**
* Says what a text (quotes, blanks and line ends already fixed) with its blocks is, if it certainly is no private key;
* null if it could be one. Reveals nothing of the text itself.
*/
function insteadOfKey(text, blocks) {
	const bare = text.trim();
	if (bare === "") return { kind: "empty" };
	if (/^PuTTY-User-Key-File-\d/.test(bare)) return {
		kind: "putty",
		encrypted: !/Encryption:\s*none/.test(bare)
	};
	return blocks.length > 0 ? insteadByLabels(blocks.map(({ label }) => label ?? "")) : insteadOfLine(bare);
}
/** What a text with BEGIN lines is. */
function insteadByLabels(labels) {
	if (labels.some((label) => label.endsWith("PRIVATE KEY") || label === "")) return null;
	if (labels.some((label) => label === "SSH2 ENCRYPTED PRIVATE KEY")) return {
		kind: "unsupported",
		what: "a key in ssh.com's format"
	};
	if (labels.some((label) => label.endsWith("PUBLIC KEY"))) return {
		kind: "public",
		fingerprint: null
	};
	if (labels.some((label) => label.includes("CERTIFICATE"))) return { kind: "certificate" };
	if (labels.some((label) => label.startsWith("PGP"))) return {
		kind: "not-a-key",
		what: "an OpenPGP block"
	};
	return null;
}
/** What a text without a BEGIN line is. */
function insteadOfLine(bare) {
	const line = PUBLIC_LINE.exec(bare);
	if (line !== null) {
		if (line[1]?.includes("-cert-")) return { kind: "certificate" };
		return {
			kind: "public",
			fingerprint: fingerprintOf(Buffer.from(line[2] ?? "", "base64"))
		};
	}
	const bytes = base64Bytes(bare);
	if (bytes !== null && /^(ssh|ecdsa)-/.test(typeOf(bytes) ?? "")) return {
		kind: "public",
		fingerprint: fingerprintOf(bytes)
	};
	if (bytes !== null && bytes.length >= 40 && (isOpenSsh(bytes) || isDer(bytes))) return null;
	return {
		kind: "not-a-key",
		what: nameOf(bare)
	};
}
function nameOf(bare) {
	if (/^op:\/\/\S+/.test(bare)) return "a secret reference, not what it refers to";
	if (/^(SHA256:[A-Za-z0-9+/]+|(MD5:)?([0-9a-f]{2}:){15}[0-9a-f]{2})/.test(bare)) return "a key's fingerprint";
	if (/^(~|\.{0,2}|[A-Z]:)[/\\]?[^\s=]*(id_[a-z0-9]+|\.pem|\.key|\.ssh[/\\]\S*)$/.test(bare)) return "the path of a file";
	if (/^\*+$/.test(bare)) return "a row of asterisks";
	if (/^\{[\s\S]*\}$/.test(bare)) return "JSON";
	return "something else";
}
// src/ssh/keys/key.ts
/**
* Reads a private key from what a field of 1Password holds, fixing what can be fixed without doubt.
*
* @param given the field's value
* @param place where it was read, for the sentences, e.g. `op://Production/Server/SSH_KEY`
* @returns the key, or the failure (not thrown) that says what is there instead
*/
function readKey(given, place = null) {
	const outcome = read(given, true);
	return "kind" in outcome ? keyFailure(outcome, place) : outcome;
}
function read(given, mayBeEncoded) {
	const { text, repairs } = repairText(given);
	const blocks = blocksOf(text);
	const decoded = mayBeEncoded && blocks.length === 0 ? decodedText(text) : null;
	if (decoded !== null) {
		const inner = read(decoded, false);
		return "kind" in inner ? inner : {
			...inner,
			repairs: [
				...repairs,
				"It was base64 of a key file and was decoded.",
				...inner.repairs
			]
		};
	}
	const instead = insteadOfKey(text, blocks);
	if (instead !== null) return instead;
	const candidates = blocks.filter(({ label }) => label === null || label.endsWith("PRIVATE KEY"));
	if (candidates.length > 1) return {
		kind: "several",
		count: candidates.length
	};
	const block = candidates[0] ?? {
		label: null,
		body: text,
		wellFormed: false,
		flat: false,
		start: 0,
		end: text.length
	};
	const outcome = readBlock(block);
	if ("kind" in outcome) return outcome;
	const around = `${text.slice(0, block.start)}${text.slice(block.end)}`.trim();
	return {
		...outcome,
		repairs: [
			...repairs,
			...outcome.repairs,
			...mended(text, block, around, outcome)
		]
	};
}
/** Fewer bytes do not show what they began. */
const SHORTEST = 16;
function readBlock(block) {
	if (block.label === "ENCRYPTED PRIVATE KEY" || /Proc-Type:\s*4,\s*ENCRYPTED/.test(block.body)) return {
		kind: "passphrase",
		fingerprint: null
	};
	if (block.body.trim() === "") return { kind: "truncated" };
	const bytes = base64Bytes(block.body);
	if (bytes === null) return { kind: "damaged" };
	if (bytes.length < SHORTEST) return { kind: "truncated" };
	if (isOpenSsh(bytes)) return fromOpenSsh(bytes);
	return isDer(bytes) ? fromDer(bytes) : { kind: "damaged" };
}
function fromOpenSsh(bytes) {
	const reading = readOpenSsh(bytes);
	switch (reading.kind) {
		case "plain": return sshKey({
			text: armoured(LABELS.openssh, bytes, 70),
			format: "openssh",
			comment: reading.comment
		}, reading.publicBlob);
		case "encrypted": return {
			kind: "passphrase",
			fingerprint: fingerprintOf(reading.publicBlob)
		};
		case "unsupported": return {
			kind: "unsupported",
			what: `a key of the type ${reading.type}`
		};
		default: return reading;
	}
}
function fromDer(bytes) {
	const reading = readDer(bytes);
	switch (reading.kind) {
		case "plain": {
			const blob = publicBlobOf(reading.key);
			if (blob === null) return {
				kind: "unsupported",
				what: "a key of a type that SSH does not know"
			};
			if (reading.seed === null) return sshKey({
				text: armoured(LABELS[reading.format], bytes, 64),
				format: reading.format,
				comment: ""
			}, blob);
			return sshKey({
				text: armoured(LABELS.openssh, writeOpenSshEd25519(reading.seed, blob), 70),
				format: "pkcs8",
				comment: ""
			}, blob, ["It was Ed25519 in PKCS#8, which ssh-add does not read, and was rewritten in OpenSSH's format."]);
		}
		case "encrypted": return {
			kind: "passphrase",
			fingerprint: null
		};
		case "unsupported": return {
			kind: "unsupported",
			what: `a key of the type ${reading.type}`
		};
		default: return reading;
	}
}
const LABELS = {
	openssh: "OPENSSH PRIVATE KEY",
	pkcs1: "RSA PRIVATE KEY",
	pkcs8: "PRIVATE KEY",
	sec1: "EC PRIVATE KEY"
};
function sshKey(written, blob, repairs = []) {
	const type = typeOf(blob) ?? "unknown";
	const publicLine = [
		type,
		blob.toString("base64"),
		written.comment
	].filter((part) => part !== "").join(" ");
	return {
		...written,
		type,
		bits: bitsOf(blob),
		fingerprint: fingerprintOf(blob),
		publicLine,
		repairs
	};
}
/** What became right by writing the key again from its bytes. */
function mended(text, block, around, key) {
	const repairs = [];
	if (around !== "") repairs.push("Text before or after the key was ignored.");
	if (block.label === null || !block.wellFormed || block.label !== LABELS[key.format]) repairs.push("Its BEGIN or END line was missing or wrong and was rewritten.");
	if (block.flat) repairs.push("It was on one line; its line breaks were restored.");
	else if (/[^\S\n]/.test(block.body.trim()) || /\n\s*\n/.test(block.body)) repairs.push("Spaces inside it were removed.");
	if (!block.flat && block.end === text.length) repairs.push("The missing end of its last line was added.");
	return repairs;
}
// src/vault-to-servers/access.ts
/** The SSH key, the host keys and the hosts, as both the action and the terminal take them from 1Password and the deploy file. */
const KEY = {
	what: "the private SSH key",
	input: "ssh-key",
	code: "ssh-key"
};
const HOSTS = {
	what: "the servers' host keys",
	input: "known-hosts",
	code: "known-hosts"
};
/**
* What answers each question: the variable of the Environment if it has one, or if nothing else can; else the field.
* @param extras the answers to `wantedForAccess`
*/
function accessAnswers({ key, knownHosts, variables }, extras, source) {
	const [keyField, hostsField] = [key === null ? void 0 : extras[0], knownHosts === null ? void 0 : extras.at(-1)];
	const inEnvironment = (name) => variables === null || name == null ? null : variableAnswer({
		variable: name,
		environment: variables.environment
	}, source?.variables ?? null);
	const either = (variable, field) => variable !== null && (variable.value !== null || field === void 0) ? variable : field ?? null;
	const found = either(inEnvironment(variables?.key), keyField);
	if (found === null) throw new Error("1Password gave fewer answers than it was asked questions");
	return {
		key: found,
		knownHosts: either(inEnvironment(variables?.knownHosts), hostsField)
	};
}
/**
* The private SSH key as 1Password holds it, repaired where that is beyond doubt.
* @param mask gets the value before anything else is done with it
* @throws Failure `ssh-key-…`: missing, not a key, not usable
*/
async function sshKeyOf(session, answer, mask) {
	const failure = failureOf$1(answer, KEY);
	if (failure !== null) throw failure;
	const value = await valueOf(session, answer);
	mask(value);
	const key = readKey(value, referenceOf(answer.wanted));
	if (key instanceof Failure) throw key;
	mask(key.text);
	return key;
}
/**
* The host keys to pin: the lines of the input, or what the field holds; none if there is no such field and no input
* names it.
* @throws Failure `known-hosts-…`, `ssh-known-hosts-invalid`
*/
async function hostKeysOf(session, answer, { knownHostsRequired }, given) {
	if (answer === null) return readKnownHosts(given, "the input `known-hosts`");
	const failure = failureOf$1(answer, HOSTS);
	if (failure !== null) {
		if (knownHostsRequired) throw failure;
		return [];
	}
	return readKnownHosts(await valueOf(session, answer), referenceOf(answer.wanted));
}
/** Every host of the deployment once, in the order of the deploy file; none where only a run knows them. */
function hostsOf(deployment) {
	if (deployment === null || deployment.hasUnknownHost) return [];
	const { roles, accessories } = deployment;
	return [...new Set([...roles, ...accessories].flatMap(({ hosts }) => hosts))];
}
/** How a person names it. */
function referenceOf(place) {
	if ("variable" in place) return `${place.variable} of the Environment ${place.environment}`;
	const { vault, item, path } = place;
	return `op://${[
		vault,
		item,
		...path ?? []
	].join("/")}`;
}
function failureOf$1(answer, purpose) {
	return "kind" in answer ? answerFailure(answer, purpose) : variableFailure(answer, purpose);
}
async function valueOf(session, answer) {
	if (!("kind" in answer)) return answer.value?.reveal() ?? "";
	if (answer.kind !== "found") return "";
	const [field] = answer.fields;
	if (field === void 0) return "";
	if (field.type === "SshKey") return (await opensshForm(session, answer.item, field)).reveal();
	return field.value?.reveal() ?? "";
}
// src/kamal/run/interruption.ts
/** The line to the preload: it says when it listens and what it asks, and one line written to it stops Kamal. */
var Lifeline = class {
	#stream;
	#listening = false;
	/** True once a waiting Kamal has continued; false if it ended before. */
	going;
	/** Null: `op` is called for everything. */
	answering = null;
	#unanswered = /* @__PURE__ */ new Map();
	constructor(stream) {
		this.#stream = stream;
		const { promise, resolve } = Promise.withResolvers();
		this.going = promise;
		let rest = "";
		stream.on("data", (chunk) => {
			this.#listening = true;
			const lines = (rest + chunk.toString("latin1")).split("\n");
			rest = (lines.pop() ?? "").slice(-1e6);
			for (const line of lines) if (line.endsWith("going")) resolve(true);
			else this.#hear(line);
		});
		for (const event of [
			"end",
			"error",
			"close"
		]) stream.on(event, () => {
			this.#listening = false;
			resolve(false);
		});
	}
	/** Asks Kamal to stop; false if nothing listens (not yet loaded, or not a Ruby program). */
	tell(reason) {
		if (this.#listening) this.write(reason.replaceAll(/\s+/g, " "));
		return this.#listening;
	}
	/** One line, for any listener. */
	write(line) {
		this.#stream.write(`${line}\n`);
	}
	close() {
		this.#stream.destroy();
	}
	/** A question, or how `op` ended where a question was not answered. */
	#hear(line) {
		const [kind, number = "", told = ""] = line.split(" ");
		if (kind === "op") this.write(this.#replyTo(number, Buffer.from(told, "hex").toString()));
		const asked = kind === "ended" ? this.#unanswered.get(number) : void 0;
		if (asked === void 0) return;
		this.#unanswered.delete(number);
		this.answering?.ended(asked.command, told === "well", (performance.now() - asked.at) / 1e3);
	}
	/** Kamal waits for this line, so it gets one even after an error here. */
	#replyTo(number, command) {
		try {
			const answer = this.answering?.answer(command) ?? null;
			if (answer !== null) return `answer ${number} ${Buffer.from(answer).toString("hex")}`;
		} catch {}
		this.#unanswered.set(number, {
			command,
			at: performance.now()
		});
		return `ask-op ${number}`;
	}
};
/** Asks Kamal to stop, waits while it releases its lock, then ends the whole group. */
var Interruption = class {
	#lifeline;
	#group;
	#patience;
	#timer = null;
	/** Why the run was interrupted; null as long as it was not. */
	reason = null;
	/** True once the patience ended before Kamal did. */
	killed = false;
	constructor(lifeline, group, patience) {
		this.#lifeline = lifeline;
		this.#group = group;
		this.#patience = patience;
	}
	/** Only the first call counts: Kamal must not be disturbed while it releases its lock. */
	begin(reason) {
		if (this.reason !== null) return;
		this.reason = reason;
		if (!this.#lifeline.tell(reason)) signalGroup(this.#group, "SIGINT");
		this.#timer = setTimeout(() => {
			this.killed = true;
			stopGroup(this.#group, this.#patience.terminate);
		}, this.#patience.release);
	}
	/** Stops the clock; to be called when Kamal has ended. */
	end() {
		if (this.#timer !== null) clearTimeout(this.#timer);
	}
};
// src/kamal/run/lines.ts
/** The most that is kept of one line, in characters: those of Docker and of a Rails app have a few thousand. */
const LONGEST_LINE = 65536;
/**
* Hears a stream by its lines, without their ends. What a line has beyond {@link LONGEST_LINE} is counted and omitted,
* so that one without an end takes neither memory nor time.
* @param tidyCut takes what the cut left of something that must not be seen in part from the end of such a line
*/
function readLines(stream, onLine, tidyCut = (text) => text) {
	const decoder = new StringDecoder("utf8");
	let pieces = [];
	let kept = 0;
	let more = 0;
	const take = (text) => {
		const piece = text.slice(0, LONGEST_LINE - kept);
		more += text.length - piece.length;
		if (piece === "") return;
		kept += piece.length;
		pieces.push(piece);
	};
	const end = () => {
		const text = pieces.join("").replace(/\r$/, "");
		const left = more;
		[pieces, kept, more] = [
			[],
			0,
			0
		];
		if (left === 0) onLine(text);
		else {
			const shown = tidyCut(text);
			onLine(`${shown} … (${text.length - shown.length + left} more characters of this line)`);
		}
	};
	const hear = (text) => {
		let from = 0;
		for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
			take(text.slice(from, at));
			from = at + 1;
			end();
		}
		take(text.slice(from));
	};
	stream.on("data", (chunk) => hear(decoder.write(chunk)));
	stream.on("end", () => {
		hear(decoder.end());
		if (kept > 0) end();
	});
}
// src/kamal/run/preload.ts
/** The name under which Ruby requires preload.rb; `RUBYOPT=-r<name>` with the file's directory in `RUBYLIB`. */
const PRELOAD_NAME = "kamal_1password_preload";
/** The environment variable that names the descriptor of the lifeline for preload.rb. */
const LIFELINE_VARIABLE = "KAMAL_1PASSWORD_LIFELINE";
/** The environment variable that makes Kamal ask this process first what it would ask `op`. */
const ANSWERS_VARIABLE = "KAMAL_1PASSWORD_ANSWERS";
/** The environment variable that makes Kamal wait, once it has loaded, for a line that begins with `go`. */
const WAIT_VARIABLE = "KAMAL_1PASSWORD_WAIT";
/**
* Ruby code that is loaded into Kamal's process before Kamal itself. Kamal 2.12.0 releases its lock from a bare `rescue`
* (lib/kamal/cli/base.rb, `with_lock`), which a signal's exception passes by: killed by a signal, Kamal leaves its lock
* on the server. Here a signal, the loss of the reader of its output, and the end of the process that started it (the
* lifeline closes) all become a RuntimeError in the main thread, which Kamal does rescue.
*
* - The exception waits while Kamal is in the midst of taking or giving back the lock, so that neither is cut in two.
* - It comes again where Kamal has gone on as if nothing had happened: Ruby (3.1) swallows an exception that comes while
*   it loads an encoding or looks for a file to require.
* - Local commands (docker buildx, hooks) get the signal too: Open3 would wait for their end. It hands each of them to
*   `Process.detach`; a ProxyCommand of ssh is started by IO.popen and lives on, so the lock can still be released.
* - Where it is to wait, it does so between having loaded itself and doing anything: nothing of the project has been read
*   by then, and it has no secret. The line that lets it go on brings its command and the rest of its environment; any
*   other, or none, ends it. It is started as `kamal version`, so that one which does not wait does no harm.
* - It waits a second time before its first command, here or on a server: SSHKit runs them all (1.23 to 1.25, `Backend::Abstract`),
*   hooks and builds too. By then it has only read its configuration. Whatever ends it there ends it silently.
* - Where it is to, it asks over the same line what `op` would print before it calls `op`: by the backticks of its
*   1Password adapter, and of a secrets file whose command begins with `op` (2.0.0 to 2.12.0, lib/kamal/secrets/adapters/
*   one_password.rb and dotenv/inline_command_substitution.rb). A command that is answered leaves `$?` as a success does.
*   No one else can ask: the line is closed to all that Kamal starts. Where the environment of `op` is not any more what
*   it was when Kamal began (a template may set variables), `op` itself is called.
* - Output is written at once: to a pipe, Ruby would gather 8 KB first.
* - Other Ruby programs that inherit `RUBYOPT` (hooks, `bundle exec`) are left alone.
*/
const PRELOAD_SOURCE = "# frozen_string_literal: true\nprogram = File.basename($PROGRAM_NAME)\nif program == \"kamal\" || (program.start_with?(\"bundle\") && ARGV.first(2) == %w[exec kamal])\n  module Kamal1PasswordPreload\n    DIRECTORY = __dir__\n    # Bytes; the other end reads lines of no more than a million characters.\n    LONGEST_QUESTION = 100_000\n    @children = {}\n    @stopped = false\n    @gate = Queue.new\n    @going = false\n    # Closed where it may work.\n    @cleared = Queue.new\n    @answers = Queue.new\n    @asking = Mutex.new\n    @asked = 0\n    class << self\n      attr_reader :children, :cleared, :answers\n      attr_accessor :lifeline, :waits, :answers_op\n\n      # Kamal's first command, once; it starts itself again for each `kamal secrets …` in the secrets files.\n      def begin_with(words)\n        return words if @going\n        forget_preload\n        ask_before_op if answers_op\n        words = wait if waits\n        @going = true\n        @environment = environment_of_op\n        words\n      end\n\n      # A line of its own, whatever stands before it. The number of the question, and what `op` would print; nil where `op` itself has to be called.\n      def ask(command)\n        return unless lifeline && command.bytesize < LONGEST_QUESTION && environment_of_op == @environment\n        @asking.synchronize do\n          number = @asked += 1\n          lifeline.write(\"\\nop #{number} #{command.unpack1(\"H*\")}\\n\")\n          while (reply = answers.pop)\n            return [number, reply.last] if reply.first == number\n          end\n          # The line has ended, and what ends this process is on its way.\n          sleep 5\n          nil\n        end\n      rescue SystemCallError, IOError\n        nil\n      end\n\n      # Tells how `op` ended where it was called in spite of the question.\n      def op_ended(number)\n        lifeline.write(\"\\nended #{number} #{$?&.success? ? \"well\" : \"badly\"}\\n\") if number\n      rescue SystemCallError, IOError\n        nil\n      end\n\n      def hear(order)\n        kind, number, hex = order.split\n        case kind\n        when \"cleared\" then cleared.close\n        when \"answer\" then answers.push([number.to_i, [hex.to_s].pack(\"H*\").force_encoding(Encoding.default_external)])\n        when \"ask-op\" then answers.push([number.to_i, nil])\n        end\n      end\n\n      # Bundler keeps what it found in variables of its own, for programs that are started without it.\n      def forget_preload\n        { \"RUBYOPT\" => \" \", \"RUBYLIB\" => File::PATH_SEPARATOR }.each do |name, separator|\n          [name, \"BUNDLER_ORIG_#{name}\"].each do |variable|\n            next unless ENV[variable]\n            left = ENV[variable].split(separator) - [\"-rkamal_1password_preload\", DIRECTORY]\n            left.empty? && variable == name ? ENV.delete(variable) : ENV[variable] = left.join(separator)\n          end\n        end\n      end\n\n      def wait\n        @gate.pop.tap do\n          defined?(SSHKit::Backend::Abstract) ? SSHKit::Backend::Abstract.prepend(WaitToBeCleared) : cleared.pop\n          lifeline.write(\"going\\n\")\n        end\n      end\n\n      # Thor's `start` is where bin/kamal hands over.\n      def watch_for_start\n        loaded = TracePoint.new(:end) do |point|\n          next unless point.self.is_a?(Class) && point.self.name == \"Thor\"\n          loaded.disable\n          point.self.singleton_class.prepend(BeginOnce)\n        end\n        loaded.enable\n      end\n\n      def take(word)\n        exit!(1) unless word&.start_with?(\"go \")\n        text = ->(hex) { [hex].pack(\"H*\").force_encoding(Encoding::UTF_8) }\n        variables, words = word.split.drop(1).partition { |part| part.include?(\"=\") }\n        variables.each { |pair| pair.split(\"=\", 2).then { |name, hex| ENV[name] = text[hex] } }\n        @gate.push(words.map { |part| text[part.delete_prefix(\"-\")] })\n      end\n\n      def stop(reason)\n        return if @stopped\n        @stopped = true\n        exit!(1) unless cleared.closed?\n        thread = Thread.new do\n          give_up_waiting = now + 3\n          sleep 0.02 while changing_lock? && now < give_up_waiting\n          Thread.main.raise(RuntimeError, \"stopped by #{reason}\")\n          tell_children(\"TERM\")\n          4.times do\n            sleep 0.5\n            Thread.main.raise(RuntimeError, \"stopped by #{reason}\") unless unwinding?\n          end\n          tell_children(\"KILL\")\n        end\n        thread.report_on_exception = false\n      end\n\n      private\n        def environment_of_op = ENV.select { |name, _| name == \"PATH\" || name.start_with?(\"OP_\") }\n\n        def ask_before_op\n          Kamal::Secrets::Adapters::OnePassword.prepend(AskBeforeOp)\n          Kamal::Secrets::Dotenv::InlineCommandSubstitution.singleton_class.prepend(AskBeforeOp)\n        rescue NameError, LoadError\n          # A Kamal that is made otherwise calls `op`.\n          nil\n        end\n\n        def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)\n\n        def frames = Thread.main.backtrace_locations || []\n\n        def unwinding?\n          changing_lock? || frames.empty? || frames.any? { |frame| frame.label.start_with?(\"rescue in\", \"ensure in\") }\n        end\n\n        def changing_lock?\n          labels = frames.map(&:base_label)\n          labels.include?(\"release_lock\") || labels.include?(\"execute_lock_acquire\") ||\n            (labels.include?(\"acquire_lock\") && !labels.include?(\"acquire_lock_with_wait\"))\n        end\n\n        def tell_children(signal)\n          children.each { |pid, waiter| Process.kill(signal, pid) if waiter.alive? }\n        rescue SystemCallError\n          nil\n        end\n    end\n\n    module BeginOnce\n      def start(words, *rest)\n        super(Kamal1PasswordPreload.begin_with(words), *rest)\n      end\n    end\n\n    module AskBeforeOp\n      private\n        def `(command)\n          return super unless command.match?(/\\A\\s*op\\s/)\n          number, answer = Kamal1PasswordPreload.ask(command)\n          return super.tap { Kamal1PasswordPreload.op_ended(number) } if answer.nil?\n          super(\":\")\n          answer\n        end\n    end\n\n    module WaitToBeCleared\n      def run\n        Kamal1PasswordPreload.cleared.pop\n        super\n      end\n    end\n\n    module NoteChildren\n      def detach(pid)\n        super.tap { |waiter| Kamal1PasswordPreload.children[pid] = waiter }\n      end\n    end\n\n    module SurviveTheReader\n      def write(*parts)\n        super\n      rescue Errno::EPIPE\n        reopen(File::NULL, \"w\")\n        Kamal1PasswordPreload.stop(\"the end of the reader of its output\")\n        parts.sum { |part| part.to_s.bytesize }\n      end\n    end\n  end\n\n  Process.singleton_class.prepend(Kamal1PasswordPreload::NoteChildren)\n  [$stdout, $stderr].each do |stream|\n    stream.sync = true\n    stream.singleton_class.prepend(Kamal1PasswordPreload::SurviveTheReader)\n  end\n  %w[INT TERM HUP].each { |name| Signal.trap(name) { Kamal1PasswordPreload.stop(\"SIG#{name}\") } }\n\n  Kamal1PasswordPreload.waits = ENV.delete(\"KAMAL_1PASSWORD_WAIT\")\n  Kamal1PasswordPreload.answers_op = ENV.delete(\"KAMAL_1PASSWORD_ANSWERS\")\n  Kamal1PasswordPreload.watch_for_start if Kamal1PasswordPreload.waits || Kamal1PasswordPreload.answers_op\n  Kamal1PasswordPreload.cleared.close unless Kamal1PasswordPreload.waits\n  if (descriptor = ENV.delete(\"KAMAL_1PASSWORD_LIFELINE\"))\n    begin\n      lifeline = IO.for_fd(Integer(descriptor), \"r+\", autoclose: false)\n      lifeline.close_on_exec = true\n      lifeline.sync = true\n      Kamal1PasswordPreload.lifeline = lifeline\n      watcher = Thread.new do\n        lifeline.write(\"ready\\n\")\n        Kamal1PasswordPreload.take(lifeline.gets) if Kamal1PasswordPreload.waits\n        order = lifeline.gets\n        order = lifeline.gets while order && Kamal1PasswordPreload.hear(order)\n        Kamal1PasswordPreload.answers.close\n        Kamal1PasswordPreload.stop(order ? order.strip : \"the end of the job\")\n      end\n      watcher.report_on_exception = false\n    rescue SystemCallError, ArgumentError\n      nil\n    end\n  end\n\n  $LOAD_PATH.delete(__dir__)\n  Kamal1PasswordPreload.forget_preload if program == \"kamal\"\nend\n";
// src/kamal/run/process.ts
/** Lines that are kept for a hearer; a Kamal that waits has nothing to say but Ruby's warnings. */
const MOST_EARLY = 1e3;
/** Kamal as a process: its own group, with a line on which it gets the order to continue or to stop. */
var KamalProcess = class KamalProcess {
	/** Both the process id and the id of the group that it leads. */
	group;
	lifeline;
	/** Resolves when Kamal has ended, and all of its group with it, and all that it wrote was heard. */
	ended;
	#options;
	#preload;
	#early = [];
	#hearer = null;
	constructor(options, preload, parts) {
		this.#options = options;
		this.#preload = preload;
		this.group = parts.group;
		this.lifeline = new Lifeline(parts.lifeline);
		for (const stream of ["stdout", "stderr"]) readLines(parts[stream], (text) => {
			if (this.#hearer !== null) this.#hearer(text, stream);
			else if (this.#early.length < MOST_EARLY) this.#early.push([text, stream]);
		}, options.tidyCut);
		this.ended = endOf(parts);
	}
	/** @throws Failure `kamal-not-started` where the program cannot be started */
	static start(options, words) {
		return KamalProcess.#start(options, words, {});
	}
	/**
	* Kamal, loaded, waiting for {@link goOn} before it reads or does anything.
	* @throws Failure as `start`
	*/
	static waiting(options) {
		return KamalProcess.#start(options, ["version"], { [WAIT_VARIABLE]: "1" });
	}
	static async #start(options, words, more) {
		const preload = await mkdtemp(join(options.temporaryDirectory, "kamal-preload-"));
		try {
			await writeFile(join(preload, `${PRELOAD_NAME}.rb`), PRELOAD_SOURCE, { mode: 384 });
			return new KamalProcess(options, preload, await spawned(options, words, preload, more));
		} catch (error) {
			await rm(preload, {
				recursive: true,
				force: true
			});
			throw error;
		}
	}
	/** Hears each line, those first that were written before. */
	listen(hearer) {
		for (const line of this.#early.splice(0)) hearer(...line);
		this.#hearer = hearer;
	}
	/**
	* Lets a waiting Kamal continue up to its first command, with its words and what its environment lacks of this one.
	* @returns false if it did not wait, does not live any more, or `signal` ended it: then it has done nothing
	*/
	async goOn(words, environment, signal) {
		const hex = (text) => Buffer.from(text).toString("hex");
		const variables = Object.entries(environment).filter(([name, value]) => this.#options.environment[name] !== value).map(([name, value]) => `${name}=${hex(value)}`);
		this.lifeline.write([
			"go",
			...words.map((word) => `-${hex(word)}`),
			...variables
		].join(" "));
		const stop = () => this.lifeline.close();
		if (signal?.aborted === true) stop();
		signal?.addEventListener("abort", stop, { once: true });
		const goes = await this.lifeline.going;
		signal?.removeEventListener("abort", stop);
		return goes;
	}
	/** Lets a Kamal that continued run its commands. */
	clear() {
		this.lifeline.write("cleared");
	}
	/** Ends what has not ended yet. A Kamal that still waits has done nothing. */
	async close() {
		this.lifeline.close();
		await stopGroup(this.group, 1e3);
		await this.ended;
		await rm(this.#preload, {
			recursive: true,
			force: true
		});
	}
};
async function spawned(options, words, preload, more) {
	const [program = "", ...args] = options.program;
	const { environment } = options;
	const child = spawn(program, [...args, ...words], {
		cwd: options.workingDirectory,
		env: {
			...environment,
			RUBYOPT: [environment["RUBYOPT"], `-r${PRELOAD_NAME}`].filter(Boolean).join(" "),
			RUBYLIB: [preload, environment["RUBYLIB"]].filter(Boolean).join(":"),
			[LIFELINE_VARIABLE]: "3",
			...options.asksBeforeOp === true ? { [ANSWERS_VARIABLE]: "1" } : {},
			...more
		},
		detached: true,
		stdio: [
			"ignore",
			"pipe",
			"pipe",
			"pipe"
		]
	});
	await new Promise((resolve, reject) => {
		child.once("spawn", resolve);
		child.once("error", (error) => reject(notStarted(program, error)));
	});
	const { pid: group, stdout, stderr } = child;
	const lifeline = child.stdio[3];
	if (group === void 0 || stdout === null || stderr === null || !(lifeline instanceof Duplex)) throw notStarted(program, null);
	return {
		child,
		group,
		stdout,
		stderr,
		lifeline
	};
}
/** Waits for the end of Kamal, then ends what it left behind, then for the rest of the output. */
async function endOf({ child, group, stdout, stderr, lifeline }) {
	const closed = new Promise((resolve) => void child.once("close", () => resolve()));
	const end = await new Promise((resolve) => {
		child.once("exit", (code, signal) => resolve({
			code,
			signal
		}));
	});
	await stopGroup(group, 1e3);
	const giveUp = setTimeout(() => [
		stdout,
		stderr,
		lifeline
	].forEach((pipe) => pipe.destroy()), 2e3);
	await closed;
	clearTimeout(giveUp);
	return end;
}
function notStarted(program, cause) {
	return new Failure("kamal-not-started", `Kamal could not be started: \`${program}\` does not run.`, { agent: ["Add a step with `ruby/setup-ruby` before this one, or set `kamal-version` to the version to install."] }, cause);
}
// src/onepassword/op/archive.ts
/** `op` 2.35.0 takes some 35 MB; anything that unpacks to more than this is not `op`. */
const LARGEST_FILE = 2e8;
/**
* Takes `op` and `op.sig` out of a release archive, in memory: nothing unverified touches the disk, and no `unzip` is
* needed.
* @param ahead the first file, if it was inflated while the archive was downloading
* @throws Failure `op-archive-damaged` | `op-signature-missing`
*/
async function unpackRelease(archive, url, ahead = null) {
	const { fromBufferPromise } = await import("./yauzl.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	const found = /* @__PURE__ */ new Map();
	try {
		const zip = await fromBufferPromise(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength));
		for await (const entry of zip.eachEntry()) {
			if (entry.fileName !== "op" && entry.fileName !== "op.sig") continue;
			if (entry.uncompressedSize > 2e8) throw new Error(`${entry.fileName} is too large`);
			const data = isFirst(entry, ahead) ? ahead.data : await whole(await zip.openReadStreamPromise(entry));
			found.set(entry.fileName, data);
		}
	} catch (error) {
		throw damaged(url, `is cut off or not a whole zip file (${archive.length} bytes)`, error);
	}
	const op = found.get("op");
	const signature = found.get("op.sig");
	if (op === void 0 || sizeOf(op) === 0) throw damaged(url, "has no `op` in it");
	if (signature === void 0 || sizeOf(signature) === 0) throw unsigned(url);
	return {
		op,
		signature: Buffer.concat(signature)
	};
}
/** Whether the archive's directory says of the entry what was found when it was inflated. */
function isFirst(entry, ahead) {
	return ahead !== null && entry.relativeOffsetOfLocalHeader === 0 && entry.compressedSize === ahead.compressedSize && entry.uncompressedSize === sizeOf(ahead.data);
}
async function whole(stream) {
	const pieces = [];
	for await (const piece of stream) pieces.push(piece);
	return pieces;
}
function sizeOf(pieces) {
	return pieces.reduce((sum, { length }) => sum + length, 0);
}
function damaged(url, what, cause) {
	return new Failure("op-archive-damaged", `The archive of the 1Password CLI from ${url} ${what}. It was not installed.`, { human: ["Run the job again; if it fails again, check whether a proxy or a mirror between the runner and 1Password has a damaged copy."] }, cause);
}
function unsigned(url) {
	return new Failure("op-signature-missing", `The archive of the 1Password CLI from ${url} has no signature (\`op.sig\`) in it. 1Password signs every release: this is not one. It was not installed.`, { human: ["Find out what serves this archive between the runner and 1Password."] });
}
// src/onepassword/op/download.ts
/**
* Downloads a file into memory. Connections that break or stall, 5xx, 408 and 429 are tried again with backoff; any
* other status is final. `patience.perTry` bounds the time without a single byte, not that of the whole download.
* @throws Failure `op-version-unknown` (404) | `op-download-refused` (another final status) | `op-download-failed`;
*   the signal's reason where that ended it
*/
async function download(url, options) {
	const { patience, log, signal } = options;
	let tries = 0;
	try {
		return await withPatience(patience, (number) => {
			tries = number;
			return fetchOnce(url, options);
		}, (error) => {
			const setback = judge(error);
			if (setback.again) log?.info(`The download from ${url} failed (try ${tries}): ${innermostReason(error)}.`);
			return setback;
		}, signal);
	} catch (error) {
		if (signal?.aborted === true) throw error;
		throw failureOf(error, url, tries);
	}
}
async function fetchOnce(url, { patience, signal, largest, follow }) {
	const stalled = new AbortController();
	const ended = signal === void 0 ? stalled.signal : AbortSignal.any([stalled.signal, signal]);
	const stall = () => stalled.abort(new Stalled(patience.perTry));
	let timer = setTimeout(stall, patience.perTry);
	try {
		const response = await answerFrom(new URL(url), ended);
		const chunks = [];
		const see = follow?.();
		let size = 0;
		for await (const chunk of response) {
			clearTimeout(timer);
			timer = setTimeout(stall, patience.perTry);
			size += chunk.length;
			if (size > largest) throw new TooLarge(largest);
			chunks.push(chunk);
			see?.(chunk);
		}
		return Buffer.concat(chunks);
	} catch (error) {
		ended.throwIfAborted();
		throw error;
	} finally {
		clearTimeout(timer);
		stalled.abort();
	}
}
/**
* `fetch` would be shorter, but takes twice the processor time for a body of this size, which the sign-in wants at the
* same time; and to `import` `node:http` is to load `fetch` too, for the `WebSocket` that it exports.
*/
async function answerFrom(url, signal, redirects = 5) {
	const { get } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
	const response = await new Promise((resolve, reject) => {
		get(url, {
			signal,
			headers: { "user-agent": `kamal-1password/${VERSION$1}` }
		}, resolve).on("error", reject);
	});
	const { statusCode: status = 0, headers } = response;
	if (status >= 200 && status < 300) return response;
	response.destroy();
	if (![
		301,
		302,
		303,
		307,
		308
	].includes(status) || headers.location === void 0) throw new BadStatus(status, headers["retry-after"] ?? null);
	if (redirects === 0) throw new Error("it is redirected again and again");
	return answerFrom(new URL(headers.location, url), signal, redirects - 1);
}
var BadStatus = class extends Error {
	status;
	retryAfter;
	constructor(status, retryAfter) {
		super(`the server answered with status ${status}`);
		this.status = status;
		this.retryAfter = retryAfter;
	}
};
var Stalled = class extends Error {
	constructor(milliseconds) {
		super(`nothing came for ${spoken(milliseconds)}`);
	}
};
var TooLarge = class extends Error {
	constructor(largest) {
		super(`it is larger than ${largest} bytes`);
	}
};
function judge(error) {
	if (error instanceof TooLarge) return { again: false };
	if (!(error instanceof BadStatus)) return { again: true };
	return {
		again: error.status >= 500 || error.status === 408 || error.status === 429,
		notBefore: waitingTime(error.retryAfter) ?? 0
	};
}
function failureOf(error, url, tries) {
	const host = new URL(url).host;
	const status = error instanceof BadStatus ? error.status : null;
	if (status === 404) return new Failure("op-version-unknown", `1Password has no such version of its CLI for this machine: ${url} is not there.`, { agent: ["Correct `op-version` in the workflow, or omit it for the default; versions are listed at https://app-updates.agilebits.com/product_history/CLI2."] }, error);
	if (status !== null && status < 500 && tries === 1) return new Failure("op-download-refused", `${host} refused the download of the 1Password CLI with status ${status}: ${url}.`, { human: [`Let the runner fetch from https://${host}; a firewall or proxy may forbid it.`] }, error);
	return new Failure("op-download-failed", `The 1Password CLI could not be downloaded from ${host}: ${innermostReason(error)} (tried ${tries === 1 ? "once" : `${tries} times`}).`, { human: [`Let the runner reach https://${host}; behind a proxy, set \`HTTPS_PROXY\` for the runner. Else run the job again later.`] }, error);
}
// src/onepassword/op/inflate-ahead.ts
/** A local file header of a zip archive (APPNOTE.TXT, 4.3.7): its fixed part, and the method for "deflated". */
const HEADER = 30;
const SIGNATURE = 67324752;
const DEFLATED = 8;
/**
* Inflates the first file of an archive while the archive still comes, beside the thread that receives it. That saves
* time and decides nothing: the reader of the directory at the archive's end, which says what is in it, uses this result
* or inflates again.
*/
var InflateAhead = class {
	#inflate = createInflateRaw({ chunkSize: 1 << 20 });
	#pieces = [];
	#ended;
	#header = Buffer.alloc(0);
	/** @param largest a larger file is given up */
	constructor(largest) {
		let size = 0;
		this.#ended = new Promise((resolve) => {
			this.#inflate.on("data", (piece) => {
				size += piece.length;
				if (size > largest) this.#inflate.destroy();
				else this.#pieces.push(piece);
			}).once("end", () => resolve(true)).once("error", () => resolve(false)).once("close", () => resolve(false));
		});
	}
	/** The next bytes of the archive. */
	push(chunk) {
		if (this.#header === null) {
			if (this.#inflate.writable) this.#inflate.write(chunk);
			return;
		}
		const header = this.#header = Buffer.concat([this.#header, chunk]);
		if (header.length < HEADER) return;
		const start = HEADER + header.readUInt16LE(26) + header.readUInt16LE(28);
		if (header.readUInt32LE(0) !== SIGNATURE || header.readUInt16LE(8) !== DEFLATED) this.stop();
		else if (header.length < start) return;
		this.#header = null;
		if (this.#inflate.writable) this.#inflate.write(header.subarray(start));
	}
	stop() {
		this.#inflate.destroy();
	}
	/** The archive's first file once all of it is here; null if it could not be inflated while downloading. */
	async file() {
		if (this.#inflate.writable) this.#inflate.end();
		if (!await this.#ended) return null;
		return {
			data: this.#pieces,
			compressedSize: this.#inflate.bytesWritten
		};
	}
};
// src/onepassword/op/platform.ts
/** 1Password's names for what Node calls `process.platform` and `process.arch`. */
const SYSTEMS = {
	linux: "linux",
	darwin: "darwin"
};
const ARCHITECTURES = {
	x64: "amd64",
	arm64: "arm64",
	ia32: "386",
	arm: "arm"
};
/**
* @param platform as `process.platform`
* @param arch as `process.arch`
* @throws Failure `platform-unsupported`
*/
function platformOf(platform, arch) {
	const found = {
		os: SYSTEMS[platform],
		arch: ARCHITECTURES[arch]
	};
	if (found.os !== void 0 && found.arch !== void 0 && !(platform === "darwin" && found.arch !== "amd64" && found.arch !== "arm64")) return {
		os: found.os,
		arch: found.arch
	};
	throw new Failure("platform-unsupported", `The 1Password CLI cannot be installed on ${platform} ${arch}: this action knows Linux (x64, arm64, ia32, arm) and macOS (x64, arm64).`, { agent: ["Set `runs-on:` to a Linux runner, such as `ubuntu-latest`."] });
}
/** The path of a release's archive on 1Password's server (developer.1password.com/docs/cli/get-started, "manual"). */
function archivePath(version, { os, arch }) {
	const encoded = encodeURIComponent(version);
	return `/dist/1P/op2/pkg/v${encoded}/op_${os}_${arch}_v${encoded}.zip`;
}
// src/onepassword/op/private-copy.ts
/** How long `op --version` may take, in milliseconds. */
const PATIENCE$2 = 1e4;
/**
* Writes verified bytes as `op` into a new directory of this run, which is added to PATH: nothing else is ever in it.
* @param directory its parent is a directory that no one else can write to; a former copy is replaced
* @returns the path of the binary
* @throws Failure `op-no-space` | `op-not-writable`
*/
async function writePrivateCopy(directory, op) {
	const path = join(directory, "op");
	try {
		await rm(directory, {
			recursive: true,
			force: true
		});
		await mkdir(directory, { mode: 448 });
		await writeFile(path, op, {
			mode: 493,
			flag: "wx"
		});
		return path;
	} catch (error) {
		await rm(directory, {
			recursive: true,
			force: true
		}).catch(() => void 0);
		throw notWritten(error, directory);
	}
}
/** Whether these are the very bytes that are pinned; null if none are. */
function isPinned(op, sha256) {
	if (sha256 === void 0) return null;
	const hash = createHash("sha256");
	for (const piece of op) hash.update(piece);
	return hash.digest("hex") === sha256;
}
/**
* The version that the binary reports: the signature only says that it is 1Password's. It gets no token, no agent and
* nothing else of the job's environment; its home is the directory above its own, so that it leaves nothing beside
* itself.
* @throws Failure `op-not-runnable`; the signal's reason if that ended it
*/
async function versionOf(path, directory, signal) {
	try {
		const home = dirname(directory);
		const { stdout } = await promisify(execFile)(path, ["--version"], {
			cwd: home,
			env: {
				PATH: process.env["PATH"] ?? "",
				HOME: home
			},
			timeout: PATIENCE$2,
			...signal === void 0 ? {} : { signal }
		});
		return stdout.trim();
	} catch (error) {
		signal?.throwIfAborted();
		throw notRunnable(error, path);
	}
}
function notWritten(error, where) {
	const code = codeOf(error);
	if (code === "ENOSPC" || code === "EDQUOT") return new Failure("op-no-space", `There is no space left for the 1Password CLI (about 35 MB) in ${where}.`, { human: ["Free space on the runner's disk."] }, error);
	if (code === "") return error;
	return new Failure("op-not-writable", `The 1Password CLI cannot be written into ${where} (${code}).`, { human: ["Give the runner's user write access to its temporary directory (`RUNNER_TEMP`)."] }, error);
}
function notRunnable(error, path) {
	const code = codeOf(error);
	return new Failure("op-not-runnable", `The 1Password CLI was verified, but \`${path} --version\` does not run (${code === "" ? "it was ended" : code}).`, { human: ["Check whether programs may run from the runner's temporary directory (`RUNNER_TEMP`): a file system that is mounted with `noexec` forbids it."] }, error);
}
// src/onepassword/op/release.ts
const release = {
	sha256: {},
	origin: "https://cache.agilebits.com",
	fingerprint: "3FEF9748469ADBE15DA7CA80AC2D62742012EA22",
	publicKey: `
-----BEGIN PGP PUBLIC KEY BLOCK-----

mQINBFkeAh4BEACy6fUHiFi/YvXZ2E5Gs7qFL8TSKQGLt0g8w/NtBotMNveW2Nzg
aXcmJ2E0aXY7nBRtpIgRRrb7XuskDZwGmVx4PQshaZuIozS0T1kdMitobi4k3g2M
551yf1bPWl1neVJ5MmbpknnaIG6VjMHxcRKE0xXDYhpBtt7QQQw1HT8vOjUOXBUf
VIj2o7I/+cRGNgDdkbuGRccC8hSGyiWXy4FY8xPvxMSCXoL5w531ewaGl/M+mAOC
3c6T7S05CcNN50Z6wulCiDZGvuJ2547E5iU9KClAEchJH9yQ2PkLHy3OQi0lBt+4
PmGeBOIxvFVXGbtGGtx6oFZxVaYDzF+BHHHRRdUs75pWzRm5y/3j0j+O4UKLWvMx
3SN7gRRu6gP5nvOw6wdyYerci2NHx1JJKlM6d6zxEj+cJ4GoBeJQhJi3UVpDy0Hh
TX3iid9Zz1ansQrSujXU2t82695WTGau5sarheDya4niKfVOh4IDMBbA17fnqJbS
ttYiL5i4+eqXbkAItdq+skhqqUElrROC0RKiXhX00nHu+ASHYupr/1Ac9/jdk0wG
TNb1ue76aBGJHZA0U67onp/MkVEOCv04nHRZbHArM0w52v40VIaUax5ZYfLSOIkq
IkPHoywmhR7W6QVlBbjP6zWVrTAWEnPx2VDQVk1CX29n/kM/J1kE60poZQARAQAB
tDNDb2RlIHNpZ25pbmcgZm9yIDFQYXNzd29yZCA8Y29kZXNpZ25AMXBhc3N3b3Jk
LmNvbT6JAlQEEwEIAD4CGwMFCwkIBwMFFQoJCAsFFgIDAQACHgECF4AWIQQ/75dI
Rprb4V2nyoCsLWJ0IBLqIgUCaAf6fgUJHDSngAAKCRCsLWJ0IBLqItFpD/0QlwqC
5Z0YX3y8zX1J1uMkL/eQIxHJzq7aJeh7Nh5MofGl9SA0YPhU3JEwyVAZYmXzelMA
c65YevrY7VK2yqUi8Oec7OtaMQx3Kf3hxnY69kqfkIJr+qBOZCIofpdpZYFBUyf0
bSknt6YOlPQJezJJ0w47n87/Mrqn3BM29x8CQm4ZbbnEp8AjWUysCmwjFoc8os+k
pRAylUKE/3WZb/LHErTbGjjX8d/QaCR8HYYGjsBzx3EAxn3/zlpDdoIZ3NGUZ6Eo
GWRZHnGDZySMFjBPetYtXKBwPFGxxWxjlH2Me8j0z8jlIl5OmaypIA8b2QSl0BuR
CX2fgMnCSOQWK68xTc7+3aV8cqXhVww1j56TrIMCQL/majXd9SWO4AyXsqKC5qv/
hTC+x6EulEskgbo+W0Y8wAgO9PA438e5RucLugqSYMNPvXuj1IPY1OncBQagWup0
KzBskSox9b44QrC1uPkuMELIvugWAGJ8XpV+PcWsxLIrSBou5sSEmmnT9Q4Uag/u
24EEbenbG+6KvIi9QN6fDrryqmmUEBoboXWXEOJrVhjtUg4HH84RNUjF12bd4kcu
pwEnZd/31ajITCotC5BcTvm0WGs2dmDQaX+9PlvxRSUWgZjDo7y8QVRMbYOvZ9zY
vsIBfsOEMPeJwqarla1aZxSyuv8BFYE/g27dXYkCMwQQAQgAHRYhBPAnWT97ensh
T+2Lyy37ftAFej6jBQJZH38iAAoJEC37ftAFej6jNj8QAM5NpjCS0FYP3eLUoGYE
CUHKAkCPim37Wuz0E1L8zwg02XQbzwQ/99hpCbsgqm8s/cCIprfJ0ioGnMa25IJN
0keLLgocJQHeq+7Dw+tGrqVFU3Dnpyg2F7FBSTL5fvGYtPJe8Om7FFS9bm6nDytk
vQ7fnyZxC3l+WyxlcQeYahgW4YIMZ4qOBY+ZE4m+Y2SXTAm3qKIbJJ/oixSVXCJS
g964G7A7PN7RMqfKsbwL2ec4CsnOfYl6xe38muPXChvwZtoW1VtNZiBYkKfEOg4U
57cJqclNp8GQRXcSfHY3G9hRIaJic6KFrjBlgwVHpRpSxhj1ydp/RghbjUBzuY22
hgpHeVdw2wFDVef9st+3XHu6JiEHrGpWjc7VTpCiiYaHAPIFWMu8B9gnQrxc9ZXw
0OzS4vu82mAiyitvw+dY3V4U5uo0q56iyswmDs2S2Kn8/510n2vdCqEtaKMV5cV+
cnF1aU1PdRct/ZMfqOC+VcfTiS/Svx5/BCie0nIATJGcYtuX9fFd4Z0V3T0N6aM7
QENgOny7X/zJgp5dWbgkv3Qyz83rz32cfcv9gSf8yUjV3/NsxrzCeKxFWFn+oPh3
+PTforlP1OsyZORh9IgtoQ5Jqk6YYnSsYkJfseZVQigVpaD2nWwSmmQHMnHmwDvP
CXKaBqnE2TXnoqXw4o8nSRvYiQEcBBABCAAGBQJZH3WeAAoJEL1Y5xxC89TUrRoH
/iGhamPA0Z/ldEtBhSYGj/307UvFywP2tlXTeJqma1XwEBzXvx6j9Xn8pLIlvFh3
/ouLmP36bY+Ftj8Im3EWGnmVm5joe5S2hDLQI7FDbWGUwJePDNaMxC/SsvVzkXJz
jAvajVAReB3Pu93SfsraNV/nNMGO4ALW+1Z1p/tzgwW7G4YpiXmRZ1EcL688MQKB
/B8IrKajadMk5avGsoPc53MFEDOboZ3lA7F9WnuS6OSX3zBqyiPYxWskAiVf2TVK
lBU54ptBq8ruhKAQqn54VJ9A3jX31XAcEv1YBw44bPvZzMPxc51ufODSWN80Y5Tu
i5hpxQVKjCfhjtBaYrwtTnuIXQQQEQIAHRYhBCIx3/CGnuOliFrn1PeHeivJxAwx
BQJZsEYgAAoJEPeHeivJxAwxo6oAn1dFjYZNzLyIhZeKaeIiZwGmq/9EAJ4+fRg9
P4I7jHwe0BN3iNAG1nKbGg==
=+LeX
-----END PGP PUBLIC KEY BLOCK-----
`
};
// src/onepassword/op/signature.ts
/**
* Verifies the detached OpenPGP signature of `op` with the pinned key, without `gpg` on the machine.
* @param where what is verified, for the sentence: an address or a path
* @throws Failure `op-signature-invalid` | `op-signer-unknown`
*/
async function verifySignature(op, signature, trust, where) {
	const { config, createMessage, readKey, readSignature, verify } = await import("./openpgp.js");
	const key = await readKey({ armoredKey: trust.publicKey });
	if (key.getFingerprint().toUpperCase() !== trust.fingerprint) throw new Error(`the pinned key is not ${trust.fingerprint}`);
	const detached = await readSignature({ binarySignature: signature }).catch((error) => {
		throw invalid(where, "is not an OpenPGP signature", error);
	});
	const pinned = key.getKeyID().toHex();
	const signers = detached.packets.map(({ issuerKeyID }) => issuerKeyID?.toHex() ?? "a key it does not name");
	if (!signers.includes(pinned)) throw unknownSigner(where, signers, trust.fingerprint);
	try {
		const { data, signatures } = await verify({
			message: await createMessage({ binary: ReadableStream.from(op) }),
			signature: detached,
			verificationKeys: key,
			format: "binary",
			config: {
				...config,
				allowInsecureVerificationWithReformattedKeys: true
			}
		});
		for (const reader = data.getReader(); !(await reader.read()).done;);
		const ours = signatures.filter(({ keyID }) => keyID.toHex() === pinned);
		if (ours.length === 0) throw new Error("the signature of the pinned key was not checked");
		await Promise.all(ours.map(({ verified }) => verified));
	} catch (error) {
		throw invalid(where, "does not match it", error);
	}
}
function invalid(where, what, cause) {
	return new Failure("op-signature-invalid", `The 1Password CLI from ${where} was altered after 1Password signed it: its signature ${what}. It was not run or installed.`, { human: ["Do not deploy from this runner until you know what alters downloads between it and 1Password."] }, cause);
}
function unknownSigner(where, signers, pinned) {
	return new Failure("op-signer-unknown", `The 1Password CLI from ${where} is signed by ${signers.map((id) => id.toUpperCase()).join(", ") || "no key"}, not by 1Password's key ${pinned}. It was not run or installed.`, { human: ["Do not deploy from this runner until you know where this archive comes from. Only if 1Password has announced a new signing key, use a version of this action that knows it."] });
}
// src/onepassword/op/tool-cache.ts
/**
* Where a version of `op` is in the runner's tool cache: `<cache>/op/<version>/<arch>`, with the marker
* `<arch>.complete` beside it. That is the layout of `@actions/tool-cache` 4 (lib/tool-cache.js: `find`, `cacheDir`), so
* that other actions find it. The library itself is not used: it copies into place file by file, so that another job can
* meet a half-written binary, and it cannot be cancelled.
*/
function placeOf(cache, version, arch) {
	return join(cache, "op", version, arch);
}
/** A signature takes some 600 bytes. */
const LARGEST_SIGNATURE = 65536;
/**
* The bytes of the binary and of its signature at `place`, read once. Nothing of the cache is ever run, linked to or put
* on PATH: other jobs may write there.
* @returns `missing` where either is; `odd` where a link, a FIFO, a directory or something too large is in the way
*/
async function readCached(place) {
	if ((await Promise.all(directoriesTo(place).map((directory) => isPlainDirectory(directory)))).includes(false)) return "odd";
	const [op, signature] = await Promise.all([readPlainFile(join(place, "op"), LARGEST_FILE), readPlainFile(join(place, "op.sig"), LARGEST_SIGNATURE)]);
	if (typeof op !== "string" && typeof signature !== "string") return {
		op: [op],
		signature
	};
	return op === "odd" || signature === "odd" ? "odd" : "missing";
}
/**
* Puts verified files at `place` in one step: they are written beside it and renamed, so that jobs that share the cache
* see all of it or nothing. What was there before is replaced.
* @throws the system's error; an error if the path leads through a link
*/
async function storeVerified(place, files) {
	const beside = `${place}.${randomUUID()}`;
	const above = directoriesTo(place).slice(0, -1);
	for (const directory of above) if (await isPlainDirectory(directory) === false) throw new Error(`${directory} is not a directory`);
	try {
		await makeDirectory(beside);
		await writeFile(join(beside, "op"), files.op, { mode: 493 });
		await writeFile(join(beside, "op.sig"), files.signature, { mode: 420 });
		await swapIn(beside, place);
		await mark(`${place}.complete`);
	} finally {
		await rm(beside, {
			recursive: true,
			force: true
		}).catch(() => void 0);
	}
}
/** `<cache>/op`, the version's directory, and the place itself. */
function directoriesTo(place) {
	const version = dirname(place);
	return [
		dirname(version),
		version,
		place
	];
}
/** A new empty file: an existing entry, such as a link, is not written to. */
async function mark(path) {
	await rm(path, {
		recursive: true,
		force: true
	});
	await writeFile(path, "", { flag: "wx" }).catch((error) => {
		if (codeOf(error) !== "EEXIST") throw error;
	});
}
/** A directory that is not empty cannot be replaced by a rename: it is moved aside first. */
async function swapIn(from, place) {
	for (let left = 5;; left -= 1) {
		try {
			await rename(from, place);
			return;
		} catch (error) {
			if (left === 0 || ![
				"ENOTEMPTY",
				"EEXIST",
				"ENOTDIR"
			].includes(codeOf(error))) throw error;
		}
		const aside = `${place}.${randomUUID()}`;
		try {
			await rename(place, aside);
		} catch (error) {
			if (codeOf(error) !== "ENOENT") throw error;
		}
		await rm(aside, {
			recursive: true,
			force: true
		});
	}
}
// src/onepassword/op/install.ts
const PATIENCE$1 = {
	tries: 5,
	firstPause: 1e3,
	perTry: 3e4,
	inAll: 18e4
};
const LARGEST = 1e8;
/**
* Makes a version of `op` available whose signature was verified in this run: from the tool cache, else downloaded.
*
* The content of the cache is only read, once, into memory: on a self-hosted runner other jobs can write there, and what
* is on PATH receives the service account token. The bytes that were verified are written into `directory`, and that
* copy has to be of the version that was asked for. (Against someone who runs as the same user at the same time, nothing
* on that machine helps.) Cancelled or failed, it leaves nothing behind but what `directory` holds, which goes with the
* run.
* @throws Failure `platform-unsupported` | `op-version-unknown` | `op-download-refused` | `op-download-failed` |
*   `op-archive-damaged` | `op-signature-missing` | `op-signature-invalid` | `op-signer-unknown` | `op-version-wrong` |
*   `op-no-space` | `op-not-writable` | `op-not-runnable`; the signal's reason if that ended it
*/
async function installOp(options, trust = release) {
	const { version, cache, directory, log, signal } = options;
	const machine = options.platform ?? {
		platform: process.platform,
		arch: process.arch
	};
	const platform = platformOf(machine.platform, machine.arch);
	const place = placeOf(cache, version, machine.arch);
	const check = {
		...options,
		platform,
		trust
	};
	const cached = await fromCache$1(place, check);
	if (cached !== null) return {
		path: cached,
		directory,
		version,
		from: "cache",
		kept: Promise.resolve()
	};
	const url = trust.origin + archivePath(version, platform);
	const files = await downloadRelease(url, options);
	await verifySignature(files.op, files.signature, trust, url);
	signal?.throwIfAborted();
	return {
		path: await copied(files.op, check, url),
		directory,
		version,
		from: "download",
		kept: storeVerified(place, files).catch((error) => {
			const why = error instanceof Error ? error.message : String(error);
			log.warning(`The 1Password CLI could not be kept in the runner's tool cache, so the next job downloads it again: ${why}.`);
		})
	};
}
async function downloadRelease(url, { patience, log, signal }) {
	let ahead = new InflateAhead(LARGEST_FILE);
	return unpackRelease(await download(url, {
		patience: patience ?? PATIENCE$1,
		log,
		largest: LARGEST,
		...signal === void 0 ? {} : { signal },
		follow() {
			ahead.stop();
			ahead = new InflateAhead(LARGEST_FILE);
			return (chunk) => ahead.push(chunk);
		}
	}).catch((error) => {
		ahead.stop();
		throw error;
	}), url, await ahead.file());
}
/** The path of a private copy of what the cache holds; null if that is nothing that may be used. */
async function fromCache$1(place, check) {
	if (!existsSync(place)) return null;
	await check.turn;
	const files = await readCached(place);
	if (files === "missing") return null;
	const replaced = (what) => {
		check.log.warning(`The 1Password CLI in the runner's tool cache ${what}: ${place}. It is replaced.`);
		return null;
	};
	if (files === "odd") return replaced("is not a plain file");
	try {
		await verifySignature(files.op, files.signature, check.trust, place);
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		return replaced("is not as 1Password signed it");
	}
	try {
		return await copied(files.op, check, place);
	} catch (error) {
		if (!(error instanceof Failure) || error.code !== "op-version-wrong") throw error;
		return replaced(`is not version ${check.version}, though 1Password signed it`);
	}
}
/**
* The verified bytes in their own file, which is of the version that was asked for.
* @param where they come from, for the sentence
*/
async function copied(op, { directory, version, platform, trust, signal, onCopied }, where) {
	const pinned = isPinned(op, trust.sha256?.[`${version}/${platform.os}/${platform.arch}`]);
	if (pinned === false) throw otherVersion(version, where, "its SHA-256 is not the known one");
	const path = await writePrivateCopy(directory, op);
	onCopied?.();
	if (pinned === true) return path;
	try {
		const found = await versionOf(path, directory, signal);
		if (found === version) return path;
		throw otherVersion(version, where, `it says \`${found.slice(0, 60)}\``);
	} catch (error) {
		await rm(directory, {
			recursive: true,
			force: true
		});
		throw error;
	}
}
function otherVersion(version, where, because) {
	return new Failure("op-version-wrong", `The 1Password CLI from ${where} is signed by 1Password, but it is not version ${version}: ${because}. It is not used.`, { human: ["Find out what serves another version between the runner and 1Password."] });
}
// src/onepassword/op/op-on-demand.ts
/** How often it looks whether someone calls `op`, in milliseconds. */
const INTERVAL = 100;
/** Of the first word of a call, in bytes. */
const LARGEST_CALL = 65536;
const NEW = { flag: "wx" };
/**
* An `op` for PATH that waits, when it is called, until the real one is installed, and becomes it. Callers at the same
* time wait for the same installation. If that fails, each of them gets the sentence and exit status 1; so does a caller
* whose run is over.
*
* It is a shell script: a program that every runner has, and starts in a millisecond. It waits for files, so that any
* process can call it, in any directory and environment.
*/
var OpOnDemand = class OpOnDemand {
	/** To be put on PATH: there is only `op` in it. */
	directory;
	#signals;
	#stop = new AbortController();
	#called = null;
	#looking;
	constructor(directory, signals) {
		this.directory = directory;
		this.#signals = signals;
	}
	/** @param parent a directory of this run, where no one else may write; see {@link installDirectory} */
	static async place(parent) {
		const made = new OpOnDemand(join(parent, "op"), join(parent, "op-signals"));
		for (const directory of [made.directory, made.#signals]) await mkdir(directory, { mode: 448 });
		const real = join(installDirectory(parent), "op");
		await writeFile(join(made.directory, "op"), script(made.#signals, real), {
			mode: 493,
			flag: "wx"
		});
		return made;
	}
	/**
	* Installs `op` when it is first called.
	* @param install makes it in {@link installDirectory}, until its signal ends that
	*/
	watch(install) {
		this.#stop = new AbortController();
		const wanted = join(this.#signals, "wanted");
		clearInterval(this.#looking);
		this.#looking = setInterval(() => {
			if (this.#called !== null || !existsSync(wanted)) return;
			clearInterval(this.#looking);
			this.#called = this.#install(wanted, install);
		}, INTERVAL).unref();
	}
	/** Ends the watch, and an installation that no one waits for any more. @returns null if no one called */
	async end() {
		clearInterval(this.#looking);
		this.#stop.abort(new Failure("cancelled", "The command that called `op` has ended."));
		const called = await this.#called;
		await called?.installed?.kept;
		return called;
	}
	async #install(wanted, install) {
		const called = await readPlainFile(wanted, LARGEST_CALL);
		const [word = ""] = (typeof called === "string" ? "" : called.toString("utf8")).split("\n");
		const verb = /^[a-z][a-z-]{0,20}$/.test(word) ? word : "";
		try {
			const installed = await install(verb, this.#stop.signal);
			await writeFile(join(this.#signals, "ready"), "", NEW);
			return {
				verb,
				installed
			};
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			await this.#fail(`op could not be installed: ${why}`);
			return {
				verb,
				installed: null
			};
		}
	}
	/** Whole or not at all, as callers read it once it exists; if it cannot be written, they end with the run. */
	async #fail(sentence) {
		const path = join(this.#signals, "failed");
		try {
			await writeFile(`${path}.part`, `${sentence}\n`, NEW);
			await rename(`${path}.part`, path);
		} catch {}
	}
};
/** Where the real `op` belongs: beside the one that waits for it. */
function installDirectory(parent) {
	return join(parent, "op-installed");
}
function script(signals, real) {
	return `#!/bin/sh
# op is installed when it is first called: this waits for that, and becomes it.
signals=${shellQuoted(signals)}
[ -e "$signals/wanted" ] || printf '%s\\n' "\${1-}" 2>/dev/null >"$signals/wanted"
until [ -e "$signals/ready" ]; do
  if [ -e "$signals/failed" ]; then PATH=/usr/bin:/bin:$PATH cat "$signals/failed" >&2; exit 1; fi
  if ! [ -d "$signals" ] || ! kill -0 ${process.pid} 2>/dev/null; then
    echo 'op was not installed: the run that would do it is over.' >&2
    exit 1
  fi
  PATH=/usr/bin:/bin:$PATH sleep 0.05
done
exec ${shellQuoted(real)} "$@"
`;
}
// src/action/prepare/op.ts
/** Installs `op`. @throws Failure as `installOp` */
async function installedOp(run, options) {
	const { directory, version, from, kept } = await install(run, join(run.directory, "op"), options);
	return {
		directory,
		version,
		described: `${version} (${from})`,
		onDemand: null,
		kept
	};
}
/** Places an `op` that is installed when it is first called, see {@link installWhenCalled}. */
async function opOnDemand({ inputs: { opVersion: version }, directory }) {
	const onDemand = await OpOnDemand.place(directory);
	const described = `${version} (if something calls it)`;
	return {
		directory: onDemand.directory,
		version,
		described,
		onDemand,
		kept: Promise.resolve()
	};
}
/** Places an `op` that says why there is none: its callers get a sentence, and no other program of that name. */
async function refusingOp({ directory: parent }, sentence) {
	const directory = join(parent, "op");
	await mkdir(directory, { mode: 448 });
	const script = `#!/bin/sh\necho ${shellQuoted(`[ERROR] ${sentence}`)} >&2\nexit 1\n`;
	await writeFile(join(directory, "op"), script, { mode: 493 });
	return {
		directory,
		version: null,
		described: "is not used",
		onDemand: null,
		kept: Promise.resolve()
	};
}
/** Installs `op` when someone calls the one that waits for it. */
function installWhenCalled(run, op) {
	op.watch(async (verb, signal) => {
		run.log.info(`\`${`op ${verb}`.trim()}\` is called: op ${run.inputs.opVersion} is installed now.`);
		const ended = AbortSignal.any([signal, run.signal]);
		return install(run, installDirectory(run.directory), { signal: ended });
	});
}
function install(run, directory, options) {
	return installOp({
		version: run.inputs.opVersion,
		cache: toolCache(run),
		directory,
		log: run.log,
		...options
	});
}
/** The runner's tool cache; on a machine without one, a place that the run takes with it. */
function toolCache(run) {
	const given = process.env["RUNNER_TOOL_CACHE"] ?? "";
	return given === "" ? join(run.directory, "tools") : given;
}
// src/kamal/build/docker.ts
/** Which parts of Docker this machine has, by its command line. Changes nothing. */
/** A program answers within this or counts as not working. Milliseconds. */
const PATIENCE = 1e4;
/** Asks the engine that `docker` would talk to (`DOCKER_HOST`, its context, the local socket). */
async function dockerState(options) {
	const ran = await ask([
		"docker",
		"version",
		"--format",
		"{{.Server.Version}}"
	], options);
	if (ran === null) return { kind: "absent" };
	if (ran.exitCode === 0) return {
		kind: "ready",
		version: ran.stdout.trim()
	};
	return { kind: /permission denied/i.test(ran.stderr) ? "denied" : "silent" };
}
/**
* Asks for the buildx plugin, which needs no engine.
* @returns its version (empty if it names none), or null if there is no plugin
*/
async function buildxVersion(options) {
	const ran = await ask([
		"docker",
		"buildx",
		"version"
	], options);
	if (ran === null || ran.exitCode !== 0) return null;
	return /\bv?(\d+\.\d+\.\d+\S*)/.exec(ran.stdout)?.[1] ?? "";
}
/** Null if there is no such program. */
async function ask(argv, options) {
	try {
		return await runToEnd(argv, {
			timeout: PATIENCE,
			...options
		});
	} catch (error) {
		options.signal?.throwIfAborted();
		if (error instanceof Error && "code" in error) return null;
		throw error;
	}
}
// src/kamal/build/builder.ts
/**
* What `builder:` of the deploy file needs on this machine, checked before Kamal uses it: Kamal needs Docker's client
* and buildx always, an engine here for every build that is not wholly on another machine (Kamal 2.12.0,
* lib/kamal/cli/build.rb and lib/kamal/commands/builder.rb).
*/
/**
* Where the image is built, by the architectures asked for (`Kamal::Configuration::Builder#local?` and `#remote?`). If
* only ERB knows them, nothing counts as needed.
*/
function buildPlaces({ remote, local, arches }, processor = process.arch) {
	if (remote === null) return {
		here: true,
		there: false
	};
	if (arches === null) return {
		here: false,
		there: false
	};
	const own = processor === "x64" ? "amd64" : processor;
	const there = arches.some((arch) => !local || arch !== own);
	return {
		here: !there || local && arches.includes(own),
		there
	};
}
/** The account on another machine that builds over SSH; null if none does. */
function remoteBuilder(builder) {
	if (builder.remote === null || !buildPlaces(builder).there || !URL.canParse(builder.remote)) return null;
	const { protocol, username, hostname, port } = new URL(builder.remote);
	if (protocol !== "ssh:") return null;
	return {
		user: username === "" ? null : decodeURIComponent(username),
		host: hostname.replace(/^\[(.*)\]$/, "$1"),
		port: port === "" ? 22 : Number(port)
	};
}
/**
* What a build on this machine has and lacks.
* @returns with a Failure `docker-missing`, `docker-unavailable` or `builder-unavailable`, the causes that Kamal would end with
*/
async function examineBuilder(builder, options) {
	const [docker, buildx] = await Promise.all([dockerState(options), buildxVersion(options)]);
	return {
		fault: faultOf(builder, docker, buildx),
		docker: docker.kind === "ready" ? docker.version : null,
		buildx
	};
}
function faultOf(builder, docker, buildx) {
	if (docker.kind === "absent") return dockerFault(docker);
	if (buildx === null) return new Failure("builder-unavailable", "The image cannot be built: Docker has no buildx plugin here, and Kamal needs it.", {
		human: ["On a runner of your own, install the buildx plugin (`docker-buildx-plugin`)."],
		agent: ["Add a step with `docker/setup-buildx-action` before this one."]
	});
	return buildPlaces(builder).here && !(builder.driver ?? "").startsWith("cloud") ? dockerFault(docker) : null;
}
function dockerFault({ kind }) {
	const elsewhere = "build the image elsewhere (`builder.remote` with `builder.local: false`)";
	switch (kind) {
		case "ready": return null;
		case "absent": return new Failure("docker-missing", "The image cannot be built: `docker` is not on PATH.", {
			human: ["On a runner of your own, install Docker with its buildx plugin."],
			agent: ["Run the job on a runner with Docker, such as `runs-on: ubuntu-latest`."]
		});
		case "denied": return new Failure("docker-unavailable", "The image cannot be built: this user has no access to Docker on this machine.", { human: ["Add the user to the group `docker`, and restart the runner."] });
		case "silent": return new Failure("docker-unavailable", "The image cannot be built: Docker is installed here, but it is not running.", {
			human: ["Start Docker on the runner."],
			agent: [`In a job that runs in a container, mount \`/var/run/docker.sock\`; or ${elsewhere}.`]
		});
	}
}
// src/action/prepare/builder.ts
/** Kamal runs these before it checks Docker: they can install what is missing. */
const BEFORE_THE_BUILD = /\/pre-(?:connect|build)$/;
/**
* Looks whether this machine can build the image, while everything else is made ready.
* @param builder null if nothing is built here
* @param story keeps what Docker answered, for the diagnosis of a build that fails
* @throws Failure `docker-missing`, `docker-unavailable`, `builder-unavailable`; a warning only where a hook may bring what is missing
*/
async function checkBuilder(run, builder, hooks, story) {
	if (builder === null) return;
	if (builder.cacheType === "gha" && (run.runnerTokens["ACTIONS_RUNTIME_TOKEN"] ?? "") === "") run.log.info("The build runs without its gha cache, because this runner has none (ACTIONS_RUNTIME_TOKEN is not set).");
	const { fault, docker, buildx } = await examineBuilder(builder, {
		workingDirectory: run.root,
		environment: run.environment,
		signal: run.signal
	});
	story.builtWith = {
		docker,
		buildx
	};
	if (fault === null) return;
	if (!hooks.some(({ path }) => BEFORE_THE_BUILD.test(path))) throw fault;
	run.log.warning(fault.message);
}
// src/action/prepare/ways/connect.ts
/** A Connect server: Kamal's adapter cannot ask it through `op`, so Kamal is answered from what this run has read. */
const REFUSAL$1 = "This run reads 1Password through a Connect server, and op does not get its token: what Kamal asked for was not answered (another vault, item or field than those that were read, a file, a one-time password).";
const connect = {
	refuse({ opEnvironment }) {
		if (opEnvironment !== null) throw noEnvironments();
	},
	answersKamal: ({ inputs }) => inputs.command !== "setup",
	readyOp: (run, _, options) => run.inputs.command === "setup" ? installedOp(run, options) : refusingOp(run, REFUSAL$1),
	/** A Connect server knows no account names and serves one account, under any name. */
	accountsFor: () => ({
		accounts: "any",
		defaultAccount: null
	})
};
// src/onepassword/op-answers/read-session.ts
/**
* The names of an account that are certain: the host of its sign-in address, and the first label of that, which is what
* `op` calls it for short (developer.1password.com/docs/cli/reference/management-commands/account).
* @param signInAddress such as `https://my.1password.com`
*/
function accountNames(signInAddress) {
	const { host, hostname } = new URL(signInAddress);
	return [.../* @__PURE__ */ new Set([
		host,
		hostname,
		hostname.split(".")[0] ?? hostname
	])];
}
/** Variables that make `op` answer otherwise (developer.1password.com/docs/cli/environment-variables). */
const CHANGES_OP = /^OP_(?:CONNECT_HOST|CONNECT_TOKEN|INCLUDE_ARCHIVE|FORMAT|DEBUG|CONFIG_DIR|SESSION\w*)$/;
/** The variables of an environment with which `op` may answer otherwise than from the session. */
function variablesThatChangeOp(environment) {
	return Object.entries(environment).flatMap(([name, value]) => CHANGES_OP.test(name) && value !== "" ? [name] : []);
}
// src/action/prepare/ways/service-account.ts
/** A service account: `op` and Kamal can have its token, so `op` answers what this run does not. */
const serviceAccount = {
	refuse: () => void 0,
	/** What `op` would answer is not known if the environment changes what it does: then it is asked for everything. */
	answersKamal({ inputs, environment, log }) {
		if (inputs.op === "always" || inputs.command === "setup") return false;
		const names = variablesThatChangeOp(environment);
		if (names.length === 0) return true;
		const listed = names.map((name) => `\`${name}\``).join(" and ");
		log.info(`Kamal's requests go to \`op\`, as with \`op: always\`: ${listed} changes what it answers.`);
		return false;
	},
	readyOp: (run, answering, options) => answering ? opOnDemand(run) : installedOp(run, options),
	accountsFor: (run, signInAddress) => ({
		accounts: accountNames(signInAddress),
		defaultAccount: run.environment["OP_ACCOUNT"] || null
	})
};
// src/action/prepare/ways/workload.ts
/** A workload: it reads only Environments, and `op` does not know it. */
const REFUSAL = "This run signed in with workload identity, which op does not support: take the value from the Environment ($NAME).";
const workload = {
	refuse: refuseVaults,
	answersKamal: () => false,
	readyOp: (run, _, options) => run.inputs.command === "setup" ? installedOp(run, options) : refusingOp(run, REFUSAL),
	accountsFor: () => ({
		accounts: [],
		defaultAccount: null
	})
};
/** @throws Failure `keyless-reads-no-vaults`, `environment-not-named` */
function refuseVaults({ sshKey, knownHosts, opEnvironment }, { destinations }) {
	for (const { secrets } of destinations) {
		const [first] = vaultReads(secrets);
		if (first === void 0) continue;
		const { file, start } = first.span;
		const text = secrets.files.find(({ path }) => path === file)?.source?.text ?? "";
		throw readsNoVaults(`${file}:${new LineIndex(text).position(start).line}`);
	}
	if (sshKey?.startsWith("op://") === true) throw readsNoVaults("ssh-key");
	if (knownHosts?.kind === "reference") throw readsNoVaults("known-hosts");
	if (opEnvironment !== null) return;
	throw new Failure("environment-not-named", "A workload reads a 1Password Environment, but none is given.", { agent: ["Set `op-environment: ${{ vars.OP_ENVIRONMENT_ID }}` under `with:`."] });
}
// src/action/prepare/ways/way-of.ts
const WAYS = {
	"service-account": serviceAccount,
	workload,
	connect
};
/** The way to sign in with a credential. */
function wayOf({ kind }) {
	return WAYS[kind];
}
// src/ssh/login/outcome.ts
const TOO_MUCH = "the server wrote more than 1 MiB, so its output was cut off";
/**
* What `ssh -v` says on its standard error (openssh-portable 9.2 and 10.0: sshconnect.c, sshconnect2.c, misc.c,
* clientloop.c). It is not translated. `run.ended` of `until` counts as a login for a jump host, which runs no command.
*/
function outcomeOf(run) {
	if (run.ended === "missing") return {
		kind: "not-checked",
		reason: "no-ssh"
	};
	if (run.ended === "aborted") return {
		kind: "not-checked",
		reason: "aborted"
	};
	if (run.ended === "too-much") return {
		kind: "other",
		words: TOO_MUCH
	};
	if (/^(debug1: )?Authenticat(ed to|ion succeeded)/m.test(run.stderr)) return loggedIn(run);
	return hostKeyChanged(run) ?? refused(run) ?? unreachable(run) ?? {
		kind: "other",
		words: lastWords$1(run)
	};
}
function loggedIn({ ended, exitCode, stderr }) {
	if (ended === "exit" && exitCode !== 0) return {
		kind: "no-command",
		exitCode
	};
	if (ended === "timeout") return {
		kind: "no-command",
		exitCode: null
	};
	return {
		kind: "accepted",
		fingerprint: [...stderr.matchAll(/^debug1: Server accepts key: .*(SHA256:\S+)/gm)].at(-1)?.[1] ?? null
	};
}
function hostKeyChanged({ stderr }) {
	const revoked = /REVOKED HOST KEY|marked as revoked/i.test(stderr);
	if (!revoked && !/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed/.test(stderr)) return null;
	const sent = /^debug1: Server host key: \S+ (SHA256:\S+)/m.exec(stderr)?.[1] ?? null;
	const offending = /^Offending \S+ key in (.+):(\d+)\r?$/m.exec(stderr);
	return {
		kind: "host-key-changed",
		revoked,
		fingerprint: sent,
		known: offending === null ? null : {
			file: offending[1] ?? "",
			line: Number(offending[2])
		}
	};
}
function refused({ stderr }) {
	const says = (pattern) => pattern.test(stderr);
	if (says(/Too many authentication failures/)) return {
		kind: "refused",
		reason: "too-many-keys"
	};
	if (says(/Permission denied \(|No supported authentication methods/)) return {
		kind: "refused",
		reason: says(/^debug1: Offering public key/m) ? "key" : "no-key"
	};
	return null;
}
function unreachable({ stderr, ended }) {
	const says = (pattern) => pattern.test(stderr);
	if (says(/Could not resolve hostname/)) return {
		kind: "unreachable",
		reason: "name"
	};
	if (says(/Connection refused|open failed: connect failed: .*refused/)) return {
		kind: "unreachable",
		reason: "closed"
	};
	if (says(/No route to host|Network is unreachable|Host is down|Operation not permitted/)) return {
		kind: "unreachable",
		reason: "route"
	};
	if (ended === "timeout" || says(/timed out/i)) return {
		kind: "unreachable",
		reason: "silent"
	};
	if (says(/Connection (closed|reset)|kex_exchange_identification|Broken pipe|banner line contains invalid/)) return {
		kind: "unreachable",
		reason: "dropped"
	};
	return null;
}
function lastWords$1({ stderr, exitCode }) {
	return stderr.trim().split(/\r?\n/).filter((line) => !/^(debug1: |\*\* )/.test(line)).at(-1) ?? `ssh ended with ${exitCode ?? "a signal"}`;
}
// src/ssh/login/room.ts
const NO_ROOM_KNOWN = {
	disk: null,
	memory: null
};
/**
* The command of a login: it only prints what {@link readRoom} reads, and ends with 0 even without `sh` and `df`. Fish,
* tcsh and restricted shells accept it too.
*/
const ASK_FOR_ROOM = "sh -c 'df -Pk / /var/lib/docker 2>/dev/null; grep MemAvailable /proc/meminfo 2>/dev/null' || true";
/**
* Reads what {@link ASK_FOR_ROOM} printed: lines of `df -Pk` (POSIX: file system, size, used, available, in 1,024
* bytes) and one of /proc/meminfo (Linux 3.14 and later, in kB).
*/
function readRoom(printed) {
	const free = [...printed.matchAll(/^\S.* \d+ +\d+ +(\d+) +\d+% \//gm)].map((match) => Number(match[1]) * 1024);
	const memory = /^MemAvailable: +(\d+) kB$/m.exec(printed)?.[1];
	return {
		disk: free.length === 0 ? null : Math.min(...free),
		memory: memory === void 0 ? null : Number(memory) * 1024
	};
}
/** Bytes for a person: `1.4 GB`, `310 MB`. */
function inGigabytes(bytes) {
	return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
// src/ssh/login/login.ts
/** Milliseconds for the key exchange and the command, once the connection exists. */
const AFTER_CONNECTING = 5e3;
/**
* Logs in once to each host, as Kamal will, with OpenSSH: same user, port, proxy, agent and known hosts. Nothing is
* changed, here or there, and asked is only what room the host has; the host keys of unknown hosts go to a file that is thrown away. Never throws for a host's
* sake, only after an abort, and always ends: every answer within `patience`, all of them within `deadline`.
*/
async function tryLogins(options) {
	const directory = await mkdtemp(join(options.parent ?? tmpdir(), "kamal-1password-login-"));
	const concurrency = options.concurrency ?? connectionsAtOnce(options);
	const inTurns = Math.ceil(new Set(options.hosts).size / concurrency) * ((options.patience ?? 1e4) + AFTER_CONNECTING);
	const until = Date.now() + (options.deadline ?? Math.max(3e4, inTurns));
	try {
		const jump = options.proxy ? jumpOf(options.proxy) : null;
		const first = [];
		if (jump !== null) first.push(await attempt(jump, options, join(directory, "jump"), until));
		else if (options.proxy) first.push(loginOf(noJump(options.proxy), {
			kind: "other",
			words: NO_JUMP
		}));
		const blocked = first.find(({ outcome }) => outcome.kind !== "accepted")?.outcome;
		const way = wayThrough(jump, options, join(directory, "jump"));
		const targets = [...new Set(options.hosts)].map((host) => {
			const args = [
				"-l",
				options.user,
				"-p",
				String(options.port),
				...way,
				...unchecked(host, options.port)
			];
			return {
				host,
				port: options.port,
				user: options.user,
				role: "host",
				args
			};
		});
		const others = await eachOf(targets, concurrency, (target, index) => {
			if (blocked === void 0) return attempt(target, options, join(directory, String(index)), until);
			const reason = blocked.kind === "not-checked" ? blocked.reason : "jump";
			return Promise.resolve(loginOf(target, {
				kind: "not-checked",
				reason
			}));
		});
		options.signal?.throwIfAborted();
		return [...first, ...others];
	} finally {
		await rm(directory, {
			recursive: true,
			force: true
		});
	}
}
async function attempt(target, options, newHosts, until) {
	if (!isHostName(target.host)) return loginOf(target, {
		kind: "other",
		words: "the deploy file has no name of a host there"
	});
	const left = until - Date.now();
	if (left <= 0) return loginOf(target, {
		kind: "not-checked",
		reason: "time"
	});
	const patience = Math.min(options.patience ?? 1e4, left);
	const args = [...sshOptions(options, newHosts, patience), ...target.args];
	const jump = target.role === "jump";
	const script = jump ? void 0 : options.script;
	const command = script === void 0 ? ASK_FOR_ROOM : `${ASK_FOR_ROOM}; sh -s`;
	const run = await runProgram("ssh", [...args, ...jump ? [
		"-N",
		"--",
		target.host
	] : [
		"--",
		target.host,
		command
	]], {
		timeout: Math.min(patience + AFTER_CONNECTING, left),
		...script === void 0 ? {} : { input: script },
		signal: options.signal,
		...jump ? { until: /^Authenticated to /m } : {}
	});
	const outcome = outcomeOf(run);
	const fresh = (await known(newHosts))[0];
	const changed = outcome.kind === "host-key-changed" ? outcome.known : null;
	return {
		...loginOf(target, outcome),
		room: outcome.kind === "accepted" && !jump ? readRoom(run.stdout) : NO_ROOM_KNOWN,
		printed: script === void 0 ? "" : run.stdout,
		unknownHostKey: fresh === void 0 ? null : {
			line: `${nameOf$1(target)} ${fresh.type} ${fresh.key}`,
			type: fresh.type,
			fingerprint: fresh.fingerprint
		},
		knownFingerprint: changed === null ? null : await fingerprintAt(changed.file, changed.line)
	};
}
function sshOptions(options, newHosts, patience) {
	const files = options.knownHosts ?? ["known_hosts", "known_hosts2"].map((name) => join(homedir(), ".ssh", name));
	const settings = [
		"BatchMode=yes",
		`ConnectTimeout=${Math.max(1, Math.ceil(patience / 1e3))}`,
		"ConnectionAttempts=1",
		"PreferredAuthentications=publickey",
		`IdentityAgent=${sshConfigQuoted(options.socket)}`,
		"StrictHostKeyChecking=accept-new",
		`UserKnownHostsFile=${[newHosts, ...files].map((file) => sshConfigQuoted(file)).join(" ")}`,
		"HashKnownHosts=no",
		"UpdateHostKeys=no",
		"CheckHostIP=no",
		"ControlMaster=no",
		"ControlPath=none",
		"ForwardAgent=no",
		"ClearAllForwardings=yes",
		"PermitLocalCommand=no",
		"RequestTTY=no"
	];
	const config = options.config === void 0 ? [] : ["-F", options.config === false ? "none" : options.config];
	const keys = (options.keys ?? []).flatMap((key) => ["-i", key]);
	return [
		"-v",
		...config,
		...keys,
		...settings.flatMap((setting) => ["-o", setting])
	];
}
/**
* Net::SSH treats a port of this machine as a tunnel and checks no host key (7.3,
* lib/net/ssh/verifiers/accept_new_or_local_tunnel.rb).
*/
function unchecked(host, port) {
	return port !== 22 && [
		"127.0.0.1",
		"::1",
		"localhost"
	].includes(host) ? ["-o", "NoHostAuthenticationForLocalhost=yes"] : [];
}
const NO_JUMP = "ssh.proxy of deploy.yml is not [user@]host[:port]";
/** The jump host of `ssh.proxy`; null for one that Net::SSH refuses. `root@` is Kamal's (2.12.0, lib/kamal/configuration/ssh.rb). */
function jumpOf(proxy) {
	const [first = "", ...further] = (proxy.includes("@") ? proxy : `root@${proxy}`).split(",");
	const parts = /^(?:([\w.+-]+)@)?(\w[\w.-]*|\[[0-9a-fA-F:.]+\])(?::(\d+))?$/.exec(first);
	if (parts === null || !further.every((jump) => /^\w[\w.+:@[\]-]*$/.test(jump))) return null;
	const [, user = userInfo().username, host = "", port] = parts;
	const args = [
		"-l",
		user,
		...port === void 0 ? [] : ["-p", port],
		...further.length > 0 ? ["-J", further.join(",")] : []
	];
	return {
		host,
		port: Number(port ?? 22),
		user,
		role: "jump",
		args
	};
}
function noJump(proxy) {
	return {
		host: proxy,
		port: 22,
		user: "",
		role: "jump",
		args: []
	};
}
/** The option that leads through the jump host: the command that Net::SSH builds (7.3, lib/net/ssh/proxy/jump.rb), bounded. */
function wayThrough(jump, options, newHosts) {
	if (jump === null) return options.proxyCommand ? ["-o", `ProxyCommand=${options.proxyCommand}`] : [];
	return ["-o", `ProxyCommand=ssh ${[...sshOptions(options, newHosts, options.patience ?? 1e4).slice(1), ...jump.args].map((word) => shellQuoted(word).replaceAll("%", "%%")).join(" ")} -W %h:%p -- ${jump.host}`];
}
async function known(file) {
	const text = await readFile(file, "utf8").catch(() => "");
	return readKnownHosts(text, file);
}
async function fingerprintAt(file, line) {
	const lines = (await readFile(file, "latin1").catch(() => "")).split("\n");
	try {
		return readKnownHosts(lines[line - 1] ?? "", file)[0]?.fingerprint ?? null;
	} catch {
		return null;
	}
}
function loginOf(target, outcome) {
	const { host, port, user, role } = target;
	return {
		host,
		port,
		user,
		role,
		outcome,
		room: NO_ROOM_KNOWN,
		printed: "",
		unknownHostKey: null,
		knownFingerprint: null
	};
}
// src/ssh/login/report.ts
/**
* What the logins stop: one failure for each cause, the gravest first, with all hosts it concerns. Codes:
* `ssh-host-key-changed`, `ssh-host-key-unknown`, `ssh-unreachable`, `ssh-auth`, `ssh-no-command`, `ssh-other`. Empty if
* every host let us in (or was not tried).
*/
function loginFailures(logins, context) {
	const failures = [];
	for (const login of logins.filter(({ outcome }) => outcome.kind === "host-key-changed")) failures.push(changedFailure(login, context));
	const unknown = logins.filter((login) => login.unknownHostKey !== null && mustBeKnown(login, context));
	if (unknown.length > 0) failures.push(unknownFailure(unknown, context));
	for (const reason of [
		"name",
		"closed",
		"silent",
		"route",
		"dropped"
	]) {
		const some = logins.filter(({ outcome }) => outcome.kind === "unreachable" && outcome.reason === reason);
		if (some.length > 0) failures.push(unreachableFailure(reason, some));
	}
	for (const reason of [
		"key",
		"too-many-keys",
		"no-key"
	]) {
		const some = logins.filter(({ outcome }) => outcome.kind === "refused" && outcome.reason === reason);
		if (some.length > 0) failures.push(refusedFailure(reason, some, context));
	}
	const deaf = logins.filter(({ outcome }) => outcome.kind === "no-command");
	if (deaf.length > 0) failures.push(noCommandFailure(deaf));
	const others = groupBy(logins, ({ outcome }) => outcome.kind === "other" ? outcome.words : null);
	for (const [words, [first, ...more]] of others) {
		if (words === null || first === void 0) continue;
		failures.push(new Failure("ssh-other", `Logging in to ${list([first, ...more])} failed: ${words.replace(/\.$/, "")}.`, { human: [`See what \`ssh ${command(first)}\` says from the runner.`] }));
	}
	return failures;
}
/**
* What else the logins report: hosts that no one knows, with the line to pin; hosts not tried; a key other than ours let
* in.
*/
function loginWarnings(logins, context) {
	const warnings = [];
	const unknown = logins.filter((login) => login.unknownHostKey !== null && !mustBeKnown(login, context));
	if (unknown.length > 0) warnings.push({
		code: "ssh-host-key-unknown",
		sentence: `${unknownSentence(unknown)} Kamal trusts whatever key is shown.`,
		next: pinSteps(unknown, context)
	});
	const other = logins.filter(({ outcome }) => outcome.kind === "accepted" && outcome.fingerprint !== null && context.key !== null && outcome.fingerprint !== context.key.fingerprint);
	if (other.length > 0 && context.key !== null) warnings.push({
		code: "ssh-auth-other-key",
		sentence: `Another key of this machine was accepted by ${list(other)}, not the SSH key ${context.key.fingerprint} from 1Password.`,
		next: {
			human: [authorize(other, context.key.publicLine)],
			agent: []
		}
	});
	const late = logins.filter(({ outcome }) => outcome.kind === "not-checked" && outcome.reason === "time");
	if (late.length > 0) warnings.push({
		code: "ssh-not-checked",
		sentence: `There was no time left to log in to ${list(late)}.`,
		next: {
			human: [],
			agent: []
		}
	});
	if (logins.some(({ outcome }) => outcome.kind === "not-checked" && outcome.reason === "no-ssh")) warnings.push({
		code: "ssh-not-checked",
		sentence: "The servers were not tried before the build: ssh is not installed on this machine.",
		next: {
			human: [],
			agent: ["Install the OpenSSH client (`openssh-client`) in a step before this one."]
		}
	});
	return warnings;
}
/** The `ssh` that runs for `ssh.proxy` has no terminal to ask at, and gives up on a jump host that no one knows. */
function mustBeKnown(login, context) {
	return login.role === "jump" || context.strict === true;
}
function changedFailure(login, context) {
	if (login.outcome.kind !== "host-key-changed") throw new TypeError("not a changed host key");
	const { fingerprint, known, revoked } = login.outcome;
	const shown = fingerprint === null ? "another key" : `the key ${fingerprint}`;
	const place = known === null ? "known_hosts" : `${known.file}, line ${known.line},`;
	const expected = login.knownFingerprint === null ? "has another" : `has ${login.knownFingerprint}`;
	const sentence = revoked ? `${list([login])} shows ${shown}, which known_hosts marks as revoked.` : `${list([login])} shows ${shown}, but ${place} ${expected} for it: the server was reinstalled, or another machine answers in its place.`;
	return new Failure("ssh-host-key-changed", sentence, { human: [`On ${login.host} itself (its console, not SSH), compare with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\`. Only if it is the same, replace the line for ${nameOf$1(login)} in ${context.knownHosts} (and in ${known?.file ?? "known_hosts"} of a self-hosted runner).`] });
}
function unknownFailure(logins, context) {
	const why = logins.some(({ role }) => role === "jump") ? " The ssh that Kamal starts for `ssh.proxy` does not accept unknown hosts." : "";
	return new Failure("ssh-host-key-unknown", `${unknownSentence(logins)}${why}`, pinSteps(logins, context));
}
function unknownSentence(logins) {
	const keys = logins.map((login) => `${nameOf$1(login)} (${login.unknownHostKey?.fingerprint ?? ""})`);
	return logins.length === 1 ? `The host key of ${joined(keys)} is not pinned.` : `The host keys of ${joined(keys)} are not pinned.`;
}
function pinSteps(logins, context) {
	const lines = logins.map((login) => login.unknownHostKey?.line ?? "");
	return {
		human: [`Compare the fingerprint with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on the server, then put into ${context.knownHosts}:\n${lines.join("\n")}`],
		agent: []
	};
}
const UNREACHABLE = {
	name: {
		says: (hosts) => `The name of ${hosts} does not resolve on this runner.`,
		human: "Set up the DNS record, or connect the runner to the network whose names these are.",
		agent: "If the name is misspelt, correct it under `servers` (or `ssh.proxy`) in config/deploy.yml."
	},
	closed: {
		says: (hosts) => `Nothing answers at ${hosts}: the connection is refused.`,
		human: "Make sure that the SSH server runs there, on that port.",
		agent: "If SSH listens on another port, set `ssh.port` in config/deploy.yml."
	},
	silent: {
		says: (hosts) => `No answer came from ${hosts} in time.`,
		human: "Let the runner through the firewall (addresses of GitHub-hosted runners change: a self-hosted runner or a VPN has a fixed one), and check whether the server is up.",
		agent: "If the server has another address or port, correct `servers` or `ssh.port` in config/deploy.yml."
	},
	route: {
		says: (hosts) => `There is no route from this runner to ${hosts}.`,
		human: "Connect the runner to the network of the server (VPN, private network), or give the server a public address.",
		agent: "If the server is behind a jump host, set `ssh.proxy` in config/deploy.yml."
	},
	dropped: {
		says: (hosts) => `The connection to ${hosts} is closed before the login.`,
		human: "Check whether the server bans the runner (fail2ban, hosts.deny, MaxStartups), and whether an SSH server is what listens there.",
		agent: "If SSH listens on another port, set `ssh.port` in config/deploy.yml."
	}
};
function unreachableFailure(reason, logins) {
	const { says, human, agent } = UNREACHABLE[reason];
	return new Failure("ssh-unreachable", says(list(logins)), {
		human: [human],
		agent: [agent]
	});
}
function refusedFailure(reason, logins, context) {
	const which = context.key === null ? "the SSH key" : `the SSH key ${context.key.fingerprint}`;
	const sentence = {
		key: `${capital(which)} is refused by ${list(logins)}: it is not in this user's authorized_keys, or there is no such user.`,
		"too-many-keys": `${capital(which)} was not tried by ${list(logins)}: too many other keys were offered before it.`,
		"no-key": `No SSH key was offered to ${list(logins)}, which requires one.`
	}[reason];
	const human = [...context.key === null ? [] : [authorize(logins, context.key.publicLine)], ...logins.some(({ user }) => user === "root") ? ["Check whether sshd lets root log in with a key: `PermitRootLogin prohibit-password`."] : []];
	return new Failure("ssh-auth", sentence, {
		human,
		agent: ["If another user deploys, set `ssh.user` in config/deploy.yml (default: root)."]
	});
}
function authorize(logins, publicLine) {
	return `Add this line to ${joined([...new Set(logins.map(({ user }) => `~${user}/.ssh/authorized_keys`))])} on ${joined(logins.map(({ host }) => host))}:\n${publicLine}`;
}
function noCommandFailure(logins) {
	return new Failure("ssh-no-command", `The SSH key is accepted by ${list(logins)}, but no command runs there, so Kamal cannot run Docker.`, {
		human: ["Give the user a login shell, and remove `command=` from its line in authorized_keys and ForceCommand from sshd's configuration."],
		agent: ["If another user deploys, set `ssh.user` in config/deploy.yml."]
	});
}
/** Servers that are not well are named, but not hundreds of them. */
const MOST_NAMED = 20;
function list(logins) {
	const names = logins.map(({ user, host, port, role }) => `${role === "jump" ? "the jump host " : ""}${user === "" ? "" : `${user}@`}${host}:${port}`);
	return names.length > 21 ? namesInWords(names, MOST_NAMED) : joined(names);
}
function command({ user, host, port }) {
	return `-v -p ${port} ${user === "" ? "" : `${user}@`}${host} true`;
}
function capital(text) {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
function joined(words) {
	return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
// src/action/tasks.ts
/**
* Runs tasks at the same time. The first that fails stops the others through their signal; when all have ended, that
* first failure is thrown, so that nothing is still being written when the run cleans up.
*
* @param outer ends all tasks too; its reason is then what is thrown
*/
async function allOrFirstFailure(outer, ...tasks) {
	outer.throwIfAborted();
	const stop = new AbortController();
	const signal = AbortSignal.any([outer, stop.signal]);
	const settled = await Promise.allSettled(tasks.map(async (task) => {
		try {
			return await task(signal);
		} catch (error) {
			stop.abort(error);
			throw error;
		}
	}));
	outer.throwIfAborted();
	stop.signal.throwIfAborted();
	return settled.map((each) => each.status === "fulfilled" ? each.value : void 0);
}
/** Waits for all. Of several failures the first in this order is thrown, whichever came first in time. */
async function allInOrder(...parts) {
	await Promise.allSettled(parts);
	return Promise.all(parts);
}
/** Marks a rejection as handled until someone awaits the promise. */
function handledLater(promise) {
	promise.catch(() => void 0);
	return promise;
}
// src/action/prepare/ssh-access.ts
/**
* What 1Password answered for the key and, if they were requested, the host keys; repairs of the key are logged.
* @throws Failure `ssh-key-…`: missing, not a key, not usable; `known-hosts-…`
*/
async function readAccess(run, session, { extras, sources }, questions) {
	const answers = accessAnswers(questions, extras, sources.get(run.inputs.destination));
	const { knownHosts } = run.inputs;
	const lines = knownHosts?.kind === "lines" ? knownHosts.text : "";
	const [key, known] = await allInOrder(readSshKey(session, answers.key, run), hostKeysOf(session, answers.knownHosts, questions, lines));
	return {
		key,
		known
	};
}
async function readSshKey(session, answer, run) {
	const key = await sshKeyOf(session, answer, (value) => run.log.mask(value));
	const reference = referenceOf(answer.wanted);
	for (const repair of key.repairs) run.log.info(`${reference}: ${repair}`);
	run.log.info(`SSH key: ${key.type} ${key.fingerprint} (${reference})`);
	return key;
}
/** Starts our own agent, which is immediately noted for `post`. Kamal gets its socket. */
async function openAgent({ log, directory, signal, state, inputs }) {
	const isForLater = inputs.command === "setup";
	const agent = await startAgent({
		log,
		parent: directory,
		signal,
		run: directory,
		job: jobProcess(),
		...isForLater ? { lifetime: LONGEST } : { renewed: true }
	});
	const { socket, pid, keeper } = agent;
	state.set({ agent: {
		socket,
		pid,
		...keeper === void 0 ? {} : { keeper }
	} });
	return agent;
}
/** The runner's process for this job, which starts each step's; 0 if it cannot be watched (a container's job). */
function jobProcess() {
	try {
		process.kill(process.ppid, 0);
		return process.ppid;
	} catch {
		return 0;
	}
}
/** Pins the host keys of the servers; `post` removes them again. Keys that Kamal does not check are reported. */
async function pinHostKeys(run, known, deployment, { homes } = {}) {
	if (known.length === 0) return;
	const port = deployment?.ssh.port ?? 22;
	const hosts = hostsOf(deployment).map((host) => ({
		host,
		port
	}));
	warnOfMany(run, [...notHeldByKamal(known), ...hosts.length > 0 ? [] : ["Kamal may not check the host keys: the hosts are known only when the deploy file runs. For a host given by name, Kamal needs its own line in known_hosts; without one, it accepts any key.\nWrite the hosts under `servers:` without ERB."]]);
	run.state.set({ knownHosts: await pinHosts({
		known,
		hosts,
		...homes === void 0 ? {} : { homes }
	}) });
}
/** Bytes of disk below which an image of some size, its layers unpacked beside the old ones, may not fit. */
const LITTLE_ROOM = 2e9;
/** Each warning is an annotation, of which GitHub shows ten for a step. */
const MOST_WARNINGS = 10;
function warnOfMany({ log }, lines) {
	for (const line of lines.slice(0, MOST_WARNINGS)) log.warning(line);
	const rest = lines.slice(MOST_WARNINGS);
	for (const line of rest) log.info(line);
	if (rest.length > 0) log.warning(`The log has ${rest.length} more lines like these.`);
}
/**
* One quick login to each host, before anything is built.
* @throws Failure the most severe problem; the others go to the log
*/
async function checkLogins(run, { socket, key, deployment, pinAt, withBuild, atLogin }) {
	const hosts = hostsOf(deployment);
	if (hosts.length === 0) run.log.warning("The logins to the servers were not tried, and the containers are not verified after a deploy: the hosts are known only when the deploy file runs.\nWrite the hosts under `servers:` without ERB.");
	if (deployment === null) return [];
	const { user, port, proxy, proxyCommand, starts } = deployment.ssh;
	const common = {
		socket,
		signal: run.signal,
		parent: run.directory
	};
	const servers = {
		...common,
		hosts,
		user,
		port,
		proxy,
		proxyCommand: proxy === null ? proxyCommand : null,
		starts
	};
	const builder = withBuild ? remoteBuilder(deployment.builder) : null;
	const tried = await Promise.all([tryLogins({
		...servers,
		script: atLogin?.script
	}), builder === null ? [] : tryLogins({
		...common,
		hosts: [builder.host],
		user: builder.user ?? userInfo().username,
		port: builder.port
	})]);
	const [onHosts] = tried;
	const logins = tried.flat();
	sayLogins(run, logins, {
		key,
		knownHosts: pinAt
	});
	await atLogin?.read(onHosts.filter(({ role }) => role === "host"), socket);
	return logins.map(({ host, outcome, room }) => ({
		host,
		accepted: outcome.kind === "accepted",
		words: outcome.kind,
		room
	}));
}
/** Reports what is wrong with the logins, or could be. @throws Failure the most severe problem */
function sayLogins(run, logins, context) {
	for (const { sentence, next } of loginWarnings(logins, context)) run.log.warning([
		sentence,
		...next.human,
		...next.agent
	].join("\n"));
	const little = logins.flatMap(({ host, room: { disk } }) => disk === null || disk >= LITTLE_ROOM ? [] : [`${host} has ${inGigabytes(disk)} of free disk space; a new image may not fit.\nFree space there: \`docker system prune\` removes what is unused.`]);
	const [gravest, ...others] = loginFailures(logins, context);
	warnOfMany(run, little);
	warnOfMany(run, others.map(({ message }) => message));
	if (gravest !== void 0) throw gravest;
}
// src/github/runner/job-cache.ts
/** Kamal 2.12.0 with its dependencies is 6 MB as an archive. */
const LIMITS = {
	largest: 67108864,
	patience: 3e4
};
const SERVICE = "/twirp/github.actions.results.api.v1.CacheService/";
/** What is in an entry, as the service tells entries of one key apart. */
const VERSION = createHash("sha256").update("kamal-1password: one sealed archive").digest("hex");
/**
* The runner's cache across jobs, for one file under a key; undefined where the runner offers none (it hands JavaScript
* actions its address and a token in the environment). A cache that fails is a cache that has nothing.
*
* Version 2 of the service, as actions/toolkit speaks it (packages/cache 6.3.0: src/cache.ts,
* src/internal/shared/cacheTwirpClient.ts, src/generated/results/api/v1/cache.ts). That library unpacks whatever an entry
* has with `tar -P` before anyone can check it, and any job of the repository can make an entry.
*/
function jobCache(env, log) {
	const { ACTIONS_RESULTS_URL: address, ACTIONS_RUNTIME_TOKEN: token } = env;
	if (address === void 0 || token === void 0 || !URL.canParse(address)) return void 0;
	const service = new CacheService(address, token);
	const attempt = async (what, otherwise, task) => {
		try {
			return await task();
		} catch (error) {
			log.debug(`the runner's cache did not ${what} Kamal's gems: ${String(error)}`);
			return otherwise;
		}
	};
	return {
		restore: (key) => attempt("restore", null, () => service.restore(key)),
		save: (key, archive) => attempt("save", void 0, () => service.save(key, archive))
	};
}
var CacheService = class {
	#address;
	#token;
	constructor(address, token) {
		this.#address = address;
		this.#token = token;
	}
	async restore(key) {
		const found = await this.#ask("GetCacheEntryDownloadURL", {
			key,
			version: VERSION
		});
		if (found["ok"] !== true || found["matched_key"] !== key) return null;
		const response = await serviceRequest(String(found["signed_download_url"]), {}, LIMITS);
		return Buffer.from(await response.arrayBuffer());
	}
	async save(key, archive) {
		const made = await this.#ask("CreateCacheEntry", {
			key,
			version: VERSION
		});
		if (made["ok"] !== true) return;
		const upload = {
			method: "PUT",
			headers: {
				"content-type": "application/octet-stream",
				"x-ms-blob-type": "BlockBlob"
			},
			body: archive
		};
		await serviceRequest(String(made["signed_upload_url"]), upload, LIMITS);
		const size = String(archive.length);
		await this.#ask("FinalizeCacheEntryUpload", {
			key,
			version: VERSION,
			size_bytes: size
		});
	}
	async #ask(method, fields) {
		const call = {
			method: "POST",
			token: this.#token,
			headers: { "content-type": "application/json" },
			body: JSON.stringify(fields)
		};
		const answer = await (await serviceRequest(new URL(SERVICE + method, this.#address).href, call, LIMITS)).json();
		if (!isRecord(answer)) throw new Error(`${method}: not an object`);
		return answer;
	}
};
// src/kamal/install/archive.ts
/** A directory of gems as one sealed file, for a cache that others can write to. */
/** The seal's hex digits before the archive. */
const SEAL_LENGTH = 64;
/** @param beside a path that is not there, in a directory of the run @throws where `tar` fails */
async function packed(directory, by, beside, context) {
	try {
		await tar([
			"-czf",
			beside,
			"-C",
			directory,
			"."
		], context);
		const archive = await readFile(beside);
		return Buffer.concat([Buffer.from(sealOf(archive, by)), archive]);
	} finally {
		await rm(beside, { force: true });
	}
}
/**
* Makes `directory` of a sealed archive, if it is ours: nothing else is unpacked, nor does `tar` see it.
* @param beside as above
* @returns whether it was ours
* @throws where `tar` fails
*/
async function unpacked(sealed, by, { directory, beside }, context) {
	const archive = sealed.subarray(SEAL_LENGTH);
	const mac = Buffer.from(sealOf(archive, by));
	const given = sealed.subarray(0, SEAL_LENGTH);
	if (given.length !== mac.length || !timingSafeEqual(given, mac)) return false;
	try {
		await mkdir(directory);
		await writeFile(beside, archive, {
			flag: "wx",
			mode: 384
		});
		await tar([
			"-xzf",
			beside,
			"-C",
			directory,
			"--no-same-owner"
		], context);
		return true;
	} finally {
		await rm(beside, { force: true });
	}
}
function sealOf(archive, by) {
	return by.of(`archive ${createHash("sha256").update(archive).digest("hex")}`);
}
async function tar(words, { environment, signal }) {
	const options = {
		environment,
		timeout: 6e4,
		...signal === void 0 ? {} : { signal }
	};
	const { exitCode, stderr } = await runToEnd(["tar", ...words], options);
	if (exitCode !== 0) throw new Error(`tar: ${stderr.slice(0, 500)}`);
}
// src/kamal/install/companions.ts
/**
* What has to be installed beside a version of Kamal in another version than the newest that it allows.
* @param kamal a version, e.g. `2.5.3`
*/
function companionsOf(kamal) {
	const version = dotenvFor(kamal);
	return version === "3.2.0" || !isSince(kamal, "2.0.0") ? [] : [{
		name: "dotenv",
		version
	}];
}
// src/kamal/install/failures.ts
/** What RubyGems says of the network (RubyGems 3, Gem::RemoteFetcher::FetchError and the errors of Net::HTTP and the system). */
const NETWORK = /Unable to (?:download|resolve)|FetchError|Errno::E(?:CONN|HOST|NET|PIPE)|SocketError|Net::(?:Open|Read)Timeout|timed out|too many connection resets|bad response (?:5\d\d|429|Too Many|Service|Bad Gateway|Internal|Gateway)|getaddrinfo|SSL_connect/i;
/** Whether trying again may help. */
function isNetworkError(done) {
	return NETWORK.test(done.stderr) || NETWORK.test(done.stdout);
}
/** The failure that `gem install` comes down to. */
function installFailed(version, done, attempts) {
	const said = done.stderr.trim() || done.stdout.trim();
	const cause = new Error(said);
	if (isNetworkError(done)) return new Failure("kamal-download-failed", `Kamal ${version} could not be downloaded in ${attempts} attempts: the gem server is unreachable or does not answer.`, {
		human: ["Run the job again. Check https://status.rubygems.org, and the proxy or firewall of a self-hosted runner."],
		agent: ["Or add Kamal to the Gemfile and install it with `ruby/setup-ruby` and `bundler-cache: true`, which caches it."]
	}, cause);
	if (/Could not find a valid gem 'kamal'/.test(said)) return new Failure("kamal-version-missing", `The gem server has no Kamal ${version}.`, { agent: ["Correct `kamal-version`, or the version in Gemfile.lock."] }, cause);
	return new Failure("kamal-install-failed", `\`gem install kamal --version ${version}\` failed: ${lastWords(said)}`, {
		human: ["On a self-hosted runner, install a C compiler, make and the Ruby headers: two gems of Kamal are compiled."],
		agent: ["Or add a step with `ruby/setup-ruby` before this one."]
	}, cause);
}
/** The line that says most: the gem that could not be compiled, else the first that RubyGems marks as an error, else the last. */
function lastWords(said) {
	const lines = said.split("\n").map((line) => line.trim()).filter((line) => line !== "");
	const uncompiled = /Failed to build gem native extension/.test(said) ? /\/gems\/([\w.-]+-\d[\w.]*)\/ext\//.exec(said)?.[1] : void 0;
	if (uncompiled !== void 0) return `${uncompiled}: Failed to build gem native extension.`;
	return lines.find((line) => line.startsWith("ERROR:")) ?? lines.at(-1) ?? "it printed nothing";
}
// src/kamal/install/preload.ts
/**
* Ruby code that is loaded into `gem install` before its work: what RubyGems does one after another is done in parallel.
*
* - A gem's extension is compiled by its own process while the other gems are unpacked, its files at the same time
*   (which RubyGems does on its own since 4.0). `gem install` ends when all are compiled, and fails where one was not.
* - What the gems of one level depend on is asked for together, and there are as many connections as downloads that
*   RubyGems makes at a time; else they wait for each other.
*
* Written against RubyGems 3.3 (lib/rubygems: ext/builder.rb, resolver/api_set.rb, request/http_pool.rb), tried up to
* 4.0. If one of these methods is missing, that part is done as always. What is checked (checksums, signatures,
* versions) stays RubyGems' own.
*/
const INSTALL_PRELOAD = "# frozen_string_literal: true\nrequire \"etc\"\nrequire \"rubygems/ext\"\nrequire \"rubygems/request\"\nrequire \"rubygems/request_set\"\n\nhas = ->(type, name) { type.method_defined?(name) || type.private_method_defined?(name) }\n\ncompiling = []\nGem::Ext::Builder.prepend(Module.new do\n  define_method(:build_extensions) do\n    next if @spec.extensions.empty?\n    compiling << fork do\n      ENV[\"MAKEFLAGS\"] ||= \"-j#{Etc.nprocessors}\"\n      super()\n      exit! 0\n    rescue StandardError => error\n      $stderr.puts \"ERROR:  #{@spec.full_name}: #{error.message}\"\n      exit! 1\n    end\n  end\nend) if has[Gem::Ext::Builder, :build_extensions]\nat_exit do\n  done = compiling.map { |pid| Process.wait2(pid).last }\n  exit! 1 unless done.all?(&:success?)\nend\n\nGem::Resolver::APISet.prepend(Module.new do\n  def prefetch_now\n    needed, @to_fetch = @to_fetch, []\n    needed.map { |name| Thread.new { versions(name) }.tap { |thread| thread.report_on_exception = false } }.each(&:join)\n  end\nend) if has[Gem::Resolver::APISet, :prefetch_now]\n\nGem::Request::HTTPPool.prepend(Module.new do\n  def initialize(...)\n    super\n    connections = Gem.configuration.concurrent_downloads\n    @queue = Thread::SizedQueue.new(connections)\n    connections.times { @queue.push(nil) }\n  end\nend) if defined?(Gem::Request::HTTPPool) && Gem.configuration.respond_to?(:concurrent_downloads)\n";
// src/kamal/install/gem-install.ts
/**
* Runs `gem install kamal` into `building/gems`, again after network errors, and without the parallel preload if that
* failed. Gems that came with Ruby are used as they are (`--minimal-deps`): of those that Kamal depends on, bigdecimal
* takes longer to compile than all the others together.
* @throws Failure `kamal-version-missing`, `kamal-download-failed`, `kamal-install-failed`
*/
async function gemInstall(request, building) {
	const gems = join(building, "gems");
	const preload = join(building, "preload.rb");
	await mkdir(building);
	await writeFile(preload, INSTALL_PRELOAD);
	const swift = [
		"ruby",
		"-r",
		preload,
		"-S",
		"gem"
	];
	const flags = [
		"install",
		...companionsOf(request.version).map(({ name, version }) => `${name}:${version}`),
		`kamal:${request.version}`,
		"--minimal-deps",
		"--no-document",
		"--no-user-install",
		"--env-shebang",
		"--no-format-executable"
	];
	const environment = {
		...request.environment,
		GEM_HOME: gems,
		GEM_PATH: [gems, ...request.ruby.gemPath].join(":"),
		GEM_SPEC_CACHE: join(building, "index")
	};
	const { signal } = request;
	const delays = request.retryDelays ?? [1e3, 4e3];
	let gem = swift;
	for (let attempt = 0;;) {
		const done = await runToEnd([...gem, ...flags], {
			environment,
			...signal === void 0 ? {} : { signal }
		});
		if (done.exitCode === 0) break;
		if (isNetworkError(done)) {
			const delay = delays[attempt++];
			if (delay === void 0) throw installFailed(request.version, done, attempt);
			request.log.info(`A network error interrupted the installation of Kamal ${request.version}; trying again in ${delay / 1e3} s.`);
			await setTimeout$1(delay, void 0, signal === void 0 ? {} : { signal });
			continue;
		}
		const failure = installFailed(request.version, done, attempt + 1);
		if (gem !== swift || failure.code !== "kamal-install-failed") throw failure;
		request.log.debug(`${failure.message} Trying again, one gem at a time.`);
		await rm(gems, {
			recursive: true,
			force: true
		});
		gem = ["gem"];
	}
	for (const waste of [
		join(gems, "cache"),
		join(gems, "doc"),
		environment.GEM_SPEC_CACHE,
		preload
	]) await rm(waste, {
		recursive: true,
		force: true
	});
}
// src/kamal/install/launcher.ts
/** The file that lists the gems to activate, `name version` a line, those that others need first. */
const ACTIVATES = "activates";
/** The file that lists the gem specifications outside of the directory that Kamal was installed beside, one a line. */
const RELIES_ON = "relies-on";
/** Resolves Kamal and its companions among the installed gems: a line `name version path` each, those that others need first. */
const RESOLVE = "wanted, home, *outside = ARGV\nGem.use_paths(home, [home, *outside])\nset = Gem::RequestSet.new(*wanted.split.each_slice(2).map { |name, version| Gem::Dependency.new(name, \"= #{version}\") })\nset.resolve_current\nset.sorted_requests.each { |request| puts [request.full_spec.name, request.full_spec.version, request.full_spec.loaded_from].join(\" \") }\n";
/**
* Resolves what was installed, and notes it beside the gems: what to activate, and what it relies on elsewhere.
* @returns the texts of {@link ACTIVATES} and {@link RELIES_ON}
* @throws Failure `kamal-install-failed`
*/
async function resolveGems(request, building) {
	const { version, environment, ruby, signal } = request;
	const gems = join(building, "gems");
	const words = [{
		name: "kamal",
		version
	}, ...companionsOf(version)].map((gem) => `${gem.name} ${gem.version}`).join(" ");
	const resolved = await runToEnd([
		"ruby",
		"-e",
		RESOLVE,
		words,
		gems,
		...ruby.gemPath
	], {
		environment,
		...signal === void 0 ? {} : { signal }
	});
	const specs = [...resolved.stdout.matchAll(/^(\S+) (\S+) (.+)$/gm)].map(([, name = "", of = "", path = ""]) => ({
		name,
		of,
		path
	}));
	if (resolved.exitCode !== 0 || !specs.some(({ name }) => name === "kamal")) {
		const cause = new Error(resolved.stderr);
		throw new Failure("kamal-install-failed", `Kamal ${version} was installed, but some of its dependencies were not.`, {}, cause);
	}
	const outside = specs.filter(({ path }) => !path.startsWith(`${gems}/`));
	const texts = /* @__PURE__ */ new Map([[ACTIVATES, specs.map(({ name, of }) => `${name} ${of}\n`).join("")], [RELIES_ON, outside.map(({ path }) => `${path}\n`).join("")]]);
	for (const [name, text] of texts) await writeFile(join(building, name), text);
	return texts;
}
/**
* Writes the command `kamal` into a directory of the run. It finds its gems on its own, so that no GEM_HOME in the
* environment hides the job's gems from Kamal's hooks; and it names the version of each, so that no other gem of the
* machine replaces one of them.
* @param gems the directory that they were installed into
* @param activates the text of {@link ACTIVATES}
*/
async function writeLauncher({ version, ruby, binDirectory }, gems, activates) {
	const specs = [...activates.matchAll(/^(\S+) (\S+)$/gm)];
	const launcher = `#!/usr/bin/env ruby
# frozen_string_literal: true
require "rubygems"
home = ${quoted(gems)}
Gem.use_paths(home, [home, *[${ruby.gemPath.map((path) => quoted(path)).join(", ")}]])
${specs.map(([, name = "", of = ""]) => `gem ${quoted(name)}, ${quoted(`= ${of}`)}`).join("\n")}
load Gem.bin_path("kamal", "kamal", ${quoted(`= ${version}`)})
`;
	await rm(binDirectory, {
		recursive: true,
		force: true
	});
	await mkdir(binDirectory, { mode: 448 });
	await writeFile(join(binDirectory, "kamal"), launcher, {
		mode: 493,
		flag: "wx"
	});
}
/** A string of Ruby's; in double quotes \`#{…}\` would be run. */
function quoted(text) {
	return JSON.stringify(text).replaceAll("#", String.raw`\#`);
}
// src/kamal/install/manifest.ts
/** The file beside the gems that holds the seal and what it is of. */
const MANIFEST = "manifest";
const LARGEST_MANIFEST = 16777216;
/** Kamal 2.12.0 and all that it needs: some 1,300 files and 15 MB. Beyond these it is something else. */
const MOST_FILES = 5e4;
const MOST_BYTES = 524288e3;
/** Seals a directory as it is. @throws where something in it is neither a file, a directory nor a link within it */
async function seal(directory, by) {
	const { lines } = await contentsOf(directory, []);
	const text = lines.join("\n");
	await writeFile(join(directory, MANIFEST), `${by.of(text)}\n${text}`, {
		flag: "wx",
		mode: 420
	});
}
/**
* Compares every file of a directory with what was sealed: their bytes, whether they may be run, and that none is
* missing or new.
* @param wanted files whose text is returned
*/
async function sealState(directory, by, wanted) {
	const isThere = await isPlainDirectory(directory);
	if (isThere === null) return { kind: "missing" };
	if (!isThere) return {
		kind: "changed",
		what: "it is not a directory"
	};
	const manifest = await readPlainFile(join(directory, MANIFEST), LARGEST_MANIFEST);
	if (manifest === "missing") return {
		kind: "changed",
		what: "there is no manifest"
	};
	if (manifest === "odd") return {
		kind: "changed",
		what: "its manifest is not a plain file"
	};
	const [mac = "", ...sealed] = manifest.toString("utf8").split("\n");
	if (!isEqual(mac, by.of(sealed.join("\n")))) return {
		kind: "changed",
		what: "its manifest is not ours"
	};
	try {
		const { lines: found, texts } = await contentsOf(directory, wanted);
		const [before, now] = [new Set(sealed), new Set(found)];
		const different = [...now].filter((line) => !before.has(line));
		const gone = [...before].filter((line) => !now.has(line));
		if (different.length === 0 && gone.length === 0) return {
			kind: "unchanged",
			texts
		};
		const lines = [...different, ...gone];
		const files = lines.filter((line) => !line.startsWith("d "));
		const [first = "", ...others] = new Set((files.length > 0 ? files : lines).map((line) => line.replace(/^\S+ /, "")));
		const more = others.length === 0 ? "" : ` and ${others.length} more`;
		return {
			kind: "changed",
			what: `${JSON.stringify(first)}${more} changed`
		};
	} catch (error) {
		return {
			kind: "changed",
			what: error instanceof Error ? error.message : String(error)
		};
	}
}
function isEqual(one, other) {
	return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
/** One line for each file and link, `<kind><hash> <path>`, in the order of their names. */
async function contentsOf(root, wanted) {
	const lines = [];
	const texts = /* @__PURE__ */ new Map();
	let bytes = 0;
	for (const directories = [""]; directories.length > 0;) {
		const directory = directories.pop() ?? "";
		for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
			const path = posix.join(directory, entry.name);
			if (path === MANIFEST) continue;
			if (/[\n\r]/.test(path)) throw new Error(`${JSON.stringify(path)} is not the name of a gem's file`);
			if (entry.isDirectory()) {
				lines.push(`d ${path}`);
				directories.push(path);
			} else if (entry.isSymbolicLink()) lines.push(linkLine(root, path));
			else {
				const file = fileAt(join(root, path), MOST_BYTES - bytes);
				bytes += file.content.length;
				lines.push(`${file.mayRun ? "x" : "f"}${hash("sha256", file.content)} ${path}`);
				if (wanted.includes(path)) texts.set(path, file.content.toString("utf8"));
			}
			if (lines.length > MOST_FILES) throw new Error(`there are more than ${MOST_FILES} files`);
			if (lines.length % 200 === 0) await setImmediate();
		}
	}
	return {
		lines: lines.toSorted(),
		texts
	};
}
/** A link that stays within leads to what is hashed itself. */
function linkLine(root, path) {
	const target = readlinkSync(join(root, path));
	const leads = posix.normalize(posix.join(posix.dirname(path), target));
	if (posix.isAbsolute(target) || leads === ".." || leads.startsWith("../") || target.includes("\n")) throw new Error(`${JSON.stringify(path)} is a link that leads out of it`);
	return `l${hash("sha256", target)} ${path}`;
}
/** Read without following a link or waiting for a FIFO that takes its place in the meantime. */
function fileAt(path, most) {
	const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
	const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	try {
		const status = fstatSync(descriptor);
		if (!status.isFile()) throw new Error(`${JSON.stringify(path)} is not a plain file`);
		if (status.size > most) throw new Error("it is larger than Kamal and its dependencies");
		const content = Buffer.allocUnsafe(status.size);
		let size = 0;
		while (size < content.length) {
			const read = readSync(descriptor, content, size, content.length - size, null);
			if (read === 0) break;
			size += read;
		}
		return {
			content: content.subarray(0, size),
			mayRun: (status.mode & 73) !== 0
		};
	} finally {
		closeSync(descriptor);
	}
}
// src/kamal/install/gems.ts
/**
* Makes a directory with Kamal and all that it depends on but what came with Ruby, apart from every other gem of the
* machine: `<toolCache>/kamal/<version>/<ruby>-<owner>`. It appears whole or not at all, and is used again only if it
* still matches its seal: other jobs can write there.
* @throws Failure `kamal-version-missing`, `kamal-download-failed`, `kamal-install-failed`
*/
async function installGems(request) {
	const { seal: by } = request;
	const name = by === null ? request.ruby.key : `${request.ruby.key}-${by.owner}`;
	const versionDirectory = join(request.toolCache, "kamal", request.version);
	const home = join(versionDirectory, name);
	const found = by === null ? null : await usable(home, by, request, "the runner's tool cache");
	if (found !== null) return launched(request, home, found.texts, "tool-cache");
	await makeDirectory(versionDirectory);
	const cacheKey = `kamal-1password-gems-${request.version}-${name}`;
	const restored = by === null ? null : await fromCache(request, home, by, cacheKey);
	if (restored !== null) return launched(request, home, restored.texts, "runner-cache");
	const building = join(versionDirectory, `.${randomUUID()}`);
	let texts;
	try {
		await gemInstall(request, building);
		texts = await resolveGems(request, building);
		if (by !== null) await seal(building, by);
		await rename(building, home).catch(async () => {
			if (by !== null && await usable(home, by, request, "the runner's tool cache") !== null) return;
			await rename(building, home);
		});
	} finally {
		await rm(building, {
			recursive: true,
			force: true
		});
	}
	if (by !== null) await saveToCache(request, home, by, cacheKey);
	return launched(request, home, texts, "gem-install");
}
/** A file in the run's own directory: other jobs can write beside the tool cache's, between two looks of ours. */
function ownFile({ binDirectory }) {
	return join(dirname(binDirectory), `gems-${randomUUID()}`);
}
/** Puts in place what the runner's cache has, if it is as it was sealed; nothing of anything else is unpacked. */
async function fromCache(request, home, by, key) {
	const archive = await request.cache?.restore(key) ?? null;
	if (archive === null) return null;
	const building = `${home}.${randomUUID()}`;
	try {
		if (!await unpacked(archive, by, {
			directory: building,
			beside: ownFile(request)
		}, request)) {
			request.log.warning(`Kamal's gems in the runner's cache are not as they were saved: nothing of them is unpacked. Delete the cache entry ${key}.`);
			return null;
		}
		const state = await usable(building, by, request, "the runner's cache");
		if (state !== null) await rename(building, home);
		return state;
	} catch (error) {
		request.signal?.throwIfAborted();
		request.log.debug(`Kamal's gems of the runner's cache cannot be used: ${String(error)}`);
		return null;
	} finally {
		await rm(building, {
			recursive: true,
			force: true
		});
	}
}
async function saveToCache(request, home, by, key) {
	if (request.cache === void 0) return;
	try {
		await request.cache.save(key, await packed(home, by, ownFile(request), request));
	} catch (error) {
		request.signal?.throwIfAborted();
		request.log.debug(`Kamal's gems cannot be saved in the runner's cache: ${String(error)}`);
	}
}
async function launched(request, home, texts, source) {
	await writeLauncher(request, join(home, "gems"), texts.get("activates") ?? "");
	return {
		binDirectory: request.binDirectory,
		source
	};
}
/**
* The directory, if it matches its seal and the gems of Ruby that it relies on still exist; else null, and the place is
* free.
*/
async function usable(home, by, { log }, where) {
	const state = await sealState(home, by, [ACTIVATES, RELIES_ON]);
	if (state.kind === "changed") log.warning(`Kamal's gems in ${where} have changed since they were installed (${state.what}): ${home}. They are reinstalled.`);
	if (state.kind === "unchanged" && await areThere(state.texts.get("relies-on") ?? "")) return state;
	if (state.kind !== "missing") await rm(home, {
		recursive: true,
		force: true
	});
	return null;
}
/** @param paths one a line */
async function areThere(paths) {
	try {
		const all = paths.split("\n").filter((path) => path !== "");
		await Promise.all(all.map((path) => access(path)));
		return true;
	} catch {
		return false;
	}
}
// src/kamal/install/lockfile.ts
/**
* Reads Kamal's version from the lock file that `bundle exec` would use; no code of the project runs. Searched for as
* Bundler does: `BUNDLE_GEMFILE`, else the first directory upwards that has a Gemfile or gems.rb (Bundler 2,
* lib/bundler/shared_helpers.rb, `find_gemfile`). Or null if there is none or it does not name Kamal.
*/
async function findLockedKamal(project, environment) {
	const named = environment["BUNDLE_GEMFILE"];
	if (named !== void 0 && named !== "") return readLockfile(lockfileOf(resolve(project, named)));
	for (let directory = resolve(project);; directory = dirname(directory)) {
		for (const gemfile of ["Gemfile", "gems.rb"]) if (readOrNull(join(directory, gemfile)) !== null) return readLockfile(lockfileOf(join(directory, gemfile)));
		if (directory === dirname(directory)) return null;
	}
}
function lockfileOf(gemfile) {
	return gemfile.endsWith("gems.rb") ? gemfile.replace(/gems\.rb$/, "gems.locked") : `${gemfile}.lock`;
}
async function readLockfile(lockfile) {
	const text = readOrNull(lockfile);
	const locked = text === null ? null : lockedGem(text, "kamal");
	return locked === null ? null : {
		...locked,
		lockfile
	};
}
/** A file of the repository stays in it; Bundler also uses one further up, or a configured one. */
function readOrNull(path) {
	const repository = repositoryAround(dirname(path));
	const isInRepository = existsSync(join(repository, ".git"));
	return new BoundedFiles(isInRepository ? repository : parse(path).root).text(path);
}
// src/kamal/install/ruby.ts
/** dotenv 3.2 and ed25519 1.4, which Kamal 2.12.0 depends on, ask for Ruby 3.0. */
const OLDEST = [3, 0];
const PROBE = "require \"json\"\nrequire \"rbconfig\"\nconfig = RbConfig::CONFIG\nsystem = File.exist?(\"/etc/os-release\") ? File.read(\"/etc/os-release\").scan(/^(?:VERSION_)?ID=.*/) : \"\"\ndirectories = [*Gem.path.map { |path| File.join(path, \"bin\") }, Gem.bindir, config[\"bindir\"]]\nversions = Gem::Specification.stubs_for(\"kamal\").map(&:version).uniq.sort.reverse\ncommand = directories.map { |directory| File.join(directory, \"kamal\") }.find do |path|\n  File.file?(path) && File.executable?(path) && File.read(path, 2000).include?(\"generated by RubyGems\")\nend\nputs JSON.generate(\n  version: RUBY_VERSION, engine: RUBY_ENGINE, abi: config[\"ruby_version\"], platform: Gem::Platform.local.to_s,\n  build: [RUBY_DESCRIPTION, config[\"configure_args\"], config[\"LIBRUBY\"], system, ENV[\"ImageOS\"]].join(\"\\n\"),\n  gem_path: Gem.default_path.select { |path| path != Gem.user_dir && File.directory?(path) },\n  kamals: command ? versions.map(&:to_s) : [], command: command\n)\n";
/**
* Asks the Ruby on PATH about itself.
* @throws Failure `ruby-missing`, `ruby-too-old`
*/
async function probeRuby(environment, signal) {
	const asked = await runToEnd([
		"ruby",
		"-e",
		PROBE
	], {
		environment,
		...signal === void 0 ? {} : { signal }
	}).catch((error) => {
		if (error instanceof Error && "code" in error) throw rubyMissing(error);
		throw error;
	});
	if (asked.exitCode !== 0) throw rubyMissing(new Error(asked.stderr));
	return readAnswer(JSON.parse(asked.stdout));
}
function readAnswer(answer) {
	const field = (name) => typeof answer === "object" && answer !== null ? Reflect.get(answer, name) : null;
	const text = (name) => {
		const value = field(name);
		return typeof value === "string" ? value : "";
	};
	const list = (name) => {
		const value = field(name);
		return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
	};
	const version = text("version");
	const [major = 0, minor = 0] = version.split(".").map(Number);
	if (major < OLDEST[0] || major === OLDEST[0] && minor < OLDEST[1]) throw rubyTooOld(version);
	const build = createHash("sha256").update(text("build")).digest("hex").slice(0, 8);
	return {
		version,
		key: [
			text("engine"),
			text("abi"),
			text("platform"),
			build
		].join("-"),
		gemPath: list("gem_path"),
		kamals: list("kamals").map((each, index) => ({
			version: each,
			command: text("command"),
			newest: index === 0
		}))
	};
}
/** The step to add before this one; shown as it is to be pasted. */
const SETUP_RUBY = "`- uses: ruby/setup-ruby@v1` with `ruby-version: \"3.4\"`";
function rubyMissing(cause) {
	return new Failure("ruby-missing", "Kamal needs Ruby, but there is no working Ruby on PATH.", { agent: [`Add this step before the one that deploys: ${SETUP_RUBY}.`] }, cause);
}
function rubyTooOld(version) {
	return new Failure("ruby-too-old", `Kamal needs Ruby ${OLDEST.join(".")} or later, but PATH has Ruby ${version}.`, { agent: [`Add this step before the one that deploys: ${SETUP_RUBY}.`] });
}
// src/kamal/install/install.ts
/** The version of Kamal where neither the workflow nor a Gemfile.lock names one. */
const DEFAULT_KAMAL_VERSION = NEWEST_KAMAL;
/**
* Makes Kamal available: the project's bundle, if it is installed and the workflow names no other version; else the
* requested version, if the machine has it; else an installation into the tool cache. An isolated one is always
* installed, and only this run uses it.
* @throws Failure `ruby-missing`, `ruby-too-old`, `kamal-not-in-bundle`, `kamal-version-missing`,
*   `kamal-download-failed`, `kamal-install-failed`; the reason of `signal` if that was aborted
*/
async function installKamal(request) {
	const locked = await findLockedKamal(request.project, request.environment);
	if (request.isolated === true) return ofItsOwn(request, await probeRuby(request.environment, request.signal), request.version ?? versionWithoutBundle(request, locked));
	if (locked !== null || seemsToBeThere(request)) await request.turn;
	const [ruby, bundled] = await Promise.all([probeRuby(request.environment, request.signal), locked !== null && (request.version ?? locked.version) === locked.version && bundleIsInstalled(request)]);
	if (locked !== null && bundled) return {
		argv: [
			"bundle",
			"exec",
			"kamal"
		],
		environment: {},
		version: locked.version,
		source: "bundle",
		binDirectory: null
	};
	const version = request.version ?? versionWithoutBundle(request, locked);
	const installed = ruby.kamals.find((kamal) => kamal.version === version);
	if (installed === void 0) return ofItsOwn(request, ruby, version);
	return {
		argv: installed.newest ? [installed.command] : [installed.command, `_${version}_`],
		environment: {},
		version,
		source: "installed",
		binDirectory: null
	};
}
/** Installed on its own into the tool cache; an isolated one without the seal, which is for what is kept. */
async function ofItsOwn(request, ruby, version) {
	const isolated = request.isolated === true;
	const { toolCache, binDirectory, seal, environment, log, signal, cache, retryDelays } = request;
	const gems = await installGems({
		version,
		ruby,
		toolCache,
		binDirectory,
		seal: isolated ? null : seal,
		environment,
		log,
		...signal === void 0 ? {} : { signal },
		...cache === void 0 ? {} : { cache },
		...retryDelays === void 0 ? {} : { retryDelays }
	});
	return {
		argv: [`${gems.binDirectory}/kamal`],
		environment: { PATH: [gems.binDirectory, environment["PATH"]].filter(Boolean).join(":") },
		version,
		source: gems.source,
		binDirectory: gems.binDirectory
	};
}
function seemsToBeThere({ toolCache, environment }) {
	return [toolCache, ...environment["PATH"]?.split(delimiter) ?? []].some((directory) => existsSync(join(directory, "kamal")));
}
/** `bundle check` evaluates the Gemfile, as `bundle exec kamal` will. */
async function bundleIsInstalled({ project, environment, signal }) {
	try {
		return (await runToEnd([
			"bundle",
			"check",
			"--dry-run"
		], {
			workingDirectory: project,
			environment,
			...signal === void 0 ? {} : { signal }
		})).exitCode === 0;
	} catch (error) {
		signal?.throwIfAborted();
		if (error instanceof Error && "code" in error) return false;
		throw error;
	}
}
function versionWithoutBundle(request, locked) {
	if (locked === null) return DEFAULT_KAMAL_VERSION;
	const name = relative(request.project, locked.lockfile) || locked.lockfile;
	const why = request.isolated === true ? "Kamal has to be installed separately" : "the bundle is not installed";
	if (locked.origin === "gem") {
		request.log.info(`${name} names Kamal ${locked.version}, but ${why}: installing that version on its own.`);
		return locked.version;
	}
	throw new Failure("kamal-not-in-bundle", `${name} takes Kamal from a ${locked.origin === "git" ? "git repository" : "directory"}, and ${why}.`, { agent: [`Add \`ruby/setup-ruby\` with \`bundler-cache: true\` before this step${dirname(name) === "." ? "" : `, with \`working-directory: ${dirname(name)}\``}, or set \`kamal-version\` to a released version.`] });
}
// src/kamal/run/locale.ts
/**
* What to add to Kamal's environment if no locale is set, as in many containers. There Ruby treats the output of
* commands as ASCII, and a secret with an `é` in it ends the deploy (Kamal 2.12.0, Ruby 3.3: "invalid byte sequence in
* US-ASCII"). A locale that is set stays as it is.
*/
function missingLocale(environment) {
	return [
		"LC_ALL",
		"LC_CTYPE",
		"LANG"
	].some((name) => (environment[name] ?? "") !== "") ? {} : { LANG: "C.UTF-8" };
}
// src/action/prepare/kamal.ts
/** Kamal itself, made ready: installed, and loaded while 1Password answers. */
/**
* Installs Kamal, or finds it.
* @param turn when it may use the processor
* @returns it with the environment that it needs besides that of the run
* @throws Failure as `installKamal`
*/
async function readyKamal(run, credential, { signal, turn }) {
	const cache = jobCache(process.env, run.log);
	const installed = await installKamal({
		project: run.root,
		version: run.inputs.kamalVersion,
		...placesForKamal(run, credential),
		environment: run.environment,
		log: run.log,
		signal,
		turn,
		...cache === void 0 || run.inputs.kamal === "isolated" ? {} : { cache }
	});
	const environment = {
		...missingLocale(run.environment),
		...installed.environment
	};
	const places = await privatePlaces(run, {
		...run.environment,
		...environment
	});
	return {
		...installed,
		environment: {
			...environment,
			...places
		}
	};
}
/** Kamal loads while 1Password answers. It gets token, agent and command when both are there. */
async function waitingKamal(run, { argv, environment }, asksBeforeOp) {
	run.signal.throwIfAborted();
	return KamalProcess.waiting({
		program: argv,
		workingDirectory: run.root,
		environment: {
			...run.environment,
			...environment,
			[RUN_VARIABLE]: run.directory
		},
		temporaryDirectory: run.directory,
		tidyCut: (text) => run.log.withoutTornEnd(text),
		asksBeforeOp
	});
}
/** Where Kamal is installed and found again: only gems that a job with the same token has installed are used again. */
function placesForKamal(run, { secret }) {
	const isolated = run.inputs.kamal === "isolated";
	const of = (text) => secret.hashOf("kamal-1password: the gems of Kamal", text);
	const owner = secret.hashOf("kamal-1password: whose gems of Kamal", "").slice(0, 16);
	return {
		isolated,
		toolCache: isolated ? join(run.directory, "tools") : toolCache(run),
		binDirectory: join(run.directory, "bin"),
		seal: isolated ? null : {
			owner,
			of
		}
	};
}
// src/action/prepare/opening.ts
/** What is read of 1Password, and what opens the servers: the key in an agent, the host keys, the logins. */
/**
* The fetched fields and the key in one reading; then the findings; then the servers, which Kamal need not wait for as
* long as it does nothing.
*/
async function readAndOpen(run, session, { project, access, deployment, wanted, publish }) {
	const reading = handledLater(readMasked(run, session, project, access));
	const answered = handledLater(reading.then((read) => readAccess(run, session, read, access)));
	const agent = handledLater(openAgent(run));
	const loaded = handledLater(agent.then((one) => one.addKey(answered.then(({ key }) => key))));
	try {
		const live = await reading;
		const source = live.sources.get(run.inputs.destination);
		const [readings] = project.destinations;
		const variables = readings === void 0 ? {} : variablesForKamal(readings, source);
		const [, , { key, known }, { socket }] = await allInOrder(publish(live.project), requireEnvironment(source, variables), answered, agent);
		run.log.debug(`requests to 1Password: ${session.requestsMade}`);
		const logins = async () => {
			await allInOrder(loaded, pinHostKeys(run, known, deployment));
			if (!wanted.withLogins) return [];
			const pinAt = referenceOf(hostKeysPlace(access));
			return checkLogins(run, {
				socket,
				key,
				deployment,
				pinAt,
				withBuild: wanted.withBuild,
				atLogin: wanted.atLogin ?? null
			});
		};
		const { signInAddress, requestsMade } = session;
		return {
			live,
			variables,
			signInAddress,
			requestsMade,
			agentSocket: socket,
			logins: handledLater(logins())
		};
	} catch (error) {
		await Promise.allSettled([loaded]);
		throw error;
	}
}
/** Everything in one reading, masked before anything else is done with it. */
async function readMasked(run, session, project, access) {
	const live = await readLive(session, project, {
		extras: wantedForAccess(access),
		environments: run.inputs.opEnvironment,
		setByJob: new Set(Object.keys(run.environment).filter((name) => run.environment[name] !== ""))
	});
	maskValues(live, run.log);
	return live;
}
/**
* Independent of the findings: without the Environment, only blank secrets could be deployed.
* @throws Failure `environment-missing` | `environment-variable-unusable`
*/
async function requireEnvironment(source, variables) {
	if (source === void 0) return;
	if (source.variables === null) throw unreadable(source.id);
	requireUsable(variables, source.id);
}
// src/action/prepare/prepare.ts
/**
* Three tasks at the same time, and which waits for which. A hosted runner has two processors: signing in takes longest,
* so it goes first and has one of them for most of the time; the other computations share the other.
*/
var Preparing = class {
	/** What may still keep Kamal from working while it starts. */
	clearing = [];
	waiting = null;
	#run;
	#onePassword;
	#purpose;
	#signedIn = Promise.withResolvers();
	#opInstalled = Promise.withResolvers();
	constructor(run, onePassword, purpose) {
		this.#run = run;
		this.#onePassword = onePassword;
		this.#purpose = purpose;
	}
	/** Runs the tasks; where one fails, nothing of the others is left. */
	all(outer) {
		return allOrFirstFailure(outer, (signal) => this.#askOnePassword(signal), (signal) => this.#readyOp(signal), (signal) => this.#readyKamal(signal)).catch(async (error) => {
			await Promise.allSettled([this.waiting?.close(), ...this.clearing]);
			throw error;
		});
	}
	async #askOnePassword(signal) {
		const { project, story, wanted, access, deployment } = this.#purpose;
		const run = {
			...this.#run,
			signal
		};
		using session = await this.#onePassword.signingIn.session(signal).finally(this.#signedIn.resolve);
		const opening = readAndOpen(run, session, {
			project,
			access,
			deployment,
			wanted,
			publish: async (read) => wanted.withFindings ? publishParity(this.#run, read, story) : null
		});
		const builder = wanted.withBuild ? deployment?.builder ?? null : null;
		this.clearing.push(handledLater(checkBuilder(run, builder, project.hooks, story)));
		const opened = await opening;
		this.clearing.push(opened.logins);
		return opened;
	}
	async #readyOp(signal) {
		const { credential, signingIn } = this.#onePassword;
		const { answering } = this.#purpose;
		try {
			const options = {
				signal,
				turn: signingIn.asking,
				onCopied: this.#opInstalled.resolve
			};
			const ready = await wayOf(credential).readyOp(this.#run, answering, options);
			this.clearing.push(ready.kept);
			if (answering) await signingIn.asking;
			return ready;
		} finally {
			this.#opInstalled.resolve();
		}
	}
	async #readyKamal(signal) {
		const { credential, signingIn } = this.#onePassword;
		const found = await readyKamal(this.#run, credential, {
			signal,
			turn: signingIn.asking
		});
		if (!this.#purpose.wanted.withKamal) return found;
		await Promise.race([this.#opInstalled.promise, this.#signedIn.promise]);
		this.waiting = await waitingKamal({
			...this.#run,
			signal
		}, found, this.#purpose.answering);
		return found;
	}
};
/**
* Makes everything ready for Kamal, all at the same time: reads the SSH key and what is fetched, installs op and Kamal.
* The findings are published as soon as the vault has answered, before the wait for the servers.
* @throws Failure the first thing that blocks the run, including findings that fail the step
*/
async function prepare(run, project, story, wanted) {
	const onePassword = onePasswordOf(run);
	const { credential } = onePassword;
	const way = wayOf(credential);
	way.refuse(run.inputs, project);
	const deployment = project.destinations[0]?.deploy.deployment ?? null;
	const access = accessOf(run, project);
	refuseUnnamedDestination(run, project);
	const answering = way.answersKamal(run);
	const preparing = new Preparing(run, onePassword, {
		project,
		story,
		wanted,
		access,
		deployment,
		answering
	});
	const [opened, op, kamal] = await preparing.all(run.signal);
	const cleared = handledLater(allInOrder(...preparing.clearing).then(() => opened.logins));
	if (!wanted.withKamal) await cleared;
	run.log.info(`op ${op.described}, Kamal ${kamal.version} (${kamal.source})`);
	story.tell("op", op.onDemand === null ? op.version : "not needed");
	story.tell("Kamal", kamal.version);
	const { live, variables, requestsMade, agentSocket } = opened;
	return {
		credential,
		variables,
		deployment,
		deploy: project.destinations[0]?.deploy ?? null,
		answers: live.answers,
		cleared,
		kamal,
		waiting: preparing.waiting,
		op,
		opDirectory: op.directory,
		agentSocket,
		requestsMade,
		session: answering ? sessionOf(run, opened, way) : null
	};
}
/** What Kamal's questions to `op` are answered from. */
function sessionOf(run, { live, signInAddress }, way) {
	const { visible: vaults, listed, items } = live;
	const account = way.accountsFor(run, signInAddress);
	return {
		opVersion: run.inputs.opVersion,
		...account,
		vaults,
		listed,
		items,
		asked: askedByFiles(live)
	};
}
/** Where `op-environment` lists destinations, one that it omits must not be deployed with blank secrets. */
function refuseUnnamedDestination(run, project) {
	const { opEnvironment, destination } = run.inputs;
	if (opEnvironment === null || environmentOf(project, destination, opEnvironment) !== null) return;
	const blank = project.destinations.flatMap(({ secrets }) => takenVariables(secrets)).filter(({ name }) => (run.environment[name] ?? "") === "");
	if (blank.length === 0) return;
	const names = [...new Set(blank.map(({ name }) => `\`${name}\``))].slice(0, 6).join(", ");
	throw new Failure("environment-not-named", `\`op-environment\` names no 1Password Environment for ${destination === null ? "a deploy without a destination" : `the destination \`${destination}\``}, but its secrets file takes ${names} from an Environment.`, { agent: [destination === null ? "Set the input `destination`, or give `op-environment` a single id." : `Add the line \`${destination}: ID\` to \`op-environment\`.`] });
}
function nowhereToLook(run) {
	return new Failure("ssh-key-place-unknown", `There is no \`kamal secrets fetch --adapter 1password\` line in the secrets file of ${run.root}, so it is not known which vault holds the SSH key.`, { agent: ["Name it with the input `ssh-key`, such as `op://MyApp/Server/SSH_KEY`."] });
}
/** Where the SSH key is, and the host keys. @throws Failure `ssh-key-place-unknown` */
function accessOf(run, project) {
	const access = accessQuestions(run.inputs, project.destinations.map(({ secrets }) => secrets), environmentOf(project, run.inputs.destination, run.inputs.opEnvironment));
	if (access === null) throw nowhereToLook(run);
	return access;
}
export { pinHostKeys as a, allOrFirstFailure as c, installWhenCalled as d, KamalProcess as f, openAgent as i, handledLater as l, hostsOf as m, prepare as n, readAccess as o, Interruption as p, missingLocale as r, allInOrder as s, nowhereToLook as t, wayOf as u };
