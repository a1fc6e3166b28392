/** What the screens of the commands have in common: lists by who does it, the next step, a diff. */
import type { NextSteps } from '../../base/failure.ts';
import { palette, type Palette } from '../../report/parts/palette.ts';
import { visible } from '../../report/parts/visible.ts';
import { wrapped } from '../../report/parts/wrapped.ts';
import { asCalled } from './called-as.ts';
import type { Arguments, Terminal } from './command.ts';
import { wantsLinks } from './hyperlinks.ts';
import { lineWidth, wantsColour } from './shared-options.ts';

export class Screen {
  readonly colours: Palette;
  /** Cells of a line; null if no one reads along and lines stay whole. */
  readonly #cells: number | null;
  readonly #isTerminal: boolean;
  readonly #terminal: Pick<Terminal, 'environment'>;

  constructor(given: Arguments, terminal: Terminal) {
    this.colours = palette(wantsColour(given, terminal), wantsLinks(given, terminal));
    this.#cells = terminal.isTerminal ? lineWidth(terminal) : null;
    this.#isTerminal = terminal.isTerminal;
    this.#terminal = terminal;
  }

  /** A sentence that begins after `used` cells and wraps behind `indent`. */
  sentence(text: string, indent: number, used = indent): string {
    return wrapped(visible(asCalled(text, this.#terminal)), this.#cells, indent, used);
  }

  /** The steps of a person and those of the editor of files, in two lists that are never mixed. */
  lists({ human, agent }: NextSteps): string {
    return (
      this.list('For you', human, '[ ]') + this.list('For you or your coding agent, in the files', agent, '-')
    );
  }

  /** Each entry once; nothing if there is none. Entries of several lines keep them. */
  list(title: string, entries: readonly string[], mark: '[ ]' | '-'): string {
    if (entries.length === 0) return '';
    const indent = mark.length + 3;
    const lines = [...new Set(entries)].map(
      (each) =>
        `  ${mark} ${each
          .split('\n')
          .map((line) => this.sentence(line, indent))
          .join(`\n${' '.repeat(indent)}`)}\n`,
    );
    return `\n${this.colours.bold(`${title}:`)}\n${lines.join('')}`;
  }

  /** The last line of a screen. */
  next(text: string): string {
    return `\n${this.colours.bold(this.sentence(`Next: ${text}`, 6, 0))}\n`;
  }

  /** As it is for a program; on a terminal with its colours, and with nothing in it that acts on one. */
  diff(text: string): string {
    if (!this.#isTerminal) return text;
    const { bold, frame, added, removed } = this.colours;
    return text
      .split('\n')
      .map(visible)
      .map((line) => {
        if (/^(?:---|\+\+\+) /.test(line)) return bold(line);
        if (line.startsWith('@@')) return frame(line);
        if (line.startsWith('+')) return added(line);
        return line.startsWith('-') ? removed(line) : line;
      })
      .join('\n');
  }
}
