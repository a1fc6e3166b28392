import { renaming } from '../../change/change-name.ts';
import { CHANGE_OPTIONS, showChange } from '../change/change-name.ts';
import type { TerminalCommand } from '../ui/command.ts';
import { secretNameOf, withoutValue } from '../ui/secret-name.ts';

export const rename: TerminalCommand = {
  help: {
    name: 'rename',
    usage: 'rename OLD NEW [options]',
    summary: 'Rename a secret everywhere: fetch lines, extract lines and deploy files of all destinations.',
    operands: ['OLD', 'NEW'],
    options: CHANGE_OPTIONS,
    examples: [
      { line: 'rename --dry-run STRIPE_KEY STRIPE_SECRET_KEY', does: 'see what it would change' },
      {
        line: 'rename STRIPE_KEY STRIPE_SECRET_KEY',
        does: 'change it; lists the 1Password fields to rename',
      },
    ],
  },
  run(given, terminal) {
    const [from = '', to = ''] = given.operands;
    withoutValue(from);
    secretNameOf(to);
    return showChange(
      {
        change: renaming(from, to),
        done: `Renamed ${from} to ${to}`,
        wouldDo: `Would rename ${from} to ${to}`,
      },
      given,
      terminal,
    );
  },
};
