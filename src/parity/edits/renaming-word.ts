/** Finds a name as its own word within a span, for edits that touch nothing around it. */
import type { Edit, Span } from '../model.ts';

const WORD = /[A-Za-z0-9_]/;

/**
 * The edit that puts `to` instead of the last `from` within a span; null if the characters of the span do not hold it as
 * its own word (a variable or ERB writes it).
 * @param text the whole text of the span's file
 */
export function replaceWord(text: string, span: Span, from: string, to: string): Edit | null {
  for (let at = text.lastIndexOf(from, span.end - from.length); at >= span.start;) {
    const end = at + from.length;
    const alone = !WORD.test(text[at - 1] ?? ' ') && !WORD.test(text[end] ?? ' ');
    // `NAME` of `\NAME` or of `$NAME` is the word that is meant; `X-NAME` would be part of another.
    if (alone && end <= span.end && !/[-.]/.test(text[at - 1] ?? ' ') && !/[-.]/.test(text[end] ?? ' '))
      return { file: span.file, start: at, end, text: to };
    if (at === 0) break;
    at = text.lastIndexOf(from, at - 1);
  }
  return null;
}

/** The last part of a path: `KEY` of `Section/KEY`. */
export function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
