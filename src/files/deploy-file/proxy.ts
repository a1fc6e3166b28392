/** The proxy of the app, a role or an accessory. Source: Kamal 2.12.0, lib/kamal/configuration/proxy.rb and validator/proxy.rb. */
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import { undefinedMethod } from '../yaml/psych.ts';
import { fetch, toS, type YamlHash, type Place, type RubyValue } from '../yaml/values.ts';
import { examplesOf } from './examples.ts';
import { isBlank, isPresent, isTruthy } from './present.ts';
import { ConfigurationRefusal } from './refusal.ts';
import { Validator } from './validator.ts';

export interface Proxy {
  readonly config: YamlHash;
  readonly ssl: boolean;
  /** `proxy.ssl` with both a certificate and a key, which Kamal reads from the secrets. */
  readonly customCertificate: { readonly certificate: RubyValue; readonly key: RubyValue } | null;
  /** `proxy.run`, null if it is absent or empty. */
  readonly run: RubyValue | null;
}

/**
 * @param config null for an absent proxy, which is an empty one
 * @throws Refusal
 */
export function readProxy(
  config: RubyValue | null,
  context: string,
  around: Place,
  kamal: KamalRelease,
): Proxy {
  const validator = new Validator(context, kamal);
  const value: RubyValue =
    config === null || config.type === 'nil'
      ? { type: 'hash', entries: new Map(), flow: false, place: around }
      : config;
  validator.example(value, examplesOf(kamal).proxy);
  if (value.type !== 'hash') return validator.typeError(value.place, 'Hash');
  validateProxy(value, validator);
  const ssl = fetch(value, 'ssl');
  const run = fetch(value, 'run');
  return {
    config: value,
    ssl: isTruthy(ssl),
    customCertificate: ssl?.type === 'hash' ? customCertificate(ssl) : null,
    run: isPresent(run) ? run : null,
  };
}

function validateProxy(proxy: YamlHash, validator: Validator): void {
  const host = fetch(proxy, 'host');
  const hosts = fetch(proxy, 'hosts');
  const ssl = fetch(proxy, 'ssl');
  if (isBlank(host) && isBlank(hosts) && isTruthy(ssl)) {
    validator.error('Must set a host to enable automatic SSL', ssl.place, {
      values: [host?.place, hosts?.place],
      lacks: [proxy.place],
    });
  }
  if (host && hosts) {
    validator.error("Specify one of 'host' or 'hosts', not both", hosts.place, { values: [host.place] });
  }
  if (ssl?.type === 'hash') validateCertificate(ssl, validator);
  const run = fetch(proxy, 'run');
  if (run?.type === 'hash') validatePublishing(run, validator);
}

function validatePublishing(run: YamlHash, validator: Validator): void {
  const publish = fetch(run, 'publish');
  const published = ['bind_ips', 'http_port', 'https_port']
    .map((key) => fetch(run, key))
    .find((value) => isPresent(value));
  if (publish?.type === 'boolean' && !publish.value && published) {
    validator.error('Cannot set http_port, https_port or bind_ips when publish is false', publish.place, {
      values: [published.place],
    });
  }
}

function validateCertificate(ssl: YamlHash, validator: Validator): void {
  const certificate = fetch(ssl, 'certificate_pem');
  const key = fetch(ssl, 'private_key_pem');
  if (isPresent(certificate) && isBlank(key)) {
    validator.error(
      'Missing private_key_pem setting (required when certificate_pem is present)',
      certificate.place,
      { values: [key?.place], lacks: [ssl.place] },
    );
  }
  if (isPresent(key) && isBlank(certificate)) {
    validator.error('Missing certificate_pem setting (required when private_key_pem is present)', key.place, {
      values: [certificate?.place],
      lacks: [ssl.place],
    });
  }
}

function customCertificate(ssl: YamlHash): Proxy['customCertificate'] {
  const certificate = fetch(ssl, 'certificate_pem');
  const key = fetch(ssl, 'private_key_pem');
  return isPresent(certificate) && isPresent(key) ? { certificate, key } : null;
}

/**
 * `Proxy#hosts`, called only where a role has SSL or for display.
 * @throws Refusal if `host` is not a string: Ruby has no `split` for it
 */
export function proxyHosts(proxy: Proxy, { facts }: KamalRelease): string[] {
  const hosts = fetch(proxy.config, 'hosts');
  if (isTruthy(hosts)) return hosts.type === 'array' ? hosts.items.map((item) => toS(item)) : [];
  const host = fetch(proxy.config, 'host');
  if (!host || host.type === 'nil') return [];
  if (host.type !== 'string' && facts.splitsProxyHost)
    throw new ConfigurationRefusal(undefinedMethod('split', host), host.place);
  if (host.type !== 'string') return [toS(host)];
  if (!facts.splitsProxyHost) return [host.value];
  // Ruby's split drops empty strings at the end.
  return host.value.replace(/(?<!,),+$/u, '') === '' ? [] : host.value.replace(/(?<!,),+$/u, '').split(',');
}
