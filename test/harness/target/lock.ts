/** Kamal's deploy lock, as it lies on a server (Kamal 2.12.0, lib/kamal/commands/lock.rb). */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetHost } from './target.ts';

export type LockState =
  | { readonly held: false }
  | {
      readonly held: true;
      readonly by: string;
      readonly at: string;
      readonly version: string;
      readonly message: string;
    };

/** Reads the deploy lock of a service. Details that are missing or unreadable are empty strings. */
export function lockState(host: TargetHost, service = 'e2e', destination?: string): LockState {
  const directory = lockDirectory(host, service, destination);
  if (!existsSync(directory)) return { held: false };
  const file = join(directory, 'details');
  const details = existsSync(file) ? Buffer.from(readFileSync(file, 'utf8'), 'base64').toString() : '';
  const [, by = '', at = ''] = /^Locked by: (.*) at (.*)$/m.exec(details) ?? [];
  return {
    held: true,
    by,
    at,
    version: /^Version: (.*)$/m.exec(details)?.[1] ?? '',
    message: /^Message: ([^]*)$/m.exec(details)?.[1] ?? '',
  };
}

/** Puts a lock there as someone else's Kamal would have. */
export function holdLock(
  host: TargetHost,
  {
    by = 'Somebody Else',
    at = new Date().toISOString(),
    version = 'other',
    message = 'Automatic deploy lock',
  } = {},
  service = 'e2e',
  destination?: string,
): void {
  const directory = lockDirectory(host, service, destination);
  mkdirSync(directory, { recursive: true });
  const details = `Locked by: ${by} at ${at}\nVersion: ${version}\nMessage: ${message}`;
  writeFileSync(join(directory, 'details'), Buffer.from(details).toString('base64'));
}

function lockDirectory(host: TargetHost, service: string, destination?: string): string {
  return join(
    host.home,
    '.kamal',
    ['lock', service, ...(destination === undefined ? [] : [destination])].join('-'),
  );
}
