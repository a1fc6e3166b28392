import "./rolldown-runtime.js";
import { t as Failure } from "./failure.js";
import { n as absolutePath } from "./absolute-path.js";
import { Socket } from "node:net";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { basename, dirname, join } from "node:path";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { spawn } from "node:child_process";
// src/ssh/program.ts
/** The most that one of OpenSSH's programs may write, in characters; a server decides how much that is. */
const MOST_OUTPUT = 1048576;
/** Of the environment, what OpenSSH's programs need. Never the token: an agent's environment outlives this process. */
const PASSED_ON = [
	"PATH",
	"HOME",
	"USER",
	"LOGNAME",
	"TMPDIR",
	"RUNNER_TRACKING_ID"
];
/** The environment of OpenSSH's programs. */
function opensshEnvironment() {
	const environment = {
		LC_ALL: "C",
		SSH_ASKPASS_REQUIRE: "never"
	};
	for (const name of PASSED_ON) {
		const value = process.env[name];
		if (value !== void 0) environment[name] = name === "PATH" ? absolutePath(value) : value;
	}
	return environment;
}
/**
* Runs one of OpenSSH's programs to its end. It has no terminal (its own session), so that it cannot ask anyone for a
* passphrase; it is never killed halfway by a signal to this process's group. Never throws.
*/
function runProgram(command, args, options) {
	if (options.signal?.aborted === true) return Promise.resolve({
		exitCode: null,
		stdout: "",
		stderr: "",
		ended: "aborted"
	});
	const child = spawn(command, args, {
		env: {
			...opensshEnvironment(),
			...options.environment
		},
		stdio: [
			"pipe",
			"pipe",
			"pipe"
		],
		detached: true
	});
	return new Promise((resolve) => {
		follow(child, options, resolve);
	});
}
/** Gives a started program its input, and waits for its end or ends it. */
function follow(child, options, resolve) {
	const output = {
		stdout: "",
		stderr: ""
	};
	let timer;
	let over = false;
	let cut = null;
	const settle = (exitCode, ended) => {
		over = true;
		clearTimeout(timer);
		options.signal?.removeEventListener("abort", abort);
		resolve({
			exitCode,
			...output,
			ended
		});
	};
	const kill = (reason) => {
		cut ??= reason;
		killGroup(child);
	};
	const abort = () => kill("aborted");
	options.signal?.addEventListener("abort", abort, { once: true });
	const keep = (stream, text) => {
		output[stream] += text.slice(0, Math.max(0, MOST_OUTPUT - output.stdout.length - output.stderr.length));
		if (output.stdout.length + output.stderr.length >= 1048576) kill("too-much");
	};
	child.stdout.setEncoding("utf8").on("data", (text) => keep("stdout", text));
	child.stderr.setEncoding("utf8").on("data", (text) => {
		const line = output.stderr.lastIndexOf("\n") + 1;
		keep("stderr", text);
		if (options.until?.test(output.stderr.slice(line)) === true) kill("until");
	});
	child.once("error", () => settle(null, "missing"));
	child.once("close", (code) => settle(cut === null ? code : null, cut ?? "exit"));
	child.stdin.on("error", () => void 0);
	const feed = async () => {
		try {
			const input = await (options.input ?? "");
			if (over) return;
			timer = setTimeout(() => kill("timeout"), options.timeout);
			child.stdin.end(input);
		} catch {
			kill("aborted");
		}
	};
	feed();
}
function killGroup(child) {
	if (child.pid === void 0) return;
	try {
		process.kill(-child.pid, "SIGKILL");
	} catch {}
	child.stdout.destroy();
	child.stderr.destroy();
}
// src/ssh/keeper.ts
/**
* Runs as the command of `ssh-agent COMMAND` (ssh-agent(1)): the agent ends with it at the latest (it checks every ten
* seconds). The process that started it holds its standard input open, so that it notices the end of that one, however
* it comes. Then the post step has a while to claim the run, by a file; a run that is claimed, or that was left to later
* steps, is kept as long as the job's own process lives. Last it ends the agent and removes the listed paths.
*
* A shell, not Node: it lives as long as the job, and costs nearly nothing.
*/
const SCRIPT = `
echo "$SSH_AGENT_PID"
exec > /dev/null 2>&1
trap '' HUP INT
remove=$1 claim=$2 job=$3 grace=$4 limit=$5
while read -r word; do :; done
while [ -S "$SSH_AUTH_SOCK" ] && [ "$limit" -gt 0 ]; do
  if [ -e "$claim" ]; then
    [ "$job" -le 1 ] || kill -0 "$job" || break
  else
    [ "$grace" -gt 0 ] || break
    grace=$((grace - 1))
  fi
  limit=$((limit - 1))
  sleep 1
done
kill "$SSH_AGENT_PID"
rm -rf "$remove" "\${SSH_AUTH_SOCK%/*}"
`;
/** The name by which its command line is known. */
const KEEPER = "kamal-1password-keeper";
/**
* Starts `ssh-agent` with its keeper. Neither keeps this process from ending.
* @param args of ssh-agent, before its command
* @param limit seconds after which an agent that was left is ended in any case
* @returns how it failed where it did; never throws
*/
async function startKept(args, { remove, claim, job, grace }, { limit, timeout }) {
	const numbers = [
		job,
		grace,
		limit
	].map(String);
	const child = spawn("ssh-agent", [
		...args,
		"sh",
		"-c",
		SCRIPT,
		KEEPER,
		remove,
		claim,
		...numbers
	], {
		env: opensshEnvironment(),
		stdio: [
			"pipe",
			"pipe",
			"pipe"
		],
		detached: true
	});
	const output = {
		stdout: "",
		stderr: ""
	};
	let timer;
	const started = await new Promise((resolve) => {
		const failed = (ended, exitCode = null) => resolve({
			exitCode,
			...output,
			ended
		});
		timer = setTimeout(() => {
			child.kill("SIGKILL");
			failed("timeout");
		}, timeout);
		child.once("error", () => failed("missing"));
		child.once("close", (code) => failed("exit", code));
		child.stderr.setEncoding("utf8").on("data", (text) => output.stderr += text);
		child.stdout.setEncoding("utf8").on("data", (text) => {
			output.stdout += text;
			const pid = Number(/^(\d+)\n/.exec(output.stdout)?.[1]);
			if (Number.isInteger(pid) && child.pid !== void 0) resolve({
				pid,
				keeper: child.pid
			});
		});
		child.stdin.on("error", () => void 0);
	});
	clearTimeout(timer);
	child.unref();
	for (const stream of [
		child.stdin,
		child.stdout,
		child.stderr
	]) letGo(stream);
	return started;
}
/** A pipe stays open until this process ends, but does not keep it from ending. */
function letGo(stream) {
	if (stream instanceof Socket) stream.unref();
}
// src/ssh/agent.ts
/** An hour: while a run lives, it gives the key again. In seconds. */
const LIFETIME = 3600;
/** A job's default limit (docs.github.com, “Workflow syntax”, `timeout-minutes`): for the steps after `command: setup`. */
const LONGEST = 21600;
/** Seconds for the post step to begin after a process that was killed. A Kamal that was left needs some of them too. */
const GRACE = 15;
const DIRECTORY = "kamal-1password-agent-";
const SOCKET = "agent.sock";
/** sockaddr_un's sun_path: 108 bytes on Linux, 104 on macOS, the ending zero included. */
const LONGEST_SOCKET = 103;
const PATIENCE = 1e4;
/**
* Starts our own ssh-agent, which no other job and no other user can reach.
*
* @throws Failure `ssh-agent-missing`, `ssh-agent-failed`; the signal's reason after an abort, with nothing left behind
*/
async function startAgent(options) {
	options.signal?.throwIfAborted();
	const directory = await socketDirectory(options.parent ?? tmpdir());
	const socket = join(directory, SOCKET);
	const lifetime = options.lifetime ?? 3600;
	const remove = options.run ?? directory;
	const kept = {
		remove,
		claim: claimOf(remove),
		job: options.job ?? 0,
		grace: options.grace ?? GRACE
	};
	const run = await startKept([
		"-t",
		String(lifetime),
		"-a",
		socket
	], kept, {
		limit: LONGEST,
		timeout: PATIENCE
	});
	if (!("pid" in run)) {
		await rm(directory, {
			recursive: true,
			force: true
		});
		throw agentFailure(run);
	}
	const state = {
		socket,
		...run
	};
	let renewing;
	const give = async (text) => sshAdd(socket, ["-q", "-"], options.signal, text);
	if (options.signal?.aborted === true) {
		await stopAgent(state);
		options.signal.throwIfAborted();
	}
	return {
		...state,
		async addKey(key) {
			const text = Promise.resolve(key).then((given) => {
				options.log.mask(given.text);
				return given.text;
			});
			const added = await give(text);
			options.signal?.throwIfAborted();
			await text;
			if (added.exitCode !== 0) throw refusedKey(added);
			if (options.renewed !== true) return;
			renewing ??= setInterval(() => void give(text), lifetime * 1e3 / 3).unref();
		},
		async fingerprints() {
			return [...(await sshAdd(socket, [
				"-l",
				"-E",
				"sha256"
			], options.signal)).stdout.matchAll(/^\d+ (SHA256:\S+)/gm)].map((match) => match[1] ?? "");
		},
		stop: () => {
			clearInterval(renewing);
			return stopAgent(state);
		}
	};
}
/**
* Ends the agent of `state`, also from another process than the one that started it, and removes its directory. A
* process that is not this agent any more (its number went to another) is not touched. Never throws for an agent that is
* gone.
*/
async function stopAgent(state) {
	const directory = dirname(state.socket);
	if (!basename(directory).startsWith(DIRECTORY) || basename(state.socket) !== SOCKET) return;
	if (await isOurs(state)) {
		await sshAdd(state.socket, ["-q", "-D"]);
		await end(state, "SIGTERM");
		if (await isOurs(state)) await end(state, "SIGKILL");
	}
	await endKeeper(state);
	await rm(directory, {
		recursive: true,
		force: true
	});
}
/** For the post step, or a process after this one: what the run left is not to be ended while the job lives. */
async function claimRun(run) {
	await writeFile(claimOf(run), "").catch(() => void 0);
}
function claimOf(run) {
	return join(run, "claimed");
}
async function endKeeper({ keeper }) {
	if (keeper === void 0 || !(await commandOf(keeper)).includes("kamal-1password-keeper")) return;
	try {
		process.kill(keeper, "SIGKILL");
	} catch {}
}
async function end(state, signal) {
	try {
		process.kill(state.pid, signal);
	} catch {
		return;
	}
	for (let waited = 0; waited < 2e3 && await isOurs(state); waited += 20) await setTimeout$1(20);
}
/** The command line of the process names our socket: /proc where there is one, ps elsewhere (macOS). */
async function isOurs({ pid, socket }) {
	const command = await commandOf(pid);
	return /^(?:\S*\/)?ssh-agent\s/.test(command) && command.includes(socket);
}
/** Its words with blanks between them; empty if there is none, or it has ended. */
async function commandOf(pid) {
	if (process.platform === "linux") return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ");
	return (await runProgram("ps", [
		"-ww",
		"-o",
		"command=",
		"-p",
		String(pid)
	], { timeout: PATIENCE })).stdout;
}
async function socketDirectory(parent) {
	const length = Buffer.byteLength(join(parent, `${DIRECTORY}XXXXXX`, SOCKET));
	const directory = await mkdtemp(join(length <= LONGEST_SOCKET ? parent : "/tmp", DIRECTORY));
	await chmod(directory, 448);
	return directory;
}
function sshAdd(socket, args, signal, input) {
	return runProgram("ssh-add", args, {
		timeout: PATIENCE,
		environment: { SSH_AUTH_SOCK: socket },
		signal,
		...input === void 0 ? {} : { input }
	});
}
function agentFailure(run) {
	if (run.ended === "missing") return new Failure("ssh-agent-missing", "ssh-agent is not installed on this machine, so the SSH key cannot be loaded.", { agent: ["Add a step before this one that installs the OpenSSH client: `apt-get update && apt-get install -y openssh-client` (Debian, Ubuntu), `apk add openssh-client` (Alpine), `dnf install -y openssh-clients` (Fedora)."] });
	return new Failure("ssh-agent-failed", `ssh-agent did not start: ${lastLine(run)}.`, { human: ["Check whether `ssh-agent -s` works on the runner, and whether its temporary directory is writable."] });
}
function refusedKey(run) {
	if (run.ended === "missing") return agentFailure(run);
	return new Failure("ssh-agent-refused-key", `ssh-add rejects the SSH key: ${lastLine(run)}.`, { human: ["Check whether `ssh-add` accepts the key on your own machine; RSA keys need at least 1024 bits. To create a new one: `ssh-keygen -t ed25519 -N ''`."] });
}
function lastLine(run) {
	if (run.ended === "timeout") return `no answer within ${PATIENCE / 1e3} s`;
	if (run.ended === "too-much") return "it wrote more than 1 MiB";
	const line = run.stderr.trim().split("\n").at(-1) ?? "";
	return line === "" ? `it ended with ${run.exitCode ?? "a signal"}` : line.replace(/\.$/, "");
}
export { stopAgent as a, startAgent as i, LONGEST as n, runProgram as o, claimRun as r, LIFETIME as t };
