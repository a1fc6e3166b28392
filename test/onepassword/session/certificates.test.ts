/** A server whose certificate is not right is not trusted: nothing is sent to it, and the sentence says what is wrong with it. */
import assert from 'node:assert/strict';
import tls from 'node:tls';
import { after, before, describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { parseConnect } from '../../../src/onepassword/connect/server.ts';
import { connectSession } from '../../../src/onepassword/connect/session.ts';
import type { RetryPatience } from '../../../src/onepassword/session/patience.ts';
import { signIn } from '../../../src/onepassword/session/session.ts';
import { parseWorkload } from '../../../src/onepassword/session/workload.ts';
import { Authority, type Flaw } from '../../harness/onepassword/certificates.ts';
import { assertNoLeak } from '../../harness/onepassword/leak.ts';
import { idToken, integrationKey } from '../../harness/onepassword/workload.ts';
import { patient } from '../../harness/patient.ts';

const PATIENCE: RetryPatience = { tries: 3, firstPause: 5, perTry: patient(10_000), inAll: patient(30_000) };
const CONNECT_TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJjb20uMXBhc3N3b3JkIn0.c2lnbmF0dXJl';
const WORD = idToken({ repository: 'acme/shop' });

/** What is said of each, and what there is to do. */
const SAID: Readonly<Record<Exclude<Flaw, 'none'>, readonly [why: RegExp, next: RegExp]>> = {
  'wrong-name': [/its certificate is for another name/, /certificate for it|pass untouched/],
  expired: [/its certificate has expired/, /Renew the certificate|pass untouched/],
  'not-yet': [/its certificate is not valid yet/, /clocks|pass untouched/],
  'self-signed': [/its certificate is self-signed/, /NODE_EXTRA_CA_CERTS/],
  'unknown-authority': [
    /its certificate is not trusted: no authority that the runner knows/,
    /NODE_EXTRA_CA_CERTS/,
  ],
};

describe('the certificate of a server', () => {
  const authorities = tls.getCACertificates('default');
  const authority = new Authority();
  before(() => tls.setDefaultCACertificates([...authorities, authority.pem]));
  after(() => {
    tls.setDefaultCACertificates(authorities);
    authority[Symbol.dispose]();
  });

  const ways: Readonly<Record<string, (host: string) => Promise<unknown>>> = {
    'a Connect server': async (host) => {
      using session = connectSession(parseConnect(`https://${host}`, CONNECT_TOKEN), { patience: PATIENCE });
      return session.vaults();
    },
    '1Password': async (host) => {
      const workload = parseWorkload('wl4d6i5wkhh3kdmlxqfsvzldbx', integrationKey(host));
      const options = { version: '0.0.0', patience: PATIENCE, idToken: () => Promise.resolve(WORD) };
      return (await signIn(workload, options)).vaults();
    },
  };

  for (const [server, ask] of Object.entries(ways)) {
    for (const [flaw, [why, next]] of Object.entries(SAID)) {
      test(`${server}: ${flaw}`, async () => {
        await using there = await authority.serve(flaw as Flaw);
        const error = await ask(there.host).then(
          () => assert.fail('it was trusted'),
          (thrown: unknown) => thrown,
        );
        assert.ok(error instanceof Failure, String(error));
        assertNoLeak(error, [CONNECT_TOKEN, WORD, integrationKey(there.host)]);
        assert.equal(error.code, server === '1Password' ? 'onepassword-unreachable' : 'connect-certificate');
        assert.match(error.message, /is not trusted to be/);
        assert.match(error.message, why);
        assert.match([...error.next.human, ...error.next.agent].join('\n'), next);
        assert.doesNotMatch(error.message, /CERT_|ERR_/);
        if (server !== '1Password' && flaw === 'wrong-name')
          assert.match(error.message, /`connect\.example\.com`/);
        assert.deepEqual(there.requests, [], 'nothing reached it');
      });
    }
  }

  test('a good one is trusted', async () => {
    await using there = await authority.serve('none');
    assert.deepEqual(await ways['a Connect server']?.(there.host), []);
    assert.equal(there.requests.length, 1);
  });
});
