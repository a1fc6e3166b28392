/** Parts of a text that may not grow beyond a limit: as many as there is room for, and a true count of the rest. */
import { details } from './finding-markdown.ts';

/**
 * The first parts that fit into `room` characters, each followed by a separator of two; where some do not fit, one more
 * part says how many are skipped.
 */
export function fitting(parts: readonly string[], room: number, more: (left: number) => string): string[] {
  const whole = parts.reduce((sum, part) => sum + part.length + 2, 0);
  if (whole <= room) return [...parts];
  const kept: string[] = [];
  let free = room - more(parts.length).length - 2;
  for (const part of parts) {
    if (part.length + 2 > free) break;
    kept.push(part);
    free -= part.length + 2;
  }
  return [...kept, more(parts.length - kept.length)];
}

export interface Folding {
  /** Characters that all may take. */
  readonly room: number;
  /** How many are shown; the others are folded. */
  readonly most: number;
  /** What the parts from one to another are, for the heading of the fold: `3 more findings`. */
  readonly count: (from: number, to: number) => string;
  /** The separator of two parts. */
  readonly between: '\n' | '\n\n';
  /** Says how many are skipped altogether. */
  readonly more: (left: number) => string;
}

/** As {@link fitting}: shows the first `most` parts and folds the rest below them. */
export function folding(parts: readonly string[], { room, most, count, between, more }: Folding): string {
  const fits = fitting(parts, room - 100, more);
  if (fits.length <= most + 1) return fits.join(between);
  const isCut = fits.at(-1) !== parts[fits.length - 1];
  const kept = isCut ? fits.slice(0, -1) : fits;
  const rest = kept.slice(most);
  return [
    kept.slice(0, most).join(between),
    details(count(most, kept.length), rest.join(between)),
    ...(isCut ? fits.slice(-1) : []),
  ].join('\n\n');
}

/** `1 secret`, `3 secrets`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
