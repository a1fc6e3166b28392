import { ruleLink } from '../parts/rule-address.ts';
import type { NextSteps } from '../../base/failure.ts';
import { sentence, SIGNS } from '../parts/finding-markdown.ts';
import { counted, folding } from '../parts/fitting.ts';
import { block, code, plain, prose } from '../parts/markdown-text.ts';
import type { ParityTable, SummaryFinding } from '../parts/parity-model.ts';
import { secretsTable } from '../parts/secrets-table.ts';

/** All that a job summary says. No value of a secret is ever in it. */
export interface Summary {
  /** `pending`: it succeeded, and something is left to do. */
  readonly outcome: 'succeeded' | 'pending' | 'failed' | 'cancelled';
  /** What the heading says if it is not the beginning of `sentence`: of a failure, its cause. */
  readonly heading?: string;
  /** What happened, in one sentence or a few. */
  readonly sentence: string;
  /** E.g. `Version` and what it is; in this order. */
  readonly facts: readonly { readonly name: string; readonly value: string; readonly address?: string }[];
  readonly table: ParityTable;
  readonly findings: readonly SummaryFinding[];
  /** How many findings there are beyond these: a report holds the gravest thousand. */
  readonly beyond?: number;
  readonly phases: readonly {
    readonly name: string;
    readonly seconds: number;
    /** More about it, such as what a build found in its cache. */
    readonly note?: string;
  }[];
  readonly next: NextSteps;
  /** What the servers do, one sentence each. */
  readonly state: readonly string[];
  /** The last lines of a log that show why, masked. */
  readonly evidence: readonly string[];
}

const OUTCOMES: Readonly<Record<Summary['outcome'], string>> = {
  succeeded: '✅',
  pending: '⚠️',
  failed: '❌',
  cancelled: '🚫',
};

/**
 * How many characters each part can have: together they stay below the 1 MiB that GitHub accepts for a summary
 * (docs.github.com, “Adding a job summary”), for any run.
 */
const ROOM = 100_000;

/** Rows of the parity table that are always shown. */
const MOST_ROWS = 15;

/** How many findings and steps are shown unfolded. */
const MOST_SHOWN = 10;

/** Longest heading, in characters; a longer sentence goes below it. */
const LONGEST_HEADING = 160;

/** The job summary, in GitHub's Markdown. */
export function renderSummary(summary: Summary): string {
  return [
    ...opening(summary),
    summary.state.map((each) => `- ${prose(each)}`).join('\n'),
    facts(summary),
    steps(summary.next),
    summary.evidence.length === 0 ? '' : block(summary.evidence),
    parity(summary.table),
    findings(summary),
    phases(summary.phases),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** What matters most comes first, as far as it fits a heading; below it the rest, and all of a sentence that is cut. */
function opening({ outcome, heading, sentence: told, facts: known }: Summary): string[] {
  const [first = '', ...others] = heading === undefined ? told.split('\n') : [heading, ...told.split('\n')];
  const shown = beginning(first);
  const rest = first.startsWith(shown) ? first.slice(shown.length).trim() : first;
  return [
    `## ${OUTCOMES[outcome]} ${prose(withShortVersions(shown, known))}`,
    ...[rest, ...others].filter((line) => line !== '').map(prose),
  ];
}

/** A whole commit is wider than a phone: in the heading its beginning is enough if a fact below has all of it. */
function withShortVersions(heading: string, known: Summary['facts']): string {
  return heading.replaceAll(/\b[0-9a-f]{40}\b/g, (commit) =>
    known.some(({ value }) => value === commit) ? commit.slice(0, 7) : commit,
  );
}

/** The first sentences that fit a heading, else the words that do. */
function beginning(line: string): string {
  if (line.length <= LONGEST_HEADING) return line;
  const cut = line.slice(0, LONGEST_HEADING).toWellFormed();
  const sentenceEnd = Math.max(cut.lastIndexOf('. '), cut.lastIndexOf('.” '));
  if (sentenceEnd > 20) return cut.slice(0, sentenceEnd + 1);
  // A name in backticks that is cut would lose its end.
  const words = cut.slice(0, Math.max(cut.lastIndexOf(' '), 1));
  const whole = words.split('`').length % 2 === 0 ? words.slice(0, words.lastIndexOf('`')).trimEnd() : words;
  return `${whole.replace(/[,;:]$/, '')} …`;
}

/** What readers look for first; the other facts follow as they come. */
const FIRST_FACTS = ['App', 'Version', 'Changes', 'Destination', 'Hosts'];

function facts({ facts: told }: Summary): string {
  const rank = (name: string): number => FIRST_FACTS.indexOf(name) + 1 || FIRST_FACTS.length + 1;
  return told
    .toSorted((one, other) => rank(one.name) - rank(other.name))
    .map(({ name, value, address }) => {
      const shown = code(value);
      return `**${plain(name)}** ${address === undefined ? shown : `[${shown}](${address})`}`;
    })
    .join(' · ');
}

/** The table; rows without a problem are folded if they would push the rest out of sight. */
function parity(table: ParityTable): string {
  const isShort = table.rows.length <= MOST_ROWS;
  const parts = secretsTable(table, { matters: () => isShort, room: ROOM });
  return parts.length === 0 ? '' : ['### Secrets', ...parts].join('\n\n');
}

/** One below the other rather than in a table: sentences want the whole width of a phone. */
function findings({ findings: found, beyond = 0 }: Summary): string {
  if (found.length === 0) return '';
  const lines = found.map(({ severity, place, address, message, rule }) => {
    const where = address === undefined ? code(place) : `[${code(place)}](${address})`;
    return `${SIGNS[severity]} **${where}** ${sentence(message)} ${ruleLink(rule)}`;
  });
  const whereElse =
    beyond === 0
      ? 'see the report file for all of them'
      : `see the report file for the ${found.length} most severe`;
  const more = (left: number): string => `**… and ${counted(left + beyond, 'more finding')}**: ${whereElse}.`;
  const shown = folding(lines, {
    room: ROOM,
    most: MOST_SHOWN,
    count: (from, to) => counted(to - from, 'more finding'),
    between: '\n\n',
    more,
  });
  const rest = beyond > 0 && !shown.includes(whereElse) ? [more(0)] : [];
  return ['### Findings', shown, ...rest].join('\n\n');
}

function phases(timed: Summary['phases']): string {
  if (timed.length === 0) return '';
  const all = timed.reduce((sum, { seconds }) => sum + seconds, 0);
  const cells = timed.map(({ name, seconds, note = '' }) => [
    plain(note === '' ? name : `${name} (${note})`),
    `${seconds.toFixed(1)} s`,
    all === 0 ? '' : `${Math.round((seconds / all) * 100)} %`,
  ]);
  return `<details><summary>Durations</summary>\n\n${timesTable(cells)}\n\n</details>`;
}

/** What to do, by who can do it. */
function steps({ human, agent }: NextSteps): string {
  return [list('For you', human), list('For you or your coding agent', agent)].filter(Boolean).join('\n\n');
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const boxes = lines.map((line) => `- [ ] ${sentence(line)}`);
  const more = (left: number): string =>
    `- … and ${counted(left, 'more step')}: see the report file for all of them.`;
  return `**${title}**\n\n${folding(boxes, { room: ROOM, most: MOST_SHOWN, count: (from, to) => counted(to - from, 'more step'), between: '\n', more })}`;
}

function timesTable(rows: readonly (readonly string[])[]): string {
  return [
    '| Phase | Took | Share |',
    '| --- | --: | --: |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}
