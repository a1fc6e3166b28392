/** An item's fields in the shape `op item get --format json` prints them (op 2.35). */

import { categoryOfTemplate } from '../categories.ts';
import type { Details, SealedField, SealedSection } from '../items.ts';
import { toOpenSsh } from './openssh.ts';
import type { ReadItem, ReadVault } from './client.ts';

export interface OpField {
  readonly id: string;
  readonly section?: { readonly id: string; readonly label?: string };
  readonly type: string;
  readonly purpose?: 'USERNAME' | 'PASSWORD' | 'NOTES';
  readonly label: string;
  /** Omitted where the field is empty. */
  readonly value?: string;
  readonly reference: string;
  readonly ssh_formats?: { readonly openssh: { readonly reference: string; readonly value: string } };
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'STRING',
  concealed: 'CONCEALED',
  URL: 'URL',
  email: 'EMAIL',
  menu: 'MENU',
  reference: 'REFERENCE',
};

/**
 * A name inside an `op://` reference. Names with characters a reference cannot hold give way to the id
 * (developer.1password.com/docs/cli/secret-reference-syntax: letters, digits, `-`, `_`, `.`, white space).
 */
const part = (name: string, id: string): string => (/^[\w\-. ]+$/.test(name) ? name : id);

/** The reference of an item, without a field. */
const itemReference = (vault: ReadVault, item: ReadItem): string =>
  `op://${part(vault.name, vault.id)}/${part(item.overview.title, item.record.uuid)}`;

/** All fields of an item: the built-in ones, then those of its sections. */
export function fieldsOf(vault: ReadVault, item: ReadItem): OpField[] {
  const base = itemReference(vault, item);
  return [
    ...builtIn(item.details, base),
    ...item.details.sections.flatMap((section) => inSection(section, base)),
  ];
}

/** A category as `op` spells it, e.g. SECURE_NOTE. */
export function categoryOf(item: Pick<ReadItem, 'record'>): string {
  const category = categoryOfTemplate(item.record.templateUuid);
  if (category === 'ApiCredentials') return 'API_CREDENTIAL';
  return category.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

/**
 * Fields asked for as `label=NAME` or `label=SECTION.NAME`, by label or id; more than one where sections share a
 * label. Case counts here: whether it does in the real `op` is not documented.
 */
export function pick(fields: readonly OpField[], asked: string): OpField[] {
  const named = fields.filter(({ label, id }) => label === asked || id === asked);
  const dot = asked.indexOf('.');
  if (named.length > 0 || dot < 0) return named;
  const [section, name] = [asked.slice(0, dot), asked.slice(dot + 1)];
  const inside = fields.filter((field) => field.section?.label === section || field.section?.id === section);
  return inside.filter(({ label, id }) => label === name || id === name);
}

function builtIn(details: Details, base: string): OpField[] {
  const fields: OpField[] = [];
  const add = (id: string, type: string, purpose: NonNullable<OpField['purpose']>, value: string): void => {
    const reference = `${base}/${id}`;
    fields.push({ id, type, purpose, label: id, ...(value === '' ? {} : { value }), reference });
  };
  for (const { id, type, value } of details.fields ?? []) {
    if (type === 'P') add(id, 'CONCEALED', 'PASSWORD', value);
    else add(id, 'STRING', 'USERNAME', value);
  }
  if (details.password !== undefined) add('password', 'CONCEALED', 'PASSWORD', details.password);
  add('notesPlain', 'STRING', 'NOTES', details.notesPlain ?? '');
  return fields;
}

/** Sections without a title show by their id: op://V/I/add more/F; the one without an id does not show. */
function inSection({ name, title, fields }: SealedSection, base: string): OpField[] {
  const at = name === '' ? base : `${base}/${title === '' ? name : part(title, name)}`;
  const section = title === '' ? { id: name } : { id: name, label: title };
  const own = name === '' ? {} : { section };
  return fields.flatMap((field) =>
    field.k === 'sshKey' ? sshFields(field, own, at) : [{ ...plain(field, at), ...own }],
  );
}

function plain(field: SealedField, at: string): OpField {
  const type = field.n.startsWith('TOTP_') ? 'OTP' : (KINDS[field.k] ?? field.k.toUpperCase());
  const value = field.v === undefined || field.v === '' ? {} : { value: field.v };
  return { id: field.n, type, label: field.t, ...value, reference: `${at}/${part(field.t, field.n)}` };
}

/** An SSH key shows as four fields: public key, fingerprint, private key, key type. */
function sshFields(field: SealedField, own: Pick<OpField, 'section'>, at: string): OpField[] {
  const { sshKeyAttributes: key } = field.a as {
    sshKeyAttributes: { publicKey: string; fingerprint: string; keyType: { t: string } };
  };
  const privateKey = plain({ ...field, k: 'sshKey' }, at);
  const openssh = {
    reference: `${privateKey.reference}?ssh-format=openssh`,
    value: toOpenSsh(field.v ?? ''),
  };
  const shown = (id: string, label: string, value: string): OpField =>
    Object.assign({ id, type: 'STRING', label, value, reference: `${at}/${label}` }, own);
  return [
    shown('public_key', 'public key', key.publicKey),
    shown('fingerprint', 'fingerprint', key.fingerprint),
    { ...privateKey, ...own, ssh_formats: { openssh } },
    shown('key_type', 'key type', key.keyType.t),
  ];
}
