import type { ProgramRun } from '../program.ts';

/** What became of one attempt to log in. */
export type LoginOutcome =
  | {
      readonly kind: 'accepted';
      /** Of the key that the server took; null if it wanted none. */
      readonly fingerprint: string | null;
    }
  /** No one is let in as this user with the keys at hand; a user that does not exist looks the same. */
  | { readonly kind: 'refused'; readonly reason: 'key' | 'too-many-keys' | 'no-key' }
  | {
      readonly kind: 'unreachable';
      /**
       * `name` does not resolve, `closed` no one listens, `silent` no answer in time, `route` no way there, `dropped`
       * hung up before the login.
       */
      readonly reason: 'name' | 'closed' | 'silent' | 'route' | 'dropped';
    }
  | {
      readonly kind: 'host-key-changed';
      readonly revoked: boolean;
      /** Of the key that the host shows now. */
      readonly fingerprint: string | null;
      /** The known_hosts line that says otherwise. */
      readonly known: { readonly file: string; readonly line: number } | null;
    }
  /** Logged in, but no command can be run, e.g. a shell such as nologin. */
  | { readonly kind: 'no-command'; readonly exitCode: number | null }
  /** Anything else that ssh says, in its own words. */
  | { readonly kind: 'other'; readonly words: string }
  | { readonly kind: 'not-checked'; readonly reason: 'no-ssh' | 'time' | 'jump' | 'aborted' };

const TOO_MUCH = 'the server wrote more than 1 MiB, so its output was cut off';

/**
 * What `ssh -v` says on its standard error (openssh-portable 9.2 and 10.0: sshconnect.c, sshconnect2.c, misc.c,
 * clientloop.c). It is not translated. `run.ended` of `until` counts as a login for a jump host, which runs no command.
 */
export function outcomeOf(run: ProgramRun): LoginOutcome {
  if (run.ended === 'missing') return { kind: 'not-checked', reason: 'no-ssh' };
  if (run.ended === 'aborted') return { kind: 'not-checked', reason: 'aborted' };
  if (run.ended === 'too-much') return { kind: 'other', words: TOO_MUCH };
  if (/^(debug1: )?Authenticat(ed to|ion succeeded)/m.test(run.stderr)) return loggedIn(run);
  return hostKeyChanged(run) ?? refused(run) ?? unreachable(run) ?? { kind: 'other', words: lastWords(run) };
}

function loggedIn({ ended, exitCode, stderr }: ProgramRun): LoginOutcome {
  if (ended === 'exit' && exitCode !== 0) return { kind: 'no-command', exitCode };
  if (ended === 'timeout') return { kind: 'no-command', exitCode: null };
  const accepted = [...stderr.matchAll(/^debug1: Server accepts key: .*(SHA256:\S+)/gm)].at(-1);
  return { kind: 'accepted', fingerprint: accepted?.[1] ?? null };
}

function hostKeyChanged({ stderr }: ProgramRun): LoginOutcome | null {
  const revoked = /REVOKED HOST KEY|marked as revoked/i.test(stderr);
  if (!revoked && !/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed/.test(stderr))
    return null;
  const sent = /^debug1: Server host key: \S+ (SHA256:\S+)/m.exec(stderr)?.[1] ?? null;
  const offending = /^Offending \S+ key in (.+):(\d+)\r?$/m.exec(stderr);
  const known = offending === null ? null : { file: offending[1] ?? '', line: Number(offending[2]) };
  return { kind: 'host-key-changed', revoked, fingerprint: sent, known };
}

function refused({ stderr }: ProgramRun): LoginOutcome | null {
  const says = (pattern: RegExp): boolean => pattern.test(stderr);
  if (says(/Too many authentication failures/)) return { kind: 'refused', reason: 'too-many-keys' };
  if (says(/Permission denied \(|No supported authentication methods/)) {
    return { kind: 'refused', reason: says(/^debug1: Offering public key/m) ? 'key' : 'no-key' };
  }
  return null;
}

function unreachable({ stderr, ended }: ProgramRun): LoginOutcome | null {
  const says = (pattern: RegExp): boolean => pattern.test(stderr);
  if (says(/Could not resolve hostname/)) return { kind: 'unreachable', reason: 'name' };
  if (says(/Connection refused|open failed: connect failed: .*refused/))
    return { kind: 'unreachable', reason: 'closed' };
  if (says(/No route to host|Network is unreachable|Host is down|Operation not permitted/)) {
    return { kind: 'unreachable', reason: 'route' };
  }
  if (ended === 'timeout' || says(/timed out/i)) return { kind: 'unreachable', reason: 'silent' };
  if (
    says(/Connection (closed|reset)|kex_exchange_identification|Broken pipe|banner line contains invalid/)
  ) {
    return { kind: 'unreachable', reason: 'dropped' };
  }
  return null;
}

function lastWords({ stderr, exitCode }: ProgramRun): string {
  const words = stderr
    .trim()
    .split(/\r?\n/)
    .filter((line) => !/^(debug1: |\*\* )/.test(line))
    .at(-1);
  return words ?? `ssh ended with ${exitCode ?? 'a signal'}`;
}
