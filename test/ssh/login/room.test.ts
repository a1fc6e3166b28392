/** What a login asks of a machine besides, in whatever shell the account has. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { ASK_FOR_ROOM, inGigabytes, readRoom } from '../../../src/ssh/login/room.ts';

test('free disk is that of the fullest one, memory what is to be had', () => {
  const printed = `Filesystem     1024-blocks     Used Available Capacity Mounted on
/dev/vda1         20134592 12345678   7788914      62% /
/dev/mapper/vg-docker  9134592  8345678    488914      95% /var/lib/docker
MemAvailable:     312456 kB
`;
  assert.deepEqual(readRoom(printed), { disk: 488914 * 1024, memory: 312456 * 1024 });
});

test('what is missing is not known, and what is no answer is none', () => {
  for (const printed of [
    '',
    'Welcome to Ubuntu 24.04 LTS 12 34 56 78% off\n',
    'This account is restricted.\n',
  ])
    assert.deepEqual(readRoom(printed), { disk: null, memory: null });
  assert.deepEqual(readRoom('MemAvailable:       2048 kB\n'), { disk: null, memory: 2048 * 1024 });
});

for (const shell of ['sh', 'bash', 'dash', 'zsh', 'fish', 'tcsh']) {
  const path = spawnSync('sh', ['-c', `command -v ${shell}`], { encoding: 'utf8' }).stdout.trim();
  const skip = path === '' && process.env['CI'] !== 'true';
  test(`${shell} answers, and ends well even where it has no programs`, { skip }, () => {
    const asked = spawnSync(path, ['-c', ASK_FOR_ROOM], { encoding: 'utf8' });
    assert.equal(asked.status, 0);
    const { disk } = readRoom(asked.stdout);
    assert(disk !== null && disk > 0, asked.stdout);
    const bare = spawnSync(path, ['-c', ASK_FOR_ROOM], { encoding: 'utf8', env: { PATH: '/nowhere' } });
    // `true` is no built-in of every shell.
    if (['sh', 'bash', 'dash', 'zsh'].includes(shell)) assert.equal(bare.status, 0);
    assert.deepEqual(readRoom(bare.stdout), { disk: null, memory: null });
  });
}

test('bytes in words', () => {
  assert.deepEqual([1_400_000_000, 310_000_000].map(inGigabytes), ['1.4 GB', '310 MB']);
});
