import {
  COMMON_OPTIONS,
  PROJECT_OPTIONS,
  projectOptions,
  type CheckProjectOptions,
} from '../ui/shared-options.ts';
import { readProject } from '../../files/read-project.ts';
import { check } from '../../parity/check.ts';
import type { Report } from '../../parity/report/report.ts';
import { Failure } from '../../base/failure.ts';
import { concealedIn } from '../../parity/secrecy/concealed.ts';
import { planAdd, rolesOf } from '../../parity/edits/add.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { needsOp, secretsWriter } from '../../parity/workflow.ts';
import { list } from '../../parity/wording.ts';
import { destinationName } from '../../report/parts/verdict-line.ts';
import { passInWorkflows } from '../change/pass-in-workflows.ts';
import { addPrompt } from '../change/add-prompt.ts';
import { changeSteps } from '../change/change-steps.ts';
import { diffOf, writeChanges } from '../change/changes.ts';
import { type TerminalCommand, EXIT } from '../ui/command.ts';
import { jsonDocument } from '../ui/json.ts';
import { applied, sourcesOf } from '../change/project-edits.ts';
import { Screen } from '../ui/screen.ts';
import { secretNameOf } from '../change/secret-name.ts';

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
    const asked = projectOptions(given, terminal);
    const options: CheckProjectOptions = { ...asked, destinations: 'all' };
    const project = readProject(options);
    const known = project.destinations.map(({ destination }) => destination);
    const destinations = Array.isArray(asked.destinations) ? asked.destinations : known;
    // Says which destinations there are, where one is named that there is not.
    if (Array.isArray(asked.destinations)) readProject({ ...options, destinations: asked.destinations });

    const role = given.value('role') ?? null;
    const roles = rolesOf(project);
    if (role !== null && roles !== null && !roles.includes(role))
      throw new Failure('role-not-found', `There is no role ${role}. There are: ${roles.join(', ')}.`, {
        agent: ['Name one of these roles, or add the role to the deploy file first. Nothing was changed.'],
      });
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
    const report = check(readProject({ ...options, overlay: changed }), options);
    verify(report.destinations, destinations, name, alias, manual);
    const diff = diffOf(sources, changed, concealedIn(project).spans);
    const human = [...plan.human, ...passed.human];
    const files = [...changed.keys()];
    const prompt = given.has('prompt')
      ? addPrompt({ name: alias ?? name, diff, manual, human, files })
      : null;
    // Half of the places would deploy nothing, or a blank.
    const writes = prompt === null && !given.has('dry-run') && manual.length === 0;
    if (given.has('json')) {
      if (writes) writeChanges(options.root, sources, changed);
      terminal.out(jsonDocument({ written: writes, files, diff, human, manual, prompt }));
      return manual.length > 0 && prompt === null ? EXIT.findings : EXIT.clean;
    }
    if (prompt !== null) {
      terminal.out(prompt);
      return EXIT.clean;
    }
    const screen = new Screen(given, terminal);
    // The diff alone goes to standard output where it may be meant for another program.
    const say = given.has('dry-run') ? terminal.err : terminal.out;
    if (writes) writeChanges(options.root, sources, changed);
    if (files.length === 0 && manual.length === 0) say(`${name} is everywhere already.\n`);
    else if (manual.length > 0) say(`${name} cannot be added by edits alone: nothing was written.\n`);
    else say(`${writes ? 'Added' : 'Would add'} ${name} in ${list(files)}.\n`);
    if (plan.alsoFor.length > 0)
      say(
        `${screen.sentence(`The list in the deploy file serves ${list(plan.alsoFor.map(destinationName))} too, so it is added there as well.`, 0)}\n`,
      );
    if (!writes && files.length > 0) {
      say('\n');
      terminal.out(screen.diff(diff));
    }
    const asksVault = project.destinations.some(needsOp);
    say(changeSteps({ manual, human, written: writes, asksVault, refused: manual.length > 0 }, screen));
    return manual.length > 0 ? EXIT.findings : EXIT.clean;
  },
};

/** A job that writes the secrets file in its place: what it writes has to have the name too, and no edit here reaches that. */
function writtenByJobs(project: ProjectReadings, name: string): string[] {
  return [
    ...new Set(
      project.destinations.flatMap((readings) => {
        const writer = secretsWriter(project, readings);
        if (writer === null) return [];
        const { step, file } = writer;
        const source = project.workflows.find((each) => each.source.path === step.span.file)?.source;
        const line = source === undefined ? 1 : source.text.slice(0, step.span.start).split('\n').length;
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
