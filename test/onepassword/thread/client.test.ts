/** The sign-in on its own thread: the same answers, the same failures, and an end to every wait. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../../src/base/failure.ts';
import { readEnvironment } from '../../../src/onepassword/vault/environment.ts';
import { beginSignIn, type SigningIn } from '../../../src/onepassword/thread/client.ts';
import { parseToken } from '../../../src/onepassword/session/token.ts';
import { readVaults } from '../../../src/onepassword/vault/vault.ts';
import { assertNoLeak } from '../../harness/onepassword/leak.ts';
import { Recorder } from '../../harness/onepassword/recorder.ts';
import { startOnePassword, type OnePasswordService } from '../../harness/onepassword/service.ts';

const VALUE = 'postgres://app:hunter2hunter2@db/app';

let service: OnePasswordService;
before(async () => {
  service = await startOnePassword({
    vaults: [{ title: 'MyApp', items: [{ title: 'App', fields: { DATABASE_URL: VALUE } }] }],
  });
});
after(() => service[Symbol.asyncDispose]());
beforeEach(() => {
  service.forget();
  service.account.revoked = false;
});

function begin(log = new Recorder()): SigningIn {
  const thread = new URL('../../../src/onepassword/thread/worker.ts', import.meta.url);
  return beginSignIn(parseToken(service.token), { version: '0.0.0', log, vaultsAhead: true, thread });
}

const calm = (): AbortSignal => new AbortController().signal;

describe('on a thread of its own', () => {
  test('a vault is read as on this one, and every request is counted', async () => {
    using signingIn = begin();
    await signingIn.asking;
    using session = await signingIn.session(calm());
    assert.ok(session.requestsMade >= 4);
    const wanted = { vault: 'MyApp', item: 'App', path: ['DATABASE_URL'], by: 'fetch' } as const;
    const { answers } = await readVaults(session, [wanted], { values: true });
    const [answer] = answers;
    assert.ok(answer?.kind === 'found');
    assert.equal(answer.fields[0]?.value?.reveal(), VALUE);
    const reference = `op://${answer.item.vault.id}/${answer.item.id}/${answer.fields[0]?.id}`;
    assert.equal(await session.resolve(reference), VALUE);
    assert.equal(session.requestsMade, service.requests.length);
    assertNoLeak([session, signingIn], [service.token, VALUE]);
  });

  test('a failure keeps its code, its sentence and its steps', async () => {
    service.account.revoked = true;
    using signingIn = begin();
    const error: unknown = await signingIn.session(calm()).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Failure);
    assert.equal(error.code, 'token-refused');
    assert.match(error.message, /refused the service account token/);
    assert.equal(error.next.human.length, 1);
    assertNoLeak(error, [service.token]);
    await signingIn.asking;
  });

  test('what only the words of the SDK tell is told here too', async () => {
    using session = await begin().session(calm());
    const error: unknown = await readEnvironment(session, 'not-an-id').catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Failure);
    assert.equal(error.code, 'environment-missing');
  });

  test('a try that is made again is told in the log', async () => {
    const log = new Recorder();
    using signingIn = begin(log);
    const session = await signingIn.session(calm());
    await session.vaults();
    service.fail({ kind: 'status', status: 503, times: 1 });
    await session.vaults();
    assert.ok(
      log.lines.some((line) => line.startsWith('debug: 1Password did not answer as it should (try 1)')),
      log.lines.join('\n'),
    );
  });

  test('a signal ends the wait for the sign-in, and each question after it', async () => {
    service.fail({ kind: 'silence' });
    using signingIn = begin();
    const first = new AbortController();
    const waiting = signingIn.session(first.signal);
    await signingIn.asking;
    first.abort(new Error('cancelled'));
    await assert.rejects(waiting, /cancelled/);

    service.forget();
    using other = begin();
    const second = new AbortController();
    const session = await other.session(second.signal);
    await session.vaults();
    service.fail({ kind: 'silence' });
    const asking = session.vaults();
    await delay(50);
    second.abort(new Error('stopped'));
    await assert.rejects(asking, /stopped/);
    await assert.rejects(session.vaults(), /stopped/);
  });

  test('a thread that is over leaves nobody waiting', async () => {
    service.fail({ kind: 'silence' });
    const signingIn = begin();
    const waiting = signingIn.session(calm());
    await signingIn.asking;
    signingIn[Symbol.dispose]();
    await assert.rejects(waiting, /the thread that asks 1Password has ended/);
    await assert.rejects(signingIn.session(calm()), /the thread that asks 1Password has ended/);
  });
});
