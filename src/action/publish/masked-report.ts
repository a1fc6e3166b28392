import type { Finding } from '../../parity/model.ts';
import type { DestinationReport, Report, SecretRow } from '../../parity/report/report.ts';
import { shownEdits } from '../../parity/secrecy/veiled.ts';
import type { KamalVerdict } from '../../parity/verdict.ts';

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
      edits: shownEdits(fix.edits, { apply: mask }),
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
  const names = (each: readonly string[] | null): readonly string[] | null => each?.map(mask) ?? null;
  const verdict = (each: KamalVerdict): KamalVerdict => ({
    ...each,
    doubt: maskOrNull(each.doubt),
    secretsError: each.secretsError && { key: maskOrNull(each.secretsError.key) },
    missing: names(each.missing),
    unused: names(each.unused),
    empty: names(each.empty),
  });
  const destination = (each: DestinationReport): DestinationReport => ({
    ...each,
    kamal: verdict(each.kamal),
    secrets: each.secrets.map(row),
    findings: each.findings.map(finding),
  });
  const { incompleteBase } = report;
  return {
    ...report,
    incompleteBase: incompleteBase && { ...incompleteBase, message: mask(incompleteBase.message) },
    destinations: report.destinations.map(destination),
    findings: report.findings.map(finding),
  };
}
