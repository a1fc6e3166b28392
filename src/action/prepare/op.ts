import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shellQuoted } from '../../base/text/quoting.ts';
import { installOp, type InstalledOp, type InstallOptions } from '../../onepassword/op/install.ts';
import { installDirectory, OpOnDemand } from '../../onepassword/op/op-on-demand.ts';
import type { Run } from '../run.ts';

/** The `op` that Kamal finds on PATH. */
export interface ReadyOp {
  /** To be put on PATH. */
  readonly directory: string;
  /** Null if none may be called: what this run signed in with is nothing that `op` can use. */
  readonly version: string | null;
  /** Such as `2.35.0 (cache)`, for a person. */
  readonly described: string;
  /** One that is installed when it is first called; null: it is installed, or refuses. */
  readonly onDemand: OpOnDemand | null;
  /** Fulfilled when the tool cache has it too. */
  readonly kept: Promise<void>;
}

/** Installs `op`. @throws Failure as `installOp` */
export async function installedOp(
  run: Pick<Run, 'directory' | 'inputs' | 'log'>,
  options: Pick<InstallOptions, 'signal' | 'turn' | 'onCopied'>,
): Promise<ReadyOp> {
  const { directory, version, from, kept } = await install(run, join(run.directory, 'op'), options);
  return { directory, version, described: `${version} (${from})`, onDemand: null, kept };
}

/** Places an `op` that is installed when it is first called, see {@link installWhenCalled}. */
export async function opOnDemand({
  inputs: { opVersion: version },
  directory,
}: Pick<Run, 'inputs' | 'directory'>): Promise<ReadyOp> {
  const onDemand = await OpOnDemand.place(directory);
  const described = `${version} (if something calls it)`;
  return { directory: onDemand.directory, version, described, onDemand, kept: Promise.resolve() };
}

/** Places an `op` that says why there is none: its callers get a sentence, and no other program of that name. */
export async function refusingOp(
  { directory: parent }: Pick<Run, 'directory'>,
  sentence: string,
): Promise<ReadyOp> {
  const directory = join(parent, 'op');
  await mkdir(directory, { mode: 0o700 });
  const script = `#!/bin/sh\necho ${shellQuoted(`[ERROR] ${sentence}`)} >&2\nexit 1\n`;
  await writeFile(join(directory, 'op'), script, { mode: 0o755 });
  return { directory, version: null, described: 'is not used', onDemand: null, kept: Promise.resolve() };
}

/** Installs `op` when someone calls the one that waits for it. */
export function installWhenCalled(
  run: Pick<Run, 'directory' | 'inputs' | 'log' | 'signal'>,
  op: OpOnDemand,
): void {
  op.watch(async (verb, signal) => {
    run.log.info(`\`${`op ${verb}`.trim()}\` is called: op ${run.inputs.opVersion} is installed now.`);
    const ended = AbortSignal.any([signal, run.signal]);
    return install(run, installDirectory(run.directory), { signal: ended });
  });
}

function install(
  run: Pick<Run, 'directory' | 'inputs' | 'log'>,
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
export function toolCache(run: Pick<Run, 'directory'>): string {
  const given = process.env['RUNNER_TOOL_CACHE'] ?? '';
  return given === '' ? join(run.directory, 'tools') : given;
}
