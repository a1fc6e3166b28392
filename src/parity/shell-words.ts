/** Words that begin a line of a shell script and are no secrets. */
const WORDS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'for',
  'do',
  'done',
  'while',
  'until',
  'case',
  'esac',
  'in',
  'function',
  'return',
  'exit',
  'set',
  'source',
  'true',
  'false',
  'break',
  'continue',
  'eval',
  'exec',
  'echo',
  'test',
  'unset',
  'shift',
  'trap',
  'wait',
]);

/** Whether a word on its own is a word of the shell rather than a name. */
export function isShellWord(word: string): boolean {
  return WORDS.has(word);
}

/** Whether a line that assigns nothing is a line of a shell script. */
export function isShellLine(line: string): boolean {
  const first = /^[^\s;(]+/.exec(line.trim())?.[0] ?? '';
  return isShellWord(first) || /^(?:\[{1,2}|\.|\{|\}|;;)$/.test(first) || /^\w+\s*\(\)/.test(line.trim());
}
