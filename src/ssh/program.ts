import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { absolutePath } from '../base/absolute-path.ts';

export interface ProgramRun {
  /** Null if a signal ended it, it never started, or its time ran out. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** `too-much`: it was ended because it wrote more than {@link MOST_OUTPUT}. */
  readonly ended: 'exit' | 'until' | 'missing' | 'timeout' | 'aborted' | 'too-much';
}

/** The most that one of OpenSSH's programs may write, in characters; a server decides how much that is. */
export const MOST_OUTPUT = 1024 * 1024;

export interface ProgramOptions {
  /** Written to the program's standard input, which is closed then. If it does not come, the program is ended. */
  readonly input?: string | Promise<string>;
  readonly environment?: Readonly<Record<string, string>>;
  /** So many milliseconds after it has its input the program and all its children are killed. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Once a line of its standard error has this, the program is ended, and counts as successful. */
  readonly until?: RegExp;
}

/** Of the environment, what OpenSSH's programs need. Never the token: an agent's environment outlives this process. */
const PASSED_ON = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'RUNNER_TRACKING_ID'];

/** The environment of OpenSSH's programs. */
export function opensshEnvironment(): Record<string, string> {
  const environment: Record<string, string> = { LC_ALL: 'C', SSH_ASKPASS_REQUIRE: 'never' };
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = name === 'PATH' ? absolutePath(value) : value;
  }
  return environment;
}

/**
 * Runs one of OpenSSH's programs to its end. It has no terminal (its own session), so that it cannot ask anyone for a
 * passphrase; it is never killed halfway by a signal to this process's group. Never throws.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramRun> {
  if (options.signal?.aborted === true) {
    return Promise.resolve({ exitCode: null, stdout: '', stderr: '', ended: 'aborted' });
  }
  const child = spawn(command, args, {
    env: { ...opensshEnvironment(), ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  return new Promise((resolve) => {
    follow(child, options, resolve);
  });
}

/** Gives a started program its input, and waits for its end or ends it. */
function follow(
  child: ChildProcessWithoutNullStreams,
  options: Pick<ProgramOptions, 'input' | 'timeout' | 'signal' | 'until'>,
  resolve: (run: ProgramRun) => void,
): void {
  const output = { stdout: '', stderr: '' };
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  let cut: 'timeout' | 'aborted' | 'until' | 'too-much' | null = null;
  const settle = (exitCode: number | null, ended: ProgramRun['ended']): void => {
    over = true;
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
    resolve({ exitCode, ...output, ended });
  };
  const kill = (reason: NonNullable<typeof cut>): void => {
    cut ??= reason;
    killGroup(child);
  };
  const abort = (): void => kill('aborted');
  options.signal?.addEventListener('abort', abort, { once: true });
  const keep = (stream: 'stdout' | 'stderr', text: string): void => {
    output[stream] += text.slice(0, Math.max(0, MOST_OUTPUT - output.stdout.length - output.stderr.length));
    if (output.stdout.length + output.stderr.length >= MOST_OUTPUT) kill('too-much');
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => keep('stdout', text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const line = output.stderr.lastIndexOf('\n') + 1;
    keep('stderr', text);
    if (options.until?.test(output.stderr.slice(line)) === true) kill('until');
  });
  child.once('error', () => settle(null, 'missing'));
  child.once('close', (code) => settle(cut === null ? code : null, cut ?? 'exit'));
  // A program that does not read to the end of its input (EPIPE) says why on its standard error.
  child.stdin.on('error', () => undefined);
  const feed = async (): Promise<void> => {
    try {
      const input = await (options.input ?? '');
      if (over) return;
      timer = setTimeout(() => kill('timeout'), options.timeout);
      child.stdin.end(input);
    } catch {
      kill('aborted');
    }
  };
  void feed();
}

function killGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended on its own.
  }
  // A grandchild that holds the pipes open must not hold us.
  child.stdout.destroy();
  child.stderr.destroy();
}
