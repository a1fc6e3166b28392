/**
 * Where the blanks before a word begin, including line ends after a backslash.
 * @param from nothing before it is read
 * @param anyLineEnd whether a line end without a backslash counts too
 */
export function gapBefore(text: string, end: number, from: number, anyLineEnd = false): number {
  let at = end;
  for (;;) {
    if (at > from && (text[at - 1] === ' ' || text[at - 1] === '\t')) {
      at -= 1;
      continue;
    }
    if (at <= from || text[at - 1] !== '\n') return at;
    const start = text[at - 2] === '\r' ? at - 2 : at - 1;
    if (start > from && text[start - 1] === '\\') at = start - 1;
    else if (anyLineEnd) at = start;
    else return at;
  }
}
