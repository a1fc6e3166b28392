import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { connectShadow, connectVariables, parseToken } from '../../../src/onepassword/session/token.ts';
import { ServiceAccount } from '../../harness/onepassword/account.ts';
import { assertNoLeak } from '../../harness/onepassword/leak.ts';
import { fc, runs } from '../../harness/properties.ts';

const account = new ServiceAccount('https://acme.1password.com');
const TOKEN = account.token;

function refusalOf(given: string | null | undefined): Failure {
  try {
    parseToken(given);
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error;
  }
  return assert.fail('it was taken for a token');
}

describe('a good token', () => {
  test('is taken as it is, with the address it signs in at', () => {
    const token = parseToken(TOKEN);
    assert.equal(token.secret.reveal(), TOKEN);
    assert.equal(token.signInAddress, 'https://acme.1password.com');
    assertNoLeak(token, [TOKEN]);
  });

  test('loses the blanks and line ends around it, which the SDK would refuse', () => {
    for (const given of [` ${TOKEN}`, `${TOKEN}\n`, `\t${TOKEN}\r\n`]) {
      assert.equal(parseToken(given).secret.reveal(), TOKEN);
    }
  });

  test('may name its address without a scheme, or with a port', () => {
    for (const [signInAddress, origin] of [
      ['acme.1password.eu', 'https://acme.1password.eu'],
      ['http://127.0.0.1:4711', 'http://127.0.0.1:4711'],
    ] as const) {
      assert.equal(parseToken(account.tokenWith({ signInAddress })).signInAddress, origin);
    }
  });
});

describe('no token', () => {
  for (const given of [null, undefined, '', '  \n']) {
    test(`${JSON.stringify(given)} names the input and the variable`, () => {
      const { code, message, next } = refusalOf(given);
      assert.equal(code, 'token-missing');
      assert.match(message, /input `service-account-token`.*`OP_SERVICE_ACCOUNT_TOKEN` is set/);
      assert.match(message, /pull requests from forks/);
      assert.match(next.agent.join(), /service-account-token: \$\{\{ secrets\.OP_SERVICE_ACCOUNT_TOKEN \}\}/);
      assert.match(next.human.join(), /repository or environment secret/);
    });
  }
});

const parts = Buffer.from(TOKEN.slice(4), 'base64url').toString();
const withoutAddress = `ops_${Buffer.from(parts.replace('signInAddress', 'address')).toString('base64url')}`;
const MALFORMED: Readonly<Record<string, readonly [given: string, says: RegExp]>> = {
  'double quotes': [`"${TOKEN}"`, /is in quotes/],
  'single quotes': [`'${TOKEN}'`, /is in quotes/],
  'a shell variable': ['$OP_SERVICE_ACCOUNT_TOKEN', /name of a variable or an expression/],
  'an expression': ['${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}', /name of a variable or an expression/],
  'a secret reference': ['op://CI/Service account/credential', /is a secret reference/],
  'a GitHub token': ['ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789', /is a GitHub token/],
  'a fine-grained GitHub token': ['github_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsT', /is a GitHub token/],
  'a Connect token': [
    'eyJhbGciOiJFUzI1NiJ9.eyIxcGFzc3dvcmQuY29tL3V1aWQiOiJ4In0.c2lnbmF0dXJl',
    /is a 1Password Connect token/,
  ],
  'a Secret Key': ['A3-ABCDEF-GHIJKL-MNOPQ-RSTUV-WXYZA-BCDEF', /is a person's Secret Key/],
  'a private key': ['-----BEGIN OPENSSH PRIVATE KEY-----\nabc', /is a key or a certificate/],
  asterisks: ['***', /row of asterisks/],
  'an assignment': [`OP_SERVICE_ACCOUNT_TOKEN=${TOKEN}`, /name of a variable in front/],
  'a bearer word': [`Bearer ${TOKEN}`, /has a word in front/],
  'other text in front': [`token is ${TOKEN}`, /other characters in front/],
  'only the prefix': ['ops_', /only the first four characters/],
  'a line end within': [`${TOKEN.slice(0, 76)}\n${TOKEN.slice(76)}`, /a space or a line break/],
  'something else': ['hunter2', /does not begin with `ops_`/],
  'foreign characters': [`${TOKEN.slice(0, 60)}…`, /characters that no token has/],
  'cut off': [TOKEN.slice(0, 300), /damaged or cut off/],
  'one character lost': [TOKEN.slice(0, 40) + TOKEN.slice(41), /damaged or cut off/],
  'without an address': [withoutAddress, /damaged or cut off/],
};

describe('a malformed token is named for what it is, and never repeated', () => {
  for (const [name, [given, says]] of Object.entries(MALFORMED)) {
    test(name, () => {
      const failure = refusalOf(given);
      assert.equal(failure.code, 'token-malformed');
      assert.match(failure.message, says);
      assert.match(failure.message, /A token is one line that begins with `ops_`/);
      assert.ok(failure.next.human.length > 0);
      if (given.length > 20 && !given.includes('OP_SERVICE_ACCOUNT_TOKEN')) assertNoLeak(failure, [given]);
      assertNoLeak(failure, [TOKEN]);
    });
  }

  test('whatever is given, it is refused or taken whole, and a refusal shows nothing of it', () => {
    const given = fc.oneof(
      fc.string({ minLength: 20 }),
      fc.base64String({ minLength: 24 }).map((text) => `ops_${text}`),
      fc.nat({ max: TOKEN.length - 2 }).map((length) => TOKEN.slice(0, length + 1)),
    );
    fc.assert(
      fc.property(given, (text) => {
        if (text.trim() === '') return;
        const failure = refusalOf(text);
        const around = failure.message.replaceAll(/`[^`]*`/g, '');
        if (text.trim().length > 16) assert.ok(!around.includes(text.trim().slice(0, 16)));
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('Connect variables', () => {
  test('are named where they would shadow the token', () => {
    const env = { OP_CONNECT_HOST: 'http://connect:8080', OP_CONNECT_TOKEN: 'eyJhbGciOi-a-connect-token' };
    assert.deepEqual(connectVariables(env), ['OP_CONNECT_HOST', 'OP_CONNECT_TOKEN']);
    const failure = connectShadow(env);
    assert.equal(failure?.code, 'connect-shadows-token');
    assert.match(
      failure.message,
      /`OP_CONNECT_HOST` and `OP_CONNECT_TOKEN` are set.*ignores the service account token/,
    );
    assertNoLeak(failure, [env.OP_CONNECT_TOKEN]);
  });

  test('one alone is named alone', () => {
    assert.match(
      connectShadow({ OP_CONNECT_HOST: 'x' })?.message ?? '',
      /^`OP_CONNECT_HOST` is set .* it is,/,
    );
  });

  test('unset or empty they do not matter', () => {
    assert.equal(connectShadow({}), null);
    assert.equal(connectShadow({ OP_CONNECT_HOST: '', OP_CONNECT_TOKEN: '' }), null);
  });
});
