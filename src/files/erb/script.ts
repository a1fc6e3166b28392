/** The Ruby script that ERB makes of a template, with marks where it writes (erb 2.2.3, ERB::Compiler). */
import { TEXT_MARK, WRITE_MARK } from './ruby/lexer.ts';
import type { ErbPart } from './tokenize.ts';

export interface Script {
  readonly source: string;
  /** Where a place of the script is in the template. */
  locate(offset: number): number;
}

/**
 * Joins the parts as ERB does: `; ` between them, a new line only where a statement or an eaten line end has one.
 * So a comment at the end of a statement hides what follows on its line, as it does in ERB.
 */
export function scriptOf(parts: readonly ErbPart[]): Script {
  const pieces: string[] = [];
  const regions: { at: number; source: number }[] = [];
  let length = 0;
  let first = true;
  const put = (text: string): void => {
    pieces.push(text);
    length += text.length;
  };
  const push = (text: string, source: number, prefix = ''): void => {
    put(`${first ? '' : '; '}${prefix}`);
    regions.push({ at: length, source });
    put(text);
    first = false;
  };
  const newLine = (): void => {
    put('\n');
    first = true;
  };
  parts.forEach((part, index) => {
    if (part.kind === 'text') {
      const breaks = part.pieces.reduce((sum, { text }) => sum + (text.split('\n').length - 1), 0);
      push(`${TEXT_MARK}${index}${'\n'.repeat(breaks)}`, part.pieces[0]?.start ?? 0);
      return;
    }
    if (part.kind === 'expression') {
      push(part.code, part.codeStart, `${WRITE_MARK}${index}((`);
      put('))');
    } else if (part.code.endsWith('\n')) {
      push(part.code.slice(0, -1), part.codeStart);
      newLine();
    } else {
      push(part.code, part.codeStart);
    }
    if (part.endsLine) newLine();
  });
  return {
    source: pieces.join(''),
    locate(offset) {
      const region = regionAt(regions, offset);
      return region ? region.source + Math.max(offset - region.at, 0) : 0;
    },
  };
}

/** The last region that begins at `offset` or before it; else the first. */
function regionAt<T extends { readonly at: number }>(regions: readonly T[], offset: number): T | undefined {
  let low = 0;
  let high = regions.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((regions[middle]?.at ?? Infinity) <= offset) low = middle;
    else high = middle - 1;
  }
  return regions[low];
}
