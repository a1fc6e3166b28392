/** One line per finding, `file:line:column: severity: message [rule]`: what editors and problem matchers read. */
import { beyondSentence, distinctFindings, type Report } from '../../parity/report/report.ts';
import { PlaceLocator } from '../parts/locate.ts';
import { visible } from '../parts/visible.ts';

/** The report, its notes included, with a line end after each line; empty without findings. */
export function renderUnix(report: Report): string {
  const locator = new PlaceLocator(report);
  const beyond = beyondSentence(report);
  const lines = distinctFindings(report)
    .map(({ finding }) => {
      const { file, line, column } = locator.locate(finding.span);
      return `${visible(file)}:${line}:${column}: ${finding.severity}: ${visible(finding.message)} [${finding.rule}]\n`;
    })
    .join('');
  return beyond === null ? lines : `${lines}${beyond}\n`;
}
