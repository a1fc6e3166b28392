import { announcedCommand, isOfRunner, readOutputLine, type OutputLine } from '../run/output-line.ts';
import { phaseBegunBy, type Phase } from '../run/phases.ts';
import type { ErrorReport } from './error-report.ts';
import { lastRun } from './report-block.ts';

/** A command that Kamal announced. */
export interface RanCommand {
  readonly id: string;
  readonly command: string;
  readonly host: string;
  /** Index of the line that announced it. */
  readonly line: number;
  finished: boolean;
  /** True if it ended with another exit status than 0: where that is no error, Kamal continues. */
  failed: boolean;
}

/** A log of Kamal, read once, for all recognisers. */
export interface LogReading {
  readonly lines: readonly OutputLine[];
  /** The last `ERROR (…)` of the log, unless a later run of Kamal in the same log succeeded. */
  readonly report: ErrorReport | null;
  /** Index of the first line of the last run in the log. */
  readonly start: number;
  /** Index of the first line of the report; the number of lines if there is none. */
  readonly reportStart: number;
  /** Index of the first line after the report; the number of lines if there is none. */
  readonly reportEnd: number;
  /** True if a runner of GitHub saved it: steps other than that of Kamal may be in it. */
  readonly ofRunner: boolean;
  readonly commands: readonly RanCommand[];
  /** The phases that were begun, in order; `start` first. */
  readonly phases: readonly Phase[];
  /** The phase in which it failed: the last one, giving back the lock and what follows omitted. */
  readonly phase: Phase;
  /** Index of the last line of the last run that matches, or -1. */
  lastLine(pattern: RegExp): number;
  /** The first match of the last line that matches. */
  lastMatch(pattern: RegExp): RegExpExecArray | null;
}

const FINISHED = /^Finished in [\d.]+ seconds with exit status (\d+) \(/;

/** Characters of a line that are read: no tool's sentence is longer, and what a program dumps is. */
const LONGEST = 4000;

/** Reads a log, as bytes came or as a runner saved it. */
export function readLog(log: string | readonly string[]): LogReading {
  const given = typeof log === 'string' ? log.split('\n') : log;
  const raw = withoutMargin(given.map((line) => (line.length > LONGEST ? line.slice(0, LONGEST) : line)));
  const lines = raw.map((line) => readOutputLine(line));
  const { start, block } = lastRun(raw, lines);
  const commands = new Map<string, RanCommand>();
  const phases: Phase[] = ['start'];
  for (const [index, line] of lines.entries()) {
    if (index < start) continue;
    const begun = phaseBegunBy(line.text, phases.at(-1) ?? 'start');
    if (begun !== null) phases.push(begun);
    followCommand(commands, line, index);
  }
  const lastLine = (pattern: RegExp): number =>
    lines.findLastIndex((line, index) => index >= start && pattern.test(line.text));
  return {
    lines,
    start,
    report: block?.report ?? null,
    reportStart: block?.start ?? lines.length,
    reportEnd: block?.end ?? lines.length,
    ofRunner: raw.some((line) => isOfRunner(line)),
    commands: [...commands.values()],
    phases,
    phase: phases.findLast((phase) => phase !== 'release') ?? 'start',
    lastLine,
    lastMatch(pattern) {
      const line = lines[lastLine(pattern)];
      return line === undefined ? null : pattern.exec(line.text);
    },
  };
}

/**
 * Lines without what precedes every one of them: the blanks of a log that was quoted, the name that docker compose or a
 * log viewer puts there (`kamal-1  | …`).
 */
function withoutMargin(raw: readonly string[]): readonly string[] {
  const told = raw.filter((line) => line.trim() !== '');
  const [first = '', ...others] = told;
  let shared = first.length;
  for (const line of others) {
    while (!line.startsWith(first.slice(0, shared))) shared--;
    if (shared === 0) return raw;
  }
  // Of one or two lines no one can say what of them is a name.
  const names = others.length < 2 ? /^\s*/ : /^(?:[^|│]*[|│] ?|(?:> ?)+)?\s*/;
  const margin = names.exec(first.slice(0, shared))?.[0].length ?? 0;
  if (margin === 0) return raw;
  // A frame is drawn on both sides.
  const framed = first.startsWith('│') && told.every((line) => line.trimEnd().endsWith('│'));
  return raw.map((line) => (framed ? line.slice(margin).replace(/(?<!\s)\s*│\s*$/, '') : line.slice(margin)));
}

/** Notes the command that a line announces, or the end of one. */
function followCommand(commands: Map<string, RanCommand>, line: OutputLine, index: number): void {
  if (line.command === null) return;
  const announced = announcedCommand(line);
  if (announced !== null)
    commands.set(line.command, {
      id: line.command,
      ...announced,
      line: index,
      finished: false,
      failed: false,
    });
  const ended = commands.get(line.command);
  const status = ended === undefined ? undefined : FINISHED.exec(line.message)?.[1];
  if (ended === undefined || status === undefined) return;
  ended.finished = true;
  ended.failed ||= Number(status) !== 0;
}

/**
 * The plain lines among the last ones before the error, or before another line.
 * @param most how many lines are looked through
 */
export function plainBefore(
  { lines, start, reportStart }: LogReading,
  most: number,
  end = reportStart,
): readonly string[] {
  return lines
    .slice(Math.max(start, end - most), end)
    .flatMap(({ level, text }) => (level === null ? [text] : []));
}

/** What a command wrote, as Kamal shows it with `-v`, behind a tab (sshkit 1.25, formatters/pretty.rb); empty without. */
export function messagesOf({ lines }: LogReading, { id, line: from }: RanCommand): string[] {
  return lines
    .slice(from)
    .filter(
      ({ command, level, message }) => command === id && level === 'DEBUG' && /^(?:\t| {2,})/.test(message),
    )
    .map(({ message }) => message.trim());
}
