/** What Kamal printed when it gave up: `ERROR (CLASS): MESSAGE` (Kamal 2.12.0, bin/kamal), taken apart by host. */
export interface ErrorReport {
  /** The Ruby class; of the first error where several hosts failed. */
  readonly className: string;
  readonly occurrences: readonly [Occurrence, ...Occurrence[]];
}

/** One error of one host; `host` is null for what failed on the runner itself. */
export interface Occurrence {
  readonly host: string | null;
  readonly role: string | null;
  /** Without the words that name host and role. */
  readonly message: string;
  /** Null if the message is not that of a command. */
  readonly command: FailedCommand | null;
  /** Index into the lines of the log where its message begins. */
  readonly line: number;
}

/** SSHKit::Command::Failed (sshkit 1.25, lib/sshkit/command.rb, `exit_status=`). */
export interface FailedCommand {
  /** The first word, e.g. `docker` or `.kamal/hooks/pre-build`. */
  readonly program: string;
  /** As printed, not decoded. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** False if the log is cut before what it wrote to standard error. */
  readonly whole: boolean;
}

/** What leads a message: which hosts and roles it is about (Kamal 2.12.0, lib/kamal/sshkit_with_ext.rb). */
const LEADS = [
  { pattern: /^Exceptions on \d+ (?:hosts|roles):\s?/, read: () => ({}) },
  { pattern: /^Exception while executing on host (\S+): ?/, read: (host: string) => ({ host }) },
  // Someone has left the host out: `...`, `***`, `<server>`.
  {
    pattern: /^Exception while executing on host (\.{2,}|…|\*{2,}|<[^>]+>|\[[^\]]+\])(?::|(?= )) ?/,
    read: (host: string) => ({ host }),
  },
  { pattern: /^Exception while executing as [^\s@]+@(\S+): ?/, read: (host: string) => ({ host }) },
  // Kamal 2.12.0, lib/kamal/cli/build/clone.rb
  { pattern: /^Failed to (?:clone repo|validate clone): (?=git exit status: )/, read: () => ({}) },
  { pattern: /^Exception while executing on (\S+): ?/, read: (role: string) => ({ role }) },
] as const;

/**
 * Takes the report apart.
 * @param lines its lines, colours removed, the first beginning with `ERROR (`
 * @param start index of the first one in the log
 */
export function readErrorReport(lines: readonly string[], start: number): ErrorReport | null {
  const [first = '', ...rest] = lines;
  const head = /ERROR \(([\w:]+)\): ?(.*)$/.exec(first);
  if (head === null) return null;
  const parts: { host: string | null; role: string | null; text: string[]; line: number }[] = [];
  let role: string | null = null;
  for (const [index, line] of [head[2] ?? '', ...rest].entries()) {
    let text = line;
    let led = index === 0;
    let host: string | null = null;
    for (let found = leadOf(text); found !== null; found = leadOf(text)) {
      led = true;
      text = text.slice(found.length);
      if (found.about.role !== undefined) role = found.about.role;
      if (found.about.host !== undefined) host = found.about.host;
    }
    const last = parts.at(-1);
    if (last === undefined) parts.push({ host, role, text: [text], line: start });
    else if (!led) last.text.push(text);
    else {
      if (last.host === null && last.text.every((each) => each === '')) parts.pop();
      parts.push({ host, role, text: [text], line: start + index });
    }
  }
  const [one, ...others] = parts.map(({ host, role: of, text, line }) => {
    const message = text.join('\n').trim();
    return { host, role: of, message, command: readFailedCommand(message), line };
  });
  return one === undefined ? null : { className: head[1] ?? '', occurrences: [one, ...others] };
}

function leadOf(line: string): { length: number; about: { host?: string; role?: string } } | null {
  // A page that quotes it may have indented it.
  const text = line.trimStart();
  for (const { pattern, read } of LEADS) {
    const match = pattern.exec(text);
    if (match !== null)
      return { length: line.length - text.length + match[0].length, about: read(match[1] ?? '') };
  }
  return null;
}

/** False of what someone put in the place of a host. */
export const isNamed = (host: string): boolean =>
  /^[\w[:][\w.:%\]-]*$/.test(host) && !/^\[(?![\da-f:])/i.test(host);

function readFailedCommand(message: string): FailedCommand | null {
  const match = /^(?:.*\n)?(\S[^\n]*) exit status: (\d+)$/m.exec(message);
  const [, program = '', status = ''] = match ?? [];
  if (match === null) return null;
  const after = message.slice(message.indexOf(`${program} exit status: `));
  const stdoutAt = after.indexOf(`\n${program} stdout: `);
  const stderrAt = after.lastIndexOf(`\n${program} stderr: `);
  const part = (from: number, to: number): string => {
    const text =
      from < 0
        ? ''
        : after
            .slice(from, to)
            .replace(/^\n[^\n]*? std(?:out|err): /, '')
            .trim();
    return text === 'Nothing written' ? '' : text;
  };
  return {
    program,
    status: Number(status),
    stdout: part(stdoutAt, stderrAt < 0 ? after.length : stderrAt),
    stderr: part(stderrAt, after.length),
    whole: stderrAt >= 0,
  };
}
