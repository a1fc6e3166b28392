import { notASecretName } from '../../change/secret-name.ts';
import { UsageError } from './arguments.ts';

/** The name as given. @throws UsageError where it cannot be one */
export function secretNameOf(given: string): string {
  const refused = notASecretName(given);
  if (refused !== null) throw new UsageError(refused);
  return given;
}

/** For a name that files can already have, even one that Kamal rejects. @throws UsageError if a value is passed with it */
export function withoutValue(given: string): void {
  if (given.includes('=')) secretNameOf(given);
}
