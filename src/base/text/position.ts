/** Offsets to lines and columns, late: findings carry offsets, only reports need lines. */

/** Lines and columns count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The start of every line of one text. A line ends with `\n`, `\r\n` or a lone `\r`. */
export class LineIndex {
  readonly text: string;
  readonly starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
    }
    this.starts = starts;
  }

  /** The line and column of an offset; an offset beyond the text counts as its end. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    const line = this.lineAt(at);
    return { line: line + 1, column: at - (this.starts[line] ?? 0) + 1 };
  }

  /** The zero-based line that an offset is on. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The text of a zero-based line without its line end; empty beyond the last. */
  line(line: number): string {
    return this.text.slice(...this.bounds(line));
  }

  /** Start and end of a zero-based line, its line end omitted. */
  bounds(line: number): readonly [start: number, end: number] {
    const start = this.starts[line] ?? this.text.length;
    let end = this.starts[line + 1] ?? this.text.length;
    if (end > start && this.text.charCodeAt(end - 1) === 10) end--;
    if (end > start && this.text.charCodeAt(end - 1) === 13) end--;
    return [start, end];
  }
}
