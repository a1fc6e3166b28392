import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import type { Reference, Span } from '../../parity/model.ts';
import type { EvenText } from './line-ends.ts';
import { type VariablePlace, substituteVariables } from './substitution.ts';
import type { Piece, Traced } from './mapped-text.ts';

/** References to a longer value are unknown: a few lines that each double the one before would fill any memory. */
const LONGEST_VALUE = 1 << 20;
/** A longer command is left unread, answers of fetches not counted. */
const LONGEST_COMMAND = 1 << 20;
/** With more pieces than this, a value that is copied into another becomes one piece. */
const COPIED_PIECES = 64;

export interface Assigned {
  readonly value: Traced;
  /** Index among all assignments. */
  readonly index: number;
}

/** What the lines of one file have assigned so far, and how they find it. dotenv knows of no other file. */
export class SecretsScope {
  /** Which Kamal reads them. */
  readonly kamal: KamalRelease;
  readonly #file: string;
  readonly #even: EvenText;
  readonly #isSet: (name: string) => boolean;
  readonly #values = new Map<string, Assigned>();
  /** Characters of commands that may still be gone through; below zero they are left unread. */
  #patience: number;

  constructor(file: string, even: EvenText, isSet: (name: string) => boolean, kamal: KamalRelease) {
    this.kamal = kamal;
    this.#file = file;
    this.#even = even;
    this.#isSet = isSet;
    this.#patience = (1 << 24) + 8 * even.text.length;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** `DOTENV_LINEBREAK_MODE=legacy`, set in the file itself. */
  get legacyNewlines(): boolean {
    return this.#values.get('DOTENV_LINEBREAK_MODE')?.value.text === 'legacy';
  }

  assign(name: string, assigned: Assigned): void {
    this.#values.set(name, assigned);
  }

  /** The span in the file as it is, of offsets into the text with LF only. */
  span(place: { readonly start: number; readonly end: number }): Span {
    return { file: this.#file, start: this.#even.toFile(place.start), end: this.#even.toFile(place.end) };
  }

  /** Whether the budget allows reading so many more characters. */
  spend(characters: number): boolean {
    this.#patience -= characters;
    return this.#patience >= 0 && characters <= LONGEST_COMMAND;
  }

  /** Puts values instead of `$NAME`, and notes each reference as it is in the file. */
  substitute(value: Traced, references: Reference[]): Traced {
    return substituteVariables(value, (variable) => {
      const place = value.place(variable.start, variable.end);
      const assigned = this.#values.get(variable.name);
      if (isWritten(value, variable)) {
        references.push({ name: variable.name, span: this.span(place), to: assigned?.index ?? null });
      }
      if (assigned !== undefined) return copied(assigned.value, place);
      if (!this.#isSet(variable.name)) return [];
      return [{ text: `env-${variable.name}`, ...place, exact: false, from: 'outside', fetched: null }];
    });
  }
}

function isWritten(value: Traced, { start, end }: VariablePlace): boolean {
  return value.piecesOf(start, end).every(({ exact }) => exact);
}

/** The pieces of a value as a reference to it has them. */
function copied(value: Traced, place: { readonly start: number; readonly end: number }): Piece[] {
  if (value.length > LONGEST_VALUE) {
    return [{ text: 'too-long', ...place, exact: false, from: 'outside', fetched: null }];
  }
  const coarse = value.pieces.length > COPIED_PIECES;
  const pieces: Piece[] = [];
  for (const piece of value.pieces) {
    const last = pieces.at(-1);
    if (
      last !== undefined &&
      last.fetched === null &&
      piece.fetched === null &&
      (coarse || last.from === piece.from)
    ) {
      pieces[pieces.length - 1] = {
        ...last,
        text: last.text + piece.text,
        from: last.from === piece.from ? last.from : 'outside',
      };
    } else if (piece.text !== '') {
      const { text, from, fetched } = piece;
      pieces.push({ text, start: place.start, end: place.end, exact: false, from, fetched });
    }
  }
  return pieces;
}
