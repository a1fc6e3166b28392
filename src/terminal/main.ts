/** From words to an exit code: finds the command, loads it, and says in a sentence what went wrong. */
import { Failure } from '../base/failure.ts';
import { closest, didYouMean } from '../base/text/did-you-mean.ts';
import { visible } from '../report/parts/visible.ts';
import { wrapped } from '../report/parts/wrapped.ts';
import { VERSION } from '../base/version.ts';
import { readArguments, UsageError } from './ui/arguments.ts';
import { asCalled, commandLine } from './ui/called-as.ts';
import { type CommandHelp, EXIT, type Terminal } from './ui/command.ts';
import { COMMANDS } from './commands.ts';
import { failureJson } from '../report/formats/document.ts';
import { veiledTerminal } from './ui/veiled-terminal.ts';
import { lineWidth } from './ui/shared-options.ts';

/** Runs one command line. Never throws. */
export async function run(words: readonly string[], on: Terminal): Promise<number> {
  const terminal = veiledTerminal(on);
  const [first, ...rest] = words;
  const json = wantsJson(words);
  try {
    if (first === '--version' || first === '-v') {
      terminal.out(`${VERSION}\n`);
      return EXIT.clean;
    }
    if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
      return await help(rest, json, terminal, first !== undefined);
    }
    const entry = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
    if (entry === undefined) {
      throw new UsageError(unknownCommand(first));
    }
    if (asksForHelp(rest)) return await help([first], json, terminal, true);
    const command = await entry.load();
    return await command.run(readArguments(rest, command.help), terminal);
  } catch (error) {
    return tell(error, json, terminal);
  }
}

function unknownCommand(name: string): string {
  if (name.startsWith('-')) {
    const meant = didYouMean(name, ['--help', '--version', '-h', '-v']);
    return meant === ''
      ? `The command comes first: kamal-1password COMMAND ${name}. ${allCommands()}`
      : `Unknown option “${name}”.${meant}`;
  }
  if (KAMAL_COMMANDS.includes(name)) return commandOfKamal(name);
  const meant = didYouMean(name, [...Object.keys(COMMANDS), 'help']);
  if (meant !== '') return `Unknown command “${name}”.${meant}`;
  const kamals = closest(name, KAMAL_COMMANDS);
  return kamals === null
    ? `Unknown command “${name}”. ${allCommands()}`
    : `Unknown command “${name}”. ${commandOfKamal(kamals)}`;
}

/** In the order of `--help`. */
function allCommands(): string {
  return `Commands: ${Object.keys(COMMANDS).join(', ')}.`;
}

/** kamal 2.12, lib/kamal/cli/main.rb, without `init`, `help` and `remove`, which are ours too. */
const KAMAL_COMMANDS: readonly string[] = [
  'deploy',
  'redeploy',
  'rollback',
  'setup',
  'app',
  'accessory',
  'audit',
  'build',
  'config',
  'details',
  'docs',
  'lock',
  'proxy',
  'prune',
  'registry',
  'secrets',
  'server',
  'upgrade',
];

/** Those that a workflow runs by the action's input `command`; `command: setup` is another thing than Kamal's. */
const ACTION_RUNS: readonly string[] = ['deploy', 'rollback'];

function commandOfKamal(name: string): string {
  const inWorkflow = ACTION_RUNS.includes(name)
    ? ` In a workflow the action runs it: \`command: ${name}\`.`
    : '';
  const around = ['deploy', 'redeploy', 'setup', 'rollback'].includes(name)
    ? ' Here, run `kamal-1password check` before it and `kamal-1password verify` after it.'
    : '';
  return `“${name}” is a command of Kamal: run \`kamal ${name}\`.${inWorkflow}${around}`;
}

/** Words before `--` are options; those after it are literal. */
function optionsOf(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
}

function wantsJson(words: readonly string[]): boolean {
  const options = optionsOf(words);
  return options.some(
    (word, index) =>
      word === '--json' || word === '--format=json' || (word === 'json' && options[index - 1] === '--format'),
  );
}

function asksForHelp(words: readonly string[]): boolean {
  return optionsOf(words).some((word) => word === '--help' || word === '-h');
}

/** @param asked whether it was asked for; else it is printed like a mistake */
async function help(
  words: readonly string[],
  json: boolean,
  terminal: Terminal,
  asked: boolean,
): Promise<number> {
  const { commandHelp, helpJson, overview } = await import('./ui/help.ts');
  const [name] = words.filter((word) => !word.startsWith('-'));
  if (name !== undefined && !Object.hasOwn(COMMANDS, name)) throw new UsageError(unknownCommand(name));
  const layout = {
    cells: terminal.isTerminal ? lineWidth(terminal) : null,
    typed: (line: string) => commandLine(line, terminal),
  };
  const wanted = name === undefined ? Object.keys(COMMANDS) : [name];
  const load = async (): Promise<CommandHelp[]> =>
    Promise.all(wanted.flatMap((each) => COMMANDS[each]?.load() ?? [])).then((commands) =>
      commands.map((command) => command.help),
    );
  const shown = async (): Promise<string> =>
    name === undefined
      ? overview(VERSION, layout)
      : (await load()).map((each) => commandHelp(each, layout)).join('');
  const text = json ? helpJson(await load()) : await shown();
  (asked ? terminal.out : terminal.err)(text);
  return asked ? EXIT.clean : EXIT.usage;
}

/** To standard error for a person; where JSON was asked for, to standard output for the program too. */
function tell(error: unknown, json: boolean, terminal: Terminal): number {
  const { out, err, environment } = terminal;
  const cells = terminal.errorColumns === undefined ? null : lineWidth({ columns: terminal.errorColumns });
  const sentence = (text: string, indent: number, used: number): string =>
    wrapped(visible(asCalled(text, terminal)), cells, indent, used);
  const document = (code: string, next: Failure['next']): void => {
    if (json) out(failureJson(code, error instanceof Error ? error.message : String(error), next));
  };
  const nothing = { human: [], agent: [] };
  if (error instanceof UsageError) {
    document('wrong-usage', nothing);
    err(`${sentence(`kamal-1password: ${error.message}`, 2, 0)}\n`);
    return EXIT.usage;
  }
  if (error instanceof Failure) {
    terminal.keep?.([error.code]);
    document(error.code, error.next);
    const steps = [...error.next.human, ...error.next.agent]
      .map((step) => `  → ${sentence(step, 4, 4)}\n`)
      .join('');
    err(`${sentence(`kamal-1password: ${error.message}`, 2, 0)}\n${steps}`);
    return EXIT.failed;
  }
  document('fault', nothing);
  // Not a user's mistake: the stack helps the reader of the report.
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const most = (environment['DEBUG'] ?? '') === '' ? 4 : Infinity;
  // A message may quote a file of the checkout.
  const lines = detail.split('\n').slice(0, most).map(faultLine);
  err(`kamal-1password: unexpected error. Please report it.\n${lines.join('\n')}\n`);
  return EXIT.failed;
}

function faultLine(line: string): string {
  const shown = visible(line);
  return shown.length > LONGEST_FAULT ? `${shown.slice(0, LONGEST_FAULT)}…` : shown;
}

/** Characters of one line. */
const LONGEST_FAULT = 1000;
