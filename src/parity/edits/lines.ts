/** Edits of whole lines that change no other byte. */
import type { Edit, Span } from '../model.ts';
import type { LineIndex } from '../../base/text/position.ts';

/** Takes the lines that a span touches out of the file, the line end included. */
export function removeLines(lines: LineIndex, span: Span): Edit {
  const first = lines.lineAt(span.start);
  const last = lines.lineAt(Math.max(span.start, span.end - 1));
  const start = lines.starts[first] ?? 0;
  const end = lines.starts[last + 1] ?? lines.text.length;
  // The last line of a file without a final newline takes the line end before it along.
  if (end === lines.text.length && last === lines.starts.length - 1 && first > 0) {
    return { file: span.file, start: lines.bounds(first - 1)[1], end, text: '' };
  }
  return { file: span.file, start, end, text: '' };
}

/** Whether the span's lines hold only white space besides the span. */
export function aloneOnItsLines(lines: LineIndex, span: Span): boolean {
  const [start] = lines.bounds(lines.lineAt(span.start));
  const [, end] = lines.bounds(lines.lineAt(Math.max(span.start, span.end - 1)));
  return lines.text.slice(start, span.start).trim() === '' && lines.text.slice(span.end, end).trim() === '';
}

/** Puts a line of text after the line that ends a span, with the file's own line end. */
export function insertLineAfter(lines: LineIndex, span: Span, text: string): Edit {
  const [, end] = lines.bounds(lines.lineAt(Math.max(span.start, span.end - 1)));
  return { file: span.file, start: end, end, text: lineEnd(lines) + text };
}

/** Puts a line of text at the end of a file, whether or not it has a final newline. */
export function appendLine(lines: LineIndex, file: string, text: string): Edit {
  const at = lines.text.length;
  const newline = lineEnd(lines);
  const open = at > 0 && lines.starts.at(-1) !== at;
  return { file, start: at, end: at, text: open ? newline + text : text + newline };
}

/** The line end that the file uses, by its first line. */
export function lineEnd(lines: LineIndex): string {
  const [, end] = lines.bounds(0);
  return lines.text.startsWith('\r\n', end) ? '\r\n' : '\n';
}

/** How many white-space characters a line begins with. */
export function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
