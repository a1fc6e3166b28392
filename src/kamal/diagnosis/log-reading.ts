import { announcedCommand, readOutputLine } from '../run/output-line.ts';
import type { OutputLine } from '../run/output-line.ts';
import { phaseBegunBy } from '../run/phases.ts';
import type { Phase } from '../run/phases.ts';
import { readErrorReport } from './error-report.ts';
import type { ErrorReport } from './error-report.ts';

/** A command that Kamal announced. */
export interface RanCommand {
  readonly id: string;
  readonly command: string;
  readonly host: string;
  /** Index of the line that announced it. */
  readonly line: number;
  finished: boolean;
}

/** A log of Kamal, read once, for all recognisers. */
export interface LogReading {
  readonly lines: readonly OutputLine[];
  /** The last `ERROR (…)` of the log, unless a later run of Kamal in the same log went well. */
  readonly report: ErrorReport | null;
  readonly commands: readonly RanCommand[];
  /** The phases that were begun, in order; `start` first. */
  readonly phases: readonly Phase[];
  /** The phase in which it failed: the last one, giving back the lock and what follows left out. */
  readonly phase: Phase;
  /** Index of the last line that matches, or -1. */
  lastLine(pattern: RegExp): number;
  /** The first match of the last line that matches. */
  lastMatch(pattern: RegExp): RegExpExecArray | null;
}

/** Reads a log, as bytes came or as a runner saved it. */
export function readLog(log: string | readonly string[]): LogReading {
  const raw = withoutMargin(typeof log === 'string' ? log.split('\n') : log);
  const lines = raw.map((line) => readOutputLine(line));
  const commands = new Map<string, RanCommand>();
  const phases: Phase[] = ['start'];
  for (const [index, line] of lines.entries()) {
    const begun = phaseBegunBy(line.text, phases.at(-1) ?? 'start');
    if (begun !== null) phases.push(begun);
    const announced = announcedCommand(line);
    if (announced !== null && line.command !== null) {
      commands.set(line.command, { id: line.command, ...announced, line: index, finished: false });
    }
    const ended = line.command === null ? undefined : commands.get(line.command);
    if (ended !== undefined && /^Finished in [\d.]+ seconds with exit status \d+ \(/.test(line.message)) {
      ended.finished = true;
    }
  }
  const lastLine = (pattern: RegExp): number => lines.findLastIndex((line) => pattern.test(line.text));
  return {
    lines,
    report: reportOf(raw, lines),
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
 * Lines without what stands before every one of them: the blanks of a log that was quoted, the name that docker compose
 * or a log viewer puts there (`kamal-1  | …`).
 */
function withoutMargin(raw: readonly string[]): readonly string[] {
  const told = raw.filter((line) => line.trim() !== '');
  const [first = '', ...others] = told;
  let shared = first.length;
  for (const line of others) {
    while (!line.startsWith(first.slice(0, shared))) shared--;
    if (shared === 0) return raw;
  }
  // Of one or two lines nobody can say what of them is a name.
  const names = others.length < 2 ? /^\s*/ : /^(?:[^|]*\| ?)?\s*/;
  const margin = names.exec(first.slice(0, shared))?.[0].length ?? 0;
  return margin === 0 ? raw : raw.map((line) => line.slice(margin));
}

/** Two blanks, perhaps what is left of a colour, and the class; SSHKit's own ` ERROR ` has no class. */
const REPORT = /^\s*(?:\[31m)?ERROR \([A-Z][\w:]*\): ?/;
/** What Kamal never prints within a message: its own backtrace (-v), a runner's commands, the next run. */
const AFTER =
  /^(?:\S+\.rb:\d+:in [`']|##\[|::(?:error|endgroup|group)\b|Error: Process completed with exit code|\[0m$)/;

function reportOf(raw: readonly string[], lines: readonly OutputLine[]): ErrorReport | null {
  const start = lines.findLastIndex((line) => REPORT.test(line.text));
  if (start < 0) return null;
  // "Finished all in" stands before the error of its own run.
  if (lines.some((line, index) => index > start && /^\s*Finished all in [\d.]+ seconds/.test(line.text)))
    return null;
  const block: string[] = [];
  for (let index = start; index < lines.length; index++) {
    const text = lines[index]?.text ?? '';
    if (index > start && AFTER.test(text)) break;
    block.push(
      index === start ? text.replace(/^\s*\[31m/, '').replace(/\[0m$/, '') : text.replace(/\[0m$/, ''),
    );
    // The colour ends with the message.
    if ((raw[index] ?? '').trimEnd().endsWith('\u001B[0m')) break;
  }
  return readErrorReport(block, start);
}
