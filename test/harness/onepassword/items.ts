/** What a test writes down of an item, and the two halves (`overview`, `details`) 1Password seals of it. */

import { newId } from './crypto.ts';
import { FIELD_KINDS, type Category, type FieldType } from './categories.ts';
import { describeSshKey } from './ssh-key-field.ts';

/** One field as a test writes it. */
export interface FieldInput {
  /** What people call the field's name. */
  readonly label: string;
  /** May be empty: the field then exists without a value. */
  readonly value: string;
  /** Default Concealed. */
  readonly type?: FieldType;
  /** Title of its section, or `add more` as the apps do it; none is the unnamed one, as the SDK does it. */
  readonly section?: string;
  /** Default: `username` and `password` for those labels, else a fresh id. */
  readonly id?: string;
}

/** One item as a test writes it. */
export interface ItemInput {
  readonly title: string;
  /** Default Login. */
  readonly category?: Category;
  /** A list, or labels with concealed values. */
  readonly fields?: readonly FieldInput[] | Readonly<Record<string, string>>;
  /** For category SshKey: the private key as PKCS#8 PEM; the field `private key` is made of it. */
  readonly privateKey?: string;
  readonly notes?: string;
  readonly tags?: readonly string[];
  readonly urls?: readonly string[];
  readonly archived?: boolean;
  readonly id?: string;
}

/** One field inside `details.sections`. */
export interface SealedField {
  k: string;
  n: string;
  t: string;
  v?: string;
  a?: unknown;
}

export interface SealedSection {
  name: string;
  title: string;
  fields: SealedField[];
}

/** A built-in field of a Login. */
export interface SealedLoginField {
  designation: string;
  id: string;
  name: string;
  type: string;
  value: string;
}

export interface Details {
  notesPlain?: string;
  password?: string;
  fields?: SealedLoginField[];
  sections: SealedSection[];
}

export interface Overview {
  title: string;
  tags?: readonly string[];
  url?: string;
  URLs?: readonly { l: string; u: string }[];
  ainfo?: string;
}

/** The `overview` half: what a list of items shows. */
export function overviewOf(item: ItemInput): Overview {
  const urls = item.urls ?? [];
  const overview: Overview = { title: item.title, tags: item.tags ?? [] };
  if (urls[0] !== undefined)
    Object.assign(overview, { url: urls[0], URLs: urls.map((u) => ({ l: 'website', u })) });
  if (item.privateKey !== undefined) overview.ainfo = describeSshKey(item.privateKey).fingerprint;
  return overview;
}

/** The `details` half: notes and fields with their values. */
export function detailsOf(item: ItemInput): Details {
  const category = item.category ?? 'Login';
  const details: Details = { notesPlain: item.notes ?? '', fields: [], sections: [] };
  if (item.privateKey !== undefined) {
    const value = item.privateKey;
    putField(details, category, { id: 'private_key', label: 'private key', type: 'SshKey', value });
  }
  for (const field of fieldsOf(item)) putField(details, category, field);
  return details;
}

/** Adds a field to the details of an item of that category, or replaces the one of that label and section. */
export function putField(details: Details, category: Category, field: FieldInput): void {
  const { label, value, type = 'Concealed', section } = field;
  const unnamed = section === undefined || section === '';
  if (category === 'Login' && unnamed && (label === 'username' || label === 'password')) {
    const built: SealedLoginField = {
      designation: label,
      id: label,
      name: label,
      type: label === 'password' ? 'P' : 'T',
      value,
    };
    details.fields = [...(details.fields ?? []).filter((f) => f.designation !== label), built];
    return;
  }
  if (category === 'Password' && unnamed && label === 'password') {
    details.password = value;
    return;
  }
  const [kind, prefix] = FIELD_KINDS[type];
  const { fields } = sectionOf(details, section ?? '');
  const at = fields.findIndex((f) => f.t === label && (field.id === undefined || f.n === prefix + field.id));
  const id = fields[at]?.n ?? prefix + (field.id ?? newId());
  const sealed: SealedField = { k: kind, n: id, t: label };
  if (value !== '') sealed.v = value; // an empty field has no value at all, as items.create writes it
  if (type === 'SshKey') sealed.a = { guarded: 'yes', sshKeyAttributes: describeSshKey(value) };
  fields.splice(at < 0 ? fields.length : at, at < 0 ? 0 : 1, sealed);
}

/** Removes the field of that label; false if there is none. */
export function dropField(details: Details, label: string, section?: string): boolean {
  const before = JSON.stringify(details);
  if (section === undefined) {
    details.fields = (details.fields ?? []).filter((f) => f.name !== label);
    if (label === 'password') delete details.password;
  }
  for (const one of details.sections) {
    if (section === undefined || one.title === section || one.name === section)
      one.fields = one.fields.filter((f) => f.t !== label);
  }
  return JSON.stringify(details) !== before;
}

function fieldsOf({ fields = [] }: ItemInput): readonly FieldInput[] {
  if (Array.isArray(fields)) return fields as readonly FieldInput[];
  return Object.entries(fields as Record<string, string>).map(([label, value]) => ({ label, value }));
}

/** The id of the section, without a title, into which the apps put the fields that people add. */
const ADD_MORE = 'add more';

function sectionOf(details: Details, section: string): SealedSection {
  const unnamed = section === '' || section === ADD_MORE;
  const found = details.sections.find(({ name, title }) => (unnamed ? name : title) === section);
  if (found) return found;
  // A named section has its own id, so that ids and titles stay apart.
  const [name, title] = unnamed ? [section, ''] : [newId(), section];
  const made: SealedSection = { name, title, fields: [] };
  details.sections.push(made);
  return made;
}
