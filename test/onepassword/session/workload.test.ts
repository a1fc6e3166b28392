/** Signing in as a workload: the real SDK over https, up to where the values would come through an attested channel. */
import assert from 'node:assert/strict';
import tls from 'node:tls';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import type { RetryPatience } from '../../../src/onepassword/session/patience.ts';
import { signIn, type Session } from '../../../src/onepassword/session/session.ts';
import { parseToken } from '../../../src/onepassword/session/token.ts';
import { parseWorkload } from '../../../src/onepassword/session/workload.ts';
import { readEnvironment } from '../../../src/onepassword/vault/environment.ts';
import { assertNoLeak } from '../../harness/onepassword/leak.ts';
import { idToken, WorkloadService } from '../../harness/onepassword/workload.ts';
import { patient } from '../../harness/patient.ts';

const PATIENCE: RetryPatience = { tries: 2, firstPause: 5, perTry: patient(10_000), inAll: patient(30_000) };
const ID = 'wl4d6i5wkhh3kdmlxqfsvzldbx';
const ENVIRONMENT = 'bhd6i5wkhh3kdmlxqfsvzldbxu';
const WORD = idToken({
  repository: 'acme/shop',
  workflow: 'Deploy',
  ref: 'refs/heads/main',
  environment: 'production',
});

let service: WorkloadService;
let audiences: string[] = [];
const authorities = tls.getCACertificates('default');
before(async () => {
  service = await WorkloadService.start();
  tls.setDefaultCACertificates([...authorities, service.authority]);
});
after(async () => {
  tls.setDefaultCACertificates(authorities);
  await service?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  service.exchange = { status: 200, body: { access_token: 'access-token-of-the-workload-7f3a' } };
  service.configurations = { status: 404, body: {} };
  service.requests.length = 0;
  audiences = [];
});

function open(fetch: (audience: string) => Promise<string> = () => Promise.resolve(WORD)): Promise<Session> {
  return signIn(parseWorkload(ID, service.key()), {
    version: '0.0.0',
    patience: PATIENCE,
    idToken: (audience) => {
      audiences.push(audience);
      return fetch(audience);
    },
  });
}

async function failureOf(what: () => Promise<unknown>): Promise<Failure> {
  const error = await what().then(
    () => assert.fail('it went well'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  assertNoLeak(error, [service.key(), WORD, 'access-token-of-the-workload-7f3a']);
  return error;
}

describe('a workload', () => {
  test('names of the job are quoted as one line, whatever they have', async () => {
    service.exchange = { status: 401, body: {} };
    const odd = 'x\n::error::y\u001b[31m\u202e`\u2028';
    const word = idToken({ repository: odd, workflow: 'w'.repeat(10_000), ref: 'r', environment: 'e' });
    const { code, message } = await failureOf(() => open(() => Promise.resolve(word)));
    assert.equal(code, 'workload-refused');
    assert.match(message, /repository `x\?::error::y\?\[31m\?{3}`/);
    assert.doesNotMatch(message, /[\p{C}\p{Zl}]/u);
    assert.ok(message.length < 1000);
  });

  test('exchanges the word of GitHub, made for this account, once, and asks for its Environment with what it gets', async () => {
    using session = await open();
    assert.deepEqual(audiences, [service.host]);
    const [exchange] = service.requests;
    assert.match(exchange?.path ?? '', /AuthTokenService\/ExchangeToken$/);
    assert.deepEqual(JSON.parse(exchange?.body ?? ''), {
      workload: `//${service.host}/accounts/ACCOUNT/workloads/${ID}`,
      subject_token: WORD,
    });
    assert.equal(session.requestsMade, 1);
    await assert.rejects(readEnvironment(session, ENVIRONMENT));
    assert.equal(service.requests.length, 2);
    assert.equal(service.requests[1]?.authorization, 'Bearer access-token-of-the-workload-7f3a');
    assert.match(
      decodeURIComponent(service.requests[1]?.path ?? ''),
      new RegExp(`environment_id = "${ENVIRONMENT}"`),
    );
  });

  for (const status of [401, 403]) {
    test(`is refused with ${status}: once, and with what GitHub says of the job`, async () => {
      service.exchange = { status, body: { code: 'unauthenticated', message: 'no' } };
      const { code, message, next } = await failureOf(open);
      assert.equal(code, 'workload-refused');
      assert.match(message, new RegExp(`workload \`${ID}\``));
      assert.match(
        message,
        /repository `acme\/shop`, workflow “Deploy”, ref `refs\/heads\/main`, environment `production`/,
      );
      assert.match(next.human.join(), /OP_INTEGRATION_KEY/);
      assert.equal(service.requests.length, 1);
    });
  }

  test('a status that says nothing is told as what it is', async () => {
    for (const status of [400, 404]) {
      service.exchange = { status, body: {} };
      const { code, message } = await failureOf(open);
      assert.equal(code, 'workload-refused');
      assert.match(message, new RegExp(`with status ${status}, and nothing more`));
    }
  });

  test('429: the rate limit, and no second try', async () => {
    service.exchange = { status: 429, body: {}, headers: { 'retry-after': '7200' } };
    assert.equal((await failureOf(open)).code, 'rate-limited');
    assert.equal(service.requests.length, 1);
  });

  test('an error of the service is tried again, then told', async () => {
    service.exchange = { status: 503, body: {} };
    assert.equal((await failureOf(open)).code, 'onepassword-unavailable');
    assert.equal(service.requests.length, 2);
  });

  for (const body of ['<html>sign in to the network</html>', { access_token: 5 }]) {
    test(`an answer that is none (${JSON.stringify(body)})`, async () => {
      service.exchange = { status: 200, body };
      assert.equal((await failureOf(open)).code, 'onepassword-garbled');
    });
  }

  test('why GitHub gives no word is said in its own words, which the SDK swallows; nobody else was asked', async () => {
    const words = new Failure('id-token-refused', 'GitHub did not give this job its OIDC token: 403.');
    const failure = await failureOf(() => open(() => Promise.reject(words)));
    assert.equal(failure, words);
    assert.equal(service.requests.length, 0);
  });

  test('vaults cannot be read', async () => {
    using session = await open();
    for (const ask of [() => session.vaults(), () => session.resolve('op://Shop/Production/KEY')])
      assert.equal((await failureOf(ask)).code, 'keyless-reads-no-vaults');
  });

  for (const [what, configurations] of [
    ['unknown', { status: 404, body: {} }],
    ['not granted to the integration', { status: 200, body: { configurations: [] } }],
  ] as const) {
    test(`an Environment that is ${what} is one that is missing`, async () => {
      service.configurations = configurations;
      using session = await open();
      const { code } = await failureOf(() => readEnvironment(session, ENVIRONMENT));
      assert.equal(code, 'environment-missing');
    });
  }

  test('an Environment that it may not read', async () => {
    service.configurations = { status: 403, body: {} };
    using session = await open();
    assert.equal((await failureOf(() => session.variables(ENVIRONMENT))).code, 'workload-not-permitted');
  });
});

describe('the key of an integration', () => {
  const refused = (id: string | null, key: string | null): Failure => {
    try {
      parseWorkload(id, key);
    } catch (error) {
      assert.ok(error instanceof Failure);
      if (key !== null && key.length > 8) assertNoLeak(error, [key]);
      return error;
    }
    return assert.fail('it was taken');
  };

  test('padding, and blanks around it, are taken off', () => {
    const padded = `ops_${Buffer.from(JSON.stringify({ typ: 'workload_identity_provider_key', key: 'x', path: '//my.1password.com/accounts/A/integrations/I' })).toString('base64')}`;
    const { secret, signInAddress } = parseWorkload(
      ID,
      `  ${padded.replaceAll('+', '-').replaceAll('/', '_')}\n`,
    );
    assert.equal(signInAddress, 'https://my.1password.com');
    assert.doesNotMatch(secret.reveal(), /[=\s]/);
  });

  test('each flaw has its sentence', () => {
    const account = `ops_${Buffer.from(JSON.stringify({ signInAddress: 'my.1password.com', email: 'a@b.c' })).toString('base64url')}`;
    for (const [key, sentence] of [
      [account, /is a service account token, which begins in the same way/],
      ['eyJhbGciOi.eyJzdWIi.c2ln', /does not begin with `ops_`/],
      [service.key().slice(0, 40), /is damaged or cut off/],
      [service.key({ typ: 'scim_key' }), /is a key of another kind/],
      [service.key({ path: '//no/host' }), /is a key of another kind/],
      [service.key({ path: '//evil.example@my.1password.com/accounts/A' }), /is a key of another kind/],
    ] as const) {
      const { code, message } = refused(ID, key);
      assert.equal(code, 'integration-key-malformed');
      assert.match(message, sentence);
    }
    assert.equal(refused('not an id', service.key()).code, 'workload-id-malformed');
  });

  test('one half alone', () => {
    assert.match(refused(ID, null).message, /`integration-key`.* is not/);
    assert.match(refused(null, service.key()).message, /`workload-id`.* is not/);
  });

  test('given as a service account token, it is recognised', () => {
    assert.throws(() => parseToken(service.key()), /is the key of a workload identity integration/);
  });
});
