import type { Cause } from './causes.ts';
import type { ErrorReport, FailedCommand, Occurrence } from './error-report.ts';
import type { LogReading } from './log-reading.ts';

/** How far what was seen proves the cause: `certain`, or `likely` where the log lacks what would make it so. */
export type Confidence = 'certain' | 'likely';

/** What a recogniser found. */
export interface Recognised {
  readonly cause: Cause;
  /** `certain` where omitted. */
  readonly confidence?: Confidence;
  /** Which of the cause's explanations fits. */
  readonly variant?: string | null;
  readonly secret?: string | null;
  readonly vault?: string | null;
  readonly item?: string | null;
  readonly subject?: string | null;
  /** What was seen, where the message does not say it on its own; without a full stop. */
  readonly seen?: string;
  /** The words that prove it, as they are in one line of the log; the first line of the error where omitted. */
  readonly proof?: string;
}

/** One error to recognise, with its context. */
export interface Case {
  readonly className: string;
  readonly occurrence: Occurrence;
  readonly report: ErrorReport;
  readonly reading: LogReading;
}

/** Everything that the error may be, the most probable first; empty if it is not one of its group. */
export type Recogniser = (given: Case) => readonly Recognised[];

/** What a command wrote, stderr first. */
export function outputOf(command: FailedCommand): string {
  return [command.stderr, command.stdout].filter((text) => text !== '').join('\n');
}

/**
 * The command that was under way on the occurrence's host when it failed: the last that was announced there, has not
 * finished, and is a call of the program that failed. Null if Kamal was quiet (`-q`).
 */
export function commandUnderWay({ occurrence, reading }: Case): string | null {
  const host = occurrence.host ?? 'localhost';
  const program = occurrence.command?.program ?? null;
  const name = program === null ? null : program.slice(program.lastIndexOf('/') + 1);
  const found = reading.commands.findLast(
    (each) =>
      each.host === host &&
      each.line < occurrence.line &&
      !each.finished &&
      !ALLOWED_TO_FAIL.test(each.command) &&
      (name === null || new RegExp(`(?:^|[\\s/(])${escaped(name)}(?:\\s|$)`).test(each.command)),
  );
  return found?.command ?? null;
}

/** Kamal continues if the network exists already (2.12.0, lib/kamal/cli/proxy.rb and accessory.rb). */
const ALLOWED_TO_FAIL = /^docker network create\b/;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** True if some command on the host had finished before: so there was a connection. */
export function wasConnected({ occurrence, reading }: Case): boolean {
  if (reading.commands.some((each) => each.host === occurrence.host && each.finished)) return true;
  // The app's traffic is switched after much else; the line may have lost its id or host.
  if (reading.lastLine(/\bRunning docker exec kamal-proxy kamal-proxy deploy /) >= reading.start) return true;
  // Kamal makes its directory on every host before it takes the lock (2.12.0, lib/kamal/cli/base.rb, `acquire_lock`).
  return reading.phases.includes('lock') && reading.phase !== 'lock';
}
