import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { runKamal, type LiveLine, type RunOptions } from '../../../src/kamal/run/run.ts';
import { processesMarked, Project } from '../../harness/kamal/project.ts';

/** What a test always gives; `heard` collects the lines. */
function options(
  project: Project,
  argv: readonly string[],
  more: Partial<RunOptions> = {},
): RunOptions & { heard: LiveLine[] } {
  const heard: LiveLine[] = [];
  const words = Math.max(0, argv.indexOf('kamal')) + 1;
  return {
    program: argv.slice(0, words),
    words: argv.slice(words),
    workingDirectory: project.directory,
    environment: project.environment(),
    temporaryDirectory: project.temporary,
    onLine: (line) => heard.push(line),
    heard,
    ...more,
  };
}

void test('runs the real Kamal, hands on each line, and leaves no file', async () => {
  using project = new Project();
  const given = options(project, ['kamal', 'version']);
  const result = await runKamal(given);
  assert.equal(result.exitCode, 0);
  assert.match(result.lines.join('\n'), /^\d+\.\d+\.\d+$/);
  assert.deepEqual(
    given.heard.map((line) => [line.text, line.stream, line.phase]),
    [[result.lines[0], 'stdout', 'start']],
  );
  assert.equal(result.interrupted, null);
  assert.deepEqual(readdirSync(project.temporary), []);
});

void test('works where the temporary directory has spaces in its path', async () => {
  using project = new Project({ 'my runner/keep': '' });
  const given = options(project, ['kamal', 'version'], {
    temporaryDirectory: join(project.directory, 'my runner'),
  });
  assert.equal((await runKamal(given)).exitCode, 0);
});

void test('a program that cannot be run is a failure with a next step', async () => {
  using project = new Project();
  await assert.rejects(runKamal(options(project, ['no-such-program-here', 'deploy'])), (error) => {
    assert(error instanceof Failure);
    assert.equal(error.code, 'kamal-not-started');
    assert.notEqual(error.next.agent.length, 0);
    return true;
  });
});

void test('Kamal sees only the environment it was given, and its hooks see nothing of ours', async () => {
  using project = new Project({ '.kamal/hooks/pre-connect': '#!/bin/sh\nenv > "$HOME/hook.env"\nexit 1\n' });
  // Where the gems are is all that Kamal needs to know beside this.
  const gems = Object.entries(process.env).flatMap(([name, value]) =>
    /^GEM_(?:HOME|PATH)$/.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: project.root,
    LANG: 'C.UTF-8',
    ...Object.fromEntries(gems),
  };
  const result = await runKamal(options(project, ['kamal', 'deploy'], { environment }));
  assert.equal(result.exitCode, 1);
  const names = readFileSync(join(project.root, 'hook.env'), 'utf8')
    .split('\n')
    .map((line) => line.split('=')[0] ?? '');
  assert.deepEqual(
    names.filter(
      (name) => name !== '' && !/^(?:KAMAL_|GEM_|PATH$|HOME$|LANG$|PWD$|OLDPWD$|SHLVL$|TOKEN$|_$)/.test(name),
    ),
    [],
  );
  assert.equal(
    names.some((name) => name.startsWith('KAMAL_1PASSWORD')),
    false,
  );
});

void test('phases follow the headings, and silence is reported with its phase', async () => {
  using project = new Project({ '.kamal/hooks/pre-connect': '#!/bin/sh\nsleep 1\nexit 1\n' });
  const phases: string[] = [];
  const silent: [string, number][] = [];
  const result = await runKamal(
    options(project, ['kamal', 'deploy'], {
      onPhase: (begun, ended) => phases.push(`${ended.phase}>${begun}`),
      onSilence: (phase, seconds) => silent.push([phase, seconds]),
      silenceSeconds: 0.3,
    }),
  );
  assert.deepEqual(phases, ['start>build']);
  assert.deepEqual(
    result.phases.map(({ phase }) => phase),
    ['start', 'build'],
  );
  assert(result.phases.every(({ seconds }) => seconds > 0));
  assert(silent.some(([phase, seconds]) => phase === 'build' && seconds >= 0.29));
});

for (const [when, files] of [
  ['a hook', { '.kamal/hooks/pre-connect': '#!/bin/sh\necho here\nsleep 60\n' }],
  [
    'a hook that ignores SIGTERM',
    { '.kamal/hooks/pre-connect': '#!/bin/sh\ntrap "" TERM INT\nsleep 60 & sleep 60\n' },
  ],
  ['the secrets', { '.kamal/secrets': 'TOKEN=$(sleep 60; echo late)\n' }],
  [
    'code that swallows the first interruption',
    { 'config/deploy.yml': '<% begin; `sleep 60`; rescue; end; sleep 60 %>\nservice: shop\n' },
  ],
] as const) {
  void test(`interrupted during ${when}: Kamal stops by itself and nothing of it is left`, async () => {
    const marker = randomUUID();
    using project = new Project(files);
    const abort = new AbortController();
    const argv = when === 'the secrets' ? ['kamal', 'secrets', 'print'] : ['kamal', 'deploy'];
    const running = runKamal(
      options(project, argv, { environment: project.environment({ MARKER: marker }), signal: abort.signal }),
    );
    // The sleeping shell exists: Kamal is at the point that the test needs.
    while (!processesMarked(marker).some((pid) => commandOf(pid).startsWith('sleep\0')))
      await new Promise((r) => setTimeout(r, 20));
    abort.abort('SIGINT');
    const result = await running;
    assert.equal(result.interrupted, 'SIGINT');
    assert.equal(result.killed, false);
    assert.equal(result.exitCode, 1);
    assert.match(result.lines.at(-1) ?? '', /ERROR \(RuntimeError\): stopped by SIGINT/);
    assert.deepEqual(processesMarked(marker), []);
  });
}

void test('under `bundle exec` Kamal stops by itself too', async () => {
  const marker = randomUUID();
  using project = new Project({
    '.kamal/secrets': 'TOKEN=$(sleep 60; echo late)\n',
    Gemfile: 'source "https://rubygems.org"\ngem "kamal"\n',
  });
  execFileSync('bundle', ['lock', '--local'], { cwd: project.directory, env: project.environment() });
  const abort = new AbortController();
  const running = runKamal(
    options(project, ['bundle', 'exec', 'kamal', 'secrets', 'print'], {
      environment: project.environment({ MARKER: marker }),
      signal: abort.signal,
    }),
  );
  while (!processesMarked(marker).some((pid) => commandOf(pid).startsWith('sleep\0'))) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  abort.abort('SIGTERM');
  const result = await running;
  assert.deepEqual([result.killed, result.exitCode], [false, 1], result.lines.join('\n'));
  assert.match(result.lines.at(-1) ?? '', /stopped by SIGTERM/);
  assert.deepEqual(processesMarked(marker), []);
});

void test('interrupted before Kamal has loaded: nothing of it is left', async () => {
  const marker = randomUUID();
  using project = new Project();
  const given = options(project, ['kamal', 'secrets', 'print'], {
    environment: project.environment({ MARKER: marker }),
    signal: AbortSignal.abort('SIGTERM'),
  });
  const result = await runKamal(given);
  assert.equal(result.interrupted, 'SIGTERM');
  assert.notEqual(result.exitCode, 0);
  assert.deepEqual(processesMarked(marker), []);
});

void test('a program that does not listen is ended after the patience', async () => {
  const marker = randomUUID();
  using project = new Project({ stubborn: '#!/bin/sh\ntrap "" INT TERM\necho up\nsleep 60\nsleep 60\n' });
  const abort = new AbortController();
  const given = options(project, [join(project.directory, 'stubborn')], {
    environment: project.environment({ MARKER: marker }),
    signal: abort.signal,
    patience: { release: 200, terminate: 200 },
    onLine: () => abort.abort('SIGINT'),
  });
  const result = await runKamal(given);
  assert.equal(result.killed, true);
  assert.equal(result.signal, 'SIGKILL');
  assert.deepEqual(processesMarked(marker), []);
});

void test('what a hook leaves in the background is ended with Kamal', async () => {
  const marker = randomUUID();
  using project = new Project({
    '.kamal/hooks/pre-connect': '#!/bin/sh\nsleep 60 >/dev/null 2>&1 &\nexit 3\n',
  });
  const result = await runKamal(
    options(project, ['kamal', 'deploy'], { environment: project.environment({ MARKER: marker }) }),
  );
  assert.equal(result.exitCode, 1);
  assert.match(result.lines.join('\n'), /pre-connect exit status: 768/);
  assert.deepEqual(processesMarked(marker), []);
});

function commandOf(pid: string): string {
  const path = join('/proc', pid, 'cmdline');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
