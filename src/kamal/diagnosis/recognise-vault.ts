import type { LogReading } from './log-reading.ts';
import type { Recognised, Recogniser } from './recognised.ts';

/**
 * 1Password: what Kamal's adapter says (2.12.0, lib/kamal/secrets/adapters/one_password.rb) and, before it, what op
 * itself wrote to standard error: `[ERROR] 2026/01/31 12:00:00 "X" isn't an item in the "V" vault. …`.
 */
export const recogniseVault: Recogniser = ({ occurrence: { message }, reading }) => {
  if (message.startsWith('1Password CLI is not installed')) return { cause: 'op-not-installed' };
  const op = opSaid(reading);
  if (message.startsWith('Failed to login to 1Password')) {
    return { cause: 'op-not-signed-in', ...(op === null ? {} : { proof: op }) };
  }
  const read = /^Could not read (?:(.*) )?from (.*) in the (.*) 1Password vault$/m.exec(message);
  if (read === null) return null;
  const place = { item: read[2] ?? null, vault: read[3] ?? null };
  return { ...place, ...(op === null ? { cause: 'vault-unreadable' } : { ...byOp(op), proof: op }) };
};

/** op's last error in the log, without time. */
function opSaid(reading: LogReading): string | null {
  return reading.lastMatch(/^\[ERROR\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (.*)$/)?.[1] ?? null;
}

function byOp(said: string): Pick<Recognised, 'cause' | 'secret'> {
  const field =
    /["'`]([^"'`]*)["'`] isn't a field in\b/.exec(said)?.[1] ??
    /(?:no such field|field not found)[: ]+["'`]?([\w./-]+)/i.exec(said)?.[1];
  if (field !== undefined) return { cause: 'vault-field-missing', secret: field };
  if (/isn't a vault|vault .*not found|no such vault|can't find vault/i.test(said))
    return { cause: 'vault-unreadable' };
  if (/isn't an item in\b|no item found|item .*not found|no such item/i.test(said))
    return { cause: 'vault-item-missing' };
  if (SIGN_IN.test(said)) return { cause: 'op-not-signed-in' };
  return { cause: 'vault-unreadable' };
}

const SIGN_IN =
  /\b401\b|unauthori[sz]ed|not (?:currently )?signed in|authentication|no accounts? configured|invalid (?:service account )?token|service account (?:token|.*deleted)|session expired/i;
