import { m as ID_TOKEN_VARIABLES, p as reasonOf, t as shellQuoted } from "./quoting.js";
import "./absolute-path.js";
import { c as maskGiven, p as makeDirectory, s as beginOnePassword } from "./parity-table.js";
import { t as Failure } from "./failure.js";
import { join, resolve } from "node:path";
import { mkdir, mkdtemp, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
// src/kamal/run/credential-helper.ts
/** The name after `docker-credential-`, by which Docker finds the program on PATH. */
const HELPER = "kamal-1password";
/**
* A credential helper for one run: what is stored stays next to it, in the run's directory; what was stored before the
* run is read from the user's own helpers, which are never asked to store or to erase. The protocol:
* github.com/docker/docker-credential-helpers, README, “Usage”: `store` takes `ServerURL`, `Username` and `Secret` as
* JSON; `get` and `erase` take the server's URL; `list` answers with user names by URL; a helper that has nothing says
* so on its standard output and ends with 1.
*/
const HELPER_SOURCE = `'use strict';
const { spawnSync } = require('node:child_process');
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const LOGINS = join(__dirname, 'logins.json');
const own = JSON.parse(readFileSync(join(__dirname, 'helpers.json'), 'utf8'));
const input = readFileSync(0, 'utf8');
const server = input.trim();
// By the server's URL; null for one that was logged out of.
const logins = new Map(read());

function read() {
  try {
    return JSON.parse(readFileSync(LOGINS, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function save() {
  const fresh = LOGINS + '.' + process.pid;
  writeFileSync(fresh, JSON.stringify([...logins]), { mode: 0o600, flag: 'wx' });
  renameSync(fresh, LOGINS);
}

function ask(helper, action, text) {
  const asked = spawnSync('docker-credential-' + helper, [action], { input: text, maxBuffer: 16 * 1024 * 1024 });
  if (asked.error !== undefined) return { status: 1, stdout: String(asked.error.message) };
  process.stderr.write(asked.stderr);
  return { status: asked.status ?? 1, stdout: asked.stdout.toString('utf8') };
}

function answer(status, text) {
  process.exitCode = status;
  process.stdout.write(text);
}

function get() {
  const login = logins.get(server);
  if (login) return answer(0, JSON.stringify(login));
  const helper = new Map(Object.entries(own.registries)).get(server) ?? own.store;
  if (login === null || helper === null) return answer(1, 'credentials not found in native keychain\\n');
  const { status, stdout } = ask(helper, 'get', input);
  answer(status, stdout);
}

function list() {
  const earlier = own.store === null ? { status: 0, stdout: '{}' } : ask(own.store, 'list', '');
  if (earlier.status !== 0) return answer(earlier.status, earlier.stdout);
  const names = new Map(Object.entries(JSON.parse(earlier.stdout)));
  for (const [url, login] of logins) {
    if (login === null) names.delete(url);
    else names.set(url, login.Username);
  }
  answer(0, JSON.stringify(Object.fromEntries(names)));
}

switch (process.argv[2]) {
  case 'store':
    logins.set(JSON.parse(input).ServerURL, JSON.parse(input));
    save();
    break;
  case 'erase':
    logins.set(server, null);
    save();
    break;
  case 'get':
    get();
    break;
  case 'list':
    list();
    break;
  default:
    answer(1, 'store, get, erase or list\\n');
}
`;
/** The program that Docker starts: it has the path of Node.js, and does not depend on PATH or NODE_OPTIONS. */
function helperProgram(node, script) {
	return `#!/bin/sh\nunset NODE_OPTIONS\nexec ${shellQuoted(node)} ${shellQuoted(script)} "$1"\n`;
}
// src/kamal/run/docker-config.ts
/**
* A Docker configuration of the run's own, so that the registry's password, which `docker login` writes into
* `config.json` or hands to the credential helper named there (docs.docker.com, "docker login", "Credential stores"),
* goes with the run. It includes the rest of the user's configuration (plugins, contexts, builders), and earlier logins,
* by a credential helper that only reads from the user's (credential-helper.ts).
* @param directory where to make it; it is removed with its parent
* @param environment Kamal's, which says where the user's own is
* @returns what Kamal's environment needs for it
*/
async function privateDockerConfig(directory, environment) {
	const own = environment["DOCKER_CONFIG"] ?? join(environment["HOME"] ?? homedir(), ".docker");
	const copy = join(directory, "docker");
	const [entries, given] = await Promise.all([
		readdir(own).catch(() => []),
		readFile(join(own, "config.json"), "utf8").catch(() => "{}"),
		mkdir(copy, { mode: 448 })
	]);
	const { config, helpers } = ofTheRun(given);
	const others = entries.filter((name) => name !== "config.json");
	const [program] = await Promise.all([
		helpers === null ? null : makeHelper(join(directory, "docker-login"), helpers),
		writeFile(join(copy, "config.json"), JSON.stringify(config), { mode: 384 }),
		...others.map((name) => symlink(join(own, name), join(copy, name)))
	]);
	if (program === null) return { DOCKER_CONFIG: copy };
	return {
		DOCKER_CONFIG: copy,
		PATH: `${program}:${environment["PATH"] || "/usr/local/bin:/usr/bin:/bin"}`
	};
}
/** @returns the directory for PATH, with nothing else in it */
async function makeHelper(directory, helpers) {
	const bin = join(directory, "bin");
	const script = join(directory, "helper.cjs");
	await mkdir(bin, {
		recursive: true,
		mode: 448
	});
	await Promise.all([
		writeFile(script, HELPER_SOURCE, { mode: 384 }),
		writeFile(join(directory, "helpers.json"), JSON.stringify(helpers), { mode: 384 }),
		writeFile(join(bin, `docker-credential-${HELPER}`), helperProgram(process.execPath, script), { mode: 448 })
	]);
	return bin;
}
/** In no list of registries: with a login, and so an entry, Docker does not search for a credential store. */
const NO_REGISTRY = "kamal-1password.invalid";
/**
* The user's `config.json` with our helper wherever it names one.
* Docker takes a store that it finds on the machine (`pass`, `secretservice`) where the file has no login and names no
* helper (docker/cli 28.2, cli/config/config.go, `LoadDefaultConfigFile`, and cli/config/credentials/detect_default_store.go).
*/
function ofTheRun(text) {
	const given = recordOf(parsed(text));
	const kept = Object.entries(given).filter(([name]) => !isKey(name, "credsStore", "credHelpers", "auths"));
	const auths = Object.assign({}, ...valuesOf(given, "auths").map(recordOf));
	const store = valuesOf(given, "credsStore").filter((name) => typeof name === "string" && name !== "").at(-1);
	const named = valuesOf(given, "credHelpers").flatMap((each) => Object.entries(recordOf(each)));
	const registries = Object.fromEntries(named.flatMap(([registry, name]) => typeof name === "string" && name !== "" ? [[registry, name]] : []));
	const config = {
		...Object.fromEntries(kept),
		auths: {
			[NO_REGISTRY]: {},
			...auths
		},
		...store === void 0 ? {} : { credsStore: HELPER },
		credHelpers: Object.fromEntries(Object.keys(registries).map((registry) => [registry, HELPER]))
	};
	const helpers = {
		store: typeof store === "string" ? store : null,
		registries
	};
	return {
		config,
		helpers: helpers.store === null && Object.keys(registries).length === 0 ? null : helpers
	};
}
/** Docker reads a file that is no JSON as an empty one, with a warning. */
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return {};
	}
}
/** Go reads the names of fields in any case, and the last of several wins. */
function isKey(name, ...wanted) {
	return wanted.some((each) => each.toLowerCase() === name.toLowerCase());
}
function valuesOf(given, key) {
	return Object.entries(given).flatMap(([name, value]) => isKey(name, key) ? [value] : []);
}
function recordOf(value) {
	return typeof value === "object" && value !== null ? { ...value } : {};
}
// src/action/run.ts
/** Begins to sign in to 1Password, makes the run's own directory, and notes it for `post`. */
async function startRun(parts) {
	const { inputs, log } = parts;
	const { environment, runnerTokens } = forChildren(process.env, inputs);
	const begin = () => beginOnePassword({
		given: inputs,
		environment: process.env,
		log
	});
	let begun = null;
	if (inputs.command === "preview") maskGiven(inputs, log);
	else begun = begin();
	const directory = await ownDirectory(parts.log);
	if (parts.inputs.command === "check") parts.state.note({ directory });
	else parts.state.set({ directory });
	return {
		...parts,
		directory,
		root: resolve(process.env["GITHUB_WORKSPACE"] ?? process.cwd(), parts.inputs.workingDirectory),
		environment,
		runnerTokens,
		spent: { onGithub: 0 },
		get onePassword() {
			return begun ??= begin();
		}
	};
}
/**
* Below `RUNNER_TEMP`, which is made if it is missing; if that fails, below the system's temporary directory.
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
	throw new Failure("no-temporary-directory", `There is no directory for temporary files: ${reasonOf(problem)}.`, { human: [`Let the runner's user write to ${places.join(" or ")}, and check whether the disk is full.`] }, problem);
}
/** What signs in to 1Password, or helps to: of that, only Kamal gets the token of a service account. */
const SIGNS_IN = /* @__PURE__ */ new Set([
	"OP_SERVICE_ACCOUNT_TOKEN",
	"OP_CONNECT_HOST",
	"OP_CONNECT_TOKEN",
	"OP_INTEGRATION_KEY",
	"OP_WORKLOAD_ID"
]);
/** What opens the runner's caches and artifacts of this job, and gets OIDC tokens for it. */
const RUNNER_TOKENS = /* @__PURE__ */ new Set(["ACTIONS_RUNTIME_TOKEN", ...ID_TOKEN_VARIABLES]);
/**
* The runner hands inputs over as `INPUT_…`, the token among them: none of that is for children, nor is anything to sign in
* with. A build that caches with `type=gha` needs the runner's own tokens, and a hook has of them what a `run:` step has;
* where a workload signs in, GitHub's word for the job is a part of that.
*/
function forChildren(env, { workloadId, integrationKey }) {
	const isWorkload = workloadId !== null || integrationKey !== null;
	const withheld = /* @__PURE__ */ new Set([...SIGNS_IN, ...isWorkload ? ID_TOKEN_VARIABLES : []]);
	const environment = {};
	const runnerTokens = {};
	for (const [name, value] of Object.entries(env)) {
		if (value === void 0 || /^(?:INPUT|STATE)_/.test(name) || withheld.has(name)) continue;
		(RUNNER_TOKENS.has(name) ? runnerTokens : environment)[name] = value;
	}
	return {
		environment,
		runnerTokens
	};
}
/**
* Where Kamal and its children put what is to go with the run: its clone of the repository, the registry's password.
* @param environment Kamal's own, which the answer is added to
*/
async function privatePlaces({ directory }, environment) {
	const temporary = join(directory, "tmp");
	const [docker] = await Promise.all([privateDockerConfig(directory, environment), mkdir(temporary, { mode: 448 })]);
	return {
		...docker,
		TMPDIR: temporary
	};
}
export { startRun as n, privatePlaces as t };
