/** Kamal within the commands of a script, through any wrapper. */
import { withoutComments } from '../../base/text/without-comments.ts';
import type { KamalCall } from '../../parity/model.ts';
import { readShell, type ShellCommand, type ShellWord } from './shell.ts';

/** Kamal's own commands (Kamal 2.12.0, lib/kamal/cli/main.rb; `env`, `envify`, `traefik`, `healthcheck`: Kamal 1). */
const COMMANDS =
  /^(?:deploy|redeploy|setup|rollback|app|accessory|build|config|details|docs|env|envify|healthcheck|lock|proxy|prune|registry|remove|secrets|server|audit|version|init|upgrade|traefik)$/;
const WITH_SUBCOMMAND =
  /^(?:app|accessory|build|env|lock|proxy|prune|registry|secrets|server|traefik|healthcheck)$/;

/** Programs that take words and run none of them. */
const NO_RUNNER =
  /^(?:echo|printf|grep|rg|egrep|git|gh|which|type|hash|curl|wget|cat|head|tail|sed|awk|jq|test|\[|\[\[|exit|ls|rm|cp|mv|mkdir|chmod|chown|touch|export|local|readonly|declare|alias|return|logger|diff|ln|cd|apt|apt-get|brew|asdf|pip|npm|slack|notify-send)$/;

/** Whether a text has a command of Kamal in it, comments omitted. */
export function namesKamal(text: string): boolean {
  return /(?:^|[\s;&|("'`=/])kamal(?::[\w.-]+)?["']?,?[ \t]+["']?[-\w$"{]/m.test(withoutComments(text));
}

/** Every call in a script. */
export function kamalIn(script: string, depth = 0): KamalCall[] {
  const { commands, isUnderstood } = readShell(script);
  const calls = commands.flatMap((command) => callsIn(command, depth));
  const isAlias = commands.some(
    ({ words }) => words[0]?.text === 'alias' && words.some(({ text }) => text.includes('kamal')),
  );
  const found = isAlias ? calls.map((call) => ({ ...call, through: ['an alias', ...call.through] })) : calls;
  if (found.length > 0) return found;
  // Here documents and what the parser gave up on.
  const rest = isUnderstood ? withoutTexts(script) : script;
  const [, command] = /\bkamal[ \t]+(deploy|redeploy|setup|rollback)\b/.exec(withoutComments(rest)) ?? [];
  if (command === undefined || (isUnderstood && !rest.includes('<<'))) return [];
  return [{ command, words: [null], through: ['a script'], variables: [], file: null }];
}

/** Without the here documents that `cat` shows: help texts, not scripts. One pass over the lines. */
function withoutTexts(script: string): string {
  let end: string | null = null;
  const kept: string[] = [];
  for (const line of script.split('\n')) {
    if (end !== null) {
      if (line.trim() === end) end = null;
      continue;
    }
    // A line that is written to a file or a pipe can be run.
    const shown = line.length > 500 || /[|>]/.test(line.replace(/>&?2\s*$/, '')) ? null : SHOWN.exec(line);
    if (shown === null) kept.push(line);
    else end = shown[1] ?? null;
  }
  return end === null ? kept.join('\n') : script;
}

const SHOWN = /\bcat[ \t]*<<-?[ \t]*["']?(\w+)["']?/;

function callsIn(command: ShellCommand, depth: number): KamalCall[] {
  const { words } = command;
  const first = words[0]?.literal ?? words[0]?.text ?? '';
  const at = programAt(words);
  if (at !== null) return [callOf(command, at)];
  if (NO_RUNNER.test(first) || depth > 3) return [];
  // `bash -c "kamal deploy"`, `ssh host 'kamal deploy'`, `doppler run --command="kamal deploy"`.
  return words.slice(1).flatMap((word) => {
    const inner = innerScript(word);
    if (inner === null || !namesKamal(inner)) return [];
    return kamalIn(inner, depth + 1).map((call) => ({ ...call, through: [first, ...call.through] }));
  });
}

/** `gem install kamal`, `bundle update kamal`, `command -v kamal`: its name, and not the program. */
function isArgument(words: readonly ShellWord[], index: number): boolean {
  const [first, second] = words;
  return /^(?:gem|bundle|command)$/.test(first?.literal ?? '') && second?.literal !== 'exec' && index > 1;
}

/** Where Kamal is among the words of a command; null if it does not run. */
export function programAt(words: readonly ShellWord[]): number | null {
  const first = words[0]?.literal ?? '';
  for (const [index, { literal, text }] of words.entries()) {
    const word = literal ?? text;
    if (!/(?:^|\/)kamal(?::[\w.-]+)?$/.test(word)) continue;
    if (index === 0) return 0;
    if (NO_RUNNER.test(first) || isArgument(words, index)) return null;
    const next = words.slice(index + 1).find(({ text: each }) => !each.startsWith('-'));
    if (isBundled(words, index)) return index;
    // As the last word it is a name: `docker network create kamal`.
    if (next === undefined) continue;
    if (next.literal === null || COMMANDS.test(next.literal)) return index;
  }
  return null;
}

function isBundled(words: readonly ShellWord[], at: number): boolean {
  return at === 2 && words[0]?.literal === 'bundle' && words[1]?.literal === 'exec';
}

function callOf(command: ShellCommand, at: number): KamalCall {
  const { words, variables } = command;
  const rest = words.slice(at + 1).map(({ literal }) => literal);
  const named = rest.findIndex((word) => word === null || !word.startsWith('-'));
  const name = rest[named] ?? null;
  const below = name !== null && WITH_SUBCOMMAND.test(name) ? (rest[named + 1] ?? null) : null;
  const isExpression = name?.includes('${{') === true;
  const asksItself = named < 0 && rest.every((word) => /^(?:-v|--version|-h|--help)$/.test(word ?? ''));
  const whole = below === null ? name : `${name} ${below}`;
  const known = isExpression ? null : whole;
  return {
    command: asksItself ? 'version' : known,
    words: rest,
    through: throughOf(words, at),
    variables: variables.map((variable) => variable.name),
    file: null,
  };
}

function throughOf(words: readonly ShellWord[], at: number): string[] {
  const program = words[at]?.text ?? '';
  const own = program === 'kamal' ? [] : [program];
  if (at === 0) return own;
  if (isBundled(words, at)) return ['bundle exec', ...own];
  return [
    words
      .slice(0, 2)
      .map(({ text }) => text)
      .filter((text, index) => index === 0 || (!text.startsWith('-') && index < at))
      .join(' '),
    ...own,
  ];
}

/** What a word would be as a script. */
function innerScript({ literal, text }: ShellWord): string | null {
  if (!text.includes('kamal')) return null;
  if (literal !== null) return literal.replace(/^--?[\w-]+=/, '');
  return text.replace(/^--?[\w-]+=/, '').replaceAll(/^["']|["']$/g, '');
}
