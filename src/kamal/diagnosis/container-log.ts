import { hasDockerTime, withoutMarks } from './app-lines.ts';
import type { LogReading } from './log-reading.ts';

/**
 * The last lines that the unhealthy container wrote: Kamal shows them as one message of level ERROR after it has
 * closed the barrier (2.12.0, lib/kamal/cli/app/boot.rb, `close_barrier`). Without docker's times; a line that comes
 * again and again, as of a container that restarts, once.
 */
export function containerLog(reading: LogReading, most = 20): string[] {
  // With -q the message of level INFO with the reason is missing.
  const closed = reading.lines.findLastIndex(
    ({ message }, index) =>
      index >= reading.start &&
      (/ container is unhealthy on .*, not booting any other roles$/.test(message) || FAILED.test(message)),
  );
  const found: string[] = [];
  // Of a log that begins in the middle of what the container wrote, only docker's times show whose lines they are.
  let within = closed < 0 && reading.report !== null;
  const timed = within;
  for (const line of reading.lines.slice(Math.max(closed + 1, reading.start), reading.reportStart)) {
    if (line.level !== null) within = line.level === 'ERROR' && line.command === null;
    else if (/^(?:Releasing the deploy lock|\s*Finished all in )/.test(line.text)) break;
    // Without SSHKit's levels (its simple formatter, a log that was cleaned) only docker's times mark the lines.
    if (FAILED.test(line.message) || !(hasDockerTime(line.message) || (within && !timed))) continue;
    const text = withoutMarks(line.message);
    if (text !== '' && !HEALTH.test(text)) found.push(text);
  }
  return [...new Set(found)].slice(-most);
}

const FAILED = /^Failed to boot \S+ on \S+$/;
/** The answer to what is asked next: the state of the container's own health check. */
const HEALTH = /^(?:null$|\{"Status":|Could not fetch logs for |docker (?:exit status|stdout|stderr): )/;

/** The name of the variable that a container's log complains of, as most languages and libraries say it; else null. */
export function missingVariable(log: readonly string[]): string | null {
  for (const line of log.toReversed()) {
    for (const pattern of COMPLAINTS) {
      const name = pattern.exec(line)?.[1];
      if (name !== undefined) return name;
    }
  }
  return null;
}

const NAME = String.raw`["'\`:$]*([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{4,})["'\`]*`;
const COMPLAINTS: readonly RegExp[] = [
  new RegExp(
    String.raw`(?:key not found|KeyError|missing (?:required )?(?:environment |env )?(?:variable|var|key)s?|Missing|environment variable|env(?:ironment)? var|required)[^A-Za-z]{1,4}(?:ENV\[)?${NAME}`,
  ),
  new RegExp(
    String.raw`\b${NAME}\]? (?:is |was |has |can't be |cannot be )?(?:not (?:set|defined|found|provided|present)|missing|required|undefined|empty|blank|unset|unusable|invalid|malformed|must be)`,
  ),
  new RegExp(String.raw`\b${NAME}: (?:parameter not set|unbound variable|Required|required|missing)`),
];
