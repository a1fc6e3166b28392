/** A Kamal that has loaded, and waits for its command. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { KamalProcess, type ProcessOptions } from '../../../src/kamal/run/process.ts';
import { runKamal, type RunOptions } from '../../../src/kamal/run/run.ts';
import { processesMarked, Project } from '../../harness/kamal/project.ts';

/** A secrets file that tells that it was read, and of what environment. */
const TELLING = { '.kamal/secrets': 'TOKEN=$(touch read; echo "got $WORD")\n' };

function options(
  project: Project,
  marker: string,
  program: readonly string[] = ['kamal'],
): ProcessOptions & Omit<RunOptions, 'words'> {
  return {
    program,
    workingDirectory: project.directory,
    environment: project.environment({ MARKER: marker }),
    temporaryDirectory: project.temporary,
    onLine: () => {},
  };
}

const PRINT = ['secrets', 'print'];

/** The first command of `kamal deploy`. */
const HOOKED = { '.kamal/hooks/pre-connect': '#!/bin/sh\ntouch hooked\nexit 1\n' };

/** Runs `kamal deploy` until it has said what it is about to do. */
async function deploying(project: Project, marker: string, signal?: AbortSignal) {
  const cleared = Promise.withResolvers<void>();
  const said = Promise.withResolvers<void>();
  const given = options(project, marker);
  const running = runKamal(
    {
      ...given,
      words: ['deploy'],
      onLine: () => said.resolve(),
      ...(signal === undefined ? {} : { signal }),
    },
    { waiting: await KamalProcess.waiting(given), cleared: cleared.promise },
  );
  await said.promise;
  await delay(300);
  return { cleared, running, hooked: () => existsSync(join(project.directory, 'hooked')) };
}

for (const [how, files, program] of [
  ['by itself', {}, ['kamal']],
  [
    'out of a bundle',
    { Gemfile: 'source "https://rubygems.org"\ngem "kamal"\n' },
    ['bundle', 'exec', 'kamal'],
  ],
] as const) {
  void test(`started ${how}, it does nothing before it may, and then what a Kamal does`, async () => {
    using project = new Project({ ...TELLING, ...files });
    if ('Gemfile' in files)
      execFileSync('bundle', ['lock', '--local'], { cwd: project.directory, env: project.environment() });
    const given = options(project, randomUUID(), program);
    const waiting = await KamalProcess.waiting(given);
    await delay(1500);
    assert.equal(existsSync(join(project.directory, 'read')), false);
    const environment = { ...given.environment, WORD: 'ä = and\nmore' };
    const result = await runKamal({ ...given, words: PRINT, environment }, { waiting });
    assert.equal(result.exitCode, 0, result.lines.join('\n'));
    assert.deepEqual(result.lines, ['TOKEN=got ä = and', 'more']);
    assert.deepEqual(readdirSync(project.temporary), []);
  });
}

void test('commands of Kamal within the secrets file are run as ever', async () => {
  using project = new Project({
    '.kamal/secrets': `ALL='\\{\\"A\\":\\"one\\"\\}'\nTOKEN=$(kamal secrets extract A \${ALL})\n`,
  });
  const given = options(project, randomUUID());
  const result = await runKamal({ ...given, words: PRINT }, { waiting: await KamalProcess.waiting(given) });
  assert.deepEqual([result.exitCode, result.lines.at(-1)], [0, 'TOKEN=one'], result.lines.join('\n'));
});

void test('told to go on while it still loads, it does so when it has', async () => {
  using project = new Project(TELLING);
  const given = options(project, randomUUID());
  const waiting = await KamalProcess.waiting(given);
  const result = await runKamal({ ...given, words: PRINT }, { waiting });
  assert.deepEqual([result.exitCode, result.lines], [0, ['TOKEN=got ']]);
});

void test('one that is not needed any more ends, and has done nothing', async () => {
  for (const wait of [0, 100, 1500]) {
    const marker = randomUUID();
    using project = new Project(TELLING);
    const waiting = await KamalProcess.waiting(options(project, marker));
    await delay(wait);
    await waiting.close();
    assert.deepEqual(processesMarked(marker), []);
    assert.equal(existsSync(join(project.directory, 'read')), false);
    assert.deepEqual(readdirSync(project.temporary), []);
  }
});

void test('where it cannot be made to wait, or died meanwhile, another is started', async () => {
  const marker = randomUUID();
  using project = new Project({
    ...TELLING,
    // No Kamal as we know it: Thor is called otherwise in it.
    odd: '#!/bin/sh\n[ "$1" != version ] || { echo 9.9.9; exit 0; }\nexec kamal "$@"\n',
  });
  const odd = options(project, marker, [join(project.directory, 'odd')]);
  const first = await runKamal({ ...odd, words: PRINT }, { waiting: await KamalProcess.waiting(odd) });
  assert.deepEqual([first.exitCode, first.lines], [0, ['TOKEN=got ']]);

  const given = options(project, marker);
  const waiting = await KamalProcess.waiting(given);
  process.kill(waiting.group, 'SIGKILL');
  await waiting.ended;
  writeFileSync(join(project.directory, '.kamal/secrets'), 'TOKEN=again\n');
  const second = await runKamal({ ...given, words: PRINT }, { waiting });
  assert.deepEqual([second.exitCode, second.lines], [0, ['TOKEN=again']]);
  assert.deepEqual(processesMarked(marker), []);
});

void test('interrupted when it has just gone on, it stops as any other', async () => {
  const marker = randomUUID();
  using project = new Project({ '.kamal/secrets': 'TOKEN=$(sleep 60; echo late)\n' });
  const given = options(project, marker);
  const abort = new AbortController();
  const waiting = await KamalProcess.waiting(given);
  const running = runKamal({ ...given, words: PRINT, signal: abort.signal }, { waiting });
  await waiting.lifeline.going;
  abort.abort('SIGINT');
  const result = await running;
  assert.deepEqual([result.interrupted, result.killed], ['SIGINT', false]);
  assert.notEqual(result.exitCode, 0);
  assert.deepEqual(processesMarked(marker), []);
});

void test('it says what it is about to do, but runs no command before it is cleared', async () => {
  using project = new Project(HOOKED);
  const { cleared, running, hooked } = await deploying(project, randomUUID());
  assert.equal(hooked(), false);
  cleared.resolve();
  const result = await running;
  assert.equal(hooked(), true);
  assert.equal(result.exitCode, 1);
  assert.match(result.lines[0] ?? '', /Build and push app image/);
});

void test('where it is not cleared it ends, and has done nothing', async () => {
  const marker = randomUUID();
  using project = new Project(HOOKED);
  const { cleared, running, hooked } = await deploying(project, marker);
  cleared.reject(new Error('no login'));
  await assert.rejects(running, /no login/);
  assert.deepEqual(processesMarked(marker), []);
  assert.equal(hooked(), false);
});

void test('a cancel finds it while it loads, and while it is not cleared', async () => {
  for (const how of ['loading', 'uncleared']) {
    const marker = randomUUID();
    using project = new Project(HOOKED);
    const abort = new AbortController();
    const given = options(project, marker);
    const never = new Promise<void>(() => {});
    const began =
      how === 'uncleared'
        ? await deploying(project, marker, abort.signal)
        : {
            running: runKamal(
              { ...given, words: ['deploy'], signal: abort.signal },
              { waiting: await KamalProcess.waiting(given), cleared: never },
            ),
          };
    abort.abort(new Error('cancelled'));
    await assert.rejects(began.running, /cancelled/);
    assert.deepEqual(processesMarked(marker), []);
    assert.equal(existsSync(join(project.directory, 'hooked')), false);
  }
});
