import type { LogReading } from './log-reading.ts';
import type { Recognised } from './recognised.ts';

/** Capistrano 3, lib/capistrano/application.rb; rake 12 and 13, lib/rake/application.rb. */
const ENDS = /^(?:cap aborted!|The deploy has failed with an error: .*|\*\* DEPLOY FAILED)$/;

/** A log of Capistrano, whose lines are SSHKit's as Kamal's are: what they say is not read as Kamal's. Null for another. */
export function ofCapistrano(reading: LogReading): (Recognised & { readonly line: number }) | null {
  const end = reading.lastLine(ENDS);
  if (end < 0) return null;
  // rake names the error in the line below.
  const aborted = reading.lastLine(/^cap aborted!$/);
  const line = aborted < 0 ? end : Math.min(aborted + 1, reading.lines.length - 1);
  const words = (reading.lines[line]?.text ?? '').trim().slice(0, 200);
  return {
    cause: 'unknown',
    variant: 'foreign',
    line,
    seen: `This is a log of Capistrano, not of Kamal; it says “${words}”`,
  };
}
