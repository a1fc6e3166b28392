/** The parity table in Markdown, within its room: what matters as it is, all other rows folded away. */
import { list } from '../../parity/wording.ts';
import { details } from './finding-markdown.ts';
import { counted } from './fitting.ts';
import { code, plain } from './markdown-text.ts';
import type { SecretMark, ParityTable } from './parity-model.ts';

/** Rows shown unfolded; more would push everything else out of sight. */
const MOST_ROWS = 15;

export interface SecretsTableOptions {
  /** Whether a row is shown though nothing is wrong with it. */
  readonly matters: (secret: string) => boolean;
  /** Characters that the tables may take. */
  readonly room: number;
  /** True if nothing is to be folded away. */
  readonly whole?: boolean;
}

/** The rows that matter, all others folded below them, and what the signs mean. Empty if there are no rows. */
export function secretsTable(
  table: ParityTable,
  { matters, room, whole = false }: SecretsTableOptions,
): string[] {
  if (table.rows.length === 0) return [];
  const key = legend(table);
  if (whole) return [rowsWithin(table, table.rows, room, table.rows.length), ...key];
  const isShown = ({ secret, marks }: Row): boolean =>
    marks.some((mark) => FLAWED.has(mark)) || matters(secret);
  const [shown, folded] = [table.rows.filter(isShown), table.rows.filter((row) => !isShown(row))];
  const parts: string[] = [];
  let free = room;
  if (shown.length > 0) {
    const text = rowsWithin(table, shown, Math.min(free, room / 2), MOST_ROWS);
    parts.push(text, ...key);
    free -= text.length;
  }
  if (folded.length > 0) {
    const title = `${counted(folded.length, shown.length > 0 ? 'more secret' : 'secret')}, all in place`;
    const text = rowsWithin(table, folded, free - 100, folded.length);
    parts.push(details(title, shown.length > 0 ? text : [text, ...key].join('\n\n')));
  }
  return parts;
}

type Row = ParityTable['rows'][number];

/** Signs only: with words in its cells a table is wider than a phone. */
const SIGNS: Readonly<Record<SecretMark, string>> = {
  yes: '✅',
  no: '❌',
  empty: '⚠️',
  differs: '❌ differs',
  unknown: '❔',
  unneeded: '–',
};

const MEANINGS: readonly (readonly [SecretMark, string])[] = [
  ['no', 'missing'],
  ['empty', 'empty'],
  ['unknown', 'unknown'],
  ['unneeded', 'not needed here'],
];

const FLAWED: ReadonlySet<SecretMark> = new Set<SecretMark>(['no', 'empty', 'differs']);

/** What the signs of a table mean, as far as it has them, and who uses what no container has. */
function legend({ rows, onlyForRunner = [] }: ParityTable): string[] {
  const used = new Set(rows.flatMap(({ marks }) => marks));
  const meanings = MEANINGS.filter(([mark]) => used.has(mark)).map(
    ([mark, what]) => `${SIGNS[mark]} ${what}`,
  );
  const ofRunner = onlyForRunner.filter((secret) => rows.some((row) => row.secret === secret));
  const runner =
    ofRunner.length === 0 ? [] : [`${list(ofRunner.map(code))}: used by the runner, not in containers`];
  const told = [...meanings, ...runner];
  return told.length === 0 ? [] : [`<sub>${told.join(' · ')}</sub>`];
}

/** More columns of names are wider than a phone. */
const MOST_DESTINATIONS = 3;

/** Destinations by what is so in them, as words: “❌ eu, us · ✅ staging”. */
function inWords(marks: readonly SecretMark[], columns: readonly string[]): string {
  const kinds = [...new Set(marks)].toSorted((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other));
  if (kinds.length === 1) return `${SIGNS[kinds[0] ?? 'unknown']} all ${columns.length}`;
  return kinds
    .map(
      (kind) =>
        `${SIGNS[kind]} ${columns
          .filter((_, at) => marks[at] === kind)
          .map(plain)
          .join(', ')}`,
    )
    .join('<br>');
}

/** What is wrong comes first. */
const ORDER: readonly SecretMark[] = ['no', 'differs', 'empty', 'unknown', 'yes', 'unneeded'];

function rowsWithin(
  { columns, isByDestination = false }: ParityTable,
  rows: readonly Row[],
  room: number,
  most: number,
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const isWide = isByDestination && columns.length > MOST_DESTINATIONS;
  const head = ['Secret', ...(isWide ? ['Destinations'] : columns.map(plain))];
  const top = [line(head), line(head.map((_, index) => (index === 0 || isWide ? '---' : ':-:')))];
  const lines = rows
    .slice(0, most)
    .map(({ secret, marks }) =>
      line([code(secret), ...(isWide ? [inWords(marks, columns)] : marks.map((mark) => SIGNS[mark]))]),
    );
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
