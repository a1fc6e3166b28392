import { spawn } from 'node:child_process';
import { Buffer } from 'node:buffer';
import { stopGroup } from './process-group.ts';

export interface Finished {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SubprocessOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** Written to its standard input, which is then closed. */
  readonly input?: string;
  /** Ends the process and all that it started; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Ends it likewise after so many milliseconds; the promise resolves with `exitCode` null. */
  readonly timeout?: number;
}

/**
 * Runs a program to its end and keeps what it writes. No shell, a process group of its own.
 * Resolves whatever the exit code is.
 * @throws the system's error where the program cannot be started (`code` is `ENOENT` where there is none),
 *   the reason of `signal` where that was aborted
 */
export async function runToEnd(argv: readonly string[], options: SubprocessOptions): Promise<Finished> {
  options.signal?.throwIfAborted();
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    cwd: options.workingDirectory,
    env: options.environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that ends before it has read its input is told of by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');

  const stop = (): void => {
    if (child.pid !== undefined) void stopGroup(child.pid, 500);
  };
  options.signal?.addEventListener('abort', stop, { once: true });
  const timer = options.timeout === undefined ? null : setTimeout(stop, options.timeout);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code));
    });
    options.signal?.throwIfAborted();
    return {
      exitCode,
      stdout: Buffer.concat(stdout).toString('utf8'),
      stderr: Buffer.concat(stderr).toString('utf8'),
    };
  } finally {
    options.signal?.removeEventListener('abort', stop);
    if (timer !== null) clearTimeout(timer);
  }
}
