/** Sentences in the width of a terminal. */
import { width } from './visible.ts';

/** Words that are kept together: text in backticks is one, so that a command can be copied in one piece. */
const WORDS = /(?:`[^`]*`|[^\s`])+/g;

/**
 * The text over several lines of at most `cells` cells, the first of which has `used` of them taken already; later ones
 * begin with an indentation. A word that is longer than a line is left whole. With no limit the text is left as it is.
 */
export function wrapped(text: string, cells: number | null, indent: number, used = indent): string {
  if (cells === null || used + width(text) <= cells) return text;
  const lines: string[] = [];
  let line = '';
  let room = cells - used;
  for (const [word] of text.matchAll(WORDS)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && width(longer) > room) {
      lines.push(line);
      room = cells - indent;
      line = word;
    } else line = longer;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
