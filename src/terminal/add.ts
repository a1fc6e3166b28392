import { checkProject, type CheckProjectOptions, readProject } from '../check-project.ts';
import { Failure } from '../failure.ts';
import { planAdd } from '../parity/add.ts';
import { list } from '../parity/wording.ts';
import { addPrompt } from './add-prompt.ts';
import { diffOf, writeChanges } from './changes.ts';
import { type Command, EXIT } from './command.ts';
import { applied, sourcesOf } from './project-edits.ts';
import { secretNameOf } from './secret-name.ts';
import { COMMON_OPTIONS, PROJECT_OPTIONS, projectOptions } from './shared-options.ts';

export const add: Command = {
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

    const plan = planAdd(project, { name, alias, role: given.value('role') ?? null, destinations });
    const sources = sourcesOf(project);
    const changed = applied(sources, plan.edits);
    const report = checkProject({ ...options, overlay: changed });
    verify(report.destinations, destinations, name, alias, plan.manual);
    if (given.has('prompt')) {
      const diff = diffOf(sources, changed, report.sensitive);
      terminal.out(
        addPrompt({
          name: alias ?? name,
          diff,
          manual: plan.manual,
          human: plan.human,
          files: [...changed.keys()],
        }),
      );
      return EXIT.clean;
    }
    if (given.has('json')) {
      if (!given.has('dry-run')) writeChanges(options.root, sources, changed);
      terminal.out(
        `${JSON.stringify({ schemaVersion: 1, written: !given.has('dry-run'), files: [...changed.keys()], diff: diffOf(sources, changed, report.sensitive), human: plan.human, manual: plan.manual }, null, 2)}\n`,
      );
      return plan.manual.length > 0 ? EXIT.findings : EXIT.clean;
    }
    if (given.has('dry-run')) terminal.out(diffOf(sources, changed, report.sensitive));
    else writeChanges(options.root, sources, changed);

    const say = given.has('dry-run') ? terminal.err : terminal.out;
    if (changed.size === 0 && plan.manual.length === 0) say(`${name} is everywhere already.\n`);
    else if (changed.size > 0)
      say(`${given.has('dry-run') ? 'Would add' : 'Added'} ${name} in ${list([...changed.keys()])}.\n`);
    if (plan.alsoFor.length > 0)
      say(
        `The list in the deploy file serves ${list(plan.alsoFor.map((each) => each ?? 'the deploy without a destination'))} too, so it is added there as well.\n`,
      );
    if (plan.manual.length > 0)
      say(`\nLeft to do in the files:\n${plan.manual.map((each) => `  - ${each}\n`).join('')}`);
    if (plan.human.length > 0) say(`\nFor you:\n${plan.human.map((each) => `  [ ] ${each}\n`).join('')}`);
    return plan.manual.length > 0 ? EXIT.findings : EXIT.clean;
  },
};

/** Nothing is written before the result has been read again and found to be what was asked for. */
function verify(
  reports: ReturnType<typeof checkProject>['destinations'],
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
