/** Servers and roles. Source: Kamal 2.12.0, lib/kamal/configuration/servers.rb, role.rb and their validators. */
import { compareText } from '../../base/text/compare.ts';
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import { undefinedMethod } from '../yaml/psych.ts';
import { fetch, identityOf, toS, type YamlHash, type Place, type RubyValue } from '../yaml/values.ts';
import { deepMerge } from './deep-merge.ts';
import { readEnv, type Env } from './env.ts';
import { examplesOf } from './examples.ts';
import { isTruthy } from './present.ts';
import { readProxy, type Proxy } from './proxy.ts';
import { ConfigurationRefusal } from './refusal.ts';
import type { Lack } from './sections.ts';
import { Validator } from './validator.ts';

export interface RoleHost {
  readonly name: string;
  readonly tags: readonly RubyValue[];
}

export interface Role {
  readonly name: string;
  readonly place: Place;
  /** Where its settings or its list of servers are. */
  readonly valuePlace: Place;
  readonly hosts: readonly RoleHost[];
  readonly env: Env;
  /** The role's own proxy settings; null if the role runs without a proxy. */
  readonly proxy: Proxy | null;
  readonly config: YamlHash | null;
}

/**
 * The roles in Kamal's order (by name); a list of servers is the role `web`.
 * @throws Refusal
 */
export function readRoles(
  servers: RubyValue | null,
  primaryRole: string,
  lack: Lack,
  kamal: KamalRelease,
): Role[] {
  const validator = new Validator('servers', kamal);
  const { serversAreOptional } = kamal.facts;
  if (servers === null || servers.type === 'nil') {
    return serversAreOptional
      ? []
      : validator.error('should be an array or a hash', lack.place, { absent: lack.absent });
  }
  validator.type(servers, 'Array', 'Hash', ...(serversAreOptional ? ['Nil' as const] : []));
  if (servers.type === 'array') {
    validator.servers(servers);
    return [readRole({ name: 'web', place: servers.place, config: null, servers }, primaryRole, kamal)];
  }
  if (servers.type !== 'hash') return [];
  return sortedNames(servers).map(({ name, entry }) => {
    const config = entry.value;
    return readRole({ name, place: entry.key.place, config, servers: config }, primaryRole, kamal);
  });
}

function sortedNames(servers: YamlHash): { name: string; entry: { key: RubyValue; value: RubyValue } }[] {
  const entries = [...servers.entries.values()];
  const types = new Set(entries.map(({ key }) => key.type));
  const [one, other] = entries;
  if (one !== undefined && other !== undefined && types.size > 1) {
    throw new ConfigurationRefusal(
      `comparison of ${toS(one.key)} with ${toS(other.key)} failed`,
      servers.place,
    );
  }
  const named = entries.map((entry) => ({ name: toS(entry.key), entry }));
  // Ruby compares strings by their bytes; the order of code units differs only beyond the basic plane.
  named.sort((a, b) => compareText(a.name, b.name));
  const [first] = named;
  if (first && first.entry.key.type !== 'string') {
    throw new ConfigurationRefusal(undefinedMethod('inquiry', first.entry.key), first.entry.key.place);
  }
  return named;
}

/** A role as the deploy file has it. */
interface RoleEntry {
  readonly name: string;
  readonly place: Place;
  /** Null if all servers are of one role, which has no name. */
  readonly config: RubyValue | null;
  /** What its hosts are read from. */
  readonly servers: RubyValue;
}

function readRole(
  { name, place, config, servers }: RoleEntry,
  primaryRole: string,
  kamal: KamalRelease,
): Role {
  const examples = examplesOf(kamal);
  const validator = new Validator(`servers/${name}`, kamal);
  if (config) {
    validator.type(config, 'Array', 'Hash');
    if (config.type !== 'array') validator.example(config, examples.role);
    else if (kamal.facts.validatesRoleLists) validator.servers(config);
  }
  const own = config?.type === 'hash' ? config : null;
  if (own) {
    validator.labels(fetch(own, 'labels'));
    validator.dockerOptions(fetch(own, 'options'));
  }
  const env = own ? fetch(own, 'env') : undefined;
  const logging = own ? fetch(own, 'logging') : undefined;
  const read: Role = {
    name,
    place,
    valuePlace: servers.place,
    hosts: readHosts(servers),
    env: readEnv(env?.type === 'hash' ? env : null, `servers/${name}/env`, kamal),
    proxy: null,
    config: own,
  };
  if (logging) new Validator(`servers/${name}/logging`, kamal).example(logging, examples.logging);
  return { ...read, proxy: readRoleProxy(read, primaryRole, kamal) };
}

/** The primary role has a proxy unless it says `proxy: false`; other roles only where they ask for one. */
function readRoleProxy(
  { name, config, place }: Role,
  primaryRole: string,
  kamal: KamalRelease,
): Proxy | null {
  const proxy = config ? fetch(config, 'proxy') : undefined;
  const running = name === primaryRole ? !(proxy?.type === 'boolean' && !proxy.value) : isTruthy(proxy);
  if (!running) return null;
  const own = !proxy || proxy.type === 'nil' || (proxy.type === 'boolean' && proxy.value) ? null : proxy;
  return readProxy(own, `servers/${name}/proxy`, place, kamal);
}

function readHosts(servers: RubyValue): RoleHost[] {
  const listed = servers.type === 'hash' ? fetch(servers, 'hosts') : servers;
  const hosts = new Map<string, RoleHost>();
  for (const server of listed?.type === 'array' ? listed.items : []) {
    // Only strings and hashes count: a number is no host for Kamal, though its validation lets it pass.
    if (server.type === 'string') {
      hosts.set(identityOf(server), { name: server.value, tags: [] });
    } else if (server.type === 'hash') {
      const [entry] = server.entries.values();
      if (entry) hosts.set(identityOf(entry.key), { name: toS(entry.key), tags: tagList(entry.value) });
    }
  }
  return [...hosts.values()];
}

/** Ruby's `Array(tags)`. */
function tagList(tags: RubyValue): readonly RubyValue[] {
  if (tags.type === 'array') return tags.items;
  return tags.type === 'nil' ? [] : [tags];
}

/** A role's proxy over the app's, validated again as Kamal does. @throws Refusal */
export function mergedProxy(role: Role, root: Proxy, kamal: KamalRelease): Proxy | null {
  if (!role.proxy) return null;
  return readProxy(deepMerge(root.config, role.proxy.config), 'proxy', root.config.place, kamal);
}
