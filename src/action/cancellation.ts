import { Failure } from '../base/failure.ts';

/**
 * Turns what ends a run from outside into one abort: SIGINT and SIGTERM (the runner sends them 7.5 s apart and kills 2.5
 * s later; actions/runner, src/Runner.Sdk/ProcessInvoker.cs), and SIGHUP. Later signals are swallowed: the work of
 * stopping is under way. A log that cannot be written, or that has no reader any more, ends nothing: work on the servers
 * is finished, and undone here. Call it before anything is started.
 */
export function listenForCancellation(): AbortSignal {
  const controller = new AbortController();
  const cancel = (why: string): void => {
    if (!controller.signal.aborted)
      controller.abort(new Failure('cancelled', `The run was cancelled (${why}).`));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => cancel(signal));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return controller.signal;
}
