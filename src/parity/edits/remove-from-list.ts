/** Takes items out of a list of secrets in the deploy file, in the list's own style. */
import type { Edit, SecretList } from '../model.ts';
import { removeLines, indentOf } from './lines.ts';
import type { LineIndex } from '../../base/text/position.ts';

type Item = SecretList['items'][number];

/**
 * The edits that take items out. A list that loses all of them goes with its key in the base file, and with an `env:`
 * that has nothing else. In a destination's file it stays, as `[]`: without it the destination would get back the list
 * of the base file (Kamal merges hashes, and an `env.secret` left empty is refused). Null if no edit would do.
 */
export function removeFromList(
  list: SecretList,
  going: readonly Item[],
  lines: LineIndex,
  isBase: boolean,
): readonly Edit[] | null {
  if (!list.editable) return null;
  const whole = isBase && going.length === list.items.length ? withItsKey(list, lines) : null;
  if (whole !== null) return [whole];
  return list.style === 'flow' ? fromFlow(list, going, lines) : fromBlock(list, going, lines);
}

function fromFlow(list: SecretList, going: readonly Item[], { text }: LineIndex): readonly Edit[] | null {
  const { file, start, end } = list.span;
  if (text[start] !== '[' || text[end - 1] !== ']') return null;
  const staying = list.items.filter((item) => !going.includes(item));
  const lastStaying = staying.at(-1);
  if (lastStaying === undefined) return [{ file, start: start + 1, end: end - 1, text: '' }];
  const edits: Edit[] = [];
  for (const [index, item] of list.items.entries()) {
    if (!going.includes(item)) continue;
    const next = list.items[index + 1];
    const before = list.items[index - 1];
    // Includes what follows, up to the next item; after the last item that stays, what precedes it instead.
    if (item.span.start < lastStaying.span.start && next !== undefined)
      edits.push({ file, start: item.span.start, end: next.span.start, text: '' });
    else if (before !== undefined) edits.push({ file, start: before.span.end, end: item.span.end, text: '' });
    else return null;
  }
  const clean = edits.every((edit) => !text.slice(edit.start, edit.end).includes('#'));
  return clean ? edits : null;
}

function fromBlock(list: SecretList, going: readonly Item[], lines: LineIndex): readonly Edit[] | null {
  const edits: Edit[] = [];
  for (const item of going) {
    const line = lines.line(lines.lineAt(item.span.start));
    const rest = lines.text.slice(item.span.end, lines.bounds(lines.lineAt(item.span.start))[1]);
    // An item with an anchor, a tag or a template on its line is not ours to take out.
    if (!/^\s*-\s+["']?[\w.:]+["']?\s*(?:#.*)?$/.test(line) || !/^\s*(?:#.*)?$/.test(rest)) return null;
    edits.push(removeLines(lines, item.span));
  }
  if (going.length < list.items.length) return edits;
  const first = list.items[0];
  if (first === undefined) return null;
  const key = keyLine(lines, lines.lineAt(first.span.start));
  return key === null ? null : [{ file: list.span.file, start: key, end: key, text: ' []' }, ...edits];
}

/** Behind the colon (or the anchor) of the key whose list begins at a line; null if the line before is not such a key. */
function keyLine(lines: LineIndex, firstItem: number): number | null {
  for (let line = firstItem - 1; line >= 0; line--) {
    const text = lines.line(line);
    if (/^\s*(?:#.*)?$/.test(text)) continue;
    const key = /^\s*(?:-\s+)?["']?[\w.-]+["']?:(?:\s+&\w+)?/.exec(text);
    if (key === null || !/^\s*(?:#.*)?$/.test(text.slice(key[0].length))) return null;
    return (lines.starts[line] ?? 0) + key[0].length;
  }
  return null;
}

/**
 * Takes a whole list out, with its key. Null if a comment, an anchor or a template would go too, or an empty parent
 * stay.
 */
function withItsKey(list: SecretList, lines: LineIndex): Edit | null {
  const range = plainLines(list, lines);
  // A tag that a host has stays, even if it is empty.
  if (range === null || list.via.includes('tags.')) return null;
  const parent = parentOf(range.start, lines);
  if (parent === null) return null;
  const others = linesBelow(parent, lines).filter((at) => at < range.start || at > range.end);
  const isAlone = others.length === 0;
  const leavesNothing = isAlone
    ? !/^\s*env:\s*$/.test(lines.line(parent))
    : others.every((at) => lines.line(at).trim().startsWith('#'));
  if (leavesNothing) return null;
  return removeLines(lines, {
    file: list.span.file,
    start: lines.starts[isAlone ? parent : range.start] ?? 0,
    end: lines.bounds(range.end)[1],
  });
}

/** The lines of a list and its key, where there is nothing else on them. */
function plainLines(
  { style, items, span }: SecretList,
  lines: LineIndex,
): { readonly start: number; readonly end: number } | null {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return null;
  if (style === 'flow') {
    const start = lines.lineAt(span.start);
    const isWhole = lines.lineAt(span.end - 1) === start;
    return isWhole && /^\s*secrets?:\s*\[[^\]#]*\]\s*$/.test(lines.line(start))
      ? { start, end: start }
      : null;
  }
  const [start, end] = [lines.lineAt(first.span.start) - 1, lines.lineAt(last.span.start)];
  const isWhole = start >= 0 && end - start === items.length;
  return isWhole && /^\s*secrets?:\s*$/.test(lines.line(start)) ? { start, end } : null;
}

/** The line of the key above that a line belongs to. */
function parentOf(child: number, lines: LineIndex): number | null {
  const indent = indentOf(lines.line(child));
  for (let at = child - 1; at >= 0; at--) {
    const text = lines.line(at);
    if (/^\s*(?:#.*)?$/.test(text) || indentOf(text) >= indent) continue;
    return /^\s*[\w-]+:\s*$/.test(text) ? at : null;
  }
  return null;
}

/** The lines of a key's value that are not blank, its comments included. */
function linesBelow(parent: number, lines: LineIndex): number[] {
  const indent = indentOf(lines.line(parent));
  const found: number[] = [];
  for (let at = parent + 1; at < lines.starts.length; at++) {
    const text = lines.line(at);
    if (text.trim() === '') continue;
    if (indentOf(text) <= indent) break;
    found.push(at);
  }
  return found;
}
