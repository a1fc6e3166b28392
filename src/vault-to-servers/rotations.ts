import type { Verification } from '../kamal/verify/verify.ts';
import type { DestinationReadings } from '../parity/rule.ts';
import { itemOfSecret } from './expected-secrets.ts';
import type { AnsweredQuestion } from './read-vault.ts';

/** A secret whose item changed in 1Password after a container with another value of it was started. */
export interface Rotation {
  readonly secret: string;
  readonly vault: string;
  readonly item: string;
  /** When the item was changed last. */
  readonly changedAt: Date;
  /** When the container that has the old value was started. */
  readonly startedAt: Date;
  readonly host: string;
  readonly where: string;
}

/** Values that differ for no reason but that the item changed after the container started. */
export function rotationsIn(
  readings: Pick<DestinationReadings, 'secrets'>,
  answers: readonly AnsweredQuestion[],
  { secrets, servers }: Pick<Verification, 'secrets' | 'servers'>,
): Rotation[] {
  return secrets.flatMap(({ host, where, secret, verdict, alteration }) => {
    if (verdict !== 'differs' || alteration !== null) return [];
    const item = itemOfSecret(readings, secret, answers);
    const server = servers.find((each) => each.host === host);
    const role = where.replace(/^role:/, '');
    const started = (server?.reached === true ? server.containers : [])
      .filter((each) => each.status === 'running' && (each.role === role || each.role === null))
      .map(({ createdAt }) => new Date(createdAt))
      .sort((one, other) => other.getTime() - one.getTime())[0];
    if (item === null || started === undefined || item.updatedAt <= started) return [];
    return [
      {
        secret,
        vault: item.vault.title,
        item: item.title,
        changedAt: item.updatedAt,
        startedAt: started,
        host,
        where,
      },
    ];
  });
}
