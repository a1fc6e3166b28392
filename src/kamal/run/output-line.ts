import { stripVTControlCharacters } from 'node:util';

/**
 * One line of Kamal's output, taken apart. The shapes are those of SSHKit's pretty formatter
 * (sshkit 1.25, lib/sshkit/formatters/pretty.rb) and of Kamal's own `say` and `puts`.
 */
export interface OutputLine {
  /** What is left without colours, carriage returns, and what a runner's log puts before a line. */
  readonly text: string;
  /** `DEBUG`, `INFO`, `WARN`, `ERROR` or `FATAL` where SSHKit wrote the line; else null. */
  readonly level: string | null;
  /** The id of the command the line belongs to, 8 hex digits, or null if there is none. */
  readonly command: string | null;
  /** `text` without level and command id. */
  readonly message: string;
}

const RUNNER_TIMESTAMP = /^\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ?/;
/** `gh run view --log` puts job and step before the time, parted by tabs. */
const RUNNER_COLUMNS = /^[^\t\n]*\t[^\t\n]*\t(?=\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)/;
const SSHKIT = /^ {0,2}(DEBUG|INFO|WARN|ERROR|FATAL) (?:\[([0-9a-f]{8})\] )?/;

/** `raw` without line end, colours, and the columns and the time that a runner's saved log puts before each line. */
export function plainLine(raw: string): string {
  const text = stripVTControlCharacters(
    raw
      .replace(/(?<!\r)\r+$/, '')
      .replace(RUNNER_COLUMNS, '')
      .replace(RUNNER_TIMESTAMP, ''),
  );
  // A terminal's progress rewrites the line after a carriage return: the last state is what was seen.
  return text.includes('\r') ? text.slice(text.lastIndexOf('\r') + 1) : text;
}

/** True for a line as a runner saves it, with its time or with one of its commands. */
export const isOfRunner = (raw: string): boolean =>
  RUNNER_TIMESTAMP.test(raw.replace(RUNNER_COLUMNS, '')) || /^(?:##\[|::(?:group|error)\b)/.test(raw);

/** Takes one line apart; never fails. */
export function readOutputLine(raw: string): OutputLine {
  const text = plainLine(raw);
  const match = SSHKIT.exec(text);
  if (match === null) return { text, level: null, command: null, message: text };
  return { text, level: match[1] ?? null, command: match[2] ?? null, message: text.slice(match[0].length) };
}

/** A user and a host, with room to spare; in UTF-16 code units. */
const LONGEST_HOST = 600;

/** `Running … on HOST` as SSHKit announces a command; null for any other line. */
export function announcedCommand(
  line: OutputLine,
): { readonly command: string; readonly host: string } | null {
  if (line.level === null || line.command === null) return null;
  if (!line.message.startsWith('Running ')) return null;
  // The host is at the end; the command may be a megabyte of script.
  const end = Math.max(line.message.length - LONGEST_HOST, 'Running'.length);
  const match = / (?:on|as \S+@)\s?([^\s@]+)$/.exec(line.message.slice(end));
  if (match === null) return null;
  return { command: line.message.slice('Running '.length, end + match.index), host: match[1] ?? '' };
}
