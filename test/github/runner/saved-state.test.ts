/** The state of a run comes back to post through a file that other programs of the job can write to. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildDist } from '../../../bin/build.ts';
import { readState } from '../../../src/github/runner/saved-state.ts';
import type { RunState } from '../../../src/github/runner/state.ts';
import { patient } from '../../harness/patient.ts';
import { Job } from '../../harness/runner/job.ts';

const ACCESS = { user: 'deploy', port: 22, proxy: null, proxyCommand: null, socket: '/tmp/a/agent.sock' };
/** All that main ever notes. */
const WHOLE: Required<RunState> = {
  directory: '/tmp/kamal-1password-abcdef',
  deployment: { id: 12, environmentUrl: null, logUrl: 'https://github.com/acme/app', isPreview: true },
  agent: { socket: '/tmp/kamal-1password-agent-x/agent.sock', pid: 4242, keeper: 4243 },
  knownHosts: {
    id: 'abc',
    files: [{ path: '/root/.ssh/known_hosts', created: true, directoryCreated: false, separated: false }],
  },
  lock: { ...ACCESS, host: '192.0.2.1', directory: '.kamal/lock', performer: 'me', version: null, since: 1 },
  left: {
    ...ACCESS,
    deployed: {
      service: 'app',
      destination: null,
      roles: [{ name: 'web', hosts: ['192.0.2.1'], proxy: true }],
      accessories: [{ name: 'db', hosts: ['192.0.2.1'], service: null }],
    },
  },
};

const ODD: readonly unknown[] = [null, 5, -1, 1e300, '', 'x', true, [], [null], {}, { a: 1 }];

/** Every copy of a value in which one node is replaced, or gone. */
function* changed(value: unknown): Generator {
  yield* ODD;
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries())
      for (const other of changed(each)) yield value.with(index, other);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      for (const other of changed(each)) yield { ...value, [name]: other };
      yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
    }
  }
}

function read(saved: unknown): ReturnType<typeof readState> {
  process.env['STATE_run'] = typeof saved === 'string' ? saved : JSON.stringify(saved);
  return readState();
}

describe('the state that main leaves', () => {
  after(() => delete process.env['STATE_run']);

  test('comes back as it was', () => {
    assert.deepEqual(read(WHOLE), { state: WHOLE, unreadable: [] });
    const { socket, pid } = WHOLE.agent;
    const agent = { socket, pid };
    assert.deepEqual(read({ agent }), { state: { agent }, unreadable: [] });
    assert.deepEqual(read(''), { state: {}, unreadable: [] });
  });

  test('without a part that is not as main writes it; the others are kept', () => {
    let count = 0;
    for (const [name, part] of Object.entries(WHOLE)) {
      for (const other of changed(part)) {
        count += 1;
        const { state, unreadable } = read({ ...WHOLE, [name]: other });
        if (unreadable.length > 0) assert.deepEqual(unreadable, [name]);
        const { [name]: found, ...rest } = state as Record<string, unknown>;
        assert.deepEqual(found, unreadable.length > 0 ? undefined : other);
        assert.equal(Object.keys(rest).length, Object.keys(WHOLE).length - 1);
      }
    }
    assert.ok(count > 400, String(count));
  });

  test('of another kind altogether: nothing of it is used', () => {
    for (const saved of ['{', '[]', 'null', '5', '"x"', '['.repeat(100_000)])
      assert.deepEqual(read(saved), { state: {}, unreadable: ['run'] });
    assert.deepEqual(read('{"__proto__":{"directory":"/etc"},"constructor":1}'), {
      state: {},
      unreadable: [],
    });
  });
});

describe('post, with a state that was tampered with', () => {
  const action = mkdtempSync(join(tmpdir(), 'kamal-1password-action-'));
  const dist = join(action, 'dist');
  before(() => buildDist({ outDir: dist }));
  after(() => rmSync(action, { recursive: true }));

  const CASES: Readonly<Record<string, (root: string) => unknown>> = {
    'a directory that is a number': () => ({ directory: 5 }),
    'a directory of somebody else': (root) => ({ directory: join(root, 'other') }),
    'an agent without a socket': () => ({ agent: { pid: 1 } }),
    'host keys without files': () => ({ knownHosts: { files: 5 } }),
    'a lock without a host': () => ({ lock: {} }),
    'servers without roles': () => ({ left: { deployed: {} } }),
    'a list': () => [],
  };

  for (const [name, state] of Object.entries(CASES)) {
    test(`${name}: one warning in words, and the job goes on`, { timeout: patient(30_000) }, async () => {
      await using job = new Job({ dist, workspace: action, inputs: { 'github-token': '' } });
      mkdirSync(join(job.root, 'other'));
      writeFileSync(job.file('state'), `run<<END\n${JSON.stringify(state(job.root))}\nEND\n`);
      const post = await job.run('post');
      assert.equal(post.exitCode, 0, post.written);
      assert.doesNotMatch(post.written, /TypeError|\bat .*\.js:\d+|undefined|is not iterable|of null/);
      assert.deepEqual(
        post.annotations.map(({ level }) => level),
        ['warning'],
      );
      assert.match(post.log, /cannot be read|is not a directory of this action/);
      assert.deepEqual(readdirSync(join(job.root, 'other')), []);
    });
  }
});
