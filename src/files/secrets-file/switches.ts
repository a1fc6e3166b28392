/**
 * What Thor treats as a switch (Thor 1.5.0, lib/thor/parser/options.rb, the constants). Ruby's `^` and `$` match at
 * every newline within a word, hence the look-arounds.
 */
const LONG = /(?<![^\n])(--\w+(?:-\w+)*)(?![^\n])/;
const SHORT = /(?<![^\n])(-[a-z])(?![^\n])/i;
const WITH_EQUALS = /(?<![^\n])(--\w+(?:-\w+)*|-[a-z])=/i;
const WITH_NUMBER = /(?<![^\n])(-[a-z])([-+]?(?:\d*\.\d+|\d+))(?![^\n])/i;
const SQUEEZED = /(?<![^\n])-([a-z]{2,})(?![^\n])/i;
const NEGATED = /(?<![^\n])--(no|skip)-([-\w]+)(?![^\n])/;

/**
 * No switch that Kamal knows is nearly as long, and Thor passes on an unknown one like any word, so there is no need to
 * separate it.
 */
const LONGEST = 1000;

/** A part of a word: offsets into its text. */
export interface Part {
  readonly text: string;
  readonly start: number;
}

export type Switch =
  /** `--long`, `-s`, and either with a value in the same word; `bound` is a value that can be no switch (`=`). */
  | { readonly kind: 'single'; readonly name: string; readonly value: Part | null; readonly bound: boolean }
  /** `-abc`: its letters. */
  | { readonly kind: 'squeezed'; readonly letters: Part };

/** The switch that a word looks like, known or not; null for any other word. */
export function switchIn(text: string): Switch | null {
  if (!text.includes('-')) return null;
  const head = text.slice(0, LONGEST);
  const equals = WITH_EQUALS.exec(head);
  if (equals !== null) {
    const start = equals.index + equals[0].length;
    const end = text.indexOf('\n', start);
    const value = { text: text.slice(start, end < 0 ? text.length : end), start };
    return { kind: 'single', name: equals[1] ?? '', value, bound: true };
  }
  if (text.length > LONGEST) return null;
  const squeezed = SQUEEZED.exec(text);
  if (squeezed !== null)
    return { kind: 'squeezed', letters: { text: squeezed[1] ?? '', start: squeezed.index + 1 } };
  const number = WITH_NUMBER.exec(text);
  if (number !== null) {
    const value = { text: number[2] ?? '', start: number.index + (number[1] ?? '').length };
    return { kind: 'single', name: number[1] ?? '', value, bound: false };
  }
  const name = (LONG.exec(text) ?? SHORT.exec(text))?.[1];
  return name === undefined ? null : { kind: 'single', name, value: null, bound: false };
}

/** `--no-x` and `--skip-x`: the x. */
export function negatedName(name: string): string | null {
  return NEGATED.exec(name)?.[2] ?? null;
}

/** Whether a word begins the options (`item =~ /^-/`). */
export function beginsOptions(text: string): boolean {
  return text.startsWith('-') || text.includes('\n-');
}

/** Whether a word cannot be the value of a switch (`/^-{1,2}\S+/`). */
export function looksLikeOption(text: string): boolean {
  return /(?<![^\n])-{1,2}[^ \t\n\v\f\r]/.test(text);
}
