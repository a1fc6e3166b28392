import type { Severity } from '../../parity/model.ts';
import { atLeast, countFindings, type Report } from '../../parity/report/report.ts';
import { EXIT } from './command.ts';

/** 1 where there is a finding that weighs enough, else 0. */
export function exitCode(report: Report, failOn: string): number {
  if (failOn === 'never') return EXIT.clean;
  const counts = countFindings(report);
  const grave = (['error', 'warning', 'info'] as const).filter((severity) =>
    atLeast(severity, failOn as Severity),
  );
  return grave.some((severity) => counts[severity] > 0) ? EXIT.findings : EXIT.clean;
}
