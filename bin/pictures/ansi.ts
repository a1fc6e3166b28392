/** What a program wrote to a terminal, as lines of coloured runs. */

import { width } from '../../src/report/parts/visible.ts';

export type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'cyan';

export interface Style {
  readonly colour: Colour | null;
  readonly bold: boolean;
  readonly faint: boolean;
}

/** Text of one style that begins at a cell of its line. */
export interface Run extends Style {
  readonly cell: number;
  readonly text: string;
}

const COLOURS: Readonly<Record<string, Colour>> = {
  31: 'red',
  32: 'green',
  33: 'yellow',
  34: 'blue',
  36: 'cyan',
};

/**
 * Lines as the terminal shows them: longer ones go on below. Links (OSC 8) keep their text. Every character takes one
 * cell: the samples have no wide ones.
 */
export function linesOf(output: string, columns: number): readonly (readonly Run[])[] {
  let style: Style = { colour: null, bold: false, faint: false };
  return output
    .replaceAll('\r\n', '\n')
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const runs: Run[] = [];
      let cell = 0;
      for (const [, codes, text = ''] of line.matchAll(
        // oxlint-disable-next-line no-control-regex -- the terminal's own control characters
        /\u001B\]8;[^\u0007\u001B]*(?:\u0007|\u001B\\)|\u001B\[([\d;]*)m|([^\u001B]+)/g,
      )) {
        if (codes !== undefined) style = codes.split(';').reduce(styled, style);
        if (text === '') continue;
        runs.push({ ...style, cell, text });
        cell += width(text);
      }
      return broken(runs, columns);
    });
}

/** A line in pieces of so many cells. */
function broken(runs: readonly Run[], columns: number): readonly (readonly Run[])[] {
  const lines: Run[][] = [[]];
  for (const run of runs) {
    for (const [index, character] of Array.from(run.text).entries()) {
      const [line, cell] = [Math.floor((run.cell + index) / columns), (run.cell + index) % columns];
      const own = (lines[line] ??= []);
      const last = own.at(-1);
      if (index === 0 || cell === 0 || last === undefined) own.push({ ...run, cell, text: character });
      else own[own.length - 1] = { ...last, text: last.text + character };
    }
  }
  return lines;
}

function styled(style: Style, code: string): Style {
  if (code === '' || code === '0') return { colour: null, bold: false, faint: false };
  if (code === '1') return { ...style, bold: true };
  if (code === '2') return { ...style, faint: true };
  if (code === '22') return { ...style, bold: false, faint: false };
  if (code === '39') return { ...style, colour: null };
  const colour = COLOURS[code];
  if (colour === undefined) throw new Error(`no picture of the code ${code} is known`);
  return { ...style, colour };
}
