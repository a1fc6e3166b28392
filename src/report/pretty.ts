/** The report for a person at a terminal or in a log: each finding with a frame and carets, then what to do. */
import type { Finding, Span } from '../parity/model.ts';
import { countFindings, distinctFindings, type Report, type SharedFinding } from '../parity/report.ts';
import { list } from '../parity/wording.ts';
import { frame } from './frame.ts';
import { Locator } from './locate.ts';
import { nextSteps, type Step } from './next-steps.ts';
import { palette, type Palette } from './palette.ts';
import { verdictLine } from './verdict-line.ts';
import { visible } from './visible.ts';

export interface PrettyOptions {
  readonly colour?: boolean;
  /** Cells of the terminal; default 100. */
  readonly width?: number;
  /** Whether findings of severity info are shown one by one rather than counted. */
  readonly infos?: boolean;
}

export function renderPretty(report: Report, options: PrettyOptions = {}): string {
  const { colour = false, width = 100, infos = false } = options;
  const painter = new Painter(report, palette(colour), width);
  const all = distinctFindings(report);
  const shown = all.filter(({ finding }) => infos || finding.severity !== 'info');
  const parts = shown.map((each) => painter.finding(each));
  const steps = nextSteps(report);
  if (steps.human.length > 0)
    parts.push(painter.list('For you, in 1Password or on GitHub', steps.human, '[ ]'));
  if (steps.agent.length > 0)
    parts.push(painter.list('For your coding agent, or you in the files', steps.agent, '-'));
  parts.push(
    painter.verdict(
      infos ? 0 : all.length - shown.length,
      steps.agent.some(({ automatic }) => automatic),
    ),
  );
  return parts.join('\n');
}

class Painter {
  private readonly report: Report;
  private readonly locator: Locator;
  private readonly palette: Palette;
  private readonly width: number;

  constructor(report: Report, colours: Palette, width: number) {
    this.report = report;
    this.locator = new Locator(report);
    this.palette = colours;
    this.width = width;
  }

  finding({ finding, destinations }: SharedFinding): string {
    const paint = this.palette[finding.severity];
    const gutter = this.gutter(finding);
    const bar = `${' '.repeat(gutter)} ${this.palette.frame('|')}`;
    const lines = [
      `${paint(finding.severity)}${this.palette.bold(`[${finding.rule}]: ${visible(finding.message)}`)}`,
      ...this.place(finding.span, '-->', '^', null, gutter, paint),
      ...finding.related
        .slice(0, 3)
        .flatMap(({ message, span }) => [
          bar,
          ...this.place(span, ':::', '-', message, gutter, this.palette.frame),
        ]),
    ];
    if (finding.related.length > 3)
      lines.push(
        `${' '.repeat(gutter)} ${this.palette.frame('=')} and ${finding.related.length - 3} more places`,
      );
    const others =
      this.report.destinations.length > 1 &&
      destinations.length > 0 &&
      destinations.length < this.report.destinations.length;
    if (others)
      lines.push(
        `${' '.repeat(gutter)} ${this.palette.frame('=')} in ${list(destinations.map((each) => each ?? 'no destination'))}`,
      );
    for (const { actor, title } of finding.fixes) {
      lines.push(
        `${' '.repeat(gutter)} ${this.palette.frame('=')} ${this.palette.bold(actor === 'human' ? 'you' : 'fix')}: ${visible(title)}`,
      );
    }
    return `${lines.join('\n')}\n`;
  }

  list(title: string, steps: readonly Step[], mark: string): string {
    const lines = steps.map((step) => {
      const place = mark === '-' ? `${visible(step.file)}:${step.line}  ` : '';
      return `  ${mark} ${this.palette.faint(place)}${visible(step.title)}`;
    });
    return `${[this.palette.bold(`${title}:`), ...lines].join('\n')}\n`;
  }

  verdict(notShown: number, fixable: boolean): string {
    const counts = countFindings(this.report);
    const [paint, sign] =
      counts.error > 0
        ? [this.palette.error, '✗']
        : counts.warning > 0
          ? [this.palette.warning, '!']
          : [this.palette.good, '✓'];
    const lines = [`${paint(sign)} ${this.palette.bold(verdictLine(this.report))}`];
    if (fixable)
      lines.push(
        `  ${this.palette.faint('Run `kamal-1password fix` to make the edits that are known, `fix --dry-run` to see them.')}`,
      );
    if (notShown > 0)
      lines.push(
        `  ${this.palette.faint(`${notShown} ${notShown === 1 ? 'note' : 'notes'} about what only a deploy can tell: --notes shows ${notShown === 1 ? 'it' : 'them'}.`)}`,
      );
    return `${lines.join('\n')}\n`;
  }

  private place(
    span: Span,
    arrow: string,
    mark: string,
    label: string | null,
    gutter: number,
    paint: (text: string) => string,
  ): string[] {
    const { file, line, column } = this.locator.locate(span);
    // A file that does not exist has no line to show.
    if (!this.report.sources.has(file))
      return [`${' '.repeat(gutter)}${this.palette.frame(arrow)} ${visible(file)}`];
    const lines = frame(this.locator.lines(file), span, {
      mark,
      width: Math.max(30, this.width - gutter - 3),
      hidden: this.report.sensitive,
    });
    const bar = `${' '.repeat(gutter)} ${this.palette.frame('|')}`;
    const output = [
      `${' '.repeat(gutter)}${this.palette.frame(arrow)} ${visible(file)}:${line}:${column}`,
      bar,
    ];
    for (const [index, each] of lines.entries()) {
      const number = String(each.number).padStart(gutter);
      output.push(`${this.palette.frame(number)} ${this.palette.frame('|')} ${each.text}`.trimEnd());
      const said = label !== null && index === lines.length - 1 ? ` ${visible(label)}` : '';
      if (each.underline !== '') output.push(`${bar} ${underlined(each.underline, said, paint)}`);
    }
    return output;
  }

  /** The cells that the highest line number of a finding takes. */
  private gutter({ span, related }: Finding): number {
    return Math.max(
      ...[span, ...related.slice(0, 3).map((each) => each.span)].map(
        (each) => String(this.locator.locate(each).endLine).length,
      ),
    );
  }
}

function underlined(underline: string, label: string, paint: (text: string) => string): string {
  const start = underline.length - underline.trimStart().length;
  return underline.slice(0, start) + paint(underline.slice(start) + label);
}
