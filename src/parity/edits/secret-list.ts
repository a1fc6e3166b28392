/** Adds to a list of secrets in the deploy file, in the list's own style. */
import { lineEnd } from './lines.ts';
import type { Edit, SecretList } from '../model.ts';
import type { LineIndex } from '../../base/text/position.ts';

const QUOTES = { none: '', single: "'", double: '"' } as const;

/**
 * The edit that appends an item after the last one: a line with the same indentation and quotes in a block list, `,
 * ITEM` in a flow list. Null if no edit can do that (ERB writes the list, or it is an alias).
 */
export function addToList(list: SecretList, item: string, lines: LineIndex): Edit | null {
  if (!list.editable) return null;
  const { file } = list.span;
  const at = list.insertAt;
  const last = list.items.at(-1);
  const quote = QUOTES[last?.quote ?? 'none'];
  const written = quote + item + quote;
  if (list.style === 'block') {
    if (last === undefined) return null;
    const [start] = lines.bounds(lines.lineAt(last.span.start));
    const gap = /-([ \t]+)$/.exec(lines.text.slice(start, last.span.start))?.[1] ?? ' ';
    return { file, start: at, end: at, text: `${lineEnd(lines)}${list.indent}-${gap}${written}` };
  }
  if (last === undefined) return { file, start: at, end: at, text: written };
  const before = list.items.at(-2);
  const between = before === undefined ? ', ' : lines.text.slice(before.span.end, last.span.start);
  // Right after the last item, before the white space or the trailing comma that can precede `]`.
  return {
    file,
    start: last.span.end,
    end: last.span.end,
    text: (/^\s*,\s*$/.test(between) ? between : ', ') + written,
  };
}

/** Whether the list has the item, or gives the container the same variable under another secret. */
export function lists(list: SecretList, item: string): boolean {
  return list.items.some(({ text }) => text === item || containerName(text) === containerName(item));
}

/** `NAME` of `NAME:ALIAS`: what the container gets. */
export function containerName(item: string): string {
  const colon = item.indexOf(':');
  return colon < 0 ? item : item.slice(0, colon);
}

/** `ALIAS` of `NAME:ALIAS`: the name that Kamal looks up (Kamal 2.12.0, lib/kamal/configuration/env.rb, `extract_alias`). */
export function secretName(item: string): string {
  const colon = item.indexOf(':');
  return colon < 0 ? item : item.slice(colon + 1);
}
