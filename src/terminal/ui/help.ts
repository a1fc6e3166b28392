/** Help that a person likes to read, and the same for a program. */
import { padTo, width } from '../../report/parts/visible.ts';
import { wrapped } from '../../report/parts/wrapped.ts';
import type { CommandHelp } from './command.ts';
import { COMMANDS } from '../commands.ts';
import { jsonDocument } from '../../report/formats/document.ts';

/** The commands by what someone is about to do. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Set up and check': ['init', 'check', 'doctor'],
  'Change secrets': ['add', 'rename', 'remove', 'fix'],
  'Servers and failed deploys': ['status', 'verify', 'diagnose', 'preview'],
  More: ['rules', 'explain', 'lsp', 'mcp', 'completion'],
};

/** How help is shown to the person who asks. */
export interface HelpLayout {
  /** Of a line; null leaves lines whole. */
  readonly cells: number | null;
  /** A command line as that person types it. */
  readonly typed: (words: string) => string;
}

export function overview(version: string, { cells, typed }: HelpLayout): string {
  const column = Math.max(...Object.keys(COMMANDS).map(width)) + 2;
  const line = (name: string): string =>
    `  ${padTo(name, column)}${wrapped(COMMANDS[name]?.summary ?? '', cells, column + 2)}\n`;
  const groups = Object.entries(GROUPS).map(([title, names]) => `${title}:\n${names.map(line).join('')}`);
  const said = (text: string, indent = 0): string => wrapped(text, cells, indent, 0);
  return `${said(`kamal-1password ${version}: check the secrets of a Kamal deploy before you deploy.`)}

Usage: ${typed('COMMAND [options]')}

${groups.join('\n')}
${said('Exit codes: 0 no errors, 1 errors (check --fail-on changes what counts), 2 wrong usage, 3 could not run.')}
${said('Every command but lsp and mcp takes --json; the schemas are in docs/.')}

${said(`Next: \`${typed('COMMAND --help')}\` shows options and examples.`, 6)}
`;
}

export function commandHelp(
  { usage, summary, options, examples }: CommandHelp,
  { cells, typed }: HelpLayout,
): string {
  const left = options.map(
    ({ name, short, value }) =>
      `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
  );
  const column = Math.max(...left.map(width)) + 4;
  return `${wrapped(summary, cells, 0)}

Usage: ${typed(usage)}

Options:
${options.map(({ help }, index) => `  ${padTo(left[index] ?? '', column - 2)}${wrapped(help, cells, column)}\n`).join('')}
Examples:
${examples.map(({ line, does }) => `  ${typed(line)}\n      ${does}\n`).join('')}`;
}

/** docs/help.schema.json. */
export function helpJson(commands: readonly CommandHelp[]): string {
  return jsonDocument({
    exitCodes: { 0: 'no errors', 1: 'errors', 2: 'wrong usage', 3: 'could not run' },
    commands: commands.map(({ name, usage, summary, operands, options, examples }) => ({
      name,
      usage,
      summary,
      operands,
      options: options.map(({ name: option, short, value, choices, repeatable, help }) => ({
        name: option,
        short: short ?? null,
        value: value ?? null,
        choices: choices ?? null,
        repeatable: repeatable ?? false,
        help,
      })),
      examples,
    })),
  });
}
