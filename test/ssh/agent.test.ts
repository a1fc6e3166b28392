import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../src/base/failure.ts';
import { startAgent, stopAgent, type Agent } from '../../src/ssh/agent.ts';
import { readKey } from '../../src/ssh/keys/key.ts';
import { bytesUnder, processesWith } from '../harness/ssh/files.ts';
import { keptLog } from '../harness/ssh/kept-log.ts';
import { leaks, makeKey, MAKERS, type MadeKey } from '../harness/ssh/keys.ts';
import { needs, programPath, run, temporaryDirectory } from '../harness/ssh/programs.ts';

describe('the agent', { skip: needs('ssh-agent', 'ssh-add', 'ssh-keygen', 'openssl') }, () => {
  const keys: MadeKey[] = [];
  before(async () => {
    await using directory = await temporaryDirectory();
    for (const name of Object.keys(MAKERS)) keys.push(makeKey(directory.path, name));
  });

  test('takes every key that readKey gives, and ssh-add lists them by their fingerprints', async () => {
    await using parent = await temporaryDirectory();
    await using agent = await started(parent.path);
    for (const key of keys) await agent.addKey(read(key));
    const listed = run('ssh-add', ['-l'], { env: { ...process.env, SSH_AUTH_SOCK: agent.socket } });
    for (const { fingerprint, name } of keys) assert.ok(listed.includes(fingerprint), name);
    assert.deepEqual(
      await agent.fingerprints(),
      keys.map(({ fingerprint }) => fingerprint),
    );
  });

  test('waits for a key that comes later, and leaves nothing behind where none does', async () => {
    await using parent = await temporaryDirectory();
    await using agent = await started(parent.path);
    const [key] = keys;
    assert.ok(key !== undefined);
    const later = delay(200).then(() => read(key));
    await agent.addKey(later);
    assert.deepEqual(await agent.fingerprints(), [key.fingerprint]);
    await assert.rejects(
      agent.addKey(delay(100).then(() => Promise.reject(new Error('no vault')))),
      /no vault/,
    );
    assert.deepEqual(processesWith('ssh-add -q'), []);
    assert.deepEqual(await agent.fingerprints(), [key.fingerprint]);
  });

  test('keeps the key off the disk and off every command line, and the token out of its environment', async () => {
    await using parent = await temporaryDirectory();
    const programs = join(parent.path, 'programs');
    mkdirSync(programs);
    for (const name of ['ssh-add', 'ssh-agent']) {
      const record = `printf '%s ' "$0" "$@" >> ${parent.path}/recorded; env >> ${parent.path}/recorded`;
      writeFileSync(join(programs, name), `#!/bin/sh\n${record}\nexec ${programPath(name) ?? ''} "$@"\n`);
      chmodSync(join(programs, name), 0o755);
    }
    const path = process.env['PATH'] ?? '';
    process.env['PATH'] = `${programs}:${path}`;
    process.env['OP_SERVICE_ACCOUNT_TOKEN'] = 'ops_of_this_test';
    try {
      const log = keptLog();
      await using agent = await started(parent.path, log);
      for (const key of keys) await agent.addKey(read(key));
      const environment = existsSync(`/proc/${agent.pid}/environ`) ? readEnvironment(agent.pid) : '';
      const written = `${bytesUnder(parent.path)}${environment}${log.lines.join('\n')}`;
      assert.match(written, /ssh-add -q - /, 'the programs were recorded');
      assert.equal(written.includes('ops_of_this_test'), false);
      for (const key of keys) assert.equal(leaks(key, written), false, key.name);
      assert.ok(
        keys.every((key) => log.masked.includes(read(key).text)),
        'each is masked',
      );
    } finally {
      process.env['PATH'] = path;
      delete process.env['OP_SERVICE_ACCOUNT_TOKEN'];
    }
  });

  test('is reached by nobody else: its directory is private', async () => {
    await using parent = await temporaryDirectory();
    await using agent = await started(parent.path);
    assert.equal(statSync(dirname(agent.socket)).mode & 0o777, 0o700);
    assert.equal(dirname(dirname(agent.socket)), parent.path);
  });

  test('is gone after stop, process and directory, and a second stop does nothing', async () => {
    await using parent = await temporaryDirectory();
    const agent = await started(parent.path);
    assert.deepEqual(processesWith(agent.socket), [agent.pid]);
    await agent.stop();
    await agent.stop();
    assert.deepEqual(processesWith(agent.socket), []);
    assert.deepEqual(readdirSync(parent.path), []);
  });

  test('is ended from another process by what was kept of it', async () => {
    await using parent = await temporaryDirectory();
    const { socket, pid } = await started(parent.path);
    const module = new URL('../../src/ssh/agent.ts', import.meta.url).href;
    const script = `const { stopAgent } = await import('${module}'); await stopAgent(JSON.parse(process.argv[1]));`;
    run(process.execPath, ['--input-type=module', '-e', script, JSON.stringify({ socket, pid })]);
    assert.deepEqual(processesWith(socket), []);
    assert.deepEqual(readdirSync(parent.path), []);
  });

  test('a process that got its number meanwhile is left alone, and so is a directory that is not its own', async () => {
    await using parent = await temporaryDirectory();
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      const directory = join(parent.path, 'kamal-1password-agent-gone');
      mkdirSync(directory);
      await stopAgent({ socket: join(directory, 'agent.sock'), pid: other.pid ?? 0 });
      assert.equal(other.exitCode ?? other.signalCode, null);
      assert.equal(existsSync(directory), false, 'what an agent left is removed');
      await stopAgent({ socket: join(parent.path, 'agent.sock'), pid: other.pid ?? 0 });
      assert.equal(existsSync(parent.path), true);
    } finally {
      other.kill();
    }
  });

  test('refuses a key that is none, or locked, at once and without showing it', async () => {
    await using parent = await temporaryDirectory();
    await using agent = await started(parent.path);
    const locked = join(parent.path, 'locked');
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a passphrase', '-f', locked]);
    const text = readFileSync(locked, 'utf8');
    for (const given of [text, 'nothing', text.slice(0, 200)]) {
      const failure = await agent.addKey({ text: given }).catch((error: unknown) => error);
      assert.ok(failure instanceof Failure);
      assert.equal(failure.code, 'ssh-agent-refused-key');
      assert.equal(
        leaks({ text, publicBlob: '' }, `${failure.message}${JSON.stringify(failure.next)}`),
        false,
      );
    }
  });

  test('says what to install where there is no ssh-agent', async () => {
    await using parent = await temporaryDirectory();
    const path = process.env['PATH'];
    process.env['PATH'] = parent.path;
    try {
      const failure = await startAgent({ log: keptLog(), parent: parent.path }).catch(
        (error: unknown) => error,
      );
      assert.ok(failure instanceof Failure);
      assert.equal(failure.code, 'ssh-agent-missing');
      assert.match(failure.next.agent.join(), /openssh-client/);
      assert.deepEqual(readdirSync(parent.path), []);
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('a directory too deep for a socket is passed by', async () => {
    await using parent = await temporaryDirectory();
    const deep = join(parent.path, 'a'.repeat(60), 'b'.repeat(60));
    mkdirSync(deep, { recursive: true });
    const agent = await started(deep);
    assert.match(agent.socket, /^\/tmp\/kamal-1password-agent-/);
    await agent.stop();
    assert.equal(existsSync(dirname(agent.socket)), false);
  });

  test('an abort before or during its start leaves nothing', async () => {
    await using parent = await temporaryDirectory();
    const reason = new Error('cancelled');
    await assert.rejects(
      startAgent({ log: keptLog(), parent: parent.path, signal: AbortSignal.abort(reason) }),
      reason,
    );
    const controller = new AbortController();
    const starting = startAgent({ log: keptLog(), parent: parent.path, signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(starting, reason);
    assert.deepEqual(readdirSync(parent.path), []);
    assert.deepEqual(processesWith(parent.path), []);
  });
});

async function started(parent: string, log = keptLog()): Promise<Agent & AsyncDisposable> {
  const agent = await startAgent({ log, parent });
  return { ...agent, [Symbol.asyncDispose]: () => agent.stop() };
}

function read(key: MadeKey): { readonly text: string } {
  const found = readKey(key.text);
  if (found instanceof Failure) throw found;
  return found;
}

/** Debian's ssh-agent belongs to its own group, so that only root may look. */
function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
