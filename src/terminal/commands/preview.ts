import { type Arguments, type TerminalCommand, EXIT, type Terminal } from '../ui/command.ts';
import { UsageError } from '../ui/arguments.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import { Screen } from '../ui/screen.ts';
import { COMMON_OPTIONS, PROJECT_OPTIONS } from '../ui/shared-options.ts';
import { NUMBER } from '../../previews/identity.ts';
import { withProgress } from '../ui/progress.ts';
import { openPreviews, POLICY_OPTIONS } from '../preview/open-previews.ts';
import { problemsOf } from '../../previews/settle.ts';
import { previewLine, sweepJson } from '../preview/screen.ts';

/** What is done in the meantime, by action. */
const WAITING: Readonly<Record<string, string>> = {
  list: 'Reading the servers',
  remove: 'Removing the preview',
  sweep: 'Sweeping the servers',
};

export const preview: TerminalCommand = {
  help: {
    name: 'preview',
    usage: 'preview list | remove NUMBER | sweep [options]',
    summary:
      'List the previews on the servers, remove one, or remove those that no pull request needs any more.',
    operands: ['ACTION', '[NUMBER]'],
    options: [
      ...PROJECT_OPTIONS.filter(({ name }) => name !== 'all-destinations'),
      ...POLICY_OPTIONS,
      {
        name: 'teardown',
        value: 'COMMAND',
        help: "Run this command in a preview's container before removing it.",
      },
      { name: 'dry-run', short: 'n', help: 'Show what would be removed; remove nothing.' },
      { name: 'json', help: 'Print the result as JSON (docs/preview.schema.json).' },
      ...COMMON_OPTIONS,
    ],
    examples: [
      {
        line: 'preview list',
        does: 'list them; asks GitHub too if GITHUB_TOKEN is set',
      },
      { line: 'preview remove 12', does: 'remove it even if pull request 12 still needs it' },
      { line: 'preview sweep --dry-run', does: 'show what a sweep would remove, and why' },
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
      throw new UsageError(`The number of a pull request looks like 12, not “${number}”.`);
    const previews = await openPreviews(given, terminal);
    const removesOne = number === undefined ? null : Number(number);
    const sweep = await withProgress(WAITING[action] ?? '', terminal, () =>
      previews(action === 'list' || given.has('dry-run'), removesOne),
    );
    return tell(action, given, terminal, sweep);
  },
};

function tell(
  action: string,
  given: Arguments,
  terminal: Terminal,
  sweep: Awaited<ReturnType<Awaited<ReturnType<typeof openPreviews>>>>,
): number {
  const problems = action === 'list' ? problemsOf({ ...sweep, settled: [] }) : problemsOf(sweep);
  if (given.has('json')) terminal.out(jsonDocument(sweepJson(sweep, problems)));
  else {
    const screen = new Screen(given, terminal);
    for (const each of sweep.settled) terminal.out(`${screen.sentence(previewLine(each, action), 0)}\n`);
    if (sweep.settled.length === 0) terminal.out('This repository has no previews.\n');
    const { unmarked, ofOthers } = sweep.survey;
    const told = [
      ...unmarked.map((place) => `${place}: deployed by hand, so it is left alone`),
      ...ofOthers.map((place) => `${place}, another project of this repository: it is left alone`),
    ];
    for (const each of told) terminal.out(`${screen.sentence(each, 0)}\n`);
    for (const problem of problems)
      terminal.err(`${screen.colours.error('✗')} ${screen.sentence(problem, 2)}\n`);
  }
  return problems.length > 0 ? EXIT.findings : EXIT.clean;
}
