import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import '../kamal/gems.ts';
import { kamalKey } from '../../../src/onepassword/vault/item.ts';
import { signIn, type Session } from '../../../src/onepassword/session/session.ts';
import { parseToken } from '../../../src/onepassword/session/token.ts';
import { readVaults } from '../../../src/onepassword/vault/vault.ts';
import { wantedByFetch } from '../../../src/onepassword/vault/field-request.ts';
import { installOp } from './op/installed.ts';
import { startOnePassword, type OnePasswordService } from './service.ts';

type Fetch = readonly [from: string, names: readonly string[]];
type Fetched = Readonly<Record<string, unknown>>;

const FETCHES: readonly Fetch[] = [
  ['My App/App', ['DATABASE_URL', 'EMPTY', 'password']],
  ['My App', ['App', 'App/DATABASE_URL', 'Sections/Production/HOST', 'Sections/Production/password']],
  ['op://My App/Sections', ['PLAIN', 'dotted.name']],
  ['My App/Sections', []],
  ['My App/Odd: "title"', []],
  ['My App/Key', ['public key', 'fingerprint', 'key type']],
];

describe('what the adapter of real Kamal fetches is what the vault reading says', () => {
  let service: OnePasswordService;
  let session: Session;
  let kamal: readonly Fetched[];
  before(async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    service = await startOnePassword({
      vaults: [
        {
          title: 'My App',
          items: [
            { title: 'App', fields: { DATABASE_URL: 'postgres://db', EMPTY: '', password: 'of the item' } },
            {
              title: 'Sections',
              notes: 'a note',
              fields: [
                { label: 'HOST', value: 'one', section: 'Production' },
                { label: 'password', value: 'two', section: 'Production' },
                { label: 'PLAIN', value: 'three' },
                { label: 'dotted.name', value: 'four' },
              ],
            },
            { title: 'Odd: "title"', fields: [{ label: 'ümlaut/slash', value: 'five' }] },
            {
              title: 'Key',
              category: 'SshKey',
              privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
            },
          ],
        },
      ],
    });
    session = await signIn(parseToken(service.token), { version: '0.0.0' });
    kamal = await fetchedByKamal(service.token);
  });
  after(async () => {
    session[Symbol.dispose]();
    await service[Symbol.asyncDispose]();
  });

  for (const [index, [from, names]] of FETCHES.entries()) {
    test(`${from}: ${names.join(', ') || 'everything'}`, async () => {
      const fetched = kamal[index] ?? {};
      assert.deepEqual(await readingOf(session, from, names), fetched);
      assert.ok(Object.keys(fetched).length > 0);
    });
  }
});

/** Keys and values of each fetch, null for a field without a value. */
async function fetchedByKamal(token: string): Promise<readonly Fetched[]> {
  using op = await installOp();
  const ruby = `
    require "json"
    require "kamal"
    adapter = Kamal::Secrets::Adapters.lookup("1password")
    puts JSON.generate(JSON.parse(ARGV[0]).map { |from, names| adapter.fetch(names, account: "acme", from: from) })
  `;
  const ran = await op.run('ruby', ['-e', ruby, JSON.stringify(FETCHES)], {
    OP_SERVICE_ACCOUNT_TOKEN: token,
  });
  assert.equal(ran.code, 0, ran.stderr);
  return JSON.parse(ran.stdout) as Fetched[];
}

async function readingOf(session: Session, from: string, names: readonly string[]): Promise<Fetched> {
  const { answers } = await readVaults(session, wantedByFetch(from, names), { values: true });
  const fields = answers.flatMap((answer) => {
    assert.ok(answer.kind === 'found' || answer.kind === 'empty', answer.kind);
    return answer.fields;
  });
  return Object.fromEntries(
    fields.map((field) => [kamalKey(field), field.isEmpty ? null : field.value?.reveal()]),
  );
}
