import { t as Failure } from "./failure.js";
import { createHash, createHmac, createPublicKey, randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { dirname, join } from "node:path";
import { appendFile, chmod, chown, mkdir, readFile, realpath, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
// src/base/text/wildcards.ts
/**
* Whether a text is what a pattern with wildcards describes: `*` is any run of characters, and with `one`, `?` is any one.
* In a time that grows with the product of both lengths: a regular expression of many `.*` would try every split.
*/
function matchesWildcards(pattern, text, one = null) {
	const [first = "", ...others] = pattern.split("*");
	const last = others.pop();
	const fits = (piece, at) => piece.split("").every((wanted, index) => wanted === text[at + index] || wanted === one && at + index < text.length);
	if (last === void 0) return text.length === first.length && fits(first, 0);
	if (!fits(first, 0)) return false;
	let at = first.length;
	for (const piece of others) {
		while (at + piece.length <= text.length && !fits(piece, at)) at++;
		at += piece.length;
	}
	return text.length - last.length >= at && fits(last, text.length - last.length);
}
// src/ssh/keys/key-text.ts
const QUOTES = [
	["\"", "\""],
	["'", "'"],
	["`", "`"],
	["“", "”"],
	["‘", "’"]
];
function repairText(given) {
	const repairs = [];
	const step = (text, next, sentence) => {
		if (next !== text) repairs.push(sentence);
		return next;
	};
	let text = step(given, given.replaceAll(/[\u200B-\u200D\u2060\uFEFF]/g, ""), "Invisible characters were removed.");
	text = step(text, text.replaceAll(/\r\n?/g, "\n"), "Windows line endings (CRLF) were converted.");
	text = step(text, withoutBlanksAround(text), "Spaces and line breaks around it were removed.");
	const bare = text.trim();
	if (QUOTES.some(([open, close]) => bare.length > 1 && bare.startsWith(open) && bare.endsWith(close))) text = step(text, bare.slice(1, -1), "The quotes around it were removed.");
	text = step(text, text.replaceAll(/(?:\\r)?\\n|\\r/g, "\n"), "Escaped line breaks (a backslash and an n) were replaced by real ones.");
	return {
		text: text.trimStart(),
		repairs
	};
}
/** The text that `text` is base64 of, if it is: a whole file encoded once more, e.g. with `base64 -w0`. Else null. */
function decodedText(text) {
	const bytes = base64Bytes(text);
	if (bytes === null) return null;
	const decoded = bytes.toString("latin1");
	return /^\s*(-{4,5} ?BEGIN |PuTTY-User-Key-File-|ssh-|ecdsa-)/.test(decoded) ? decoded : null;
}
/** The bytes of base64 (blanks and line ends do not count), or null if it has other characters. */
function base64Bytes(text) {
	const digits = text.replaceAll(/\s/g, "");
	return digits !== "" && /^[A-Za-z0-9+/]+={0,2}$/.test(digits) ? Buffer.from(digits, "base64") : null;
}
/** The same from its first to its last character that is no blank, with the line end that was behind it. */
function withoutBlanksAround(text) {
	const start = text.trimStart();
	const bare = start.trimEnd();
	return bare === start || start === `${bare}\n` ? start : `${bare}\n`;
}
// src/ssh/keys/wire.ts
function wireReader(bytes) {
	let at = 0;
	const uint32 = () => {
		if (at + 4 > bytes.length) return null;
		at += 4;
		return bytes.readUInt32BE(at - 4);
	};
	return {
		uint32,
		string() {
			const length = uint32();
			if (length === null || at + length > bytes.length) return null;
			at += length;
			return bytes.subarray(at - length, at);
		},
		rest: () => bytes.subarray(at)
	};
}
function wireUint32(value) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}
function wireString(value) {
	const bytes = typeof value === "string" ? Buffer.from(value) : value;
	return Buffer.concat([wireUint32(bytes.length), bytes]);
}
/** A positive integer, given as unsigned big-endian bytes: no leading zeros, but one where the top bit is set. */
function wireInteger(unsigned) {
	const digits = withoutLeadingZeros(unsigned);
	const first = digits[0];
	return wireString(first !== void 0 && first >= 128 ? Buffer.concat([Buffer.of(0), digits]) : digits);
}
/** The bytes from the first that is not zero on; empty if there is none. */
function withoutLeadingZeros(bytes) {
	const start = bytes.findIndex((byte) => byte !== 0);
	return start < 0 ? Buffer.alloc(0) : bytes.subarray(start);
}
// src/ssh/keys/public-key.ts
/** The elliptic curves that SSH knows (RFC 5656), by the names that JWK, OpenSSL and SSH give them. */
const CURVES = [
	{
		jwk: "P-256",
		ssh: "nistp256",
		bytes: 32
	},
	{
		jwk: "P-384",
		ssh: "nistp384",
		bytes: 48
	},
	{
		jwk: "P-521",
		ssh: "nistp521",
		bytes: 66
	}
];
/** `SHA256:` and the unpadded base64 of the hash, as `ssh-keygen -l` prints it. */
function fingerprintOf(publicBlob) {
	return `SHA256:${createHash("sha256").update(publicBlob).digest("base64").replace(/(?<!=)=+$/, "")}`;
}
/** The SSH name of the key's type, e.g. `ssh-ed25519`; null if the bytes are no public key. */
function typeOf(publicBlob) {
	const name = wireReader(publicBlob).string()?.toString("latin1");
	return name !== void 0 && /^[a-z0-9@.-]+$/.test(name) ? name : null;
}
/** What is in the second column of an `authorized_keys` line (RFC 4253, 5656, 8709); null for a type SSH has not. */
function publicBlobOf(key) {
	const jwk = (key.type === "private" ? createPublicKey(key) : key).export({ format: "jwk" });
	const part = (name) => Buffer.from(jwk[name] ?? "", "base64url");
	switch (jwk.kty) {
		case "OKP": return jwk.crv === "Ed25519" ? Buffer.concat([wireString("ssh-ed25519"), wireString(part("x"))]) : null;
		case "RSA": return Buffer.concat([
			wireString("ssh-rsa"),
			wireInteger(part("e")),
			wireInteger(part("n"))
		]);
		case "EC": {
			const curve = CURVES.find(({ jwk: name }) => name === jwk.crv);
			if (curve === void 0) return null;
			const point = Buffer.concat([
				Buffer.of(4),
				part("x"),
				part("y")
			]);
			return Buffer.concat([
				wireString(`ecdsa-sha2-${curve.ssh}`),
				wireString(curve.ssh),
				wireString(point)
			]);
		}
		default: return null;
	}
}
/** The public key as JWK, of which the private one is built; null for a type we do not read, or where bytes are missing. */
function jwkOf(publicBlob) {
	const reader = wireReader(publicBlob);
	const type = reader.string()?.toString("latin1");
	if (type === void 0) return null;
	if (type === "ssh-ed25519") {
		const x = reader.string();
		return x?.length === 32 ? {
			kty: "OKP",
			crv: "Ed25519",
			x: x.toString("base64url")
		} : null;
	}
	if (type === "ssh-rsa") {
		const e = reader.string();
		const n = reader.string();
		return e === null || n === null ? null : {
			kty: "RSA",
			e: unsigned(e),
			n: unsigned(n)
		};
	}
	const curve = CURVES.find(({ ssh }) => type === `ecdsa-sha2-${ssh}`);
	if (curve === void 0) return null;
	reader.string();
	const point = reader.string();
	if (point?.length !== 1 + 2 * curve.bytes || point[0] !== 4) return null;
	const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)];
	return {
		kty: "EC",
		crv: curve.jwk,
		x: x.toString("base64url"),
		y: y.toString("base64url")
	};
}
/** The key's size as `ssh-keygen -l` counts it: bits of the modulus, of the curve, 256 for Ed25519; null if unknown. */
function bitsOf(publicBlob) {
	const jwk = jwkOf(publicBlob);
	if (jwk === null) return null;
	if (jwk.kty === "OKP") return 256;
	if (jwk.kty === "EC") return Number(jwk.crv?.slice(2));
	const modulus = Buffer.from(jwk.n ?? "", "base64url");
	return modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
}
/** Unsigned big-endian bytes without leading zeros, as JWK wants them. */
function unsigned(bytes) {
	return withoutLeadingZeros(bytes).toString("base64url");
}
// src/ssh/known-hosts/lines.ts
const ENTRY = /(?<!\S)(?:(@cert-authority|@revoked)\s+)?([^\s#]\S*)\s+((?:sk-)?(?:ssh|ecdsa)-[a-z0-9-]+(?:@openssh\.com)?)\s+([A-Za-z0-9+/]{20,}={0,2})(?=\s|$)/g;
/**
* Reads lines as `ssh-keyscan` or a known_hosts file gives them; also where a text field put them all on one line.
*
* @param text an input or a field of 1Password; if it is blank, no hosts are returned
* @param place where it was read, for the sentence, e.g. `op://Production/Server/KNOWN_HOSTS`
* @throws Failure `ssh-known-hosts-invalid`: a line that would be passed over is a host that is not checked
*/
function readKnownHosts(text, place) {
	const lines = repairText(text).text.split("\n");
	const single = lines.filter((line) => line.trim() !== "").length === 1;
	return lines.flatMap((line, index) => {
		const bare = line.trim();
		const found = [...bare.matchAll(ENTRY)];
		if (bare === "" || bare.startsWith("#") && !(single && found.length > 0)) return [];
		const hosts = found.map((match) => knownHost(match));
		if (hosts.length === 0 || hosts.includes(null)) throw invalid(place, index + 1, bare);
		return hosts.filter((host) => host !== null);
	});
}
function knownHost(match) {
	const [, marker, names = "", type = "", key = ""] = match;
	const blob = Buffer.from(key, "base64");
	if (typeOf(blob) !== type || /^(ssh|ecdsa)-/.test(names)) return null;
	return {
		marker: markerOf(marker),
		names,
		type,
		key,
		fingerprint: fingerprintOf(blob)
	};
}
function markerOf(word) {
	return word === "@cert-authority" || word === "@revoked" ? word : null;
}
/** The first column of the line for a host: `name`, or `[name]:port` where the port is not 22. */
function nameOf({ host, port }) {
	return port === 22 ? host : `[${host}]:${port}`;
}
/**
* Those of `known` that are about `address`, as OpenSSH looks them up (hostfile.c, sshconnect.c): patterns, `!`, hashed
* names; with a custom port the name with the port first, then the bare name.
*/
function knownFor(known, address) {
	const withPort = known.filter(({ names }) => matches(names, nameOf(address)));
	if (withPort.length > 0 || address.port === 22) return withPort;
	return known.filter(({ names }) => matches(names, address.host));
}
/**
* The lines to write so that OpenSSH and Kamal both hold the hosts to them.
*
* Kamal looks hosts up through SSHKit (1.25, lib/sshkit/backends/netssh/known_hosts.rb), which takes no patterns, and
* for a host given by name wants name AND address in one line: with only `server.example.com ssh-ed25519 …`, Kamal
* silently accepts any key. It finds a hashed name by the name alone, so each host gets such lines too.
*/
function pinnedLines(known, hosts) {
	const lines = known.map(({ marker, names, type, key }) => [
		marker,
		names,
		type,
		key
	].filter((part) => part !== null).join(" "));
	for (const address of hosts) {
		const own = knownFor(known, address).filter(({ marker }) => marker === null);
		for (const { type, key } of own.toSorted((one, other) => rank(one.type) - rank(other.type))) {
			const name = nameOf(address);
			for (const spelling of /* @__PURE__ */ new Set([name, name.toLowerCase()])) lines.push(`${hashed(spelling)} ${type} ${key}`);
		}
	}
	return [...new Set(lines)];
}
/** Lines that OpenSSH holds to and Kamal passes over (SSHKit 1.25 takes the marker for a host name), one sentence each. */
function notHeldByKamal(known) {
	return known.filter(({ marker }) => marker !== null).map(({ marker, names }) => `Kamal does not read ${marker ?? ""} lines of known_hosts, so it does not hold ${names} to this one; pin the keys of the hosts instead.`);
}
function rank(type) {
	return [
		"ssh-ed25519",
		"ecdsa-sha2-nistp521",
		"ecdsa-sha2-nistp384",
		"ecdsa-sha2-nistp256",
		"ssh-rsa"
	].indexOf(type) >>> 0;
}
function hashed(name) {
	const salt = randomBytes(20);
	return `|1|${salt.toString("base64")}|${digest(salt, name).toString("base64")}`;
}
function digest(salt, name) {
	return createHmac("sha1", salt).update(name).digest();
}
function matches(names, name) {
	const lower = name.toLowerCase();
	const hash = /^\|1\|([^|]+)\|([^|]+)$/.exec(names);
	if (hash !== null) {
		const [salt, expected] = [Buffer.from(hash[1] ?? "", "base64"), Buffer.from(hash[2] ?? "", "base64")];
		return [name, lower].some((spelling) => digest(salt, spelling).equals(expected));
	}
	const patterns = names.split(",").map((pattern) => pattern.toLowerCase());
	if (patterns.some((pattern) => pattern.startsWith("!") && matchesWildcards(pattern.slice(1), lower, "?"))) return false;
	return patterns.some((pattern) => matchesWildcards(pattern, lower, "?"));
}
function invalid(place, line, text) {
	const what = /^(ssh|ecdsa)-\S+\s/.test(text) ? "has a key but no host before it" : "is not a known_hosts line (host, type, key)";
	return new Failure("ssh-known-hosts-invalid", `Line ${line} of ${place} ${what}.`, { human: [`Write each host key into ${place} as \`ssh-keyscan\` prints it: host, type and key, one per line, e.g. \`server.example.com ssh-ed25519 AAAA…\`.`] });
}
// src/ssh/known-hosts/known-hosts.ts
/** The longest that a job may take on a self-hosted runner (GitHub, usage limits); older lines are of a job that was killed. */
const LONGEST_JOB = 432e6;
const LOCK_PATIENCE = 5e3;
const BLOCK = /# kamal-1password (\w+) (\S+): removed when the job ends\n[\s\S]*?# kamal-1password \1 ends\n/g;
/**
* Adds the lines to known_hosts, leaving every other line, the file's mode and its owner as they are.
*
* @throws Failure `ssh-known-hosts-unwritable`
*/
async function pinHosts(options) {
	const id = randomBytes(6).toString("hex");
	const lines = pinnedLines(options.known, options.hosts);
	const files = [];
	if (lines.length === 0) return {
		id,
		files
	};
	const block = [
		`# kamal-1password ${id} ${(/* @__PURE__ */ new Date()).toISOString()}: removed when the job ends`,
		...lines,
		`# kamal-1password ${id} ends`,
		""
	];
	for (const [index, home] of (options.homes ?? ownHomes()).entries()) try {
		files.push(await pinIn(join(home, ".ssh"), block.join("\n")));
	} catch (error) {
		if (index > 0) continue;
		await unpinHosts({
			id,
			files
		});
		throw unwritable(join(home, ".ssh", "known_hosts"), error);
	}
	return {
		id,
		files
	};
}
/** Takes the lines out again, and the file and directory too where they came with them and nothing else is in them. Never throws. */
async function unpinHosts(pinned) {
	for (const file of pinned.files) await unpinIn(file, pinned.id).catch(() => void 0);
}
/** HOME first; then the account's directory, if it is another one. */
function ownHomes() {
	try {
		return [.../* @__PURE__ */ new Set([homedir(), userInfo().homedir])];
	} catch {
		return [homedir()];
	}
}
async function pinIn(directory, block) {
	const directoryCreated = await mkdir(directory, {
		recursive: true,
		mode: 448
	}) !== void 0;
	const named = join(directory, "known_hosts");
	return alone(named, async () => {
		const path = await realpath(named).catch(() => named);
		const before = await readOrNull(path);
		const kept = before?.replaceAll(BLOCK, (whole, _id, date) => Date.now() - Date.parse(date) > LONGEST_JOB ? "" : whole);
		if (before !== null && kept !== void 0 && kept !== before) await replace(path, before, kept);
		const separated = kept !== void 0 && kept !== "" && !kept.endsWith("\n");
		await appendFile(path, `${separated ? "\n" : ""}${block}`, { mode: 384 });
		return {
			path,
			created: before === null,
			directoryCreated,
			separated
		};
	});
}
async function unpinIn(file, id) {
	if (await readOrNull(file.path) === null) return;
	await alone(file.path, async () => {
		for (let attempt = 0; attempt < 10; attempt += 1) {
			const before = await readOrNull(file.path) ?? "";
			const after = without(before, id, file.separated);
			if (after === before || await replace(file.path, before, after)) break;
		}
		if (file.created && await readOrNull(file.path) === "") await rm(file.path, { force: true });
	});
	if (file.created && file.directoryCreated) await rmdir(dirname(file.path)).catch(() => void 0);
}
function without(text, id, separated) {
	const kept = text.replaceAll(BLOCK, (whole, found) => found === id ? "" : whole);
	const last = text.endsWith(`# kamal-1password ${id} ends\n`);
	return separated && last ? kept.replace(/\n$/, "") : kept;
}
/** Replaces the file with `after` in one step, unless it no longer holds `before`; returns whether it did. */
async function replace(path, before, after) {
	const { mode, uid, gid } = await stat(path);
	const next = `${path}.kamal-1password-${process.pid}`;
	try {
		await writeFile(next, after, {
			mode: 384,
			encoding: "latin1"
		});
		await chmod(next, mode & 4095);
		if (process.getuid?.() === 0) await chown(next, uid, gid);
		if (await readOrNull(path) !== before) return false;
		await rename(next, path);
		return true;
	} finally {
		await rm(next, { force: true });
	}
}
/** One of our runs at a time: two jobs of one account share the file. A killed run's lock is taken over. */
async function alone(path, work) {
	const lock = `${path}.kamal-1password-lock`;
	for (let waited = 0;; waited += 20) try {
		await mkdir(lock);
		break;
	} catch (error) {
		if (!isCode(error, "EEXIST")) throw error;
		if (waited >= LOCK_PATIENCE) await rmdir(lock).catch(() => void 0);
		else await setTimeout(20);
	}
	try {
		return await work();
	} finally {
		await rmdir(lock).catch(() => void 0);
	}
}
async function readOrNull(path) {
	try {
		return await readFile(path, "latin1");
	} catch (error) {
		if (isCode(error, "ENOENT")) return null;
		throw error;
	}
}
function isCode(error, code) {
	return error instanceof Error && "code" in error && error.code === code;
}
function unwritable(path, cause) {
	return new Failure("ssh-known-hosts-unwritable", `The host keys could not be added to ${path}, where Kamal looks for them: ${cause instanceof Error ? cause.message : String(cause)}.`, { human: [`Let the runner's account write to ${path} and its directory.`] }, cause);
}
export { repairText as _, readKnownHosts as a, jwkOf as c, unsigned as d, wireReader as f, decodedText as g, base64Bytes as h, notHeldByKamal as i, publicBlobOf as l, wireUint32 as m, unpinHosts as n, bitsOf as o, wireString as p, nameOf as r, fingerprintOf as s, pinHosts as t, typeOf as u, matchesWildcards as v };
