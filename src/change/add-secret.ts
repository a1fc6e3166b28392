/** Adds a secret in all its places: plans the edits, reads the result again, and says what a person does. */
import { readProject } from '../files/read-project.ts';
import { lineNumber } from '../files/workflow/lines.ts';
import { didYouMean } from '../base/text/did-you-mean.ts';
import { Failure } from '../base/failure.ts';
import { check } from '../parity/check.ts';
import { planAdd, rolesOf } from '../parity/edits/add.ts';
import type { Report } from '../parity/report/report.ts';
import { concealedIn } from '../parity/secrecy/concealed.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import { needsOp, secretsWriter } from '../parity/workflow.ts';
import { diffOf } from './changes.ts';
import { passInWorkflows } from './pass-in-workflows.ts';
import type { PlannedChange } from './planned-change.ts';
import { applied, type CheckProjectOptions, sourcesOf, withTexts } from './project-edits.ts';

export interface SecretToAdd {
  /** What the container gets. */
  readonly name: string;
  /** The secret that the name is an alias of, if it is one. */
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
  // Lists the destinations, if a named one does not exist.
  if (Array.isArray(asked.destinations)) readProject({ ...options, destinations: asked.destinations });

  const roles = rolesOf(project);
  if (role !== null && roles !== null && !roles.includes(role))
    throw new Failure(
      'role-not-found',
      `There is no role ${role}. The roles are: ${roles.join(', ')}.${didYouMean(role, roles)}`,
      {
        agent: ['Use one of these roles, or add the role to the deploy file first. Nothing was changed.'],
      },
    );
  const plan = planAdd(project, { name, alias, role, destinations });
  const sources = sourcesOf(project);
  const changed = applied(sources, plan.edits);
  const passed = passInWorkflows(options, changed, alias ?? name);
  const isThere = plan.edits.length === 0 && plan.manual.length === 0;
  const manual = [
    ...plan.manual,
    ...passed.manual,
    ...(isThere ? [] : writtenByJobs(project, alias ?? name)),
  ];
  for (const [file, text] of passed.texts) changed.set(file, text);
  for (const workflow of project.workflows) sources.set(workflow.source.path, workflow.source);
  const report = check(readProject({ ...options, overlay: withTexts(options, changed) }), options);
  if (manual.length === 0) verify(report.destinations, destinations, name, alias);
  return {
    changed,
    sources,
    diff: diffOf(sources, changed, concealedIn(project).spans),
    human: [...plan.human, ...passed.human],
    manual,
    isIncomplete: manual.length > 0,
    alsoFor: plan.alsoFor,
    asksVault: project.destinations.some(needsOp),
  };
}

/** A job that writes the secrets file in its place: what it writes has to have the name too, and no edit here reaches that. */
function writtenByJobs(project: ProjectReadings, name: string): string[] {
  return [
    ...new Set(
      project.destinations.flatMap((readings) => {
        const writer = secretsWriter(project, readings);
        if (writer === null) return [];
        const { step, file } = writer;
        const source = project.workflows.find((each) => each.source.path === step.span.file)?.source;
        const line = source === undefined ? 1 : lineNumber(source.text, step.span.start);
        const from = /\bcp (?:-\w+ )*(\S*\.kamal\/\S+) /.exec(step.run ?? '')?.[1];
        return [
          `${step.span.file}:${line}: a job writes ${file} there${from === undefined ? '' : ` from ${from}`}, and Kamal reads that: ${from === undefined ? `let what it writes have ${name}` : `assign ${name} in ${from}`}, and pass it in the job.`,
        ];
      }),
    ),
  ];
}

/** Nothing is written before the result has been read again and found to be what was asked for. */
function verify(
  reports: Report['destinations'],
  destinations: readonly (string | null)[],
  name: string,
  alias: string | null,
): void {
  for (const { destination, secrets } of reports) {
    if (!destinations.includes(destination)) continue;
    const row = secrets.find((each) => each.name === (alias ?? name));
    if (row?.consumed.some(({ container }) => container === name) === true && row.assigned.length > 0)
      continue;
    throw new Failure(
      'cannot-add',
      `${name} could not be added in a way that Kamal would read, so no file was changed.`,
      {
        agent: [
          `Add ${name} by hand to the secrets file and to env.secret of the deploy file, then run \`kamal-1password check\`.`,
        ],
      },
    );
  }
}
