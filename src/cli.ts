#!/usr/bin/env node
/** The command line. What it does is in terminal/; here it only meets the process. */
import { fstatSync, statSync, writeSync } from 'node:fs';
import module from 'node:module';
import { devNull } from 'node:os';
import type { Terminal } from './terminal/ui/command.ts';

// Once compiled, the code starts faster. Machines that start from nothing each time are left as they are found. Node.js 20
// has none, and would refuse an import by that name.
if ((process.env['CI'] ?? '') === '') module.enableCompileCache?.();
// Nor does its first release have these, which the classes loaded below are defined with.
for (const name of ['dispose', 'asyncDispose'] as const)
  if (!(name in Symbol)) Object.defineProperty(Symbol, name, { value: Symbol.for(`Symbol.${name}`) });
const { run } = await import('./terminal/main.ts');

const onLost: (() => void)[] = [];
const terminal: Terminal = {
  out: writer(1),
  err: writer(2),
  onLost: (listener) => void onLost.push(listener),
  cwd: currentFolder(),
  environment: process.env,
  isTerminal: isCharacterDevice(1) && process.stdout.isTTY,
  columns: isCharacterDevice(1) ? process.stdout.columns : undefined,
  errorColumns: isCharacterDevice(2) ? process.stderr.columns : undefined,
  ...(isCharacterDevice(0) && isCharacterDevice(1) && process.stdin.isTTY && process.stdout.isTTY
    ? { ask }
    : {}),
  inputIsTerminal: isCharacterDevice(0) && process.stdin.isTTY,
  readInput: async () =>
    (await import('./terminal/ui/log-files.ts')).boundedLog(process.stdin, 'Standard input'),
};
process.exitCode = await run(process.argv.slice(2), terminal);

/** Ends the process if the folder is gone: no one could say which project is meant. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    writer(2)(
      'kamal-1password: The current folder does not exist any more. Change to the project, and try again.\n',
    );
    process.exit(3);
  }
}

/**
 * Writes to a pipe or file immediately and in full: Node's streams take longer to load than a check takes. What cannot
 * be written decides nothing: the exit code is what it would have been. A reader that goes away (`| head`) is no fault;
 * anything else (a disk that is full) is one line on standard error.
 */
function writer(descriptor: 1 | 2): (text: string) => void {
  const state = { lost: false };
  const lose = (error: unknown): void => {
    if (state.lost) return;
    state.lost = true;
    if (descriptor === 2) return;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code !== 'EPIPE') terminal.err(`kamal-1password: standard output cannot be written (${code}).\n`);
    for (const listener of onLost) listener();
  };
  if (isCharacterDevice(descriptor)) {
    const stream = descriptor === 1 ? process.stdout : process.stderr;
    stream.on('error', lose);
    return (text) => void (state.lost || stream.write(text));
  }
  return (text) => {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length;) {
      if (state.lost) return;
      try {
        done += writeSync(descriptor, bytes, done);
      } catch (error) {
        // The pipe's owner made it refuse rather than wait.
        if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        } else lose(error);
      }
    }
  };
}

/** A terminal, or what looks like one from afar (`/dev/null`). */
/** False for /dev/null, too: Node's streams would be loaded for it. */
function isCharacterDevice(descriptor: number): boolean {
  try {
    const found = fstatSync(descriptor);
    return found.isCharacterDevice() && found.rdev !== statSync(devNull).rdev;
  } catch {
    return false;
  }
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await lines.question(question);
  } catch (error) {
    // Ctrl-C and Ctrl-D, both an answer too.
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    process.stdout.write('\n');
    const { Failure } = await import('./base/failure.ts');
    throw new Failure('interrupted', 'Interrupted at the question: nothing was done.');
  } finally {
    lines.close();
  }
}
