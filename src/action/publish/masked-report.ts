import type { Report } from '../../parity/report/report.ts';
import { withTexts } from '../../parity/report/with-texts.ts';
import { shownEdits } from '../../parity/secrecy/veiled.ts';

/**
 * The report with `mask` done to its words, before a writer of Markdown or HTML escapes their characters: after that no
 * one recognises a value any more. What is rendered is masked once more as a whole.
 */
export function maskedReport(report: Report, mask: (text: string) => string): Report {
  return withTexts(report, { text: mask, edits: (edits) => shownEdits(edits, { apply: mask }) });
}
