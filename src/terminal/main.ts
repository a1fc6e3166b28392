/** From words to an exit code: finds the command, loads it, and tells what went wrong in a sentence. */
import { Failure } from '../failure.ts';
import { nearest } from '../parity/nearest.ts';
import { visible } from '../report/visible.ts';
import { VERSION } from '../version.ts';
import { readArguments, UsageError } from './arguments.ts';
import { EXIT, type Terminal } from './command.ts';
import { COMMANDS } from './commands.ts';

/** Runs one command line. Never throws. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...rest] = words;
  try {
    if (first === '--version' || first === '-v') {
      terminal.out(`${VERSION}\n`);
      return EXIT.clean;
    }
    if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
      const { overview } = await import('./help.ts');
      (first === undefined ? terminal.err : terminal.out)(overview(VERSION));
      return first === undefined ? EXIT.usage : EXIT.clean;
    }
    const entry = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
    if (entry === undefined) {
      const meant = nearest(first, Object.keys(COMMANDS));
      throw new UsageError(
        `There is no command “${first}”.${meant === null ? ` There are: ${Object.keys(COMMANDS).join(', ')}.` : ` Did you mean ${meant}?`}`,
      );
    }
    const command = await entry.load();
    if (rest.some((word) => word === '--help' || word === '-h')) {
      const { commandHelp } = await import('./help.ts');
      terminal.out(commandHelp(command.help));
      return EXIT.clean;
    }
    return await command.run(readArguments(rest, command.help), terminal);
  } catch (error) {
    return tell(error, terminal);
  }
}

function tell(error: unknown, { err, environment }: Terminal): number {
  if (error instanceof UsageError) {
    err(`kamal-1password: ${visible(error.message)}\n`);
    return EXIT.usage;
  }
  if (error instanceof Failure) {
    const steps = [...error.next.human, ...error.next.agent].map((step) => `  → ${visible(step)}\n`).join('');
    err(`kamal-1password: ${visible(error.message)}\n${steps}`);
    return EXIT.failed;
  }
  // Nothing a user did: the stack helps whoever gets the report.
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  err(
    `kamal-1password: this should not have happened. Please report it.\n${(environment['DEBUG'] ?? '') === '' ? detail.split('\n').slice(0, 4).join('\n') : detail}\n`,
  );
  return EXIT.failed;
}
