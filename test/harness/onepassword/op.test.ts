import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createClient } from '@1password/sdk';
import { installOp, type InstalledOp, type Ran } from './op/installed.ts';
import { startOnePassword, type OnePasswordService } from './service.ts';

const privateKey = (type: 'ed25519' | 'rsa'): string => {
  const pair =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

describe('the stand-in op', () => {
  let service: OnePasswordService;
  let installed: InstalledOp;
  let env: NodeJS.ProcessEnv;
  const op = (line: string, ...more: string[]): Promise<Ran> =>
    installed.call([...line.split(' '), ...more], env);
  const json = async (line: string, ...more: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await op(`${line} --format json`, ...more);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };

  before(async () => {
    service = await startOnePassword({
      vaults: [
        {
          title: 'V',
          items: [
            {
              title: 'App',
              fields: {
                DATABASE_URL: 'postgres://db',
                API_TOKEN: 'tok "1" $HOME',
                EMPTY: '',
                password: 'pw',
              },
            },
            {
              title: 'Sections',
              category: 'SecureNote',
              fields: [
                { label: 'KEY', section: 'Production', value: 'prod' },
                { label: 'KEY', section: 'Staging', value: 'stage' },
              ],
            },
            { title: 'Odd/Title ☃', fields: { Schlüssel: 'x' } },
            { title: 'Ssh', category: 'SshKey', privateKey: privateKey('ed25519') },
            { title: 'Rsa', category: 'SshKey', privateKey: privateKey('rsa') },
            { title: 'Added', fields: [{ label: 'KEY', section: 'add more', value: 'more' }] },
          ],
        },
        { title: 'Second' },
      ],
      environments: [{ title: 'production', variables: { A: '1', B: 'two words' } }],
    });
    installed = await installOp();
  });
  after(async () => {
    installed[Symbol.dispose]();
    await service[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    env = { OP_SERVICE_ACCOUNT_TOKEN: service.token };
    service.forget();
  });

  it('tells its version without a token', async () => {
    env = {};
    assert.deepEqual(await op('--version'), { code: 0, stdout: '2.35.0\n', stderr: '' });
    assert.equal(service.requests.length, 0);
  });

  it('knows the account of the token', async () => {
    assert.equal((await op('account get --account my')).code, 0);
    assert.deepEqual(await op('signin --account my --force --raw'), { code: 0, stdout: '', stderr: '' });
    assert.match((await op('whoami')).stdout, /User Type: +SERVICE_ACCOUNT/);
  });

  it('gives one field as an object, several as an array, an empty one without a value', async () => {
    const one = (await json('item get App --vault V --account my --fields label=DATABASE_URL')) as object;
    const reference = 'op://V/App/DATABASE_URL';
    const field = { type: 'CONCEALED', label: 'DATABASE_URL', value: 'postgres://db', reference };
    assert.deepEqual({ ...one, id: undefined }, { ...field, id: undefined });
    const two = (await json('item get App --vault V --fields label=DATABASE_URL,label=EMPTY')) as object[];
    assert.deepEqual(two[0], one);
    assert.ok(two[1] && !('value' in two[1]));
  });

  it('gives a whole item', async () => {
    const item = (await json('item get App --vault V')) as Record<string, unknown>;
    assert.deepEqual([item['title'], item['category']], ['App', 'LOGIN']);
    const labels = (item['fields'] as { label: string }[]).map(({ label }) => label);
    assert.deepEqual(labels, ['password', 'notesPlain', 'DATABASE_URL', 'API_TOKEN', 'EMPTY']);
  });

  it('finds fields by section, vaults and items by id', async () => {
    const vault = service.vault('V');
    const { uuid } = vault.find('Sections');
    const field = await json(`item get ${uuid} --vault ${vault.id} --fields label=Staging.KEY`);
    const { value, reference } = field as Record<string, unknown>;
    assert.deepEqual([value, reference], ['stage', 'op://V/Sections/Staging/KEY']);
  });

  it('shows the section of fields that people added in the apps', async () => {
    const field = (await json('item get Added --vault V --fields label=KEY')) as Record<string, unknown>;
    assert.deepEqual(field['section'], { id: 'add more' });
    assert.equal(field['reference'], 'op://V/Added/add more/KEY');
  });

  it('puts ids into references where a name has characters they cannot hold', async () => {
    const { uuid } = service.vault('V').find('Odd/Title ☃');
    const field = await json('item get --vault V --fields Schlüssel', 'Odd/Title ☃');
    const { id, reference } = field as Record<string, unknown>;
    assert.equal(reference, `op://V/${uuid}/${String(id)}`);
  });

  it('reads references as the SDK does', async () => {
    const options = { integrationName: 'test', integrationVersion: 'v1' };
    const client = await createClient({ auth: service.token, ...options });
    const paths = ['v/app/api_token', 'V/Sections/Staging/KEY', 'V/Added/add more/KEY', 'V/Rsa/private key'];
    for (const path of paths) {
      const { stdout } = await op('read --no-newline', `op://${path}`);
      assert.equal(stdout, await client.secrets.resolve(`op://${path}`), path);
    }
  });

  it('gives SSH keys in a form that ssh-keygen reads', async () => {
    for (const item of ['Ssh', 'Rsa']) {
      const { stdout } = await op('read -n', `op://V/${item}/private key?ssh-format=openssh`);
      writeFileSync(join(installed.folder, item), stdout, { mode: 0o600 });
      const derived = await installed.run('ssh-keygen', ['-y', '-f', item], {});
      assert.equal(derived.stdout.trim(), (await op('read -n', `op://V/${item}/public key`)).stdout);
    }
  });

  it('fills templates, reads Environments, lists vaults and items', async () => {
    const template = 'A={{ op://V/App/password }}\nB={{op://V/Sections/Production/KEY}}\n';
    writeFileSync(join(installed.folder, 'template'), template);
    assert.equal((await op('inject -i template')).stdout, 'A=pw\nB=prod\n');
    const { id } = service.vault('production');
    assert.equal((await op(`environment read ${id}`)).stdout, 'A=1\nB=two words\n');
    const names = ((await json('vault list')) as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(names, ['V', 'Second']);
    assert.equal(((await json('item list --vault V')) as unknown[]).length, 6);
  });

  it('tells the budget, which itself costs nothing', async () => {
    env['OP_SERVICE_ACCOUNT_TOKEN'] = service.addAccount({ readsPerHour: 50 }).token;
    await op('item get App --vault V');
    const rows = (await json('service-account ratelimit')) as Record<string, unknown>[];
    const expected = { type: 'token', action: 'read', limit: 50, used: 3, remaining: 47, reset: 3540 };
    assert.deepEqual(rows[1], expected); // by name costs 3 reads
  });
});
