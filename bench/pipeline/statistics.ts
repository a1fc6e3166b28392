/** Numbers of many runs, in the order of the runs. */
export type Series = readonly number[];

export function median(series: Series): number {
  const sorted = series.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = sorted.slice(Math.max(0, middle - 1), middle + 1);
  if (sorted.length === 1) return low;
  return sorted.length % 2 === 0 ? (low + high) / 2 : high;
}

export function least(series: Series): number {
  return Math.min(...series);
}

/** Pair by pair; the noise of one minute falls on both of a pair. */
export function ratios(ours: Series, theirs: Series): Series {
  return ours.map((each, index) => each / (theirs[index] ?? Number.NaN));
}
