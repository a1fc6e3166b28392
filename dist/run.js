import { d as reasonOf } from "./markdown-text.js";
import { s as beginOnePassword, u as makeDirectory } from "./parity-table.js";
import { t as Failure } from "./failure.js";
import { join, resolve } from "node:path";
import { copyFile, mkdir, mkdtemp, readdir, symlink } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
// src/kamal/run/docker-config.ts
/**
* A Docker configuration of the run's own, so that the registry's password, which `docker login` writes into
* `config.json` (docs.docker.com, "docker login", credential stores), goes with the run. Everything else of the user's
* own configuration (plugins, contexts, builders, earlier logins) is there too; what is new goes with the run.
* @param directory where to make it; it is removed with its parent
* @returns what Kamal's environment needs for it
*/
async function privateDockerConfig(directory, environment) {
	const own = environment["DOCKER_CONFIG"] ?? join(environment["HOME"] ?? homedir(), ".docker");
	const copy = join(directory, "docker");
	await mkdir(copy, { mode: 448 });
	const entries = await readdir(own).catch(() => []);
	await Promise.all(entries.map((name) => name === "config.json" ? copyFile(join(own, name), join(copy, name)) : symlink(join(own, name), join(copy, name))));
	return { DOCKER_CONFIG: copy };
}
// src/action/run.ts
/** Begins to sign in to 1Password, makes the run's own directory, and tells `post` of it. */
async function startRun(parts) {
	const environment = childEnvironment(process.env);
	const onePassword = beginOnePassword({
		serviceAccountToken: parts.inputs.serviceAccountToken,
		environment,
		log: parts.log
	});
	const directory = await ownDirectory(parts.log);
	if (parts.inputs.command === "check") parts.state.note({ directory });
	else parts.state.set({ directory });
	return {
		...parts,
		directory,
		root: resolve(process.env["GITHUB_WORKSPACE"] ?? process.cwd(), parts.inputs.workingDirectory),
		environment,
		onePassword
	};
}
/**
* Below `RUNNER_TEMP`, which is made where it is not there; where it cannot be, below the system's temporary directory.
* @throws Failure `no-temporary-directory`
*/
async function ownDirectory(log) {
	const places = [.../* @__PURE__ */ new Set([process.env["RUNNER_TEMP"] ?? "", tmpdir()])].filter((place) => place !== "");
	let problem = null;
	for (const place of places) try {
		await makeDirectory(place);
		const made = await mkdtemp(join(place, "kamal-1password-"));
		if (problem !== null) log.warning(`The runner's temporary directory cannot be used (${reasonOf(problem)}): ${place} is used.`);
		return made;
	} catch (error) {
		problem = error;
	}
	throw new Failure("no-temporary-directory", `There is no directory for what this run needs for a while: ${reasonOf(problem)}.`, { human: [`Let the runner's user write to ${places.join(" or ")}, and see whether the disk is full.`] }, problem);
}
/** The runner hands inputs over as `INPUT_…`, the token among them: none of that is for children, nor is the token. */
function childEnvironment(env) {
	const kept = Object.entries(env).filter(([name]) => !name.startsWith("INPUT_") && !name.startsWith("STATE_") && name !== "OP_SERVICE_ACCOUNT_TOKEN");
	return Object.fromEntries(kept.flatMap(([name, value]) => value === void 0 ? [] : [[name, value]]));
}
/** Where Kamal and its children put what is to go with the run: its clone of the repository, the registry's password. */
async function privatePlaces({ directory, environment }) {
	const temporary = join(directory, "tmp");
	const [docker] = await Promise.all([privateDockerConfig(directory, environment), mkdir(temporary, { mode: 448 })]);
	return {
		...docker,
		TMPDIR: temporary
	};
}
export { startRun as n, privatePlaces as t };
