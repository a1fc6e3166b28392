/**
 * Kamal's configuration out of the merged hash: every part read and validated in Kamal's order, so that the
 * first refusal here is Kamal's. Source: Kamal 2.12.0, lib/kamal/configuration.rb and lib/kamal/configuration/*.rb.
 */
import { unconvertible, undefinedMethod } from '../yaml/psych.ts';
import { fetch, toS } from '../yaml/values.ts';
import type { YamlHash } from '../yaml/values.ts';
import { placed, readAccessories } from './accessories.ts';
import { checkBuilder } from './builder.ts';
import type { Configuration, ConfigurationContext } from './configuration-model.ts';
import { ensureConsistent } from './consistency.ts';
import { readEnv } from './env.ts';
import { ALIAS, BOOT, COMMANDS, CONFIGURATION, LOGGING, OUTPUT, SSH, SSHKIT } from './examples.ts';
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
  const { raw } = configuration;
  new Validator('', { allowExtensions: true }).example(raw, CONFIGURATION);
  const servers = section(raw, 'servers');
  configuration.roles = readRoles(servers, primaryRoleName(raw));
  configuration.registry = readRegistry(hashSection(raw, 'registry'), 'registry', lackOf(raw, 'registry'));
  configuration.accessories = readAccessories(section(raw, 'accessories'), configuration.roles);
  readAliases(hashSection(raw, 'aliases'));
  configuration.accessories = placed(configuration.accessories, configuration.roles, servers);
  checkPart(hashSection(raw, 'boot'), 'boot', BOOT);
  checkBuilder(hashSection(raw, 'builder'), raw);
  configuration.env = readEnv(hashSection(raw, 'env'), 'env');
  checkPart(hashSection(raw, 'logging'), 'logging', LOGGING);
  readOutput(hashSection(raw, 'output'));
  configuration.proxy = readProxy(fetch(raw, 'proxy') ?? null, 'proxy', raw.place);
  checkPart(hashSection(raw, 'ssh'), 'ssh', SSH);
  checkPart(hashSection(raw, 'sshkit'), 'sshkit', SSHKIT);
}

function checkPart(part: YamlHash | null, context: string, example: typeof BOOT): void {
  if (part) new Validator(context).example(part, example);
}

function readAliases(aliases: YamlHash | null): void {
  for (const { key, value } of aliases?.entries.values() ?? []) {
    if (key.type !== 'string') throw new ConfigurationRefusal(undefinedMethod('inquiry', key), key.place);
    const name = key.value;
    const validator = new Validator(`aliases/${name}`);
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
function readOutput(output: YamlHash | null): void {
  if (!output || isBlank(output)) return;
  new Validator('output').example(output, OUTPUT);
  for (const { key, value } of output.entries.values()) {
    if (value.type !== 'hash') continue;
    if (toS(key) === 'otel') checkEndpoint(value);
    if (toS(key) === 'file') checkPath(value);
  }
}
