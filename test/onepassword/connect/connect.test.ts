/** The session through a Connect server: what it takes, what it refuses, and where the token goes. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { isPrivate, parseConnect } from '../../../src/onepassword/connect/server.ts';
import { connectSession } from '../../../src/onepassword/connect/session.ts';
import type { RetryPatience } from '../../../src/onepassword/session/patience.ts';
import { readVaults } from '../../../src/onepassword/vault/vault.ts';
import { ConnectService } from '../../harness/onepassword/connect.ts';
import { assertNoLeak } from '../../harness/onepassword/leak.ts';
import { Vault } from '../../harness/onepassword/vault.ts';
import { WorkloadService } from '../../harness/onepassword/workload.ts';
import { patient } from '../../harness/patient.ts';

const PATIENCE: RetryPatience = { tries: 2, firstPause: 5, perTry: patient(10_000), inAll: patient(30_000) };
const VALUE = 'postgres://app:hunter2hunter2@db/app';
const WANTED = { vault: 'Shop', item: 'Production', path: ['DATABASE_URL'], by: 'fetch' } as const;

const vaults = [
  new Vault({ title: 'Shop', items: [{ title: 'Production', fields: { DATABASE_URL: VALUE } }] }),
  new Vault({ title: 'Other', items: [] }),
];
let service: ConnectService;
before(async () => {
  service = await ConnectService.start(vaults);
});
after(() => service?.[Symbol.asyncDispose]());
beforeEach(() => service.forget());

async function read(
  token = service.token,
  url = service.url,
  perTry = PATIENCE.perTry,
): Promise<string | undefined> {
  using session = connectSession(parseConnect(url, token), { patience: { ...PATIENCE, perTry } });
  const { answers } = await readVaults(session, [WANTED], { values: true });
  const [answer] = answers;
  return answer?.kind === 'found' ? answer.fields[0]?.value?.reveal() : answer?.kind;
}

async function failureOf(what: () => Promise<unknown>): Promise<Failure> {
  const error = await what().then(
    (value) => assert.fail(`it went well: ${String(value)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  assertNoLeak(error, [service.token, VALUE]);
  return error;
}

describe('a Connect server', () => {
  test('is asked three times for a field, each time with the token', async () => {
    assert.equal(await read(), VALUE);
    assert.equal(service.requests.length, 3);
    for (const { authorization } of service.requests) assert.equal(authorization, `Bearer ${service.token}`);
  });

  test('that does not take the token: once, in a sentence', async () => {
    const { code, message } = await failureOf(() => read('eyJhbGciOi.eyJpc3Mi.b3RoZXI'));
    assert.equal(code, 'connect-refused');
    assert.match(message, /belongs to another server, was revoked or has expired/);
    assert.equal(service.requests.length, 1);
  });

  test('a vault that is not granted is one that the token does not see', async () => {
    service.granted = ['Other'];
    assert.equal(await read(), 'vault-missing');
  });

  test('a vault that is listed but not given is one that may not be read', async () => {
    using session = connectSession(parseConnect(service.url, service.token), { patience: PATIENCE });
    const answering = readVaults(
      { ...session, vaults: () => session.vaults().finally(() => (service.granted = [])) },
      [WANTED],
    );
    const { answers } = await answering;
    assert.equal(answers[0]?.kind, 'vault-not-readable');
  });

  for (const [what, fault, code] of [
    ['HTML', { kind: 'text', text: '<html>Sign in to the network</html>' }, 'connect-not-connect'],
    ['other JSON', { kind: 'text', text: '{"hello":"world"}' }, 'connect-not-connect'],
    ['a list of other things', { kind: 'text', text: '[1,2]' }, 'connect-not-connect'],
    ['HTML as an error', { kind: 'text', text: '<html>404</html>', status: 404 }, 'connect-not-connect'],
    ['no end', { kind: 'dribble' }, 'connect-unreachable'],
    ['nothing in time', { kind: 'slow', milliseconds: 3000 }, 'connect-unreachable'],
    [
      'ids that are no ids',
      { kind: 'text', text: '[{"id":"\\ud800","name":"Shop"}]' },
      'connect-not-connect',
    ],
    [
      'ids that lead elsewhere',
      { kind: 'text', text: '[{"id":"../..","name":"Shop"}]' },
      'connect-not-connect',
    ],
    ['more than anybody reads', { kind: 'huge' }, 'connect-too-large'],
    [
      'that it still fetches',
      { kind: 'status', status: 503, body: { status: 503, message: 'sync incomplete' } },
      'connect-syncing',
    ],
    ['an error of its own', { kind: 'status', status: 500 }, 'connect-unavailable'],
    ['404', { kind: 'status', status: 404 }, 'connect-failed'],
  ] as const) {
    test(`that answers with ${what}`, async () => {
      service.fault = fault;
      const isSlow = fault.kind === 'dribble' || fault.kind === 'slow';
      const { url, token } = service;
      assert.equal((await failureOf(() => read(token, url, isSlow ? 300 : PATIENCE.perTry))).code, code);
    });
  }

  test('that had an error for a moment is asked again', async () => {
    service.fault = { kind: 'status', status: 502, times: 1 };
    assert.equal(await read(), VALUE);
  });

  test('that sends elsewhere: nobody goes there, with or without the token', async () => {
    await using elsewhere = await ConnectService.start(vaults);
    service.fault = { kind: 'redirect', to: `${elsewhere.url}/v1/vaults` };
    const { code, message } = await failureOf(() => read());
    assert.equal(code, 'connect-redirects');
    assert.ok(message.includes(new URL(elsewhere.url).host));
    assert.equal(elsewhere.requests.length, 0);
  });

  test('that is not there', async () => {
    const { code, message } = await failureOf(() => read(service.token, 'http://127.0.0.1:9'));
    assert.equal(code, 'connect-unreachable');
    assert.match(message, /the connection was refused/);
  });

  test('whose certificate nobody trusts, or that does not speak TLS: nothing is sent, and the sentence says which', async () => {
    await using secure = await WorkloadService.start();
    const [, port] = secure.host.split(':');
    for (const [url, expected, sentence] of [
      [`https://${secure.host}`, 'connect-certificate', /its certificate is self-signed/],
      [
        `https://127.0.0.1:${new URL(service.url).port}`,
        'connect-unreachable',
        /it does not speak TLS there/,
      ],
      [`http://127.0.0.1:${port}`, 'connect-unreachable', /does not answer/],
    ] as const) {
      const { code, message } = await failureOf(() => read(service.token, url));
      assert.equal(code, expected, url);
      assert.match(message, sentence);
    }
    assert.deepEqual([secure.requests, service.requests], [[], []]);
  });

  test('a wait for it ends when the run does', async () => {
    service.fault = { kind: 'slow', milliseconds: 5000 };
    const stop = new AbortController();
    using session = connectSession(parseConnect(service.url, service.token), { signal: stop.signal });
    setTimeout(() => stop.abort(new Failure('cancelled', 'The run was cancelled.')), 50);
    await assert.rejects(session.vaults(), /The run was cancelled/);
  });

  test('has no Environments', async () => {
    using session = connectSession(parseConnect(service.url, service.token), {});
    assert.equal((await failureOf(() => session.variables('x'))).code, 'connect-has-no-environments');
  });
});

describe('what names a Connect server', () => {
  const TOKEN = 'aaaa.bbbb.cccc';
  const refused = (host: string | null, token: string | null): Failure => {
    try {
      parseConnect(host, token);
    } catch (error) {
      assert.ok(error instanceof Failure);
      return error;
    }
    return assert.fail('it was taken');
  };

  test('http goes to private addresses only, by address or by name', async () => {
    for (const host of ['203.0.113.7', '8.8.8.8:8080', '[2001:db8::1]:8080', '172.32.0.1', '100.128.0.1'])
      assert.equal(refused(`http://${host}`, TOKEN).code, 'connect-not-encrypted', host);
    for (const host of ['127.0.0.1:8080', '10.1.2.3', '172.31.9.9', '192.168.0.2', '[::1]:8080', '[fd00::5]'])
      assert.equal(parseConnect(`http://${host}/`, TOKEN).signInAddress, `http://${host}`);
    // A name is looked at when it is connected to: this one stands for this machine.
    const { port } = new URL(service.url);
    assert.equal(await read(service.token, `http://localhost:${port}`), VALUE);
    assert.equal(isPrivate('::ffff:8.8.8.8'), false);
    assert.equal(isPrivate('::ffff:10.0.0.1'), true);
  });

  test('an address with a path keeps it; one with a user or a query is refused', () => {
    const { signInAddress } = parseConnect('https://tools.example.com/connect/', TOKEN);
    assert.equal(signInAddress, 'https://tools.example.com/connect');
    for (const host of [
      'connect:8080',
      'ftp://a/b',
      'https://u:p@a.example',
      'https://a.example/?x=1',
      'https://',
    ])
      assert.equal(refused(host, TOKEN).code, 'connect-host-malformed', host);
  });

  test('a token that is another one is told as what it is', () => {
    for (const [token, sentence] of [
      ['ops_eyJzaWduSW5BZGRyZXNz', /service account, or an integration key/],
      ['a.b', /three parts/],
      ['op://Shop/Connect/token', /reference/],
      ['aaaa.bbbb.cccc dddd', /a space or a line break/],
    ] as const) {
      const { code, message } = refused('http://127.0.0.1', token);
      assert.equal(code, 'connect-token-malformed');
      assert.match(message, sentence);
      assert.equal(message.includes(token), false);
    }
    assert.equal(refused('http://127.0.0.1', null).code, 'connect-incomplete');
    assert.equal(refused(null, TOKEN).code, 'connect-incomplete');
  });
});
