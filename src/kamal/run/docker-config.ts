import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SYSTEM_PATH } from '../../base/absolute-path.ts';
import { HELPER, HELPER_SOURCE, helperProgram, type OwnHelpers } from './credential-helper.ts';

/**
 * A Docker configuration of the run's own, so that the registry's password, which `docker login` writes into
 * `config.json` or hands to the credential helper named there (docs.docker.com, "docker login", "Credential stores"),
 * goes with the run. It includes the rest of the user's configuration (plugins, contexts, builders), and earlier logins,
 * by a credential helper that only reads from the user's (credential-helper.ts).
 * @param directory where to make it; it is removed with its parent
 * @param environment Kamal's, which says where the user's own is
 * @returns what Kamal's environment needs for it
 */
export async function privateDockerConfig(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const own = environment['DOCKER_CONFIG'] ?? join(environment['HOME'] ?? homedir(), '.docker');
  const copy = join(directory, 'docker');
  const [entries, given] = await Promise.all([
    readdir(own).catch(() => []),
    readFile(join(own, 'config.json'), 'utf8').catch(() => '{}'),
    mkdir(copy, { mode: 0o700 }),
  ]);
  const { config, helpers } = ofTheRun(given);
  const others = entries.filter((name) => name !== 'config.json');
  const [program] = await Promise.all([
    helpers === null ? null : makeHelper(join(directory, 'docker-login'), helpers),
    writeFile(join(copy, 'config.json'), JSON.stringify(config), { mode: 0o600 }),
    ...others.map((name) => symlink(join(own, name), join(copy, name))),
  ]);
  if (program === null) return { DOCKER_CONFIG: copy };
  return { DOCKER_CONFIG: copy, PATH: `${program}:${environment['PATH'] || SYSTEM_PATH}` };
}

/** @returns the directory for PATH, with nothing else in it */
async function makeHelper(directory: string, helpers: OwnHelpers): Promise<string> {
  const bin = join(directory, 'bin');
  const script = join(directory, 'helper.cjs');
  await mkdir(bin, { recursive: true, mode: 0o700 });
  await Promise.all([
    writeFile(script, HELPER_SOURCE, { mode: 0o600 }),
    writeFile(join(directory, 'helpers.json'), JSON.stringify(helpers), { mode: 0o600 }),
    writeFile(join(bin, `docker-credential-${HELPER}`), helperProgram(process.execPath, script), {
      mode: 0o700,
    }),
  ]);
  return bin;
}

/** In no list of registries: with a login, and so an entry, Docker does not search for a credential store. */
const NO_REGISTRY = 'kamal-1password.invalid';

/**
 * The user's `config.json` with our helper wherever it names one.
 * Docker takes a store that it finds on the machine (`pass`, `secretservice`) where the file has no login and names no
 * helper (docker/cli 28.2, cli/config/config.go, `LoadDefaultConfigFile`, and cli/config/credentials/detect_default_store.go).
 */
function ofTheRun(text: string): { config: Readonly<Record<string, unknown>>; helpers: OwnHelpers | null } {
  const given = recordOf(parsed(text));
  const kept = Object.entries(given).filter(([name]) => !isKey(name, 'credsStore', 'credHelpers', 'auths'));
  const auths = Object.assign({}, ...valuesOf(given, 'auths').map(recordOf));
  const stores = valuesOf(given, 'credsStore').filter((name) => typeof name === 'string' && name !== '');
  const store = stores.at(-1);
  const named = valuesOf(given, 'credHelpers').flatMap((each) => Object.entries(recordOf(each)));
  const registries = Object.fromEntries(
    named.flatMap(([registry, name]) => (typeof name === 'string' && name !== '' ? [[registry, name]] : [])),
  );
  const config = {
    ...Object.fromEntries(kept),
    auths: { [NO_REGISTRY]: {}, ...auths },
    ...(store === undefined ? {} : { credsStore: HELPER }),
    credHelpers: Object.fromEntries(Object.keys(registries).map((registry) => [registry, HELPER])),
  };
  const helpers = { store: typeof store === 'string' ? store : null, registries };
  return {
    config,
    helpers: helpers.store === null && Object.keys(registries).length === 0 ? null : helpers,
  };
}

/** Docker reads a file that is no JSON as an empty one, with a warning. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Go reads the names of fields in any case, and the last of several wins. */
function isKey(name: string, ...wanted: readonly string[]): boolean {
  return wanted.some((each) => each.toLowerCase() === name.toLowerCase());
}

function valuesOf(given: Readonly<Record<string, unknown>>, key: string): unknown[] {
  return Object.entries(given).flatMap(([name, value]) => (isKey(name, key) ? [value] : []));
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
