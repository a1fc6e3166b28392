import { notASecretName } from '../../change/secret-name.ts';
import { UsageError } from './arguments.ts';

/** The name as given. @throws UsageError where it cannot be one */
export function secretNameOf(given: string): string {
  const refused = notASecretName(given);
  if (refused !== null) throw new UsageError(refused);
  return given;
}

/** For a name that files may already have, whatever Kamal makes of it. @throws UsageError where a value is given with it */
export function withoutValue(given: string): void {
  if (given.includes('=')) secretNameOf(given);
}
