import { spawn } from 'node:child_process';
import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { stopGroup } from './process-group.ts';

export interface Finished {
  /** Null if a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** True if it was ended because it wrote more than {@link MOST_OUTPUT} to one of the two. */
  readonly wroteTooMuch: boolean;
}

/** The most that is kept of what a program writes to one stream, in bytes. A server decides how much `ssh` writes. */
export const MOST_OUTPUT = 16 * 1024 * 1024;

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
 * Runs a program to its end and keeps what it writes. No shell, its own process group. Resolves with any exit code; a
 * program that writes without end is ended, with `exitCode` null.
 * @throws the system's error if the program cannot be started (`code` is `ENOENT` if there is none),
 *   the reason of `signal` if that was aborted
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
  const stop = (): void => {
    if (child.pid === undefined) return;
    // What left the group may hold the pipes open: a moment for what is in them, and no longer.
    void stopGroup(child.pid, 500).then(() =>
      setTimeout(() => [child.stdout, child.stderr].forEach((pipe) => pipe.destroy()), 200),
    );
  };
  let wroteTooMuch = false;
  const tooMuch = (): void => {
    if (!wroteTooMuch) stop();
    wroteTooMuch = true;
  };
  const stdout = kept(child.stdout, tooMuch);
  const stderr = kept(child.stderr, tooMuch);
  // If a program ends before it has read its input, its exit code says so.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');

  options.signal?.addEventListener('abort', stop, { once: true });
  const timer = options.timeout === undefined ? null : setTimeout(stop, options.timeout);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code));
    });
    options.signal?.throwIfAborted();
    return {
      exitCode: wroteTooMuch ? null : exitCode,
      stdout: Buffer.concat(stdout).toString('utf8'),
      stderr: Buffer.concat(stderr).toString('utf8'),
      wroteTooMuch,
    };
  } finally {
    options.signal?.removeEventListener('abort', stop);
    if (timer !== null) clearTimeout(timer);
  }
}

/** The chunks of a stream as they come, up to {@link MOST_OUTPUT}. */
function kept(stream: Readable, tooMuch: () => void): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MOST_OUTPUT) chunks.push(chunk);
    else tooMuch();
  });
  return chunks;
}
