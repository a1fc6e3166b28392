/** Whether what ERB leaves open could add a key to a hash: where it could not, a key that is absent is absent for certain. */
import type { Expansion } from '../erb/expansion.ts';
import type { YamlHash, Place, RubyValue } from '../yaml/values.ts';
import type { LoadedFile } from './load.ts';

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether no run of the templates adds a key to the hash at `place`. What ERB prints within a line counts as text of one
 * line: after a key, a dash or in a comment it adds no key. A line that only some runs print adds a key only to the hash
 * whose keys are in its first column.
 * @param place of the hash; of the merged configuration as a whole where it is the root of one of the files
 */
export function keysAreKnown(files: readonly LoadedFile[], place: Place): boolean {
  const isRoot = files.some(({ root }) => root.place.text === place.text && root.place.start === place.start);
  return files.every((file) => {
    const open = file.expansion.unknownStretches();
    if (open.length === 0) return true;
    const own = place.text === file.expansion;
    if (!own && !isRoot) return linesOf(open, file).length === 0;
    return ownKeysAreKnown(open, file, isRoot ? file.root.place : place);
  });
}

function ownKeysAreKnown(open: readonly Stretch[], file: LoadedFile, place: Place): boolean {
  const { text } = file.expansion;
  const lines = linesOf(open, file);
  const hash = hashAt(file.root, place);
  if (hash?.flow === true) {
    const within = open.filter(({ start, end }) => start < place.end && end > place.start);
    const values = [...hash.entries.values()].map(({ value }) => value.place);
    return within.every((stretch) => values.some((value) => covers(value, stretch)));
  }
  const column = place.start - lineStart(text, place.start);
  const section = column === 0 ? { start: 0, end: text.length } : sectionOf(text, place.start, column);
  return lines.every(
    ({ start, indent }) => indent !== column || start < section.start || start >= section.end,
  );
}

/** The lines, neither value nor comment, that a run may add to or omit, with the column in which each begins. */
function linesOf(
  open: readonly Stretch[],
  { expansion, root }: LoadedFile,
): { start: number; indent: number }[] {
  const taken = wordsIn(root);
  const found: { start: number; indent: number }[] = [];
  for (const stretch of open) {
    for (const part of byLine(stretch, expansion)) {
      const start = lineStart(expansion.text, part.start);
      const before = expansion.text.slice(start, part.start);
      const line = expansion.text.slice(start, part.end);
      // The rest of a line that every run prints, and blank lines.
      if (/^[ \t]*$/u.test(line) && part.start < part.end) continue;
      // The line has its key already, or is an item: what follows is a value, a part of one, or refused.
      if (/[:-]\s/u.test(before)) continue;
      if (/^[ \t]*#/u.test(line) || isInComment(expansion.text, start, part.start, taken)) continue;
      found.push({ start, indent: (/^[ \t]*/u.exec(line)?.[0] ?? '').length });
    }
  }
  return found;
}

/** The parts of a stretch on each of its lines, the line ends omitted. */
function byLine({ start, end }: Stretch, { text }: Expansion): Stretch[] {
  if (start === end) return [{ start, end }];
  const parts: Stretch[] = [];
  for (let at = start; at < end;) {
    const newline = text.indexOf('\n', at);
    const stop = newline < 0 || newline >= end ? end : newline;
    if (stop > at) parts.push({ start: at, end: stop });
    at = stop + 1;
  }
  return parts;
}

/** Whether a `#` before `offset` makes a comment of it: at the beginning of a word, and in no value or key. */
function isInComment(text: string, start: number, offset: number, taken: readonly Stretch[]): boolean {
  for (const { index } of text.slice(start, offset).matchAll(/(?<![^ \t])#/gu)) {
    const at = start + index;
    if (!taken.some((each) => each.start <= at && at < each.end)) return true;
  }
  return false;
}

/** The lines around `offset` that begin in its column or further right. */
function sectionOf(text: string, offset: number, column: number): Stretch {
  const isOutside = (start: number): boolean => {
    const line = text.slice(start, lineEnd(text, start));
    const indent = (/^[ \t]*/u.exec(line)?.[0] ?? '').length;
    return indent < column && !/^[ \t]*(?:#|$)/u.test(line);
  };
  let start = lineStart(text, offset);
  while (start > 0) {
    const previous = lineStart(text, start - 1);
    if (isOutside(previous)) break;
    start = previous;
  }
  let end = lineEnd(text, offset);
  while (end < text.length && !isOutside(end + 1)) end = lineEnd(text, end + 1);
  return { start, end };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

function covers(place: Stretch, { start, end }: Stretch): boolean {
  return place.start <= start && end <= place.end;
}

/** Where keys are, and the values that are on the line of their key or dash. */
function wordsIn(root: YamlHash): Place[] {
  const places: Place[] = [];
  visit(root, (value) => {
    if (!isBlock(value)) places.push(value.place);
    else if (value.type === 'hash') for (const { key } of value.entries.values()) places.push(key.place);
    return isBlock(value);
  });
  return places;
}

function hashAt(root: YamlHash, place: Place): YamlHash | null {
  let found: YamlHash | null = null;
  visit(root, (value) => {
    if (value.type === 'hash' && value.place.start === place.start && value.place.end === place.end)
      found ??= value;
    return true;
  });
  return found;
}

function isBlock(value: RubyValue): boolean {
  return (value.type === 'hash' || value.type === 'array') && !value.flow;
}

/** Calls `look` once for each value; those within one only where it answers true. */
function visit(root: RubyValue, look: (value: RubyValue) => boolean): void {
  const seen = new Set<RubyValue>();
  const go = (value: RubyValue): void => {
    if (seen.has(value)) return;
    seen.add(value);
    if (!look(value)) return;
    if (value.type === 'hash') for (const entry of value.entries.values()) go(entry.value);
    else if (value.type === 'array') for (const item of value.items) go(item);
  };
  go(root);
}
