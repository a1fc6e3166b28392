import type { Fetched } from './fetched.ts';

/**
 * The form of a fetch's answer in a text: as `kamal secrets fetch --inline` returns it (escaped for the shell), as JSON
 * once the shell words were split, or spoilt by quotes around it (no JSON any more).
 */
export type FetchedForm = 'escaped' | 'json' | 'spoilt';

/** A stretch of a value and where it comes from in the file. */
export interface Piece {
  readonly text: string;
  /** Offsets into the file's text with LF only. */
  readonly start: number;
  readonly end: number;
  /** Each character of `text` is at its own offset; else the whole represents `start`–`end`. */
  readonly exact: boolean;
  /**
   * `file`: the text is known. `vault`: it represents a secret's value, which is not known and not blank. `outside`: it
   * represents an environment variable or a command's output, which can be blank.
   */
  readonly from: 'file' | 'vault' | 'outside';
  /** The answer of a fetch; `text` is then one stand-in character. */
  readonly fetched: { readonly answer: Fetched; readonly form: FetchedForm } | null;
}

/**
 * A placeholder for the answer of a fetch, which no code here needs to read character by character. No blank, quote, `$`
 * or backslash.
 */
export const STAND_IN = '\uFFFC';

/** A text that knows of each character where in the file it comes from. */
export class Traced {
  readonly pieces: readonly Piece[];
  readonly length: number;
  #text: string | null = null;
  #offsets: readonly number[] | null = null;

  private constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
    let length = 0;
    for (const piece of pieces) length += piece.text.length;
    this.length = length;
  }

  /** The text itself; the answer of a fetch is one `STAND_IN`. */
  get text(): string {
    return (this.#text ??= this.pieces.map((piece) => piece.text).join(''));
  }

  static of(pieces: readonly Piece[]): Traced {
    return new Traced(pieces);
  }

  /** A stretch of the file as it is. */
  static written(text: string, start: number): Traced {
    return new Traced([{ text, start, end: start + text.length, exact: true, from: 'file', fetched: null }]);
  }

  /** Whether some of its text can only be known in a run. */
  get unknown(): boolean {
    return this.pieces.some((piece) => piece.from !== 'file');
  }

  /** The part from `from` to `to`, offsets into `text`. */
  slice(from: number, to: number): Traced {
    const whole = from <= 0 && to >= this.length;
    return whole ? this : new Traced(this.piecesOf(from, to));
  }

  piecesOf(from: number, to: number): Piece[] {
    const found: Piece[] = [];
    const offsets = (this.#offsets ??= offsetsOf(this.pieces));
    for (let index = indexAt(offsets, from); index < this.pieces.length; index += 1) {
      const piece = this.pieces[index];
      const offset = offsets[index] ?? 0;
      if (piece === undefined || offset >= to) break;
      const first = Math.max(0, from - offset);
      const last = Math.min(piece.text.length, to - offset);
      if (first < last) found.push(part(piece, first, last));
    }
    return found;
  }

  /** Where the part from `from` to `to` is in the file: from its first character to its last. */
  place(from = 0, to: number = this.length): { readonly start: number; readonly end: number } {
    if (from < to) {
      const pieces = this.piecesOf(from, to);
      const start = pieces[0]?.start ?? 0;
      return { start, end: Math.max(start, pieces.at(-1)?.end ?? start) };
    }
    const before = from > 0 ? this.piecesOf(from - 1, from).at(-1) : undefined;
    const at = before?.end ?? this.pieces[0]?.start ?? 0;
    return { start: at, end: at };
  }
}

function offsetsOf(pieces: readonly Piece[]): readonly number[] {
  let offset = 0;
  return pieces.map((piece) => (offset += piece.text.length) - piece.text.length);
}

/** The index of the last piece that begins at or before `offset`. */
function indexAt(offsets: readonly number[], offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function part(piece: Piece, first: number, last: number): Piece {
  if (first === 0 && last === piece.text.length) return piece;
  const text = piece.text.slice(first, last);
  return piece.exact
    ? { ...piece, text, start: piece.start + first, end: piece.start + last }
    : { ...piece, text };
}
