/** The findings as annotations of a check run. */
import type { Severity } from '../../parity/model.ts';
import { distinctFindings, type Report } from '../../parity/report/report.ts';
import { list } from '../../parity/wording.ts';
import { PlaceLocator } from './locate.ts';
import { ruleAddress } from './rule-address.ts';
import { visible } from './visible.ts';

/** As the API takes it (docs.github.com, “Create a check run”, `output.annotations`). Lines and columns count from 1. */
export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  /** Columns count only if the span is on one line. */
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

const LEVELS: Readonly<Record<Severity, Annotation['annotation_level']>> = {
  error: 'failure',
  warning: 'warning',
  info: 'notice',
};
/** GitHub takes a title of 255 characters and 64 KB of message. */
const LONGEST_TITLE = 250;
const LONGEST_MESSAGE = 15_000;

/** Every finding, the most severe first; what only a deploy shows is left to the report. */
export function annotationsOf(report: Report): Annotation[] {
  const locator = new PlaceLocator(report);
  return distinctFindings(report)
    .filter(({ finding }) => finding.severity !== 'info')
    .map(({ finding, destinations }) => {
      const { file, line, column, endLine, endColumn } = locator.locate(finding.span);
      const named = destinations.filter((each) => each !== null);
      const title = `${finding.rule}${named.length > 0 ? ` (${list(named, 3)})` : ''}`;
      const steps = finding.fixes.map(
        ({ actor, title: step }) => `${actor === 'human' ? 'For you' : 'Fix'}: ${step}`,
      );
      return {
        path: file,
        start_line: line,
        end_line: endLine,
        ...(line === endLine ? { start_column: column, end_column: Math.max(column, endColumn) } : {}),
        annotation_level: LEVELS[finding.severity],
        title: cut(visible(title), LONGEST_TITLE),
        message: cut(
          [finding.message, ...steps, ruleAddress(finding.rule)].map(visible).join('\n'),
          LONGEST_MESSAGE,
        ),
      };
    });
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1).toWellFormed()}…` : text;
}
