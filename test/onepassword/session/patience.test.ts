import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withPatience } from '../../../src/onepassword/session/patience.ts';
import { spoken, waitingTime } from '../../../src/onepassword/session/waiting-time.ts';

const PATIENCE = { tries: 4, firstPause: 1, perTry: 1000, inAll: 10_000 };

describe('patience', () => {
  test('ends with the first success', async () => {
    const tries: number[] = [];
    const result = await withPatience(
      PATIENCE,
      (number) => {
        tries.push(number);
        return number < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve('done');
      },
      () => ({ again: true }),
    );
    assert.equal(result, 'done');
    assert.deepEqual(tries, [1, 2, 3]);
  });

  test('ends with the last error once all tries are used, each judged once', async () => {
    let judged = 0;
    const trying = withPatience(
      PATIENCE,
      (number) => Promise.reject(new Error(`try ${number}`)),
      () => {
        judged += 1;
        return { again: true };
      },
    );
    await assert.rejects(trying, /try 4/);
    assert.equal(judged, 4);
  });

  test('does not begin what is not worth another try', async () => {
    let tries = 0;
    const trying = withPatience(
      PATIENCE,
      () => {
        tries += 1;
        return Promise.reject(new Error('refused'));
      },
      () => ({ again: false }),
    );
    await assert.rejects(trying, /refused/);
    assert.equal(tries, 1);
  });

  test('waits as long as it is asked to, or not at all where that is too long', async () => {
    const began = performance.now();
    const trying = withPatience(
      { ...PATIENCE, tries: 2 },
      () => Promise.reject(new Error('busy')),
      () => ({ again: true, notBefore: 100 }),
    );
    await assert.rejects(trying, /busy/);
    assert.ok(performance.now() - began >= 99);
    let tries = 0;
    const tooLong = withPatience(
      PATIENCE,
      () => {
        tries += 1;
        return Promise.reject(new Error('busy'));
      },
      () => ({ again: true, notBefore: 60_000 }),
    );
    await assert.rejects(tooLong, /busy/);
    assert.equal(tries, 1);
  });

  test('a signal ends the pause', async () => {
    const cancel = new AbortController();
    const trying = withPatience(
      PATIENCE,
      () => Promise.reject(new Error('busy')),
      () => {
        cancel.abort(new Error('cancelled'));
        return { again: true, notBefore: 5000 };
      },
      cancel.signal,
    );
    await assert.rejects(trying);
  });
});

describe('Retry-After', () => {
  const NOW = Date.parse('2026-01-31T12:00:00Z');
  const cases: readonly (readonly [header: string | null, milliseconds: number | null])[] = [
    ['0', 0],
    ['77', 77_000],
    [' 3600 ', 3_600_000],
    ['Sat, 31 Jan 2026 12:01:30 GMT', 90_000],
    ['Sat, 31 Jan 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['', null],
    [null, null],
  ];
  for (const [header, milliseconds] of cases) {
    test(`${JSON.stringify(header)} is ${milliseconds} ms`, () => {
      assert.equal(waitingTime(header, NOW), milliseconds);
    });
  }

  test('is spoken as people do', () => {
    const said = [400, 45_000, 90_000, 120_000, 3_540_000, 3_600_000, 3_900_000, 82_800_000].map((ms) =>
      spoken(ms),
    );
    assert.deepEqual(said, ['1 s', '45 s', '90 s', '2 min', '59 min', '1 h', '1 h 5 min', '23 h']);
  });
});
