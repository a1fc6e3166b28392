/** The process of the step is killed, and no post step comes: after a while nothing of the run opens anything. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockState } from '../harness/target/lock.ts';
import { processesMatching } from '../harness/target/processes.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { Stage } from '../harness/e2e/stage.ts';
import { patient } from '../harness/patient.ts';

describe('killed hard, without post', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
    await resetTarget();
  });
  after(() => stage[Symbol.asyncDispose]());

  test(
    'the agent, the registry password and the lock are gone by themselves',
    { timeout: patient(120_000) },
    async () => {
      const [host] = stage.target.hosts;
      const app = await stage.app({ unhealthy: 'not-found', deploy: { deploy_timeout: 20 } });
      await using job = stage.job(app);
      const seen: string[] = [];
      const running = job.run('main', (line) => void seen.push(line));
      const until = async (what: () => boolean, seconds: number): Promise<void> => {
        for (const began = performance.now(); !what(); await sleep(50)) {
          if (performance.now() - began > patient(seconds * 1000))
            assert.fail(`not within ${seconds} s:\n${seen.join('\n')}`);
        }
      };
      await until(() => processesMatching(/kamal-proxy deploy e2e-web/).length > 0, 60);
      const own = readdirSync(job.temp).find((name) => /^kamal-1password-\w{6}$/.test(name)) ?? '';
      const config = join(job.temp, own, 'docker/config.json');
      assert.match(readFileSync(config, 'utf8'), /"auths"/, 'docker login has written it');
      assert.ok(lockState(host).held);
      assert.ok(processesMatching(/ssh-agent/).length > 0);

      job.signal('SIGKILL');
      await running;
      await until(() => processesMatching(/ssh-agent|kamal-1password-keeper/).length === 0, 30);
      await until(() => !existsSync(join(job.temp, own)), 5);
      assert.deepEqual(lockState(host), { held: false });
      assert.deepEqual(findLeaks(stage.secrets, {}, [job.temp, job.home]), []);
    },
  );
});
