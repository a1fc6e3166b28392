/**
 * Reporting decides nothing, for each command that works on servers: with every place for reports broken, and a log
 * without a reader, it does what it would have done. Only if `post` could not learn what to undo, nothing begins.
 * (Single faults, for a check: test/action/faults.test.ts.)
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { OPERATIONS } from '../harness/github/description.ts';
import { GithubService } from '../harness/github/service.ts';
import type { Job, StepResult } from '../harness/runner/job.ts';
import type { App } from '../harness/target/app.ts';
import { lockState } from '../harness/target/lock.ts';
import { processesMatching } from '../harness/target/processes.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { Stage } from '../harness/e2e/stage.ts';
import { patient } from '../harness/patient.ts';

/** In an order in which each finds what it needs: a rollback takes two versions. */
const COMMANDS = ['deploy', 'deploy', 'rollback', 'verify', 'setup'] as const;

describe('where nothing can be told', { skip: withoutTarget() }, () => {
  let stage: Stage;
  let app: App;
  before(async () => {
    stage = await Stage.set();
    await resetTarget();
    app = await stage.app();
  });
  after(() => stage[Symbol.asyncDispose]());

  interface Faults {
    readonly env?: (job: string) => Readonly<Record<string, string>>;
    readonly through?: readonly string[];
    readonly during?: (job: Job, line: string) => void;
    /** Whether nothing is left already before `post`. */
    readonly isUndone?: true;
  }

  async function run(
    command: string,
    { env = () => ({}), through = [], during, isUndone }: Faults,
  ): Promise<StepResult> {
    await using github = await GithubService.start();
    for (const operation of OPERATIONS) {
      github.fail({ operation, status: 200, times: 999, answer: { body: [null, 1] } });
    }
    await using place = stage.job(app);
    await using job = stage.job(app, {
      toolCache: join(stage.root, 'tools'),
      through,
      inputs: { command, 'github-token': 'ghs_test' },
      env: { GITHUB_API_URL: github.url, GITHUB_SHA: 'c'.repeat(40), ...env(place.root) },
    });
    const main = await job.run('main', (line) => during?.(job, line));
    if (isUndone === true) assert.deepEqual(processesMatching(/ssh-agent|kamal-1password-keeper/), []);
    const post = await job.run('post');
    assert.equal(post.exitCode, 0, post.log);
    assert.doesNotMatch(main.written.replaceAll(/^::debug::.*$/gm, ''), /\bat .*\.js:\d+|did not expect/);
    assert.deepEqual(lockState(stage.target.hosts[0]), { held: false });
    if (command === 'setup' && env(place.root)['GITHUB_STATE'] === undefined) return main;
    assert.deepEqual(processesMatching(/ssh-agent|kamal-1password-keeper/), []);
    for (const { temp } of [job, place]) {
      assert.deepEqual(
        readdirSync(temp).filter((name) => name.startsWith('kamal-1password-') && !name.endsWith('.json')),
        [],
      );
    }
    return main;
  }

  for (const [index, command] of COMMANDS.entries()) {
    test(
      `${command} ${index + 1}: all that it tells to is broken at once`,
      { timeout: patient(90_000) },
      async () => {
        if (index === 1) app = await stage.app({ files: { 'www/new': randomUUID() } });
        const main = await run(command, {
          env: (job) => {
            mkdirSync(join(job, 'temp/kamal-1password-report.json'), { recursive: true });
            return {
              GITHUB_STEP_SUMMARY: '/dev/full',
              GITHUB_OUTPUT: '/dev/full',
              RUNNER_TEMP: join(job, 'temp'),
            };
          },
        });
        assert.equal(main.exitCode, 0, main.log);
        const warned = main.annotations.map(({ message }) => message);
        assert.ok(
          main.annotations.every(({ level }) => level === 'warning'),
          warned.join('\n'),
        );
        assert.equal(warned.filter((message) => message.includes('job summary')).length, 1);
        assert.equal(warned.filter((message) => message.includes('outputs of the step')).length, 1);
      },
    );
  }

  test('deploy: nobody reads its log after its first lines', { timeout: patient(90_000) }, async () => {
    app = await stage.app({ files: { 'www/new': randomUUID() } });
    const main = await run('deploy', {
      during: (job, line) => {
        if (line.includes('Running docker')) job.closeLog();
      },
    });
    assert.equal(main.exitCode, 0);
  });

  test('verify: its log is on a disk that is full', { timeout: patient(60_000) }, async () => {
    const main = await run('verify', { through: ['bash', '-c', 'exec "$0" "$@" > /dev/full'] });
    assert.equal(main.exitCode, 0);
  });

  test(
    'setup: the steps that follow cannot be given anything, so it fails, and leaves nothing',
    { timeout: patient(60_000) },
    async () => {
      const main = await run('setup', {
        env: () => ({ GITHUB_ENV: '/dev/full', GITHUB_PATH: '/dev/full' }),
        isUndone: true,
      });
      assert.equal(main.exitCode, 1);
      assert.match(main.log, /op, Kamal and the SSH key could not be passed to later steps: ENOSPC/);
      assert.deepEqual(
        main.annotations
          .filter(({ level }) => level === 'error')
          .map(({ properties }) => properties['title']),
        ['job-environment-not-writable'],
      );
    },
  );

  for (const command of ['deploy', 'rollback', 'verify', 'setup']) {
    test(
      `${command}: the state file cannot be written, so nothing begins, and the cause is told`,
      { timeout: patient(60_000) },
      async () => {
        const main = await run(command, { env: () => ({ GITHUB_STATE: '/dev/full' }) });
        assert.equal(main.exitCode, 1);
        assert.deepEqual(
          main.annotations
            .filter(({ level }) => level === 'error')
            .map(({ properties }) => properties['title']),
          ['state-not-writable'],
        );
        assert.match(
          main.log,
          /notes that let the post step clean up after a cancel or a crash could not be written: ENOSPC/,
        );
        assert.doesNotMatch(main.log, /Running docker|Acquiring the deploy lock/);
      },
    );
  }
});
