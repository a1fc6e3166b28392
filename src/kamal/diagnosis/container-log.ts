import { recognisedBy } from './from-sentence.ts';
import type { LogReading } from './log-reading.ts';
import type { Recognised } from './recognised.ts';
import { CONTAINER_LOG, SERVES } from './sentences/container.ts';
import { heard } from './sentences/sentence.ts';

/**
 * The last lines that the unhealthy container wrote: Kamal shows them as one message of level ERROR after it has
 * closed the barrier (2.12.0, lib/kamal/cli/app/boot.rb, `close_barrier`). Without docker's times; a line that comes
 * again and again, as of a container that restarts, once.
 */
export function containerLog(reading: LogReading, most = 20): string[] {
  // With -q the message of level INFO that tells why is missing.
  const closed = reading.lines.findLastIndex(
    ({ message }, index) =>
      index >= reading.start &&
      (/ container is unhealthy on .*, not booting any other roles$/.test(message) || FAILED.test(message)),
  );
  if (closed < 0) return [];
  const found: string[] = [];
  let within = false;
  for (const line of reading.lines.slice(closed + 1)) {
    if (line.level !== null) within = line.level === 'ERROR' && line.command === null;
    else if (/^(?:Releasing the deploy lock|\s*Finished all in |\s*(?:\[31m)?ERROR \()/.test(line.text))
      break;
    if (!within || FAILED.test(line.message)) continue;
    const text = line.message.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, '').trimEnd();
    if (
      text === '' ||
      text === 'null' ||
      text.startsWith('{"Status":') ||
      text.startsWith('Could not fetch logs for ')
    )
      continue;
    found.push(text);
  }
  return [...new Set(found)].slice(-most);
}

/** A line in which a program names its error. */
const AN_ERROR = /\b[A-Z]\w*(?:Error|Exception)\b|\b(?:aborted!|panic: |FATAL|[Ff]atal error|Traceback)/;

const FAILED = /^Failed to boot \S+ on \S+$/;

/**
 * What the container's log is evidence of: that it ended for want of a secret, or because one was wrong. What stands
 * before a line with which a server begins to serve was not the end of it.
 */
export function containerCauses(reading: LogReading): readonly Recognised[] {
  const log = containerLog(reading, 200);
  const since = log
    .slice(log.findLastIndex((line) => SERVES.test(line)) + 1)
    .filter((line) => !/\bwarn(?:ing)?\b/i.test(line));
  const found = heard(since.toReversed(), CONTAINER_LOG).map((each) => recognisedBy(each));
  const error = since.findLast((line) => AN_ERROR.test(line));
  if (found.length > 0 || error === undefined) return found;
  return [{ cause: 'unhealthy', variant: 'error', proof: error }];
}

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
