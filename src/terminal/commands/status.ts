import { readProject } from '../../files/read-project.ts';
import { type TerminalCommand, EXIT } from '../ui/command.ts';
import { Screen } from '../ui/screen.ts';
import { chosenProject } from '../ui/chosen-project.ts';
import {
  COMMON_OPTIONS,
  ENVIRONMENT_OPTION,
  environmentOption,
  PROJECT_OPTIONS,
} from '../ui/shared-options.ts';
import { askingOf, isOk, look } from '../status/look.ts';
import { PROXY_COMMAND_OPTION } from '../status/proxy-command.ts';
import { renderStatus, statusJson } from '../status/screen.ts';

export const status: TerminalCommand = {
  help: {
    name: 'status',
    usage: 'status [options]',
    summary:
      'For each destination, show where each secret is (vault, files, running containers) and which ones were rotated.',
    operands: [],
    options: [
      ...PROJECT_OPTIONS,
      ENVIRONMENT_OPTION,
      PROXY_COMMAND_OPTION,
      { name: 'json', help: 'Print the result as JSON (docs/status.schema.json).' },
      ...COMMON_OPTIONS,
    ],
    examples: [
      {
        line: 'status',
        does: 'use your SSH agent and OP_SERVICE_ACCOUNT_TOKEN',
      },
      {
        line: "status -d production --json | jq '.destinations[].rotated'",
        does: 'print what needs another deploy',
      },
    ],
  },
  async run(given, terminal) {
    const asked = chosenProject(given, terminal);
    const options = { destinations: 'all' as const, ...asked };
    const looked = await look(
      readProject(options),
      { ...options, ...environmentOption(given), version: null, withoutSecrets: false, ...askingOf(given) },
      terminal,
    );
    terminal.out(
      given.has('json') ? statusJson(looked) : renderStatus(looked, new Screen(given, terminal), new Date()),
    );
    return isOk(looked) ? EXIT.clean : EXIT.findings;
  },
};
