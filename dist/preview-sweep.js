import "./rolldown-runtime.js";
import { t as Failure } from "./failure.js";
import { a as forPreview, f as sweepPreviews, l as openServers, n as reasonWords, o as previewContext, r as forgetDeployments, s as settlingOf, u as problemsOf } from "./words.js";
import { b as refusedWay, s as hostsOf, x as sshCommand } from "./deployment.js";
import { t as projectOf } from "./project.js";
import { setTimeout } from "node:timers/promises";
import { join } from "node:path";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { spawn } from "node:child_process";
// src/kamal/servers/shared-connections.ts
/**
* Opens one connection to each host for all that follows (ssh_config(5), `ControlMaster`). A failing host does not
* reject: a request to it reports the failure.
* @param patience milliseconds for all of them together
*/
async function shareConnections(access, hosts, patience = 1e4) {
	const shared = await mkdtemp(join(tmpdir().length > 40 ? "/tmp" : tmpdir(), "k1p-"));
	const through = {
		...access,
		shared
	};
	const masters = hosts.filter((host) => refusedWay(access, host) === null).map((host) => begin(through, host));
	const deadline = performance.now() + patience;
	const sockets = async () => (await readdir(shared)).filter((name) => !name.includes(".")).length;
	while (performance.now() < deadline && !access.signal?.aborted) {
		const open = masters.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).length;
		if (await sockets() >= open) break;
		await setTimeout(20);
	}
	return {
		access: through,
		async close() {
			for (const master of masters) master.kill("SIGTERM");
			await rm(shared, {
				recursive: true,
				force: true
			});
		}
	};
}
function begin(access, host) {
	const [program = "ssh", ...words] = sshCommand(access, host);
	const at = words.indexOf("--");
	const master = [
		"-M",
		"-N",
		...words.slice(0, at).map((word) => word === "ControlMaster=no" ? "ControlMaster=yes" : word)
	];
	const environment = {
		...access.environment,
		...access.socket === null ? {} : { SSH_AUTH_SOCK: access.socket }
	};
	const child = spawn(program, [...master, ...words.slice(at)], {
		env: environment,
		stdio: "ignore"
	});
	child.on("error", () => void 0);
	child.unref();
	return child;
}
// src/action/commands/preview-sweep.ts
/**
* `command: preview-sweep`: makes the servers match GitHub. It removes every preview of this repository that is certain
* not to be wanted any more, with the files of the checkout, which is the default branch's; any doubt keeps.
* @throws Failure `preview-sweep-incomplete`, with each doubt and each host that could not be asked
*/
async function previewSweep(run, story) {
	const context = previewContext(run);
	const { destination } = context;
	const { dryRun } = run.inputs.preview;
	const project = await projectOf(run, [destination]);
	const { access, deployed } = await openServers(run, project);
	const hosts = hostsOf(deployed);
	const connections = await shareConnections(access, hosts);
	const sweep = await sweepPreviews(settlingOf(context, connections.access), hosts, dryRun).finally(() => connections.close());
	const lines = sweep.settled.map((each) => lineOf(each, dryRun));
	for (const line of lines) run.log.info(line);
	for (const place of sweep.survey.unmarked) run.log.info(`${place} was deployed by hand and has no marker, so it is left alone.`);
	for (const place of sweep.survey.ofOthers) run.log.info(`${place}, another project of this repository: its own sweep handles it.`);
	story.state = lines;
	const removed = sweep.settled.filter(({ outcome }) => outcome?.kind === "removed");
	for (const each of sweep.settled) await reportToPullRequest(context, each);
	run.outputs.set("removed", removed.map(({ preview: { number } }) => number).join(","));
	const problems = problemsOf(sweep);
	if (problems.length > 0) throw new Failure("preview-sweep-incomplete", ["Some previews could not be handled.", ...problems].join("\n"), { human: ["Check what is named here; the next sweep continues on its own."] });
	if (dryRun) {
		const would = sweep.settled.filter(({ decision }) => decision.kind === "remove").length;
		return `Dry run: nothing was removed. A sweep would remove ${count(would)} of ${count(sweep.settled.length)}.`;
	}
	return `Removed ${count(removed.length)} of ${count(sweep.settled.length)}.`;
}
function count(previews) {
	return previews === 1 ? "1 preview" : `${previews} previews`;
}
function lineOf({ preview: { number, service }, decision, outcome }, dryRun) {
	const what = `Pull request ${number}, \`${service}\`:`;
	switch (decision.kind) {
		case "keep": return `${what} stays.`;
		case "doubt": return `${what} stays, because it is uncertain: ${decision.why}.`;
		case "left-to-run": return `${what} is no longer wanted (${reasonWords(decision.reason)}); run ${decision.run}, which is working on it, removes it.`;
		case "remove": {
			const why = reasonWords(decision.reason);
			if (dryRun) return `${what} would be removed (${why}).`;
			if (outcome?.kind === "removed") return `${what} removed (${why}).`;
			if (outcome?.kind === "changed") return `${what} was deployed again in the meantime, so it stays.`;
			return `${what} not removed (${why}).`;
		}
	}
}
async function reportToPullRequest(context, { preview, decision, outcome }) {
	if (decision.kind !== "remove" || outcome === null || outcome.kind === "changed") return;
	const { conversation } = forPreview(context, preview.number);
	const detail = reasonWords(decision.reason);
	if (outcome.kind === "removed") {
		conversation.say({
			state: "removed",
			detail,
			rules: null
		}, "update");
		await forgetDeployments(context, preview.number);
	} else {
		const told = outcome.problems.map((each) => `${each}.`);
		const still = `still there (${detail})`;
		conversation.say({
			state: "removal-failed",
			detail: still,
			told,
			rules: null
		}, "update");
	}
	await conversation.settled();
}
export { previewSweep };
