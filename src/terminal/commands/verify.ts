import { problemsInWords } from '../../kamal/servers/problem.ts';
import { readProject } from '../../files/read-project.ts';
import { visible } from '../../report/parts/visible.ts';
import { type TerminalCommand, EXIT, type Terminal } from '../ui/command.ts';
import { Screen } from '../ui/screen.ts';
import { chosenProject } from '../ui/chosen-project.ts';
import {
  COMMON_OPTIONS,
  ENVIRONMENT_OPTION,
  environmentOption,
  PROJECT_OPTIONS,
} from '../ui/shared-options.ts';
import { askingOf, look } from '../status/look.ts';
import { PROXY_COMMAND_OPTION } from '../status/proxy-command.ts';
import { statusJson } from '../status/screen.ts';

export const verify: TerminalCommand = {
  help: {
    name: 'verify',
    usage: 'verify [options]',
    summary: 'Verify that the running containers have the values stored in 1Password. Changes nothing.',
    operands: [],
    options: [
      ...PROJECT_OPTIONS,
      ENVIRONMENT_OPTION,
      {
        name: 'version',
        value: 'VERSION',
        help: 'The version that should be running. Default: whichever is running.',
      },
      PROXY_COMMAND_OPTION,
      { name: 'json', help: 'Print the result as JSON (docs/status.schema.json).' },
      ...COMMON_OPTIONS,
    ],
    examples: [
      {
        line: 'verify -d production',
        does: 'use your SSH agent and OP_SERVICE_ACCOUNT_TOKEN',
      },
      { line: 'verify --version $(git rev-parse HEAD)', does: 'also verify that this commit is what runs' },
    ],
  },
  async run(given, terminal) {
    const options = chosenProject(given, terminal);
    const project = readProject(options);
    const looked = await look(
      project,
      {
        ...options,
        ...environmentOption(given),
        version: given.value('version') ?? null,
        withoutSecrets: true,
        ...askingOf(given),
      },
      terminal,
    );
    const problems = looked.statuses.flatMap(({ servers }) => servers?.problems ?? []);
    const unknown = looked.statuses.some(({ servers }) => servers === null);
    if (given.has('json')) terminal.out(statusJson(looked));
    else show(looked, new Screen(given, terminal), terminal);
    if (problems.length > 0) return EXIT.findings;
    return unknown ? EXIT.failed : EXIT.clean;
  },
};

function show(looked: Awaited<ReturnType<typeof look>>, screen: Screen, terminal: Terminal): void {
  const problems = looked.statuses.flatMap(({ servers }) => servers?.problems ?? []);
  const { colours } = screen;
  if (problems.length > 0)
    terminal.out(
      `${colours.error('✗')} ${colours.bold(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} on the servers.`)}\n\n`,
    );
  for (const { servers, destination } of looked.statuses) {
    const where = destination === null ? '' : ` of ${destination}`;
    if (servers?.ok === true) {
      const secrets = new Set(servers.secrets.map(({ secret }) => secret)).size;
      terminal.out(
        `${colours.good('✓')} Version ${visible(servers.version ?? 'unknown')}${where} runs on ${servers.servers.length} ${servers.servers.length === 1 ? 'host' : 'hosts'}, with ${secrets} ${secrets === 1 ? 'secret' : 'secrets'} in its containers.\n`,
      );
    }
    for (const sentence of problemsInWords(servers?.problems ?? []).sentences)
      terminal.out(`  ${colours.error('✗')} ${screen.sentence(sentence, 4)}\n`);
  }
  for (const note of looked.notes) terminal.err(`${colours.faint('·')} ${screen.sentence(note, 2)}\n`);
  if (problems.length > 0)
    terminal.out(
      screen.lists(problemsInWords(problems).next) +
        screen.next('work through the list, then run verify again.'),
    );
}
