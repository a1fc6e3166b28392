import type { NextSteps } from '../failure.ts';
import type { Severity } from '../parity/model.ts';
import { details, sentence, SIGNS } from './finding-markdown.ts';
import { counted, fitting } from './fitting.ts';
import { block, code, plain, prose } from './markdown-text.ts';

/** What is known of a secret at one of the places it passes through. */
export type Mark = 'yes' | 'no' | 'empty' | 'differs' | 'unknown' | 'unneeded';

/** One row of the parity table. */
export interface ParityRow {
  readonly secret: string;
  readonly vault: Mark;
  readonly fetch: Mark;
  readonly extract: Mark;
  readonly deployFile: Mark;
  readonly container: Mark;
}

/** A finding as the summary tells it. */
export interface ToldFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** `file:line`. */
  readonly place: string;
  /** The place on GitHub, where there is one. */
  readonly address?: string;
}

/** All that a job summary says. No value of a secret is ever in it. */
export interface Summary {
  readonly outcome: 'succeeded' | 'failed' | 'cancelled';
  /** One sentence: what happened, or what the cause of the failure is. */
  readonly sentence: string;
  /** E.g. `Version` and what it is; told in this order. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly rows: readonly ParityRow[];
  readonly findings: readonly ToldFinding[];
  readonly phases: readonly { readonly name: string; readonly seconds: number }[];
  readonly next: NextSteps;
  /** What the servers do, one sentence each. */
  readonly state: readonly string[];
  /** The last lines of a log that tell why, masked. */
  readonly evidence: readonly string[];
}

const TITLES: Readonly<Record<Summary['outcome'], string>> = {
  succeeded: '✅ Kamal and 1Password',
  failed: '❌ Kamal and 1Password',
  cancelled: '🚫 Kamal and 1Password',
};

const MARKS: Readonly<Record<Mark, string>> = {
  yes: '✅',
  no: '❌ missing',
  empty: '⚠️ empty',
  differs: '❌ differs',
  unknown: '❔',
  unneeded: '–',
};

/**
 * Characters that each part may take: all together stay below the 1 MiB that GitHub takes of a summary
 * (docs.github.com, “Adding a job summary”), whatever the run has to tell.
 */
const ROOM = 100_000;

/** Rows of the parity table that are shown whatever they say. */
const MOST_ROWS = 15;

/** The job summary, in GitHub's Markdown. */
export function renderSummary(summary: Summary): string {
  return [
    `## ${TITLES[summary.outcome]}`,
    summary.sentence.split('\n').map(prose).join('\n\n'),
    summary.state.map((each) => `- ${prose(each)}`).join('\n'),
    facts(summary),
    steps(summary.next),
    summary.evidence.length === 0 ? '' : block(summary.evidence),
    parity(summary.rows),
    findings(summary.findings),
    phases(summary.phases),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function facts({ facts: told }: Summary): string {
  return told.map(({ name, value }) => `**${plain(name)}** ${code(value)}`).join(' · ');
}

/** The table; rows in which all is well are folded away where they would push the rest out of sight. */
function parity(rows: readonly ParityRow[]): string {
  if (rows.length === 0) return '';
  // A column of question marks tells nobody anything.
  const columns = PLACES.filter(({ mark }) =>
    rows.some((row) => !['unknown', 'unneeded'].includes(row[mark])),
  );
  const head = ['Secret', ...columns.map(({ title }) => title)];
  const line = (row: ParityRow): string[] => [
    code(row.secret),
    ...columns.map(({ mark }) => MARKS[row[mark]]),
  ];
  const isFlawed = (row: ParityRow): boolean =>
    columns.some(({ mark }) => ['no', 'empty', 'differs'].includes(row[mark]));
  const shown = rows.length > MOST_ROWS ? rows.filter(isFlawed) : rows;
  const folded = rows.filter((row) => !shown.includes(row));
  return [
    '### Secrets',
    ...(shown.length === 0 ? [] : [table(head, shown.map(line))]),
    ...(folded.length === 0
      ? []
      : [
          details(
            counted(folded.length, shown.length === 0 ? 'secret' : 'more secret'),
            table(head, folded.map(line)),
          ),
        ]),
  ].join('\n\n');
}

const PLACES = [
  { mark: 'vault', title: '1Password' },
  { mark: 'fetch', title: 'fetch' },
  { mark: 'extract', title: 'extract' },
  { mark: 'deployFile', title: 'deploy file' },
  { mark: 'container', title: 'container' },
] as const;

/** One below the other rather than in a table: sentences want the whole width of a phone. */
function findings(found: readonly ToldFinding[]): string {
  if (found.length === 0) return '';
  const lines = found.map(({ severity, place, address, message, rule }) => {
    const where = address === undefined ? code(place) : `[${code(place)}](${address})`;
    return `${SIGNS[severity]} **${where}** ${sentence(message)} ${code(rule)}`;
  });
  const more = (left: number): string =>
    `**… and ${counted(left, 'more finding')}**: the report file has them all.`;
  return ['### Findings', ...fitting(lines, ROOM, more)].join('\n\n');
}

function phases(timed: Summary['phases']): string {
  if (timed.length === 0) return '';
  const cells = timed.map(({ name, seconds }) => [plain(name), `${seconds.toFixed(1)} s`]);
  return `<details><summary>Durations</summary>\n\n${table(['Phase', 'Took'], cells)}\n\n</details>`;
}

/** What to do, by who can do it. */
function steps({ human, agent }: NextSteps): string {
  const list = (title: string, lines: readonly string[]): string =>
    lines.length === 0
      ? ''
      : `**${title}**\n\n${fitting(
          lines.map((line) => `- [ ] ${prose(line)}`),
          ROOM,
          (left) => `- … and ${counted(left, 'more step')}: the report file has them all.`,
        ).join('\n')}`;
  return [list('For you', human), list('For you or your coding agent', agent)].filter(Boolean).join('\n\n');
}

/** A table within its room, with a true count of what is left out. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const ruler = head.map((_, index) => (index > 0 ? ':-:' : '---'));
  const more = (left: number): string => `\n… and ${left} more: the report file has them all.`;
  return [line(head), line(ruler), ...fitting(rows.map(line), ROOM, more)].join('\n');
}
