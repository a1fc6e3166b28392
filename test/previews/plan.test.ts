/** The planner against its rules, over generated pull requests, servers and runs: any doubt keeps. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { AUTOMATIC_MESSAGE, type LockDetails } from '../../src/kamal/lock/lock.ts';
import { readDuration } from '../../src/base/text/duration.ts';
import { holdsNumber, NUMBER } from '../../src/previews/identity.ts';
import { previewsOf, readInventory, type Place, type Preview } from '../../src/previews/inventory.ts';
import { isOwnedBy, ownsInShell, readMarker, writeMarker, type Marker } from '../../src/previews/marker.ts';
import { decide, replacedBy } from '../../src/previews/plan.ts';
import { wishOf, type PullRequestState } from '../../src/previews/wanted.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { fc, runs as cases } from '../harness/properties.ts';

const REPOSITORY = 'acme/shop';
const NOW = Date.parse('2026-11-28T12:00:00Z');
const HOUR = 3_600_000;

function marker(number: number, facts: Partial<Marker> = {}): Marker {
  return {
    repository: REPOSITORY,
    pullRequest: number,
    service: `shop-pr-${number}`,
    destination: 'preview',
    commit: 'abc',
    run: '100.1',
    at: new Date(NOW - HOUR).toISOString(),
    address: null,
    role: 'web',
    host: '192.0.2.1',
    ...facts,
  };
}

function preview(number: number, lock: LockDetails | null, facts: Partial<Marker> = {}): Preview {
  const own = marker(number, facts);
  const place: Place = {
    host: own.host,
    marker: own,
    raw: writeMarker(own),
    hosts: [],
    isSetUp: false,
    lock,
    containers: [],
  };
  return {
    number,
    service: own.service,
    destination: 'preview',
    places: [place],
    hosts: [own.host],
    deployedAt: Date.parse(own.at),
  };
}

const pulls = fc.record({
  state: fc.constantFrom('open' as const, 'closed' as const),
  merged: fc.boolean(),
  draft: fc.boolean(),
  labels: fc.subarray(['preview', 'bug', 'PREVIEW']),
  headRepository: fc.constantFrom(REPOSITORY, 'mallory/shop', null),
});
const states = fc.oneof(
  fc.constant<PullRequestState>({ kind: 'unknown', why: 'GitHub did not answer' }),
  pulls.map((facts): PullRequestState => ({ kind: 'known', pull: { number: 1, headSha: 'abc', ...facts } })),
);
const locks = fc.oneof(
  fc.constant(null),
  fc.record({
    performer: fc.constantFrom('mona (run 200.1 of acme/shop, job preview, x)', 'mona', ''),
    at: fc.constantFrom(null, new Date(NOW - HOUR / 2), new Date(NOW - 2 * HOUR)),
    version: fc.constant('x'),
    message: fc.constantFrom(AUTOMATIC_MESSAGE, 'I am debugging'),
    raw: fc.constant('raw'),
  }),
);
const runs = fc.dictionary(
  fc.constantFrom('100', '200'),
  fc.constantFrom('in-progress' as const, 'ended' as const, 'unknown' as const),
);

function holds<T>(property: fc.IPropertyWithHooks<T>): void {
  fc.assert(property, { numRuns: cases(1000) });
}

describe('the planner', () => {
  test('removes only what is certain not to be wanted, and where nobody is at work', () =>
    holds(
      fc.property(
        states,
        locks,
        runs,
        fc.constantFrom('preview', null),
        fc.constantFrom(null, HOUR / 2, 2 * HOUR),
        (state, lock, known, label, expiresAfter) => {
          const policy = { repository: REPOSITORY, label, expiresAfter };
          const one = preview(1, lock);
          const decision = decide(one, policy, {
            pulls: new Map([[1, state]]),
            runs: new Map(Object.entries(known)),
            own: null,
            now: NOW,
          });
          if (state.kind === 'unknown') assert.equal(decision.kind, 'doubt');
          if (decision.kind !== 'remove' || state.kind === 'unknown') return;
          const { pull } = state;
          const isLabelled = pull.labels.some((each) => each.toLowerCase() === 'preview');
          const isWanted =
            pull.state === 'open' &&
            pull.headRepository === REPOSITORY &&
            (label === null ? !pull.draft : isLabelled) &&
            (expiresAfter === null || expiresAfter >= HOUR);
          assert.equal(isWanted, false, JSON.stringify(pull));
          assert.notEqual(known['100'], 'in-progress');
          assert.notEqual(lock?.message, 'I am debugging');
          if (lock?.performer.includes('run 200') === true) assert.notEqual(known['200'], 'in-progress');
        },
      ),
    ));

  test('a fork is never wanted, and nothing is wanted of a closed pull request', () =>
    holds(
      fc.property(pulls, fc.constantFrom('preview', null), (facts, label) => {
        const state: PullRequestState = { kind: 'known', pull: { number: 1, headSha: 'abc', ...facts } };
        const wish = wishOf(state, { repository: REPOSITORY, label, expiresAfter: null }, null, NOW);
        if (facts.headRepository !== REPOSITORY || facts.state === 'closed')
          assert.equal(wish.kind, 'not-wanted');
        assert.notEqual(wish.kind, 'unknown');
      }),
    ));

  test('its own run is no hindrance; a run that nobody knows is, for an hour', () => {
    const closed: PullRequestState = {
      kind: 'known',
      pull: {
        number: 1,
        state: 'closed',
        merged: false,
        draft: false,
        labels: [],
        headRepository: REPOSITORY,
        headSha: 'abc',
      },
    };
    const policy = { repository: REPOSITORY, label: 'preview', expiresAfter: null };
    const of = (age: number, own: string | null): string =>
      decide(preview(1, null, { at: new Date(NOW - age).toISOString() }), policy, {
        pulls: new Map([[1, closed]]),
        runs: new Map(),
        own,
        now: NOW,
      }).kind;
    assert.equal(of(HOUR / 2, '100'), 'remove');
    assert.equal(of(HOUR / 2, null), 'doubt');
    assert.equal(of(2 * HOUR, null), 'remove');
  });

  test('the oldest make room, as many as are too many, and never the new one', () => {
    const aged = [1, 2, 3, 4].map((number) =>
      preview(number, null, { at: new Date(NOW - number * HOUR).toISOString() }),
    );
    assert.deepEqual(
      replacedBy(9, aged, 3).map(({ number }) => number),
      [4, 3],
    );
    assert.deepEqual(
      replacedBy(4, aged, 3).map(({ number }) => number),
      [3],
    );
    assert.deepEqual(replacedBy(9, aged, 5), []);
  });
});

describe('names', () => {
  test('a number is held as a whole', () => {
    assert.ok(holdsNumber('shop-pr-1', 1));
    for (const name of ['shop-pr-12', 'shop-pr-21', 'shop', 'shop11'])
      assert.equal(holdsNumber(name, 1), false, name);
  });

  test('what is no number of a pull request', () => {
    for (const text of ['1; rm -rf /', '0', '01', '12345678901', '-1', '1\n', '', '１'])
      assert.equal(NUMBER.test(text), false, JSON.stringify(text));
    for (const text of ['1', '12', '4294967295']) assert.ok(NUMBER.test(text));
  });

  test('durations', () => {
    assert.equal(readDuration('7d'), 7 * 24 * HOUR);
    assert.equal(readDuration('36h'), 36 * HOUR);
    assert.equal(readDuration('never'), null);
    for (const text of ['', '7', 'd', '0d', '7 d', '7D', '-1d', '1e9d'])
      assert.equal(readDuration(text), undefined, text);
  });
});

describe('the marker', () => {
  test('is read back as it was written, and only in its own directory', () =>
    holds(
      fc.property(fc.integer({ min: 1, max: 9_999_999_999 }), (number) => {
        const own = marker(number);
        const text = writeMarker(own);
        assert.deepEqual(readMarker(text, `shop-pr-${number}-preview`), own);
        assert.equal(readMarker(text, `shop-pr-${number}0-preview`), null);
      }),
    ));

  test('whose it is: on a server by grep as here, with and without ids, projects and other destinations', () => {
    const owners = ['acme/shop', 'ACME/Shop', 'acme/sho.'].flatMap((repository) =>
      [null, '7', '77'].flatMap((repositoryId) =>
        [null, '.', 'a"*'].map((project) => ({
          repository,
          repositoryId,
          project,
        })),
      ),
    );
    using folder = new TemporaryProject({});
    const markers = [...owners.map((owner) => marker(1, owner)), marker(1, { destination: 'docs' })];
    for (const [index, each] of markers.entries())
      writeFileSync(join(folder.root, String(index)), `${writeMarker(each)}\n`);
    // As it is read on a server, what is not known is not there; as it is made, it is null.
    const read = markers.map((each) => readMarker(writeMarker(each), `shop-pr-1-${each.destination}`));
    // Each fourth has each part in each of its forms.
    for (const owner of owners.filter((_, index) => index % 4 === 0)) {
      const script = `${ownsInShell('owns', { ...owner, destination: 'preview' })}
for file in ${markers.map((_, index) => index).join(' ')}; do if owns "$file"; then echo yes; else echo no; fi; done`;
      const printed = execFileSync('sh', ['-c', script], { cwd: folder.root, encoding: 'utf8' }).trim();
      assert.deepEqual(
        printed.split('\n'),
        markers.map((each) => (isOwnedBy(each, owner) && each.destination === 'preview' ? 'yes' : 'no')),
        JSON.stringify(owner),
      );
      for (const [index, each] of read.entries())
        assert.equal(
          each !== null && isOwnedBy(each, owner),
          isOwnedBy(markers[index] ?? marker(1), owner),
          String(index),
        );
    }
  });

  test('how long ago it was written, the clock of the host says: a runner’s may be days off', () => {
    const of = (age: string, at: number): number => {
      const raw = writeMarker(marker(1, { at: new Date(at).toISOString() }));
      const lines = `marker\tshop-pr-1-preview\t${raw}\nage\tshop-pr-1-preview\t${age}\nend\n`;
      const [found] = previewsOf([readInventory('a', lines, 'preview')], { repository: REPOSITORY }, NOW);
      return (NOW - (found?.deployedAt ?? 0)) / HOUR;
    };
    assert.equal(of('3600\t', NOW - 400 * HOUR), 1);
    assert.equal(of('3600\t', NOW + 400 * HOUR), 1);
    assert.equal(of('-3600\t', NOW), 0);
    for (const unknown of ['\t', 'x\t', '']) assert.equal(of(unknown, NOW - 5 * HOUR), 5);
  });

  test('whatever is odd in it makes it none', () => {
    const own = marker(1);
    const odd: Partial<Record<keyof Marker, unknown>>[] = [
      { repository: 'acme' },
      { repositoryId: 7 },
      { repositoryId: '7"; id' },
      { project: 7 },
      { repository: 'acme/shop"; rm -rf /' },
      { pullRequest: '1' },
      { pullRequest: 12 },
      { service: 'shop' },
      { service: "shop-pr-1'; rm -rf ~; '" },
      { service: '../../shop-pr-1' },
      { destination: '' },
      { role: 'web $(id)' },
      { host: '-oProxyCommand=id' },
      { commit: 'abc; id' },
      { run: 'x' },
      { at: 'yesterday' },
    ];
    for (const change of odd) {
      const changed = { ...own, ...change } as Marker;
      assert.equal(
        readMarker(writeMarker(changed), `${changed.service}-${changed.destination}`),
        null,
        JSON.stringify(change),
      );
    }
    for (const text of ['', '{', '[]', 'null', writeMarker(own).slice(0, -9)])
      assert.equal(readMarker(text, 'shop-pr-1-preview'), null);
  });

  test('an inventory that was cut off says nothing, and hostile names in it reach nobody', () => {
    const raw = writeMarker(marker(1));
    const lines = [
      `marker\tshop-pr-1-preview\t${raw}`,
      'name\tshop-pr-1-preview\thost\t-oProxyCommand=id',
      'name\tshop-pr-1-preview\thost\t192.0.2.9',
      'marker\tshop-pr-2-preview\t{"odd":true}',
    ].join('\n');
    assert.equal(readInventory('a', lines, 'preview').reached, false);
    const read = readInventory('a', `${lines}\nend\n`, 'preview');
    assert.ok(read.reached);
    assert.deepEqual(
      read.places.map(({ hosts }) => hosts),
      [['192.0.2.9']],
    );
    assert.deepEqual(read.unreadable, ['shop-pr-2-preview']);
  });
});
