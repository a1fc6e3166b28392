/**
 * dotenv reads CRLF and a lone CR as LF before anything else (dotenv 3.2.0, parser.rb, `initialize`). Everything here
 * works on that text; offsets are mapped back to the file by `toFile`.
 */
export interface EvenText {
  /** The text with LF only. */
  readonly text: string;
  /** The offset in the file of an offset in `text`. */
  readonly toFile: (offset: number) => number;
}

/** Brings all line ends to LF. */
export function evenLineEnds(text: string): EvenText {
  if (!text.includes('\r')) return { text, toFile: (offset) => offset };
  const even = text.replace(/\r\n?/g, '\n');
  const shortened = shortenedAt(text);
  if (shortened.length === 0) return { text: even, toFile: (offset) => offset };
  return { text: even, toFile: (offset) => offset + countBelow(shortened, offset) };
}

/** The offsets, in the text with LF only, of the line ends that were CRLF. */
function shortenedAt(text: string): Uint32Array {
  let count = 0;
  for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n', at + 2)) count += 1;
  const found = new Uint32Array(count);
  let index = 0;
  for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n', at + 2)) {
    found[index] = at - index;
    index += 1;
  }
  return found;
}

function countBelow(sorted: Uint32Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
