/** What each rule about the vault says, read with the real SDK from vaults with that flaw. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { readProject } from '../../src/files/read-project.ts';
import { readLive } from '../../src/vault-to-servers/read-vault.ts';
import { signIn, type Session } from '../../src/onepassword/session/session.ts';
import { parseToken } from '../../src/onepassword/session/token.ts';
import { check } from '../../src/parity/check.ts';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { applyEdits } from '../../src/parity/edits/fix.ts';
import type { Finding } from '../../src/parity/model.ts';
import { distinctFindings, type Report } from '../../src/parity/report/report.ts';
import { startOnePassword, type OnePasswordService } from '../harness/onepassword/service.ts';
import type { ItemInput } from '../harness/onepassword/items.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const FETCH = 'kamal secrets fetch --adapter 1password --account my.1password.com';

let service: OnePasswordService;
let session: Session;
before(async () => {
  service = await startOnePassword();
  session = await signIn(parseToken(service.token), { version: '0.0.0' });
});
after(async () => {
  session?.[Symbol.dispose]();
  await service?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  service.forget();
  service.vaults.length = 0;
});

const shop = (...items: readonly ItemInput[]): void => void service.addVault({ title: 'Shop', items });

/** The names of the secrets that these lines assign, all asked for by the deploy file but those that hold a fetch. */
async function look(...lines: readonly string[]): Promise<Report> {
  const names = lines.flatMap((line) => (/fetch|^ALL=/.test(line) ? [] : (/^\w+/.exec(line) ?? [])));
  return lookAt({
    '.kamal/secrets': `KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n${lines.join('\n')}\n`,
    'config/deploy.yml': deployFile(names.length === 0 ? '' : envSecret(...names)),
  });
}

async function lookAt(files: Readonly<Record<string, string>>): Promise<Report> {
  using project = new TemporaryProject(files);
  const readings = readProject({ root: project.root, destinations: 'all' });
  return check((await readLive(session, readings)).project);
}

interface Said {
  readonly rule: string;
  readonly at: string;
  readonly message: string;
  readonly human: readonly string[];
  readonly agent: readonly string[];
  readonly finding: Finding;
}

/** Errors and warnings with the characters they point at. */
function said(report: Report): Said[] {
  return distinctFindings(report)
    .map(({ finding }) => finding)
    .filter(({ severity }) => severity !== 'info')
    .map((finding) => ({
      rule: finding.rule,
      at: report.sources.get(finding.span.file)?.text.slice(finding.span.start, finding.span.end) ?? '',
      message: finding.message,
      human: finding.fixes.flatMap(({ actor, title }) => (actor === 'human' ? [title] : [])),
      agent: finding.fixes.flatMap(({ actor, title }) => (actor === 'agent' ? [title] : [])),
      finding,
    }));
}

function only(report: Report): Said {
  const all = said(report);
  assert.equal(
    all.length,
    1,
    all.map(({ rule, message }) => `${rule}: ${message}`).join('\n') || 'nothing is said',
  );
  return all[0] ?? assert.fail();
}

/** The files after the one fix that an agent can make, looked at again. */
async function mended(report: Report): Promise<Report> {
  const { finding } = only(report);
  const fix = finding.fixes.find(({ actor, edits }) => actor === 'agent' && edits.length > 0);
  assert.ok(fix, 'no edit is known');
  const files = [...report.sources].map(([path, { text }]): [string, string] => [
    path,
    applyEdits(
      text,
      fix.edits.filter(({ file }) => file === path),
    ),
  ]);
  return lookAt(Object.fromEntries(files));
}

describe('vaults and items', () => {
  test('a vault whose name is mistyped: once for the fetch, at the name in --from, mended by an edit', async () => {
    shop({ title: 'Production', fields: { A: 'a-value', B: 'b-value' } });
    const report = await look(
      `S=$(${FETCH} --from Shopp/Production A B)`,
      'A=$(kamal secrets extract A $S)',
      'B=$(kamal secrets extract B $S)',
    );
    const { rule, at, message, human } = only(report);
    assert.deepEqual([rule, at], ['vault-missing', 'Shopp']);
    assert.match(
      message,
      /^This token sees no vault “Shopp”: did you mean “Shop”\? Kamal stops with “Could not read … from Production in the Shopp 1Password vault”/,
    );
    assert.match(human.join(), /Developer → Service accounts/);
    assert.deepEqual(said(await mended(report)), []);
  });

  test('vaults in the names themselves: each where it stands', async () => {
    shop({ title: 'Production', fields: { A: 'a-value' } });
    const report = await look(
      `S=$(${FETCH} Mail/App/A op://Shop/Production/A)`,
      'A=$(kamal secrets extract Shop/Production/A $S)',
      'B=$(kamal secrets extract Mail/App/A $S)',
    );
    const { at, message } = only(report);
    assert.equal(at, 'Mail');
    assert.match(message, /: it sees “Shop”\./);
  });

  test('an item that is mistyped, with a blank in the name', async () => {
    shop({ title: 'My App', fields: { A: 'a-value' } });
    const report = await look(`S=$(${FETCH} --from "Shop/My  App" A)`, 'A=$(kamal secrets extract A $S)');
    const { rule, at } = only(report);
    assert.deepEqual([rule, at], ['vault-item-missing', 'My  App']);
    assert.deepEqual(said(await mended(report)), []);
  });

  test('an item that is not there: what to create', async () => {
    shop({ title: 'Other' });
    const { human, message } = only(
      await look(
        `S=$(${FETCH} --from Shop/Production A B)`,
        'A=$(kamal secrets extract A $S)',
        'B=$(kamal secrets extract B $S)',
      ),
    );
    assert.match(message, /has no item “Production”: it has “Other”\./);
    assert.deepEqual(human, [
      'In 1Password, vault “Shop”, create the item “Production” with the fields `A` and `B`.',
    ]);
  });

  test('an item in the archive', async () => {
    shop({ title: 'Production', archived: true, fields: { A: 'a-value' } });
    const { message, human } = only(
      await look(`S=$(${FETCH} --from Shop/Production A)`, 'A=$(kamal secrets extract A $S)'),
    );
    assert.match(message, /an item with that name is in the archive/);
    assert.deepEqual(human, ['In 1Password, vault “Shop”, restore the item “Production” from the archive.']);
  });

  test('two items of one title; by id it is found', async () => {
    shop(
      { title: 'Production', fields: { A: 'one-value' } },
      { title: 'Production', fields: { A: 'two-value' } },
    );
    const { rule, agent } = only(
      await look(`S=$(${FETCH} --from Shop/Production A)`, 'A=$(kamal secrets extract A $S)'),
    );
    assert.equal(rule, 'vault-item-ambiguous');
    const ids = service.vault('Shop').items.map(({ uuid }) => uuid);
    assert.ok(
      ids.every((id) => agent.join().includes(id)),
      agent.join(),
    );
    const [vault, item] = [service.vault('Shop').id, ids[0] ?? ''];
    assert.deepEqual(
      said(await look(`S=$(${FETCH} --from ${vault}/${item} A)`, 'A=$(kamal secrets extract A $S)')),
      [],
    );
  });

  test('a vault that may not be read', async () => {
    shop({ title: 'Production', fields: { A: 'a-value' } });
    service.fail({ kind: 'status', status: 403, on: /items/ });
    const { rule, at, message } = only(
      await look(`S=$(${FETCH} --from Shop/Production A)`, 'A=$(kamal secrets extract A $S)'),
    );
    assert.deepEqual([rule, at], ['vault-not-readable', 'Shop']);
    assert.match(message, /sees the vault “Shop” but is not allowed to read its items\./);
  });
});

describe('fields', () => {
  const production = (...fields: readonly string[]): void => {
    const inputs = fields.map((name) => {
      const [label = '', section] = name.split('/').toReversed();
      return { label, value: `value of ${name}`, ...(section === undefined ? {} : { section }) };
    });
    shop({ title: 'Production', fields: inputs });
  };
  const slips: Readonly<Record<string, readonly [there: string, asked: string]>> = {
    case: ['DATABASE_URL', 'database_url'],
    'a hyphen': ['DATABASE-URL', 'DATABASE_URL'],
    'one letter': ['DATABASE_URL', 'DATABSE_URL'],
    'a section': ['Rails/DATABASE_URL', 'Kamal/DATABASE_URL'],
    'no section': ['DATABASE_URL', 'Rails/DATABASE_URL'],
  };
  for (const [what, [there, asked]] of Object.entries(slips)) {
    test(`a slip, ${what}: found, pointed at, and mended by an edit`, async () => {
      production(there);
      const tail = asked.split('/').at(-1) ?? '';
      const report = await look(
        `S=$(${FETCH} --from Shop/Production ${asked})`,
        `DATABASE_URL=$(kamal secrets extract ${tail} $S)`,
      );
      const { rule, at, message, human } = only(report);
      assert.deepEqual([rule, at], ['vault-field-missing', asked]);
      assert.ok(
        message.includes(`no field \`${asked}\``) && message.includes(`did you mean \`${there}\`?`),
        message,
      );
      assert.match(human.join(), /^In 1Password, vault “Shop”, item “Production”: (?:rename|move) the field/);
      assert.deepEqual(said(await mended(report)), []);
    });
  }

  test('a blank in the name: for a person to rename', async () => {
    production('DATABASE URL');
    const { human, finding } = only(
      await look(
        `S=$(${FETCH} --from Shop/Production DATABASE_URL)`,
        'DATABASE_URL=$(kamal secrets extract DATABASE_URL $S)',
      ),
    );
    assert.deepEqual(human, [
      'In 1Password, vault “Shop”, item “Production”: rename the field `DATABASE URL` to `DATABASE_URL`.',
    ]);
    assert.ok(finding.fixes.every(({ edits }) => edits.length === 0));
  });

  test('a section that is not there, and a field in none', async () => {
    production('Rails/OTHER');
    const { message, human } = only(
      await look(`S=$(${FETCH} --from Shop/Production Django/KEY)`, 'KEY=$(kamal secrets extract KEY $S)'),
    );
    assert.match(
      message,
      /There is no section “Django” in the item “Production” of the vault “Shop”: it has “Rails\/OTHER”\./,
    );
    assert.match(human.join(), /create a field named exactly `KEY` in the section “Django” and fill it in/);
  });

  test('an empty field is an error where it is extracted, and nothing where it is not', async () => {
    shop({ title: 'Production', fields: { A: '', B: 'b-value' } });
    const fetch = `S=$(${FETCH} --from Shop/Production A B)`;
    const { rule, at, message } = only(
      await look(fetch, 'B=$(kamal secrets extract B $S)', 'A=$(kamal secrets extract A $S)'),
    );
    assert.deepEqual([rule, at], ['vault-field-empty', 'A']);
    assert.match(message, /exists, but is empty\. Kamal says “Could not find secret A”/);
    assert.ok(
      said(await look(fetch, 'B=$(kamal secrets extract B $S)')).every(
        (each) => each.rule !== 'vault-field-empty',
      ),
    );
  });

  test('a whole item: extracts are judged by what it has', async () => {
    production('DATABASE_URL', 'Rails/MASTER_KEY');
    const fetch = `S=$(${FETCH} --from Shop/Production)`;
    const good = [
      'DATABASE_URL=$(kamal secrets extract DATABASE_URL $S)',
      'KEY=$(kamal secrets extract Rails/MASTER_KEY $S)',
    ];
    assert.deepEqual(said(await look(fetch, ...good)), []);
    const report = await look(fetch, ...good, 'REDIS=$(kamal secrets extract DATABASE_URI $S)');
    const { rule, at, message } = only(report);
    assert.deepEqual([rule, at], ['vault-field-missing', 'DATABASE_URI']);
    assert.match(message, /did you mean `DATABASE_URL`\? Kamal raises “Could not find secret DATABASE_URI”/);
    assert.deepEqual(said(await mended(report)), []);
  });

  test('the password field goes by the name of its item, also in a section', async () => {
    shop(
      { title: 'Database', fields: { password: 'p-value' } },
      { title: 'Mail', fields: [{ label: 'password', value: 'm-value', section: 'SMTP' }] },
    );
    const report = await look(
      `S=$(${FETCH} --from Shop Database Mail/SMTP/password)`,
      'DB=$(kamal secrets extract Database $S)',
      'MAIL=$(kamal secrets extract SMTP $S)',
    );
    assert.deepEqual(said(report), []);
  });

  test('unicode, quotes and slashes: under which key Kamal hands them on', async () => {
    shop({ title: "Bäcker's", fields: { größe: 'g-value', plain: 'p-value' } });
    const fetch = `S=$(${FETCH} --from "Shop/Bäcker's" größe plain)`;
    const report = await look(
      fetch,
      'PLAIN=$(kamal secrets extract plain $S)',
      'SIZE=$(kamal secrets extract größe $S)',
    );
    const { rule, at, message, human } = only(report);
    assert.deepEqual([rule, at], ['vault-key-differs', 'größe']);
    assert.match(
      message,
      /^Kamal returns `größe` of the item “Bäcker's” of the vault “Shop” as “Shop\/[a-z0-9]{26}\/[a-z0-9]+”/,
    );
    assert.match(human.join(), /rename the field `größe` so that it has only letters/);
    const [vault, item] = [service.vault('Shop'), service.vault('Shop').find("Bäcker's").uuid];
    const byId = `S=$(${FETCH} --from ${vault.id}/${item} plain)`;
    const path = await look(byId, `PLAIN=$(kamal secrets extract ${vault.id}/${item}/plain $S)`);
    assert.equal(only(path).rule, 'vault-key-differs');
    assert.deepEqual(said(await mended(path)), []);
  });

  test('a field that nobody fetches: a warning for what could be a variable, a note for the rest', async () => {
    shop({ title: 'Production', fields: { A: 'a-value', STRIPE_KEY: 's-value', comment: 'for people' } });
    const report = await look(`S=$(${FETCH} --from Shop/Production A)`, 'A=$(kamal secrets extract A $S)');
    const { rule, at, agent } = only(report);
    assert.deepEqual([rule, at], ['vault-field-unused', 'Shop/Production']);
    assert.match(agent.join(), /kamal-1password add STRIPE_KEY/);
    assert.ok(
      distinctFindings(report).some(
        ({ finding }) => finding.secret === 'comment' && finding.severity === 'info',
      ),
    );
  });

  test('a secret that is missing in the files but there in the vault needs no person', async () => {
    shop({ title: 'Production', fields: { A: 'a-value', STRIPE_KEY: 's-value' } });
    const report = await lookAt({
      '.kamal/secrets': `KAMAL_REGISTRY_PASSWORD=$P\nS=$(${FETCH} --from Shop/Production A)\nA=$(kamal secrets extract A $S)\n`,
      'config/deploy.yml': deployFile(envSecret('A', 'STRIPE_KEY')),
    });
    const { rule, human } = only(report);
    assert.deepEqual([rule, human], ['secret-missing', []]);
    assert.deepEqual(said(await mended(report)), []);
  });

  test('fields that another destination fetches are not unused', async () => {
    shop({ title: 'Production', fields: { A: 'a-value', B: 'b-value' } });
    const secrets = (name: string): string =>
      `KAMAL_REGISTRY_PASSWORD=$P\nS=$(${FETCH} --from Shop/Production ${name})\n${name}=$(kamal secrets extract ${name} $S)\n`;
    const report = await lookAt({
      '.kamal/secrets.one': secrets('A'),
      '.kamal/secrets.two': secrets('B'),
      'config/deploy.yml': `${deployFile()}require_destination: true\n`,
      'config/deploy.one.yml': envSecret('A'),
      'config/deploy.two.yml': envSecret('B'),
    });
    assert.deepEqual(said(report), []);
  });
});

describe('op read and Environments', () => {
  test('op read: each way of being wrong makes a blank secret', async () => {
    shop({ title: 'Production', fields: { A: 'a-value', EMPTY: '' } });
    const report = await look(
      'A=$(op read op://Shop/Production/A)',
      'B=$(op read "op://Shop/Production/AA" --no-newline)',
      'C=$(op read --account my op://Shop/Staging/A | tr -d x)',
      'D=$(op read op://Shop/Production/EMPTY)',
    );
    assert.deepEqual(
      said(report).map(({ rule, at, finding }) => [rule, at, finding.secret]),
      [
        ['vault-field-missing', 'AA', 'B'],
        ['vault-item-missing', 'Staging', null],
        ['vault-field-empty', 'EMPTY', 'D'],
      ],
    );
    for (const { message } of said(report)) assert.match(message, /Kamal deploys a blank [BCD]\.$/);
  });

  test('what the environment decides is not asked for', async () => {
    const report = await look(
      'A=$(op read op://$VAULT/Production/A)',
      `S=$(${FETCH} --from $FROM B)`,
      'B=$(kamal secrets extract B $S)',
    );
    assert.deepEqual(said(report), []);
    assert.equal(service.requests.length, 0);
    shop({ title: 'Production', fields: { B: 'b-value' } });
    const fetch = `S=$(kamal secrets fetch --adapter 1password --account $ACCOUNT --from Shop/Production C)`;
    assert.equal(only(await look(fetch, 'C=$(kamal secrets extract C $S)')).rule, 'vault-field-missing');
  });

  test('an Environment: its variables, one that is not there, one that is empty', async () => {
    const { id } = service.addEnvironment({
      title: 'production',
      variables: { DATABASE_URL: 'd-value', BLANK: '' },
    });
    const report = await look(
      `ALL=$(op environment read ${id})`,
      `DATABASE_URL=$(echo "$ALL" | grep '^DATABASE_URL=' | cut -d= -f2-)`,
      `STRIPE=$(op environment read ${id} | sed -n 's/^DATABASE_URI=//p')`,
      `BLANK=$(echo "$ALL" | grep ^BLANK= | cut -d= -f2-)`,
    );
    assert.deepEqual(
      said(report).map(({ rule, finding }) => [rule, finding.secret]),
      [
        ['vault-field-missing', 'STRIPE'],
        ['vault-field-empty', 'BLANK'],
      ],
    );
    assert.match(
      said(report)[0]?.message ?? '',
      /There is no variable DATABASE_URI in the Environment “[a-z2-7]{26}”: did you mean `DATABASE_URL`\?/,
    );
    const { rule, at } = only(await look('A=$(op environment read abcdefghijklmnopqrstuvwxyz)'));
    assert.deepEqual([rule, at], ['vault-not-readable', 'abcdefghijklmnopqrstuvwxyz']);
  });
});

describe('values that change on their way', () => {
  const changed = async (value: string, deploy = envSecret('A')): Promise<readonly Said[]> => {
    service.vaults.length = 0;
    shop({ title: 'Production', fields: { A: value } });
    const report = await lookAt({
      '.kamal/secrets': `KAMAL_REGISTRY_PASSWORD=$P\nS=$(${FETCH} --from Shop/Production A)\nA=$(kamal secrets extract A $S)\n`,
      'config/deploy.yml': deployFile(deploy),
    });
    return said(report);
  };

  test('the reason is named, the value is not', async () => {
    const reasons: Readonly<Record<string, RegExp>> = {
      one$two: /Kamal replaces a `\$` and the letters after it with a variable/,
      'one\\two': /doubles its backslashes/,
      'one\\$two': /removes the backslash before a `\$`/,
      'one\ntwo': /writes its line breaks as a backslash and an `n`/,
      'one\ttwo': /writes its tabs or control characters with a backslash/,
    };
    for (const [value, reason] of Object.entries(reasons)) {
      const [first, ...others] = await changed(value);
      assert.deepEqual([first?.rule, first?.at, others.length], ['value-changed-by-kamal', 'A', 0], value);
      assert.match(first?.message ?? '', reason);
      assert.ok(first?.human.length === 1 && first.agent.length > 0);
      assert.ok(!JSON.stringify(first).includes('two'));
    }
  });

  test('what arrives as it is, or loses a line end only, is no warning', async () => {
    for (const value of ['plain', 'with "quotes" (and) `ticks` # too', 'costs 5$ or $(so)', 'one line\n'])
      assert.deepEqual(await changed(value), [], value);
  });

  test('a certificate keeps its line ends on the way to the proxy, a value that nobody asks for is left alone', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----';
    const ssl = `proxy:\n  host: shop.example.com\n  ssl:\n    certificate_pem: A\n    private_key_pem: A\n`;
    assert.deepEqual(await changed(pem, ssl), []);
    assert.deepEqual(
      (await changed(pem)).map(({ rule }) => rule),
      ['value-changed-by-kamal'],
    );
  });
});
