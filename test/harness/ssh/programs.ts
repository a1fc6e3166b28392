import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The full path of a program, also of those in root's directories (sshd), or null if there is none. */
export function programPath(name: string): string | null {
  for (const directory of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this one.
    }
  }
  return null;
}

/** For `skip`: false if all programs are there, else the reason. Under CI=true a skip would hide a failure: it throws. */
export function needs(...names: readonly string[]): string | false {
  const missing = names.filter((name) => programPath(name) === null);
  if (missing.length === 0) return false;
  const reason = `not installed: ${missing.join(', ')}`;
  if (process.env['CI'] === 'true') throw new Error(`These tests cannot run, ${reason}.`);
  return reason;
}

/** Runs a program to its end and returns what it printed. */
export function run(program: string, args: readonly string[], options: ExecFileSyncOptions = {}): string {
  return execFileSync(programPath(program) ?? program, [...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...options,
    encoding: 'utf8',
  });
}

/** A directory that is gone when its scope ends. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'kamal-1password-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
