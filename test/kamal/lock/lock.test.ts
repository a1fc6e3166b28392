import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isOurLock,
  lockDetails,
  lockDirectory,
  lockInOutput,
  signedAs,
  type OurLock,
} from '../../../src/kamal/lock/lock.ts';
import { lockPerformer } from '../../../src/kamal/lock/own-lock.ts';

/** As Kamal writes it: `echo "BASE64"`, in lines of 60 characters (Ruby's Base64.encode64). */
function written(text: string): string {
  return `${Buffer.from(text)
    .toString('base64')
    .replaceAll(/(.{60})/g, '$1\n')}\n`;
}

const ours: OurLock = {
  performer: 'octocat (run 42 of acme/shop)',
  version: 'a1b2c3',
  message: 'Automatic deploy lock',
  notBefore: new Date('2026-02-03T04:05:06.700Z'),
  notAfter: new Date('2026-02-03T04:05:20.000Z'),
};
const details = (
  by: string,
  at: string,
  version = ours.version,
  message = ours.message,
): ReturnType<typeof lockDetails> =>
  lockDetails(written(`Locked by: ${by} at ${at}\nVersion: ${version}\nMessage: ${message}`));

void test('the directory is named after service and destination', () => {
  assert.equal(lockDirectory('shop', null), '.kamal/lock-shop');
  assert.equal(lockDirectory('shop', 'qa'), '.kamal/lock-shop-qa');
});

void test('details are read as Kamal writes them: names with " at ", no name, messages of several lines', () => {
  const read = details('Ada at Home', '2026-02-03T04:05:07Z', 'v1', 'Do not deploy\nuntil Monday');
  assert.deepEqual(
    [read.performer, read.at?.toISOString(), read.version, read.message],
    ['Ada at Home', '2026-02-03T04:05:07.000Z', 'v1', 'Do not deploy\nuntil Monday'],
  );
  assert.equal(details('', '2026-02-03T04:05:07Z').performer, '');
  for (const broken of ['', 'not base64 !', written('Locked by: X')])
    assert.equal(lockDetails(broken).at, null);
});

void test('ours is only what agrees in performer, version, message and time, to the second that Kamal writes', () => {
  const is = (...of: Parameters<typeof details>): boolean => isOurLock(details(...of), ours);
  assert.equal(is(ours.performer, '2026-02-03T04:05:06Z'), true);
  assert.equal(is(ours.performer, '2026-02-03T04:05:20Z'), true);
  assert.equal(is(ours.performer, '2026-02-03T04:05:05Z'), false);
  assert.equal(is(ours.performer, '2026-02-03T04:05:21Z'), false);
  assert.equal(is('octocat (run 43 of acme/shop)', '2026-02-03T04:05:07Z'), false);
  assert.equal(is(ours.performer, '2026-02-03T04:05:07Z', 'other'), false);
  assert.equal(is(ours.performer, '2026-02-03T04:05:07Z', ours.version, 'Maintenance'), false);
  assert.equal(isOurLock(lockDetails(''), ours), false);
});

void test("Kamal's output tells whether a lock can be ours", () => {
  const asked = ['\u001B[35mAcquiring the deploy lock...\u001B[0m'];
  assert.deepEqual(lockInOutput([]), { asked: false, refused: false, released: false });
  assert.deepEqual(lockInOutput(asked), { asked: true, refused: false, released: false });
  assert.deepEqual(lockInOutput([...asked, 'Deploy lock already in place!']), {
    asked: true,
    refused: true,
    released: false,
  });
  assert.deepEqual(lockInOutput([...asked, 'Timed out after 4s waiting for the deploy lock']), {
    asked: true,
    refused: true,
    released: false,
  });
  const released = [...asked, 'Releasing the deploy lock...'];
  assert.equal(lockInOutput(released).released, false, 'it may have been cut off just then');
  assert.equal(lockInOutput([...released, '  Finished all in 4.2 seconds']).released, true);
  const failed = [
    ...released,
    'Error releasing the deploy lock: closed stream',
    '  Finished all in 4.2 seconds',
  ];
  assert.equal(lockInOutput(failed).released, false);
  assert.equal(
    lockInOutput([...released, '  Finished all in 4.2 seconds', ...asked]).released,
    false,
    'it was taken again',
  );
});

void test('a signed lock keeps what git was told already', () => {
  assert.deepEqual(signedAs({}, 'me'), {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'user.name',
    GIT_CONFIG_VALUE_0: 'me',
  });
  const before = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };
  assert.deepEqual(signedAs(before, 'me'), {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_1: 'user.name',
    GIT_CONFIG_VALUE_1: 'me',
  });
});

void test('two jobs of which GitHub says the same sign in two ways, and Kamal writes it as it is', () => {
  const job = {
    GITHUB_ACTOR: 'mona',
    GITHUB_RUN_ID: '42',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_JOB: 'deploy',
  };
  for (const env of [job, {}]) {
    const signed = Array.from({ length: 500 }, () => lockPerformer(env));
    assert.equal(new Set(signed).size, signed.length);
    const [performer = ''] = signed;
    const own = { ...ours, performer };
    assert.equal(isOurLock(details(performer, '2026-02-03T04:05:07Z'), own), true);
    for (const other of signed.slice(1)) {
      assert.equal(isOurLock(details(other, '2026-02-03T04:05:07Z'), own), false);
    }
  }
});
