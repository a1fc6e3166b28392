/** What a `kamal deploy` line says, as inputs of the action. */
import { plainCommand } from './recognise-step.ts';
import { type ShellCommand, wordsOf } from './shell-script.ts';

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

/** Kamal's own flags that take a value and have no input of their own (Kamal 2.12.0, lib/kamal/cli/base.rb). */
const ARGUMENTS_WITH_VALUE = new Set([
  '-h',
  '--hosts',
  '-r',
  '--roles',
  '--lock-wait',
  '--lock-wait-timeout',
  '--lock-wait-interval',
]);

/**
 * @param expression what stands for a variable of the shell in a workflow, e.g. `${{ github.sha }}`; null where unknown
 * @returns null where a word cannot be known without a shell
 */
export function inputsOf(command: ShellCommand, expression: (name: string) => string | null): Inputs | null {
  const [, , ...words] = wordsOf(plainCommand(command));
  const inputs: Inputs = {};
  const rest: string[] = [];
  let given = true;
  const known = (word: string): string => {
    const text = word.replaceAll(
      /\$\{\{(?:(?!\$\{\{).)*?\}\}|\$(?:\{(\w+)\}|(\w+))/g,
      (whole, braced: string | undefined, bare: string | undefined) => {
        if (whole.startsWith('${{')) return whole;
        const found = expression(braced ?? bare ?? '');
        if (found === null) given = false;
        return found ?? whole;
      },
    );
    if (/[`*?<>|&]|\$\(/.test(text.replaceAll(/\$\{\{(?:(?!\$\{\{).)*?\}\}/g, ''))) given = false;
    return text;
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [flag = '', attached] = word.startsWith('--') && word.includes('=') ? splitAt(word, '=') : [word];
    const input = WITH_VALUE[flag];
    const short = /^-([dc])(.+)$/.exec(word);
    if (input !== undefined) inputs[input] = known(attached ?? words.shift() ?? '');
    else if (short !== null)
      inputs[short[1] === 'd' ? 'destination' : 'config-file'] = known((short[2] ?? '').replace(/^=/, ''));
    else if (word === '-P' || word === '--skip-push' || word === '--skip_push') inputs['skip-push'] = 'true';
    else if (ARGUMENTS_WITH_VALUE.has(word)) rest.push(word, known(words.shift() ?? ''));
    else rest.push(known(word));
  }
  for (const name of Object.keys(command.variables))
    if (name === 'VERSION') inputs['version'] = known(command.variables[name] ?? '');
  if (rest.length > 0)
    inputs['args'] = rest
      .map((each) => (/\s/.test(each) && !each.startsWith('${{') ? `"${each}"` : each))
      .join(' ');
  return given ? inputs : null;
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + 1)];
}
