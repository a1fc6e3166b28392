/** The sections of the merged configuration that several readers use. */
import { fetch, toS, type YamlHash, type Place, type RubyValue } from '../yaml/values.ts';
import { isTruthy } from './present.ts';

/** The value under a root key, nil if absent. */
export function section(raw: YamlHash, key: string): RubyValue | null {
  const value = fetch(raw, key);
  return value && value.type !== 'nil' ? value : null;
}

/** The hash under a root key, or null if there is none. */
export function hashSection(raw: YamlHash, key: string): YamlHash | null {
  const value = section(raw, key);
  return value?.type === 'hash' ? value : null;
}

/** Where a section should be that is no hash: its empty value, or the whole configuration that has none. */
export interface Lack {
  readonly place: Place;
  /** Whether even its key is missing. */
  readonly absent: boolean;
}

export function lackOf(raw: YamlHash, key: string): Lack {
  const found = fetch(raw, key);
  return { place: found?.place ?? raw.place, absent: !found };
}

/** `primary_role`, default `web`. */
export function primaryRoleName(raw: YamlHash): string {
  return settingOr(raw, 'primary_role', 'web');
}

/** `hooks_path`, default `.kamal/hooks`. */
export function hooksPathOf(raw: YamlHash): string {
  return settingOr(raw, 'hooks_path', '.kamal/hooks');
}

/** `secrets_path`, default `.kamal/secrets`. */
export function secretsPathOf(raw: YamlHash): string {
  return settingOr(raw, 'secrets_path', '.kamal/secrets');
}

function settingOr(raw: YamlHash, key: string, otherwise: string): string {
  const value = fetch(raw, key);
  return isTruthy(value) ? toS(value) : otherwise;
}
