import type { CheckProjectOptions } from '../../change/project-edits.ts';
import { readProject } from '../../files/read-project.ts';
import { check } from '../../parity/check.ts';
import { list } from '../../parity/wording.ts';
import { reportToJson } from '../../report/formats/json.ts';
import { renderPretty } from '../../report/formats/pretty.ts';
import { verdictLine } from '../../report/parts/verdict-line.ts';
import { VERSION } from '../../base/version.ts';
import { writeChanges } from '../../change/changes.ts';
import { type Fixed, fixAll, fixDocument } from '../../change/fix-all.ts';
import { exitCode } from '../ui/exit-code.ts';
import type { Arguments, TerminalCommand, Terminal } from '../ui/command.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import { ruleAddress } from '../../report/parts/rule-address.ts';
import { wantsLinks } from '../ui/hyperlinks.ts';
import { Screen } from '../ui/screen.ts';
import { chosenProject } from '../ui/chosen-project.ts';
import {
  COMMON_OPTIONS,
  lineWidth,
  PROJECT_OPTIONS,
  RULE_OPTION,
  wantsColour,
} from '../ui/shared-options.ts';

export const fix: TerminalCommand = {
  help: {
    name: 'fix',
    usage: 'fix [options]',
    summary: 'Apply the known fixes; nothing else in your files changes.',
    operands: [],
    options: [
      ...PROJECT_OPTIONS,
      { name: 'dry-run', short: 'n', help: 'Show the edits as a diff; write nothing.' },
      { name: 'json', help: 'Print the result as JSON (docs/fix.schema.json).' },
      RULE_OPTION,
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'fix --dry-run', does: 'see what it would change' },
      { line: 'fix && git diff', does: 'apply, then review' },
    ],
  },
  run(given, terminal) {
    const chosen = chosenProject(given, terminal);
    const options: CheckProjectOptions = { destinations: 'all', ...chosen };
    const before = check(readProject(options), options);
    const fixed = fixAll(options, before);
    const dry = given.has('dry-run');
    if (!dry) writeChanges(options.root, before.sources, fixed.changed);
    const document = fixDocument(fixed, before, !dry);
    if (given.has('json'))
      terminal.out(jsonDocument({ ...document, report: reportToJson(fixed.after, VERSION) }));
    else tell(fixed, dry ? document.diff : null, given, terminal);
    return exitCode(fixed.after, 'error');
  },
};

/** @param diff shown instead of being written: the only thing on standard output then */
function tell(
  { changed, made, after }: Fixed,
  diff: string | null,
  given: Arguments,
  terminal: Terminal,
): void {
  const screen = new Screen(given, terminal);
  const edits = `${made.length} ${made.length === 1 ? 'edit' : 'edits'} in ${list([...changed.keys()])}`;
  if (diff !== null) {
    if (made.length === 0) terminal.err('Nothing can be fixed automatically.\n');
    else {
      const verdict = `Would make ${edits}. Check result after that: ${verdictLine(after)}`;
      terminal.err(`${screen.colours.bold(screen.sentence(verdict, 0))}\n\n`);
      terminal.out(screen.diff(diff));
      terminal.err(screen.next('run it without --dry-run to write this.'));
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
      `  ${screen.colours.good('✓')} ${screen.sentence(each.title + where, 4)} ${screen.colours.faint(`[${screen.colours.link(rule, ruleAddress(rule))}]`)}\n`,
    );
  }
  if (made.length > 0) terminal.out('\n');
  const human = [...new Set(made.flatMap((each) => each.human))];
  if (human.length > 0) terminal.out(`${screen.list('For you', human, '[ ]').trimStart()}\n`);
  terminal.out(
    renderPretty(after, {
      colour: wantsColour(given, terminal),
      links: wantsLinks(given, terminal),
      width: lineWidth(terminal),
      wrap: terminal.isTerminal,
    }),
  );
}
