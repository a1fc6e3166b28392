import type { LogReading } from './log-reading.ts';

/**
 * True where the log shows a command of Kamal that ended well: it says how long it took and every command that it
 * announced has finished, or it prints an answer and nothing else. A log that says nothing of the kind shows neither
 * a success nor a failure.
 */
export function endedWell(reading: LogReading): boolean {
  const { lines, commands, start } = reading;
  const told = lines
    .slice(start)
    .filter(({ text }) => text.trim() !== '' && !/^(?:##\[|Post job cleanup)/.test(text));
  const last = told.at(-1);
  if (last === undefined) return false;
  if (told.some(({ level, message }) => level === 'ERROR' && message.startsWith('Failed to boot ')))
    return false;
  if (told.some(({ text }) => /^##\[error\]|Process completed with exit code [1-9]/.test(text))) return false;
  // What Kamal tries and gets over (an existing network, a clone that is there) is followed by another command.
  const lasts = new Map(commands.map((each) => [each.host, each]));
  if ([...lasts.values()].some((each) => !each.finished && !/^docker network create\b/.test(each.command)))
    return false;
  if (told.some(({ text }) => /^\s*Finished all in [\d.]+ seconds$/.test(text))) return true;
  // The commands that print an answer (2.0 to 2.12, lib/kamal/cli/lock.rb, main.rb, secrets.rb, app.rb).
  if (ANSWERS.test(last.text)) return true;
  if (
    commands.length > 0 &&
    /^(?:Get (?:current|most recent) version|Launching command )/m.test(
      told.map(({ text }) => text).join('\n'),
    )
  )
    return true;
  return told.every(({ text }) => /^[A-Z_][A-Z0-9_]*=/.test(text));
}

const ANSWERS =
  /^(?:Released the deploy lock|Acquired the deploy lock|There is no deploy lock|Message: |Locked by: .* at \S+$|\d+\.\d+\.\d+$)/;
