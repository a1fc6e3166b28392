/** Accessories. Source: Kamal 2.12.0, lib/kamal/configuration/accessory.rb and validator/accessory.rb. */
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import { undefinedMethod } from '../yaml/psych.ts';
import { fetch, toS, type YamlHash, type Place, type RubyValue } from '../yaml/values.ts';
import { readEnv, type Env } from './env.ts';
import { examplesOf } from './examples.ts';
import { isPresent, isTruthy } from './present.ts';
import { readProxy, type Proxy } from './proxy.ts';
import { ConfigurationRefusal } from './refusal.ts';
import { readRegistry, type Registry } from './registry.ts';
import type { Role } from './roles.ts';
import { Validator } from './validator.ts';

export interface Accessory {
  readonly name: string;
  readonly place: Place;
  readonly config: YamlHash;
  /** null if Kamal fails to find them: a single `tag` while the servers are a list, a `role` that is false. */
  readonly hosts: readonly string[] | null;
  readonly env: Env;
  readonly proxy: Proxy | null;
  readonly registry: Registry | null;
}

/**
 * All accessories, not yet placed on hosts.
 * @throws Refusal
 */
export function readAccessories(
  accessories: RubyValue | null,
  roles: readonly Role[],
  kamal: KamalRelease,
): Accessory[] {
  if (accessories?.type !== 'hash') return [];
  return [...accessories.entries.values()].map(({ key, value }) => {
    if (key.type !== 'string') throw new ConfigurationRefusal(undefinedMethod('inquiry', key), key.place);
    return readAccessory({ name: key.value, place: key.place }, value, roles, kamal);
  });
}

/**
 * The same with their hosts, which Kamal asks for later, when it counts all hosts (2.12.0, configuration/boot.rb).
 * @throws Refusal
 */
export function placed(
  accessories: readonly Accessory[],
  roles: readonly Role[],
  servers: RubyValue | null,
  kamal: KamalRelease,
): Accessory[] {
  return accessories.map((accessory) => ({
    ...accessory,
    hosts: placedHosts(accessory.config, roles, servers, kamal),
  }));
}

function readAccessory(
  { name, place }: Pick<Accessory, 'name' | 'place'>,
  value: RubyValue,
  roles: readonly Role[],
  kamal: KamalRelease,
): Accessory {
  const context = `accessories/${name}`;
  const validator = new Validator(context, kamal);
  validator.example(value, examplesOf(kamal).accessory);
  if (value.type !== 'hash') return validator.typeError(value.place, 'Hash');
  const { placements } = kamal.facts;
  if (placements.filter((key) => value.entries.has(`s:${key}`)).length !== 1) {
    const named = placements.map((key) => `\`${key}\``);
    validator.error(`specify one of ${named.slice(0, -1).join(', ')} or ${named.at(-1)}`, place, {
      lacks: [value.place],
    });
  }
  validator.labels(fetch(value, 'labels'));
  validator.dockerOptions(fetch(value, 'options'));
  if (kamal.facts.unknownAccessoryRole === 'refused') ensureRolesExist(name, value, roles);
  const env = fetch(value, 'env');
  const proxy = fetch(value, 'proxy');
  const registry = fetch(value, 'registry');
  return {
    name,
    place,
    config: value,
    env: readEnv(env?.type === 'hash' ? env : null, `${context}/env`, kamal),
    proxy: isPresent(proxy) ? readProxy(proxy, `${context}/proxy`, proxy.place, kamal) : null,
    registry:
      isPresent(registry) && registry.type === 'hash'
        ? readRegistry(registry, `${context}/registry`, { place: registry.place, absent: false }, kamal)
        : null,
    hosts: [],
  };
}

function ensureRolesExist(name: string, config: YamlHash, roles: readonly Role[]): void {
  const names = new Set(roles.map((role) => role.name));
  const wanted = fetch(config, 'roles');
  if (wanted?.type === 'array') {
    const missing = wanted.items.filter((item) => !(item.type === 'string' && names.has(item.value)));
    const [first] = missing;
    if (first !== undefined) {
      throw new ConfigurationRefusal(
        `accessories/${name}: unknown roles ${missing.map((item) => toS(item)).join(', ')}`,
        first.place,
      );
    }
    return;
  }
  const one = fetch(config, 'role');
  if (isTruthy(one) && !names.has(toS(one))) {
    throw new ConfigurationRefusal(`accessories/${name}: unknown role ${toS(one)}`, one.place);
  }
}

function placedHosts(
  config: YamlHash,
  roles: readonly Role[],
  servers: RubyValue | null,
  { facts }: KamalRelease,
): string[] | null {
  const host = fetch(config, 'host');
  if (host) return [toS(host)];
  const hosts = fetch(config, 'hosts');
  if (hosts) return hosts.type === 'array' ? hosts.items.map((item) => hostName(item)) : [];
  const one = fetch(config, 'role');
  // Kamal finds no role `false`, and then no hosts.
  if (one && !isTruthy(one)) return null;
  const byRole = one ?? fetch(config, 'roles');
  if (byRole) {
    const wanted = byRole.type === 'array' ? byRole.items : [byRole];
    return wanted.flatMap((item) => {
      const role = roles.find(({ name }) => name === toS(item));
      if (!role && facts.unknownAccessoryRole !== 'refused') {
        const message = UNKNOWN_ROLE[facts.unknownAccessoryRole];
        throw new ConfigurationRefusal(message.replace('ROLE', toS(item)), item.place);
      }
      return role?.hosts.map(({ name }) => name) ?? [];
    });
  }
  const byTag = fetch(config, 'tag') ?? fetch(config, 'tags');
  if (!byTag) return [];
  if (fetch(config, 'tag') && servers?.type !== 'hash') return null;
  const wanted = byTag.type === 'array' ? byTag.items : [byTag];
  return wanted.flatMap((tag) => taggedHosts(tag, servers));
}

const UNKNOWN_ROLE = {
  raises: "undefined method `hosts' for nil:NilClass",
  'refused with its hosts': "Unknown role in accessories config: 'ROLE'",
} as const;

function hostName(item: RubyValue): string {
  if (item.type !== 'hash') return toS(item);
  const [entry] = item.entries.values();
  return entry ? toS(entry.key) : '';
}

/** Kamal searches for tags only in roles given as lists, and by `include?`: in a string also a part matches. */
function taggedHosts(tag: RubyValue, servers: RubyValue | null): string[] {
  if (servers?.type !== 'hash') return [];
  return [...servers.entries.values()].flatMap(({ value }) => {
    if (value.type !== 'array') return [];
    return value.items.flatMap((host) => {
      if (host.type !== 'hash') return [];
      const [entry] = host.entries.values();
      if (!entry) return [];
      return hasTag(entry.value, tag) ? [toS(entry.key)] : [];
    });
  });
}

function hasTag(tags: RubyValue, tag: RubyValue): boolean {
  if (tags.type === 'array')
    return tags.items.some((item) => item.type === tag.type && toS(item) === toS(tag));
  if (tags.type === 'string') {
    if (tag.type !== 'string') {
      throw new ConfigurationRefusal(`no implicit conversion of ${tag.type} into String`, tag.place);
    }
    return tags.value.includes(tag.value);
  }
  throw new ConfigurationRefusal(undefinedMethod('include?', tags), tags.place);
}
