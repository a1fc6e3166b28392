import { plainLine } from '../run/output-line.ts';
import { shellQuoted } from '../../base/text/quoting.ts';
import { askServer, type ServerAccess } from '../servers/shell.ts';

/** What the lock on the server says. Fields are empty if Kamal was cut off before it had written them. */
export interface LockDetails {
  /** `git config user.name` of who took it; may be empty. */
  readonly performer: string;
  /** When, by the clock of the machine that Kamal ran on; null if unreadable. */
  readonly at: Date | null;
  readonly version: string;
  readonly message: string;
  /** The file as it lies there, to be compared before it is removed. */
  readonly raw: string;
}

export type LockState =
  | { readonly kind: 'free' }
  | { readonly kind: 'held'; readonly details: LockDetails }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Which lock would be ours. */
export interface OurLock {
  readonly performer: string;
  readonly version: string;
  readonly message: string;
  /** Our Kamal took it between these two moments of our clock. */
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Kamal's own message of a lock that a command takes (2.12.0, lib/kamal/cli/base.rb, `AUTOMATIC_DEPLOY_LOCK_MESSAGE`). */
export const AUTOMATIC_MESSAGE = 'Automatic deploy lock';

/** The lock's directory below the account's home (Kamal 2.12.0, lib/kamal/commands/lock.rb, `lock_dir`). */
export function lockDirectory(service: string, destination: string | null): string {
  return `.kamal/${['lock', service, destination].filter((part) => part !== null).join('-')}`;
}

/**
 * Reads the lock on the primary host. Rejects only when aborted.
 * @param directory from {@link lockDirectory}
 */
export async function readLock(access: ServerAccess, host: string, directory: string): Promise<LockState> {
  const path = shellQuoted(directory);
  const answer = await askServer(
    access,
    host,
    `[ -d ${path} ] || exit 3\ncat ${path}/details 2>/dev/null || true\n`,
  );
  if (!answer.reached) return { kind: 'unknown', reason: `${host} could not be checked: ${answer.reason}` };
  if (answer.exitCode === 3) return { kind: 'free' };
  return { kind: 'held', details: lockDetails(answer.stdout) };
}

/** Reads the details as Kamal writes them: base64 of three lines (2.12.0, lib/kamal/commands/lock.rb, `lock_details`). */
export function lockDetails(raw: string): LockDetails {
  const text = Buffer.from(raw, 'base64').toString('utf8');
  const [, performer = '', time = ''] = /^Locked by: (.*) at (\S+)$/m.exec(text) ?? [];
  const at = new Date(time);
  return {
    performer,
    at: Number.isNaN(at.getTime()) ? null : at,
    version: /^Version: (.*)$/m.exec(text)?.[1] ?? '',
    message: /^Message: ([^]*)$/m.exec(text)?.[1]?.trimEnd() ?? '',
    raw,
  };
}

/** Whether a lock is the one that our Kamal took: performer, version, message and time. Kamal writes whole seconds. */
export function isOurLock(details: LockDetails, ours: OurLock): boolean {
  const at = details.at?.getTime();
  if (at === undefined) return false;
  return (
    details.performer === ours.performer &&
    details.version === ours.version &&
    details.message === ours.message &&
    at >= Math.floor(ours.notBefore.getTime() / 1000) * 1000 &&
    at <= ours.notAfter.getTime()
  );
}

export type LockRelease =
  /** It was ours and is gone now. */
  | { readonly kind: 'released' }
  | { readonly kind: 'free' }
  /** Someone else's: left as it is. */
  | { readonly kind: 'not-ours'; readonly details: LockDetails }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Removes the lock if, and only if, it is ours; what lies there is compared again in the command that removes it.
 * Rejects only when aborted.
 */
export async function releaseOurLock(
  access: ServerAccess,
  host: string,
  directory: string,
  ours: OurLock,
): Promise<LockRelease> {
  const state = await readLock(access, host, directory);
  if (state.kind !== 'held') return state;
  if (!isOurLock(state.details, ours)) return { kind: 'not-ours', details: state.details };
  const path = shellQuoted(directory);
  const expected = shellQuoted(state.details.raw.trimEnd());
  const script = `[ "$(cat ${path}/details)" = ${expected} ] || exit 3\nrm ${path}/details && rm -r ${path}\n`;
  const answer = await askServer(access, host, script);
  if (answer.reached && answer.exitCode === 0) return { kind: 'released' };
  if (answer.reached && answer.exitCode === 3)
    return { kind: 'unknown', reason: 'the lock changed hands in the meantime' };
  const reason = answer.reached ? answer.stderr.trim() : answer.reason;
  return { kind: 'unknown', reason: `${host} did not remove the lock: ${reason}` };
}

/**
 * What Kamal's output says about its lock: whether it set out to take it, was refused, and gave it back. A lock can only
 * be ours where `asked && !refused && !released`.
 */
export function lockInOutput(lines: readonly string[]): {
  readonly asked: boolean;
  readonly refused: boolean;
  readonly released: boolean;
} {
  const said = lines.map((line) => plainLine(line));
  const last = (pattern: RegExp): number => said.findLastIndex((line) => pattern.test(line));
  const asked = last(/^Acquiring the deploy lock\b/);
  const done = last(/^\s*Finished all in /);
  const release = last(/^Releasing the deploy lock\.\.\./);
  const failed = last(/^Error releasing the deploy lock:/);
  return {
    asked: asked >= 0,
    refused:
      last(/^Deploy lock already in place!/) > asked ||
      last(/^Timed out after .* waiting for the deploy lock/) > asked,
    released: release > asked && done > release && failed < release,
  };
}

/**
 * Environment for Kamal that makes its lock name its holder: git's `user.name`, which Kamal signs the lock with, is
 * empty on a fresh runner, and all runs would look alike.
 * @param environment the one to add to; earlier `GIT_CONFIG_*` entries stay
 * @param performer e.g. `octocat (run 123 of acme/shop)`
 */
export function signedAs(
  environment: Readonly<Record<string, string>>,
  performer: string,
): Record<string, string> {
  const count = Number.parseInt(environment['GIT_CONFIG_COUNT'] ?? '0', 10) || 0;
  return {
    GIT_CONFIG_COUNT: String(count + 1),
    [`GIT_CONFIG_KEY_${count}`]: 'user.name',
    [`GIT_CONFIG_VALUE_${count}`]: performer,
  };
}
