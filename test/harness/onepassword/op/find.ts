/** Finding vaults and items the way `op` does: by id first, then by name, in any case. */

import { archivedItem, manyItems, manyVaults, noItem, noVault } from './errors.ts';
import type { ListedItem, OpClient, ReadItem, ReadVault } from './client.ts';

/** The vault of that id or name among those the token sees. */
export async function findVault(client: OpClient, query: string): Promise<ReadVault> {
  const vaults = await client.vaults();
  const byId = vaults.find(({ id }) => id === query);
  if (byId) return byId;
  const [found, ...others] = vaults.filter(({ name }) => sameName(name, query));
  if (!found) throw noVault(query);
  if (others.length > 0)
    throw manyVaults(
      query,
      [found, ...others].map(({ id }) => id),
    );
  return found;
}

/** The item of that id or title in a vault, with its values. `vaultQuery` is how the user named the vault. */
export async function findItem(
  client: OpClient,
  vault: ReadVault,
  query: string,
  vaultQuery: string,
): Promise<ReadItem> {
  const listed = await client.list(vault);
  const matches = listed.filter(({ record }) => record.uuid === query);
  if (matches.length === 0) matches.push(...listed.filter(({ overview }) => sameName(overview.title, query)));
  const active = matches.filter(({ record }) => record.trashed === 'N');
  const [found] = active;
  if (!found) throw matches.length > 0 ? archivedItem(query, vaultQuery) : noItem(query, vaultQuery);
  if (active.length > 1) throw manyItems(query, vault.name, active.map(idOf));
  return client.item(vault, idOf(found));
}

/** Names are the same in any case (docs.ansible.com, `onepassword` lookup; the SDK does so too). */
export const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const idOf = ({ record }: ListedItem): string => record.uuid;
