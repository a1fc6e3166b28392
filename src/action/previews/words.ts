import type { RemovalReason } from '../../previews/wanted.ts';

const REASONS: Readonly<Record<RemovalReason, string>> = {
  merged: 'merged',
  closed: 'closed',
  label: 'label removed',
  draft: 'a draft',
  fork: 'from a fork',
  expired: 'expired',
  replaced: 'replaced',
  asked: 'asked for',
};

/** Why a preview goes, in a word or two. */
export function reasonWords(reason: RemovalReason): string {
  return REASONS[reason];
}

const UNITS = [
  [7 * 24 * 3_600_000, 'week'],
  [24 * 3_600_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
] as const;

/** `7 days`, `36 hours`. @param length milliseconds, of whole minutes */
export function durationWords(length: number): string {
  const [unit, name] = UNITS.slice(1).find(([each]) => length % each === 0) ?? [60_000, 'minute'];
  const count = length / unit;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
