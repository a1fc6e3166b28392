import { type TerminalCommand } from '../ui/command.ts';
import { COMMON_OPTIONS, PROJECT_OPTIONS, projectOptions, RULE_OPTION } from '../ui/shared-options.ts';
import { vaultReader } from '../ui/vault-reader.ts';

export const lsp: TerminalCommand = {
  help: {
    name: 'lsp',
    usage: 'lsp [options]',
    summary: 'Serve an editor over standard input and output (Language Server Protocol).',
    operands: [],
    options: [
      ...PROJECT_OPTIONS.filter(({ name }) => name === 'config-file' || name === 'kamal-version'),
      {
        name: 'live',
        help: 'Ask 1Password where somebody points at a name, with the token in OP_SERVICE_ACCOUNT_TOKEN: never a value.',
      },
      { name: 'stdio', help: 'What some editors add; it is how the server always works.' },
      RULE_OPTION,
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'lsp', does: 'what an editor starts; docs/editors.md has the lines for its settings' },
      { line: 'lsp --live', does: 'a hover says whether 1Password has a secret, too' },
    ],
  },
  async run(given, terminal) {
    const { config, kamalVersion, rules } = projectOptions(given, terminal);
    const readVault = given.has('live') ? await vaultReader(terminal) : null;
    const { serveEditor } = await import('../../editor/editor-server.ts');
    return serveEditor(
      {
        configFiles: config === undefined ? [] : [config],
        defaults: {
          ...(kamalVersion === undefined ? {} : { kamalVersion }),
          ...(rules === undefined ? {} : { rules }),
        },
        readVault,
      },
      { input: process.stdin, output: process.stdout },
    );
  },
};
