import { join, resolve } from "node:path";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
// src/action/run.ts
/** Makes the run's own directory, tells `post` of it, and takes the token out of the environment of children. */
async function startRun(parts) {
	const directory = await mkdtemp(join(process.env["RUNNER_TEMP"] ?? tmpdir(), "kamal-1password-"));
	parts.state.set({ directory });
	return {
		...parts,
		directory,
		root: resolve(process.env["GITHUB_WORKSPACE"] ?? process.cwd(), parts.inputs.workingDirectory),
		environment: childEnvironment(process.env)
	};
}
/** The runner hands inputs over as `INPUT_…`, the token among them: none of that is for children. */
function childEnvironment(env) {
	const kept = Object.entries(env).filter(([name]) => !name.startsWith("INPUT_") && !name.startsWith("STATE_") && name !== "OP_SERVICE_ACCOUNT_TOKEN");
	return Object.fromEntries(kept.flatMap(([name, value]) => value === void 0 ? [] : [[name, value]]));
}
/** A directory for what Kamal and its children put into their temporary directory (its clone of the repository): it goes with the run. */
async function privateTemporary({ directory }) {
	const path = join(directory, "tmp");
	await mkdir(path, {
		recursive: true,
		mode: 448
	});
	return path;
}
export { startRun as n, privateTemporary as t };
