/** What Kamal checks across the parts once all are read (Kamal 2.12.0, lib/kamal/configuration.rb, the `ensure_…` methods). */
import { compareText } from '../../base/text/compare.ts';
import { unconvertible } from '../yaml/psych.ts';
import { fetch, identityOf, toS, type YamlHash, type Place, type RubyValue } from '../yaml/values.ts';
import { remoteBuilder } from './builder.ts';
import type { Configuration, ConfigurationContext } from './configuration-model.ts';
import { compareGemVersions, isGemVersion } from '../../base/kamal-facts/gem-version.ts';
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import { isBlank, isTruthy } from './present.ts';
import { proxyHosts } from './proxy.ts';
import { type Grounds, ConfigurationRefusal } from './refusal.ts';
import { mergedProxy, type Role } from './roles.ts';
import { hooksPathOf, primaryRoleName, section } from './sections.ts';

const HOOKS_OUTPUT_LEVELS: ReadonlySet<string> = new Set(['quiet', 'verbose']);

/** @throws ConfigurationRefusal */
export function ensureConsistent(configuration: Configuration, context: ConfigurationContext): void {
  ensureDestination(configuration);
  ensureRequiredKeys(configuration);
  ensureVersions(configuration.raw, configuration.kamal);
  ensureServiceName(configuration.raw);
  ensureNoTraefikHooks(configuration.raw, context);
  ensureSslHosts(configuration);
  ensureSshForLocalRegistry(configuration);
  ensureSameProxyRuns(configuration);
  ensureHooksOutput(configuration.raw);
}

function refuse(message: string, place: Place, grounds?: Grounds): never {
  throw new ConfigurationRefusal(message, place, grounds);
}

/** Refuses what lacks a key, or has it without a value. */
function refuseMissing(message: string, raw: YamlHash, key: string, grounds: Grounds = {}): never {
  const found = fetch(raw, key);
  throw new ConfigurationRefusal(message, found?.place ?? raw.place, { ...grounds, absent: !found });
}

function ensureDestination({ raw, destination }: Configuration): void {
  const required = fetch(raw, 'require_destination');
  if (isTruthy(required) && destination === null) refuse('You must specify a destination', required.place);
}

function ensureRequiredKeys({ raw, registry, roles, kamal }: Configuration): void {
  const { requiredKeys } = kamal.facts;
  for (const key of requiredKeys) {
    if (isBlank(fetch(raw, key))) refuseMissing(`Missing required configuration for ${key}`, raw, key);
  }
  if (!requiredKeys.includes('image') && isBlank(fetch(raw, 'image')) && !registry?.local) {
    refuseMissing('Missing required configuration for image', raw, 'image', {
      values: [registry?.serverPlace],
    });
  }
  const servers = section(raw, 'servers');
  if (servers === null) {
    if (isBlank(fetch(raw, 'accessories')))
      refuseMissing('No servers or accessories specified', raw, 'accessories', {
        values: [fetch(raw, 'servers')?.place],
        lacks: [raw.place],
      });
    return;
  }
  ensureHosts(raw, roles, servers.place);
}

function ensureHosts(raw: YamlHash, roles: readonly Role[], serversPlace: Place): void {
  const primary = primaryRoleName(raw);
  const role = roles.find(({ name }) => name === primary);
  if (!role) {
    refuse(`The primary_role ${primary} isn't defined`, fetch(raw, 'primary_role')?.place ?? serversPlace, {
      lacks: [raw.place, serversPlace],
    });
  }
  if (role.hosts.length === 0) {
    refuse(`No servers specified for the ${role.name} primary_role`, role.place, {
      values: [role.valuePlace],
    });
  }
  if (isTruthy(fetch(raw, 'allow_empty_roles'))) return;
  const empty = roles.find(({ hosts }) => hosts.length === 0);
  if (empty) {
    refuse(
      `No servers specified for the ${empty.name} role. You can ignore this with allow_empty_roles: true`,
      empty.place,
      { values: [empty.valuePlace, fetch(raw, 'allow_empty_roles')?.place], lacks: [raw.place] },
    );
  }
}

function ensureVersions(raw: YamlHash, kamal: KamalRelease): void {
  const minimum = fetch(raw, 'minimum_version');
  if (isTruthy(minimum)) {
    const version = toS(minimum);
    if (!isGemVersion(version)) refuse(`Malformed version number string ${version}`, minimum.place);
    if (compareGemVersions(version, kamal.version) > 0) {
      refuse(`Current version is ${kamal.version}, minimum required is ${version}`, minimum.place);
    }
  }
  const retain = fetch(raw, 'retain_containers');
  if (retain?.type === 'integer' && retain.value < 1)
    refuse('Must retain at least 1 container', retain.place);
}

function ensureServiceName(raw: YamlHash): void {
  const service = fetch(raw, 'service');
  if (service === undefined) return;
  const valid =
    (service.type === 'string' || service.type === 'symbol') &&
    /(?<![^\n])[a-z0-9_-]+(?![^\n])/iu.test(service.value);
  if (!valid) {
    refuse('Service name can only include alphanumeric characters, hyphens, and underscores', service.place);
  }
}

function ensureNoTraefikHooks(raw: YamlHash, { exists }: ConfigurationContext): void {
  const given = fetch(raw, 'hooks_path');
  if (isTruthy(given) && given.type !== 'string') refuse(unconvertible(given), given.place);
  const hooksPath = hooksPathOf(raw);
  const found = ['pre-traefik-reboot', 'post-traefik-reboot'].filter((hook) =>
    exists(`${hooksPath}/${hook}`),
  );
  if (found.length > 0) {
    refuse(
      `Found ${found.join(', ')}, these should be renamed to (pre|post)-proxy-reboot`,
      fetch(raw, 'hooks_path')?.place ?? raw.place,
    );
  }
}

/** The proxies of the roles, which Kamal merges with the app's, and validates, only now. */
function ensureSslHosts({ roles, proxy: root, roleProxies, kamal }: Configuration): void {
  const unless = kamal.facts.sslServers === 'one' ? '' : ' unless you provide custom certificates';
  for (const role of roles) {
    const proxy = root ? mergedProxy(role, root, kamal) : null;
    if (!proxy) continue;
    roleProxies.set(role.name, proxy);
    if (proxy.ssl && role.hosts.length > 1 && !proxy.customCertificate) {
      refuse(
        `SSL is only supported on a single server${unless}, found ${role.hosts.length} servers for role ${role.name}`,
        fetch(proxy.config, 'ssl')?.place ?? role.place,
        { values: [role.valuePlace] },
      );
    }
  }
  const withSsl = roles.flatMap((role) => {
    const proxy = roleProxies.get(role.name);
    return proxy?.ssl ? [proxy] : [];
  });
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  let place: Place | null = null;
  for (const proxy of withSsl) {
    for (const host of proxyHosts(proxy, kamal)) {
      if (seen.has(host)) {
        duplicates.add(host);
        place ??= proxy.config.place;
      }
      seen.add(host);
    }
  }
  if (place)
    refuse(`Different roles can't share the same host for SSL: ${[...duplicates].join(', ')}`, place);
}

function ensureSshForLocalRegistry({ raw, registry, kamal }: Configuration): void {
  if (!kamal.facts.localRegistryNeedsSsh || !registry?.local) return;
  const builder = section(raw, 'builder');
  const remote = remoteBuilder(builder?.type === 'hash' ? builder : null);
  if (remote && !/^ssh:/iu.test(toS(remote))) {
    refuse('Local registry with remote builder requires an SSH URL (e.g., ssh://user@host)', remote.place, {
      values: [registry.serverPlace],
    });
  }
}

function ensureSameProxyRuns({ roles, roleProxies, accessories, kamal }: Configuration): void {
  const { proxyRuns } = kamal.facts;
  if (proxyRuns === 'any') return;
  // Host by host, in the order in which Kamal has them.
  const runs = new Map<string, RubyValue[]>();
  const note = (hosts: readonly string[], run: RubyValue | null | undefined): void => {
    for (const host of hosts) runs.set(host, [...(runs.get(host) ?? []), ...(run ? [run] : [])]);
  };
  for (const role of roles)
    note(
      role.hosts.map(({ name }) => name),
      roleProxies.get(role.name)?.run,
    );
  for (const accessory of accessories) {
    if (accessory.hosts === null) refuse("undefined method `include?' for nil:NilClass", accessory.place);
    note(accessory.hosts, accessory.proxy?.run);
  }
  for (const [host, [first, ...others]] of runs) {
    const other =
      proxyRuns === 'one'
        ? others[0]
        : others.find((run) => first && identityOf(unordered(run)) !== identityOf(unordered(first)));
    if (other) {
      refuse(`Conflicting proxy run configurations for host ${host}`, other.place, {
        values: [first?.place],
      });
    }
  }
}

/** Ruby compares hashes by their entries, not by their order. */
function unordered(value: RubyValue): RubyValue {
  if (value.type !== 'hash') return value;
  const entries = [...value.entries].toSorted(([a], [b]) => compareText(a, b));
  return {
    ...value,
    entries: new Map(entries.map(([id, { key, value: held }]) => [id, { key, value: unordered(held) }])),
  };
}

function ensureHooksOutput(raw: YamlHash): void {
  const output = fetch(raw, 'hooks_output');
  if (!output) return;
  const check = (level: RubyValue, hook: string | null): void => {
    if (level.type !== 'string' && level.type !== 'symbol') {
      refuse(`undefined method \`to_sym' for ${toS(level)}`, level.place);
    }
    if (HOOKS_OUTPUT_LEVELS.has(level.value)) return;
    const about = hook === null ? '' : ` for hook '${hook}'`;
    refuse(
      `Invalid hooks_output '${level.value}'${about}, must be one of: ${[...HOOKS_OUTPUT_LEVELS].join(', ')}`,
      level.place,
    );
  };
  if (output.type === 'hash') {
    for (const { key, value } of output.entries.values()) check(value, toS(key));
  } else if (output.type === 'string' || output.type === 'symbol') {
    check(output, null);
  }
}
