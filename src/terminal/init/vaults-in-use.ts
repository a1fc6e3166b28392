/** The vaults of 1Password that a project already reads from, in any of its files. */
import type { Project } from '../../files/open-project.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { placeOfFetched, placeOfReference, readByOp } from '../../parity/vault/place.ts';
import type { CarriedSecrets } from './carried-secrets.ts';

/**
 * The vaults that each person has: no service account can be given them (1Password's developer documentation, “Service
 * accounts”, as of 2025).
 */
export const OF_ONE_PERSON = /^(?:personal|private|employee)$/i;

/** In the order in which they are found; those that secrets are fetched from come first. Without those of one person. */
export function vaultsInUse(
  project: ProjectReadings,
  files: Project,
  { references, sshKey }: CarriedSecrets,
): string[] {
  const commands = project.destinations.flatMap(({ secrets }) =>
    secrets.assignments.flatMap((assignment) => assignment.commands),
  );
  const fetched = commands.flatMap((command) =>
    command.kind === 'fetch'
      ? (placeOfFetched(command, command.names[0]?.value ?? 'x') ?? [])
      : readByOp(command).flatMap(({ value }) => placeOfReference(value) ?? []),
  );
  const carried = [...references.values(), ...(sshKey === null ? [] : [sshKey])].flatMap(
    (each) => placeOfReference(each) ?? [],
  );
  const workflows = project.workflows.map(({ source }) => source.text);
  // What `op run` and `op inject` fill: files of references.
  const named = workflows.flatMap((text) =>
    [...text.matchAll(/--(?:env|in)-file[= ]["']?([\w./-]+)|\bop inject [^\n]*?-i ["']?([\w./-]+)/g)].map(
      ([, environment, template]) => environment ?? template ?? '',
    ),
  );
  const own = files.names('.').filter((name) => name.startsWith('.env'));
  const texts = [...new Set([...named, ...own])].flatMap((name) => files.text(name) ?? []);
  const written = [...workflows, ...texts].flatMap((text) =>
    [...text.matchAll(/op:\/\/[^"'\s$<]+(?: [^"'\n$<]+(?=["']))?/g)].flatMap(
      ([reference]) => placeOfReference(reference) ?? [],
    ),
  );
  const all = new Set([...fetched, ...carried, ...written].map(({ vault }) => vault));
  return [...all].filter((vault) => !OF_ONE_PERSON.test(vault));
}
