/** The env of the app, a role, a tag or an accessory. Source: Kamal 2.12.0, lib/kamal/configuration/env.rb and validator/env.rb. */
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import { fetch, toS, type YamlArray, type YamlHash, type RubyValue } from '../yaml/values.ts';
import { Validator } from './validator.ts';

const SPECIAL_KEYS: ReadonlySet<string> = new Set(['clear', 'secret', 'tags']);

export interface Env {
  /** The names in clear; null if there are none. */
  readonly clear: YamlHash | null;
  readonly secret: YamlArray | null;
}

/**
 * Validates an env as Kamal does and takes it apart: without `clear`, `secret` or `tags` all of it is clear.
 * @param context as in Kamal's messages: `env`, `servers/web/env`, `accessories/db/env`
 * @throws Refusal
 */
export function readEnv(config: YamlHash | null, context: string, kamal: KamalRelease): Env {
  if (!config) return { clear: null, secret: null };
  validateEnv(config, new Validator(context, kamal), kamal);
  return readEnvLeniently(config);
}

/** The same without validation, for parts that Kamal validates elsewhere or not at all. */
export function readEnvLeniently(config: YamlHash): Env {
  const clear = fetch(config, 'clear');
  const secret = fetch(config, 'secret');
  const allClear = !clear && !secret && !fetch(config, 'tags');
  return {
    clear: allClear ? config : asHash(clear),
    secret: secret?.type === 'array' ? secret : null,
  };
}

function asHash(value: RubyValue | undefined): YamlHash | null {
  return value?.type === 'hash' ? value : null;
}

function validateEnv(config: YamlHash, validator: Validator, kamal: KamalRelease): void {
  const keys = [...config.entries.values()].map((entry) => entry.key);
  if (!keys.some((key) => isSpecial(key))) {
    validator.hashOf(config, 'String');
    return;
  }
  validator.unknownKeys(keys.filter((key) => !isSpecial(key)));
  const clear = fetch(config, 'clear');
  const secret = fetch(config, 'secret');
  const tags = fetch(config, 'tags');
  if (clear) validator.within('clear', () => validator.hashOf(clear, 'String'));
  if (secret) validator.within('secret', () => validator.arrayOf(secret, 'String'));
  if (tags) validateTags(tags, validator, kamal);
}

function validateTags(tags: RubyValue, validator: Validator, kamal: KamalRelease): void {
  if (validator.context !== 'env') validator.error('tags are only allowed in the root env', tags.place);
  validator.within('tags', () => {
    validator.hash(tags);
    for (const { key, value } of tags.entries.values()) {
      validator.within(toS(key), () => {
        validator.hash(value);
        validateEnv(value, new Validator(validator.context, kamal), kamal);
      });
    }
  });
}

function isSpecial(key: RubyValue): boolean {
  return key.type === 'string' && SPECIAL_KEYS.has(key.value);
}

/** The item that Kamal fails on before it reads any secret of the list: it splits each, which only a string allows. */
export function brokenItem(items: readonly RubyValue[], { facts }: KamalRelease): RubyValue | undefined {
  return facts.knowsAliases ? items.find((item) => item.type !== 'string') : undefined;
}

/** Why no secret of a list is read: Kamal splits each item, which only a string allows. */
export function failureOn(item: RubyValue): string {
  return `Kamal fails on the item ${toS(item)}, which is not a string`;
}

/** An item of a secret list taken apart: the name in the container and the name of the secret (`NAME:ALIAS`). */
export function splitAlias(
  item: string,
  { facts }: KamalRelease,
): { readonly container: string; readonly secret: string } {
  const colon = facts.knowsAliases ? item.indexOf(':') : -1;
  if (colon < 0) return { container: item, secret: item };
  return { container: item.slice(0, colon), secret: item.slice(colon + 1) };
}
