/**
 * How long a whole deploy takes, from nothing to its end: our action, its proof at the end included, beside the three
 * actions that it replaces and plain `kamal deploy` after them. And how long Kamal takes to read the secrets, on its own
 * and answered by us.
 *
 *     TARGET_HOSTS=1 test/harness/target/up.sh node bench/deploy.ts PEERS [PAIRS] [OP] [SHAPE…]
 *
 * PEERS and the network are those of bench/pipeline.ts. OP is what a call of `op` takes, in milliseconds (300); a SHAPE
 * is `1`, `3` or `6` fetch lines of one item each, or one line over `18` items (all). Cold: the tool cache is empty on
 * both sides. The stand-in `op` makes no requests: the real one makes some four for each call.
 */
import { mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Stage } from '../test/harness/e2e/stage.ts';
import { Network } from './pipeline/network.ts';
import { readInPairs } from './pipeline/secrets-reading.ts';
import { fillVault, SHAPES, shapeOf, type Shape } from './pipeline/shapes.ts';
import { Sides, type Measured } from './pipeline/sides.ts';
import { milliseconds, ratio, type Series } from './pipeline/statistics.ts';

const [peers, pairs = '9', op = '300', ...asked] = process.argv.slice(2);
if (peers === undefined) throw new Error('usage: deploy.ts PEERS [PAIRS] [OP] [SHAPE…]');
const opCall = Number(op);
const shapes = SHAPES.filter((shape) => asked.length === 0 || asked.includes(shape.split(' ', 1)[0] ?? ''));

await using stage = await Stage.set();
await using network = await Network.set(stage, join(stage.target.runner.gemHome, 'cache'));
fillVault(stage);
for (const shape of shapes) await compare(shape, Number(pairs));

async function compare(shape: Shape, times: number): Promise<void> {
  const shaped = await shapeOf(stage, shape);
  const { app, fields } = shaped;
  const tools = (): string => mkdtempSync(join(stage.root, 'tools-'));
  print(`\n${shape}, op at ${opCall} ms a call, ${times} pairs: min / median`);
  const reading = await readInPairs(stage, shaped, { opCall, pairs: times });
  for (const part of ['whole', 'reading'] as const) {
    const withOp = reading.map((pair) => pair.asked[part]);
    const answered = reading.map((pair) => pair.answered[part]);
    print(part === 'whole' ? '  kamal secrets print' : '  of that, reading the secrets');
    print(`                with op      ${milliseconds(withOp)}`);
    print(`                answered     ${milliseconds(answered)}`);
    print(`                ratio        ${ratio(answered, withOp)}`);
  }

  const sides = new Sides(stage, network, app, resolve(peers ?? ''), { whole: true, opCall, fields });
  const measured: { ours: Measured; theirs: Measured }[] = [];
  for (let count = 0; count < times; count++) {
    const both: Partial<{ ours: Measured; theirs: Measured }> = {};
    for (const side of count % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const))
      both[side] = await sides[side](tools(), 'installed');
    const { ours, theirs } = both;
    if (ours === undefined || theirs === undefined) continue;
    measured.push({ ours, theirs });
    const told = (of: Measured): string => `${of.end} ms, first command at ${of.firstCommand} ms`;
    process.stderr.write(`  pair ${count + 1}: ours ${told(ours)}; boilerplate ${told(theirs)}\n`);
  }
  const ours = measured.map((pair) => pair.ours);
  const theirs = measured.map((pair) => pair.theirs);
  const ends = (of: readonly Measured[]): Series => of.map(({ end }) => end);
  const commands = (of: readonly Measured[]): Series => of.map(({ firstCommand }) => firstCommand);
  print('  whole deploy');
  print(`                boilerplate  ${milliseconds(ends(theirs))}   ${costs(theirs)}`);
  print(`                ours         ${milliseconds(ends(ours))}   ${costs(ours)}`);
  print(`                ratio        ${ratio(ends(ours), ends(theirs))}`);
  print(`                first command, ratio ${ratio(commands(ours), commands(theirs))}`);
}

function costs(of: readonly Measured[]): string {
  const [first] = of;
  if (first === undefined) return '';
  const { opCalls, requests, bytes } = first;
  return `${opCalls} calls of op, ${requests} requests, ${(bytes / 1e6).toFixed(1)} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
