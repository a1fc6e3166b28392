/** The tools of the server: the commands of the terminal that read or edit files. None of them deploys. */
import type { Redaction } from '../base/redaction.ts';
import { BoundedFiles } from '../base/bounded-file.ts';
import { Failure } from '../base/failure.ts';
import { closest } from '../base/text/did-you-mean.ts';
import { VERSION } from '../base/version.ts';
import { addSecret } from '../change/add-secret.ts';
import { changeName, type NameChange, removing, renaming } from '../change/change-name.ts';
import { writeChanges } from '../change/changes.ts';
import { fixAll, fixDocument } from '../change/fix-all.ts';
import { changeDocument, type PlannedChange, writeChange } from '../change/planned-change.ts';
import type { CheckProjectOptions } from '../change/project-edits.ts';
import { readProject } from '../files/read-project.ts';
import { issuedCredentialsIn } from '../parity/credential.ts';
import { EXPLAINED_IDS, explainedById } from '../kamal/diagnosis/explained-by-id.ts';
import { factsFor } from '../kamal/diagnosis/deploy-file-facts.ts';
import { diagnose } from '../kamal/diagnosis/diagnose.ts';
import { diagnosisDocument } from '../kamal/diagnosis/diagnosis.ts';
import { check } from '../parity/check.ts';
import { distinctFindings, type Report } from '../parity/report/report.ts';
import { ruleById, rules } from '../parity/rules.ts';
import { documentOf } from '../report/formats/document.ts';
import { reportToJson } from '../report/formats/json.ts';
import { ruleDocument } from '../report/formats/rule.ts';
import type { Answer } from './answer.ts';
import { type AgentSettings, folderOptions, projectOptions, type ToolInput } from './project.ts';
import {
  answerSchema,
  DESTINATIONS_INPUT,
  inputSchema,
  type ObjectSchema,
  PROJECT_INPUT,
  secretInput,
  WRITE_INPUT,
} from './schemas.ts';

/** What a tool was given; its schema says which of these there are. */
export interface ToolArguments extends ToolInput {
  readonly name?: string;
  readonly newName?: string;
  readonly alias?: string;
  readonly role?: string;
  readonly write?: boolean;
  readonly live?: boolean;
  readonly log?: string;
  readonly file?: string;
  readonly exitCode?: number;
}

export interface Tool {
  readonly title: string;
  readonly description: string;
  readonly input: ObjectSchema;
  readonly output: ObjectSchema;
  /** Whether it writes files if asked to. */
  readonly edits: boolean;
  /** @throws Failure as the command of the same name */
  readonly run: (given: ToolArguments, settings: AgentSettings, veil: Redaction) => Answer | Promise<Answer>;
}

const DRY =
  'Edits nothing unless `write` is true: read the diff first. Reads the result again, and refuses what Kamal would not read as meant.';

/** By name. */
export function toolsFor({ readVault }: Pick<AgentSettings, 'readVault'>): Readonly<Record<string, Tool>> {
  return { check: checkTool(readVault), ...TOOLS_WITHOUT_VAULT };
}

function checkTool(readVault: AgentSettings['readVault']): Tool {
  return {
    title: 'Check the secrets',
    description:
      'Says what Kamal would make of the secrets, without running it or anything of the project: what is missing, where, and which edits fix it. The goal is 0 errors.',
    input: inputSchema({
      ...PROJECT_INPUT,
      ...DESTINATIONS_INPUT,
      ...(readVault === null
        ? {}
        : {
            live: {
              description: 'Ask 1Password too: names only; uses up requests. Default: false.',
              type: 'boolean',
              default: false,
            },
          }),
    }),
    output: answerSchema('report'),
    edits: false,
    async run(given, settings, veil) {
      const options = projectOptions(settings, given, veil);
      const project = readProject(options);
      const isLive = given.live === true && settings.readVault !== null;
      const report = check(isLive ? await settings.readVault(project) : project, options);
      return { result: reportToJson(report, VERSION), human: humanSteps(report) };
    },
  };
}

/** The tools that only read and edit the files of the project. */
const TOOLS_WITHOUT_VAULT: Readonly<Record<string, Tool>> = {
  explain: {
    title: 'Explain a rule or a cause',
    description: 'Says what a rule of `check` or a cause of `diagnose` means, and what to do about it.',
    input: inputSchema({ name: { description: 'The id, e.g. secret-missing.', type: 'string' } }, ['name']),
    output: answerSchema('explain'),
    edits: false,
    run: ({ name = '' }) => ({ result: explanationOf(name), human: [] }),
  },
  add: {
    title: 'Add a secret',
    description: `Adds a secret everywhere it is needed: the fetch, the extract line, the deploy file. ${DRY}`,
    input: inputSchema(
      {
        ...PROJECT_INPUT,
        name: secretInput('The variable that the container gets.'),
        alias: secretInput('The secret that it is looked up as, where that has another name.'),
        role: { description: 'Only for this role. Default: all roles.', type: 'string', minLength: 1 },
        ...DESTINATIONS_INPUT,
        ...WRITE_INPUT,
      },
      ['name'],
    ),
    output: answerSchema('change'),
    edits: true,
    run({ name = '', alias = null, role = null, ...given }, settings, veil) {
      const options = projectOptions(settings, given, veil);
      return changed(addSecret(options, { name, alias, role }), options, given);
    },
  },
  rename: {
    title: 'Rename a secret',
    description: `Renames a secret everywhere, in all destinations. ${DRY}`,
    input: inputSchema(
      {
        ...PROJECT_INPUT,
        name: { description: 'The current name.', type: 'string', minLength: 1 },
        newName: secretInput('The new name.'),
        ...WRITE_INPUT,
      },
      ['name', 'newName'],
    ),
    output: answerSchema('change'),
    edits: true,
    run: ({ name = '', newName = '', ...given }, settings, veil) =>
      renamed(renaming(name, newName), given, settings, veil),
  },
  remove: {
    title: 'Remove a secret',
    description: `Removes a secret everywhere, in all destinations. ${DRY}`,
    input: inputSchema(
      {
        ...PROJECT_INPUT,
        name: { description: 'The name.', type: 'string', minLength: 1 },
        ...WRITE_INPUT,
      },
      ['name'],
    ),
    output: answerSchema('change'),
    edits: true,
    run: ({ name = '', ...given }, settings, veil) => renamed(removing(name), given, settings, veil),
  },
  fix: {
    title: 'Fix findings',
    description: `Applies the known fixes for what \`check\` finds, and leaves the rest. ${DRY}`,
    input: inputSchema({ ...PROJECT_INPUT, ...DESTINATIONS_INPUT, ...WRITE_INPUT }),
    output: answerSchema('fix'),
    edits: true,
    run(given, settings, veil) {
      const options = projectOptions(settings, given, veil);
      const before = check(readProject(options), options);
      const fixed = fixAll(options, before);
      const writes = given.write === true;
      if (writes) writeChanges(options.root, before.sources, fixed.changed);
      const report = reportToJson(fixed.after, VERSION);
      return {
        result: documentOf({ ...fixDocument(fixed, before, writes), report }),
        human: [...fixed.made.flatMap(({ human }) => human), ...humanSteps(fixed.after)],
      };
    },
  },
  diagnose: {
    title: 'Name the cause of a failed deploy',
    description:
      'Names the cause of a failed run of Kamal from its output, and what to do next. Give the text as `log`, or a file of the repository as `file`.',
    input: inputSchema({
      ...PROJECT_INPUT,
      log: { description: 'What Kamal printed.', type: 'string' },
      file: { description: 'A file with it, from the folder of the server.', type: 'string', minLength: 1 },
      exitCode: { description: 'How Kamal ended, if that is known.', type: 'integer', minimum: 0 },
    }),
    output: answerSchema('diagnosis'),
    edits: false,
    run({ log, file, exitCode, ...given }, settings, veil) {
      const text = log ?? logOf(settings.root, file);
      veil.hide(issuedCredentialsIn(text));
      const project = settings.projectFacts(folderOptions(settings, given, veil));
      const ending = exitCode === undefined ? {} : { exitCode };
      const found = diagnose(text, { ...ending, ...factsFor(text, project) });
      return { result: documentOf(diagnosisDocument(found)), human: found.next.human };
    },
  },
};

function renamed(change: NameChange, given: ToolArguments, settings: AgentSettings, veil: Redaction): Answer {
  const options = projectOptions(settings, given, veil);
  return changed(changeName(change, options), options, given);
}

function changed(planned: PlannedChange, { root }: CheckProjectOptions, { write }: ToolArguments): Answer {
  const writes = write === true;
  if (writes) writeChange(root, planned);
  return { result: documentOf(changeDocument(planned, writes)), human: planned.human };
}

/** What a person does about the findings, each once. */
function humanSteps(report: Report): string[] {
  const fixes = distinctFindings(report).flatMap(({ finding }) => finding.fixes);
  return [...new Set(fixes.filter(({ actor }) => actor === 'human').map(({ title }) => title))];
}

/** The document of `explain --json`. @throws Failure `explanation-not-found` */
export function explanationOf(name: string): object {
  const rule = ruleById(name);
  const cause = explainedById(name);
  if (rule === null && cause === null) {
    const meant = closest(name, [...Object.keys(rules), ...EXPLAINED_IDS]);
    throw new Failure('explanation-not-found', `No rule or cause is called “${name}”.`, {
      agent: [meant === null ? 'The resources of this server list all of them.' : `Use ${meant}.`],
    });
  }
  return documentOf({ rule: rule === null ? null : ruleDocument(rule), cause });
}

/** @throws Failure `log-missing`, and what reading it throws */
function logOf(root: string, file: string | undefined): string {
  const bytes = file === undefined ? null : new BoundedFiles(root).bytes(`${root}/${file}`, file);
  if (bytes !== null) return bytes.toString('utf8');
  throw new Failure('log-missing', file === undefined ? 'There is no log.' : `There is no file ${file}.`, {
    agent: ['Give what Kamal printed as `log`, or the file that it was written to as `file`.'],
  });
}
