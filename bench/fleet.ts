/**
 * What many hosts cost: seconds, connections at once, and peak memory of the logins before a deploy and of the look at
 * the servers after it, on one real sshd at many addresses of this machine.
 *
 *     node bench/fleet.ts [HOSTS…]
 *
 * Each number of hosts in its own process, once with all well, and once with three that let us in and never answer.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inspectServers } from '../src/kamal/servers/inspect.ts';
import { describeServers } from '../src/kamal/servers/state.ts';
import { tryLogins } from '../src/ssh/login/login.ts';
import { ConnectionCount, Fleet } from '../test/harness/ssh/fleet.ts';

const [first, ...rest] = process.argv.slice(2);
if (first === '--measure') await measure(Number(rest[0]), Number(rest[1]));
else {
  const counts = first === undefined ? [1, 10, 50, 200] : [first, ...rest].map(Number);
  process.stdout.write('hosts hanging   logins   look  connections  peak memory  sentences\n');
  for (const hosts of counts)
    for (const hanging of hosts > 3 ? [0, 3] : [0]) {
      const words = [fileURLToPath(import.meta.url), '--measure', String(hosts), String(hanging)];
      process.stdout.write(execFileSync(process.execPath, words));
    }
}

async function measure(count: number, hanging: number): Promise<void> {
  await using fleet = await Fleet.start();
  const hosts = fleet.hosts(count, hanging);
  using connections = new ConnectionCount();
  const [logins, loginSeconds] = await timed(() => tryLogins({ ...fleet.access, hosts, patience: 15_000 }));
  const well = logins.filter(({ outcome }) => outcome.kind === 'accepted').length;
  if (well < count - hanging) throw new Error(`only ${well} of ${count} let us in`);
  const deployed = {
    service: 'app',
    destination: null,
    roles: [{ name: 'web', hosts, proxy: true }],
    accessories: [],
  };
  const environment = { PATH: process.env['PATH'] ?? '', HOME: fleet.access.parent ?? '' };
  const access = { ...fleet.access, environment, patience: 20_000 };
  const [servers, lookSeconds] = await timed(() => inspectServers(deployed, access));
  const { sentences } = describeServers(deployed, servers);
  const columns = [
    String(count).padStart(5),
    String(hanging).padStart(7),
    `${loginSeconds.toFixed(1)} s`.padStart(8),
    `${lookSeconds.toFixed(1)} s`.padStart(6),
    String(connections.most).padStart(12),
    `${Math.round(process.resourceUsage().maxRSS / 1024)} MB`.padStart(12),
    String(sentences.length).padStart(10),
  ];
  process.stdout.write(`${columns.join(' ')}\n`);
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const began = performance.now();
  const result = await work();
  return [result, (performance.now() - began) / 1000];
}
