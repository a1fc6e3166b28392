import { resolve } from 'node:path';
import { type TerminalCommand, EXIT } from '../ui/command.ts';
import { projectFactsOf } from '../ui/project-facts.ts';
import { COMMON_OPTIONS, PROJECT_OPTIONS, projectOptions, RULE_OPTION } from '../ui/shared-options.ts';
import { vaultReader } from '../ui/vault-reader.ts';

export const mcp: TerminalCommand = {
  help: {
    name: 'mcp',
    usage: 'mcp [options]',
    summary: 'Serve a coding agent over standard input and output (Model Context Protocol).',
    operands: [],
    options: [
      ...PROJECT_OPTIONS.filter(({ name }) => !name.includes('destination')),
      {
        name: 'live',
        help: 'Let the agent ask 1Password, with the token in OP_SERVICE_ACCOUNT_TOKEN. Shows names only, never values.',
      },
      RULE_OPTION,
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'mcp', does: 'started by a coding agent (docs/agents.md)' },
      { line: 'mcp --live', does: 'let it check 1Password too (token in the environment)' },
    ],
  },
  async run(given, terminal) {
    const { root, config, kamalVersion, rules } = projectOptions(given, terminal);
    const readVault = given.has('live') ? await vaultReader(terminal) : null;
    const { serveAgent } = await import('../../agent/agent-server.ts');
    await serveAgent(
      {
        root: resolve(terminal.cwd, root),
        defaults: {
          ...(config === undefined ? {} : { config }),
          ...(kamalVersion === undefined ? {} : { kamalVersion }),
          ...(rules === undefined ? {} : { rules }),
        },
        readVault,
        projectFacts: projectFactsOf,
      },
      { input: process.stdin, output: process.stdout },
    );
    return EXIT.clean;
  },
};
