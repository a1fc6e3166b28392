/** A job summary as it reads on a terminal: GitHub's Markdown with the tags that summaries have, and nothing else of either. */
import { stripVTControlCharacters } from 'node:util';
import { width } from '../../../src/report/parts/visible.ts';

const BOLD = '\u001B[1m';
const FAINT = '\u001B[2m';
const OFF = '\u001B[0m';

/** Headings bold, tables in columns, links by their text, folded parts by their title. */
export function onTerminal(markdown: string): string {
  const output: string[] = [];
  let table: string[][] = [];
  let depth = 0;
  const endTable = (): void => {
    output.push(...columns(table));
    table = [];
  };
  for (const line of markdown.replaceAll(/<!--[^]*?-->/g, '').split('\n')) {
    const title = /<summary>(.*?)<\/summary>/.exec(line)?.[1];
    if (title !== undefined && depth <= 1) output.push(`${FAINT}▸ ${inline(title)}${OFF}`);
    depth += (line.match(/<details/g) ?? []).length - (line.match(/<\/details>/g) ?? []).length;
    if (depth > 0 || line.includes('</details>')) continue;
    if (/^\s*\|/.test(line)) {
      if (!/^[\s|:-]+$/.test(line))
        table.push(
          line
            .trim()
            .slice(1, -1)
            .split(/(?<!\\)\|/)
            .map((cell) => inline(cell.trim())),
        );
      continue;
    }
    endTable();
    const heading = /^#+ (.*)$/.exec(line)?.[1];
    output.push(heading === undefined ? inline(line) : `${BOLD}${inline(heading)}${OFF}`);
  }
  endTable();
  return output
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

function inline(text: string): string {
  return text
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<br ?\/?>/g, ', ')
    .replaceAll(/<\/?[a-z][^>]*>/g, '')
    .replaceAll(/\*\*(.+?)\*\*/g, `${BOLD}$1${OFF}`)
    .replaceAll('`', '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\\(?=[|_*[\]])/g, '');
}

function columns(rows: readonly string[][]): string[] {
  const cells = (text: string): number => width(stripVTControlCharacters(text));
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => cells(row[at] ?? ''))));
  return rows.map((row, index) => {
    const line = row
      .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - cells(cell))))
      .join('  ')
      .trimEnd();
    return index === 0 ? `  ${FAINT}${line}${OFF}` : `  ${line}`;
  });
}
