import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { diagnose } from '../../src/kamal/diagnosis/diagnose.ts';
import { lockDirectory, lockInOutput, releaseOurLock, signedAs } from '../../src/kamal/lock/lock.ts';
import type { LiveLine, RunResult } from '../../src/kamal/run/run.ts';
import { serverState, type ServerState } from '../../src/kamal/servers/state.ts';
import { commitFiles, type App } from '../harness/target/app.ts';
import { replaceCommand, restoreCommands } from '../harness/target/faults.ts';
import { holdLock, lockState } from '../harness/target/lock.ts';
import { processesMarked, processesMatching } from '../harness/target/processes.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { target, withoutTarget } from '../harness/target/target.ts';
import { Ground, webOnA } from '../harness/e2e/kamal-ground.ts';
import { patient } from '../harness/patient.ts';

const PERFORMER = 'octocat (run 42)';

void describe('a run that is interrupted', { skip: withoutTarget() }, () => {
  let ground: Ground;
  let app: App;
  let first: string;

  before(async () => {
    await resetTarget();
    ground = await Ground.lay();
    app = await ground.app({ TOKEN: 'x1-tok' });
    first = app.version;
    const deployed = await ground.kamal(app, ['deploy']);
    assert.equal(deployed.exitCode, 0, deployed.lines.join('\n'));
  });
  beforeEach(() => restoreCommands(target().hosts[0]));
  after(async () => {
    await ground?.[Symbol.asyncDispose]();
    await resetTarget();
  });

  /** What the server says once kamal-proxy has ended its switch, which does not end with Kamal. */
  async function settled(): Promise<ServerState> {
    for (;;) {
      const state = await serverState(webOnA(), ground.access);
      if (!state.roles.some(({ switching }) => switching)) return state;
      await delay(200);
    }
  }

  /** Deploys, and interrupts as soon as `when` holds; `reached` follows that. */
  async function interrupted(
    when: (line: LiveLine) => boolean,
    of: App = app,
    reached = (): boolean => true,
  ): Promise<RunResult & { marker: string }> {
    const marker = randomUUID();
    const abort = new AbortController();
    const environment = { ...ground.environment, ...signedAs(ground.environment, PERFORMER), MARKER: marker };
    const result = await ground.kamal(of, ['deploy'], {
      environment,
      signal: abort.signal,
      onLine: async (line) => {
        if (!when(line)) return;
        while (!reached()) await delay(10);
        abort.abort('SIGINT');
      },
    });
    assert.equal(result.interrupted, 'SIGINT', result.lines.join('\n'));
    assert.deepEqual(processesMarked(`MARKER=${marker}`), []);
    assert.equal(diagnose(result.lines, { interrupted: result.interrupted }).cause, 'interrupted');
    return { ...result, marker };
  }

  void test('during the build: docker is stopped too, nothing is locked, the old version serves', async () => {
    await commitFiles(app.dir, {
      Dockerfile: `FROM ${target().baseImage}\nRUN sleep ${60 + Math.random()}\n`,
    });
    const result = await interrupted(({ text }) => / RUN sleep /.test(text));
    assert.equal(result.phase, 'build');
    assert.equal(result.killed, false);
    assert(result.seconds * 1000 < patient(20_000));
    assert.deepEqual(lockState(target().hosts[0]), { held: false });
    assert.deepEqual(processesMatching(/^docker.* buildx build/), []);
    const state = await settled();
    assert.deepEqual(state.sentences, [`${target().hosts[0].address}, role web: version ${first} serves.`]);
  });

  void test('while it waits until the new version is healthy: Kamal gives its lock back, and what goes on is waited for', async () => {
    const slow = await ground.app(
      { TOKEN: 'x1-tok' },
      { unhealthy: 'not-found', deploy: { deploy_timeout: 4 } },
    );
    const result = await interrupted(
      ({ phase }) => phase === 'switch',
      slow,
      () => processesMatching(/^kamal-proxy deploy|kamal-proxy deploy e2e-web/).length > 0,
    );
    assert.equal(result.phase, 'switch');
    assert.equal(result.killed, false);
    assert.equal(result.exitCode, 1);
    assert.deepEqual(lockState(target().hosts[0]), { held: false });
    assert.deepEqual(lockInOutput(result.lines), { asked: true, refused: false, released: true });
    const now = await serverState(webOnA(), ground.access);
    assert.match(now.sentences[0] ?? '', /still switching/);
    assert.equal((await settled()).roles[0]?.serving, first);
  });

  void test('in the midst of taking the lock, and of giving it back: it is not left', async () => {
    const [host] = target().hosts;
    await commitFiles(app.dir, {
      Dockerfile: `FROM ${target().baseImage}\nCOPY www /www\nSTOPSIGNAL SIGKILL\nCMD ["httpd", "-f", "-p", "80", "-h", "/www"]\n`,
    });
    for (const [command, words, heading] of [
      ['mkdir', 'lock-', /^Acquiring the deploy lock/],
      ['rm', 'details', /^Releasing the deploy lock/],
    ] as const) {
      replaceCommand(
        host,
        command,
        `/bin/${command} "$@"; status=$?; case "$*" in *${words}*) sleep 1 ;; esac; exit $status`,
      );
      const result = await interrupted(({ text }) => heading.test(text));
      assert.equal(result.killed, false, result.lines.join('\n'));
      assert.deepEqual(lockState(host), { held: false }, `${command}: ${result.lines.slice(-4).join('\n')}`);
      restoreCommands(host);
    }
  });

  void test("another's lock is left as it is", async () => {
    const [host] = target().hosts;
    holdLock(host, { by: 'Grace' });
    const marker = randomUUID();
    const result = await ground.kamal(app, ['app', 'boot'], {
      environment: { ...ground.environment, MARKER: marker },
    });
    assert.equal(result.exitCode, 1);
    const ours = {
      performer: PERFORMER,
      version: app.version,
      message: 'Automatic deploy lock',
      notBefore: new Date(0),
      notAfter: new Date(),
    };
    const left = await releaseOurLock(ground.access, host.address, lockDirectory('e2e', null), ours);
    assert.equal(left.kind, 'not-ours');
    const state = lockState(host);
    assert.equal(state.held && state.by, 'Grace');
    await ground.kamal(app, ['lock', 'release']);
  });

  void test('a Kamal that cannot give its lock back is killed in time, and the lock is released after it', async () => {
    const [host] = target().hosts;
    const notBefore = new Date();
    const abort = new AbortController();
    replaceCommand(host, 'rm', 'case "$*" in *details*) sleep 30 ;; esac; exec /bin/rm "$@"');
    const result = await ground.kamal(app, ['deploy'], {
      environment: { ...ground.environment, ...signedAs(ground.environment, PERFORMER) },
      signal: abort.signal,
      patience: { release: 1500, terminate: 200 },
      onLine: ({ phase }) => {
        if (phase === 'stale') abort.abort('SIGTERM');
      },
    });
    assert.equal(result.killed, true);
    restoreCommands(host);
    assert.deepEqual(lockInOutput(result.lines), { asked: true, refused: false, released: false });
    const state = lockState(host);
    assert.equal(state.held && state.by, PERFORMER);
    const version = state.held ? state.version : '';
    const ours = {
      performer: PERFORMER,
      version,
      message: 'Automatic deploy lock',
      notBefore,
      notAfter: new Date(),
    };
    assert.equal(
      (await releaseOurLock(ground.access, host.address, lockDirectory('e2e', null), ours)).kind,
      'released',
    );
    assert.deepEqual(lockState(host), { held: false });
  });

  void test('the process that runs Kamal is killed: Kamal notices, gives its lock back, and is gone', async () => {
    const marker = randomUUID();
    const slow = await ground.app(
      { TOKEN: 'x1-tok' },
      { unhealthy: 'not-found', deploy: { deploy_timeout: 30 } },
    );
    const script = `
      import { runKamal } from ${JSON.stringify(join(import.meta.dirname, '../../src/kamal/run/run.ts'))};
      await runKamal({
        program: ['kamal'], words: ['deploy'], workingDirectory: process.cwd(), environment: process.env,
        temporaryDirectory: ${JSON.stringify(ground.directory)},
        onLine: ({ phase }) => { if (phase === 'switch') console.log('now'); },
      });`;
    const runner = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
      cwd: slow.dir,
      env: { ...ground.environment, MARKER: marker },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => runner.stdout.once('data', resolve));
    assert.equal(lockState(target().hosts[0]).held, true);
    runner.kill('SIGKILL');
    for (let waited = 0; waited < 15_000 && processesMarked(`MARKER=${marker}`).length > 0; waited += 50)
      await delay(50);
    assert.deepEqual(processesMarked(`MARKER=${marker}`), []);
    assert.deepEqual(lockState(target().hosts[0]), { held: false });
  });
});
