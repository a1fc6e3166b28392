import { join } from 'node:path';
import { installOp, type InstalledOp, type InstallOptions } from '../../onepassword/op/install.ts';
import { installDirectory, OpOnDemand } from '../../onepassword/op/op-on-demand.ts';
import { variablesThatChangeOp } from '../../onepassword/op-answers/read-session.ts';
import type { Run } from '../run.ts';

/** The `op` that Kamal finds on PATH. */
export interface ReadyOp {
  /** To be put on PATH. */
  readonly directory: string;
  /** Such as `2.35.0 (cache)`, for a person. */
  readonly described: string;
  /** One that is installed when it is first called; null: it is installed. */
  readonly onDemand: OpOnDemand | null;
}

/**
 * Whether this run answers what Kamal asks `op`, and installs `op` only if somebody calls it. What `op` would answer is
 * not known if the environment changes what it does: then it is asked for everything, and that is told.
 */
export function answersOp({ inputs, environment, log }: Run): boolean {
  if (inputs.op === 'always' || inputs.command === 'setup') return false;
  const names = variablesThatChangeOp(environment);
  if (names.length === 0) return true;
  const listed = names.map((name) => `\`${name}\``).join(' and ');
  log.info(`Kamal's questions go to \`op\`, as with \`op: always\`: ${listed} changes what it answers.`);
  return false;
}

/** Makes `op` ready: a placeholder, or the real one. @throws Failure as `installOp` */
export async function readyOp(
  run: Run,
  onDemand: boolean,
  options: Pick<InstallOptions, 'signal' | 'turn' | 'onCopied'>,
): Promise<ReadyOp & { readonly kept: Promise<void> }> {
  if (onDemand) {
    const placed = await OpOnDemand.place(run.directory);
    const described = `${run.inputs.opVersion} (if something calls it)`;
    return { directory: placed.directory, described, onDemand: placed, kept: Promise.resolve() };
  }
  const { directory, version, from, kept } = await install(run, join(run.directory, 'op'), options);
  return { directory, described: `${version} (${from})`, onDemand: null, kept };
}

/** Installs `op` when somebody calls the one that waits for it. */
export function installWhenCalled(run: Run, op: OpOnDemand): void {
  op.watch(async (verb, signal) => {
    run.log.info(`\`${`op ${verb}`.trim()}\` is called: op ${run.inputs.opVersion} is installed now.`);
    const ended = AbortSignal.any([signal, run.signal]);
    return install(run, installDirectory(run.directory), { signal: ended });
  });
}

function install(
  run: Run,
  directory: string,
  options: Pick<InstallOptions, 'signal' | 'turn' | 'onCopied'>,
): Promise<InstalledOp> {
  return installOp({
    version: run.inputs.opVersion,
    cache: toolCache(run),
    directory,
    log: run.log,
    ...options,
  });
}

/** The runner's tool cache; on a machine without one, a place that the run takes with it. */
export function toolCache(run: Run): string {
  const given = process.env['RUNNER_TOOL_CACHE'] ?? '';
  return given === '' ? join(run.directory, 'tools') : given;
}
