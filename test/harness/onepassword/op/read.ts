/** `op read` and `op inject`: values by secret reference. */

import { OpError } from './errors.ts';
import { fieldsOf, type OpField } from './fields.ts';
import { findItem, findVault, sameName } from './find.ts';
import type { OpClient } from './client.ts';

/** The value behind `op://vault/item/[section/]field[?ssh-format=openssh]`. */
export async function readReference(client: OpClient, reference: string): Promise<string> {
  try {
    return await resolve(client, reference);
  } catch (error) {
    if (error instanceof OpError) throw new OpError(`could not read secret '${reference}': ${error.message}`);
    throw error;
  }
}

/** A template with every `{{ op://… }}` replaced by its value. */
export async function inject(client: OpClient, template: string): Promise<string> {
  let result = '';
  let end = 0;
  for (const match of template.matchAll(/\{\{\s*(op:\/\/[^}]+?)\s*\}\}/g)) {
    result += template.slice(end, match.index) + (await readReference(client, match[1] ?? ''));
    end = match.index + match[0].length;
  }
  return result + template.slice(end);
}

async function resolve(client: OpClient, reference: string): Promise<string> {
  const [path = '', query = ''] = reference.split('?');
  const names = path.replace(/^op:\/\//, '').split('/');
  if (!path.startsWith('op://') || names.includes('')) throw invalid(reference, 'invalid format');
  if (names.length < 3) throw invalid(reference, "too few '/'");
  if (names.length > 4) throw invalid(reference, "too many '/'");
  const odd = /[^\w\-. /]/.exec(names.join('/'))?.[0];
  if (odd !== undefined) throw new OpError(`invalid character in secret reference: '${odd}'`);
  const [vaultName = '', itemName = '', ...rest] = names;
  const fields = await fieldsOfItem(client, vaultName, itemName);
  const name = rest.pop() ?? '';
  const field = fields.find((one) => is(one, name) && (rest[0] === undefined || isIn(one, rest[0])));
  if (!field)
    throw new OpError(`item '${vaultName}/${itemName}' does not have a field '${[...rest, name].join('.')}'`);
  return attribute(field, new URLSearchParams(query));
}

const is = (field: OpField, name: string): boolean => sameName(field.label, name) || sameName(field.id, name);

const isIn = ({ section }: OpField, name: string): boolean =>
  section !== undefined && (sameName(section.label ?? '', name) || sameName(section.id, name));

const invalid = (reference: string, why: string): OpError =>
  new OpError(
    `invalid secret reference '${reference}': ${why}: ` +
      'secret references should match op://<vault>/<item>[/<section>]/<field>',
  );

async function fieldsOfItem(client: OpClient, vaultName: string, itemName: string): Promise<OpField[]> {
  try {
    const vault = await findVault(client, vaultName);
    return fieldsOf(vault, await findItem(client, vault, itemName, vaultName));
  } catch (error) {
    if (!(error instanceof OpError)) throw error;
    throw new OpError(`could not get item ${vaultName}/${itemName}: ${error.message}`);
  }
}

function attribute(field: OpField, query: URLSearchParams): string {
  if (query.get('ssh-format') === 'openssh') return field.ssh_formats?.openssh.value ?? '';
  if (query.has('attribute')) throw new OpError('the stand-in reads no attributes of fields');
  return field.value ?? '';
}
