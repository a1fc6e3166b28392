import { Buffer } from "node:buffer";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { spawn } from "node:child_process";
// src/kamal/run-group.ts
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
// src/kamal/subprocess.ts
/**
* Runs a program to its end and keeps what it writes. No shell, a process group of its own.
* Resolves whatever the exit code is.
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
	const stdout = [];
	const stderr = [];
	child.stdout.on("data", (chunk) => stdout.push(chunk));
	child.stderr.on("data", (chunk) => stderr.push(chunk));
	child.stdin.on("error", () => {});
	child.stdin.end(options.input ?? "");
	const stop = () => {
		if (child.pid !== void 0) stopGroup(child.pid, 500);
	};
	options.signal?.addEventListener("abort", stop, { once: true });
	const timer = options.timeout === void 0 ? null : setTimeout(stop, options.timeout);
	try {
		const exitCode = await new Promise((resolve, reject) => {
			child.once("error", reject);
			child.once("close", (code) => resolve(code));
		});
		options.signal?.throwIfAborted();
		return {
			exitCode,
			stdout: Buffer.concat(stdout).toString("utf8"),
			stderr: Buffer.concat(stderr).toString("utf8")
		};
	} finally {
		options.signal?.removeEventListener("abort", stop);
		if (timer !== null) clearTimeout(timer);
	}
}
export { signalGroup as n, stopGroup as r, runToEnd as t };
