/** Where in 1Password a name of a secrets file leads to, as a person finds it. */
import type { Command, FetchCommand } from '../model.ts';

/** A field of an item; `field` is null if the name leads to the item itself (its password). */
export interface VaultPlace {
  readonly vault: string;
  readonly item: string;
  readonly field: string | null;
}

/** What a name of a fetch leads to; null if the adapter is another or the words are not known. */
export function placeOfFetched(fetch: FetchCommand, name: string): VaultPlace | null {
  if (fetch.adapter?.name.toLowerCase() !== '1password' || fetch.unknownWords) return null;
  return placeOfReference(fetch.from === null ? name : `${fetch.from.value}/${name}`);
}

/** What `op://vault/item/field` leads to; the `op://` may be omitted. */
export function placeOfReference(reference: string): VaultPlace | null {
  const [vault, item, ...field] = reference
    .replace(/^op:\/\//, '')
    .replace(/\?[^]*/, '')
    .split('/');
  if (vault === undefined || item === undefined || vault === '' || item === '') return null;
  return { vault, item, field: field.length === 0 ? null : field.join('/') };
}

/** The references that a shell command reads with `op read`. */
export function readByOp(
  command: Command,
): { readonly value: string; readonly span: FetchCommand['span'] }[] {
  return command.kind === 'shell' ? command.words.filter(({ value }) => value.startsWith('op://')) : [];
}

/** “vault “MyApp”, item “Production””. */
export function inWords({ vault, item }: VaultPlace): string {
  return `In 1Password, vault “${vault}”, item “${item}”`;
}
