/** Commands that an unquoted value opens and a later line closes: dotenv reads only their first line. */
import type { Lookup } from './lookup.ts';
import type { Assignment, SecretsReading, Span } from './model.ts';

/** All of them in the secrets files of a destination. */
export function openCommands({ assignments }: SecretsReading, lookup: Lookup): Span[] {
  return assignments.flatMap((assignment) => openCommand(assignment, lookup) ?? []);
}

/** The `$(…)` that an unquoted value opens and a later line closes; null if it closes on its own line or never. */
export function openCommand({ quote, form, valueSpan }: Assignment, lookup: Lookup): Span | null {
  if (quote !== 'none' || form !== 'assignment') return null;
  const text = lookup.fileText(valueSpan.file);
  const start = valueSpan.start + (/^\s*/.exec(lookup.text(valueSpan))?.[0].length ?? 0);
  if (!text.startsWith('$(', start)) return null;
  const lines = lookup.lineIndex(valueSpan.file);
  const [, lineEnd] = lines.bounds(lines.lineAt(start));
  if (!lookup.mayScan()) return null;
  const from = start + 1;
  const rest = text.slice(from, lineEnd + 65_537);
  let [depth, read] = [0, 0];
  for (const { 0: found, index } of rest.matchAll(/\\[^]|[()#\n]/g)) {
    const past = index + found.length;
    const at = from + past - 1;
    if (found === '(') depth += 1;
    else if (found === ')') depth -= 1;
    if (depth === 0) return at < lineEnd ? null : { file: valueSpan.file, start, end: at + 1 };
    if (!lookup.mayScan(past - read) || endsHere(text, at, lineEnd)) return null;
    read = past;
  }
  lookup.mayScan(rest.length - read);
  return null;
}

/** Whether an open command has to end before this character. */
function endsHere(text: string, at: number, lineEnd: number): boolean {
  // A hash cuts the rest of the line off before it could close.
  if (at < lineEnd) return text[at] === '#';
  // Beyond a blank line it is another mistake: something else was left open.
  return text[at] === '\n' && /^[ \t]*\r?(?:\n|$)/.test(text.slice(at + 1, at + 200));
}
