import { unifiedDiff } from '../../base/text/diff.ts';
import type { Report } from '../../parity/report/report.ts';
import { veilOf } from '../../parity/secrecy/veiled.ts';

/** What changes in a file of the report, line by line, without what it may hold of credentials. */
export function shownDiff(file: string, after: string, report: Report): string[] {
  const hidden = report.sensitive.filter((each) => each.file === file);
  const diff = unifiedDiff(file, report.sources.get(file)?.text ?? null, after, [hidden]).trimEnd();
  // A line that an edit writes has no place in the file yet: only its words show what is in it.
  return (veilOf(report)?.apply(diff) ?? diff).split('\n');
}
