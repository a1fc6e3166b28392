/** The commands of the stand-in: each takes its arguments and gives what goes to stdout. */

import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { parseArgs } from 'node:util';
import { inGo, OpClient } from './client.ts';
import { noAccounts, noField, OpError, statusError, vaultNeeded } from './errors.ts';
import { categoryOf, fieldsOf, pick, type OpField } from './fields.ts';
import { findItem, findVault } from './find.ts';
import { inject, readReference } from './read.ts';

/** The flags this stand-in knows, for `util.parseArgs`. */
export const FLAGS = {
  account: { type: 'string' },
  session: { type: 'string' },
  config: { type: 'string' },
  cache: { type: 'string' },
  vault: { type: 'string' },
  format: { type: 'string' },
  fields: { type: 'string' },
  'in-file': { type: 'string', short: 'i' },
  'out-file': { type: 'string', short: 'o' },
  force: { type: 'boolean', short: 'f' },
  raw: { type: 'boolean' },
  reveal: { type: 'boolean' },
  'no-newline': { type: 'boolean', short: 'n' },
  'no-color': { type: 'boolean' },
  version: { type: 'boolean', short: 'v' },
} as const;

export type Flags = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'];

interface Call {
  readonly client: OpClient;
  readonly flags: Flags;
  readonly operands: readonly string[];
  readonly json: boolean;
}

type Command = (call: Call) => Promise<string>;

const COMMANDS: Readonly<Record<string, Command>> = {
  'account get': async ({ client, json }) => {
    const domain = new URL(client.token.signInAddress).host;
    const account = {
      id: client.token.deviceUuid.toUpperCase(),
      name: 'Loopback',
      domain,
      type: 'BUSINESS',
      state: 'ACTIVE',
    };
    return json ? print(account) : table(Object.entries(account).map(([k, v]) => [`${k.toUpperCase()}:`, v]));
  },
  // With a service account there is nothing to sign in to: no session token is printed.
  signin: async () => '',
  whoami: async ({ client, json }) => {
    const { signInAddress: url, email } = client.token;
    if (json) return print({ url, email, user_type: 'SERVICE_ACCOUNT' });
    return table([
      ['URL:', url],
      ['Email:', email],
      ['User Type:', 'SERVICE_ACCOUNT'],
    ]);
  },
  'vault list': async ({ client, json }) => {
    const vaults = await client.vaults();
    if (json)
      return print(
        vaults.map(({ id, name, contentVersion }) => ({ id, name, content_version: contentVersion })),
      );
    return table([['ID', 'NAME'], ...vaults.map(({ id, name }) => [id, name])]);
  },
  'item list': async ({ client, flags, json }) => {
    const vault = await findVault(client, flags.vault ?? fail(vaultNeeded()));
    const items = (await client.list(vault)).filter(({ record }) => record.trashed === 'N');
    if (!json)
      return table([
        ['ID', 'TITLE', 'VAULT'],
        ...items.map((i) => [i.record.uuid, i.overview.title, vault.name]),
      ]);
    return print(
      items.map(({ record, overview }) => ({
        id: record.uuid,
        title: overview.title,
        version: record.itemVersion,
        vault: { id: vault.id, name: vault.name },
        category: categoryOf({ record }),
      })),
    );
  },
  'item get': itemGet,
  read: async ({ client, flags, operands }) => {
    const value = await readReference(client, operands[0] ?? '');
    return deliver(flags, flags['no-newline'] === true ? value : `${value}\n`);
  },
  inject: async ({ client, flags }) => {
    const template = readFileSync(flags['in-file'] ?? 0, 'utf8');
    return deliver(flags, await inject(client, template));
  },
  'environment read': async ({ client, operands, json }) => {
    const environment = await client.vault(operands[0] ?? '');
    const [listed] = await client.list(environment);
    const item = listed && (await client.item(environment, listed.record.uuid));
    const variables = item?.details.sections.flatMap(({ fields }) => fields) ?? [];
    if (json) return print(Object.fromEntries(variables.map(({ t, v }) => [t, v ?? ''])));
    return variables.map(({ t, v }) => `${t}=${v ?? ''}\n`).join('');
  },
  'service-account ratelimit': async ({ client, json }) => {
    const { limit, used } = await client.rateLimit();
    const rows = [
      { type: 'token', action: 'write', limit: 100, used: 0, remaining: 100, reset: 0 },
      { type: 'token', action: 'read', limit, used, remaining: limit - used, reset: used === 0 ? 0 : 3540 },
      {
        type: 'account',
        action: 'read_write',
        limit: 1000,
        used,
        remaining: 1000 - used,
        reset: used === 0 ? 0 : 86_340,
      },
    ];
    if (json) return print(rows);
    const head = ['TYPE', 'ACTION', 'LIMIT', 'USED', 'REMAINING', 'RESET'];
    return table([
      head,
      ...rows.map((row) => Object.values(row).map((cell) => (cell === 0 ? 'N/A' : String(cell)))),
    ]);
  },
};

/** Runs one command; the result is for stdout. Throws {@link OpError}. */
export async function run(words: readonly string[], flags: Flags, env: NodeJS.ProcessEnv): Promise<string> {
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((key) => key in COMMANDS);
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || !command) throw new OpError(`unknown command "${words.join(' ')}" for "op"`);
  if (env['OP_CONNECT_HOST'] && env['OP_CONNECT_TOKEN']) return throughConnect(name, env['OP_CONNECT_HOST']);
  const token = env['OP_SERVICE_ACCOUNT_TOKEN'] ?? '';
  if (token === '') throw noAccounts();
  const client = await OpClient.signIn(token);
  try {
    const operands = words.slice(name.split(' ').length);
    const json = (flags.format ?? env['OP_FORMAT']) === 'json';
    return await command({ client, flags, operands, json });
  } finally {
    client.close();
  }
}

async function itemGet({ client, flags, operands, json }: Call): Promise<string> {
  const query = operands[0] ?? fail(new OpError('accepts 1 arg(s), received 0'));
  const vaultQuery = flags.vault ?? fail(vaultNeeded());
  const vault = await findVault(client, vaultQuery);
  const item = await findItem(client, vault, query, vaultQuery);
  const fields = fieldsOf(vault, item);
  const { uuid, itemVersion, createdAt, updatedAt } = item.record;
  if (flags.fields !== undefined) {
    const asked = flags.fields.split(',').map((name) => name.replace(/^label=/, ''));
    const found = asked.flatMap((name) => {
      const picked = pick(fields, name);
      return picked.length > 0 ? picked : fail(noField(name, query));
    });
    if (json) return print(found.length === 1 ? found[0] : found);
    return `${found.map((field) => shown(field, uuid, flags.reveal === true)).join(',')}\n`;
  }
  const sections = new Map(
    fields.flatMap(({ section }) => (section ? [[section.id, section] as const] : [])),
  );
  const whole = {
    id: uuid,
    title: item.overview.title,
    ...(item.overview.tags?.length ? { tags: item.overview.tags } : {}),
    version: itemVersion,
    vault: { id: vault.id, name: vault.name },
    category: categoryOf(item),
    created_at: createdAt,
    updated_at: updatedAt,
    ...(sections.size > 0 ? { sections: [...sections.values()] } : {}),
    fields,
  };
  if (json) return print(whole);
  const rows = fields.map((field) => [`  ${field.label}:`, shown(field, uuid, flags.reveal === true)]);
  return table([
    ['ID:', uuid],
    ['Title:', whole.title],
    ['Vault:', `${vault.name} (${vault.id})`],
    ['Fields:', ''],
    ...rows,
  ]);
}

/** With Connect variables set, op asks the Connect server, even with other credentials. */
async function throughConnect(command: string, host: string): Promise<never> {
  if (!['read', 'inject', 'item get'].includes(command)) {
    throw new OpError(`"op ${command}" doesn't work with 1Password Connect`);
  }
  const url = new URL('/v1/vaults', host);
  const status = await new Promise<number>((resolve, reject) => {
    const sent = request(url, (response) => resolve(response.resume().statusCode ?? 0));
    sent.on('error', (error) =>
      reject(new OpError(`could not retrieve vaults: Get "${url.href}": ${inGo(error, url)}`)),
    );
    sent.end();
  });
  throw statusError(status === 200 ? 404 : status);
}

const shown = (field: OpField, item: string, reveal: boolean): string =>
  field.type === 'CONCEALED' && !reveal
    ? `[use 'op item get ${item} --reveal' to reveal]`
    : (field.value ?? '');

function deliver(flags: Flags, text: string): string {
  if (flags['out-file'] === undefined) return text;
  writeFileSync(flags['out-file'], text, { mode: 0o600 });
  return `${flags['out-file']}\n`;
}

const print = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(width(i) + 4))
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}

function fail(error: OpError): never {
  throw error;
}
