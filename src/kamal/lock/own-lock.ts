import { randomBytes } from 'node:crypto';
import type { Log } from '../../base/log.ts';
import { AUTOMATIC_MESSAGE, lockDirectory, releaseOurLock, type OurLock } from './lock.ts';
import { accessFrom, savedAccess, type SavedAccess } from '../servers/saved-access.ts';
import type { ServerAccess } from '../servers/shell.ts';
import type { Deployed } from '../servers/inspect.ts';

/** How to recognise and reach the lock that our Kamal may have left; JSON, for the state between main and post. */
export interface HeldLock extends SavedAccess {
  readonly host: string;
  readonly directory: string;
  readonly performer: string;
  /** Null if only Kamal knew it: then the lock stays. */
  readonly version: string | null;
  /** Milliseconds since the epoch: when our Kamal was started. */
  readonly since: number;
}

/**
 * Who the lock says holds it. What GitHub says of a job does not identify it: legs of a matrix and two calls of one
 * reusable workflow have the same run, attempt and job id (docs.github.com, “Variables reference”, `GITHUB_JOB`). So
 * there is a random word in it, which no other process knows or draws again.
 */
export function lockPerformer(env: NodeJS.ProcessEnv): string {
  const {
    GITHUB_ACTOR: actor = 'kamal-1password',
    GITHUB_RUN_ID: id,
    GITHUB_RUN_ATTEMPT: attempt = '1',
  } = env;
  const where = env['GITHUB_REPOSITORY'] ?? 'this machine';
  const word = randomBytes(8).toString('hex');
  return id === undefined
    ? `${actor} (process ${process.pid}, ${word})`
    : `${actor} (run ${id}.${attempt} of ${where}, job ${env['GITHUB_JOB'] ?? '?'}, ${word})`;
}

/** The lock that a Kamal started now would take; null if it is not known on which host. */
export function futureLock(
  deployed: Deployed,
  access: ServerAccess,
  performer: string,
  version: string | null,
): HeldLock | null {
  const host = primaryHost(deployed);
  const saved = savedAccess(access);
  if (host === null || saved === null) return null;
  const directory = lockDirectory(deployed.service, deployed.destination);
  return { host, directory, performer, version, since: Date.now(), ...saved };
}

export interface ReleaseOptions {
  /** Milliseconds for the server to answer, twice: to read the lock, and to remove it. */
  readonly patience: number;
  readonly signal?: AbortSignal;
}

/**
 * Releases the lock that our Kamal left, only if it is ours; another's is never touched. Says what became of it. Rejects
 * only when aborted.
 * @returns false if that is not known, so that it is worth another try
 */
export async function releaseHeldLock(held: HeldLock, log: Log, options: ReleaseOptions): Promise<boolean> {
  const { host, directory } = held;
  if (held.version === null) {
    log.warning(
      `It is not known whether the deploy lock on ${host} is free, because only Kamal knows which version it deploys. If the lock is held, release it with \`kamal lock release\`.`,
    );
    return true;
  }
  const ours: OurLock = {
    performer: held.performer,
    version: held.version,
    message: AUTOMATIC_MESSAGE,
    notBefore: new Date(held.since),
    notAfter: new Date(),
  };
  const release = await releaseOurLock(accessFrom(held, options), host, directory, ours);
  switch (release.kind) {
    case 'released':
      log.info(`Released the deploy lock that this run left on ${host}.`);
      return true;
    case 'not-ours':
      log.info(
        `The deploy lock on ${host} is held by ${release.details.performer || 'someone without a name'}, not by this run, so it is left as it is.`,
      );
      return true;
    case 'unknown':
      log.warning(
        `It is not known whether the deploy lock on ${host} is free (${release.reason}). If the lock is held, release it with \`kamal lock release\`.`,
      );
      return false;
    case 'free':
      return true;
  }
}

/** The host that Kamal keeps its lock on: the first of the first role (Kamal 2.12.0, configuration.rb, `primary_host`). */
function primaryHost({ roles }: Deployed): string | null {
  return roles.find(({ hosts }) => hosts.length > 0)?.hosts[0] ?? null;
}
