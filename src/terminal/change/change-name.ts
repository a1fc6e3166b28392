/** What renaming and removing have in common on a terminal: show or write the change, say what is left to do. */
import { changeDocument, writeChange } from '../../change/planned-change.ts';
import { changeName, type NameChange } from '../../change/change-name.ts';
import { list } from '../../parity/wording.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import { type Arguments, EXIT, type Option, type Terminal } from '../ui/command.ts';
import { Screen } from '../ui/screen.ts';
import { chosenProject } from '../ui/chosen-project.ts';
import { COMMON_OPTIONS, PROJECT_OPTIONS } from '../ui/shared-options.ts';
import { changeSteps } from './change-steps.ts';

/** The options of both. */
export const CHANGE_OPTIONS: readonly Option[] = [
  ...PROJECT_OPTIONS.filter(({ name }) => !name.includes('destination')),
  { name: 'dry-run', short: 'n', help: 'Show the edits as a diff; write nothing.' },
  { name: 'json', help: 'Print the result as JSON (docs/change.schema.json).' },
  ...COMMON_OPTIONS,
];

export interface ShownChange {
  readonly change: NameChange;
  /** “Renamed A to B”, “Would rename A to B”. */
  readonly done: string;
  readonly wouldDo: string;
}

/** Returns the exit code: 1 where something is left to do by hand. @throws Failure where nothing may be done */
export function showChange(
  { change, done, wouldDo }: ShownChange,
  given: Arguments,
  terminal: Terminal,
): number {
  const options = chosenProject(given, terminal);
  const planned = changeName(change, options);
  const { changed, human, manual, diff, isIncomplete, asksVault } = planned;
  const dry = given.has('dry-run');
  if (!dry) writeChange(options.root, planned);
  if (given.has('json')) {
    terminal.out(jsonDocument(changeDocument(planned, !dry)));
    return isIncomplete ? EXIT.findings : EXIT.clean;
  }
  const screen = new Screen(given, terminal);
  const say = dry ? terminal.err : terminal.out;
  say(`${dry ? wouldDo : done} in ${list([...changed.keys()])}.\n`);
  if (dry) {
    say('\n');
    terminal.out(screen.diff(diff));
  }
  say(changeSteps({ manual, human, written: !dry, asksVault }, screen));
  return isIncomplete ? EXIT.findings : EXIT.clean;
}
