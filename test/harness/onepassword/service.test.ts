import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  createClient,
  ItemCategory,
  ItemFieldType,
  RateLimitExceededError,
  type Client,
} from '@1password/sdk';
import { startOnePassword, type OnePasswordService } from './service.ts';
import type { ItemInput } from './items.ts';

const connect = (auth: string): Promise<Client> =>
  createClient({ auth, integrationName: 'test', integrationVersion: 'v1' });

const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
const ed25519 = generateKeyPairSync('ed25519').privateKey.export(pkcs8).toString();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pkcs8).toString();

const ITEMS: readonly ItemInput[] = [
  {
    title: 'Deploy',
    tags: ['ci'],
    urls: ['https://deploy.example'],
    notes: 'a note',
    fields: [
      { label: 'username', value: 'bob' },
      { label: 'password', value: 'hunter2' },
      { label: 'token', section: 'Production', value: 'tok-123' },
      { label: 'token', section: 'Staging', value: 'tok-456' },
      { label: 'EMPTY', value: '' },
      { label: 'one-time password', type: 'Totp', value: 'otpauth://totp/x?secret=JBSWY3DPEHPK3PXP' },
    ],
  },
  {
    title: 'Api',
    category: 'ApiCredentials',
    fields: [{ label: 'credential', id: 'credential', value: 'cred-1' }],
  },
  { title: 'Pw', category: 'Password', fields: { password: 'pw-1' } },
  { title: 'Note', category: 'SecureNote', notes: 'line 1\nline 2', fields: { 'Schlüssel ☃': 'schnee ❄' } },
  {
    title: 'Server',
    category: 'SshKey',
    privateKey: ed25519,
    fields: { KNOWN_HOSTS: 'host ssh-ed25519 AAAA' },
  },
  { title: 'Rsa', category: 'SshKey', privateKey: rsa },
  { title: 'Twin', fields: { password: '1' } },
  { title: 'Twin', fields: { password: '2' } },
  { title: 'Old', archived: true, fields: { password: 'gone' } },
];

describe('the loopback 1Password service, seen by the real SDK', () => {
  let service: OnePasswordService;
  let client: Client;
  let ci: string;

  before(async () => {
    service = await startOnePassword({
      vaults: [{ title: 'CI', items: ITEMS }, { title: 'Other' }],
      environments: [{ title: 'production', variables: { A: '1', B: '' }, visible: ['A'] }],
    });
    ci = service.vault('CI').id;
    client = await connect(service.token);
  });
  after(() => service[Symbol.asyncDispose]());
  beforeEach(() => service.forget());

  it('signs in with four requests', async () => {
    await connect(service.token);
    const steps = ['/api/v3/auth/start', '/api/v2/auth', '/api/v2/auth/confirm-key', '/api/v2/auth/complete'];
    assert.deepEqual(
      service.calls(),
      steps.map((path) => `POST ${path}`),
    );
  });

  it('lists vaults and active items, Environments apart', async () => {
    const vaults = await client.vaults.list();
    assert.deepEqual(vaults.map(({ title }) => title).sort(), ['CI', 'Other']);
    const items = await client.items.list(ci);
    const active = ITEMS.filter((item) => item.archived !== true);
    assert.deepEqual(
      items.map(({ title }) => title),
      active.map(({ title }) => title),
    );
  });

  it('gives an item with sections, notes, tags and computed fields', async () => {
    const item = await client.items.get(ci, service.vault('CI').find('Deploy').uuid);
    assert.equal(item.notes, 'a note');
    assert.deepEqual(item.tags, ['ci']);
    const section = item.sections.find(({ title }) => title === 'Staging');
    assert.equal(item.fields.find((field) => field.sectionId === section?.id)?.value, 'tok-456');
    assert.equal(item.fields.find(({ title }) => title === 'EMPTY')?.value, '');
    const totp = item.fields.find(({ fieldType }) => fieldType === ItemFieldType.Totp);
    assert.ok(totp?.details?.type === 'Otp' && /^\d{6}$/.test(totp.details.content.code ?? ''));
  });

  const resolved: Record<string, string> = {
    'CI/Deploy/password': 'hunter2',
    'CI/Deploy/Production/token': 'tok-123',
    'CI/Deploy/EMPTY': '',
    'CI/Api/credential': 'cred-1',
    'CI/Pw/password': 'pw-1',
    'CI/Note/notesPlain': 'line 1\nline 2',
    'CI/Server/KNOWN_HOSTS': 'host ssh-ed25519 AAAA',
    'CI/Server/private key': ed25519,
  };
  for (const [path, value] of Object.entries(resolved)) {
    it(`resolves op://${path}`, async () => {
      assert.equal(await client.secrets.resolve(`op://${path}`), value);
    });
  }

  const unresolved: Record<string, RegExp> = {
    'CI/Deploy/nope': /field cannot be found/,
    'CI/Deploy/token': /more than one field/i,
    'CI/Nope/x': /no item matched/,
    'CI/Old/password': /no item matched/,
    'CI/Twin/password': /more than one item/i,
    'Nope/x/y': /no vault matched/,
  };
  for (const [path, message] of Object.entries(unresolved)) {
    it(`does not resolve op://${path}`, async () => {
      await assert.rejects(client.secrets.resolve(`op://${path}`), message);
    });
  }

  it('gives SSH keys in OpenSSH format', async () => {
    for (const item of ['Server', 'Rsa']) {
      const key = await client.secrets.resolve(`op://CI/${item}/private key?ssh-format=openssh`);
      assert.match(key, /^-----BEGIN OPENSSH PRIVATE KEY-----/);
    }
    assert.match(await client.secrets.resolve('op://CI/Rsa/public key'), /^ssh-rsa AAAA/);
  });

  it('seals an SSH key as the SDK itself does', async () => {
    const vault = service.addVault({ title: 'Seeded by the SDK' });
    for (const [title, value] of [
      ['Server', ed25519],
      ['Rsa', rsa],
    ] as const) {
      const field = { id: 'private_key', title: 'private key', fieldType: ItemFieldType.SshKey, value };
      await client.items.create({ vaultId: vault.id, title, category: ItemCategory.SshKey, fields: [field] });
      const read = async (vaultId: string, id: string): Promise<unknown> =>
        (await client.items.get(vaultId, id)).fields[0];
      const own = await read(ci, service.vault('CI').find(title).uuid);
      assert.deepEqual(own, await read(vault.id, vault.find(title).uuid));
    }
  });

  it('answers resolveAll with one batch per vault', async () => {
    const refs = ['op://CI/Deploy/password', 'op://CI/Api/credential', 'op://CI/Nope/x', 'nonsense'];
    const { individualResponses } = await client.secrets.resolveAll(refs);
    const outcome = refs.map(
      (ref) => individualResponses[ref]?.content?.secret ?? individualResponses[ref]?.error?.type,
    );
    assert.deepEqual(outcome, ['hunter2', 'cred-1', 'itemNotFound', 'parsing']);
    assert.equal(service.calls().filter((call) => call.endsWith('/items/batch')).length, 1);
  });

  it('gives the variables of an Environment', async () => {
    const { variables } = await client.environments.getVariables(service.vault('production').id);
    const expected = [
      { name: 'A', value: '1', masked: false },
      { name: 'B', value: '', masked: true },
    ];
    assert.deepEqual(variables, expected);
  });

  it('keeps accounts apart', async () => {
    const some = await connect(service.addAccount({ vaults: ['Other'] }).token);
    assert.deepEqual(
      (await some.vaults.list()).map(({ title }) => title),
      ['Other'],
    );
    await assert.rejects(some.secrets.resolve('op://CI/Deploy/password'), /no vault matched/);
    const none = await connect(service.addAccount({ vaults: [] }).token);
    assert.deepEqual(await none.vaults.list(), []);
  });

  it('refuses a wrong secret, a revoked account and a malformed token', async () => {
    await assert.rejects(connect(service.account.tokenWith({ srpX: '11'.repeat(32) })), /not authenticated/);
    const account = service.addAccount();
    account.revoked = true;
    await assert.rejects(connect(account.token), /not authenticated/);
    await assert.rejects(connect('ops_e30'), /deserialization failed/);
  });

  it('limits the reads of an account', async () => {
    const limited = await connect(service.addAccount({ readsPerHour: 1 }).token);
    await limited.vaults.list();
    await assert.rejects(limited.vaults.list(), RateLimitExceededError);
  });

  it('changes between calls', async () => {
    const vault = service.addVault({ title: 'Live', items: [{ title: 'App', fields: { A: '1', B: '2' } }] });
    vault.setField('App', { label: 'A', value: 'new' });
    vault.setField('App', { label: 'password', value: 'pw' });
    vault.removeField('App', 'B');
    assert.equal(await client.secrets.resolve('op://Live/App/A'), 'new');
    assert.equal(await client.secrets.resolve('op://Live/App/password'), 'pw');
    await assert.rejects(client.secrets.resolve('op://Live/App/B'), /field cannot be found/);
    vault.addItem({ title: 'Late', fields: { A: 'late' } });
    assert.equal(await client.secrets.resolve('op://Live/Late/A'), 'late');
    vault.archive('Late', true);
    await assert.rejects(client.secrets.resolve('op://Live/Late/A'), /no item matched/);
    vault.removeItem('App');
    await assert.rejects(client.secrets.resolve('op://Live/App/A'), /no item matched/);
  });

  it('signs in again after its sessions expired', async () => {
    service.expireSessions();
    assert.equal(await client.secrets.resolve('op://CI/Deploy/password'), 'hunter2');
    assert.equal(service.requests[0]?.status, 401);
  });
});
