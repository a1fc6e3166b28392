/** Takes the boilerplate out of one job. */
import type { Edit } from '../../parity/model.ts';
import { actionLines } from './action-step.ts';
import { carriedSecrets, type CarriedSecrets, type JobSecrets } from './carried-secrets.ts';
import { inputsOf, type Inputs } from './kamal-flags.ts';
import { keptSteps, type Surroundings } from './kept-steps.ts';
import { recognisedIn, type Purpose } from './recognise-step.ts';
import type { Job, Step, WorkflowFile } from './workflow-file.ts';

export interface MigrationOptions extends Surroundings {
  /** What `uses:` says. */
  readonly reference: string;
  /** Environment variables that `.kamal/secrets` will go on reading: their `env:` entries stay. */
  readonly stillRead: (name: string) => boolean;
  /** Where the private key will be, where the boilerplate does not say it and no fetch tells the vault; else null. */
  readonly usualKey: string | null;
}

export interface JobMigration {
  readonly edits: readonly Edit[];
  readonly carried: CarriedSecrets;
  readonly replaced: readonly string[];
  readonly notes: readonly string[];
  readonly destinations: readonly (string | null)[];
}

const TAKEN_OUT: readonly Purpose[] = [
  'op-install',
  'load-secrets',
  'ssh',
  'ruby',
  'kamal-install',
  'docker-login',
  'docker-buildx',
  'kamal-lock',
  'noise',
];

export class JobMigrator {
  private readonly edits: Edit[] = [];
  private readonly notes: string[] = [];
  private readonly destinations: (string | null)[] = [];
  private readonly workflow: WorkflowFile;
  private readonly job: Job;
  private readonly steps: readonly Step[];
  private readonly purposes: ReadonlyMap<Step, Purpose>;
  private readonly options: MigrationOptions;
  private readonly carried: JobSecrets;

  constructor(
    workflow: WorkflowFile,
    job: Job,
    steps: readonly Step[],
    purposes: ReadonlyMap<Step, Purpose>,
    options: MigrationOptions,
  ) {
    this.workflow = workflow;
    this.job = job;
    this.steps = steps;
    this.purposes = purposes;
    this.options = options;
    this.carried = carriedSecrets(workflow, job, steps, purposes);
  }

  migrate(): JobMigration {
    const { steps, purposes } = this;
    const deploys = steps.filter((step) => purposes.get(step) === 'deploy');
    const inputs = new Map(deploys.map((step) => [step, this.inputs(step)]));
    const replaceable = deploys.filter((step) => inputs.get(step) !== null);
    // Other commands of Kamal, and lines that cannot be told apart, need what a `setup` leaves to the steps after it.
    const needsSetup =
      replaceable.length < deploys.length ||
      [...purposes.values()].some((purpose) => purpose === 'mixed' || purpose === 'kamal-other');
    const kept = keptSteps(this.job, steps, purposes, this.options);
    const going = steps.filter(
      (step) => TAKEN_OUT.includes(purposes.get(step) ?? 'other') && !kept.has(step),
    );
    for (const step of replaceable) this.deploy(step, inputs.get(step) ?? {});
    for (const step of going) this.takeOut(step);
    if (needsSetup) this.setup();
    for (const step of steps) if (purposes.get(step) === 'mixed') this.explainMixed(step);
    for (const [step, why] of kept) this.notes.push(`${this.place(step)} stays: ${why}.`);
    return {
      edits: this.edits,
      carried: this.carried,
      replaced: going.map(titleOf),
      notes: this.notes,
      destinations: this.destinations,
    };
  }

  /** Null where the line says what only a shell could tell. */
  private inputs(step: Step): Inputs | null {
    const commands = recognisedIn(step) ?? [];
    const command = commands.find(({ purpose }) => purpose === 'deploy')?.command;
    if (command === undefined) return null;
    const env = { ...this.workflow.env, ...this.job.env, ...step.env, ...command.variables };
    const found = inputsOf(command, (name) => RUNNER_VARIABLES[name] ?? env[name] ?? null);
    if (found === null) return null;
    const moved = commands
      .map((each) => /^cd (\S+)$/.exec(each.command.text)?.[1])
      .find((each) => each !== undefined);
    const directory = step.workingDirectory ?? this.job.workingDirectory ?? this.workflow.workingDirectory;
    const where = [directory, moved]
      .filter((part) => part !== null && part !== undefined && part !== '.')
      .join('/')
      .replace(/^\.\//, '');
    return {
      ...(where === '' ? {} : { 'working-directory': where }),
      ...found,
    };
  }

  private deploy(step: Step, inputs: Inputs): void {
    const run = step.entries.get('run');
    if (run === undefined) return;
    this.destinations.push(inputs['destination'] ?? null);
    const indent = ' '.repeat(step.keyColumn);
    const lines = actionLines(this.options.reference, { ...this.access(), ...inputs });
    const first = this.workflow.text.slice(run.start, run.start + step.keyColumn);
    const text = lines.map((line, index) => (index === 0 ? first : indent) + line).join('\n');
    this.replace(run, `${text}\n`);
    for (const key of ['working-directory', 'shell']) this.drop(step, step.entries.get(key));
    this.trimEnvironment(step);
  }

  /** The token and the key, where they do not come by themselves. */
  private access(): Inputs {
    const { token } = this.carried;
    const key = this.carried.sshKey ?? this.options.usualKey;
    return {
      ...(token === null ? {} : { 'service-account-token': token }),
      ...(key === null ? {} : { 'ssh-key': key }),
      ...(this.carried.knownHosts === null ? {} : { 'known-hosts': this.carried.knownHosts }),
    };
  }

  /** `env:` without what the action brings itself. */
  private trimEnvironment(step: Step): void {
    const env = step.entries.get('env');
    if (env === undefined) return;
    const names = Object.keys(step.env);
    const going = names.filter((name) => this.isNeedless(name, step.env[name] ?? '', step.run ?? ''));
    if (going.length === names.length) this.drop(step, env);
    else for (const name of going) this.drop(step, step.envEntries?.get(name));
  }

  private isNeedless(name: string, value: string, script: string): boolean {
    if (name === 'OP_SERVICE_ACCOUNT_TOKEN' || name === 'SSH_AUTH_SOCK') return true;
    if (value.startsWith('op://') || this.carried.isFromLoadedSecrets(value)) return true;
    if (this.options.stillRead(name)) return false;
    // Read only by the line of the script that became an input.
    return this.carried.fromGitHub.has(name) || new RegExp(`\\$\\{?${name}\\b`).test(script);
  }

  /** One `setup` step ahead of the first one that runs Kamal: it and those after it find op, Kamal and the key. */
  private setup(): void {
    const kamals = this.steps.filter((step) =>
      ['deploy', 'mixed', 'kamal-other'].includes(this.purposes.get(step) ?? 'other'),
    );
    const [at] = kamals;
    if (at === undefined) return;
    const column = at.keyColumn;
    const dash = this.workflow.text.slice(at.start, at.start + column);
    const directory =
      this.job.workingDirectory ??
      this.workflow.workingDirectory ??
      kamals.map((step) => step.workingDirectory).find((each) => each !== null) ??
      null;
    const [line = '', ...lines] = actionLines(this.options.reference, {
      command: 'setup',
      ...this.access(),
      ...(directory === null || directory === '.' ? {} : { 'working-directory': directory }),
    });
    const text = [
      dash.replace(/[^\s-]/g, ' ') + line,
      ...lines.map((each) => ' '.repeat(column) + each),
    ].join('\n');
    this.insert(at.withComments, `${text}\n`);
  }

  private explainMixed(step: Step): void {
    this.notes.push(
      `${this.place(step)} runs more than Kamal, so it stays as it is, after a step that sets Kamal up.`,
    );
  }

  /** The lines of a step, with the comments right above it and the blank lines that set it apart. */
  private takeOut(step: Step): void {
    const { text } = this.workflow;
    let { end } = step;
    let start = step.withComments;
    for (;;) {
      const blank = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0];
      if (blank === undefined) break;
      end += blank.length;
    }
    const isLast = this.steps.at(-1) === step;
    if (isLast) {
      // What stands after the steps stays as far apart as it was.
      end = step.end;
      for (;;) {
        const blank = /\n([ \t]*\r?\n)$/.exec(text.slice(0, start))?.[1];
        if (blank === undefined) break;
        start -= blank.length;
      }
    }
    this.edits.push({ file: this.workflow.path, start, end, text: '' });
  }

  private replace({ start, end }: { readonly start: number; readonly end: number }, text: string): void {
    const open = !this.workflow.text.slice(start, end).endsWith('\n');
    const written = this.lineEnds(open ? text.replace(/\n$/, '') : text);
    this.edits.push({ file: this.workflow.path, start, end, text: written });
  }

  private insert(at: number, text: string): void {
    this.edits.push({ file: this.workflow.path, start: at, end: at, text: this.lineEnds(text) });
  }

  private lineEnds(text: string): string {
    return this.workflow.text.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
  }

  /** Takes out one entry; the first one of a step shares its line with the dash, which moves to the next entry. */
  private drop(step: Step, entry: { readonly start: number; readonly end: number } | undefined): void {
    if (entry === undefined) return;
    if (entry.start !== step.start) {
      this.edits.push({ file: this.workflow.path, start: entry.start, end: entry.end, text: '' });
      return;
    }
    const next = this.workflow.text.slice(step.start, step.start + step.keyColumn);
    this.edits.push({
      file: this.workflow.path,
      start: entry.start,
      end: entry.end + step.keyColumn,
      text: next,
    });
  }

  private place(step: Step): string {
    const line = this.workflow.text.slice(0, step.start).split('\n').length;
    return `${this.workflow.path}:${line}: ${titleOf(step)}`;
  }
}

/** What the runner sets and a script reads, as an expression (docs.github.com, “Default environment variables”). */
const RUNNER_VARIABLES: Readonly<Record<string, string>> = {
  GITHUB_SHA: '${{ github.sha }}',
  GITHUB_REF_NAME: '${{ github.ref_name }}',
  GITHUB_RUN_NUMBER: '${{ github.run_number }}',
  GITHUB_RUN_ID: '${{ github.run_id }}',
};

/** How a person names a step. */
export function titleOf(step: Step): string {
  if (step.uses !== null) return step.uses.replace(/@[^]*$/, '');
  return step.name ?? step.run?.trim().split('\n')[0]?.slice(0, 60) ?? 'a step';
}
