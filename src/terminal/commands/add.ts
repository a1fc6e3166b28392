import { addPrompt } from '../../change/add-prompt.ts';
import { addSecret } from '../../change/add-secret.ts';
import { changeDocument, writeChange } from '../../change/planned-change.ts';
import { list } from '../../parity/wording.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import { destinationName } from '../../report/parts/verdict-line.ts';
import { changeSteps } from '../change/change-steps.ts';
import { type TerminalCommand, EXIT, type Arguments, type Terminal } from '../ui/command.ts';
import { Screen } from '../ui/screen.ts';
import { secretNameOf } from '../ui/secret-name.ts';
import { chosenProject } from '../ui/chosen-project.ts';
import { COMMON_OPTIONS, PROJECT_OPTIONS } from '../ui/shared-options.ts';

export const add: TerminalCommand = {
  help: {
    name: 'add',
    usage: 'add NAME [options]',
    summary: 'Add a secret everywhere it is needed: the fetch line, the extract line and the deploy file.',
    operands: ['NAME'],
    options: [
      ...PROJECT_OPTIONS,
      {
        name: 'alias',
        value: 'SECRET',
        help: 'Name the variable NAME in the container, with the value of SECRET (`NAME:SECRET`).',
      },
      { name: 'role', short: 'r', value: 'ROLE', help: 'Only for this role. Default: all roles.' },
      { name: 'prompt', help: 'Edit nothing; print a prompt for a coding agent instead.' },
      { name: 'json', help: 'Print the result as JSON (docs/change.schema.json).' },
      { name: 'dry-run', short: 'n', help: 'Show the edits as a diff; write nothing.' },
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'add STRIPE_KEY', does: 'add it for every destination' },
      { line: 'add QUEUE_URL --role worker -d staging', does: 'add it for the workers in staging' },
      { line: 'add STRIPE_KEY --prompt | pbcopy', does: 'copy a prompt for a coding agent' },
    ],
  },
  run(given, terminal) {
    const [name = ''] = given.operands;
    const alias = given.value('alias') ?? null;
    [name, ...given.values('alias')].forEach(secretNameOf);
    const options = chosenProject(given, terminal);
    const planned = addSecret(options, { name, alias, role: given.value('role') ?? null });
    const { diff, manual, human } = planned;
    const files = [...planned.changed.keys()];
    const prompt = given.has('prompt')
      ? addPrompt({ name: alias ?? name, diff, manual, human, files })
      : null;
    // Half of the places would deploy nothing, or a blank.
    const isRefused = manual.length > 0;
    const writes = prompt === null && !given.has('dry-run') && !isRefused;
    if (given.has('json')) {
      if (writes) writeChange(options.root, planned);
      terminal.out(jsonDocument(changeDocument(planned, writes, prompt)));
      return isRefused && prompt === null ? EXIT.findings : EXIT.clean;
    }
    if (prompt !== null) {
      terminal.out(prompt);
      return EXIT.clean;
    }
    if (writes) writeChange(options.root, planned);
    show(name, planned, writes, { given, terminal });
    return isRefused ? EXIT.findings : EXIT.clean;
  },
};

function show(
  name: string,
  { changed, diff, manual, human, alsoFor, asksVault }: ReturnType<typeof addSecret>,
  writes: boolean,
  { given, terminal }: { readonly given: Arguments; readonly terminal: Terminal },
): void {
  const files = [...changed.keys()];
  const screen = new Screen(given, terminal);
  // Only the diff goes to standard output, because it can be piped into another program.
  const say = given.has('dry-run') ? terminal.err : terminal.out;
  if (files.length === 0 && manual.length === 0) say(`${name} is already set up everywhere.\n`);
  else if (manual.length > 0) say(`${name} needs more than edits can do, so nothing was written.\n`);
  else say(`${writes ? 'Added' : 'Would add'} ${name} in ${list(files)}.\n`);
  if (alsoFor.length > 0)
    say(
      `${screen.sentence(`${list(alsoFor.map(destinationName))} use the same list in the deploy file, so they get it too.`, 0)}\n`,
    );
  if (!writes && files.length > 0) {
    say('\n');
    terminal.out(screen.diff(diff));
  }
  say(changeSteps({ manual, human, written: writes, asksVault, refused: manual.length > 0 }, screen));
}
