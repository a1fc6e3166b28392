import { run } from '../../../src/terminal/main.ts';

/** What a command line wrote, and how it ended. */
export interface Captured {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in `cwd`, as a process without a terminal would, with PATH, HOME and the variables passed. */
export async function captured(
  cwd: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Captured> {
  let out = '';
  let err = '';
  const code = await run(words, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    cwd,
    environment: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
    isTerminal: false,
    columns: undefined,
  });
  return { code, out, err };
}
