/**
 * The secrets of roles: the app's list, the role's own and those of the host's tags, united
 * (Kamal 2.12.0, role.rb `env` and env.rb `merge`).
 */
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import type { Consumer } from '../../parity/model.ts';
import { fetch, toS, type YamlArray, type YamlHash, type RubyValue } from '../yaml/values.ts';
import type { Configuration } from './configuration-model.ts';
import { brokenItem, failureOn, splitAlias } from './env.ts';
import type { Locator } from './locator.ts';
import type { Role } from './roles.ts';
import { hashSection } from './sections.ts';

interface List {
  readonly via: string;
  readonly items: readonly RubyValue[];
}

interface Seen {
  where: string;
  /** null once some host reads it; else the reason why the latest one does not. */
  unread: string | null;
  /** What Kamal fails on, for that reason; else null. */
  failsOn: RubyValue | null;
}

export function roleConsumers(configuration: Configuration, locator: Locator): Consumer[] {
  const root: List = { via: 'env.secret', items: configuration.env.secret?.items ?? [] };
  const tags = tagLists(hashSection(configuration.raw, 'env'));
  const seen = new Map<List, Map<RubyValue, Seen>>();
  const lists: List[] = [root];
  const noteAll = (list: List, where: string, unread: string): void => {
    for (const item of list.items) note(seen, list, item, { where, unread, failsOn: null });
  };
  for (const role of configuration.roles) {
    const own: List = { via: `servers.${role.name}.env.secret`, items: role.env.secret?.items ?? [] };
    lists.push(own);
    const where = `role:${role.name}`;
    if (role.hosts.length === 0) noteAll(own, where, `the role ${role.name} has no hosts`);
    for (const wanted of tagSets(role)) noteHost(seen, { where, root, own, tags, wanted }, configuration);
  }
  const firstUnread = configuration.roles.length === 0 ? 'there is no role' : 'no role has a host';
  noteUnseen(seen, root, 'env', firstUnread);
  for (const [name, list] of tags) {
    lists.push(list);
    noteUnseen(seen, list, `tag:${name}`, `no host has the tag ${name}`);
  }
  return lists.flatMap((list) =>
    list.items.flatMap((item) => {
      const noted = seen.get(list)?.get(item);
      return noted === undefined
        ? []
        : [{ via: list.via, ...toConsumer(item, noted, locator, configuration.kamal) }];
    }),
  );
}

function toConsumer(
  item: RubyValue,
  { where, unread, failsOn }: Seen,
  locator: Locator,
  kamal: KamalRelease,
): Omit<Consumer, 'via'> {
  return {
    ...splitAlias(toS(item), kamal),
    span: locator.span(item.place),
    where,
    applied: unread === null,
    notAppliedBecause: unread,
    failure:
      failsOn && unread !== null
        ? {
            message: unread,
            span: locator.span(failsOn.place),
            isNotString: unread === failureOn(failsOn),
          }
        : null,
    certain: locator.isKnown(item.place),
  };
}

function note(seen: Map<List, Map<RubyValue, Seen>>, list: List, item: RubyValue, found: Seen): void {
  const items = seen.get(list) ?? new Map<RubyValue, Seen>();
  seen.set(list, items);
  const known = items.get(item);
  // Where a role fails on another item of its list, what the others make of this one is what counts.
  const isBetter =
    known?.unread != null && (found.unread === null || (known.failsOn !== null && found.failsOn === null));
  if (!known) items.set(item, found);
  else if (isBetter) Object.assign(known, found);
}

function noteUnseen(seen: Map<List, Map<RubyValue, Seen>>, list: List, where: string, unread: string): void {
  for (const item of list.items) {
    if (!seen.get(list)?.has(item)) note(seen, list, item, { where, unread, failsOn: null });
  }
}

/** The sets of tags that the role's hosts have, each once: hosts of the same tags have the same env. */
function tagSets(role: Role): string[][] {
  const sets = new Map<string, string[]>();
  for (const { tags } of role.hosts) {
    const names = tags.map((tag) => toS(tag));
    sets.set(JSON.stringify(names), names);
  }
  return [...sets.values()];
}

interface HostEnv {
  readonly where: string;
  readonly root: List;
  readonly own: List;
  readonly tags: ReadonlyMap<string, List>;
  readonly wanted: readonly string[];
}

function noteHost(seen: Map<List, Map<RubyValue, Seen>>, host: HostEnv, { raw, kamal }: Configuration): void {
  const lists = [host.root, host.own, ...host.wanted.flatMap((name) => host.tags.get(name) ?? [])];
  const items = lists.flatMap((list) => list.items);
  const broken = brokenItem(items, kamal);
  // Kamal asks the root env for its tags (`raw_config.env["tags"]`), and fails if there is none.
  const noEnv = host.wanted.length > 0 && !fetch(raw, 'env');
  const noTag = kamal.facts.unknownTag === 'raises' && host.wanted.some((name) => !host.tags.has(name));
  // Of items with one name the last wins; an item that is repeated counts at its first place (`|`).
  const winners = new Map<string, string>();
  const met = new Set<string>();
  for (const item of items) {
    const text = toS(item);
    if (!met.has(text)) winners.set(splitAlias(text, kamal).container, text);
    met.add(text);
  }
  const ofTag = noTag ? 'Kamal fails on a tag that env.tags does not have' : null;
  const ofTags = noEnv ? 'Kamal fails on tags without a root env' : ofTag;
  for (const list of lists) {
    for (const item of list.items) {
      const { container } = splitAlias(toS(item), kamal);
      const isLast = winners.get(container) === toS(item);
      const overruled = isLast ? null : `a later item sets ${container} again`;
      const unread = ofTags ?? (broken ? failureOn(broken) : overruled);
      const failsOn = noEnv || noTag ? item : (broken ?? null);
      note(seen, list, item, { where: host.where, unread, failsOn });
    }
  }
}

/** The secret lists of `env.tags`, by the name of the tag; only tags named by strings are ever found. */
function tagLists(env: YamlHash | null): Map<string, List> {
  const tags = env ? fetch(env, 'tags') : undefined;
  const lists = new Map<string, List>();
  if (tags?.type !== 'hash') return lists;
  for (const { key, value } of tags.entries.values()) {
    if (key.type !== 'string' || value.type !== 'hash') continue;
    const secret = fetch(value, 'secret');
    const items: YamlArray['items'] = secret?.type === 'array' ? secret.items : [];
    lists.set(key.value, { via: `env.tags.${key.value}.secret`, items });
  }
  return lists;
}
