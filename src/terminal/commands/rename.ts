import { renaming } from '../../change/change-name.ts';
import { CHANGE_OPTIONS, showChange } from '../change/change-name.ts';
import type { TerminalCommand } from '../ui/command.ts';
import { secretNameOf } from '../ui/secret-name.ts';

export const rename: TerminalCommand = {
  help: {
    name: 'rename',
    usage: 'rename OLD NEW [options]',
    summary: 'Rename a secret in all its places and all destinations: fetch, extract, deploy file.',
    operands: ['OLD', 'NEW'],
    options: CHANGE_OPTIONS,
    examples: [
      { line: 'rename --dry-run STRIPE_KEY STRIPE_SECRET_KEY', does: 'what it would change' },
      {
        line: 'rename STRIPE_KEY STRIPE_SECRET_KEY',
        does: 'change it, and say which 1Password fields to rename',
      },
    ],
  },
  run(given, terminal) {
    const [from = '', to = ''] = given.operands;
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
