/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date.
 * @returns milliseconds from `now`, at least 0; null if the header says nothing that can be understood
 */
export function waitingTime(retryAfter: string | null, now: number = Date.now()): number | null {
  if (retryAfter === null) return null;
  const text = retryAfter.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** `1 h 5 min`, `45 s`: as long as it reads, never shorter than it is. */
export function spoken(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}
