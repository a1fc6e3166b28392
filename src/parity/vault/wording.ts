/** How rules about the vault describe what exists, what does not, and what Kamal does with it. */
import type { Lookup } from '../lookup.ts';
import type { Edit, Fix, Span } from '../model.ts';
import { NearestName } from '../../base/text/nearest.ts';
import type { PlacedAnswer } from './lookup.ts';
import type { VaultField, VaultItem } from './reading.ts';
import { list } from '../wording.ts';

/** “the vault “Shop””, “the item “Production” of the vault “Shop””, “the Environment “abc””. */
export function itemName(item: Pick<VaultItem, 'kind' | 'vault' | 'title'>): string {
  return item.kind === 'environment'
    ? `the Environment “${item.title}”`
    : `the item “${item.title}” of the vault “${item.vault}”`;
}

/** How a person finds it: “In 1Password, vault “Shop”, item “Production””. */
export function inOnePassword(item: Pick<VaultItem, 'kind' | 'vault' | 'title'>): string {
  return item.kind === 'environment'
    ? `On 1Password.com, Developer → Environments, Environment “${item.title}”`
    : `In 1Password, vault “${item.vault}”, item “${item.title}”`;
}

/** A field as a fetch names it: with its section before a `/`. */
export function fieldPath({ section, name }: Pick<VaultField, 'section' | 'name'>): string {
  return section === null ? name : `${section}/${name}`;
}

/** Names in quotes, a few of many. */
export function quoted(names: readonly string[], none: string): string {
  return names.length === 0 ? none : list(names.map((name) => `“${name}”`));
}

/**
 * What happens at a deploy where what is asked for cannot be read. Kamal's adapter raises (2.12.0, one_password.rb,
 * `op_item_get`); the exit status of `op read` is ignored (inline_command_substitution.rb).
 */
export function cannotBeRead({ answer: { asked }, assignment }: PlacedAnswer): string {
  if (asked.by === 'fetch')
    return `Kamal stops with “Could not read ${asked.field === null ? '' : '… '}from ${asked.item} in the ${asked.vault} 1Password vault”, and no secret of this deploy can be read.`;
  return `\`${asked.by}\` then prints nothing, and Kamal deploys a blank ${assignment.name}.`;
}

/**
 * An edit that replaces a part of a reference with a name; none if the name is not possible there: a slash would end the
 * part, a quote or `$` means something to the shell, a blank needs the quotes that a name with blanks already has.
 */
export function writeName(span: Span, name: string, lookup: Lookup): Edit[] {
  const blanks = /\s/.test(lookup.text(span));
  if (name === '' || /["'\\/$`()#,?]/.test(name) || (/\s/.test(name) && !blanks)) return [];
  return [{ file: span.file, start: span.start, end: span.end, text: name }];
}

/**
 * The field that was probably meant: the same name in another section (or none), or one that differs in case, in `_`,
 * `-` or blanks, or by one edit.
 */
export function meantField(asked: string, fields: readonly VaultField[]): VaultField | null {
  const own = fields.filter(({ isBuiltIn }) => !isBuiltIn);
  const name = asked.split('/').at(-1) ?? asked;
  const elsewhere = own.filter((field) => field.name === name);
  if (elsewhere.length === 1) return elsewhere[0] ?? null;
  const near = new NearestName(own.map((field) => field.name)).find(name);
  const found = own.filter((field) => field.name === near);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** What a person does in 1Password so that there is a field or variable of the name: make it, move it, rename the one that was meant. */
export function createOrRename(meant: VaultField | null, name: string, item: VaultItem): Fix {
  const what = item.kind === 'item' ? 'field' : 'variable';
  const [first = '', ...rest] = name.split('/');
  const section = rest.length === 0 ? null : first;
  const called = rest.length === 0 ? first : rest.join('/');
  const inSection = section === null ? '' : ` in the section “${section}”`;
  return { actor: 'human', title: `${inOnePassword(item)}: ${todo()}`, edits: [] };

  function todo(): string {
    if (meant === null) return `create a ${what} named exactly \`${called}\`${inSection} and fill it in.`;
    const to = section === null ? ' out of its section' : inSection.replace(' in ', ' to ');
    if (meant.name === called) return `move the ${what} \`${called}\`${to}.`;
    return `rename the ${what} \`${meant.name}\` to \`${called}\`.`;
  }
}
