/** Makes the fixes that are known, in memory, until none is left. */
import { readProject } from '../files/read-project.ts';
import { check } from '../parity/check.ts';
import { applyFixes, type ChosenFix, chooseFixes } from '../parity/edits/fix.ts';
import { beyondSentence, type Report } from '../parity/report/report.ts';
import { diffOf } from './changes.ts';
import { type CheckProjectOptions, withTexts } from './project-edits.ts';

/** One round's fixes may bring what the next one mends; more than a few rounds would be a fault of ours. */
const MOST_ROUNDS = 20;

export interface Fixed {
  readonly changed: ReadonlyMap<string, string>;
  readonly made: readonly ChosenFix[];
  readonly after: Report;
}

/** Fixes and checks again until nothing more is known. Every round's result is checked in memory before anything is written. */
export function fixAll(options: CheckProjectOptions, before: Report): Fixed {
  const changed = new Map<string, string>();
  const made: ChosenFix[] = [];
  let report = before;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fixes = chooseFixes(report);
    if (fixes.length === 0) break;
    for (const [file, text] of applyFixes(report, fixes)) changed.set(file, text);
    made.push(...fixes);
    report = check(readProject({ ...options, overlay: withTexts(options, changed) }), options);
  }
  const isWhole = beyondSentence(report) === null;
  if (isWhole && chooseFixes(report).length > 0)
    throw new Error(`the fixes do not come to an end after ${MOST_ROUNDS} rounds`);
  for (const [file, text] of changed) if (before.sources.get(file)?.text === text) changed.delete(file);
  return { changed, made, after: report };
}

/** What `fix` says as JSON beside the report, without who says it: docs/fix.schema.json. */
export function fixDocument({ changed, made }: Fixed, before: Report, written: boolean) {
  return {
    written: written && changed.size > 0,
    files: [...changed.keys()],
    diff: diffOf(before.sources, changed, before.sensitive),
    fixed: made.map(({ rule, fix: { title }, span }) => ({ rule, file: span.file, title })),
  };
}
