/** Fixes as suggested changes on the lines of a pull request: applied with one click. */
import { ruleLink } from './rule-address.ts';
import { createHash } from 'node:crypto';
import { shownEdits, veilOf } from '../../parity/secrecy/veiled.ts';
import { applyEdits } from '../../parity/edits/fix.ts';
import type { Edit, Finding, Fix } from '../../parity/model.ts';
import { distinctFindings, type Report } from '../../parity/report/report.ts';
import { sentence } from './finding-markdown.ts';
import { PlaceLocator } from './locate.ts';
import { hunksOf } from './patch-lines.ts';
import { visible } from './visible.ts';

export interface Suggestion {
  readonly path: string;
  /** The first and the last line that it replaces; from 1, in the pull request's own version of the file. */
  readonly startLine: number;
  readonly line: number;
  readonly body: string;
  /** The hidden line by which it is known not to be made again. */
  readonly marker: string;
}

/** More would bury the review. */
const MOST = 20;

/**
 * The fixes that lie within the diff as a whole: half a fix would break more than it fixes. A fix is also skipped if
 * there is a choice to make, if its lines have a credential, or if its lines differ from the pull request's (a merge
 * with a newer base).
 * @param patches the diff of each file, by its path from the root of the repository, as the report's paths are
 */
export function suggestionsOf(report: Report, patches: ReadonlyMap<string, string>): Suggestion[] {
  const locator = new PlaceLocator(report);
  const veil = veilOf(report);
  const taken = new Map<string, Set<number>>();
  const found: Suggestion[] = [];
  for (const { finding } of distinctFindings(report)) {
    const ways = finding.fixes.filter(({ actor }) => actor === 'agent');
    const [fix] = ways;
    if (finding.severity === 'info' || fix === undefined || ways.length > 1 || found.length === MOST)
      continue;
    if (shownEdits(fix.edits, veil).length === 0) continue;
    const suggestion = suggestionOf(finding, fix, { report, locator, patches });
    if (suggestion === null) continue;
    // Two suggestions for one line cannot both be applied.
    const lines = taken.get(suggestion.path) ?? new Set();
    const own = Array.from(
      { length: suggestion.line - suggestion.startLine + 1 },
      (_, index) => suggestion.startLine + index,
    );
    if (own.some((line) => lines.has(line))) continue;
    taken.set(suggestion.path, new Set([...lines, ...own]));
    found.push(suggestion);
  }
  return found;
}

interface ReviewedReport {
  readonly report: Report;
  readonly locator: PlaceLocator;
  readonly patches: ReadonlyMap<string, string>;
}

function suggestionOf(
  finding: Finding,
  fix: Fix,
  { report, locator, patches }: ReviewedReport,
): Suggestion | null {
  const [path, ...others] = [...new Set(fix.edits.map(({ file }) => file))];
  const patch = path === undefined ? undefined : patches.get(path);
  if (path === undefined || others.length > 0 || patch === undefined) return null;
  const lines = locator.lines(path);
  const first = lines.lineAt(Math.min(...fix.edits.map(({ start }) => start)));
  const last = Math.max(...fix.edits.map((edit) => lastLine(edit, lines)));
  const [start] = lines.bounds(first);
  const [, end] = lines.bounds(last);
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const hunk = hunksOf(patch).find((each) =>
    numbers.every((line) => each.get(line + 1) === lines.line(line)),
  );
  const hidden = report.sensitive.some((each) => each.file === path && each.start < end && each.end > start);
  if (hunk === undefined || hidden) return null;
  const after = applyEdits(lines.text, fix.edits);
  const replaced = after.slice(start, after.length - (lines.text.length - end)).replaceAll('\r\n', '\n');
  // What is not shown as it is must not be applied by a click.
  if (replaced.split('\n').some((line) => visible(line) !== line.replaceAll('\t', ' '))) return null;
  const marker = markerOf(finding, replaced);
  return { path, startLine: first + 1, line: last + 1, marker, body: bodyOf(finding, fix, replaced, marker) };
}

/** An edit that ends with a line's end still belongs to that line only. */
function lastLine({ start, end }: Edit, lines: { lineAt(offset: number): number }): number {
  return lines.lineAt(end > start ? end - 1 : end);
}

function bodyOf(finding: Finding, fix: Fix, replaced: string, marker: string): string {
  const longest = Math.max(2, ...[...replaced.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [
    `${sentence(finding.message)} ${ruleLink(finding.rule)}`,
    `${sentence(fix.title)}:`,
    `${fence}suggestion\n${replaced}\n${fence}`,
    marker,
  ].join('\n\n');
}

function markerOf({ rule, secret, span }: Finding, replaced: string): string {
  const key = createHash('sha256')
    .update(JSON.stringify([rule, secret, span.file, replaced]))
    .digest('hex');
  return `<!-- kamal-1password suggestion ${key.slice(0, 16)} -->`;
}
