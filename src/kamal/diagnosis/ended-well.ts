import type { LogReading } from './log-reading.ts';
import type { Confidence } from './recognised.ts';

/**
 * How far the log shows that a command of Kamal ended well; null if it does not. Certain is a deploy that came to its
 * end with every command finished, or a command that prints its answer; a log that merely ends is neither a success nor
 * a failure.
 */
export function successIn(reading: LogReading): Confidence | null {
  const { lines, commands, start } = reading;
  const told = lines.slice(start).filter(({ text }) => text.trim() !== '' && !OF_RUNNER.test(text));
  const last = told.at(-1);
  if (last === undefined) return null;
  if (lines.slice(start).some((line) => saysFailure(line) || isOfFailure(line))) return null;
  // A failure that Kamal expects (an existing network, an existing clone) is followed by another command.
  const lasts = new Map(commands.map((each) => [each.host, each]));
  if ([...lasts.values()].some((each) => !each.finished && !/^docker network create\b/.test(each.command)))
    return null;
  if (FINISHED.test(last.text)) return finished(reading);
  // The commands that print an answer (2.0 to 2.12, lib/kamal/cli/lock.rb, main.rb, secrets.rb, app.rb).
  if (ANSWERS.test(last.text) || (told.length === 3 && told.every(({ text }) => LOCK.test(text))))
    return 'certain';
  if (commands.length > 0 && told.some(({ text }) => LAUNCHES.test(text))) return 'likely';
  return told.every(({ text }) => /^[A-Z_][A-Z0-9_]*=/.test(text)) ? 'certain' : null;
}

/** Whether a line says that something failed, though no error of Kamal's is reported. */
export function saysFailure({ level, message, text }: LogReading['lines'][number]): boolean {
  if (level === 'ERROR' && message.startsWith('Failed to boot ')) return true;
  return /^##\[error\]|Process completed with exit code [1-9]/.test(text);
}

/**
 * Whether Kamal shows what it shows only when something failed: the log or the health of a container that did not boot,
 * without the line that says so. It continues after a clone or a tunnel that failed (2.0 to 2.12, lib/kamal/cli/app/boot.rb,
 * build/clone.rb, build/port_forwarding.rb).
 */
function isOfFailure({ level, message, command }: LogReading['lines'][number]): boolean {
  if (level !== 'ERROR' || command !== null) return false;
  return !/^(?:Error preparing clone|Error setting up port forwarding|Missing compatible builder)/.test(
    message,
  );
}

/** Whether a whole deploy came to its end after that line: whatever it says, Kamal was run after it, and succeeded. */
export function deployedAfter(reading: LogReading, line: number): boolean {
  const began = reading.lastLine(/^(?:Build and push|Pull) app image\.\.\.$/);
  return began > line && successIn(reading) === 'certain';
}

/** A command of Kamal that reports its own end. */
function finished(reading: LogReading): Confidence | null {
  const { commands } = reading;
  const released = reading.lastLine(/^Releas(?:ing|ed) the deploy lock/);
  if (reading.lastLine(/^\[ERROR\] \d{4}\/\d\d\/\d\d /) > released && released >= 0) return null;
  // A deploy prunes at its end; a redeploy or rollback does not, and leaves no mark.
  const prune = reading.lastLine(/^Prune old containers and images\.\.\.$/);
  if (prune >= 0 && commands.some((each) => each.finished && each.line > prune)) return 'certain';
  return commands.length > 0 || prune >= 0 ? 'likely' : null;
}

const FINISHED = /^\s*Finished all in [\d.]+ seconds$/;
/** What a runner adds, and a backtrace that Kamal shows of what it got over (-v). */
const OF_RUNNER = /^(?:##\[(?:group|endgroup)|Post job cleanup|\S+\.rb:\d+:in [`'])/;
const ANSWERS =
  /^(?:Released the deploy lock|Acquired the deploy lock|There is no deploy lock|\d+\.\d+\.\d+$)/;
const LOCK = /^(?:Locked by: .* at \S+|Version: .*|Message: .*)$/;
const LAUNCHES = /^(?:Get (?:current|most recent) version|Launching command )/;
