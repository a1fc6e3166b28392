/** The lists of secrets as they are written, file by file, so that an edit can add to one in its own style. */
import type { SecretList, SourceFile } from '../../parity/model.ts';
import { fetch, toS, type YamlArray, type YamlHash, type RubyValue } from '../yaml/values.ts';
import type { Locator } from './locator.ts';

interface Found {
  readonly via: string;
  readonly list: YamlArray;
}

/**
 * @param files the hash of each file before merging
 * @param merged what Kamal reads: a list that is not in it was replaced by a destination's
 */
export function secretListsOf(
  files: readonly { readonly source: SourceFile; readonly root: YamlHash }[],
  merged: YamlHash,
  locator: Locator,
): SecretList[] {
  const effective = new Set(listsIn(merged).map(({ list }) => list));
  return files.flatMap(({ root }) =>
    listsIn(root).flatMap(({ via, list }) => {
      const span = locator.span(list.place);
      const text = files.find(({ source }) => source.path === span.file)?.source.text;
      if (text === undefined) return [];
      return [{ via, span, effective: effective.has(list), ...describe(list, text, locator) }];
    }),
  );
}

function listsIn(root: YamlHash): Found[] {
  const found: Found[] = [];
  const add = (via: string, value: RubyValue | undefined): void => {
    if (value?.type === 'array') found.push({ via, list: value });
  };
  const env = hashIn(root, 'env');
  add('env.secret', env && fetch(env, 'secret'));
  for (const [name, tag] of namedIn(env && hashIn(env, 'tags'))) {
    add(`env.tags.${name}.secret`, fetch(tag, 'secret'));
  }
  for (const part of ['servers', 'accessories']) {
    for (const [name, config] of namedIn(hashIn(root, part))) {
      const own = hashIn(config, 'env');
      add(`${part}.${name}.env.secret`, own && fetch(own, 'secret'));
    }
  }
  const builder = hashIn(root, 'builder');
  add('builder.secrets', builder && fetch(builder, 'secrets'));
  return found;
}

function hashIn(hash: YamlHash, key: string): YamlHash | undefined {
  const value = fetch(hash, key);
  return value?.type === 'hash' ? value : undefined;
}

function namedIn(hash: YamlHash | undefined): (readonly [string, YamlHash])[] {
  return [...(hash?.entries.values() ?? [])].flatMap(({ key, value }) =>
    value.type === 'hash' ? [[toS(key), value] as const] : [],
  );
}

function describe(
  list: YamlArray,
  text: string,
  locator: Locator,
): Omit<SecretList, 'via' | 'span' | 'effective'> {
  const span = locator.span(list.place);
  const items = list.items.map((item) => {
    const at = locator.span(item.place);
    const quote = item.quoted ? quoteOf(text.charAt(at.start)) : 'none';
    return { text: toS(item), span: at, quote } as const;
  });
  const last = list.items.at(-1);
  const anchor = last && !list.flow ? last.place : list.place;
  const editable =
    locator.isKnown(anchor) && (list.flow ? edgesAreVerbatim(list, locator) : locator.isVerbatim(anchor));
  return {
    style: list.flow ? 'flow' : 'block',
    items,
    editable,
    indent: list.flow ? '' : indentOf(text, items[0]?.span.start ?? span.start),
    insertAt: list.flow ? span.end - 1 : lineEnd(text, items.at(-1)?.span.end ?? span.end),
  };
}

function edgesAreVerbatim(list: YamlArray, locator: Locator): boolean {
  const { start, end } = list.place;
  return (
    locator.isVerbatim({ ...list.place, end: start + 1 }) &&
    locator.isVerbatim({ ...list.place, start: end - 1, end })
  );
}

/** What precedes the `-` of the item at `offset`. */
function quoteOf(character: string): 'single' | 'double' | 'none' {
  if (character === "'") return 'single';
  return character === '"' ? 'double' : 'none';
}

function indentOf(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/u.exec(text.slice(lineStart, offset))?.[0] ?? '';
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return end > offset && text.charAt(end - 1) === '\r' ? end - 1 : end;
}
