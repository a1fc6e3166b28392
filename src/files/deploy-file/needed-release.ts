import type { DeployReading } from '../../parity/model.ts';
import { fetch, type RubyValue, type YamlHash } from '../yaml/values.ts';
import { KEY_CHANGES } from '../../base/kamal-facts/key-changes.ts';
import type { Examples } from './examples.ts';
import type { Locator } from './locator.ts';

/** The key that came with the latest release of all that a deploy file uses; null if 2.0.0 knows them all. */
export function neededRelease(raw: YamlHash, locator: Locator): DeployReading['needs'] {
  let latest: { readonly since: string; readonly key: string; readonly value: RubyValue } | null = null;
  for (const { part, key, since, before } of KEY_CHANGES) {
    if (before !== null) continue;
    const value = partsOf(part, raw)
      .map((hash) => fetch(hash, key))
      .find((each) => each !== undefined);
    // The changes are in the order of the releases.
    if (value) latest = { since, key: part === 'configuration' ? key : `${part}.${key}`, value };
  }
  return latest && { version: latest.since, key: latest.key, span: locator.span(latest.value.place) };
}

/** The hashes of a deploy file that are validated as one part. */
function partsOf(part: keyof Examples, raw: YamlHash): YamlHash[] {
  const roles = hashesIn(fetch(raw, 'servers'));
  const accessories = hashesIn(fetch(raw, 'accessories'));
  switch (part) {
    case 'configuration':
      return [raw];
    case 'role':
      return roles;
    case 'accessory':
      return accessories;
    case 'proxy':
      return [raw, ...roles, ...accessories].flatMap((each) => hashOf(fetch(each, 'proxy')));
    default:
      return hashOf(fetch(raw, part));
  }
}

function hashesIn(value: RubyValue | undefined): YamlHash[] {
  return hashOf(value).flatMap(({ entries }) =>
    [...entries.values()].flatMap((entry) => hashOf(entry.value)),
  );
}

function hashOf(value: RubyValue | undefined): YamlHash[] {
  return value?.type === 'hash' ? [value] : [];
}
