/** `check --live` over the wire with the real SDK: what it asks, what it says when the service does badly, what it never writes. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import type { Fault } from '../harness/onepassword/faults.ts';
import { startOnePassword, type OnePasswordService } from '../harness/onepassword/service.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { captured, type Captured } from '../harness/terminal/captured.ts';

/** A project that fetches fields of items of the vault Shop, one fetch for each item, and extracts and uses them all. */
function projectOf(items: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const lines = Object.entries(items).flatMap(([item, names], index) => [
    `S${index}=$(kamal secrets fetch --adapter 1password --account my.1password.com --from Shop/${item} ${names.join(' ')})`,
    ...names.map((name) => `${name}=$(kamal secrets extract ${item}/${name} $S${index})`),
  ]);
  const names = Object.values(items).flat();
  return {
    '.kamal/secrets': `KAMAL_REGISTRY_PASSWORD=$P\n${lines.join('\n')}\n`,
    'config/deploy.yml': deployFile(envSecret(...names)),
  };
}

const valueOf = (name: string): string => `the secret value of ${name}: $expanded\nand its second line`;

describe('check --live', () => {
  let service: OnePasswordService;
  const written: Record<string, string> = {};
  before(async () => {
    service = await startOnePassword();
  });
  after(() => service?.[Symbol.asyncDispose]());
  beforeEach(() => {
    service.forget();
    service.vaults.length = 0;
  });

  const fill = (
    items: Readonly<Record<string, readonly string[]>>,
    value: (name: string) => string = valueOf,
  ): void => {
    service.addVault({
      title: 'Shop',
      items: Object.entries(items).map(([title, names]) => ({
        title,
        fields: Object.fromEntries(names.map((name) => [name, value(name)])),
      })),
    });
  };
  const checked = async (
    files: Readonly<Record<string, string>>,
    words: readonly string[] = [],
    token = service.token,
  ): Promise<Captured> => {
    using project = new TemporaryProject(files);
    const ran = await captured(project.root, ['check', '--live', ...words], {
      OP_SERVICE_ACCOUNT_TOKEN: token,
    });
    const name = `${Object.keys(written).length}`;
    written[`out ${name}`] = ran.out;
    written[`err ${name}`] = ran.err;
    return ran;
  };
  const SMALL = { App: ['A', 'B', 'C', 'D'], Mail: ['E', 'F'] };

  test('6 references to 2 items of 1 vault: 8 requests', async () => {
    fill(SMALL, (name) => `plain-${name}`);
    const { code, out } = await checked(projectOf(SMALL));
    assert.equal(code, 0, out);
    assert.match(
      out,
      /^✓ All 7 secrets that Kamal asks for are assigned, and everything they fetch is in 1Password\./,
    );
    assert.equal(service.requests.length, 8);
  });

  test('fields that nothing fetches: a few are findings each, many are one, with their names', async () => {
    const unused = (count: number): string[] => Array.from({ length: count }, (_, at) => `UNUSED_${at}`);
    for (const [count, blocks] of [
      [3, 3],
      [4, 1],
      [20, 1],
    ] as const) {
      service.vaults.length = 0;
      fill({ App: ['A', ...unused(count)] }, (name) => `plain-${name}`);
      const { code, out } = await checked(projectOf({ App: ['A'] }));
      assert.equal(code, 0, out);
      assert.match(out, new RegExp(`${count} warnings`));
      assert.equal(out.match(/warning\[vault-field-unused\]/g)?.length, blocks, out);
      if (blocks === 1) assert.match(out, /= also: the same is true of `UNUSED_1/);
      if (count === 20) assert.match(out.replaceAll(/\s+/g, ' '), /`UNUSED_\d+` and 7 more\./);
    }
  });

  test('60 fields of 6 items: 8 too, and the same where another destination asks the same', async () => {
    const large = Object.fromEntries(
      Array.from({ length: 6 }, (_, item) => [
        `Item${item}`,
        Array.from({ length: 10 }, (__, field) => `F${item}_${field}`),
      ]),
    );
    fill(large, (name) => `plain-${name}`);
    const files = projectOf(large);
    assert.equal((await checked(files)).code, 0);
    assert.equal(service.requests.length, 8);
    service.forget();
    const twice = {
      ...files,
      'config/deploy.staging.yml': 'env:\n  clear:\n    A: b\n',
      '.kamal/secrets.staging': files['.kamal/secrets'] ?? '',
    };
    assert.equal((await checked(twice, ['--all-destinations'])).code, 0);
    assert.equal(service.requests.length, 8);
  });

  test('values that change: said without them, in every format', async () => {
    fill(SMALL);
    for (const format of ['pretty', 'json', 'sarif', 'github', 'markdown', 'unix']) {
      const { code, out } = await checked(projectOf(SMALL), ['--format', format, '--fail-on', 'warning']);
      assert.equal(code, 1);
      assert.match(out, /does not arrive unchanged/);
    }
  });

  const refusals: readonly (readonly [string, Fault, RegExp, number])[] = [
    ['401', { kind: 'status', status: 401 }, /refused the service account token/, 1],
    ['403', { kind: 'status', status: 403 }, /does not let it read this/, 1],
    [
      '429',
      { kind: 'status', status: 429, headers: { 'retry-after': '90' } },
      /rate limit is reached\. .* resets in 90 s/,
      1,
    ],
    ['something that is not 1Password', { kind: 'garbage' }, /is not from 1Password/, 1],
  ];
  for (const [what, fault, sentence, requests] of refusals) {
    test(`${what}: one sentence with its next steps, exit 3, nothing tried again`, async () => {
      fill(SMALL);
      service.fail(fault);
      const { code, out, err } = await checked(projectOf(SMALL));
      assert.deepEqual([code, out], [3, '']);
      assert.match(err, sentence);
      assert.match(err, /^ {2}→ /m);
      assert.equal(service.requests.length, requests);
    });
  }

  const passing: Readonly<Record<string, Fault>> = {
    '500, then 200': { kind: 'status', status: 500, on: /batch/, times: 1 },
    'a connection that is dropped': { kind: 'drop', on: /overviews/, times: 1 },
    'an answer that is cut off': { kind: 'truncate', on: /vaults/, times: 1 },
    'a slow answer': { kind: 'delay', ms: 300, on: /batch/ },
    'an answer in drops': { kind: 'trickle', bytes: 200, ms: 1, on: /batch/, times: 1 },
    'a batch in the wrong order': { kind: 'reorder', on: /batch/ },
  };
  for (const [what, fault] of Object.entries(passing)) {
    test(`${what}: the same report`, async () => {
      fill({ App: ['A', 'B', 'C', 'D'], Mail: ['E'] }, (name) => `plain-${name}`);
      service.fail(fault);
      const { code, out } = await checked(projectOf(SMALL));
      assert.equal(code, 1);
      assert.match(
        out,
        /vault-field-missing\]: There is no field `F` in the item “Mail” of the vault “Shop”: it has “E”\./,
      );
      assert.match(out, /1 error\./);
    });
  }

  test('a token that sees nothing', async () => {
    fill(SMALL);
    const { code, out } = await checked(projectOf(SMALL), [], service.addAccount({ vaults: [] }).token);
    assert.equal(code, 1);
    assert.match(out, /vault-missing\]: This token sees no vault “Shop”: it sees no vault at all\./);
  });

  test('no token, a token that is none, and Connect variables beside it', async () => {
    fill(SMALL);
    using project = new TemporaryProject(projectOf(SMALL));
    const without = await captured(project.root, ['check', '--live']);
    assert.equal(without.code, 3);
    assert.match(
      without.err,
      /`OP_SERVICE_ACCOUNT_TOKEN` is not set\.\n {2}→ Give the token to this one command/,
    );
    assert.equal((await checked(projectOf(SMALL), [], 'hunter2-is-no-token')).code, 3);
    const environment = { OP_SERVICE_ACCOUNT_TOKEN: service.token, OP_CONNECT_TOKEN: 'connect-token-value' };
    const beside = await captured(project.root, ['check', '--live'], environment);
    assert.equal(beside.code, 0);
    assert.match(beside.err, /`OP_CONNECT_TOKEN` is set in the environment/);
  });

  after(() => {
    const secrets = [...Object.values(SMALL).flat().map(valueOf), service.token, 'hunter2-is-no-token'];
    assert.deepEqual(findLeaks(secrets, written, []), []);
    assert.ok(Object.keys(written).length > 30);
  });
});
