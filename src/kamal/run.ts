import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { Failure } from '../failure.ts';
import { stopGroup } from './run-group.ts';
import { Interruption, Lifeline } from './run-interruption.ts';
import type { Patience } from './run-interruption.ts';
import { BoundedLog } from './run-log.ts';
import { PhaseClock } from './run-phases.ts';
import type { Phase, PhaseDuration } from './run-phases.ts';
import { LIFELINE_VARIABLE, PRELOAD_NAME, PRELOAD_SOURCE } from './run-preload.ts';
import { SilenceWatch } from './run-silence.ts';

/** A line of Kamal's output when it happens; `text` has its colours and no line end, and is not masked. */
export interface LiveLine {
  readonly text: string;
  readonly stream: 'stdout' | 'stderr';
  readonly phase: Phase;
  /** Seconds since Kamal was started. */
  readonly elapsed: number;
}

export interface RunOptions {
  /** Program and arguments, e.g. `['bundle', 'exec', 'kamal', 'deploy']`. Started without a shell. */
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  /** The whole environment of Kamal: nothing is added but what this module needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** A directory of this job; a private directory is made in it and removed at the end. */
  readonly temporaryDirectory: string;
  onLine(line: LiveLine): void;
  /** A phase begins and the one before it ends; called before the line that begins it. */
  onPhase?(begun: Phase, ended: PhaseDuration): void;
  /** Nothing was written for a while: seconds of silence, and how long the phase has lasted. */
  onSilence?(phase: Phase, silent: number, lasted: number): void;
  /** After how many seconds without a line `onSilence` is called, and again; default 8. */
  readonly silenceSeconds?: number;
  /** Interrupts the run when aborted; its reason, where a string, is what Kamal is told and says. */
  readonly signal?: AbortSignal;
  /** Default 6000 and 1000: a runner that cancels sends SIGINT, SIGTERM after 7.5 s and SIGKILL after 10 s. */
  readonly patience?: Patience;
}

export interface RunResult {
  /** Null where a signal ended Kamal. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What Kamal wrote, stdout and stderr as they came, not masked; the middle of a very long log is left out. */
  readonly lines: readonly string[];
  readonly phases: readonly PhaseDuration[];
  /** The phase in which it ended. */
  readonly phase: Phase;
  /** Why the run was interrupted, or null where it ended by itself. */
  readonly interrupted: string | null;
  /** True where Kamal did not end in time after the interruption: its lock may still be held. */
  readonly killed: boolean;
  readonly seconds: number;
}

/**
 * Runs Kamal to its end, whatever that is; the result tells. No process of Kamal's group is left when it returns.
 *
 * `@actions/exec` is not used: it can neither start a process group of its own nor signal it, so that children
 * (docker buildx, hooks, op) would outlive a cancelled job, and it offers no way to tell Kamal to release its lock.
 * @throws Failure `kamal-not-started` where the program cannot be started
 */
export async function runKamal(options: RunOptions): Promise<RunResult> {
  const preload = await mkdtemp(join(options.temporaryDirectory, 'kamal-preload-'));
  try {
    await writeFile(join(preload, `${PRELOAD_NAME}.rb`), PRELOAD_SOURCE, { mode: 0o600 });
    return await superviseKamal(options, preload);
  } finally {
    await rm(preload, { recursive: true, force: true });
  }
}

async function superviseKamal(options: RunOptions, preload: string): Promise<RunResult> {
  const { signal: abort } = options;
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const started = await start(options, preload);
  const ended = endOf(started);

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
  readLines(started.output.stdout, (text) => hear(text, 'stdout'));
  readLines(started.output.stderr, (text) => hear(text, 'stderr'));

  const lifeline = new Lifeline(started.lifeline);
  const interruption = new Interruption(
    lifeline,
    started.group,
    options.patience ?? { release: 6000, terminate: 1000 },
  );
  const onAbort = (): void =>
    interruption.begin(typeof abort?.reason === 'string' ? abort.reason : 'a cancellation');
  if (abort?.aborted === true) onAbort();
  abort?.addEventListener('abort', onAbort, { once: true });
  try {
    const { code, signal } = await ended;
    return {
      exitCode: code,
      signal,
      lines: log.lines(),
      phase: clock.phase,
      phases: clock.stop(),
      interrupted: interruption.reason,
      killed: interruption.killed,
      seconds: seconds(),
    };
  } finally {
    abort?.removeEventListener('abort', onAbort);
    silence.stop();
    interruption.end();
    lifeline.close();
  }
}

interface Started {
  readonly child: ChildProcess;
  /** Both the process id and the id of the group that it leads. */
  readonly group: number;
  readonly output: { readonly stdout: Readable; readonly stderr: Readable };
  readonly lifeline: Duplex;
}

async function start(options: RunOptions, preload: string): Promise<Started> {
  const [program = '', ...args] = options.argv;
  const child = spawn(program, args, {
    cwd: options.workingDirectory,
    env: withPreload(options.environment, preload),
    // A session of its own: a signal to the job's group does not reach Kamal behind our back, and ours reach all of it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(notStarted(program, error)));
  });
  const { pid: group, stdout, stderr } = child;
  const lifeline = child.stdio[3];
  if (group === undefined || stdout === null || stderr === null || !(lifeline instanceof Duplex)) {
    throw notStarted(program, null);
  }
  return { child, group, output: { stdout, stderr }, lifeline };
}

function withPreload(environment: RunOptions['environment'], directory: string): Record<string, string> {
  return {
    ...environment,
    RUBYOPT: [environment['RUBYOPT'], `-r${PRELOAD_NAME}`].filter(Boolean).join(' '),
    // Not a path in RUBYOPT: Ruby splits that at spaces, and a runner's directory may have some.
    RUBYLIB: [directory, environment['RUBYLIB']].filter(Boolean).join(':'),
    [LIFELINE_VARIABLE]: '3',
  };
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Waits for the end of Kamal, then ends what it left behind, then for the rest of the output. */
async function endOf({ child, group, output, lifeline }: Started): Promise<End> {
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const end = await new Promise<End>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await stopGroup(group, 1000);
  // A process that left the group may hold the pipes open for ever: what it writes is not Kamal's.
  const giveUp = setTimeout(
    () => [output.stdout, output.stderr, lifeline].forEach((pipe) => pipe.destroy()),
    2000,
  );
  await closed;
  clearTimeout(giveUp);
  return end;
}

function readLines(stream: Readable, onLine: (text: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) onLine(part.replace(/\r$/, ''));
  });
  stream.on('end', () => {
    rest += decoder.end();
    if (rest !== '') onLine(rest);
  });
}

function notStarted(program: string, cause: unknown): Failure {
  return new Failure(
    'kamal-not-started',
    `Kamal could not be started: \`${program}\` cannot be run.`,
    { agent: ['Add a step with `ruby/setup-ruby` before this one, or name a `kamal-version` to install.'] },
    cause,
  );
}
