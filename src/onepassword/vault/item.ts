import type { Item, ItemField } from '@1password/sdk';
import { Secret } from './secret.ts';

/** A vault or a section by its two names. */
export interface Named {
  readonly id: string;
  readonly title: string;
}

/** An item as 1Password holds it, values only where they were asked for. */
export interface ItemFacts extends Named {
  readonly vault: Named;
  /** As the SDK names it, e.g. `Login`, `SshKey`. */
  readonly category: string;
  readonly updatedAt: Date;
  readonly sections: readonly Named[];
  readonly fields: readonly FieldFacts[];
}

export interface FieldFacts extends Named {
  /** Null for a field that is in no named section. */
  readonly section: Named | null;
  /** As the SDK names it, e.g. `Concealed`, `Text`, `SshKey`. */
  readonly type: string;
  readonly isEmpty: boolean;
  /** True for what 1Password adds to items on its own: username, password and notes, and what is derived from an SSH key. */
  readonly isBuiltIn: boolean;
  /** As `op` prints it: `op://vault/item/field` or `op://vault/item/section/field`. */
  readonly reference: string;
  /** Null if values were not asked for. */
  readonly value: Secret | null;
}

/** The key under which Kamal's adapter hands a field on (2.12.0, one_password.rb, `fields_map`). */
export function kamalKey(field: FieldFacts): string {
  return field.reference.replace(/^op:\/\//, '').replace(/\/password$/, '');
}

/** The item as `op item get` shows it: the notes are one more field, `notesPlain`, and an SSH key is four. */
export function factsOf(item: Item, vault: Named, withValues: boolean): ItemFacts {
  const sections = item.sections.filter((section) => section.title !== '' || section.id !== '');
  const notes: FieldSource = { id: 'notesPlain', title: 'notesPlain', fieldType: 'Text', value: item.notes };
  const fields = [...item.fields.flatMap(shownAs), notes].map((field): FieldFacts => {
    const section = sections.find(({ id }) => id === (field.sectionId ?? '')) ?? null;
    return {
      id: field.id,
      title: field.title,
      section: section === null ? null : { id: section.id, title: section.title },
      type: field.fieldType,
      isEmpty: field.value === '',
      isBuiltIn: field.isDerived === true || (section === null && BUILT_IN.has(field.id)),
      reference: referenceTo([vault, item, ...(section === null ? [] : [section]), field]),
      value: withValues ? new Secret(field.value) : null,
    };
  });
  return {
    id: item.id,
    title: item.title,
    vault,
    category: item.category,
    updatedAt: item.updatedAt,
    sections: sections.map(({ id, title }) => ({ id, title })),
    fields,
  };
}

type FieldSource = Pick<ItemField, 'id' | 'title' | 'value'> & {
  readonly sectionId?: string;
  readonly fieldType: string;
  readonly isDerived?: boolean;
};

/** `op` shows the public half of an SSH key beside it (op 2, SSH Key items). */
function shownAs(field: ItemField): readonly FieldSource[] {
  const key = field.details?.type === 'SshKey' ? field.details.content : undefined;
  if (!key) return [field];
  const derived = (id: string, title: string, value: string): FieldSource => ({
    id,
    title,
    value,
    fieldType: 'Text',
    isDerived: true,
    ...(field.sectionId ? { sectionId: field.sectionId } : {}),
  });
  return [
    derived('public_key', 'public key', key.publicKey),
    derived('fingerprint', 'fingerprint', key.fingerprint),
    field,
    derived('key_type', 'key type', key.keyType.toLowerCase()),
  ];
}

const BUILT_IN = new Set(['username', 'password', 'notesPlain']);

/**
 * Names with characters that a reference cannot hold are replaced by the id
 * (developer.1password.com/docs/cli/secret-reference-syntax).
 */
function referenceTo(parts: readonly Named[]): string {
  return `op://${parts.map(({ id, title }) => (/^[\w.\- ]+$/.test(title) ? title : id)).join('/')}`;
}
