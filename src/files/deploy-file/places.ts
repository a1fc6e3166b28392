/** Where the names are that distinguish one deployment from another. */
import type { DeployPlaces, PlacedText } from '../../parity/model.ts';
import { fetch, toS, type RubyValue, type YamlHash } from '../yaml/values.ts';
import type { Locator } from './locator.ts';

export const NO_PLACES: DeployPlaces = {
  service: null,
  proxyHosts: [],
  hosts: [],
  volumes: [],
  accessories: [],
};

/** @param raw the merged deploy files */
export function placesOf(raw: YamlHash, locator: Locator): DeployPlaces {
  const placed = (value: RubyValue | undefined): PlacedText[] =>
    (value?.type === 'string' || value?.type === 'integer') && locator.isKnown(value.place)
      ? [{ text: toS(value), span: locator.span(value.place) }]
      : [];
  const all = (value: RubyValue | undefined): PlacedText[] =>
    value?.type === 'array' ? value.items.flatMap(placed) : placed(value);
  const ofProxy = (value: RubyValue | undefined): PlacedText[] =>
    value?.type === 'hash' ? [...all(fetch(value, 'host')), ...all(fetch(value, 'hosts'))] : [];
  const servers = fetch(raw, 'servers');
  const roles = servers?.type === 'hash' ? [...servers.entries.values()].map(({ value }) => value) : [];
  const accessories = fetch(raw, 'accessories');
  const lists = [
    servers,
    ...roles,
    ...roles.map((role) => (role.type === 'hash' ? fetch(role, 'hosts') : undefined)),
  ];
  return {
    service: placed(fetch(raw, 'service'))[0] ?? null,
    proxyHosts: [
      ...ofProxy(fetch(raw, 'proxy')),
      ...roles.flatMap((role) => (role.type === 'hash' ? ofProxy(fetch(role, 'proxy')) : [])),
    ],
    hosts: lists.flatMap((list) =>
      list?.type === 'array' ? list.items.flatMap((item) => hostOf(item, placed)) : [],
    ),
    volumes: all(fetch(raw, 'volumes')),
    accessories:
      accessories?.type === 'hash' ? [...accessories.entries.values()].flatMap(({ key }) => placed(key)) : [],
  };
}

/** A host, or one with its tags: `192.0.2.1: [tag]`. */
function hostOf(item: RubyValue, placed: (value: RubyValue) => PlacedText[]): PlacedText[] {
  if (item.type !== 'hash') return placed(item);
  return [...item.entries.values()].flatMap(({ key }) => placed(key));
}
