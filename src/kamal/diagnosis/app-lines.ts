import { isRecord } from '../../base/is-record.ts';
import type { LogReading } from './log-reading.ts';

/** A line that a program in a container wrote. */
export interface AppLine {
  /** Without docker's time and the name that docker compose puts before it. */
  readonly text: string;
  /** Index in the log. */
  readonly index: number;
}

/** `docker logs --timestamps`: nine digits of a second, where a runner has seven (moby 20 to 29, RFC3339NanoFixed). */
const DOCKER_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ?/;
/** The time as Docker Desktop puts it before each line. */
const DESKTOP_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:(?!\d)|(?=\d{4}[-/]\d\d[-/]\d\d))/;
/** `docker compose logs`: the container's name, filled up to the longest. */
const COMPOSE = /^[\w.-]+ +\| ?/;
/** A log line of kamal-proxy, Thruster or an app, as one object. */
const JSON_LINE = /^\{"\w+":.*\}$/;

/** How programs begin a line (of a job's log they may be those of another step), that Kamal, docker and ssh do not; each with what prints it so. */
const OF_PROGRAM: readonly RegExp[] = [
  // Go, log; not op, which puts [ERROR] before it.
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /,
  // Elixir, Logger; Ruby, Logger; Python, logging; Laravel, Monolog.
  /^\d\d:\d\d:\d\d\.\d{3} (?:\[\w+\]|\w+=)/,
  /^[DIWEF], \[\d{4}-\d\d-\d\dT(?!.* -- (?:net\.ssh|socket|tcpsocket)\b)/,
  /^\[\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: [+-]\d{4})?\] /,
  // Booting servers.
  /^(?:=> (?:Booting|Rails|Run )|\[\d+\] (?:Puma|\*|- Worker)|Puma starting|\* (?:Listening|Puma version|Environment))/,
  /^(?:INFO|ERROR|WARNING|CRITICAL):? {2,}(?!Error (?:installing|loading)|While executing gem)/,
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{3}Z?)? (?:(?:pid=)?\d+ (?:tid=|TID-)\S+ )?(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRIT)\b/,
  // Exceptions of Ruby, Python, Node, Java and PHP that are no classes of Kamal's.
  /^(?:Traceback \(most recent call last\):|Node\.js v\d|node:internal\/|SQLSTATE\[|PHP (?:Fatal|Warning|Parse|Deprecated))/,
  /^\s*(?:Illuminate\\|Symfony\\|PDOException\b|In \w+\.php line )/,
  /^(?!Net::|SSHKit::|Kamal::|Errno::|OpenSSL::|Bundler::|Gem::|ERROR\b)[A-Z]\w*(?:::[A-Z]\w*)+(?:: | \()/,
  /^(?:[a-z_]\w*\.)+[A-Z]\w*(?:Error|Exception|Configured|Exit)\b/,
];

/** The head under which Kamal shows what a server answered (2.0 to 2.12, lib/kamal/sshkit_with_ext.rb, `puts_by_host`). */
const HEAD = /^(?:App|Proxy|Accessory) Host: \S+$|^Following logs on \S+?\.\.\.$/;
/** What fetches a log (2.0 to 2.12, lib/kamal/commands/app/logging.rb, proxy.rb, accessory.rb). */
const FETCHES = /\bdocker logs\b/;

/**
 * The lines that containers wrote, in a log that has no error of Kamal's own: of `kamal app logs`, `kamal proxy logs`,
 * `docker logs`, `docker compose logs`. What they say is an app's: its refused connection is no failed SSH, and its
 * missing gem is not Kamal's. Empty if nothing marks them.
 */
export function appLines(reading: LogReading): readonly AppLine[] {
  const marked = markedLines(reading);
  // Where nothing is Kamal's or a runner's, the lines between marked ones are the same program's.
  return marked.length > 0 && isBare(reading) ? everyLine(reading) : marked;
}

/** All lines of a log that is neither Kamal's nor a runner's: a program's, perhaps; without its mark no one knows. */
export function unmarkedLines(reading: LogReading): readonly AppLine[] {
  return isBare(reading) ? everyLine(reading) : [];
}

function isBare({ commands, phases, lines, ofRunner }: LogReading): boolean {
  return (
    !ofRunner &&
    commands.length === 0 &&
    phases.length === 1 &&
    !lines.some(({ level, text }) => (level !== null && text.startsWith(' ')) || OF_KAMAL.test(text))
  );
}

function everyLine({ lines, start }: LogReading): readonly AppLine[] {
  return lines.flatMap(({ text }, index) =>
    index < start || text.trim() === '' ? [] : [{ text: withoutMarks(text), index }],
  );
}

function markedLines(reading: LogReading): readonly AppLine[] {
  const { lines, start, commands } = reading;
  const logs = new Set(commands.filter(({ command }) => FETCHES.test(command)).map(({ id }) => id));
  const found: AppLine[] = [];
  let within = false;
  for (const [index, line] of lines.entries()) {
    if (index < start) continue;
    // SSHKit sets its level off by blanks; a program in a container writes what it likes.
    const own = within && isPlain(line);
    if (line.level !== null && !own) {
      within = opensLog(line, logs);
      if (within && DOCKER_TIME.test(line.message)) found.push({ text: withoutMarks(line.message), index });
      continue;
    }
    if (HEAD.test(line.text)) {
      within = logs.size > 0 || isFollowed(line.text, lines[index + 1]?.text);
      continue;
    }
    if (OF_KAMAL.test(line.text)) within = false;
    if (within || isOfContainer(line.text, reading.ofRunner))
      found.push({ text: withoutMarks(line.text), index });
  }
  return found;
}

/** Kamal continues, or ends. */
const OF_KAMAL =
  /^(?:Releas(?:ing|ed) the deploy lock|Acquir(?:ing|ed) the deploy lock|\s*Finished all in [\d.]+ seconds|##\[|Error: Process completed)/;

export const hasDockerTime = (text: string): boolean => DOCKER_TIME.test(text);

export const withoutTime = (text: string): string => text.replace(DOCKER_TIME, '');

/** Without docker's time and the name that docker compose puts before it. */
export function withoutMarks(text: string): string {
  return withoutTime(text.replace(COMPOSE, '')).replace(DESKTOP_TIME, '').trimEnd();
}

/** The fields of a line of a log in JSON; null for any other line. */
export function fieldsIn(text: string): ReadonlyMap<string, unknown> | null {
  const at = text.indexOf('{"');
  if (at < 0 || !text.trimEnd().endsWith('}')) return null;
  try {
    const given: unknown = JSON.parse(text.slice(at));
    return isRecord(given) ? new Map(Object.entries(given)) : null;
  } catch {
    return null;
  }
}

/** A line of a log in JSON as a person would write it: its message and its error; any other line as it is. */
export function inWords(text: string): string {
  const fields = fieldsIn(text);
  if (fields === null) return text;
  const words = ['msg', 'message', 'error', 'err', 'status']
    .map((name) => fields.get(name))
    .filter((value) => typeof value === 'string' || typeof value === 'number');
  return words.length === 0 ? text : [...new Set(words)].join(': ');
}

/** A program's warning is not its end, nor is what it notes. */
export const isWarning = (text: string): boolean =>
  /\bwarn(?:ing)?\b/i.test(text) ||
  /^\W*(?:INFO|DEBUG|TRACE|NOTICE)\b(?!:? {2,})|\blevel=(?:info|debug|trace)\b/.test(text);

/** Whether a line of SSHKit's begins the log of a container. */
function opensLog(
  { command, level, message }: LogReading['lines'][number],
  logs: ReadonlySet<string>,
): boolean {
  if (HEAD.test(message)) return true;
  if (command !== null) return logs.has(command) && message.startsWith('Finished in ');
  // Kamal shows the log of an unhealthy container as an error.
  return level === 'ERROR' && DOCKER_TIME.test(message);
}

/** Whether a line on its own looks like one of a container. */
function isOfContainer(text: string, ofRunner: boolean): boolean {
  if (DOCKER_TIME.test(text) || COMPOSE.test(text) || JSON_LINE.test(text)) return true;
  return !ofRunner && (DESKTOP_TIME.test(text) || OF_PROGRAM.some((pattern) => pattern.test(text)));
}

function isPlain({ command, text, message }: LogReading['lines'][number]): boolean {
  return command === null && /^\S/.test(text) && !HEAD.test(message);
}

/** `App Host: …` heads other answers too: a log has its lines below it. */
function isFollowed(head: string, next = ''): boolean {
  return !head.startsWith('App Host') || DOCKER_TIME.test(next);
}
