/**
 * A session through a Connect server: the same questions, one request for each item, no SDK. Paths and fields are those of
 * its published API (developer.1password.com/docs/connect/api-reference, 1.8.1; npm @1password/connect 1.4.2).
 */
import { isRecord } from '../../base/is-record.ts';
import type { Item, ItemField, ItemOverview, ItemsGetAllResponse, VaultOverview } from '@1password/sdk';
import { Failure } from '../../base/failure.ts';
import { PATIENCE, type Session, type SessionOptions } from '../session/session.ts';
import { ConnectClient } from './client.ts';
import { notConnect } from './refusal.ts';
import type { ConnectServer } from './server.ts';

/** Requests that are under way at the same time: Connect has no batch. */
const AT_ONCE = 8;

/** Makes no request yet: the first one shows whether the server accepts the token. */
export function connectSession(
  server: ConnectServer,
  options: Pick<SessionOptions, 'signal' | 'patience'>,
): Session {
  const { signal, patience = PATIENCE } = options;
  const client = new ConnectClient(server, { patience, ...(signal === undefined ? {} : { signal }) });
  const { host } = new URL(server.signInAddress);
  const names = new Map<string, string>();
  const vaultName = (vault: string): string => `the vault “${names.get(vault) ?? vault}”`;
  const itemOf = async (vault: string, id: string): Promise<Item> => {
    const path = `/v1/vaults/${encodeURIComponent(vault)}/items/${encodeURIComponent(id)}`;
    return itemFrom(recordOf(await client.get(path, `an item of ${vaultName(vault)}`), host), vault, host);
  };
  return {
    signInAddress: server.signInAddress,
    get requestsMade() {
      return client.made;
    },
    async vaults() {
      const found = listOf(await client.get('/v1/vaults', 'its vaults'), host).map((each) =>
        vaultFrom(each, host),
      );
      for (const { id, title } of found) names.set(id, title);
      return found;
    },
    async items(vault) {
      const path = `/v1/vaults/${encodeURIComponent(vault)}/items`;
      const found = listOf(await client.get(path, vaultName(vault)), host);
      return found.map((each) => overviewFrom(each, vault, host));
    },
    async itemsWithFields(vault, ids): Promise<ItemsGetAllResponse> {
      return { individualResponses: await eachOf(ids, async (id) => ({ content: await itemOf(vault, id) })) };
    },
    variables() {
      return Promise.reject(noEnvironments());
    },
    /** A reference by ids, as `opensshForm` makes it; the key is in the item's own form. */
    async resolve(reference) {
      const [vault = '', item = '', field = ''] = pathOf(reference);
      const { fields } = await itemOf(vault, item);
      const found = fields.find(({ id }) => id === field);
      if (found === undefined)
        throw new Failure('connect-failed', `The Connect server at ${host} does not have ${reference}.`, {});
      return found.value;
    },
    [Symbol.dispose]: () => client.close(),
  };
}

/** The answers in the order of `all`, a few requests at a time. */
async function eachOf<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE)
    answers.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(ask))));
  return answers;
}

function pathOf(reference: string): readonly string[] {
  return reference
    .replace(/^op:\/\//, '')
    .replace(/\?.*/s, '')
    .split('/');
}

/** The failure for an Environment where a Connect server is asked. */
export function noEnvironments(): Failure {
  return new Failure(
    'connect-has-no-environments',
    'A Connect server serves vaults, and no 1Password Environments: `op-environment` cannot be read through it.',
    {
      agent: ['Remove `op-environment`, and fetch the fields of an item in the secrets file.'],
      human: [
        'Or sign in with a service account (`service-account-token`), or as a workload (`workload-id`).',
      ],
    },
  );
}

type Shape = Readonly<Record<string, unknown>>;

function vaultFrom(each: Shape, host: string): VaultOverview {
  const id = idIn(each, host);
  return {
    id,
    title: optional(each, 'name') ?? id,
    description: optional(each, 'description') ?? '',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an enum of texts, which nothing here reads
    vaultType: 'Unsupported' as VaultOverview['vaultType'],
    activeItemCount: 0,
    contentVersion: 0,
    attributeVersion: 0,
    createdAt: dateIn(each, 'createdAt'),
    updatedAt: dateIn(each, 'updatedAt'),
  };
}

function overviewFrom(each: Shape, vault: string, host: string): ItemOverview {
  return {
    id: idIn(each, host),
    title: optional(each, 'title') ?? '',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an enum of texts
    category: categoryOf(each) as ItemOverview['category'],
    vaultId: vault,
    websites: recordsIn(each, 'urls').map(websiteFrom),
    tags: [],
    createdAt: dateIn(each, 'createdAt'),
    updatedAt: dateIn(each, 'updatedAt'),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an enum of texts
    state: (isArchived(each) ? 'archived' : 'active') as ItemOverview['state'],
  };
}

function itemFrom(each: Shape, vault: string, host: string): Item {
  const fields = recordsIn(each, 'fields');
  const notes = fields.find((field) => optional(field, 'purpose') === 'NOTES');
  const { id, title, category, websites, createdAt, updatedAt } = overviewFrom(each, vault, host);
  return {
    id,
    title,
    category,
    vaultId: vault,
    websites,
    tags: [],
    createdAt,
    updatedAt,
    fields: fields.filter((field) => field !== notes).map((field) => fieldFrom(field, host)),
    sections: recordsIn(each, 'sections').map((section) => ({
      id: textIn(section, 'id', host),
      title: optional(section, 'label') ?? '',
    })),
    notes: notes === undefined ? '' : (optional(notes, 'value') ?? ''),
    version: 0,
    files: [],
  };
}

function fieldFrom(field: Shape, host: string): ItemField {
  const id = textIn(field, 'id', host);
  const section: unknown = field['section'];
  const sectionId = isRecord(section) ? optional(section, 'id') : null;
  return {
    id,
    title: optional(field, 'label') ?? id,
    ...(sectionId === null ? {} : { sectionId }),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an enum of texts
    fieldType: (TYPES.get(optional(field, 'type') ?? '') ?? 'Unsupported') as ItemField['fieldType'],
    value: valueIn(field, host),
  };
}

/** As the SDK names what Connect calls otherwise. */
const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    STRING: 'Text',
    CONCEALED: 'Concealed',
    EMAIL: 'Email',
    URL: 'Url',
    OTP: 'Totp',
    DATE: 'Date',
    MONTH_YEAR: 'MonthYear',
    MENU: 'Menu',
    PHONE: 'Phone',
    ADDRESS: 'Address',
    REFERENCE: 'Reference',
    CREDIT_CARD_TYPE: 'CreditCardType',
    CREDIT_CARD_NUMBER: 'CreditCardNumber',
    SSHKEY: 'SshKey',
  }),
);

/** `SSH_KEY` → `SshKey`. */
function categoryOf(each: Shape): string {
  return (optional(each, 'category') ?? '')
    .toLowerCase()
    .replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function websiteFrom(each: Shape): ItemOverview['websites'][number] {
  return {
    url: optional(each, 'href') ?? '',
    label: optional(each, 'label') ?? '',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an enum of texts, which nothing here reads
    autofillBehavior: 'Never' as ItemOverview['websites'][number]['autofillBehavior'],
  };
}

function isArchived(each: Shape): boolean {
  return optional(each, 'state') === 'ARCHIVED' || each['trashed'] === true;
}

function recordOf(value: unknown, host: string): Shape {
  if (isRecord(value)) return value;
  throw notConnect(host);
}

function listOf(value: unknown, host: string): Shape[] {
  if (!Array.isArray(value)) throw notConnect(host);
  return value.map((each: unknown) => recordOf(each, host));
}

function recordsIn(each: Shape, name: string): Shape[] {
  const value: unknown = each[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textIn(each: Shape, name: string, host: string): string {
  const value = optional(each, name);
  if (value === null || value === '') throw notConnect(host);
  return value;
}

/** Of a vault or an item: it becomes a part of an address. */
function idIn(each: Shape, host: string): string {
  const id = textIn(each, 'id', host);
  if (/^[\w-]{1,100}$/.test(id)) return id;
  throw notConnect(host);
}

/** Empty if there is none. A value that is not a text is not an answer of Connect's: to call the field empty would be wrong. */
function valueIn(field: Shape, host: string): string {
  const value = field['value'] ?? '';
  if (typeof value === 'string') return value;
  throw notConnect(host);
}

function optional(each: Shape, name: string): string | null {
  const value: unknown = each[name];
  return typeof value === 'string' ? value : null;
}

function dateIn(each: Shape, name: string): Date {
  const time = Date.parse(optional(each, name) ?? '');
  return new Date(Number.isNaN(time) ? 0 : time);
}
