/** One table: what is missing, empty, ambiguous, unused or changed on its way, whichever way 1Password is asked. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readProject } from '../../src/files/read-project.ts';
import { signIn, type Session } from '../../src/onepassword/session/session.ts';
import { parseToken } from '../../src/onepassword/session/token.ts';
import { check } from '../../src/parity/check.ts';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { ENVIRONMENT, withOpEnvironment } from '../../src/parity/examples/environment-example.ts';
import type { ExampleFiles } from '../../src/parity/rule.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { connectSession } from '../../src/onepassword/connect/session.ts';
import { parseConnect } from '../../src/onepassword/connect/server.ts';
import { ConnectService } from '../harness/onepassword/connect.ts';
import { Failure } from '../../src/base/failure.ts';
import { Secret } from '../../src/onepassword/vault/secret.ts';
import { requireUsable, variablesForKamal } from '../../src/vault-to-servers/environments.ts';
import { readLive } from '../../src/vault-to-servers/read-vault.ts';
import type { FieldInput } from '../harness/onepassword/items.ts';
import { startOnePassword, type OnePasswordService } from '../harness/onepassword/service.ts';
import { Vault } from '../harness/onepassword/vault.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

type Held = readonly (readonly [name: string, value: string])[];

interface Flaw {
  readonly what: string;
  /** What 1Password holds beside the registry's password; the project asks for `A` and `B`. */
  readonly held: Held;
  /** Rule and severity of what is said, by source. */
  readonly vault: readonly string[];
  readonly environment: readonly string[];
}

const WELL: Held = [
  ['A', 'value-of-a'],
  ['B', 'value-of-b'],
];

const FLAWS: readonly Flaw[] = [
  { what: 'nothing is wrong', held: WELL, vault: [], environment: [] },
  {
    what: 'missing',
    held: WELL.slice(0, 1),
    vault: ['error vault-field-missing B'],
    environment: ['error environment-variable-missing B'],
  },
  {
    what: 'empty',
    held: [...WELL.slice(0, 1), ['B', '']],
    vault: ['error vault-field-empty B'],
    environment: ['error environment-variable-empty B'],
  },
  {
    what: 'ambiguous',
    held: [...WELL, ['B', 'another']],
    vault: ['error vault-item-ambiguous null'],
    environment: ['error environment-variable-twice B'],
  },
  {
    what: 'unused',
    held: [...WELL, ['C', 'value-of-c']],
    vault: ['warning vault-field-unused C'],
    environment: ['info environment-variable-unused C'],
  },
  {
    what: 'changed on its way: a line end',
    held: [...WELL.slice(0, 1), ['B', 'two\nlines']],
    vault: ['warning value-changed-by-kamal B'],
    environment: ['warning value-changed-by-kamal B'],
  },
  {
    what: 'changed on its way, but only through fetch and extract',
    held: [...WELL.slice(0, 1), ['B', 'made$up']],
    vault: ['warning value-changed-by-kamal B'],
    environment: [],
  },
];

const FETCHED: ExampleFiles = {
  '.kamal/secrets':
    fetchLine('KAMAL_REGISTRY_PASSWORD', 'A', 'B') + extractLines('KAMAL_REGISTRY_PASSWORD', 'A', 'B'),
  'config/deploy.yml': deployFile(envSecret('A', 'B')),
};
const TAKEN = withOpEnvironment(['A', 'B']);

/** What is said beside the notes that every project of the kind has. */
async function said(session: Session, files: ExampleFiles): Promise<string[]> {
  using project = new TemporaryProject(files);
  const { project: known } = await readLive(
    session,
    readProject({ root: project.root, destinations: [null] }),
  );
  return (
    distinctFindings(check(known))
      .map(({ finding }) => finding)
      // What is said of the example's workflow is about something else.
      .filter(({ rule }) => !rule.startsWith('workflow-'))
      .map(({ severity, rule, secret }) => `${severity} ${rule} ${secret}`)
  );
}

/** All of every finding. */
async function everything(session: Session, files: ExampleFiles): Promise<unknown> {
  using project = new TemporaryProject(files);
  const { project: known } = await readLive(
    session,
    readProject({ root: project.root, destinations: [null] }),
  );
  return distinctFindings(check(known)).map(({ finding }) => finding);
}

describe('the same flaws through', () => {
  let service: OnePasswordService;
  let session: Session;
  let connect: ConnectService;
  let throughConnect: Session;
  before(async () => {
    service = await startOnePassword();
    session = await signIn(parseToken(service.token), { version: '0.0.0' });
    connect = await ConnectService.start(service.vaults);
    throughConnect = connectSession(parseConnect(connect.url, connect.token), {});
  });
  after(async () => {
    throughConnect?.[Symbol.dispose]();
    await connect?.[Symbol.asyncDispose]();
    session?.[Symbol.dispose]();
    await service?.[Symbol.asyncDispose]();
  });

  const fieldsOf = (held: Held): FieldInput[] =>
    [['KAMAL_REGISTRY_PASSWORD', 'the-password'] as const, ...held].map(([label, value], index) => ({
      label,
      value,
      id: `field${index}`,
    }));

  for (const { what, held, vault, environment } of FLAWS) {
    test(`a vault, by token and through Connect: ${what}`, async () => {
      service.vaults.length = 0;
      const isTwice = new Set(held.map(([name]) => name)).size < held.length;
      // In a vault it is the item that there may be twice: two fields of one name are one key.
      const items = isTwice ? [WELL, WELL] : [held];
      service.addVault({
        title: 'Shop',
        items: items.map((each) => ({ title: 'Production', fields: fieldsOf(each) })),
      });
      assert.deepEqual(await said(session, FETCHED), vault);
      assert.deepEqual(await said(throughConnect, FETCHED), vault, 'through Connect');
    });

    test(`an Environment: ${what}`, async () => {
      service.vaults.length = 0;
      const items = [{ title: 'E', category: 'SecureNote' as const, fields: fieldsOf(held) }];
      service.vaults.push(new Vault({ id: ENVIRONMENT, title: 'E', items }, 'D'));
      assert.deepEqual(await said(session, TAKEN), environment);
    });
  }

  test('what is said of vaults and items is the same to the letter, by token and through Connect', async () => {
    const wrong = (from: string): ExampleFiles => ({
      ...FETCHED,
      '.kamal/secrets': (FETCHED['.kamal/secrets'] ?? '').replace('Shop/Production', from),
    });
    service.vaults.length = 0;
    service.addVault({
      title: 'Shop',
      items: [
        { title: 'Production', fields: [...fieldsOf(WELL), { label: 'D', value: 'd', section: 'Keys' }] },
        { title: 'Old', fields: fieldsOf(WELL), archived: true },
        { title: 'Twice', fields: fieldsOf(WELL) },
        { title: 'Twice', fields: fieldsOf(WELL) },
      ],
    });
    service.addVault({ title: 'Twins' });
    service.addVault({ title: 'Twins' });
    for (const from of [
      'Shop/Production',
      'Shopp/Production',
      'Shop/Produktion',
      'Shop/Old',
      'Shop/Twice',
      'Twins/X',
    ]) {
      const [one, other] = await Promise.all([
        everything(session, wrong(from)),
        everything(throughConnect, wrong(from)),
      ]);
      assert.deepEqual(other, one, from);
    }
  });

  test('an Environment that is not there, and one of another account: one finding, and nothing else', async () => {
    service.vaults.length = 0;
    assert.deepEqual(await said(session, TAKEN), ['error environment-missing null']);
  });
});

test('a variable that no environment can hold never reaches Kamal', () => {
  using project = new TemporaryProject({
    '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nA=$A\n',
    'config/deploy.yml': deployFile(envSecret('A')),
  });
  const [readings] = readProject({ root: project.root, destinations: 'all' }).destinations;
  assert.ok(readings);
  const holding = (name: string, text: string) => ({
    id: ENVIRONMENT,
    variables: [{ name, value: new Secret(text), isEmpty: false }],
  });
  assert.deepEqual(variablesForKamal(readings, holding('A', 'one\ntwo')), { A: 'one\ntwo' });
  assert.deepEqual(variablesForKamal(readings, holding('B', 'a\0b')), {}, 'one that no one takes');
  assert.throws(
    () => requireUsable(variablesForKamal(readings, holding('A', 'half\0other-half')), ENVIRONMENT),
    (error: unknown) =>
      error instanceof Failure &&
      error.code === 'environment-variable-unusable' &&
      !/half/.test(error.message),
  );
});
