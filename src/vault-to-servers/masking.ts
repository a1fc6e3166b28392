import type { Log } from '../base/log.ts';
import type { LiveReading } from './read-vault.ts';

/** Masks all values that were read, before anything is printed about them. */
export function maskValues(
  {
    items,
    answers,
    environments,
    sources,
  }: Pick<LiveReading, 'items' | 'answers' | 'environments' | 'sources'>,
  log: Pick<Log, 'mask'>,
): void {
  const fetched = new Set(answers.flatMap(({ answer }) => (answer.kind === 'found' ? answer.fields : [])));
  // A user name or a note that no one fetches is no secret, and hiding it would blot the log; a password always is.
  const fields = items
    .flatMap((item) => item.fields)
    .filter((field) => !field.isBuiltIn || field.type === 'Concealed' || fetched.has(field));
  const variables = [...environments, ...sources.values()].flatMap(
    (environment) => environment.variables ?? [],
  );
  for (const { value } of [...fields, ...variables]) if (value !== null) log.mask(value.reveal());
}
