/** Who asks 1Password in a deploy, and when `op` is downloaded. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { containerEnv, runningContainers } from '../harness/target/containers.ts';
import { lockState } from '../harness/target/lock.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { fetchedSecrets } from '../harness/target/secrets-file.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { SECRETS, Stage, VAULT } from '../harness/e2e/stage.ts';
import type { AppOptions } from '../harness/target/app.ts';
import type { StepResult } from '../harness/runner/job.ts';

const STRIPE = `op://${VAULT}/Production/STRIPE_KEY`;

describe('op in a deploy', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => (stage = await Stage.set()));
  after(() => stage[Symbol.asyncDispose]());
  beforeEach(() => resetTarget());
  afterEach(() => stage.mend());

  interface Ran {
    readonly main: StepResult;
    readonly summary: string;
    /** How often someone signed in to 1Password, and the requests of all. */
    readonly signIns: number;
    readonly requests: number;
    readonly downloads: number;
  }

  async function deploy(options: AppOptions, inputs: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const app = await stage.app(options);
    await using job = stage.job(app, { inputs });
    const main = await job.run('main');
    const post = await job.run('post');
    assert.equal(post.exitCode, 0, post.log);
    assert.equal(lockState(stage.target.hosts[0]).held, false);
    const calls = stage.service.calls();
    return {
      main,
      summary: job.summary,
      signIns: calls.filter((call) => call.endsWith('/auth/start')).length,
      requests: calls.length,
      downloads: stage.releases.requests.length,
    };
  }

  async function secretsArrived(): Promise<void> {
    const [host] = stage.target.hosts;
    const web = (await runningContainers(host)).find((name) => name.startsWith('e2e-web')) ?? '';
    const env = await containerEnv(host, web);
    for (const [secret, value] of Object.entries(SECRETS)) assert.equal(env.get(secret), value, secret);
  }

  test('nothing calls it: one sign-in, eight requests, and no download', async () => {
    const { main, summary, ...counts } = await deploy({});
    assert.equal(main.exitCode, 0, main.log);
    await secretsArrived();
    assert.deepEqual(counts, { signIns: 1, requests: 8, downloads: 0 });
    assert.match(main.log, /^op 2\.35\.0 \(if something calls it\), Kamal/m);
    assert.match(
      main.log,
      /^3 of the 3 questions that Kamal asked op were answered .*, op was not needed\.$/m,
    );
    assert.match(
      summary,
      /\*\*op\*\* `not needed` .* \*\*Requests to 1Password\*\* `8` · \*\*Answered without op\*\* `3` · \*\*Calls of op by Kamal\*\* `0`/,
    );
  });

  test('an account that may be another: op is asked whether it is, and nothing else', async () => {
    const from = { account: 'acme', vault: VAULT, item: 'Production' };
    const { main, ...counts } = await deploy({ secretsFile: fetchedSecrets(Object.keys(SECRETS), from) });
    assert.equal(main.exitCode, 0, main.log);
    await secretsArrived();
    assert.deepEqual([counts.signIns, counts.downloads], [2, 1]);
    assert.match(
      main.log,
      /^2 of the 3 questions .*, op was called 1 time \(\d+\.\d s\); op 2\.35\.0 was installed/m,
    );
  });

  test('a hook calls it, twice at once: it gets its value, after one download', async () => {
    const read = `test "$(op read ${STRIPE})" = "${SECRETS['STRIPE_KEY']}"`;
    const { main, ...counts } = await deploy({
      hooks: { 'pre-build': `${read} & first=$!; ${read} & wait $! && wait $first` },
    });
    assert.equal(main.exitCode, 0, main.log);
    await secretsArrived();
    assert.deepEqual([counts.signIns, counts.downloads], [3, 1]);
    assert.match(main.log, /^`op read` is called: op 2\.35\.0 is installed now\.$/m);
    assert.match(main.log, /op was called by something else \(`op read`\); op 2\.35\.0 was installed/);
  });

  test('a damaged archive: the hook gets the sentence, and nothing of it ran', async () => {
    await stage.releases.publish({ defect: 'tampered' });
    const { main, ...counts } = await deploy({ hooks: { 'pre-build': `op read ${STRIPE} || exit 7` } });
    assert.equal(main.exitCode, 1);
    assert.match(main.log, /op could not be installed: .*signature/);
    assert.deepEqual(counts.signIns, 1);
  });

  test('op: always: each question goes to it', async () => {
    const { main, ...counts } = await deploy({}, { op: 'always' });
    assert.equal(main.exitCode, 0, main.log);
    await secretsArrived();
    // `op account get` and `op item get`.
    assert.deepEqual([counts.signIns, counts.downloads], [3, 1]);
    assert.doesNotMatch(main.log, /questions that Kamal asked op/);
  });

  test('a variable that changes what op answers: each question goes to it, and that is told', async () => {
    const app = await stage.app({});
    await using job = stage.job(app, { env: { OP_INCLUDE_ARCHIVE: 'true' } });
    const main = await job.run('main');
    await job.run('post');
    assert.equal(main.exitCode, 0, main.log);
    assert.match(main.log, /`OP_INCLUDE_ARCHIVE` changes what it answers/);
    assert.equal(stage.service.calls().filter((call) => call.endsWith('/auth/start')).length, 3);
  });
});
