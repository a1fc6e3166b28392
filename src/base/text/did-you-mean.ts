/** “Did you mean X?” for words that a person typed, out of the few that there are. */
import { nearest } from './nearest.ts';

/**
 * The word that was probably meant: one that differs in case or punctuation, the only one that begins so (`--dest`), or
 * the nearest by edits, as many as a slip makes in a word of that length. Or null if none is near, or two are equally
 * near.
 */
export function closest(word: string, words: Iterable<string>): string | null {
  const all = [...new Set(words)].filter((each) => each !== word);
  const same = nearest(word, all);
  if (same !== null) return same;
  const begun = all.filter((each) => word.length >= 2 && each.toLowerCase().startsWith(word.toLowerCase()));
  if (begun.length === 1) return begun[0] ?? null;
  const near = all
    .map((each) => ({ each, edits: editsBetween(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, edits }) => edits <= slipsIn(Math.min(word.length, each.length)))
    .toSorted((one, other) => one.edits - other.edits);
  const [best, second] = near;
  return best === undefined || best.edits === second?.edits ? null : best.each;
}

/** The same as the end of a sentence, with a space before it; empty if nothing is near. */
export function didYouMean(word: string, words: Iterable<string>, prefix = ''): string {
  const meant = closest(word, words);
  return meant === null ? '' : ` Did you mean ${prefix}${meant}?`;
}

/** Names longer than this are not typed by hand. */
const LONGEST = 60;

function slipsIn(length: number): number {
  if (length > LONGEST || length < 2) return 0;
  return length < 6 ? 1 : 2;
}

/** Characters added, dropped or replaced, and neighbours exchanged (optimal string alignment). */
function editsBetween(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2 || Math.max(one.length, other.length) > LONGEST)
    return Infinity;
  let older: number[] = [];
  let before = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isExchanged =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      now[column] = Math.min(
        (before[column] ?? Infinity) + 1,
        (now[column - 1] ?? Infinity) + 1,
        (before[column - 1] ?? Infinity) + (isSame ? 0 : 1),
        isExchanged ? (older[column - 2] ?? Infinity) + 1 : Infinity,
      );
    }
    older = before;
    before = now;
  }
  return before[other.length] ?? Infinity;
}
