/** The report in GitHub's Markdown: a verdict, the findings with their fixes, two lists, and where every secret passes. */
import {
  countFindings,
  distinctFindings,
  type DestinationReport,
  type Report,
  type SecretRow,
} from '../../parity/report/report.ts';
import { list } from '../../parity/wording.ts';
import { details, findingSection, sentence } from '../parts/finding-markdown.ts';
import { PlaceLocator } from '../parts/locate.ts';
import { code, plain } from '../parts/markdown-text.ts';
import { nextSteps } from '../parts/next-steps.ts';
import { agentList, humanList } from '../parts/step-lists.ts';
import { signOf, verdictLine } from '../parts/verdict-line.ts';

export interface MarkdownOptions {
  /** Characters that the whole may have; the gravest findings stay, the rest is counted. GitHub: 65,536 in a comment. */
  readonly limit?: number;
}

/** The report as Markdown for people: the verdict, the findings without notes, and the next steps. */
export function renderMarkdown(report: Report, { limit = 65_536 }: MarkdownOptions = {}): string {
  const all = distinctFindings(report).filter(({ finding }) => finding.severity !== 'info');
  const counts = countFindings(report);
  const sign = signOf(report);
  const steps = nextSteps(report);
  const opening = [`## ${sign} ${sentence(verdictLine(report))}`];
  const closing = [
    ...humanList(steps.human),
    ...agentList(steps.agent, report),
    ...report.destinations.map((each) =>
      details(
        `Secrets${each.destination === null ? '' : ` of ${code(each.destination)}`}`,
        secretsTable(each),
      ),
    ),
  ];
  const locator = new PlaceLocator(report);
  // What comes after the findings is worth more than the last of many: it gets its room first.
  let room = limit - joined(opening).length - 200;
  const kept: string[] = [];
  for (const part of closing) {
    if (part.length + 2 > room) continue;
    kept.push(part);
    room -= part.length + 2;
  }
  const shown: string[] = [];
  for (const each of all) {
    const part = findingSection(each, report, locator);
    if (part.length + 2 > room) break;
    shown.push(part);
    room -= part.length + 2;
  }
  const left = counts.error + counts.warning - shown.length;
  const rest =
    left === 0
      ? []
      : [
          `… and ${left} more ${left === 1 ? 'finding' : 'findings'}: run \`kamal-1password check\` to see all.`,
        ];
  return `${joined([...opening, ...shown, ...rest, ...kept])}\n`;
}

function joined(parts: readonly string[]): string {
  return parts.join('\n\n');
}

const STATES: Readonly<Record<SecretRow['state'], string>> = {
  ok: '✅',
  missing: '❌ missing',
  empty: '❌ blank',
  unused: '⚠️ unused',
  internal: '–',
  unknown: '❔',
};

function secretsTable({ secrets }: DestinationReport): string {
  const yes = (places: readonly unknown[]): string => (places.length > 0 ? '✓' : '');
  const rows = secrets.map(({ name, state, fetched, extracted, assigned, consumed }) => {
    const asking = [...new Set(consumed.filter(({ applied }) => applied).map(({ via }) => via))];
    return `| ${code(name)} | ${STATES[state]} | ${yes(fetched)} | ${yes(extracted)} | ${yes(assigned)} | ${plain(list(asking, 3))} |`;
  });
  return [
    '| Secret | | fetched | extracted | assigned | used by |',
    '| --- | --- | :-: | :-: | :-: | --- |',
    ...rows,
  ].join('\n');
}
