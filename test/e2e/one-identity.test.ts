/**
 * Two jobs that look alike: legs of a matrix and two calls of one reusable workflow have the same actor, run, attempt,
 * repository, job id and commit. However one of them ends, the lock of the other stays.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, StepResult } from '../harness/runner/job.ts';
import { lockState } from '../harness/target/lock.ts';
import { processesMatching } from '../harness/target/processes.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { Stage } from '../harness/e2e/stage.ts';
import { patient } from '../harness/patient.ts';

/** `main` of a job that runs, and what it has said. */
class Begun {
  readonly result: Promise<StepResult>;
  readonly #lines: string[] = [];
  #isOver = false;

  constructor(job: Job) {
    this.result = job.run('main', (line) => void this.#lines.push(line)).finally(() => (this.#isOver = true));
  }

  log(): string {
    return this.#lines.join('\n');
  }

  async until(words: RegExp): Promise<void> {
    while (!words.test(this.log())) {
      assert.ok(!this.#isOver, this.log());
      await sleep(20);
    }
  }
}

/** How the one that waits for the lock is ended: `main` releases the lock, or `post` has to. */
const ENDS = ['SIGINT', 'SIGKILL'] as const;

describe('two jobs of one identity', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => (stage = await Stage.set()));
  after(() => stage[Symbol.asyncDispose]());

  for (const end of ENDS) {
    test(
      `${end} to the one that waits leaves the lock of the other`,
      { timeout: patient(120_000) },
      async () => {
        const [host] = stage.target.hosts;
        // In this hook Kamal holds the lock, and the image that the other removes and pulls again is not in use yet.
        const app = await stage.app({ hooks: { 'pre-deploy': 'exec sleep 3600' } });
        const toolCache = join(stage.root, 'tools');
        const inputs = { args: '--lock-wait' };
        await using holder = stage.job(app, { toolCache, inputs });
        await using waiting = stage.job(app, { toolCache, inputs });
        const holding = new Begun(holder);
        await holding.until(/\.kamal\/hooks\/pre-deploy/);
        const held = lockState(host);
        assert.ok(held.held, holding.log());
        const queued = new Begun(waiting);
        await queued.until(/Retrying in \d+s/);
        waiting.signal(end);
        const main = await queued.result;
        assert.deepEqual(lockState(host), held, main.log);
        const post = await waiting.run('post');
        assert.equal(post.exitCode, 0, post.log);
        assert.deepEqual(lockState(host), held, post.log);
        assert.doesNotMatch(`${main.log}${post.log}`, /Released the deploy lock/);
        if (end === 'SIGKILL')
          assert.match(post.log, /is held by mona .*, not by this run, so it is left as it is/);

        holder.signal('SIGINT');
        await holding.result;
        await holder.run('post');
        assert.deepEqual(lockState(host), { held: false });
        assert.deepEqual(processesMatching(/ssh-agent/), []);
      },
    );
  }
});
