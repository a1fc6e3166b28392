/** The findings as workflow commands, within the limits of what GitHub shows. */
import type { Severity } from '../../parity/model.ts';
import { distinctFindings, type Report, type SharedFinding } from '../../parity/report/report.ts';
import { list } from '../../parity/wording.ts';
import { PlaceLocator } from '../parts/locate.ts';
import { ruleAddress } from '../parts/rule-address.ts';
import { visible } from '../parts/visible.ts';

/**
 * GitHub shows 10 errors, 10 warnings and 10 notices per step and drops the rest silently (docs.github.com, “Workflow
 * commands for GitHub Actions”, annotation limits).
 */
const LIMIT = 10;

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * One command per line; if there are more than GitHub shows, the last says how many more and where. What only a deploy
 * shows (`infos`) is left to the report.
 */
export function renderGithub(report: Report, { infos = false }: { readonly infos?: boolean } = {}): string {
  const locator = new PlaceLocator(report);
  const all = distinctFindings(report);
  return (['error', 'warning', ...(infos ? (['info'] as const) : [])] as const)
    .flatMap((severity) => {
      const these = all.filter(({ finding }) => finding.severity === severity);
      if (these.length + report.beyond[severity] <= LIMIT)
        return these.map((each) => annotation(each, locator));
      const shown = these.slice(0, LIMIT - 1);
      return [
        ...shown.map((each) => annotation(each, locator)),
        overflow(these.slice(LIMIT - 1), report.beyond[severity], severity, locator),
      ];
    })
    .join('');
}

function annotation({ finding, destinations }: SharedFinding, locator: PlaceLocator): string {
  const at = locator.locate(finding.span);
  const properties: [string, string | number][] = [
    ['file', at.file],
    ['line', at.line],
    ['endLine', at.endLine],
  ];
  // Columns mean something only where the span stays on one line.
  if (at.line === at.endLine) properties.push(['col', at.column], ['endColumn', at.endColumn]);
  const named = destinations.filter((each) => each !== null);
  properties.push(['title', `${finding.rule}${named.length > 0 ? ` (${list(named, 3)})` : ''}`]);
  const steps = finding.fixes.map(({ actor, title }) => `${actor === 'human' ? 'For you' : 'Fix'}: ${title}`);
  return command(
    finding.severity,
    properties,
    [finding.message, ...steps, ruleAddress(finding.rule)].join('\n'),
  );
}

/** @param beyond how many more there are than the report holds */
function overflow(
  rest: readonly SharedFinding[],
  beyond: number,
  severity: Severity,
  locator: PlaceLocator,
): string {
  const [first] = rest;
  const files = list([...new Set(rest.map(({ finding }) => finding.span.file))], 4);
  const count = rest.length + beyond;
  const places = rest.slice(0, 20).map(({ finding }) => {
    const { file, line } = locator.locate(finding.span);
    return `${file}:${line} ${finding.rule}${finding.secret === null ? '' : ` ${finding.secret}`}`;
  });
  const more = count > places.length ? [`… and ${count - places.length} more`] : [];
  const at = first === undefined ? null : locator.locate(first.finding.span);
  const properties: [string, string | number][] =
    at === null
      ? []
      : [
          ['file', at.file],
          ['line', at.line],
        ];
  properties.push(['title', `${count} more in ${files}`]);
  return command(
    severity,
    properties,
    [`GitHub shows ${LIMIT} per severity. The rest:`, ...places, ...more].join('\n'),
  );
}

function command(
  severity: Severity,
  properties: readonly [string, string | number][],
  message: string,
): string {
  const written = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
  return `::${COMMANDS[severity]} ${written}::${escapeData(message)}\n`;
}

/** As `@actions/core` escapes a command's message (packages/core/src/command.ts); control characters are spelled out first. */
function escapeData(text: string): string {
  return text
    .split('\n')
    .map(visible)
    .join('\n')
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
