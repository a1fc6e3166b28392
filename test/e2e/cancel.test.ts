/**
 * A deploy that is cancelled, at every point where it waits for something, as a person's SIGINT and as the runner
 * does it: afterwards no lock of ours, no process of ours, no agent, no file, and a true sentence about the servers.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GithubService } from '../harness/github/service.ts';
import type { Job, StepResult } from '../harness/runner/job.ts';
import type { AppOptions } from '../harness/target/app.ts';
import { docker, proxyTarget, runningContainers } from '../harness/target/containers.ts';
import { blackHole, openAddresses, replaceCommand, restoreCommands } from '../harness/target/faults.ts';
import { holdLock, lockState } from '../harness/target/lock.ts';
import { processesMarked, processesMatching } from '../harness/target/processes.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { target, withoutTarget } from '../harness/target/target.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { Stage } from '../harness/e2e/stage.ts';
import { patient } from '../harness/patient.ts';

/** A version that answers its health check with 404 for ever; one that answers it well after some seconds. */
const NEVER: AppOptions = { unhealthy: 'not-found', deploy: { deploy_timeout: 6 } };
const LATE: AppOptions = {
  files: {
    Dockerfile: [
      `FROM ${withoutTarget() === false ? target().baseImage : 'none'}`,
      'COPY www /www',
      'STOPSIGNAL SIGKILL',
      'CMD ["sh", "-c", "sleep 5; exec httpd -f -p 80 -h /www"]',
      '',
    ].join('\n'),
  },
};

interface Scene {
  readonly stage: Stage;
  readonly job: Job;
  /** Resolves once a line of the log matches. */
  readonly line: (pattern: RegExp) => Promise<void>;
  /** Resolves once something is so. */
  readonly until: (what: () => boolean) => Promise<void>;
}

interface Point {
  readonly title: string;
  readonly app?: AppOptions;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Besides the environment of every job. */
  readonly env?: Readonly<Record<string, string>>;
  /** With an empty tool cache. */
  readonly cold?: true;
  /** Before the step starts. */
  readonly before?: (scene: Scene) => void | Promise<void>;
  /** Resolves when the run is at the point to cancel it. */
  readonly reached: (scene: Scene) => Promise<void>;
  /** Whether Kamal had been started by then. */
  readonly started: boolean;
  /** What `post` must find in the job's home. */
  readonly home?: readonly string[];
}

const switching = /kamal-proxy deploy e2e-web/;

const POINTS: readonly Point[] = [
  {
    title: 'the download of op',
    cold: true,
    inputs: { op: 'always' },
    before: ({ stage }) => stage.releases.fail({ kind: 'silence' }),
    reached: ({ stage, until }) => until(() => stage.releases.requests.length > 0),
    started: false,
  },
  {
    title: 'the installation of Kamal',
    inputs: { 'kamal-version': '0.0.7' },
    before: ({ job }) => writeFileSync(join(job.home, '.gemrc'), `:sources:\n- ${silent.url}/\n`),
    reached: ({ until }) => until(() => silent.asked && processesMatching(/gem install kamal/).length > 0),
    started: false,
    home: ['.gemrc'],
  },
  {
    title: 'the download of op for a hook that called it',
    cold: true,
    app: { hooks: { 'pre-deploy': 'op read op://MyApp/Production/STRIPE_KEY' } },
    before: ({ stage }) => stage.releases.fail({ kind: 'silence' }),
    reached: ({ stage, until }) => until(() => stage.releases.requests.length > 0),
    started: true,
  },
  {
    title: 'the evaluation of the secrets',
    inputs: { op: 'always' },
    reached: async ({ stage, line, until }) => {
      await line(/^op \S+ \(.*Kamal/);
      stage.service.fail({ kind: 'silence' });
      await until(() => processesMatching(/\bop (?:account|item) get/).length > 0);
    },
    started: true,
  },
  {
    title: 'the build',
    app: {
      files: {
        Dockerfile: `FROM ${withoutTarget() === false ? target().baseImage : 'none'}\nRUN sleep 47\n`,
      },
    },
    reached: ({ until }) => until(() => processesMatching(/^(?:\/bin\/sh -c )?sleep 47/).length > 0),
    started: true,
  },
  {
    title: 'a command on the server with the lock held',
    before: ({ stage }) =>
      replaceCommand(
        stage.target.hosts[0],
        'docker',
        'case "$*" in "image prune"*|"container prune"*|*"--filter label=role=web --filter status=running"*) sleep 3.87 ;; esac; PATH=${PATH#*:} exec docker "$@"',
      ),
    reached: ({ stage, until }) =>
      until(() => lockState(stage.target.hosts[0]).held && processesMatching(/^sleep 3\.87/).length > 0),
    started: true,
  },
  {
    title: 'the wait for a healthy container',
    app: NEVER,
    reached: ({ until }) => until(() => processesMatching(switching).length > 0),
    started: true,
  },
  {
    title: 'the look at the servers',
    reached: async ({ stage, line, until }) => {
      const [host] = stage.target.hosts;
      await line(/Releasing the deploy lock/);
      replaceCommand(host, 'docker', 'sleep 9.61; PATH=${PATH#*:} exec docker "$@"');
      await until(() => processesMatching(/^sleep 9\.61/).length > 0 && !lockState(host).held);
      await until(() => processesMatching(/sh -s$/).length > 0);
      restoreCommands(host);
    },
    started: true,
  },
];

/** An address where no one ever answers. */
const silent = {
  url: '',
  asked: false,
  server: createServer(() => {
    silent.asked = true;
  }),
};

describe('cancelled', { skip: withoutTarget() }, () => {
  let stage: Stage;
  let tools: string;

  before(async () => {
    stage = await Stage.set();
    tools = join(stage.root, 'tools');
    silent.server.listen(0, '127.0.0.1');
    await once(silent.server, 'listening');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
    silent.url = `http://127.0.0.1:${(silent.server.address() as AddressInfo).port}`;
    await resetTarget();
    const app = await stage.app();
    await using job = stage.job(app, { toolCache: tools });
    const main = await job.run('main');
    assert.equal(main.exitCode, 0, main.log);
    await job.run('post');
    await stage.mend();
  });
  after(async () => {
    silent.server.closeAllConnections();
    silent.server.close();
    await stage[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    const [host] = stage.target.hosts;
    await openAddresses();
    restoreCommands(host);
    silent.asked = false;
    await stage.mend();
    const serving = await proxyTarget(host, 'e2e-web');
    for (const name of (await docker(host, 'ps', '--all', '--format', '{{.Names}}')).split('\n')) {
      if (name.startsWith('e2e-web') && name !== serving) await docker(host, 'rm', '--force', name);
    }
  });

  /** Starts a deploy of a new version; `act` is called beside it. Then `post`, as the runner does. */
  async function cancelled(
    {
      app: options,
      inputs = {},
      env: more = {},
      cold,
      before: prepare,
    }: Omit<Point, 'title' | 'reached' | 'started'>,
    act: (scene: Scene) => Promise<void>,
    runPost: (job: Job) => Promise<StepResult> = (job) => job.run('post'),
  ): Promise<{ main: StepResult; post: StepResult; summary: string }> {
    const app = await stage.app({ ...options, files: { 'www/new': randomUUID(), ...options?.files } });
    const mark = `CANCEL_TEST=${randomUUID()}`;
    const env = { ...more, CANCEL_TEST: mark.slice('CANCEL_TEST='.length) };
    await using job = stage.job(app, { env, inputs, ...(cold ? {} : { toolCache: tools }) });
    const seen: string[] = [];
    let over = false;
    const until = async (what: () => boolean): Promise<void> => {
      while (!what()) {
        if (over) throw new Error(`the run ended before it was where it should be:\n${seen.join('\n')}`);
        await sleep(10);
      }
    };
    const scene = {
      stage,
      job,
      until,
      line: (pattern: RegExp) => until(() => seen.some((line) => pattern.test(line))),
    };
    await prepare?.(scene);
    const running = job.run('main', (line) => seen.push(line)).finally(() => (over = true));
    const [main] = await Promise.all([running, act(scene)]);
    const post = await runPost(job);
    assert.equal(post.exitCode, 0, post.log);
    assert.deepEqual(processesMarked(mark), []);
    assert.deepEqual(processesMatching(/ssh-agent/), []);
    const left = readdirSync(job.temp).filter((name) => name !== 'kamal-1password-report.json');
    assert.deepEqual(left, []);
    assert.deepEqual(
      readdirSync(job.home).filter((name) => name !== '.gemrc'),
      [],
    );
    const texts = { main: main.written, post: post.written, summary: job.summary };
    assert.deepEqual(findLeaks(stage.secrets, texts, [job.temp, job.home]), []);
    return { main, post, summary: job.summary };
  }

  /** What was last said of host a, against what its engine and its proxy say. */
  async function assertReported(...steps: readonly StepResult[]): Promise<void> {
    const [host] = stage.target.hosts;
    const said = steps
      .flatMap(({ log }) => log.split('\n'))
      .findLast((line) => line.startsWith(`${host.address}, role web: `));
    const versionOf = (name: string | null): string => name?.replace(/^e2e-web-/, '') ?? 'none';
    const serving = versionOf(await proxyTarget(host, 'e2e-web'));
    const others = (await runningContainers(host)).map(versionOf).filter((version) => version !== serving);
    const beside = others.length === 0 ? '' : `; version ${others.join(' and ')} runs beside it`;
    assert.equal(said, `${host.address}, role web: version ${serving} serves${beside}.`);
  }

  /** Each point by one form, in turn; ALL=true: by both. */
  const formsOf = (index: number): readonly ('SIGINT alone' | 'the runner')[] =>
    process.env['ALL'] === 'true'
      ? ['SIGINT alone', 'the runner']
      : [index % 2 === 0 ? 'SIGINT alone' : 'the runner'];
  for (const [index, { title, reached, started, ...point }] of POINTS.entries()) {
    for (const form of formsOf(index)) {
      test(`during ${title}, by ${form}`, { timeout: patient(90_000) }, async () => {
        const { main, post, summary } = await cancelled(point, async (scene) => {
          await reached(scene);
          if (form === 'the runner') await scene.job.cancel();
          else scene.job.signal('SIGINT');
        });
        assert.equal(main.signal, null, 'it ended by itself, before the runner would kill it');
        assert.equal(main.exitCode, 1);
        assert.deepEqual(
          main.annotations.map(({ properties }) => properties['title']),
          ['cancelled'],
        );
        assert.match(main.annotations[0]?.message ?? '', /The run was cancelled \(SIGINT\)/);
        assert.match(summary, /🚫/);
        assert.deepEqual(lockState(stage.target.hosts[0]), { held: false });
        if (started) await assertReported(main, post);
        else assert.match(main.log, /Kamal was not started: nothing changed on the servers\./);
      });
    }
  }

  test('GitHub hears of a deployment that is off', { timeout: patient(90_000) }, async () => {
    await using github = await GithubService.start();
    const env = { GITHUB_API_URL: github.url, GITHUB_SHA: 'c'.repeat(40) };
    await cancelled({ inputs: { 'github-token': 'ghs_test' }, env }, async ({ line, until, job }) => {
      await line(/docker buildx build/);
      await until(() => github.deployments.length > 0);
      job.signal('SIGINT');
    });
    const [deployment, ...others] = github.deployments;
    assert.deepEqual(others, []);
    assert.deepEqual(
      deployment?.statuses.map(({ state }) => state),
      ['in_progress', 'inactive'],
    );
    assert.deepEqual(github.flaws, []);
  });

  const healthWait = (scene: Scene): Promise<void> =>
    scene.until(() => processesMatching(switching).length > 0);
  const guard = { timeout: patient(90_000) };

  test('where the server went silent, post releases our lock once it answers', guard, async () => {
    const [host] = stage.target.hosts;
    const { main, post } = await cancelled(
      { app: NEVER },
      async (scene) => {
        await healthWait(scene);
        await blackHole(host.address);
        await scene.job.cancel();
      },
      async (job) => {
        assert.equal(lockState(host).held, true, 'Kamal could not release it');
        await openAddresses();
        return job.run('post');
      },
    );
    assert.equal(main.exitCode, 1, 'it ended by itself, before the runner would kill it');
    assert.match(main.log, new RegExp(`${host.address}: not checked`));
    assert.match(post.log, /Released the deploy lock that this run left on/);
    assert.deepEqual(lockState(host), { held: false });
    await assertReported(post);
  });

  test('where another took the lock meanwhile, post leaves it alone', guard, async () => {
    const [host] = stage.target.hosts;
    const { post } = await cancelled(
      { app: NEVER },
      async (scene) => {
        await healthWait(scene);
        await blackHole(host.address);
        scene.job.signal('SIGINT');
      },
      async (job) => {
        holdLock(host, { by: 'Grace', version: 'hers' });
        await openAddresses();
        return job.run('post');
      },
    );
    assert.match(post.log, /is held by Grace, not by this run, so it is left as it is/);
    const lock = lockState(host);
    assert.ok(lock.held && lock.by === 'Grace' && lock.version === 'hers');
    removeLock();
  });

  test("while it waits for another's lock", guard, async () => {
    const [host] = stage.target.hosts;
    holdLock(host, { by: 'Grace', version: 'hers' });
    const { main, post } = await cancelled({ inputs: { args: '--lock-wait' } }, async ({ line, job }) => {
      await line(/Retrying in \d+s/);
      job.signal('SIGINT');
    });
    assert.equal(main.exitCode, 1);
    const lock = lockState(host);
    assert.ok(lock.held && lock.by === 'Grace' && lock.version === 'hers');
    await assertReported(main, post);
    removeLock();
  });

  test(
    'killed outright: Kamal releases its lock by itself, post tells which version serves in the end',
    guard,
    async () => {
      const { main, post, summary } = await cancelled({ app: LATE }, async (scene) => {
        await healthWait(scene);
        scene.job.signal('SIGKILL');
      });
      assert.equal(main.signal, 'SIGKILL');
      assert.deepEqual(lockState(stage.target.hosts[0]), { held: false });
      await assertReported(post);
      assert.match(summary, /After the run had ended/);
      assert.match(summary, /role web: version/);
    },
  );

  test('a switch that ends while post looks: what is told is what serves in the end', guard, async () => {
    const [host] = stage.target.hosts;
    const { post } = await cancelled(
      { app: LATE },
      async (scene) => {
        await healthWait(scene);
        scene.job.signal('SIGKILL');
      },
      (job) => {
        // The list is from before the switch, and the answer to the next question from after it.
        const waits =
          'while docker top kamal-proxy -eo pid,args | grep -q "kamal-proxy deploy"; do sleep 0.1; done';
        replaceCommand(
          host,
          'docker',
          `PATH=\${PATH#*:}; docker "$@"; status=$?; case "$*" in "exec kamal-proxy kamal-proxy list") ${waits} ;; esac; exit $status`,
        );
        return job.run('post');
      },
    );
    restoreCommands(host);
    await assertReported(post);
  });

  test('post is cancelled too: the lock, the agent and the files are gone by then', guard, async () => {
    const { post } = await cancelled(
      { app: NEVER },
      async (scene) => {
        await healthWait(scene);
        scene.job.signal('SIGKILL');
      },
      (job) =>
        job.run('post', (line) => {
          if (line.includes('still switching')) job.signal('SIGINT');
        }),
    );
    assert.match(post.log, /still switching web on/);
    assert.deepEqual(lockState(stage.target.hosts[0]), { held: false });
  });

  function removeLock(): void {
    const [host] = stage.target.hosts;
    for (const name of readdirSync(join(host.home, '.kamal'))) {
      if (name.startsWith('lock-')) rmSync(join(host.home, '.kamal', name), { recursive: true });
    }
  }
});
