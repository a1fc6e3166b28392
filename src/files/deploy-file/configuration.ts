/**
 * Kamal's configuration out of the merged hash: every part read and validated in Kamal's order, so that the
 * first refusal here is Kamal's. Source: Kamal 2.12.0, lib/kamal/configuration.rb and lib/kamal/configuration/*.rb.
 */
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import { unconvertible, undefinedMethod } from '../yaml/psych.ts';
import { fetch, toS, type RubyValue, type YamlHash } from '../yaml/values.ts';
import { placed, readAccessories } from './accessories.ts';
import { checkBuilder } from './builder.ts';
import type { Configuration, ConfigurationContext } from './configuration-model.ts';
import { ensureConsistent } from './consistency.ts';
import { readEnv } from './env.ts';
import { ALIAS, COMMANDS, type ExampleHash, examplesOf } from './examples.ts';
import { isBlank, isTruthy } from './present.ts';
import { readRoles } from './roles.ts';
import { readProxy } from './proxy.ts';
import { ConfigurationRefusal } from './refusal.ts';
import { readRegistry } from './registry.ts';
import { hashSection, lackOf, primaryRoleName, section } from './sections.ts';
import { Validator } from './validator.ts';

/** Reads the whole of a merged configuration, up to the first thing that Kamal refuses. */
export function readConfiguration(raw: YamlHash, context: ConfigurationContext): Configuration {
  const configuration: Configuration = {
    raw,
    destination: context.destination,
    kamal: context.kamal,
    roles: [],
    registry: null,
    accessories: [],
    env: { clear: null, secret: null },
    proxy: null,
    roleProxies: new Map(),
    refusal: null,
  };
  try {
    readParts(configuration);
    ensureConsistent(configuration, context);
  } catch (error) {
    if (!(error instanceof ConfigurationRefusal)) throw error;
    configuration.refusal = error;
  }
  return configuration;
}

function readParts(configuration: Configuration): void {
  const { raw, kamal } = configuration;
  const examples = examplesOf(kamal);
  new Validator('', kamal, { allowExtensions: true }).example(raw, examples.configuration);
  const servers = section(raw, 'servers');
  configuration.roles = readRoles(servers, primaryRoleName(raw), lackOf(raw, 'servers'), kamal);
  configuration.registry = readRegistry(
    hashSection(raw, 'registry'),
    'registry',
    lackOf(raw, 'registry'),
    kamal,
  );
  configuration.accessories = readAccessories(section(raw, 'accessories'), configuration.roles, kamal);
  readAliases(hashSection(raw, 'aliases'), kamal);
  configuration.accessories = placed(configuration.accessories, configuration.roles, servers, kamal);
  const check = (part: 'boot' | 'logging' | 'ssh' | 'sshkit'): void =>
    checkPart(hashSection(raw, part), part, examples[part], kamal);
  check('boot');
  checkBuilder(hashSection(raw, 'builder'), raw, kamal);
  configuration.env = readEnv(hashSection(raw, 'env'), 'env', kamal);
  check('logging');
  readOutput(hashSection(raw, 'output'), kamal);
  configuration.proxy = readProxy(rootProxy(raw, kamal), 'proxy', raw.place, kamal);
  check('ssh');
  check('sshkit');
}

/** `proxy: false` is no proxy at all to some releases, and a wrong one to others. */
function rootProxy(raw: YamlHash, { facts }: KamalRelease): RubyValue | null {
  const proxy = fetch(raw, 'proxy') ?? null;
  return facts.rootProxyFalse === 'empty' && proxy && !isTruthy(proxy) ? null : proxy;
}

function checkPart(part: YamlHash | null, context: string, example: ExampleHash, kamal: KamalRelease): void {
  if (part) new Validator(context, kamal).example(part, example);
}

function readAliases(aliases: YamlHash | null, kamal: KamalRelease): void {
  for (const { key, value } of aliases?.entries.values() ?? []) {
    if (key.type !== 'string') throw new ConfigurationRefusal(undefinedMethod('inquiry', key), key.place);
    const name = key.value;
    const validator = new Validator(`aliases/${name}`, kamal);
    validator.example(value, ALIAS);
    if (!/^[a-z0-9_-]+$/u.test(name)) {
      validator.error(
        `Invalid alias name: '${name}'. Must only contain lowercase letters, alphanumeric, hyphens and underscores.`,
        key.place,
      );
    }
    if (COMMANDS.has(name)) validator.error(`Alias '${name}' conflicts with a built-in command.`, key.place);
  }
}

function checkEndpoint(otel: YamlHash): void {
  const endpoint = fetch(otel, 'endpoint');
  if (!isTruthy(endpoint))
    throw new ConfigurationRefusal('OTel endpoint is required', otel.place, { absent: true });
  if (endpoint.type !== 'string')
    throw new ConfigurationRefusal(undefinedMethod('chomp', endpoint), endpoint.place);
  // What `URI()` refuses: blanks and other characters that no address has.
  if (/[^!#$%&'()*+,./0-9:;=?@A-Z[\]_a-z~-]|%(?![\dA-Fa-f]{2})/u.test(endpoint.value)) {
    throw new ConfigurationRefusal(
      `bad URI(is not URI?): ${JSON.stringify(`${endpoint.value}/v1/logs`)}`,
      endpoint.place,
    );
  }
}

function checkPath(file: YamlHash): void {
  const path = fetch(file, 'path');
  if (!isTruthy(path)) throw new ConfigurationRefusal('file path is required', file.place, { absent: true });
  if (path.type !== 'string') throw new ConfigurationRefusal(unconvertible(path), path.place);
}

/** Kamal builds its loggers while it loads (lib/kamal/output/*_logger.rb). */
function readOutput(output: YamlHash | null, kamal: KamalRelease): void {
  if (!output || isBlank(output)) return;
  new Validator('output', kamal).example(output, examplesOf(kamal).output);
  for (const { key, value } of output.entries.values()) {
    if (value.type !== 'hash') continue;
    if (toS(key) === 'otel') checkEndpoint(value);
    if (toS(key) === 'file') checkPath(value);
  }
}
