/** The parts of a configuration that other rooms use. */
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import type { Deployment, Setting } from '../../parity/model.ts';
import { fetch, toS, type YamlHash, type RubyValue } from '../yaml/values.ts';
import type { Configuration } from './configuration-model.ts';
import type { Locator } from './locator.ts';
import { isTruthy } from './present.ts';
import { proxyHosts, type Proxy } from './proxy.ts';
import { ConfigurationRefusal } from './refusal.ts';
import { hashSection, primaryRoleName, section } from './sections.ts';

/** What is known of who runs where; text that only ERB knows is null or omitted. */
export function deploymentOf(configuration: Configuration, locator: Locator): Deployment {
  const { raw, roles, accessories, registry } = configuration;
  const text: KnownText = (hash, key) => {
    const value = hash ? fetch(hash, key) : undefined;
    return isTruthy(value) && locator.isKnown(value.place) ? toS(value) : null;
  };
  const setting = settingsIn(raw, locator);
  const registrySection = hashSection(raw, 'registry');
  const proxies = [...configuration.roleProxies.values()];
  return {
    service: text(raw, 'service'),
    roles: roles.map((role) => ({
      name: role.name,
      hosts: role.hosts.map(({ name }) => name),
      proxy: role.proxy !== null,
      asked: askedOf(configuration.roleProxies.get(role.name)?.config ?? null, setting),
      tags: Object.fromEntries(
        role.hosts.flatMap(({ name, tags }) =>
          tags.length === 0 ? [] : [[name, tags.map((tag) => toS(tag))]],
        ),
      ),
    })),
    primaryRole: primaryRoleName(raw),
    accessories: accessories.map(({ name, hosts, config }) => ({
      name,
      hosts: placementIsKnown(config, locator) ? (hosts ?? []) : [],
      service: text(config, 'service'),
    })),
    ssh: sshOf(raw, text),
    proxyHosts: [...new Set(proxies.flatMap((proxy) => hostsOf(proxy, configuration.kamal)))],
    proxySsl: proxies.some(({ ssl }) => ssl),
    registry: registry?.server ?? null,
    registryServer: setting(registrySection, 'server'),
    registryUsername: setting(registrySection, 'username'),
    deployTimeout: setting(raw, 'deploy_timeout'),
    image: imageOf(raw, locator),
    bootLimit: bootLimitOf(raw, locator),
    hostsAreKnown: locator.isKnown((section(raw, 'servers') ?? raw).place),
    hasUnknownHost: hasUnknownHost(section(raw, 'servers'), locator),
    builder: builderOf(hashSection(raw, 'builder'), locator, text),
  };
}

/** The setting of a key in a section, or of the whole file if there is no such section. */
function settingsIn(raw: YamlHash, locator: Locator): (within: YamlHash | null, key: string) => Setting {
  return (within, key) => {
    const value = within ? fetch(within, key) : undefined;
    if (value === undefined || value.type === 'nil')
      return locator.isKnown((within ?? raw).place) ? null : undefined;
    const isText = value.type !== 'hash' && value.type !== 'array';
    return isText && locator.isKnown(value.place) ? toS(value) : undefined;
  };
}

function askedOf(
  proxy: YamlHash | null,
  setting: ReturnType<typeof settingsIn>,
): Deployment['roles'][number]['asked'] {
  if (proxy === null) return null;
  const check = fetch(proxy, 'healthcheck');
  const path = check?.type === 'hash' ? setting(check, 'path') : setting(proxy, 'healthcheck');
  return { appPort: setting(proxy, 'app_port'), healthcheckPath: path };
}

/** Whether only a run knows a role, or a host of it; the rest of a role may be unknown. */
function hasUnknownHost(servers: RubyValue | null, locator: Locator): boolean {
  if (servers?.type !== 'hash') return servers !== null && !locator.isKnown(servers.place);
  return [...servers.entries.values()].some(({ key, value }) => {
    const hosts = value.type === 'hash' ? fetch(value, 'hosts') : value;
    return [key, hosts].some((each) => each !== undefined && !locator.isKnown(each.place));
  });
}

/** Whether the hosts of an accessory are certain, as far as they are its own and not those of a role. */
function placementIsKnown(config: YamlHash, locator: Locator): boolean {
  return ['host', 'hosts', 'role', 'roles', 'tag', 'tags'].every((key) => {
    const value = fetch(config, key);
    return value === undefined || locator.isKnown(value.place);
  });
}

/** The text of a key; null if it is missing, or only a run knows. */
type KnownText = (hash: YamlHash | null, key: string) => string | null;

function sshOf(raw: YamlHash, text: KnownText): Deployment['ssh'] {
  const ssh = hashSection(raw, 'ssh');
  const starts = Number(text(hashSection(raw, 'sshkit'), 'max_concurrent_starts') ?? '30');
  const port = Number(text(ssh, 'port') ?? '22');
  return {
    user: text(ssh, 'user') ?? 'root',
    port: Number.isInteger(port) ? port : 22,
    proxy: text(ssh, 'proxy'),
    proxyCommand: text(ssh, 'proxy_command'),
    starts: Number.isInteger(starts) && starts > 0 ? starts : 30,
  };
}

function builderOf(builder: YamlHash | null, locator: Locator, text: KnownText): Deployment['builder'] {
  const cache = builder ? fetch(builder, 'cache') : undefined;
  return {
    span: builder === null ? null : locator.span(builder.place),
    driver: text(builder, 'driver'),
    remote: text(builder, 'remote'),
    local: !isFalse(builder, 'local'),
    arches: builder ? texts(fetch(builder, 'arch'), locator) : null,
    cacheType: cache?.type === 'hash' ? text(cache, 'type') : null,
    isCached: isCached(builder, locator),
    isPack: builder !== null && isTruthy(fetch(builder, 'pack')),
    clones: builder === null || isNil(fetch(builder, 'context')),
  };
}

/** Kamal 2.12.0, lib/kamal/configuration.rb, `image`. */
function imageOf(raw: YamlHash, locator: Locator): Deployment['image'] {
  const value = fetch(raw, 'image');
  if (value?.type !== 'string' || value.value === '' || !locator.isKnown(value.place)) return null;
  return { name: value.value, span: locator.span(value.place) };
}

/** Kamal 2.12.0, lib/kamal/configuration/boot.rb, `limit`: a text is a percentage. */
function bootLimitOf(raw: YamlHash, locator: Locator): Deployment['bootLimit'] {
  const boot = hashSection(raw, 'boot');
  const value = boot ? fetch(boot, 'limit') : undefined;
  if (value?.type !== 'integer' || !locator.isKnown(value.place)) return null;
  return { hosts: value.value, span: locator.span(value.place) };
}

function isCached(builder: YamlHash | null, locator: Locator): boolean | null {
  if (builder === null) return false;
  if (isTruthy(fetch(builder, 'cache'))) return true;
  return locator.isKnown(builder.place) ? false : null;
}

/** A text or a list of texts; null if only ERB knows one of them. */
function texts(value: RubyValue | undefined, locator: Locator): string[] | null {
  const items = listOf(value);
  return items.every(({ place }) => locator.isKnown(place)) ? items.map((item) => toS(item)) : null;
}

function listOf(value: RubyValue | undefined): readonly RubyValue[] {
  if (value === undefined) return [];
  return value.type === 'array' ? value.items : [value];
}

function isNil(value: RubyValue | undefined): boolean {
  return value === undefined || value.type === 'nil';
}

function isFalse(hash: YamlHash | null, key: string): boolean {
  const value = hash ? fetch(hash, key) : undefined;
  return value?.type === 'boolean' && !value.value;
}

function hostsOf(proxy: Proxy, kamal: KamalRelease): string[] {
  try {
    return proxyHosts(proxy, kamal);
  } catch (error) {
    if (error instanceof ConfigurationRefusal) return [];
    throw error;
  }
}
