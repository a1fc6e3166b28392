import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { installOp, type InstalledOp, type Ran } from './op/installed.ts';
import { startOnePassword, type OnePasswordService } from './service.ts';

describe('the stand-in op, when something is wrong', () => {
  let service: OnePasswordService;
  let installed: InstalledOp;
  let env: NodeJS.ProcessEnv;
  const op = (line: string): Promise<Ran> => installed.call(line.split(' '), env);

  before(async () => {
    const items = [
      { title: 'App', fields: { DATABASE_URL: 'postgres://db', EMPTY: '' } },
      { title: 'Twin' },
      { title: 'Twin' },
      { title: 'Old', archived: true },
    ];
    service = await startOnePassword({ vaults: [{ title: 'V', items }, { title: 'Second' }] });
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

  const refusals: Record<string, string> = {
    'item get App --vault X': `"X" isn't a vault in this account. Specify the vault with its ID or name.`,
    'item get X --vault V': `"X" isn't an item in the "V" vault. Specify the item with its UUID, name, or domain.`,
    'item get App --vault V --fields label=EMPTY,label=X': `"X" isn't a field in the "App" item.`,
    'item get Old --vault V': 'could not find item Old in vault V, because it has been deleted or archived.',
    'item get Twin --vault V': 'More than one item matches "Twin". Try again and specify the item by its ID:',
    'item get App': 'a vault query must be provided when this command is called by a service account.',
    'read op://V/App/X': `could not read secret 'op://V/App/X': item 'V/App' does not have a field 'X'`,
    'read op://V/X/Y': `could not get item V/X: "X" isn't an item in the "V" vault.`,
    'read op://V/X': "invalid secret reference 'op://V/X': too few '/'",
    'item get --nope': 'unknown flag: --nope',
    frobnicate: 'unknown command "frobnicate" for "op"',
  };
  for (const [line, message] of Object.entries(refusals)) {
    it(`answers "${line}" as op words it`, async () => {
      const { code, stdout, stderr } = await op(line);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^\[ERROR\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /);
      assert.ok(stderr.includes(message), stderr);
    });
  }

  const broken: [string, string, (service: OnePasswordService) => NodeJS.ProcessEnv][] = [
    ['no token', 'No accounts configured for use with 1Password CLI.', () => ({})],
    [
      'a malformed token',
      'illegal base64 data at input byte 2',
      () => ({ OP_SERVICE_ACCOUNT_TOKEN: 'ops_ab!' }),
    ],
    ['something else than a token', 'unrecognized auth type', () => ({ OP_SERVICE_ACCOUNT_TOKEN: 'secret' })],
    [
      'a refused token',
      '(401) Unauthorized',
      ({ account }) => ({ OP_SERVICE_ACCOUNT_TOKEN: account.tokenWith({ srpX: '11'.repeat(32) }) }),
    ],
    [
      'an unreachable host',
      'dial tcp 127.0.0.1:1: connect: connection refused',
      ({ account }) => ({
        OP_SERVICE_ACCOUNT_TOKEN: account.tokenWith({ signInAddress: 'http://127.0.0.1:1' }),
      }),
    ],
    [
      'a token that sees nothing',
      `"V" isn't a vault in this account.`,
      (one) => ({ OP_SERVICE_ACCOUNT_TOKEN: one.addAccount({ vaults: [] }).token }),
    ],
    [
      'an exhausted budget',
      '(429) Too Many Requests',
      (one) => ({ OP_SERVICE_ACCOUNT_TOKEN: one.addAccount({ readsPerHour: 0 }).token }),
    ],
    [
      'Connect variables beside the token',
      'could not retrieve vaults: Get "http://127.0.0.1:1/v1/vaults": dial tcp 127.0.0.1:1: connect: connection refused',
      ({ token }) => ({
        OP_SERVICE_ACCOUNT_TOKEN: token,
        OP_CONNECT_HOST: 'http://127.0.0.1:1',
        OP_CONNECT_TOKEN: 'x',
      }),
    ],
  ];
  for (const [what, message, environment] of broken) {
    it(`fails with ${what}`, async () => {
      env = environment(service);
      const { code, stderr } = await op('item get App --vault V');
      assert.equal(code, 1);
      assert.ok(stderr.includes(message), stderr);
    });
  }

  it('meets the faults of the service', async () => {
    service.fail({
      kind: 'status',
      status: 429,
      on: /overviews/,
      headers: { 'retry-after': '120' },
      times: 1,
    });
    assert.match((await op('item get App --vault V')).stderr, /Please retry in 2 minutes/);
    service.fail({ kind: 'drop', on: /overviews/, times: 1 });
    assert.match((await op('item get App --vault V')).stderr, /overviews": EOF/);
    service.fail({ kind: 'truncate', on: /overviews/, times: 1 });
    assert.match((await op('item get App --vault V')).stderr, /overviews": unexpected EOF/);
  });
});
