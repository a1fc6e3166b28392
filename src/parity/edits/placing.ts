/** Where a secret goes in a secrets file: its name into a fetch, its extract line below, in the style of the neighbours. */
import { gapBefore } from './gap.ts';
import { insertLineAfter } from './lines.ts';
import type { Lookup, Placed } from '../lookup.ts';
import type { Edit, ExtractCommand, FetchCommand, Span } from '../model.ts';

/** A word of a fetch with the quotes around it. */
interface Word {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The fetch that a new secret joins: of the file that Kamal loads last (the destination's own), the one with the most
 * names. Null if no fetch could take it.
 */
export function fetchToJoin(lookup: Lookup): Placed<FetchCommand> | null {
  const usable = lookup.fetches.filter(({ command }) => command.adapter?.known === true);
  for (const file of lookup.loadedFiles().toReversed()) {
    const here = usable.filter(({ command }) => command.span.file === file);
    if (here.length > 0)
      return here.reduce((most, each) =>
        each.command.names.length > most.command.names.length ? each : most,
      );
  }
  return null;
}

/** The name under which a new secret would be asked for in a fetch: `Production/NAME` where its neighbours are so. */
export function fetchName(fetch: FetchCommand, name: string): string {
  return pathBefore(fetch.names.at(-1)?.value ?? '') + name;
}

/** Bitwarden Secrets Manager's `all` and `PROJECT/all` bring every secret (Kamal 2.12.0, adapters/bitwarden_secrets_manager.rb). */
export function fetchesAll({ adapter, names }: FetchCommand): boolean {
  return adapter?.name === 'bitwarden-sm' && names.some(({ value }) => /^(?:.*\/)?all$/.test(value));
}

/** Adds a name to a fetch; null if the fetch takes the whole item and needs none, and for one that no quotes hold. */
export function addToFetch(lookup: Lookup, fetch: FetchCommand, name: string): Edit | null {
  const words = fetch.names.map(({ value, span }) => quotedWord(lookup, value, span));
  const last = words.at(-1);
  if (last === undefined || fetchesAll(fetch)) return null;
  const text = lookup.fileText(fetch.span.file);
  const before = words.at(-2);
  // One name a line stays one name a line.
  const between = before === undefined ? ' ' : text.slice(before.end, last.start);
  const separator = /^[\s\\]+$/.test(between) ? between : ' ';
  const written = text.slice(last.start, last.end);
  const tail = last.value.slice(pathBefore(last.value).length);
  const at = written.lastIndexOf(tail);
  const word =
    at < 0 || tail === ''
      ? quotedIfNeeded(fetchName(fetch, name))
      : wordLike(written, written.slice(0, at) + name + written.slice(at + tail.length));
  if (word === null) return null;
  return { file: fetch.span.file, start: last.end, end: last.end, text: separator + word };
}

/** A word in the quotes of its neighbour, or in its own quotes if it needs any. */
function wordLike(neighbour: string, word: string): string | null {
  return /["']/.test(neighbour) ? word : quotedIfNeeded(word);
}

/** Single quotes are read the same within a value's double quotes and without; null for what they cannot hold. */
function quotedIfNeeded(word: string): string | null {
  if (/^[\w.:@%+=,/-]*$/.test(word)) return word;
  return /['\\$`\r\n]/.test(word) ? null : `'${word}'`;
}

/** Takes a name out of a fetch, together with the white space before it. */
export function removeFromFetch(lookup: Lookup, fetch: FetchCommand, span: Span): Edit {
  const text = lookup.fileText(fetch.span.file);
  let { start, end } = span;
  while (/["']/.test(text[start - 1] ?? '') && text[start - 1] === text[end]) {
    start--;
    end++;
  }
  return { file: span.file, start: gapBefore(text, start, fetch.span.start), end, text: '' };
}

/** Adds `NAME=$(kamal secrets extract KEY $SECRETS)` below the last extract of the same fetch, copying its style. */
export function addExtract(lookup: Lookup, fetch: Placed<FetchCommand>, name: string, key: string): Edit {
  const neighbours = lookup.extractsFrom(fetch.index).filter(({ index }) => isPlain(lookup, index));
  const neighbour = neighbours.at(-1);
  if (neighbour?.command.name != null) {
    const { assignment, command } = neighbour;
    const text = replaceWithin(lookup, assignment.span, [
      { span: assignment.nameSpan, text: name },
      { span: lastPart(command), text: key },
    ]);
    const lines = lookup.lineIndex(assignment.span.file);
    const [start] = lines.bounds(lines.lineAt(assignment.span.start));
    const indent = /^[ \t]*/.exec(lines.text.slice(start, assignment.span.start))?.[0] ?? '';
    return insertLineAfter(lines, assignment.span, indent + text);
  }
  const lines = lookup.lineIndex(fetch.assignment.span.file);
  const braces = !/\$[A-Za-z_]/.test(lines.text);
  const variable = braces ? `\${${fetch.assignment.name}}` : `$${fetch.assignment.name}`;
  return insertLineAfter(lines, fetch.assignment.span, `${name}=$(kamal secrets extract ${key} ${variable})`);
}

/**
 * The extract's name from its last `/` on: what a copy of the line replaces. A path before it is skipped, as Kamal finds
 * a suffix.
 */
function lastPart({ name, span }: ExtractCommand): Span {
  return name?.span ?? span;
}

function isPlain(lookup: Lookup, index: number): boolean {
  const assignment = lookup.assignment(index);
  if (assignment === null || assignment.commands.length !== 1) return false;
  const value = lookup.text(assignment.valueSpan).trim();
  const command = lookup.text(assignment.commands[0]?.span ?? assignment.valueSpan);
  if (value !== command && value !== `"${command}"`) return false;
  // Quotes around the fetched JSON break the extract: such a line is not a model to copy.
  return assignment.references.every(
    ({ span }) => quotesAround(lookup.fileText(span.file), span.start, span.end) === null,
  );
}

/** `"`, `'`, or either with a backslash (inside a quoted value), if it is on both sides. */
export function quotesAround(text: string, start: number, end: number): string | null {
  for (const quotes of ['\\"', "\\'", '"', "'"]) {
    if (text.startsWith(quotes, start - quotes.length) && text.startsWith(quotes, end)) return quotes;
  }
  return null;
}

/** The text of a span with parts of it replaced. */
function replaceWithin(lookup: Lookup, span: Span, parts: readonly { span: Span; text: string }[]): string {
  let text = lookup.text(span);
  for (const part of [...parts].sort((one, other) => other.span.start - one.span.start)) {
    text = text.slice(0, part.span.start - span.start) + part.text + text.slice(part.span.end - span.start);
  }
  return text;
}

/** A word of a command with the quotes around it. */
export function quotedWord(lookup: Lookup, value: string, span: Span): Word {
  const text = lookup.fileText(span.file);
  let { start, end } = span;
  while (/["'\\]/.test(text[start - 1] ?? '') && /["'\\]/.test(text[end] ?? '')) {
    start--;
    end++;
  }
  return { value, start, end };
}

function pathBefore(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}
