import type { Finding } from '../../parity/model.ts';
import type { DestinationReport, Report, SecretRow } from '../../parity/report/report.ts';

/**
 * The report with `mask` done to its words, before a writer of Markdown or HTML escapes their characters: after that no
 * one recognises a value any more. Paths and positions stay, as texts are found by them; what is rendered is masked once
 * more as a whole.
 */
export function maskedReport(report: Report, mask: (text: string) => string): Report {
  const maskOrNull = (text: string | null): string | null => (text === null ? null : mask(text));
  const finding = (each: Finding): Finding => ({
    ...each,
    secret: maskOrNull(each.secret),
    message: mask(each.message),
    related: each.related.map((related) => ({ ...related, message: mask(related.message) })),
    fixes: each.fixes.map((fix) => ({
      ...fix,
      title: mask(fix.title),
      // Half of an edit does harm: one that would write what is hidden is not shown at all.
      edits: fix.edits.some(({ text }) => mask(text) !== text) ? [] : fix.edits,
    })),
  });
  const row = (each: SecretRow): SecretRow => ({
    ...each,
    name: mask(each.name),
    consumed: each.consumed.map((consumer) => ({
      ...consumer,
      via: mask(consumer.via),
      where: mask(consumer.where),
      container: maskOrNull(consumer.container),
    })),
  });
  const destination = (each: DestinationReport): DestinationReport => ({
    ...each,
    secrets: each.secrets.map(row),
    findings: each.findings.map(finding),
  });
  return {
    ...report,
    destinations: report.destinations.map(destination),
    findings: report.findings.map(finding),
  };
}
