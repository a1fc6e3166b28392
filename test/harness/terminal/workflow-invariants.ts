/** What has to hold after `init` on any workflows: nothing is lost, nothing is dropped silently. */
import { execFileSync } from 'node:child_process';
import { join, posix } from 'node:path';
import { expressionsIn, namesIn } from '../../../src/files/workflow/expression.ts';
import { readWorkflow } from '../../../src/files/workflow/read-workflow.ts';
import { parseYaml } from '../../../src/files/yaml/parser.ts';
import { checkedWith } from './checked.ts';
import type { WorkflowReading } from '../../../src/parity/model.ts';
import { initDiff, type InitPlan, planInit } from '../../../src/terminal/init/init-plan.ts';
import { TemporaryProject } from '../parity/temporary-project.ts';
import { lintAfresh, lintWorkflow } from './actionlint.ts';
import type { PlacedProject } from './workflow-places.ts';
import { type Files, MADE_FILE } from './workflow-projects.ts';

export interface Outcome {
  readonly violations: readonly string[];
  /** Whether a job was migrated, or all were left with a sentence. */
  readonly kind: 'migrated' | 'left';
}

/** Runs `init` on a project at the root of its repository, writes what it plans, and runs it again. */
export function outcomeOf(files: Files): Promise<Outcome> {
  return placedOutcomeOf({ files, project: '' });
}

/** The same for a project anywhere, and again with what comes later. */
export async function placedOutcomeOf({
  files,
  project: folder,
  config,
  later,
}: PlacedProject): Promise<Outcome> {
  using project = new TemporaryProject({ ...files, '.git/HEAD': 'ref: refs/heads/main\n' });
  // Git knows in which folder of its repository a project is.
  if (folder !== '') execFileSync('git', ['init', '-q', project.root]);
  const root = join(project.root, folder);
  const workflows = Object.entries(files).filter(([path]) => path.startsWith('.github/workflows/'));
  const errors = checkedWith(root, config);
  const plan = planned(root, folder);
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
    ...workflows.flatMap(([path, text]) => changes(path, text, after.get(path) ?? '', workflows)),
    ...placeViolations(workflows, after, plan),
    ...madeFiles(workflows, plan),
    ...readAfterAll(plan, files),
  ];
  project.write(Object.fromEntries(plan.changes.map(({ path, after: text }) => [path, text])));
  const now = checkedWith(root, config);
  if (Object.values(created).some((text) => text.includes('command: check')) && now.length > 0)
    bad.push(`the check of pull requests fails on the commit that brings it: ${now[0] ?? ''}`);
  for (const error of now) if (!errors.includes(error)) bad.push(`the check finds a new error: ${error}`);
  for (const { path } of planned(root, folder).changes) bad.push(`a second init changes ${path}`);
  const isMigrated = workflows.some(([path, text]) => after.get(path) !== text);
  if (!isMigrated && plan.left.length === 0) bad.push('nothing was migrated, and nothing says why');
  if (plan.left.length > 0)
    for (const { path } of plan.changes)
      if (path.includes('.kamal/')) bad.push(`${path} was changed, though a place that runs Kamal stays`);
  if (later !== undefined) {
    project.write(later);
    const all = new Map([...after, ...Object.entries(created), ...Object.entries(later)]);
    const next = planned(root, folder);
    const then = new Map(all);
    for (const { path, after: text } of next.changes) if (then.has(path)) then.set(path, text);
    bad.push(...secretsGone([...all], then, next), ...placeViolations([...all], then, next));
    const [before, keys] = [keySecretsOf([...workflows, ...Object.entries(later)]), keyPlacesOf([...then])];
    bad.push(...sharedKeys(before, keys));
  }
  return { violations: bad, kind: isMigrated ? 'migrated' : 'left' };
}

/** What `init` plans, with paths from the root of the repository. */
function planned(root: string, folder: string): InitPlan {
  const plan = planInit({
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
  return {
    ...plan,
    changes: plan.changes.map((each) => ({ ...each, path: posix.join(folder, each.path) })),
  };
}

/** A secret that comes from a file which a step makes: the runner has it, so it stays. */
function madeFiles(workflows: Texts, plan: InitPlan): string[] {
  if (!workflows.some(([, text]) => text.includes(`> ${MADE_FILE}`))) return [];
  return plan.changes
    .filter(
      ({ before, after }) =>
        before?.text.includes(`$(cat ${MADE_FILE})`) === true && !after.includes(MADE_FILE),
    )
    .map(({ path }) => `${path}: a secret was moved although a step makes the file that it comes from`);
}

/** A variable of which a note says that nothing reads it. */
function readAfterAll(plan: InitPlan, files: Files): string[] {
  const now = new Map(Object.entries(files));
  for (const { path, after } of plan.changes) now.set(path, after);
  const secrets = [...now].filter(([path]) => path.includes('.kamal/secrets')).map(([, text]) => text);
  return plan.notes
    .filter((note) => /now comes? from 1Password/.test(note))
    .flatMap((note) => [...(note.split(' now come', 1)[0] ?? '').matchAll(/`(\w+)`/g)])
    .flatMap(([, name = '']) =>
      secrets.some((text) => new RegExp(`\\$\\{?${name}(?!\\w)`).test(text))
        ? [`said to be read by nothing, and a secrets file reads it: ${name}`]
        : [],
    );
}

function withoutPassing(text: string, secret: string): string {
  return text.replaceAll(new RegExp(`^\\s*\\w+:\\s*\\$\\{\\{ *secrets\\.${secret} *\\}\\}\\s*$`, 'gm'), '');
}

/** What has to hold of keys, locks, tunnels and the diff, for any project. */
function placeViolations(workflows: Texts, after: ReadonlyMap<string, string>, plan: InitPlan): string[] {
  const bad = sharedKeys(keySecretsOf(workflows), keyPlacesOf([...after]));
  const now = [...after.values()].join('\n');
  for (const note of plan.notes)
    for (const [, name = ''] of note.matchAll(/`gh (?:secret|variable) delete (\w+)`/g)) {
      // What the note says to remove first: lines of `env:` that only pass it on.
      const isAfter = /now comes? from 1Password/.test(note);
      const rest = isAfter ? withoutPassing(now, name) : now;
      if (
        namesIn(rest, 'secrets').has(name) &&
        !plan.notes.some((each) => /an environment of GitHub/.test(each))
      )
        bad.push(`said to be deletable, and still read: ${name}`);
    }
  if (initDiff(plan).includes('•')) bad.push('the diff hides what is no credential');
  for (const [path, before] of workflows) {
    const text = after.get(path) ?? '';
    if (text === before) continue;
    const raw = /^\s*(?:- )?(?:run:)?[^#\n]*\bkamal (?:setup|accessory reboot)/m.test(text);
    if (
      raw &&
      count(releasesIn(before), 'kamal lock release') > count(releasesIn(text), 'kamal lock release')
    )
      bad.push(`${path}: the lock of an earlier run is released no more, before a raw command of Kamal`);
    bad.push(...withoutSetup(path, text));
    if (
      /ssh deploy@|ci\/(?:fetch|outer)\.sh|actions\/fetch\b/.test(before) &&
      before.includes('webfactory/') &&
      !text.includes('webfactory/')
    )
      bad.push(`${path}: a step that logs in has no key any more`);
    if (
      /tailscale\/github-action|wg-quick up/.test(before) &&
      !/ssh-private-key|SSH_KEY|ssh-key/i.test(before)
    )
      bad.push(`${path}: a deploy through a tunnel without a key was migrated`);
  }
  return bad;
}

/** Raw commands of Kamal that run after a failure, where the step that sets Kamal up does not. */
function withoutSetup(path: string, text: string): string[] {
  return (read(path, text)?.jobs ?? []).flatMap(({ steps }) =>
    steps.flatMap((step, index) => {
      if (step.kamal.length === 0 || OURS.test(step.uses ?? '')) return [];
      const before = steps.slice(0, index).filter(({ uses }) => OURS.test(uses ?? ''));
      const setup = before.findLast((each) => each.with?.entries.some(({ value }) => value === 'setup'));
      if (setup === undefined)
        return before.length === 0 ? [] : [`${path}: nothing sets Kamal up for: ${step.run ?? ''}`];
      const isLate = before.indexOf(setup) > 0;
      const condition = (step.condition ?? 'success()').replace(/^\$\{\{(.*)\}\}$/, '$1').trim();
      return isLate &&
        /always|failure|cancelled/.test(condition) &&
        setup.condition?.includes(condition) !== true
        ? [`${path}: Kamal is not set up after a failure for: ${step.run ?? ''}`]
        : [];
    }),
  );
}

function releasesIn(text: string): string[] {
  return text.split('\n').flatMap((line) => /kamal lock release/.exec(line)?.[0] ?? []);
}

/** The GitHub secret whose value a job hands to an SSH agent, by workflow and job, if it is one. */
function keySecretsOf(workflows: Texts): Map<string, string> {
  return new Map(
    workflows.flatMap(([path, text]) =>
      (read(path, text)?.jobs ?? []).flatMap(({ id, steps }) => {
        const keys = steps.flatMap((step) =>
          step.uses?.startsWith('webfactory/') === true
            ? (step.with?.entries ?? []).map(({ value }) => value)
            : [],
        );
        const name = /^\$\{\{ secrets\.(\w+) \}\}$/.exec(keys.join('').trim())?.[1];
        return name === undefined ? [] : [[`${path}:${id}`, name] as const];
      }),
    ),
  );
}

/** The `ssh-key` of the action, by workflow and job; empty if it is the usual one. */
function keyPlacesOf(workflows: Texts): Map<string, string> {
  return new Map(
    workflows.flatMap(([path, text]) =>
      (read(path, text)?.jobs ?? []).flatMap(({ id, steps }) =>
        steps
          .filter(({ uses }) => OURS.test(uses ?? ''))
          .map((step): readonly [string, string] => [
            `${path}:${id}`,
            step.with?.entries.find(({ name }) => name === 'ssh-key')?.value ?? '',
          ]),
      ),
    ),
  );
}

/** Jobs that had different keys and have one now. */
function sharedKeys(secrets: ReadonlyMap<string, string>, places: ReadonlyMap<string, string>): string[] {
  const seen = new Map<string, string>();
  return [...secrets].flatMap(([job, secret]) => {
    const place = places.get(job);
    if (place === undefined) return [];
    const other = seen.get(place);
    seen.set(place, secret);
    return other === undefined || other === secret ? [] : [`${other} and ${secret} go to one field`];
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
    const fresh = await moreThan(old, text, path, lintWorkflow);
    if (fresh.length === 0) continue;
    found.push(
      ...(await moreThan(old, text, path, lintAfresh)).map((message) => `actionlint: ${path}: ${message}`),
    );
  }
  return found;
}

/** What it says of a text and did not say of the one before. */
async function moreThan(
  old: string | undefined,
  text: string,
  path: string,
  lint: typeof lintAfresh,
): Promise<string[]> {
  const before = old === undefined ? [] : await messages(old, path, lint);
  const now = await messages(text, path, lint);
  if (before === null || now === null) return [];
  return [...new Set(now)].filter(
    (message) =>
      count(now, message) > count(before, message) &&
      // What was never declared is so in both, and of one script actionlint names only the first.
      !(old?.includes(`inputs.${/^property "(.*)" is not defined/.exec(message)?.[1] ?? ' '}`) ?? false),
  );
}

/** Null if actionlint itself breaks, as it does on some workflows with both kinds of secrets. */
async function messages(text: string, path: string, lint: typeof lintAfresh): Promise<string[] | null> {
  try {
    return (await lint(text, path)).map(({ message }) => plain(message));
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
function changes(path: string, before: string, after: string, all: Texts): string[] {
  if (before === after) return [];
  const [was, is] = [read(path, before), read(path, after)];
  if (was === null || is === null) return [`${path} cannot be read any more`];
  const bad: string[] = [];
  // A caller hands over what a workflow that it calls read already.
  const known = new Set(all.flatMap(([, text]) => expressionsIn(text).map((each) => each.text)));
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

/** The step that replaces one that deployed has all its variables. */
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
