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
        help: 'Ask 1Password when you hover over a name, with the token in OP_SERVICE_ACCOUNT_TOKEN. Never shows values.',
      },
      { name: 'stdio', help: 'Accepted because some editors add it; the server always works this way.' },
      RULE_OPTION,
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'lsp', does: 'started by an editor (docs/editors.md)' },
      { line: 'lsp --live', does: 'hovering also shows whether 1Password has a secret' },
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
