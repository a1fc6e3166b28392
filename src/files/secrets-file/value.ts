import { isStripped } from './characters.ts';
import { type Piece, Traced } from './mapped-text.ts';

/** A value as dotenv leaves it before commands and variables are substituted. */
export interface PlainValue {
  readonly quote: 'none' | 'single' | 'double';
  readonly value: Traced;
  /** As written, quotes included, blanks around it not: offsets into the text with LF only. */
  readonly start: number;
  readonly end: number;
}

/**
 * Takes the quotes and backslashes off (dotenv 3.2.0, parser.rb, `parse_value`).
 * `legacy` is DOTENV_LINEBREAK_MODE, set by an earlier line of the same file.
 */
export function plainValue(text: string, from: number, to: number, legacy: boolean): PlainValue {
  let start = from;
  let end = to;
  while (start < end && isStripped(text.charCodeAt(start))) start += 1;
  while (end > start && isStripped(text.charCodeAt(end - 1))) end -= 1;
  const quote = quoteOf(text, start, end);
  const inner = quote === 'none' ? 0 : 1;
  const written = Traced.written(text.slice(start + inner, end - inner), start + inner);
  if (quote === 'single' || !written.text.includes('\\')) return { quote, value: written, start, end };
  const expanded = quote === 'double' ? expandNewlines(written, legacy) : written;
  return { quote, value: unescape(expanded), start, end };
}

function quoteOf(text: string, start: number, end: number): PlainValue['quote'] {
  if (end - start < 2 || text[start] !== text[end - 1]) return 'none';
  if (text[start] === '"') return 'double';
  return text[start] === "'" ? 'single' : 'none';
}

/** `\n` and `\r` become a doubled backslash and the letter, so that `unescape` leaves `\n`; in legacy mode the character itself. */
function expandNewlines(value: Traced, legacy: boolean): Traced {
  const pieces: Piece[] = [];
  let done = 0;
  for (const { index } of value.text.matchAll(/\\[nr]/g)) {
    pieces.push(...value.piecesOf(done, index));
    const { start, end } = value.place(index, index + 2);
    const character = value.text[index + 1] === 'n' ? '\n' : '\r';
    if (legacy) pieces.push({ text: character, start, end, exact: false, from: 'file', fetched: null });
    else
      pieces.push(
        { text: '\\', start, end: start + 1, exact: true, from: 'file', fetched: null },
        ...value.piecesOf(index, index + 2),
      );
    done = index + 2;
  }
  pieces.push(...value.piecesOf(done, value.length));
  return Traced.of(pieces);
}

/** `\x` becomes `x`, but `\$` stays. */
function unescape(value: Traced): Traced {
  const { text } = value;
  const pieces: Piece[] = [];
  let done = 0;
  let at = text.indexOf('\\');
  while (at >= 0 && at + 1 < text.length) {
    let next = at + 1;
    if (text[next] !== '$') {
      pieces.push(...value.piecesOf(done, at));
      done = next;
      next += 1;
    }
    at = text.indexOf('\\', next);
  }
  pieces.push(...value.piecesOf(done, value.length));
  return Traced.of(pieces);
}
