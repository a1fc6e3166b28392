import type { JobLog } from '../../github/runner/log.ts';
import type { RunOptions } from '../../kamal/run/run.ts';

/**
 * Kamal's output in the job's log: each line when it happens, one fold a phase, and under each fold how long it took,
 * so that the log reads as an outline once it is over.
 */
export function liveOutput(
  log: JobLog,
  nameOf: (phase: Parameters<NonNullable<RunOptions['onPhase']>>[0]) => string,
): Required<Pick<RunOptions, 'onLine' | 'onPhase' | 'onSilence'>> & { end(seconds: number | null): void } {
  let open = false;
  const close = (seconds: number | null): void => {
    if (!open) return;
    log.endGroup();
    if (seconds !== null) log.info(`  ${seconds.toFixed(1)} s`);
    open = false;
  };
  const ensure = (phase: Parameters<typeof nameOf>[0]): void => {
    if (open) return;
    log.startGroup(nameOf(phase));
    open = true;
  };
  return {
    onPhase(_begun, ended) {
      close(ended.seconds);
    },
    onLine({ text, phase }) {
      ensure(phase);
      log.info(text);
    },
    onSilence(phase, _silent, lasted) {
      ensure(phase);
      log.info(`… still running: ${nameOf(phase).toLowerCase()}, ${Math.round(lasted)} s so far`);
    },
    end: close,
  };
}
