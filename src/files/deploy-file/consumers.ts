/**
 * Who asks for which secret: every place of a configuration that names one, those that Kamal never reads included.
 * Source: every use of `secrets[…]` in Kamal 2.12.0: env.rb, registry.rb, builder.rb, proxy.rb, ssh.rb.
 */
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import type { Consumer } from '../../parity/model.ts';
import { fetch, toS, type YamlArray, type YamlHash, type RubyValue } from '../yaml/values.ts';
import type { Accessory } from './accessories.ts';
import type { Configuration } from './configuration-model.ts';
import { brokenItem, failureOn, splitAlias } from './env.ts';
import type { Locator } from './locator.ts';
import { isTruthy } from './present.ts';
import type { Proxy } from './proxy.ts';
import type { Registry } from './registry.ts';
import { roleConsumers } from './role-consumers.ts';
import { hashSection } from './sections.ts';

/** Every consumer, in the order: roles, proxies, registry, builder, accessories, ssh. */
export function consumersOf(configuration: Configuration, locator: Locator): Consumer[] {
  const { raw, kamal } = configuration;
  return [
    ...roleConsumers(configuration, locator),
    ...proxyConsumers(configuration, locator),
    ...registryConsumers(configuration.registry, 'registry', 'registry', locator),
    ...builderConsumers(hashSection(raw, 'builder'), locator),
    ...configuration.accessories.flatMap((accessory) => accessoryConsumers(accessory, locator, kamal)),
    ...(kamal.facts.looksUpKeyData ? sshConsumers(hashSection(raw, 'ssh'), locator) : []),
  ];
}

function consumer(
  value: RubyValue,
  locator: Locator,
  about: Pick<Consumer, 'container' | 'via' | 'where'> & {
    readonly secret?: string;
    readonly unread?: string | null;
    readonly failsOn?: RubyValue | undefined;
  },
): Consumer {
  return {
    secret: about.secret ?? nameOf(value),
    container: about.container,
    span: locator.span(value.place),
    via: about.via,
    where: about.where,
    applied: (about.unread ?? null) === null,
    notAppliedBecause: about.unread ?? null,
    failure: about.failsOn
      ? {
          message: failureOn(about.failsOn),
          span: locator.span(about.failsOn.place),
          isNotString: true,
        }
      : null,
    certain: locator.isKnown(value.place),
  };
}

/** The name of a secret as written; a symbol is not a name that a secrets file could have. */
function nameOf(value: RubyValue): string {
  return value.type === 'symbol' ? `:${value.value}` : toS(value);
}

/** The items of a list that share one container: of those of one name the last wins, the others are never read. */
function accessoryConsumers(accessory: Accessory, locator: Locator, kamal: KamalRelease): Consumer[] {
  const where = `accessory:${accessory.name}`;
  const via = `accessories.${accessory.name}`;
  return [
    ...listConsumers(accessory.env.secret, { via: `${via}.env.secret`, where }, locator, kamal),
    ...registryConsumers(accessory.registry, `${via}.registry`, `${where}/registry`, locator),
    ...accessoryProxyConsumers(accessory.proxy, `${via}.proxy`, `${where}/proxy`, locator),
  ];
}

function listConsumers(
  list: YamlArray | null,
  { via, where }: Pick<Consumer, 'via' | 'where'>,
  locator: Locator,
  kamal: KamalRelease,
): Consumer[] {
  const items = list?.items ?? [];
  const broken = brokenItem(items, kamal);
  const winners = new Map<string, string>();
  for (const item of items) winners.set(splitAlias(toS(item), kamal).container, toS(item));
  return items.map((item) => {
    const { container, secret } = splitAlias(toS(item), kamal);
    const isLast = winners.get(container) === toS(item);
    const overruled = isLast ? null : `a later item sets ${container} again`;
    const unread = broken ? failureOn(broken) : overruled;
    return consumer(item, locator, { secret, container, via, where, unread, failsOn: broken });
  });
}

function registryConsumers(
  registry: Registry | null,
  via: string,
  where: string,
  locator: Locator,
): Consumer[] {
  if (!registry) return [];
  const unread = registry.local ? 'Kamal reads no credentials for a registry on localhost' : null;
  return registry.credentials.flatMap(({ field, value }) => {
    const [first] = value.type === 'array' ? value.items : [];
    if (!isTruthy(first)) return [];
    return [consumer(first, locator, { container: null, via: `${via}.${field}`, where, unread })];
  });
}

function builderConsumers(builder: YamlHash | null, locator: Locator): Consumer[] {
  const list = builder ? fetch(builder, 'secrets') : undefined;
  if (list?.type !== 'array') return [];
  return list.items.map((item) =>
    consumer(item, locator, { container: toS(item), via: 'builder.secrets', where: 'builder' }),
  );
}

/** Certificates: a role reads its own proxy settings merged over the app's. */
function proxyConsumers(configuration: Configuration, locator: Locator): Consumer[] {
  const found = new Map<RubyValue, Consumer>();
  for (const role of configuration.roles) {
    const proxy = configuration.roleProxies.get(role.name);
    const certificate = proxy?.customCertificate;
    if (!certificate) continue;
    const own = role.proxy ? certificateValues(role.proxy) : [];
    for (const [field, value] of [
      ['certificate_pem', certificate.certificate],
      ['private_key_pem', certificate.key],
    ] as const) {
      const via = own.includes(value) ? `servers.${role.name}.proxy.ssl.${field}` : `proxy.ssl.${field}`;
      if (!found.has(value)) {
        found.set(value, consumer(value, locator, { container: null, via, where: `proxy:${role.name}` }));
      }
    }
  }
  const rest = configuration.proxy ? certificateFields(configuration.proxy) : [];
  for (const [field, value] of rest) {
    if (found.has(value)) continue;
    const unread = 'no role reads it';
    found.set(
      value,
      consumer(value, locator, { container: null, via: `proxy.ssl.${field}`, where: 'proxy', unread }),
    );
  }
  return [...found.values()];
}

function certificateFields(proxy: Proxy): (readonly [field: string, value: RubyValue])[] {
  const ssl = fetch(proxy.config, 'ssl');
  if (ssl?.type !== 'hash') return [];
  return ['certificate_pem', 'private_key_pem'].flatMap((field) => {
    const value = fetch(ssl, field);
    return isTruthy(value) ? [[field, value] as const] : [];
  });
}

function certificateValues(proxy: Proxy): RubyValue[] {
  return certificateFields(proxy).map(([, value]) => value);
}

function accessoryProxyConsumers(
  proxy: Proxy | null,
  via: string,
  where: string,
  locator: Locator,
): Consumer[] {
  if (!proxy) return [];
  const unread = "Kamal never reads the certificates of an accessory's proxy";
  return certificateFields(proxy).map(([field, value]) =>
    consumer(value, locator, { container: null, via: `${via}.ssl.${field}`, where, unread }),
  );
}

/** `ssh.key_data` takes a secret's name, or else the item is the key itself (Kamal 2.12.0, ssh.rb). */
function sshConsumers(ssh: YamlHash | null, locator: Locator): Consumer[] {
  const list = ssh ? fetch(ssh, 'key_data') : undefined;
  if (list?.type !== 'array') return [];
  return list.items
    .filter((item) => /^\w+$/u.test(toS(item)))
    .map((item) => consumer(item, locator, { container: null, via: 'ssh.key_data', where: 'ssh' }));
}
