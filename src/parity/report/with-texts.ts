/** A report with other words in it: hidden, or masked. */
import type { Edit, Finding } from '../model.ts';
import type { KamalVerdict } from '../verdict.ts';
import type { DestinationReport, Report, SecretRow } from './report.ts';

/** What becomes of the words of a report. */
export interface TextChange {
  readonly text: (text: string) => string;
  /** What Kamal would say: names above all, which a change of the project compares. `text` where omitted. */
  readonly ofKamal?: (text: string) => string;
  /** The edits of a fix; the same where omitted. */
  readonly edits?: (edits: readonly Edit[]) => readonly Edit[];
}

/** The same report with each of its words changed. Paths and positions stay, as texts are found by them. */
export function withTexts(report: Report, { text, ofKamal = text, edits }: TextChange): Report {
  const orNull = (each: string | null): string | null => (each === null ? null : text(each));
  const finding = (each: Finding): Finding => ({
    ...each,
    secret: orNull(each.secret),
    message: text(each.message),
    related: each.related.map((related) => ({ ...related, message: text(related.message) })),
    fixes: each.fixes.map((fix) => ({
      ...fix,
      title: text(fix.title),
      edits: edits === undefined ? fix.edits : edits(fix.edits),
    })),
  });
  const row = (each: SecretRow): SecretRow => ({
    ...each,
    name: text(each.name),
    consumed: each.consumed.map((consumer) => ({
      ...consumer,
      via: text(consumer.via),
      where: text(consumer.where),
      container: orNull(consumer.container),
    })),
  });
  const destination = (each: DestinationReport): DestinationReport => ({
    ...each,
    kamal: verdictWithTexts(each.kamal, ofKamal),
    secrets: each.secrets.map(row),
    findings: each.findings.map(finding),
  });
  const { incompleteBase } = report;
  return {
    ...report,
    incompleteBase: incompleteBase && { ...incompleteBase, message: ofKamal(incompleteBase.message) },
    destinations: report.destinations.map(destination),
    findings: report.findings.map(finding),
  };
}

/** The same verdict with each of its words changed. */
function verdictWithTexts(verdict: KamalVerdict, text: (text: string) => string): KamalVerdict {
  const orNull = (each: string | null): string | null => (each === null ? null : text(each));
  const names = (each: readonly string[] | null): readonly string[] | null => each?.map(text) ?? null;
  return {
    ...verdict,
    doubt: orNull(verdict.doubt),
    secretsError: verdict.secretsError && { key: orNull(verdict.secretsError.key) },
    missing: names(verdict.missing),
    unused: names(verdict.unused),
    empty: names(verdict.empty),
  };
}
