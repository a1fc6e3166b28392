/** Of more names than this, the others are counted. */
const MOST = 5;

/** Names for a sentence, such as `a, b and c`; of very many the first few, and how many more there are. */
export function namesInWords(names: readonly string[], most: number = MOST): string {
  // To omit a single one saves nothing.
  const shown = names.length > most + 1 ? names.slice(0, most) : names;
  const left = names.length - shown.length;
  return left === 0 ? shown.join(', ') : `${shown.join(', ')} and ${left} more`;
}
