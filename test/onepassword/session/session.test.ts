import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import type { RetryPatience } from '../../../src/onepassword/session/patience.ts';
import { signIn } from '../../../src/onepassword/session/session.ts';
import { parseToken } from '../../../src/onepassword/session/token.ts';
import type { Fault } from '../../harness/onepassword/faults.ts';
import { assertNoLeak } from '../../harness/onepassword/leak.ts';
import { Recorder } from '../../harness/onepassword/recorder.ts';
import { startOnePassword, type OnePasswordService } from '../../harness/onepassword/service.ts';
import { patient } from '../../harness/patient.ts';

const VALUE = 'postgres://app:hunter2hunter2@db/app';
const PATIENCE: RetryPatience = { tries: 3, firstPause: 5, perTry: patient(10_000), inAll: patient(30_000) };
const SIGN_IN = 4;

let service: OnePasswordService;
before(async () => {
  service = await startOnePassword({
    vaults: [{ title: 'MyApp', items: [{ title: 'App', fields: { DATABASE_URL: VALUE } }] }],
  });
});
after(() => service[Symbol.asyncDispose]());
beforeEach(() => service.forget());

interface Attempted {
  /** The token to sign in with; default: the service's own. */
  readonly token?: string;
  readonly patience?: Partial<RetryPatience>;
  /** Struck from the sign-in on, or only once signed in. */
  readonly fault?: Fault;
  readonly whenSignedIn?: boolean;
  readonly log?: Recorder;
}

/** Signs in and lists the vaults; returns the requests counted, by the session and by the service. */
async function attempt({ token = service.token, fault, ...how }: Attempted): Promise<[number, number]> {
  const options = { version: '0.0.0', patience: { ...PATIENCE, ...how.patience } };
  if (fault && how.whenSignedIn !== true) service.fail(fault);
  using session = await signIn(parseToken(token), { ...options, ...(how.log ? { log: how.log } : {}) });
  if (fault && how.whenSignedIn === true) service.fail(fault);
  await session.vaults();
  return [session.requestsMade, service.requests.length];
}

async function failureOf(attempted: Attempted): Promise<Failure> {
  const error = await attempt(attempted).then(
    () => assert.fail('it went well'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure);
  assertNoLeak(error, [attempted.token ?? service.token, VALUE]);
  return error;
}

describe('signing in', () => {
  test('takes four requests, and every request is counted', async () => {
    using session = await signIn(parseToken(service.token), { version: '0.0.0' });
    assert.equal(session.requestsMade, SIGN_IN);
    assert.equal(service.requests.length, SIGN_IN);
    await session.vaults();
    assert.equal(session.requestsMade, service.requests.length);
    assertNoLeak(session, [service.token]);
  });

  test('a session that expired is renewed without a word', async () => {
    using session = await signIn(parseToken(service.token), { version: '0.0.0' });
    service.expireSessions();
    const [vault] = await session.vaults();
    assert.equal(vault?.title, 'MyApp');
    assert.equal(session.requestsMade, service.requests.length);
  });

  test('sessions of two accounts in one process count their own requests', async () => {
    await using other = await startOnePassword();
    using one = await signIn(parseToken(service.token), { version: '0.0.0' });
    using two = await signIn(parseToken(other.token), { version: '0.0.0' });
    await two.vaults();
    assert.equal(one.requestsMade, SIGN_IN);
    assert.equal(two.requestsMade, other.requests.length);
  });
});

describe('a refusal is told and never tried again', () => {
  const when = { 'while signing in': false, 'once signed in': true } as const;
  for (const [moment, whenSignedIn] of Object.entries(when)) {
    test(`403, ${moment}`, async () => {
      const { code, message } = await failureOf({ fault: { kind: 'status', status: 403 }, whenSignedIn });
      assert.equal(code, 'token-not-permitted');
      assert.match(
        message,
        /^1Password \(127\.0\.0\.1:\d+\) knows the service account but does not let it read/,
      );
      assert.equal(service.requests.length, whenSignedIn ? SIGN_IN + 1 : 1);
    });

    test(`429 that resets after more than an hour, ${moment}`, async () => {
      const fault: Fault = { kind: 'status', status: 429, headers: { 'retry-after': '7200' } };
      const { code, message, next } = await failureOf({ fault, whenSignedIn });
      assert.equal(code, 'rate-limited');
      assert.match(message, /It is the limit of requests per day of the whole account/);
      assert.match(message, /It resets in 2 h, at \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
      assert.match(next.human.join(), /op service-account ratelimit/);
      assert.equal(service.requests.length, whenSignedIn ? SIGN_IN + 1 : 1);
    });
  }

  test('429 without a time names both limits', async () => {
    const { code, message } = await failureOf({ fault: { kind: 'status', status: 429 } });
    assert.equal(code, 'rate-limited');
    assert.match(
      message,
      /reads per hour of this token \(1,000; Business 10,000\) or that of requests per day/,
    );
    assert.match(message, /does not say when it resets/);
  });

  test('a budget of reads that is used up', async () => {
    const { token } = service.addAccount({ readsPerHour: 0 });
    const { code } = await failureOf({ token });
    assert.equal(code, 'rate-limited');
  });

  test('a revoked token', async () => {
    const account = service.addAccount();
    account.revoked = true;
    const { code, message, next } = await failureOf({ token: account.token });
    assert.equal(code, 'token-refused');
    assert.match(message, /refused the service account token: it was revoked, has expired, was rotated/);
    assert.match(next.human.join(), /Developer → Service accounts/);
    assert.equal(service.requests.length, 1);
  });

  test('a token that is revoked in the middle of a run', async () => {
    const { code } = await failureOf({ fault: { kind: 'status', status: 401 }, whenSignedIn: true });
    assert.equal(code, 'token-refused');
  });

  test('a token with wrong credentials', async () => {
    const token = service.account.tokenWith({ srpX: 'ab'.repeat(32) });
    assert.equal((await failureOf({ token })).code, 'token-refused');
  });

  test('a token whose parts make no sense', async () => {
    const token = service.account.tokenWith({ srpX: 'not hexadecimal' });
    const { code } = await failureOf({ token });
    assert.equal(code, 'token-malformed');
    assert.equal(service.requests.length, 0);
  });
});

describe('what may pass is tried again, but not for ever', () => {
  const passing: Readonly<Record<string, Fault>> = {
    'an error of the service': { kind: 'status', status: 500, times: 1 },
    'a bad gateway': { kind: 'status', status: 502, times: 2 },
    'a connection that is closed': { kind: 'drop', times: 1 },
    'an answer that breaks off': { kind: 'truncate', times: 1 },
  };
  for (const [name, fault] of Object.entries(passing)) {
    test(`${name} while signing in, then all is well`, async () => {
      const [counted, seen] = await attempt({ fault });
      assert.equal(counted, seen);
    });
    test(`${name} once signed in, then all is well`, async () => {
      const log = new Recorder();
      const [counted, seen] = await attempt({ fault, whenSignedIn: true, log });
      assert.equal(counted, seen);
      assert.match(log.lines.join('\n'), /trying again/);
    });
  }

  test('a service that stays in error', async () => {
    const { code, message, next } = await failureOf({ fault: { kind: 'status', status: 503 } });
    assert.equal(code, 'onepassword-unavailable');
    assert.match(message, /answered with status 503: the error is on its side \(tried 3 times\)/);
    assert.match(next.human.join(), /status\.1password\.com/);
    assert.equal(service.requests.length, 3);
  });

  test('a connection that stays broken', async () => {
    const { code, message } = await failureOf({ fault: { kind: 'drop' } });
    assert.equal(code, 'onepassword-unreachable');
    assert.match(
      message,
      /cannot be reached at 127\.0\.0\.1:\d+: it closed the connection.*\(tried 3 times\)/,
    );
  });

  test('a host that takes the request and says nothing', async () => {
    const patience = { perTry: 100, tries: 2 };
    const { code, message } = await failureOf({ fault: { kind: 'silence' }, patience });
    assert.equal(code, 'onepassword-unreachable');
    assert.match(message, /it did not answer within 1 s \(tried 2 times\)/);
  });

  test('no further try begins once the time for all of them is over', async () => {
    const patience = { tries: 1000, perTry: 100, inAll: 250 };
    const { message } = await failureOf({ fault: { kind: 'silence' }, patience });
    assert.match(message, /tried [23] times/);
  });

  test('a slow answer is waited for', async () => {
    const [counted] = await attempt({ fault: { kind: 'delay', ms: 200, times: 1 } });
    assert.equal(counted, SIGN_IN + 2);
  });
});

describe('nobody there', () => {
  test('a port where nothing listens', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const token = service.account.tokenWith({ signInAddress: `http://127.0.0.1:${port}` });
    const { code, message, next } = await failureOf({ token });
    assert.equal(code, 'onepassword-unreachable');
    assert.ok(message.includes(`127.0.0.1:${port}: the connection was refused`));
    assert.match(next.human.join(), /HTTPS_PROXY/);
  });

  test('a name that does not resolve', async () => {
    const token = service.account.tokenWith({ signInAddress: 'https://nobody.invalid' });
    const { code, message } = await failureOf({ token });
    assert.equal(code, 'onepassword-unreachable');
    assert.match(message, /nobody\.invalid: the name (does not resolve|server does not answer)/);
  });
});

test('an answer that is not from 1Password', async () => {
  const { code, message } = await failureOf({ fault: { kind: 'garbage', text: '<html>Sign in</html>' } });
  assert.equal(code, 'onepassword-garbled');
  assert.match(message, /is not from 1Password: something between/);
  assert.equal(service.requests.length, 1);
});

test('what nobody foresaw is told in the words of the SDK', async () => {
  const { code, message } = await failureOf({ fault: { kind: 'status', status: 418 }, whenSignedIn: true });
  assert.equal(code, 'onepassword-failed');
  assert.match(message, /Its SDK says: .*418/);
});

test('a cancelled run stops waiting at once', async () => {
  const cancel = new AbortController();
  service.fail({ kind: 'silence' });
  const signing = signIn(parseToken(service.token), { version: '0.0.0', signal: cancel.signal });
  const reason = new Error('cancelled');
  cancel.abort(reason);
  await assert.rejects(signing, (error) => error === reason);
});

test('where the SDK is not installed, it says which package to install', () => {
  const source = (path: string): string =>
    JSON.stringify(join(import.meta.dirname, '../../../src/onepassword', path));
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier !== '@1password/sdk') return next(specifier, context);
        throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
      },
    });
    const { signIn } = await import(${source('session/session.ts')});
    const { parseToken } = await import(${source('session/token.ts')});
    await signIn(parseToken(process.env.TOKEN), { version: '0' }).catch(({ code, message, next }) => console.log(code, message, next.agent));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { TOKEN: service.token },
  });
  assert.match(
    stdout,
    /^sdk-not-installed The package `@1password\/sdk`.*npm install --save-dev @1password\/sdk/s,
    stderr,
  );
});
