/**
 * The crew of which only Kamal's part is played: lock, env directory, container, route, lock released, in Kamal's order.
 * The planner, the claim, the removal script, sshd, docker and GitHub's API on the wire are the real ones. That it
 * leaves what the real crew leaves is shown by bench/preview-storm.ts.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GithubApi } from '../../../../src/github/api/api.ts';
import { askServer, type ServerAccess } from '../../../../src/kamal/servers/shell.ts';
import { claimScript, readClaim, withdrawScript, type Claim } from '../../../../src/previews/claim.ts';
import { deadLocks, locksOfRuns, releaseDeadLock } from '../../../../src/previews/dead-lock.ts';
import { askPullRequest, askRuns } from '../../../../src/previews/github.ts';
import { previewVersion } from '../../../../src/previews/identity.ts';
import { previewsOf, readInventory } from '../../../../src/previews/inventory.ts';
import { appDirectory, type Marker } from '../../../../src/previews/marker.ts';
import { settlePreview, sweepPreviews, type Settling } from '../../../../src/previews/settle.ts';
import { surveyPreviews } from '../../../../src/previews/servers.ts';
import { wishOf, type RemovalReason } from '../../../../src/previews/wanted.ts';
import type { GithubService } from '../../github/service.ts';
import { docker } from '../../target/containers.ts';
import { holdLock, lockState } from '../../target/lock.ts';
import { target, type TargetHost } from '../../target/target.ts';
import { addRoute, startProxy } from '../planted.ts';
import { containerIds, REPOSITORY } from '../preview-stage.ts';
import type { Crew } from './blow.ts';
import type { RunPlan } from './plan.ts';

const DESTINATION = 'preview';
const POLICY = { repository: REPOSITORY, label: 'preview', expiresAfter: null };

/** Speaks to the GitHub that `GITHUB_API_URL` names. */
export function playedCrew(github: GithubService, hosts: readonly TargetHost[], limit: number): Crew {
  const access = accessTo(hosts);
  const addresses = hosts.map(({ address }) => address);
  let runs = 100;
  let commits = 0;
  const settling = (own: number | null, api: GithubApi): Settling => ({
    access,
    api,
    policy: POLICY,
    destination: DESTINATION,
    own: own === null ? null : String(own),
    performer: own === null ? 'mona' : performer(own),
    teardown: null,
  });

  const remove = async (
    api: GithubApi,
    number: number,
    run: number,
    reason: RemovalReason,
  ): Promise<string> => {
    const { repository } = POLICY;
    const survey = await surveyPreviews(access, addresses, { destination: DESTINATION, repository });
    const became: string[] = [];
    for (const preview of survey.previews.filter((each) => each.number === number)) {
      const { decision, outcome } = await settlePreview(
        preview,
        settling(run, api),
        survey.unreached,
        reason,
      );
      became.push(outcome?.kind ?? decision.kind);
    }
    return [...new Set(became)].join(' ') || 'removed';
  };

  const deploy = async (api: GithubApi, number: number, run: number, plan: RunPlan): Promise<string> => {
    const marker = markerOf(number, run, String(github.pulls.get(number)?.headSha), addresses[0] ?? '');
    const claim = { marker, names: ['role web', ...addresses.map((each) => `host ${each}`)], limit };
    const refused = await take(claim, { access, api, addresses });
    if (refused !== null) return refused;
    return deployAsKamal(hosts, marker, run, plan);
  };

  return {
    prepare: () => deployProduction(hosts),
    commit: () => Promise.resolve(`commit${(commits += 1)}`),
    async run(number, _action, plan) {
      const run = (runs += 1);
      const api = githubApi();
      github.running.add(run);
      try {
        const wish = wishOf(await askPullRequest(api, number), POLICY, null, Date.now());
        if (wish.kind === 'unknown') return `failed: ${wish.why}`;
        if (wish.kind === 'not-wanted') return await remove(api, number, run, wish.reason);
        const became = await deploy(api, number, run, plan);
        if (became !== 'deployed') return became;
        const after = wishOf(await askPullRequest(api, number), POLICY, null, Date.now());
        return after.kind === 'not-wanted' ? await remove(api, number, run, after.reason) : became;
      } finally {
        github.running.delete(run);
      }
    },
    async sweep() {
      const { settled } = await sweepPreviews(settling(null, githubApi()), addresses, false);
      return settled.flatMap(({ preview, outcome }) => (outcome?.kind === 'removed' ? [preview.number] : []));
    },
  };
}

/** One for each run, as a process has it: what it spends and what it has seen fail is its own. */
function githubApi(): GithubApi {
  return new GithubApi({
    token: 'ghs_test',
    repository: REPOSITORY,
    readOnly: false,
    signal: new AbortController().signal,
    patience: { pauses: [], inAll: 60_000, perTry: 20_000 },
  });
}

/** The place of the preview on each host, as the action takes it. @returns why it was refused; null if it was not */
async function take(
  claim: Claim,
  {
    access,
    api,
    addresses,
  }: { readonly access: ServerAccess; readonly api: GithubApi; readonly addresses: readonly string[] },
): Promise<string | null> {
  const script = claimScript(claim);
  const answers = await Promise.all(
    addresses.map(async (host) => ({ host, answer: await askServer(access, host, script) })),
  );
  const reached = answers.flatMap(({ host, answer }) =>
    answer.reached ? [{ host, printed: answer.stdout }] : [],
  );
  // Each host has to let us in before any of the answers counts.
  if (reached.length < answers.length) return 'failed: a host is down';
  const claims = reached.map(({ host, printed }) => ({ host, said: readClaim(printed) }));
  if (claims.some(({ said }) => said !== 'claimed' && said !== 'first')) {
    for (const { host } of claims.filter(({ said }) => said === 'first'))
      await askServer(access, host, withdrawScript(claim));
    return claims.some(({ said }) => said === 'full') ? 'refused' : 'failed: not claimed';
  }
  const inventories = reached.map(({ host, printed }) => readInventory(host, printed, DESTINATION));
  const own = previewsOf(inventories, POLICY).filter(({ number }) => number === claim.marker.pullRequest);
  const locks = locksOfRuns(own.flatMap(({ places }) => places));
  const states = await askRuns(
    api,
    locks.map(({ run }) => run),
  );
  for (const dead of deadLocks(locks, states)) await releaseDeadLock(access, dead);
  return null;
}

async function deployAsKamal(
  hosts: readonly TargetHost[],
  { service, commit, pullRequest }: Marker,
  run: number,
  plan: RunPlan,
): Promise<string> {
  const [primary] = hosts;
  if (primary === undefined) throw new Error('there is no host');
  if (plan.end !== 'goes on' && plan.at === 'build') return plan.end;
  const version = previewVersion(pullRequest, commit);
  if (lockState(primary, service, DESTINATION).held) return 'failed: the lock is held';
  holdLock(primary, { by: performer(run), version }, service, DESTINATION);
  const unlock = (): void =>
    rmSync(join(primary.home, '.kamal', `lock-${service}-${DESTINATION}`), { recursive: true, force: true });
  if (plan.end !== 'goes on') {
    // A cancelled run gives its own lock back; a machine that dies does nothing any more.
    if (plan.end === 'is cancelled') unlock();
    return plan.end;
  }
  for (const host of hosts) {
    mkdirSync(join(host.home, appDirectory(service, DESTINATION), 'env/roles'), { recursive: true });
    writeFileSync(join(host.home, `.kamal/${service}-${DESTINATION}-audit.log`), 'deployed\n');
  }
  for (const host of hosts) await bootApp(host, service, version);
  unlock();
  return 'deployed';
}

async function bootApp(host: TargetHost, service: string, version: string): Promise<void> {
  const old = Object.keys(await containerIds(host, service));
  if (old.length > 0) await docker(host, 'rm', '--force', '--volumes', ...old);
  const labels = [`service=${service}`, 'role=web', `destination=${DESTINATION}`];
  const words = [
    '--detach',
    '--name',
    `${service}-web-${DESTINATION}-${version}`,
    ...labels.flatMap((label) => ['--label', label]),
    '--volume',
    `${service}-storage:/storage`,
    '--volume',
    'shop-storage:/shared',
  ];
  const id = await docker(host, 'run', ...words, target().proxy.image, 'sleep', '100000');
  await addRoute(host, `${service}-web-${DESTINATION}`, id.trim().slice(0, 12));
}

async function deployProduction(hosts: readonly TargetHost[]): Promise<void> {
  for (const host of hosts) {
    await startProxy(host);
    const labels = ['service=shop', 'role=web', 'destination='].flatMap((label) => ['--label', label]);
    const words = ['--detach', '--name', 'shop-web-abc', ...labels, '--volume', 'shop-storage:/data'];
    const id = await docker(host, 'run', ...words, target().proxy.image, 'sleep', '100000');
    await addRoute(host, 'shop-web', id.trim().slice(0, 12));
    mkdirSync(join(host.home, '.kamal/apps/shop/env'), { recursive: true });
  }
}

function markerOf(number: number, run: number, commit: string, host: string): Marker {
  return {
    repository: REPOSITORY,
    pullRequest: number,
    service: `shop-pr-${number}`,
    destination: DESTINATION,
    commit,
    run: `${run}.1`,
    at: new Date().toISOString(),
    address: null,
    role: 'web',
    host,
  };
}

export function accessTo(hosts: readonly TargetHost[]): ServerAccess {
  const { deployKey, runner } = target();
  return {
    user: 'root',
    port: hosts[0]?.sshPort ?? 22,
    socket: null,
    keys: [deployKey.privateKeyFile],
    config: false,
    environment: { PATH: process.env['PATH'] ?? '', HOME: runner.home },
    patience: 15_000,
  };
}

function performer(run: number): string {
  return `mona (run ${run}.1 of ${REPOSITORY}, job preview, x)`;
}
