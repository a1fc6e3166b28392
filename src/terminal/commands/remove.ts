import { removing } from '../../change/change-name.ts';
import { CHANGE_OPTIONS, showChange } from '../change/change-name.ts';
import type { TerminalCommand } from '../ui/command.ts';
import { withoutValue } from '../ui/secret-name.ts';

export const remove: TerminalCommand = {
  help: {
    name: 'remove',
    usage: 'remove NAME [options]',
    summary: 'Remove a secret everywhere: fetch lines, extract lines and deploy files of all destinations.',
    operands: ['NAME'],
    options: CHANGE_OPTIONS,
    examples: [
      { line: 'remove --dry-run OLD_API_KEY', does: 'see what it would change' },
      { line: 'remove OLD_API_KEY', does: 'change it; lists the 1Password fields to delete' },
    ],
  },
  run(given, terminal) {
    const [name = ''] = given.operands;
    withoutValue(name);
    return showChange(
      {
        change: removing(name),
        done: `Removed ${name}`,
        wouldDo: `Would remove ${name}`,
      },
      given,
      terminal,
    );
  },
};
