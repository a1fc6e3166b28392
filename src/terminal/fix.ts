import { checkProject, type CheckProjectOptions } from '../check-project.ts';
import { applyFixes, type ChosenFix, chooseFixes } from '../parity/fix.ts';
import type { Report } from '../parity/report.ts';
import { renderPretty } from '../report/pretty.ts';
import { visible } from '../report/visible.ts';
import { diffOf, writeChanges } from './changes.ts';
import { exitCode } from './check.ts';
import type { Command } from './command.ts';
import {
  COMMON_OPTIONS,
  lineWidth,
  PROJECT_OPTIONS,
  projectOptions,
  RULE_OPTION,
  wantsColour,
} from './shared-options.ts';

/** One round's fixes may bring what the next one mends; more than a few rounds would be a fault of ours. */
const MOST_ROUNDS = 20;

export const fix: Command = {
  help: {
    name: 'fix',
    usage: 'fix [options]',
    summary: 'Make the edits that are known, and leave every other byte as it is.',
    operands: [],
    options: [
      ...PROJECT_OPTIONS,
      { name: 'dry-run', short: 'n', help: 'Show the edits as a diff and write nothing.' },
      RULE_OPTION,
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'fix --dry-run', does: 'what it would change' },
      { line: 'fix && git diff', does: 'change it, then look' },
    ],
  },
  run(given, terminal) {
    const chosen = projectOptions(given, terminal);
    const options: CheckProjectOptions = { destinations: 'all', ...chosen };
    const before = checkProject(options);
    const { changed, made, after } = fixAll(options, before);
    if (given.has('dry-run')) {
      terminal.out(diffOf(before.sources, changed, before.sensitive));
      return exitCode(after, 'error');
    }
    writeChanges(options.root, before.sources, changed);
    for (const { fix: each, rule } of made) terminal.out(`fixed ${rule}: ${visible(each.title)}\n`);
    if (made.length > 0) terminal.out('\n');
    terminal.out(renderPretty(after, { colour: wantsColour(given, terminal), width: lineWidth(terminal) }));
    return exitCode(after, 'error');
  },
};

/** Fixes and checks again until nothing more is known. Every round's result is checked in memory before anything is written. */
export function fixAll(
  options: CheckProjectOptions,
  before: Report,
): { changed: Map<string, string>; made: ChosenFix[]; after: Report } {
  const changed = new Map<string, string>();
  const made: ChosenFix[] = [];
  let report = before;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fixes = chooseFixes(report);
    if (fixes.length === 0) break;
    for (const [file, text] of applyFixes(report, fixes)) changed.set(file, text);
    made.push(...fixes);
    report = checkProject({ ...options, overlay: changed });
  }
  for (const [file, text] of changed) if (before.sources.get(file)?.text === text) changed.delete(file);
  return { changed, made, after: report };
}
