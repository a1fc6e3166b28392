/** The verdict in one sentence: for the end of the pretty report, a log line, a heading. */
import { countFindings, type Report } from '../parity/report.ts';
import { list } from '../parity/wording.ts';

/** E.g. “2 errors and 1 warning in staging and production.” or “All 12 secrets of production are there.” */
export function verdictLine(report: Report): string {
  const counts = countFindings(report);
  const where = destinationNames(report);
  if (counts.error === 0 && counts.warning === 0) {
    const wanted = new Set(
      report.destinations.flatMap(({ secrets }) =>
        secrets.filter(({ consumed }) => consumed.some(({ applied }) => applied)).map(({ name }) => name),
      ),
    );
    const known = report.destinations.every(({ kamal }) => kamal.exact)
      ? ''
      : ', as far as can be known without running Kamal';
    const all =
      wanted.size === 0
        ? `No secret is asked for${where}`
        : `${wanted.size === 1 ? 'The one secret' : `All ${wanted.size} secrets`} that Kamal asks for${where} ${wanted.size === 1 ? 'is' : 'are'} assigned`;
    return `${all}${known}.`;
  }
  const parts = [counted(counts.error, 'error'), counted(counts.warning, 'warning')].filter(
    (part) => part !== '',
  );
  return `${parts.join(' and ')}${where}.`;
}

function destinationNames(report: Report): string {
  const named = report.destinations.flatMap(({ destination }) => destination ?? []);
  return named.length === 0 ? '' : ` in ${list(named, 4)}`;
}

function counted(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
}
