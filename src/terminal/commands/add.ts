import { addPrompt } from '../../change/add-prompt.ts';
import { addSecret } from '../../change/add-secret.ts';
import { changeDocument, writeChange } from '../../change/planned-change.ts';
import { list } from '../../parity/wording.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import { destinationName } from '../../report/parts/verdict-line.ts';
import { changeSteps } from '../change/change-steps.ts';
import { type TerminalCommand, EXIT } from '../ui/command.ts';
import { Screen } from '../ui/screen.ts';
import { secretNameOf } from '../ui/secret-name.ts';
import { COMMON_OPTIONS, PROJECT_OPTIONS, projectOptions } from '../ui/shared-options.ts';

export const add: TerminalCommand = {
  help: {
    name: 'add',
    usage: 'add NAME [options]',
    summary: 'Add a secret in all its places: the fetch, the extract line, the deploy file.',
    operands: ['NAME'],
    options: [
      ...PROJECT_OPTIONS,
      {
        name: 'alias',
        value: 'SECRET',
        help: 'Give the container NAME with the value of SECRET (`NAME:SECRET`).',
      },
      { name: 'role', short: 'r', value: 'ROLE', help: 'For this role alone. Default: all roles.' },
      { name: 'prompt', help: 'Edit nothing; print what to tell a coding agent instead.' },
      { name: 'json', help: 'Say what was done as JSON (docs/change.schema.json).' },
      { name: 'dry-run', short: 'n', help: 'Show the edits as a diff and write nothing.' },
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'add STRIPE_KEY', does: 'for every destination' },
      { line: 'add QUEUE_URL --role worker -d staging', does: 'for the workers of staging' },
      { line: 'add STRIPE_KEY --prompt | pbcopy', does: 'a prompt for a coding agent' },
    ],
  },
  run(given, terminal) {
    const [name = ''] = given.operands;
    const alias = given.value('alias') ?? null;
    for (const each of [name, alias]) if (each !== null) secretNameOf(each);
    const options = projectOptions(given, terminal);
    const planned = addSecret(options, { name, alias, role: given.value('role') ?? null });
    const { diff, manual, human, alsoFor, asksVault } = planned;
    const files = [...planned.changed.keys()];
    const prompt = given.has('prompt')
      ? addPrompt({ name: alias ?? name, diff, manual, human, files })
      : null;
    const writes = prompt === null && !given.has('dry-run');
    if (given.has('json')) {
      if (writes) writeChange(options.root, planned);
      terminal.out(jsonDocument(changeDocument(planned, writes, prompt)));
      return manual.length > 0 && prompt === null ? EXIT.findings : EXIT.clean;
    }
    if (prompt !== null) {
      terminal.out(prompt);
      return EXIT.clean;
    }
    const screen = new Screen(given, terminal);
    // The diff alone goes to standard output where it may be meant for another program.
    const say = writes ? terminal.out : terminal.err;
    if (writes) writeChange(options.root, planned);
    if (files.length === 0 && manual.length === 0) say(`${name} is everywhere already.\n`);
    else if (files.length > 0) say(`${writes ? 'Added' : 'Would add'} ${name} in ${list(files)}.\n`);
    else say(`${name} cannot be added by edits: nothing was written.\n`);
    if (alsoFor.length > 0)
      say(
        `${screen.sentence(`The list in the deploy file serves ${list(alsoFor.map(destinationName))} too, so it is added there as well.`, 0)}\n`,
      );
    if (!writes && files.length > 0) {
      say('\n');
      terminal.out(screen.diff(diff));
    }
    say(changeSteps({ manual, human, written: writes, asksVault }, screen));
    return manual.length > 0 ? EXIT.findings : EXIT.clean;
  },
};
