import type { Span } from '../../parity/model.ts';
import { distinctFindings, type Report, type SecretRow } from '../../parity/report/report.ts';
import type { Link } from './finding-markdown.ts';
import { PlaceLocator } from './locate.ts';
import type { SecretMark, ParityRow, ParityTable, SummaryFinding } from './parity-model.ts';

/** What 1Password answered, by the place that asked ({@link placeKey}): in a fetch line, or the `$NAME` of a variable. */
export type VaultVerdicts = ReadonlyMap<string, SecretMark>;
/** What the running containers have, by the name that the container gets. */
export type ContainerVerdicts = ReadonlyMap<string, SecretMark>;

/** The key of a place in {@link VaultVerdicts}. */
export function placeKey({ file, start }: Span): string {
  return `${file}:${start}`;
}

/** One row per secret over all destinations of the report, in the order in which they are assigned. */
export function parityRows(report: Report, vault: VaultVerdicts, containers: ContainerVerdicts): ParityRow[] {
  const rows = report.destinations.flatMap(({ secrets }) => secrets).filter(isAskedFor);
  const names = [...new Set(rows.map(({ name }) => name))];
  return names.map((secret): ParityRow => {
    const same = rows.filter(({ name }) => name === secret);
    const fetched = same.flatMap((row) => row.fetched);
    const consumed = same.flatMap((row) => row.consumed).filter(({ applied }) => applied);
    const isFetched = fetched.length > 0;
    // A variable counts only where its source was asked.
    const asked = [
      ...fetched,
      ...same.flatMap(({ taken }) => taken.filter((span) => vault.has(placeKey(span)))),
    ];
    const isAssigned = same.some(({ assigned }) => assigned.length > 0);
    const isExtracted = same.some(({ extracted }) => extracted.length > 0);
    const byHand = worst(same.map(({ state }) => (state === 'empty' ? 'empty' : 'unneeded')));
    const needless = isAssigned ? 'unneeded' : 'no';
    const withoutExtract = isAssigned ? byHand : 'no';
    return {
      secret,
      vault:
        asked.length > 0 ? worst(asked.map((span) => vault.get(placeKey(span)) ?? 'unknown')) : 'unneeded',
      fetch: isFetched ? 'yes' : needless,
      extract: isExtracted ? 'yes' : withoutExtract,
      deployFile: consumed.length > 0 ? 'yes' : 'unneeded',
      container: worst(
        consumed.flatMap(({ container }) =>
          container === null ? 'unneeded' : (containers.get(container) ?? 'unknown'),
        ),
      ),
    };
  });
}

const PLACES = [
  { mark: 'vault', title: '1Password' },
  { mark: 'fetch', title: 'fetch' },
  { mark: 'extract', title: 'extract' },
  { mark: 'deployFile', title: 'deploy file' },
  { mark: 'container', title: 'container' },
] as const;

/**
 * Every secret and where it is: with one destination a column for each place on its way, with several a column for each
 * of them.
 */
export function parityTable(
  report: Report,
  vault: VaultVerdicts,
  containers: ContainerVerdicts = new Map(),
): ParityTable {
  if (report.destinations.length > 1) return destinationTable(report, vault);
  const rows = parityRows(report, vault, containers);
  // A column of question marks says nothing.
  const places = PLACES.filter(({ mark }) =>
    rows.some((row) => row[mark] !== 'unknown' && row[mark] !== 'unneeded'),
  );
  return {
    columns: places.map(({ title }) => title),
    ...(places.some(({ mark }) => mark === 'container') ? { onlyForRunner: onlyForRunner(report) } : {}),
    rows: rows.map((row) => ({ secret: row.secret, marks: places.map(({ mark }) => row[mark]) })),
  };
}

/** Secrets that something asks for, and no container. */
function onlyForRunner({ destinations }: Report): string[] {
  const rows = destinations.flatMap(({ secrets }) => secrets).filter(isAskedFor);
  return rows.flatMap(({ name, consumed }) => {
    const applied = consumed.filter((each) => each.applied);
    return applied.length > 0 && applied.every(({ container }) => container === null) ? [name] : [];
  });
}

/** What the containers have, if nothing else was checked: one row per variable. */
export function containerTable(containers: ContainerVerdicts): ParityTable {
  return {
    columns: containers.size === 0 ? [] : ['container'],
    rows: [...containers].map(([secret, mark]) => ({ secret, marks: [mark] })),
  };
}

function destinationTable(report: Report, vault: VaultVerdicts): ParityTable {
  const columns = report.destinations.map((each) => ({
    title: each.destination ?? 'no destination',
    rows: new Map(
      parityRows({ ...report, destinations: [each] }, vault, new Map()).map((row) => [row.secret, row]),
    ),
  }));
  const names = [...new Set(columns.flatMap(({ rows }) => [...rows.keys()]))];
  return {
    columns: columns.map(({ title }) => title),
    isByDestination: true,
    rows: names.map((secret) => ({
      secret,
      marks: columns.map(({ rows }) => wholeWay(rows.get(secret))),
    })),
  };
}

/** One mark for the whole way of a secret in one destination. */
function wholeWay(row: ParityRow | undefined): SecretMark {
  if (row?.deployFile !== 'yes') return 'unneeded';
  if (row.extract === 'no' || row.vault === 'no') return 'no';
  return row.vault === 'empty' || row.extract === 'empty' ? 'empty' : 'yes';
}

/** The errors and warnings of a report, the gravest first, each with the address of its line where `link` knows one. */
export function summaryFindings(report: Report, link: Link = () => null): SummaryFinding[] {
  const locator = new PlaceLocator(report);
  return distinctFindings(report)
    .map(({ finding }) => finding)
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, severity, message, span }) => {
      const place = locator.locate(span);
      const address = link(place);
      return {
        rule,
        severity,
        message,
        place: `${place.file}:${place.line}`,
        ...(address === null ? {} : { address }),
      };
    });
}

/** Names that only carry others (`SECRETS=$(kamal secrets fetch …)`) are not secrets of the app. */
function isAskedFor({ state }: SecretRow): boolean {
  return state !== 'internal';
}

const GRAVITY: readonly SecretMark[] = ['no', 'differs', 'empty', 'unknown', 'yes', 'unneeded'];

function worst(marks: readonly SecretMark[]): SecretMark {
  return GRAVITY.find((mark) => marks.includes(mark)) ?? 'unneeded';
}
