import { mergeInto, type HashEntry, type YamlHash, type RubyValue } from '../yaml/values.ts';

/**
 * ActiveSupport's `deep_merge`: hashes merge key by key, anything else is replaced by the later value.
 * Shared and cyclic parts (YAML aliases) are merged once per pair, so that a document of many aliases stays small.
 */
export function deepMerge(base: YamlHash, other: YamlHash): YamlHash {
  return merge(base, other, new Map());
}

function merge(base: YamlHash, other: YamlHash, done: Map<YamlHash, Map<YamlHash, YamlHash>>): YamlHash {
  const known = done.get(base)?.get(other);
  if (known) return known;
  const entries = new Map<string, HashEntry>(base.entries);
  const merged: YamlHash = { type: 'hash', entries, flow: other.flow, place: other.place };
  const row = done.get(base) ?? new Map<YamlHash, YamlHash>();
  row.set(other, merged);
  done.set(base, row);
  const changes = new Map<string, HashEntry>();
  for (const [id, entry] of other.entries) {
    const existing = base.entries.get(id)?.value;
    const value: RubyValue =
      existing?.type === 'hash' && entry.value.type === 'hash'
        ? merge(existing, entry.value, done)
        : entry.value;
    changes.set(id, { key: entry.key, value });
  }
  mergeInto(entries, changes);
  return merged;
}
