/** Takes items out of a list of secrets in the deploy file, in the list's own style. */
import type { Edit, SecretList } from '../model.ts';
import { removeLines } from './lines.ts';
import type { LineIndex } from '../../base/text/position.ts';

type Item = SecretList['items'][number];

/**
 * The edits that take items out. A list that loses all of them stays, as `[]`: without it a destination would get back
 * the list of the base file (Kamal merges hashes, and an `env.secret` left empty is refused). Null where no edit would do.
 */
export function removeFromList(
  list: SecretList,
  going: readonly Item[],
  lines: LineIndex,
): readonly Edit[] | null {
  if (!list.editable) return null;
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
    // With what follows up to the next item; behind the last one that stays, with what stands before it.
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

/** Behind the colon (or the anchor) of the key whose list begins at a line; null where the line before is no such key. */
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
