/** Adds a secret in all its places: plans the edits, reads the result again, and says what a person does. */
import { readProject } from '../files/read-project.ts';
import { Failure } from '../base/failure.ts';
import { check } from '../parity/check.ts';
import { planAdd, rolesOf } from '../parity/edits/add.ts';
import type { Report } from '../parity/report/report.ts';
import { concealedIn } from '../parity/secrecy/concealed.ts';
import { needsOp } from '../parity/workflow.ts';
import { diffOf } from './changes.ts';
import type { PlannedChange } from './planned-change.ts';
import { applied, type CheckProjectOptions, sourcesOf, withTexts } from './project-edits.ts';

export interface SecretToAdd {
  /** What the container gets. */
  readonly name: string;
  /** The secret it is looked up as, where that is another. */
  readonly alias: string | null;
  /** The role whose own list it goes to; null for the list of all roles. */
  readonly role: string | null;
}

export interface PlannedAdd extends PlannedChange {
  /** Destinations that were not asked for, but whose list is the same one. */
  readonly alsoFor: readonly (string | null)[];
  /** Whether the secrets files ask 1Password: then the check can ask it too. */
  readonly asksVault: boolean;
}

/**
 * @param asked `destinations` are those that are to have the secret; all of them where it names none
 * @throws Failure `role-not-found`, `destination-not-found`, `cannot-add`, and what `readProject` throws
 */
export function addSecret(asked: CheckProjectOptions, { name, alias, role }: SecretToAdd): PlannedAdd {
  const options: CheckProjectOptions = { ...asked, destinations: 'all' };
  const project = readProject(options);
  const known = project.destinations.map(({ destination }) => destination);
  const destinations = Array.isArray(asked.destinations) ? asked.destinations : known;
  // Says which destinations there are, where one is named that there is not.
  if (Array.isArray(asked.destinations)) readProject({ ...options, destinations: asked.destinations });

  const roles = rolesOf(project);
  if (role !== null && roles !== null && !roles.includes(role))
    throw new Failure('role-not-found', `There is no role ${role}. There are: ${roles.join(', ')}.`, {
      agent: ['Name one of these roles, or add the role to the deploy file first. Nothing was changed.'],
    });
  const plan = planAdd(project, { name, alias, role, destinations });
  const sources = sourcesOf(project);
  const changed = applied(sources, plan.edits);
  const passed = passInWorkflows(options, changed, alias ?? name);
  for (const [file, text] of passed.texts) changed.set(file, text);
  for (const workflow of project.workflows) sources.set(workflow.source.path, workflow.source);
  const report = check(readProject({ ...options, overlay: withTexts(options, changed) }), options);
  verify(report.destinations, destinations, name, alias, plan.manual);
  return {
    changed,
    sources,
    diff: diffOf(sources, changed, concealedIn(project).spans),
    human: [...plan.human, ...passed.human],
    manual: plan.manual,
    isIncomplete: plan.manual.length > 0,
    alsoFor: plan.alsoFor,
    asksVault: project.destinations.some(needsOp),
  };
}

/** The workflows pass on what the secrets file reads from the environment: the fixes of the check, and what a person does. */
function passInWorkflows(
  options: CheckProjectOptions,
  changed: ReadonlyMap<string, string>,
  name: string,
): { readonly texts: ReadonlyMap<string, string>; readonly human: readonly string[] } {
  const report = check(readProject({ ...options, overlay: withTexts(options, changed) }), options);
  const found = report.findings.filter(
    ({ rule, secret }) => rule === 'workflow-secret-not-passed' && secret === name,
  );
  const fixes = found.flatMap((finding) => finding.fixes);
  const edits = fixes.filter(({ actor }) => actor === 'agent').flatMap((fix) => fix.edits);
  return {
    texts: applied(report.sources, edits),
    human: [...new Set(fixes.filter(({ actor }) => actor === 'human').map(({ title }) => title))],
  };
}

/** Nothing is written before the result has been read again and found to be what was asked for. */
function verify(
  reports: Report['destinations'],
  destinations: readonly (string | null)[],
  name: string,
  alias: string | null,
  manual: readonly string[],
): void {
  if (manual.length > 0) return;
  for (const { destination, secrets } of reports) {
    if (!destinations.includes(destination)) continue;
    const row = secrets.find((each) => each.name === (alias ?? name));
    if (row?.consumed.some(({ container }) => container === name) === true && row.assigned.length > 0)
      continue;
    throw new Failure(
      'cannot-add',
      `${name} could not be added in a way that Kamal would read: the files are left as they are.`,
      {
        agent: [
          `Add ${name} by hand to the secrets file and to env.secret of the deploy file, then run kamal-1password check.`,
        ],
      },
    );
  }
}
