/** Text from files that others wrote, made safe to show: nothing in it can move the cursor, turn the writing round or ring. */

/** ASCII and the punctuation of our sentences: no further check, and no need to load Unicode's tables. */
const HARMLESS = /^[\x20-\x7e\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2022]*$/;
/** Joins the parts of one emoji; harmless in a row of them. */
const JOINERS = new Set(['\u200D', '\uFE0F']);

/** The text with every character that acts rather than shows written as `‹U+202E›`; a tab becomes a space. */
export function visible(text: string): string {
  if (HARMLESS.test(text)) return text;
  // Control characters, bidirectional controls, invisible format characters, lone surrogates, line and paragraph separators.
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
    if (character === '\t') return ' ';
    if (JOINERS.has(character)) return character;
    return `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}

/** Made at the first text that needs it: loading its tables takes longer than a whole check. */
let graphemes: Intl.Segmenter | null = null;
const PLAIN = /^[\x20-\x7e]*$/;

/** One cluster as a terminal shows it: its characters and how many cells it takes. */
export interface Cluster {
  readonly text: string;
  /** UTF-16 offset in the string it was taken from. */
  readonly index: number;
  readonly width: number;
}

/** The clusters that a terminal shows as one, with their widths: 2 for CJK and emoji, 0 for what only combines. */
export function clusters(text: string): Cluster[] {
  if (PLAIN.test(text)) return Array.from(text, (character, index) => ({ text: character, index, width: 1 }));
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(graphemes.segment(text), ({ segment, index }) => ({
    text: segment,
    index,
    width: clusterWidth(segment),
  }));
}

/** The cells that a text takes on a terminal. */
export function width(text: string): number {
  return PLAIN.test(text) ? text.length : clusters(text).reduce((sum, cluster) => sum + cluster.width, 0);
}

/** The text followed by spaces up to a width in cells. */
export function padTo(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - width(text)));
}

function clusterWidth(segment: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(segment)) return 0;
  const isWide =
    /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Bopomofo}|\p{Script=Yi}|[\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6])/u.test(
      segment,
    );
  return isWide || /\p{Emoji_Presentation}|\uFE0F/u.test(segment) ? 2 : 1;
}
