import type { OtherCommand } from './model.ts';

/** Programs that print a file. */
const PRINTING: ReadonlySet<string> = new Set(['cat', 'base64', 'head', 'tail', 'less', 'more']);

/**
 * The file that a command cannot do without, relative to the project: what `cat FILE` and its like print, or a script of
 * the project. Or null if there is none, or more than one command may have a say in what is printed.
 */
export function commandFile({ text, words }: OtherCommand): string | null {
  if (/[|&;<>*?`]|\$\(/.test(text) || words.some(({ unknown }) => unknown)) return null;
  const [program, ...rest] = words.map(({ value }) => value);
  if (program === undefined) return null;
  if (PRINTING.has(program)) {
    const files = rest.filter((word) => !word.startsWith('-') && !/^\d+$/.test(word));
    return files.length === 1 ? inProject(files[0] ?? '') : null;
  }
  return program.includes('/') ? inProject(program) : null;
}

/** Null for what is not in the checkout anyway. */
function inProject(path: string): string | null {
  if (/^[/~]/.test(path) || path.split('/').includes('..') || path === '') return null;
  return path.replace(/^(?:\.\/)+/, '');
}
