import { Buffer } from "node:buffer";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { readFile, readdir } from "node:fs/promises";
import { spawn } from "node:child_process";
// src/base/host-name.ts
/**
* What a shell treats as more than a part of a word, and what OpenSSH refuses in a name since 9.6 (ssh.c,
* `valid_hostname`).
*/
const SPECIAL = /[\s\p{Cc}'"`$\\;&<>|(){},*?!#~^=]/u;
/**
* Whether ssh may be given this as a host. A deploy file is a stranger's where a checkout is: ssh puts the name into
* `ProxyCommand` as it is, and a shell reads that; one that begins with `-` would be an option.
*/
function isHostName(name) {
	return name !== "" && !name.startsWith("-") && !SPECIAL.test(name);
}
// src/kamal/run/process-group.ts
/**
* Ends every process of a group: SIGTERM, and SIGKILL for what is left after `patience` milliseconds. Returns once none
* is left, immediately if there is none.
*/
async function stopGroup(group, patience) {
	if (!signalGroup(group, "SIGTERM")) return;
	const deadline = performance.now() + patience;
	while (performance.now() < deadline) {
		await setTimeout$1(20);
		if (!signalGroup(group, 0)) return;
	}
	signalGroup(group, "SIGKILL");
}
/** Signals a group; false if it has no process left. A zombie counts until its parent has reaped it. */
function signalGroup(group, name) {
	try {
		process.kill(-group, name);
		return true;
	} catch {
		return false;
	}
}
// src/kamal/run/subprocess.ts
/** The most that is kept of what a program writes to one stream, in bytes. A server decides how much `ssh` writes. */
const MOST_OUTPUT = 16777216;
/**
* Runs a program to its end and keeps what it writes. No shell, its own process group. Resolves with any exit code; a
* program that writes without end is ended, with `exitCode` null.
* @throws the system's error if the program cannot be started (`code` is `ENOENT` if there is none),
*   the reason of `signal` if that was aborted
*/
async function runToEnd(argv, options) {
	options.signal?.throwIfAborted();
	const [program = "", ...args] = argv;
	const child = spawn(program, args, {
		cwd: options.workingDirectory,
		env: options.environment,
		detached: true,
		stdio: [
			"pipe",
			"pipe",
			"pipe"
		]
	});
	const stop = () => {
		if (child.pid === void 0) return;
		stopGroup(child.pid, 500).then(() => setTimeout(() => [child.stdout, child.stderr].forEach((pipe) => pipe.destroy()), 200));
	};
	let wroteTooMuch = false;
	const tooMuch = () => {
		if (!wroteTooMuch) stop();
		wroteTooMuch = true;
	};
	const stdout = kept(child.stdout, tooMuch);
	const stderr = kept(child.stderr, tooMuch);
	child.stdin.on("error", () => {});
	child.stdin.end(options.input ?? "");
	options.signal?.addEventListener("abort", stop, { once: true });
	const timer = options.timeout === void 0 ? null : setTimeout(stop, options.timeout);
	try {
		const exitCode = await new Promise((resolve, reject) => {
			child.once("error", reject);
			child.once("close", (code) => resolve(code));
		});
		options.signal?.throwIfAborted();
		return {
			exitCode: wroteTooMuch ? null : exitCode,
			stdout: Buffer.concat(stdout).toString("utf8"),
			stderr: Buffer.concat(stderr).toString("utf8"),
			wroteTooMuch
		};
	} finally {
		options.signal?.removeEventListener("abort", stop);
		if (timer !== null) clearTimeout(timer);
	}
}
/** The chunks of a stream as they come, up to {@link MOST_OUTPUT}. */
function kept(stream, tooMuch) {
	const chunks = [];
	let size = 0;
	stream.on("data", (chunk) => {
		size += chunk.length;
		if (size <= 16777216) chunks.push(chunk);
		else tooMuch();
	});
	return chunks;
}
// src/kamal/run/leftover-processes.ts
/** The environment variable by which Kamal and all that it starts (buildx, op, hooks) are known for one run's. */
const RUN_VARIABLE = "KAMAL_1PASSWORD_RUN";
/**
* Ends the processes of a run, those that left Kamal's process group included: SIGTERM, then SIGKILL for what is left
* after `patience` milliseconds. Finds none if there is no /proc (macOS); there only the group is ended.
* @param run the value of {@link RUN_VARIABLE}
*/
async function endProcessesOf(run, patience) {
	if (!await signalAll(run, "SIGTERM")) return;
	if (!await endsBy(run, patience)) await signalAll(run, "SIGKILL");
}
/** Waits until a run has no process any more; false if it still has one after `patience` milliseconds. */
async function endsBy(run, patience) {
	const deadline = performance.now() + patience;
	while ((await processesOf(run)).length > 0) {
		if (performance.now() >= deadline) return false;
		await setTimeout$1(50);
	}
	return true;
}
async function signalAll(run, signal) {
	const found = await processesOf(run);
	for (const pid of found) try {
		process.kill(pid, signal);
	} catch {}
	return found.length > 0;
}
/** proc(5): `environ` is what a process was started with; of a zombie it is empty. Others' cannot be read. */
async function processesOf(run) {
	const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
	const assignment = `${RUN_VARIABLE}=${run}`;
	return (await Promise.all(pids.map(async (pid) => {
		return (await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")).split("\0").includes(assignment) ? [Number(pid)] : [];
	}))).flat();
}
// src/base/limited.ts
/**
* As `Promise.all` of all, with at most `limit` at work; one that takes long keeps its own place, and no other waits for it
* as long as there is one. The results are in the order of the items.
*/
async function eachOf(items, limit, work) {
	const results = [];
	let next = 0;
	const worker = async () => {
		for (let index = next; index < items.length; index = next) {
			next += 1;
			const item = items[index];
			if (item !== void 0) results[index] = await work(item, index);
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
	return results;
}
/** What Kamal opens at the same time on its own (2.12.0, lib/kamal/configuration/sshkit.rb, `max_concurrent_starts`). */
const KAMALS_STARTS = 30;
/** sshd lets ten connections in that have not logged in yet, then drops some (sshd_config(5), MaxStartups). */
const STARTS_AT_A_JUMP_HOST = 8;
/**
* How many connections may begin at the same time: as many as Kamal opens, fewer where all go through one jump host.
* @param way.starts `sshkit.max_concurrent_starts` of deploy.yml
*/
function connectionsAtOnce({ starts = KAMALS_STARTS, proxy, proxyCommand }) {
	return Math.max(1, proxy || proxyCommand ? Math.min(starts, STARTS_AT_A_JUMP_HOST) : starts);
}
export { endsBy as a, signalGroup as c, endProcessesOf as i, stopGroup as l, eachOf as n, MOST_OUTPUT as o, RUN_VARIABLE as r, runToEnd as s, connectionsAtOnce as t, isHostName as u };
