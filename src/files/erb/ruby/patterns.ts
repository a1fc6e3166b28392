const MAX_PATTERN = 200;
const MAX_REPETITIONS = 2;
/** Longer texts are not matched, in UTF-16 code units: two repetitions take the cube of the length. */
export const LONGEST_MATCHED = 64;

/** A JavaScript pattern for a Ruby one, or null if it has no such. */
export function toPattern(source: string, flags: string): RegExp | null {
  if (/\(\?[<>][^=!]|\\[hRXGkg]|\[\[:|\(\?[imx-]+[:)]|[*+?}]\+/u.test(source.replaceAll(/\(\?<\w+>/gu, '(')))
    return null;
  // Repeated groups, and many repetitions in a row, may take forever: they stay unknown.
  const repetitions = source.match(/[*+]|\{\d*,\d*\}/gu)?.length ?? 0;
  if (source.length > MAX_PATTERN || /\)[*+{]/u.test(source) || repetitions > MAX_REPETITIONS) return null;
  const translated = source.replaceAll('\\A', '^').replaceAll('\\z', '$').replaceAll('\\Z', '(?=\\n?$)');
  const multiline = /\\A|\\z|\\Z/u.test(source) ? '' : 'm';
  try {
    return new RegExp(
      flags.includes('x') ? translated.replaceAll(/\s+|#.*/gu, '') : translated,
      `${multiline}${flags.includes('i') ? 'i' : ''}${flags.includes('m') ? 's' : ''}`,
    );
  } catch {
    return null;
  }
}
