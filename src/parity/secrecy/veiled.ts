/** A report without the credentials that its files could hold, in messages, titles and names too. */
import { compareText } from '../../base/text/compare.ts';
import { Redaction } from '../../base/redaction.ts';
import type { Edit, Finding } from '../model.ts';
import type { DestinationReport, Report } from '../report/report.ts';
import type { Concealed } from './concealed.ts';
import { VOCABULARY } from './vocabulary.ts';

/** A sentence with a longer name in it is cut; in UTF-16 code units. */
const LONGEST = 1200;

/** The same report; edits stay as they are, for they are made and not shown. */
export function veiled(report: Report, { spans, words }: Concealed): Report {
  const veil = newVeil(words);
  const text = (each: string): string => cut(veil.apply(each));
  const finding = (each: Finding): Finding => ({
    ...each,
    secret: each.secret === null ? null : text(each.secret),
    message: text(each.message),
    related: each.related.map((other) => ({ ...other, message: text(other.message) })),
    fixes: each.fixes.map((fix) => ({ ...fix, title: text(fix.title) })),
  });
  const destination = (each: DestinationReport): DestinationReport => ({
    ...each,
    findings: each.findings.map(finding),
    secrets: each.secrets.map((row) => ({
      ...row,
      name: text(row.name),
      consumed: row.consumed.map((consumer) => ({
        ...consumer,
        via: text(consumer.via),
        where: text(consumer.where),
        container: consumer.container === null ? null : text(consumer.container),
      })),
    })),
  });
  return {
    ...report,
    destinations: report.destinations.map(destination),
    findings: report.findings.map(finding),
    sensitive: merged([...report.sensitive, ...spans]),
    words,
  };
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
}

/** By file and place, those that overlap made one. */
function merged(spans: Report['sensitive']): Report['sensitive'] {
  const result: { file: string; start: number; end: number }[] = [];
  const sorted = spans.toSorted((one, other) => compareText(one.file, other.file) || one.start - other.start);
  for (const { file, start, end } of sorted) {
    const last = result.at(-1);
    if (last !== undefined && last.file === file && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ file, start, end });
  }
  return result;
}

function newVeil(words: readonly string[]): Redaction {
  const veil = new Redaction();
  veil.keep(VOCABULARY);
  veil.hide(words);
  return veil;
}

/** By the words of a report: each of its diffs asks. */
const veils = new WeakMap<readonly string[], Redaction>();

/** Hides the report's words; null if it has none. */
export function veilOf({ words }: Pick<Report, 'words'>): Redaction | null {
  if (words.length === 0) return null;
  let veil = veils.get(words);
  if (veil === undefined) {
    veil = newVeil(words);
    veils.set(words, veil);
  }
  return veil;
}

/** The edits of a fix as they may be shown: none where one of them would write what is hidden, for half of them do harm. */
export function shownEdits(edits: readonly Edit[], veil: Pick<Redaction, 'apply'> | null): readonly Edit[] {
  return veil !== null && edits.some(({ text }) => veil.apply(text) !== text) ? [] : edits;
}
