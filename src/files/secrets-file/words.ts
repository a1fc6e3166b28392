import { isSpace, skipSpace } from './characters.ts';
import { type Piece, Traced } from './mapped-text.ts';

/** One word of a command: its value without quotes, and where it is in the command's text, quotes included. */
export interface Word {
  readonly value: Traced;
  readonly start: number;
  readonly end: number;
}

/**
 * Splits as Ruby's `Shellwords.split` does (shellwords.rb, Ruby 3.1 to 3.4), which knows less than a shell: no
 * operators, no comments, no expansion. Null if a quote does not close, for which it raises.
 */
export function splitWords(command: Traced): Word[] | null {
  const { text } = command;
  const words: Word[] = [];
  let pieces: Piece[] = [];
  let begin = -1;
  let at = skipSpace(text, 0);
  while (at < text.length) {
    if (begin < 0) begin = at;
    const end = endOfToken(text, at);
    if (end === null) return null;
    pieces.push(...token(command, at, end));
    at = end;
    if (at >= text.length || isSpace(text.charCodeAt(at))) {
      words.push({ value: wordOf(pieces, command, begin), start: begin, end: at });
      pieces = [];
      begin = -1;
      at = skipSpace(text, at);
    }
  }
  return words;
}

/** An empty word still has a place: that of its quotes. */
function wordOf(pieces: readonly Piece[], command: Traced, begin: number): Traced {
  if (pieces.length > 0) return Traced.of(pieces);
  const { start } = command.place(begin, begin + 1);
  return Traced.of([{ text: '', start, end: start, exact: false, from: 'file', fetched: null }]);
}

/** The end of a bare run, a quoted string or an escape; null for a quote that does not close. */
function endOfToken(text: string, at: number): number | null {
  const character = text[at];
  if (character === "'") {
    const close = text.indexOf("'", at + 1);
    return close < 0 ? null : close + 1;
  }
  if (character === '"') {
    let close = at + 1;
    while (close < text.length && text[close] !== '"') close += text[close] === '\\' ? 2 : 1;
    return close < text.length ? close + 1 : null;
  }
  if (character === '\\') return Math.min(text.length, at + (isHighSurrogate(text, at + 1) ? 3 : 2));
  BARE.lastIndex = at;
  BARE.test(text);
  return BARE.lastIndex;
}

/** Characters that are no blank, quote or backslash. */
const BARE = /[^\t-\r \\'"]+/y;

/** What a token adds to its word. The answer of a fetch is JSON once it is split bare, and none in quotes. */
function token(command: Traced, at: number, end: number): Piece[] {
  const character = command.text[at];
  if (character === "'")
    return command.piecesOf(at + 1, end - 1).map((piece) => inForm(piece, 'escaped', 'escaped'));
  if (character === '"')
    return unescaped(command, at + 1, end - 1, /\\[$`"\\\n]/g).map((piece) =>
      inForm(piece, 'escaped', 'spoilt'),
    );
  if (character === '\\')
    return unescaped(command, at, end, /\\./g).map((piece) => inForm(piece, 'escaped', 'spoilt'));
  return command.piecesOf(at, end).map((piece) => inForm(piece, 'escaped', 'json'));
}

/** The part from `from` to `to` without the first character of each match. */
function unescaped(command: Traced, from: number, to: number, escape: RegExp): Piece[] {
  const text = command.text.slice(from, to);
  if (!text.includes('\\')) return command.piecesOf(from, to);
  const pieces: Piece[] = [];
  let done = from;
  for (const match of text.matchAll(escape)) {
    pieces.push(...command.piecesOf(done, from + match.index));
    done = from + match.index + 1;
  }
  pieces.push(...command.piecesOf(done, to));
  return pieces;
}

function inForm(piece: Piece, from: 'escaped', to: 'escaped' | 'json' | 'spoilt'): Piece {
  if (piece.fetched === null || piece.fetched.form !== from || from === to) return piece;
  return { ...piece, fetched: { answer: piece.fetched.answer, form: to } };
}

function isHighSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff;
}
