/** What a configuration says in clear: the names of `env.clear`, and credentials written out. */
import type { DeployReading } from '../../parity/model.ts';
import { fetch, toS, type YamlHash, type RubyValue } from '../yaml/values.ts';
import type { Configuration } from './configuration-model.ts';
import { readEnvLeniently, type Env } from './env.ts';
import type { Locator } from './locator.ts';
import type { Registry } from './registry.ts';
import { hashSection } from './sections.ts';

type Clear = DeployReading['clear'][number];
type Literal = DeployReading['literals'][number];

const CREDENTIAL_NAME =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|SECRET_KEY_BASE|API_KEY|TOKEN|PRIVATE_KEY|ACCESS_KEY|MASTER_KEY|ENCRYPTION_KEY)$/iu;
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]{3,}@/iu;
const PLACEHOLDER = /[<>$]|\bchange[-_ ]?me\b|^x+$|^\*+$|example|placeholder|your[-_ ]/iu;
const MIN_CREDENTIAL = 8;

/** The names in clear, each with where it is. */
export function clearOf(configuration: Configuration, locator: Locator): Clear[] {
  return clearLists(configuration).flatMap(({ where, env }) =>
    [...(env.clear?.entries.values() ?? [])].map(({ key }) => ({
      name: toS(key),
      span: locator.span(key.place),
      where,
    })),
  );
}

function clearLists(configuration: Configuration): { where: string; env: Env }[] {
  const root = hashSection(configuration.raw, 'env');
  const tags = root ? fetch(root, 'tags') : undefined;
  const tagged = tags?.type === 'hash' ? [...tags.entries.values()] : [];
  return [
    { where: 'env.clear', env: configuration.env },
    ...configuration.roles.map(({ name, env }) => ({ where: `servers.${name}.env.clear`, env })),
    ...configuration.accessories.map(({ name, env }) => ({ where: `accessories.${name}.env.clear`, env })),
    ...tagged.flatMap(({ key, value }) =>
      value.type === 'hash' ? [{ where: `env.tags.${toS(key)}.clear`, env: readEnvLeniently(value) }] : [],
    ),
  ];
}

/** Credentials that the file holds literally: no name of a secret, nothing that ERB fills in. */
export function literalsOf(configuration: Configuration, locator: Locator): Literal[] {
  const found: Literal[] = [];
  const add = (what: string, value: RubyValue): void => {
    if (locator.isVerbatim(value.place) && locator.isKnown(value.place))
      found.push({ what, span: locator.span(value.place) });
  };
  const registry = (where: string, part: Registry | null): void => {
    for (const { field, value } of part?.credentials ?? []) {
      if (field === 'password' && value.type === 'string' && !PLACEHOLDER.test(value.value))
        add(`${where}.password`, value);
    }
  };
  registry('registry', configuration.registry);
  for (const { name, registry: own } of configuration.accessories)
    registry(`accessories.${name}.registry`, own);
  for (const { where, env } of clearLists(configuration)) {
    for (const { key, value } of env.clear?.entries.values() ?? []) {
      if (looksLikeCredential(toS(key), value)) add(`${where}.${toS(key)}`, value);
    }
  }
  for (const key of inlineKeys(hashSection(configuration.raw, 'ssh'))) add('ssh.key_data', key);
  return found;
}

function looksLikeCredential(name: string, value: RubyValue): boolean {
  if (value.type !== 'string' || PLACEHOLDER.test(value.value)) return false;
  if (URL_WITH_PASSWORD.test(value.value)) return true;
  return CREDENTIAL_NAME.test(name) && value.value.length >= MIN_CREDENTIAL && !/\s/u.test(value.value);
}

function inlineKeys(ssh: YamlHash | null): RubyValue[] {
  const list = ssh ? fetch(ssh, 'key_data') : undefined;
  return list?.type === 'array' ? list.items.filter((item) => toS(item).includes('PRIVATE KEY')) : [];
}
