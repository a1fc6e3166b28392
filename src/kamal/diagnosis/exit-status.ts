import { constants } from 'node:os';

/** How a command ended. */
export interface ExitStatus {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

/**
 * Decodes the number that SSHKit prints: for commands on the runner it is the raw wait status, where 256 is exit 1
 * (sshkit 1.25, lib/sshkit/backends/local.rb); for commands on a server it is the exit code itself, and a shell
 * reports a signal as 128 more than its number.
 * @param local whether the command ran on the runner
 */
export function decodeExitStatus(printed: number, local: boolean): ExitStatus {
  if (local) {
    const signal = printed & 0x7f;
    return signal === 0 ? { code: printed >> 8, signal: null } : { code: null, signal: nameOf(signal) };
  }
  const name = printed > 128 && printed < 160 ? nameOf(printed - 128) : null;
  return { code: printed, signal: name };
}

function nameOf(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}

/** e.g. `exit status 1`, `exit status 137 (SIGKILL)`, `SIGTERM`. */
export function inWords({ code, signal }: ExitStatus): string {
  if (code === null) return signal ?? 'no exit status';
  return signal === null ? `exit status ${code}` : `exit status ${code} (${signal})`;
}
