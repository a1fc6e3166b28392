/** The commands of a step's script, as far as telling what each is for needs it. No shell runs here. */

/** One simple command: the words as written, without the variables that are set before it. */
/** Longer lines are no script that anybody wrote; in UTF-16 code units. */
const LONGEST_LINE = 4000;

export interface ShellCommand {
  /** As written, white space made one. */
  readonly text: string;
  /** Its first words without `sudo`, `time`, `NAME=value`. */
  readonly words: readonly string[];
  /** Variables set before the command, as written. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Splits a script at line ends, `;`, `&&` and `||`; a line that ends with a backslash goes on. Null where it has what is
 * more than a row of commands (loops, functions, here documents).
 */
export function commandsOf(script: string): ShellCommand[] | null {
  const lines = script
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (
    lines.some(
      (line) =>
        line.length > LONGEST_LINE ||
        /<<|^(?:if|for|while|until|case|function|do|done|then|else|fi|esac|\}|\w+\s*\(\))(?:\b|$)/.test(line),
    )
  )
    return null;
  return lines.flatMap(splitCommands).map(readCommand);
}

function splitCommands(line: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const token of line.matchAll(
    /"(?:[^"\\]|\\.)*"|'[^']*'|\$\{\{(?:(?!\$\{\{).)*?\}\}|\$\([^)]*\)|&&|\|\||;|\s#.*$|[^"'$&|;\s]+|[\s\S]/g,
  )) {
    const [text] = token;
    if (text === '&&' || text === '||' || text === ';') {
      parts.push(part);
      part = '';
    } else if (!/^\s#/.test(text)) part += text;
  }
  return [...parts, part].map((each) => each.trim()).filter((each) => each !== '');
}

function readCommand(text: string): ShellCommand {
  const words = wordsOf(text);
  const variables: Record<string, string> = {};
  for (;;) {
    const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(words[0] ?? '');
    if (assignment !== null && words.length > 1) variables[assignment[1] ?? ''] = assignment[2] ?? '';
    else if (!['sudo', 'time', 'exec', 'env'].includes(words[0] ?? '')) break;
    words.shift();
  }
  return { text: text.replaceAll(/\s+/g, ' '), words, variables };
}

/** Words with their quotes taken off; `${{ … }}` stays one word. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(
    /(?:\$\{\{(?:(?!\$\{\{).)*?\}\}|"(?:[^"\\]|\\.)*"|'[^']*'|\$\([^)]*\)|[^\s"'])+/g,
  ))
    words.push(
      match[0].replaceAll(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
        (_, double: string | undefined, single: string | undefined) => double ?? single ?? '',
      ),
    );
  return words;
}
