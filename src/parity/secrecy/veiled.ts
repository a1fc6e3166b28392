/** A report without the credentials that its files could hold, in messages, titles and names too. */
import { compareText } from '../../base/text/compare.ts';
import { Redaction } from '../../base/redaction.ts';
import type { Edit } from '../model.ts';
import type { Report } from '../report/report.ts';
import { withTexts } from '../report/with-texts.ts';
import type { Concealed } from './concealed.ts';
import { VOCABULARY } from './vocabulary.ts';

/** A sentence with a longer name in it is cut; in UTF-16 code units. */
const LONGEST = 1200;

/**
 * The same report; edits stay as they are, for they are made and not shown, and so does what Kamal would say, which a
 * change compares: those who show it hide its words (`veilOf`).
 */
export function veiled(report: Report, { spans, words }: Concealed): Report {
  const veil = newVeil(words);
  return {
    ...withTexts(report, { text: (text) => cut(veil.apply(text)), ofKamal: (text) => text }),
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
