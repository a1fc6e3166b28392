import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { readEnvironment } from '../../../src/onepassword/vault/environment.ts';
import { kamalKey } from '../../../src/onepassword/vault/item.ts';
import { opensshForm } from '../../../src/onepassword/vault/openssh-form.ts';
import type { RetryPatience } from '../../../src/onepassword/session/patience.ts';
import { signIn, type Session } from '../../../src/onepassword/session/session.ts';
import { parseToken } from '../../../src/onepassword/session/token.ts';
import { readVaults, type FieldAnswer } from '../../../src/onepassword/vault/vault.ts';
import {
  wantedByFetch,
  wantedByReference,
  type FieldRequest,
} from '../../../src/onepassword/vault/field-request.ts';
import { assertNoLeak } from '../../harness/onepassword/leak.ts';
import { startOnePassword, type OnePasswordService } from '../../harness/onepassword/service.ts';
import { patient } from '../../harness/patient.ts';

const PATIENCE: RetryPatience = { tries: 3, firstPause: 5, perTry: patient(10_000), inAll: patient(30_000) };
const PRIVATE_KEY = String(
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
);
const VALUES = {
  DATABASE_URL: 'postgres://app:hunter2hunter2@db/app',
  REDIS_URL: 'redis://:correct-horse-battery@redis',
  RAILS_MASTER_KEY: '0123456789abcdef0123456789abcdef',
  REGISTRY_PASSWORD: 'ghp_registrypasswordregistry',
} as const;
const SECRETS = Object.values(VALUES);

let service: OnePasswordService;
let session: Session;
before(async () => {
  service = await startOnePassword({
    vaults: [
      {
        title: 'MyApp',
        items: [
          { title: 'App', fields: { ...VALUES, EMPTY: '', password: 'the-password-of-the-item' } },
          { title: 'Server', fields: { SSH_KEY: PRIVATE_KEY, KNOWN_HOSTS: 'example.org ssh-ed25519 AAAA' } },
          { title: 'Deploy key', category: 'SshKey', privateKey: PRIVATE_KEY },
          {
            title: 'Sections',
            category: 'SecureNote',
            notes: 'a note',
            fields: [
              { label: 'HOST', value: 'one.example', section: 'Production' },
              { label: 'HOST', value: 'two.example', section: 'Staging' },
              { label: 'ONLY', value: 'here', section: 'Production' },
              { label: 'dotted.name', value: 'dots' },
            ],
          },
          {
            title: 'Schlüssel & "Kram"',
            fields: [
              { label: 'Größe/Maß', value: 'groß' },
              { label: "it's a field", value: 'quoted' },
              { label: '鍵', value: 'kagi' },
            ],
          },
          { title: 'Twin', fields: { A: 'first' } },
          { title: 'Twin', fields: { A: 'second' } },
          { title: 'Old', archived: true, fields: { A: 'archived' } },
        ],
      },
      { title: 'Shared', items: [{ title: 'Mail', fields: { SMTP_PASSWORD: 'smtp-smtp-smtp' } }] },
      { title: 'Double', items: [] },
      { title: 'Double', items: [] },
    ],
    environments: [{ title: 'production', variables: { API_TOKEN: 'api-token-value', BLANK: '' } }],
  });
  session = await signIn(parseToken(service.token), { version: '0.0.0', patience: PATIENCE });
});
after(async () => {
  session[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(() => service.forget());

async function read(wanted: readonly FieldRequest[]): Promise<readonly FieldAnswer[]> {
  const { answers } = await readVaults(session, wanted, { values: true });
  assert.equal(answers.length, wanted.length);
  assertNoLeak(answers, SECRETS);
  return answers;
}

async function fetched(from: string | null, ...names: readonly string[]): Promise<readonly FieldAnswer[]> {
  return read(wantedByFetch(from, names));
}

async function referred(reference: string): Promise<FieldAnswer> {
  const wanted = wantedByReference(reference) ?? assert.fail('not a reference');
  const [answer] = await read([wanted]);
  return answer ?? assert.fail('no answer');
}

/** The values that an answer found, by title. */
function valuesOf(answer: FieldAnswer | undefined): Record<string, string | undefined> {
  assert.ok(answer?.kind === 'found' || answer?.kind === 'empty', `it is ${answer?.kind}`);
  return Object.fromEntries(answer.fields.map(({ title, value }) => [title, value?.reveal()]));
}

describe('what is there', () => {
  test('fields by name, in the order they were asked for', async () => {
    const answers = await fetched('MyApp/App', 'REDIS_URL', 'DATABASE_URL', 'EMPTY');
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['found', 'found', 'empty'],
    );
    assert.deepEqual(valuesOf(answers[0]), { REDIS_URL: VALUES.REDIS_URL });
    assert.deepEqual(valuesOf(answers[1]), { DATABASE_URL: VALUES.DATABASE_URL });
  });

  test('by id, of vault, item and field', async () => {
    const [byName] = await fetched('MyApp/App', 'DATABASE_URL');
    assert.ok(byName?.kind === 'found');
    const ids = [byName.item.vault.id, byName.item.id, byName.fields[0]?.id].join('/');
    assert.deepEqual(valuesOf((await fetched(null, ids))[0]), { DATABASE_URL: VALUES.DATABASE_URL });
  });

  test('but for case, as 1Password takes references', async () => {
    const answer = await referred('op://myapp/APP/database_url');
    assert.deepEqual(valuesOf(answer), { DATABASE_URL: VALUES.DATABASE_URL });
    assert.equal(await session.resolve('op://myapp/APP/database_url'), VALUES.DATABASE_URL);
  });

  test('no field: the password', async () => {
    assert.deepEqual(valuesOf((await fetched('MyApp', 'App'))[0]), { password: 'the-password-of-the-item' });
  });

  test('the whole item, notes included', async () => {
    const [answer] = await fetched('MyApp/App');
    assert.ok(answer?.kind === 'found');
    const names = answer.fields.map(({ title }) => title).toSorted();
    assert.deepEqual(names, [...Object.keys(VALUES), 'EMPTY', 'notesPlain', 'password'].toSorted());
    assert.deepEqual(
      answer.fields.filter(({ isBuiltIn }) => isBuiltIn).map(({ id }) => id),
      ['password', 'notesPlain'],
    );
  });

  test('several vaults and items at once', async () => {
    const answers = await fetched(null, 'MyApp/Server/KNOWN_HOSTS', 'Shared/Mail/SMTP_PASSWORD', 'MyApp/App');
    assert.deepEqual(
      answers.map((answer) => Object.values(valuesOf(answer))),
      [['example.org ssh-ed25519 AAAA'], ['smtp-smtp-smtp'], ['the-password-of-the-item']],
    );
  });

  test('a field of a section', async () => {
    const answers = await fetched('MyApp/Sections', 'Production/HOST', 'Staging/HOST', 'Production.ONLY');
    assert.deepEqual(
      answers.map((answer) => valuesOf(answer)),
      [{ HOST: 'one.example' }, { HOST: 'two.example' }, { ONLY: 'here' }],
    );
    assert.deepEqual(valuesOf(await referred('op://MyApp/Sections/Staging/HOST')), { HOST: 'two.example' });
  });

  test('a name that two sections have: both', async () => {
    const [answer] = await fetched('MyApp/Sections', 'HOST');
    assert.ok(answer?.kind === 'found');
    assert.deepEqual(
      answer.fields.map(({ section }) => section?.title),
      ['Production', 'Staging'],
    );
  });

  test('a name with a dot is a name first', async () => {
    assert.deepEqual(valuesOf((await fetched('MyApp/Sections', 'dotted.name'))[0]), {
      'dotted.name': 'dots',
    });
  });

  test('unicode, quotes, slashes and blanks', async () => {
    const answers = await fetched('MyApp/Schlüssel & "Kram"', "it's a field", '鍵');
    assert.deepEqual(
      answers.map((answer) => Object.values(valuesOf(answer))[0]),
      ['quoted', 'kagi'],
    );
    const [whole] = await fetched('MyApp/Schlüssel & "Kram"');
    assert.equal(valuesOf(whole)['Größe/Maß'], 'groß');
  });

  test('the keys under which Kamal hands fields on', async () => {
    const keysOf = (answer: FieldAnswer | undefined): readonly string[] =>
      answer?.kind === 'found' ? answer.fields.map((field) => kamalKey(field)) : [];
    const answers = await fetched('MyApp', 'App/DATABASE_URL', 'App', 'Sections/Production/HOST');
    assert.deepEqual(
      answers.flatMap((answer) => keysOf(answer)),
      ['MyApp/App/DATABASE_URL', 'MyApp/App', 'MyApp/Sections/Production/HOST'],
    );
    // Characters that a reference cannot hold: the id stands there instead.
    const [odd] = await fetched('MyApp/Schlüssel & "Kram"', "it's a field");
    assert.ok(odd?.kind === 'found');
    assert.deepEqual(keysOf(odd), [`MyApp/${odd.item.id}/${odd.fields[0]?.id}`]);
  });

  test('when the item was last changed', async () => {
    const [answer] = await fetched('MyApp/App', 'DATABASE_URL');
    assert.ok(answer?.kind === 'found');
    const age = Date.now() - answer.item.updatedAt.getTime();
    assert.ok(age >= 0 && age < 600_000, `${age} ms`);
  });

  test('no values unless they are asked for', async () => {
    const { items } = await readVaults(session, wantedByFetch('MyApp/App', []));
    const fields = items.flatMap((item) => item.fields);
    assert.ok(fields.length > 5);
    assert.ok(fields.every(({ value }) => value === null));
    assert.deepEqual(
      fields.filter(({ isEmpty }) => isEmpty).map(({ title }) => title),
      ['EMPTY', 'notesPlain'],
    );
  });

  test('an SSH key as the four fields that op shows', async () => {
    const answers = await fetched('MyApp/Deploy key', 'public key', 'fingerprint', 'private key', 'key type');
    const [publicKey, fingerprint, privateKey, type] = answers.map(
      (answer) => Object.values(valuesOf(answer))[0],
    );
    assert.match(publicKey ?? '', /^ssh-ed25519 AAAA/);
    assert.match(fingerprint ?? '', /^SHA256:/);
    assert.match(privateKey ?? '', /PRIVATE KEY/);
    assert.match(type ?? '', /ed25519/i);
  });

  test('an SSH key in the format of OpenSSH', async () => {
    const answer = await referred('op://MyApp/Deploy key/private key');
    assert.ok(answer.kind === 'found');
    const [field] = answer.fields;
    assert.ok(field);
    assert.match(field.value?.reveal() ?? '', /^-----BEGIN PRIVATE KEY-----/);
    const key = await opensshForm(session, answer.item, field);
    assert.match(key.reveal(), /^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
  });
});

describe('what is not there, and what is there instead', () => {
  test('a vault', async () => {
    const [answer] = await fetched('MyApps/App', 'X');
    assert.ok(answer?.kind === 'vault-missing');
    assert.deepEqual(answer.vaults.toSorted(), ['Double', 'Double', 'MyApp', 'Shared']);
  });

  test('one vault of that title among two', async () => {
    const [answer] = await fetched('Double/App', 'X');
    assert.ok(answer?.kind === 'vault-ambiguous');
    assert.equal(new Set(answer.ids).size, 2);
  });

  test('an item', async () => {
    const [answer] = await fetched('MyApp/Apps', 'X');
    assert.ok(answer?.kind === 'item-missing');
    assert.equal(answer.isArchived, false);
    assert.ok(answer.items.includes('App') && answer.items.includes('Server'));
  });

  test('an item that is in the archive', async () => {
    const [answer] = await fetched('MyApp/Old', 'A');
    assert.ok(answer?.kind === 'item-missing');
    assert.equal(answer.isArchived, true);
  });

  test('one item of that title among two', async () => {
    const [answer] = await fetched('MyApp/Twin', 'A');
    assert.ok(answer?.kind === 'item-ambiguous');
    assert.equal(new Set(answer.ids).size, 2);
    const [byId] = await fetched(`MyApp/${answer.ids[0]}`, 'A');
    assert.equal(byId?.kind, 'found');
  });

  test('a field', async () => {
    const [answer] = await fetched('MyApp/App', 'DATABASE-URL');
    assert.ok(answer?.kind === 'field-missing');
    assert.ok(answer.fields.some(({ title }) => title === 'DATABASE_URL'));
    assert.equal((await referred('op://MyApp/App/DATABASE-URL')).kind, 'field-missing');
  });

  test('a field that differs in case only: Kamal would hand on the other spelling', async () => {
    const [answer] = await fetched('MyApp/App', 'database_url');
    assert.ok(answer?.kind === 'field-missing');
    assert.ok(answer.fields.some(({ title }) => title === 'DATABASE_URL'));
  });

  test('a field of a section', async () => {
    const [answer] = await fetched('MyApp/Sections', 'Staging/ONLY');
    assert.ok(answer?.kind === 'field-missing');
    assert.deepEqual(
      answer.fields.map(({ title, section }) => [section?.title, title]),
      [['Staging', 'HOST']],
    );
  });

  test('a section', async () => {
    const answers = [
      ...(await fetched('MyApp/Sections', 'Prod/HOST')),
      await referred('op://MyApp/Sections/Prod/HOST'),
    ];
    for (const answer of answers) {
      assert.ok(answer.kind === 'section-missing');
      assert.deepEqual(answer.sections, ['Production', 'Staging']);
    }
  });

  test('a vault that a Kamal name left empty', async () => {
    assert.equal((await fetched(null, ''))[0]?.kind, 'vault-missing');
  });
});

describe('few requests', () => {
  const SIGN_IN = 4;

  test('the shape most projects have, 6 references to 2 items of 1 vault: 8', async () => {
    using fresh = await signIn(parseToken(service.token), { version: '0.0.0' });
    const wanted = [
      ...wantedByFetch('MyApp/App', Object.keys(VALUES)),
      ...wantedByFetch('MyApp/Server', ['SSH_KEY', 'KNOWN_HOSTS']),
    ];
    const { answers } = await readVaults(fresh, wanted, { values: true });
    assert.ok(answers.every(({ kind }) => kind === 'found'));
    assert.equal(service.requests.length, SIGN_IN + 4);
    assert.equal(fresh.requestsMade, service.requests.length);
  });

  test('60 fields of 6 items: 8 too', async () => {
    const labels = Array.from({ length: 10 }, (_, index) => `FIELD_${index}`);
    const items = Array.from({ length: 6 }, (_, index) => `Item ${index}`);
    await using large = await startOnePassword({
      vaults: [
        {
          title: 'Large',
          items: items.map((title) => ({
            title,
            fields: labels.map((label) => ({ label, value: `${title}/${label}` })),
          })),
        },
      ],
    });
    using fresh = await signIn(parseToken(large.token), { version: '0.0.0' });
    const wanted = items.flatMap((item) => wantedByFetch(`Large/${item}`, labels));
    const { answers } = await readVaults(fresh, wanted, { values: true });
    assert.deepEqual(
      answers.map((answer) => Object.values(valuesOf(answer))[0]),
      items.flatMap((item) => labels.map((label) => `${item}/${label}`)),
    );
    assert.equal(large.requests.length, SIGN_IN + 4);
    assert.equal(fresh.requestsMade, large.requests.length);
  });

  test('more than fifty items come in batches', async () => {
    const vault = service.addVault({ title: 'Many' });
    const titles = Array.from({ length: 60 }, (_, index) => `Item ${index}`);
    for (const title of titles) vault.addItem({ title, fields: { A: title } });
    const answers = await fetched('Many', ...titles.map((title) => `${title}/A`));
    assert.deepEqual(
      answers.map((answer) => valuesOf(answer)['A']),
      titles,
    );
    assert.equal(service.calls().filter((call) => call.endsWith('/items/batch')).length, 2);
  });

  test('nothing wanted: none', async () => {
    assert.deepEqual(await readVaults(session, []), { visible: [], listed: [], items: [], answers: [] });
    assert.equal(service.requests.length, 0);
  });
});

describe('when the service does badly', () => {
  test('a batch whose answers come in the wrong order swaps nothing', async () => {
    service.fail({ kind: 'reorder', on: /batch/ });
    const answers = await fetched('MyApp', 'App/DATABASE_URL', 'Server/KNOWN_HOSTS', 'Sections/ONLY');
    assert.deepEqual(
      answers.map((answer) => Object.values(valuesOf(answer))[0]),
      [VALUES.DATABASE_URL, 'example.org ssh-ed25519 AAAA', 'here'],
    );
    assert.ok(service.calls().some((call) => call.endsWith('/items/batch')));
  });

  test('a vault that may not be read is told, the others are read', async () => {
    service.fail({ kind: 'status', status: 403, on: new RegExp(`${service.vault('Shared').id}/items`) });
    const [refused, other] = await fetched(null, 'Shared/Mail/SMTP_PASSWORD', 'MyApp/App/DATABASE_URL');
    assert.ok(refused?.kind === 'vault-not-readable');
    assert.equal(refused.vault.title, 'Shared');
    assert.equal(other?.kind, 'found');
  });

  for (const on of [/vaults/, /overviews/, /batch/]) {
    test(`${on.source}: 500 and a broken connection pass, 429 does not`, async () => {
      service.fail({ kind: 'status', status: 500, on, times: 1 });
      assert.equal((await fetched('MyApp/App', 'DATABASE_URL'))[0]?.kind, 'found');
      service.fail({ kind: 'truncate', on, times: 1 });
      assert.equal((await fetched('MyApp/App', 'DATABASE_URL'))[0]?.kind, 'found');
      service.forget();
      service.fail({ kind: 'status', status: 429, headers: { 'retry-after': '90' }, on });
      await assert.rejects(fetched('MyApp/App', 'DATABASE_URL'), (error) => {
        assert.ok(error instanceof Failure);
        assert.equal(error.code, 'rate-limited');
        assert.match(error.message, /It resets in 90 s/);
        return true;
      });
      assert.equal(service.requests.filter(({ status }) => status === 429).length, 1);
    });
  }

  test('an item that vanishes between list and batch', async () => {
    const vault = service.addVault({ title: 'Fading', items: [{ title: 'App', fields: { A: 'x' } }] });
    const id = vault.find('App').uuid;
    service.fail({ kind: 'delay', ms: 100, on: /batch/ });
    const reading = fetched('Fading/App', 'A');
    await new Promise<void>((resolve) => {
      const poll = setInterval(() => {
        if (!service.calls().some((call) => call.endsWith('/items/batch'))) return;
        clearInterval(poll);
        resolve();
      }, 1);
    });
    vault.removeItem('App');
    const [answer] = await reading;
    assert.ok(answer?.kind === 'item-not-readable');
    assert.equal(answer.id, id);
  });

  test('a token that sees nothing', async () => {
    const { token } = service.addAccount({ vaults: [] });
    using blind = await signIn(parseToken(token), { version: '0.0.0' });
    const { visible, answers } = await readVaults(blind, wantedByFetch('MyApp/App', ['X']));
    assert.deepEqual(visible, []);
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['vault-missing'],
    );
  });

  test('a token that sees one vault of two', async () => {
    const { token } = service.addAccount({ vaults: ['Shared'] });
    using narrow = await signIn(parseToken(token), { version: '0.0.0' });
    const { answers } = await readVaults(
      narrow,
      wantedByFetch(null, ['MyApp/App/X', 'Shared/Mail/SMTP_PASSWORD']),
    );
    assert.ok(answers[0]?.kind === 'vault-missing');
    assert.deepEqual(answers[0].vaults, ['Shared']);
    assert.equal(answers[1]?.kind, 'found');
  });
});

describe('Environments', () => {
  test('their variables, values only where asked for', async () => {
    const { id } = service.vault('production');
    const names = await readEnvironment(session, id);
    assert.deepEqual(names, [
      { name: 'API_TOKEN', isEmpty: false, value: null },
      { name: 'BLANK', isEmpty: true, value: null },
    ]);
    const values = await readEnvironment(session, id, { values: true });
    assert.deepEqual(
      values.map(({ value }) => value?.reveal()),
      ['api-token-value', ''],
    );
    assertNoLeak(values, ['api-token-value']);
  });

  for (const id of ['abcdefghijklmnopqrstuvwxyz', 'production']) {
    test(`${id}: one that is not there`, async () => {
      await assert.rejects(readEnvironment(session, id), (error) => {
        assert.ok(error instanceof Failure);
        assert.equal(error.code, 'environment-missing');
        assert.ok(error.message.includes(`Environment \`${id}\` does not exist`));
        return true;
      });
    });
  }
});
