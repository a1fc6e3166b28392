/** Takes the boilerplate out of one job, or says why the job stays as it is. */
import { lineNumber, withCommentsAbove } from '../../files/workflow/lines.ts';
import type { ShellCommand } from '../../files/workflow/shell.ts';
import type { Edit, KamalCall, WorkflowJob, WorkflowReading, WorkflowStep } from '../../parity/model.ts';
import { configOf, destinationNamed } from '../../parity/workflow.ts';
import { actionLines, scalar } from './action-step.ts';
import { carriedSecrets, type CarriedSecrets, type JobSecrets, TOKEN } from './carried-secrets.ts';
import { JobEditor } from './job-editor.ts';
import { refusalOf, type Refusal } from './job-refusal.ts';
import { inputsOf, type Inputs, valueOf } from './kamal-inputs.ts';
import { keptSteps, pinOf, TAKEN_OVER, type MigrationContext } from './kept-steps.ts';
import { type StepView, textsOf, titleOf, viewOf } from './step-purpose.ts';

export interface MigrationOptions extends MigrationContext {
  /** What `uses:` says. */
  readonly reference: string;
  /** Whether something still reads an environment variable: secrets files, hooks, templates. */
  readonly isRead: (name: string) => boolean;
  /**
   * Where the private key will be that a secret of GitHub held (null: not known), if no fetch names the vault or the
   * deploys have several keys; else null.
   */
  readonly keyFor: (secret: string | null) => string | null;
  /** Environment variables whose values 1Password has from now on. */
  readonly moved: ReadonlySet<string>;
}

export interface JobMigration {
  readonly edits: readonly Edit[];
  readonly carried: CarriedSecrets;
  readonly replaced: readonly string[];
  readonly notes: readonly string[];
  readonly destinations: readonly (string | null)[];
  /** Whether a script that runs Kamal stays, and has no other token. */
  readonly keepsScriptWithoutToken: boolean;
}

/** Null if the job has nothing to do with Kamal, or uses the action already. */
export function migrateJob(
  workflow: WorkflowReading,
  job: WorkflowJob,
  options: MigrationOptions,
): JobMigration | Refusal | null {
  const views = job.steps.map((step) => viewOf(step, job.shell ?? workflow.shell));
  if (!views.some(({ step, purpose }) => step.kamal.length > 0 && purpose !== 'ours')) return null;
  if (views.some(isReady)) return null;
  const refusal = refusalOf(workflow, job, views, options);
  return refusal ?? new JobMigrator(workflow, job, views, options).migrate();
}

/** The action deploys or sets Kamal up already. */
function isReady({ purpose, inputs }: StepView): boolean {
  return purpose === 'ours' && inputs['command'] !== 'check' && inputs['command'] !== 'verify';
}

/** The comment of YAML behind a script of one line, with the blank before it; empty if there is none. */
function commentBehind(line: string, script: string): string {
  const at = script.includes('\n') ? -1 : line.indexOf(script);
  return at < 0 ? '' : (/^["']?(\s+#[^\n]*)\n?$/.exec(line.slice(at + script.length))?.[1] ?? '').trimEnd();
}

/** Whether a step installs a release of Kamal that only a run knows. */
function installsComputed(view: StepView): boolean {
  return /\bgem install\b[^\n]*\bkamal\b[^\n]*(?:-v|--version)[ =]*["']?\$/.test(view.step.run ?? '');
}

const CHANGES_SERVERS = /^(?:deploy|redeploy|setup)$/;

class JobMigrator {
  readonly #editor: JobEditor;
  readonly #notes: string[] = [];
  readonly #workflow: WorkflowReading;
  readonly #job: WorkflowJob;
  readonly #views: readonly StepView[];
  readonly #options: MigrationOptions;
  readonly #carried: JobSecrets;
  readonly #text: string;

  constructor(
    workflow: WorkflowReading,
    job: WorkflowJob,
    views: readonly StepView[],
    options: MigrationOptions,
  ) {
    this.#workflow = workflow;
    this.#job = job;
    this.#views = views;
    this.#options = options;
    this.#carried = carriedSecrets(workflow, job, views);
    this.#text = workflow.source.text;
    this.#editor = new JobEditor(workflow, job);
  }

  #noteSteps(
    scripts: readonly StepView[],
    kept: ReadonlyMap<StepView, string>,
    going: readonly StepView[],
  ): void {
    for (const view of scripts)
      if (!TAKEN_OVER.has(view.purpose))
        this.#note(
          view,
          "stays as it is, after a step that sets Kamal up: the action's inputs cannot express all of it.",
        );
    for (const [view, why] of kept) this.#note(view, `stays: ${why}.`);
    for (const view of this.#views)
      if (view.purpose === 'other' && installsComputed(view))
        this.#note(
          view,
          `stays, since which Kamal it installs is known only in a run. The action installs ${this.#options.locked === null ? 'Kamal itself' : `the one of Gemfile.lock, ${this.#options.locked}`}: remove this step after a deploy has succeeded.`,
        );
    for (const view of going)
      if (view.purpose === 'kamal-lock')
        this.#note(view, 'is removed: the action releases a lock only if its own run took it.');
    this.#tellOwnActions();
  }

  migrate(): JobMigration | Refusal {
    const views = this.#views;
    const calls = views.flatMap(({ step }) => step.kamal);
    if (!calls.some(({ command }) => command === null || CHANGES_SERVERS.test(command)))
      return this.#refuse(
        'it runs commands of Kamal, but does not deploy',
        'to give it op, Kamal and the key, add a step with `command: setup` of the action before them',
      );
    const inputs = new Map(
      views.flatMap((view) => {
        const found = view.purpose === 'deploy' ? this.#inputs(view) : null;
        return found === null ? [] : [[view, found] as const];
      }),
    );
    const pin = this.#pin();
    if (pin !== null && /^(?:[~=]*>? *)?1\./.test(pin))
      return this.#refuse(
        'it installs Kamal 1, and the action runs Kamal 2',
        'move to Kamal 2 first (`kamal upgrade`, kamal-deploy.org/docs/upgrading)',
      );
    const replaced = new Set(inputs.keys());
    const kept = keptSteps(this.#job, views, replaced, this.#options);
    const scripts = views.filter(
      (view) =>
        !replaced.has(view) &&
        view.step.kamal.length > 0 &&
        (!TAKEN_OVER.has(view.purpose) || kept.has(view)),
    );
    const going = views.filter((view) => TAKEN_OVER.has(view.purpose) && !kept.has(view));
    if (replaced.size === 0 && going.length === 0)
      return this.#refuse(
        'its script does everything, so there is no step that the action could replace',
        'to migrate it by hand, add a step with `command: setup` of the action before it',
      );
    const version = this.#version(pin);
    for (const [view, found] of inputs) this.#deploy(view, { ...found, ...version });
    for (const view of going) this.#editor.takeOut(view.step);
    if (scripts.length > 0) this.#setup(scripts, version, replaced);
    this.#noteSteps(scripts, kept, going);
    this.#noteUnused(going);
    this.#noteEnvironment();
    return {
      edits: this.#editor.edits,
      carried: this.#carried,
      replaced: going.map(({ step }) => titleOf(step)),
      notes: this.#notes,
      destinations: [...inputs.values()].map((each) => each['destination'] ?? null),
      keepsScriptWithoutToken: scripts.some((view) => this.#hasNoToken(view)),
    };
  }

  #refuse(why: string, todo: string): Refusal {
    return { why, todo, view: this.#views.find(({ step }) => step.kamal.length > 0) ?? null };
  }

  #hasNoToken({ env }: StepView): boolean {
    return [env, textsOf(this.#job.env), textsOf(this.#workflow.env)].every(
      (each) => each[TOKEN] === undefined,
    );
  }

  /** What a variable of the shell is in a workflow. */
  #expression(view: StepView): (name: string) => string | null {
    const env = { ...textsOf(this.#workflow.env), ...textsOf(this.#job.env), ...view.env };
    return (name) => RUNNER_VARIABLES[name] ?? env[name] ?? null;
  }

  /** Null if the line has what only a shell could expand. */
  #inputs(view: StepView): Inputs | null {
    const part = view.parts.find(({ purpose }) => purpose === 'deploy');
    const command = part?.commands[0];
    if (command === undefined || (view.step.env?.isFlow === true && command.variables.length > 0))
      return null;
    const expression = this.#expression(view);
    const own = new Map(command.variables.map(({ name, value }) => [name, valueOf(value, expression)]));
    if ([...own.values()].includes(null)) return null;
    const found = inputsOf(command, (name) => own.get(name) ?? expression(name));
    if (found === null) return null;
    const moved = view.parts
      .map(({ unit }) => /^cd (\S+)$/.exec(unit.text)?.[1])
      .find((each) => each !== undefined);
    const { step } = view;
    const directory = step.workingDirectory ?? this.#job.workingDirectory ?? this.#workflow.workingDirectory;
    const where = [directory, moved]
      .filter((each) => each !== null && each !== undefined && each !== '.')
      .join('/')
      .replace(/^\.\//, '');
    return { ...(where === '' ? {} : { 'working-directory': where }), ...found };
  }

  #pin(): string | null {
    for (const view of this.#views) {
      const pin = pinOf(view);
      if (pin === null) continue;
      const name = /^["']?\$\{?(\w+)\}?["']?$/.exec(pin)?.[1];
      return name === undefined ? pin.replaceAll(/^["']|["']$/g, '') : this.#expression(view)(name);
    }
    // `ghcr.io/basecamp/kamal:v2.9.0` has that Kamal.
    return /(?:^|\/)kamal:v?(\d+\.\d+\.\d+)$/.exec(this.#job.image ?? '')?.[1] ?? null;
  }

  /** `kamal-version`, where the workflow installed one version and no other. */
  #version(pin: string | null): Inputs {
    if (pin === null) {
      const { locked } = this.#options;
      const isNewest = this.#views.some(
        ({ purpose, parts }) =>
          purpose === 'kamal-install' || parts.some((part) => part.purpose === 'kamal-install'),
      );
      const isKnown = !this.#views.some(installsComputed);
      if (isNewest && isKnown && locked !== null)
        this.#notes.push(
          `${this.#workflow.source.path}: the newest Kamal was installed; the action installs the one of Gemfile.lock, ${locked}. The input \`kamal-version\` names another.`,
        );
      return {};
    }
    const exact = /^=? *(\d+\.\d+\.\d+)$/.exec(pin)?.[1] ?? (pin.includes('${{') ? pin : undefined);
    if (exact !== undefined) return { 'kamal-version': exact };
    this.#notes.push(
      `${this.#workflow.source.path}: Kamal was installed as \`${pin}\`, the newest of these; the action installs what Gemfile.lock says, else its default. The input \`kamal-version\` names one.`,
    );
    return {};
  }

  #deploy(view: StepView, inputs: Inputs): void {
    const { step } = view;
    const run = step.keys.get('run');
    if (run === undefined) return;
    const indent = ' '.repeat(step.keyColumn);
    const command = view.parts.find(({ purpose }) => purpose === 'deploy')?.commands[0];
    const variables = (command?.variables ?? []).filter(({ name }) => name !== 'VERSION');
    const entries = variables.map(
      ({ name, value }) => `${name}: ${scalar(valueOf(value, this.#expression(view)) ?? '')}`,
    );
    const lines = [
      ...actionLines(this.#options.reference, { ...this.#access(view), ...inputs }),
      ...(step.env === null && entries.length > 0 ? ['env:', ...entries.map((entry) => `  ${entry}`)] : []),
    ];
    const first = this.#text.slice(run.start, run.start + step.keyColumn);
    const comment = commentBehind(this.#text.slice(run.start, run.end), step.run ?? '');
    this.#editor.replace(
      run,
      `${lines.map((line, index) => (index === 0 ? first + line + comment : indent + line)).join('\n')}\n`,
    );
    for (const key of ['working-directory', 'shell']) this.#editor.drop(step, step.keys.get(key));
    this.#trimEnvironment(view);
    const [entry] = step.env?.entries ?? [];
    if (entry !== undefined && entries.length > 0) {
      // Above the first one: the last may be one that goes.
      const column = this.#text.slice(entry.lines.start, entry.keyStart);
      this.#editor.insert(entry.lines.start, entries.map((each) => `${column}${each}\n`).join(''));
    }
    this.#noteDeploy(view, command);
  }

  /** What the action does differently from the command that it replaces. */
  #noteDeploy(view: StepView, command: ShellCommand | undefined): void {
    if (command?.words.some(({ literal }) => literal === 'redeploy') === true)
      this.#note(view, 'becomes a whole `kamal deploy`, which also updates the proxy and prunes old images.');
    const said = view.parts
      .filter(({ unit }) => unit.text.startsWith('echo'))
      .map(({ unit }) => `\`${unit.text}\``);
    if (said.length > 0) this.#note(view, `no longer says ${said.join(', ')}.`);
  }

  /** The token and the key, where they do not come on their own. */
  #access(view: StepView | undefined): Inputs {
    const token = view === undefined ? null : this.#carried.credentialOf(view);
    const key = this.#carried.sshKey ?? this.#options.keyFor(this.#carried.keySecret);
    return {
      ...(token === null ? {} : { 'service-account-token': token }),
      ...(key === null ? {} : { 'ssh-key': key }),
      ...(this.#carried.knownHosts === null ? {} : { 'known-hosts': this.#carried.knownHosts }),
    };
  }

  /** `env:` without what the action brings itself. */
  #trimEnvironment({ step, env }: StepView): void {
    const going = Object.keys(env).filter((name) => this.#isNeedless(name, env[name] ?? ''));
    if (going.length === 0) return;
    const isAll = going.length === Object.keys(env).length;
    if (isAll && !(step.kamal[0]?.variables.some((name) => name !== 'VERSION') ?? false))
      this.#editor.drop(step, step.keys.get('env'));
    else if (step.env?.isFlow === false)
      for (const { name, lines } of step.env.entries)
        if (going.includes(name)) this.#editor.drop(step, lines);
  }

  #isNeedless(name: string, value: string): boolean {
    if (name === TOKEN || name === 'SSH_AUTH_SOCK') return true;
    if (value.startsWith('op://') || this.#carried.isFromLoadedSecrets(value))
      return !this.#options.isRead(name);
    return this.#options.moved.has(name) && !this.#options.isRead(name);
  }

  /** One `setup` step ahead of the first one that runs Kamal: it and those after it find op, Kamal and the key. */
  #setup(scripts: readonly StepView[], version: Inputs, replaced: ReadonlySet<StepView>): void {
    const [at] = scripts;
    if (at === undefined) return;
    const { step } = at;
    const dash = this.#text.slice(step.lines.start, step.lines.start + step.keyColumn);
    const directory =
      this.#job.workingDirectory ??
      this.#workflow.workingDirectory ??
      scripts.map((each) => each.step.workingDirectory).find((each) => each !== null) ??
      null;
    const [line = '', ...lines] = actionLines(this.#options.reference, {
      command: 'setup',
      ...this.#access(at),
      ...version,
      ...(directory === null || directory === '.' ? {} : { 'working-directory': directory }),
      ...this.#filesOf(scripts),
    });
    const isLate = this.#views.slice(0, this.#views.indexOf(at)).some((view) => replaced.has(view));
    const condition = conditionOf(scripts, isLate);
    const text = [
      dash.replace(/[^\s-]/g, ' ') + line,
      ...[...(condition === null ? [] : [`if: ${scalar(condition)}`]), ...lines].map(
        (each) => ' '.repeat(step.keyColumn) + each,
      ),
    ];
    const start = withCommentsAbove(this.#text, step.lines.start);
    // Steps that blank lines set apart stay so.
    const gap = /\n[ \t]*\r?\n$/.test(this.#text.slice(0, start)) ? '\n' : '';
    this.#editor.insert(start, `${text.join('\n')}\n${gap}`);
  }

  /** The deploy file and the destination that the scripts name, where all name the same. */
  #filesOf(scripts: readonly StepView[]): Inputs {
    const calls = scripts.flatMap(({ step }) => step.kamal);
    const config = calls.map((call) => configOf(call)).find((each) => each !== null) ?? null;
    const destinations = new Set(calls.map((call) => destinationName(call)));
    const [destination] = destinations;
    // With a named key, nothing is read from the secrets of a destination that only a run knows.
    const isNeeded = this.#access(scripts[0])['ssh-key'] === undefined || /^[\w.-]+$/.test(destination ?? '');
    return {
      ...(config === null || config === '$' ? {} : { 'config-file': config }),
      ...(destinations.size === 1 && isNeeded && destination !== null && destination !== undefined
        ? { destination }
        : {}),
    };
  }

  /** Variables of the job, or of the workflow, that only the steps read which go. */
  #noteUnused(going: readonly StepView[]): void {
    const gone = going.map(({ step }) => step.run ?? '').join('\n');
    const textOf = ({ lines }: WorkflowStep): string => this.#text.slice(lines.start, lines.end);
    const rest = this.#views.filter((view) => !going.includes(view)).map(({ step }) => textOf(step));
    const others = this.#workflow.jobs.filter((job) => job !== this.#job).map((job) => this.#textOfJob(job));
    const [ofJob, ofWorkflow] = [this.#job.env, this.#workflow.env];
    for (const name of this.#unusedOf(ofJob, gone, rest))
      this.#noteUnusedVariable(name, `of job ${this.#job.id}`);
    for (const name of this.#unusedOf(ofWorkflow, gone, [...rest, ...others]))
      this.#noteUnusedVariable(name, 'of the workflow');
  }

  /** From the job's key to the next job. */
  #textOfJob(job: WorkflowJob): string {
    const next = this.#workflow.jobs[this.#workflow.jobs.indexOf(job) + 1];
    return this.#text.slice(job.span.start, next?.span.start);
  }

  #unusedOf(env: WorkflowJob['env'], gone: string, rest: readonly string[]): string[] {
    const key = this.#carried.keySecret;
    return Object.entries(textsOf(env)).flatMap(([name, value]) => {
      if (!/^\w+$/.test(name) || this.#options.isRead(name)) return [];
      const word = new RegExp(`(?<!\\w)${name}(?!\\w)`);
      const isKey = key !== null && value.replaceAll(/\s/g, '') === `\${{secrets.${key}}}`;
      return (isKey || word.test(gone)) && !rest.some((text) => word.test(text)) ? [name] : [];
    });
  }

  #noteUnusedVariable(name: string, place: string): void {
    this.#notes.push(
      `${this.#workflow.source.path}: \`${name}\` stays in the \`env:\` ${place}, but nothing found here reads it any more: remove it if nothing else does.`,
    );
  }

  /** An action of the repository stays as it is, also if it does what the action does. */
  #tellOwnActions(): void {
    for (const view of this.#views) {
      if (view.step.uses?.startsWith('./') !== true) continue;
      const does = [
        ...(/ssh-agent|ssh-key-action|\bssh-add\b|\.ssh\/id_/.test(view.step.called)
          ? ['loads an SSH key']
          : []),
        ...(/gem install[^\n]*kamal|bundler-cache|bundle install/.test(view.step.called)
          ? ['installs gems']
          : []),
      ];
      if (does.length > 0)
        this.#note(
          view,
          `stays, and ${does.join(' and ')}: the action does that itself, so remove this after a deploy has succeeded, if nothing else needs it.`,
        );
    }
  }

  /** Each environment of GitHub may have a secret of the same name, with another value. */
  #noteEnvironment(): void {
    const secret = this.#carried.keySecret;
    if (secret === null || !this.#job.hasEnvironment) return;
    this.#notes.push(
      `${this.#workflow.source.path}: the job \`${this.#job.id}\` deploys in an environment of GitHub, which may have a \`${secret}\` of its own. If the keys differ, give each its own field, and name it with the input \`ssh-key\` (an expression can choose); \`gh secret delete ${secret} --env NAME\` deletes an environment's secret.`,
    );
  }

  #note({ step }: StepView, what: string): void {
    this.#notes.push(`${placeOf(this.#workflow, step)} ${what}`);
  }
}

/** A condition that lets a step run after another has failed, or the job was cancelled (docs.github.com, “Status check functions”). */
const RUNS_AFTER_FAILURE = /\b(?:always|failure|cancelled) *\( *\)/;

/**
 * The condition of the step that sets Kamal up, so that it has run whenever one of the scripts runs. Null where it is
 * enough that all before it succeeded.
 * @param isLate whether a deploy comes first, which may fail or be cancelled
 */
function conditionOf(scripts: readonly StepView[], isLate: boolean): string | null {
  const all = [...new Set(scripts.map(({ step }) => step.condition))];
  const after = all.filter((each) => each !== null && RUNS_AFTER_FAILURE.test(each));
  if (after.length === 0 || (!isLate && !after.includes(all[0] ?? null))) return null;
  const [only] = all;
  if (all.length === 1) return only ?? null;
  const bare = all.map((each) => (each ?? 'success()').replace(/^\s*\$\{\{([^]*)\}\}\s*$/, '$1').trim());
  return bare
    .map((each) =>
      /\b(?:always|failure|cancelled|success) *\(/.test(each)
        ? grouped(each)
        : `(success() && ${grouped(each)})`,
    )
    .join(' || ');
}

function grouped(expression: string): string {
  return /^[\w.]+(?:\(\))?$/.test(expression) ? expression : `(${expression})`;
}

/** The destination that a call names; null if it names none, or only a run knows. */
function destinationName(call: KamalCall): string | null {
  const named = destinationNamed(call);
  return named === '$' ? null : named;
}

/** How a note names a step: file, line, title. */
export function placeOf({ source }: WorkflowReading, step: WorkflowStep): string {
  const at = step.lines.end > 0 ? step.lines.start : step.span.start;
  return `${source.path}:${lineNumber(source.text, at)}: ${titleOf(step)}`;
}

/** What the runner sets and a script reads, as an expression (docs.github.com, “Default environment variables”). */
const RUNNER_VARIABLES: Readonly<Record<string, string>> = {
  GITHUB_SHA: '${{ github.sha }}',
  GITHUB_REF_NAME: '${{ github.ref_name }}',
  GITHUB_RUN_NUMBER: '${{ github.run_number }}',
  GITHUB_RUN_ID: '${{ github.run_id }}',
};
