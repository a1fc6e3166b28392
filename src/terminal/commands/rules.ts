import { rules as all } from '../../parity/rules.ts';
import { ruleDocument } from '../../report/formats/rule.ts';
import { ruleAddress } from '../../report/parts/rule-address.ts';
import { padTo, width } from '../../report/parts/visible.ts';
import { type TerminalCommand, EXIT } from '../ui/command.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import { Screen } from '../ui/screen.ts';
import { COMMON_OPTIONS, lineWidth } from '../ui/shared-options.ts';

export const rules: TerminalCommand = {
  help: {
    name: 'rules',
    usage: 'rules [options]',
    summary: 'List every rule of the check, its severity and who can fix what it finds.',
    operands: [],
    options: [
      { name: 'json', help: 'Print everything about each rule as JSON (docs/rules.schema.json).' },
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'rules', does: 'one line per rule' },
      { line: "rules --json | jq -r '.rules[].id'", does: 'print their ids' },
    ],
  },
  run(given, terminal) {
    const list = Object.values(all);
    if (given.has('json')) {
      terminal.out(jsonDocument({ rules: list.map(ruleDocument) }));
      return EXIT.clean;
    }
    const screen = new Screen(given, terminal);
    const column = Math.max(...list.map(({ id }) => width(id)));
    // Beside the rest there is room for the title, or it goes below.
    const isBroad = !terminal.isTerminal || lineWidth(terminal) >= column + 90;
    for (const { id, severity, title, who } of list) {
      const weight = screen.colours[severity](padTo(severity, 7));
      const linked = screen.colours.link(id, ruleAddress(id));
      const start = `${linked}${' '.repeat(column - width(id))}  ${weight}  `;
      terminal.out(
        isBroad
          ? `${start}${padTo(who.join(', '), 12)}  ${screen.sentence(title, column + 25)}\n`
          : `${start}${who.join(', ')}\n    ${screen.sentence(title, 4)}\n`,
      );
    }
    terminal.err(screen.next('run `kamal-1password explain RULE` to see what one of them means.'));
    return EXIT.clean;
  },
};
