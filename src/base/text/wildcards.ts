/**
 * Whether a text is what a pattern with wildcards describes: `*` is any run of characters, and with `one`, `?` is any one.
 * In a time that grows with the product of both lengths: a regular expression of many `.*` would try every split.
 */
export function matchesWildcards(pattern: string, text: string, one: '?' | null = null): boolean {
  const pieces = pattern.split('*');
  const [first = '', ...others] = pieces;
  const last = others.pop();
  const fits = (piece: string, at: number): boolean =>
    piece
      .split('')
      .every((wanted, index) => wanted === text[at + index] || (wanted === one && at + index < text.length));
  if (last === undefined) return text.length === first.length && fits(first, 0);
  if (!fits(first, 0)) return false;
  // Each piece between two `*` matches at its first place: the rest is then as long as possible.
  let at = first.length;
  for (const piece of others) {
    while (at + piece.length <= text.length && !fits(piece, at)) at++;
    at += piece.length;
  }
  return text.length - last.length >= at && fits(last, text.length - last.length);
}
