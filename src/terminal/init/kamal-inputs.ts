/** What a plain `kamal deploy` says, as inputs of the action. */
import { programAt } from '../../files/workflow/kamal-command.ts';
import type { ShellCommand, ShellWord } from '../../files/workflow/shell.ts';

/** Inputs in the order in which they are written. */
export type Inputs = Record<string, string>;

const WITH_VALUE: Readonly<Record<string, string>> = {
  '-d': 'destination',
  '--destination': 'destination',
  '-c': 'config-file',
  '--config-file': 'config-file',
  '--config_file': 'config-file',
  '--version': 'version',
};

/** Kamal's own flags that take a value and have no input here (Kamal 2.12.0, lib/kamal/cli/base.rb). */
const ARGUMENTS_WITH_VALUE = new Set([
  '-h',
  '--hosts',
  '-r',
  '--roles',
  '--lock-wait-timeout',
  '--lock_wait_timeout',
  '--lock-wait-interval',
  '--lock_wait_interval',
]);

/** Flags of `kamal deploy` and `kamal redeploy` without a value (Kamal 2.12.0, lib/kamal/cli/base.rb and main.rb). */
const SWITCHES =
  /^--(?:no-|skip-)?(?:verbose|quiet|primary|skip[-_]hooks|skip[-_]push|no[-_]cache|lock[-_]wait)(?:=(?:true|false))?$/;
/** Of one letter each; several may share a dash. */
const SHORT_SWITCHES = /^-[vqpHP]+$/;

/**
 * The word for which Kamal refuses a command: an option that it does not have, or a word that it does not take (“was called with
 * arguments”). Null if it refuses none that is known.
 */
export function refusedWord(command: ShellCommand): string | null {
  const at = programAt(command.words);
  if (at === null) return null;
  let isValue = false;
  for (const word of command.words.slice(at + 2)) {
    const text = word.literal;
    // What only a shell or an expression knows may be any number of words.
    if (text === null || text.includes('${{')) return null;
    const [flag = ''] = text.split('=', 1);
    const takesValue = WITH_VALUE[flag] !== undefined || ARGUMENTS_WITH_VALUE.has(flag);
    if (isValue) isValue = false;
    else if (takesValue) isValue = !text.includes('=');
    else if (!SWITCHES.test(text) && !SHORT_SWITCHES.test(text) && !/^-[dchr]./.test(text)) return text;
  }
  return null;
}

/** What the inputs may be (src/github/runner/inputs.ts). */
const ALLOWED: Readonly<Record<string, RegExp>> = { destination: /^[\w.-]+$/, version: /^[\w.-]+$/ };

/**
 * @param expression what replaces a variable of the shell in a workflow, e.g. `${{ github.sha }}`; null if unknown
 * @returns null if a word cannot be known without a shell
 */
export function inputsOf(command: ShellCommand, expression: (name: string) => string | null): Inputs | null {
  const at = programAt(command.words);
  if (at === null) return null;
  const words = command.words.slice(at + 2);
  const inputs: Inputs = {};
  const rest: string[] = [];
  let isKnown = true;
  const known = (word: ShellWord | undefined): string => {
    const text = word === undefined ? null : valueOf(word, expression);
    if (text === null) isKnown = false;
    return text ?? '';
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const text = known(word);
    const [flag = '', attached] = /^--.*=/s.test(text) ? splitAt(text, '=') : [text];
    const input = WITH_VALUE[flag];
    const short = attachedTo(text);
    if (input !== undefined) inputs[input] = attached ?? known(words.shift());
    else if (short !== null) inputs[short.input] = short.value;
    else if (SKIP_PUSH.has(text)) inputs['skip-push'] = 'true';
    else if (ARGUMENTS_WITH_VALUE.has(text)) rest.push(text, quoted(known(words[0]), words.shift()));
    else rest.push(quoted(text, word));
  }
  for (const { name, value } of command.variables) if (name === 'VERSION') inputs['version'] = known(value);
  if (rest.length > 0) inputs['args'] = rest.join(' ');
  return isKnown && areAllowed(inputs) ? inputs : null;
}

/** Null if only a shell could say, also if it would split a value. */
export function valueOf(word: ShellWord, expression: (name: string) => string | null): string | null {
  if (word.pieces === null) return null;
  let text = '';
  for (const piece of word.pieces) {
    const found = piece.kind === 'text' ? piece.text : expression(piece.name);
    if (found === null) return null;
    text += found;
  }
  return text;
}

/** A word that a shell kept together stays together where `args` is split. */
function quoted(text: string, word: ShellWord | undefined): string {
  const wasQuoted = /["'\\]/.test((word?.text ?? '').replaceAll(/\$\{\{.*?\}\}/g, ''));
  const bare = text.replaceAll(/\$\{\{.*?\}\}/g, '');
  if (!wasQuoted && !/[\s"'\\]/.test(bare)) return text;
  return `"${text.replaceAll(/(\$\{\{.*?\}\})|(["\\])/g, (_, atom: string | undefined, special: string | undefined) => atom ?? `\\${special ?? ''}`)}"`;
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + 1)];
}

const SKIP_PUSH: ReadonlySet<string> = new Set(['-P', '--skip-push', '--skip_push']);

/** `-dstaging`, `-d=staging`: the value is part of the flag's word. */
function attachedTo(text: string): { input: string; value: string } | null {
  const [, flag, value = ''] = /^-([dc])(.+)$/s.exec(text) ?? [];
  if (flag === undefined) return null;
  return { input: flag === 'd' ? 'destination' : 'config-file', value: value.replace(/^=/, '') };
}

function areAllowed(inputs: Inputs): boolean {
  return Object.entries(ALLOWED).every(([name, pattern]) => {
    const value = inputs[name];
    return value === undefined || value.includes('${{') || pattern.test(value);
  });
}
