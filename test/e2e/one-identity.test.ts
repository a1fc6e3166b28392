/**
 * Two jobs that look alike: legs of a matrix and two calls of one reusable workflow have the same actor, run, attempt,
 * repository, job id and commit. However one of them ends, the lock of the other stays.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../harness/runner/job.ts';
import { lockState } from '../harness/target/lock.ts';
import { processesMatching } from '../harness/target/processes.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { Stage } from '../harness/e2e/stage.ts';
import { patient } from '../harness/patient.ts';

/** How the one that waits for the lock is ended: `main` releases the lock, or `post` has to. */
const ENDS = ['SIGINT', 'SIGKILL'] as const;

describe('two jobs of one identity', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => (stage = await Stage.set()));
  // The proxy goes on with what a cancelled deploy asked of it, and the next deploy would wait for that.
  beforeEach(resetTarget);
  after(() => stage[Symbol.asyncDispose]());

  for (const end of ENDS) {
    test(
      `${end} to the one that waits leaves the lock of the other`,
      { timeout: patient(120_000) },
      async () => {
        const [host] = stage.target.hosts;
        // Longer than the other lives: the holder is ended below, and not by its own time.
        const app = await stage.app({ unhealthy: 'not-found', deploy: { deploy_timeout: 100 } });
        const toolCache = join(stage.root, 'tools');
        const inputs = { args: '--lock-wait' };
        await using one = stage.job(app, { toolCache, inputs });
        await using other = stage.job(app, { toolCache, inputs });
        const seen = new Map<Job, string[]>([
          [one, []],
          [other, []],
        ]);
        const running = new Map(
          [one, other].map((job) => [job, job.run('main', (line) => void seen.get(job)?.push(line))]),
        );
        const waits = (job: Job): boolean =>
          seen.get(job)?.some((line) => /Retrying in \d+s/.test(line)) === true;
        const over = new Set<Job>();
        for (const [job, run] of running) void run.finally(() => over.add(job));
        while (!waits(one) && !waits(other) && over.size < 2) await sleep(20);
        assert.ok(over.size < 2, 'one of them met the lock of the other');
        const [holder, waiting] = waits(one) ? [other, one] : [one, other];
        const held = lockState(host);
        assert.ok(held.held, seen.get(holder)?.join('\n'));
        waiting.signal(end);
        const main = await running.get(waiting);
        assert.deepEqual(lockState(host), held, main?.log);
        const post = await waiting.run('post');
        assert.equal(post.exitCode, 0, post.log);
        assert.deepEqual(lockState(host), held, post.log);
        assert.doesNotMatch(`${main?.log}${post.log}`, /Released the deploy lock/);
        if (end === 'SIGKILL')
          assert.match(post.log, /is held by mona .*, not by this run, so it is left as it is/);

        holder.signal('SIGINT');
        await running.get(holder);
        await holder.run('post');
        assert.deepEqual(lockState(host), { held: false });
        assert.deepEqual(processesMatching(/ssh-agent/), []);
      },
    );
  }
});
