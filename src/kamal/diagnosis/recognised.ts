import type { Cause } from './causes.ts';
import type { ErrorReport, FailedCommand, Occurrence } from './error-report.ts';
import type { LogReading } from './log-reading.ts';

/** What a recogniser found. */
export interface Recognised {
  readonly cause: Cause;
  readonly secret?: string | null;
  readonly vault?: string | null;
  readonly item?: string | null;
  readonly subject?: string | null;
  /** What was seen, where the message does not say it by itself; without a full stop. */
  readonly seen?: string;
  /** The words that prove it, as they stand in one line of the log; the first line of the error where left out. */
  readonly proof?: string;
}

/** One error to be recognised, with all that stands around it. */
export interface Case {
  readonly className: string;
  readonly occurrence: Occurrence;
  readonly report: ErrorReport;
  readonly reading: LogReading;
}

/** Null where the error is not one of its group. */
export type Recogniser = (given: Case) => Recognised | null;

/** What a command wrote, stderr first. */
export function outputOf(command: FailedCommand): string {
  return [command.stderr, command.stdout].filter((text) => text !== '').join('\n');
}

/** The first line of `text` that matches. */
export function lineMatching(text: string, pattern: RegExp): string | null {
  return (
    text
      .split('\n')
      .find((line) => pattern.test(line))
      ?.trim() ?? null
  );
}

/**
 * The command that was under way on the occurrence's host when it failed: the last that was announced there and has
 * not finished. Null where Kamal was quiet (`-q`).
 */
export function commandUnderWay({ occurrence, reading }: Case): string | null {
  const host = occurrence.host ?? 'localhost';
  const here = reading.commands.filter((each) => each.host === host && each.line < occurrence.line);
  return here.findLast((each) => !each.finished)?.command ?? null;
}

/** True where some command on the host had finished before: so there was a connection. */
export function wasConnected({ occurrence, reading }: Case): boolean {
  if (reading.commands.some((each) => each.host === occurrence.host && each.finished)) return true;
  // Kamal makes its directory on every host before it takes the lock (2.12.0, lib/kamal/cli/base.rb, `acquire_lock`).
  return reading.phases.includes('lock') && reading.phase !== 'lock';
}
