/** Turns the offsets of a report into the lines and columns that people and tools read. */
import type { SourceFile, Span } from '../../parity/model.ts';
import { LineIndex } from '../../base/text/position.ts';
import type { Report } from '../../parity/report/report.ts';

/** Lines and columns count from 1, columns in UTF-16 code units; the end is exclusive. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export class PlaceLocator {
  readonly #sources: ReadonlyMap<string, SourceFile>;
  readonly #indexes = new Map<string, LineIndex>();

  constructor(report: Report) {
    this.#sources = report.sources;
  }

  locate(span: Span): Location {
    const lines = this.lines(span.file);
    const start = lines.position(span.start);
    const end = lines.position(Math.max(span.start, span.end));
    return {
      file: span.file,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
    };
  }

  /** The lines of a file; those of an empty one if it was not read. */
  lines(file: string): LineIndex {
    let index = this.#indexes.get(file);
    if (index === undefined) {
      index = new LineIndex(this.#sources.get(file)?.text ?? '');
      this.#indexes.set(file, index);
    }
    return index;
  }

  /** What to add to an offset so that it counts the byte order mark of the file. */
  bom(file: string): 0 | 1 {
    return this.#sources.get(file)?.bom ?? 0;
  }
}
