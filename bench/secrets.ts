/**
 * How long Kamal takes to read its secrets: from `op`, and answered from what was read before.
 *
 *     node bench/secrets.ts [PAIRS] [MILLISECONDS OF A CALL…]
 *
 * Real Kamal (`kamal secrets print`), run as the action runs it; `op` is the stand-in, each call of it that goes to
 * 1Password that much later (300 and 1000 by default; reports name 700 to 2000). Both sides in turn. Requests are those
 * to the loopback service, while Kamal runs.
 */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpCalls } from '../src/action/kamal/op-calls.ts';
import { runKamal } from '../src/kamal/run/run.ts';
import { accountNames, type ReadSession } from '../src/onepassword/op-answers/read-session.ts';
import { signIn } from '../src/onepassword/session/session.ts';
import { parseToken } from '../src/onepassword/session/token.ts';
import { readVaults } from '../src/onepassword/vault/vault.ts';
import { Project } from '../test/harness/kamal/project.ts';
import { packOp } from '../test/harness/onepassword/op/pack.ts';
import { startOnePassword } from '../test/harness/onepassword/service.ts';
import { quiet } from './pipeline/quiet.ts';
import { least, median, ratios } from './pipeline/statistics.ts';

const [pairs = 9, ...given] = process.argv.slice(2).map(Number);
const latencies = given.length === 0 ? [300, 1000] : given;
const ITEMS = Array.from({ length: 18 }, (_, at) => `Item${at + 1}`);
const FETCH = 'kamal secrets fetch --adapter 1password --account 127.0.0.1 --from MyApp';

/** Fetch lines of one item each; and one line over eighteen items. */
const SHAPES: Readonly<Record<string, string>> = {
  '1 fetch line': fetchLines(1),
  '3 fetch lines': fetchLines(3),
  '6 fetch lines': fetchLines(6),
  '18 items': `S=$(${FETCH} ${ITEMS.map((item) => `${item}/A`).join(' ')})\nTOKEN=$(kamal secrets extract Item1/A $S)\n`,
};

const vault = {
  title: 'MyApp',
  items: ITEMS.map((title) => ({ title, fields: { A: `value of ${title}` } })),
};
await using service = await startOnePassword({ vaults: [vault] });
const session = await read();
for (const latency of latencies) {
  process.stdout.write(`\nop at ${latency} ms a call, ${pairs} pairs, min / median\n`);
  for (const [shape, secrets] of Object.entries(SHAPES)) await compare(shape, secrets, latency);
}

async function compare(shape: string, secrets: string, latency: number): Promise<void> {
  using project = new Project({ '.kamal/secrets': secrets, 'bin/op': await slowOp(latency) });
  chmodSync(join(project.directory, 'bin/op'), 0o755);
  const theirs: Reading[] = [];
  const ours: Reading[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const sides = [
      async () => theirs.push(await reading(project, null)),
      async () => ours.push(await reading(project, new OpCalls(session, () => {}))),
    ];
    for (const side of pair % 2 === 0 ? sides : sides.reverse()) await side();
  }
  assert.deepEqual(new Set([...theirs, ...ours].map(({ output }) => output)).size, 1, 'the same output');
  const times = (of: readonly Reading[]): number[] => of.map(({ milliseconds }) => milliseconds);
  const told = (of: readonly Reading[]): string =>
    `${least(times(of)).toFixed(0)} / ${median(times(of)).toFixed(0)} ms, ${of[0]?.calls} calls, ${of[0]?.requests} requests`;
  const ratio = median(times(ours)) / median(times(theirs));
  const pairwise = median(ratios(times(ours), times(theirs)));
  process.stdout.write(
    `  ${shape.padEnd(14)} op ${told(theirs)}; answered ${told(ours)}; ratio ${ratio.toFixed(2)}, pairwise ${pairwise.toFixed(2)}\n`,
  );
}

interface Reading {
  readonly milliseconds: number;
  readonly calls: number;
  readonly requests: number;
  readonly output: string;
}

async function reading(project: Project, answering: OpCalls | null): Promise<Reading> {
  const log = join(project.root, 'op.log');
  rmSync(log, { force: true });
  service.forget();
  await quiet();
  const environment = project.environment({ OP_SERVICE_ACCOUNT_TOKEN: service.token });
  const began = performance.now();
  const { exitCode, lines } = await runKamal({
    program: ['kamal'],
    words: ['secrets', 'print'],
    workingDirectory: project.directory,
    environment: { ...environment, PATH: `${join(project.directory, 'bin')}:${environment['PATH']}` },
    temporaryDirectory: project.temporary,
    onLine() {},
    asksBeforeOp: answering !== null,
    answering,
  });
  const milliseconds = performance.now() - began;
  assert.equal(exitCode, 0, lines.join('\n'));
  const calls = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').length : 0;
  return { milliseconds, calls, requests: service.requests.length, output: lines.join('\n') };
}

function fetchLines(count: number): string {
  const lines = ITEMS.slice(0, count).map(
    (item, at) => `S${at}=$(${FETCH}/${item} A)\nA${at}=$(kamal secrets extract A $S${at})\n`,
  );
  return `${lines.join('')}TOKEN=$A0\n`;
}

/** The stand-in, which signs in for each call as the real one does; `--version` asks no one. */
async function slowOp(latency: number): Promise<string> {
  const real = join(process.cwd(), '.tools', `bench-op-${process.pid}`);
  writeFileSync(real, await packOp('2.35.0'), { mode: 0o755 });
  process.once('exit', () => rmSync(real, { force: true }));
  return `#!/bin/sh\necho "$*" >> "$HOME/op.log"\n[ "$1" = --version ] || sleep ${latency / 1000}\nexec ${real} "$@"\n`;
}

async function read(): Promise<ReadSession> {
  using signedIn = await signIn(parseToken(service.token), { version: '1' });
  const wanted = ITEMS.map((item) => ({ vault: 'MyApp', item, path: ['A'], by: 'fetch' as const }));
  const { visible, listed, items } = await readVaults(signedIn, wanted, { values: true });
  process.stdout.write(`read once for all: ${signedIn.requestsMade} requests\n`);
  const accounts = accountNames(signedIn.signInAddress);
  const asked = new Set(items.flatMap(({ fields }) => fields));
  return { opVersion: '2.35.0', accounts, defaultAccount: null, vaults: visible, listed, items, asked };
}
