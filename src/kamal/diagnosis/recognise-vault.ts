import { recognisedBy } from './from-sentence.ts';
import type { LogReading } from './log-reading.ts';
import type { Recognised, Recogniser } from './recognised.ts';
import { OP } from './sentences/onepassword.ts';
import { heard } from './sentences/sentence.ts';

/**
 * 1Password: what op itself wrote to standard error comes first, `[ERROR] 2026/01/31 12:00:00 "X" isn't an item …`;
 * Kamal's adapter says after it only that it could not read (2.0 to 2.12, lib/kamal/secrets/adapters/one_password.rb).
 */
export const recogniseVault: Recogniser = ({ occurrence: { message, command }, reading }) =>
  command === null ? vaultCauses(message, reading) : [];

/** @param message of Kamal's adapter; empty if it is another one */
export function vaultCauses(message: string, reading: LogReading): readonly Recognised[] {
  const read = /^Could not read (?:(.*) )?from (.*) in the (.*) 1Password vault$/m.exec(message);
  const login = message.startsWith('Failed to login to 1Password');
  if (read === null && !login) return [];
  const place = read === null ? {} : { item: read[2] ?? null, vault: read[3] ?? null };
  const said = byOp(reading);
  if (said.length > 0) return said.map((each) => ({ ...place, ...each }));
  const unmarked = withoutMark(reading);
  if (unmarked.length > 0) return unmarked.map((each) => ({ ...place, ...each }));
  // op's own line is not in the log.
  const last = opLines(reading).at(-1);
  const proof = last === undefined ? {} : { proof: last };
  return [
    login
      ? { cause: 'op-not-signed-in', confidence: 'likely', ...proof }
      : { cause: 'vault-unreadable', confidence: 'likely', ...place, ...proof },
  ];
}

/** The same of a line right before the error that has lost its `[ERROR]` and its time, as people quote it. */
function withoutMark({ lines, start, reportStart }: LogReading): readonly Recognised[] {
  const before = lines.slice(Math.max(start, reportStart - 3), reportStart);
  const texts = before.filter(({ level }) => level === null).map(({ text }) => text.trim());
  return heard(texts.toReversed(), OP).map((each) => ({ ...recognisedBy(each), confidence: 'likely' }));
}

/** What op's last words are evidence of. */
export function byOp(reading: LogReading): readonly Recognised[] {
  const last = opLines(reading).at(-1);
  return last === undefined ? [] : heard([last], OP).map((each) => recognisedBy(each));
}

/** What op, or 1Password's action, wrote as errors in the last run, without times. */
export function opLines(reading: LogReading): readonly string[] {
  return reading.lines
    .slice(reading.start)
    .map(
      ({ text }) =>
        /^\[ERROR\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (.*)$/.exec(text)?.[1] ?? OF_SDK.exec(text)?.[1],
    )
    .filter((each) => each !== undefined);
}

/**
 * 1Password's own action in a step before (1password/load-secrets-action 2 and 3), whose errors come from op or the SDK:
 * they contain a secret reference, or the SDK's client.
 */
const OF_SDK =
  /^(?:##\[error\]|::error::|Error: +(?! ))*(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?((?:Authentication error with environment variables|could not (?:read secret|resolve reference|get item)|error (?:initializing client|resolving secret reference)\b|(?=[^\n]*(?:could not|[Ee]rror|isn't))(?=[^\n]*\bop:\/\/))[^\n]*)$/;
