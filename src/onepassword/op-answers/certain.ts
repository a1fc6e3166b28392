/** Picks from what was read, but only if it is beyond doubt what `op` would pick. */
import type { FieldFacts, ItemFacts, Named } from '../vault/item.ts';
import type { ListedItem } from '../vault/vault.ts';
import type { ReadSession } from './read-session.ts';

/** Characters that are literal in a reference, with no blank at an end, and no dash that makes an option. */
const PLAIN_NAME = /^(?!-)[\w.-]+(?: [\w.-]+)*$/;
/** Without the dot, which parts section and field in `label=SECTION.FIELD`. */
const PLAIN_LABEL = /^(?!-)[\w-]+(?: [\w-]+)*$/;

/** Types whose value `op` prints as it is; a one-time password, a date, an address and the like are left to it. */
const AS_THEY_ARE: ReadonlySet<string> = new Set(['Concealed', 'Text', 'Url', 'Email']);

/** The item that a vault and an item, each by name or id, certainly mean; null if they may mean anything else. */
export function certainItem(
  { vaults, listed, items }: ReadSession,
  vaultName: string,
  itemName: string,
): ItemFacts | null {
  if (!PLAIN_NAME.test(vaultName) || !PLAIN_NAME.test(itemName)) return null;
  const vault = only(vaults, vaultName);
  const inside = listed.find((one) => one.vault.id === vault?.id);
  if (vault === null || inside === undefined) return null;
  const entry = only(inside.items, itemName);
  if (entry === null || !entry.isActive) return null;
  // `op` finds items by their websites, too.
  if (inside.items.some((other) => other !== entry && isOn(other, itemName))) return null;
  const [item, ...more] = items.filter(
    ({ id, vault: { id: where } }) => id === entry.id && where === vault.id,
  );
  return item !== undefined && more.length === 0 && item.title === entry.title ? item : null;
}

/** The field that `--fields label=LABEL` certainly means. */
export function certainLabel(item: ItemFacts, label: string): FieldFacts | null {
  const alike = item.fields.filter((field) => namesOf(field).some((name) => isSame(name, label)));
  const [field, ...more] = alike;
  if (field === undefined || more.length > 0) return null;
  const exact =
    field.title === label || (field.section !== null && `${field.section.title}.${field.title}` === label);
  return exact && isPlain(item, field) ? field : null;
}

/**
 * The field that a reference certainly means: as `op` itself writes it, or without the section if that has no title, as
 * the apps make one for what a person adds.
 */
export function certainPath(item: ItemFacts, path: readonly string[]): FieldFacts | null {
  const [field, ...more] = item.fields.filter(({ id, title }) =>
    [id, title].some((name) => isSame(name, path.at(-1) ?? '')),
  );
  if (field === undefined || more.length > 0 || field.title !== path.at(-1)) return null;
  const { section } = field;
  const exact =
    path.length === 2
      ? section !== null && nameOf(section) === path[0]
      : section === null || section.title === '';
  return exact && isPlain(item, field) ? field : null;
}

/** The one of that name or id; null if another has a name or an id that is the same but for case. */
function only<T extends Named>(among: readonly T[], name: string): T | null {
  const [one, ...more] = among.filter(({ id, title }) => isSame(title, name) || isSame(id, name));
  if (one === undefined || more.length > 0 || !PLAIN_NAME.test(one.title)) return null;
  if (one.title !== name && one.id !== name) return null;
  // By its id: its name, which is in the references, must be its own too.
  return among.some((other) => other !== one && isSame(other.title, one.title)) ? null : one;
}

/** Whether a name is a website of an item, or a part of one's host. */
function isOn({ websites }: ListedItem, name: string): boolean {
  const asked = name.toLowerCase();
  return websites.some((url) => {
    const text = url.toLowerCase();
    const host = text.replace(/^[a-z][a-z0-9+.-]*:\/\//, '').split(/[/?#]/)[0] ?? '';
    return text === asked || `.${host.replace(/:\d+$/, '')}.`.includes(`.${asked}.`) || host === asked;
  });
}

/** A value that is printed as it is, under a reference that nothing else in the item could have. */
function isPlain(item: ItemFacts, field: FieldFacts): boolean {
  const { title, type, section, isEmpty, value, isBuiltIn, id } = field;
  if (isEmpty || value === null || !AS_THEY_ARE.has(type)) return false;
  // Notes, and what is derived from an SSH key.
  if (isBuiltIn && id !== 'username' && id !== 'password') return false;
  if (!PLAIN_LABEL.test(title)) return false;
  if (section === null) return true;
  const name = nameOf(section);
  const alike = item.sections.filter((one) => isSame(one.title, name) || isSame(one.id, name));
  return PLAIN_LABEL.test(name) && alike.length === 1;
}

/** Of a section, as references have it. */
function nameOf({ id, title }: Named): string {
  return title === '' ? id : title;
}

/** All that `label=` might find a field by. */
function namesOf({ id, title, section }: FieldFacts): readonly string[] {
  if (section === null) return [id, title];
  return [id, title, ...[section.title, section.id].flatMap((name) => [`${name}.${title}`, `${name}.${id}`])];
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
