import type { Log } from '../../../src/base/log.ts';

/** A log that keeps its lines. */
export interface KeptLog extends Log {
  readonly lines: string[];
  readonly masked: string[];
}

export function keptLog(): KeptLog {
  const lines: string[] = [];
  const masked: string[] = [];
  const keep = (line: string): void => void lines.push(line);
  return { lines, masked, debug: keep, info: keep, warning: keep, mask: (value) => void masked.push(value) };
}
