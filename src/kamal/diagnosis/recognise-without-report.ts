import type { LogReading } from './log-reading.ts';
import type { Recognised } from './recognised.ts';

/** What a log tells that has no `ERROR (…)`: Thor's complaints, a refused rollback, an end too soon. Null: nothing failed. */
export function recogniseWithoutReport(reading: LogReading): (Recognised & { readonly line: number }) | null {
  const said = SAID.map((rule) => ({ ...rule, line: reading.lastLine(rule.pattern) })).find(
    ({ line }) => line >= 0,
  );
  if (said !== undefined) {
    const subject = said.pattern.exec(reading.lines[said.line]?.text ?? '')?.[1] ?? null;
    const seen = said.cause === 'interrupted' ? { seen: `It was stopped: ${subject ?? 'by a signal'}` } : {};
    return { cause: said.cause, subject, line: said.line, ...seen };
  }
  const failed = failedBuildAt(reading);
  if (failed !== null) return { cause: 'build-failed', line: failed };
  const line = cutOffAt(reading);
  if (line === null) return null;
  return { cause: 'interrupted', line, seen: 'The log ends before the deploy has ended, and names no error' };
}

const SAID: readonly { readonly pattern: RegExp; readonly cause: Recognised['cause'] }[] = [
  // Kamal exits 0 after this one.
  { pattern: /^The app version '(.*)' is not available as a container\b/, cause: 'version-unknown' },
  // Ruby, where nobody rescues a signal, and a runner that cancels.
  {
    pattern: /(?:: | \()(Interrupt|SIG(?:TERM|INT|HUP)|SignalException)(?: \(SignalException\)|\))?$/,
    cause: 'interrupted',
  },
  {
    pattern:
      /^(?:##\[error\]|::error::|Error: )?(The operation was canceled\.|The runner has received a shutdown signal\b.*)/,
    cause: 'interrupted',
  },
  {
    pattern: /^(?:##\[error\]|Error: )?Process completed with exit code (?:130|137|143)\./,
    cause: 'interrupted',
  },
  // Thor 1.5, lib/thor/error.rb and lib/thor/base.rb; `fetch` prints the account's complaint in the same words.
  { pattern: /^No value provided for required options '--account'/, cause: 'fetch-account-missing' },
  // …and where `fetch` or `extract` in the secrets file is called the wrong way, Thor ends the whole run.
  { pattern: /^No value provided for required options '--adapter'/, cause: 'fetch-adapter-unknown' },
  { pattern: /^ERROR: "kamal secrets (?:extract|fetch)" was called with/, cause: 'secrets-unparsable' },
  { pattern: /^Could not find command "(.*)"\./, cause: 'command-unknown' },
  {
    pattern:
      /^(?:ERROR: "kamal .*" was called with|Unknown switches |Expected .* value for |No value provided for )/,
    cause: 'command-unknown',
  },
  { pattern: /^Ambiguous command /, cause: 'command-unknown' },
  {
    pattern:
      /^bundler: command not found: kamal|^(?:\S+: )*(?:line \d+: |\d+: )?kamal: (?:command )?not found/,
    cause: 'command-unknown',
  },
];

/** Where only the end of a log is left: buildx's last word, if nothing came after it. */
function failedBuildAt(reading: LogReading): number | null {
  const said = reading.lastLine(/^(?:\s*)ERROR: failed to (?:solve|build):/);
  const next = reading.lines.findIndex((line, index) => index > said && line.level !== null);
  return said < 0 || next >= 0 ? null : said;
}

/**
 * A deploy takes its lock, boots, gives the lock back and says how long it took (Kamal 2.12.0, lib/kamal/cli/main.rb).
 * One whose log ends before that was cut off: killed, or its output went nowhere. Null where the log is whole or is
 * not that of a deploy.
 */
function cutOffAt(reading: LogReading): number | null {
  const began = reading.lastLine(
    /^(?:Build and push app image|Pull app image|Acquiring the deploy lock\b.*)\.\.\.$/,
  );
  if (began < 0) return null;
  const end = reading.lines.findLastIndex((line) => line.text.trim() !== '');
  const finished = reading.lastLine(/^\s*Finished all in [\d.]+ seconds$/);
  const deploy = reading.lastLine(/^(?:Build and push|Pull) app image\.\.\.$/);
  const acquired = reading.lastLine(/^Acquiring the deploy lock\b/);
  const released = reading.lastLine(/^Releas(?:ing|ed) the deploy lock/);
  if (acquired > released) return end;
  if (deploy < 0) return null;
  const booted = reading.lastLine(/^Start container with version /);
  return finished < deploy || booted < deploy ? end : null;
}
