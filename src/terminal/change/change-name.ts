/** What renaming and removing have in common: plan, read the result again, show or write it, say what is left to do. */
import { readProject } from '../../files/read-project.ts';
import { check } from '../../parity/check.ts';
import { Failure } from '../../base/failure.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import type { ChangePlan } from '../../parity/edits/rename.ts';
import type { Report } from '../../parity/report/report.ts';
import { needsOp } from '../../parity/workflow.ts';
import { list } from '../../parity/wording.ts';
import { changeSteps } from './change-steps.ts';
import { diffOf, writeChanges } from './changes.ts';
import { type Arguments, EXIT, type Option, type Terminal } from '../ui/command.ts';
import { jsonDocument } from '../ui/json.ts';
import { mentionsOf } from './mentions.ts';
import { applied, everyDestination, sourcesOf } from './project-edits.ts';
import { Screen } from '../ui/screen.ts';
import { COMMON_OPTIONS, PROJECT_OPTIONS, projectOptions } from '../ui/shared-options.ts';

/** The options of both. */
export const CHANGE_OPTIONS: readonly Option[] = [
  ...PROJECT_OPTIONS.filter(({ name }) => !name.includes('destination')),
  { name: 'dry-run', short: 'n', help: 'Show the edits as a diff and write nothing.' },
  { name: 'json', help: 'Say what was done as JSON (docs/change.schema.json).' },
  ...COMMON_OPTIONS,
];

export interface NameChange {
  /** The name as it stands in the files now. */
  readonly name: string;
  /** “Renamed A to B”, “Would rename A to B”. */
  readonly done: string;
  readonly wouldDo: string;
  readonly plan: (project: ProjectReadings) => ChangePlan;
  /** What a name of before is called afterwards; null where it is gone. */
  readonly after: (name: string) => string | null;
}

/** Returns the exit code: 1 where something is left to do by hand. @throws Failure where nothing may be done */
export function changeName(change: NameChange, given: Arguments, terminal: Terminal): number {
  const { options, project } = everyDestination(projectOptions(given, terminal));
  const plan = change.plan(project);
  if (plan.refused !== null)
    throw new Failure('cannot-change', plan.refused, {
      agent: ['Run `kamal-1password check --json` to see every name and where it stands.'],
    });
  const before = check(readProject(options), options);
  const sources = sourcesOf(project);
  const changed = applied(sources, plan.edits);
  const after = check(readProject({ ...options, overlay: changed }), options);
  const leftToDo = staysTheSame(change, before, after) ? [] : plan.manual;
  // Nothing is written that Kamal would read as anything but the same secrets under their new names.
  if (leftToDo.length === 0 && !staysTheSame(change, before, after)) throw notByEdits();
  const dry = given.has('dry-run');
  if (!dry) writeChanges(options.root, sources, changed);
  const mentions = mentionsOf(
    options.root,
    change.name,
    changed,
    readerOf(change.name, readProject({ ...options, overlay: changed })),
  );
  const { human } = plan;
  const manual = [...leftToDo, ...mentions];
  if (given.has('json')) {
    const diff = diffOf(sources, changed, before.sensitive);
    terminal.out(
      jsonDocument({ written: !dry, files: [...changed.keys()], diff, human, manual, prompt: null }),
    );
    return leftToDo.length > 0 ? EXIT.findings : EXIT.clean;
  }
  const screen = new Screen(given, terminal);
  const say = dry ? terminal.err : terminal.out;
  say(`${dry ? change.wouldDo : change.done} in ${list([...changed.keys()])}.\n`);
  if (dry) {
    say('\n');
    terminal.out(screen.diff(diffOf(sources, changed, before.sensitive)));
  }
  const asksVault = project.destinations.some(needsOp);
  say(changeSteps({ manual, human, written: !dry, asksVault }, screen));
  return leftToDo.length > 0 ? EXIT.findings : EXIT.clean;
}

/** The secrets file that reads a variable of the environment, by a reference or a command; null where none does. */
function readerOf(name: string, { destinations }: ProjectReadings): string | null {
  const word = new RegExp(`(?<!\\w)${name}(?!\\w)`);
  return (
    destinations
      .flatMap(({ secrets }) => secrets.assignments)
      .find(
        ({ references, commands }) =>
          references.some((each) => each.to === null && each.name === name) ||
          commands.some((command) => command.kind === 'shell' && word.test(command.text)),
      )?.span.file ?? null
  );
}

/**
 * Whether Kamal would read the same secrets but for the one name. Then the places that no edit reached (a template that
 * takes in a file which was edited) have followed.
 */
export function staysTheSame(
  { after: rename }: Pick<NameChange, 'after'>,
  before: Report,
  after: Report,
): boolean {
  const renamed = (names: readonly string[] | null): string | null =>
    names === null ? null : JSON.stringify(names.flatMap((name) => rename(name) ?? []).sort());
  const sorted = (names: readonly string[] | null): string | null =>
    names === null ? null : JSON.stringify([...names].sort());
  return before.destinations.every(({ kamal: was }, index) => {
    const now = after.destinations[index]?.kamal;
    if (now === undefined || was.loads !== now.loads) return false;
    if (was.secretsError !== null) {
      // What raised may be what was removed; whatever else raises has to be the same.
      const key = was.secretsError.key === null ? null : rename(was.secretsError.key);
      return key === null || key === now.secretsError?.key;
    }
    return (
      now.secretsError === null &&
      renamed(was.missing) === sorted(now.missing) &&
      renamed(was.empty) === sorted(now.empty) &&
      renamed(was.unused) === sorted(now.unused)
    );
  });
}

function notByEdits(): Failure {
  return new Failure(
    'cannot-change',
    'This cannot be done by edits in a way that Kamal would read as the same secrets: the files are left as they are.',
    {
      agent: [
        'Change the names by hand in the deploy file and the secrets file, then run kamal-1password check.',
      ],
    },
  );
}
