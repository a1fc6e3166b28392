import { isSpace, isWord, skipSpace } from './characters.ts';

/** One match of dotenv's LINE. Offsets into the text with LF only, ends exclusive. */
export interface Line {
  /** Where `export` or the name begins. */
  readonly start: number;
  readonly exported: boolean;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Just after `=` or `:` and its blank; null for a bare word. */
  readonly separatorEnd: number | null;
  /** The value with the blanks around it; null if dotenv has none. */
  readonly value: { readonly start: number; readonly end: number } | null;
  /** The end of the match: a comment and blank lines after the value belong to it. */
  readonly end: number;
}

const NEWLINE = 10;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const SINGLE_QUOTE = 39;
const COLON = 58;
const EQUALS = 61;
const BACKSLASH = 92;

/**
 * What `string.scan(LINE)` finds (dotenv 3.2.0, lib/dotenv/parser.rb), in time linear in the text: the regular
 * expression leaves so few choices that each can be decided without trying again.
 */
export function* scanLines(text: string): Generator<Line> {
  let from = 0;
  while (from < text.length) {
    const begin = skipSpace(text, from);
    if (begin >= text.length) return;
    const line = lineAt(text, begin);
    if (line !== null) yield line;
    // Lines that start between `from` and `begin` are blank, and would lead to the same `begin`.
    const last = line === null ? begin : line.end;
    if (line === null || text.charCodeAt(last - 1) !== NEWLINE) {
      const next = text.indexOf('\n', last);
      if (next < 0) return;
      from = next + 1;
    } else {
      from = last;
    }
  }
}

/** `export` is tried as such first, and as a name when that leads nowhere. */
function lineAt(text: string, begin: number): Line | null {
  if (text.startsWith('export', begin) && isSpace(text.charCodeAt(begin + 6))) {
    const line = assignmentAt(text, begin, skipSpace(text, begin + 6), true);
    if (line !== null) return line;
  }
  return assignmentAt(text, begin, begin, false);
}

function assignmentAt(text: string, start: number, nameStart: number, exported: boolean): Line | null {
  const nameEnd = endOfName(text, nameStart);
  if (nameEnd === nameStart) return null;
  const separatorEnd = endOfSeparator(text, nameEnd);
  if (separatorEnd === null) {
    const end = endOfLine(text, nameEnd);
    return end === null ? null : { start, exported, nameStart, nameEnd, separatorEnd, value: null, end };
  }
  const value = valueAt(text, separatorEnd);
  return { start, exported, nameStart, nameEnd, separatorEnd, ...value };
}

function endOfName(text: string, from: number): number {
  let at = from;
  while (at < text.length && (isWord(text.charCodeAt(at)) || text.charCodeAt(at) === 46)) at += 1;
  return at;
}

/** `\s*=` or `:\s`: blanks can be newlines, so a name and its `=` can be on two lines. */
function endOfSeparator(text: string, nameEnd: number): number | null {
  const at = skipSpace(text, nameEnd);
  if (text.charCodeAt(at) === EQUALS) return at + 1;
  if (text.charCodeAt(nameEnd) === COLON && isSpace(text.charCodeAt(nameEnd + 1))) return nameEnd + 2;
  return null;
}

function valueAt(text: string, from: number): Pick<Line, 'value' | 'end'> {
  const quoted = quotedAt(text, from);
  if (quoted !== null) return quoted;
  let stop = from;
  while (stop < text.length && text.charCodeAt(stop) !== NEWLINE && text.charCodeAt(stop) !== HASH) stop += 1;
  const value = stop > from ? { start: from, end: stop } : null;
  return { value, end: endOfLine(text, stop) ?? stop };
}

/**
 * A quoted value runs to the first quote without a backslash, over as many lines as it takes. Where only a comment may
 * follow and something does, dotenv goes back to the quotes with a backslash, the last one first.
 */
function quotedAt(text: string, from: number): Pick<Line, 'value' | 'end'> | null {
  const open = skipSpace(text, from);
  const quote = text.charCodeAt(open);
  if (quote !== SINGLE_QUOTE && quote !== DOUBLE_QUOTE) return null;
  const escaped: number[] = [];
  let at = open + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) {
    if (text.charCodeAt(at) === BACKSLASH && text.charCodeAt(at + 1) === quote) {
      escaped.push(at + 1);
      at += 2;
    } else {
      at += 1;
    }
  }
  for (let close = at < text.length ? at : escaped.pop(); close !== undefined; close = escaped.pop()) {
    const end = endOfLine(text, close + 1);
    if (end !== null) return { value: { start: from, end: close + 1 }, end };
  }
  return null;
}

/** `\s*(?:#.*)?(?:$|\z)`: where a match can end from `from` on, greedily; null if something else follows. */
function endOfLine(text: string, from: number): number | null {
  const at = skipSpace(text, from);
  if (at >= text.length) return text.length;
  if (text.charCodeAt(at) === HASH) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  for (let back = at - 1; back >= from; back -= 1) if (text.charCodeAt(back) === NEWLINE) return back;
  return null;
}
