import { recognisedBy } from './from-sentence.ts';
import { plainBefore, type LogReading } from './log-reading.ts';
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
  const last = lastOpLine(reading);
  const said = byOp(last);
  if (said.length > 0) return said.map((each) => ({ ...place, ...each }));
  const unmarked = withoutMark(reading);
  if (unmarked.length > 0) return unmarked.map((each) => ({ ...place, ...each }));
  // op's own line is not in the log.
  const proof = last === undefined ? {} : { proof: last };
  return [
    login
      ? { cause: 'op-not-signed-in', confidence: 'likely', ...proof }
      : { cause: 'vault-unreadable', confidence: 'likely', ...place, ...proof },
  ];
}

/** The same of a line right before the error that has lost its `[ERROR]` and its time, as people quote it. */
function withoutMark(reading: LogReading): readonly Recognised[] {
  const texts = plainBefore(reading, 3).map((text) => text.trim());
  return heard(texts.toReversed(), OP).map((each) => ({ ...recognisedBy(each), confidence: 'likely' }));
}

/** What op's last words are evidence of. */
export function byOp(last: string | undefined): readonly Recognised[] {
  return last === undefined ? [] : heard([last], OP).map((each) => recognisedBy(each));
}

/**
 * The last that op, or 1Password's action, wrote as an error in the last run, without its time.
 * @param end index of the line before which it has to be
 */
export function lastOpLine({ lines, start }: LogReading, end = lines.length): string | undefined {
  for (let index = end - 1; index >= start; index--) {
    const text = lines[index]?.text ?? '';
    const said =
      /^\[ERROR\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (.*)$/.exec(text)?.[1] ?? OF_SDK.exec(text)?.[1];
    if (said !== undefined) return said;
  }
  return undefined;
}

/**
 * 1Password's own action in a step before (1password/load-secrets-action 2 and 3), whose errors come from op or the SDK:
 * they contain a secret reference, or the SDK's client.
 */
const OF_SDK =
  /^(?:##\[error\]|::error::|Error: +(?! ))*(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?((?:Authentication error with environment variables|could not (?:read secret|resolve reference|get item)|error (?:initializing client|resolving secret reference)\b|(?=[^\n]*(?:could not|[Ee]rror|isn't))(?=[^\n]*\bop:\/\/))[^\n]*)$/;
