import "./rolldown-runtime.js";
import { t as Failure } from "./failure.js";
import { C as appDirectory, D as askRuns, E as askPullRequest, S as NAMES_FILE, T as writeMarker, a as forPreview, b as readInventory, c as PreviewConversation, d as settlePreview, g as runOf, h as wishOf, i as deployingRun, l as openServers, m as replacedBy, n as reasonWords, o as previewContext, p as surveyPreviews, r as forgetDeployments, s as settlingOf, t as durationWords, v as inventoryScript, w as ownsInShell, x as MARKER_FILE, y as previewsOf } from "./words.js";
import { a as holdsNumber, c as previewVersion, i as commitOfVersion, o as isPlainHost, r as NUMBER_VARIABLE, s as isPlainName, t as projectOf, y as commitAt } from "./project.js";
import { g as lockDirectory, s as hostsOf, y as askServer } from "./deployment.js";
import { t as serversOf } from "./servers.js";
import { i as prepareFor, l as runKamalCommand, n as deployPrepared } from "./deploy.js";
import { t as shellQuoted } from "./quoting.js";
import { m as hostsOf$1 } from "./prepare.js";
import { u as secretsOf } from "./parity-table.js";
// src/previews/guards.ts
/**
* What has to hold before a preview is deployed, independent of the severities: it is itself, and no other deployment.
* Pure.
*/
/**
* Only what the pull request holds is deployed as its preview: GitHub was asked about the pull request, not about the
* files.
* @param checkedOut the commit that is checked out, and its ancestors, or null if there is none
* @param heads the head of the pull request now, and the one that this run was started for
* @returns the commit that is deployed, and the head that it is or is a merge of, which people know
* @throws Failure `preview-checkout-other` unless it is one of the heads, or a merge of one
*/
function ensureOfPullRequest(checkedOut, heads, number) {
	const { sha, parents } = checkedOut ?? {
		sha: null,
		parents: []
	};
	const ofIt = [sha, ...parents.length > 1 ? parents : []];
	const found = heads.find((each) => each !== "" && ofIt.includes(each));
	if (sha !== null && found !== void 0) return {
		commit: sha,
		head: found
	};
	const short = (commit) => `\`${commit.slice(0, 7)}\``;
	const [head = ""] = heads;
	throw new Failure("preview-checkout-other", `Nothing was deployed: ${sha === null ? "no commit is checked out" : `the checked out commit ${short(sha)} is neither the head of pull request ${number}${head === "" ? "" : ` (${short(head)})`} nor a merge of it`}.`, {
		agent: ["In the workflow file, omit `ref:` of actions/checkout `on: pull_request`, or set it to `${{ github.event.pull_request.head.sha }}`.", `Where the input \`pull-request\` is set, check out \`refs/pull/${number}/head\`.`],
		human: ["If the branch was pushed to in the meantime, the run of that push deploys it."]
	});
}
const NUMBER_TAG = `<%= ENV.fetch("${NUMBER_VARIABLE}") %>`;
/**
* @param other the same deploy file with another preview's number
* @param file where to correct it
* @throws Failure `preview-service-shared`, `preview-host-shared`, `preview-unknown`, `preview-name-invalid`
*/
function previewIdentity(deployment, other, number, file) {
	if (deployment === null || deployment.service === null || deployment.roles.length === 0 || deployment.hasUnknownHost) throw new Failure("preview-unknown", `\`${file}\` does not say, without running it, which service the preview is and which hosts it uses.`, { agent: [`Write \`service: NAME-pr-${NUMBER_TAG}\` and the hosts of \`servers:\` in \`${file}\`.`] });
	const { service, roles } = deployment;
	if (!holdsNumber(service, number) || other?.service === service) throw new Failure("preview-service-shared", `The service \`${service}\` in \`${file}\` does not belong to pull request ${number} alone: its deploy would replace another's containers, and its removal would remove them.`, { agent: [`Add the number: \`service: NAME-pr-${NUMBER_TAG}\` in \`${file}\`.`] });
	ensureOwnHost(deployment, other, file);
	const [host = ""] = roles.find(({ name }) => name === deployment.primaryRole)?.hosts ?? roles[0]?.hosts ?? [];
	const accessories = deployment.accessories.map((each) => ({
		key: each.name,
		name: each.service ?? `${service}-${each.name}`,
		hosts: each.hosts
	}));
	const own = accessories.filter(({ name }) => name.startsWith(`${service}-`));
	const hosts = [...new Set([...roles, ...own].flatMap((each) => each.hosts))];
	ensurePlain([
		service,
		...roles.map(({ name }) => name),
		...own.map(({ name }) => name)
	], hosts, file);
	return {
		service,
		address: addressOf(deployment),
		role: deployment.primaryRole,
		host,
		accessories: own,
		shared: accessories.filter(({ name }) => !name.startsWith(`${service}-`)).map(({ key }) => key),
		names: [
			...roles.map(({ name }) => `role ${name}`),
			...own.map(({ name }) => `accessory ${name}`),
			...hosts.map((each) => `host ${each}`)
		]
	};
}
/** kamal-proxy sends it the requests for a host that no other preview has. */
function ensureOwnHost({ proxyHosts, roles }, other, file) {
	const common = proxyHosts.filter((host) => other?.proxyHosts.includes(host) === true);
	if (roles.some(({ proxy }) => proxy) && (proxyHosts.length === 0 || common.length > 0)) throw new Failure("preview-host-shared", proxyHosts.length === 0 ? `The preview in \`${file}\` has no \`proxy.host\`: kamal-proxy would send it all traffic of the server that no other app claims.` : `The host \`${common.join(", ")}\` in \`${file}\` is the same for every preview: kamal-proxy refuses the second one.`, { agent: [`Add the number: \`proxy: { host: pr-${NUMBER_TAG}.preview.example.com }\` in \`${file}\`.`] });
}
/** The names go into shell commands on the hosts. */
function ensurePlain(words, hosts, file) {
	const odd = words.find((word) => !isPlainName(word)) ?? hosts.find((each) => !isPlainHost(each));
	if (odd !== void 0) throw new Failure("preview-name-invalid", `The name \`${odd}\` in \`${file}\` cannot be used for a preview: use letters, digits, \`.\`, \`_\` and \`-\`.`, { agent: [`Rename it in \`${file}\`.`] });
}
function addressOf({ proxyHosts, proxySsl }) {
	const host = proxyHosts.find((each) => /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(each));
	return host === void 0 ? null : `${proxySsl ? "https" : "http"}://${host}`;
}
// src/previews/claim.ts
/** Claims a preview's place on a host, in the login that is made before the deploy: the script, and its answer. */
/**
* Counts and writes while no other run does (`flock` on the directory that Kamal has anyway, so that nothing is left of
* it; a server without `flock` counts too). The preview's current volumes are noted too: Kamal can prune the containers
* that show them.
*/
function claimScript({ marker, names, limit }) {
	const { service, destination, pullRequest } = marker;
	const app = appDirectory(service, destination);
	const accessories = names.filter((name) => name.startsWith("accessory ")).map((name) => name.slice(10));
	return `${inventoryScript(destination)}
${ownsInShell("owns", marker)}
claim() {
  service=${shellQuoted(service)} app=${shellQuoted(app)} limit=${limit ?? "none"}
  itself=${shellQuoted(`"pullRequest":${pullRequest},"service":${JSON.stringify(service)},`)}
  if [ -e "$app/${MARKER_FILE}" ]; then
    if ! grep -q '^{"repository":".*}$' "$app/${MARKER_FILE}"; then echo unreadable; return; fi
    if ! owns "$app/${MARKER_FILE}" || ! grep -qF -- "$itself" "$app/${MARKER_FILE}"; then echo foreign; return; fi
    how=claimed
  else
    how=first others=0
    for each in .kamal/apps/*/${MARKER_FILE}; do
      if [ -f "$each" ] && owns "$each" && ! grep -qF -- ${shellQuoted(`"pullRequest":${pullRequest},`)} "$each"; then others=$((others + 1)); fi
    done
    if [ "$limit" != none ] && [ "$others" -ge "$limit" ]; then echo full; return; fi
  fi
  elsewhere=$(docker ps --all --filter "label=service=$service" --format '{{.Label "destination"}};') || return
  if [ -d ".kamal/apps/$service" ] || printf '%s\\n' "$elsewhere" | grep . | grep -qvxF -- ${shellQuoted(`${destination};`)}; then echo shared; return; fi
  mkdir -p "$app" || return
  ids=$(docker ps --all --quiet --filter "label=service=$service" --filter ${shellQuoted(`label=destination=${destination}`)})
  {
    [ ! -f "$app/${NAMES_FILE}" ] || cat "$app/${NAMES_FILE}"
    printf '%s\\n' ${names.map(shellQuoted).join(" ")}
    [ -z "$ids" ] || docker inspect --format '{{range .Mounts}}{{if eq .Type "volume"}}volume {{.Name}}{{println}}{{end}}{{end}}' $ids
  } | grep . | sort -u >"$app/${NAMES_FILE}.new" && mv "$app/${NAMES_FILE}.new" "$app/${NAMES_FILE}" || return
  printf '%s\\n' ${shellQuoted(writeMarker(marker))} >"$app/${MARKER_FILE}.new" && mv "$app/${MARKER_FILE}.new" "$app/${MARKER_FILE}" || return
  echo "$how"
}
mkdir -p .kamal && exec 9<.kamal
! command -v flock >/dev/null || flock -w 15 9
printf 'claim\\t%s\\n' "$(claim </dev/null)"
exec 9<&-
for each in ${accessories.map(shellQuoted).join(" ")}; do
  [ -z "$(docker ps --all --quiet --filter "name=^/?$each$")" ] || printf 'booted\\t%s\\n' "$each"
done
`;
}
/** Gives back a place on a host that had none before, for a preview that another host has refused. */
function withdrawScript({ marker }) {
	const app = appDirectory(marker.service, marker.destination);
	return `app=${shellQuoted(app)}
[ "$(cat "$app/${MARKER_FILE}")" = ${shellQuoted(writeMarker(marker))} ] || exit 0
rm -f "$app/${NAMES_FILE}" "$app/${MARKER_FILE}"
rmdir "$app"
`;
}
/** The accessories of the preview's own that the host has, running or not. */
function bootedIn(printed) {
	return [...printed.matchAll(/^booted\t(\S+)$/gm)].map(([, name = ""]) => name);
}
const ANSWERS = [
	"claimed",
	"first",
	"full",
	"foreign",
	"unreadable",
	"shared"
];
/** The answer in what the script of {@link claimScript} printed; `unknown` if it has none. */
function readClaim(printed) {
	const said = /^claim\t(\w+)$/m.exec(printed)?.[1];
	return ANSWERS.find((each) => each === said) ?? "unknown";
}
// src/previews/dead-lock.ts
/** Frees a preview from the deploy lock of a run that is over: a runner that dies gives nothing back. */
/** The locks that name a run, each with the run's number; without a person's lock, or one that names no one. */
function locksOfRuns(places) {
	return places.flatMap((place) => {
		const { lock } = place;
		if (lock === null || !["Automatic deploy lock", "This preview is being removed"].includes(lock.message)) return [];
		const run = runOf(lock);
		return run === null ? [] : [{
			place,
			run
		}];
	});
}
/** Those whose run has ended, according to GitHub. Uncertain cases are left to people. */
function deadLocks(locks, runs) {
	return locks.filter(({ run }) => runs.get(run) === "ended");
}
/**
* Removes one, where it still is what was seen.
* @returns whether it is gone
*/
async function releaseDeadLock(access, { place }) {
	const { host, marker, lock } = place;
	if (lock === null) return true;
	const path = shellQuoted(lockDirectory(marker.service, marker.destination));
	const script = `[ "$(tr -d '\\n\\r\\t' <${path}/details)" = ${shellQuoted(lock.raw)} ] || exit 3
rm ${path}/details && rmdir ${path}
`;
	const answer = await askServer(access, host, script);
	return answer.reached && answer.exitCode === 0;
}
// src/previews/setup.ts
/** `preview-setup`: a command in the preview's own container, once after its first deploy. */
/** Seconds that it may take. */
const LONGEST = 600;
/** Prints `done`, or the last lines of what went wrong. */
function setupScript({ service, destination, role }, command) {
	return `
one=$(docker ps --quiet --no-trunc ${[
		`service=${service}`,
		`destination=${destination}`,
		`role=${role}`
	].map((label) => `--filter ${shellQuoted(`label=${label}`)}`).join(" ")} </dev/null | head -n 1)
[ -n "$one" ] || { echo 'there is no running container of it'; exit 0; }
limit=''; ! command -v timeout >/dev/null || limit='timeout ${LONGEST}'
output=$($limit docker exec "$one" sh -c ${shellQuoted(command)} 2>&1 </dev/null); status=$?
if [ $status -ne 0 ]; then printf '%s\\n' "$output" | tail -n 8; echo "it ended with $status"; exit 0; fi
echo 'setup done' >>${shellQuoted(`${appDirectory(service, destination)}/${NAMES_FILE}`)}
printf '\\036done\\n'
`;
}
/** Runs it on the preview's primary host. @returns what went wrong, line by line; null if it succeeded */
async function setUp(access, marker, command) {
	const patience = 62e4;
	const answer = await askServer({
		...access,
		patience
	}, marker.host, setupScript(marker, command));
	if (!answer.reached) return [`${marker.host} cannot be asked: ${answer.reason}`];
	return answer.stdout.includes("done") ? null : answer.stdout.trim().split("\n");
}
// src/action/previews/place.ts
/** The place of a preview on the servers: taken in the login before the deploy, and room made for it afterwards. */
var Place = class {
	#one;
	#identity;
	#marker;
	#others = [];
	#isSetUp = false;
	#booted = [];
	constructor(one, identity, commit) {
		const { policy, destination, number } = one;
		const { GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt = "1" } = process.env;
		this.#one = one;
		this.#identity = identity;
		this.#marker = {
			repository: policy.repository,
			repositoryId: policy.repositoryId ?? null,
			project: policy.project ?? null,
			pullRequest: number,
			service: identity.service,
			destination,
			commit,
			run: run === void 0 ? null : `${run}.${attempt}`,
			at: (/* @__PURE__ */ new Date()).toISOString(),
			address: identity.address,
			role: identity.role,
			host: identity.host
		};
	}
	/** For the login: nothing is built before it has succeeded. */
	atLogin(accessBy) {
		return {
			script: claimScript(this.#claim),
			read: (hosts, socket) => this.#read(hosts, accessBy(socket))
		};
	}
	get #claim() {
		const { limit, whenFull } = this.#one.run.inputs.preview;
		const { names } = this.#identity;
		return {
			marker: this.#marker,
			names,
			limit: whenFull === "refuse" ? limit : null
		};
	}
	/** Its own accessories that no host has, by their keys in the deploy file. Known once the logins are through. */
	get missingAccessories() {
		return this.#identity.accessories.filter(({ name }) => !this.#booted.includes(name)).map(({ key }) => key);
	}
	/**
	* Runs `preview-setup` if it has not succeeded yet.
	* @throws Failure `preview-setup-failed`; the preview stays, and the next deploy tries again
	*/
	async setUp(access) {
		const { run } = this.#one;
		const command = run.inputs.preview.setup;
		if (command === null || this.#isSetUp) return;
		const problem = await setUp(access, this.#marker, command);
		if (problem === null) {
			run.log.info("preview-setup ran in the preview's container.");
			return;
		}
		for (const line of problem) run.log.info(`  │ ${line}`);
		throw new Failure("preview-setup-failed", `\`preview-setup\` failed in the preview's container: ${problem.at(-1) ?? "it printed nothing"}.`, { agent: ["Correct the command `preview-setup` in the workflow file; the next deploy runs it again."] });
	}
	/** `3 of 5 previews.` */
	get counted() {
		const { limit, whenFull } = this.#one.run.inputs.preview;
		const count = this.#others.length + 1;
		if (limit === null) return `${count} ${count === 1 ? "preview" : "previews"}.`;
		return `${whenFull === "refuse" ? count : Math.min(count, limit)} of ${limit} previews.`;
	}
	/** The commit that the servers run of it; null if nothing of it runs. */
	async servingNow(access) {
		const { destination, policy, number } = this.#one;
		const hosts = [this.#marker.host];
		const { previews } = await surveyPreviews(access, hosts, {
			...policy,
			destination
		});
		const { service, role } = this.#marker;
		const prefix = `${service}-${role}-${destination}-`;
		const running = previews.filter((preview) => preview.number === number).flatMap(({ places }) => places.flatMap(({ containers }) => containers)).find(({ name, status }) => status === "running" && name.startsWith(prefix));
		return running === void 0 ? null : commitOfVersion(running.name.slice(prefix.length), number);
	}
	/** With `preview-when-full: replace-oldest`: removes those above the limit, now that the new one exists. */
	async makeRoom(access, sentence) {
		const { run, number } = this.#one;
		const { limit, whenFull } = run.inputs.preview;
		if (limit === null || whenFull === "refuse") return sentence;
		const gone = [];
		for (const preview of replacedBy(number, this.#others, limit)) if ((await settlePreview(preview, settlingOf(this.#one, access), [], "replaced")).outcome?.kind === "removed") {
			gone.push(preview.number);
			const told = new PreviewConversation({
				...this.#one,
				number: preview.number
			});
			const detail = `replaced by that of pull request ${number}`;
			told.say({
				state: "removed",
				detail,
				address: null,
				rules: null
			}, "update");
			await told.settled();
			await forgetDeployments(this.#one, preview.number);
		} else run.log.warning(`The preview of pull request ${preview.number} should have made room, but it is still there.`);
		if (gone.length > 0) run.outputs.set("removed", gone.join(","));
		return gone.length === 0 ? sentence : `${sentence} Removed to make room: the preview of ${gone.join(", ")}.`;
	}
	async #read(hosts, access) {
		const { destination, policy, number } = this.#one;
		const inventories = hosts.map(({ host, printed }) => readInventory(host, printed, destination));
		const previews = previewsOf(inventories, policy);
		const own = previews.filter((each) => each.number === number && !this.#isFormer(each)).flatMap(({ places }) => places);
		this.#others = previews.filter((each) => each.number !== number);
		this.#isSetUp = own.some(({ isSetUp }) => isSetUp);
		this.#booted = hosts.flatMap(({ printed }) => bootedIn(printed));
		const answers = hosts.map(({ host, printed }) => ({
			host,
			answer: readClaim(printed)
		}));
		const [failure = null] = answers.flatMap(({ host, answer }) => this.#refusal(host, answer) ?? []);
		if (failure !== null) {
			const taken = answers.filter(({ answer }) => answer === "first").map(({ host }) => host);
			if (access !== null) await this.#withdraw(access, taken);
			throw failure;
		}
		if (access === null) return;
		await this.#freeFromTheDead(access, own);
		for (const each of previews) if (this.#isFormer(each)) await this.#removeFormer(access, each);
	}
	/** Of this pull request, under the name that its deploy file gave it earlier: kamal-proxy gives its host to no other. */
	#isFormer({ number, service, places }) {
		return number === this.#one.number && service !== this.#marker.service && places.every(({ marker }) => marker.project != null);
	}
	async #removeFormer(access, former) {
		const { log } = this.#one.run;
		const { outcome } = await settlePreview(former, settlingOf(this.#one, access), [], "replaced");
		if (outcome?.kind === "removed") log.info(`Removed this preview's containers of its former name, \`${former.service}\`.`);
		else {
			const why = outcome?.kind === "failed" ? ` (${outcome.problems.join("; ")})` : "";
			log.warning(`This preview still runs under its former name \`${former.service}\` too${why}, so kamal-proxy may refuse to give its host to the new one. The next deploy tries again to remove it, and so does closing the pull request.`);
		}
	}
	/** A place that some hosts grant and another refuses would count without ever being used. */
	async #withdraw(access, hosts) {
		const script = withdrawScript(this.#claim);
		await Promise.all(hosts.map((host) => askServer(access, host, script)));
	}
	async #freeFromTheDead(access, own) {
		const { api, run } = this.#one;
		const locks = locksOfRuns(own);
		const runs = await askRuns(api, locks.map((each) => each.run));
		for (const dead of deadLocks(locks, runs)) if (await releaseDeadLock(access, dead)) run.log.info(`Run ${dead.run} has ended and left its deploy lock on ${dead.place.host}: the lock is released.`);
	}
	#refusal(host, answer) {
		const { service, destination } = this.#marker;
		switch (answer) {
			case "claimed":
			case "first": return null;
			case "full": return this.#full();
			case "foreign": return new Failure("preview-not-ours", `On ${host}, \`${service}\` with the destination \`${destination}\` is marked as the preview of another repository, project or pull request: nothing was deployed.`, { agent: ["Give the service in the deploy file a name that no other repository on that server uses."] });
			case "unreadable": return new Failure("preview-not-ours", `On ${host}, \`~/${appDirectory(service, destination)}/${MARKER_FILE}\` does not say which pull request \`${service}\` is the preview of: nothing was deployed.`, { human: [`Read the file on ${host}. If no one else deploys \`${service}\` there, delete it, then run this again.`] });
			case "shared": return new Failure("preview-service-shared", `On ${host}, the service \`${service}\` has also been deployed under a destination other than \`${destination}\` (a container has that label, or \`~/.kamal/apps/${service}\` exists): nothing was deployed.`, {
				agent: ["Give the preview's service a name that nothing else on that server uses."],
				human: [`If that one is no longer used, remove its containers and \`~/.kamal/apps/${service}\` on ${host}.`]
			});
			case "unknown": return new Failure("preview-not-marked", `The marker that identifies the preview could not be written on ${host}: nothing was deployed.`, { human: [`Check that docker answers on ${host}, and that the account can write to \`~/.kamal\`.`] });
		}
	}
	#full() {
		const { limit, label } = this.#one.run.inputs.preview;
		const numbers = this.#others.map((each) => each.number);
		const whose = numbers.length === 0 ? "" : ` by the previews of pull request${numbers.length === 1 ? "" : "s"} ${numbers.join(", ")}`;
		return new Failure("preview-limit-reached", `\`preview-limit\` (${limit ?? "none"}) is reached${whose}: this one was not deployed.`, {
			human: numbers.length === 0 ? [] : [label === null ? "Close one of these pull requests, then run this again." : `Remove the label \`${label}\` from one of these pull requests, then run this again.`],
			agent: ["Raise `preview-limit` in the workflow file, or let `preview-when-full: replace-oldest` remove the oldest."]
		});
	}
};
// src/action/previews/remove.ts
/**
* Removes the preview of a pull request that does not want one, where there is one. Nothing of the pull request runs:
* its deploy file is read, not evaluated.
*/
async function removeUnwanted(one, reason, story) {
	const { run, number, destination } = one;
	const project = await projectOf(run, [destination], number).catch((error) => {
		if (error instanceof Failure && /^(?:config|destination)-not-found$/.test(error.code)) return null;
		throw error;
	});
	if (project === null) return notHere(one, `This checkout has no deploy file for the destination \`${destination}\``);
	const deployment = project.destinations[0]?.deploy.deployment ?? null;
	if (deployment?.ssh.proxyCommand != null) return notHere(one, "Its deploy file has an `ssh.proxy_command`, which would run here");
	const { access } = await openServers(run, project);
	return removeFrom(one, {
		access,
		hosts: hostsOf$1(deployment)
	}, reason, story);
}
/** What is not known here the sweep finds, with the files of the default branch. */
function notHere({ run, number }, why) {
	run.outputs.set("state", "not-wanted");
	return `${why}: a preview of pull request ${number}, if there is one, is removed by the sweep.`;
}
/**
* Removes the preview of one pull request.
* @throws Failure `preview-not-removed`, with what is left
*/
async function removeFrom(one, { access, hosts }, reason, story) {
	const { run, number, destination, policy, conversation } = one;
	const survey = await surveyPreviews(access, hosts, {
		...policy,
		destination
	});
	const own = survey.previews.filter((preview) => preview.number === number);
	const down = survey.unreached.map(({ host, reason: why }) => `${host} could not be checked: ${why}`);
	if (own.length === 0 && down.length === 0) {
		run.outputs.set("state", "removed");
		conversation.say({
			state: "removed",
			detail: reasonWords(reason),
			serving: null,
			rules: null
		}, "update");
		return `Pull request ${number} has no preview (${reasonWords(reason)}).`;
	}
	if (own.length > 0) conversation.say({
		state: "removing",
		detail: reasonWords(reason),
		rules: null
	}, "update");
	const settled = [];
	for (const preview of own) settled.push(await settlePreview(preview, settlingOf(one, access), survey.unreached, reason));
	for (const { outcome } of settled) {
		if (outcome?.kind !== "removed") continue;
		for (const each of [...outcome.kept.map((what) => `Kept: ${what}`), ...outcome.notes]) run.log.info(each);
	}
	const problems = [...down, ...settled.flatMap(problemsOf)];
	if (problems.length > 0) throw notRemoved(one, problems, reason);
	const sentence = reportRemoval(one, settled, reason, story);
	if (settled.every(({ outcome }) => outcome?.kind === "removed")) await forgetDeployments(one, number);
	return sentence;
}
function reportRemoval({ run, number, conversation }, settled, reason, story) {
	const busy = settled.find(({ decision }) => decision.kind === "left-to-run");
	if (busy?.decision.kind === "left-to-run") {
		run.outputs.set("state", "left-to-run");
		return `The preview of pull request ${number} is no longer wanted (${reasonWords(reason)}); run ${busy.decision.run}, which is working on it, removes it when it ends.`;
	}
	if (settled.some(({ outcome }) => outcome?.kind === "changed")) {
		run.outputs.set("state", "left-to-run");
		return `The preview of pull request ${number} was deployed again in the meantime: that run removes it if it is not wanted.`;
	}
	run.outputs.set("state", "removed");
	run.outputs.set("removed", number);
	story.tell("Removed", settled.map(({ preview }) => preview.service).join(", "));
	conversation.say({
		state: "removed",
		detail: reasonWords(reason),
		serving: null,
		rules: null
	}, "update");
	return `Removed the preview of pull request ${number} (${reasonWords(reason)}).`;
}
function problemsOf({ decision, outcome }) {
	if (decision.kind === "doubt") return [decision.why];
	return outcome?.kind === "failed" ? outcome.problems : [];
}
/** Says it on the pull request, too. */
function notRemoved({ number, conversation }, problems, reason) {
	const next = { human: [`Fix what is named above. The sweep tries again on its own; \`kamal-1password preview remove ${number}\` does it now.`] };
	conversation.say({
		state: "removal-failed",
		detail: `still there (${reasonWords(reason)})`,
		told: problems.map((each) => `${each}.`),
		rules: null
	}, "update");
	return new Failure("preview-not-removed", [`The preview of pull request ${number} was not removed.`, ...problems.map((each) => `${each}.`)].join("\n"), next);
}
// src/action/previews/deploy.ts
/**
* Deploys or updates the preview of a pull request that wants one, as `command: deploy` does, under its own version;
* then asks GitHub again, and immediately removes what is not needed any more.
* @throws Failure as `command: deploy`, and for what blocks a preview
*/
async function deployWanted(one, pull, story) {
	const began = performance.now();
	const { commit, head: shown } = ensureOfPullRequest(await commitAt(one.run.root, "HEAD"), [pull.headSha, ...headOfRun(one)], one.number);
	const run = deployingRun(one, previewVersion(one.number, commit));
	const { conversation, number, destination } = one;
	const project = await projectOf(run, [destination], number);
	const identity = identityOf(project, number, run.inputs.configFile);
	const { service, address } = identity;
	const rules = rulesOf(run);
	run.outputs.set("preview", service);
	if (address !== null) run.outputs.set("url", address);
	story.tell("Preview", address ?? service, address);
	const { serving } = await conversation.before();
	conversation.say({
		state: "building",
		address,
		commit: shown,
		serving,
		rules,
		detail: "building"
	});
	const place = new Place(one, identity, commit);
	const atLogin = place.atLogin(accessWith(run, project, destination));
	const made = await prepareFor(run, story, {
		project,
		atLogin
	});
	let sentence;
	try {
		const left = identity.accessories.length > 0 && await bootAccessories(run, made, place, story) ? {
			...made,
			prepared: {
				...made.prepared,
				waiting: null
			}
		} : made;
		sentence = await deployPrepared(run, left, story);
		if (made.servers !== null) await place.setUp(made.servers.access);
	} catch (error) {
		if (!run.signal.aborted && made.servers !== null) conversation.knows({ serving: await place.servingNow(made.servers.access) });
		throw error;
	}
	const seconds = Math.round((performance.now() - began) / 1e3);
	const count = story.containers.size;
	const secrets = count === 1 ? "1 secret" : `${count} secrets`;
	run.outputs.set("state", "ready");
	conversation.say({
		state: "ready",
		serving: shown,
		detail: `ready in ${seconds} s, verified${count === 0 ? "" : `, ${secrets} in place`}`,
		rules: [rules, place.counted].join(" ").trim()
	});
	if (made.servers === null) return sentence;
	return await removeIfUnwanted(one, made.servers, story) ?? await place.makeRoom(made.servers.access, sentence);
}
/** The accessories of the preview's own that are not there yet. @returns whether Kamal has run for one */
async function bootAccessories(run, { prepared, servers, version }, place, story) {
	let { waiting } = prepared;
	await prepared.cleared.catch(async (error) => {
		await waiting?.close();
		throw error;
	});
	const { missingAccessories } = place;
	for (const key of missingAccessories) {
		const words = [
			"accessory",
			"boot",
			key
		];
		await runKamalCommand(run, {
			...prepared,
			waiting
		}, {
			words,
			version,
			servers
		}, story);
		waiting = null;
	}
	return missingAccessories.length > 0;
}
/** What became of the pull request while it was deployed. @returns null if it still wants its preview */
async function removeIfUnwanted(one, { access, deployed }, story) {
	const { run, api, number, policy } = one;
	const state = await askPullRequest(api, number);
	const wish = wishOf(state, {
		...policy,
		expiresAfter: null
	}, null, Date.now());
	if (wish.kind === "wanted") return null;
	if (wish.kind === "unknown") {
		run.log.warning(`The state of the pull request is not known: ${wish.why}. The next sweep asks again.`);
		return null;
	}
	run.log.info("The pull request no longer requests its preview, so it is removed.");
	return removeFrom(one, {
		access,
		hosts: hostsOf(deployed)
	}, wish.reason, story);
}
/** The way to the servers, once there is an agent; null if the deploy file does not say where they are. */
function accessWith({ environment }, { destinations: [readings] }, destination) {
	const deployment = readings?.deploy.deployment ?? null;
	return (socket) => serversOf(deployment, destination, {
		socket,
		environment
	})?.access ?? null;
}
function identityOf({ destinations: [readings] }, number, config) {
	const file = readings?.deploy.files.at(-1)?.path ?? config;
	const { deployment = null } = readings?.deploy ?? {};
	return previewIdentity(deployment, readings?.preview?.other.deployment ?? null, number, file);
}
/** The head that this run was started for; none where its event is not of this pull request. */
function headOfRun({ event: { pullRequest, headSha }, number }) {
	return pullRequest?.number === number && headSha !== null ? [headSha] : [];
}
function rulesOf({ inputs: { preview } }) {
	const { label, expiresAfter } = preview;
	const reasons = [
		"this pull request is closed",
		...label === null ? [] : [`the label \`${label}\` is removed`],
		...expiresAfter === null ? [] : [`after ${durationWords(expiresAfter)} without a deploy`]
	];
	return `Removed when ${reasons.slice(0, -1).join(", ")}${reasons.length > 1 ? ", or " : ""}${reasons.at(-1) ?? ""}.`;
}
// src/action/commands/preview.ts
/**
* `command: preview`: what the pull request needs now, after any event: deployed, updated or removed. A fork never has a
* preview; for one, neither 1Password nor a server is asked.
*/
async function preview(run, story) {
	const context = previewContext(run);
	const { event, policy } = context;
	const number = run.inputs.preview.pullRequest ?? event.pullRequest?.number ?? null;
	if (number === null) throw numberUnknown();
	if (event.fork) return nothing(run, `Pull request ${number} is from a fork, and forks get no previews.`);
	const one = forPreview(context, number);
	const state = await askPullRequest(one.api, number);
	const wish = wishOf(state, {
		...policy,
		expiresAfter: null
	}, null, Date.now());
	try {
		if (wish.kind === "wanted" && state.kind === "known") {
			if (isDependabot(run)) return nothing(run, "Dependabot gets no secrets, so there is no preview.");
			return await deployWanted(one, state.pull, story);
		}
		if (wish.kind === "not-wanted") {
			if (wish.reason === "fork") return nothing(run, `Pull request ${number} is from a fork, and forks get no previews.`);
			if (!await mayHaveOne(one)) return nothing(run, `Pull request ${number} does not request a preview (${whyNot(wish.reason, policy)}).`);
			return await removeUnwanted(one, wish.reason, story);
		}
	} catch (error) {
		postFailure(one, error);
		throw error;
	} finally {
		await one.conversation.settled();
	}
	throw stateUnknown(number, wish.kind === "unknown" ? wish.why : "GitHub did not say");
}
/** Of a pull request that may never have had one. */
function whyNot(reason, { label }) {
	return reason === "label" ? `it does not have the label \`${label ?? ""}\`` : reasonWords(reason);
}
function nothing({ outputs }, sentence) {
	outputs.set("state", "not-wanted");
	return sentence;
}
/**
* Whether the servers are to be asked for a preview that no one wants. A pull request of which there was never one has
* no comment; after what ends a preview they are asked in any case.
*/
async function mayHaveOne({ event, conversation, run }) {
	if (isDependabot(run)) return false;
	if (event.action === "closed" || event.action === "unlabeled" || run.inputs.comment === "never") return true;
	const { exists, isKnown } = await conversation.before();
	return exists || !isKnown;
}
/** Its runs get no secrets (docs.github.com, “Troubleshooting Dependabot on GitHub Actions”), so nothing to sign in with. */
function isDependabot({ inputs }) {
	const isGiven = secretsOf(inputs).some((secret) => secret.trim() !== "");
	return process.env["GITHUB_ACTOR"] === "dependabot[bot]" && !isGiven;
}
function postFailure({ run, conversation }, error) {
	if (!(error instanceof Failure) || error.code === "preview-not-removed") return;
	if (run.signal.aborted) {
		conversation.fail("cancelled", error);
		return;
	}
	const refused = error.code === "preview-limit-reached";
	if (refused) run.outputs.set("state", "refused");
	conversation.fail(refused ? "refused" : "failed", error);
}
function numberUnknown() {
	return new Failure("pull-request-unknown", "It is not known which pull request to preview: this event has none, and the input `pull-request` is not set.", { agent: ["Run it `on: pull_request`, or set `pull-request:` in the workflow file to its number."] });
}
function stateUnknown(number, why) {
	return new Failure("preview-state-unknown", `The state of pull request ${number} is not known, so nothing was deployed or removed. ${why}.`, { human: ["Run the workflow again. The job needs `pull-requests: write` (or `read`, if it should not comment)."] });
}
export { preview };
