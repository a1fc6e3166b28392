import "./rolldown-runtime.js";
import { a as exportVariable, t as addPath } from "./core.js";
import { t as Failure } from "./failure.js";
import { p as reasonOf } from "./quoting.js";
import { n as prepare, r as missingLocale } from "./prepare.js";
import { t as projectOf } from "./project.js";
// src/github/runner/job-environment.ts
/**
* Gives the steps that follow directories on PATH (the first wins) and variables.
* @throws Failure `job-environment-not-writable`
*/
function exportToJob(additions) {
	try {
		for (const directory of additions.path.toReversed()) addPath(directory);
		for (const [name, value] of Object.entries(additions.environment)) exportVariable(name, value);
	} catch (error) {
		throw new Failure("job-environment-not-writable", `op, Kamal and the SSH key could not be passed to later steps: ${reasonOf(error)}.`, { human: ["Let the runner's user write to the files that `GITHUB_ENV` and `GITHUB_PATH` name, and check whether the disk is full."] }, error);
	}
}
// src/action/commands/setup.ts
/** `command: setup`: leaves op, Kamal and the SSH key to the steps that follow; the token stays theirs to pass. */
async function setup(run, story) {
	const { destination } = run.inputs;
	const project = await projectOf(run, [destination]);
	const { kamal, opDirectory, op, agentSocket, variables } = await prepare(run, project, story, {
		withFindings: false,
		withLogins: true,
		withKamal: false,
		withBuild: false
	});
	exportToJob({
		path: [opDirectory, ...kamal.binDirectory === null ? [] : [kamal.binDirectory]],
		environment: {
			...missingLocale(run.environment),
			SSH_AUTH_SOCK: agentSocket
		}
	});
	if (Object.keys(variables).length > 0) run.log.info("Later steps do not get the variables of the Environment: run Kamal through `op run --environment` there.");
	run.outputs.set("op-version", op.version ?? "");
	run.outputs.set("kamal-version", kamal.version);
	return `${op.version === null ? "" : `op ${op.version}, `}Kamal ${kamal.version} and the SSH key are ready for later steps.`;
}
export { setup };
