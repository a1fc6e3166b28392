/** Applies edits to texts: whole fixes or none, never two over the same characters, every other byte unchanged. */
import { compareText } from '../../base/text/compare.ts';
import type { Edit, Finding, Fix, Span } from '../model.ts';
import { distinctFindings, type Report } from '../report/report.ts';

/**
 * The text with the edits made. Offsets are those of the text given; edits at the same place go in in their order.
 * @throws RangeError where edits overlap or leave the text: `chooseFixes` never gives such
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: replacement } of inOrder(edits)) {
    if (start < at || end < start || end > text.length)
      throw new RangeError(`edit ${start}–${end} overlaps another or leaves the text`);
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

/** By place; at one place those that replace nothing come first, each kind in the order given. */
function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((one, other) => one.start - other.start || one.end - other.end);
}

/** Deletions that touch or overlap made one: two whole lines at the end of a file both take the line end between them. */
export function mergeDeletions(edits: readonly Edit[]): Edit[] {
  const merged: Edit[] = [];
  for (const edit of [...edits].sort(
    (one, other) => compareText(one.file, other.file) || one.start - other.start,
  )) {
    const before = merged.at(-1);
    const joins = before?.file === edit.file && edit.start <= before.end && edit.end > edit.start;
    if (before !== undefined && joins && before.text === '' && edit.text === '')
      merged[merged.length - 1] = { ...before, end: Math.max(before.end, edit.end) };
    else merged.push(edit);
  }
  return merged;
}

/** A fix that can be made without anybody choosing, and the finding it fixes. */
export interface ChosenFix {
  readonly rule: string;
  readonly secret: string | null;
  readonly fix: Fix;
  readonly span: Span;
  /** What a person does so that the edit is enough. */
  readonly human: readonly string[];
}

/**
 * The agent's fixes that can be made together. A finding with several fixes is left to its reader; of two fixes that
 * touch the same characters the later one waits for the next round.
 * @param isWanted whether a fix is to be made for a finding; default: any
 */
export function chooseFixes(
  report: Report,
  isWanted: (finding: Finding, fix: Fix) => boolean = () => true,
): ChosenFix[] {
  const taken = new Map<string, Edit[]>();
  const chosen: ChosenFix[] = [];
  for (const { finding } of distinctFindings(report)) {
    // Also a way that only a sentence describes is one that could be meant.
    const ways = finding.fixes.filter(({ actor }) => actor === 'agent');
    const [fix] = ways;
    if (fix === undefined || fix.edits.length === 0 || ways.length > 1 || !isWanted(finding, fix)) continue;
    const known = fix.edits.every((edit) => report.sources.has(edit.file));
    // A second finding with the very same edits needs nothing more.
    const collides = fix.edits.some((edit) =>
      (taken.get(edit.file) ?? []).some((other) => overlaps(edit, other)),
    );
    if (!known || collides) continue;
    for (const edit of fix.edits) taken.set(edit.file, [...(taken.get(edit.file) ?? []), edit]);
    const human = finding.fixes.filter(({ actor }) => actor === 'human').map(({ title }) => title);
    chosen.push({ rule: finding.rule, secret: finding.secret, fix, span: finding.span, human });
  }
  return chosen;
}

/** Edits collide where one reaches into the other, or where both would put the same text in the same place. */
function overlaps(one: Edit, other: Edit): boolean {
  if (one.start === other.start && one.end === other.end && one.text === other.text) return true;
  if (one.start === one.end || other.start === other.end) {
    const [point, range] = one.start === one.end ? [one, other] : [other, one];
    return range.start < point.start && point.start < range.end;
  }
  return one.start < other.end && other.start < one.end;
}

/** The files that some fixes change, with their new text. */
export function applyFixes(report: Report, fixes: readonly ChosenFix[]): Map<string, string> {
  const byFile = new Map<string, Edit[]>();
  for (const { fix } of fixes)
    for (const edit of fix.edits) byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
  const changed = new Map<string, string>();
  for (const [file, edits] of byFile) {
    const source = report.sources.get(file);
    if (source !== undefined) changed.set(file, applyEdits(source.text, edits));
  }
  return changed;
}
