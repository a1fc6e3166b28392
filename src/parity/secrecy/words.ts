import { looksDrawn } from './shapes.ts';

/** A stretch of a text. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * A stretch to hide. `everywhere`: its text is hidden wherever else it turns up, unless it is plain words; `whatever`: those too.
 */
export interface Hidden extends Stretch {
  readonly everywhere?: boolean;
  readonly whatever?: boolean;
}

/** A word in any of the files ends at blanks, quotes, brackets and operators. */
const WORD = /[^\s"'`,;(){}[\]<>|&]+/g;

/** The words of a stretch that a judge finds, each with its place. `=` parts a name from its value. */
export function wordsWhere(
  text: string,
  { start, end }: Stretch,
  judge: (word: string, before: string) => boolean,
): Stretch[] {
  const found: Stretch[] = [];
  let before = '';
  for (const { 0: word, index } of text.slice(start, end).matchAll(WORD)) {
    const at = start + index;
    const stop = at + word.length;
    const named = /^[\w.-]+=/.exec(word.slice(0, 100))?.[0] ?? '';
    // An `=` may also be a character of a credential, as at the end of base64.
    const equals = looksDrawn(named) ? 0 : named.length;
    const from = at + equals;
    if (stop > from && judge(text.slice(from, stop), equals > 0 ? word.slice(0, equals - 1) : before))
      found.push({ start: from, end: stop });
    before = word;
  }
  return found;
}
