/**
 * A storm over previews: pull requests that are opened, labelled, pushed to, closed and reopened while runs are at work,
 * are cancelled or killed, and while a host or GitHub is down. The planner, the claim, the removal script, sshd, docker and
 * GitHub's API on the wire are the real ones; Kamal's part is played by what planted.ts leaves, in Kamal's order: lock,
 * env directory, container, route, lock released.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GithubApi } from '../../../src/github/api/api.ts';
import { askServer, type ServerAccess } from '../../../src/kamal/servers/shell.ts';
import { claimScript, readClaim } from '../../../src/previews/claim.ts';
import { askPullRequest } from '../../../src/previews/github.ts';
import { previewVersion } from '../../../src/previews/identity.ts';
import { appDirectory, type Marker } from '../../../src/previews/marker.ts';
import { settlePreview, sweepPreviews, type Settling } from '../../../src/previews/settle.ts';
import { surveyPreviews } from '../../../src/previews/servers.ts';
import { wishOf } from '../../../src/previews/wanted.ts';
import type { GithubService } from '../github/service.ts';
import { docker } from '../target/containers.ts';
import { startSshd, stopSshd } from '../target/faults.ts';
import { holdLock } from '../target/lock.ts';
import { target, type TargetHost } from '../target/target.ts';
import { addRoute, startProxy } from './planted.ts';
import { containerIds, proxyRoutes, REPOSITORY, tracesOf } from './preview-stage.ts';

const PULLS = 12;
const DESTINATION = 'preview';
const LIMIT = 6;

/** Small and seeded: the same storm each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (sides) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c_1b_3c_6d) + 0x9e_37_79_b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % sides;
  };
}

type End = 'goes on' | 'is cancelled' | 'is killed';

export interface Storm {
  readonly seed: number;
  readonly events: number;
  readonly hosts: readonly TargetHost[];
  readonly github: GithubService;
}

/** What happened, one line an event: for a failure's message. */
export async function blow({ seed, events, hosts, github }: Storm): Promise<readonly string[]> {
  const roll = dice(seed);
  const log: string[] = [];
  const { deployKey } = target();
  const access: ServerAccess = {
    user: 'root',
    port: hosts[0]?.sshPort ?? 22,
    socket: null,
    keys: [deployKey.privateKeyFile],
    config: false,
    environment: { PATH: process.env['PATH'] ?? '', HOME: target().runner.home },
    patience: 15_000,
  };
  const api = new GithubApi({
    token: 'ghs_test',
    repository: REPOSITORY,
    readOnly: false,
    signal: new AbortController().signal,
    patience: { pauses: [], inAll: 0, perTry: 5000 },
  });
  const policy = { repository: REPOSITORY, label: 'preview', expiresAfter: null };
  const settling = (own: number | null): Settling => ({
    access,
    api,
    policy,
    destination: DESTINATION,
    own: own === null ? null : String(own),
    performer: own === null ? 'mona' : performer(own),
    teardown: null,
  });
  const addresses = hosts.map(({ address }) => address);
  let runs = 100;
  const down = new Set<TargetHost>();

  for (const host of hosts) {
    await startProxy(host);
    const words = [
      '--detach',
      '--name',
      'shop-web-abc',
      '--label',
      'service=shop',
      '--label',
      'role=web',
      '--label',
      'destination=',
    ];
    const id = await docker(
      host,
      'run',
      ...words,
      '--volume',
      'shop-storage:/data',
      target().proxy.image,
      'sleep',
      '100000',
    );
    await addRoute(host, 'shop-web', id.trim().slice(0, 12));
    mkdirSync(join(host.home, '.kamal/apps/shop/env'), { recursive: true });
  }
  const production = await Promise.all(hosts.map((host) => containerIds(host, 'shop')));

  /** `command: preview`, as far as the servers and GitHub see it. */
  const work = async (number: number, end: End, sides: number): Promise<string> => {
    const run = (runs += 1);
    github.running.add(run);
    try {
      const state = await askPullRequest(api, number);
      const wish = wishOf(state, policy, null, Date.now());
      if (wish.kind === 'unknown') return 'nothing: GitHub is down';
      if (wish.kind === 'not-wanted') return await remove(number, run, wish.reason);
      const told = await deploy(number, run, end, sides);
      if (told !== 'deployed') return told;
      const after = wishOf(await askPullRequest(api, number), policy, null, Date.now());
      return after.kind === 'not-wanted' ? `deployed, then ${await remove(number, run, after.reason)}` : told;
    } finally {
      github.running.delete(run);
    }
  };

  const remove = async (
    number: number,
    run: number,
    reason: 'closed' | Parameters<typeof settlePreview>[3],
  ): Promise<string> => {
    const survey = await surveyPreviews(access, addresses, {
      destination: DESTINATION,
      repository: REPOSITORY,
    });
    const settled = [];
    for (const preview of survey.previews.filter((each) => each.number === number))
      settled.push(await settlePreview(preview, settling(run), survey.unreached, reason));
    return (
      settled.map(({ decision, outcome }) => outcome?.kind ?? decision.kind).join(' ') || 'nothing there'
    );
  };

  const deploy = async (number: number, run: number, end: End, stopAt: number): Promise<string> => {
    const service = `shop-pr-${number}`;
    const commit = String(github.pulls.get(number)?.headSha);
    const marker: Marker = {
      repository: REPOSITORY,
      pullRequest: number,
      service,
      destination: DESTINATION,
      commit,
      run: `${run}.1`,
      at: new Date().toISOString(),
      address: null,
      role: 'web',
      host: addresses[0] ?? '',
    };
    const names = ['role web', ...addresses.map((address) => `host ${address}`)];
    const script = claimScript({ marker, names, limit: LIMIT });
    const answers = await Promise.all(addresses.map((address) => askServer(access, address, script)));
    const claims = answers.map((answer) => (answer.reached ? readClaim(answer.stdout) : 'unreached'));
    if (!claims.every((claim) => claim === 'claimed' || claim === 'first'))
      return `refused: ${claims.join(', ')}`;
    const version = previewVersion(number, commit);
    const name = `${service}-web-${DESTINATION}-${version}`;
    const steps: ((host: TargetHost) => Promise<unknown>)[] = [
      async (host) => {
        if (host !== hosts[0]) return;
        const lock = join(host.home, '.kamal', `lock-${service}-${DESTINATION}`);
        if (existsSync(lock)) throw new Error('locked');
        holdLock(host, { by: performer(run), version }, service, DESTINATION);
      },
      async (host) => {
        mkdirSync(join(host.home, appDirectory(service, DESTINATION), 'env/roles'), { recursive: true });
        writeFileSync(join(host.home, `.kamal/${service}-${DESTINATION}-audit.log`), 'deployed\n');
      },
      async (host) => {
        const old = Object.keys(await containerIds(host, service));
        if (old.length > 0) await docker(host, 'rm', '--force', '--volumes', ...old);
        const labels = [`service=${service}`, 'role=web', `destination=${DESTINATION}`].flatMap((label) => [
          '--label',
          label,
        ]);
        const volumes = ['--volume', `${service}-storage:/storage`, '--volume', 'shop-storage:/shared'];
        const id = await docker(
          host,
          'run',
          '--detach',
          '--name',
          name,
          ...labels,
          ...volumes,
          target().proxy.image,
          'sleep',
          '100000',
        );
        await addRoute(host, `${service}-web-${DESTINATION}`, id.trim().slice(0, 12));
      },
    ];
    const unlock = (): void => {
      for (const host of hosts)
        rmSync(join(host.home, '.kamal', `lock-${service}-${DESTINATION}`), { recursive: true, force: true });
    };
    for (const [index, step] of steps.entries()) {
      if (end !== 'goes on' && index >= stopAt) {
        // A cancelled run gives its own lock back; a killed one does nothing any more.
        if (end === 'is cancelled' && index > 0) unlock();
        return `${end} at ${index}`;
      }
      for (const host of hosts) {
        const refused = await step(host).then(
          () => null,
          (error: unknown) => String(error),
        );
        if (refused === null) continue;
        if (!refused.includes('locked')) throw new Error(refused);
        return 'the lock is held';
      }
    }
    unlock();
    return 'deployed';
  };

  const last = new Map<number, string>();
  // One run a pull request, two at a time: as the concurrency groups and two runners have it.
  const busy = new Map<number, Promise<void>>();
  const start = async (number: number, end: End): Promise<void> => {
    await busy.get(number);
    while (busy.size >= 2) await Promise.race(busy.values());
    const sides = roll(3);
    const working = async (): Promise<void> => {
      const told = await work(number, end, sides);
      last.set(number, told);
      log.push(`    #${number}: ${told}`);
    };
    busy.set(
      number,
      working().finally(() => busy.delete(number)),
    );
  };
  const idle = async (): Promise<void> => {
    await Promise.all(busy.values());
  };

  for (let event = 0; event < events; event += 1) {
    const number = 1 + roll(PULLS);
    const pull = github.pulls.get(number);
    const base = { merged: false, draft: false, headRepository: REPOSITORY };
    const what = roll(20);
    const ends: readonly End[] = ['goes on', 'goes on', 'goes on', 'is cancelled', 'is killed'];
    const end = ends[roll(ends.length)] ?? 'goes on';
    if (pull === undefined) {
      github.pulls.set(number, {
        ...base,
        state: 'open',
        labels: roll(3) === 0 ? [] : ['preview'],
        headSha: `c${event}`,
      });
      log.push(`#${number} is opened, and the run ${end}`);
    } else if (what < 6) {
      pull.headSha = `c${event}`;
      log.push(`#${number} is pushed to, and the run ${end}`);
    } else if (what < 9) {
      pull.labels = pull.labels.length === 0 ? ['preview'] : [];
      log.push(`#${number} has ${pull.labels.length === 0 ? 'no label' : 'the label'}, and the run ${end}`);
    } else if (what < 14) {
      pull.state = pull.state === 'open' ? 'closed' : 'open';
      log.push(`#${number} is ${pull.state}, and the run ${end}`);
    } else if (what < 16) {
      const host = hosts[roll(hosts.length)];
      if (host === undefined) continue;
      await idle();
      if (down.delete(host)) await startSshd(host);
      else {
        down.add(host);
        await stopSshd(host);
      }
      log.push(`host ${host.name} is ${down.has(host) ? 'down' : 'up'}`);
      continue;
    } else if (what < 17) {
      if (github.faults.length > 0) github.faults.length = 0;
      else github.fail({ operation: 'pulls/get', status: 502, times: 100_000 });
      log.push(`GitHub is ${github.faults.length > 0 ? 'down' : 'up'}`);
      continue;
    } else if (what < 18) {
      await sweepPreviews(settling(null), addresses, false);
      log.push('a sweep');
      continue;
    }
    // GitHub loses an event now and then: a close with conflicts starts no run.
    if (roll(8) === 0) log.push('    no run');
    else await start(number, end);
  }
  await idle();
  for (const host of down) await startSshd(host);
  github.faults.length = 0;
  const swept = await sweepPreviews(settling(null), addresses, false);
  log.push(
    `the last sweep: ${swept.settled.map(({ preview, decision, outcome }) => `#${preview.number} ${outcome?.kind ?? decision.kind}`).join(', ')}`,
  );

  const isWanted = (number: number): boolean => {
    const pull = github.pulls.get(number);
    return pull !== undefined && pull.state === 'open' && pull.labels.includes('preview');
  };
  const story = `seed ${seed}\n${log.join('\n')}`;
  for (const [index, host] of hosts.entries()) {
    assert.deepEqual(await containerIds(host, 'shop'), production[index], story);
    for (let number = 1; number <= PULLS; number += 1) {
      const traces = await tracesOf(host, `shop-pr-${number}`);
      if (!isWanted(number)) assert.deepEqual(traces, [], `#${number} on ${host.name}\n${story}`);
      if (isWanted(number) && last.get(number) === 'deployed')
        assert.ok(
          traces.some((each) => each.startsWith('container')),
          `#${number} on ${host.name}\n${story}`,
        );
    }
    const wanted = Array.from({ length: PULLS }, (_, index_) => index_ + 1).filter(isWanted);
    const own = new RegExp(`^shop-pr-(?:${wanted.join('|') || 'none'})-`);
    const routes = (await proxyRoutes(host)).filter((route) => route !== 'shop-web' && !own.test(route));
    assert.deepEqual(routes, [], story);
    const left = readdirSync(join(host.home, '.kamal/apps')).filter(
      (name) => name !== 'shop' && !own.test(name),
    );
    assert.deepEqual(left, [], story);
    const locks = readdirSync(join(host.home, '.kamal')).filter(
      (name) => name.startsWith('lock-') && !own.test(name.slice(5)),
    );
    assert.deepEqual(locks, [], story);
    assert.ok((await docker(host, 'volume', 'ls', '--quiet')).split('\n').includes('shop-storage'), story);
  }
  return log;
}

function performer(run: number): string {
  return `mona (run ${run}.1 of ${REPOSITORY}, job preview, x)`;
}
