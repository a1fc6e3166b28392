const DAY = 24 * 60 * 60 * 1000;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: DAY / 24, d: DAY, w: 7 * DAY };

/** Reads `7d`, `36h`, `30m`, `2w` or `never`. @returns undefined for anything else */
export function readDuration(text: string): number | null | undefined {
  if (text === 'never') return null;
  const [, count = '', unit = ''] = /^([1-9]\d{0,4})([mhdw])$/.exec(text) ?? [];
  const length = UNITS[unit];
  return length === undefined ? undefined : Number(count) * length;
}
