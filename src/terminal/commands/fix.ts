import {
  COMMON_OPTIONS,
  lineWidth,
  PROJECT_OPTIONS,
  projectOptions,
  RULE_OPTION,
  wantsColour,
  type CheckProjectOptions,
} from '../ui/shared-options.ts';
import { readProject } from '../../files/read-project.ts';
import { check } from '../../parity/check.ts';
import { applyFixes, type ChosenFix, chooseFixes } from '../../parity/edits/fix.ts';
import { beyondSentence, type Report } from '../../parity/report/report.ts';
import { list } from '../../parity/wording.ts';
import { reportToJson } from '../../report/formats/json.ts';
import { renderPretty } from '../../report/formats/pretty.ts';
import { verdictLine } from '../../report/parts/verdict-line.ts';
import { VERSION } from '../../base/version.ts';
import { diffOf, writeChanges } from '../change/changes.ts';
import { exitCode } from '../ui/exit-code.ts';
import type { Arguments, TerminalCommand, Terminal } from '../ui/command.ts';
import { jsonDocument } from '../ui/json.ts';
import { Screen } from '../ui/screen.ts';

/** One round's fixes may bring what the next one mends; more than a few rounds would be a fault of ours. */
const MOST_ROUNDS = 20;

export const fix: TerminalCommand = {
  help: {
    name: 'fix',
    usage: 'fix [options]',
    summary: 'Make the edits that are known, and leave every other byte as it is.',
    operands: [],
    options: [
      ...PROJECT_OPTIONS,
      { name: 'dry-run', short: 'n', help: 'Show the edits as a diff and write nothing.' },
      { name: 'json', help: 'Say what was done as JSON (docs/fix.schema.json).' },
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
    const before = check(readProject(options), options);
    const { changed, made, after } = fixAll(options, before);
    const diff = diffOf(before.sources, changed, before.sensitive);
    const dry = given.has('dry-run');
    if (!dry) writeChanges(options.root, before.sources, changed);
    if (given.has('json')) terminal.out(toJson({ changed, made, after }, diff, !dry));
    else tell({ changed, made, after }, dry ? diff : null, given, terminal);
    return exitCode(after, 'error');
  },
};

interface Fixed {
  readonly changed: ReadonlyMap<string, string>;
  readonly made: readonly ChosenFix[];
  readonly after: Report;
}

/** docs/fix.schema.json. */
function toJson({ changed, made, after }: Fixed, diff: string, written: boolean): string {
  const fixed = made.map(({ rule, fix: { title }, span }) => ({ rule, file: span.file, title }));
  const report = reportToJson(after, VERSION);
  return jsonDocument({
    written: written && changed.size > 0,
    files: [...changed.keys()],
    diff,
    fixed,
    report,
  });
}

/** @param diff where it is shown in the place of being written: the only thing on standard output then */
function tell(
  { changed, made, after }: Fixed,
  diff: string | null,
  given: Arguments,
  terminal: Terminal,
): void {
  const screen = new Screen(given, terminal);
  const edits = `${made.length} ${made.length === 1 ? 'edit' : 'edits'} in ${list([...changed.keys()])}`;
  if (diff !== null) {
    if (made.length === 0) terminal.err('There is no edit that is known.\n');
    else {
      const verdict = `Would make ${edits}; the check would then say: ${verdictLine(after)}`;
      terminal.err(`${screen.colours.bold(screen.sentence(verdict, 0))}\n\n`);
      terminal.out(screen.diff(diff));
      terminal.err(screen.next('run `kamal-1password fix` to write this.'));
    }
    return;
  }
  if (made.length > 0) terminal.out(`${screen.colours.bold(`Made ${edits}:`)}\n`);
  for (const { fix: each, rule } of made) {
    const files = [...new Set(each.edits.map(({ file }) => file))].filter(
      (file) => !each.title.includes(file),
    );
    const where = files.length === 0 ? '' : ` in ${list(files)}`;
    terminal.out(
      `  ${screen.colours.good('✓')} ${screen.sentence(each.title + where, 4)} ${screen.colours.faint(`[${rule}]`)}\n`,
    );
  }
  if (made.length > 0) terminal.out('\n');
  const human = [...new Set(made.flatMap((each) => each.human))];
  if (human.length > 0) terminal.out(`${screen.list('For you', human, '[ ]').trimStart()}\n`);
  terminal.out(
    renderPretty(after, {
      colour: wantsColour(given, terminal),
      width: lineWidth(terminal),
      wrap: terminal.isTerminal,
    }),
  );
}

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
    report = check(readProject({ ...options, overlay: changed }), options);
  }
  const isWhole = beyondSentence(report) === null;
  if (isWhole && chooseFixes(report).length > 0)
    throw new Error(`the fixes do not come to an end after ${MOST_ROUNDS} rounds`);
  for (const [file, text] of changed) if (before.sources.get(file)?.text === text) changed.delete(file);
  return { changed, made, after: report };
}
