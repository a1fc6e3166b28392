/** Runs the command line, in this process or in its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Terminal } from '../../../src/terminal/ui/command.ts';
import { run } from '../../../src/terminal/main.ts';

/** The command line as it is shipped: it starts in a fifth of the time that its source takes. `bin/test` says if it is stale. */
export const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Everything but `src/cli.ts` itself, without the time that a process takes to start. Not on a terminal. */
export async function runCli(
  words: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
  more: Partial<Terminal> = {},
): Promise<Ended> {
  let out = '';
  let err = '';
  const status = await run(words, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    cwd,
    environment,
    isTerminal: false,
    columns: undefined,
    ...more,
  });
  return { status, out, err };
}

/** A process, from its source. */
export function spawnCli(words: readonly string[], cwd: string): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, out, err }));
  });
}
