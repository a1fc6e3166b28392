/** The report for a person at a terminal or in a log: the verdict, each finding with a frame and carets, what to do next. */
import { namesInWords } from '../../base/names.ts';
import { isKamal1 } from '../../base/kamal-facts/release.ts';
import type { Finding, Span } from '../../parity/model.ts';
import { beyondSentence, distinctFindings, type Report } from '../../parity/report/report.ts';
import { list } from '../../parity/wording.ts';
import { type AlikeFindings, alikeFindings } from '../parts/alike.ts';
import { frame } from '../parts/frame.ts';
import { PlaceLocator } from '../parts/locate.ts';
import { nextSteps, type NextSteps } from '../parts/next-steps.ts';
import { palette, type Palette } from '../parts/palette.ts';
import { ruleAddress } from '../parts/rule-address.ts';
import { destinationName, standingOf, verdictLine } from '../parts/verdict-line.ts';
import { visible, width as cellsOf } from '../parts/visible.ts';
import { wrapped } from '../parts/wrapped.ts';

export interface PrettyOptions {
  readonly colour?: boolean;
  /** Whether the terminal shows links: each rule leads to its page. */
  readonly links?: boolean;
  /** Cells of the terminal; default 100. */
  readonly width?: number;
  /** Whether sentences are broken to that width, as a terminal would break them less well. */
  readonly wrap?: boolean;
  /** Whether 1Password was asked too. */
  readonly live?: boolean;
  /** Whether findings of severity info are shown one by one rather than counted. */
  readonly infos?: boolean;
  /** Writes this program's commands in a sentence as its reader calls them. */
  readonly command?: (sentence: string) => string;
}

export function renderPretty(report: Report, options: PrettyOptions = {}): string {
  const { colour = false, links = false, live = false, infos = false } = options;
  const painter = new Painter(report, palette(colour, links), options);
  const all = distinctFindings(report);
  const shown = all.filter(({ finding }) => infos || finding.severity !== 'info');
  const parts = [painter.verdict(live), ...alikeFindings(shown).map((each) => painter.finding(each))];
  const beyond = beyondSentence(report);
  if (beyond !== null) parts.push(`${beyond}\n`);
  const steps = nextSteps(report);
  const end = painter.end(all.length - shown.length, steps);
  // A sound project gets its lines without a gap between them.
  return shown.length === 0 ? parts.join('\n') + end : [...parts, ...(end === '' ? [] : [end])].join('\n');
}

const SIGNS = {
  error: ['error', '✗'],
  warning: ['warning', '!'],
  'not known': ['info', '?'],
  good: ['good', '✓'],
} as const;

/** How a place is pointed at. */
interface Pointer {
  /** Before its file and line. */
  readonly arrow: string;
  /** What its characters are underlined with. */
  readonly mark: string;
  /** The sentence about it, if any. */
  readonly label: string | null;
  readonly paint: (text: string) => string;
}

class Painter {
  readonly #report: Report;
  readonly #locator: PlaceLocator;
  readonly #palette: Palette;
  readonly #width: number;
  /** Where sentences are broken; null if they are not broken. */
  readonly #wrapAt: number | null;
  readonly #command: (text: string) => string;

  constructor(report: Report, colours: Palette, { width = 100, wrap = false, command }: PrettyOptions) {
    this.#report = report;
    this.#locator = new PlaceLocator(report);
    this.#palette = colours;
    this.#width = width;
    this.#wrapAt = wrap ? width : null;
    this.#command = command ?? ((text) => text);
  }

  finding({ shown: { finding, destinations }, others: alike }: AlikeFindings): string {
    const paint = this.#palette[finding.severity];
    const gutter = this.#gutter(finding);
    const bar = `${' '.repeat(gutter)} ${this.#palette.frame('|')}`;
    const lines = [
      `${paint(finding.severity)}${this.#palette.bold(`[${this.#palette.link(finding.rule, ruleAddress(finding.rule))}]: ${this.#sentence(finding.message, 2, finding.severity.length + finding.rule.length + 4)}`)}`,
      ...this.#place(finding.span, { arrow: '-->', mark: '^', label: null, paint }, gutter),
      ...finding.related
        .slice(0, 3)
        .flatMap(({ message, span }) => [
          bar,
          ...this.#place(
            span,
            { arrow: ':::', mark: '-', label: message, paint: this.#palette.frame },
            gutter,
          ),
        ]),
    ];
    if (finding.related.length > 3)
      lines.push(
        `${' '.repeat(gutter)} ${this.#palette.frame('=')} and ${finding.related.length - 3} more places`,
      );
    const others =
      this.#report.destinations.length > 1 &&
      destinations.length > 0 &&
      destinations.length < this.#report.destinations.length;
    if (others)
      lines.push(
        `${' '.repeat(gutter)} ${this.#palette.frame('=')} in ${list(destinations.map(destinationName))}`,
      );
    if (alike.length > 0) {
      const names = alike.map((name) => `\`${name}\``);
      lines.push(
        `${' '.repeat(gutter)} ${this.#palette.frame('=')} ${this.#palette.bold('also')}: ${this.#sentence(`the same is true of ${namesInWords(names, 12)}.`, gutter + 9)}`,
      );
    }
    for (const { actor, title } of finding.fixes) {
      lines.push(
        `${' '.repeat(gutter)} ${this.#palette.frame('=')} ${this.#palette.bold(actor === 'human' ? 'you' : 'fix')}: ${this.#sentence(title, gutter + 8)}`,
      );
    }
    return `${lines.join('\n')}\n`;
  }

  verdict(live: boolean): string {
    const [colour, sign] = SIGNS[standingOf(this.#report)];
    const paint = this.#palette[colour];
    return `${paint(sign)} ${this.#palette.bold(this.#sentence(verdictLine(this.#report, live), 2))}\n`;
  }

  /** What is not shown, and the next step; nothing where there is neither. */
  end(notShown: number, { human, agent }: NextSteps): string {
    const notes =
      notShown === 0
        ? ''
        : `${notShown} ${notShown === 1 ? 'note' : 'notes'}: --notes shows ${notShown === 1 ? 'it' : 'them'}.`;
    const next = nextSentence(human.length, agent);
    const about = [aboutKamal, aboutBase, aboutOthers]
      .map((each) => each(this.#report))
      .filter((each) => each !== '');
    return [
      ...about.map((each) => `${this.#palette.faint(this.#sentence(each, 0))}\n`),
      ...(notes === '' ? [] : [`${this.#palette.faint(this.#sentence(notes, 0))}\n`]),
      ...(next === '' ? [] : [`${this.#palette.bold(this.#sentence(next, 6, 0))}\n`]),
    ].join('');
  }

  #sentence(text: string, indent: number, used = indent): string {
    return wrapped(visible(this.#command(text)), this.#wrapAt, indent, used);
  }

  #place(span: Span, { arrow, mark, label, paint }: Pointer, gutter: number): string[] {
    const { file, line, column } = this.#locator.locate(span);
    // A file that does not exist has no line to show.
    if (!this.#report.sources.has(file))
      return [`${' '.repeat(gutter)}${this.#palette.frame(arrow)} ${visible(file)}`];
    const lines = frame(this.#locator.lines(file), span, {
      mark,
      width: Math.max(30, this.#width - gutter - 3),
      hidden: this.#report.sensitive,
    });
    const bar = `${' '.repeat(gutter)} ${this.#palette.frame('|')}`;
    const output = [
      `${' '.repeat(gutter)}${this.#palette.frame(arrow)} ${visible(file)}:${line}:${column}`,
      bar,
    ];
    for (const [index, each] of lines.entries()) {
      const number = String(each.number).padStart(gutter);
      output.push(`${this.#palette.frame(number)} ${this.#palette.frame('|')} ${each.text}`.trimEnd());
      const said = label !== null && index === lines.length - 1 ? visible(label) : '';
      if (each.underline === '') continue;
      // Beside the underline where there is room, else below it.
      const room = this.#width - gutter - 3;
      const isBeside = cellsOf(each.underline) + 1 + cellsOf(said) <= room;
      output.push(`${bar} ${underlined(each.underline, isBeside && said !== '' ? ` ${said}` : '', paint)}`);
      if (!isBeside) output.push(`${bar} ${' '.repeat(Math.max(0, room - cellsOf(said)))}${paint(said)}`);
    }
    return output;
  }

  /** The cells that the highest line number of a finding takes. */
  #gutter({ span, related }: Finding): number {
    return Math.max(
      ...[span, ...related.slice(0, 3).map((each) => each.span)].map(
        (each) => String(this.#locator.locate(each).endLine).length,
      ),
    );
  }
}

/**
 * Each step is below its finding; this says who starts where. What a person does in 1Password or on GitHub is marked “you”,
 * what is done in the files “fix”.
 */
function nextSentence(human: number, agent: NextSteps['agent']): string {
  const known = agent.filter(({ automatic }) => automatic).length;
  const byHand = [
    ...(human > 0 ? ['what is marked “you” in 1Password or on GitHub'] : []),
    ...(agent.length > known
      ? [`${known > 0 ? 'the rest of what' : 'what'} is marked “fix” in the files`]
      : []),
  ];
  const steps = [
    ...(known > 0 ? ['run `kamal-1password fix` (`fix --dry-run` previews it)'] : []),
    ...(byHand.length > 0 ? [`do ${list(byHand)}`] : []),
  ];
  return steps.length === 0 ? '' : `Next: ${steps.join(', ')}, then run check again.`;
}

const WHERE = {
  'kamal-version': 'as `kamal-version` says',
  workflow: 'which the workflow installs',
  lockfile: 'which the lock file names',
  default: '',
} as const;

/** Which Kamal it is checked for, where the project says; else the newest is meant. Kamal 1 is a finding of its own. */
function aboutKamal({ kamal: { version, dotenv, from, file } }: Report): string {
  if (from === 'default' || isKamal1(version)) return '';
  const where = file === null ? WHERE[from] : `${WHERE[from]} (${visible(file)})`;
  return `Checked for Kamal ${visible(version)} with dotenv ${visible(dotenv)}, ${where}.`;
}

/** The note that the deploy file on its own is not checked, and why. */
function aboutBase({ incompleteBase, destinations }: Report): string {
  if (incompleteBase === null) return '';
  const names = list(destinations.map(({ destination }) => destinationName(destination)));
  return `Kamal rejects ${visible(incompleteBase.span.file)} on its own (${visible(incompleteBase.message)}), so it is checked with ${names}.`;
}

/** Which destinations are there and not checked. */
function aboutOthers({ notChecked }: Report): string {
  return notChecked.length === 0
    ? ''
    : `Not checked: ${list(notChecked.map(visible), 4)}. \`kamal-1password check --all-destinations\` checks all destinations.`;
}

function underlined(underline: string, label: string, paint: (text: string) => string): string {
  const start = underline.length - underline.trimStart().length;
  return underline.slice(0, start) + paint(underline.slice(start) + label);
}
