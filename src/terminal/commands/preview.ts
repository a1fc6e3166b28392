import { type Arguments, type TerminalCommand, EXIT, type Terminal } from '../ui/command.ts';
import { UsageError } from '../ui/arguments.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import { Screen } from '../ui/screen.ts';
import { COMMON_OPTIONS, PROJECT_OPTIONS } from '../ui/shared-options.ts';
import { NUMBER } from '../../previews/identity.ts';
import { openPreviews, POLICY_OPTIONS } from '../preview/open-previews.ts';
import { problemLines, previewLine, sweepJson } from '../preview/screen.ts';

export const preview: TerminalCommand = {
  help: {
    name: 'preview',
    usage: 'preview list | remove NUMBER | sweep [options]',
    summary:
      'List the previews on the servers, remove one, or remove those that no pull request wants any more.',
    operands: ['ACTION', '[NUMBER]'],
    options: [
      ...PROJECT_OPTIONS.filter(({ name }) => name !== 'all-destinations'),
      ...POLICY_OPTIONS,
      {
        name: 'teardown',
        value: 'COMMAND',
        help: 'Run this in the container of a preview before it is removed.',
      },
      { name: 'dry-run', short: 'n', help: 'Say what would be removed, and remove nothing.' },
      { name: 'json', help: 'Write it as JSON (docs/preview.schema.json).' },
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'preview list', does: 'with your SSH agent, and what GitHub says where GITHUB_TOKEN is set' },
      { line: 'preview remove 12', does: 'whatever pull request 12 wants' },
      { line: 'preview sweep --dry-run', does: 'what a sweep would remove, and why' },
    ],
  },
  async run(given, terminal) {
    const [action = '', number] = given.operands;
    if (!['list', 'remove', 'sweep'].includes(action))
      throw new UsageError(`preview takes list, remove or sweep, not “${action}”.`);
    if ((action === 'remove') !== (number !== undefined))
      throw new UsageError(
        action === 'remove'
          ? 'preview remove needs the NUMBER of a pull request.'
          : `preview ${action} takes no number.`,
      );
    if (number !== undefined && !NUMBER.test(number))
      throw new UsageError(`The number of a pull request is digits, such as 12, not “${number}”.`);
    const previews = await openPreviews(given, terminal);
    const removesOne = number === undefined ? null : Number(number);
    return tell(
      action,
      given,
      terminal,
      await previews(action === 'list' || given.has('dry-run'), removesOne),
    );
  },
};

function tell(
  action: string,
  given: Arguments,
  terminal: Terminal,
  sweep: Awaited<ReturnType<Awaited<ReturnType<typeof openPreviews>>>>,
): number {
  const problems = action === 'list' ? problemLines({ ...sweep, settled: [] }) : problemLines(sweep);
  if (given.has('json')) terminal.out(jsonDocument(sweepJson(sweep, problems)));
  else {
    const screen = new Screen(given, terminal);
    for (const each of sweep.settled) terminal.out(`${screen.sentence(previewLine(each, action), 0)}\n`);
    if (sweep.settled.length === 0) terminal.out('There is no preview of this repository.\n');
    for (const place of sweep.survey.unmarked)
      terminal.out(`${screen.sentence(`${place}: deployed by hand, and left alone`, 0)}\n`);
    for (const problem of problems)
      terminal.err(`${screen.colours.error('✗')} ${screen.sentence(problem, 2)}\n`);
  }
  return problems.length > 0 ? EXIT.findings : EXIT.clean;
}
