/** What becomes of an agent whose process is killed, and of a key that no one takes away. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { claimRun, LONGEST, startAgent, stopAgent, type AgentState } from '../../src/ssh/agent.ts';
import { processesWith } from '../harness/ssh/files.ts';
import { keptLog } from '../harness/ssh/kept-log.ts';
import { makeKey, MAKERS, type MadeKey } from '../harness/ssh/keys.ts';
import { needs, run, temporaryDirectory } from '../harness/ssh/programs.ts';
import { patient } from '../harness/patient.ts';

/** A process that starts an agent as a job's main step does, and then does nothing. */
const STARTS = `
  const { startAgent } = await import(${JSON.stringify(new URL('../../src/ssh/agent.ts', import.meta.url).href)});
  const [options, key] = JSON.parse(process.argv[1]);
  const log = { debug() {}, info() {}, warning() {}, mask() {} };
  const agent = await startAgent({ log, ...options });
  await agent.addKey({ text: key });
  console.log(JSON.stringify({ socket: agent.socket, pid: agent.pid, keeper: agent.keeper }));
  setInterval(() => {}, 1000);
`;

/** The same with a limit that a test can wait for, where the job's process cannot be seen. */
const STARTS_WITHOUT_A_JOB = `
  const { startKept } = await import(${JSON.stringify(new URL('../../src/ssh/keeper.ts', import.meta.url).href)});
  const [socket, remove, claim] = JSON.parse(process.argv[1]);
  const kept = { remove, claim, job: 0, grace: 1 };
  const agent = await startKept(['-t', '60', '-a', socket], kept, { limit: 4, timeout: 5000 });
  console.log(JSON.stringify({ socket, ...agent }));
  setInterval(() => {}, 1000);
`;

describe('an agent that is left', { skip: needs('ssh-agent', 'ssh-add', 'ssh-keygen', 'openssl') }, () => {
  let key: MadeKey;
  before(async () => {
    await using directory = await temporaryDirectory();
    key = makeKey(directory.path, Object.keys(MAKERS)[0] ?? '');
  });

  const started = (options: object): Promise<{ state: AgentState; child: ChildProcess }> =>
    processOf(STARTS, [options, key.text]);

  async function processOf(
    script: string,
    argument: readonly unknown[],
  ): Promise<{ state: AgentState; child: ChildProcess }> {
    const words = ['--input-type=module', '-e', script, JSON.stringify(argument)];
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { state: JSON.parse(line.toString()) as AgentState, child };
  }

  /** A run's own directory, with what Docker writes into it. */
  function runIn(parent: string): string {
    const directory = join(parent, 'run');
    mkdirSync(join(directory, 'docker'), { recursive: true });
    writeFileSync(join(directory, 'docker/config.json'), '{"auths":{"registry":{"auth":"cGFzc3dvcmQ="}}}');
    return directory;
  }

  async function gone(what: () => boolean, seconds: number): Promise<number> {
    const began = performance.now();
    while (!what()) {
      if (performance.now() - began > patient(seconds * 1000)) assert.fail(`not within ${seconds} s`);
      await delay(50);
    }
    return (performance.now() - began) / 1000;
  }

  const ends = (state: AgentState, directory: string): boolean =>
    processesWith(state.socket).length === 0 &&
    !existsSync(directory) &&
    !existsSync(`/proc/${state.keeper}`);

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    test(`its process ended by ${signal}: it ends, and the run's directory is gone, in the time that post has to begin`, async () => {
      await using parent = await temporaryDirectory();
      const directory = runIn(parent.path);
      const { state, child } = await started({
        parent: directory,
        run: directory,
        job: process.pid,
        grace: 2,
      });
      await delay(1500);
      assert.equal(processesWith(state.socket).length, 1, 'as long as its process lives, it stays');
      child.kill(signal);
      await gone(() => ends(state, directory), 6);
      assert.deepEqual(readdirSync(parent.path), []);
    });
  }

  test('where the socket had to be elsewhere, that directory is gone too', async () => {
    await using parent = await temporaryDirectory();
    const directory = runIn(join(parent.path, 'a'.repeat(90)));
    const { state, child } = await started({ parent: directory, run: directory, job: process.pid, grace: 1 });
    assert.match(state.socket, /^\/tmp\/kamal-1password-agent-/);
    child.kill('SIGKILL');
    await gone(() => ends(state, directory) && !existsSync(dirname(state.socket)), 6);
  });

  test('claimed by post, or left to later steps, it stays as long as the job lives, and no longer', async () => {
    await using parent = await temporaryDirectory();
    const directory = runIn(parent.path);
    const job = spawn('sleep', ['60'], { stdio: 'ignore' });
    const { state, child } = await started({ parent: directory, run: directory, job: job.pid, grace: 1 });
    await claimRun(directory);
    child.kill('SIGKILL');
    await delay(3000);
    assert.equal(processesWith(state.socket).length, 1);
    assert.ok(existsSync(join(directory, 'docker/config.json')));
    job.kill('SIGKILL');
    await gone(() => ends(state, directory), 5);
  });

  test('where the job cannot be seen, and it is claimed, it ends after its limit', async () => {
    await using parent = await temporaryDirectory();
    const directory = runIn(parent.path);
    const { state, child } = await processOf(STARTS_WITHOUT_A_JOB, [
      join(directory, 'socket'),
      directory,
      join(directory, 'claimed'),
    ]);
    await claimRun(directory);
    child.kill('SIGKILL');
    await delay(2500);
    assert.equal(processesWith(state.socket).length, 1);
    await gone(() => ends(state, directory), 6);
    assert.equal(LONGEST, 6 * 3600, 'for a run');
  });

  test('claimed, it is ended by post at once, keeper and all', async () => {
    await using parent = await temporaryDirectory();
    const directory = runIn(parent.path);
    const { state, child } = await started({ parent: directory, run: directory, job: process.pid, grace: 1 });
    child.kill('SIGKILL');
    await claimRun(directory);
    await stopAgent(state);
    assert.deepEqual(processesWith(state.socket), []);
    await gone(() => processesWith(directory).length === 0, 1);
    assert.ok(existsSync(directory), 'the rest is for post to remove');
  });

  test('its keeper killed too: it ends by itself', async () => {
    await using parent = await temporaryDirectory();
    const directory = runIn(parent.path);
    const { state, child } = await started({ parent: directory, run: directory });
    child.kill('SIGKILL');
    process.kill(state.keeper ?? 0, 'SIGKILL');
    const seconds = await gone(() => processesWith(state.socket).length === 0, 15);
    assert.ok(seconds * 1000 < patient(12_000), `${seconds} s`);
  });

  test('a key ends with its time, unless it is given again', async () => {
    await using parent = await temporaryDirectory();
    const log = keptLog();
    const [plain, again] = await Promise.all([
      startAgent({ log, parent: parent.path, lifetime: 3 }),
      startAgent({ log, parent: parent.path, lifetime: 3, renewed: true }),
    ]);
    try {
      for (const agent of [plain, again]) await agent.addKey({ text: key.text });
      await delay(6000);
      assert.deepEqual(await plain.fingerprints(), []);
      assert.deepEqual(await again.fingerprints(), [key.fingerprint]);
    } finally {
      await Promise.all([plain.stop(), again.stop()]);
    }
  });

  test('the keeper has nothing of the key or the job, on its command line or in its environment', async () => {
    await using parent = await temporaryDirectory();
    process.env['OP_SERVICE_ACCOUNT_TOKEN'] = 'ops_of_this_test';
    const agent = await startAgent({ log: keptLog(), parent: parent.path });
    try {
      await agent.addKey({ text: key.text });
      const read = (name: string): string => run('cat', [`/proc/${agent.keeper}/${name}`]);
      const all = read('environ') + read('cmdline');
      assert.match(all, /kamal-1password-keeper/);
      assert.doesNotMatch(all, /ops_of_this_test|PRIVATE KEY/);
      assert.ok(all.includes(dirname(agent.socket)));
    } finally {
      delete process.env['OP_SERVICE_ACCOUNT_TOKEN'];
      await agent.stop();
    }
  });
});
