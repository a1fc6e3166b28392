/** The order of two texts by their code units, as Ruby and Git sort names: below 0, 0, or above 0. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
