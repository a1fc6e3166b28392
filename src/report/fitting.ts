/** Parts of a text that may not grow beyond a limit: as many as there is room for, and a true count of the rest. */

/**
 * The first parts that fit into `room` characters, each followed by a separator of two; where some do not fit, one more
 * part says how many are left out.
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

/** `1 secret`, `3 secrets`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
