/**
 * Sentences and exit codes of Kamal's that come whatever failed beneath them: the tool's own words, beside or before
 * them, say what it was. Where those are not known they are quoted, and the sentence names no cause.
 */
import type { FailedCommand } from './error-report.ts';
import { outputOf, type Recognised } from './recognised.ts';

/** Lines that a tool writes beside its errors: warnings, and how to get help. */
const NOISE =
  /^(?:WARNING\b|[Ww]arning: |Emulate Docker CLI|Usage:|See 'docker |Run 'docker |See https?:)|: warning: behavior of -n is non-portable/;

/** Whether a line of standard error says nothing about why a command failed. */
export const isNoise = (line: string): boolean => NOISE.test(line.trim());

/**
 * @param found what the command's whole output is evidence of
 * @param asked the command as Kamal announced it; null if the log does not show it
 */
export function beneath(
  found: readonly Recognised[],
  command: FailedCommand,
  asked: string | null,
): readonly Recognised[] {
  const [first] = found;
  if (first?.cause === 'image-label-missing') return withoutEcho(found, command);
  if (first?.cause === 'container-name-taken') return whyNotStarted(found, command, asked);
  return found;
}

/** An image without any label (docker/cli 20 to 29, templates and missingkey=error). */
const NO_LABELS = /^template parsing error: .*map has no entry for key "(?:Labels|service)"/;

/**
 * `docker inspect … | grep -x … || (echo "Image … is missing the 'service' label" && exit 1)` (Kamal 2.0 to 2.12,
 * lib/kamal/commands/builder/base.rb, validate_image): it is the label only where docker itself did not complain.
 */
function withoutEcho(found: readonly Recognised[], { stderr }: FailedCommand): readonly Recognised[] {
  const complained = stderr
    .split('\n')
    .some((line) => line.trim() !== '' && !isNoise(line) && !NO_LABELS.test(line));
  return complained ? found.filter(({ cause }) => cause !== 'image-label-missing') : found;
}

/**
 * `docker start X || docker run --name X …` (Kamal 2.0 to 2.12, lib/kamal/commands/proxy.rb and registry.rb): the name is
 * taken by the very container that did not start, for the reason that `docker start` gave.
 */
function whyNotStarted(
  found: readonly Recognised[],
  command: FailedCommand,
  asked: string | null,
): readonly Recognised[] {
  const [first] = found;
  const name = first?.subject ?? '';
  const lines = outputOf(command)
    .split('\n')
    .map((line) => line.trim());
  const isOwn =
    lines.some((line) => /failed to start containers: (\S+)/.exec(line)?.[1] === name) ||
    /^docker (?:container )?start (\S+) \|\|/.exec(asked ?? '')?.[1] === name;
  if (!isOwn) return found;
  const said = lines.find((line) => OF_DAEMON.test(line) && !/No such container|Conflict\b/.test(line));
  if (said !== undefined) return [{ cause: 'unknown', proof: said }];
  // Not certain of a log that has lost what `docker start` said.
  return lines.some((line) => line.endsWith(`No such container: ${name}`))
    ? found
    : found.map((each) => ({ ...each, confidence: 'likely' }));
}

const OF_DAEMON = /^Error response from daemon: /;
