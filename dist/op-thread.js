import { i as __toESM } from "./rolldown-runtime.js";
import { t as Failure } from "./failure.js";
import { n as waitingTime, r as withPatience, t as spoken } from "./waiting-time.js";
import { t as followProxy } from "./proxy.js";
import { createInflateRaw } from "node:zlib";
import { parentPort, workerData } from "node:worker_threads";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
// src/onepassword/archive.ts
/** `op` 2.35.0 takes some 35 MB; whatever unpacks to more than this is not it. */
const LARGEST_FILE = 2e8;
/**
* Takes `op` and `op.sig` out of a release archive, in memory: nothing unverified touches the disk, and no `unzip` is
* needed.
* @param ahead the first file, where it was inflated while the archive came
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
	if (op === void 0 || op.length === 0) throw damaged(url, "has no `op` in it");
	if (signature === void 0 || signature.length === 0) throw unsigned(url);
	return {
		op,
		signature
	};
}
/** Whether the archive's directory says of the entry what was found when it was inflated. */
function isFirst(entry, ahead) {
	return ahead !== null && entry.relativeOffsetOfLocalHeader === 0 && entry.compressedSize === ahead.compressedSize && entry.uncompressedSize === ahead.data.length;
}
async function whole(stream) {
	const chunks = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}
function damaged(url, what, cause) {
	return new Failure("op-archive-damaged", `The archive of the 1Password CLI from ${url} ${what}. Nothing of it was installed.`, { human: ["Run the job again; if it stays so, see whether a proxy or a mirror between the runner and 1Password keeps a damaged copy."] }, cause);
}
function unsigned(url) {
	return new Failure("op-signature-missing", `The archive of the 1Password CLI from ${url} has no signature (\`op.sig\`) in it. 1Password signs every release: this is not one. Nothing of it was installed.`, { human: ["Find out what stands between the runner and 1Password and hands out this archive."] });
}
// src/onepassword/download.ts
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
			if (setback.again) log?.info(`The download from ${url} failed (try ${tries}): ${reasonOf(error)}.`);
			return setback;
		}, signal);
	} catch (error) {
		if (signal?.aborted === true) throw error;
		throw failureOf(error, url, tries);
	}
}
async function fetchOnce(url, { patience, signal, largest, follow }) {
	const stalled = new AbortController();
	const stall = () => stalled.abort(new Stalled(patience.perTry));
	let timer = setTimeout(stall, patience.perTry);
	try {
		const response = await fetch(url, { signal: signal === void 0 ? stalled.signal : AbortSignal.any([stalled.signal, signal]) });
		if (!response.ok || response.body === null) {
			await response.body?.cancel();
			throw new BadStatus(response.status, response.headers.get("retry-after"));
		}
		const chunks = [];
		const see = follow?.();
		let size = 0;
		for await (const chunk of response.body) {
			clearTimeout(timer);
			timer = setTimeout(stall, patience.perTry);
			size += chunk.length;
			if (size > largest) throw new TooLarge(largest);
			chunks.push(chunk);
			see?.(chunk);
		}
		return Buffer.concat(chunks);
	} finally {
		clearTimeout(timer);
		stalled.abort();
	}
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
/** The innermost reason: `fetch` itself only says "fetch failed" or "terminated". */
function reasonOf(error) {
	let inner = error;
	while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
	return inner instanceof Error ? inner.message : String(inner);
}
function failureOf(error, url, tries) {
	const host = new URL(url).host;
	const status = error instanceof BadStatus ? error.status : null;
	if (status === 404) return new Failure("op-version-unknown", `1Password has no such version of its CLI for this machine: ${url} is not there.`, { agent: ["Correct `op-version` in the workflow, or leave it out for the default; versions are listed at https://app-updates.agilebits.com/product_history/CLI2."] }, error);
	if (status !== null && status < 500 && tries === 1) return new Failure("op-download-refused", `${host} refused the download of the 1Password CLI with status ${status}: ${url}.`, { human: [`Let the runner fetch from https://${host}; a firewall or proxy may forbid it.`] }, error);
	return new Failure("op-download-failed", `The 1Password CLI could not be downloaded from ${host}: ${reasonOf(error)} (tried ${tries === 1 ? "once" : `${tries} times`}).`, { human: [`Let the runner reach https://${host}; behind a proxy, set \`HTTPS_PROXY\` for the runner. Else run the job again later.`] }, error);
}
// src/onepassword/inflate-ahead.ts
/** A local file header of a zip archive (APPNOTE.TXT, 4.3.7): its fixed part, and the method for "deflated". */
const HEADER = 30;
const SIGNATURE = 67324752;
const DEFLATED = 8;
/**
* Inflates the first file of an archive while the archive still comes, beside the thread that receives it. That saves
* time and decides nothing: whoever reads the directory at the archive's end, which says what is in it, takes what is
* here or inflates anew.
*/
var InflateAhead = class {
	#inflate = createInflateRaw({ chunkSize: 1 << 20 });
	#pieces = [];
	#ended;
	#header = Buffer.alloc(0);
	/** @param largest a file of more bytes is given up */
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
	/** Once the archive has come: its first file; null where that is not to be had this way. */
	async file() {
		if (this.#inflate.writable) this.#inflate.end();
		if (!await this.#ended) return null;
		return {
			data: Buffer.concat(this.#pieces),
			compressedSize: this.#inflate.bytesWritten
		};
	}
};
// src/onepassword/platform.ts
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
// src/onepassword/release.ts
const release = {
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
// src/onepassword/signature.ts
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
			message: await createMessage({ binary: inPieces(op) }),
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
		if (ours.length === 0) throw new Error("the signature of the pinned key was not looked at");
		await Promise.all(ours.map(({ verified }) => verified));
	} catch (error) {
		throw invalid(where, "does not match it", error);
	}
}
/** As a whole it would be copied before it is hashed. */
function inPieces(bytes, size = 1 << 20) {
	let at = 0;
	return new ReadableStream({ pull(controller) {
		if (at >= bytes.length) return controller.close();
		controller.enqueue(bytes.subarray(at, at += size));
	} });
}
function invalid(where, what, cause) {
	return new Failure("op-signature-invalid", `The 1Password CLI from ${where} was altered after 1Password signed it: its signature ${what}. Nothing of it was run or installed.`, { human: ["Do not deploy from this runner before you know what stands between it and 1Password and alters downloads."] }, cause);
}
function unknownSigner(where, signers, pinned) {
	return new Failure("op-signer-unknown", `The 1Password CLI from ${where} is signed by ${signers.map((id) => id.toUpperCase()).join(", ") || "nobody"}, not by 1Password's key ${pinned}. Nothing of it was run or installed.`, { human: ["Do not deploy from this runner before you know where this archive comes from. Only if 1Password announced a new signing key, use a version of this action that knows it."] });
}
// src/onepassword/tool-cache.ts
/**
* Where a version of `op` stands in the runner's tool cache: `<cache>/op/<version>/<arch>`, with the marker
* `<arch>.complete` beside it. That is the layout of `@actions/tool-cache` 4 (lib/tool-cache.js: `find`, `cacheDir`), so
* that other actions find it. The library itself is not used: it copies into place file by file, so that another job may
* meet a half-written binary, and it cannot be cancelled.
*/
function placeOf(cache, version, arch) {
	return join(cache, "op", version, arch);
}
/** The binary and the signature at `place`; null where either is missing. */
async function readCached(place) {
	try {
		const [op, signature] = await Promise.all([readFile(join(place, "op")), readFile(join(place, "op.sig"))]);
		return {
			op,
			signature
		};
	} catch {
		return null;
	}
}
/**
* Puts verified files at `place` in one step: they are written beside it and renamed, so that jobs that share the cache
* see all of it or nothing. Whatever stood there before is replaced.
* @throws Failure `op-no-space` | `op-cache-not-writable`
*/
async function storeVerified(place, files) {
	const beside = `${place}.${randomUUID()}`;
	try {
		await mkdir(beside, { recursive: true });
		await writeFile(join(beside, "op"), files.op, { mode: 493 });
		await writeFile(join(beside, "op.sig"), files.signature, { mode: 420 });
		await swapIn(beside, place);
		await writeFile(`${place}.complete`, "");
	} catch (error) {
		throw notWritten(error, dirname(place));
	} finally {
		await rm(beside, {
			recursive: true,
			force: true
		}).catch(() => void 0);
	}
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
function notWritten(error, where) {
	const code = codeOf(error);
	if (code === "ENOSPC" || code === "EDQUOT") return new Failure("op-no-space", `There is no space left for the 1Password CLI (about 35 MB) in ${where}.`, { human: ["Free space on the runner's disk."] }, error);
	if (code !== "") return new Failure("op-cache-not-writable", `The 1Password CLI cannot be installed into ${where}: the runner may not write there (${code}).`, { human: ["Give the runner's user write access to its tool cache (`RUNNER_TOOL_CACHE`), or set `AGENT_TOOLSDIRECTORY` to a directory it may write to."] }, error);
	return error;
}
function codeOf(error) {
	return error instanceof Error && "code" in error ? String(error.code) : "";
}
// src/onepassword/install.ts
const PATIENCE = {
	tries: 5,
	firstPause: 1e3,
	perTry: 3e4,
	inAll: 18e4
};
const LARGEST = 1e8;
/**
* Makes a version of `op` available whose signature was verified in this run: from the tool cache, else downloaded.
*
* A cached binary is verified again, each time: on a self-hosted runner other jobs may write to the tool cache, and a
* planted `op` would be handed the service account token. It costs a tenth of a second or so. (Against somebody who can
* still write there while the job runs, nothing on that machine helps.)
* Cancelled or failed, it leaves nothing behind.
* @throws Failure `platform-unsupported` | `op-version-unknown` | `op-download-refused` | `op-download-failed` |
*   `op-archive-damaged` | `op-signature-missing` | `op-signature-invalid` | `op-signer-unknown` | `op-no-space` |
*   `op-cache-not-writable`; the signal's reason where that ended it
*/
async function installOp(options, trust = release) {
	const { version, cache, log, signal } = options;
	const machine = options.platform ?? {
		platform: process.platform,
		arch: process.arch
	};
	const platform = platformOf(machine.platform, machine.arch);
	const directory = placeOf(cache, version, machine.arch);
	const installed = {
		path: join(directory, "op"),
		directory,
		version
	};
	if (await isCached(directory, trust, log)) return {
		...installed,
		from: "cache"
	};
	const url = trust.origin + archivePath(version, platform);
	const files = await downloadRelease(url, options);
	await verifySignature(files.op, files.signature, trust, url);
	signal?.throwIfAborted();
	await storeVerified(directory, files);
	return {
		...installed,
		from: "download"
	};
}
async function downloadRelease(url, { patience, log, signal }) {
	let ahead = new InflateAhead(LARGEST_FILE);
	return unpackRelease(await download(url, {
		patience: patience ?? PATIENCE,
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
async function isCached(directory, trust, log) {
	const files = await readCached(directory);
	if (files === null) return false;
	try {
		await verifySignature(files.op, files.signature, trust, directory);
		return true;
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		log.warning(`The 1Password CLI in the runner's tool cache is not as 1Password signed it: ${directory}. It is replaced.`);
		return false;
	}
}
// src/onepassword/install-thread.ts
/** The thread of `installOpApart`: installs `op`, and tells how that went. */
const stopped = new AbortController();
parentPort?.once("message", () => stopped.abort());
const log = {
	debug: (line) => say({
		kind: "debug",
		line
	}),
	info: (line) => say({
		kind: "info",
		line
	}),
	warning: (line) => say({
		kind: "warning",
		line
	}),
	mask: () => void 0
};
followProxy(process.env);
try {
	const { version, cache } = workerData;
	say({
		kind: "installed",
		op: await installOp({
			version,
			cache,
			log,
			signal: stopped.signal
		})
	});
} catch (error) {
	const told = error instanceof Failure ? {
		code: error.code,
		sentence: error.message,
		next: error.next
	} : {
		code: null,
		sentence: String(error),
		next: {
			human: [],
			agent: []
		}
	};
	const cause = error instanceof Failure && error.cause instanceof Error ? error.cause : void 0;
	say({
		kind: "failed",
		...told,
		cause
	});
} finally {
	parentPort?.close();
}
function say(word) {
	parentPort?.postMessage(word);
}
export {};
