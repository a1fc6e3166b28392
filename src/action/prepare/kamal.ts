/** Kamal itself, made ready: installed, and loaded while 1Password answers. */
import { join } from 'node:path';
import { jobCache } from '../../github/runner/job-cache.ts';
import { installKamal, type AvailableKamal } from '../../kamal/install/install.ts';
import { RUN_VARIABLE } from '../../kamal/run/leftover-processes.ts';
import { missingLocale } from '../../kamal/run/locale.ts';
import { KamalProcess } from '../../kamal/run/process.ts';
import type { Credential } from '../../onepassword/session/credential.ts';
import { privatePlaces, type Run } from '../run.ts';
import { toolCache } from './op.ts';

/** What Kamal is installed for. */
type KamalRun = Pick<Run, 'root' | 'directory' | 'environment' | 'inputs' | 'log'>;

/**
 * Installs Kamal, or finds it.
 * @param turn when it may use the processor
 * @returns it with the environment that it needs besides that of the run
 * @throws Failure as `installKamal`
 */
export async function readyKamal(
  run: KamalRun,
  credential: Credential,
  { signal, turn }: { readonly signal: AbortSignal; readonly turn: Promise<void> },
): Promise<AvailableKamal> {
  const cache = jobCache(process.env, run.log);
  const installed = await installKamal({
    project: run.root,
    version: run.inputs.kamalVersion,
    ...placesForKamal(run, credential),
    environment: run.environment,
    log: run.log,
    signal,
    turn,
    ...(cache === undefined || run.inputs.kamal === 'isolated' ? {} : { cache }),
  });
  const environment = { ...missingLocale(run.environment), ...installed.environment };
  const places = await privatePlaces(run, { ...run.environment, ...environment });
  return { ...installed, environment: { ...environment, ...places } };
}

/** Kamal loads while 1Password answers. It gets token, agent and command when both are there. */
export async function waitingKamal(
  run: Pick<Run, 'directory' | 'environment' | 'log' | 'root' | 'signal'>,
  { argv, environment }: AvailableKamal,
  asksBeforeOp: boolean,
): Promise<KamalProcess> {
  run.signal.throwIfAborted();
  return KamalProcess.waiting({
    program: argv,
    workingDirectory: run.root,
    environment: { ...run.environment, ...environment, [RUN_VARIABLE]: run.directory },
    temporaryDirectory: run.directory,
    tidyCut: (text) => run.log.withoutTornEnd(text),
    asksBeforeOp,
  });
}

/** Where Kamal is installed and found again: only gems that a job with the same token has installed are used again. */
function placesForKamal(run: Pick<Run, 'directory' | 'inputs'>, { secret }: Credential) {
  const isolated = run.inputs.kamal === 'isolated';
  const of = (text: string): string => secret.hashOf('kamal-1password: the gems of Kamal', text);
  const owner = secret.hashOf('kamal-1password: whose gems of Kamal', '').slice(0, 16);
  return {
    isolated,
    toolCache: isolated ? join(run.directory, 'tools') : toolCache(run),
    binDirectory: join(run.directory, 'bin'),
    seal: isolated ? null : { owner, of },
  };
}
