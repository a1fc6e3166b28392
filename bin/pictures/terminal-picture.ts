/** Pictures of a terminal: SVG with text in it, animated where a session has several commands. */
import { width } from '../../src/report/parts/visible.ts';
import { linesOf, type Run } from './ansi.ts';

export type Theme = 'light' | 'dark';

/** A command line and what it wrote. */
export interface Shown {
  readonly command: string;
  readonly output: string;
}

const COLOURS = {
  light: {
    background: '#ffffff',
    border: '#d1d9e0',
    text: '#1f2328',
    faint: '#59636e',
    red: '#cf222e',
    green: '#1a7f37',
    yellow: '#9a6700',
    blue: '#0969da',
    cyan: '#1b7c83',
  },
  dark: {
    background: '#0d1117',
    border: '#3d444d',
    text: '#f0f6fc',
    faint: '#9198a1',
    red: '#ff7b72',
    green: '#3fb950',
    yellow: '#d29922',
    blue: '#58a6ff',
    cyan: '#39c5cf',
  },
} as const;

/** Pixels. The font is whatever monospaced one there is: `textLength` keeps the cells. */
const CELL = 8;
const LINE = 19;
const SIZE = 13;
const EDGE = 16;
const BAR = 26;

/** Seconds: for each typed character, and until the next command. */
const TYPING = 0.05;
const READING = { first: 6, later: 3.5 };

/** @param columns the width of the terminal that the output was written for */
export function terminalPicture(
  session: readonly Shown[],
  { theme, columns, title }: { readonly theme: Theme; readonly columns: number; readonly title: string },
): string {
  const colours = COLOURS[theme];
  const scenes = session.map(({ command, output }) => ({ command, lines: linesOf(output, columns) }));
  const rows = Math.max(...scenes.map(({ lines }) => lines.length)) + 2;
  const [wide, high] = [columns * CELL + 2 * EDGE, rows * LINE + BAR + EDGE];
  const moments = momentsOf(scenes.map(({ command }) => command));
  const style = scenes.length === 1 ? '' : `<style>${animation(scenes.length, moments)}</style>\n`;
  const drawn = scenes.map(({ command, lines }, index) =>
    scene(command, lines, { index, colours, animated: scenes.length > 1 }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
${style}<rect x="0.5" y="0.5" width="${wide - 1}" height="${high - 1}" rx="8" fill="${colours.background}" stroke="${colours.border}"/>
${[0, 1, 2].map((dot) => `<circle cx="${EDGE + 6 + dot * 16}" cy="${BAR / 2 + 2}" r="4.5" fill="${colours.border}"/>`).join('')}
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace" font-size="${SIZE}" fill="${colours.text}">
${drawn.join('\n')}
</g>
</svg>
`;
}

interface Around {
  readonly index: number;
  readonly colours: (typeof COLOURS)[Theme];
  readonly animated: boolean;
}

function scene(
  command: string,
  lines: readonly (readonly Run[])[],
  { index, colours, animated }: Around,
): string {
  const prompt = text({ cell: 0, text: '$', colour: null, bold: false, faint: true }, 0, colours);
  const typed = text({ cell: 2, text: command, colour: null, bold: true, faint: false }, 0, colours);
  const output = lines.flatMap((runs, line) => runs.map((run) => text(run, line + 1, colours))).join('\n');
  if (!animated) return `${prompt}${typed}\n${output}`;
  const cover = `<rect class="c${index}" x="${EDGE + 2 * CELL}" y="${BAR + 4}" width="${width(command) * CELL + CELL}" height="${LINE}" fill="${colours.background}"/>`;
  return `<g class="s s${index}">${prompt}${typed}${cover}\n<g class="o${index}">${output}</g></g>`;
}

/** Words that more than one space sets apart have places of their own: not every viewer keeps such spaces. */
function text(run: Run, line: number, colours: Around['colours']): string {
  const { colour, bold, faint } = run;
  const y = BAR + EDGE + 2 + line * LINE;
  const painted = colour ?? (faint ? 'faint' : 'text');
  const fill = painted === 'text' ? '' : ` fill="${colours[painted]}"`;
  const weight = bold ? ' font-weight="600"' : '';
  const drawn: string[] = [];
  for (const { 0: words, index } of run.text.matchAll(/\S+(?: \S+)*/g)) {
    const x = EDGE + (run.cell + width(run.text.slice(0, index))) * CELL;
    drawn.push(
      `<text x="${x}" y="${y}" textLength="${width(words) * CELL}"${fill}${weight}>${escaped(words)}</text>`,
    );
  }
  return drawn.join('');
}

interface Moment {
  readonly starts: number;
  readonly typed: number;
  readonly ends: number;
  readonly characters: number;
}

function momentsOf(commands: readonly string[]): Moment[] {
  let starts = 0;
  return commands.map((command, index) => {
    const characters = width(command);
    const typed = starts + 0.6 + characters * TYPING;
    const ends = typed + 0.3 + (index === 0 ? READING.first : READING.later);
    const moment = { starts, typed, ends, characters };
    starts = ends;
    return moment;
  });
}

/** One scene after the other, for ever; where motion is not wanted, the first one as a whole. */
function animation(count: number, moments: readonly Moment[]): string {
  const whole = moments.at(-1)?.ends ?? 1;
  const at = (seconds: number): string => `${((100 * seconds) / whole).toFixed(2)}%`;
  const rules = moments.map(({ starts, typed, ends, characters }, index) => {
    const shown = `@keyframes s${index}{0%{opacity:${starts === 0 ? 1 : 0}}${at(starts)}{opacity:1}${at(ends)}{opacity:${ends === whole ? 1 : 0}}100%{opacity:${ends === whole ? 1 : 0}}}`;
    const output = `@keyframes o${index}{0%{opacity:0}${at(typed + 0.3)}{opacity:1}100%{opacity:1}}`;
    const cover = `@keyframes c${index}{0%,${at(starts + 0.6)}{transform:translateX(0);animation-timing-function:steps(${characters})}${at(typed)}{transform:translateX(${characters * CELL}px)}${at(typed + 0.01)},100%{transform:translateX(9999px)}}`;
    return `${shown}${output}${cover}.s${index}{animation-name:s${index}}.o${index}{animation-name:o${index}}.c${index}{animation-name:c${index}}`;
  });
  const animated = Array.from({ length: count }, (_, index) => `.s${index},.o${index},.c${index}`).join(',');
  const later = Array.from({ length: count - 1 }, (_, index) => `.s${index + 1}`).join(',');
  return `${animated}{animation-duration:${whole.toFixed(2)}s;animation-timing-function:step-end;animation-iteration-count:infinite}${rules.join('')}@media(prefers-reduced-motion:reduce){${animated}{animation:none}${later}{opacity:0}.c0{opacity:0}}`;
}

export function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
