/**
 * A storm over previews: pull requests that are opened, labelled, pushed to, closed and reopened while runs are at work,
 * are cancelled or killed, and while a host or GitHub is down. sshd, docker and GitHub's API on the wire are the real ones;
 * who deploys is the crew: real.ts runs the action with Kamal, played.ts its planner and scripts, with Kamal's part played.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { GithubService } from '../../github/service.ts';
import { startSshd, stopSshd } from '../../target/faults.ts';
import type { TargetHost } from '../../target/target.ts';
import { containerIds, REPOSITORY, tracesOf } from '../preview-stage.ts';
import { endState, type EndState } from './end-state.ts';
import { PULLS, told, type RunPlan, type StormEvent } from './plan.ts';

/** Who does what the two workflows do. */
export interface Crew {
  /** Production, beside which all of it happens. */
  readonly prepare: () => Promise<void>;
  /** A new commit, by which Kamal's version is called. */
  readonly commit: () => Promise<string>;
  /** `command: preview` for a pull request; `deployed`, `removed`, `refused`, or in other words what became of it. */
  readonly run: (number: number, action: string, plan: RunPlan) => Promise<string>;
  /** `command: preview-sweep`; the numbers that were removed. */
  readonly sweep: () => Promise<readonly number[]>;
}

export interface Storm {
  readonly plan: readonly StormEvent[];
  readonly crew: Crew;
  readonly hosts: readonly TargetHost[];
  readonly github: GithubService;
  readonly limit: number;
}

export interface Aftermath {
  /** What happened, one line each. */
  readonly log: readonly string[];
  readonly state: EndState;
  /** How often each thing became of a run. */
  readonly outcomes: ReadonlyMap<string, number>;
}

const GOES_ON: RunPlan = { end: 'goes on', at: 'build' };

/** Events of GitHub by what happened. */
const ACTIONS: Readonly<Record<string, string>> = {
  'pushed to': 'synchronize',
  labelled: 'labeled',
  unlabelled: 'unlabeled',
};

export async function blow(storm: Storm): Promise<Aftermath> {
  const { plan, crew, hosts, github } = storm;
  const log: string[] = [];
  const outcomes = new Map<string, number>();
  const last = new Map<number, string>();
  /** Commits by what they are called here: `c7` is the one of the seventh event. */
  const commits = new Map<string, string>();
  await crew.prepare();
  const production = await Promise.all(hosts.map((host) => containerIds(host, 'shop')));

  // One run a pull request, two at a time: as the concurrency groups and two runners have it.
  const busy = new Map<number, Promise<void>>();
  const start = async (number: number, action: string, run: RunPlan): Promise<void> => {
    await busy.get(number);
    while (busy.size >= 2) await Promise.race(busy.values());
    const working = async (): Promise<void> => {
      const became = await crew.run(number, action, run);
      last.set(number, became);
      outcomes.set(became, (outcomes.get(became) ?? 0) + 1);
      log.push(`    #${number}: ${became}`);
    };
    busy.set(
      number,
      working().finally(() => busy.delete(number)),
    );
  };
  const idle = (): Promise<unknown> => Promise.all(busy.values());

  for (const [index, event] of plan.entries()) {
    log.push(told(event));
    if (event.kind === 'host') {
      const host = hosts[event.host];
      assert.ok(host);
      // The played Kamal reaches docker without sshd: in the middle of a run the two would not be the same.
      await idle();
      await (event.up ? startSshd(host) : stopSshd(host));
    } else if (event.kind === 'github') {
      if (event.up) github.faults.length = 0;
      else github.fail({ operation: 'pulls/get', status: 502, times: 100_000 });
    } else if (event.kind === 'sweep') await crew.sweep();
    else {
      await busy.get(event.number);
      // Where no run starts for it, an earlier commit serves until somebody runs it again.
      if (event.what === 'pushed to') last.delete(event.number);
      await change(github, event, async () => {
        const commit = await crew.commit();
        commits.set(commit, `c${index}`);
        return commit;
      });
      if (event.run !== null)
        await start(event.number, ACTIONS[event.what] ?? event.what.split(' ')[0] ?? '', event.run);
    }
  }
  await idle();
  for (const host of hosts) await startSshd(host);
  github.faults.length = 0;

  const story = (): string => log.join('\n');
  log.push(`the sweep removes ${(await crew.sweep()).join(', ') || 'nothing'}`);
  const numbers = Array.from({ length: PULLS }, (_, index) => index + 1);
  const wanted = numbers.filter((number) => isWanted(github, number));
  for (const [index, host] of hosts.entries()) {
    assert.deepEqual(await containerIds(host, 'shop'), production[index], story());
    for (const number of numbers.filter((each) => !wanted.includes(each)))
      assert.deepEqual(
        await tracesOf(host, `shop-pr-${number}`),
        [],
        `#${number} on ${host.name}\n${story()}`,
      );
  }
  // The failed runs run again; then each wanted preview exists, with its newest commit.
  for (const number of wanted)
    if (last.get(number) !== 'deployed') {
      await start(number, 'synchronize', GOES_ON);
      await busy.get(number);
    }
  const state = await endState(hosts, commits);
  const running = wanted.filter((number) => last.get(number) === 'deployed');
  assert.equal(running.length, Math.min(wanted.length, storm.limit), story());
  for (const { previews } of Object.values(state))
    assert.deepEqual(
      previews,
      running.map((number) => {
        const commit = commits.get(github.pulls.get(number)?.headSha ?? '') ?? '';
        return `shop-pr-${number} pr-${number}-${commit}`;
      }),
      story(),
    );
  for (const { left } of Object.values(state)) assert.deepEqual(left, [], story());
  assert.deepEqual(await crew.sweep(), [], story());
  assert.ok(isDeepStrictEqual(await endState(hosts, commits), state), 'a second sweep changes nothing');
  return { log, state, outcomes };
}

async function change(
  github: GithubService,
  { number, what }: Extract<StormEvent, { kind: 'pull' }>,
  commit: () => Promise<string>,
): Promise<void> {
  const known = github.pulls.get(number);
  const pull = known ?? {
    state: 'open' as const,
    merged: false,
    draft: false,
    labels: what === 'opened' ? ['preview'] : [],
    headRepository: REPOSITORY,
    headSha: await commit(),
  };
  github.pulls.set(number, pull);
  if (what === 'pushed to') pull.headSha = await commit();
  if (what === 'labelled') pull.labels = ['preview'];
  if (what === 'unlabelled') pull.labels = [];
  if (what === 'closed' || what === 'reopened') pull.state = what === 'closed' ? 'closed' : 'open';
}

function isWanted(github: GithubService, number: number): boolean {
  const pull = github.pulls.get(number);
  return pull !== undefined && pull.state === 'open' && pull.labels.includes('preview');
}
