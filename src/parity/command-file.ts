import type { OtherCommand } from './model.ts';

/** Programs that print a file. */
const PRINTING: ReadonlySet<string> = new Set(['cat', 'base64', 'head', 'tail', 'less', 'more']);

/**
 * The file that a command needs, relative to the project: what `cat FILE` and its like print, or a script of the
 * project. Null if there is none, or if more than one command can decide what is printed.
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
