/** The line that a finding is about, and carets under the very characters. */
import type { Span } from '../../parity/model.ts';
import type { LineIndex } from '../../base/text/position.ts';
import { clusters, visible } from './visible.ts';

/** One line as shown: its number, its text, and the underline below it. */
export interface FrameLine {
  readonly number: number;
  readonly text: string;
  readonly underline: string;
}

export interface FrameOptions {
  /** `^` for the place itself, `-` for related ones. */
  readonly mark: string;
  /** Cells that the text may take; a longer line is cut around the span. */
  readonly width: number;
  /** Spans whose characters are not shown. */
  readonly hidden: readonly Span[];
}

/** Lines shown of a span that goes over several. */
const MOST_LINES = 3;

/** The lines of a span, at most three of them. */
export function frame(lines: LineIndex, span: Span, options: FrameOptions): FrameLine[] {
  const first = lines.lineAt(Math.min(span.start, lines.text.length));
  const last = Math.max(first, lines.lineAt(Math.max(span.start, Math.min(span.end, lines.text.length) - 1)));
  const shown: FrameLine[] = [];
  for (let line = first; line <= last && shown.length < MOST_LINES; line++)
    shown.push(frameLine(lines, line, span, options));
  return shown;
}

interface Cell {
  readonly text: string;
  readonly width: number;
  readonly marked: boolean;
}

function frameLine(lines: LineIndex, line: number, span: Span, options: FrameOptions): FrameLine {
  const [start, end] = around(lines.bounds(line), span, lines.text, options.width);
  const hidden = options.hidden.filter(
    (each) => each.file === span.file && each.start < end && each.end > start,
  );
  const cells: Cell[] = [];
  let isMarked = false;
  for (const cluster of clusters(lines.text.slice(start, end))) {
    const at = start + cluster.index;
    const isHidden = hidden.some((each) => at < each.end && at + cluster.text.length > each.start);
    const text = isHidden ? '•' : visible(cluster.text);
    // What had to be spelled out, `‹U+202E›`, takes the cells of its spelling.
    const spelled = text === cluster.text ? cluster.width : text.length;
    const width = isHidden ? 1 : spelled;
    // White space at the start of a span's later lines is not underlined.
    const indent: boolean = at > span.start && !isMarked && /^\s/.test(cluster.text);
    const marked: boolean = !indent && at < span.end && at + cluster.text.length > span.start;
    isMarked ||= marked;
    cells.push({ text, width, marked });
  }
  if (!isMarked) markPoint(cells, span.start - start, span.start >= end);
  const [from, to] = cut(cells, options.width);
  const kept = cells.slice(from, to);
  const text =
    (from > 0 ? '…' : '') + kept.map((cell) => cell.text).join('') + (to < cells.length ? '…' : '');
  const underline =
    (from > 0 ? ' ' : '') +
    kept.map((cell) => (cell.marked ? options.mark : ' ').repeat(cell.width)).join('');
  return { number: line + 1, text: text.trimEnd(), underline: underline.trimEnd() };
}

/** How many characters may be in one cell: letters with all their accents, emoji of many parts. */
const DEEPEST_CELL = 16;

/**
 * The part of a line that can be in sight: of a line of megabytes the rest is not even read. If there is a place near, it
 * begins and ends between two characters of ASCII, and so breaks no cluster.
 */
function around(
  [start, end]: readonly [number, number],
  span: Span,
  text: string,
  width: number,
): readonly [number, number] {
  const room = (width + 2) * DEEPEST_CELL;
  if (end - start <= 4 * room) return [start, end];
  let from = Math.max(start, Math.min(span.start, end) - room);
  let to = Math.min(end, Math.max(span.start, start) + 2 * room);
  for (let left = room; left > 0 && from > start && !isAsciiAround(text, from); left -= 1) from -= 1;
  for (let left = room; left > 0 && to < end && !isAsciiAround(text, to); left -= 1) to += 1;
  return [from, to];
}

function isAsciiAround(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) < 0x7f && text.charCodeAt(at) < 0x7f;
}

/** A span of no characters points between two: the caret is under the one that follows, or after the last. */
function markPoint(cells: Cell[], offset: number, beyond: boolean): void {
  let at = 0;
  for (const [index, cell] of cells.entries()) {
    if (at >= offset && !beyond) {
      cells[index] = { ...cell, marked: true };
      return;
    }
    at += cell.text.length;
  }
  cells.push({ text: ' ', width: 1, marked: true });
}

/** Which cells to show so that the marked ones, or as many as fit, are among them. */
function cut(cells: readonly Cell[], limit: number): readonly [from: number, to: number] {
  const widths = cells.map(({ width }) => width);
  if (sum(widths) <= limit) return [0, cells.length];
  const firstMarked = Math.max(
    0,
    cells.findIndex(({ marked }) => marked),
  );
  const lastMarked = cells.findLastIndex(({ marked }) => marked);
  const room = limit - 2;
  const markedEnd = firstMarked + fitting(widths.slice(firstMarked, lastMarked + 1), room);
  const left = room - sum(widths.slice(firstMarked, markedEnd));
  // A third of what is left goes before the span, where its own line begins.
  const before = Math.max(Math.floor(left / 3), left - sum(widths.slice(markedEnd)));
  const from = firstMarked - fitting(widths.slice(0, firstMarked).reverse(), before);
  const after = left - sum(widths.slice(from, firstMarked));
  return [from, markedEnd + fitting(widths.slice(markedEnd), after)];
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0);
}

/** How many of the first cells fit into `room`. */
function fitting(widths: readonly number[], room: number): number {
  let used = 0;
  const tooMany = widths.findIndex((width) => (used += width) > room);
  return tooMany < 0 ? widths.length : tooMany;
}
