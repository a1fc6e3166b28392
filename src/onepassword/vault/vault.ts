import type { ItemOverview } from '@1password/sdk';
import { Failure } from '../../base/failure.ts';
import { factsOf, type FieldFacts, type ItemFacts, type Named } from './item.ts';
import { fieldsAt, pick } from './field-match.ts';
import type { Session } from '../session/session.ts';
import type { FieldRequest } from './field-request.ts';

/** What 1Password answered, one answer for each thing wanted, in the same order. */
export interface VaultAnswers {
  /** Every vault that the token sees, by title. */
  readonly visible: readonly Named[];
  /** The content of each vault that was read. */
  readonly listed: readonly ListedVault[];
  /** Every item that was read, with all its fields. */
  readonly items: readonly ItemFacts[];
  readonly answers: readonly FieldAnswer[];
}

/** A vault with all its items, without their fields. */
export interface ListedVault {
  readonly vault: Named;
  readonly items: readonly ListedItem[];
}

export interface ListedItem extends Named {
  /** False for one in the archive. */
  readonly isActive: boolean;
  /** Addresses as they are written, such as `https://example.com/login`. */
  readonly websites: readonly string[];
}

export type FieldAnswer = { readonly wanted: FieldRequest } & (
  | {
      /** `empty`: the field exists, or all matching ones do, without a value. */
      readonly kind: 'found' | 'empty';
      readonly item: ItemFacts;
      /** One; more where several sections have that field; all of them where the whole item is wanted. */
      readonly fields: readonly FieldFacts[];
    }
  | { readonly kind: 'vault-missing'; readonly vaults: readonly string[] }
  | { readonly kind: 'vault-ambiguous'; readonly ids: readonly string[] }
  /** The token sees the vault but may not read it. */
  | { readonly kind: 'vault-not-readable'; readonly vault: Named }
  /** `isArchived`: an item of that name is in the archive, where `op` does not look. */
  | {
      readonly kind: 'item-missing';
      readonly vault: Named;
      readonly items: readonly string[];
      readonly isArchived: boolean;
    }
  | { readonly kind: 'item-ambiguous'; readonly vault: Named; readonly ids: readonly string[] }
  /** It is in the list but did not come with the others: removed in the meantime, or damaged. */
  | { readonly kind: 'item-not-readable'; readonly vault: Named; readonly id: string }
  | { readonly kind: 'section-missing'; readonly item: ItemFacts; readonly sections: readonly string[] }
  /** `fields`: those of the section that is named, or all. */
  | { readonly kind: 'field-missing'; readonly item: ItemFacts; readonly fields: readonly FieldFacts[] }
);

/**
 * Reads everything wanted with the fewest requests: two for the list of vaults, then one for the list of a vault's
 * items and one for each fifty of the items wanted (`@1password/sdk` 0.5.0). Nothing wanted, nothing asked.
 * @param options.values also keep the values, each in a `Secret`; else only whether there is one
 * @throws Failure as `signIn`, but for a single vault that may not be read: that is an answer
 */
export async function readVaults(
  session: Session,
  wanted: readonly FieldRequest[],
  options: { readonly values?: boolean } = {},
): Promise<VaultAnswers> {
  if (wanted.length === 0) return { visible: [], listed: [], items: [], answers: [] };
  const visible = (await session.vaults()).map(named);
  const names = [...new Set(wanted.map(({ vault }) => vault))];
  const readable = new Map(names.map((name) => [name, pick(visible, name)]));
  const vaults = new Set([...readable.values()].flatMap((found) => (found.length === 1 ? found : [])));
  const shelves = new Map<string, VaultContents | null>();
  await Promise.all(
    [...vaults].map(async (vault) => {
      const here = wanted.filter((one) => readable.get(one.vault)?.[0] === vault);
      shelves.set(vault.id, await readShelf(session, vault, here, options.values ?? false));
    }),
  );
  const answers = wanted.map((one): FieldAnswer => {
    const [vault, ...more] = readable.get(one.vault) ?? [];
    if (vault === undefined) return { wanted: one, kind: 'vault-missing', vaults: visible.map(titleOf) };
    if (more.length > 0) return { wanted: one, kind: 'vault-ambiguous', ids: [vault, ...more].map(idOf) };
    const shelf = shelves.get(vault.id) ?? null;
    if (shelf === null) return { wanted: one, kind: 'vault-not-readable', vault };
    return answerFrom(shelf, one);
  });
  return {
    visible,
    listed: [...shelves.values()].flatMap((shelf) => (shelf === null ? [] : [listedIn(shelf)])),
    items: [...shelves.values()].flatMap((shelf) => [...(shelf?.items.values() ?? [])]),
    answers,
  };
}

/** What was read of one vault. */
interface VaultContents {
  readonly vault: Named;
  readonly active: readonly ItemOverview[];
  readonly archived: readonly ItemOverview[];
  /** By id. */
  readonly items: ReadonlyMap<string, ItemFacts>;
}

/** `getAll` takes so many ids at a time. */
const BATCH = 50;

async function readShelf(
  session: Session,
  vault: Named,
  wanted: readonly FieldRequest[],
  withValues: boolean,
): Promise<VaultContents | null> {
  try {
    const list = await session.items(vault.id);
    const isActive = ({ state }: { readonly state: string }): boolean => state === 'active';
    const active = list.filter(isActive);
    const ids = new Set(wanted.flatMap(({ item }) => pick(active, item)).map(idOf));
    const items = new Map<string, ItemFacts>();
    for (const batch of inBatches([...ids])) {
      const { individualResponses } = await session.itemsWithFields(vault.id, batch);
      // By the id that each carries: the order of the answers is the service's, and a wrong one must not swap items.
      for (const { content } of individualResponses) {
        if (content && ids.has(content.id)) items.set(content.id, factsOf(content, vault, withValues));
      }
    }
    return { vault, active, archived: list.filter((item) => !isActive(item)), items };
  } catch (error) {
    const refusals = ['token-not-permitted', 'connect-not-permitted'];
    if (error instanceof Failure && refusals.includes(error.code)) return null;
    throw error;
  }
}

function listedIn({ vault, active, archived }: VaultContents): ListedVault {
  const facts =
    (isActive: boolean) =>
    ({ id, title, websites }: ItemOverview): ListedItem => ({
      id,
      title,
      isActive,
      websites: websites.map(({ url }) => url),
    });
  return { vault, items: [...active.map(facts(true)), ...archived.map(facts(false))] };
}

function answerFrom({ vault, active, archived, items }: VaultContents, wanted: FieldRequest): FieldAnswer {
  const [overview, ...more] = pick(active, wanted.item);
  if (overview === undefined) {
    const isArchived = pick(archived, wanted.item).length > 0;
    return { wanted, kind: 'item-missing', vault, items: active.map(titleOf), isArchived };
  }
  if (more.length > 0) return { wanted, kind: 'item-ambiguous', vault, ids: [overview, ...more].map(idOf) };
  const item = items.get(overview.id);
  if (item === undefined) return { wanted, kind: 'item-not-readable', vault, id: overview.id };
  if (wanted.path === null) return filledOrEmpty(wanted, item, item.fields);
  const match = fieldsAt(item, wanted.path, wanted.by);
  if (match.kind === 'fields') return filledOrEmpty(wanted, item, match.fields);
  return match.kind === 'no-section'
    ? { wanted, kind: 'section-missing', item, sections: item.sections.map(titleOf) }
    : { wanted, kind: 'field-missing', item, fields: match.among };
}

function filledOrEmpty(wanted: FieldRequest, item: ItemFacts, fields: readonly FieldFacts[]): FieldAnswer {
  return { wanted, kind: fields.every(({ isEmpty }) => isEmpty) ? 'empty' : 'found', item, fields };
}

function* inBatches(ids: readonly string[]): Generator<string[]> {
  for (let at = 0; at < ids.length; at += BATCH) yield ids.slice(at, at + BATCH);
}

function named({ id, title }: Named): Named {
  return { id, title };
}

function idOf({ id }: Named): string {
  return id;
}

function titleOf({ title }: Named): string {
  return title;
}
