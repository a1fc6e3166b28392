import { Buffer } from "node:buffer";
import { readFile, readdir } from "node:fs/promises";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { spawn } from "node:child_process";
// src/base/host-name.ts
/** What a shell takes for more than a part of a word, and what OpenSSH refuses in a name since 9.6 (ssh.c, `valid_hostname`). */
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
* Ends every process of a group: SIGTERM, and SIGKILL for what is left after `patience` milliseconds.
* Returns once none is left, at once where there is none.
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
/** Signals a group; false where it has no process left. A zombie counts until its parent has reaped it. */
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
* Runs a program to its end and keeps what it writes. No shell, a process group of its own.
* Resolves whatever the exit code is; one that writes without end is ended, with `exitCode` null.
* @throws the system's error where the program cannot be started (`code` is `ENOENT` where there is none),
*   the reason of `signal` where that was aborted
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
	const kept = (stream) => {
		const chunks = [];
		let size = 0;
		stream.on("data", (chunk) => {
			size += chunk.length;
			if (size <= 16777216) chunks.push(chunk);
			else if (!wroteTooMuch) {
				wroteTooMuch = true;
				stop();
			}
		});
		return chunks;
	};
	const [stdout, stderr] = [kept(child.stdout), kept(child.stderr)];
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
// src/kamal/run/leftover-processes.ts
/** The environment variable by which Kamal and all that it starts (buildx, op, hooks) are known for one run's. */
const RUN_VARIABLE = "KAMAL_1PASSWORD_RUN";
/**
* Ends the processes of a run, those that left Kamal's process group included: SIGTERM, then SIGKILL for what is left
* after `patience` milliseconds. Finds none where there is no /proc (macOS); there the group alone is ended.
* @param run the value of {@link RUN_VARIABLE}
*/
async function endProcessesOf(run, patience) {
	if (!await signalAll(run, "SIGTERM")) return;
	if (!await endsBy(run, patience)) await signalAll(run, "SIGKILL");
}
/** Waits until a run has no process any more; false where it still has one after `patience` milliseconds. */
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
export { runToEnd as a, isHostName as c, MOST_OUTPUT as i, endProcessesOf as n, signalGroup as o, endsBy as r, stopGroup as s, RUN_VARIABLE as t };
