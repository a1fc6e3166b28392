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

/** The least and the median, for a table. */
export function milliseconds(series: Series): string {
  return `${least(series).toFixed(0)} / ${median(series).toFixed(0)} ms`.padStart(16);
}

/** Of the fastest runs, of the medians, and the median of the ratios pair by pair. */
export function ratio(ours: Series, theirs: Series): string {
  const three = [least(ours) / least(theirs), median(ours) / median(theirs), median(ratios(ours, theirs))];
  return `${three.map((each) => each.toFixed(3)).join(' / ')} (least, medians, pairwise)`;
}
