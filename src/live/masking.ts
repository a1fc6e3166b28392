import type { Log } from '../log.ts';
import type { LiveReading } from './read-vault.ts';

/** Masks all values that were read, before anything is told of them. */
export function maskValues(
  { items, environments }: Pick<LiveReading, 'items' | 'environments'>,
  log: Pick<Log, 'mask'>,
): void {
  // Titles and built-in text are no secrets; whatever is fetched or concealed is.
  const fields = items.flatMap((item) => item.fields).filter(({ isBuiltIn }) => !isBuiltIn);
  const variables = environments.flatMap((environment) => environment.variables ?? []);
  for (const { value } of [...fields, ...variables]) if (value !== null) log.mask(value.reveal());
}
