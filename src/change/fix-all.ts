/** Makes the fixes that are known, in memory, until none is left. */
import { readProject } from '../files/read-project.ts';
import { check } from '../parity/check.ts';
import { applyFixes, type ChosenFix, chooseFixes } from '../parity/edits/fix.ts';
import type { Finding, Fix } from '../parity/model.ts';
import { beyondSentence, distinctFindings, type Report } from '../parity/report/report.ts';
import { diffOf } from './changes.ts';
import { type CheckProjectOptions, withTexts } from './project-edits.ts';

/** One round's fixes may bring what the next one fixes; more than a few rounds would be a fault of ours. */
const MOST_ROUNDS = 20;

export interface Fixed {
  readonly changed: ReadonlyMap<string, string>;
  readonly made: readonly ChosenFix[];
  readonly after: Report;
}

/** A fix that changes nothing about its finding is skipped, and all begins again without it; no more often than this. */
const MOST_LEFT_OUT = 100;

/**
 * Fixes and checks again until nothing more is known. Every round's result is checked in memory before anything is written.
 * A fix after which its finding is still there (in a file that is broken beyond it) is not made at all.
 */
export function fixAll(options: CheckProjectOptions, before: Report): Fixed {
  const useless = new Set<string>();
  for (;;) {
    const fixed = fixWithout(useless, options, before);
    if ('fixed' in fixed) return fixed.fixed;
    for (const key of fixed.useless) useless.add(key);
    if (useless.size > MOST_LEFT_OUT) return { changed: new Map(), made: [], after: before };
  }
}

function fixWithout(
  useless: ReadonlySet<string>,
  options: CheckProjectOptions,
  before: Report,
): { readonly fixed: Fixed } | { readonly useless: readonly string[] } {
  const changed = new Map<string, string>();
  const made: ChosenFix[] = [];
  const usable = (report: Report): ChosenFix[] =>
    chooseFixes(report, (finding, fix) => !useless.has(keyOf(finding, fix)));
  let report = before;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fixes = usable(report);
    if (fixes.length === 0) break;
    const counts = countsOf(report);
    for (const [file, text] of applyFixes(report, fixes)) changed.set(file, text);
    made.push(...fixes);
    report = check(readProject({ ...options, overlay: withTexts(options, changed) }), options);
    const now = countsOf(report);
    const stayed = fixes
      .map((each) => keyOf(each, each.fix))
      .filter((key) => (now.get(key) ?? 0) >= (counts.get(key) ?? 0));
    if (stayed.length > 0) return { useless: stayed };
  }
  // Fixes that would bring each other about forever.
  const left = beyondSentence(report) === null ? usable(report) : [];
  if (left.length > 0) return { useless: left.map((each) => keyOf(each, each.fix)) };
  for (const [file, text] of changed) if (before.sources.get(file)?.text === text) changed.delete(file);
  return { fixed: { changed, made, after: report } };
}

/** How many findings ask for each fix. */
function countsOf(report: Report): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { finding } of distinctFindings(report))
    for (const key of new Set(finding.fixes.map((fix) => keyOf(finding, fix))))
      counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** A finding again is one of the same rule about the same secret; the words of its fix may be others by then. */
function keyOf({ rule, secret, span }: Pick<Finding, 'rule' | 'secret' | 'span'>, { title }: Fix): string {
  return JSON.stringify([rule, secret ?? title, span.file]);
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
