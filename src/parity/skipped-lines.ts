/** Lines of the secrets files that are neither blank, nor a comment, nor any part of an assignment: dotenv skips them. */
import type { Lookup } from './lookup.ts';
import type { SecretsReading, Span } from './model.ts';
import { openCommands } from './open-command.ts';

/** `span` leaves the white space around the line out; `text` is the whole line. */
export interface SkippedLine {
  readonly span: Span;
  readonly text: string;
}

/** All of them, in the order of the files. Without the lines that an unclosed command was meant to span. */
export function skippedLines(secrets: SecretsReading, lookup: Lookup): SkippedLine[] {
  const found: SkippedLine[] = [];
  const taken = [
    ...secrets.assignments.map(({ span }) => span),
    ...secrets.errors.map(({ span }) => span),
    ...openCommands(secrets, lookup),
  ];
  for (const { source } of secrets.files) {
    if (source === null) continue;
    const lines = lookup.lineIndex(source.path);
    const read = new Set<number>();
    for (const span of taken) {
      if (span.file !== source.path) continue;
      const last = lines.lineAt(Math.max(span.start, span.end - 1));
      for (let line = lines.lineAt(span.start); line <= last; line++) read.add(line);
    }
    for (let line = 0; line < lines.starts.length; line++) {
      if (read.has(line)) continue;
      const text = lines.line(line);
      const trimmed = text.trim();
      // `export NAME` of a name assigned before says nothing new, and nothing wrong.
      if (trimmed === '' || trimmed.startsWith('#') || /^export\s+[\w.]+\s*$/.test(trimmed)) continue;
      const start = (lines.starts[line] ?? 0) + text.indexOf(trimmed);
      found.push({ span: { file: source.path, start, end: start + trimmed.length }, text });
    }
  }
  return found;
}
