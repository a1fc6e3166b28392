import { repositoryPlace } from '../../files/repository-root.ts';
import { Failure } from '../../base/failure.ts';
import { countFindings } from '../../parity/report/report.ts';
import { list } from '../../parity/wording.ts';
import { verdictLine } from '../../report/parts/verdict-line.ts';
import { visible } from '../../report/parts/visible.ts';
import { writeChanges } from '../../change/changes.ts';
import { type Arguments, type TerminalCommand, EXIT, type Terminal } from '../ui/command.ts';
import type { DeployValues } from '../init/example-values.ts';
import { askedFor } from '../init/interview.ts';
import { insteadOf } from '../init/value-checks.ts';
import { keepBefore, notUndoable } from '../init/git-state.ts';
import { hasSteps, humanListText } from '../init/human-list.ts';
import { initDiff, type InitPlan, type InitRequest, PARTS, type Part, planInit } from '../init/init-plan.ts';
import { planPreviews, type PreviewRequest } from '../init/preview-plan.ts';
import { UsageError } from '../ui/arguments.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import { Screen } from '../ui/screen.ts';
import { secretNameOf } from '../ui/secret-name.ts';
import { yesOrNo } from '../ui/yes-or-no.ts';
import { COMMON_OPTIONS, environmentOption, PROJECT_OPTIONS, projectOptions } from '../ui/shared-options.ts';

export const init: TerminalCommand = {
  help: {
    name: 'init',
    usage: 'init [options]',
    summary: 'Set up .kamal/secrets, the workflows and AGENTS.md; migrate an existing deploy workflow.',
    operands: [],
    options: [
      ...PROJECT_OPTIONS.filter(({ name }) => !name.includes('destination')),
      { name: 'yes', short: 'y', help: 'Do not prompt.' },
      { name: 'dry-run', short: 'n', help: 'Show the diff; write nothing.' },
      { name: 'json', help: 'Print the result as JSON (docs/init.schema.json).' },
      {
        name: 'vault',
        value: 'VAULT',
        help: "The 1Password vault. Default: the one in use, or in .kamal/1password.yml, else the app's name.",
      },
      {
        name: 'item',
        value: 'ITEM',
        help: "The item in it. Default: Production, or the destination's name.",
      },
      { name: 'account', value: 'ADDRESS', help: 'The 1Password account. Default: my.1password.com.' },
      {
        name: 'secret',
        value: 'NAME',
        repeatable: true,
        help: 'A secret the app needs; can be repeated.',
      },
      { name: 'all-secrets', help: 'Also move secrets stored on GitHub to 1Password.' },
      {
        name: 'op-environment',
        value: 'ID',
        help: 'The 1Password Environment with the secrets, instead of a vault.',
      },
      {
        name: 'keyless',
        help: 'Sign in with workload identity, without a service account token; needs an Environment.',
      },
      {
        name: 'new-workflow',
        help: 'Add a deploy workflow even if Kamal already runs elsewhere.',
      },
      { name: 'host', value: 'ADDRESS', help: "The server, replacing Kamal's placeholder." },
      { name: 'service', value: 'NAME', help: "The app's name, replacing Kamal's placeholder." },
      { name: 'image', value: 'USER/APP', help: "The image, replacing Kamal's placeholder." },
      { name: 'proxy-host', value: 'NAME', help: "The app's domain, replacing Kamal's placeholder." },
      { name: 'registry', value: 'SERVER', help: "The registry, replacing Kamal's placeholder." },
      { name: 'registry-user', value: 'USER', help: 'The user name for the registry.' },
      {
        name: 'preview',
        help: 'Set up previews of pull requests: their deploy file, secrets and workflows.',
      },
      { name: 'preview-domain', value: 'DOMAIN', help: 'Previews answer at pr-NUMBER.DOMAIN.' },
      { name: 'branch', value: 'BRANCH', help: 'The branch to deploy. Default: the main branch.' },
      {
        name: 'without',
        value: 'PART',
        choices: PARTS,
        repeatable: true,
        help: `Skip ${PARTS.join(', ')}.`,
      },
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'init --dry-run', does: 'show what it would write, as a diff' },
      { line: 'init --yes --vault MyApp --secret STRIPE_KEY', does: 'write it without prompting' },
      {
        line: 'init --preview --host 203.0.113.9 --preview-domain preview.example.com',
        does: 'set up a preview for each pull request with the label',
      },
    ],
  },
  async run(given, terminal) {
    const asks =
      terminal.ask !== undefined && !['yes', 'json', 'dry-run'].some((option) => given.has(option));
    const plan = given.has('preview')
      ? planPreviews(await previewRequest(given, terminal, asks))
      : await planned(given, terminal, asks);
    terminal.conceal?.(plan.concealed.words);
    const { root } = projectOptions(given, terminal);
    const lost = notUndoable(root, changedFiles(plan));
    const writes = !given.has('dry-run') && plan.changes.length > 0;
    const screen = new Screen(given, terminal);
    if (!given.has('json')) show(plan, given, terminal, screen);
    if (writes && asks && !(await agreed(lost, terminal))) {
      terminal.err('Nothing was written.\n');
      return EXIT.findings;
    }
    if (writes && !asks && !given.has('yes') && lost.length > 0) throw notCommitted(lost);
    const saved = writes ? writeKeeping(root, plan, lost) : [];
    if (given.has('json')) terminal.out(jsonDocument(toJson(plan, writes)));
    else tell({ ...plan, notes: [...plan.notes, ...saved] }, writes, { given, terminal, screen });
    return EXIT.clean;
  },
};

async function planned(given: Arguments, terminal: Terminal, asks: boolean): Promise<InitPlan> {
  const request =
    asks && terminal.ask !== undefined
      ? await askedFor(requestOf(given, terminal), terminal.ask)
      : requestOf(given, terminal);
  const first = planInit(request);
  const more = asks && first.left.length > 0 ? planInit({ ...request, newWorkflow: true }) : first;
  return (await wantsMore(first, more, terminal)) ? more : first;
}

/** @throws UsageError if the files do not say and there is no one to ask */
async function previewRequest(given: Arguments, terminal: Terminal, asks: boolean): Promise<PreviewRequest> {
  const value = async (name: string, question: string): Promise<string> => {
    const answer = given.value(name) ?? (asks ? ((await terminal.ask?.(question)) ?? '').trim() : '');
    if (/^[A-Za-z0-9][\w.:-]*$/.test(answer)) return answer;
    throw new UsageError(`init --preview needs --${name}, a name or an address.`);
  };
  return {
    project: projectOptions(given, terminal),
    host: await value('host', 'Which server do previews run on (not that of production)? '),
    domain: await value(
      'preview-domain',
      'Below which domain do previews answer, such as preview.example.com? ',
    ),
    vault: given.value('vault') ?? null,
    account: given.value('account') ?? null,
  };
}

function requestOf(given: Arguments, terminal: Terminal): InitRequest {
  const value = (name: string): string | null => given.value(name) ?? null;
  const values: Record<string, string> = {};
  for (const [option, what] of Object.entries(VALUES)) {
    const text = given.value(option);
    if (text === undefined) continue;
    const instead = insteadOf(what, text);
    if (instead !== null) throw new UsageError(`--${option} takes ${instead}.`);
    values[what] = text;
  }
  return {
    project: projectOptions(given, terminal),
    values,
    secrets: given.values('secret').map(secretNameOf),
    vault: value('vault'),
    item: value('item'),
    account: value('account'),
    branch: value('branch'),
    moveAll: given.has('all-secrets'),
    newWorkflow: given.has('new-workflow'),
    environment: environmentOf(given),
    without: given.values('without') as readonly Part[],
  };
}

/** @throws UsageError for an Environment that is no id, or beside a vault */
function environmentOf(given: Arguments): InitRequest['environment'] {
  const { environments } = environmentOption(given);
  const keyless = given.has('keyless');
  if (environments === undefined && !keyless) return null;
  if (given.value('vault') !== undefined || given.value('item') !== undefined)
    throw new UsageError('--vault and --item name a vault: --op-environment and --keyless use none.');
  return { id: environments?.kind === 'one' ? environments.id : null, keyless };
}

const VALUES: Readonly<Record<string, keyof DeployValues>> = {
  service: 'service',
  image: 'image',
  host: 'host',
  'proxy-host': 'proxyHost',
  registry: 'registry',
  'registry-user': 'registryUser',
};

/** Where Kamal runs already, what `--new-workflow` would write beside it is a question, if it is anything. */
async function wantsMore(first: InitPlan, more: InitPlan, { ask }: Terminal): Promise<boolean> {
  const would = more.changes
    .filter(({ path, after }) => first.changes.every((each) => each.path !== path || each.after !== after))
    .map(({ path, before }) => `${before === null ? 'create' : 'change'} ${visible(path)}`);
  if (ask === undefined || would.length === 0) return false;
  return yesOrNo(
    ask,
    `${first.left.map((each) => `- ${visible(each)}\n`).join('')}Kamal already runs there. As well as what stays, ${list(would)}?`,
    'no',
  );
}

async function agreed(lost: readonly string[], { ask }: Terminal): Promise<boolean> {
  if (ask === undefined) return false;
  const warning = lost.length === 0 ? '' : `git could not restore ${lost.map(visible).join(', ')}. `;
  return yesOrNo(ask, `${warning}Write this?`, lost.length === 0 ? 'yes' : 'no');
}

function notCommitted(files: readonly string[]): Failure {
  return new Failure(
    'not-undoable',
    `${files.join(', ')} would be changed, and git could not restore the current content.`,
    { agent: ['Commit first, so that `git checkout` undoes it; or run this with --yes.'] },
  );
}

function write(root: string, { changes }: InitPlan): void {
  const sources = new Map(changes.flatMap(({ path, before }) => (before === null ? [] : [[path, before]])));
  writeChanges(root, sources, new Map(changes.map(({ path, after }) => [path, after])));
}

/** How much it is, and every line of it, before anything is written. */
function show(plan: InitPlan, given: Arguments, terminal: Terminal, screen: Screen): void {
  const { length } = plan.changes;
  const fresh = plan.changes.filter(({ before }) => before === null).length;
  const sentence =
    length === 0
      ? 'Everything is set up already: nothing to write.'
      : `${[
          ...(fresh === 0 ? [] : [`${counted(fresh)} to create`]),
          ...(fresh === length ? [] : [`${fresh === 0 ? counted(length) : length - fresh} to change`]),
        ].join(', ')}.`;
  sayer(given, terminal)(`${screen.colours.bold(sentence)}\n${length === 0 ? '' : '\n'}`);
  const folder = repositoryPlace(projectOptions(given, terminal).root, undefined).project;
  terminal.out(screen.diff(initDiff(plan, folder)));
}

function counted(files: number): string {
  return `${files} ${files === 1 ? 'file' : 'files'}`;
}

/** Only the diff goes to standard output, because it can be piped into another program. */
function sayer(given: Arguments, { out, err }: Terminal): (text: string) => void {
  return given.has('dry-run') ? err : out;
}

interface InitConversation {
  readonly given: Arguments;
  readonly terminal: Terminal;
  readonly screen: Screen;
}

function tell(
  { changes, notes, human, report }: InitPlan,
  written: boolean,
  { given, terminal, screen }: InitConversation,
): void {
  const say = sayer(given, terminal);
  if (changes.length > 0) say('\n');
  const [create, change] = written ? ['created', 'changed'] : ['would create', 'would change'];
  for (const { path, before } of changes) say(`${before === null ? create : change} ${visible(path)}\n`);
  say(screen.list('Worth a look', notes, '-'));
  say(`\n${humanListText(human, screen)}`);
  say(`\n${screen.sentence(`Check result: ${verdictLine(report)}`, 0)}\n`);
  const { error, warning } = countFindings(report);
  const again = given.has('dry-run') ? 'run it without --dry-run' : 'run `kamal-1password init` again';
  if (changes.length > 0 && !written) say(screen.next(`${again} to write this.`));
  else if (error + warning > 0)
    say(screen.next('run `kamal-1password check` to see what is left to fix, and by whom.'));
  else if (changes.length > 0)
    say(
      screen.next(
        `review \`git diff\`,${hasSteps(human) ? ' work through your list,' : ''} then commit and push.`,
      ),
    );
  else say(screen.next('run `kamal-1password doctor` to check that a deploy has all it needs.'));
}

function toJson(plan: InitPlan, written: boolean): object {
  const { error, warning } = countFindings(plan.report);
  return {
    written,
    files: plan.changes.map((change) => ({
      path: change.path,
      change: change.before === null ? 'created' : 'changed',
      diff: initDiff({ ...plan, changes: [change] }),
    })),
    notes: plan.notes,
    human: plan.human,
    check: { errors: error, warnings: warning },
  };
}

/** Those that were there before. */
function changedFiles({ changes }: InitPlan): string[] {
  return changes.filter(({ before }) => before !== null).map(({ path }) => path);
}

/** Writes the files; what Git could not bring back is kept first. */
function writeKeeping(root: string, plan: InitPlan, lost: readonly string[]) {
  const saved = keepBefore(root, lost);
  write(root, plan);
  return saved;
}
