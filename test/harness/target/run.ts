/** Runs a command to its end, for the helpers of the disposable server. */
import { execFile } from 'node:child_process';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a command without a shell, with any exit code; 128 means an end by signal. */
export function attempt(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { ...options, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.code ?? 128);
      if (typeof code === 'string') reject(error);
      else resolve({ code, stdout, stderr });
    });
  });
}

/**
 * Runs a command without a shell and returns what it printed on stdout.
 * @throws Error with the command's output where it exits other than 0
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} exited ${code}:\n${stdout}${stderr}`);
  return stdout;
}
