/** Every secret and where it stands: a column for each place it passes through, or for each destination. */
import { distinctFindings, type DestinationReport, type Report } from '../parity/report.ts';
import { details } from './finding-markdown.ts';
import { counted } from './fitting.ts';
import { code } from './markdown-text.ts';
import { parityRows, type VaultVerdicts } from './parity-table.ts';
import type { Mark, ParityRow } from './summary.ts';

const NO_CONTAINERS = new Map<string, Mark>();

/** Rows shown unfolded; more would push everything else out of sight. */
const MOST_ROWS = 15;

export interface SecretsTableOptions {
  /** Names that are shown even where nothing is wrong with them: those that the change is about. */
  readonly changed: ReadonlySet<string>;
  /** Characters that the tables may take. */
  readonly room: number;
  /** True where nothing is to be folded away: the whole is folded already. */
  readonly whole?: boolean;
}

/**
 * What is wrong or changed as a table, all others as a folded one below it.
 * With one destination the columns are the places of the way; with several, the destinations.
 */
export function secretsTable(
  report: Report,
  vault: VaultVerdicts,
  { changed, room, whole = false }: SecretsTableOptions,
): string[] {
  const table = report.destinations.length === 1 ? wayTable(report, vault) : destinationTable(report, vault);
  if (whole && table.rows.length > 0) return [rowsWithin(table.head, table.rows, room, table.rows.length)];
  const flawed = flawedSecrets(report);
  const interesting = ({ name, well }: Row): boolean => !well || flawed.has(name) || changed.has(name);
  const [shown, folded] = [table.rows.filter(interesting), table.rows.filter((row) => !interesting(row))];
  const parts: string[] = [];
  let free = room;
  if (shown.length > 0) {
    const text = rowsWithin(table.head, shown, Math.min(free, room / 2), MOST_ROWS);
    parts.push(text);
    free -= text.length;
  }
  if (folded.length > 0) {
    const title = `${counted(folded.length, shown.length > 0 ? 'more secret' : 'secret')}, all there`;
    parts.push(details(title, rowsWithin(table.head, folded, free - 100, folded.length)));
  }
  return parts;
}

interface Row {
  readonly name: string;
  readonly well: boolean;
  readonly cells: readonly string[];
}

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly Row[];
}

function wayTable(report: Report, vault: VaultVerdicts): Table {
  // A column of question marks tells nobody anything.
  const asked = vault.size > 0;
  return {
    head: ['Secret', ...(asked ? ['1Password'] : []), 'fetch', 'extract', 'deploy file'],
    rows: parityRows(report, vault, NO_CONTAINERS).map((row) => ({
      name: row.secret,
      well: WELL.has(verdictOf(row)),
      cells: [
        ...(asked ? [MARKS[row.vault]] : []),
        MARKS[row.fetch],
        MARKS[row.extract],
        MARKS[row.deployFile],
      ],
    })),
  };
}

function destinationTable(report: Report, vault: VaultVerdicts): Table {
  const columns = report.destinations.map((each) => ({
    heading: heading(each),
    rows: rowsOf(each, report, vault),
  }));
  const names = [...new Set(columns.flatMap(({ rows }) => [...rows.keys()]))];
  return {
    head: ['Secret', ...columns.map((column) => column.heading)],
    rows: names.map((name) => {
      const cells = columns.map(({ rows }) => verdictOf(rows.get(name)));
      return { name, well: cells.every((cell) => WELL.has(cell)), cells };
    }),
  };
}

function rowsOf(
  destination: DestinationReport,
  report: Report,
  vault: VaultVerdicts,
): Map<string, ParityRow> {
  const alone = { ...report, destinations: [destination] };
  return new Map(parityRows(alone, vault, NO_CONTAINERS).map((row) => [row.secret, row]));
}

function heading({ destination }: DestinationReport): string {
  return destination === null ? 'no destination' : code(destination);
}

const MARKS: Readonly<Record<Mark, string>> = {
  yes: '✅',
  no: '❌ missing',
  empty: '⚠️ blank',
  differs: '❌ differs',
  unknown: '❔',
  unneeded: '–',
};

const WELL: ReadonlySet<string> = new Set(['✅', '–', '']);

/** One cell for the whole way of a secret in one destination. */
function verdictOf(row: ParityRow | undefined): string {
  if (row === undefined) return '';
  if (row.deployFile !== 'yes') return '–';
  if (row.extract === 'no') return '❌ missing';
  if (row.vault === 'no') return '❌ not in 1Password';
  if (row.vault === 'empty') return '❌ empty in 1Password';
  if (row.extract === 'empty') return '⚠️ blank';
  return '✅';
}

function rowsWithin(head: readonly string[], rows: readonly Row[], room: number, most: number): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const top = [line(head), line(head.map((_, index) => (index === 0 ? '---' : ':-:')))];
  const lines = rows.slice(0, most).map(({ name, cells }) => line([code(name), ...cells]));
  let free = room - top.join('\n').length - 60;
  const kept: string[] = [];
  for (const each of lines) {
    free -= each.length + 1;
    if (free < 0) break;
    kept.push(each);
  }
  const left = rows.length - kept.length;
  return [...top, ...kept, ...(left === 0 ? [] : ['', `… and ${counted(left, 'more secret')}.`])].join('\n');
}

/** The secrets that an error or a warning is about. */
function flawedSecrets(report: Report): ReadonlySet<string | null> {
  const grave = distinctFindings(report).filter(({ finding }) => finding.severity !== 'info');
  return new Set(grave.map(({ finding }) => finding.secret));
}
