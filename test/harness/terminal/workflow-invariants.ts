/** What has to hold after `init`, whatever the workflows were: nothing is lost, nothing is dropped unsaid. */
import { expressionsIn, namesIn } from '../../../src/files/workflow/expression.ts';
import { readWorkflow } from '../../../src/files/workflow/read-workflow.ts';
import { parseYaml } from '../../../src/files/yaml/parser.ts';
import { checkedWith } from './checked.ts';
import type { WorkflowReading } from '../../../src/parity/model.ts';
import { type InitPlan, planInit } from '../../../src/terminal/init/init-plan.ts';
import { TemporaryProject } from '../parity/temporary-project.ts';
import { lintWorkflow } from './actionlint.ts';
import type { Files } from './workflow-projects.ts';

export interface Outcome {
  readonly violations: readonly string[];
  /** Whether a job was migrated, or all were left with a sentence. */
  readonly kind: 'migrated' | 'left';
}

/** Runs `init` on a project, writes what it plans, and runs it again. */
export async function outcomeOf(files: Files): Promise<Outcome> {
  using project = new TemporaryProject({ ...files, '.git/HEAD': 'ref: refs/heads/main\n' });
  const workflows = Object.entries(files).filter(([path]) => path.startsWith('.github/workflows/'));
  const errors = checkedWith(project.root);
  const plan = planned(project.root);
  const after = new Map(workflows);
  const created: Record<string, string> = {};
  for (const { path, before, after: text } of plan.changes) {
    if (after.has(path)) after.set(path, text);
    else if (before === null && path.startsWith('.github/workflows/')) created[path] = text;
  }
  const bad = [
    ...secretsGone(workflows, after, plan),
    ...secondDeploys(files, created),
    ...(await complaints(workflows, after, created)),
    ...pins(workflows, after, plan),
    ...workflows.flatMap(([path, text]) => changes(path, text, after.get(path) ?? '')),
  ];
  project.write(Object.fromEntries(plan.changes.map(({ path, after: text }) => [path, text])));
  const now = checkedWith(project.root);
  for (const error of now) if (!errors.includes(error)) bad.push(`the check finds a new error: ${error}`);
  for (const { path } of planned(project.root).changes) bad.push(`a second init changes ${path}`);
  const isMigrated = workflows.some(([path, text]) => after.get(path) !== text);
  if (!isMigrated && plan.left.length === 0) bad.push('nothing was migrated, and nothing says why');
  if (plan.left.length > 0)
    for (const { path } of plan.changes)
      if (path.startsWith('.kamal/')) bad.push(`${path} was changed, though a place that runs Kamal stays`);
  return { violations: bad, kind: isMigrated ? 'migrated' : 'left' };
}

function planned(root: string): InitPlan {
  return planInit({
    project: { root },
    values: {},
    secrets: [],
    vault: null,
    item: null,
    account: null,
    branch: 'main',
    moveAll: false,
    newWorkflow: false,
    environment: null,
    without: [],
  });
}

type Texts = readonly (readonly [path: string, text: string])[];

function secretsGone(workflows: Texts, after: ReadonlyMap<string, string>, { notes }: InitPlan): string[] {
  const said = notes.join('\n');
  const before = new Set(workflows.flatMap(([, text]) => [...namesIn(text, 'secrets')]));
  const now = new Set([...after.values()].flatMap((text) => [...namesIn(text, 'secrets')]));
  return [...before]
    .filter((name) => !now.has(name) && !said.includes(name))
    .map((name) => `gone without a word: secrets.${name}`);
}

function secondDeploys(files: Files, created: Files): string[] {
  return Object.values(files).some((text) => /kamal/i.test(text))
    ? Object.entries(created)
        .filter(([, text]) => text.includes('kamal-1password@') && !text.includes('command: check'))
        .map(([path]) => `a second workflow that deploys: ${path}`)
    : [];
}

async function complaints(
  workflows: Texts,
  after: ReadonlyMap<string, string>,
  created: Files,
): Promise<string[]> {
  const found: string[] = [];
  for (const [path, text] of [...after, ...Object.entries(created)]) {
    const old = workflows.find(([each]) => each === path)?.[1];
    const before = old === undefined ? [] : await messages(old, path);
    const now = await messages(text, path);
    if (before === null || now === null) continue;
    for (const message of new Set(now))
      if (count(now, message) > count(before, message)) found.push(`actionlint: ${path}: ${message}`);
  }
  return found;
}

/** Null where actionlint itself breaks, as it does on some workflows with both kinds of secrets. */
async function messages(text: string, path: string): Promise<string[] | null> {
  try {
    return (await lintWorkflow(text, path)).map(({ message }) => plain(message));
  } catch (error) {
    if (error instanceof Error && error.name === 'RuntimeError') return null;
    throw error;
  }
}

function plain(message: string): string {
  // What an object has is listed in the message, and what is declared changes that.
  return message.replace(/ in object type \{.*$/, '').replaceAll(/\d+/g, 'N');
}

function count(list: readonly string[], item: string): number {
  return list.filter((each) => each === item).length;
}

function pins(workflows: Texts, after: ReadonlyMap<string, string>, { notes }: InitPlan): string[] {
  const all = [...after.values(), ...notes].join('\n');
  return workflows.flatMap(([, text]) => {
    const pin = /gem install kamal (?:-v|--version)[ =]*["']?([\d.]+)/.exec(text)?.[1];
    return pin === undefined || all.includes(pin) ? [] : [`the version of Kamal is lost: ${pin}`];
  });
}

const OURS = /^[\w.-]+\/kamal-1password@/;

/** What may differ between a workflow and what became of it. */
function changes(path: string, before: string, after: string): string[] {
  if (before === after) return [];
  const [was, is] = [read(path, before), read(path, after)];
  if (was === null || is === null) return [`${path} cannot be read any more`];
  const bad: string[] = [];
  const known = new Set(expressionsIn(before).map((each) => each.text));
  for (const { text } of expressionsIn(after))
    if (
      !known.has(text) &&
      !/^\$\{\{ (?:secrets\.OP_SERVICE_ACCOUNT_TOKEN|github\.(?:sha|ref_name|run_number|run_id)) \}\}$/.test(
        text,
      )
    )
      bad.push(`a new expression: ${text}`);
  for (const [index, job] of is.jobs.entries()) {
    const old = was.jobs[index];
    if (old?.id !== job.id) bad.push(`job ${job.id} is another`);
    const texts = new Set(
      (old?.steps ?? []).map(({ lines }) => before.slice(lines.start, lines.end).trimEnd()),
    );
    for (const step of job.steps)
      if (!OURS.test(step.uses ?? '') && !texts.has(after.slice(step.lines.start, step.lines.end).trimEnd()))
        bad.push(`a step that stays was changed: ${step.name ?? step.run ?? ''}`);
    for (const step of old?.steps ?? []) if (step.kamal.length > 0) bad.push(...environmentLost(step, job));
  }
  for (const comment of before.match(/^ *# (?:to be read by people|- name: Switched off)/gm) ?? [])
    if (!after.includes(comment)) bad.push(`a comment is gone: ${comment}`);
  return bad;
}

type Step = WorkflowReading['jobs'][number]['steps'][number];

/** Every variable of a step that deployed is there for the step that took its place. */
function environmentLost(step: Step, job: WorkflowReading['jobs'][number]): string[] {
  const now = job.steps.filter((each) => each.name === step.name || OURS.test(each.uses ?? ''));
  return (step.env?.entries ?? [])
    .filter(({ name, value }) => name !== 'OP_SERVICE_ACCOUNT_TOKEN' && !value.startsWith('op://'))
    .filter(
      ({ name, value }) =>
        !now.some((each) => each.env?.entries.some((entry) => entry.name === name && entry.value === value)),
    )
    .map(({ name }) => `${name} is no longer in the environment of the deploy`);
}

function read(path: string, text: string): WorkflowReading | null {
  return readWorkflow({ path, text, bom: 0 }, '', parseYaml, { read: () => null });
}
