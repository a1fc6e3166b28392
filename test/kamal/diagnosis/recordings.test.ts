/** Recordings of each cause and of what looks like it, whole and damaged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAUSES } from '../../../src/kamal/diagnosis/causes.ts';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import { confidentlyWrong, damagedLogs, randomOf } from '../../harness/kamal/damaged-logs.ts';
import { recordings } from '../../harness/kamal/recordings.ts';
import { seed } from '../../harness/properties.ts';

const all = recordings();

for (const cause of CAUSES) {
  const ofCause = all.filter(({ file }) => file === cause);
  void test(`${cause}: every recording of it, and what only looks like it`, () => {
    const logs = ofCause.filter(({ nearMiss }) => !nearMiss).map(({ log }) => log);
    assert(new Set(logs).size >= 3, 'three recordings that differ');
    assert(
      ofCause.some(({ nearMiss, cause: other }) => nearMiss && other !== cause),
      'a near miss',
    );
    for (const { name, log, cause: right } of ofCause) {
      const found = diagnose(log);
      assert.equal(found.cause, right, `${name}: ${found.seen}`);
      assert.equal(found.confidence === 'none', right === 'unknown', name);
      assert.equal(found.candidates[0]?.cause ?? right, right, name);
    }
  });
}

void test(`a log that is damaged is diagnosed as what it was, or as unknown (seed ${seed})`, () => {
  for (const damaged of damagedLogs(200, randomOf(seed)))
    assert.equal(confidentlyWrong(damaged), null, `${damaged.name}\n${damaged.log}`);
});

void test('a command that nobody knows is quoted: what ran, where, and its last words', () => {
  const log = `Start container with version 4f3a9c1 (or reboot if already running)...
  INFO [3569f4cc] Running docker frobnicate --all on 192.0.2.10
  Finished all in 3.1 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 3
docker stdout: Nothing written
docker stderr: first this
then something that nobody has seen`;
  const found = diagnose(log);
  assert.deepEqual(found.failed, {
    command: 'docker frobnicate --all',
    host: '192.0.2.10',
    said: 'then something that nobody has seen',
  });
  assert.equal(found.cause, 'unknown');
  assert.match(
    found.seen,
    /`docker frobnicate --all` ended with exit status 3: then something that nobody has seen/,
  );
});

void test('what a hook printed is the hook’s: the hook is named first, then the cause within it', () => {
  const hooked = all.find(({ file, name }) => file === 'hook-failed' && name === 'kamal within');
  const found = diagnose(hooked?.log ?? '');
  assert.equal(found.cause, 'hook-failed');
  assert.equal(found.within?.cause, 'ssh-auth');
  assert.match(found.means, /post-deploy.*Within it: ssh-auth\./s);
});
