import { shellQuoted } from '../../base/text/quoting.ts';

/** The name after `docker-credential-`, by which Docker finds the program on PATH. */
export const HELPER = 'kamal-1password';

/** Which helper of the user's own knows the earlier logins: of one registry by its name, of all others `store`. */
export interface OwnHelpers {
  readonly store: string | null;
  readonly registries: Readonly<Record<string, string>>;
}

/**
 * A credential helper for one run: what is stored stays next to it, in the run's directory; what was stored before the
 * run is read from the user's own helpers, which are never asked to store or to erase. The protocol:
 * github.com/docker/docker-credential-helpers, README, “Usage”: `store` takes `ServerURL`, `Username` and `Secret` as
 * JSON; `get` and `erase` take the server's URL; `list` answers with user names by URL; a helper that has nothing says
 * so on its standard output and ends with 1.
 */
export const HELPER_SOURCE = `'use strict';
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
export function helperProgram(node: string, script: string): string {
  return `#!/bin/sh\nunset NODE_OPTIONS\nexec ${shellQuoted(node)} ${shellQuoted(script)} "$1"\n`;
}
