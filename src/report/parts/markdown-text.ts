/**
 * Text of others in GitHub's Markdown: names, messages and output go in so that nothing of them is executed, no one is
 * mentioned, and nothing breaks out of its table cell.
 */

import { visible } from './visible.ts';

/** Words between backticks in which nothing means anything, neither to Markdown nor to HTML. */
export const PLAIN_CODE = /`([\w./:,-]+(?: [\w./:,-]+)*)`/g;
const PLAIN = new RegExp(`^${PLAIN_CODE.source.replaceAll('`', '')}$`);

/** A name as code. Plain names stay readable in the source; any other is written in character references. */
export function code(text: string): string {
  if (PLAIN.test(text)) return `\`${text}\``;
  const shown = visible(text) || ' ';
  return `<code>${shown.replaceAll(/[^\p{L}\p{N} ]/gu, reference)}</code>`;
}

/** A sentence of ours in which names are in backticks; everything in it is kept from being Markdown. */
export function prose(sentence: string): string {
  return sentence
    .split('`')
    .map((part, index) => (index % 2 === 1 ? code(part) : plain(part)))
    .join('');
}

/** Text that is to be read as it is. A zero-width space keeps `@name`, `#12` and `GH-12` from becoming links. */
export function plain(text: string): string {
  return visible(text).replaceAll(
    /(?<link>[@#](?=[\w-])|\bGH(?=-\d)|\b(?:https?|www)(?=[:.]))|[\\`*_{}[\]()<>&|~$!]|^[-+#]|^\d+(?=[.)](?:\s|$))/gi,
    (found: string, link: string | undefined) => (link === undefined ? reference(found) : `${found}\u200B`),
  );
}

/** Lines of output, without their colours, as a block that they cannot end. */
export function block(lines: readonly string[], language = ''): string {
  // Select Graphic Rendition: ESC [ … m (ECMA-48).
  const text = lines.map((line) => visible(line.replaceAll(/\p{Cc}\[[0-9;]*m/gu, '')));
  const longest = Math.max(
    2,
    ...text.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...text, fence].join('\n');
}

function reference(text: string): string {
  return Array.from(text, (character) => `&#${character.codePointAt(0) ?? 0};`).join('');
}
