/**
 * Runs the steps of one job of a workflow file as the runner would, as far as deploy workflows need it: the action from
 * a bundle, `run:` with bash, `if:` of failure, cancellation and comparisons, outputs of the action's steps, and
 * expressions that are looked up in a table. Actions of others are not here to be run: checking out and installing Ruby
 * has happened on this machine.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { attempt } from '../target/run.ts';
import { Job, type StepResult } from './job.ts';

interface WorkflowStep {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly 'working-directory'?: string;
}

interface Workflow {
  readonly env?: Readonly<Record<string, unknown>>;
  readonly defaults?: { readonly run?: { readonly 'working-directory'?: string } };
  readonly jobs: Readonly<
    Record<
      string,
      { readonly env?: Readonly<Record<string, unknown>>; readonly steps: readonly WorkflowStep[] }
    >
  >;
}

export interface WorkflowOptions {
  readonly dist: string;
  readonly workspace: string;
  /** Path of the workflow in the workspace. */
  readonly workflow: string;
  /** The values of expressions such as `secrets.OP_SERVICE_ACCOUNT_TOKEN`; what is not there is empty. */
  readonly values: Readonly<Record<string, string>>;
}

export interface WorkflowResult {
  readonly ok: boolean;
  /** The action's steps, in their order: main's results. */
  readonly steps: readonly StepResult[];
  /** What was written by all steps together. */
  readonly log: string;
  /** The `run:` steps that ran, by name, else by their text. */
  readonly ran: readonly string[];
  /** `uses:` of the steps that were omitted. */
  readonly leftOut: readonly string[];
}

/** Runs the job that holds the action's step; the action's `post` of each follows at the end. */
export async function runWorkflow(given: WorkflowOptions): Promise<WorkflowResult> {
  const values: Record<string, string> = { ...given.values };
  const options = { ...given, values };
  const workflow = parse(readFileSync(join(options.workspace, options.workflow), 'utf8')) as Workflow;
  const job = Object.values(workflow.jobs).find(({ steps }) => steps.some(isOurs));
  if (job === undefined) throw new Error(`${options.workflow} has no job with the action`);
  const around = { ...texts(workflow.env, options), ...texts(job.env, options) };
  const jobs: Job[] = [];
  const results: StepResult[] = [];
  const log: string[] = [];
  const leftOut: string[] = [];
  const ran: string[] = [];
  let ok = true;
  try {
    for (const step of job.steps) {
      if (!isDue(step.if ?? '', ok, values)) continue;
      const exported = jobs.map((each) => each.exported);
      const env = {
        ...Object.assign({}, ...exported.map((each) => each.env)),
        ...around,
        ...texts(step.env, options),
      } as Record<string, string>;
      const path = [...exported.flatMap((each) => each.path).reverse(), process.env['PATH'] ?? ''].join(':');
      if (isOurs(step)) {
        const { dist, workspace } = options;
        const own = new Job({
          dist,
          workspace,
          inputs: texts(step.with, options),
          env: { ...env, PATH: path },
        });
        jobs.push(own);
        const result = await own.run('main');
        results.push(result);
        log.push(result.log);
        ok &&= result.exitCode === 0;
        for (const [name, value] of Object.entries(own.outputs))
          values[`steps.${step.id}.outputs.${name}`] = value;
        values[`steps.${step.id}.outcome`] = result.exitCode === 0 ? 'success' : 'failure';
      } else if (step.run !== undefined) {
        const where = step['working-directory'] ?? workflow.defaults?.run?.['working-directory'] ?? '.';
        const script = evaluated(step.run, options);
        const home = jobs.at(-1)?.home ?? process.env['HOME'];
        ran.push(step.name ?? script);
        // Not in a blocking way: the services that it asks may live in this very process.
        const ended = await attempt('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
          cwd: join(options.workspace, where),
          env: {
            ...process.env,
            HOME: home,
            ...env,
            PATH: path,
            GITHUB_SHA: options.values['github.sha'] ?? '',
          },
        });
        log.push(`${ended.stdout}${ended.stderr}`);
        ok &&= ended.code === 0;
      } else leftOut.push(step.uses ?? '');
    }
    for (const each of jobs.toReversed()) {
      const post = await each.run('post');
      log.push(post.log);
      ok &&= post.exitCode === 0;
    }
  } finally {
    for (const each of jobs) await each[Symbol.asyncDispose]();
  }
  return { ok, steps: results, log: log.join('\n'), ran, leftOut };
}

/** Whether a step runs after what was before it; a part of its condition that is not known here counts as true. */
function isDue(condition: string, ok: boolean, values: Readonly<Record<string, string>>): boolean {
  const words = condition.replaceAll(/^\s*\$\{\{|\}\}\s*$/g, '');
  const holds = (part: string): boolean => {
    if (part === 'failure()') return !ok;
    if (part === 'cancelled()') return false;
    const [, name = '', sign, text] = /^([\w.-]+) (==|!=) '(.*)'$/.exec(part) ?? [];
    return sign === undefined || ((values[name] ?? '') === text) === (sign === '==');
  };
  const due = words.split('||').some((each) => each.split('&&').every((part) => holds(part.trim())));
  return due && (ok || /failure\(\)|always\(\)|cancelled\(\)/.test(words));
}

function isOurs({ uses }: WorkflowStep): boolean {
  return uses?.startsWith('kamal-1password/kamal-1password@') === true;
}

function texts(
  map: Readonly<Record<string, unknown>> | undefined,
  options: WorkflowOptions,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map ?? {}).map(([name, value]) => [name, evaluated(String(value), options)]),
  );
}

function evaluated(text: string, { values }: WorkflowOptions): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    for (const part of expression.split('||').map((each) => each.trim())) {
      const found = /^'(.*)'$/.exec(part)?.[1] ?? values[part] ?? '';
      if (found !== '') return found;
    }
    return '';
  });
}
