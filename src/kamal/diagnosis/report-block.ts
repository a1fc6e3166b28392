import type { OutputLine } from '../run/output-line.ts';
import { readErrorReport, type ErrorReport } from './error-report.ts';

/** Two blanks, perhaps what is left of a colour, and the class; SSHKit's own ` ERROR ` has no class. */
const REPORT = /^\s*(?:\[31m)?ERROR \([A-Z][\w:]*\): ?/;
/** What Kamal never prints within a message: its own backtrace (-v), a runner's commands, the next run. */
const AFTER =
  /^(?:\S+\.rb:\d+:in [`']|<internal:\S+>:\d+:in [`']|##\[|::(?:error|endgroup|group)\b|Error: Process completed with exit code|\[0m$)/;
/** The lines with which Kamal continues, or starts again (2.0 to 2.12, lib/kamal/cli/main.rb and base.rb). */
const GOES_ON =
  /^(?: {0,2}(?:INFO|DEBUG) \[[0-9a-f]{8}\] |(?:Acquiring the deploy lock\b.*|Build and push app image|Pull app image|Log into image registry|Ensure [\w-]+ is (?:running|installed)|Detect stale containers|Start container with version .*)\.\.\.$)/;
/** What ends even a hook's output. */
const RUNNER = /^(?:##\[(?:error|group|endgroup)|::(?:error|endgroup|group)\b)/;
const STATUS = /^(?:.*: )?(\S+) exit status: \d+$/;
/**
 * A class that no Kamal raises: of a program that reports its error as Kamal does (kamal-backup 0.x, `exe/kamal-backup`),
 * below the error of the command that ran it.
 */
const FOREIGN =
  /^\s*(?:\[31m)?ERROR \((?!(?:Kamal|Mrsk|SSHKit|Net|OpenSSL|Errno|IO|Socket|JSON|Psych|Dotenv|Thor|Gem|Bundler|Ed25519|Encoding|ActiveSupport|Module|ERB|Concurrent|Zeitwerk|Timeout|RbNaCl|BCryptPbkdf|X25519|URI|Regexp|Process|Zlib)::)[A-Z]\w*::[\w:]+\): /;

/** An `ERROR (…)` with the lines that belong to it. */
export interface ReportBlock {
  readonly report: ErrorReport;
  /** Index of its first line. */
  readonly start: number;
  /** Index of the first line after it. */
  readonly end: number;
}

/** Where the last run of a log begins, and the error that it ends with. */
export interface LastRun {
  /** Index of the first line after the error of the run before; 0 if there was none. */
  readonly start: number;
  /** Null if the run reports no error. */
  readonly block: ReportBlock | null;
}

/**
 * The last run of a log and the error that Kamal itself reports of it. What a hook printed is the hook's: an `ERROR (…)`
 * of a Kamal that a hook had started is part of the hook's output.
 * @param raw the lines with their colours: a reset of the colour ends a message
 */
export function lastRun(raw: readonly string[], lines: readonly OutputLine[]): LastRun {
  const found: { start: number; end: number }[] = [];
  for (const [start, line] of lines.entries()) {
    if (
      REPORT.test(line.text) &&
      start >= (found.at(-1)?.end ?? 0) &&
      !follows(lines, found.at(-1), start) &&
      !withinHook(lines, found.at(-1)?.end ?? 0, start)
    )
      found.push({ start, end: endOf(raw, lines, start) });
  }
  const last = found.at(-1);
  if (last === undefined) return { start: 0, block: null };
  const { start, end } = last;
  // Kamal's last word is its error: what it says after that is of another run.
  const later = lines.some(
    ({ text }, index) =>
      index >= end && (/^\s*Finished all in [\d.]+ seconds/.test(text) || GOES_ON.test(text)),
  );
  if (later) return { start: end, block: null };
  const texts = lines
    .slice(start, end)
    .map(({ text }, index) => (index === 0 ? text.replace(/^\s*\[31m/, '') : text).replace(/\[0m$/, ''));
  const report = readErrorReport(texts, start);
  return { start: found.at(-2)?.end ?? 0, block: report === null ? null : { report, start, end } };
}

function endOf(raw: readonly string[], lines: readonly OutputLine[], start: number): number {
  let program: string | null = null;
  let open = false;
  const nested = lines.slice(start, start + 4).some(({ text }) => NESTED.test(text));
  for (let index = start; index < lines.length; index++) {
    const text = lines[index]?.text ?? '';
    const begun = open ? null : programIn(text);
    if (begun !== null) {
      program = begun;
      open = true;
    }
    if (program !== null && text.startsWith(`${program} stderr: `)) open = false;
    const hook = open && program?.includes('hooks/') === true;
    if (index > start && isBehind(text, hook, nested)) return index;
    const closes = (raw[index] ?? '').trimEnd();
    if (!hook && endsMessage(closes, program !== null)) return index + 1;
  }
  return lines.length;
}

/** True if a line is only a reset of the colour, perhaps after a runner's time. */
function endsAlone(line: string): boolean {
  return line.endsWith('\u001B[0m') && /^(?:\S*Z )?$/.test(line.slice(0, -4));
}

/** True if the error before is a hook's and breaks off: what comes next is what the hook printed. */
function follows(
  lines: readonly OutputLine[],
  before: { readonly start: number; readonly end: number } | undefined,
  start: number,
): boolean {
  if (before === undefined || before.end !== start) return false;
  return /ERROR \(Kamal::Cli::HookError\): Hook `[^`]*` failed:\s*$/.test(lines[start - 1]?.text ?? '');
}

/** For each line, the nearest one before and after it that has a level or is a hook's; -1 if there is none. */
interface Marks {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** By the lines of a log: each error in it asks, and a log can have a hundred thousand. */
const marksByLog = new WeakMap<readonly OutputLine[], Marks>();

function marksOf(lines: readonly OutputLine[]): Marks {
  const known = marksByLog.get(lines);
  if (known !== undefined) return known;
  const isMark = lines.map(({ text, level }) => level !== null || HOOK.test(text));
  let last = -1;
  const before = isMark.map((is, at) => {
    const nearest = last;
    if (is) last = at;
    return nearest;
  });
  last = -1;
  const after = before.map(() => -1);
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    after[at] = last;
    if (isMark[at] === true) last = at;
  }
  const marks = { before, after };
  marksByLog.set(lines, marks);
  return marks;
}

/** True for an error that a hook printed, in a log that has lost the line in which Kamal says that the hook failed. */
function withinHook(lines: readonly OutputLine[], from: number, start: number): boolean {
  const marks = marksOf(lines);
  const at = marks.before[start] ?? -1;
  const before = at >= from ? lines[at] : undefined;
  const after = lines[marks.after[start] ?? -1];
  const own = STATUS.test(lines[start + 1]?.text ?? '');
  return (
    (before !== undefined && before.level === null) || (!own && after !== undefined && after.level === null)
  );
}

/** What SSHKit says of a hook that failed (1.25, lib/sshkit/command.rb). */
export const HOOK = /^\S*hooks\/[\w-]+ (?:exit status|stdout|stderr): /;

/** What a command wrote that uses SSHKit itself: its lines are as Kamal's. */
const NESTED = /^\S+ std(?:out|err): +(?:INFO|DEBUG) \[[0-9a-f]{8}\] /;

/** Whether a line is of what comes after the report; a hook may write anything but the runner's own lines. */
function isBehind(text: string, hook: boolean, nested: boolean): boolean {
  if (hook) return RUNNER.test(text);
  if (nested && /^ *(?:INFO|DEBUG) /.test(text)) return false;
  return !FOREIGN.test(text) && [AFTER, REPORT, GOES_ON].some((pattern) => pattern.test(text));
}

/** The colour ends with the message; that of a command ends with a line end, so the reset has its own line. */
function endsMessage(line: string, isOfCommand: boolean): boolean {
  return isOfCommand ? endsAlone(line) : line.endsWith('\u001B[0m');
}

/** The program whose exit status a line gives. */
function programIn(text: string): string | null {
  const status = STATUS.exec(text.replace(/^\s*(?:\[31m)?ERROR \([\w:]+\): ?/, ''));
  return status === null ? null : (status[1] ?? '');
}
