import { Interruption, type InterruptionPatience, type OpAnswering } from './interruption.ts';
import { BoundedLog } from './bounded-log.ts';
import { PhaseClock, type Phase, type PhaseDuration } from './phases.ts';
import { KamalProcess, type ProcessOptions } from './process.ts';
import { SilenceWatch } from './silence.ts';

/** A line of Kamal's output when it happens; `text` has its colours and no line end, and is not masked. */
export interface LiveLine {
  readonly text: string;
  readonly stream: 'stdout' | 'stderr';
  readonly phase: Phase;
  /** Seconds since Kamal was started. */
  readonly elapsed: number;
}

export interface RunOptions extends ProcessOptions {
  /** Kamal's words, e.g. `['deploy', '--version', 'abc123']`. */
  readonly words: readonly string[];
  onLine(line: LiveLine): void;
  /** A phase begins and the one before it ends; called before the line that begins it. */
  onPhase?(begun: Phase, ended: PhaseDuration): void;
  /** Nothing was written for a while: seconds of silence, and how long the phase has lasted. */
  onSilence?(phase: Phase, silent: number, lasted: number): void;
  /** After how many seconds without a line `onSilence` is called, and again; default 8. */
  readonly silenceSeconds?: number;
  /** Interrupts the run when aborted; a reason that is a string is passed to Kamal, which prints it. */
  readonly signal?: AbortSignal;
  /** Who answers what Kamal would ask `op`, where it `asksBeforeOp`; default: no one, and `op` is called. */
  readonly answering?: OpAnswering | null;
  /** Default 6000 and 1000: a runner that cancels sends SIGINT, SIGTERM after 7.5 s and SIGKILL after 10 s. */
  readonly patience?: InterruptionPatience;
}

export interface RunResult {
  /** Null if a signal ended Kamal. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What Kamal wrote, stdout and stderr as they came, not masked; the middle of a very long log is skipped. */
  readonly lines: readonly string[];
  readonly phases: readonly PhaseDuration[];
  /** The phase in which it ended, or was interrupted: giving back the lock comes after that. */
  readonly phase: Phase;
  /** Why the run was interrupted, or null if it ended on its own. */
  readonly interrupted: string | null;
  /** True if Kamal did not end in time after the interruption: its lock may still be held. */
  readonly killed: boolean;
  readonly seconds: number;
}

/**
 * Runs Kamal to its end, whatever that is: see the result. No process of Kamal's group is left when it returns.
 *
 * `@actions/exec` is not used: it can neither start its own process group nor signal it, so that children (docker
 * buildx, hooks, op) would outlive a cancelled job, and it offers no way to tell Kamal to release its lock.
 * @throws Failure `kamal-not-started` if the program cannot be started; the rejection of `cleared`; the reason of
 *   the signal if that came before Kamal. In each case Kamal has done nothing
 */
export async function runKamal(
  options: RunOptions,
  { waiting = null, cleared = Promise.resolve() }: Start = {},
): Promise<RunResult> {
  const goes = waiting !== null && (await goOn(waiting, cleared, options));
  if (!goes) await cleared;
  const kamal = goes ? waiting : await KamalProcess.start(options, options.words);
  kamal.lifeline.answering = options.answering ?? null;
  let isCleared = !goes;
  cleared.then(
    () => (isCleared = true),
    () => undefined,
  );
  try {
    const result = await Promise.race([supervise(kamal, options), rejectionOf(cleared)]);
    // A cancel ended it while it waited: it has done nothing.
    if (!isCleared) options.signal?.throwIfAborted();
    return result;
  } finally {
    await kamal.close();
  }
}

/** How a run begins. */
export interface Start {
  /** One of the same program that waits for this. */
  readonly waiting?: KamalProcess | null;
  /** What has to be well before Kamal runs its first command; one that waits reads its configuration in the meantime. */
  readonly cleared?: Promise<unknown>;
}

/** @returns false if it does not, and has ended */
async function goOn(
  waiting: KamalProcess,
  cleared: Promise<unknown>,
  { words, environment, signal, answering = null }: RunOptions,
): Promise<boolean> {
  waiting.lifeline.answering = answering;
  cleared.then(
    () => waiting.clear(),
    () => undefined,
  );
  if (await waiting.goOn(words, environment, signal)) return true;
  await waiting.close();
  signal?.throwIfAborted();
  return false;
}

function rejectionOf(promise: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    promise.catch(reject);
  });
}

async function supervise(kamal: KamalProcess, options: RunOptions): Promise<RunResult> {
  const { signal: abort } = options;
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const clock = new PhaseClock();
  const log = new BoundedLog();
  const silence = new SilenceWatch(options.silenceSeconds ?? 8, (silent) =>
    options.onSilence?.(clock.phase, silent, clock.seconds),
  );
  const hear = (text: string, stream: LiveLine['stream']): void => {
    silence.heard();
    const ending = clock.hear(text);
    if (ending !== null) options.onPhase?.(clock.phase, ending);
    log.add(text);
    options.onLine({ text, stream, phase: clock.phase, elapsed: seconds() });
  };
  kamal.listen(hear);
  const interruption = new Interruption(
    kamal.lifeline,
    kamal.group,
    options.patience ?? { release: 6000, terminate: 1000 },
  );
  let interruptedAt: Phase | null = null;
  const onAbort = (): void => {
    interruptedAt = clock.phase;
    interruption.begin(typeof abort?.reason === 'string' ? abort.reason : 'a cancellation');
  };
  if (abort?.aborted === true) onAbort();
  abort?.addEventListener('abort', onAbort, { once: true });
  try {
    const { code, signal } = await kamal.ended;
    return {
      exitCode: code,
      signal,
      lines: log.lines(),
      phase: interruptedAt ?? clock.phase,
      phases: clock.stop(),
      interrupted: interruption.reason,
      killed: interruption.killed,
      seconds: seconds(),
    };
  } finally {
    abort?.removeEventListener('abort', onAbort);
    silence.stop();
    interruption.end();
  }
}
