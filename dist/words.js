import { a as code, o as plain, s as prose, t as shellQuoted } from "./quoting.js";
import { t as Failure } from "./failure.js";
import { E as sentence, l as onePasswordOf } from "./parity-table.js";
import { h as lockDetails, i as removeDeployments, u as lockPerformer, y as askServer } from "./deployment.js";
import { a as fieldOf, c as optionalTextOf, i as OddAnswer, l as textOf, n as logSkipped, r as GithubApi, s as listOf, t as readEvent } from "./event.js";
import { _ as readComment, a as holdsNumber, g as placeComment, h as markerOf, k as maskValues, n as NUMBER, o as isPlainHost, r as NUMBER_VARIABLE, s as isPlainName, u as connect, v as repositoryPlace } from "./project.js";
import { a as pinHostKeys, i as openAgent, l as handledLater, o as readAccess, s as allInOrder, t as nowhereToLook, u as wayOf } from "./prepare.js";
import { a as environmentOf, f as wantedForAccess, i as EnvironmentReader, o as readSources, r as readVaults, u as accessQuestions } from "./read-vault.js";
import { n as unknownServers, t as serversOf } from "./servers.js";
// src/github/api/pull-request.ts
/** Asks what a pull request is now (docs.github.com, “Get a pull request”). */
function getPullRequest(api, number) {
	const ask = {
		what: `the state of pull request ${number}`,
		permission: "pull-requests: read"
	};
	return api.call(ask, async (octokit, at) => {
		const { data } = await octokit.rest.pulls.get({
			...at,
			pull_number: number
		});
		const head = fieldOf(data, "head");
		const repository = fieldOf(head, "repo");
		const state = textOf(data, "state");
		if (state !== "open" && state !== "closed") throw new OddAnswer("state that is known");
		if (fieldOf(data, "number") !== number) throw new OddAnswer(`number ${number}`);
		if (repository === void 0) throw new OddAnswer("repository of its head");
		const base = fieldOf(data, "base") ?? {};
		return { data: {
			number,
			state,
			merged: (fieldOf(data, "merged_at") ?? null) !== null,
			draft: fieldOf(data, "draft") === true,
			labels: listOf(fieldOf(data, "labels")).map((label) => textOf(label, "name")),
			headRepository: repository === null ? null : textOf(repository, "full_name"),
			baseRepository: optionalTextOf(fieldOf(base, "repo") ?? {}, "full_name"),
			headSha: textOf(head, "sha")
		} };
	});
}
// src/github/api/workflow-run.ts
/** Whether a run of a workflow has ended, in any way (docs.github.com, “Get a workflow run”: `status`). */
function hasRunEnded(api, run) {
	const ask = {
		what: `whether run ${run} has ended`,
		permission: "actions: read"
	};
	return api.call(ask, async (octokit, at) => {
		const { data } = await octokit.rest.actions.getWorkflowRun({
			...at,
			run_id: Number(run)
		});
		return { data: textOf(data, "status") === "completed" };
	});
}
// src/previews/github.ts
/** Requests at the same time. */
const AT_ONCE$1 = 4;
async function askPullRequest(api, number) {
	if (api === null) return {
		kind: "unknown",
		why: "there is no GitHub token to ask with"
	};
	const answer = await getPullRequest(api, number);
	return "done" in answer ? {
		kind: "known",
		pull: answer.done
	} : {
		kind: "unknown",
		why: whyOf(answer)
	};
}
async function askPullRequests(api, numbers) {
	const answers = await eachOf([...new Set(numbers)], (number) => askPullRequest(api, number));
	return new Map(answers);
}
/** GitHub is asked one after the other whether these runs have ended. */
async function askRuns(api, runs) {
	const answers = await eachOf([...new Set(runs)], async (run) => {
		if (api === null) return "unknown";
		const answer = await hasRunEnded(api, run);
		if ("done" in answer) return answer.done ? "ended" : "in-progress";
		return "unknown";
	});
	return new Map(answers);
}
/** The reason without what was omitted, which the caller's sentence says. */
function whyOf(answer) {
	return answer.leftOut.replace(/^Skipped: .*?(?<=\d)\. /, "").replace(/\.$/, "");
}
async function eachOf(keys, ask) {
	const answers = [];
	const waiting = [...keys];
	const worker = async () => {
		for (let key = waiting.shift(); key !== void 0; key = waiting.shift()) answers.push([key, await ask(key)]);
	};
	await Promise.all(Array.from({ length: AT_ONCE$1 }, worker));
	return answers;
}
// src/previews/marker.ts
/**
* The marker of a preview: what a host has beside the app's own files, written before Kamal boots anything. The servers
* are the register of previews, and only what carries a marker of this repository is ever removed.
*/
/** Below the account's home, in the directory that Kamal keeps of the app (Kamal 2.12.0, configuration.rb, `app_directory`). */
function appDirectory(service, destination) {
	return `.kamal/apps/${service}-${destination}`;
}
const MARKER_FILE = "kamal-1password.json";
/** Beside the marker: names that the preview has had, one `KIND NAME` a line; they only ever become more. */
const NAMES_FILE = "kamal-1password.names";
/** One line; the order of its keys is fixed, so that a shell can search for one of them. */
function writeMarker(marker) {
	const { repository, repositoryId, project, pullRequest, service, destination } = marker;
	const { commit, run, at, address, role, host } = marker;
	return JSON.stringify({
		repository,
		repositoryId: repositoryId ?? void 0,
		project: project ?? void 0,
		pullRequest,
		service,
		destination,
		commit,
		run,
		at,
		address,
		role,
		host
	});
}
/**
* Whether a preview belongs to this repository and project. The id decides where both know it: a renamed repository has
* another name, and a new one may have the name of one that is gone.
*/
function isOwnedBy(marker, owner) {
	if (!isOfRepository(marker, owner)) return false;
	return marker.project == null || owner.project == null || marker.project === owner.project;
}
function isOfRepository(marker, owner) {
	if (marker.repositoryId != null && owner.repositoryId != null) return marker.repositoryId === owner.repositoryId;
	return isSameRepository(marker.repository, owner.repository);
}
/** GitHub's names are the same in capitals and small letters. */
function isSameRepository(one, other) {
	return one.toLowerCase() === other.toLowerCase();
}
/**
* A shell function `NAME FILE` that is {@link isOwnedBy} for the text of a marker, as {@link writeMarker} writes it, and
* holds its destination too. Whatever is no such text belongs to no one.
*/
function ownsInShell(name, { destination, ...owner }) {
	const part = (key, value) => shellQuoted(`"${key}":${JSON.stringify(value)},`);
	const repository = `grep -qiF -- ${part("repository", owner.repository)} "$1"`;
	return `${name}() { ${owner.repositoryId == null ? repository : `if grep -q '"repositoryId":"' "$1"; then grep -qF -- ${part("repositoryId", owner.repositoryId)} "$1"; else ${repository}; fi`} && ${owner.project == null ? "true" : `{ ! grep -q '"project":"' "$1" || grep -qF -- ${part("project", owner.project)} "$1"; }`} && grep -qF -- ${part("destination", destination)} "$1"; }`;
}
/**
* Reads a marker strictly: anything that {@link writeMarker} would not write is no marker, and is not touched.
* @param directory the name of its directory, which has to be the one of its service and destination
*/
function readMarker(text, directory) {
	const raw = parsed(text);
	if (raw === null) return null;
	if (!isMarker(raw) || directory !== `${raw.service}-${raw.destination}`) return null;
	const { repository, repositoryId, project, pullRequest, service, destination } = raw;
	const { commit, run, at, address, role, host } = raw;
	return {
		repository,
		...repositoryId == null ? {} : { repositoryId },
		...project == null ? {} : { project },
		pullRequest,
		service,
		destination,
		commit,
		run,
		at,
		address,
		role,
		host
	};
}
const aText = (isValid) => (value) => typeof value === "string" && isValid(value);
const VALID = {
	repository: aText((name) => /^[\w.-]+\/[\w.-]+$/.test(name)),
	repositoryId: (id) => id == null || typeof id === "string" && /^\d{1,20}$/.test(id),
	project: (path) => path == null || typeof path === "string",
	pullRequest: (number) => typeof number === "number" && NUMBER.test(String(number)),
	service: aText(isPlainName),
	destination: aText(isPlainName),
	commit: aText((sha) => /^\w{1,100}$/.test(sha)),
	run: (run) => run === null || typeof run === "string" && /^\d{1,20}\.\d{1,6}$/.test(run),
	at: aText((time) => !Number.isNaN(Date.parse(time))),
	address: (address) => address === null || typeof address === "string",
	role: aText(isPlainName),
	host: aText(isPlainHost)
};
function isMarker(raw) {
	return Object.entries(VALID).every(([key, isValid]) => isValid(raw[key])) && holdsNumber(String(raw["service"]), Number(raw["pullRequest"]));
}
function parsed(text) {
	try {
		const value = JSON.parse(text);
		return typeof value === "object" && value !== null ? { ...value } : null;
	} catch {
		return null;
	}
}
// src/previews/inventory.ts
/** What a server has of previews: the script that asks it, and what its answer says. Pure; the callers reach the servers. */
/**
* When a preview's last deploy began, in milliseconds since 1970. The host's clock has timed it: that of a runner may be
* days off, and no two runs have the same one.
*/
function deployedAtOf({ marker, age = null }, now) {
	return age === null ? Date.parse(marker.at) : now - age;
}
const TAB = "	";
/**
* Prints, one line each with tabs between: markers, names, locks and containers, then `end`. Changes nothing.
* POSIX shell; it runs in the account's home.
*/
function inventoryScript(destination) {
	return `
now=$(date +%s)
age() { then=$(stat -c %Y "$1" 2>/dev/null || stat -f %m "$1" 2>/dev/null) && echo $((now - then)); }
list() {
  for marker in .kamal/apps/*/${MARKER_FILE}; do
    [ -f "$marker" ] || continue
    app=\${marker%/*}; name=\${app##*/}
    printf 'marker\\t%s\\t%s\\n' "$name" "$(head -c 8192 "$marker" | tr -d '\\n\\r\\t')"
    printf 'age\\t%s\\t%s\\t%s\\n' "$name" "$(age "$marker")" "$(age ".kamal/lock-$name")"
    [ ! -f "$app/${NAMES_FILE}" ] || while read -r kind what; do printf 'name\\t%s\\t%s\\t%s\\n' "$name" "$kind" "$what"; done <"$app/${NAMES_FILE}"
    [ ! -d ".kamal/lock-$name" ] || printf 'lock\\t%s\\t%s\\n' "$name" "$(head -c 8192 ".kamal/lock-$name/details" 2>/dev/null | tr -d '\\n\\r\\t')"
  done
  docker ps --all --filter ${shellQuoted(`label=destination=${destination}`)} --format 'container\\t{{.Label "service"}}\\t{{.Label "role"}}\\t{{.Names}}\\t{{.State}}'
}
docker version --format '{{.Server.Version}}' >/dev/null || { echo docker; exit 0; }
list </dev/null && echo end
`;
}
/** Reads what {@link inventoryScript} printed. */
function readInventory(host, printed, destination) {
	const lines = printed.split("\n").map((line) => line.split(TAB));
	if (!lines.some(([kind]) => kind === "end")) return {
		host,
		reached: false,
		reason: "docker does not answer there"
	};
	const of = (kind, name) => lines.filter((line) => line[0] === kind && line[1] === name);
	const markers = lines.filter(([kind]) => kind === "marker");
	const places = markers.flatMap(([, name = "", raw = ""]) => {
		const marker = readMarker(raw, name);
		if (marker === null) return [];
		const [lock] = of("lock", name);
		const [[, , age, lockAge] = []] = of("age", name);
		const hosts = of("name", name).flatMap(([, , kind, what = ""]) => kind === "host" && isPlainHost(what) ? [what] : []);
		const containers = of("container", marker.service).map(([, , role = "", container = "", status = ""]) => ({
			name: container,
			role,
			status
		}));
		return [{
			host,
			marker,
			raw,
			hosts,
			isSetUp: of("name", name).some(([, , kind, what]) => kind === "setup" && what === "done"),
			lock: lock === void 0 ? null : lockDetails(lock[2] ?? ""),
			age: millisecondsIn(age),
			lockAge: millisecondsIn(lockAge),
			containers
		}];
	});
	const understood = new Set(places.map(({ marker }) => `${marker.service}-${marker.destination}`));
	const services = new Set(lines.filter(([kind]) => kind === "container").map(([, service = ""]) => service));
	return {
		host,
		reached: true,
		places: places.filter(({ marker }) => marker.destination === destination),
		unreadable: markers.map(([, name = ""]) => name).filter((name) => !understood.has(name)),
		unmarked: [...services].filter((service) => !understood.has(`${service}-${destination}`))
	};
}
/** @param seconds as the host printed it; a file of the future is new */
function millisecondsIn(seconds) {
	return seconds === void 0 || !/^-?\d{1,12}$/.test(seconds) ? null : Math.max(0, Number(seconds)) * 1e3;
}
/**
* The previews of a repository's project, by number; what belongs to others is skipped.
* @param now milliseconds since 1970
*/
function previewsOf(inventories, owner, now = Date.now()) {
	const places = inventories.flatMap((each) => each.reached ? each.places : []).filter(({ marker }) => isOwnedBy(marker, owner));
	const groups = /* @__PURE__ */ new Map();
	for (const place of places) {
		const key = `${place.marker.pullRequest} ${place.marker.service}`;
		groups.set(key, [...groups.get(key) ?? [], place]);
	}
	return [...groups.values()].flatMap((group) => {
		const [first] = group;
		if (first === void 0) return [];
		const { pullRequest: number, service, destination } = first.marker;
		return [{
			number,
			service,
			destination,
			places: group,
			hosts: [...new Set(group.flatMap(({ host, hosts: others }) => [host, ...others]))],
			deployedAt: Math.max(...group.map((place) => deployedAtOf(place, now)))
		}];
	}).toSorted((one, other) => one.number - other.number);
}
// src/previews/removal-script.ts
/**
* The script that removes one preview from one host: POSIX shell and docker, and nothing of the pull request. It removes
* what the preview's own labels, files and register name, each name whole; it asks again before it says `removed`; the
* marker goes last, so that the next sweep continues after any interruption.
*/
/** The lock's message while a preview is removed. */
const REMOVAL_MESSAGE = "This preview is being removed";
function removalScript(request) {
	const { marker, raw, lock, performer, at, teardown } = request;
	const { service, destination } = marker;
	const details = Buffer.from(`Locked by: ${performer} at ${at}\nVersion: ${marker.commit}\nMessage: ${REMOVAL_MESSAGE}`).toString("base64");
	const app = appDirectory(service, destination);
	return `
S=${shellQuoted(service)} D=${shellQuoted(destination)} app=${shellQuoted(app)}
marker=$app/${MARKER_FILE} names=$app/${NAMES_FILE} lock=${shellQuoted(`.kamal/lock-${service}-${destination}`)}
expected=${shellQuoted(raw)} may=${lock === null ? "" : "yes"} taken=${shellQuoted(lock ?? "")} seen='' details=${shellQuoted(details)}
say() { printf '\\036%s\\n' "$*"; }
stop() { [ -z "$mine" ] || unlock; say "$@"; exit 0; }
unlock() { rm -f "$lock/details"; rmdir "$lock"; }
flat() { tr -d '\\n\\r\\t' <"$1" 2>/dev/null; }
held() {
  mkdir "$lock" 2>/dev/null || { [ -n "$may" ] && [ -d "$lock" ] && [ "$(flat "$lock/details")" = "$taken" ]; } || return 1
  mine=yes
  # On a full disk it says nothing, and is held all the same.
  printf '%s\\n' "$details" >"$lock/details" || :
}
note() { printf 'volume %s\\n' "$1" >>"$names" || :; }
# Containers of the app, all roles and versions: both labels, each whole.
ours() { docker ps --all --quiet --no-trunc --filter "label=service=$S" --filter "label=destination=$D"; }
# The same, with their roles, and those of the service that are of another destination: in one question.
listed() { docker ps --all --no-trunc --filter "label=service=$S" --format '{{if eq (.Label "destination") "'"$D"'"}}ours{{else}}other{{end}} {{.ID}} {{.Label "role"}}'; }
# Of the register: names of one kind that are named after the preview, in characters that need no quoting.
noted() {
  [ ! -f "$names" ] || while read -r kind name; do
    case $name in '' | *[!A-Za-z0-9_.-]*) continue ;; esac
    [ "$kind" != "$1" ] || case $1:$name in role:* | *:"$S"-?* | volume:"$S"_?*) printf '%s\\n' "$name" ;; esac
  done <"$names"
}
# An accessory of the preview's own: its name and its label, and no role or destination, which an app's containers have.
accessory() {
  docker ps --all --no-trunc --filter "label=service=$1" --filter "name=^/?$1$" --format '{{.ID}}|{{.Label "role"}}{{.Label "destination"}}' | sed -n 's/|$//p'
}
accessories() { for name in $(noted accessory); do accessory "$name"; done; }
roles() {
  { noted role
    printf '%s\\n' "$list" | sed 's/^ours [^ ]* //'
    for file in "$app"/env/roles/*.env; do [ ! -f "$file" ] || basename "$file" .env; done
  } | grep '^[A-Za-z0-9_.-]*$' | grep . | sort -u
}
routes() {
  [ -n "$proxy" ] || return 0
  all=$(docker exec kamal-proxy kamal-proxy list) || return 1
  escape=$(printf '\\033')
  printf '%s\\n' "$all" | sed "s/$escape\\[[0-9;]*m//g" | awk 'NR > 1 { print $1 }' | while read -r route; do
    for role in $known; do [ "$route" != "$S-$role-$D" ] || printf '%s\\n' "$route"; done
    for name in $(noted accessory); do [ "$route" != "$name" ] || printf '%s\\n' "$route"; done
  done
}
images() { all=$(docker image ls --all --quiet --no-trunc --filter "label=service=$S") || return 1; printf '%s\\n' "$all" | grep . | sort -u; }
volumes() {
  all=$(docker volume ls --quiet) || return 1
  for name in $(printf '%s\\n' $(noted volume) $seen | sort -u); do printf '%s\\n' "$all" | grep -xF -- "$name"; done
  return 0
}
lines() { [ -z "$2" ] || printf '%s\\n' "$2" | sed "s|^|$1|"; }
directories() { for name in $(noted accessory); do [ ! -d "./$name" ] || printf '%s\\n' "$name"; done; }
# As the account; where a container's root has left files, as root, in the proxy's image, which is nobody's pull request.
wipe() {
  rm -rf "./$1" 2>/dev/null
  [ -e "./$1" ] || return 0
  [ ! -L "./$1" ] || return 1
  image=$(docker inspect --format '{{.Image}}' kamal-proxy 2>/dev/null) || return 1
  docker run --rm --network none --user 0 --volume "$PWD/$1:/remove" --entrypoint sh "$image" -c 'rm -rf /remove/* /remove/.[!.]* /remove/..?*' >/dev/null 2>&1
  rm -rf "./$1" 2>/dev/null
}
# The last lines of what the teardown said, without what the container has in its environment: that run does not know the
# app's secrets, so nothing else would hide them. Each line of a value on its own; of an address with a password, the password too.
hidden() {
  [ -n "$environment" ] || { printf '(not shown: docker did not say which values to hide)\\n'; return; }
  { printf '%s\\n' "$environment"; printf '\\036\\n'; printf '%s\\n' "$output" | tail -n 5; } | awk '
    function hide(value) { if (length(value) > 3) values[++count] = value }
    !past && $0 == "\\036" {
      past = 1
      # The longest first: one may be the beginning of another.
      for (i = 1; i < count; i++) for (j = i + 1; j <= count; j++) if (length(values[j]) > length(values[i])) { word = values[i]; values[i] = values[j]; values[j] = word }
      next
    }
    !past {
      # A line may be NAME=VALUE, or in the middle of a value.
      hide($0)
      if (match($0, /:\\/\\/[^:\\/@]*:[^@]+@/)) { word = substr($0, RSTART + 3, RLENGTH - 4); sub(/^[^:]*:/, "", word); hide(word) }
      if (sub(/^[^=]*=/, "")) hide($0)
      next
    }
    { for (i = 1; i <= count; i++) while (at = index($0, values[i])) $0 = substr($0, 1, at - 1) "***" substr($0, at + length(values[i])); print }' | cut -c 1-500
}
main() {
  mine=''
  list=$(listed 2>/dev/null) && proxy=$(docker ps --all --quiet --filter 'name=^/?kamal-proxy$') || stop failed 'docker does not answer there'
  [ -f "$marker" ] || stop gone
  [ "$(flat "$marker")" = "$expected" ] || stop changed
  held || stop locked
  if [ -d ".kamal/apps/$S" ] || printf '%s\\n' "$list" | grep . | grep -qv '^ours '; then stop shared; fi
${teardown === null ? "" : teardownPart(teardown)}
  known=$(roles)
  gone=$(routes) || stop failed 'kamal-proxy does not answer there, so that its routes cannot be removed'
  containers="$(printf '%s\\n' "$list" | awk '{ print $2 }') $(accessories)"
  if [ -n "$(printf '%s' $containers)" ]; then
    mounted=$(docker inspect --format '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}}{{println}}{{end}}{{end}}' $containers) || stop failed 'docker did not list the volumes'
    for name in $(printf '%s\\n' $mounted | sort -u); do
      case $name in
        "$S"-?* | "$S"_?*) seen="$seen $name"; note "$name" ;;
        *[!0-9a-f]*) say kept "the volume $name, which is not named after the preview" ;;
      esac
    done
  fi
  for route in $gone; do docker exec kamal-proxy kamal-proxy remove "$route" >/dev/null 2>&1; done &
  [ -z "$(printf '%s' $containers)" ] || docker rm --force --volumes $containers >/dev/null 2>&1
  # None of these waits for another, nor for the routes: only for the containers.
  for name in $(volumes); do docker volume rm "$name" >/dev/null 2>&1; done &
  for image in $(images); do
    [ -n "$(docker ps --all --quiet --filter "ancestor=$image")" ] || docker image rm --force "$image" >/dev/null 2>&1
  done &
  for name in $(directories); do wipe "$name"; done &
  rm -rf ".kamal/proxy/apps-config/$S-$D" ".kamal/$S-$D-audit.log"
  wait
  ids=$(ours) && ways=$(routes) && stored=$(volumes) && built=$(images) || stop failed 'what is left could not be asked'
  left=$(
    for id in $ids $(accessories); do docker inspect --format 'the container {{slice .Name 1}}' "$id"; done
    lines 'the route ' "$ways"
    lines 'the volume ' "$stored"
    lines 'the image ' "$built"
    directories | sed 's|^|the directory ~/|'
    for file in ".kamal/proxy/apps-config/$S-$D" ".kamal/$S-$D-audit.log"; do [ ! -e "$file" ] || printf 'the file ~/%s\\n' "$file"; done
  )
  # What a full disk did not take before has room now, for the next time.
  if [ -n "$left" ]; then for name in $seen; do note "$name"; done; printf '%s\\n' "$left" | while read -r one; do say left "$one"; done; stop end; fi
  # A deploy that has begun meanwhile keeps its marker.
  [ "$(flat "$marker")" = "$expected" ] || stop changed
  for each in "$app"/* "$app"/.[!.]*; do
    case $each in "$marker" | "$names") ;; *) [ ! -e "$each" ] || wipe "$each" ;; esac
  done
  rm -f "$names" "$marker" && rmdir "$app" 2>/dev/null
  [ ! -e "$app" ] || { say left "the directory ~/$app"; stop end; }
  unlock
  mine=''
  say removed
  say end
}
main </dev/null
`;
}
function teardownPart({ command, role, seconds }) {
	return `  if ! grep -qx 'teardown done' "$names" 2>/dev/null; then
    of() { docker ps "$@" --quiet --no-trunc --filter "label=service=$S" --filter "label=destination=$D" --filter ${shellQuoted(`label=role=${role}`)} | head -n 1; }
    one=$(of)
    [ -n "$one" ] || one=$(of --all)
    if [ -z "$one" ]; then say note 'preview-teardown was not run: there is no container of it'; else
      docker unpause "$one" >/dev/null 2>&1
      docker start "$one" >/dev/null 2>&1 || stop teardown 'the container does not start'
      environment=$(docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$one")
      limit=''; ! command -v timeout >/dev/null || limit='timeout ${seconds}'
      output=$($limit docker exec "$one" sh -c ${shellQuoted(command)} 2>&1); status=$?
      if [ $status -ne 0 ]; then hidden | while read -r line; do say output "$line"; done; stop teardown "$status"; fi
      printf 'teardown done\\n' >>"$names"
    fi
  fi`;
}
/** Reads what {@link removalScript} printed. */
function readRemoval(printed) {
	const said = printed.split("\n").filter((line) => line.startsWith("")).map((line) => {
		const [, word = "", rest = ""] = /^.(\S+)(?!\S) ?(.*)$/.exec(line) ?? [];
		return [word, rest];
	});
	const of = (word) => said.flatMap(([each, rest]) => each === word ? [rest] : []);
	const [failed] = of("failed");
	if (failed !== void 0) return {
		kind: "failed",
		why: failed
	};
	const [status] = of("teardown");
	if (status !== void 0) return {
		kind: "teardown-failed",
		status,
		output: of("output")
	};
	const left = of("left");
	if (left.length > 0) return {
		kind: "left",
		left
	};
	if (of("removed").length > 0) return {
		kind: "removed",
		kept: of("kept"),
		notes: of("note")
	};
	for (const kind of [
		"gone",
		"changed",
		"locked",
		"shared"
	]) if (of(kind).length > 0) return { kind };
	return {
		kind: "failed",
		why: "the removal did not finish"
	};
}
// src/previews/holder.ts
/** Whether someone is at work on a preview: a run of the workflow, or a person who holds its deploy lock. Pure. */
/** Milliseconds after which a lock or a marker of a run that no one knows is no one's any more. */
const STALE = 36e5;
/** The runs that GitHub is to be asked about before {@link holderOf} can say. */
function runsToAsk({ places }) {
	const runs = places.flatMap(({ marker, lock }) => [runNumber(marker.run), lock === null ? null : runOf(lock)]);
	return [...new Set(runs.filter((run) => run !== null))];
}
/**
* @param own the run that asks, without the attempt: its own work is no hindrance; null outside of a workflow
* @param now milliseconds since 1970
*/
function holderOf({ places }, runs, own, now) {
	for (const place of places) {
		const holder = lockHolder(place, runs, own, now);
		if (holder.kind !== "nobody") return holder;
	}
	for (const place of places) {
		const { marker, host } = place;
		const run = runNumber(marker.run);
		if (run === null || run === own) continue;
		const state = runs.get(run) ?? "unknown";
		if (state === "in-progress") return {
			kind: "run",
			run
		};
		if (state === "unknown" && now - deployedAtOf(place, now) < STALE) return {
			kind: "unknown",
			why: `whether run ${run} still deploys it to ${host} is not known`
		};
	}
	return { kind: "nobody" };
}
function lockHolder(place, runs, own, now) {
	const { lock, host } = place;
	if (lock === null) return { kind: "nobody" };
	const { message } = lock;
	if (lock.raw !== "" && message !== "Automatic deploy lock" && message !== "This preview is being removed") return {
		kind: "person",
		performer: lock.performer,
		message,
		host
	};
	const run = runOf(lock);
	const state = run === null ? "unknown" : runs.get(run) ?? "unknown";
	if (run !== null && (run === own || state === "ended")) return { kind: "nobody" };
	if (run !== null && state === "in-progress") return {
		kind: "run",
		run
	};
	return now - takenAt(place, now) > STALE ? { kind: "nobody" } : whoKnows(lock, host);
}
/** By the clock of the host, else by that of the machine whose Kamal took it; now, if neither is known. */
function takenAt({ lock, lockAge = null }, now) {
	return lockAge === null ? lock?.at?.getTime() ?? now : now - lockAge;
}
function whoKnows({ performer }, host) {
	return {
		kind: "unknown",
		why: `the deploy lock on ${host} is held by ${performer || "someone without a name"}, and whether that still runs is not known`
	};
}
/** The run that a lock names: `octocat (run 123.1 of acme/shop, job preview, WORD)`, as `lockPerformer` signs it. */
function runOf({ performer }) {
	return /\(run (\d{1,20})\.\d+ of /.exec(performer)?.[1] ?? null;
}
function runNumber(run) {
	return run?.split(".")[0] ?? null;
}
// src/previews/wanted.ts
/**
* @param deployedAt when the preview's last deploy began, in milliseconds since 1970; null if expiry is not asked for
* @param now likewise
*/
function wishOf(state, policy, deployedAt, now) {
	if (state.kind === "unknown") return state;
	const { pull } = state;
	if (isFork(pull, policy)) return {
		kind: "not-wanted",
		reason: "fork"
	};
	if (pull.state === "closed") return {
		kind: "not-wanted",
		reason: pull.merged ? "merged" : "closed"
	};
	if (policy.label !== null && !pull.labels.some((each) => isSameLabel(each, policy.label ?? ""))) return {
		kind: "not-wanted",
		reason: "label"
	};
	if (policy.label === null && pull.draft) return {
		kind: "not-wanted",
		reason: "draft"
	};
	if (policy.expiresAfter !== null && deployedAt !== null && now - deployedAt > policy.expiresAfter) return {
		kind: "not-wanted",
		reason: "expired"
	};
	return { kind: "wanted" };
}
/** A repository that was renamed since a checkout was made has another name than is asked for: that of the base. */
function isFork({ headRepository, baseRepository = null }, { repository }) {
	return headRepository === null || !(baseRepository === null ? [repository] : [repository, baseRepository]).some((home) => isSameRepository(home, headRepository));
}
/** GitHub's labels are the same in capitals and small letters; an accent may be one character or two. */
function isSameLabel(one, other) {
	const [first, second] = [one, other].map((each) => each.normalize().trim().toLowerCase());
	return first === second;
}
// src/previews/plan.ts
/** What is to become of each preview: what GitHub says, what the servers have, and who is at work on it. Pure. */
/** @param asked why it is removed regardless of its pull request; null to ask the pull request */
function decide(preview, policy, { pulls, runs, own, now }, asked = null) {
	const state = pulls.get(preview.number) ?? {
		kind: "unknown",
		why: "GitHub was not asked"
	};
	const wish = asked === null ? wishOf(state, policy, preview.deployedAt, now) : {
		kind: "not-wanted",
		reason: asked
	};
	if (wish.kind === "wanted") return { kind: "keep" };
	if (wish.kind === "unknown") return {
		kind: "doubt",
		why: wish.why
	};
	const holder = holderOf(preview, runs, own, now);
	switch (holder.kind) {
		case "nobody": return {
			kind: "remove",
			reason: wish.reason
		};
		case "run": return {
			kind: "left-to-run",
			reason: wish.reason,
			run: holder.run
		};
		case "person": return {
			kind: "doubt",
			why: `its deploy lock on ${holder.host} is held by ${holder.performer || "someone without a name"} (“${holder.message}”)`
		};
		case "unknown": return {
			kind: "doubt",
			why: holder.why
		};
	}
}
/**
* The previews that make room for a new one: the oldest by their last deploy, as many as are too many.
* @param number the new one, which stays
*/
function replacedBy(number, previews, limit) {
	const others = previews.filter((each) => each.number !== number);
	return others.toSorted((one, other) => one.deployedAt - other.deployedAt).slice(0, Math.max(0, others.length - (limit - 1)));
}
// src/previews/servers.ts
/** Asks the servers for previews, and removes one from all its hosts. */
/** Asks all hosts at the same time, over one connection each. Rejects only when aborted. */
async function takeInventory(access, hosts, destination) {
	const script = inventoryScript(destination);
	return Promise.all(hosts.map(async (host) => {
		const answer = await askServer(access, host, script);
		if (!answer.reached) return {
			host,
			reached: false,
			reason: answer.reason
		};
		return readInventory(host, answer.stdout, destination);
	}));
}
/**
* The previews of a repository's project on these hosts, and on those that their registers name besides: a pull request may have
* deployed to a host that the default branch does not know.
*/
async function surveyPreviews(access, hosts, { destination, ...owner }) {
	const first = await takeInventory(access, hosts, destination);
	const named = previewsOf(first, owner).flatMap((preview) => preview.hosts);
	const further = [...new Set(named)].filter((host) => !hosts.includes(host));
	const inventories = [...first, ...await takeInventory(access, further, destination)];
	const told = (of) => inventories.flatMap((each) => each.reached ? of(each).map((name) => `${each.host}: ${name}`) : []);
	return {
		previews: previewsOf(inventories, owner),
		unreached: inventories.flatMap((each) => each.reached ? [] : [{
			host: each.host,
			reason: each.reason
		}]),
		unreadable: told(({ unreadable }) => unreadable),
		unmarked: told(({ unmarked }) => unmarked),
		ofOthers: told(({ places }) => places.flatMap(({ marker }) => isOfRepository(marker, owner) && !isOwnedBy(marker, owner) ? [`${marker.service}, of \`${marker.project ?? "."}\``] : []))
	};
}
/** Seconds for `preview-teardown`, and milliseconds for a host to remove the rest. */
const TEARDOWN = 60;
const PATIENCE = 6e4;
/**
* Removes a preview from every host that has something of it: first where the teardown command runs, then, after its
* success, from all others at the same time. Rejects only when aborted.
*/
async function removePreview(access, { places, hosts }, { performer, teardown, unreached }) {
	const first = teardown === null ? null : places.find(({ marker, host }) => host === marker.host) ?? places[0];
	const at = (/* @__PURE__ */ new Date()).toISOString().replace(/\.\d+Z$/, "Z");
	const remove = async (place) => {
		const runs = teardown !== null && place === first;
		const script = removalScript({
			marker: place.marker,
			raw: place.raw,
			lock: place.lock?.raw ?? null,
			performer,
			at,
			teardown: runs ? {
				command: teardown,
				role: place.marker.role,
				seconds: TEARDOWN
			} : null
		});
		const patience = PATIENCE + (runs ? TEARDOWN * 1e3 : 0);
		const answer = await askServer({
			...access,
			patience
		}, place.host, script);
		const found = answer.reached ? readRemoval(answer.stdout) : {
			kind: "failed",
			why: `it cannot be reached: ${answer.reason}`
		};
		return [place.host, found];
	};
	const done = [];
	if (first != null) done.push(await remove(first));
	if (done.every(([, { kind }]) => kind === "removed" || kind === "gone")) {
		const others = places.filter((place) => place !== first);
		const found = await Promise.all(others.map(async (place) => [place, ...await remove(place)]));
		for (const [place, host, removal] of found) done.push(removal.kind === "locked" && places.length > 1 ? await remove(place) : [host, removal]);
	}
	return outcomeOf(done, hosts.filter((host) => unreached.includes(host)));
}
function outcomeOf(done, unseen) {
	const problems = [...done.flatMap(([host, removal]) => problemsOf$1(host, removal)), ...unseen.map((host) => `${host}: it cannot be asked, and the preview was deployed there too`)];
	if (problems.length > 0) return {
		kind: "failed",
		problems
	};
	if (done.some(([, { kind }]) => kind === "changed")) return { kind: "changed" };
	const removed = done.flatMap(([host, removal]) => removal.kind === "removed" ? [{
		host,
		...removal
	}] : []);
	const on = (host, texts) => texts.map((text) => `${host}: ${text}`);
	return {
		kind: "removed",
		kept: removed.flatMap(({ host, kept }) => on(host, kept)),
		notes: removed.flatMap(({ host, notes }) => on(host, notes))
	};
}
function problemsOf$1(host, removal) {
	switch (removal.kind) {
		case "removed":
		case "gone":
		case "changed": return [];
		case "locked": return [`${host}: its deploy lock is held`];
		case "shared": return [`${host}: its service runs there under another destination too, so nothing was removed`];
		case "teardown-failed": return [`${host}: \`preview-teardown\` failed (${removal.status}), so the preview stays with its data`, ...removal.output.map((line) => `${host}: │ ${line}`)];
		case "left": return removal.left.map((what) => `${host}: ${what} is still there`);
		case "failed": return [`${host}: ${removal.why}`];
	}
}
// src/previews/settle.ts
/**
* Removes one preview if that is certain to be right at this moment: the pull request is asked again.
* @param asked why it is removed regardless of its pull request; null to ask the pull request
*/
async function settlePreview(preview, settling, unreached, asked = null) {
	const { api, access, performer, teardown, policy, own } = settling;
	const [state, runs] = await Promise.all([asked === null ? askPullRequest(api, preview.number) : null, askRuns(api, runsToAsk(preview))]);
	const decision = decide(preview, policy, {
		pulls: new Map(state === null ? [] : [[preview.number, state]]),
		runs,
		own,
		now: Date.now()
	}, asked);
	if (decision.kind !== "remove") return {
		preview,
		decision,
		outcome: null
	};
	return {
		preview,
		decision,
		outcome: await removePreview(access, preview, {
			performer,
			teardown,
			unreached: unreached.map(({ host }) => host)
		})
	};
}
/** Previews that are removed at the same time. */
const AT_ONCE = 3;
/**
* Makes the servers match GitHub: every preview of the repository that is certain not to be wanted goes. With `dryRun`
* nothing does; the decisions are the same. Rejects only when aborted.
*/
async function sweepPreviews(settling, hosts, dryRun) {
	const { access, api, destination, policy, own } = settling;
	const survey = await surveyPreviews(access, hosts, {
		...policy,
		destination
	});
	const { previews, unreached } = survey;
	const [pulls, runs] = await Promise.all([askPullRequests(api, previews.map(({ number }) => number)), askRuns(api, previews.flatMap(runsToAsk))]);
	const settled = [];
	const now = Date.now();
	const leaving = [];
	for (const preview of previews) {
		const decision = decide(preview, policy, {
			pulls,
			runs,
			own,
			now
		});
		if (decision.kind === "remove" && !dryRun) leaving.push(preview);
		else settled.push({
			preview,
			decision,
			outcome: null
		});
	}
	const waiting = [...leaving];
	const worker = async () => {
		for (let preview = waiting.shift(); preview !== void 0; preview = waiting.shift()) settled.push(await settlePreview(preview, settling, unreached));
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	return {
		survey,
		settled: settled.toSorted((one, other) => one.preview.number - other.preview.number)
	};
}
/** What is not as it should be after a sweep, one sentence each; a dry run has only doubts and hosts to report. */
function problemsOf({ survey, settled }) {
	return [
		...survey.unreached.map(({ host, reason }) => `${host} could not be checked: ${reason}.`),
		...survey.unreadable.map((place) => `${place} has a marker that cannot be read, so it was left alone. If it is a preview of this repository, delete its \`kamal-1password.json\` and deploy it again.`),
		...settled.flatMap(({ preview: { number }, decision, outcome }) => {
			if (decision.kind === "doubt") return [`The preview of pull request ${number} stays: ${decision.why}.`];
			if (outcome?.kind !== "failed") return [];
			return outcome.problems.map((each) => `The preview of pull request ${number} was not removed. ${each}.`);
		})
	];
}
// src/action/previews/access.ts
/**
* The way to the servers and nothing else: the SSH key from 1Password in an agent of the run's own, and the host keys.
* No secret of the app is read, and neither op nor Kamal is installed.
* @throws Failure if the deploy file does not say where the previews are, or the key cannot be read
*/
async function openServers(run, project) {
	const [first] = project.destinations;
	const deployment = first?.deploy.deployment ?? null;
	const { onePassword, inputs } = run;
	const { credential, signingIn } = onePasswordOf({ onePassword });
	wayOf(credential).refuse(inputs, {
		...project,
		destinations: []
	});
	const access = accessQuestions(inputs, project.destinations.map(({ secrets }) => secrets), environmentOf(project, inputs.destination, inputs.opEnvironment));
	if (access === null) throw nowhereToLook(run);
	using session = await signingIn.session(run.signal);
	const [{ answers: extras, items }, sources] = await Promise.all([readVaults(session, wantedForAccess(access), { values: true }), readSources(new EnvironmentReader(session), project, inputs.opEnvironment)]);
	maskValues({
		items,
		answers: [],
		environments: [],
		sources
	}, run.log);
	const [{ key, known }, agent] = await allInOrder(readAccess(run, session, {
		extras,
		sources
	}, access), openAgent(run));
	await allInOrder(agent.addKey(key), pinHostKeys(run, known, deployment));
	const servers = serversOf(deployment, first?.destination ?? null, {
		socket: agent.socket,
		environment: run.environment
	});
	if (servers === null) throw unknownServers(first?.deploy.files.at(-1)?.path ?? inputs.configFile);
	return servers;
}
// src/report/formats/preview-comment.ts
const HEADINGS = {
	building: "🔨 Building",
	ready: "✅ Ready",
	behind: "⚠️ Behind",
	failed: "❌ Failed",
	refused: "✋ Refused",
	cancelled: "🚫 Cancelled",
	removing: "🧹 Being removed",
	removed: "🧹 Removed",
	"removal-failed": "❌ Not removed"
};
/** @returns the comment; its first line says to a later run what serves */
function renderPreviewComment(comment) {
	const { state, address, commit, serving, detail, told, next, runUrl, repositoryUrl, at } = comment;
	const rules = state === "refused" ? null : comment.rules;
	const cells = [
		commit === null ? "" : commitLink(repositoryUrl, commit),
		prose(detail) + meanwhile(comment),
		moment(at),
		runUrl === null ? "" : `[log](${runUrl})`
	];
	return [
		`<!-- serving ${serving ?? "nothing"} -->`,
		[
			"**Preview**",
			linkOf(address, serving),
			HEADINGS[state]
		].filter((part) => part !== "").join(" · "),
		[
			"| Commit | Status | Updated (UTC) | |",
			"| --- | --- | --- | --- |",
			`| ${cells.join(" | ")} |`
		].join("\n"),
		limited(told, (line) => prose(line), "\n\n"),
		list("For you", next.human),
		list("For you or your coding agent", next.agent),
		rules === null ? "" : `<sub>${prose(rules)}</sub>`
	].filter((part) => part !== "").join("\n\n").concat("\n");
}
/** What an earlier comment of ours said to serve; null if it said nothing. */
function servingIn(body) {
	const said = /^<!-- serving (\w+) -->$/m.exec(body)?.[1] ?? "nothing";
	return said === "nothing" ? null : said;
}
function list(title, lines) {
	if (lines.length === 0) return "";
	return `**${title}**\n\n${limited(lines, (line) => `- [ ] ${sentence(line)}`, "\n")}`;
}
/** Lines that are shown, and characters of each: GitHub takes no comment of more than 65,536. */
const MOST_LINES = 20;
const LONGEST_LINE = 500;
function limited(lines, write, between) {
	const shown = lines.slice(0, MOST_LINES).map((line) => write(line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line));
	const more = lines.length - shown.length;
	return [...shown, ...more > 0 ? [write(`… and ${more} more: see the log.`)] : []].join(between);
}
function commitLink(repositoryUrl, commit) {
	const short = code(commit.slice(0, 7));
	return /^[0-9a-f]{40}$/.test(commit) ? `[${short}](${repositoryUrl}/commit/${commit})` : short;
}
/** In one piece, so that no cell of a phone's table breaks it. @param at ISO 8601 */
function moment(at) {
	const month = MONTHS[Number(at.slice(5, 7)) - 1] ?? "";
	return `${Number(at.slice(8, 10))} ${month} ${at.slice(11, 16)}`.replaceAll(" ", "&nbsp;");
}
const MONTHS = [
	"Jan",
	"Feb",
	"Mar",
	"Apr",
	"May",
	"Jun",
	"Jul",
	"Aug",
	"Sep",
	"Oct",
	"Nov",
	"Dec"
];
/** What people see at the address until, or although, the commit of this run is not there. */
function meanwhile({ state, commit, serving, repositoryUrl }) {
	if (serving === null || serving === commit || [
		"ready",
		"removing",
		"removed"
	].includes(state)) return "";
	return `, ${commitLink(repositoryUrl, serving)} still serves`;
}
/** A link to what does not serve, or not yet, would be a promise. */
function linkOf(address, serving) {
	if (address === null) return "";
	return serving === null ? code(hostOf(address)) : `[${plain(hostOf(address))}](${address})`;
}
function hostOf(address) {
	return address.replace(/^https?:\/\//, "");
}
// src/action/previews/conversation.ts
/** Milliseconds. */
const LAST_WORD = 4e3;
/**
* The one comment on the pull request, kept up to date: each report replaces the one before it. It decides nothing: what
* GitHub rejects is a line in the log.
*/
var PreviewConversation = class {
	#context;
	#marker;
	#facts = {
		address: null,
		commit: null,
		serving: null,
		detail: "",
		told: [],
		next: {
			human: [],
			agent: []
		},
		rules: null
	};
	#last = Promise.resolve();
	constructor(context) {
		this.#context = context;
		const { project } = repositoryPlace(context.run.root, process.env["GITHUB_WORKSPACE"]);
		this.#marker = markerOf([
			"preview",
			project || ".",
			context.destination
		]);
	}
	/** What the comment says to serve; `isKnown` is false if no one could read it. */
	async before() {
		const { api, number } = this.#context;
		const answer = await readComment(api, number, this.#marker);
		if ("leftOut" in answer) return {
			exists: false,
			isKnown: false,
			serving: null
		};
		return {
			exists: answer.done !== null,
			isKnown: true,
			serving: servingIn(answer.done ?? "")
		};
	}
	/**
	* Reports it after all earlier reports; {@link settled} waits for it.
	* @param only `update`: only if there is a comment already
	*/
	say(saying, only = "say") {
		this.#facts = {
			...this.#facts,
			told: [],
			next: {
				human: [],
				agent: []
			},
			detail: "",
			...saying
		};
		const { state, ...facts } = {
			...this.#facts,
			state: saying.state
		};
		const at = (/* @__PURE__ */ new Date()).toISOString();
		this.#last = handledLater(this.#last.then(() => this.#place({
			...facts,
			state,
			at,
			...this.#places()
		}, only)));
	}
	/** For later reports. */
	knows(facts) {
		this.#facts = {
			...this.#facts,
			...facts
		};
	}
	/** Reports why it did not finish; what served before still does, unless there is evidence against it. */
	fail(state, { message, next }) {
		const told = message.split("\n");
		const isBehind = state === "failed" && this.#facts.serving !== null;
		this.say({
			state: isBehind ? "behind" : state,
			detail: state === "refused" ? "refused" : state,
			told,
			next
		});
	}
	async settled() {
		await this.#last;
	}
	/** A cancelled run has a last word too; the runner gives it a few seconds. */
	#api() {
		const { run, api, event } = this.#context;
		const { githubToken: token } = run.inputs;
		if (!run.signal.aborted || token === null) return api;
		return new GithubApi({
			token,
			repository: event.repository,
			readOnly: event.fork,
			signal: AbortSignal.timeout(LAST_WORD)
		});
	}
	#places() {
		const { serverUrl, repository, runUrl } = this.#context.event;
		return {
			repositoryUrl: `${serverUrl}/${repository}`,
			runUrl
		};
	}
	async #place(comment, kind) {
		const { run, number } = this.#context;
		if (run.inputs.comment === "never") return;
		const body = run.log.masked(renderPreviewComment(run.log.maskedAll(comment)));
		const placed = await placeComment(this.#api(), number, this.#marker, {
			kind,
			body
		});
		if ("leftOut" in placed && !run.signal.aborted) logSkipped(run.log, placed);
	}
};
// src/action/previews/context.ts
/** @throws Failure `github-token-missing`: without GitHub no one knows what a pull request wants */
function previewContext(run) {
	const event = readEvent();
	const api = connect(run, event);
	if (api === null) throw new Failure("github-token-missing", "GitHub cannot be asked about the pull request: there is no `github-token`, or this does not run in a workflow.", { agent: ["Remove the input `github-token` from the workflow file: it defaults to the job's token."] });
	const { label, expiresAfter } = run.inputs.preview;
	return {
		run,
		event,
		api,
		policy: {
			...ownerIn(run, event),
			label,
			expiresAfter
		},
		destination: run.inputs.destination ?? "preview"
	};
}
/** Whose previews this run is about. */
function ownerIn({ root }, { repository }) {
	const { GITHUB_REPOSITORY_ID: id = "", GITHUB_WORKSPACE: workspace } = process.env;
	const { project } = repositoryPlace(root, workspace);
	return {
		repository,
		repositoryId: /^\d{1,20}$/.test(id) ? id : null,
		project: project || "."
	};
}
function forPreview(context, number) {
	return {
		...context,
		number,
		conversation: new PreviewConversation({
			...context,
			number
		})
	};
}
/** The run that deploys a preview: Kamal, its hooks and the secrets file get the number. Begins to sign in. */
function deployingRun({ run, number }, version) {
	return {
		...run,
		environment: {
			...run.environment,
			[NUMBER_VARIABLE]: String(number)
		},
		inputs: {
			...run.inputs,
			command: "deploy",
			version,
			preview: {
				...run.inputs.preview,
				pullRequest: number
			}
		}
	};
}
/** What it takes to remove previews, once there is a way to the servers. */
function settlingOf(context, access) {
	const { run, api, policy, destination } = context;
	return {
		access,
		api,
		policy,
		destination,
		own: process.env["GITHUB_RUN_ID"] ?? null,
		performer: lockPerformer(process.env),
		teardown: run.inputs.preview.teardown
	};
}
// src/action/previews/forget.ts
/** Takes what GitHub shows as deployed of a preview away, once it is removed. It decides nothing. */
async function forgetDeployments({ api, run, destination }, number) {
	const answer = await removeDeployments(api, destination, number);
	if ("leftOut" in answer) logSkipped(run.log, answer);
}
// src/action/previews/words.ts
const REASONS = {
	merged: "merged",
	closed: "closed",
	label: "label removed",
	draft: "a draft",
	fork: "from a fork",
	expired: "expired",
	replaced: "replaced",
	asked: "asked for"
};
/** Why a preview goes, in a word or two. */
function reasonWords(reason) {
	return REASONS[reason];
}
const UNITS = [
	[6048e5, "week"],
	[864e5, "day"],
	[36e5, "hour"],
	[6e4, "minute"]
];
/** `7 days`, `36 hours`. @param length milliseconds, of whole minutes */
function durationWords(length) {
	const [unit, name] = UNITS.slice(1).find(([each]) => length % each === 0) ?? [6e4, "minute"];
	const count = length / unit;
	return `${count} ${name}${count === 1 ? "" : "s"}`;
}
export { appDirectory as C, askRuns as D, askPullRequest as E, NAMES_FILE as S, writeMarker as T, REMOVAL_MESSAGE as _, forPreview as a, readInventory as b, PreviewConversation as c, settlePreview as d, sweepPreviews as f, runOf as g, wishOf as h, deployingRun as i, openServers as l, replacedBy as m, reasonWords as n, previewContext as o, surveyPreviews as p, forgetDeployments as r, settlingOf as s, durationWords as t, problemsOf as u, inventoryScript as v, ownsInShell as w, MARKER_FILE as x, previewsOf as y };
