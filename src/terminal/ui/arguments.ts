/** Reads the command line strictly: what is not known is an error that says what was probably meant. */
import { didYouMean } from '../../base/text/did-you-mean.ts';
import { NO_VALUES } from '../../change/secret-name.ts';
import type { Arguments, CommandHelp, Option } from './command.ts';

/** A mistake in the command line: exit 2. The message is one sentence for a person. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Operands that name a secret. */
const SECRET_NAMES: ReadonlySet<string> = new Set(['NAME', 'OLD', 'NEW']);

/** @throws UsageError for unknown options, missing or unknown values, too few or too many operands */
export function readArguments(
  words: readonly string[],
  { name: command, usage, options, operands: wanted, choices = [], examples }: CommandHelp,
): Arguments {
  const given = new Map<string, string[]>();
  const operands: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      operands.push(...rest.splice(0));
    } else if (!word.startsWith('-') || word === '-') {
      operands.push(word);
    } else {
      const { option, value } = parseOption(word, options, command);
      take(option, value, rest, given);
    }
  }
  const open = /…\]?$/.test(wanted.at(-1) ?? '');
  const required = wanted.filter((name) => !name.startsWith('['));
  if (operands.length < required.length)
    throw new UsageError(
      `${command} needs ${required.slice(operands.length).join(' ')}${choices.length === 0 ? '' : `: ${choices.join(', ')}`}. Usage: kamal-1password ${usage}${examples[0] === undefined ? '' : `. For example: kamal-1password ${examples[0].line}`}`,
    );
  if (operands.length > wanted.length && !open)
    throw new UsageError(
      // What comes after the name of a secret may be its value: it is not repeated.
      wanted.some((name) => SECRET_NAMES.has(name))
        ? `${command} takes ${wanted.join(' ')} and nothing else. ${NO_VALUES}`
        : `${command} does not take “${operands[wanted.length] ?? ''}”.${options.some(({ name }) => name === 'destination') ? ' To name a destination, use -d.' : ''}`,
    );
  return {
    operands,
    value: (name) => given.get(name)?.at(-1),
    values: (name) => given.get(name) ?? [],
    has: (name) => given.has(name),
  };
}

function parseOption(
  word: string,
  options: readonly Option[],
  command: string,
): { option: Option; value: string | null } {
  const equals = word.indexOf('=');
  const long = word.startsWith('--');
  const name = long ? word.slice(2, equals < 0 ? undefined : equals) : word.slice(1, 2);
  const option = options.find((each) => (long ? each.name === name : each.short === name));
  if (option === undefined) {
    const all = options.map((each) => each.name);
    const letters = options.flatMap(({ short }) => short ?? []);
    const help = long ? didYouMean(name, all, '--') : caseSlip(name, letters);
    const rest = help === '' ? ` \`kamal-1password ${command} --help\` lists them.` : help;
    throw new UsageError(`${command} has no option ${long ? '--' : '-'}${name}.${rest}`);
  }
  const afterName = long ? word.slice(equals + 1) : word.slice(2).replace(/^=/, '');
  const attached = (long ? equals >= 0 : word.length > 2) ? afterName : null;
  if (attached !== null && option.value === undefined)
    throw new UsageError(`--${option.name} takes no value.`);
  return { option, value: attached };
}

/** `-D` for `-d`: any other letter is another option. */
function caseSlip(letter: string, shorts: readonly string[]): string {
  const meant = shorts.find((each) => each !== letter && each.toLowerCase() === letter.toLowerCase());
  return meant === undefined ? '' : ` Did you mean -${meant}?`;
}

function take(option: Option, attached: string | null, rest: string[], given: Map<string, string[]>): void {
  const values = given.get(option.name) ?? [];
  given.set(option.name, values);
  if (option.value === undefined) return;
  const value = attached ?? rest.shift();
  if (value === undefined) throw new UsageError(`--${option.name} needs a value: ${option.value}.`);
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw new UsageError(
      `--${option.name} takes ${option.choices.join(', ')}, not “${value}”.${didYouMean(value, option.choices)}`,
    );
  }
  if (values.length > 0 && option.repeatable !== true)
    throw new UsageError(`--${option.name} is given twice.`);
  values.push(value);
}
