/**
 * How long it takes from nothing to the first line of `kamal deploy`, and to the first command that it runs, which with
 * us waits for the servers to let us in: our action beside the three actions that it replaces (install-cli-action,
 * load-secrets-action, ssh-agent), and what we add to `kamal deploy` itself.
 *
 *     TARGET_HOSTS=1 test/harness/target/up.sh node bench/pipeline.ts PEERS [RUNS] [RUNS WITH GEMS] [DEPLOYS]
 *
 * PEERS is a directory with those three as they are published: `<name>/dist/index.js` and what belongs to it. They run
 * as they are, but copies of the two that download `op` ask a server of ours (bench/pipeline/boilerplate.ts).
 *
 * Kamal, ssh, sshd and RubyGems are real. The network is a model: 1Password, the releases of `op` (25 MB) and the gem
 * server are 50 ms away, a body comes with 50 MB/s, a call of `op` takes 300 ms; no TLS, and the SSH server is near.
 * Both sides are measured in turn, so that the noise of a minute falls on both; Kamal is ended where it would run its
 * first command. The peers keep nothing between two jobs; warm, ours has `op` and Kamal from the tool cache.
 */
import { mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Stage } from '../test/harness/e2e/stage.ts';
import { deployInPairs } from './pipeline/deploys.ts';
import { Network } from './pipeline/network.ts';
import { Sides, type KamalIs, type Measured } from './pipeline/sides.ts';
import { median, milliseconds, ratio, type Series } from './pipeline/statistics.ts';

const [peers, ...counts] = process.argv.slice(2);
const [runs = 11, runsWithGems = 5, deploys = 10] = counts.map(Number);
if (peers === undefined) throw new Error('usage: pipeline.ts PEERS [RUNS] [RUNS WITH GEMS] [DEPLOYS]');

await using stage = await Stage.set();
await using network = await Network.set(stage, join(stage.target.runner.gemHome, 'cache'));
const sides = new Sides(stage, network, await stage.app(), resolve(peers));
const tools = (): string => mkdtempSync(join(stage.root, 'tools-'));

const warmTheirs = tools();
const warmOurs = tools();
await sides.theirs(warmTheirs, 'installed');
await sides.ours(warmOurs, 'nowhere');

await compare('cold', runs, {
  ours: (count) => sides.ours(tools(), 'installed', count),
  theirs: (count) => sides.theirs(tools(), 'installed', count),
});
await compare('warm', runs, {
  ours: (count) => sides.ours(warmOurs, 'in-tool-cache', count),
  theirs: (count) => sides.theirs(warmTheirs, 'installed', count),
});
await compare('cold, with `gem install kamal`', runsWithGems, {
  ours: (count) => sides.ours(tools(), 'nowhere', count),
  theirs: (count) => sides.theirs(tools(), 'nowhere', count),
});
await compareWithParts('cold', runs, ['op', 'read', 'login'], 'installed');
await compareWithParts(
  'cold, with `gem install kamal`',
  runsWithGems,
  ['op', 'gems', 'read', 'login'],
  'nowhere',
);

if (deploys > 0) {
  const pairs = await deployInPairs(join(stage.root, 'deploys'), deploys);
  const [plain, supervised] = [pairs.map((pair) => pair.plain), pairs.map((pair) => pair.supervised)];
  print(`\nkamal deploy that changes nothing, ${deploys} pairs`);
  print(`  plain       ${milliseconds(plain)}`);
  print(`  supervised  ${milliseconds(supervised)}   ratio ${ratio(supervised, plain)}`);
}

type Run = (count: boolean) => Promise<Measured>;

async function compare(
  title: string,
  times: number,
  { ours, theirs }: { ours: Run; theirs: Run },
): Promise<void> {
  const measured: { ours: Measured; theirs: Measured }[] = [];
  for (let count = 0; count < times; count++) {
    const first = count % 2 === 0 ? await ours(false) : await theirs(false);
    const second = count % 2 === 0 ? await theirs(false) : await ours(false);
    measured.push(count % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first });
  }
  const [mine, other] = [measured.map((pair) => pair.ours), measured.map((pair) => pair.theirs)];
  const lines = (of: readonly Measured[]): Series => of.map(({ firstLine }) => firstLine);
  const commands = (of: readonly Measured[]): Series => of.map(({ firstCommand }) => firstCommand);
  print(`\n${title}, ${times} pairs: to Kamal's first line, min / median`);
  print(`  boilerplate  ${milliseconds(lines(other))}   ${costs(other[0], await theirs(true))}`);
  print(`  ours         ${milliseconds(lines(mine))}   ${costs(mine[0], await ours(true))}`);
  print(`  ratio        ${ratio(lines(mine), lines(other))}`);
  print(
    `  to its first command: ${milliseconds(commands(mine))}, ratio ${ratio(commands(mine), commands(other))}`,
  );
}

async function compareWithParts(
  title: string,
  times: number,
  parts: readonly Parameters<Sides['part']>[0][],
  kamal: KamalIs,
): Promise<void> {
  const whole: number[] = [];
  const alone = parts.map((): number[] => []);
  for (let count = 0; count < times; count++) {
    whole.push((await sides.ours(tools(), kamal)).setUp);
    for (const [index, part] of parts.entries()) alone[index]?.push(await sides.part(part));
  }
  const longest = alone.toSorted((a, b) => median(b) - median(a))[0] ?? [];
  print(`\n${title}, ${times} times: until Kamal begins, and each part alone, min / median`);
  print(`  all          ${milliseconds(whole)}   of the longest part ${ratio(whole, longest)}`);
  for (const [index, part] of parts.entries())
    print(`  ${part.padEnd(11)}  ${milliseconds(alone[index] ?? [])}`);
}

function costs(run: Measured | undefined, counted: Measured): string {
  const { requests = 0, opCalls = 0, bytes = 0 } = run ?? {};
  return `${counted.processes} processes, ${requests} requests and ${opCalls} calls of op to 1Password, ${(bytes / 1e6).toFixed(1)} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
