/** What renaming and removing a secret have in common: plan, read the result again, and say what is left to do. */
import { readProject } from '../files/read-project.ts';
import { Failure } from '../base/failure.ts';
import { check } from '../parity/check.ts';
import { planRemove } from '../parity/edits/remove.ts';
import { type ChangePlan, planRename } from '../parity/edits/rename.ts';
import type { Edit } from '../parity/model.ts';
import type { Report } from '../parity/report/report.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import { needsOp } from '../parity/workflow.ts';
import { diffOf } from './changes.ts';
import { mentionsOf } from './mentions.ts';
import type { PlannedChange } from './planned-change.ts';
import {
  applied,
  type CheckProjectOptions,
  everyDestination,
  sourcesOf,
  withTexts,
} from './project-edits.ts';

export interface NameChange {
  /** The name as it is in the files now. */
  readonly name: string;
  readonly plan: (project: ProjectReadings) => ChangePlan;
  /** What a name of before is called afterwards; null if it is gone. */
  readonly after: (name: string) => string | null;
}

export function renaming(from: string, to: string): NameChange {
  return {
    name: from,
    plan: (project) => planRename(project, from, to),
    after: (name) => (name === from ? to : name),
  };
}

export function removing(name: string): NameChange {
  return {
    name,
    plan: (project) => planRemove(project, name),
    after: (each) => (each === name ? null : each),
  };
}

export interface PlannedNameChange extends PlannedChange {
  /** What makes `changed` of the sources. */
  readonly edits: readonly Edit[];
  /** Whether the secrets files ask 1Password: then the check can ask it too. */
  readonly asksVault: boolean;
}

/** In all destinations. @throws Failure `cannot-change` where nothing may be done, and what `readProject` throws */
export function changeName(change: NameChange, asked: CheckProjectOptions): PlannedNameChange {
  const { options, project } = everyDestination(asked);
  const plan = change.plan(project);
  if (plan.refused !== null) throw new Failure('cannot-change', plan.refused);
  const before = check(project, options);
  const sources = sourcesOf(project);
  const changed = applied(sources, plan.edits);
  const after = check(readProject({ ...options, overlay: withTexts(options, changed) }), options);
  const stays = staysTheSame(change, before, after);
  const leftToDo = stays ? [] : plan.manual;
  // Nothing is written that Kamal would read as anything but the same secrets under their new names.
  if (leftToDo.length === 0 && !stays) throw notByEdits();
  const texts = withTexts(options, changed);
  const reader = readerOf(change.name, readProject({ ...options, overlay: texts }));
  const mentions = mentionsOf(options.root, change.name, texts, reader);
  return {
    changed,
    sources,
    edits: plan.edits,
    diff: diffOf(sources, changed, before.sensitive),
    human: plan.human,
    manual: [...leftToDo, ...mentions],
    isIncomplete: leftToDo.length > 0,
    asksVault: project.destinations.some(needsOp),
  };
}

/** The secrets file that reads a variable of the environment, by a reference or a command; null if none does. */
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
      // The removed line can be what raised; anything else that raises has to be the same.
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
    'No edit would keep the secrets the same for Kamal, so no file was changed.',
    {
      agent: [
        'Change the names by hand in the deploy file and the secrets file, then run `kamal-1password check`.',
      ],
    },
  );
}
