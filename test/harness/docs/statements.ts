/** What a page says, one statement at a time: each sentence, each item of a list, each row of a table. */
import type { Page } from './pages.ts';

/** @param headings the sections to read, each with those below it; all if none are named */
export function statements({ text }: Page, headings: readonly string[] = []): string[] {
  const sections = headings.length === 0 ? [text] : headings.map((heading) => sectionOf(text, heading));
  return sections.flatMap((section) =>
    section
      .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
      .replaceAll(/<!--[\s\S]*?-->/g, '')
      .split(/\n(?:[ \t]*\n)+|\n(?=[-|#])/)
      .map((part) => part.replaceAll(/\s+/g, ' ').trim())
      .flatMap((part) => {
        if (part === '' || part.startsWith('#') || /^\|[\s|:-]+\|?$/.test(part)) return [];
        if (part.startsWith('|') || part.startsWith('-')) return [part];
        return sentences(part).filter((sentence) => !/^\d+\.$/.test(sentence));
      }),
  );
}

function sectionOf(text: string, heading: string): string {
  const start = text.indexOf(`\n## ${heading}\n`);
  if (start < 0) throw new Error(`there is no section “${heading}”`);
  const end = text.indexOf('\n## ', start + 1);
  return text.slice(start, end < 0 ? undefined : end);
}

/** A sentence ends with a full stop, and the next begins with something that is not a small letter. */
function sentences(paragraph: string): string[] {
  return paragraph.split(/(?<=[.!?])\s+(?=[^a-z\s])/);
}
